"""Pure decisions about partners: fee schemes and commission, admission evidence.

A fee scheme is data, a JSON object:

    {"kind": "none"}
    {"kind": "flat", "fee_idr": 25000}
    {"kind": "share", "commission_bp": 1000}                                          1000 = 10 %
    {"kind": "tiered_by_price",  "tiers": [{"from_idr": 0, "commission_bp": 1500}, …]}
    {"kind": "tiered_by_volume", "tiers": [{"from_idr": 0, "commission_bp": 1200}, …]}

Tiers are marginal, as with income tax: each part of the amount pays the share of the tier in which it lies.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

BASIS_POINTS = 10_000

FeeScheme = Mapping[str, Any]


class FeeKind(StrEnum):
    """How a platform charges the institution (SCHEME-08)."""

    NONE = "none"
    FLAT = "flat"
    SHARE = "share"
    TIERED_BY_PRICE = "tiered_by_price"
    TIERED_BY_VOLUME = "tiered_by_volume"


class FeeSchemeProblem(StrEnum):
    """What is wrong with a fee scheme, in order of precedence."""

    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_KIND = "unknown_kind"
    MISSING_KEY = "missing_key"
    UNKNOWN_KEY = "unknown_key"
    NOT_A_WHOLE_NUMBER = "not_a_whole_number"
    NEGATIVE = "negative"
    FREE = "free"  # a fee of nothing is written as kind none, so that "charges nothing" has one form
    ABOVE_THE_PRICE = "above_the_price"
    NO_TIERS = "no_tiers"
    GAP_BEFORE_THE_FIRST_TIER = "gap_before_the_first_tier"
    TIERS_OUT_OF_ORDER = "tiers_out_of_order"


_KEYS: Mapping[str, frozenset[str]] = {
    FeeKind.NONE: frozenset({"kind"}),
    FeeKind.FLAT: frozenset({"kind", "fee_idr"}),
    FeeKind.SHARE: frozenset({"kind", "commission_bp"}),
    FeeKind.TIERED_BY_PRICE: frozenset({"kind", "tiers"}),
    FeeKind.TIERED_BY_VOLUME: frozenset({"kind", "tiers"}),
}
_TIER_KEYS = frozenset({"from_idr", "commission_bp"})


def fee_scheme_problem(scheme: object) -> FeeSchemeProblem | None:
    """The first problem of a fee scheme in the order of `FeeSchemeProblem`, or None when it can be used."""
    if not isinstance(scheme, Mapping):
        return FeeSchemeProblem.NOT_AN_OBJECT
    keys = _KEYS.get(scheme["kind"]) if isinstance(scheme.get("kind"), str) else None
    if keys is None:
        return FeeSchemeProblem.UNKNOWN_KIND
    found = _key_problem(scheme, keys)
    if found:
        return found
    kind = scheme["kind"]
    if kind == FeeKind.FLAT:
        return _number_problem(scheme["fee_idr"]) or (FeeSchemeProblem.FREE if scheme["fee_idr"] == 0 else None)
    if kind == FeeKind.SHARE:
        return _share_problem(scheme["commission_bp"]) or (
            FeeSchemeProblem.FREE if scheme["commission_bp"] == 0 else None
        )
    return None if kind == FeeKind.NONE else _tiers_problem(scheme["tiers"])


def highest_commission_bp(scheme: FeeScheme) -> int:
    """The highest share of any part of a price, in basis points; 0 for none and flat (FEE-01).

    The scheme has no problem (`fee_scheme_problem`). The database computes the same from the stored scheme.
    """
    kind = scheme["kind"]
    if kind == FeeKind.SHARE:
        return int(scheme["commission_bp"])
    if kind in (FeeKind.TIERED_BY_PRICE, FeeKind.TIERED_BY_VOLUME):
        return max(int(tier["commission_bp"]) for tier in scheme["tiers"])
    return 0


def commission_idr(scheme: FeeScheme, *, price_idr: int, settled_before_idr: int = 0, cap_bp: int | None) -> int:
    """The platform's commission on one price, in rupiah, rounded down; the rest is the institution's.

    `settled_before_idr`: what was settled under this agreement before in the calendar month; only volume tiers look
    at it. `cap_bp`: the cap of the regime at the purchase, None where it has none. A flat fee is held to the cap, and
    no commission is above the price.

    Rule: FEE-01, FEE-02, SCHEME-08. Cost: one to three microseconds; no checks, the scheme has no problem.
    """
    kind = scheme["kind"]
    if kind == "share":
        commission = price_idr * scheme["commission_bp"] // BASIS_POINTS
    elif kind == "none":
        return 0
    elif kind == "flat":
        commission = scheme["fee_idr"]
    elif kind == "tiered_by_price":
        commission = _marginal(scheme["tiers"], price_idr) // BASIS_POINTS
    elif kind == "tiered_by_volume":
        tiers = scheme["tiers"]
        commission = (
            _marginal(tiers, settled_before_idr + price_idr) - _marginal(tiers, settled_before_idr)
        ) // BASIS_POINTS
    else:
        raise ValueError(f"no such kind of fee scheme: {kind!r}")
    highest = price_idr if cap_bp is None else price_idr * cap_bp // BASIS_POINTS
    return int(min(commission, highest))


def commissions_idr(
    scheme: FeeScheme, *, prices_idr: Iterable[int], settled_before_idr: int = 0, cap_bp: int | None
) -> list[int]:
    """The commission on each of several prices of one agreement, in order.

    The prices belong to one calendar month: each looks at what was settled before it, the ones in front of it
    included. Cost: as `commission_idr`, for each.
    """
    found = []
    for price_idr in prices_idr:
        found.append(commission_idr(scheme, price_idr=price_idr, settled_before_idr=settled_before_idr, cap_bp=cap_bp))
        settled_before_idr += price_idr
    return found


def missing_admission_evidence(
    evidence: Mapping[str, object], *, wanted: Sequence[str], province_reach: Fraction, provinces: int
) -> list[str]:
    """Which evidence for a platform's admission is missing, in the order in which the regime asks for it.

    `evidence` names a document for each word that the regime wants; `province_reach` is the number of provinces in
    which the platform has users, out of `provinces`.

    Rule: PLAT-01.
    """
    missing = []
    for word in wanted:
        shown = evidence.get(word)
        if word == "province_reach":
            if not _whole(shown) or Fraction(int(str(shown)), provinces) < province_reach:
                missing.append(word)
        elif not (isinstance(shown, str) and shown.strip()):
            missing.append(word)
    return missing


def _marginal(tiers: Sequence[Mapping[str, int]], amount_idr: int) -> int:
    """The commission on the first `amount_idr`, times 10,000: rounding happens once, at the end."""
    total = 0
    upper_idr = amount_idr
    for tier in reversed(tiers):
        from_idr = tier["from_idr"]
        if upper_idr > from_idr:
            total += (upper_idr - from_idr) * tier["commission_bp"]
            upper_idr = from_idr
    return total


def _key_problem(value: Mapping[str, object], keys: frozenset[str]) -> FeeSchemeProblem | None:
    if not keys <= value.keys():
        return FeeSchemeProblem.MISSING_KEY
    if not value.keys() <= keys:
        return FeeSchemeProblem.UNKNOWN_KEY
    return None


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number_problem(value: object) -> FeeSchemeProblem | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return FeeSchemeProblem.NOT_A_WHOLE_NUMBER
    return FeeSchemeProblem.NEGATIVE if value < 0 else None


def _share_problem(value: object) -> FeeSchemeProblem | None:
    found = _number_problem(value)
    if found:
        return found
    return FeeSchemeProblem.ABOVE_THE_PRICE if isinstance(value, int) and value > BASIS_POINTS else None


def _tiers_problem(tiers: object) -> FeeSchemeProblem | None:
    if not isinstance(tiers, Sequence) or isinstance(tiers, str) or not tiers:
        return FeeSchemeProblem.NO_TIERS
    for tier in tiers:
        if not isinstance(tier, Mapping):
            return FeeSchemeProblem.NOT_AN_OBJECT
        found = (
            _key_problem(tier, _TIER_KEYS) or _number_problem(tier["from_idr"]) or _share_problem(tier["commission_bp"])
        )
        if found:
            return found
    if tiers[0]["from_idr"] != 0:
        return FeeSchemeProblem.GAP_BEFORE_THE_FIRST_TIER
    starts = [tier["from_idr"] for tier in tiers]
    if any(later <= earlier for earlier, later in pairwise(starts)):
        return FeeSchemeProblem.TIERS_OUT_OF_ORDER
    return FeeSchemeProblem.FREE if all(tier["commission_bp"] == 0 for tier in tiers) else None
