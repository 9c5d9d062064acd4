"""A partner reads the cases about itself, answers and appeals."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partners import queries
from prakerja.partners.operations import SanctionWord, answer_sanctions, appeal_sanctions
from prakerja.web import formats, words
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.proceedings_shown import effect_sentence, sanction_facts
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Form, Sheet, show_sheet
from prakerja.web.shown import state_cell
from prakerja.web.tables import Cell, Column, Table, make_table


@requires(Permission.MANAGE_KEYS)
def own_sanctions(request: HttpRequest) -> HttpResponse:
    """The cases about the partner, those that wait first."""
    lead = _("Nobody is judged unheard: you can answer a notice for 14 days and appeal a decision for 14 days.")
    table = case_table(queries.list_sanctions(party_id=partner_id_of(request)), "own_sanction")
    return show_sheet(request, Sheet(heading=_("Sanctions"), lead=lead, tables=[table]))


def case_table(cases: list[queries.SanctionView], address: str) -> Table:
    """Cases with who must act."""
    return make_table(
        _("Cases"),
        (
            Column[queries.SanctionView](
                _("Case"), lambda row: Cell(str(row.number), href=reverse(address, args=[row.id]))
            ),
            Column[queries.SanctionView](_("Sanction"), lambda row: words.word("sanction_kind", row.kind).text),
            Column[queries.SanctionView](_("Party"), lambda row: row.institution_name or row.platform_name),
            Column[queries.SanctionView](_("State"), lambda row: state_cell("sanction_state", row.state)),
            Column[queries.SanctionView](
                _("Who must act"), lambda row: words.word("sanction_state", row.state).who_acts
            ),
            Column[queries.SanctionView](_("Noticed"), lambda row: formats.day(row.noticed_at)),
        ),
        cases,
        empty=_("There is no case."),
    )


@requires(Permission.MANAGE_KEYS)
@require_http_methods(["GET", "POST"])
def own_sanction(request: HttpRequest, sanction_id: UUID) -> HttpResponse:
    """One case: notice, evidence, decision, and the partner's word."""
    try:
        case = queries.get_sanction(sanction_id)
    except LookupError:
        raise Http404 from None
    own = partner_id_of(request)
    if own not in (case.platform_id, case.institution_id):
        raise Http404
    errors: dict[str, Any] = {}
    if request.method == "POST":
        word = SanctionWord(sanction_id=case.id, party_id=own, text=request.POST.get("text", "")[:10_000])
        operation = appeal_sanctions if request.POST.get("act") == "appeal" else answer_sanctions
        (result,) = operation(context_of(request), [word])
        if not result.code.is_refusal:
            return back_with(request, _("Your word is on record."), "own_sanction", case.id)
        errors["text"] = refusal(result.code)
    forms = []
    field = Field(name="text", label=_("Your word"), kind="textarea", length_max=10_000)
    if case.state == "noticed":
        forms.append(Form(act="answer", heading=_("Answer the notice"), button=_("Answer"), fields=[field]))
    elif case.state == "imposed":
        notice = _("A third person decides. The sanction stays in force until then.")
        forms.append(
            Form(act="appeal", heading=_("Appeal"), button=_("Appeal against it"), fields=[field], notice=notice)
        )
    sheet = Sheet(
        heading=_("Case %(number)s: %(sanction)s")
        % {"number": case.number, "sanction": words.word("sanction_kind", case.kind).text},
        back=(reverse("own_sanctions"), _("Sanctions")),
        notices=[effect_sentence(case.kind)],
        facts=sanction_facts(case, now=now_of(request)),
        forms=forms,
    )
    return show_sheet(request, sheet, errors=errors)
