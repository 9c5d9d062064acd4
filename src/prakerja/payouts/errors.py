"""What payouts can answer, in order of precedence behind `ok`."""

from prakerja.kit.refusals import Code


class LinkCode(Code):
    """The answer per account that a participant links."""

    OK = "ok"
    UNKNOWN_PARTICIPANT = "unknown_participant"
    UNKNOWN_PARTNER = "unknown_partner"
    BAD_ACCOUNT_NUMBER = "bad_account_number"
    REPEATED = "repeated"
    """This account is the one in use."""
    TAKEN = "taken"
    """The account belongs to another participant."""


class ValidateCode(Code):
    """The answer per account that is validated (INC-01)."""

    OK = "ok"
    UNKNOWN_ACCOUNT = "unknown_account"
    REPLACED = "replaced"
    REPEATED = "repeated"
    """It is validated already."""
    NIK_DIFFERS = "nik_differs"
    KYC_MISSING = "kyc_missing"
    INACTIVE = "inactive"


class PartnerAccountCode(Code):
    """The answer per account of a partner."""

    OK = "ok"
    UNKNOWN_PARTNER = "unknown_partner"
    BAD_ACCOUNT_NUMBER = "bad_account_number"
    REPEATED = "repeated"


class AccountRequestCode(Code):
    """The answer per account that a partner enters, and per decision about it."""

    OK = "ok"
    PARTNER_UNKNOWN = "partner_unknown"
    BANK_MALFORMED = "bank_malformed"
    HOLDER_MISSING = "holder_missing"
    NUMBER_MALFORMED = "number_malformed"
    REQUEST_WAITING = "request_waiting"
    FILE_REFUSED = "file_refused"
    REQUEST_UNKNOWN = "request_unknown"
    ALREADY_DECIDED = "already_decided"
    SAME_PERSON = "same_person"
    DECIDER_CONNECTED = "decider_connected"
    """The office's person has a tie to the partner (PLAT-02)."""
    REASON_MISSING = "reason_missing"
    NUMBER_DIFFERS = "number_differs"
    """What the second person read in the document is not what the first one entered."""


class PrepareCode(Code):
    """The answer to a batch that is prepared."""

    OK = "ok"
    EMPTY = "empty"
    PAYEE_WITHOUT_ACCOUNT = "payee_without_account"


class ApproveCode(Code):
    """The answer per signature."""

    OK = "ok"
    UNKNOWN_BATCH = "unknown_batch"
    SAME_PERSON = "same_person"
    REPEATED = "repeated"
    ANOTHER_FILE = "another_file"
    """The approver looked at a file with another hash."""


class SendCode(Code):
    """The answer per batch that is sent."""

    OK = "ok"
    UNKNOWN_BATCH = "unknown_batch"
    NOT_APPROVED = "not_approved"
    FILE_CHANGED = "file_changed"
    """What would be sent is not what two people signed: the tables were changed behind them."""
    REPEATED = "repeated"
    """It was sent; the result carries the same file again."""


class ReplyCode(Code):
    """The answer per reply file of the bank."""

    OK = "ok"
    UNREADABLE = "unreadable"
    UNKNOWN_BATCH = "unknown_batch"
    NOT_SENT = "not_sent"
    REPEATED = "repeated"
    CONFLICT = "conflict"
    """Another reply was read for this batch."""
    UNKNOWN_REFERENCE = "unknown_reference"
    """A line that we did not send, or twice the same."""
    LINE_MISSING = "line_missing"
    AMOUNT_DIFFERS = "amount_differs"
    TOTALS_DIFFER = "totals_differ"


class ReplyEntryCode(Code):
    """The answer per reply that somebody of the office enters."""

    OK = "ok"
    FILE_TOO_LARGE = "file_too_large"
    UNKNOWN_BATCH = "unknown_batch"
    NOT_SENT = "not_sent"
    ALREADY_ANSWERED = "already_answered"
    REPLY_WAITING = "reply_waiting"
    ANOTHER_BATCH = "another_batch"
    """The file's header names another batch."""
    ROWS_FAULTY = "rows_faulty"


class ReplyDecisionCode(Code):
    """The answer per decision about a reply that was entered."""

    OK = "ok"
    REPLY_UNKNOWN = "reply_unknown"
    ALREADY_DECIDED = "already_decided"
    SAME_PERSON = "same_person"
    REASON_MISSING = "reason_missing"
    NOT_BOOKED = "not_booked"
    """The batch was answered by another way in the meantime."""
