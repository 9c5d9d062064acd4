"""Requests and answers on the wire: these types decode, encode, and make the OpenAPI document.

A field of a request that is null or an empty string counts as absent; a field that we do not know is ignored.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

# End of text in both Python's and JSON Schema's regular expressions; `$` would let a line break pass.
END_OF_TEXT: Final = r"(?![\s\S])"
HALVES: Final = r"\ud800-\udfff"
# No control characters, no half surrogate pairs: neither has a place in a code or an address.
_PLAIN: Final = rf"^[^\x00-\x1f\x7f-\x9f{HALVES}]*{END_OF_TEXT}"
# Line breaks and tabs may stand in a text that a person wrote.
_TEXT: Final = rf"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{HALVES}]*{END_OF_TEXT}"
_ADDRESS: Final = rf"^https?://[^\x00-\x20\x7f-\xa0{HALVES}]+{END_OF_TEXT}"
_EMAIL: Final = rf"^[^\x00-\x20\x7f-\xa0@{HALVES}]+@[^\x00-\x20\x7f-\xa0@{HALVES}]+{END_OF_TEXT}"
AMOUNT_MAX_IDR: Final = 10**12
# Half a surrogate pair fits into none of a few words, and cannot be compared with them either.
_DOES_NOT_FIT: Final = (msgspec.ValidationError, UnicodeEncodeError)

Plain = Annotated[str, Meta(pattern=_PLAIN)]
LongText = Annotated[str, Meta(max_length=5_000, pattern=_TEXT)]

CourseCode = Annotated[str, Meta(min_length=1, max_length=100, pattern=_PLAIN, description="Code of the course.")]
ScheduleCode = Annotated[str, Meta(min_length=1, max_length=100, pattern=_PLAIN, description="Code of the schedule.")]
InvoiceCode = Annotated[
    str, Meta(min_length=1, max_length=100, pattern=_PLAIN, description="The platform's own code, unique for it.")
]
TransactionCode = Annotated[
    str, Meta(min_length=1, max_length=100, pattern=_PLAIN, description="Our code of a purchase.")
]
RedeemCodeText = Annotated[
    str, Meta(min_length=1, max_length=100, pattern=_PLAIN, description="12 letters and digits; PRAT-… in a sandbox.")
]
Amount = Annotated[int, Meta(ge=1, le=AMOUNT_MAX_IDR, description="Whole rupiah.")]
Scope = Annotated[Literal["tpm", "uk"], Meta(description="tpm: practice task; uk: skill demonstration.")]
SessionSequence = Annotated[
    Literal[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 999], Meta(description="1 to 10 a session, 999 the post-test.")
]
TaskSequence = Annotated[int, Meta(ge=1, le=999, description="1 to 998 a practice task, 999 the skill demonstration.")]


class QuotaScheduleRequest(msgspec.Struct, frozen=True):
    """How many seats are left."""

    course_code: CourseCode
    schedule_code: ScheduleCode


class QuotaSchedule(msgspec.Struct, frozen=True):
    """Seats left."""

    course_code: str
    schedule_code: str
    quota: int


class SendOtpRequest(msgspec.Struct, frozen=True):
    """A code for a purchase, to the phone of the card's holder."""

    user_platform_id: Annotated[str, Meta(min_length=1, max_length=100, pattern=_PLAIN)]
    prakerja_id: Annotated[str, Meta(pattern=rf"^[0-9]{{16}}{END_OF_TEXT}", description="The card's 16 digits.")]
    course_code: CourseCode
    schedule_code: ScheduleCode
    amount: Amount


class PaymentToken(msgspec.Struct, frozen=True):
    """What goes into the header of `authorize`."""

    payment_token: str


class AuthorizeRequest(msgspec.Struct, frozen=True):
    """The purchase itself."""

    otp: Annotated[str, Meta(pattern=rf"^[0-9]{{6}}{END_OF_TEXT}")]
    invoice_url: Annotated[str, Meta(min_length=1, max_length=2000, pattern=_PLAIN)]
    invoice_code: InvoiceCode


class Purchase(msgspec.Struct, frozen=True):
    """A purchase that was made."""

    invoice_code: str
    transaction_code: str
    amount: int
    status: str
    prakerja_name: str


class PaymentStatusRequest(msgspec.Struct, frozen=True):
    """What became of an invoice."""

    invoice_code: InvoiceCode


class PaymentStatus(msgspec.Struct, frozen=True):
    """An invoice. `status` is SUCCESS or VOID."""

    created_at: str
    invoice_code: str
    transaction_code: str
    amount: int
    status: str
    prakerja_name: str


class VoidRequest(msgspec.Struct, frozen=True):
    """Taking a purchase back."""

    invoice_code: InvoiceCode
    transaction_code: TransactionCode


class RedeemStatusRequest(msgspec.Struct, frozen=True):
    """What a redeem code stands for, seen from one session."""

    redeem_code: RedeemCodeText
    sequence: SessionSequence = 1


