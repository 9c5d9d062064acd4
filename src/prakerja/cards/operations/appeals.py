"""Appeals against a revocation: what a decision of such a case brings about."""

from collections.abc import Sequence

from prakerja.cards.operations.reinstatement import prepare_reinstatement
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.lanes import every_lane
from prakerja.participants.operations import lift_blacklistings
from prakerja.participants.operations.cases import (
    CaseDecided,
    CaseDecision,
    CaseRequest,
    CaseResult,
    decide_cases,
    open_cases,
)
from prakerja.participants.sign_up_errors import CaseCode


def appeal_revocations(context: Context, requests: Sequence[CaseRequest]) -> list[CaseResult]:
    """Open appeals against revocations; neither maker nor approver of the decree may decide them.

    `subject_id` is the decree that revoked the applicant. Codes: case_not_found (no such revocation), repeated,
    reason_missing.
    """
    results = []
    with db.transaction():
        for request in requests:
            decree = db.row(
                """
                SELECT d.maker, d.approver
                FROM participants AS p
                JOIN revocations AS r
                    ON r.lane = p.lane AND r.participant_id = p.participant_id AND r.decree_id = %s
                JOIN decrees AS d ON d.id = r.decree_id
                WHERE p.lane = ANY (%s) AND p.applicant_id = %s
                """,
                [request.subject_id, every_lane(), request.applicant_id],
            )
            if decree is None:
                results.append(CaseResult(CaseCode.CASE_NOT_FOUND))
                continue
            against = CaseRequest(
                "revoked",
                request.user_id,
                request.subject_id,
                request.reason,
                request.applicant_id,
                request.applicant_lane,
                tuple(actor for actor in decree if actor is not None),
            )
            results += open_cases(context, [against])
    return results


def decide_appeals(context: Context, requests: Sequence[CaseDecision]) -> list[CaseDecided]:
    """Decide cases of any kind with their effects.

    A granted appeal against a revocation lifts the blacklisting and proposes a decree that gives everything back, for
    another person to sign. Codes: as `decide_cases`. Rule: ELIG-06 (the entry stays on record with the day on which it
    was lifted).
    """
    with db.transaction():
        results = decide_cases(context, requests)
        freed = {
            decided.applicant_id: request.case_id
            for request, decided in zip(requests, results, strict=True)
            if request.granted
            and decided.code is CaseCode.OK
            and decided.kind == "revoked"
            and decided.applicant_id is not None
        }
        if freed:
            lift_blacklistings(context, list(freed), reason="appeal_granted")
        for case_id in freed.values():
            prepared = prepare_reinstatement(context, case_id)
            if prepared.code.is_refusal:
                raise RuntimeError(f"a granted appeal gives nothing back: {prepared}")
    return results
