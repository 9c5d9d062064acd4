"""What the counter can answer. Each list stands in the order of precedence: the first that applies is the answer."""

from prakerja.kit.refusals import Code


class OtpCode(Code):
    """Answers of `send_otps`."""

    PLATFORM_NOT_ACTIVE = "platform_not_active"
    SCHEDULE_UNKNOWN = "schedule_unknown"
    SCHEDULE_CLOSED = "schedule_closed"
    SOLD_OUT = "sold_out"
    CARD_UNKNOWN = "card_unknown"
    CHANNEL_NOT_ALLOWED = "channel_not_allowed"
    CARD_NOT_ACTIVE = "card_not_active"
    PARTICIPANT_NOT_ACTIVE = "participant_not_active"
    AGE_NOT_ALLOWED = "age_not_allowed"
    EDUCATION_NOT_ALLOWED = "education_not_allowed"
    PRICE_CHANGED = "price_changed"
    OTP_LOCKED = "otp_locked"
    TOO_MANY_CODES = "too_many_codes"
    """The holder was sent many that bought nothing: the telephone is left alone for a while."""
    OK = "ok"


class PurchaseCode(Code):
    """Answers of `authorize_purchases` and `authorize_counter_purchases`."""

    REPEATED = "repeated"
    """This invoice was answered for this same request: the stored answer."""
    INVOICE_REUSED = "invoice_reused"
    PLATFORM_NOT_ACTIVE = "platform_not_active"
    TOKEN_UNKNOWN = "token_unknown"  # noqa: S105 - a code, no secret
    TOKEN_USED = "token_used"  # noqa: S105 - as above
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - as above
    OTP_LOCKED = "otp_locked"
    OTP_WRONG = "otp_wrong"
    CARD_UNKNOWN = "card_unknown"
    PIN_LOCKED = "pin_locked"
    PIN_WRONG = "pin_wrong"
    CARD_NOT_ACTIVE = "card_not_active"
    PARTICIPANT_NOT_ACTIVE = "participant_not_active"
    SCHEDULE_UNKNOWN = "schedule_unknown"
    CHANNEL_NOT_ALLOWED = "channel_not_allowed"
    INSTITUTION_NOT_REGISTERED = "institution_not_registered"
    NO_AGREEMENT_IN_FORCE = "no_agreement_in_force"
    NOT_LISTED = "not_listed"
    PRICE_CHANGED = "price_changed"
    SCHEDULE_CLOSED = "schedule_closed"
    FIRST_PURCHASE_DEADLINE_PASSED = "first_purchase_deadline_passed"
    BALANCE_EXPIRED = "balance_expired"
    FIRST_COURSE_NOT_COMPLETED = "first_course_not_completed"
    ALREADY_BOUGHT = "already_bought"
    SOLD_OUT = "sold_out"
    AGE_NOT_ALLOWED = "age_not_allowed"
    PLATFORM_ACCOUNT_USES_ANOTHER_CARD = "platform_account_uses_another_card"
    BALANCE_TOO_LOW = "balance_too_low"
    OK = "ok"


class VoidCode(Code):
    """Answers of `void_purchases`."""

    TRANSACTION_UNKNOWN = "transaction_unknown"
    ALREADY_VOIDED = "already_voided"
    CODE_ALREADY_REDEEMED = "code_already_redeemed"
    PURCHASE_CLOSED = "purchase_closed"
    OK = "ok"


class CancelCode(Code):
    """Answers of `cancel_classes`."""

    CLASS_UNKNOWN = "class_unknown"
    """Also another institution's."""
    REASON_MISSING = "reason_missing"
    MOVE_NOT_ALLOWED = "move_not_allowed"
    CODES_REDEEMED = "codes_redeemed"
    """Somebody is in the class already, or the money for a seat of it is owed: what was sold is held."""
    OK = "ok"


class RedeemCode(Code):
    """Answers of `commit_redeem_codes`."""

    CODE_UNKNOWN = "code_unknown"
    CODE_OF_ANOTHER_INSTITUTION = "code_of_another_institution"
    PURCHASE_VOIDED = "purchase_voided"
    CODE_ALREADY_USED = "code_already_used"
    PURCHASE_CLOSED = "purchase_closed"
    OUTSIDE_WINDOW = "outside_window"
    OK = "ok"
