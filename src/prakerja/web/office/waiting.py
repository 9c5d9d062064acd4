"""People who wait because a register did not answer: the queue by deadline, and behind it a statement of two people."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.participants.errors import StatementCode
from prakerja.participants.operations.register_statements import (
    EVIDENCE_LENGTH_MAX,
    RegisterStatement,
    StatementDecision,
    decide_statements,
    state_for_registers,
)
from prakerja.participants.queries.waiting import (
    StatementView,
    WaitingApplicant,
    find_waiting_applicant,
    list_statements,
    list_waiting_applicants,
)
from prakerja.participants.registry import Register
from prakerja.programme.parameters import ExcludedOffice
from prakerja.programme.queries import get_regime_book, list_provinces
from prakerja.web import formats
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.people_seen import note_people_of
from prakerja.web.portal.sign_up_tasks import register_words
from prakerja.web.refusals import refusal
from prakerja.web.shown import place_after_of, place_page_of
from prakerja.web.tables import Cell, Column, make_table
from prakerja.web.visitors import actor_of, user_of
from prakerja.web.words import value_word, word


@requires(Permission.SEE_PROGRAMME)
def waiting_people(request: HttpRequest) -> HttpResponse:
    """Who waits for which register, the nearest deadline first."""
    now = now_of(request)
    waiting = list_waiting_applicants(after=place_after_of(request), limit=PAGE_ROWS + 1)
    found, next_href = place_page_of(request, waiting)
    note_people_of(request, [row.applicant_id for row in found if row.applicant_id is not None])
    provinces = {province.code: province.name for province in list_provinces()}
    table = make_table(
        _("People who wait for a register"),
        (
            Column[WaitingApplicant](_("Name"), _name_cell),
            Column[WaitingApplicant](_("Province"), lambda row: provinces.get(row.province_code, row.province_code)),
            Column[WaitingApplicant](_("Silent registers"), lambda row: register_words(row.registers)),
            Column[WaitingApplicant](_("Who must act"), _who_acts),
            Column[WaitingApplicant](_("Until"), lambda row: formats.deadline(row.waits_until_at, now=now)),
        ),
        found,
        empty=_("Nobody waits: every register has answered."),
        next_href=next_href,
    )
    return show(request, "office/list", heading=_("People who wait for a register"), table=table)


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def waiting_person(request: HttpRequest, applicant_id: UUID) -> HttpResponse:
    """One of them; a POST states what a register answered on another way, for a second person to confirm."""
    found = find_waiting_applicant(applicant_id)
    if found is None:
        raise Http404
    note_people_of(request, [applicant_id])
    is_over = found.waits_until_at <= now_of(request)
    can_state = is_over and may(user_of(request).role, Permission.SCREEN_REGISTERS)
    typed = {name: request.POST.get(name, "").strip() for name in ("register", "is_in", "office", "wage", "evidence")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not can_state:
            raise Http404
        if typed["register"] not in found.registers:
            errors["register"] = _("Choose a register that has not answered.")
        if typed["is_in"] not in ("yes", "no"):
            errors["is_in"] = _("Say whether the person is in it.")
        if not errors:
            value = typed["office" if typed["register"] == Register.STATE_EMPLOYEES else "wage"]
            statement = RegisterStatement(
                applicant_id, typed["register"], typed["is_in"] == "yes", value, typed["evidence"]
            )
            (code,) = state_for_registers(context_of(request), [statement])
            if not code.is_refusal:
                done = _("On record. It counts once a second person has confirmed it.")
                return back_with(request, done, "waiting_person", applicant_id)
            errors[_field_of(code, typed["register"])] = refusal(code)
    return show(
        request,
        "office/waiting_person",
        status=422 if errors else 200,
        person=found,
        registers=register_words(found.registers),
        who_acts=_who_acts(found),
        statements=[
            (one, word("register", one.register).text, _answer_words(one)) for one in list_statements(applicant_id)
        ],
        actor=actor_of(user_of(request)),
        is_over=is_over,
        can_state=can_state,
        can_decide=may(user_of(request).role, Permission.CONFIRM_REGISTERS),
        errors=errors,
        fields=_fields(found, typed, errors),
    )


@requires(Permission.CONFIRM_REGISTERS)
@require_http_methods(["POST"])
def decide_statement(request: HttpRequest, applicant_id: UUID, statement_id: UUID) -> HttpResponse:
    """The second person has the register's letter at hand: confirms the statement or declines it."""
    context, confirms = context_of(request), request.POST.get("decision") == "confirm"
    if not confirms and request.POST.get("decision") != "decline":
        return back_with(request, _("Choose what you decide."), "waiting_person", applicant_id, good=False)
    decision = StatementDecision(statement_id, confirms)
    (code,) = decide_statements(context, [decision], get_regime_book().on(context.today))
    if code.is_refusal:
        return back_with(request, refusal(code), "waiting_people", good=False)
    done = _("Confirmed. The rules have decided anew.") if confirms else _("Declined. The register is asked on.")
    return back_with(request, done, "waiting_people")


def _fields(found: WaitingApplicant, typed: dict[str, str], errors: dict[str, str]) -> list[Field]:
    return [
        Field(
            "register",
            _("Register"),
            typed["register"],
            error=errors.get("register", ""),
            options=tuple((one, word("register", one).text) for one in found.registers),
            select=True,
        ),
        Field(
            "is_in",
            _("What it answered"),
            typed["is_in"],
            error=errors.get("is_in", ""),
            options=(("no", _("The person is not in it")), ("yes", _("The person is in it"))),
        ),
        Field(
            "office",
            _("Office (only for state employees who are in it)"),
            typed["office"],
            error=errors.get("office", ""),
            options=tuple((office.value, value_word(office.value)) for office in ExcludedOffice),
            select=True,
        ),
        Field(
            "wage",
            _("Monthly wage (only for wage data and insurance that have one)"),
            typed["wage"],
            error=errors.get("wage", ""),
            inputmode="numeric",
        ),
        Field(
            "evidence",
            _("Letter of the register: number and day"),
            typed["evidence"],
            _("It stays on record. No name, no NIK."),
            errors.get("evidence", ""),
            length_max=EVIDENCE_LENGTH_MAX,
        ),
    ]


def _field_of(code: StatementCode, register: str) -> str:
    if code is StatementCode.VALUE_NOT_POSSIBLE:
        return "office" if register == Register.STATE_EMPLOYEES else "wage"
    return "evidence" if code.value.startswith("evidence") else "register"


def _who_acts(row: WaitingApplicant) -> str:
    return _("A second person of the programme office") if row.is_stated else _("Programme office")


def _answer_words(statement: StatementView) -> str:
    if not statement.is_in:
        return _("The person is not in it")
    if statement.register == Register.STATE_EMPLOYEES:
        return f"{_('The person is in it')}: {value_word(statement.value)}"
    return f"{_('The person is in it')}: {statement.value}" if statement.value else _("The person is in it")


def _name_cell(row: WaitingApplicant) -> Cell:
    if row.applicant_id is None:
        return Cell(row.name)
    return Cell(row.name, href=reverse("waiting_person", args=[row.applicant_id]))
