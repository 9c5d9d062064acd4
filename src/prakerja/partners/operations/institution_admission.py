"""The office's steps for an institution (INST-01): due diligence → governance → courses → facilities → decree.

Each step has a reviewer, drawn among those without a conflict of interest, and a deadline. Nobody passes by silence:
a step whose reviewer lets the time go by is given to another one. Who reviewed does not decree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.conflict_queries import find_paths
from prakerja.partners.errors import InstitutionCode
from prakerja.partners.models import AdmissionStep, Institution
from prakerja.partners.operations.institutions import InstitutionResult
from prakerja.partners.operations.owners import reviewer_node
from prakerja.partners.states import InstitutionState
from prakerja.programme.regimes import Regime

STEP_TIME = timedelta(days=14)
DECREE = "decree"
_FACILITIES = "facilities_test"
OPEN, PASSED, FAILED, REASSIGNED = "open", "passed", "failed", "reassigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDecision:
    """What the reviewer of the open step decides: passed with evidence, or failed with the reason."""

    institution_id: UUID
    passed: bool
    evidence: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionDecree:
    """The decree of an institution that has passed every step."""

    institution_id: UUID
    decree_number: str


@dataclass(slots=True)
class _Desk:
    """The institutions of one call with their steps, and who may review them."""

    institutions: dict[UUID, Institution]
    rounds: dict[UUID, int]
    passed: dict[UUID, dict[str, AdmissionStep]]
    reviewed_by: dict[UUID, set[str]]
    open_steps: dict[UUID, AdmissionStep]
    free: dict[UUID, list[str]]
    tied: dict[UUID, set[str]]


def submit_institutions(
    context: Context, institution_ids: Sequence[UUID], *, regime: Regime, reviewers: Sequence[str]
) -> list[InstitutionResult]:
    """Submit institutions to the programme office; the first step is opened, with a reviewer drawn by lot.

    `reviewers`: the actors who may review, such as `staff:pmo-1`.

    Codes: institution_unknown, move_not_allowed (not a draft), no_agreement (with any platform, in force today or
    later), no_reviewer (everybody has a conflict). Rule: INST-01. Cost: nine statements; locks in id order.
    """
    results: list[InstitutionResult] = []
    submitted: list[Institution] = []
    with db.transaction():
        desk = _desk(context, institution_ids, reviewers)
        bound = _with_agreement(context, list(desk.institutions))
        for institution_id in institution_ids:
            institution = desk.institutions.get(institution_id)
            if institution is None:
                results.append(InstitutionResult(InstitutionCode.INSTITUTION_UNKNOWN))
            elif institution.state != InstitutionState.DRAFT.value or institution in submitted:
                results.append(InstitutionResult(InstitutionCode.MOVE_NOT_ALLOWED, institution.id))
            elif institution.id not in bound:
                results.append(InstitutionResult(InstitutionCode.NO_AGREEMENT, institution.id))
            elif not desk.free[institution.id]:
                results.append(InstitutionResult(InstitutionCode.NO_REVIEWER, institution.id))
            else:
                submitted.append(institution)
                results.append(InstitutionResult(InstitutionCode.OK, institution.id))
        _set_states(submitted, InstitutionState.SUBMITTED)
        first = str(regime.institution_admission_steps[0])
        steps = [_step(context, one, first, desk.rounds.get(one.id, 0) + 1, desk.free[one.id]) for one in submitted]
        _set_states(submitted, InstitutionState(first))
        AdmissionStep.objects.bulk_create(steps)
        record_events(context, [_event("institution.step_opened", one, reviewer=one.reviewer) for one in steps])
    return results


def decide_admission_steps(
    context: Context, requests: Sequence[StepDecision], *, regime: Regime, reviewers: Sequence[str]
) -> list[InstitutionResult]:
    """The actor decides steps that are the actor's own; the next step is opened, or the application goes back.

    A failed step returns the institution to `draft` with the reason; it may put it right and submit again.

    Codes: institution_unknown, move_not_allowed (no open step, or it waits for its decree), not_the_reviewer,
    reviewer_connected (a tie was put on record since the draw: the step goes to another one), evidence_missing (passed
    without evidence, failed without a reason), no_reviewer (for the next step).
    Rule: INST-01. Cost: nine statements and one more for each state that is entered; locks in id order.
    """
    results: list[InstitutionResult] = []
    decided: list[AdmissionStep] = []
    opened: list[AdmissionStep] = []
    entering: dict[InstitutionState, list[Institution]] = {}
    with db.transaction():
        desk = _desk(context, [request.institution_id for request in requests], reviewers)
        for request in requests:
            institution = desk.institutions.get(request.institution_id)
            if institution is None:
                results.append(InstitutionResult(InstitutionCode.INSTITUTION_UNKNOWN))
                continue
            step = desk.open_steps.get(institution.id)
            following = _following(regime, institution, step.step) if step is not None else None
            code = _decision_code(context, request, step, following, desk)
            results.append(InstitutionResult(code, institution.id))
            if step is None or following is None or code.is_refusal:
                continue
            del desk.open_steps[institution.id]
            decided.append(_close(context, step, request))
            if not request.passed:
                entering.setdefault(InstitutionState.DRAFT, []).append(institution)
                continue
            opened.append(_step(context, institution, following, step.round, desk.free[institution.id]))
            if following != DECREE:
                entering.setdefault(InstitutionState(following), []).append(institution)
        AdmissionStep.objects.bulk_update(decided, ["outcome", "evidence", "reason", "decided_at"])
        AdmissionStep.objects.bulk_create(opened)
        for state, institutions in entering.items():
            _set_states(institutions, state)
        record_events(
            context,
            [
                *[_event(f"institution.step_{one.outcome}", one, reason=one.reason) for one in decided],
                *[_event("institution.step_opened", one, reviewer=one.reviewer) for one in opened],
            ],
        )
    return results


def decree_institutions(
    context: Context, requests: Sequence[InstitutionDecree], *, regime: Regime
) -> list[InstitutionResult]:
    """Decree institutions that have passed every step, by somebody who reviewed none of them.

    Codes: institution_unknown, move_not_allowed, steps_missing (which, in `missing`), no_agreement, same_person,
    reviewer_connected (the signer has a tie to it), evidence_missing (no number). Rule: INST-01, PLAT-02.
    Cost: eight statements; locks the institutions in id order.
    """
    results: list[InstitutionResult] = []
    decreed: dict[UUID, tuple[Institution, AdmissionStep]] = {}
    with db.transaction():
        desk = _desk(context, [request.institution_id for request in requests], [])
        bound = _with_agreement(context, list(desk.institutions))
        for request in requests:
            institution = desk.institutions.get(request.institution_id)
            if institution is None:
                results.append(InstitutionResult(InstitutionCode.INSTITUTION_UNKNOWN))
                continue
            missing = _missing_steps(regime, institution, desk.passed.get(institution.id, {}))
            step = desk.open_steps.get(institution.id)
            if institution.decreed_at is not None or institution.id in decreed:
                code = InstitutionCode.MOVE_NOT_ALLOWED
            elif missing or step is None or step.step != DECREE:
                code = InstitutionCode.STEPS_MISSING
            elif institution.id not in bound:
                code = InstitutionCode.NO_AGREEMENT
            elif context.actor in desk.reviewed_by[institution.id]:
                code = InstitutionCode.SAME_PERSON
            elif context.actor in desk.tied[institution.id]:
                code = InstitutionCode.REVIEWER_CONNECTED
            elif not request.decree_number.strip():
                code = InstitutionCode.EVIDENCE_MISSING
            else:
                code = InstitutionCode.OK
                institution.evidence = {word: one.evidence for word, one in desk.passed[institution.id].items()}
                institution.decree_number = request.decree_number.strip()
                institution.decreed_at = context.now
                institution.state = InstitutionState.DECREED.value
                step.reviewer = context.actor
                decision = StepDecision(institution_id=institution.id, passed=True, evidence=institution.decree_number)
                decreed[institution.id] = (institution, _close(context, step, decision))
            results.append(InstitutionResult(code, institution.id, missing if code.is_refusal else ()))
        Institution.objects.bulk_update(
            [one for one, _ in decreed.values()], ["state", "evidence", "decree_number", "decreed_at"]
        )
        AdmissionStep.objects.bulk_update(
            [step for _, step in decreed.values()], ["reviewer", "outcome", "evidence", "decided_at"]
        )
        record_events(
            context,
            [
                Event(
                    "institution.decreed",
                    one.id,
                    {"decree_number": one.decree_number, "regime_version": regime.version, "steps": list(one.evidence)},
                )
                for one, _ in decreed.values()
            ],
        )
    return results


def reassign_steps(context: Context, *, reviewers: Sequence[str]) -> list[InstitutionResult]:
    """Give steps to another reviewer, on record: those that waited too long, and those whose reviewer is tied by now.

    One result per such step, by its deadline: ok, or no_reviewer (it stays where it is, and is found again).
    Rule: INST-01. Cost: eight statements; locks the institutions in id order.
    """
    results: list[InstitutionResult] = []
    closed: list[AdmissionStep] = []
    opened: list[AdmissionStep] = []
    with db.transaction():
        waiting = list(AdmissionStep.objects.filter(outcome=OPEN).order_by("due_at", "id"))
        desk = _desk(context, [step.institution_id for step in waiting], reviewers)
        for one in waiting:
            step = desk.open_steps.get(one.institution_id)
            if step is None or step.id != one.id:
                continue  # decided since
            if step.due_at > context.now and step.reviewer not in desk.tied[one.institution_id]:
                continue
            others = [reviewer for reviewer in desk.free[one.institution_id] if reviewer != step.reviewer]
            if not others and step.step != DECREE:
                results.append(InstitutionResult(InstitutionCode.NO_REVIEWER, step.institution_id))
                continue
            step.outcome = REASSIGNED
            step.decided_at = context.now
            closed.append(step)
            opened.append(_step(context, desk.institutions[one.institution_id], step.step, step.round, others))
            results.append(InstitutionResult(InstitutionCode.OK, step.institution_id))
        AdmissionStep.objects.bulk_update(closed, ["outcome", "decided_at"])
        AdmissionStep.objects.bulk_create(opened)
        record_events(
            context,
            [
                _event("institution.step_reassigned", new, reviewer=new.reviewer, before=old.reviewer)
                for old, new in zip(closed, opened, strict=True)
            ],
        )
    return results


def _desk(context: Context, institution_ids: Sequence[UUID], reviewers: Sequence[str]) -> _Desk:
    rows = Institution.objects.select_for_update().filter(id__in=institution_ids).order_by("id")
    desk = _Desk({one.id: one for one in rows}, {}, {}, {}, {}, {}, {})
    steps = list(AdmissionStep.objects.filter(institution__in=desk.institutions).order_by("id"))
    for step in steps:
        desk.rounds[step.institution_id] = max(desk.rounds.get(step.institution_id, 0), step.round)
    for step in steps:
        if step.round == desk.rounds[step.institution_id]:
            if step.outcome == OPEN:
                desk.open_steps[step.institution_id] = step
            elif step.outcome == PASSED:
                desk.passed.setdefault(step.institution_id, {})[step.step] = step
                desk.reviewed_by.setdefault(step.institution_id, set()).add(step.reviewer)
    looked_at = {context.actor, *reviewers, *(step.reviewer for step in desk.open_steps.values())}
    nodes = {name: reviewer_node(name) for name in sorted(looked_at)}
    pairs = [(node, institution_id) for node in nodes.values() for institution_id in desk.institutions]
    paths = find_paths(pairs, on=context.today) if pairs else {}
    for institution_id in desk.institutions:
        tied = desk.tied[institution_id] = {name for name, node in nodes.items() if paths[node, institution_id]}
        desk.free[institution_id] = [name for name in sorted(set(reviewers)) if name not in tied]
    return desk


def _decision_code(
    context: Context, request: StepDecision, step: AdmissionStep | None, following: str | None, desk: _Desk
) -> InstitutionCode:
    if step is None or following is None:
        return InstitutionCode.MOVE_NOT_ALLOWED
    if step.reviewer != context.actor:
        return InstitutionCode.NOT_THE_REVIEWER
    if context.actor in desk.tied[request.institution_id]:
        return InstitutionCode.REVIEWER_CONNECTED
    if not (request.evidence if request.passed else request.reason).strip():
        return InstitutionCode.EVIDENCE_MISSING
    if request.passed and following != DECREE and not desk.free[request.institution_id]:
        return InstitutionCode.NO_REVIEWER
    return InstitutionCode.OK


def _following(regime: Regime, institution: Institution, step: str) -> str | None:
    """The step after one; None after the decree."""
    way = [one for one in regime.institution_admission_steps if institution.offline or one != _FACILITIES]
    places = {str(one): number for number, one in enumerate(way)}
    following = places[step] + 1
    return str(way[following]) if following < len(way) else None


def _missing_steps(regime: Regime, institution: Institution, passed: Mapping[str, AdmissionStep]) -> tuple[str, ...]:
    return tuple(
        str(step)
        for step in regime.institution_admission_steps
        if step != DECREE and step not in passed and (institution.offline or step != _FACILITIES)
    )


def _step(context: Context, institution: Institution, step: str, number: int, free: Sequence[str]) -> AdmissionStep:
    # A decree is for whoever may sign one; the other steps are drawn, so that nobody picks the own judge.
    reviewer = "" if step == DECREE else free[context.ids.bits(64) % len(free)]
    return AdmissionStep(
        id=context.uuid(),
        institution=institution,
        round=number,
        step=step,
        reviewer=reviewer,
        assigned_at=context.now,
        due_at=context.now + STEP_TIME,
        outcome=OPEN,
    )


def _close(context: Context, step: AdmissionStep, request: StepDecision) -> AdmissionStep:
    step.outcome = PASSED if request.passed else FAILED
    step.evidence = request.evidence.strip()
    step.reason = request.reason.strip()
    step.decided_at = context.now
    return step


def _set_states(institutions: Sequence[Institution], state: InstitutionState) -> None:
    """The database checks every single step, so that each is a write of its own."""
    for institution in institutions:
        institution.state = state.value
    Institution.objects.bulk_update(institutions, ["state"])


def _with_agreement(context: Context, institution_ids: Sequence[UUID]) -> set[UUID]:
    return {
        found[0]
        for found in db.rows(
            """
            SELECT DISTINCT institution_id
            FROM agreements
            WHERE institution_id = ANY (%s) AND (valid_until IS NULL OR valid_until > %s)
            ORDER BY institution_id
            """,
            [list(institution_ids), context.today],
        )
    }


def _event(kind: str, step: AdmissionStep, **payload: object) -> Event:
    return Event(kind, step.institution_id, {"step": step.step, "round": step.round, **payload})
