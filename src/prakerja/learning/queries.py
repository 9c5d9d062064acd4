"""Reading learning: what a participant, an institution, a platform and the office look for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.learning.rules import ChainStep, chain_step, chain_terms
from prakerja.participants.lanes import every_lane
from prakerja.programme.queries import get_regime_book


@dataclass(frozen=True, slots=True)
class AttendanceView:
    """A session of a purchase's class, and the presence at it (None: none)."""

    sequence: int
    starts_at: datetime
    ends_at: datetime
    attended_at: datetime | None
    presence: str | None


@dataclass(frozen=True, slots=True)
class CompletionView:
    """A completion with its certificate and review, where they are."""

    lane: int
    purchase_id: UUID
    participant_id: UUID
    platform_id: UUID
    institution_id: UUID
    course_title: str
    outcome: str
    sessions_required: int
    sessions_attended: int
    post_test_score: int | None
    skill_shown: bool
    feedback_given: bool
    class_ended_at: datetime
    reported_at: datetime
    forwarded_at: datetime | None
    verified_at: datetime | None
    certificate_number: str | None
    certificate_issued_at: datetime | None
    rating: int | None

    @property
    def waits_for(self) -> ChainStep | None:
        """Who must move it next, until when (LEARN-05)."""
        return chain_step(
            class_ended_at=self.class_ended_at,
            reported_at=self.reported_at,
            forwarded_at=self.forwarded_at,
            verified_at=self.verified_at,
            terms=chain_terms(get_regime_book().on(jakarta_date(self.reported_at))),
        )


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate as its paper says it. Whoever checks a number sees the name masked (`web.certificates`)."""

    number: str
    holder_name: str
    course_title: str
    hours: int
    mode: str
    skkni_code: str | None
    institution_name: str
    class_started_at: datetime
    class_ended_at: datetime
    issued_at: datetime


_COMPLETION = """
    SELECT c.lane, c.purchase_id, p.participant_id, p.platform_id, p.institution_id, course.title, c.outcome,
        c.sessions_required, c.sessions_attended, c.post_test_score, c.skill_shown, c.feedback_given, class.ends_at,
        c.reported_at, c.forwarded_at, c.verified_at, certificate.number, certificate.issued_at, r.rating
    FROM completions c
    JOIN purchases p ON p.lane = c.lane AND p.purchase_id = c.purchase_id
    JOIN schedules class ON class.id = p.schedule_id
    JOIN courses course ON course.id = class.course_id
    LEFT JOIN certificates certificate ON certificate.lane = c.lane AND certificate.purchase_id = c.purchase_id
    LEFT JOIN reviews r ON r.lane = c.lane AND r.purchase_id = c.purchase_id
"""


def list_attendances(lane: int, purchase_id: UUID) -> list[AttendanceView]:
    """All sessions of a purchase's class by sequence, attended or not."""
    found = db.rows(
        """
        SELECT s.sequence, s.starts_at, s.ends_at, a.attended_at, a.presence
        FROM purchases p
        JOIN sessions s ON s.schedule_id = p.schedule_id
        LEFT JOIN counted_attendances a ON a.lane = p.lane AND a.purchase_id = p.purchase_id AND a.sequence = s.sequence
        WHERE p.lane = %s AND p.purchase_id = %s
        ORDER BY s.sequence
        """,
        (lane, purchase_id),
    )
    return [AttendanceView(*row) for row in found]


def find_completion(lane: int, purchase_id: UUID) -> CompletionView | None:
    """The completion of a purchase."""
    found = db.row(f"{_COMPLETION} WHERE c.lane = %s AND c.purchase_id = %s", (lane, purchase_id))
    return None if found is None else CompletionView(*found)


def list_completions_of_participant(lane: int, participant_id: UUID) -> list[CompletionView]:
    """A participant's completions, the oldest report first."""
    found = db.rows(
        f"{_COMPLETION} WHERE p.lane = %s AND p.participant_id = %s ORDER BY c.reported_at, c.purchase_id",
        (lane, participant_id),
    )
    return [CompletionView(*row) for row in found]


def list_completions_to_forward(platform_id: UUID | None = None, *, limit: int = 20_000) -> list[CompletionView]:
    """Reports that wait for a platform (for any: None), the oldest first. Rule: LEARN-05."""
    found = db.rows(
        f"""
        {_COMPLETION}
        WHERE c.verified_at IS NULL AND c.forwarded_at IS NULL
            AND (%(platform)s::uuid IS NULL OR p.platform_id = %(platform)s)
        ORDER BY c.reported_at, c.purchase_id
        LIMIT %(limit)s
        """,
        {"platform": platform_id, "limit": limit},
    )
    return [CompletionView(*row) for row in found]


def list_completions_to_verify(*, limit: int = 20_000) -> list[CompletionView]:
    """Reports that wait for the programme office, the oldest first. Rule: LEARN-05."""
    found = db.rows(
        f"""
        {_COMPLETION}
        WHERE c.verified_at IS NULL AND c.forwarded_at IS NOT NULL
        ORDER BY c.forwarded_at, c.purchase_id
        LIMIT %s
        """,
        (limit,),
    )
    return [CompletionView(*row) for row in found]


def list_certificates_to_issue(*, limit: int = 20_000) -> list[tuple[int, UUID]]:
    """(lane, purchase id) of verified completions without a certificate, the oldest check first. Rule: LEARN-04."""
    found = db.rows(
        """
        SELECT c.lane, c.purchase_id
        FROM completions c
        WHERE c.certifiable AND NOT EXISTS (
            SELECT 1 FROM certificates made WHERE made.lane = c.lane AND made.purchase_id = c.purchase_id
        )
        ORDER BY c.verified_at, c.purchase_id
        LIMIT %s
        """,
        (limit,),
    )
    return [(lane, purchase_id) for lane, purchase_id in found]


def find_certificate_by_number(number: str) -> CertificateView | None:
    """A certificate by its number, for whoever doubts one; a look-up by key in every lane."""
    found = db.row(
        """
        SELECT c.number, person.name, course.title, course.hours, course.mode, course.skkni_code, i.name,
            schedule.starts_at, schedule.ends_at, c.issued_at
        FROM certificates c
        JOIN purchases p ON p.lane = c.lane AND p.purchase_id = c.purchase_id
        JOIN participants participant ON (participant.lane, participant.participant_id) = (p.lane, p.participant_id)
        JOIN applicants person
            ON (person.lane, person.applicant_id) = (participant.lane, participant.applicant_id)
        JOIN schedules schedule ON schedule.id = p.schedule_id
        JOIN courses course ON course.id = p.course_id
        JOIN institutions i ON i.id = p.institution_id
        WHERE c.lane = ANY (%s) AND c.number = %s
        """,
        (every_lane(), number),
    )
    return None if found is None else CertificateView(*found)
