"""A platform decides about applications by its own requirements, and says what it asks (SCHEME-06)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partners import queries
from prakerja.partners.operations import (
    RegistrationRefusal,
    RequirementSetRequest,
    publish_requirement_sets,
    refuse_registrations,
    verify_registrations,
)
from prakerja.partners.questions import FACTS, Question, standard_questions
from prakerja.partners.requirements import explain_requirements
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.conflicts_shown import conflict_notices
from prakerja.web.cooperation_words import document_kinds, own_text, unmet_text
from prakerja.web.days import read_day
from prakerja.web.fields import Field
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.shown import state_cell
from prakerja.web.tables import Cell, Column, make_table

TESTS = ("answered", "is_yes", "at_least", "at_most", "one_of", "contains_all")


@requires(Permission.SEE_OWN_SALES)
def platform_registrations(request: HttpRequest) -> HttpResponse:
    """Applications: those that wait for the platform first, by their deadline."""
    now = now_of(request)
    table = make_table(
        _("Applications"),
        (
            Column[queries.RegistrationLine](
                _("Institution"),
                lambda row: Cell(
                    row.institution_name, href=reverse("platform_registration", args=[row.registration_id])
                ),
            ),
            Column[queries.RegistrationLine](
                _("Kind"), lambda row: words.word("institution_kind", row.institution_kind).text
            ),
            Column[queries.RegistrationLine](_("State"), lambda row: state_cell("registration_state", row.state)),
            Column[queries.RegistrationLine](
                _("Who must act"), lambda row: words.word("registration_state", row.state).who_acts
            ),
            Column[queries.RegistrationLine](
                _("Sent"), lambda row: formats.day(row.submitted_at) if row.submitted_at else "–"
            ),
            Column[queries.RegistrationLine](
                _("By when"), lambda row: formats.deadline(row.due_at, now=now) if row.due_at else "–"
            ),
        ),
        queries.list_registration_queue(partner_id_of(request)),
        empty=_("No institution has applied yet. Applications stand here as soon as they are sent."),
    )
    lead = _("Where you do not decide within 14 days, your own requirements decide.")
    links = [(reverse("platform_requirements"), _("What you ask of institutions"))]
    return show_sheet(request, Sheet(heading=_("Registrations"), lead=lead, links=links, tables=[table]))


@requires(Permission.SEE_OWN_SALES)
@require_http_methods(["GET", "POST"])
def platform_registration(request: HttpRequest, registration_id: UUID) -> HttpResponse:
    """One application: answers, documents, and what the requirements say of them."""
    try:
        found = queries.get_registration(registration_id)
    except LookupError:
        raise Http404 from None
    if found.platform_id != partner_id_of(request) or found.state == "draft":
        raise Http404
    errors: dict[str, Any] = {}
    if request.method == "POST":
        if request.POST.get("act") == "refuse":
            refused = RegistrationRefusal(registration_id=found.id, reason=request.POST.get("reason", ""))
            (result,) = refuse_registrations(context_of(request), [refused])
            if result.code == "reason_missing":
                errors["reason"] = refusal(result.code)
        else:
            regime = get_regime_book().on(context_of(request).today)
            (result,) = verify_registrations(context_of(request), [found.id], regime=regime)
        if not errors:
            text = _("Decided.") if not result.code.is_refusal else refusal(result.code)
            return back_with(request, text, "platform_registration", found.id, good=not result.code.is_refusal)
    facts = queries.get_facts([found.institution_id], on=context_of(request).today)[found.institution_id]
    answers = {**found.answers, **facts}
    word = words.word("registration_state", found.state)
    shown = {one.wanted: one for one in found.documents}
    asked = found.requirement_set
    sheet = Sheet(
        heading=found.institution_name,
        back=(reverse("platform_registrations"), _("Registrations")),
        facts=[
            Fact(_("State"), word.text, tone=word.tone),
            Fact(_("Who must act"), word.who_acts),
            Fact(_("By when"), formats.deadline(found.due_at, now=now_of(request)) if found.due_at else "–"),
            Fact(_("Requirements, version"), str(asked.version)),
            *([Fact(_("Reason"), found.reason)] if found.reason else []),
            *[
                Fact(own_text(question["text"]), answer_text(question, found.answers[name]))
                for name, question in [*standard_questions().items(), *[(one["id"], one) for one in asked.questions]]
                if name in found.answers
            ],
            *[
                Fact(
                    own_text(wanted["text"]),
                    shown[wanted["id"]].file_name if wanted["id"] in shown else _("missing"),
                    href=reverse("document_file", args=[shown[wanted["id"]].document_id])
                    if wanted["id"] in shown
                    else "",
                )
                for wanted in asked.documents
            ],
        ],
        notices=[
            *[unmet_text(code, asked) for code in found.unmet],
            *conflict_notices("registration", found.platform_id, found.institution_id),
        ],
        tables=[
            make_table(
                _("What you ask"),
                (
                    Column[Any](_("Requirement"), lambda row: own_text(row.text)),
                    Column[Any](
                        _("By answers and record"),
                        lambda row: Cell(_("met"), tone=words.GOOD) if row.met else Cell(_("missing"), tone=words.BAD),
                    ),
                ),
                [one for one in explain_requirements(asked.requirements, answers) if one.applies],
                empty=_("You ask nothing besides an agreement."),
            )
        ],
        forms=_decision_forms() if found.state == "submitted" else [],
    )
    return show_sheet(request, sheet, errors=errors)


def answer_text(question: Question, answer: object) -> str:
    """An answer as a person reads it: choices by their words."""
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    choices = {choice["value"]: own_text(choice["text"]) for choice in question.get("choices", ())}
    return ", ".join(choices.get(one, str(one)) for one in (answer if isinstance(answer, list) else [answer]))


def _decision_forms() -> list[Form]:
    return [
        Form(
            act="verify",
            heading=_("Verify"),
            button=_("Check and verify"),
            notice=_("Answers, record and documents are checked by the version that this application keeps."),
        ),
        Form(
            act="refuse",
            heading=_("Refuse"),
            button=_("Refuse"),
            notice=_("The institution reads the reason and may apply again."),
            fields=[Field(name="reason", label=_("Reason"), kind="textarea", length_max=2_000)],
        ),
    ]


@requires(Permission.SEE_OWN_SALES)
@require_http_methods(["GET", "POST"])
def platform_requirements(request: HttpRequest) -> HttpResponse:
    """What the platform asks today, its versions, and the next one: a requirement or a document more or less."""
    platform_id, today = partner_id_of(request), context_of(request).today
    versions = queries.list_requirement_sets(platform_id)
    current = versions[0]
    errors: dict[str, Any] = {}
    if request.method == "POST":
        following = _next_set(request, platform_id, current, today)
        if isinstance(following, dict):
            errors = following
        else:
            (result,) = publish_requirement_sets(context_of(request), [following])
            if not result.code.is_refusal:
                text = _("Version %(version)s is published. Open applications keep theirs.")
                return back_with(request, text % {"version": result.version}, "platform_requirements")
            errors[""] = f"{refusal(result.code)} {'; '.join(result.problems)}".strip()
    parts = [(one["id"], own_text(one["text"])) for one in (*current.requirements, *current.documents)]
    sheet = Sheet(
        heading=_("What you ask of institutions"),
        back=(reverse("platform_registrations"), _("Registrations")),
        lead=_("Each change is a new version with a date. Who applied before is judged by the version of that day."),
        tables=[
            make_table(
                _("Version %(version)s, valid from %(day)s")
                % {"version": current.version, "day": formats.day(current.valid_from)},
                (
                    Column[tuple[str, str]](_("Code"), lambda row: Cell(row[0], code=True)),
                    Column[tuple[str, str]](_("Requirement"), lambda row: row[1]),
                ),
                parts,
                empty=_("You ask nothing besides an agreement."),
            )
        ],
        forms=_requirement_forms(parts, today),
    )
    return show_sheet(request, sheet, errors=errors)


def _requirement_forms(parts: list[tuple[str, str]], today: date) -> list[Form]:
    asked = [(name, own_text(question["text"])) for name, question in standard_questions().items()]
    texts = [
        Field(name="text_id", label=_("Text in Indonesian")),
        Field(name="text_en", label=_("Text in English")),
        Field(name="from", label=_("Valid from"), kind="date", value=today.isoformat()),
    ]
    forms = [
        Form(
            act="add",
            heading=_("Ask for more"),
            button=_("Publish the next version"),
            fields=[
                Field(name="id", label=_("Code"), hint=_("A short word, such as licence.")),
                Field(
                    name="question",
                    label=_("Question or fact on record"),
                    options=(*asked, *[(name, words.word("record_fact", name).text) for name in FACTS]),
                    select=True,
                ),
                Field(
                    name="test",
                    label=_("Test"),
                    options=tuple((test, words.word("requirement_test", test).text) for test in TESTS),
                    select=True,
                ),
                Field(name="value", label=_("Value"), hint=_("A number, or words with commas between them.")),
                *texts,
            ],
        ),
        Form(
            act="add_document",
            heading=_("Ask for a document"),
            button=_("Publish the next version"),
            about="document",
            fields=[
                Field(name="document_id", label=_("Code"), hint=_("A short word, such as licence.")),
                Field(name="document_kind", label=_("Kind"), options=document_kinds(), select=True),
                Field(name="document_text_id", label=_("Text in Indonesian")),
                Field(name="document_text_en", label=_("Text in English")),
                Field(name="document_from", label=_("Valid from"), kind="date", value=today.isoformat()),
            ],
        ),
    ]
    if parts:
        forms.append(
            Form(
                act="remove",
                heading=_("Ask for less"),
                button=_("Publish the next version"),
                about="remove",
                fields=[
                    Field(name="removed", label=_("Requirement"), options=tuple(parts), select=True),
                    Field(name="removed_from", label=_("Valid from"), kind="date", value=today.isoformat()),
                ],
            )
        )
    return forms


def _next_set(
    request: HttpRequest, platform_id: UUID, current: queries.RequirementSetView, today: date
) -> RequirementSetRequest | dict[str, Any]:
    act = request.POST.get("act", "")
    names = {"add": "from", "add_document": "document_from", "remove": "removed_from"}
    day = read_day(request, names.get(act, "from"))
    if day is False:
        return {names.get(act, "from"): _("Write the day as 2020-12-31.")}
    requirements, documents = [*current.requirements], [*current.documents]
    if act == "add":
        condition = _condition(request)
        if condition is None:
            return {"value": _("This value does not fit the test.")}
        text = {"id": request.POST.get("text_id", "").strip(), "en": request.POST.get("text_en", "").strip()}
        requirements.append({"id": request.POST.get("id", "").strip(), "text": text, "condition": condition})
    elif act == "add_document":
        texts = [request.POST.get(f"document_text_{language}", "").strip() for language in ("id", "en")]
        documents.append(
            {
                "id": request.POST.get("document_id", "").strip(),
                "kind": request.POST.get("document_kind", ""),
                "text": {"id": texts[0], "en": texts[1]},
            }
        )
    else:
        removed = request.POST.get("removed", "")
        requirements = [one for one in requirements if one["id"] != removed]
        documents = [one for one in documents if one["id"] != removed]
    return RequirementSetRequest(
        platform_id=platform_id,
        requirements=requirements,
        questions=current.questions,
        documents=documents,
        valid_from=day if isinstance(day, date) else today,
    )


def _condition(request: HttpRequest) -> dict[str, Any] | None:
    """One test of one answer, as data; nothing that is typed is ever run."""
    question, test = request.POST.get("question", ""), request.POST.get("test", "")
    value = request.POST.get("value", "").strip()
    if not question or test not in TESTS:
        return None
    if test == "answered":
        return {"question": question, "answered": True}
    if test == "is_yes":
        return {"question": question, "is": True}
    if test in ("at_least", "at_most"):
        number = value.replace(".", "")
        return {"question": question, test: int(number)} if number.isascii() and number.isdigit() else None
    parts = [part.strip() for part in value.split(",") if part.strip()]
    return {"question": question, test: parts} if parts else None
