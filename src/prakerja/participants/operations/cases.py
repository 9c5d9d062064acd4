"""Cases: what a person asks the office to decide. Each has an owner, a deadline and what happens when nobody decides.

An appeal is decided by somebody else than whoever decided before; the constraint of the table says so too. What a
decision brings about is done by the room that owns it (`cards` for a revocation).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from prakerja.access.index_keys import index_writer
from prakerja.access.operations import bind_applicants
from prakerja.access.queries import ContactView, list_contacts
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.contacts import EMAIL, PHONE, plain_contact
from prakerja.kit.context import Context
from prakerja.kit.crypto import encrypt_field
from prakerja.participants.sign_up_errors import CaseCode
from prakerja.programme.rules import after_working_days

REASON_LENGTH_MAX: Final = 2000
# Working days until the default outcome, and that outcome: nobody is chosen, or loses a NIK, by an office being slow.
DEADLINES: Final[dict[str, tuple[int, str]]] = {
    "identity_dispute": (7, "rejected"),
    "refused": (14, "rejected"),
    "not_selected": (7, "rejected"),
    "revoked": (14, "rejected"),
}
_CELL: Final = {"table": "cases", "column": "reason_cipher"}


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """A case to open. `subject_id` is the decision (or the applicant) that it is about; `not_by` may not decide it.

    `row_id` is the row of an assisted sheet that it comes from, where the person has no account.
    """

    kind: str
    user_id: UUID | None
    subject_id: UUID | None
    reason: str = field(repr=False)
    applicant_id: UUID | None = None
    applicant_lane: int | None = None
    not_by: tuple[str, ...] = ()
    row_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The answer to one request."""

    code: CaseCode
    case_id: UUID | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """A decision with the words that the person reads."""

    case_id: UUID
    granted: bool
    answer: str


@dataclass(frozen=True, slots=True)
class CaseDecided:
    """The answer to a decision; with `ok` what the case was about."""

    code: CaseCode
    kind: str = ""
    subject_id: UUID | None = None
    applicant_id: UUID | None = None


def open_cases(context: Context, requests: Sequence[CaseRequest]) -> list[CaseResult]:
    """Open cases, one result per request in order. Codes: repeated (with the case that is there), reason_missing.

    Raises:
        KeyError: an unknown kind.
    """
    results = []
    with db.transaction():
        for request in requests:
            days, default_outcome = DEADLINES[request.kind]
            reason = request.reason.strip()[:REASON_LENGTH_MAX]
            if not reason and request.kind != "identity_dispute":
                results.append(CaseResult(CaseCode.REASON_MISSING))
                continue
            case_id, due_at = context.uuid(), after_working_days(context.now, days)
            key = f"{request.kind}:{request.applicant_id or request.user_id or request.row_id}:{request.subject_id}"
            opened = db.execute(
                """
                INSERT INTO cases (id, key, kind, user_id, applicant_id, applicant_lane, subject_id, reason_cipher,
                    not_by, default_outcome, state, opened_at, due_at)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'open', %s, %s)
                ON CONFLICT (key) DO NOTHING
                """,
                [
                    case_id,
                    key,
                    request.kind,
                    request.user_id,
                    request.applicant_id,
                    request.applicant_lane,
                    request.subject_id,
                    encrypt_field(reason, row_id=case_id, **_CELL),
                    list(request.not_by),
                    default_outcome,
                    context.now,
                    due_at,
                ],
            )
            if not opened:
                earlier = db.row("SELECT id, due_at FROM cases WHERE key = %s", [key])
                results.append(CaseResult(CaseCode.REPEATED, *(earlier or ())))
                continue
            payload = {"kind": request.kind, "subject_id": request.subject_id, "due_at": due_at}
            record_events(context, [Event("case.opened", case_id, payload)])
            results.append(CaseResult(CaseCode.OK, case_id, due_at))
    return results


