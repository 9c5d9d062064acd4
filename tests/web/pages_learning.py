"""The pages of the report chain, with a class at each hop."""

from datetime import timedelta
from uuid import UUID

from django.urls import reverse

from prakerja.access.roles import Role
from prakerja.catalogue.rules import SessionTimes
from prakerja.kit import db
from prakerja.learning.operations import (
    AttendanceRequest,
    ForwardRequest,
    ReportRequest,
    forward_completions,
    record_attendances,
    report_completions,
)
from tests.web.founder import DAY, NOW, Bought, must
from tests.web.nation import Nation

_PRICE_IDR = 200_000
# Whoever has completed a first course buys a second one: days before NOW on which each of these classes is held.
_HELD = {Role.INSTITUTION: 1, Role.PLATFORM: 2, Role.PROGRAMME_OFFICE: 3}


def pages_of_the_chain(role: Role | None, nation: Nation) -> dict[str, str]:
    """The pages of a role by the names of their pictures. The first call makes the classes of all roles.

    Call it before anything that ties partners together: their listings would be stopped.
    """
    if not nation.chain:
        nation.chain.update({one: a_class(nation, one) for one in _HELD})
        for one in (Role.PLATFORM, Role.PROGRAMME_OFFICE):
            reported(nation, nation.chain[one][1])
        waiting = nation.chain[Role.PROGRAMME_OFFICE][1]
        forward = ForwardRequest(waiting.lane, waiting.purchase_id, waiting.platform_id)
        must(forward_completions(nation.founder.at(NOW, "platform:test"), [forward]))
    if role not in _HELD:
        return {}
    schedule_id, bought = nation.chain[role]
    if role is Role.INSTITUTION:
        return {
            "reports-due": reverse("reports_due"),
            "report-class": reverse("report_class", args=[schedule_id]),
            "class-over": reverse("class", args=[schedule_id]),
            "addresses": reverse("addresses"),
        }
    if role is Role.PLATFORM:
        return {
            "reports-to-forward": reverse("reports_to_forward"),
            "forward-class": reverse("forward_class", args=[schedule_id]),
        }
    return {
        "reports-to-check": reverse("reports_to_check"),
        "check-class": reverse("check_class", args=[schedule_id]),
        "check-report": reverse("check_report", args=[bought.purchase_id]),
    }


def a_class(nation: Nation, role: Role) -> tuple[UUID, Bought]:
    """A class that is over, with one who was there."""
    founder, market = nation.founder, nation.market
    starts_at = NOW - _HELD[role] * DAY
    course = market.course(title="Menjahit pakaian kerja", price_idr=_PRICE_IDR, comparison_price_idr=_PRICE_IDR)
    market.listing(course)
    schedule_id = market.schedule(course, sessions=[SessionTimes(starts_at, starts_at + timedelta(hours=2))])
    place = 0 if role is not Role.PROGRAMME_OFFICE else 1
    holder = nation.bought[place]
    card = db.row(
        "SELECT card_id, number, participant_id, %s::uuid FROM cards WHERE participant_id = %s AND state = 'active'",
        (holder.applicant_id, holder.participant_id),
    )
    assert card is not None
    (bought,) = founder.buy([card], schedule_id, "tokopedia", starts_at - 2 * DAY)
    founder.redeem([bought], starts_at)
    attendance = AttendanceRequest(bought.lane, bought.purchase_id, founder.institution_id, 1, "sandbox")
    must(record_attendances(founder.at(starts_at), [attendance]))
    return schedule_id, bought


def reported(nation: Nation, bought: Bought) -> None:
    """The institution has reported it."""
    founder = nation.founder
    request = ReportRequest(bought.lane, bought.purchase_id, founder.institution_id, 85)
    must(report_completions(founder.at(NOW - timedelta(hours=3), "institution:test"), [request]))
