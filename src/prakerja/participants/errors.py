"""Result codes of participants, in their order of precedence."""

from prakerja.kit.refusals import Code


class NikFault(Code):
    """Why a NIK cannot be one."""

    OK = "ok"
    MISSING = "nik_missing"
    ROUNDED = "nik_rounded_by_spreadsheet"
    NOT_DIGITS = "nik_has_other_characters"
    NOT_16_DIGITS = "nik_has_not_16_digits"
    SYNTHETIC = "nik_is_synthetic"
    PROVINCE = "nik_province_is_unknown"
    DATE = "nik_date_is_impossible"
    SERIAL = "nik_serial_is_zero"


class SignUpCode(Code):
    """Answers to a sign-up."""

    OK = "ok"
    NIK_NOT_POSSIBLE = "nik_not_possible"
    KK_NOT_POSSIBLE = "kk_not_possible"
    ATTRIBUTE_NOT_KNOWN = "attribute_not_known"
    NIK_ALREADY_SIGNED_UP = "nik_already_signed_up"


class IdentityCode(Code):
    """Answers to a verification of identity."""

    OK = "ok"
    APPLICANT_NOT_FOUND = "applicant_not_found"
    EMAIL_NOT_VERIFIED = "email_not_verified"
    REPEATED = "repeated"
    UNAVAILABLE = "registry_unavailable"
    NIK_NOT_FOUND = "nik_not_found"
    MISMATCH = "identity_mismatch"


class CheckCode(Code):
    """Answers to a completed check."""

    OK = "ok"
    APPLICANT_NOT_FOUND = "applicant_not_found"
    REPEATED = "repeated"
    OUT_OF_ORDER = "out_of_order"


class EligibilityCode(Code):
    """Answers to an evaluation; a refusal carries its rule."""

    OK = "ok"
    APPLICANT_NOT_FOUND = "applicant_not_found"
    ALREADY_DECREED = "already_decreed"
    CHECKS_MISSING = "checks_missing"
    WAITING = "waiting_for_a_register"
    REFUSED = "refused"


class BlacklistCode(Code):
    """Answers to a blacklisting or its end."""

    OK = "ok"
    APPLICANT_NOT_FOUND = "applicant_not_found"
    REPEATED = "repeated"
    NOT_BLACKLISTED = "not_blacklisted"


class WorkerListCode(Code):
    """Answers about a worker list as a whole."""

    OK = "ok"
    LIST_NOT_FOUND = "worker_list_not_found"
    FILE_IS_EMPTY = "file_is_empty"
    FILE_IS_NO_TEXT = "file_is_no_text"
    WORKBOOK_NOT_READABLE = "workbook_not_readable"
    COLUMNS_MISSING = "columns_missing"
    NO_ROWS = "no_rows"
    ALREADY_IMPORTED = "file_already_imported"
    STILL_LOADING = "still_loading"
    ALREADY_PUBLISHED = "already_published"
    DISCARDED = "discarded"
    NO_GOOD_ROWS = "no_good_rows"


class RowReason(Code):
    """Why a row of a worker list is not taken; NIK reasons are those of NikFault, of a day those of DayFault."""

    OK = "ok"
    ROW_TOO_LONG = "row_too_long"
    CUT_OFF = "file_ends_within_this_row"
    COLUMN_COUNT = "column_count_differs"
    NIK_REPEATED = "nik_repeated_in_file"
    NAME_MISSING = "name_missing"
    NAME_TOO_LONG = "name_too_long"
    NAME_NOT_READABLE = "name_not_readable"
    PROVINCE = "province_unknown"
    REGENCY = "regency_unknown"
    STATUS = "status_unknown"
    PHONE = "phone_not_possible"
    ADDRESS = "address_not_readable"


class DeltaCode(Code):
    """Answers about a register's delta and what it finds."""

    OK = "ok"
    NOT_READABLE = "delta_not_readable"
    COLUMNS_MISSING = "columns_missing"
    NO_ROWS = "no_rows"
    ALREADY_LOADED = "delta_already_loaded"
    DELTA_NOT_FOUND = "delta_not_found"
    NOT_SCREENED = "not_screened"
    ALREADY_CONFIRMED = "already_confirmed"
    DISCARDED = "discarded"
    SAME_PERSON = "same_person"
    FINDING_NOT_FOUND = "finding_not_found"
    REASON_MISSING = "reason_missing"
    NOT_NOTICED = "not_noticed"
    STILL_TIME_TO_ANSWER = "still_time_to_answer"
    TIME_IS_OVER = "time_is_over"
    ALREADY_DECIDED = "already_decided"


class MatchCode(Code):
    """Answers to a decision about a row and an applicant who look alike."""

    OK = "ok"
    MATCH_NOT_FOUND = "match_not_found"
    REASON_MISSING = "reason_missing"
    ALREADY_DECIDED = "already_decided"


class InvitationCode(Code):
    """Answers to inviting the people of a list."""

    OK = "ok"
    LIST_NOT_FOUND = "worker_list_not_found"
    NOT_PUBLISHED = "not_published"


class StatementCode(Code):
    """Answers to a statement for a silent register, and to its confirmation."""

    OK = "ok"
    STATEMENT_NOT_FOUND = "statement_not_found"
    ALREADY_DECIDED = "already_decided"
    SAME_PERSON = "same_person"
    NOT_WAITING_FOR_IT = "not_waiting_for_it"
    TOO_EARLY = "too_early"
    EVIDENCE_MISSING = "evidence_missing"
    EVIDENCE_NAMES_A_PERSON = "evidence_names_a_person"
    VALUE_NOT_POSSIBLE = "value_not_possible"
    ALREADY_STATED = "already_stated"
