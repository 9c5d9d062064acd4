from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.programme.parameters import SettlementTrigger
from prakerja.programme.queries import get_regime_book
from prakerja.settlement.rules import Sale, Terms, last_usable_day, month_of, split_prices, trigger_is_met

AGREEMENT, OTHER = UUID(int=10), UUID(int=20)
SALE = Sale(UUID(int=1), AGREEMENT, 400_000, redeemed=False, completed=False, verified=False)
SCHEMES = st.one_of(
    st.just({"kind": "none"}),
    st.builds(lambda fee: {"kind": "flat", "fee_idr": fee}, st.integers(1, 100_000)),
    st.builds(lambda bp: {"kind": "share", "commission_bp": bp}, st.integers(1, 1500)),
    st.builds(
        lambda kind, edge, low, high: {
            "kind": kind,
            "tiers": [{"from_idr": 0, "commission_bp": low}, {"from_idr": edge, "commission_bp": high}],
        },
        st.sampled_from(["tiered_by_price", "tiered_by_volume"]),
        st.integers(1, 2_000_000),
        st.integers(0, 1500),
        st.integers(0, 1500),
    ),
)


@pytest.mark.parametrize(
    ("trigger", "met"),
    [
        (SettlementTrigger.PURCHASE, [True, True, True, True]),
        (SettlementTrigger.REDEMPTION, [False, True, True, True]),
        (SettlementTrigger.COMPLETION, [False, False, False, True]),
    ],
)
def test_what_makes_a_price_payable(trigger: SettlementTrigger, met: list[bool]) -> None:
    """SETTLE-01."""
    redeemed = replace(SALE, redeemed=True)
    completed = replace(redeemed, completed=True)
    verified = replace(completed, verified=True)
    assert [trigger_is_met(trigger, sale) for sale in (SALE, redeemed, completed, verified)] == met


def test_a_verified_failure_is_no_completion() -> None:
    assert not trigger_is_met(SettlementTrigger.COMPLETION, replace(SALE, redeemed=True, verified=True))


@given(
    scheme=SCHEMES,
    prices=st.lists(st.integers(1, 3_500_000), min_size=1, max_size=10),
    settled_idr=st.integers(0, 5_000_000),
    agreed_bp=st.sampled_from([1500, None]),
    regime_bp=st.sampled_from([1500, 1000, None]),
)
def test_the_parts_always_sum_to_the_price(
    scheme: dict[str, object], prices: list[int], settled_idr: int, agreed_bp: int | None, regime_bp: int | None
) -> None:
    """FEE-01: rounded down, never above the cap of the agreement nor of the day of the purchase."""
    sales = [replace(SALE, purchase_id=UUID(int=n), price_idr=price) for n, price in enumerate(prices)]
    caps_bp = {sale.purchase_id: regime_bp for sale in sales}
    splits = split_prices(sales, {AGREEMENT: Terms(scheme, agreed_bp)}, {AGREEMENT: settled_idr}, caps_bp=caps_bp)
    for sale in sales:
        split = splits[sale.purchase_id]
        assert split.commission_idr + split.institution_idr == sale.price_idr
        assert split.commission_idr >= 0
        assert split.institution_idr >= 0
        for cap_bp in [cap for cap in (agreed_bp, regime_bp) if cap is not None]:
            assert split.commission_idr * 10_000 <= sale.price_idr * cap_bp


def test_the_cap_of_the_day_binds_an_older_agreement() -> None:
    """FEE-01: signed without a cap in the founding regime, sold on 7 August 2020 or later."""
    sales = [replace(SALE, purchase_id=UUID(int=n), price_idr=100_000) for n in (1, 2)]
    terms = {AGREEMENT: Terms({"kind": "flat", "fee_idr": 25_000}, None)}
    splits = split_prices(sales, terms, {}, caps_bp={UUID(int=1): None, UUID(int=2): 1500})
    assert [splits[UUID(int=n)].commission_idr for n in (1, 2)] == [25_000, 15_000]


def test_tiers_look_at_what_was_settled_before() -> None:
    """FEE-01: marginal, each agreement for itself, in order."""
    scheme = {
        "kind": "tiered_by_volume",
        "tiers": [{"from_idr": 0, "commission_bp": 1000}, {"from_idr": 1_000_000, "commission_bp": 500}],
    }
    sales = [replace(SALE, purchase_id=UUID(int=n)) for n in (1, 2)]
    sales.append(replace(SALE, purchase_id=UUID(int=3), agreement_id=OTHER))
    terms = Terms(scheme, 1500)
    caps_bp = dict.fromkeys((UUID(int=1), UUID(int=2), UUID(int=3)), 1500)
    splits = split_prices(sales, {AGREEMENT: terms, OTHER: terms}, {AGREEMENT: 400_000}, caps_bp=caps_bp)
    assert [splits[UUID(int=n)].commission_idr for n in (1, 2, 3)] == [40_000, 20_000 + 10_000, 40_000]


def test_a_month_begins_at_midnight_in_jakarta() -> None:
    at = datetime(2020, 12, 31, 17, 0, tzinfo=UTC)
    assert month_of(at) == (at, datetime(2021, 1, 31, 17, tzinfo=UTC))
    assert month_of(datetime(2020, 12, 31, 16, 59, tzinfo=UTC))[1] == at


def test_balances_end_on_the_fifteenth_of_december() -> None:
    """CARD-02."""
    for stretch in get_regime_book().stretches:
        assert last_usable_day(stretch, 2020).isoformat() == "2020-12-15"
