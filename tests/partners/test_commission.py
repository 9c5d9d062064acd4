"""FEE-01, FEE-02, SCHEME-08: what a platform may take of a price."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.partners.rules import (
    FeeSchemeProblem,
    commission_idr,
    commissions_idr,
    fee_scheme_problem,
    highest_commission_bp,
)

BY_PRICE = {
    "kind": "tiered_by_price",
    "tiers": [
        {"from_idr": 0, "commission_bp": 1500},
        {"from_idr": 300_000, "commission_bp": 1000},
        {"from_idr": 600_000, "commission_bp": 500},
    ],
}
BY_VOLUME = {
    "kind": "tiered_by_volume",
    "tiers": [{"from_idr": 0, "commission_bp": 1200}, {"from_idr": 1_000_000, "commission_bp": 600}],
}


@pytest.mark.parametrize(
    ("scheme", "price_idr", "settled_before_idr", "cap_bp", "expected_idr"),
    [
        ({"kind": "none"}, 500_000, 0, 1500, 0),
        ({"kind": "flat", "fee_idr": 25_000}, 500_000, 0, 1500, 25_000),
        ({"kind": "flat", "fee_idr": 25_000}, 100_000, 0, 1500, 15_000),  # the cap
        ({"kind": "flat", "fee_idr": 25_000}, 100_000, 0, None, 25_000),  # the founding regime has no cap
        ({"kind": "flat", "fee_idr": 25_000}, 24_000, 0, None, 24_000),  # never above the price
        ({"kind": "share", "commission_bp": 1000}, 384_000, 0, 1500, 38_400),
        ({"kind": "share", "commission_bp": 1500}, 99_999, 0, 1500, 14_999),  # 14,999.85 rounded down
        ({"kind": "share", "commission_bp": 2000}, 100_000, 0, 1500, 15_000),  # terms older than the cap
        ({"kind": "share", "commission_bp": 2000}, 100_000, 0, None, 20_000),
        (BY_PRICE, 300_000, 0, 1500, 45_000),
        (BY_PRICE, 700_000, 0, 1500, 45_000 + 30_000 + 5_000),
        (BY_VOLUME, 400_000, 0, 1500, 48_000),
        (BY_VOLUME, 400_000, 800_000, 1500, 24_000 + 12_000),  # 200,000 in each tier
        (BY_VOLUME, 400_000, 1_000_000, 1500, 24_000),
    ],
)
def test_computes_the_commission(
    scheme: dict[str, Any], price_idr: int, settled_before_idr: int, cap_bp: int | None, expected_idr: int
) -> None:
    found = commission_idr(scheme, price_idr=price_idr, settled_before_idr=settled_before_idr, cap_bp=cap_bp)
    assert found == expected_idr


def test_a_volume_tier_looks_at_the_prices_in_front() -> None:
    found = commissions_idr(BY_VOLUME, prices_idr=[600_000, 600_000, 600_000], settled_before_idr=0, cap_bp=1500)
    assert found == [72_000, 48_000 + 12_000, 36_000]


def test_refuses_a_kind_that_nobody_knows() -> None:
    with pytest.raises(ValueError, match="no such kind"):
        commission_idr({"kind": "bonus"}, price_idr=1, cap_bp=None)


tiers = st.lists(st.tuples(st.integers(1, 2_000_000), st.integers(0, 3_000)), max_size=4, unique_by=lambda one: one[0])
schemes = st.one_of(
    st.just({"kind": "none"}),
    st.builds(lambda fee: {"kind": "flat", "fee_idr": fee}, st.integers(1, 500_000)),
    st.builds(lambda share: {"kind": "share", "commission_bp": share}, st.integers(1, 10_000)),
    st.builds(
        lambda kind, first, others: {
            "kind": kind,
            "tiers": [{"from_idr": start, "commission_bp": share} for start, share in sorted([(0, first), *others])],
        },
        st.sampled_from(["tiered_by_price", "tiered_by_volume"]),
        st.integers(1, 3_000),
        tiers,
    ),
)
prices = st.integers(1, 3_500_000)
caps = st.one_of(st.none(), st.integers(0, 10_000))


@given(schemes, prices, st.integers(0, 5_000_000), caps)
def test_commission_is_within_price_and_cap(
    scheme: dict[str, Any], price_idr: int, settled_before_idr: int, cap_bp: int | None
) -> None:
    assert fee_scheme_problem(scheme) is None
    found = commission_idr(scheme, price_idr=price_idr, settled_before_idr=settled_before_idr, cap_bp=cap_bp)
    assert isinstance(found, int)
    assert 0 <= found <= price_idr
    # Exact, without division: the cap in basis points holds for the rounded amount too.
    assert cap_bp is None or found * 10_000 <= price_idr * cap_bp
    # What the institution gets is the rest: the parts sum to the price by definition, and none is negative.
    assert price_idr - found >= 0


@given(schemes, prices, prices, st.integers(0, 5_000_000), caps)
def test_a_higher_price_never_pays_less(
    scheme: dict[str, Any], one: int, other: int, settled_before_idr: int, cap_bp: int | None
) -> None:
    lower, higher = (
        commission_idr(scheme, price_idr=price, settled_before_idr=settled_before_idr, cap_bp=cap_bp)
        for price in sorted([one, other])
    )
    assert lower <= higher


@given(schemes, prices, caps)
def test_commission_is_within_the_highest_share_of_the_scheme(
    scheme: dict[str, Any], price_idr: int, cap_bp: int | None
) -> None:
    if scheme["kind"] != "flat":
        found = commission_idr(scheme, price_idr=price_idr, cap_bp=cap_bp)
        assert found * 10_000 <= price_idr * highest_commission_bp(scheme)


@given(st.lists(prices, max_size=8), st.integers(0, 5_000_000))
def test_splitting_a_month_loses_less_than_a_rupiah_a_price(monthly: list[int], settled_before_idr: int) -> None:
    """Volume tiers are marginal: the parts of a month differ from the whole by rounding only."""
    parts = commissions_idr(BY_VOLUME, prices_idr=monthly, settled_before_idr=settled_before_idr, cap_bp=None)
    whole = commission_idr(BY_VOLUME, price_idr=sum(monthly), settled_before_idr=settled_before_idr, cap_bp=None)
    assert 0 <= whole - sum(parts) <= len(monthly)


@pytest.mark.parametrize(
    ("scheme", "problem"),
    [
        (None, FeeSchemeProblem.NOT_AN_OBJECT),
        ({}, FeeSchemeProblem.UNKNOWN_KIND),
        ({"kind": ["share"]}, FeeSchemeProblem.UNKNOWN_KIND),
        ({"kind": "bonus"}, FeeSchemeProblem.UNKNOWN_KIND),
        ({"kind": "flat"}, FeeSchemeProblem.MISSING_KEY),
        ({"kind": "none", "fee_idr": 1}, FeeSchemeProblem.UNKNOWN_KEY),
        ({"kind": "flat", "fee_idr": 1.5}, FeeSchemeProblem.NOT_A_WHOLE_NUMBER),
        ({"kind": "flat", "fee_idr": True}, FeeSchemeProblem.NOT_A_WHOLE_NUMBER),
        ({"kind": "flat", "fee_idr": -1}, FeeSchemeProblem.NEGATIVE),
        ({"kind": "flat", "fee_idr": 0}, FeeSchemeProblem.FREE),
        ({"kind": "share", "commission_bp": 10_001}, FeeSchemeProblem.ABOVE_THE_PRICE),
        ({"kind": "share", "commission_bp": 0}, FeeSchemeProblem.FREE),
        ({"kind": "tiered_by_price", "tiers": []}, FeeSchemeProblem.NO_TIERS),
        ({"kind": "tiered_by_price", "tiers": "0"}, FeeSchemeProblem.NO_TIERS),
        ({"kind": "tiered_by_price", "tiers": [3]}, FeeSchemeProblem.NOT_AN_OBJECT),
        ({"kind": "tiered_by_price", "tiers": [{"from_idr": 0}]}, FeeSchemeProblem.MISSING_KEY),
        (
            {"kind": "tiered_by_price", "tiers": [{"from_idr": 1, "commission_bp": 5}]},
            FeeSchemeProblem.GAP_BEFORE_THE_FIRST_TIER,
        ),
        (
            {
                "kind": "tiered_by_volume",
                "tiers": [{"from_idr": 0, "commission_bp": 5}, {"from_idr": 0, "commission_bp": 6}],
            },
            FeeSchemeProblem.TIERS_OUT_OF_ORDER,
        ),
        ({"kind": "tiered_by_volume", "tiers": [{"from_idr": 0, "commission_bp": 0}]}, FeeSchemeProblem.FREE),
        (BY_PRICE, None),
        (BY_VOLUME, None),
    ],
)
def test_names_what_is_wrong_with_a_fee_scheme(scheme: object, problem: FeeSchemeProblem | None) -> None:
    assert fee_scheme_problem(scheme) == problem
