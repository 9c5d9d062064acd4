"""The rights of the application's role: it reads and writes rows, owns nothing, and cannot rewrite history.

An app lists its append-only tables in `AppConfig.append_only_tables`: there the role may only insert and read.
"""

from django.apps import apps
from django.db import connections
from psycopg import sql

from prakerja.kit.postgres import APP_ROLE

_STATEMENTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
)


def append_only_tables() -> list[str]:
    """The append-only tables of all apps, in the order of the apps."""
    return [name for app in apps.get_app_configs() for name in getattr(app, "append_only_tables", ())]


def grant_rights(*, using: str) -> None:
    """Grant the application's role what it needs, after a migration; creates the role where it is missing.

    Raises:
        django.db.ProgrammingError: the connection may not create the role, or does not own the tables.
    """
    role = sql.Identifier(APP_ROLE)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE ROLE {role}").format(role=role))
            # So that the owner's connection may become it (see kit.postgres.app_url).
            cursor.execute(sql.SQL("GRANT {role} TO CURRENT_USER").format(role=role))
        for statement in _STATEMENTS:
            cursor.execute(sql.SQL(statement).format(role=role))
        # Only a superuser can give it; who cannot use it writes more slowly, nothing else.
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):
            cursor.execute(sql.SQL("GRANT SET ON PARAMETER wal_compression TO {role}").format(role=role))
        for table in append_only_tables():
            revoke = sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
            cursor.execute(revoke.format(table=sql.Identifier(table), role=role))
