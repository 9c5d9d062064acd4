from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from prakerja.kit import db

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class Item:
    id: UUID
    amount_idr: int
    made_at: datetime


@pytest.fixture
def notes(db: None) -> None:
    from prakerja.kit.db import execute

    execute("CREATE TABLE notes (id int CONSTRAINT notes_pkey PRIMARY KEY, body text)")


def test_reads_rows_a_row_and_a_value() -> None:
    assert db.rows("SELECT n FROM generate_series(1, %s) n ORDER BY n", [3]) == [(1,), (2,), (3,)]
    assert db.row("SELECT 1, 'a'") == (1, "a")
    assert db.row("SELECT 1 WHERE false") is None
    assert db.value("SELECT %(answer)s::int", {"answer": 42}) == 42


def test_a_percent_sign_needs_no_doubling_without_parameters() -> None:
    assert db.value("SELECT 'a' LIKE '%'") is True


def test_more_than_one_row_is_a_defect() -> None:
    with pytest.raises(ValueError, match="more than one"):
        db.row("SELECT 1 UNION ALL SELECT 2 ORDER BY 1")


def test_no_value_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        db.value("SELECT 1 WHERE false")


def test_execute_counts_rows(notes: None) -> None:
    assert db.execute("INSERT INTO notes SELECT n, 'x' FROM generate_series(1, 5) n") == 5


def test_calls_a_set_based_function_with_one_json_parameter() -> None:
    db.execute("""
        CREATE FUNCTION echo_items(p_lane smallint, p_items json, p_actor text)
        RETURNS TABLE (place bigint, lane smallint, id uuid, amount_idr bigint, made_at timestamptz, actor text)
        LANGUAGE sql STABLE AS $$
            SELECT item.place, p_lane, item.id, item.amount_idr, item.made_at, p_actor
            FROM ROWS FROM (json_to_recordset(p_items) AS (id uuid, amount_idr bigint, made_at timestamptz))
            WITH ORDINALITY AS item (id, amount_idr, made_at, place)
            ORDER BY item.place
        $$
    """)
    at = datetime(2020, 9, 1, 3, 0, 0, 123456, tzinfo=UTC)
    items = [Item(UUID(int=number), 10**12 + number, at) for number in (3, 1, 2)]
    assert db.call("echo_items", 1, items, actor="staff:pmo-1") == [
        (place, 1, item.id, item.amount_idr, at, "staff:pmo-1") for place, item in enumerate(items, start=1)
    ]
    assert db.call("echo_items", 1, [], actor="staff:pmo-1") == []


def test_copies_rows(notes: None) -> None:
    assert db.copy_rows("notes", ["id", "body"], [(1, "tab\there"), (2, None)]) == 2
    assert db.rows("SELECT id, body FROM notes ORDER BY id") == [(1, "tab\there"), (2, None)]


def test_a_failed_transaction_leaves_nothing(notes: None) -> None:
    def write_twice() -> None:
        with db.transaction():
            db.execute("INSERT INTO notes VALUES (1, 'a')")
            db.execute("INSERT INTO notes VALUES (1, 'b')")

    with pytest.raises(IntegrityError, match="notes_pkey"):
        write_twice()
    assert db.value("SELECT count(*) FROM notes") == 0


def test_a_nested_transaction_joins_the_outer_one(notes: None) -> None:
    def write_and_fail() -> None:
        with db.transaction():
            db.execute("INSERT INTO notes VALUES (2, 'inner')")
            raise RuntimeError

    with db.transaction():
        db.execute("INSERT INTO notes VALUES (1, 'outer')")
        with pytest.raises(RuntimeError):
            write_and_fail()
    assert db.value("SELECT count(*) FROM notes") == 0, "the inner failure takes the outer work with it"


def test_an_attempt_may_fail_alone(notes: None) -> None:
    with db.transaction():
        db.execute("INSERT INTO notes VALUES (1, 'a')")
        with pytest.raises(IntegrityError), db.attempt():
            db.execute("INSERT INTO notes VALUES (1, 'b')")
        db.execute("INSERT INTO notes VALUES (2, 'c')")
    assert db.value("SELECT count(*) FROM notes") == 2


def test_transactions_are_atomic_blocks_of_django() -> None:
    with db.transaction():
        assert transaction.get_connection().in_atomic_block


def test_a_single_statement_may_fail_alone_within_a_transaction(notes: None) -> None:
    with db.transaction():
        db.execute("INSERT INTO notes VALUES (1, 'one')")
        with pytest.raises(IntegrityError), db.single_statement():
            db.execute("INSERT INTO notes VALUES (1, 'two')")
        assert db.value("SELECT body FROM notes") == "one"
