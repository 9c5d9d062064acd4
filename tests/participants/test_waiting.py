"""Who waits for a register is asked about again; behind the deadline a person states what it answered."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, transaction

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants import queries
from prakerja.participants.errors import StatementCode
from prakerja.participants.operations import evaluate_eligibility
from prakerja.participants.operations.assisted import forward_assisted_sheet
from prakerja.participants.operations.assisted_acceptance import accept_assisted_sheet
from prakerja.participants.operations.eligibility import WAITING_DAYS
from prakerja.participants.operations.register_statements import (
    RegisterStatement,
    StatementDecision,
    decide_statements,
    state_for_registers,
)
from prakerja.participants.operations.waiting import ask_about_waiting
from prakerja.participants.queries.assisted import list_assisted_rows
from prakerja.participants.queries.waiting import (
    find_waiting_applicant,
    list_statements,
    list_waiting_applicants,
)
from prakerja.participants.registry import Identity, IdentityAnswer, IdentityOutcome, Register
from prakerja.participants.sandbox import CivilRegistrySandbox, EligibilityRegistersSandbox, SyntheticPerson
from prakerja.participants.specimens import SpecimenCivilRegistry, specimen
from prakerja.programme.operations import load_reference_data, load_regimes
from prakerja.programme.regimes import Regime
from tests.participants.people import april_context, checked, founding, person
from tests.participants.test_assisted import MINISTRY, OFFICE, signed
from tests.participants.test_sign_up_steps import answers_of

pytestmark = pytest.mark.django_db
CLERK = "staff:pmo-1"
SECOND = "staff:pmo-2"


def waiting(context: Context, *missing: str, outage: bool = False) -> UUID:
    """Somebody of whom some registers (or none at all) answered."""
    (key,) = checked(context, [person(1)])
    registers = EligibilityRegistersSandbox([person(1)], missing=missing, outage_bp=10_000 if outage else 0)
    (result,) = evaluate_eligibility(context, [key], founding(), registers=registers)
    assert result.code.value == "waiting_for_a_register"
    return key


def outcome(key: UUID) -> tuple[str, str | None, str | None]:
    found = queries.get_applicant(key)
    return found.state, found.eligibility, found.refused_rule


def later(context: Context, days: float) -> Context:
    return context.at(context.now + timedelta(days=days)).acting_as(CLERK)


def statement(key: UUID, register: str, **changes: object) -> RegisterStatement:
    return replace(RegisterStatement(key, register, is_in=False, value="", evidence="Surat 12/2020"), **changes)  # type: ignore[arg-type]


def state(context: Context, one: RegisterStatement) -> StatementCode:
    (code,) = state_for_registers(context, [one])
    return code


def decide(context: Context, key: UUID, regime: Regime | None = None, *, confirms: bool = True) -> StatementCode:
    """The second person decides about the latest statement."""
    decision = StatementDecision(list_statements(key)[-1].statement_id, confirms)
    (code,) = decide_statements(context, [decision], regime or founding())
    return code


def test_who_waits_is_asked_about_again_keeps_the_deadline_and_then_waits_no_longer() -> None:
    context = april_context()
    key = waiting(context, outage=True)
    due = context.now + timedelta(days=WAITING_DAYS)
    silent = EligibilityRegistersSandbox([person(1)], outage_bp=10_000)
    for hour in range(3):
        assert ask_about_waiting(later(context, hour / 24), founding(), None, silent) == 0
    assert len(queries.list_eligibility_decisions(key)) == 1
    (found,) = list_waiting_applicants()
    assert (found.applicant_id, found.waits_until_at) == (key, due)
    assert found.registers == tuple(register.value for register in Register)
    assert ask_about_waiting(later(context, 2), founding(), None, None) == 0
    assert ask_about_waiting(later(context, 2), founding(), None, EligibilityRegistersSandbox([person(1)])) == 1
    assert outcome(key) == ("ready", "eligible", None)
    assert list_waiting_applicants() == []
    assert [one.outcome for one in queries.list_eligibility_decisions(key)] == ["waiting", "eligible"]
    assert ask_about_waiting(later(context, 3), founding(), None, EligibilityRegistersSandbox([person(1)])) == 0


def test_a_partial_answer_is_no_yes_and_what_was_said_stays() -> None:
    context = april_context()
    pupil = person(1, formal_education_source="dapodik", receives_social_aid=True)
    key = waiting(context, "emis", "social_aid")
    # The register of schools that spoke is silent now; what it said before holds, and its silence is no new wait.
    back = EligibilityRegistersSandbox([person(1)], missing=["dapodik", "emis"])
    assert ask_about_waiting(later(context, 1), founding(), None, back) == 0
    found = find_waiting_applicant(key)
    assert found is not None
    assert found.registers == ("emis",)
    assert db.value("SELECT receives_social_aid FROM applicants") is False
    assert ask_about_waiting(later(context, 2), founding(), None, EligibilityRegistersSandbox([pupil])) == 1
    assert outcome(key) == ("refused", "refused", "ELIG-03")


def test_the_office_states_behind_the_deadline_what_a_silent_register_answered() -> None:
    context = april_context()
    key = waiting(context, "emis", "social_aid")
    over = later(context, WAITING_DAYS)
    assert state(later(context, WAITING_DAYS - 0.001), statement(key, "emis")) is StatementCode.TOO_EARLY
    assert state(over, statement(key, "dapodik")) is StatementCode.NOT_WAITING_FOR_IT
    assert state(over, statement(UUID(int=1), "emis")) is StatementCode.NOT_WAITING_FOR_IT
    for evidence in ("  ", "x" * 201, "Surat\n12"):
        assert state(over, statement(key, "emis", evidence=evidence)) is StatementCode.EVIDENCE_MISSING
    for evidence in ("Surat 9901010101900001", "NIK 9901.0101.0190.0001, surat 3"):
        assert state(over, statement(key, "emis", evidence=evidence)) is StatementCode.EVIDENCE_NAMES_A_PERSON
    assert list_statements(key) == []
    assert state(over, statement(key, "emis")) is StatementCode.OK
    assert state(over, statement(key, "emis", is_in=True)) is StatementCode.ALREADY_STATED
    # Nothing follows from one person's word, however often the rules are asked.
    silent = EligibilityRegistersSandbox([person(1)], missing=["emis", "social_aid"])
    assert ask_about_waiting(over, founding(), None, silent) == 0
    assert list_waiting_applicants()[0].registers == ("emis", "social_aid")
    assert [one.is_stated for one in list_waiting_applicants()] == [True]
    assert decide(over, key) is StatementCode.SAME_PERSON
    second = over.acting_as(SECOND)
    assert decide(second, key) is StatementCode.OK
    assert decide(second, key) is StatementCode.ALREADY_DECIDED
    # A register that is still silent does not undo what was confirmed.
    assert ask_about_waiting(over, founding(), None, silent) == 0
    assert outcome(key) == ("ready", "waiting", None)
    assert list_waiting_applicants()[0].registers == ("social_aid",)
    assert state(over, statement(key, "emis")) is StatementCode.NOT_WAITING_FOR_IT
    assert state(over, statement(key, "social_aid", is_in=True)) is StatementCode.OK
    assert decide(second, key, confirms=False) is StatementCode.OK
    assert outcome(key) == ("ready", "waiting", None)
    assert state(over, statement(key, "social_aid", is_in=True)) is StatementCode.OK
    assert decide(second, key) is StatementCode.OK
    assert outcome(key) == ("ready", "eligible", None)
    assert queries.get_applicant(key).receives_social_aid is True
    found = [(one.register, one.is_in, one.state, one.stated_by, one.decided_by) for one in list_statements(key)]
    assert found == [
        ("emis", False, "confirmed", CLERK, SECOND),
        ("social_aid", True, "declined", CLERK, SECOND),
        ("social_aid", True, "confirmed", CLERK, SECOND),
    ]
    kinds = db.rows("SELECT kind, actor FROM events WHERE kind LIKE 'applicant.register_stat%' ORDER BY event_id")
    assert kinds == [
        ("applicant.register_stated", CLERK),
        ("applicant.register_statement_confirmed", SECOND),
        ("applicant.register_stated", CLERK),
        ("applicant.register_statement_declined", SECOND),
        ("applicant.register_stated", CLERK),
        ("applicant.register_statement_confirmed", SECOND),
    ]
    assert db.value("SELECT count(*) FROM events WHERE payload::text ~ 'Surat'") == 0
    assert decide_statements(second, [StatementDecision(UUID(int=1), is_confirmed=True)], founding()) == [
        StatementCode.STATEMENT_NOT_FOUND
    ]


def test_the_register_that_answers_first_overtakes_a_statement() -> None:
    context = april_context()
    key = waiting(context, "emis")
    over = later(context, WAITING_DAYS)
    assert state(over, statement(key, "emis")) is StatementCode.OK
    assert state(over, statement(key, "emis")) is StatementCode.ALREADY_STATED
    pupil = person(1, formal_education_source="emis")
    assert ask_about_waiting(over, founding(), None, EligibilityRegistersSandbox([pupil])) == 1
    assert outcome(key) == ("refused", "refused", "ELIG-03")
    assert [one.state for one in list_statements(key)] == ["overtaken"]
    assert decide(over.acting_as(SECOND), key) is StatementCode.ALREADY_DECIDED


def test_a_statement_whose_person_waits_no_longer_changes_nothing() -> None:
    context = april_context()
    key = waiting(context, "emis")
    over = later(context, WAITING_DAYS)
    assert state(over, statement(key, "emis", is_in=True)) is StatementCode.OK
    evaluate_eligibility(over, [key], founding(), registers=EligibilityRegistersSandbox([person(1)]))
    assert decide(over.acting_as(SECOND), key) is StatementCode.NOT_WAITING_FOR_IT
    assert [one.state for one in list_statements(key)] == ["overtaken"]
    assert outcome(key) == ("ready", "eligible", None)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'confirmed', decided_by = stated_by, decided_at = now()", "a_statement_needs_two_people"),
        ("state = 'confirmed'", "a_decided_statement_knows_by_whom_and_when"),
        ("is_in = true", "statement_stays_as_it_was_made"),
        ("state = 'perhaps', decided_by = 'x', decided_at = now()", "statement_moves_along_its_states"),
    ],
)
def test_the_database_keeps_a_statement_and_its_second_person(change: str, constraint: str) -> None:
    context = april_context()
    key = waiting(context, "emis")
    assert state(later(context, WAITING_DAYS), statement(key, "emis")) is StatementCode.OK
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        db.execute(f"UPDATE register_statements SET {change}")
    assert isinstance(refused.value.__cause__, psycopg.Error)
    assert refused.value.__cause__.diag.constraint_name == constraint
    with pytest.raises(IntegrityError, match="stays as it was made"), transaction.atomic():
        db.execute("DELETE FROM register_statements")


@pytest.mark.parametrize(
    ("register", "value", "rule"),
    [
        ("pddikti", "", "ELIG-03"),
        ("state_employees", "police", "ELIG-05"),
    ],
)
def test_who_stands_in_a_register_is_refused_by_its_rule(register: str, value: str, rule: str) -> None:
    context = april_context()
    key = waiting(context, register)
    over = later(context, WAITING_DAYS)
    if value:
        assert state(over, statement(key, register, is_in=True)) is StatementCode.VALUE_NOT_POSSIBLE
    assert state(over, statement(key, register, is_in=True, value=value)) is StatementCode.OK
    assert decide(over.acting_as(SECOND), key) is StatementCode.OK
    assert outcome(key) == ("refused", "refused", rule)
    decision = queries.list_eligibility_decisions(key)[-1]
    assert (decision.refused_rule, decision.evidence["source"]) == (rule, register)


def test_a_wage_is_stated_in_rupiah() -> None:
    context = april_context()
    ceiling = replace(founding(), wage_ceiling_idr=3_500_000)
    (key,) = checked(context, [person(1)])
    missing = EligibilityRegistersSandbox([person(1)], missing=["wage"])
    (result,) = evaluate_eligibility(context, [key], ceiling, registers=missing)
    assert (result.code.value, result.rule) == ("waiting_for_a_register", "ELIG-09")
    over = later(context, WAITING_DAYS)
    for value in ("", "tiga juta", "-5", "1" * 13):
        assert state(over, statement(key, "wage", is_in=True, value=value)) is StatementCode.VALUE_NOT_POSSIBLE
    assert state(over, statement(key, "wage", is_in=True, value="Rp 3.500.001")) is StatementCode.OK
    assert decide(over.acting_as(SECOND), key, ceiling) is StatementCode.OK
    assert outcome(key) == ("refused", "refused", "ELIG-09")


def test_people_of_an_assisted_sheet_are_asked_about_again() -> None:
    context = april_context()
    load_regimes(context)
    load_reference_data(context)
    sheet_id = signed(context, [answers_of(specimen(n), phone="") for n in (8, 18, 28, 2)])
    forward_assisted_sheet(context.acting_as(MINISTRY), sheet_id)
    accepted = accept_assisted_sheet(context.acting_as(OFFICE), sheet_id, SpecimenCivilRegistry())
    assert accepted.outcomes == {"registry_unavailable": 3, "ok": 1}
    due = context.now + timedelta(days=WAITING_DAYS)
    waits = [(one.applicant_id, one.registers, one.waits_until_at) for one in list_waiting_applicants()]
    assert waits == [(None, ("civil_registry",), due)] * 3
    events = db.value("SELECT count(*) FROM events")
    assert ask_about_waiting(later(context, 1), founding(), SpecimenCivilRegistry(), None) == 0
    assert db.value("SELECT count(*) FROM events") == events
    # It answers now about two: one is confirmed, the other has another name there.
    known = [specimen(8).person, replace(specimen(18).person, name="Orang Lain")]
    asked = Answering(known, silent_about=specimen(28).person.nik)
    assert ask_about_waiting(later(context, 2), founding(), asked, EligibilityRegistersSandbox(known)) == 1
    first, second, third, _ = list_assisted_rows(sheet_id)
    assert (first.outcome, second.outcome, third.outcome) == ("ok", "identity_mismatch", "registry_unavailable")
    assert second.mismatched_fields == ("name",)
    assert (second.applicant_id, third.applicant_id) == (None, None)
    assert first.applicant_id is not None
    assert outcome(first.applicant_id) == ("ready", "eligible", None)
    assert [one.name for one in list_waiting_applicants()] == [specimen(28).person.name]
    # Only who waits has its answers kept.
    kept = db.rows("SELECT row_number FROM assisted_rows WHERE answers_cipher IS NOT NULL ORDER BY 1")
    assert kept == [(3,)]
    payload = db.value("SELECT payload FROM events WHERE kind = 'assisted_sheet.registry_answered'")
    assert json.loads(payload) == {"rule": "ELIG-01", "outcomes": {"ok": 1, "identity_mismatch": 1}}


class Answering(CivilRegistrySandbox):
    """A civil registry that is silent about one person."""

    def __init__(self, people: Sequence[SyntheticPerson], *, silent_about: str) -> None:
        super().__init__(people)
        self._silent_about = silent_about

    def confirm(self, identities: Sequence[Identity]) -> list[IdentityOutcome]:
        return [
            IdentityOutcome(IdentityAnswer.UNAVAILABLE) if identity.nik == self._silent_about else outcome
            for identity, outcome in zip(identities, super().confirm(identities), strict=True)
        ]
