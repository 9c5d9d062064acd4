"""A class stops selling, sells again, or is cancelled: what happens to how many is said before (CARD-01)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.messages import find_courier
from prakerja.access.permissions import Permission
from prakerja.catalogue.operations import ScheduleClose, close_schedules
from prakerja.catalogue.states import ScheduleState
from prakerja.oversight.queries import partner_classes
from prakerja.purchases.operations import ClassCancellation, cancel_classes
from prakerja.web import formats
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.partner import shared
from prakerja.web.refusals import refusal

_REASON_MAX: Final = 300
_OPEN: Final = (ScheduleState.PUBLISHED, ScheduleState.CLOSED)


@requires(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "POST"])
def end_class(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """The choice with its consequences; a POST does what its button says."""
    try:
        found = partner_classes.get_class(shared.partner_id_of(request), schedule_id)
    except LookupError:
        raise Http404 from None
    decision = request.POST.get("decision", "")
    if decision == "cancel":
        return _cancel(request, found)
    if decision in ("close", "sell"):
        state = ScheduleState.CLOSED if decision == "close" else ScheduleState.PUBLISHED
        (result,) = close_schedules(context_of(request), [ScheduleClose(schedule_id=schedule_id, state=state)])
        if result.code.is_refusal:
            return back_with(request, refusal(result.code), "end_class", schedule_id, good=False)
        done = _("The class sells no more. Whoever bought it stays in it.")
        return back_with(request, done if decision == "close" else _("The class sells again."), "class", schedule_id)
    return _page(request, found)


def _cancel(request: HttpRequest, found: partner_classes.InstitutionClass) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()[:_REASON_MAX]
    if not reason:
        return _page(request, found, error=_("Write the reason: the participants read it."))

    def text(*, price_idr: int, reason: str, deadline_at: datetime | None) -> str:
        # A letter has both languages: nobody knows which one its reader chose.
        return " / ".join(_letter(language, found, price_idr, reason, deadline_at) for language in ("id", "en"))

    cancellation = ClassCancellation(
        schedule_id=found.schedule_id, institution_id=shared.partner_id_of(request), reason=reason
    )
    (result,) = cancel_classes(context_of(request), [cancellation], courier=find_courier(), text=text)
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "end_class", found.schedule_id, good=False)
    done = _("The class is cancelled. %(count)s purchases were taken back, together %(amount)s.") % {
        "count": formats.count(result.voided),
        "amount": formats.rupiah(result.returned_idr),
    }
    return back_with(request, done, "class", found.schedule_id)


def _letter(
    language: str, found: partner_classes.InstitutionClass, price_idr: int, reason: str, deadline_at: datetime | None
) -> str:
    with override(language):
        text = _(
            "Kartu Prakerja: the class %(class)s of %(day)s is cancelled: %(reason)s. "
            "%(price)s is back in your balance."
        ) % {
            "class": found.course_title,
            "day": formats.day(found.starts_at),
            "reason": reason,
            "price": formats.rupiah(price_idr),
        }
        if deadline_at is not None:
            text += " " + _("Buy another first training before %(moment)s.") % {"moment": formats.moment(deadline_at)}
        return text


def _page(request: HttpRequest, found: partner_classes.InstitutionClass, *, error: str = "") -> HttpResponse:
    sells = found.state == ScheduleState.PUBLISHED
    return show(
        request,
        "partner/class_end",
        status=422 if error else 200,
        found=found,
        can_close=sells,
        can_sell=found.state == ScheduleState.CLOSED and found.sells_until_at > now_of(request),
        can_cancel=found.state in _OPEN and found.redeemed == 0,
        is_over=found.state not in _OPEN,
        field=Field(
            "reason",
            _("Reason"),
            request.POST.get("reason", ""),
            hint=_("The participants read it, in their message and on their page."),
            error=error,
            kind="textarea",
            length_max=_REASON_MAX,
        ),
    )
