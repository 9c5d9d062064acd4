"""The programme office gives notice, decides and judges appeals, each by another person."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.catalogue.operations.courses import suspend_course
from prakerja.catalogue.queries import find_course_by_code
from prakerja.partners import queries
from prakerja.partners.operations import (
    SanctionDecision,
    SanctionNotice,
    decide_appeals,
    decide_sanctions,
    lift_sanctions,
    notice_sanctions,
)
from prakerja.partners.states import SanctionKind
from prakerja.programme.queries import get_regime_book
from prakerja.web import words
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.office.platforms import may_judge
from prakerja.web.partner.sanctions import case_table
from prakerja.web.proceedings_shown import effect_sentence, sanction_facts
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Form, Sheet, show_sheet


@requires(Permission.SEE_PROGRAMME)
def office_sanctions(request: HttpRequest) -> HttpResponse:
    """All cases, those that wait first."""
    links = [(reverse("office_new_sanction"), _("Give notice"))] if may_judge(request) else []
    lead = _("Notice with evidence, answer, decision by another person, appeal to a third one.")
    table = case_table(queries.list_sanctions(), "office_sanction")
    return show_sheet(request, Sheet(heading=_("Sanctions"), lead=lead, links=links, tables=[table]))


@requires(Permission.JUDGE_PARTNERS)
@require_http_methods(["GET", "POST"])
def office_new_sanction(request: HttpRequest) -> HttpResponse:
    """Give notice: nothing changes for anybody before it is decided."""
    errors: dict[str, Any] = {}
    if request.method == "POST":
        entry = _notice(request)
        if isinstance(entry, dict):
            errors = entry
        else:
            (result,) = notice_sanctions(context_of(request), [entry])
            if not result.code.is_refusal and result.sanction_id is not None:
                return back_with(request, _("Notice is given."), "office_sanction", result.sanction_id)
            errors["platform" if result.code == "target_unknown" else "notice"] = refusal(result.code)
    kinds = tuple((code, word.text) for code, word in words.WORDS["sanction_kind"].items())
    form = Form(
        act="notice",
        heading=_("Notice"),
        button=_("Give notice"),
        notice=_("Nothing changes yet. The party has 14 days to answer; then another person decides."),
        fields=[
            Field(name="kind", label=_("Sanction"), options=kinds, select=True),
            Field(name="institution", label=_("Code of the institution")),
            Field(name="platform", label=_("Code of the platform"), hint=_("For a registration: both codes.")),
            Field(name="course", label=_("Code of the course"), hint=_("Only for a course, with its institution.")),
            Field(name="rule", label=_("Rule"), hint=_("Such as LEARN-04.")),
            Field(name="notice", label=_("What it is about"), kind="textarea", length_max=5_000),
            Field(name="evidence", label=_("Evidence, one a line"), kind="textarea", length_max=5_000),
        ],
    )
    sheet = Sheet(heading=_("Give notice"), back=(reverse("office_sanctions"), _("Sanctions")), forms=[form])
    return show_sheet(request, sheet, errors=errors)


def _notice(request: HttpRequest) -> SanctionNotice | dict[str, Any]:
    errors: dict[str, Any] = {}
    typed = {name: request.POST.get(name, "").strip() for name in ("kind", "institution", "platform", "course", "rule")}
    platform = queries.find_platform(typed["platform"]) if typed["platform"] else None
    institution = queries.find_institution(typed["institution"]) if typed["institution"] else None
    if typed["kind"] not in set(SanctionKind):
        errors["kind"] = _("Choose a sanction.")
    if typed["platform"] and platform is None:
        errors["platform"] = _("There is no platform of that code.")
    if typed["institution"] and institution is None:
        errors["institution"] = _("There is no institution of that code.")
    course_id = None
    if typed["course"]:
        course = find_course_by_code(typed["course"])
        if course is None:
            errors["course"] = _("There is no course of that code.")
        else:
            course_id = course.id
    if errors:
        return errors
    registration = queries.find_registration(platform.id, institution.id) if platform and institution else None
    return SanctionNotice(
        kind=SanctionKind(typed["kind"]),
        rule=typed["rule"],
        notice=request.POST.get("notice", "")[:5_000],
        evidence=[line.strip() for line in request.POST.get("evidence", "").splitlines() if line.strip()],
        platform_id=platform.id if platform else None,
        institution_id=institution.id if institution else None,
        registration_id=registration.id if registration else None,
        course_id=course_id,
    )


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_sanction(request: HttpRequest, sanction_id: UUID) -> HttpResponse:
    """One case, and the decision that is open in it."""
    try:
        case = queries.get_sanction(sanction_id)
    except LookupError:
        raise Http404 from None
    context = context_of(request)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        if not may_judge(request):
            raise Http404
        impose = request.POST.get("act") in ("impose", "uphold")
        decision = SanctionDecision(sanction_id=case.id, impose=impose, reason=request.POST.get("reason", "")[:5_000])
        operation = {"noticed": decide_sanctions, "answered": decide_sanctions, "appealed": decide_appeals}.get(
            case.state, lift_sanctions
        )
        regime = get_regime_book().on(context.today)
        (result,) = operation(context, [decision], regime=regime, course=suspend_course)
        if not result.code.is_refusal:
            return back_with(request, _("Decided and on record."), "office_sanction", case.id)
        errors["reason"] = refusal(result.code)
    sheet = Sheet(
        heading=_("Case %(number)s: %(sanction)s")
        % {"number": case.number, "sanction": words.word("sanction_kind", case.kind).text},
        back=(reverse("office_sanctions"), _("Sanctions")),
        notices=[effect_sentence(case.kind)],
        facts=sanction_facts(case, now=now_of(request)),
        links=[(reverse("trail", args=[case.id]), _("Audit trail"))],
        forms=_forms(case.state) if may_judge(request) else [],
    )
    return show_sheet(request, sheet, errors=errors)


def _forms(state: str) -> list[Form]:
    reason = [Field(name="reason", label=_("Reason"), kind="textarea", length_max=5_000)]
    if state in ("noticed", "answered"):
        notice = _("Not by who gave notice, and not before the answer or the time for it.")
        return [
            Form(
                act="impose",
                heading=_("Decision"),
                button=_("Impose"),
                fields=reason,
                notice=notice,
                second_act="drop",
                second_button=_("Drop"),
            )
        ]
    if state == "appealed":
        notice = _("Only by a third person: neither who gave notice nor who decided.")
        return [
            Form(
                act="uphold",
                heading=_("Decision about the appeal"),
                button=_("Uphold"),
                fields=reason,
                notice=notice,
                second_act="lift",
                second_button=_("Lift"),
            )
        ]
    if state in ("imposed", "upheld"):
        return [Form(act="lift", heading=_("Lift the sanction"), button=_("Lift"), fields=reason)]
    return []
