"""What if: a past period, split once more under draft terms, institution by institution (FEE-01, SCHEME-08)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.clock import jakarta_date, jakarta_midnight
from prakerja.partners.rules import FeeScheme
from prakerja.programme.queries import get_regime_book
from prakerja.settlement.rules import Sale, Terms, month_of, split_prices


@dataclass(frozen=True, slots=True)
class ReplayedTerms:
    """One institution's purchases of the period: the commission that was booked, and that of the draft."""

    institution_id: UUID
    institution_name: str
    purchases: int
    price_idr: int
    booked_idr: int
    draft_idr: int

    @property
    def difference_idr(self) -> int:
        """What the institution would have paid more (less, below zero)."""
        return self.draft_idr - self.booked_idr


def replay_terms(
    platform_id: UUID, scheme: FeeScheme, *, period_from: date, period_until: date, cap_bp: int | None = None
) -> list[ReplayedTerms]:
    """A platform's past period under draft terms, by the institution's name; nothing is written.

    The days are those on which the purchases became payable, half-open. Every sale is split by the rule that settles:
    volume tiers look at the whole calendar month from its first day, and the cap of the regime on the day of the
    purchase binds besides the draft's own `cap_bp`. The scheme has no problem (`fee_scheme_problem`).

    Rule: FEE-01, FEE-02. Cost: two statements; two microseconds a purchase.
    """
    begins, ends = jakarta_midnight(period_from), jakarta_midnight(period_until)
    book = get_regime_book()
    draft = Terms(scheme, cap_bp)
    names: dict[UUID, str] = {}
    sales: dict[tuple[UUID, datetime], list[tuple[Sale, bool, int]]] = {}
    caps_bp: dict[UUID, int | None] = {}
    for row in _rows(platform_id, month_of(begins)[0], ends):
        purchase_id, institution_id, name, price_idr, commission_idr, paid_at, payable_at = row
        names[institution_id] = name
        caps_bp[purchase_id] = book.on(jakarta_date(paid_at)).commission_cap_bp
        # One draft binds the pair: its purchases stand under one agreement, whatever they stood under.
        sale = Sale(purchase_id, institution_id, price_idr, redeemed=True, completed=True, verified=True)
        key = (institution_id, month_of(payable_at)[0])
        sales.setdefault(key, []).append((sale, payable_at >= begins, commission_idr))
    replayed = {institution_id: [0, 0, 0, 0] for institution_id in names}
    for (institution_id, _), month in sales.items():
        splits = split_prices([sale for sale, _, _ in month], {institution_id: draft}, {}, caps_bp=caps_bp)
        for sale, counts, booked_idr in month:
            if counts:
                sums = replayed[institution_id]
                parts = (1, sale.price_idr, booked_idr, splits[sale.purchase_id].commission_idr)
                replayed[institution_id] = [total + part for total, part in zip(sums, parts, strict=True)]
    found = [ReplayedTerms(institution_id, names[institution_id], *sums) for institution_id, sums in replayed.items()]
    return sorted((one for one in found if one.purchases), key=lambda one: (one.institution_name, one.institution_id))


def _rows(platform_id: UUID, since: datetime, until: datetime) -> list[db.Row]:
    """In the order in which they were settled."""
    return db.rows(
        """
        SELECT p.purchase_id, p.institution_id, i.name, p.price_idr, p.commission_idr, p.paid_at, p.payable_at
        FROM purchases AS p
        JOIN institutions AS i ON i.id = p.institution_id
        WHERE p.platform_id = %s AND p.payable_at >= %s AND p.payable_at < %s
        ORDER BY p.payable_at, p.purchase_id, p.lane
        """,
        [platform_id, since, until],
    )
