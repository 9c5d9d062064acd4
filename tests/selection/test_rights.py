"""The application's role cannot rewrite the history of people, draws and cards."""

import psycopg
import pytest
from psycopg import sql


@pytest.mark.parametrize(
    "table",
    [
        "eligibility_decisions",
        "draws",
        "draw_chunks",
        "draw_openings",
        "draw_places",
        "draw_reveals",
        "draw_results",
        "revocations",
        "revocation_proposals",
    ],
)
def test_the_application_may_not_change_or_remove(app_connection: "psycopg.Connection", table: str) -> None:
    name = sql.Identifier(table)
    app_connection.execute(sql.SQL("SELECT FROM {}").format(name))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection.execute(sql.SQL("DELETE FROM {}").format(name))
