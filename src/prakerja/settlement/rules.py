"""Pure decisions about settlement.

Rule: SETTLE-01, FEE-01, FEE-02, CARD-02.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prakerja.kit.clock import JAKARTA, jakarta_midnight
from prakerja.partners.rules import FeeScheme, commission_idr
from prakerja.programme.parameters import SettlementTrigger
from prakerja.programme.regimes import Regime

_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Sale:
    """What decides whether a purchase is payable, and what is split how."""

    purchase_id: UUID
    agreement_id: UUID
    price_idr: int
    redeemed: bool
    completed: bool
    verified: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """The fee terms of an agreement, as they were signed."""

    scheme: FeeScheme
    cap_bp: int | None


@dataclass(frozen=True, slots=True)
class Split:
    """A price in its two parts; they always add up to it."""

    commission_idr: int
    institution_idr: int


def trigger_is_met(trigger: SettlementTrigger, sale: Sale) -> bool:
    """Whether the price has become payable. Rule: SETTLE-01."""
    if trigger is SettlementTrigger.PURCHASE:
        return True
    if trigger is SettlementTrigger.REDEMPTION:
        return sale.redeemed
    return sale.completed and sale.verified


def split_prices(
    sales: Iterable[Sale],
    terms: dict[UUID, Terms],
    settled_before_idr: dict[UUID, int],
    *,
    caps_bp: Mapping[UUID, int | None],
) -> dict[UUID, Split]:
    """Purchase id → split, in the order of `sales`: each looks at what its agreement settled before in the month.

    `settled_before_idr` is agreement id → sum of prices; `caps_bp` is purchase id → the cap of the regime on the day of
    the purchase (None: no cap). An agreement may outlive the regime under which it was signed: the lower cap counts.
    Rounded down for the platform, the rest is the institution's.
    Rule: FEE-01, FEE-02.
    """
    before = dict(settled_before_idr)
    splits = {}
    for sale in sales:
        agreed = terms[sale.agreement_id]
        settled = before.get(sale.agreement_id, 0)
        commission = commission_idr(
            agreed.scheme,
            price_idr=sale.price_idr,
            settled_before_idr=settled,
            cap_bp=lower_cap(agreed.cap_bp, caps_bp[sale.purchase_id]),
        )
        splits[sale.purchase_id] = Split(commission, sale.price_idr - commission)
        before[sale.agreement_id] = settled + sale.price_idr
    return splits


def lower_cap(one_bp: int | None, other_bp: int | None) -> int | None:
    """The cap that binds; None where neither does. Rule: FEE-01."""
    caps = [cap for cap in (one_bp, other_bp) if cap is not None]
    return min(caps, default=None)


def month_of(at: datetime) -> tuple[datetime, datetime]:
    """The calendar month (Jakarta) of a moment, half-open."""
    local = at.astimezone(JAKARTA)
    first = date(local.year, local.month, 1)
    following = date(local.year + 1, 1, 1) if local.month == _DECEMBER else date(local.year, local.month + 1, 1)
    return jakarta_midnight(first), jakarta_midnight(following)


def last_usable_day(regime: Regime, year: int) -> date:
    """The day until which balances of a year are usable; the books may be closed behind it. Rule: CARD-02."""
    return date(year, regime.balance_until.month, regime.balance_until.day)
