"""Django's databases from the two URLs of the settings.

`default` is the role of pages, API and jobs: granted rights only. `owner` owns the tables and runs migrations, with a
limit on how long they wait for a lock; it may be the same role.
"""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

from prakerja.kit.migrations import LOCK_TIMEOUT, STATEMENT_TIMEOUT
from prakerja.kit.settings import Settings

_CONNECTION_FIELDS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def databases(settings: Settings) -> dict[str, dict[str, Any]]:
    """Django's `DATABASES`: `default` and `owner`."""
    owner = database(settings.owner_database_url)
    limits = f"-c lock_timeout={LOCK_TIMEOUT} -c statement_timeout={STATEMENT_TIMEOUT}"
    owner["OPTIONS"]["options"] = f"{owner['OPTIONS'].get('options', '')} {limits}".strip()
    return {"default": database(settings.database_url), "owner": owner | {"TEST": {"MIRROR": "default"}}}


def database(url: str) -> dict[str, Any]:
    """One entry of `DATABASES` from a connection string of libpq; other parameters become options."""
    parameters = conninfo_to_dict(url)
    entry: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # A pooler between us and the server may give each transaction another session.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {},
    }
    for name, parameter in parameters.items():
        field = _CONNECTION_FIELDS.get(name)
        if field:
            entry[field] = str(parameter)
        else:
            entry["OPTIONS"][name] = parameter
    return entry
