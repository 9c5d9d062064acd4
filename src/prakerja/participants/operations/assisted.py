"""Assisted registration (REG-01): form → sheet → verification → minutes → ministry → programme office. No fee.

A labour office enters people who have no phone or network of their own. One officer verifies that the documents were
seen, another signs the minutes over the hash of the rows; the ministry sends them on; the programme office accepts, and
only then the civil registry is asked and the applicants are made. Every step has an owner and a deadline.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec

from prakerja.access.index_keys import index_writer
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.contacts import PHONE, contact_is_possible
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field, encrypt_field, keyed_hash
from prakerja.kit.settings import get_settings
from prakerja.participants.questions import QUESTION_CODES, answer_fault, tidy_answer
from prakerja.participants.sign_up_errors import AnswerFault, SheetCode
from prakerja.programme.regimes import Regime
from prakerja.programme.rules import after_working_days

# Beside the questions: what a person may leave out.
OPTIONAL: Final = ("phone", "address")
COLUMNS: Final = (*QUESTION_CODES, *OPTIONAL)
_ADDRESS_LENGTH_MAX: Final = 300
# State → working days within which its owner must move it on.
DEADLINES: Final[dict[str, int]] = {"open": 10, "verified": 2, "signed": 5, "forwarded": 5, "accepted": 0}
CELL: Final = {"table": "assisted_rows", "column": "answers_cipher"}
# The officer saw person and documents: these checks stand on the minutes.


@dataclass(frozen=True, slots=True)
class RowResult:
    """The answer about one row; `question` and `fault` say what is wrong."""

    code: SheetCode
    question: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class SheetResult:
    """The answer to a step of a sheet."""

    code: SheetCode
    sheet_id: UUID | None = None


def open_assisted_sheet(context: Context, labour_office_id: UUID, regime: Regime) -> SheetResult:
    """Begin a sheet. Codes: assisted_registration_closed (the regime has none). Rule: REG-01."""
    if not regime.assisted_registration:
        return SheetResult(SheetCode.ASSISTED_REGISTRATION_CLOSED)
    sheet_id = context.uuid()
    with db.transaction():
        db.execute(
            """
            INSERT INTO assisted_sheets (id, number, labour_office_id, state, due_at, opened_by, opened_at)
            VALUES (%s, nextval('assisted_sheet_numbers'), %s, 'open', %s, %s, %s)
            """,
            [sheet_id, labour_office_id, _due(context, "open"), context.actor, context.now],
        )
        record_events(context, [Event("assisted_sheet.opened", sheet_id, {"rule": "REG-01"})])
    return SheetResult(SheetCode.OK, sheet_id)


def add_assisted_rows(context: Context, sheet_id: UUID, people: Sequence[Mapping[str, str]]) -> list[RowResult]:
    """Add people to an open sheet, one result per person in order; the same from a form and from an upload.

    Codes: sheet_not_found, step_not_allowed, answer_not_possible (with question and fault), nik_repeated_in_sheet.
    """
    with db.transaction():
        state = _state(sheet_id)
        if state != "open":
            return [RowResult(SheetCode.SHEET_NOT_FOUND if state is None else SheetCode.STEP_NOT_ALLOWED)] * len(people)
        last = db.value("SELECT coalesce(max(row_number), 0) FROM assisted_rows WHERE sheet_id = %s", [sheet_id])
        results = []
        for person in people:
            answers = {code: tidy_answer(code, person.get(code, "")) for code in COLUMNS}
            result = check_assisted_answers(answers, today=context.today)
            if not result.code.is_refusal:
                result = _insert(context, sheet_id, last + 1, answers)
            last += not result.code.is_refusal
            results.append(result)
    return results


def check_assisted_answers(answers: Mapping[str, str], *, today: date) -> RowResult:
    """What is wrong with a person's answers: the first question whose answer cannot be. Pure."""
    sandbox = get_settings().deployment == "sandbox"
    for code in QUESTION_CODES:
        fault = answer_fault(code, answers.get(code, ""), today=today, sandbox=sandbox)
        if fault.is_refusal:
            return RowResult(SheetCode.ANSWER_NOT_POSSIBLE, code, fault.value)
    phone = answers.get("phone", "")
    if phone and not contact_is_possible(PHONE, phone):
        return RowResult(SheetCode.ANSWER_NOT_POSSIBLE, "phone", AnswerFault.NOT_AN_OPTION.value)
    address = answers.get("address", "")
    if len(address) > _ADDRESS_LENGTH_MAX or not address.isprintable():
        return RowResult(SheetCode.ANSWER_NOT_POSSIBLE, "address", AnswerFault.ADDRESS_NOT_READABLE.value)
    return RowResult(SheetCode.OK)


