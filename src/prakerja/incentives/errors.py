"""What incentives can answer, in order of precedence behind `ok`."""

from prakerja.kit.refusals import Code


class EntitleCode(Code):
    """The answer per participant (INC-01)."""

    OK = "ok"
    UNKNOWN_PARTICIPANT = "unknown_participant"
    REPEATED = "repeated"
    """The participant is entitled already."""
    NOT_ACTIVE = "not_active"
    """Revoked or suspended."""
    NO_CERTIFICATE = "no_certificate"
    NO_REVIEW = "no_review"
    NO_VALIDATED_ACCOUNT = "no_validated_account"
    NO_MONEY = "no_money"
    """The reserved package is not there any more."""


class SurveyCode(Code):
    """The answer per survey (INC-02)."""

    OK = "ok"
    NOT_ENTITLED = "not_entitled"
    NO_SUCH_SURVEY = "no_such_survey"
    REPEATED = "repeated"
    OUT_OF_ORDER = "out_of_order"
    FORFEITED = "forfeited"
    NO_MONEY = "no_money"


class ScheduleCode(Code):
    """The answer to a scheduling."""

    OK = "ok"
    EMPTY = "empty"


class ForfeitCode(Code):
    """The answer to a forfeiture."""

    OK = "ok"
    PERIOD_NOT_OVER = "period_not_over"
    """Somebody's balance of that year is still usable (CARD-02)."""
