"""What if: under the signed terms the replay is what was booked, to the rupiah; under others it is the rule."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.rules import commissions_idr
from prakerja.settlement.what_if import replay_terms
from tests.web.nation import Nation, make_nation
from tests.web.people import set_clock

pytestmark = pytest.mark.django_db
AUGUST, SEPTEMBER = date(2020, 8, 1), date(2020, 9, 1)
SIGNED = {"kind": "share", "commission_bp": 1000}
TIERS = {
    "kind": "tiered_by_volume",
    "tiers": [{"from_idr": 0, "commission_bp": 1500}, {"from_idr": 500_000, "commission_bp": 500}],
}


@pytest.fixture
def nation(context: Context) -> Nation:
    """Two purchases of Rp400,000 each became payable in August."""
    return make_nation(context)


def replay(nation: Nation, scheme: dict[str, Any], *, since: date = AUGUST, until: date = SEPTEMBER) -> list[Any]:
    platform_id = nation.market.world.platforms["tokopedia"]
    return replay_terms(platform_id, scheme, period_from=since, period_until=until)


def test_the_signed_terms_give_what_was_booked(nation: Nation) -> None:
    (found,) = replay(nation, SIGNED)
    booked = db.value("SELECT sum(commission_idr)::bigint FROM purchases WHERE payable_at IS NOT NULL")
    assert (found.purchases, found.price_idr) == (2, 800_000)
    assert (found.booked_idr, found.draft_idr, found.difference_idr) == (booked, booked, 0)


@pytest.mark.parametrize(
    ("scheme", "draft_idr"),
    [
        ({"kind": "none"}, 0),
        ({"kind": "flat", "fee_idr": 25_000}, 50_000),
        ({"kind": "share", "commission_bp": 1250}, 100_000),
        # Above the cap of the day of the purchase: held to fifteen per cent.
        ({"kind": "share", "commission_bp": 2000}, 120_000),
        (TIERS, 75_000 + 15_000),
    ],
)
def test_a_draft_is_split_by_the_rule_that_settles(nation: Nation, scheme: dict[str, Any], draft_idr: int) -> None:
    (found,) = replay(nation, scheme)
    assert (found.booked_idr, found.draft_idr) == (80_000, draft_idr)
    assert found.draft_idr == sum(commissions_idr(scheme, prices_idr=[400_000, 400_000], cap_bp=1500))


def test_only_the_period_counts_but_the_tiers_see_the_whole_month(nation: Nation) -> None:
    days = db.rows("SELECT payable_at FROM purchases WHERE payable_at IS NOT NULL ORDER BY payable_at")
    db.execute("UPDATE purchases SET payable_at = payable_at - interval '5 days' WHERE purchase_id = %s", [_first()])
    day = days[-1][0].date()
    (found,) = replay(nation, TIERS, since=day - timedelta(days=1))
    # The second purchase of the month: Rp100,000 of it in the first tier, Rp300,000 in the second.
    assert (found.purchases, found.draft_idr) == (1, 15_000 + 15_000)
    assert replay(nation, TIERS, since=SEPTEMBER, until=date(2020, 10, 1)) == []


def _first() -> object:
    return db.value("SELECT purchase_id FROM purchases WHERE payable_at IS NOT NULL ORDER BY purchase_id LIMIT 1")


def test_the_page_shows_the_difference_and_keeps_what_was_typed(nation: Nation, context: Context) -> None:
    world = nation.market.world
    create_users(context, [UserRequest("toko", "toko", Role.PLATFORM, partner_id=world.platforms["tokopedia"])])
    set_clock(context)
    user = find_user("toko")
    assert user is not None
    client = Client()
    client.force_login(user)
    where = reverse("what_if")
    good = {"fee_kind": "share", "fee": "12,5", "from": "2020-08-01", "until": "2020-09-01"}
    page = client.get(where, good).content.decode()
    assert "Rp100.000" in page
    assert "Rp20.000" in page
    bad = client.get(where, {**good, "fee": "twelve", "until": "2020-07-01"})
    assert bad.status_code == 422
    assert "twelve" in bad.content.decode()