def _insert(context: Context, sheet_id: UUID, row_number: int, answers: Mapping[str, str]) -> RowResult:
    row_id = context.uuid()
    inserted = db.execute(
        """
        INSERT INTO assisted_rows
            (id, sheet_id, row_number, nik_index, nik_index_next, answers_cipher, name, documents_seen,
            mismatched_fields, entered_by)
        VALUES (%s, %s, %s, %s, %s, %s, %s, false, '{}', %s)
        ON CONFLICT (sheet_id, nik_index) DO NOTHING
        """,
        [
            row_id,
            sheet_id,
            row_number,
            *index_writer().pair(answers["nik"], purpose="nik"),
            encrypt_field(msgspec.json.encode(answers).decode(), row_id=row_id, **CELL),
            answers["name"],
            context.actor,
        ],
    )
    return RowResult(SheetCode.OK if inserted else SheetCode.NIK_REPEATED)


def remove_assisted_row(context: Context, sheet_id: UUID, row_number: int) -> SheetResult:
    """Take a person out of an open sheet. Codes: sheet_not_found, step_not_allowed, row_not_found."""
    with db.transaction():
        state = _state(sheet_id)
        if state != "open":
            return SheetResult(SheetCode.SHEET_NOT_FOUND if state is None else SheetCode.STEP_NOT_ALLOWED)
        gone = db.execute("DELETE FROM assisted_rows WHERE sheet_id = %s AND row_number = %s", [sheet_id, row_number])
        if gone:
            record_events(context, [Event("assisted_sheet.row_removed", sheet_id, {"row_number": row_number})])
    return SheetResult(SheetCode.OK if gone else SheetCode.ROW_NOT_FOUND, sheet_id)


def verify_assisted_sheet(context: Context, sheet_id: UUID, seen_rows: Sequence[int]) -> SheetResult:
    """Open → verified: the officer has seen person and documents of every row.

    Codes: sheet_not_found, step_not_allowed, no_rows, documents_not_seen (of some row).
    """
    with db.transaction():
        code = may_move(sheet_id, "open")
        if code.is_refusal:
            return SheetResult(code)
        rows = db.value("SELECT count(*) FROM assisted_rows WHERE sheet_id = %s", [sheet_id])
        if rows == 0:
            return SheetResult(SheetCode.NO_ROWS)
        db.execute(
            "UPDATE assisted_rows SET documents_seen = row_number = ANY (%s::integer[]) WHERE sheet_id = %s",
            [list(seen_rows), sheet_id],
        )
        if db.value("SELECT count(*) FROM assisted_rows WHERE sheet_id = %s AND NOT documents_seen", [sheet_id]):
            return SheetResult(SheetCode.DOCUMENTS_NOT_SEEN)
        move_sheet(context, sheet_id, "verified", "verified_by = %s, verified_at = %s", [context.actor, context.now])
    return SheetResult(SheetCode.OK, sheet_id)


