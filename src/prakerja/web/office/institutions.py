"""The programme office admits institutions step by step (INST-01)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.access.queries import list_staff_who_may
from prakerja.partners import queries
from prakerja.partners.operations import InstitutionDecree, StepDecision, decide_admission_steps, decree_institutions
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.office.platforms import may_judge
from prakerja.web.proceedings_shown import step_table
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.shown import state_cell
from prakerja.web.tables import Cell, Column, make_table

PAGE = 100


@requires(Permission.SEE_PROGRAMME)
def office_institutions(request: HttpRequest) -> HttpResponse:
    """Institutions: open steps by deadline first, with their reviewer."""
    now = now_of(request)
    found = queries.list_institution_queue(after_code=request.GET.get("after", ""), limit=PAGE + 1)
    more = len(found) > PAGE and found[PAGE - 1].step is None
    table = make_table(
        _("Institutions"),
        (
            Column[queries.InstitutionLine](
                _("Institution"), lambda row: Cell(row.name, href=reverse("office_institution", args=[row.id]))
            ),
            Column[queries.InstitutionLine](_("Kind"), lambda row: words.word("institution_kind", row.kind).text),
            Column[queries.InstitutionLine](_("State"), lambda row: state_cell("institution_state", row.state)),
            Column[queries.InstitutionLine](_("Step"), lambda row: words.value_word(row.step) if row.step else "–"),
            Column[queries.InstitutionLine](
                _("Reviewer"), lambda row: (row.reviewer or _("any signer")) if row.step else "–"
            ),
            Column[queries.InstitutionLine](
                _("By when"), lambda row: formats.deadline(row.due_at, now=now) if row.due_at else "–"
            ),
        ),
        found[:PAGE],
        empty=_("No institution is on record yet."),
        next_href=f"{request.path}?after={found[PAGE - 1].code}" if more else "",
    )
    lead = _("Reviewers are drawn among those without a tie to the institution. Who reviewed does not decree.")
    return show_sheet(request, Sheet(heading=_("Admission of institutions"), lead=lead, tables=[table]))


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_institution(request: HttpRequest, institution_id: UUID) -> HttpResponse:
    """One institution: record, steps, and the decision that is open."""
    try:
        found = queries.get_institution(institution_id)
    except LookupError:
        raise Http404 from None
    context = context_of(request)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        if not may_judge(request):
            raise Http404
        regime = get_regime_book().on(context.today)
        act, text = request.POST.get("act"), request.POST.get("text", "")[:2_000]
        if act == "decree":
            decree = InstitutionDecree(institution_id=found.id, decree_number=request.POST.get("number", "")[:100])
            (result,) = decree_institutions(context, [decree], regime=regime)
        else:
            passed = act == "pass"
            decision = StepDecision(
                institution_id=found.id, passed=passed, evidence=text if passed else "", reason="" if passed else text
            )
            (result,) = decide_admission_steps(
                context, [decision], regime=regime, reviewers=list_staff_who_may(Permission.JUDGE_PARTNERS)
            )
        if not result.code.is_refusal:
            return back_with(request, _("Decided and on record."), "office_institution", found.id)
        missing = ", ".join(str(words.value_word(word)) for word in result.missing)
        errors["number" if act == "decree" else "text"] = f"{refusal(result.code)} {missing}".strip()
    steps = queries.list_admission_steps(found.id)
    word = words.word("institution_state", found.state)
    facts = queries.get_facts([found.id], on=context.today)[found.id]
    sheet = Sheet(
        heading=found.name,
        back=(reverse("office_institutions"), _("Admission of institutions")),
        facts=[
            Fact(_("State"), word.text, tone=word.tone),
            Fact(_("Who must act"), word.who_acts),
            Fact(_("Kind"), words.word("institution_kind", found.kind).text),
            Fact(_("Legal entity behind it"), found.owner_entity),
            *[
                Fact(words.word("record_fact", name).text, _record_value(name, value))
                for name, value in facts.items()
                if name != "institution_kind"
            ],
        ],
        links=[
            (reverse("office_users", args=["institution", found.id]), _("Its people and invitations")),
            (reverse("office_record", args=[found.id]), _("Its record")),
            (reverse("office_ties", args=["institution", found.id]), _("Who stands behind it")),
            (reverse("trail", args=[found.id]), _("Audit trail")),
        ],
        tables=[step_table(steps, now=now_of(request), names=True)],
        forms=_forms(steps, context.actor) if may_judge(request) else [],
    )
    return show_sheet(request, sheet, errors=errors)


def _record_value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(words.word("legal_form", str(value)).text) if name == "legal_form" else str(value)


def _forms(steps: list[queries.StepView], actor: str) -> list[Form]:
    step = next((one for one in steps if one.outcome == "open"), None)
    if step is None:
        return []
    if step.step == "decree":
        notice = _("The decree lets the institution sell. It is signed by somebody who reviewed none of the steps.")
        number = Field(name="number", label=_("Number of the decree"))
        return [Form(act="decree", heading=_("Decree"), button=_("Sign the decree"), fields=[number], notice=notice)]
    if step.reviewer != actor:
        return []
    return [
        Form(
            act="pass",
            heading=_("Your decision: %(step)s") % {"step": words.value_word(step.step)},
            button=_("Passed"),
            notice=_("A failed step gives the application back with your reason."),
            fields=[Field(name="text", label=_("Evidence, or the reason"), kind="textarea", length_max=2_000)],
            second_act="fail",
            second_button=_("Failed"),
        )
    ]
