"""The last step of assisted registration (REG-01): the registry is asked, and confirmed people become applicants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
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
from prakerja.participants.operations.assisted import CELL, may_move, move_sheet, rows_hash
from prakerja.participants.operations.checks import CheckDone, complete_checks, verify_identities
from prakerja.participants.operations.sign_up import SignUp, sign_up_applicants
from prakerja.participants.questions import sex_of
from prakerja.participants.registry import AnsweredRegistry, CivilRegistry, Identity
from prakerja.participants.sign_up_errors import SheetCode
from prakerja.participants.worker_list_rows import address_key

# What the officer stands for in place of the steps of the own sign-up.
CHECKS: Final = ("presence", "phone", "test")


@dataclass(frozen=True, slots=True)
class AcceptResult:
    """The answer to an acceptance: what became of the rows, by outcome."""

    code: SheetCode
    outcomes: Mapping[str, int] = field(default_factory=dict)


def accept_assisted_sheet(context: Context, sheet_id: UUID, registry: CivilRegistry) -> AcceptResult:
    """Forwarded → accepted by the programme office: the registry is asked, and confirmed people become applicants.

    Codes: sheet_not_found, step_not_allowed (also when a row was changed behind the signature). Outcomes of rows:
    `ok`, `nik_already_signed_up`, `identity_mismatch`, `nik_not_found`, `registry_unavailable` (the applicant waits
    and is asked again). A phone opens an account, unless it opens another. Answers are erased. Rule: REG-01, ELIG-01.
    The registry is asked outside the transaction.
    """
    code, sheet = _forwarded(sheet_id)
    if sheet is None:
        return AcceptResult(code)
    identities = [_identity(person) for _, person in sheet]
    told = AnsweredRegistry(dict(zip((one.nik for one in identities), registry.confirm(identities), strict=True)))
    with db.transaction():
        code = may_move(sheet_id, "forwarded")
        # Meanwhile somebody else may have been first, or a row changed: what the registry said is of these rows.
        if code.is_refusal or _forwarded(sheet_id)[1] != sheet:
            return AcceptResult(code if code.is_refusal else SheetCode.STEP_NOT_ALLOWED)
        outcomes = _make_applicants(context, [person for _, person in sheet], told)
        for (row_id, _), (outcome, applicant_id, lane) in zip(sheet, outcomes, strict=True):
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
        move_sheet(context, sheet_id, "accepted", "accepted_by = %s, accepted_at = %s", [context.actor, context.now])
    return AcceptResult(SheetCode.OK, counts)


def _forwarded(sheet_id: UUID) -> tuple[SheetCode, list[tuple[UUID, dict[str, str]]] | None]:
    """The people of a forwarded sheet whose rows are those that were signed, in order; otherwise why not."""
    found = db.row("SELECT state, rows_sha256 FROM assisted_sheets WHERE id = %s", [sheet_id])
    if found is None:
        return SheetCode.SHEET_NOT_FOUND, None
    if found[0] != "forwarded" or found[1] != rows_hash(sheet_id):
        return SheetCode.STEP_NOT_ALLOWED, None
    rows = db.rows("SELECT id, answers_cipher FROM assisted_rows WHERE sheet_id = %s ORDER BY row_number", [sheet_id])
    return SheetCode.OK, [
        (row_id, msgspec.json.decode(decrypt_field(bytes(cipher), row_id=row_id, **CELL), type=dict[str, str]))
        for row_id, cipher in rows
    ]


def _identity(person: Mapping[str, str]) -> Identity:
    return Identity(person["nik"], person["kk"], person["name"], date.fromisoformat(person["birth_date"]))


def _make_applicants(
    context: Context, people: Sequence[Mapping[str, str]], registry: CivilRegistry
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
        [CheckDone(key, check) for key in ids if confirmed[key].code is IdentityCode.OK for check in CHECKS],
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