def sign_assisted_minutes(context: Context, sheet_id: UUID, minutes_number: str) -> SheetResult:
    """Verified → signed: another officer signs the minutes over the hash of the rows; nothing changes behind it.

    Codes: sheet_not_found, step_not_allowed, same_person (who verified does not sign), minutes_number_missing.
    """
    with db.transaction():
        code = may_move(sheet_id, "verified")
        if code.is_refusal:
            return SheetResult(code)
        if db.value("SELECT verified_by FROM assisted_sheets WHERE id = %s", [sheet_id]) == context.actor:
            return SheetResult(SheetCode.SAME_PERSON)
        if not minutes_number.strip():
            return SheetResult(SheetCode.MINUTES_NUMBER_MISSING)
        move_sheet(
            context,
            sheet_id,
            "signed",
            "minutes_number = %s, rows_sha256 = %s, signed_by = %s, signed_at = %s",
            [minutes_number.strip()[:100], rows_hash(sheet_id), context.actor, context.now],
        )
    return SheetResult(SheetCode.OK, sheet_id)


def rows_hash(sheet_id: UUID) -> str:
    """SHA-256 over the rows of a sheet in the order of their numbers: number and keyed hash of the answers.

    The answers themselves (the NIK is one) are hashed, not ciphers or indexes: no rotation of a key changes a sheet.
    """
    digest = sha256()
    for number, row_id, cipher in db.rows(
        "SELECT row_number, id, answers_cipher FROM assisted_rows WHERE sheet_id = %s ORDER BY row_number",
        [sheet_id],
    ):
        answers = "" if cipher is None else decrypt_field(bytes(cipher), row_id=row_id, **CELL)
        digest.update(b"%d\x00" % number + keyed_hash(answers.encode(), purpose="assisted row"))
    return digest.hexdigest()


def forward_assisted_sheet(context: Context, sheet_id: UUID) -> SheetResult:
    """Signed → forwarded by the ministry to the programme office. Codes: sheet_not_found, step_not_allowed."""
    with db.transaction():
        code = may_move(sheet_id, "signed")
        if code.is_refusal:
            return SheetResult(code)
        move_sheet(context, sheet_id, "forwarded", "forwarded_by = %s, forwarded_at = %s", [context.actor, context.now])
    return SheetResult(SheetCode.OK, sheet_id)


def return_assisted_sheet(context: Context, sheet_id: UUID, reason: str) -> SheetResult:
    """Back to the labour office with a reason, from ministry or programme office: it is verified and signed anew.

    Codes: sheet_not_found, step_not_allowed, reason_missing.
    """
    with db.transaction():
        state = _state(sheet_id)
        if state not in ("signed", "forwarded"):
            return SheetResult(SheetCode.SHEET_NOT_FOUND if state is None else SheetCode.STEP_NOT_ALLOWED)
        if not reason.strip():
            return SheetResult(SheetCode.REASON_MISSING)
        move_sheet(
            context,
            sheet_id,
            "open",
            """
            returned_reason = %s, verified_by = NULL, verified_at = NULL, minutes_number = NULL, rows_sha256 = NULL,
            signed_by = NULL, signed_at = NULL, forwarded_by = NULL, forwarded_at = NULL
            """,
            [reason.strip()[:500]],
        )
    return SheetResult(SheetCode.OK, sheet_id)


def _state(sheet_id: UUID) -> str | None:
    found = db.row("SELECT state FROM assisted_sheets WHERE id = %s FOR UPDATE", [sheet_id])
    return None if found is None else str(found[0])


def may_move(sheet_id: UUID, before: str) -> SheetCode:
    """Lock a sheet; whether it stands where a step begins. Codes: sheet_not_found, step_not_allowed."""
    state = _state(sheet_id)
    if state is None:
        return SheetCode.SHEET_NOT_FOUND
    return SheetCode.OK if state == before else SheetCode.STEP_NOT_ALLOWED


def move_sheet(context: Context, sheet_id: UUID, state: str, changes: str, values: Sequence[object]) -> None:
    """Take a locked sheet to its next state, with the columns that belong to it, and record it."""
    db.execute(
        f"UPDATE assisted_sheets SET state = %s, due_at = %s, {changes} WHERE id = %s",
        [state, _due(context, state), *values, sheet_id],
    )
    record_events(context, [Event(f"assisted_sheet.{state}", sheet_id, {"rule": "REG-01"})])


def _due(context: Context, state: str) -> datetime:
    return after_working_days(context.now, DEADLINES[state])
