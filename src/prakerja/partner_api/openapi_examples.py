"""What calls and their answers look like, for the OpenAPI document: values of the types that decode and encode."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from prakerja.partner_api.feed_calls import BadCourseRow, CourseRow, CoursesRequest, CoursesTaken
from prakerja.partner_api.sign_on_calls import (
    AUTHORIZE_PATH,
    PROFILE_PATH,
    REFRESH_PATH,
    TOKEN_PATH,
    RedirectUrl,
    TokenData,
    UserProfile,
)
from prakerja.partner_api.types import (
    AuthorizeRequest,
    CommitRequest,
    CourseKind,
    Feedback,
    FeedbackRequest,
    PaymentStatus,
    PaymentStatusRequest,
    PaymentToken,
    PresenceUrl,
    Purchase,
    QuotaSchedule,
    QuotaScheduleRequest,
    RedeemStatus,
    RedeemStatusRequest,
    SendOtpRequest,
    Task,
    TaskPart,
    TaskRequest,
    TaskStatus,
    TaskStatusRequest,
    UrlGenerateRequest,
    VoidRequest,
)

_COURSE, _SCHEDULE = "lkpis_1_9d680615-4048-11e", "9d683f80404811ed"
_INVOICE, _TRANSACTION, _REDEEM = "TOKPED-XB9C89BXBJL7X", "QHBST9GB5OSS888I", "GHOPNYXUVMT0"
_FILE: Final = "https://lembaga.example.id/tugas.pdf"
_STATE: Final = "5f2b9c0e7a1d4e3f8b6c2d9a0f1e4c7b5a3d8e6f"
_TOKEN: Final = "AZ1bT3kQd0uYx8vPq2LmRw"  # noqa: S105 - nobody's

_VALUES: Final[tuple[msgspec.Struct, ...]] = (
    QuotaScheduleRequest(_COURSE, _SCHEDULE),
    QuotaSchedule(_COURSE, _SCHEDULE, 17),
    SendOtpRequest("akun-1", "8299012345678901", _COURSE, _SCHEDULE, 250_000),
    PaymentToken(_TOKEN),
    AuthorizeRequest("123456", "https://toko.example.id/faktur/1", _INVOICE),
    Purchase(_INVOICE, _TRANSACTION, 250_000, "SUCCESS", "Siti Aminah"),
    PaymentStatusRequest(_INVOICE),
    PaymentStatus("2023-10-24T10:54:45Z", _INVOICE, _TRANSACTION, 250_000, "SUCCESS", "Siti Aminah"),
    VoidRequest(_INVOICE, _TRANSACTION),
    RedeemStatusRequest(_REDEEM, 1),
    CommitRequest(_REDEEM),
    RedeemStatus(
        redeem_code=_REDEEM,
        course_code=_COURSE,
        invoice_code=_INVOICE,
        schedule_code=_SCHEDULE,
        status=1,
        attendance_status=1,
        redeem_at="2023-10-24T10:54:45Z",
        dp_platform="Tokopedia",
        schedule_start_end="2023-10-24T11:00:00Z - 2023-10-25T13:00:00Z",
        course_type=1,
        course_type_label="Webinar",
        course_learning_method="online",
        is_online_attendance=True,
        sequence=1,
    ),
    UrlGenerateRequest(_REDEEM, "https://lembaga.example.id/kembali", "siti@lembaga.example.id", 1),
    PresenceUrl(f"https://prakerja.example.id/hadir/{_TOKEN}", _STATE, CourseKind(1, "online")),
    TaskRequest(_REDEEM, "tpm", 1, _FILE),
    Task(1, _REDEEM, "tpm", 1, 1, _FILE),
    FeedbackRequest(_REDEEM, "tpm", 1, "Bagus."),
    Feedback(1, _REDEEM, "tpm", 1, 2, None, "Bagus."),
    TaskStatusRequest(_REDEEM, "tpm", 1),
    TaskStatus(TaskPart(_REDEEM, "tpm", 1, 2), TaskPart(_REDEEM, "tpm", 1, 2)),
    CoursesRequest("kursus", [CourseRow(own_code="K-1", title="Barista dasar", mode="offline", price_idr=400_000)]),
    CoursesTaken(0, 0, 0, 1, [BadCourseRow(1, "K-1", "hours", "hours_malformed")]),
    RedirectUrl("https://prakerja.example.id/izin/?state=abc"),
    TokenData(_TOKEN, "2023-10-24T11:54:45Z", _TOKEN[::-1], "name email", "Bearer"),
    UserProfile("akun-1", "siti@example.id", "Siti Aminah", "8299012345678901", "081234567890", "5f2b9c0e7a1d4e3f"),
)
_BY_TYPE: Final[Mapping[type[msgspec.Struct], msgspec.Struct]] = {type(value): value for value in _VALUES}
# Of single sign-on: what stands in the body, by address.
SIGN_ON_BODIES: Final[Mapping[str, dict[str, str]]] = {
    TOKEN_PATH: {"code": _TOKEN},
    REFRESH_PATH: {"token": _TOKEN[::-1]},
}
SIGN_ON_PARAMETERS: Final[Mapping[str, dict[str, str]]] = {
    AUTHORIZE_PATH: {
        "state": "abc",
        "scope": "name email",
        "client_id": "toko-1a2b3c4d",
        "redirect_uri": "https://toko.example.id/kembali",
        "login_uri": "https://toko.example.id/masuk",
    },
    PROFILE_PATH: {"Authorization": f"Bearer {_TOKEN}"},
}


def example_of(kind: type[msgspec.Struct]) -> Any:  # noqa: ANN401 - JSON
    """How a request or the data of an answer looks as JSON; what has its default is left out where that is allowed."""
    return msgspec.to_builtins(_BY_TYPE[kind])
