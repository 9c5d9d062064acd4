"""Signing up step by step: answers are kept as they come, and sent off once the person has checked them.

The civil registry is asked before an applicant is made: a NIK that was mistyped, or is somebody else's, takes no place.
Of two people who send one NIK, one becomes the applicant and the other gets a case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from prakerja.access.operations import bind_applicants, spend_attempts
from prakerja.access.operations.attempts import Budget
from prakerja.access.queries import list_contacts
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.contacts import EMAIL
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field, encrypt_field
from prakerja.participants.errors import IdentityCode, SignUpCode
from prakerja.participants.operations.cases import CaseRequest, open_cases
from prakerja.participants.operations.checks import CheckDone, complete_checks, verify_identities
from prakerja.participants.operations.sign_up import holder_of_nik, sign_up_applicants, sign_up_from
from prakerja.participants.operations.sign_up_traces import Origin, may_send_from
from prakerja.participants.questions import QUESTION_CODES, open_questions, tidy_answer
from prakerja.participants.registry import (
    AnsweredRegistry,
    CivilRegistry,
    Identity,
    IdentityAnswer,
    IdentityOutcome,
)
from prakerja.participants.sign_up_errors import SendSignUpCode
from prakerja.programme.rules import after_working_days

REGISTRY_WORKING_DAYS: Final = 2
# The registry says which field differs: without a budget, an account could find out a stranger's data by trying.
SENDINGS: Final = Budget("identities sent off by an account", 5, timedelta(days=1))
SENDINGS_OF_A_NIK: Final = Budget("identities sent off with a NIK", 10, timedelta(days=1))
NOWHERE: Final = Origin()
_CELL: Final = {"table": "sign_up_drafts", "column": "answers_cipher"}
_CODES: Final = {
    IdentityAnswer.NOT_FOUND: SendSignUpCode.NIK_NOT_FOUND,
    IdentityAnswer.MISMATCH: SendSignUpCode.MISMATCH,
    IdentityAnswer.UNAVAILABLE: SendSignUpCode.UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class SendResult:
    """The answer to a sign-up that was sent off; `fields` disagree with the registry, `case_id` decides a dispute."""

    code: SendSignUpCode
    fields: tuple[str, ...] = ()
    applicant_id: UUID | None = None
    case_id: UUID | None = None


def keep_answers(context: Context, user_id: UUID, answers: Mapping[str, str], *, consent: bool = False) -> bool:
    """Keep answers (and the consent) of a person; whether they were kept: what was sent off is not changed any more.

    The first call begins the sign-up. Answers are one encrypted text. Cost: two statements.

    Raises:
        ValueError: an answer to a question that nobody asks.
    """
    if not answers.keys() <= set(QUESTION_CODES):
        raise ValueError(f"questions are {QUESTION_CODES}")
    with db.transaction():
        db.execute(
            """
            INSERT INTO sign_up_drafts (user_id, state, mismatched_fields, started_at, changed_at)
            VALUES (%s, 'filling', '{}', %s, %s)
            ON CONFLICT (user_id) DO NOTHING
            """,
            [user_id, context.now, context.now],
        )
        state, kept = _locked(user_id)
        if state not in ("filling", "to_correct"):
            return False
        given = {code: tidy_answer(code, text) for code, text in answers.items()}
        changed = [code for code, text in given.items() if kept.get(code) != text]
        kept |= given
        # What the registry said about an answer does not hold for another one.
        db.execute(
            """
            UPDATE sign_up_drafts
            SET answers_cipher = %(answers)s, changed_at = %(now)s,
                consent_at = CASE WHEN %(consent)s THEN coalesce(consent_at, %(now)s) ELSE consent_at END,
                mismatched_fields = ARRAY(
                    SELECT field FROM unnest(mismatched_fields) WITH ORDINALITY AS said (field, place)
                    WHERE field <> ALL (%(changed)s::text[])
                    ORDER BY place
                ),
                identity_answer = CASE
                    WHEN identity_answer = 'not_found' AND 'nik' = ANY (%(changed)s::text[]) THEN NULL
                    ELSE identity_answer
                END
            WHERE user_id = %(user_id)s
            """,
            {
                "answers": encrypt_field(_text(kept), row_id=user_id, **_CELL),
                "now": context.now,
                "consent": consent,
                "changed": changed,
                "user_id": user_id,
            },
        )
    return True


def send_sign_up(
    context: Context,
    user_id: UUID,
    registry: CivilRegistry | None,
    *,
    machine_now: datetime,
    origin: Origin = NOWHERE,
) -> SendResult:
    """Send off what a person has answered and checked: the registry is asked, and the applicant made.

    Codes: not_started, already_sent, email_not_verified, answers_missing, too_many_tries, registry_unavailable (the
    person waits; `ask_registry_again` goes on), nik_not_found, identity_mismatch (with the fields, to be corrected),
    nik_in_dispute (with the case), answers_changed (meanwhile, in another window: nothing is sent off).
    Rule: ELIG-01. The registry is asked outside the transaction.
    """
    found = db.row("SELECT state, answers_cipher FROM sign_up_drafts WHERE user_id = %s", [user_id])
    if found is None or found[1] is None:
        return SendResult(SendSignUpCode.NOT_STARTED if found is None else SendSignUpCode.ALREADY_SENT)
    if found[0] not in ("filling", "to_correct"):
        return SendResult(SendSignUpCode.ALREADY_SENT)
    answers = _answers(user_id, found[1])
    if EMAIL not in list_contacts(user_id):
        return SendResult(SendSignUpCode.EMAIL_NOT_VERIFIED)
    if open_questions(answers, QUESTION_CODES):
        return SendResult(SendSignUpCode.ANSWERS_MISSING)
    with db.transaction():
        within = spend_attempts(SENDINGS, [str(user_id)], machine_now=machine_now)
        within += spend_attempts(SENDINGS_OF_A_NIK, [answers["nik"]], machine_now=machine_now)
        within.append(may_send_from(origin, machine_now=machine_now))
    if not all(within):
        return SendResult(SendSignUpCode.TOO_MANY_TRIES)
    return _ask(context, user_id, answers, registry)


def ask_registry_again(context: Context, registry: CivilRegistry | None, *, most: int = 500) -> list[SendResult]:
    """Ask about those who wait because the registry did not answer, the longest wait first; one result per person.

    For the hourly job. Rule: ELIG-01: an unavailable source never counts as a yes, nor as a no.
    """
    waiting = db.rows(
        """
        SELECT user_id, answers_cipher FROM sign_up_drafts
        WHERE state = 'waits_for_registry'
        ORDER BY asked_at, user_id
        LIMIT %s
        """,
        [most],
    )
    return [_ask(context, user_id, _answers(user_id, cipher), registry) for user_id, cipher in waiting]


def _ask(context: Context, user_id: UUID, answers: dict[str, str], registry: CivilRegistry | None) -> SendResult:
    outcome = IdentityOutcome(IdentityAnswer.UNAVAILABLE)
    if registry is not None:
        identity = Identity(answers["nik"], answers["kk"], answers["name"], date.fromisoformat(answers["birth_date"]))
        (outcome,) = registry.confirm([identity])
    with db.transaction():
        state, kept = _locked(user_id)
        if state not in ("filling", "to_correct", "waits_for_registry"):
            return SendResult(SendSignUpCode.ALREADY_SENT)
        # A late answer is about what was asked: it marks and confirms nothing that was typed meanwhile.
        if kept != answers:
            return SendResult(SendSignUpCode.ANSWERS_CHANGED)
        if outcome.answer is IdentityAnswer.CONFIRMED:
            return _confirmed(context, user_id, answers)
        waits = outcome.answer is IdentityAnswer.UNAVAILABLE
        if waits and state == "waits_for_registry":
            return _still_waits(context, user_id)
        db.execute(
            """
            UPDATE sign_up_drafts
            SET state = %s, identity_answer = %s, mismatched_fields = %s, asked_at = %s,
                waits_until_at = CASE WHEN %s THEN coalesce(waits_until_at, %s) END
            WHERE user_id = %s
            """,
            [
                "waits_for_registry" if waits else "to_correct",
                outcome.answer.value,
                list(outcome.fields),
                context.now,
                waits,
                after_working_days(context.now, REGISTRY_WORKING_DAYS),
                user_id,
            ],
        )
        payload = {"rule": "ELIG-01", "answer": outcome.answer.value, "fields": list(outcome.fields)}
        record_events(context, [Event("sign_up.identity_not_confirmed", user_id, payload)])
    return SendResult(_CODES[outcome.answer], outcome.fields)


def _still_waits(context: Context, user_id: UUID) -> SendResult:
    """Asked again without an answer: once the deadline has passed, the person is free to correct and send anew."""
    freed = db.execute(
        """
        UPDATE sign_up_drafts
        SET state = 'to_correct', asked_at = %(now)s, waits_until_at = NULL
        WHERE user_id = %(user_id)s AND waits_until_at <= %(now)s
        """,
        {"now": context.now, "user_id": user_id},
    )
    if freed:
        record_events(context, [Event("sign_up.registry_did_not_answer", user_id, {"rule": "ELIG-01"})])
    return SendResult(SendSignUpCode.UNAVAILABLE)


def _confirmed(context: Context, user_id: UUID, answers: dict[str, str]) -> SendResult:
    contacts = list_contacts(user_id)
    phone = contacts.get("phone")
    given = sign_up_from(answers, email=contacts[EMAIL].plain, phone=None if phone is None else phone.plain)
    (made,) = sign_up_applicants(context, [given])
    if made.code is SignUpCode.NIK_ALREADY_SIGNED_UP:
        return _disputed(context, user_id, answers)
    if made.applicant_id is None or made.lane is None:
        raise RuntimeError(f"answers that were checked are refused: {made.code}, {made.field}")
    complete_checks(context, [CheckDone(made.applicant_id, "email")])
    told = AnsweredRegistry({answers["nik"]: IdentityOutcome(IdentityAnswer.CONFIRMED)})
    (verified,) = verify_identities(context, [made.applicant_id], told)
    if verified.code is not IdentityCode.OK:
        raise RuntimeError(f"a new applicant's identity: {verified.code}")
    bind_applicants(context, [(user_id, made.applicant_id, made.lane, answers["name"])])
    db.execute(
        """
        UPDATE sign_up_drafts
        SET state = 'done', identity_answer = 'confirmed', mismatched_fields = '{}', answers_cipher = NULL,
            waits_until_at = NULL, asked_at = %s
        WHERE user_id = %s
        """,
        [context.now, user_id],
    )
    return SendResult(SendSignUpCode.OK, applicant_id=made.applicant_id)


def _disputed(context: Context, user_id: UUID, answers: dict[str, str]) -> SendResult:
    """The NIK is somebody's: the office finds out whose. The earlier applicant learns nothing and loses nothing yet."""
    holder = holder_of_nik(answers["nik"])
    (case,) = open_cases(
        context,
        [
            CaseRequest(
                kind="identity_dispute",
                user_id=user_id,
                subject_id=None if holder is None else holder[0],
                reason="",
                applicant_id=None,
                applicant_lane=None if holder is None else holder[1],
            )
        ],
    )
    db.execute(
        """
        UPDATE sign_up_drafts
        SET state = 'nik_in_dispute', identity_answer = 'confirmed', mismatched_fields = '{}', asked_at = %s,
            waits_until_at = %s
        WHERE user_id = %s
        """,
        [context.now, case.due_at, user_id],
    )
    return SendResult(SendSignUpCode.NIK_IN_DISPUTE, case_id=case.case_id)


