"""Sanctions with due process: notice with evidence → answer → decision by another person → appeal to a third one.

Who must act, and what happens when nobody does: the party has 14 days to answer, then it is decided without an answer;
an imposed sanction can be appealed for 14 days, then it stands; an appeal that nobody decides in 30 days lifts it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Max

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.errors import SanctionCode
from prakerja.partners.models import Institution, Platform, Registration, Sanction
from prakerja.partners.operations.sanction_effects import Course, end_party, reinstate_party, suspend_party
from prakerja.partners.sanction_rules import ANSWER_TIME, APPEAL_DECISION_TIME, APPEAL_TIME, EFFECTS
from prakerja.partners.states import SanctionKind, SanctionState
from prakerja.programme.regimes import Regime


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionNotice:
    """What a party is told before anything is decided: what it is about, which rule, which evidence.

    A registration's or course's sanction names its institution too: that is the party that answers.
    """

    kind: SanctionKind
    rule: str
    notice: str
    evidence: Sequence[str] = ()
    platform_id: UUID | None = None
    institution_id: UUID | None = None
    registration_id: UUID | None = None
    course_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionWord:
    """What the party says: an answer to the notice, or an appeal."""

    sanction_id: UUID
    party_id: UUID
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SanctionDecision:
    """A decision with its reason: about a notice (impose or drop), or about an appeal (uphold or lift)."""

    sanction_id: UUID
    impose: bool
    reason: str


@dataclass(frozen=True, slots=True)
class SanctionResult:
    """The answer; the number under which people speak of the case."""

    code: SanctionCode
    sanction_id: UUID | None = None
    number: int | None = None


@dataclass(slots=True)
class _Docket:
    """The cases of one call."""

    cases: dict[UUID, Sanction]
    results: list[SanctionResult] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def answer(self, code: SanctionCode, case: Sanction | None) -> None:
        """One result."""
        self.results.append(SanctionResult(code, case.id, case.number) if case else SanctionResult(code))


def notice_sanctions(context: Context, requests: Sequence[SanctionNotice]) -> list[SanctionResult]:
    """Open cases: each party is told, and has 14 days to answer. Nothing changes for anybody yet.

    Codes: target_unknown (the kind's party is not named or not there), notice_malformed (no rule, text or evidence; a
    warning alone may come without evidence). Cost: six statements; other writers of sanctions wait.
    """
    results: list[SanctionResult] = []
    cases: list[Sanction] = []
    with db.transaction():
        db.execute("LOCK TABLE sanctions IN SHARE ROW EXCLUSIVE MODE")
        number = Sanction.objects.aggregate(last=Max("number"))["last"] or 0
        platforms = Platform.objects.in_bulk([one.platform_id for one in requests if one.platform_id])
        institutions = Institution.objects.in_bulk([one.institution_id for one in requests if one.institution_id])
        registrations = Registration.objects.in_bulk([one.registration_id for one in requests if one.registration_id])
        for request in requests:
            known = {
                "platform": request.platform_id in platforms,
                "institution": request.institution_id in institutions,
                "registration": request.registration_id in registrations and request.institution_id in institutions,
                "course": request.course_id is not None and request.institution_id in institutions,
                "any": request.platform_id in platforms or request.institution_id in institutions,
            }
            if not known[EFFECTS[request.kind].party]:
                results.append(SanctionResult(SanctionCode.TARGET_UNKNOWN))
            elif not (request.rule.strip() and request.notice.strip()) or (
                request.kind is not SanctionKind.WARNING and not request.evidence
            ):
                results.append(SanctionResult(SanctionCode.NOTICE_MALFORMED))
            else:
                number += 1
                cases.append(_case(context, request, number))
                results.append(SanctionResult(SanctionCode.OK, cases[-1].id, number))
        Sanction.objects.bulk_create(cases)
        record_events(context, [_event("noticed", one, sanction=one.kind, rule=one.rule) for one in cases])
    return results


def answer_sanctions(context: Context, requests: Sequence[SanctionWord]) -> list[SanctionResult]:
    """The party's answer.

    Codes: sanction_unknown, move_not_allowed (answered or decided), another_party, reason_missing.
    Cost: three statements; locks the cases in id order.
    """
    with db.transaction():
        docket = _docket([one.sanction_id for one in requests])
        for request in requests:
            case = docket.cases.get(request.sanction_id)
            code = _word_code(request, case, (SanctionState.NOTICED,))
            if case is not None and not code.is_refusal:
                case.state = SanctionState.ANSWERED.value
                case.answer = request.text.strip()
                case.answered_by = context.actor
                case.answered_at = context.now
                docket.events.append(_event("answered", case))
            docket.answer(code, case)
        _keep(context, docket)
    return docket.results


def decide_sanctions(
    context: Context, requests: Sequence[SanctionDecision], *, regime: Regime, course: Course | None = None
) -> list[SanctionResult]:
    """Impose or drop, by another person than the one who gave notice, after the answer or after the time for it.

    An imposed sanction takes effect at once: new sales stop, what was sold is honoured and paid. `course` is the
    catalogue's operation for a course (this room knows no courses).

    Codes: sanction_unknown, move_not_allowed, same_person, too_early, reason_missing, consequence_refused (the party
    cannot be moved there any more). Cost: three statements, and those of the consequences; locks in id order.
    """
    with db.transaction():
        docket = _docket([one.sanction_id for one in requests])
        for request in requests:
            case = docket.cases.get(request.sanction_id)
            code = _decision_code(context, request, case)
            if case is not None and not code.is_refusal and request.impose:
                code = suspend_party(context, case, regime=regime, course=course)
            if case is not None and not code.is_refusal:
                state = SanctionState.IMPOSED if request.impose else SanctionState.DROPPED
                case.state = state.value
                case.decided_by = context.actor
                case.decided_at = context.now
                case.reason = request.reason.strip()
                case.appeal_due_at = context.now + APPEAL_TIME if request.impose else None
                docket.events.append(_event(state.value, case, reason=case.reason))
            docket.answer(code, case)
        _keep(context, docket)
    return docket.results


def appeal_sanctions(context: Context, requests: Sequence[SanctionWord]) -> list[SanctionResult]:
    """The party's appeal against an imposed sanction. It stays in force until the appeal is decided.

    Codes: sanction_unknown, another_party, move_not_allowed, reason_missing, too_late. Cost: three statements.
    """
    with db.transaction():
        docket = _docket([one.sanction_id for one in requests])
        for request in requests:
            case = docket.cases.get(request.sanction_id)
            code = _word_code(request, case, (SanctionState.IMPOSED,))
            if case is not None and not code.is_refusal:
                if case.appeal_due_at is not None and case.appeal_due_at <= context.now:
                    code = SanctionCode.TOO_LATE
                else:
                    case.state = SanctionState.APPEALED.value
                    case.appeal = request.text.strip()
                    case.appealed_at = context.now
                    docket.events.append(_event("appealed", case))
            docket.answer(code, case)
        _keep(context, docket)
    return docket.results


def decide_appeals(
    context: Context, requests: Sequence[SanctionDecision], *, regime: Regime, course: Course | None = None
) -> list[SanctionResult]:
    """A third person upholds the sanction (`impose`) or lifts it; a final one that is upheld ends the party now.

    Codes: sanction_unknown, move_not_allowed (no appeal), same_person (gave notice or decided), reason_missing,
    consequence_refused. Cost: as `decide_sanctions`.
    """
    with db.transaction():
        docket = _docket([one.sanction_id for one in requests])
        for request in requests:
            case = docket.cases.get(request.sanction_id)
            code = _appeal_code(context, request, case)
            if case is not None and not code.is_refusal:
                after = end_party if request.impose else reinstate_party
                code = after(context, case, regime=regime, course=course)
            if case is not None and not code.is_refusal:
                state = SanctionState.UPHELD if request.impose else SanctionState.LIFTED
                case.state = state.value
                case.appeal_decided_by = context.actor
                case.appeal_decided_at = context.now
                case.appeal_reason = request.reason.strip()
                docket.events.append(_event(state.value, case, reason=case.appeal_reason))
            docket.answer(code, case)
        _keep(context, docket)
    return docket.results


def lift_sanctions(
    context: Context, requests: Sequence[SanctionDecision], *, regime: Regime, course: Course | None = None
) -> list[SanctionResult]:
    """End suspensions whose reason is gone; a final sanction that stands cannot be lifted.

    Codes: sanction_unknown, move_not_allowed, same_person (gave notice), reason_missing, consequence_refused.
    Cost: as `decide_sanctions`.
    """
    with db.transaction():
        docket = _docket([one.sanction_id for one in requests])
        for request in requests:
            case = docket.cases.get(request.sanction_id)
            code = _lift_code(context, request, case)
            if case is not None and not code.is_refusal:
                code = reinstate_party(context, case, regime=regime, course=course)
            if case is not None and not code.is_refusal:
                case.state = SanctionState.LIFTED.value
                docket.events.append(_event("lifted", case, reason=request.reason.strip()))
            docket.answer(code, case)
        _keep(context, docket)
    return docket.results


def close_overdue_sanctions(context: Context, *, regime: Regime, course: Course | None = None) -> list[SanctionResult]:
    """The default outcomes: who did not appeal in time has let it stand; an appeal that nobody decided lifts it.

    One result per case that was due, by its number. Cost: as `decide_sanctions`.
    """
    with db.transaction():
        imposed, appealed = SanctionState.IMPOSED.value, SanctionState.APPEALED.value
        due = list(
            Sanction.objects.select_for_update()
            .filter(state=imposed, appeal_due_at__lte=context.now)
            .order_by("number")
        ) + list(
            Sanction.objects.select_for_update()
            .filter(state=appealed, appealed_at__lte=context.now - APPEAL_DECISION_TIME)
            .order_by("number")
        )
        docket = _Docket({case.id: case for case in due})
        for case in due:
            stands = case.state == imposed
            code = (end_party if stands else reinstate_party)(context, case, regime=regime, course=course)
            if not code.is_refusal:
                case.state = (SanctionState.UPHELD if stands else SanctionState.LIFTED).value
                docket.events.append(_event(case.state, case, reason="nobody acted in time"))
            docket.answer(code, case)
        _keep(context, docket)
    return docket.results


def _docket(sanction_ids: Sequence[UUID]) -> _Docket:
    rows = Sanction.objects.select_for_update().filter(id__in=sanction_ids).order_by("id")
    return _Docket({case.id: case for case in rows})


_FIELDS = [
    "state",
    "answer",
    "answered_by",
    "answered_at",
    "decided_by",
    "decided_at",
    "reason",
    "appeal_due_at",
    "appeal",
    "appealed_at",
    "appeal_decided_by",
    "appeal_decided_at",
    "appeal_reason",
]


def _keep(context: Context, docket: _Docket) -> None:
    moved = {event.subject_id for event in docket.events}
    Sanction.objects.bulk_update([case for case in docket.cases.values() if case.id in moved], _FIELDS)
    record_events(context, docket.events)


def _case(context: Context, request: SanctionNotice, number: int) -> Sanction:
    return Sanction(
        id=context.uuid(),
        number=number,
        kind=request.kind.value,
        state=SanctionState.NOTICED.value,
        platform_id=request.platform_id,
        institution_id=request.institution_id,
        registration_id=request.registration_id,
        course_id=request.course_id,
        rule=request.rule.strip(),
        notice=request.notice.strip(),
        evidence=list(request.evidence),
        noticed_by=context.actor,
        noticed_at=context.now,
        answer_due_at=context.now + ANSWER_TIME,
    )


def _word_code(request: SanctionWord, case: Sanction | None, states: Sequence[SanctionState]) -> SanctionCode:
    if case is None:
        return SanctionCode.SANCTION_UNKNOWN
    if case.state not in states:
        return SanctionCode.MOVE_NOT_ALLOWED
    if request.party_id not in (case.platform_id, case.institution_id):
        return SanctionCode.ANOTHER_PARTY
    return SanctionCode.OK if request.text.strip() else SanctionCode.REASON_MISSING


def _decision_code(context: Context, request: SanctionDecision, case: Sanction | None) -> SanctionCode:
    if case is None:
        return SanctionCode.SANCTION_UNKNOWN
    if case.state not in (SanctionState.NOTICED, SanctionState.ANSWERED):
        return SanctionCode.MOVE_NOT_ALLOWED
    if context.actor == case.noticed_by:
        return SanctionCode.SAME_PERSON
    if case.answered_at is None and context.now < case.answer_due_at:
        return SanctionCode.TOO_EARLY
    return SanctionCode.OK if request.reason.strip() else SanctionCode.REASON_MISSING


def _appeal_code(context: Context, request: SanctionDecision, case: Sanction | None) -> SanctionCode:
    if case is None:
        return SanctionCode.SANCTION_UNKNOWN
    if case.state != SanctionState.APPEALED:
        return SanctionCode.MOVE_NOT_ALLOWED
    if context.actor in (case.noticed_by, case.decided_by):
        return SanctionCode.SAME_PERSON
    return SanctionCode.OK if request.reason.strip() else SanctionCode.REASON_MISSING


def _lift_code(context: Context, request: SanctionDecision, case: Sanction | None) -> SanctionCode:
    if case is None:
        return SanctionCode.SANCTION_UNKNOWN
    stands = case.state == SanctionState.UPHELD and not EFFECTS[SanctionKind(case.kind)].final
    if case.state != SanctionState.IMPOSED and not stands:
        return SanctionCode.MOVE_NOT_ALLOWED
    if context.actor == case.noticed_by:
        return SanctionCode.SAME_PERSON
    return SanctionCode.OK if request.reason.strip() else SanctionCode.REASON_MISSING


def _event(kind: str, case: Sanction, **payload: object) -> Event:
    parties = {"platform_id": case.platform_id, "institution_id": case.institution_id}
    return Event(f"sanction.{kind}", case.id, {"number": case.number, **parties, **payload})
