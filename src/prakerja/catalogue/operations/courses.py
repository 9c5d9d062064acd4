"""Courses are proposed by institutions, assessed and approved by the programme office, and priced."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.catalogue.errors import CourseCode
from prakerja.catalogue.models import (
    MODES,
    SUBJECTS,
    TYPES_OF_MODE,
    Course,
    CoursePrice,
    Schedule,
)
from prakerja.catalogue.operations.conflicts import stopped_assessments
from prakerja.catalogue.operations.entries import refresh_entries
from prakerja.catalogue.rules import HOURS_MAX, SKKNI_CODE, Proposal, course_refusal, price_refusal
from prakerja.catalogue.states import COURSE_MOVES, CourseState, ScheduleState
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.models import Institution
from prakerja.partners.states import InstitutionState
from prakerja.programme.regimes import Regime

_CODE_BITS = 60
# What is decided about a course after its approval.
_SANCTIONS = frozenset({CourseState.SUSPENDED, CourseState.REMOVED, CourseState.APPROVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseProposal:
    """A course as its institution proposes it.

    `training_type`: 1 webinar, 2 self-paced, 3 face to face. `comparison_price_idr`: the price outside the programme.
    `bundle`: several courses at one price. `minimum_education`: None asks for none. `subject`: what its price is
    compared within. `skkni_code`: the unit of an occupation standard, where there is one.
    """

    institution_id: UUID
    title: str
    mode: str
    training_type: int
    hours: int
    price_idr: int
    comparison_price_idr: int
    description: str = ""
    free_elsewhere: bool = False
    bundle: bool = False
    age_min: int = 18
    age_max: int | None = None
    minimum_education: str | None = None
    subject: str = "general"
    skkni_code: str | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseAssessment:
    """The programme office's decision; a course that is not approved is removed, with the reason's code."""

    course_id: UUID
    approve: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseMove:
    """A suspension, its end, or a removal, with the reason's code."""

    course_id: UUID
    state: CourseState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """The price of a course from now on, and the price outside the programme."""

    course_id: UUID
    price_idr: int
    comparison_price_idr: int


@dataclass(frozen=True, slots=True)
class CourseResult:
    """The answer; `course_code` from the approval on."""

    code: CourseCode
    course_id: UUID | None = None
    course_code: str | None = None


def propose_courses(context: Context, requests: Sequence[CourseProposal], *, regime: Regime) -> list[CourseResult]:
    """Put courses on record as `proposed`. What the regime asks of them is decided in the assessment.

    Codes: institution_unknown, mode_unknown, training_type_unfit, title_missing, hours_malformed, subject_unknown,
    skkni_code_malformed, price_malformed, dearer_than_outside.
    Rule: SCHEME-03, COURSE-01. Cost: four statements.
    """
    results: list[CourseResult] = []
    courses: list[Course] = []
    with db.transaction():
        institutions = Institution.objects.in_bulk([request.institution_id for request in requests])
        for request in requests:
            code = _proposal_code(request, institutions)
            if code.is_refusal:
                results.append(CourseResult(code))
                continue
            region_code = institutions[request.institution_id].province_code
            course = _course(context, request, regime, region_code)
            courses.append(course)
            results.append(CourseResult(code, course.id))
        Course.objects.bulk_create(courses)
        _record_prices(context, courses)
        record_events(
            context,
            [
                Event("course.proposed", one.id, {"institution_id": one.institution_id, "price_idr": one.price_idr})
                for one in courses
            ],
        )
    return results


