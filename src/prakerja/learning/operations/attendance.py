"""Recording presence: the hot shape, one SQL call per lane."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.learning.errors import AttendanceCode
from prakerja.learning.rules import learning_rules
from prakerja.programme.queries import get_regime_book


@dataclass(frozen=True, slots=True)
class AttendanceRequest:
    """One presence at one session; `presence` says how it was checked (`selfie`, `signature`, `sandbox` …)."""

    lane: int
    purchase_id: UUID
    institution_id: UUID
    sequence: int
    presence: str


@dataclass(frozen=True, slots=True)
class AttendanceResult:
    """The answer to one presence."""

    code: AttendanceCode


def record_attendances(context: Context, requests: Sequence[AttendanceRequest]) -> list[AttendanceResult]:
    """Record presence by purchase and session; one answer each, in order. Idempotent: a second one is `repeated`.

    Codes in order: unknown_purchase, another_institution, voided, not_redeemed, no_such_session, repeated, closed,
    outside_the_window, no_presence, ok. The window and the presence check follow the regime
    that was in force on the day of the purchase.

    Rule: LEARN-01, LEARN-03. Cost: one SQL call per lane; the purchases are locked FOR SHARE in key order.
    """
    by_lane: dict[int, list[int]] = defaultdict(list)
    for position, request in enumerate(requests):
        by_lane[request.lane].append(position)
    rules = db.encode_json(_rules_by_day())
    codes: dict[int, AttendanceCode] = {}
    with db.transaction():
        for lane in sorted(by_lane):
            items = [
                {
                    "item": position,
                    "event_id": context.uuid(),
                    "purchase_id": requests[position].purchase_id,
                    "institution_id": requests[position].institution_id,
                    "sequence": requests[position].sequence,
                    "presence": requests[position].presence,
                }
                for position in by_lane[lane]
            ]
            answers = db.call("record_attendance", lane, items, actor=context.actor, now=context.now, rules=rules)
            codes.update({position: AttendanceCode(code) for position, code in answers})
    return [AttendanceResult(codes[position]) for position in range(len(requests))]


def _rules_by_day() -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for stretch in get_regime_book().stretches:
        rules = learning_rules(stretch)
        found.append(
            {
                "from_date": stretch.in_force_from,
                "until_date": stretch.in_force_until,
                "before_minutes": rules.before_minutes,
                "after_minutes": rules.after_minutes,
                "presence_required": rules.presence_required,
            }
        )
    return found
