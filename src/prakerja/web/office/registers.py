"""Living eligibility: files of registers, their dry run, the second person, findings that a person decides."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.messages import find_courier
from prakerja.access.permissions import Permission, may
from prakerja.cards.operations.findings import judge_findings, propose_revocations_again
from prakerja.cards.queries import find_removal_of_finding
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.oversight.queries.office import get_decree
from prakerja.participants.operations.eligibility_findings import FindingDecision
from prakerja.participants.operations.registry_deltas import (
    Notice,
    confirm_registry_delta,
    discard_registry_delta,
    load_registry_delta,
    screen_holders,
)
from prakerja.participants.queries import registry_deltas as queries
from prakerja.participants.registry_delta_files import COLUMNS, SOURCES
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of
from prakerja.web.people_seen import note_people_of
from prakerja.web.refusals import refusal
from prakerja.web.shown import after_of, moment_cell, page_of, place_after_of, place_page_of, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import user_of
from prakerja.web.words import value_word, word

FILE_BYTES_MAX = 20 * 1024 * 1024
_NAME_MAX = 200
# Where the findings begin on a page that has the files too.
_FINDINGS = "findings_after"
_REASON_MAX = 500


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def registers(request: HttpRequest) -> HttpResponse:
    """The files of registers and the findings that wait; a new file is loaded here and affects nobody."""
    errors: dict[str, str] = {}
    name, source = request.POST.get("name", "").strip(), request.POST.get("source", "")
    if request.method == "POST":
        if not may(user_of(request).role, Permission.SCREEN_REGISTERS):
            return back_with(request, _("Only the programme office loads files of registers."), "registers", good=False)
        file = request.FILES.get("file")
        if not 1 <= len(name) <= _NAME_MAX:
            errors["name"] = _("Give the file a name, so that you find it again.")
        if source not in SOURCES:
            errors["source"] = _("Choose a register.")
        if file is None:
            errors["file"] = _("Choose a CSV file.")
        elif (file.size or 0) > FILE_BYTES_MAX:
            errors["file"] = _("The file is larger than 20 MB. Split it.")
        if file is not None and not errors:
            result = load_registry_delta(context_of(request), file.read(), source=source, name=name)
            if result.delta_id is not None:
                return redirect("register", result.delta_id)
            errors["file"] = refusal(result.code)
    rows, next_href = place_page_of(request, queries.list_registry_deltas(after=place_after_of(request)))
    waiting = queries.list_open_findings(after=place_after_of(request, _FINDINGS), limit=PAGE_ROWS + 1)
    table = make_table(
        _("Files of registers"),
        (
            Column[queries.DeltaView](
                _("File"), lambda row: Cell(row.name, href=reverse("register", args=[row.delta_id]))
            ),
            Column[queries.DeltaView](_("Register"), lambda row: word("register", row.source).text),
            Column[queries.DeltaView](_("State"), lambda row: state_cell("delta_state", row.state)),
            Column[queries.DeltaView](_("Loaded"), lambda row: moment_cell(row.loaded_at)),
            Column[queries.DeltaView](
                _("Would affect"), lambda row: "–" if row.found is None else formats.count(row.found), number=True
            ),
        ),
        rows,
        empty=_("No register has sent a file yet."),
        next_href=next_href,
    )
    return show(
        request,
        "office/registers",
        status=422 if errors else 200,
        table=table,
        findings=_findings_table(_("Findings that wait for a decision"), *place_page_of(request, waiting, _FINDINGS)),
        can_load=may(user_of(request).role, Permission.SCREEN_REGISTERS),
        sources=[(code, word("register", code).text) for code in SOURCES],
        columns=COLUMNS,
        name=name,
        source=source,
        errors=errors,
    )


def _findings_table(caption: str, rows: list[queries.FindingView], next_href: str) -> Table:
    return make_table(
        caption,
        (
            Column[queries.FindingView](
                _("Finding"), lambda row: Cell(row.finding_id.hex[-12:], href=reverse("finding", args=[row.finding_id]))
            ),
            Column[queries.FindingView](_("Rule"), lambda row: Cell(row.rule, code=True)),
            Column[queries.FindingView](_("State"), lambda row: state_cell("finding_state", row.state)),
            Column[queries.FindingView](_("Since"), lambda row: str(row.evidence.get("as_of", "–"))),
            Column[queries.FindingView](_("Time to answer until"), lambda row: moment_cell(row.deadline_at)),
        ),
        rows,
        empty=_("Nobody is affected."),
        next_href=next_href,
    )


@requires(Permission.SEE_PROGRAMME)
def register(request: HttpRequest, delta_id: UUID) -> HttpResponse:
    """One file: whom it would affect, by rule; the next step for those who may take it."""
    try:
        found = queries.get_registry_delta(delta_id)
    except LookupError:
        raise Http404 from None
    counts = queries.count_findings_by_rule(delta_id)
    by_rule = make_table(
        _("By rule"),
        (
            Column[tuple[str, int]](_("Rule"), lambda row: Cell(row[0], code=True)),
            Column[tuple[str, int]](_("People"), lambda row: formats.count(row[1]), number=True),
        ),
        counts.items(),
        empty=_("Nobody is affected."),
    )
    role = user_of(request).role
    people = queries.list_findings_of(delta_id, after=after_of(request), limit=PAGE_ROWS + 1)
    return show(
        request,
        "office/register",
        found=found,
        source=word("register", found.source).text,
        by_rule=by_rule,
        people=_findings_table(_("People"), *page_of(request, people, "finding_id")),
        can_screen=found.state in {"loaded", "screened"} and may(role, Permission.SCREEN_REGISTERS),
        can_confirm=found.state == "screened" and may(role, Permission.CONFIRM_REGISTERS),
    )


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["POST"])
def move_register(request: HttpRequest, delta_id: UUID) -> HttpResponse:
    """The dry run, the second person's confirmation, or the end of a file."""
    context, decision = context_of(request), request.POST.get("decision", "")
    needed = Permission.CONFIRM_REGISTERS if decision == "confirm" else Permission.SCREEN_REGISTERS
    if not may(user_of(request).role, needed):
        return back_with(request, _("Another role takes this step."), "registers", good=False)
    if decision == "confirm":
        courier = find_courier()
        if courier is None:
            return back_with(request, _("No way of sending messages is set up."), "registers", good=False)
        words = _(
            "A register asks whether you may take part in Kartu Prakerja. You keep everything for now and can answer "
            "within 14 days: open your page, 'A register asks', or visit your labour office."
        )
        result = confirm_registry_delta(context, delta_id, notice=Notice(courier, words, datetime.now(UTC)))
        text = _("%(people)s people get notice.") % {"people": formats.count(result.found)}
    elif decision == "discard":
        result = discard_registry_delta(context, delta_id)
        text = _("The file was discarded; nobody heard of it.")
    else:
        result = screen_holders(context, delta_id, get_regime_book().on(context.today))
        text = _("It would affect %(people)s people. Nobody has been told.") % {"people": formats.count(result.found)}
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "registers", good=False)
    return back_with(request, text, "register", delta_id)