def assess_courses(context: Context, requests: Sequence[CourseAssessment], *, regime: Regime) -> list[CourseResult]:
    """Approve proposed courses by the rules of the regime, each with its `course_code`, or remove them.

    A course that the rules refuse stays `proposed`. Whoever assesses must not meet the institution within two hops
    (owners, directors, addresses, telephones, accounts): by the regime that stops the assessment or flags it.

    Codes: course_unknown, move_not_allowed (not proposed), institution_not_decreed, price_malformed,
    dearer_than_outside, free_elsewhere, bundle_not_allowed, too_short, conflict_of_interest.
    Rule: INST-01, COURSE-01, COURSE-02, COURSE-03, PLAT-02.
    Cost: nine statements; locks the courses in id order.
    """
    results: list[CourseResult] = []
    approved: list[Course] = []
    removed: list[Course] = []
    events: list[Event] = []
    with db.transaction():
        found = _locked([request.course_id for request in requests])
        stopped = stopped_assessments(context, [course.institution_id for course in found.values()], regime=regime)
        for request in requests:
            course = found.get(request.course_id)
            code = _assessment_code(course, request, regime)
            if course is not None and not code.is_refusal and course.institution_id in stopped:
                code = CourseCode.CONFLICT_OF_INTEREST
            if course is None or code.is_refusal:
                results.append(CourseResult(code, course.id if course else None))
                continue
            if request.approve:
                course.code = _course_code(context, course)
                course.approved_at = context.now
                course.regime_version = regime.version
                course.state = CourseState.APPROVED.value
                approved.append(course)
            else:
                course.state = CourseState.REMOVED.value
                removed.append(course)
            events.append(
                Event(
                    f"course.{course.state}",
                    course.id,
                    {"course_code": course.code, "regime_version": regime.version, "reason": request.reason},
                )
            )
            results.append(CourseResult(code, course.id, course.code))
        # Every step is a write of its own: the database checks each.
        Course.objects.filter(id__in=[one.id for one in approved]).update(state=CourseState.ASSESSED.value)
        Course.objects.bulk_update([*approved, *removed], ["state", "code", "approved_at", "regime_version"])
        record_events(context, events)
    return results


def move_courses(context: Context, requests: Sequence[CourseMove]) -> list[CourseResult]:
    """Suspend, reinstate or remove approved courses; one move of a course in a call counts. Its schedules stop selling.

    Codes: course_unknown, move_not_allowed. Cost: three statements; locks the courses in id order.
    """
    results: list[CourseResult] = []
    moved: dict[UUID, Course] = {}
    events: list[Event] = []
    with db.transaction():
        found = _locked([request.course_id for request in requests])
        for request in requests:
            course = found.get(request.course_id)
            if course is None:
                results.append(CourseResult(CourseCode.COURSE_UNKNOWN))
                continue
            fits = (
                request.state in _SANCTIONS
                and request.state in COURSE_MOVES[CourseState(course.state)]
                and course.approved_at is not None
            )
            if not fits or course.id in moved:
                results.append(CourseResult(CourseCode.MOVE_NOT_ALLOWED, course.id, course.code))
                continue
            payload = {"from": course.state, "to": request.state, "reason": request.reason}
            events.append(Event("course.moved", course.id, payload))
            course.state = request.state.value
            moved[course.id] = course
            results.append(CourseResult(CourseCode.OK, course.id, course.code))
        Course.objects.bulk_update(moved.values(), ["state"])
        refresh_entries(moved)
        record_events(context, events)
    return results


def suspend_course(context: Context, course_id: UUID, *, suspend: bool, reason: str) -> CourseCode:
    """What a sanction about a course does here: it sells no more, or again. Codes: as `move_courses`."""
    state = CourseState.SUSPENDED if suspend else CourseState.APPROVED
    return move_courses(context, [CourseMove(course_id=course_id, state=state, reason=reason)])[0].code


def change_prices(context: Context, requests: Sequence[PriceChange]) -> list[CourseResult]:
    """Change the prices of approved courses and of their published schedules; what was bought keeps its price.

    Every price stays on record in `course_prices`.

    Codes: course_unknown, move_not_allowed (not approved), price_malformed, dearer_than_outside. Rule: COURSE-01.
    Cost: five statements; locks the courses in id order.
    """
    results: list[CourseResult] = []
    changed: dict[UUID, Course] = {}
    with db.transaction():
        found = _locked([request.course_id for request in requests])
        for request in requests:
            course = found.get(request.course_id)
            code = price_refusal(request.price_idr, request.comparison_price_idr)
            if course is None:
                results.append(CourseResult(CourseCode.COURSE_UNKNOWN))
            elif course.state != CourseState.APPROVED.value or course.id in changed:
                results.append(CourseResult(CourseCode.MOVE_NOT_ALLOWED, course.id, course.code))
            else:
                if not code.is_refusal:
                    course.price_idr = request.price_idr
                    course.comparison_price_idr = request.comparison_price_idr
                    changed[course.id] = course
                results.append(CourseResult(code, course.id, course.code))
        courses = list(changed.values())
        Course.objects.bulk_update(courses, ["price_idr", "comparison_price_idr"])
        _record_prices(context, courses)
        schedules = list(
            Schedule.objects.select_for_update(no_key=True)
            .filter(course_id__in=changed, state=ScheduleState.PUBLISHED.value)
            .order_by("id")
        )
        for schedule in schedules:
            schedule.price_idr = changed[schedule.course_id].price_idr
        Schedule.objects.bulk_update(schedules, ["price_idr"])
        refresh_entries(changed)
        record_events(context, [Event("course.priced", one.id, {"price_idr": one.price_idr}) for one in courses])
    return results


