"""The funnel of an applicant: e-mail, identity, presence, phone, test, each once and in this order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field
from prakerja.participants.errors import CheckCode, IdentityCode
from prakerja.participants.lanes import every_lane
from prakerja.participants.registry import CivilRegistry, Identity, IdentityAnswer, IdentityOutcome

# check → (state before, state after, column of its moment), in the order of the funnel
_CHECKS: dict[str, tuple[str, str, str]] = {
    "email": ("account_created", "email_verified", "email_verified_at"),
    "presence": ("identity_verified", "presence_verified", "presence_verified_at"),
    "phone": ("presence_verified", "phone_verified", "phone_verified_at"),
    "test": ("phone_verified", "ready", "test_done_at"),
}
_ANSWER_CODES = {
    IdentityAnswer.CONFIRMED: IdentityCode.OK,
    IdentityAnswer.NOT_FOUND: IdentityCode.NIK_NOT_FOUND,
    IdentityAnswer.MISMATCH: IdentityCode.MISMATCH,
    IdentityAnswer.UNAVAILABLE: IdentityCode.UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class CheckDone:
    """A step that was done: `check` is email, presence, phone or test; `score` belongs to the test (0-100)."""

    applicant_id: UUID
    check: str
    score: int | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The answer to one step."""

    code: CheckCode


@dataclass(frozen=True, slots=True)
class IdentityResult:
    """The answer to one identity; `fields` disagree with the civil registry when it is a mismatch."""

    code: IdentityCode
    fields: tuple[str, ...] = ()


def complete_checks(context: Context, requests: Sequence[CheckDone]) -> list[CheckResult]:
    """Record steps of the funnel, one result per request in order; several steps of a person may come in one call.

    Codes: applicant_not_found, repeated, out_of_order. Cost: one statement per kind of check, one for what was refused.

    Raises:
        ValueError: an unknown check.
    """
    unknown = {request.check for request in requests} - _CHECKS.keys()
    if unknown:
        raise ValueError(f"unknown checks: {sorted(unknown)}")
    moved: set[tuple[UUID, str]] = set()
    first: dict[tuple[UUID, str], int] = {}
    for position, request in enumerate(requests):
        first.setdefault((request.applicant_id, request.check), position)
    with db.transaction():
        for check in _CHECKS:
            items = [requests[p] for (_, name), p in first.items() if name == check]
            moved |= {(applicant_id, check) for applicant_id in _move(context, check, items)}
        refused = [request.applicant_id for request in requests if (request.applicant_id, request.check) not in moved]
        codes = _reasons(refused)
    return [
        CheckResult(
            CheckCode.REPEATED
            if first[(request.applicant_id, request.check)] != position
            else CheckCode.OK
            if (request.applicant_id, request.check) in moved
            else codes.get((request.applicant_id, request.check), CheckCode.APPLICANT_NOT_FOUND)
        )
        for position, request in enumerate(requests)
    ]


def _move(context: Context, check: str, items: Sequence[CheckDone]) -> list[UUID]:
    if not items:
        return []
    before, after, column = _CHECKS[check]
    changed = db.rows(
        f"""
        UPDATE applicants
        SET state = %s, {column} = %s, test_score = coalesce(given.score, applicants.test_score)
        FROM unnest(%s::uuid[], %s::smallint[]) AS given (applicant_id, score)
        WHERE applicants.lane = ANY (%s)
            AND applicants.applicant_id = given.applicant_id
            AND applicants.state = %s
        RETURNING applicants.lane, applicants.applicant_id
        """,
        [after, context.now, [i.applicant_id for i in items], [i.score for i in items], every_lane(), before],
    )
    record_step(context, f"applicant.{check}_checked", [(lane, applicant_id) for lane, applicant_id in changed], {})
    return [applicant_id for _, applicant_id in changed]


def record_step(context: Context, kind: str, subjects: Sequence[tuple[int, UUID]], payload: dict[str, object]) -> None:
    """One event: about the applicant when it is one, about the batch with its count when there are more."""
    if len(subjects) == 1:
        lane, applicant_id = subjects[0]
        record_events(context, [Event(kind, applicant_id, payload, lane)])
    elif subjects:
        record_events(context, [Event(kind, context.uuid(), {"applicants": len(subjects), **payload})])


def _reasons(applicant_ids: Sequence[UUID]) -> dict[tuple[UUID, str], CheckCode]:
    """Why a step was not taken, for applicants that exist."""
    if not applicant_ids:
        return {}
    done = ", ".join(f"{column} IS NOT NULL" for _, _, column in _CHECKS.values())
    found = db.rows(
        f"""
        SELECT applicant_id, {done}
        FROM applicants
        WHERE lane = ANY (%s) AND applicant_id = ANY (%s::uuid[])
        ORDER BY applicant_id
        """,
        [every_lane(), list(applicant_ids)],
    )
    return {
        (applicant_id, check): CheckCode.REPEATED if is_done else CheckCode.OUT_OF_ORDER
        for applicant_id, *answers in found
        for check, is_done in zip(_CHECKS, answers, strict=True)
    }


