"""Assisted registration (REG-01): form → sheet → verification → minutes → ministry → programme office. No fee.

A labour office enters people who have no phone or network of their own. One officer verifies that the documents were
seen, another signs the minutes over the hash of the rows; the ministry sends them on; the programme office accepts, and
only then the civil registry is asked and the applicants are made. Every step has an owner and a deadline.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec

from prakerja.access.errors import ContactCode
from prakerja.access.index_keys import index_writer
from prakerja.access.operations import ContactRequest, UserRequest, bind_applicants, create_users, register_contacts
from prakerja.access.roles import Role
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.contacts import PHONE, contact_indexes, contact_is_possible, plain_contact
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field, encrypt_field, keyed_hash
from prakerja.kit.settings import get_settings
from prakerja.participants.errors import IdentityCode
from prakerja.participants.operations.checks import CheckDone, complete_checks, verify_identities
from prakerja.participants.operations.sign_up import SignUp, sign_up_applicants
from prakerja.participants.questions import QUESTION_CODES, after_working_days, answer_fault, sex_of, tidy_answer
from prakerja.participants.registry import CivilRegistry
from prakerja.participants.sign_up_errors import AnswerFault, SheetCode
from prakerja.participants.worker_list_rows import address_key
from prakerja.programme.regimes import Regime

# Beside the questions: what a person may leave out.
OPTIONAL: Final = ("phone", "address")
COLUMNS: Final = (*QUESTION_CODES, *OPTIONAL)
_ADDRESS_LENGTH_MAX: Final = 300
# State → working days within which its owner must move it on.
DEADLINES: Final[dict[str, int]] = {"open": 10, "verified": 2, "signed": 5, "forwarded": 5, "accepted": 0}
_CELL: Final = {"table": "assisted_rows", "column": "answers_cipher"}
# The officer saw person and documents: these checks stand on the minutes.
_CHECKS: Final = ("presence", "phone", "test")


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


@dataclass(frozen=True, slots=True)
class AcceptResult:
    """The answer to an acceptance: what became of the rows, by outcome."""

    code: SheetCode
    outcomes: Mapping[str, int] = field(default_factory=dict)


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
            (id, sheet_id, row_number, nik_index, nik_index_next, answers_cipher, name, documents_seen, entered_by)
        VALUES (%s, %s, %s, %s, %s, %s, %s, false, %s)
        ON CONFLICT (sheet_id, nik_index) DO NOTHING
        """,
        [
            row_id,
            sheet_id,
            row_number,
            *index_writer().pair(answers["nik"], purpose="nik"),
            encrypt_field(msgspec.json.encode(answers).decode(), row_id=row_id, **_CELL),
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
        code = _may_move(sheet_id, "open")
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
        _move(context, sheet_id, "verified", "verified_by = %s, verified_at = %s", [context.actor, context.now])
    return SheetResult(SheetCode.OK, sheet_id)


def sign_assisted_minutes(context: Context, sheet_id: UUID, minutes_number: str) -> SheetResult:
    """Verified → signed: another officer signs the minutes over the hash of the rows; nothing changes behind it.

    Codes: sheet_not_found, step_not_allowed, same_person (who verified does not sign), minutes_number_missing.
    """
    with db.transaction():
        code = _may_move(sheet_id, "verified")
        if code.is_refusal:
            return SheetResult(code)
        if db.value("SELECT verified_by FROM assisted_sheets WHERE id = %s", [sheet_id]) == context.actor:
            return SheetResult(SheetCode.SAME_PERSON)
        if not minutes_number.strip():
            return SheetResult(SheetCode.MINUTES_NUMBER_MISSING)
        _move(
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
        answers = "" if cipher is None else decrypt_field(bytes(cipher), row_id=row_id, **_CELL)
        digest.update(b"%d\x00" % number + keyed_hash(answers.encode(), purpose="assisted row"))
    return digest.hexdigest()


def forward_assisted_sheet(context: Context, sheet_id: UUID) -> SheetResult:
    """Signed → forwarded by the ministry to the programme office. Codes: sheet_not_found, step_not_allowed."""
    with db.transaction():
        code = _may_move(sheet_id, "signed")
        if code.is_refusal:
            return SheetResult(code)
        _move(context, sheet_id, "forwarded", "forwarded_by = %s, forwarded_at = %s", [context.actor, context.now])
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
        _move(
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


def accept_assisted_sheet(context: Context, sheet_id: UUID, registry: CivilRegistry) -> AcceptResult:
    """Forwarded → accepted by the programme office: the registry is asked, and confirmed people become applicants.

    Codes: sheet_not_found, step_not_allowed (also when a row was changed behind the signature). Outcomes of rows:
    `ok`, `nik_already_signed_up`, `identity_mismatch`, `nik_not_found`, `registry_unavailable` (the applicant waits
    and is asked again). A phone opens an account, unless it opens another. Answers are erased. Rule: REG-01, ELIG-01.
    """
    with db.transaction():
        code = _may_move(sheet_id, "forwarded")
        if code.is_refusal:
            return AcceptResult(code)
        if db.value("SELECT rows_sha256 FROM assisted_sheets WHERE id = %s", [sheet_id]) != rows_hash(sheet_id):
            return AcceptResult(SheetCode.STEP_NOT_ALLOWED)
        rows = db.rows(
            "SELECT id, answers_cipher FROM assisted_rows WHERE sheet_id = %s ORDER BY row_number", [sheet_id]
        )
        people = [
            msgspec.json.decode(decrypt_field(bytes(cipher), row_id=row_id, **_CELL), type=dict[str, str])
            for row_id, cipher in rows
        ]
        outcomes = _make_applicants(context, people, registry)
        for (row_id, _), (outcome, applicant_id, lane) in zip(rows, outcomes, strict=True):
            db.execute(
                """
                UPDATE assisted_rows
                SET outcome = %s, applicant_id = %s, applicant_lane = %s, answers_cipher = NULL, nik_index = NULL,
                    nik_index_next = NULL
                WHERE id = %s
                """,
                [outcome, applicant_id, lane, row_id],
            )
        counts: dict[str, int] = {}
        for outcome, _, _ in outcomes:
            counts[outcome] = counts.get(outcome, 0) + 1
        _move(context, sheet_id, "accepted", "accepted_by = %s, accepted_at = %s", [context.actor, context.now])
    return AcceptResult(SheetCode.OK, counts)


def _make_applicants(
    context: Context, people: Sequence[dict[str, str]], registry: CivilRegistry
) -> list[tuple[str, UUID | None, int | None]]:
    made = sign_up_applicants(
        context,
        [
            SignUp(
                nik=person["nik"],
                kk=person["kk"],
                name=person["name"],
                sex=sex_of(person["nik"]),
                birth_date=date.fromisoformat(person["birth_date"]),
                province_code=person["province_code"],
                education=person["education"],
                employment_status=person["employment_status"],
                phone=person["phone"] or None,
            )
            for person in people
        ],
    )
    ids = [one.applicant_id for one in made if one.applicant_id is not None]
    complete_checks(context, [CheckDone(key, "email") for key in ids])
    confirmed = dict(zip(ids, verify_identities(context, ids, registry), strict=True))
    complete_checks(
        context,
        [CheckDone(key, check) for key in ids if confirmed[key].code is IdentityCode.OK for check in _CHECKS],
    )
    results: list[tuple[str, UUID | None, int | None]] = []
    for one, person in zip(made, people, strict=True):
        if one.applicant_id is None or one.lane is None:
            results.append((one.code.value, None, None))
            continue
        _open_account(context, person, one.applicant_id, one.lane)
        _note_address(context, person, one.applicant_id, one.lane)
        results.append((confirmed[one.applicant_id].code.value, one.applicant_id, one.lane))
    return results


def _note_address(context: Context, person: Mapping[str, str], applicant_id: UUID, lane: int) -> None:
    """Where the officer wrote an address down: how many people share one is a finding, and nothing else reads it."""
    key = address_key(person.get("address", ""), person["province_code"])
    if key is None:
        return
    db.execute(
        """
        INSERT INTO applicant_addresses
            (lane, applicant_id, address_cipher, address_index, address_index_next, noted_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        [
            *(lane, applicant_id),
            encrypt_field(key, table="applicant_addresses", column="address_cipher", row_id=applicant_id),
            *index_writer().pair(key, purpose="address"),
            context.now,
        ],
    )


def _open_account(context: Context, person: Mapping[str, str], applicant_id: UUID, lane: int) -> None:
    """A phone that the officer saw ring opens the account; without one the person asks at the desk."""
    phone = person["phone"]
    if not phone:
        return
    taken = db.row(
        "SELECT FROM user_contacts WHERE kind = 'phone' AND contact_index = ANY (%s)", [contact_indexes(PHONE, phone)]
    )
    if taken is not None:
        return
    (user,) = create_users(context, [UserRequest(f"p-{context.uuid().hex}", "", Role.PARTICIPANT)])
    assert user.user_id is not None  # noqa: S101 - a new id is no name that was taken
    if register_contacts(context, [ContactRequest(user.user_id, PHONE, plain_contact(PHONE, phone))]) == [
        ContactCode.OK
    ]:
        bind_applicants(context, [(user.user_id, applicant_id, lane, person["name"])])


def _state(sheet_id: UUID) -> str | None:
    found = db.row("SELECT state FROM assisted_sheets WHERE id = %s FOR UPDATE", [sheet_id])
    return None if found is None else str(found[0])


def _may_move(sheet_id: UUID, before: str) -> SheetCode:
    state = _state(sheet_id)
    if state is None:
        return SheetCode.SHEET_NOT_FOUND
    return SheetCode.OK if state == before else SheetCode.STEP_NOT_ALLOWED


def _move(context: Context, sheet_id: UUID, state: str, changes: str, values: Sequence[object]) -> None:
    db.execute(
        f"UPDATE assisted_sheets SET state = %s, due_at = %s, {changes} WHERE id = %s",
        [state, _due(context, state), *values, sheet_id],
    )
    record_events(context, [Event(f"assisted_sheet.{state}", sheet_id, {"rule": "REG-01"})])


def _due(context: Context, state: str) -> datetime:
    return after_working_days(context.now, DEADLINES[state])