def _proposal_code(request: CourseProposal, institutions: dict[UUID, Institution]) -> CourseCode:
    if request.institution_id not in institutions:
        return CourseCode.INSTITUTION_UNKNOWN
    if request.mode not in MODES:
        return CourseCode.MODE_UNKNOWN
    if request.training_type not in TYPES_OF_MODE[request.mode]:
        return CourseCode.TRAINING_TYPE_UNFIT
    code = _description_code(request)
    return code if code.is_refusal else price_refusal(request.price_idr, request.comparison_price_idr)


def _description_code(request: CourseProposal) -> CourseCode:
    if not request.title.strip():
        return CourseCode.TITLE_MISSING
    if not 0 < request.hours <= HOURS_MAX:
        return CourseCode.HOURS_MALFORMED
    if request.subject not in SUBJECTS:
        return CourseCode.SUBJECT_UNKNOWN
    if request.skkni_code is not None and not SKKNI_CODE.fullmatch(request.skkni_code):
        return CourseCode.SKKNI_CODE_MALFORMED
    return CourseCode.OK


def _course(context: Context, request: CourseProposal, regime: Regime, region_code: str) -> Course:
    return Course(
        id=context.uuid(),
        institution_id=request.institution_id,
        title=request.title,
        description=request.description,
        mode=request.mode,
        training_type=request.training_type,
        subject=request.subject,
        skkni_code=request.skkni_code,
        region_code=region_code,
        hours=request.hours,
        price_idr=request.price_idr,
        comparison_price_idr=request.comparison_price_idr,
        free_elsewhere=request.free_elsewhere,
        bundle=request.bundle,
        age_min=request.age_min,
        age_max=request.age_max,
        minimum_education=request.minimum_education,
        state=CourseState.PROPOSED.value,
        regime_version=regime.version,
        sample=request.sample,
        proposed_at=context.now,
    )


def _assessment_code(course: Course | None, request: CourseAssessment, regime: Regime) -> CourseCode:
    if course is None:
        return CourseCode.COURSE_UNKNOWN
    if course.state != CourseState.PROPOSED.value:
        return CourseCode.MOVE_NOT_ALLOWED
    if not request.approve:
        return CourseCode.OK
    if course.institution.state != InstitutionState.DECREED.value:
        return CourseCode.INSTITUTION_NOT_DECREED
    return course_refusal(
        Proposal(
            price_idr=course.price_idr,
            comparison_price_idr=course.comparison_price_idr,
            free_elsewhere=course.free_elsewhere,
            bundle=course.bundle,
            hours=course.hours,
        ),
        regime,
    )


def _course_code(context: Context, course: Course) -> str:
    """As the programme writes them: institution, training type, and 15 hexadecimal digits."""
    digits = f"{context.ids.bits(_CODE_BITS):015x}"
    return f"{course.institution.code}_{course.training_type}_{digits[:8]}-{digits[8:12]}-{digits[12:]}"


def _locked(course_ids: Sequence[UUID]) -> dict[UUID, Course]:
    rows = (
        Course.objects.select_for_update(of=("self",), no_key=True)
        .select_related("institution")
        .filter(id__in=course_ids)
        .order_by("id")
    )
    return {course.id: course for course in rows}


def _record_prices(context: Context, courses: Sequence[Course]) -> None:
    CoursePrice.objects.bulk_create(
        [
            CoursePrice(
                id=context.uuid(),
                course=course,
                price_idr=course.price_idr,
                comparison_price_idr=course.comparison_price_idr,
                priced_at=context.now,
                actor=context.actor,
            )
            for course in courses
        ]
    )
