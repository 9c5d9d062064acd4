"""Migrations made of SQL files, with a limit on how long they may wait and run."""

from pathlib import Path

from django.db.migrations import RunSQL

# A migration that waits for a lock makes everybody behind it wait too: better it fails and is tried again.
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "15min"
# Statistics target: 300 rows a unit.
LITTLE_SAMPLE = 10
TIMEOUTS = f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}';\nSET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}';\n"


def read_sql(module_file: str, name: str) -> str:
    """The text of `sql/NAME` of the package to which a module belongs.

    `module_file` is the `__file__` of a module in the package or in its `migrations` folder.
    """
    folder = Path(module_file).resolve().parent
    package = folder.parent if folder.name == "migrations" else folder
    return (package / "sql" / name).read_text(encoding="utf-8")


def run_sql_file(module_file: str, name: str, *, reverse: str | None = None) -> RunSQL:
    """A migration's operation that runs `sql/NAME` (its way back: `reverse`, plain SQL; without it there is none).

    Functions are loaded again by a later migration with `CREATE OR REPLACE`; tables change by statements of their own.
    """
    return RunSQL(TIMEOUTS + read_sql(module_file, name), reverse_sql=reverse)


def sample_little(*tables: str) -> RunSQL:
    """A migration's operation: `ANALYZE` reads 3,000 rows of each table, and not 30,000.

    For tables that grow all day and are read by key. Autovacuum examines them each time they have grown by a tenth;
    with the usual sample that takes a processor for over a second, in which every purchase waits (bench/counter.py). A
    column that is added later needs it again; a test says so.
    """
    names = ", ".join(f"'{table}'" for table in tables)
    return RunSQL(
        f"""{TIMEOUTS}
        DO $$
        DECLARE
            found record;
        BEGIN
            FOR found IN
                SELECT attrelid::regclass AS its_table, attname AS its_name
                FROM pg_attribute
                WHERE attrelid = ANY (ARRAY[{names}]::regclass[]) AND attnum > 0 AND NOT attisdropped
            LOOP
                EXECUTE format(
                    'ALTER TABLE %s ALTER COLUMN %I SET STATISTICS {LITTLE_SAMPLE}', found.its_table, found.its_name
                );
            END LOOP;
        END
        $$
        """,
        reverse_sql=RunSQL.noop,
    )
