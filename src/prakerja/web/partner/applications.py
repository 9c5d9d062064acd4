"""An institution joins platforms: where it stands on each, what is missing, and its documents."""

from collections.abc import Mapping
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
    RegistrationRequest,
    save_registrations,
    submit_registrations,
)
from prakerja.partners.questions import Question, read_answer
from prakerja.partners.requirements import explain_requirements, questions_asked
from prakerja.web import formats, words
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.conflicts_shown import conflict_notices
from prakerja.web.cooperation_words import own_text, unmet_text
from prakerja.web.fields import Field
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.shown import state_cell
from prakerja.web.tables import Cell, Column, Table, make_table


@requires(Permission.SEE_OWN_CLASSES)
def institution_platforms(request: HttpRequest) -> HttpResponse:
    """Every platform: where the institution stands, who must act, by when, what is missing."""
    now = now_of(request)
    choices = queries.list_platform_choices(partner_id_of(request), on=context_of(request).today)
    table = make_table(
        _("Platforms"),
        (
            Column[queries.PlatformChoice](
                _("Platform"),
                lambda row: Cell(row.platform_name, href=reverse("institution_application", args=[row.platform_id])),
            ),
            Column[queries.PlatformChoice](_("Kind"), lambda row: words.word("platform_kind", row.kind).text),
            Column[queries.PlatformChoice](
                _("State"), lambda row: state_cell("registration_state", row.state) if row.state else _("not applied")
            ),
            Column[queries.PlatformChoice](
                _("Who must act"),
                lambda row: words.word("registration_state", row.state).who_acts if row.state else _("the institution"),
            ),
            Column[queries.PlatformChoice](
                _("By when"), lambda row: formats.deadline(row.due_at, now=now) if row.due_at else "–"
            ),
            Column[queries.PlatformChoice](
                _("Not met yet"), lambda row: formats.count(len(row.unmet)) if row.unmet else "–", number=True
            ),
            Column[queries.PlatformChoice](_("Agreement"), lambda row: _("in force") if row.has_agreement else "–"),
        ),
        choices,
        empty=_("No platform is recognised yet. Each one stands here as soon as it is."),
    )
    lead = _("You may apply to several platforms at once. Answers and documents are reused.")
    return show_sheet(request, Sheet(heading=_("Join platforms"), lead=lead, tables=[table]))


@requires(Permission.SEE_OWN_CLASSES)
@require_http_methods(["GET", "POST"])
def institution_application(request: HttpRequest, platform_id: UUID) -> HttpResponse:
    """The form that a platform's requirements make, with what is met already; saved or submitted."""
    try:
        platform = queries.get_platform(platform_id)
    except LookupError:
        raise Http404 from None
    institution_id, today = partner_id_of(request), context_of(request).today
    found = queries.find_registration(platform_id, institution_id)
    is_open = found is None or found.state in ("draft", "refused", "lapsed")
    keeps = found is not None and found.state not in ("refused", "lapsed")
    asked = found.requirement_set if found and keeps else queries.find_requirement_set(platform_id, on=today)
    if asked is None:
        raise Http404
    own = queries.list_documents("institution", institution_id)
    questions = questions_asked(asked.requirements, asked.questions)
    errors: dict[str, Any] = {}
    if request.method == "POST" and is_open:
        answers, errors = _answers(request, questions)
        documents = {}
        for wanted in asked.documents:
            typed = request.POST.get(f"document-{wanted['id']}", "")
            known = {str(one.id): one.id for one in own}
            if typed in known:
                documents[wanted["id"]] = known[typed]
        if not errors:
            entry = RegistrationRequest(
                platform_id=platform_id, institution_id=institution_id, answers=answers, documents=documents
            )
            submit = request.POST.get("act") == "submit"
            operation = submit_registrations if submit else save_registrations
            (result,) = operation(context_of(request), [entry])
            if not result.code.is_refusal:
                done = _("Sent to %(platform)s.") if submit else _("Saved for %(platform)s.")
                return back_with(request, done % {"platform": platform.name}, "institution_application", platform_id)
            errors[""] = refusal(result.code)
    stored: Mapping[str, Any] = found.answers if found else queries.get_answers_elsewhere(institution_id)
    facts = queries.get_facts([institution_id], on=today)[institution_id]
    sheet = Sheet(
        heading=_("Application to %(platform)s") % {"platform": platform.name},
        back=(reverse("institution_platforms"), _("Join platforms")),
        facts=_standing(request, found, asked),
        links=[(reverse("platform_terms", args=[platform.code]), _("Its public terms"))]
        if platform.recognised_at
        else [],
        notices=[
            *[unmet_text(code, asked) for code in (found.unmet if found else ())],
            *(conflict_notices("registration", platform_id, institution_id) if found else ()),
        ],
        tables=[_explained(asked, {**stored, **facts})],
        forms=[_form(asked, questions, stored, own, today)] if is_open and platform.sells else [],
    )
    return show_sheet(request, sheet, errors=errors)


