"""Issuing certificates: only on verified evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.codes import ALPHABET
from prakerja.kit.context import Context
from prakerja.learning.errors import CertificateCode
from prakerja.learning.operations._facts import CompletionFacts, Key, lock_completions
from prakerja.learning.rules import Outcome

LETTERS_OF_A_NUMBER = 12
_BITS_PER_LETTER = 5


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """A purchase whose certificate is due."""

    lane: int
    purchase_id: UUID


@dataclass(frozen=True, slots=True)
class CertificateResult:
    """The answer; id and number stand with ok and repeated."""

    code: CertificateCode
    certificate_id: UUID | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class _Issued:
    certificate_id: UUID
    number: str


def issue_certificates(context: Context, requests: Sequence[CertificateRequest]) -> list[CertificateResult]:
    """Issue certificates for completed and verified courses.

    Codes in order: not_reported, not_completed, not_verified, no_feedback, repeated, ok. The foreign key
    `no_certificate_without_verified_evidence` refuses what this function would let through by mistake.

    Rule: LEARN-04. Cost: one locking read, one more read, two writes.
    """
    with db.transaction():
        keys = [(request.lane, request.purchase_id) for request in requests]
        facts = lock_completions(keys)
        issued = _issued(sorted(facts))
        fresh: dict[Key, _Issued] = {}
        results = []
        for key in keys:
            code = _judge(facts.get(key), issued.get(key))
            if code is CertificateCode.OK:
                issued[key] = fresh[key] = _Issued(context.uuid(), certificate_number(context))
            carried = issued.get(key)
            results.append(
                CertificateResult(code)
                if carried is None
                else CertificateResult(code, carried.certificate_id, carried.number)
            )
        _write(context, fresh, facts)
    return results


def certificate_number(context: Context) -> str:
    """A number that cannot be guessed: year, then 60 random bits in letters without look-alikes."""
    bits = context.ids.bits(LETTERS_OF_A_NUMBER * _BITS_PER_LETTER)
    letters = "".join(ALPHABET[bits >> _BITS_PER_LETTER * place & 31] for place in range(LETTERS_OF_A_NUMBER))
    return f"PK-{context.today.year}-{letters}"


def _judge(facts: CompletionFacts | None, issued: _Issued | None) -> CertificateCode:
    if facts is None:
        return CertificateCode.NOT_REPORTED
    if facts.outcome != Outcome.COMPLETED:
        return CertificateCode.NOT_COMPLETED
    if facts.verified_at is None:
        return CertificateCode.NOT_VERIFIED
    if not facts.feedback_given:
        return CertificateCode.NO_FEEDBACK
    return CertificateCode.OK if issued is None else CertificateCode.REPEATED


def _issued(keys: Sequence[Key]) -> dict[Key, _Issued]:
    found = db.rows(
        """
        SELECT c.lane, c.purchase_id, c.certificate_id, c.number
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id)
        JOIN certificates c USING (lane, purchase_id)
        ORDER BY c.lane, c.purchase_id
        """,
        ([lane for lane, _ in keys], [purchase_id for _, purchase_id in keys]),
    )
    return {(lane, purchase_id): _Issued(certificate_id, number) for lane, purchase_id, certificate_id, number in found}


def _write(context: Context, fresh: dict[Key, _Issued], facts: dict[Key, CompletionFacts]) -> None:
    if not fresh:
        return
    items = []
    events = []
    for key, made in fresh.items():
        shown = facts[key]
        evidence = {
            "sessions_attended": shown.sessions_attended,
            "sessions_required": shown.sessions_required,
            "post_test_score": shown.post_test_score,
            "skill_shown": shown.skill_shown,
            "feedback_given": shown.feedback_given,
        }
        items.append(
            {
                "lane": key[0],
                "certificate_id": made.certificate_id,
                "purchase_id": key[1],
                "number": made.number,
                "evidence": evidence,
            }
        )
        events.append(Event("certificate.issued", key[1], {"certificate_id": made.certificate_id}, key[0]))
    db.execute(
        """
        INSERT INTO certificates (lane, certificate_id, purchase_id, number, issued_at, evidence)
        SELECT g.lane, g.certificate_id, g.purchase_id, g.number, %s, g.evidence
        FROM json_to_recordset(%s::json) AS g (
            lane smallint, certificate_id uuid, purchase_id uuid, number text, evidence jsonb
        )
        """,
        (context.now, db.encode_json(items)),
    )
    record_events(context, events)
