from dataclasses import replace
from datetime import timedelta

import pytest

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.programme.parameters import SettlementTrigger
from prakerja.programme.queries import get_regime_book
from prakerja.programme.regimes import RegimeBook
from prakerja.settlement.operations import PayableRequest, make_purchases_payable, payable
from tests.learning.world import World, attend, check, complete, make_world, report, sums


@pytest.fixture
def world(db: None, context: Context) -> World:
    return make_world(context, lanes=2, sessions=1)


@pytest.fixture
def trigger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The regimes with another trigger."""
    book = get_regime_book()
    stretches = tuple(replace(s, settlement_trigger=SettlementTrigger(request.param)) for s in book.stretches)
    changed = RegimeBook(book.version, book.content, stretches)
    monkeypatch.setattr(payable, "get_regime_book", lambda: changed)


def _codes(world: World) -> list[str]:
    requests = [PayableRequest(lane, purchase_id) for lane, purchase_id in world.keys]
    return [result.code for result in make_purchases_payable(world.after_class, requests)]


def test_splits_by_the_agreement_of_the_purchase(world: World) -> None:
    """SETTLE-01, FEE-01."""
    complete(world)
    results = make_purchases_payable(world.after_class)
    assert [(r.code, r.commission_idr, r.institution_idr) for r in results] == [("ok", 40_000, 360_000)] * 2
    books = sums(world)
    assert (books["platform_payable"], books["institution_payable"]) == (80_000, 720_000)
    assert "held" not in books
    found = db.rows("SELECT commission_idr, payable_at FROM purchases ORDER BY purchase_id")
    assert found == [(40_000, world.after_class.now)] * 2
    assert db.value("SELECT count(*) FROM events WHERE kind = 'purchase.payable'") == 2
    assert make_purchases_payable(world.after_class) == []


def test_codes(world: World) -> None:
    first, second = world.people
    assert _codes(world) == ["trigger_not_met", "trigger_not_met"]
    complete(world, people=[first])
    key = PayableRequest(first.lane, first.purchase_id)
    requests = [key, key, PayableRequest(0, world.other_id), PayableRequest(second.lane, second.purchase_id)]
    codes = [result.code for result in make_purchases_payable(world.after_class, requests)]
    assert codes == ["ok", "repeated", "unknown_purchase", "trigger_not_met"]
    assert _codes(world) == ["repeated", "trigger_not_met"]


@pytest.mark.parametrize(("column", "state"), [("voided_at", "voided"), ("closed_at", "expired")])
def test_what_is_over_is_never_payable(world: World, column: str, state: str) -> None:
    db.execute(f"UPDATE purchases SET state = %s, redeemed_at = NULL, {column} = paid_at", (state,))
    assert _codes(world) == [state, state]


def test_a_report_alone_is_not_enough(world: World) -> None:
    attend(world)
    report(world)
    assert make_purchases_payable(world.after_class) == []
    check(world)
    assert len(make_purchases_payable(world.after_class)) == 2


def test_a_course_that_was_not_completed_pays_nobody(world: World) -> None:
    report(world)
    check(world)
    assert make_purchases_payable(world.after_class) == []
    assert sums(world)["held"] == 800_000


@pytest.mark.parametrize("trigger", ["redemption", "purchase"], indirect=True)
def test_a_redemption_can_be_the_trigger(world: World, trigger: None) -> None:
    """SETTLE-01 is a parameter."""
    assert {result.code for result in make_purchases_payable(world.after_class)} == {"ok"}


@pytest.mark.parametrize(
    ("trigger", "code"), [("redemption", "trigger_not_met"), ("purchase", "ok")], indirect=["trigger"]
)
@pytest.mark.django_db
def test_a_paid_purchase_is_not_redeemed(context: Context, trigger: None, code: str) -> None:
    world = make_world(context, state="paid")
    assert _codes(world) == [code, code]
    assert len(make_purchases_payable(world.after_class)) == 0


@pytest.mark.django_db
def test_the_government_platform_gets_nothing(context: Context) -> None:
    """FEE-02."""
    world = make_world(context, kind="government", scheme={"kind": "none"})
    complete(world)
    results = make_purchases_payable(world.after_class)
    assert [(r.commission_idr, r.institution_idr) for r in results] == [(0, 400_000)] * 2
    assert "platform_payable" not in sums(world)
    assert db.value("SELECT count(*) FROM transfers WHERE kind = 'commission'") == 0


@pytest.mark.django_db
def test_a_volume_tier_counts_the_month(context: Context) -> None:
    """FEE-01: what was settled before in the calendar month, also in an earlier call, not in an earlier month."""
    scheme: dict[str, object] = {
        "kind": "tiered_by_volume",
        "tiers": [{"from_idr": 0, "commission_bp": 1000}, {"from_idr": 600_000, "commission_bp": 500}],
    }
    world = make_world(context, people=4, sessions=1, scheme=scheme)
    complete(world)

    def settle(person: int, at: Context) -> int | None:
        who = world.people[person]
        return make_purchases_payable(at, [PayableRequest(who.lane, who.purchase_id)])[0].commission_idr

    assert settle(0, world.after_class) == 40_000
    assert settle(1, world.after_class) == 20_000 + 10_000
    assert settle(2, world.after_class) == 20_000
    assert settle(3, world.after_class.at(world.after_class.now + timedelta(days=30))) == 40_000


@pytest.mark.django_db
def test_thousands_in_one_call(context: Context) -> None:
    world = make_world(context, people=1000, lanes=4, sessions=1, price_idr=333_333)
    complete(world)
    results = make_purchases_payable(world.after_class)
    assert {(r.commission_idr, r.institution_idr) for r in results} == {(33_333, 300_000)}
    books = sums(world)
    assert books["platform_payable"] + books["institution_payable"] == 1000 * 333_333
    assert "held" not in books
