"""The last step of assisted registration (REG-01): the registry is asked, and confirmed people become applicants."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from prakerja.access.errors import ContactCode
from prakerja.access.index_keys import index_writer
from prakerja.access.operations import ContactRequest, UserRequest, bind_applicants, create_users, register_contacts
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.contacts import PHONE, contact_indexes, plain_contact
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field, encrypt_field
from prakerja.participants.errors import IdentityCode
from prakerja.participants.operations.assisted import CELL, SheetResult, may_move, move_sheet, rows_hash
from prakerja.participants.operations.cases import CaseRequest, open_cases
from prakerja.participants.operations.checks import CheckDone, complete_checks, verify_identities
from prakerja.participants.operations.sign_up import holder_of_nik, sign_up_applicants, sign_up_from
from prakerja.participants.registry import (
    AnsweredRegistry,
    CivilRegistry,
    Identity,
    IdentityAnswer,
    IdentityOutcome,
)
from prakerja.participants.sign_up_errors import SheetCode
from prakerja.participants.worker_list_rows import address_key

# What the officer stands for in place of the steps of the own sign-up.
_CHECKS: Final = ("presence", "phone", "test")
_OUTCOMES: Final = {
    IdentityAnswer.NOT_FOUND: IdentityCode.NIK_NOT_FOUND,
    IdentityAnswer.MISMATCH: IdentityCode.MISMATCH,
    IdentityAnswer.UNAVAILABLE: IdentityCode.UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class AcceptResult:
    """The answer to an acceptance: what became of the rows, by outcome."""

    code: SheetCode
    outcomes: Mapping[str, int] = field(default_factory=dict)


class SheetPerson(NamedTuple):
    """A person of a sheet, as the officer wrote down."""

    row_id: UUID
    answers: Mapping[str, str]

    @property
    def identity(self) -> Identity:
        """What the civil registry is asked about."""
        born = date.fromisoformat(self.answers["birth_date"])
        return Identity(self.answers["nik"], self.answers["kk"], self.answers["name"], born)


class SettledRow(NamedTuple):
    """What became of a row; the applicant who was confirmed, or who had signed up with the NIK before."""

    outcome: str
    applicant_id: UUID | None = None
    lane: int | None = None


def accept_assisted_sheet(context: Context, sheet_id: UUID, registry: CivilRegistry) -> AcceptResult:
    """Forwarded → accepted by the programme office: the registry is asked, and confirmed people become applicants.

    Codes: sheet_not_found, step_not_allowed (also when a row was changed behind the signature). Outcomes of rows:
    `ok`, `nik_already_signed_up`, `identity_mismatch`, `nik_not_found`, `registry_unavailable` (the row waits and is
    asked about again). As in the own sign-up, whom the registry does not confirm takes no place: the labour office puts
    the answers right on another sheet. A phone opens an account, unless it opens another. Answers are erased, but of
    rows that wait. Rule: REG-01, ELIG-01. The registry is asked outside the transaction.
    """
    code, sheet = _forwarded(sheet_id)
    if sheet is None:
        return AcceptResult(code)
    told = registry.confirm([person.identity for person in sheet])
    with db.transaction():
        code = may_move(sheet_id, "forwarded")
        # Meanwhile somebody else may have been first, or a row changed: what the registry said is of these rows.
        if code.is_refusal or _forwarded(sheet_id)[1] != sheet:
            return AcceptResult(code if code.is_refusal else SheetCode.STEP_NOT_ALLOWED)
        settled = settle_assisted_rows(context, list(zip(sheet, told, strict=True)))
        move_sheet(context, sheet_id, "accepted", "accepted_by = %s, accepted_at = %s", [context.actor, context.now])
    return AcceptResult(SheetCode.OK, Counter(one.outcome for one in settled))


def settle_assisted_rows(context: Context, told: Sequence[tuple[SheetPerson, IdentityOutcome]]) -> list[SettledRow]:
    """Make applicants of the confirmed and write down what became of each row, in order, in the caller's transaction.

    A row whose answer is `unavailable` keeps its answers and waits. Cost: three statements a row and those of sign-up.
    """
    confirmed = [person for person, outcome in told if outcome.answer is IdentityAnswer.CONFIRMED]
    made = dict(zip((person.row_id for person in confirmed), _make_applicants(context, confirmed), strict=True))
    settled = []
    for person, outcome in told:
        row = made.get(person.row_id) or SettledRow(_OUTCOMES[outcome.answer].value)
        settled.append(row)
        waits = outcome.answer is IdentityAnswer.UNAVAILABLE
        db.execute(
            """
            UPDATE assisted_rows
            SET outcome = %s, mismatched_fields = %s, applicant_id = %s, applicant_lane = %s,
                answers_cipher = CASE WHEN %s THEN answers_cipher END, nik_index = CASE WHEN %s THEN nik_index END,
                nik_index_next = CASE WHEN %s THEN nik_index_next END
            WHERE id = %s
            """,
            [row.outcome, list(outcome.fields), row.applicant_id, row.lane, waits, waits, waits, person.row_id],
        )
    return settled


def dispute_assisted_row(context: Context, sheet_id: UUID, row_number: int, reason: str) -> SheetResult:
    """Open a case for a person of an accepted sheet whose NIK somebody else has signed up with, as the person says.

    Codes: sheet_not_found, step_not_allowed, row_not_found (or it has another outcome),
    dispute_reason_missing, already_disputed. Granted, the other account loses the applicant; without an account the
    desk tells the outcome.
    """
    with db.transaction():
        code = may_move(sheet_id, "accepted")
        if code.is_refusal:
            return SheetResult(code)
        row = db.row(
            """
            SELECT id, applicant_id, applicant_lane FROM assisted_rows
            WHERE sheet_id = %s AND row_number = %s AND outcome = 'nik_already_signed_up' AND applicant_id IS NOT NULL
            """,
            [sheet_id, row_number],
        )
        if row is None:
            return SheetResult(SheetCode.ROW_NOT_FOUND)
        if not reason.strip():
            return SheetResult(SheetCode.DISPUTE_REASON_MISSING)
        request = CaseRequest(
            kind="identity_dispute",
            user_id=None,
            subject_id=row[1],
            reason=reason,
            applicant_lane=row[2],
            not_by=(context.actor,),
            row_id=row[0],
        )
        (opened,) = open_cases(context, [request])
    return SheetResult(SheetCode.ALREADY_DISPUTED if opened.code.is_refusal else SheetCode.OK, sheet_id)


def _forwarded(sheet_id: UUID) -> tuple[SheetCode, list[SheetPerson] | None]:
    """The people of a forwarded sheet whose rows are those that were signed, in order; otherwise why not."""
    found = db.row("SELECT state, rows_sha256 FROM assisted_sheets WHERE id = %s", [sheet_id])
    if found is None:
        return SheetCode.SHEET_NOT_FOUND, None
    if found[0] != "forwarded" or found[1] != rows_hash(sheet_id):
        return SheetCode.STEP_NOT_ALLOWED, None
    rows = db.rows("SELECT id, answers_cipher FROM assisted_rows WHERE sheet_id = %s ORDER BY row_number", [sheet_id])
    return SheetCode.OK, [read_sheet_person(row_id, cipher) for row_id, cipher in rows]


def read_sheet_person(row_id: UUID, cipher: bytes) -> SheetPerson:
    """The answers of a row, out of their encrypted cell."""
    text = decrypt_field(bytes(cipher), row_id=row_id, **CELL)
    return SheetPerson(row_id, msgspec.json.decode(text, type=dict[str, str]))


def _make_applicants(context: Context, people: Sequence[SheetPerson]) -> list[SettledRow]:
    """Applicants of people whom the civil registry has confirmed, with all that the officer stands for."""
    made = sign_up_applicants(
        context, [sign_up_from(person.answers, phone=person.answers["phone"] or None) for person in people]
    )
    ids = [one.applicant_id for one in made if one.applicant_id is not None]
    complete_checks(context, [CheckDone(key, "email") for key in ids])
    told = AnsweredRegistry({person.identity.nik: IdentityOutcome(IdentityAnswer.CONFIRMED) for person in people})
    verified = verify_identities(context, ids, told)
    if {one.code for one in verified} - {IdentityCode.OK}:
        raise RuntimeError(f"identities of new applicants: {verified}")
    complete_checks(context, [CheckDone(key, check) for key in ids for check in _CHECKS])
    results = []
    for one, person in zip(made, people, strict=True):
        if one.applicant_id is None or one.lane is None:
            results.append(SettledRow(one.code.value, *(holder_of_nik(person.identity.nik) or ())))
            continue
        _open_account(context, person.answers, one.applicant_id, one.lane)
        _note_address(context, person.answers, one.applicant_id, one.lane)
        results.append(SettledRow(IdentityCode.OK.value, one.applicant_id, one.lane))
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
