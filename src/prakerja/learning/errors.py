"""What learning can answer, in order of precedence behind `ok`."""

from prakerja.kit.refusals import Code


class AttendanceCode(Code):
    """The answer per presence."""

    OK = "ok"
    UNKNOWN_PURCHASE = "unknown_purchase"
    ANOTHER_INSTITUTION = "another_institution"
    VOIDED = "voided"
    NOT_REDEEMED = "not_redeemed"
    NO_SUCH_SESSION = "no_such_session"
    REPEATED = "repeated"
    """This session was attended already: nothing was written. Stands before the window, so that a retry is answered."""
    CLOSED = "closed"
    """The completion was reported, or the purchase expired."""
    OUTSIDE_THE_WINDOW = "outside_the_window"
    """LEARN-01."""
    NO_PRESENCE = "no_presence"
    """LEARN-03: the presence check is missing."""


class AnnulmentCode(Code):
    """The answer per purchase whose learning begins anew."""

    OK = "ok"
    UNKNOWN_PURCHASE = "unknown_purchase"
    CLOSED = "closed"
    """A result was reported, or the purchase was voided or expired."""


class ReportCode(Code):
    """The answer per completion that an institution reports."""

    OK = "ok"
    UNKNOWN_PURCHASE = "unknown_purchase"
    ANOTHER_INSTITUTION = "another_institution"
    VOIDED = "voided"
    NOT_REDEEMED = "not_redeemed"
    REPEATED = "repeated"
    """The same report stands there."""
    CONFLICT = "conflict"
    """Another report of this purchase stands there; a report is not changed."""
    EXPIRED = "expired"
    CLASS_NOT_OVER = "class_not_over"
    """The last session has not ended."""
    SCORE_OUT_OF_RANGE = "score_out_of_range"


class ReportRowReason(Code):
    """Why a written row cannot be reported."""

    NOT_DUE = "not_due"
    """Nobody of this class waits for a report under this code."""
    ROW_REPEATED = "row_repeated"
    SCORE_NOT_READABLE = "score_not_readable"
    NOT_YES_OR_NO = "not_yes_or_no"


class ForwardCode(Code):
    """The answer per completion that a platform forwards."""

    OK = "ok"
    NOT_REPORTED = "not_reported"
    ANOTHER_PLATFORM = "another_platform"
    REPEATED = "repeated"


class VerifyCode(Code):
    """The answer per completion that the programme office verifies."""

    OK = "ok"
    NOT_REPORTED = "not_reported"
    NOT_FORWARDED = "not_forwarded"
    REPEATED = "repeated"
    SAME_PERSON = "same_person"
    """Who reported it or passed it on does not check it."""


class ReturnCode(Code):
    """The answer per completion that the programme office gives back."""

    OK = "ok"
    NOT_REPORTED = "not_reported"
    NOT_FORWARDED = "not_forwarded"
    VERIFIED = "verified"
    """Certificate and money follow it already."""
    SAME_PERSON = "same_person"
    REASON_MISSING = "reason_missing"


class CertificateCode(Code):
    """The answer per certificate."""

    OK = "ok"
    NOT_REPORTED = "not_reported"
    NOT_COMPLETED = "not_completed"
    NOT_VERIFIED = "not_verified"
    NO_FEEDBACK = "no_feedback"
    """LEARN-04: the institution's feedback is missing."""
    REPEATED = "repeated"
    """There is one; the result carries it."""


class ReviewCode(Code):
    """The answer per review."""

    OK = "ok"
    UNKNOWN_PURCHASE = "unknown_purchase"
    ANOTHER_PARTICIPANT = "another_participant"
    NOT_REPORTED = "not_reported"
    """There is no result yet to have an opinion on."""
    REPEATED = "repeated"
    """The same review stands there."""
    CONFLICT = "conflict"
    """Another review stands there; a review is not changed."""
    RATING_OUT_OF_RANGE = "rating_out_of_range"
    TEXT_OUT_OF_RANGE = "text_out_of_range"


class TaskCode(Code):
    """The answer per task or feedback."""

    OK = "ok"
    UNKNOWN_PURCHASE = "unknown_purchase"
    ANOTHER_INSTITUTION = "another_institution"
    VOIDED = "voided"
    NOT_REDEEMED = "not_redeemed"
    EXPIRED = "expired"
    NO_ASSIGNMENT = "no_assignment"
    """Feedback on a task that nobody handed in."""
    ALREADY_ANSWERED = "already_answered"
    """There is feedback: neither it nor the task changes any more."""
