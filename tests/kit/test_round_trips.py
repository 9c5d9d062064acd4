"""What is sent to the database outside a transaction."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from prakerja.kit import db


def test_a_single_statement_by_itself_is_one_round_trip(committed_db: None) -> None:
    with CaptureQueriesContext(connection) as seen, db.single_statement():
        db.value("SELECT 1")
    assert [query["sql"] for query in seen] == ["SELECT 1"]
    with CaptureQueriesContext(connection) as seen, db.attempt():
        db.value("SELECT 1")
    assert [query["sql"] for query in seen] == ["BEGIN", "SELECT 1", "COMMIT"]