def _locked(user_id: UUID) -> tuple[str, dict[str, str]]:
    row = db.row("SELECT state, answers_cipher FROM sign_up_drafts WHERE user_id = %s FOR UPDATE", [user_id])
    if row is None:
        raise LookupError(f"no sign-up of user {user_id}")
    return row[0], {} if row[1] is None else _answers(user_id, row[1])


def _answers(user_id: UUID, cipher: bytes) -> dict[str, str]:
    text = decrypt_field(bytes(cipher), row_id=user_id, **_CELL)
    return msgspec.json.decode(text, type=dict[str, str])


def _text(answers: Mapping[str, str]) -> str:
    return msgspec.json.encode(answers).decode()


@dataclass(frozen=True, slots=True)
class DraftView:
    """Where a sign-up stands. Answers are empty as soon as it is done."""

    state: str
    answers: dict[str, str]
    consent_at: datetime | None
    mismatched_fields: tuple[str, ...]
    identity_answer: str | None
    waits_until_at: datetime | None


def find_draft(user_id: UUID) -> DraftView | None:
    """The sign-up of a user, or None before its first answer. One query."""
    row = db.row(
        """
        SELECT state, answers_cipher, consent_at, mismatched_fields, identity_answer, waits_until_at
        FROM sign_up_drafts
        WHERE user_id = %s
        """,
        [user_id],
    )
    if row is None:
        return None
    answers = {} if row[1] is None else _answers(user_id, row[1])
    return DraftView(row[0], answers, row[2], tuple(row[3]), row[4], row[5])
