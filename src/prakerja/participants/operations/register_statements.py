"""What a register that stayed silent until the deadline answered on another way: one states it, another confirms it.

An unavailable register never counts as a yes. Whoever answers for it says by which paper, and a second person who holds
that paper confirms. States: stated → confirmed | declined; overtaken when the register answers first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.errors import StatementCode
from prakerja.participants.lanes import every_lane
from prakerja.participants.operations.eligibility import evaluate_eligibility
from prakerja.participants.registry import RULE_OF_REGISTER, Register
from prakerja.programme.parameters import ExcludedOffice
from prakerja.programme.regimes import Regime

EVIDENCE_LENGTH_MAX: Final = 200
# Within which the second person decides; until then, and behind it, the register is asked on.
CONFIRM_WORKING_DAYS: Final = 2
_WAGE_DIGITS_MAX: Final = 12
# A NIK or KK, however it is grouped. The paper is shown to everybody who oversees: it names no person.
_NIK_OR_KK: Final = re.compile(r"(?:\d[ .\-]?){16}")


@dataclass(frozen=True, slots=True)
class RegisterStatement:
    """What a register answered on another way about a person.

    `value` says what stands there when the person is in it: an office for state employees, rupiah for wages.
    """

    applicant_id: UUID
    register: str
    is_in: bool
    value: str
    evidence: str


@dataclass(frozen=True, slots=True)
class StatementDecision:
    """What the second person says to a statement, with the register's letter at hand."""

    statement_id: UUID
    is_confirmed: bool


class _Stated(NamedTuple):
    lane: int
    statement_id: UUID
    applicant_id: UUID
    register: str
    is_in: bool
    value: str
    state: str
    stated_by: str
    registers_asked: bool
    registers_missing: list[str]
    is_waiting: bool


def state_for_registers(context: Context, statements: Sequence[RegisterStatement]) -> list[StatementCode]:
    """State behind the deadline what silent registers answered, one code per statement in order.

    Nothing follows from it before another person confirms it (`decide_statements`).
    Codes: not_waiting_for_it, too_early, evidence_missing, evidence_names_a_person, value_not_possible, already_stated.
    """
    with db.transaction():
        return [_state(context, statement) for statement in statements]


def decide_statements(context: Context, decisions: Sequence[StatementDecision], regime: Regime) -> list[StatementCode]:
    """Confirm or decline statements, one code per decision in order; what is confirmed is judged by the rules at once.

    Codes: statement_not_found, already_decided, same_person (who stated it), not_waiting_for_it (the register was
    first: the statement is overtaken). Rule: ELIG-03, ELIG-05, ELIG-08, ELIG-09.
    """
    codes, judged = [], []
    with db.transaction():
        for decision in decisions:
            found = _stated(decision.statement_id)
            code = _decision_code(context, found)
            codes.append(code)
            if found is None or code not in (StatementCode.OK, StatementCode.NOT_WAITING_FOR_IT):
                continue
            if code is StatementCode.NOT_WAITING_FOR_IT:
                _move(context, found, "overtaken")
            elif decision.is_confirmed:
                _note_answer(context, found)
                _move(context, found, "confirmed")
                judged.append(found.applicant_id)
            else:
                _move(context, found, "declined")
        if judged:
            evaluate_eligibility(context, judged, regime)
    return codes


def end_overtaken_statements(context: Context) -> int:
    """Statements nobody has decided and the register itself has answered by now; how many. One statement."""
    return db.execute(
        """
        UPDATE register_statements AS s
        SET state = 'overtaken', decided_by = %s, decided_at = %s
        FROM applicants AS a
        WHERE s.state = 'stated' AND a.lane = s.lane AND a.applicant_id = s.applicant_id
            AND NOT (
                a.eligibility = 'waiting' AND a.state = 'ready'
                AND (a.registers_asked_at IS NULL OR s.register = ANY (a.registers_missing))
            )
        """,
        [context.actor, context.now],
    )


def _state(context: Context, statement: RegisterStatement) -> StatementCode:
    person = db.row(
        """
        SELECT lane, registers_asked_at, registers_missing, waits_until_at
        FROM applicants
        WHERE lane = ANY (%s) AND applicant_id = %s AND eligibility = 'waiting' AND state = 'ready'
        FOR NO KEY UPDATE
        """,
        [every_lane(), statement.applicant_id],
    )
    if person is None:
        return StatementCode.NOT_WAITING_FOR_IT
    lane, asked_at, missing, waits_until_at = person
    if statement.register not in _silent(missing, asked=asked_at is not None):
        return StatementCode.NOT_WAITING_FOR_IT
    code = StatementCode.TOO_EARLY if waits_until_at > context.now else _form_code(statement)
    if code.is_refusal:
        return code
    register, value, evidence = Register(statement.register), statement.value.strip(), statement.evidence.strip()
    stated = db.execute(
        """
        INSERT INTO register_statements
            (lane, statement_id, applicant_id, register, is_in, value, evidence, state, stated_by, stated_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, 'stated', %s, %s)
        ON CONFLICT (lane, applicant_id, register) WHERE state = 'stated' DO NOTHING
        """,
        [
            *(lane, context.uuid(), statement.applicant_id, register.value, statement.is_in),
            *(value if statement.is_in else "", evidence, context.actor, context.now),
        ],
    )
    if not stated:
        return StatementCode.ALREADY_STATED
    _record(context, "applicant.register_stated", lane, statement.applicant_id, register)
    return StatementCode.OK


