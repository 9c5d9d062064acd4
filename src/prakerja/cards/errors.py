"""Result codes of cards, in their order of precedence."""

from prakerja.kit.refusals import Code


class IssueCode(Code):
    """Answers to issuing the cards of a decree."""

    OK = "ok"
    DECREE_NOT_FOUND = "decree_not_found"
    DECREE_NOT_APPROVED = "decree_not_approved"
    ALREADY_ISSUED = "already_issued"


class CardCode(Code):
    """Answers to a step of a card."""

    OK = "ok"
    CARD_NOT_FOUND = "card_not_found"
    REPEATED = "repeated"
    STEP_NOT_ALLOWED = "step_not_allowed"
    RECEIPT_MISSING = "receipt_missing"
    PIN_NOT_SIX_DIGITS = "pin_not_six_digits"
    PIN_TOO_EASY = "pin_too_easy"
    PARTICIPANT_NOT_ACTIVE = "participant_not_active"


class RevocationCode(Code):
    """Answers to a revocation decree."""

    OK = "ok"
    DECREE_NOT_FOUND = "decree_not_found"
    ALREADY_DECIDED = "already_decided"
    SAME_PERSON = "same_person"
    NOBODY_TO_REVOKE = "nobody_to_revoke"


class RemovalCode(Code):
    """Answers to taking people off a revocation decree, and to declining it."""

    OK = "ok"
    REASON_MISSING = "reason_missing"
    DECREE_NOT_FOUND = "decree_not_found"
    ALREADY_DECIDED = "already_decided"
    SAME_PERSON = "same_person"
    NOT_PROPOSED = "not_proposed"
    REPEATED = "repeated"


class ReinstatementCode(Code):
    """Answers to giving back what a revocation took; from budget_not_open on it is signed and waits."""

    OK = "ok"
    CASE_NOT_GRANTED = "case_not_granted"
    NOT_REVOKED = "not_revoked"
    ALREADY_PREPARED = "already_prepared"
    DECREE_NOT_FOUND = "decree_not_found"
    ALREADY_DECIDED = "already_decided"
    SAME_PERSON = "same_person"
    REASON_MISSING = "reason_missing"
    BUDGET_NOT_OPEN = "budget_not_open"
    QUOTA_EXHAUSTED = "quota_exhausted"
    MONEY_EXHAUSTED = "money_exhausted"


class ManifestCode(Code):
    """Answers about a print batch."""

    OK = "ok"
    MANIFEST_NOT_FOUND = "manifest_not_found"
    NOTHING_TO_PRINT = "nothing_to_print"
    STEP_NOT_ALLOWED = "step_not_allowed"
    WAYBILL_MISSING = "waybill_missing"
