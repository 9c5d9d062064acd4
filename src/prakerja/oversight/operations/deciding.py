"""A finding is dismissed by one person, or upheld by two; then the sanction's notice is given, where one follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.oversight.errors import FindingCode
from prakerja.oversight.finding_kinds import KINDS
from prakerja.oversight.models import Finding
from prakerja.oversight.states import FINDING_MOVES, FindingState
from prakerja.partners.conflict_queries import find_paths
from prakerja.partners.operations import SanctionNotice, notice_sanctions
from prakerja.partners.operations.owners import reviewer_node
from prakerja.partners.sanction_rules import EFFECTS
from prakerja.partners.states import SanctionKind


class FindingAct(StrEnum):
    """What a person does with a finding."""

    DISMISS = "dismiss"
    PROPOSE = "propose"
    UPHOLD = "uphold"
    SEND_BACK = "send_back"


_LEADS_TO = {
    FindingAct.DISMISS: FindingState.DISMISSED,
    FindingAct.PROPOSE: FindingState.PROPOSED,
    FindingAct.UPHOLD: FindingState.UPHELD,
    FindingAct.SEND_BACK: FindingState.ESCALATED,
}
_FIELDS = (
    "state",
    "due_at",
    "proposed_by",
    "proposed_at",
    "proposal_reason",
    "measure",
    "decided_by",
    "decided_at",
    "reason",
    "sanction_id",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDecision:
    """A step with its reason. `measure`: the sanction that is proposed, empty for none."""

    finding_id: UUID
    act: FindingAct
    reason: str
    measure: str = ""


@dataclass(frozen=True, slots=True)
class FindingResult:
    """The answer; the sanction whose notice was given."""

    code: FindingCode
    finding_id: UUID | None = None
    sanction_id: UUID | None = None


def decide_findings(context: Context, requests: Sequence[FindingDecision]) -> list[FindingResult]:
    """Dismiss findings, propose to uphold them, uphold what another person proposed, or send it back.

    Whoever decides does not meet the institution within two hops. An upheld finding with a measure gives the sanction's
    notice in the same transaction: the party answers, and another person decides.

    Codes: finding_unknown, decided_elsewhere (a conflict, a register's file), move_not_allowed, same_person,
    conflict_of_interest, reason_missing, measure_unfit (not one of the kind's). Rule: PLAT-02.
    Cost: four statements and those of `notice_sanctions`; locks the findings in id order.
    """
    results: list[FindingResult] = []
    moved: dict[UUID, Finding] = {}
    events: list[Event] = []
    with db.transaction():
        rows = Finding.objects.select_for_update().filter(id__in=[one.finding_id for one in requests])
        found = {finding.id: finding for finding in rows.order_by("id")}
        near = _near(context, [one.institution_id for one in found.values() if one.institution_id is not None])
        for request in requests:
            finding = found.get(request.finding_id)
            code = _code(context, request, finding, near)
            if finding is None or code.is_refusal:
                results.append(FindingResult(code, finding.id if finding else None))
                continue
            _move(context, request, finding)
            moved[finding.id] = finding
            payload = {"kind": finding.kind, "reason": request.reason.strip(), "measure": finding.measure}
            events.append(Event(f"finding.{request.act}", finding.id, payload))
            results.append(FindingResult(code, finding.id, finding.sanction_id))
        Finding.objects.bulk_update(moved.values(), _FIELDS)
        record_events(context, events)
    return results


def _near(context: Context, institution_ids: Sequence[UUID]) -> set[UUID]:
    me = reviewer_node(context.actor)
    found = find_paths([(me, institution_id) for institution_id in sorted(set(institution_ids))], on=context.today)
    return {institution_id for (_, institution_id), paths in found.items() if paths}


def _code(context: Context, request: FindingDecision, finding: Finding | None, near: set[UUID]) -> FindingCode:
    if finding is None:
        return FindingCode.FINDING_UNKNOWN
    kind = KINDS[finding.kind]
    code = FindingCode.OK
    if kind.elsewhere:
        code = FindingCode.DECIDED_ELSEWHERE
    elif _LEADS_TO[request.act] not in FINDING_MOVES[FindingState(finding.state)] or (
        request.act is FindingAct.SEND_BACK and finding.state != FindingState.PROPOSED
    ):
        code = FindingCode.MOVE_NOT_ALLOWED
    elif finding.state == FindingState.PROPOSED and finding.proposed_by == context.actor:
        code = FindingCode.SAME_PERSON
    elif finding.institution_id in near:
        code = FindingCode.CONFLICT_OF_INTEREST
    elif not request.reason.strip():
        code = FindingCode.REASON_MISSING
    elif request.act is FindingAct.PROPOSE and request.measure and request.measure not in kind.measures:
        code = FindingCode.MEASURE_UNFIT
    return code


def _move(context: Context, request: FindingDecision, finding: Finding) -> None:
    reason = request.reason.strip()
    finding.state = _LEADS_TO[request.act].value
    if request.act is FindingAct.PROPOSE:
        finding.proposed_by, finding.proposed_at = context.actor, context.now
        finding.proposal_reason, finding.measure = reason, request.measure
        finding.due_at = context.now + KINDS[finding.kind].time_to_decide
    elif request.act is FindingAct.SEND_BACK:
        finding.due_at = context.now + KINDS[finding.kind].time_to_decide
    else:
        finding.decided_by, finding.decided_at, finding.reason = context.actor, context.now, reason
        if request.act is FindingAct.UPHOLD and finding.measure:
            finding.sanction_id = _give_notice(context, finding)


def _give_notice(context: Context, finding: Finding) -> UUID:
    sanction = SanctionKind(finding.measure)
    party = EFFECTS[sanction].party
    to_platform = party == "platform" or (party == "any" and finding.platform_id is not None)
    (result,) = notice_sanctions(
        context,
        [
            SanctionNotice(
                kind=sanction,
                rule=finding.rule,
                notice=finding.proposal_reason,
                evidence=[f"{finding.kind}: {finding.label}, {finding.value}", finding.reason],
                platform_id=finding.platform_id if to_platform else None,
                institution_id=None if to_platform else finding.institution_id,
                course_id=finding.course_id if party == "course" else None,
            )
        ],
    )
    # A kind's measures are those that its subjects can bear.
    assert result.sanction_id is not None, result  # noqa: S101 - as above
    return result.sanction_id
