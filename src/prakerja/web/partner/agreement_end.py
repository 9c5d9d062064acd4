"""Either side ends an agreement, from a day after today: what that stops, what goes on, then the button (SCHEME-10)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.oversight.queries import partner_agreements
from prakerja.oversight.queries.agreement_ends import count_touched
from prakerja.partners.operations import AgreementEnd, end_agreements
from prakerja.web import formats
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of
from prakerja.web.days import read_day
from prakerja.web.fields import Field
from prakerja.web.partner.cooperation import side_of
from prakerja.web.partner.shared import fee_terms, partner_id_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet


@requires(Permission.MANAGE_KEYS)
@require_http_methods(["GET", "POST"])
def end_agreement(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """The agreement, what its end touches, and the day from which it ends."""
    side, own, context = side_of(request), partner_id_of(request), context_of(request)
    try:
        found = partner_agreements.get_agreement(side, own, agreement_id)
    except LookupError:
        raise Http404 from None
    if found.ended_at is not None or (found.valid_until is not None and found.valid_until <= context.today):
        raise Http404
    errors: dict[str, Any] = {}
    if request.method == "POST":
        day, reason = read_day(request, "until"), request.POST.get("reason", "").strip()[:500]
        if not isinstance(day, date):
            errors["until"] = _("Write the day as 2020-12-31.")
        if not reason:
            errors["reason"] = _("Write why it ends: the other side and the programme office read it.")
        if isinstance(day, date) and reason:
            end = AgreementEnd(agreement_id=agreement_id, valid_until=day, reason=reason)
            (result,) = end_agreements(context, [end], party_id=own)
            if not result.code.is_refusal:
                text = _("The end is set. What was sold before is honoured and paid.")
                return back_with(request, text, f"{side}_agreements")
            errors["until"] = (
                _("It ends after today, and never later than it would anyway.")
                if result.code == "period_malformed"
                else refusal(result.code)
            )
    touched = count_touched(agreement_id)
    sheet = Sheet(
        heading=_("End the agreement with %(partner)s") % {"partner": found.other_partner},
        back=(reverse(f"{side}_agreements"), _("Agreements")),
        lead=_(
            "From that day nothing new is sold under it. Codes that were sold stay redeemable, classes go on, and "
            "everything is paid by these terms. It cannot be undone; other terms are another version, from that day on."
        ),
        facts=[
            Fact(_("Version"), str(found.version)),
            Fact(_("Fee"), fee_terms(found.fee_scheme)),
            Fact(_("Valid from"), formats.day(found.valid_from)),
            Fact(_("Valid until"), formats.day(found.valid_until) if found.valid_until else _("no end")),
            Fact(_("Courses on sale that stop"), formats.count(touched.listings)),
            Fact(_("Purchases on their way that are honoured"), formats.count(touched.purchases)),
        ],
        forms=[
            Form(
                act="end",
                heading=_("End it"),
                button=_("Set the end"),
                fields=[
                    Field(
                        name="until",
                        label=_("First day on which it is not in force any more"),
                        kind="date",
                        value=(context.today + timedelta(days=1)).isoformat(),
                    ),
                    Field(name="reason", label=_("Why it ends"), kind="textarea", length_max=500),
                ],
            )
        ],
    )
    return show_sheet(request, sheet, errors=errors)
