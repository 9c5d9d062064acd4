"""`prakerja migrate`."""

from prakerja.cli._session import prepared, say


def migrate_database() -> None:
    """Migrate as the owner of the tables and grant the application's role its rights; inside `prepared()`."""
    from django.core.management import call_command

    from prakerja.config.grants import grant_rights

    call_command("migrate", database="owner", interactive=False, verbosity=0)
    grant_rights(using="owner")


def command() -> None:
    """Bring the database up to date and grant the application's role its rights."""
    with prepared():
        migrate_database()
    say("The database is up to date.")