def _standing(
    request: HttpRequest, found: queries.RegistrationDetail | None, asked: queries.RequirementSetView
) -> list[Fact]:
    version = _("%(version)s, valid from %(day)s") % {"version": asked.version, "day": formats.day(asked.valid_from)}
    facts = [Fact(_("Requirements, version"), version)]
    if found is None:
        return facts
    word = words.word("registration_state", found.state)
    facts = [Fact(_("State"), word.text, tone=word.tone), Fact(_("Who must act"), word.who_acts), *facts]
    if found.due_at:
        facts.append(Fact(_("By when"), formats.deadline(found.due_at, now=now_of(request))))
    if found.reason:
        facts.append(Fact(_("Reason"), found.reason))
    return facts


def _explained(asked: queries.RequirementSetView, answers: Mapping[str, Any]) -> Table:
    rows = [one for one in explain_requirements(asked.requirements, answers) if one.applies]
    return make_table(
        _("What this platform asks"),
        (
            Column[Any](_("Requirement"), lambda row: own_text(row.text)),
            Column[Any](
                _("By answers and record"),
                lambda row: Cell(_("met"), tone=words.GOOD) if row.met else Cell(_("missing"), tone=words.WAIT),
            ),
        ),
        rows,
        empty=_("This platform asks nothing besides an agreement."),
    )


def _form(
    asked: queries.RequirementSetView,
    questions: list[Question],
    stored: Mapping[str, Any],
    own: list[queries.DocumentLine],
    today: date,
) -> Form:
    fields = [field for question in questions for field in question_fields(question, stored.get(question["id"]))]
    for wanted in asked.documents:
        options = tuple(
            (str(one.id), one.file_name) for one in own if one.kind == wanted["kind"] and one.counts_on(today)
        )
        hint = _("Upload it under Documents first.") if not options else ""
        fields.append(
            Field(
                name=f"document-{wanted['id']}",
                label=own_text(wanted["text"]),
                hint=hint,
                options=options or (("", "–"),),
                value=options[0][0] if options else "",
                select=True,
            )
        )
    return Form(
        act="submit",
        heading=_("Answers and documents"),
        button=_("Send to the platform"),
        fields=fields,
        notice=_("You can save and go on later. After sending, the platform decides by these requirements."),
        second_act="save",
        second_button=_("Save"),
    )


def question_fields(question: Question, stored: object) -> list[Field]:
    """The fields of a question: one, or a yes and no for each choice where several may be ticked."""
    name, label, kind = question["id"], own_text(question["text"]), question["kind"]
    yes_no = (("yes", _("Yes")), ("no", _("No")))
    if kind == "choices":
        chosen = stored if isinstance(stored, list) else []
        return [
            Field(
                name=f"{name}.{choice['value']}",
                label=f"{label}: {own_text(choice['text'])}",
                options=yes_no,
                value="yes" if choice["value"] in chosen else "no",
            )
            for choice in question["choices"]
        ]
    if kind == "yes_no":
        value = ("yes" if stored else "no") if isinstance(stored, bool) else ""
        return [Field(name=name, label=label, options=yes_no, value=value)]
    value = "" if stored is None else str(stored)
    if kind == "choice":
        options = tuple((choice["value"], own_text(choice["text"])) for choice in question["choices"])
        return [Field(name=name, label=label, options=options, value=value)]
    inputmode = "numeric" if kind == "whole" else ""
    return [Field(name=name, label=label, value=value, inputmode=inputmode, kind="date" if kind == "date" else "text")]


def _answers(request: HttpRequest, questions: list[Question]) -> tuple[dict[str, object], dict[str, Any]]:
    answers: dict[str, object] = {}
    errors: dict[str, Any] = {}
    for question in questions:
        name = question["id"]
        if question["kind"] == "choices":
            values = [choice["value"] for choice in question["choices"]]
            typed = [value for value in values if request.POST.get(f"{name}.{value}") == "yes"]
        else:
            typed = request.POST.getlist(name)
        try:
            answer = read_answer(question, typed)
        except ValueError:
            errors[name] = _("This answer cannot be read. Look at the question again.")
            continue
        if answer not in (None, []):
            answers[name] = answer
    return answers, errors
