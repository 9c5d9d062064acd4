"""No page asks more than fifteen queries, and ten times the rows ask none more; first pages are on record."""

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from prakerja.access.roles import Role
from prakerja.kit.context import Context
from tests.fixtures.snapshots import SqlSnapshot
from tests.web.founder import NOW
from tests.web.nation import make_nation
from tests.web.pages import pages_of
from tests.web.people import Cast, create_cast, set_clock

pytestmark = pytest.mark.django_db

QUERIES_MAX = 15
FEW, MANY = 6, 60


def counts_in_a_nation_of(context: Context, people: int) -> dict[str, int]:
    """How many queries each page asks; the nation is gone afterwards."""
    counts: dict[str, int] = {}
    cache.clear()
    with transaction.atomic():
        nation = make_nation(context, people=people)
        set_clock(context.at(NOW))
        cast = Cast.of(nation)
        create_cast(context, cast)
        for role in [None, *Role]:
            client = Client()
            if role is not None:
                client.force_login(cast.user(role))
            for name, where in pages_of(role, nation).items():
                with CaptureQueriesContext(connection) as captured:
                    client.get(where)
                counts[name] = len([query for query in captured if "SAVEPOINT" not in query["sql"]])
        transaction.set_rollback(True)
    return counts


def test_no_page_asks_many_queries_and_ten_times_the_rows_ask_no_more(context: Context) -> None:
    few = counts_in_a_nation_of(context, FEW)
    many = counts_in_a_nation_of(context, MANY)

    assert {name: count for name, count in few.items() if count > QUERIES_MAX} == {}
    assert {name: (few[name], count) for name, count in many.items() if count > few[name]} == {}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("home", None),
        ("me", Role.PARTICIPANT),
        ("platform", Role.PLATFORM),
        ("institution", Role.INSTITUTION),
        ("desk", Role.LABOUR_OFFICE),
        ("office", Role.PROGRAMME_OFFICE),
        ("checks", Role.AUDITOR),
    ],
)
def test_the_sql_of_a_first_page_is_on_record(
    cast: Cast, assert_sql_snapshot: SqlSnapshot, name: str, role: Role | None
) -> None:
    # Django's own client: the guard of the suite's client asks a query itself.
    client = Client()
    if role is not None:
        client.force_login(cast.user(role))
    with assert_sql_snapshot(f"web-{name}"):
        client.get(reverse(name))
