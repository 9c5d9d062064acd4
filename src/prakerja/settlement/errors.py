"""What settlement can answer, in order of precedence behind `ok`."""

from prakerja.kit.refusals import Code


class PayableCode(Code):
    """The answer per purchase that is made payable (SETTLE-01)."""

    OK = "ok"
    UNKNOWN_PURCHASE = "unknown_purchase"
    REPEATED = "repeated"
    VOIDED = "voided"
    EXPIRED = "expired"
    TRIGGER_NOT_MET = "trigger_not_met"


class PrepareRunCode(Code):
    """The answer to a run that is prepared."""

    OK = "ok"
    BAD_PERIOD = "bad_period"
    """It ends before it begins."""
    PERIOD_NOT_OVER = "period_not_over"
    PERIOD_OVERLAPS = "period_overlaps"
    """Another run covers a day of it."""
    EMPTY = "empty"
    """Nothing became payable that is not in a run."""


class ApproveRunCode(Code):
    """The answer per signature under a run."""

    OK = "ok"
    UNKNOWN_RUN = "unknown_run"
    SAME_PERSON = "same_person"
    REPEATED = "repeated"
    STATEMENTS_DIFFER = "statements_differ"
    """Statements, lines and ledger do not say the same: the tables were changed behind the run."""
    PAYEE_WITHOUT_ACCOUNT = "payee_without_account"


class RepaymentCode(Code):
    """The answer to money that comes in for a repayment."""

    OK = "ok"
    REPAYMENT_NOT_FOUND = "repayment_not_found"
    NOT_OPEN = "not_open"
    AMOUNT_OUT_OF_RANGE = "amount_out_of_range"
    """Nothing, or more than is left with what is recorded already."""
    REFERENCE_MISSING = "reference_missing"
    REFERENCE_KNOWN = "reference_known"
    RECEIPT_NOT_FOUND = "receipt_not_found"
    REPEATED = "repeated"
    SAME_PERSON = "same_person"


class SweepCode(Code):
    """The answer to the sweep of held money."""

    OK = "ok"
    PERIOD_NOT_OVER = "period_not_over"


class CloseCode(Code):
    """The answer to the closing of a year."""

    OK = "ok"
    REPEATED = "repeated"
    PERIOD_NOT_OVER = "period_not_over"
    OPEN = "open"
    """Something is not settled; the result names it."""


class OpenKind(Code):
    """What keeps the books open."""

    COMPLETION_NOT_VERIFIED = "completion_not_verified"
    INCENTIVE_OPEN = "incentive_open"
    RUN_NOT_APPROVED = "run_not_approved"
    BATCH_NOT_ANSWERED = "batch_not_answered"
    TRAINING_NOT_SWEPT = "training_not_swept"
    INCENTIVE_NOT_SWEPT = "incentive_not_swept"
    HELD = "held"
    PLATFORM_PAYABLE = "platform_payable"
    INSTITUTION_PAYABLE = "institution_payable"
    INCENTIVE_PAYABLE = "incentive_payable"
    IN_PAYMENT = "in_payment"
    BETWEEN_LANES = "between_lanes"
