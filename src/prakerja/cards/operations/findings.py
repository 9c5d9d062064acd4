"""What follows from a register's finding that is upheld: a revocation that somebody else has to sign (REV-01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.cards.operations.revocation import prepare_revocation
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.errors import DeltaCode
from prakerja.participants.lanes import every_lane
from prakerja.participants.operations.eligibility_findings import FindingDecision, decide_findings
from prakerja.programme.regimes import Regime


@dataclass(frozen=True, slots=True)
class JudgedFinding:
    """The answer to a decision; `decree_id` proposes the revocation of whoever it is about."""

    code: DeltaCode
    decree_id: UUID | None = None


def judge_findings(context: Context, decisions: Sequence[FindingDecision], regime: Regime) -> list[JudgedFinding]:
    """Decide findings with what follows from them, one result per decision in order.

    Codes: as `decide_findings`. Participants about whom one is upheld are proposed for revocation together, in one
    decree that another person signs; until then they keep everything. Rules: REV-01, ELIG-01, 03, 05, 09.
    """
    with db.transaction():
        decided = decide_findings(context, decisions)
        upheld = {
            decision.finding_id: (result.lane, result.applicant_id)
            for decision, result in zip(decisions, decided, strict=True)
            if result.code is DeltaCode.OK and decision.upheld and result.is_decreed
        }
        proposed = _propose(context, upheld, regime)
    return [
        JudgedFinding(result.code, proposed.get(decision.finding_id) if result.code is DeltaCode.OK else None)
        for decision, result in zip(decisions, decided, strict=True)
    ]


def propose_revocations_again(context: Context, finding_ids: Sequence[UUID], regime: Regime) -> list[JudgedFinding]:
    """Propose once more the revocation of people whose finding is upheld, and who were not revoked for it.

    Their decree was rejected, or they were taken off it. Only a person does this, never the clock.
    Codes: finding_not_found (or not upheld, or its decree stands), one result per id in order.
    """
    with db.transaction():
        found = {
            row[0]: (row[1], row[2])
            for row in db.rows(
                """
                SELECT f.finding_id, f.lane, f.applicant_id
                FROM eligibility_findings AS f
                LEFT JOIN decrees AS d ON d.id = f.decree_id
                WHERE f.finding_id = ANY (%s::uuid[]) AND f.state = 'upheld'
                    AND f.consequence IN ('revocation_proposed', 'nothing_to_revoke')
                    AND (
                        coalesce(d.state, 'rejected') = 'rejected'
                        OR EXISTS (
                            SELECT FROM revocation_removals AS x
                            WHERE x.lane = f.lane AND x.decree_id = f.decree_id AND x.finding_id = f.finding_id
                        )
                    )
                ORDER BY f.finding_id
                FOR UPDATE OF f
                """,
                [list(finding_ids)],
            )
        }
        proposed = _propose(context, found, regime)
    return [
        JudgedFinding(DeltaCode.OK, proposed.get(key)) if key in found else JudgedFinding(DeltaCode.FINDING_NOT_FOUND)
        for key in finding_ids
    ]


def _propose(
    context: Context, findings: dict[UUID, tuple[int | None, UUID | None]], regime: Regime
) -> dict[UUID, UUID | None]:
    """The decree that proposes each, None for whoever has nothing that could be revoked (any more)."""
    if not findings:
        return {}
    participants = {
        (lane, applicant_id): participant_id
        for lane, applicant_id, participant_id in db.rows(
            """
            SELECT lane, applicant_id, participant_id
            FROM participants
            WHERE lane = ANY (%s) AND applicant_id = ANY (%s::uuid[])
            ORDER BY lane, participant_id
            """,
            [every_lane(), [applicant_id for _, applicant_id in findings.values()]],
        )
    }
    result = prepare_revocation(context, list(participants.values()), regime, reason="ineligible")
    named = set()
    if result.decree_id is not None:
        named = {
            participant_id
            for (participant_id,) in db.rows(
                "SELECT participant_id FROM revocation_proposals WHERE decree_id = %s ORDER BY participant_id",
                [result.decree_id],
            )
        }
    decrees = {
        finding_id: result.decree_id if participants.get(whom) in named else None
        for finding_id, whom in findings.items()
    }
    db.execute(
        """
        UPDATE eligibility_findings AS f
        SET decree_id = given.decree_id,
            consequence = CASE WHEN given.decree_id IS NULL THEN 'nothing_to_revoke' ELSE 'revocation_proposed' END
        FROM unnest(%s::uuid[], %s::uuid[]) AS given (finding_id, decree_id)
        WHERE f.finding_id = given.finding_id
        """,
        [list(decrees), list(decrees.values())],
    )
    record_events(
        context,
        [
            Event(
                "applicant.revocation_proposed" if decree_id is not None else "applicant.nothing_to_revoke",
                applicant_id,
                {"rule": "REV-01", "finding_id": finding_id, "decree_id": decree_id},
                lane or 0,
            )
            for finding_id, decree_id in decrees.items()
            for lane, applicant_id in [findings[finding_id]]
            if applicant_id is not None
        ],
    )
    return decrees
