"""The guard rails of the suite fail where they must."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client
from django.urls import path
from pytest_django import DjangoAssertNumQueries

from prakerja.kit import db
from tests.fixtures import snapshots
from tests.fixtures.guards import GetWroteError, only_reading
from tests.fixtures.snapshots import SqlSnapshot


def write_page(_request: HttpRequest) -> HttpResponse:
    db.execute("CREATE TABLE written_by_get (id int)")
    return HttpResponse("written")


def session_page(request: HttpRequest) -> HttpResponse:
    request.session["seen"] = True
    return HttpResponse("seen")


urlpatterns = [path("write/", write_page), path("session/", session_page)]


@pytest.mark.django_db
@pytest.mark.urls("tests.config.test_guards")
def test_a_get_that_writes_fails(client: Client) -> None:
    with pytest.raises(GetWroteError):
        client.get("/write/")


@pytest.mark.django_db
@pytest.mark.urls("tests.config.test_guards")
def test_a_post_may_write(client: Client) -> None:
    assert client.post("/write/").content == b"written"


@pytest.mark.django_db
@pytest.mark.urls("tests.config.test_guards")
def test_a_session_may_be_written_in_a_get(client: Client) -> None:
    assert client.get("/session/").content == b"seen"


@pytest.mark.django_db
@pytest.mark.urls("tests.config.test_guards")
@pytest.mark.writes_on_get
def test_a_marked_test_may_write_in_a_get(client: Client) -> None:
    assert client.get("/write/").content == b"written"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT write_something()",
        "  insert into x values (1)",
        "WITH new AS (INSERT INTO x VALUES (1) RETURNING 1) SELECT 1",
    ],
)
def test_writes_in_functions_and_queries_are_seen(statement: str) -> None:
    db.execute("CREATE FUNCTION write_something() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'")
    with pytest.raises(GetWroteError), only_reading():
        db.rows(statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE page_accesses SET page = 'x'",
        "DELETE FROM page_accesses",
        "INSERT INTO page_accesses SELECT * FROM new ON CONFLICT DO UPDATE SET page = 'x'",
        "WITH new AS (UPDATE users SET username = 'x') INSERT INTO page_accesses SELECT * FROM new",
        "INSERT INTO page_accesses WITH new AS (UPDATE users SET username = 'x' RETURNING *) SELECT * FROM new",
        "INSERT INTO page_accesses_too VALUES (1)",
    ],
)
def test_of_the_access_log_only_a_new_row_may_be_written(statement: str) -> None:
    with pytest.raises(GetWroteError), only_reading():
        db.execute(statement)


@pytest.mark.django_db
def test_an_unordered_read_comes_in_another_order() -> None:
    unordered = [tuple(db.rows("SELECT n FROM generate_series(1, 20) n")) for _ in range(3)]
    assert len(set(unordered)) > 1
    ordered = [tuple(db.rows("SELECT n FROM generate_series(1, 20) n ORDER BY n")) for _ in range(3)]
    assert len(set(ordered)) == 1


@pytest.mark.django_db
def test_an_unordered_read_of_the_orm_comes_in_another_order() -> None:
    from django.contrib.contenttypes.models import ContentType

    unordered = {tuple(ContentType.objects.values_list("id", flat=True)) for _ in range(3)}
    assert len(unordered) > 1
    ordered = {tuple(ContentType.objects.order_by("id").values_list("id", flat=True)) for _ in range(3)}
    assert len(ordered) == 1
    assert ContentType.objects.count() == len(next(iter(ordered)))


def test_an_undefined_template_variable_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match="nobody"):
        engines["django"].from_string("{{ nobody }}").render({})


@pytest.mark.django_db
def test_a_snapshot_is_compared(
    assert_sql_snapshot: SqlSnapshot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(snapshots, "FOLDER", tmp_path)
    (tmp_path / "one.sql").write_text("-- 1 statements\nSELECT 1;\n")
    with assert_sql_snapshot("one"):
        db.rows("SELECT   1")
    with pytest.raises(AssertionError, match="the SQL changed"), assert_sql_snapshot("one"):
        db.rows("SELECT 2")
    with pytest.raises(AssertionError, match="no snapshot"), assert_sql_snapshot("two"):
        db.rows("SELECT 2")


def test_committed_rows_of_a_race_are_removed(race: Callable[..., list[object]]) -> None:
    db.execute("CREATE TABLE raced (id int)")
    try:
        race([lambda number=number: db.execute("INSERT INTO raced VALUES (%s)", [number]) for number in range(8)])
        assert db.value("SELECT count(*) FROM raced") == 8
        assert not connection.in_atomic_block
    finally:
        db.execute("DROP TABLE raced")
