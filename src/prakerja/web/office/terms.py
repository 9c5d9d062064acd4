"""The office confirms what a platform says of itself in public, or refuses it with a reason (SCHEME-08)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partners import queries
from prakerja.partners.operations import TermsDecision, decide_terms
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.office.platforms import may_judge
from prakerja.web.partner.shared import fee_terms
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Form, Sheet, show_sheet
from prakerja.web.tables import Column, Table, make_table
from prakerja.web.terms_shown import modes_text, terms_facts, version_table


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_terms(request: HttpRequest, platform_id: UUID) -> HttpResponse:
    """What is shown now beside what waits, and the decision."""
    try:
        found = queries.get_platform(platform_id)
    except LookupError:
        raise Http404 from None
    versions = queries.list_terms(platform_id)
    waiting = next((one for one in versions if one.waits), None)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        # Who confirms has read a version; another one that was entered since is not what was read.
        if not may_judge(request) or waiting is None or request.POST.get("about") != str(waiting.id):
            raise Http404
        confirms = request.POST.get("act") == "confirm"
        decision = TermsDecision(
            terms_id=waiting.id, confirms=confirms, reason=request.POST.get("reason", "").strip()[:500]
        )
        context = context_of(request)
        (result,) = decide_terms(context, [decision], regime=get_regime_book().on(context.today))
        if not result.code.is_refusal:
            text = _("Confirmed: everybody reads it now.") if confirms else _("Refused. The platform reads why.")
            return back_with(request, text, "office_terms", platform_id)
        errors["reason" if result.code == "reason_missing" else ""] = refusal(result.code)
    tables = [version_table(versions, names=True)]
    if waiting:
        tables.insert(0, _beside(found, waiting))
    sheet = Sheet(
        heading=_("Public terms of %(platform)s") % {"platform": found.name},
        back=(reverse("office_platform", args=[found.id]), found.name),
        notices=[
            _("Version %(version)s waits for the office until %(day)s; without a decision it lapses.")
            % {"version": waiting.version, "day": formats.deadline(waiting.due_at, now=now_of(request))}
        ]
        if waiting
        else [],
        facts=terms_facts(
            description=found.profile.get("description"),
            fee_scheme=found.profile.get("fee_scheme"),
            modes=found.modes,
            payment_term_days=found.payment_term_days,
        ),
        tables=tables,
        forms=[_form(waiting)] if waiting and may_judge(request) else [],
    )
    return show_sheet(request, sheet, errors=errors)


def _beside(found: queries.PlatformView, waiting: queries.TermsView) -> Table:
    now_said, scheme = found.profile.get("description") or {}, found.profile.get("fee_scheme")
    days = _("%(days)s days")
    rows = [
        (_("Description in Indonesian"), now_said.get("id", "–"), waiting.description["id"]),
        (_("Description in English"), now_said.get("en", "–"), waiting.description["en"]),
        (_("Fee"), fee_terms(scheme) if scheme else "–", fee_terms(dict(waiting.fee_scheme))),
        (_("Sells"), modes_text(found.modes), modes_text(waiting.modes)),
        (_("Payment term"), days % {"days": found.payment_term_days}, days % {"days": waiting.payment_term_days}),
    ]
    return make_table(
        _("What would change"),
        (
            Column[tuple[str, str, str]](_("Part"), lambda row: row[0]),
            Column[tuple[str, str, str]](_("Shown now"), lambda row: row[1]),
            Column[tuple[str, str, str]](_("Version %(version)s") % {"version": waiting.version}, lambda row: row[2]),
        ),
        rows,
        empty="",
    )


def _form(waiting: queries.TermsView) -> Form:
    return Form(
        act="confirm",
        heading=_("Decide"),
        button=_("Confirm"),
        second_act="refuse",
        second_button=_("Refuse"),
        about=str(waiting.id),
        notice=_("Fees are held to the cap of today (FEE-01). It is on record with your name."),
        fields=[Field(name="reason", label=_("Reason (where you refuse)"), kind="textarea", length_max=500)],
    )