class CommitRequest(msgspec.Struct, frozen=True):
    """Using a redeem code."""

    redeem_code: RedeemCodeText


class RedeemStatus(msgspec.Struct, frozen=True):
    """A redeem code. `status` 0 not used, 1 redeemed; `attendance_status` 1 attended that sequence."""

    redeem_code: str
    course_code: str
    invoice_code: str
    schedule_code: str
    status: int
    attendance_status: int
    redeem_at: str | None
    dp_platform: str
    schedule_start_end: str
    course_type: int
    course_type_label: str
    course_learning_method: str
    is_online_attendance: bool
    sequence: int


class UrlGenerateRequest(msgspec.Struct, frozen=True):
    """An address at which the participant shows to be present."""

    redeem_code: RedeemCodeText
    redirect_uri: Annotated[str, Meta(max_length=2000, pattern=_ADDRESS)]
    email: Annotated[str, Meta(max_length=254, pattern=_EMAIL, description="The participant's at the institution.")]
    sequence: SessionSequence = 1


class CourseKind(msgspec.Struct, frozen=True):
    """1 webinar, 2 self-paced, 3 face to face; `online` or `offline`."""

    type: int
    learning_method: str


class PresenceUrl(msgspec.Struct, frozen=True):
    """Where to send the participant, and the state that comes back."""

    url: str
    state: str
    course: CourseKind


class TaskRequest(msgspec.Struct, frozen=True):
    """A practice task or skill demonstration that a participant handed in."""

    redeem_code: RedeemCodeText
    scope: Scope
    sequence: TaskSequence
    url_file: Annotated[str, Meta(max_length=2000, pattern=_ADDRESS)]


class Task(msgspec.Struct, frozen=True):
    """A task. `status` 1 until the feedback is there, then 2."""

    id: int
    redeem_code: str
    scope: str
    sequence: int
    status: int
    url_file: str


class FeedbackRequest(msgspec.Struct, frozen=True):
    """The institution's feedback on a task."""

    redeem_code: RedeemCodeText
    scope: Scope
    sequence: TaskSequence
    notes: Annotated[str, Meta(max_length=5000, pattern=_TEXT)]
    url_file: Annotated[str, Meta(max_length=2000, pattern=_ADDRESS)] | None = None


class Feedback(msgspec.Struct, frozen=True):
    """A feedback. `status` is 2: it is there."""

    id: int
    redeem_code: str
    scope: str
    sequence: int
    status: int
    url_file: str | None
    notes: str


class TaskStatusRequest(msgspec.Struct, frozen=True):
    """Whether a task and its feedback are there."""

    redeem_code: RedeemCodeText
    scope: Scope
    sequence: TaskSequence


class TaskPart(msgspec.Struct, frozen=True):
    """0 not submitted, 1 pending, 2 success, 3 failed."""

    redeem_code: str
    scope: str
    sequence: int
    status: int


class TaskStatus(msgspec.Struct, frozen=True):
    """Both are always there."""

    assignment: TaskPart
    feedback: TaskPart


class Success(msgspec.Struct, frozen=True):
    """What every answer is in."""

    success: Literal[True]
    message: str
    data: object


class Done(msgspec.Struct, frozen=True):
    """An answer without data."""

    success: Literal[True]
    message: str


class Failure(msgspec.Struct, frozen=True, omit_defaults=True):
    """Every error, whatever its HTTP status. `base_string` stands in a sandbox only."""

    code: Annotated[
        str, Meta(pattern=rf"^ERR[A-Z]{{3,5}}[0-9]{{4,5}}{END_OF_TEXT}", description="What went wrong, for programs.")
    ]
    message: Annotated[str, Meta(description="What went wrong, in Indonesian, for the user.")]
    success: Literal[False]
    base_string: str | None = None


class Malformed(Exception):  # noqa: N818 - it leads to a refusal, not to a failure
    """A field is missing or malformed."""

    def __init__(self, field: str, *, missing: bool) -> None:
        super().__init__(field)
        self.field = field
        self.missing = missing


def read_request(value: dict[str, object], wanted: type[msgspec.Struct]) -> msgspec.Struct:
    """A request from a JSON object.

    Raises:
        Malformed: the first field, in the order of the type, that is missing or does not fit.
    """
    given = {name: field for name, field in value.items() if field is not None and field != ""}
    try:
        return msgspec.convert(given, wanted)
    except _DOES_NOT_FIT:
        raise _malformed(given, wanted) from None


def _malformed(given: dict[str, object], wanted: type[msgspec.Struct]) -> Malformed:
    for field in msgspec.structs.fields(wanted):
        if field.encode_name not in given:
            if field.required:
                return Malformed(field.encode_name, missing=True)
            continue
        try:
            msgspec.convert(given[field.encode_name], field.type)
        except _DOES_NOT_FIT:
            return Malformed(field.encode_name, missing=False)
    raise AssertionError("a request that does not fit has a field that does not")