@requires(Permission.SEE_PROGRAMME)
def finding(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """One finding with its evidence, what the person answered and what followed; who may decides it."""
    try:
        found = queries.get_finding(finding_id)
    except LookupError:
        raise Http404 from None
    note_people_of(request, [found.applicant_id])
    removal = find_removal_of_finding(finding_id, found.decree_id)
    return show(
        request,
        "office/finding",
        finding=found,
        evidence=[(value_word(key), _said(key, value)) for key, value in found.evidence.items() if key in _SHOWN],
        answer=queries.answer_of_finding(finding_id),
        can_decide=found.state == "noticed" and may(user_of(request).role, Permission.CONFIRM_REGISTERS),
        can_propose_again=may(user_of(request).role, Permission.CONFIRM_REGISTERS)
        and (found.consequence == "nothing_to_revoke" or removal is not None or _was_rejected(found.decree_id)),
        removal=removal,
    )


def _was_rejected(decree_id: UUID | None) -> bool:
    return decree_id is not None and get_decree(decree_id).state == "rejected"


def _said(key: str, value: object) -> object:
    return word("register", str(value)).text if key == "source" else value


_SHOWN = ("source", "as_of", "office", "answer", "ceiling_idr")


@requires(Permission.CONFIRM_REGISTERS)
@require_http_methods(["POST"])
def decide_finding(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """Uphold or dismiss a finding."""
    upheld = request.POST.get("decision") == "uphold"
    reason = request.POST.get("reason", "")[:_REASON_MAX]
    context = context_of(request)
    regime = get_regime_book().on(context.today)
    if request.POST.get("decision") == "again":
        (judged,) = propose_revocations_again(context, [finding_id], regime)
    else:
        (judged,) = judge_findings(context, [FindingDecision(finding_id, upheld, reason)], regime)
    if judged.code.is_refusal:
        return back_with(request, refusal(judged.code), "registers", good=False)
    if judged.decree_id is not None:
        text = _("A revocation is prepared. Another person signs it; until then nothing changes.")
    elif upheld:
        text = _("Upheld. What follows from it stands on the page of the finding.")
    else:
        text = _("Dismissed: the person keeps everything.")
    return back_with(request, text, "finding", finding_id)
