"""The programme office recognises platforms: application, two people's evaluation, steps with evidence, checks."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.partners import queries
from prakerja.partners.models import INTEGRATION_CHECKS
from prakerja.partners.operations import (
    Finding,
    PlatformApplication,
    PlatformEvaluation,
    PlatformMove,
    apply_platforms,
    evaluate_platforms,
    move_platforms,
)
from prakerja.partners.operations.platform_admission import PROVEN_LATER
from prakerja.partners.states import PLATFORM_MOVES, PlatformState
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.admission_shown import shown_table
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.days import read_term
from prakerja.web.fields import Field
from prakerja.web.integration_shown import check_table
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.shown import moment_cell, state_cell
from prakerja.web.tables import Cell, Column, make_table
from prakerja.web.terms_shown import waiting_table
from prakerja.web.visitors import user_of

# The way in; the way out is a sanction, with due process.
_ADMISSION = (
    PlatformState.EVALUATED,
    PlatformState.MEMORANDUM,
    PlatformState.AGREEMENT,
    PlatformState.INTEGRATED,
    PlatformState.ACTIVE,
)
_BOTH = {"both": ["offline", "online"], "online": ["online"], "offline": ["offline"]}


@requires(Permission.SEE_PROGRAMME)
def office_platforms(request: HttpRequest) -> HttpResponse:
    """All platforms and where each stands."""
    table = make_table(
        _("Platforms"),
        (
            Column[queries.PlatformView](
                _("Platform"), lambda row: Cell(row.name, href=reverse("office_platform", args=[row.id]))
            ),
            Column[queries.PlatformView](_("Kind"), lambda row: words.word("platform_kind", row.kind).text),
            Column[queries.PlatformView](_("State"), lambda row: state_cell("platform_state", row.state)),
            Column[queries.PlatformView](
                _("Who must act"), lambda row: words.word("platform_state", row.state).who_acts
            ),
            Column[queries.PlatformView](_("Recognised"), lambda row: moment_cell(row.recognised_at)),
        ),
        queries.list_platforms(),
        empty=_("No platform has applied yet."),
    )
    links = [(reverse("office_new_platform"), _("Enter an application"))] if may_judge(request) else []
    tables = [waiting_table(queries.list_terms_waiting(), now=now_of(request)), table]
    return show_sheet(request, Sheet(heading=_("Recognition of platforms"), links=links, tables=tables))


def may_judge(request: HttpRequest) -> bool:
    """Whether the user decides about partners."""
    return may(user_of(request).role, Permission.JUDGE_PARTNERS)


@requires(Permission.JUDGE_PARTNERS)
@require_http_methods(["GET", "POST"])
def office_new_platform(request: HttpRequest) -> HttpResponse:
    """Enter a platform that applies; its own requirements it publishes itself."""
    errors: dict[str, Any] = {}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip()[:200] for name in ("code", "name", "kind", "owner")}
        term = read_term(request, "term")
        if not (typed["code"].isascii() and typed["code"].isalnum() and typed["code"].islower()):
            errors["code"] = _("Use small letters and digits only.")
        if not typed["name"]:
            errors["name"] = _("Fill in the name.")
        if not typed["owner"]:
            errors["owner"] = _("Fill in the legal entity.")
        if term is None:
            errors["term"] = _("Write the days in digits, 365 at most.")
        if not errors and term is not None:
            application = PlatformApplication(
                code=typed["code"],
                name=typed["name"],
                kind=typed["kind"],
                modes=_BOTH.get(request.POST.get("modes", ""), []),
                payment_term_days=term,
                owner_entity=typed["owner"],
            )
            (result,) = apply_platforms(context_of(request), [application])
            if not result.code.is_refusal and result.platform_id is not None:
                return back_with(request, _("The application is entered."), "office_platform", result.platform_id)
            field = {"code_taken": "code", "kind_unknown": "kind", "modes_unknown": "modes"}.get(result.code, "")
            errors[field] = refusal(result.code)
    kinds = tuple((code, word.text) for code, word in words.WORDS["platform_kind"].items())
    form = Form(
        act="apply",
        heading=_("Application"),
        button=_("Enter"),
        fields=[
            Field(name="code", label=_("Code"), hint=_("Small letters and digits; it stays for ever.")),
            Field(name="name", label=_("Name")),
            Field(name="kind", label=_("Kind"), options=kinds, select=True),
            Field(
                name="modes",
                label=_("Sells"),
                options=(("both", _("online and offline")), ("online", _("online")), ("offline", _("offline"))),
                select=True,
            ),
            Field(name="owner", label=_("Legal entity behind it")),
            Field(name="term", label=_("Payment term in days"), value="30", inputmode="numeric"),
        ],
    )
    sheet = Sheet(
        heading=_("Enter an application"),
        back=(reverse("office_platforms"), _("Recognition of platforms")),
        lead=_("SCHEME-07: the office can recognise more platforms. Two people evaluate it by PLAT-01."),
        forms=[form],
    )
    return show_sheet(request, sheet, errors=errors)


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_platform(request: HttpRequest, platform_id: UUID) -> HttpResponse:
    """One platform: criteria, evaluations, checks, and the next step with its evidence."""
    try:
        found = queries.get_platform(platform_id)
    except LookupError:
        raise Http404 from None
    context = context_of(request)
    regime = get_regime_book().on(context.today)
    criteria = [str(word) for word in regime.platform_admission_evidence if word not in PROVEN_LATER]
    errors: dict[str, Any] = {}
    if request.method == "POST":
        if not may_judge(request):
            raise Http404
        if request.POST.get("act") == "evaluate":
            findings = {
                word: Finding(
                    met=request.POST.get(f"met-{word}") == "yes", note=request.POST.get(f"note-{word}", "")[:2_000]
                )
                for word in criteria
            }
            evaluation = PlatformEvaluation(platform_id=found.id, criteria=findings)
            (result,) = evaluate_platforms(context, [evaluation], regime=regime)
        else:
            (result,) = move_platforms(context, [_move(request, found)], regime=regime)
        if not result.code.is_refusal:
            return back_with(request, _("Decided and on record."), "office_platform", found.id)
        missing = ", ".join(str(_missing_word(word)) for word in result.missing)
        errors[""] = f"{refusal(result.code)} {missing}".strip()
    reviews = queries.list_platform_reviews(found.id)
    shown = queries.list_admission_documents([found.id])[found.id]
    counting = [one for one in shown if one.counts_on(context.today)]
    word = words.word("platform_state", found.state)
    sheet = Sheet(
        heading=found.name,
        back=(reverse("office_platforms"), _("Recognition of platforms")),
        facts=[
            Fact(_("State"), word.text, tone=word.tone),
            Fact(_("Who must act"), word.who_acts),
            Fact(_("Kind"), words.word("platform_kind", found.kind).text),
            Fact(_("Legal entity behind it"), found.owner_entity),
            Fact(_("Payment term"), _("%(days)s days") % {"days": found.payment_term_days}),
            *[
                Fact(words.value_word(name), str(shown))
                for name, shown in queries.get_platform_evidence(found.id).items()
            ],
        ],
        links=[
            (reverse("office_users", args=["platform", found.id]), _("Its people and invitations")),
            (reverse("office_ties", args=["platform", found.id]), _("Who stands behind it")),
            (reverse("office_terms", args=[found.id]), _("Its public terms")),
            (reverse("trail", args=[found.id]), _("Audit trail")),
        ],
        tables=[
            make_table(
                _("Evaluations"),
                (
                    Column[queries.ReviewView](_("Reviewer"), lambda row: row.reviewer),
                    Column[queries.ReviewView](
                        _("Approves"),
                        lambda row: Cell(_("Yes"), tone=words.GOOD) if row.approves else Cell(_("No"), tone=words.BAD),
                    ),
                    Column[queries.ReviewView](_("Findings"), _findings),
                    Column[queries.ReviewView](_("Evaluated"), lambda row: formats.moment(row.reviewed_at)),
                ),
                reviews,
                empty=_("Nobody has evaluated it yet. Two people must."),
            ),
            shown_table(shown, context.today, opens=may_judge(request)),
            check_table(queries.list_integration_checks(found.id, INTEGRATION_CHECKS)),
        ],
        forms=_forms(found, criteria, counting) if may_judge(request) else [],
    )
    return show_sheet(request, sheet, errors=errors)


def _findings(row: queries.ReviewView) -> str:
    return "; ".join(
        f"{words.value_word(name)}: {_('met') if one['met'] else _('missing')} {one['note']}".strip()
        for name, one in row.criteria.items()
    )


def _missing_word(code: str) -> object:
    return words.word("integration_check", code).text if code in INTEGRATION_CHECKS else words.value_word(code)


def _forms(found: queries.PlatformView, criteria: list[str], shown: list[queries.AdmissionDocumentLine]) -> list[Form]:
    forms = []
    if found.state == "applied":
        fields = []
        for word in criteria:
            label = words.value_word(word)
            fields.append(
                Field(name=f"met-{word}", label=label, options=(("yes", _("Yes")), ("no", _("No"))), value="no")
            )
            fields.append(Field(name=f"note-{word}", label=_("Note: %(criterion)s") % {"criterion": label}))
        evaluation = _("Your evaluation")
        forms.append(Form(act="evaluate", heading=evaluation, button=_("Record my evaluation"), fields=fields))
    following = next((state for state in _ADMISSION if state in PLATFORM_MOVES[found.state]), None)
    if following is not None and found.state != "suspended":
        names = {
            PlatformState.EVALUATED: criteria,
            PlatformState.AGREEMENT: ["office_agreement"],
            PlatformState.INTEGRATED: ["card_as_payment"],
        }.get(following, [])
        forms.append(
            Form(
                act="move",
                heading=_("Next step: %(state)s") % {"state": words.word("platform_state", following).text},
                button=_("Take the step"),
                about=following.value,
                fields=[
                    Field(
                        name=f"evidence-{name}",
                        label=words.value_word(name),
                        hint=_evidence_hint(name, shown),
                        inputmode="numeric" if name == "province_reach" else "",
                    )
                    for name in names
                ],
                notice=_("It is on record with your name. Recognition ends only by a sanction."),
            )
        )
    return forms


def _evidence_hint(name: str, shown: list[queries.AdmissionDocumentLine]) -> str:
    files = ", ".join(one.file_name for one in shown if one.criterion == name)
    if name == "province_reach":
        hint = _("The number of provinces with users.")
        return f"{hint} {_('Shown: %(files)s.') % {'files': files}}" if files else hint
    if files:
        return _("Shown: %(files)s. Left empty, the first of them counts.") % {"files": files}
    return _("Where the document is.")


def _move(request: HttpRequest, found: queries.PlatformView) -> PlatformMove:
    evidence: dict[str, str | int] = {}
    for name, typed in request.POST.items():
        word, value = name.removeprefix("evidence-"), str(typed).strip()
        if word != name and value:
            is_count = word == "province_reach" and value.isascii() and value.isdigit()
            evidence[word] = int(value[:4]) if is_count else value
    following = next((state for state in _ADMISSION if state in PLATFORM_MOVES[found.state]), PlatformState.ACTIVE)
    return PlatformMove(platform_id=found.id, state=following, evidence=evidence)