def verify_identities(context: Context, applicant_ids: Sequence[UUID], registry: CivilRegistry) -> list[IdentityResult]:
    """Ask the civil registry about applicants, one result per id in order. A refused one may correct and ask again.

    Codes: applicant_not_found, email_not_verified, repeated, registry_unavailable, nik_not_found, identity_mismatch.
    Rule: ELIG-01. The registry is asked outside the transaction; an unavailable one changes nothing but the moment.
    Cost: one read, one question to the registry, one update, two or more events; 15 microseconds of Python per person.
    """
    found = {
        applicant_id: (lane, state, nik, kk, name, birth_date)
        for lane, applicant_id, state, nik, kk, name, birth_date in db.rows(
            """
            SELECT lane, applicant_id, state, nik_cipher, kk_cipher, name, birth_date
            FROM applicants
            WHERE lane = ANY (%s) AND applicant_id = ANY (%s::uuid[])
            ORDER BY applicant_id
            """,
            [every_lane(), list(applicant_ids)],
        )
    }
    asked: dict[UUID, Identity] = {}
    for applicant_id in applicant_ids:
        row = found.get(applicant_id)
        if row is not None and row[1] == "email_verified" and applicant_id not in asked:
            asked[applicant_id] = _identity(applicant_id, row[2], row[3], row[4], row[5])
    outcomes = dict(zip(asked, registry.confirm(list(asked.values())), strict=True))
    with db.transaction():
        verified = _store_outcomes(context, outcomes)
    answers: dict[UUID, IdentityResult] = {}
    results = []
    for applicant_id in applicant_ids:
        if applicant_id in answers:
            results.append(IdentityResult(IdentityCode.REPEATED))
            continue
        answers[applicant_id] = _identity_result(
            found.get(applicant_id), outcomes.get(applicant_id), applicant_id in verified
        )
        results.append(answers[applicant_id])
    return results


def _identity(applicant_id: UUID, nik: bytes, kk: bytes, name: str, birth_date: date) -> Identity:
    return Identity(
        nik=decrypt_field(nik, table="applicants", column="nik_cipher", row_id=applicant_id),
        kk=decrypt_field(kk, table="applicants", column="kk_cipher", row_id=applicant_id),
        name=name,
        birth_date=birth_date,
    )


def _store_outcomes(context: Context, outcomes: dict[UUID, IdentityOutcome]) -> set[UUID]:
    """Write the answers; the applicants whose answer was stored (another caller may have been first)."""
    if not outcomes:
        return set()
    stored = db.rows(
        """
        UPDATE applicants
        SET state = CASE given.answer WHEN 'confirmed' THEN 'identity_verified' ELSE applicants.state END,
            identity_answer = given.answer,
            mismatched_fields = string_to_array(given.fields, ' '),
            identity_asked_at = %(now)s,
            identity_verified_at = CASE given.answer WHEN 'confirmed' THEN %(now)s END
        FROM unnest(%(ids)s::uuid[], %(answers)s::text[], %(fields)s::text[]) AS given (applicant_id, answer, fields)
        WHERE applicants.lane = ANY (%(lanes)s)
            AND applicants.applicant_id = given.applicant_id
            AND applicants.state = 'email_verified'
        RETURNING applicants.lane, applicants.applicant_id
        """,
        {
            "now": context.now,
            "ids": list(outcomes),
            "answers": [outcome.answer.value for outcome in outcomes.values()],
            "fields": [" ".join(outcome.fields) for outcome in outcomes.values()],
            "lanes": every_lane(),
        },
    )
    confirmed = [(lane, key) for lane, key in stored if outcomes[key].answer is IdentityAnswer.CONFIRMED]
    record_step(context, "applicant.identity_confirmed", confirmed, {"rule": "ELIG-01"})
    record_events(
        context,
        [
            Event(
                "applicant.identity_not_confirmed",
                key,
                {"rule": "ELIG-01", "answer": outcomes[key].answer.value, "fields": list(outcomes[key].fields)},
                lane,
            )
            for lane, key in stored
            if outcomes[key].answer is not IdentityAnswer.CONFIRMED
        ],
    )
    return {key for _, key in stored}


def _identity_result(row: tuple[object, ...] | None, outcome: IdentityOutcome | None, stored: bool) -> IdentityResult:  # noqa: FBT001
    if row is None:
        return IdentityResult(IdentityCode.APPLICANT_NOT_FOUND)
    if outcome is None:
        waits = row[1] == "account_created"
        return IdentityResult(IdentityCode.EMAIL_NOT_VERIFIED if waits else IdentityCode.REPEATED)
    if not stored:
        return IdentityResult(IdentityCode.REPEATED)
    return IdentityResult(_ANSWER_CODES[outcome.answer], outcome.fields)