def decide_cases(context: Context, requests: Sequence[CaseDecision]) -> list[CaseDecided]:
    """Decide cases, one result per request in order.

    Codes: case_not_found, already_decided, same_person, reason_missing. A granted dispute about a NIK gives the
    applicant to the account of whoever disputed, and takes it, with all notices, from the earlier one.
    """
    results = []
    with db.transaction():
        for request in requests:
            found = db.row(
                """
                SELECT kind, state, not_by, subject_id, applicant_id, user_id, applicant_lane
                FROM cases WHERE id = %s FOR UPDATE
                """,
                [request.case_id],
            )
            code = _refusal(context, found, request)
            if found is None or code.is_refusal:
                results.append(CaseDecided(code))
                continue
            state = "granted" if request.granted else "rejected"
            db.execute(
                "UPDATE cases SET state = %s, answer = %s, decided_by = %s, decided_at = %s WHERE id = %s",
                [state, request.answer.strip()[:REASON_LENGTH_MAX], context.actor, context.now, request.case_id],
            )
            record_events(context, [Event(f"case.{state}", request.case_id, {"kind": found[0]})])
            if found[0] == "identity_dispute":
                _settle_dispute(context, found, granted=request.granted)
            results.append(CaseDecided(CaseCode.OK, found[0], found[3], found[4]))
    return results


def lapse_cases(context: Context) -> int:
    """Give the default outcome to cases whose deadline has passed; how many. For the daily job.

    A lapsed case is not a decision: the person sees that nobody decided, and the office's figures count it.
    """
    with db.transaction():
        lapsed = db.rows(
            """
            UPDATE cases SET state = 'lapsed', decided_at = %s
            WHERE state = 'open' AND due_at <= %s
            RETURNING id, kind, default_outcome
            """,
            [context.now, context.now],
        )
        record_events(
            context,
            [
                Event("case.lapsed", case_id, {"kind": kind, "outcome": outcome})
                for case_id, kind, outcome in sorted(lapsed)
            ],
        )
    return len(lapsed)


def _refusal(context: Context, found: db.Row | None, request: CaseDecision) -> CaseCode:
    if found is None:
        return CaseCode.CASE_NOT_FOUND
    if found[1] != "open":
        return CaseCode.ALREADY_DECIDED
    if context.actor in found[2]:
        return CaseCode.SAME_PERSON
    return CaseCode.OK if request.answer.strip() else CaseCode.REASON_MISSING


def _settle_dispute(context: Context, found: db.Row, *, granted: bool) -> None:
    _, _, _, holder_id, _, user_id, lane = found
    if granted and holder_id is not None:
        name = db.value("SELECT name FROM applicants WHERE lane = %s AND applicant_id = %s", [lane, holder_id])
        # The earlier account stays as it is, without this applicant, and cannot sign in any more.
        db.execute(
            """
            UPDATE users SET applicant_id = NULL, applicant_lane = NULL, is_active = false
            WHERE applicant_id = %s AND id IS DISTINCT FROM %s
            """,
            [holder_id, user_id],
        )
        _replace_contacts(context, lane, holder_id, {} if user_id is None else list_contacts(user_id))
        if user_id is not None:
            bind_applicants(context, [(user_id, holder_id, lane, name)])
    if user_id is None:
        return
    state = "done" if granted else "to_correct"
    db.execute(
        """
        UPDATE sign_up_drafts
        SET state = %s, answers_cipher = CASE WHEN %s THEN NULL ELSE answers_cipher END, waits_until_at = NULL
        WHERE user_id = %s AND state = 'nik_in_dispute'
        """,
        [state, granted, user_id],
    )


def _replace_contacts(context: Context, lane: int, applicant_id: UUID, contacts: Mapping[str, ContactView]) -> None:
    """Notices go to whoever the applicant is, and no longer to the one who was not."""
    writer = index_writer()
    columns: dict[str, bytes | None] = {}
    for kind in (EMAIL, PHONE):
        contact, cell = contacts.get(kind), f"{kind}_cipher"
        index = next_index = cipher = None
        if contact is not None:
            cipher = encrypt_field(contact.plain, table="applicants", column=cell, row_id=applicant_id)
            index, next_index = writer.pair(plain_contact(kind, contact.plain), purpose=kind)
        columns |= {cell: cipher, f"{kind}_index": index, f"{kind}_index_next": next_index}
    changes = ", ".join(f"{column} = %s" for column in columns)
    db.execute(
        f"UPDATE applicants SET {changes} WHERE lane = %s AND applicant_id = %s",
        [*columns.values(), lane, applicant_id],
    )
    record_events(context, [Event("applicant.contacts_replaced", applicant_id, {}, lane)])
