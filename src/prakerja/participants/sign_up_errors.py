"""Result codes of signing up step by step, of cases and of assisted registration."""

from prakerja.kit.refusals import Code


class AnswerFault(Code):
    """What is wrong with an answer of the sign-up; faults of a NIK are those of NikFault, of a day DayFault."""

    OK = "ok"
    MISSING = "answer_missing"
    KK_NOT_16_DIGITS = "kk_has_not_16_digits"
    NAME_TOO_LONG = "name_too_long"
    NAME_HAS_OTHER_CHARACTERS = "name_has_other_characters"
    DATE_IS_TO_COME = "date_is_to_come"
    TOO_YOUNG = "too_young"
    NOT_AN_OPTION = "not_an_option"
    ADDRESS_NOT_READABLE = "address_not_readable"


class SendSignUpCode(Code):
    """Answers to sending a sign-up off."""

    OK = "ok"
    NOT_STARTED = "not_started"
    ALREADY_SENT = "already_sent"
    EMAIL_NOT_VERIFIED = "email_not_verified"
    ANSWERS_MISSING = "answers_missing"
    TOO_MANY_TRIES = "too_many_tries"
    UNAVAILABLE = "registry_unavailable"
    NIK_NOT_FOUND = "nik_not_found"
    MISMATCH = "identity_mismatch"
    NIK_IN_DISPUTE = "nik_in_dispute"
    ANSWERS_CHANGED = "answers_changed"


class AnswerCode(Code):
    """Answers to an answer of the basic test."""

    OK = "ok"
    NOT_STARTED = "test_not_started"
    FINISHED = "test_finished"
    ANOTHER_QUESTION = "another_question"
    NOT_AN_OPTION = "not_an_option"


class CaseCode(Code):
    """Answers to opening or deciding a case."""

    OK = "ok"
    CASE_NOT_FOUND = "case_not_found"
    REPEATED = "repeated"
    ALREADY_DECIDED = "already_decided"
    SAME_PERSON = "same_person"
    REASON_MISSING = "reason_missing"


class SheetCode(Code):
    """Answers about an assisted sheet or its rows."""

    OK = "ok"
    SHEET_NOT_FOUND = "sheet_not_found"
    ASSISTED_REGISTRATION_CLOSED = "assisted_registration_closed"
    STEP_NOT_ALLOWED = "step_not_allowed"
    SAME_PERSON = "same_person"
    NO_ROWS = "no_rows"
    DOCUMENTS_NOT_SEEN = "documents_not_seen"
    MINUTES_NUMBER_MISSING = "minutes_number_missing"
    REASON_MISSING = "reason_missing"
    ANSWER_NOT_POSSIBLE = "answer_not_possible"
    NIK_REPEATED = "nik_repeated_in_sheet"
    ROW_NOT_FOUND = "row_not_found"
    DISPUTE_REASON_MISSING = "dispute_reason_missing"
    ALREADY_DISPUTED = "already_disputed"