def _form_code(statement: RegisterStatement) -> StatementCode:
    evidence = statement.evidence.strip()
    if not evidence or len(evidence) > EVIDENCE_LENGTH_MAX or not evidence.isprintable():
        return StatementCode.EVIDENCE_MISSING
    if _NIK_OR_KK.search(evidence):
        return StatementCode.EVIDENCE_NAMES_A_PERSON
    if statement.is_in and _facts(Register(statement.register), statement.value.strip()) is None:
        return StatementCode.VALUE_NOT_POSSIBLE
    return StatementCode.OK


def _stated(statement_id: UUID) -> _Stated | None:
    """A statement and how its person waits, both locked."""
    found = db.row(
        """
        SELECT s.lane, s.statement_id, s.applicant_id, s.register, s.is_in, s.value, s.state, s.stated_by,
            a.registers_asked_at IS NOT NULL, a.registers_missing, a.eligibility = 'waiting' AND a.state = 'ready'
        FROM register_statements AS s
        JOIN applicants AS a ON a.lane = s.lane AND a.applicant_id = s.applicant_id
        WHERE s.lane = ANY (%s) AND s.statement_id = %s
        FOR UPDATE OF s FOR NO KEY UPDATE OF a
        """,
        [every_lane(), statement_id],
    )
    return None if found is None else _Stated(*found)


def _decision_code(context: Context, found: _Stated | None) -> StatementCode:
    if found is None:
        return StatementCode.STATEMENT_NOT_FOUND
    if found.state != "stated":
        return StatementCode.ALREADY_DECIDED
    if found.stated_by == context.actor:
        return StatementCode.SAME_PERSON
    silent = _silent(found.registers_missing, asked=found.registers_asked)
    is_open = found.is_waiting and found.register in silent
    return StatementCode.OK if is_open else StatementCode.NOT_WAITING_FOR_IT


def _note_answer(context: Context, found: _Stated) -> None:
    register = Register(found.register)
    facts = _facts(register, found.value) if found.is_in else _absent(register)
    if facts is None:
        raise RuntimeError(f"statement {found.statement_id} says what cannot stand in {register}")
    columns = "".join(f", {column} = %s" for column in facts)
    left = [one for one in _silent(found.registers_missing, asked=found.registers_asked) if one != register.value]
    db.execute(
        f"""
        UPDATE applicants
        SET registers_asked_at = %s, registers_missing = %s{columns}
        WHERE lane = %s AND applicant_id = %s
        """,
        [context.now, left, *facts.values(), found.lane, found.applicant_id],
    )


def _move(context: Context, found: _Stated, state: str) -> None:
    db.execute(
        """
        UPDATE register_statements SET state = %s, decided_by = %s, decided_at = %s
        WHERE lane = %s AND statement_id = %s
        """,
        [state, context.actor, context.now, found.lane, found.statement_id],
    )
    kind = f"applicant.register_statement_{state}"
    _record(context, kind, found.lane, found.applicant_id, Register(found.register))


def _record(context: Context, kind: str, lane: int, applicant_id: UUID, register: Register) -> None:
    payload = {"rule": RULE_OF_REGISTER[register], "register": register.value}
    record_events(context, [Event(kind, applicant_id, payload, lane)])


def _silent(missing: Sequence[str], *, asked: bool) -> list[str]:
    return list(missing) if asked else [register.value for register in Register]


def _facts(register: Register, value: str) -> dict[str, object] | None:
    """The columns that say what stands in a register; None when the value cannot be."""
    if register is Register.STATE_EMPLOYEES:
        return {"excluded_office": value} if value in {office.value for office in ExcludedOffice} else None
    if register in (Register.WAGE, Register.INSURANCE):
        digits = value.removeprefix("Rp").replace(".", "").replace(" ", "")
        is_amount = digits.isascii() and digits.isdigit() and len(digits) <= _WAGE_DIGITS_MAX
        return {"monthly_wage_idr": int(digits)} if is_amount else None
    if register is Register.SOCIAL_AID:
        return {"receives_social_aid": True}
    return {"formal_education_source": register.value}


def _absent(register: Register) -> dict[str, object]:
    return {"receives_social_aid": False} if register is Register.SOCIAL_AID else {}
