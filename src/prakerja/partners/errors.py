"""Result codes of the partners' operations. Members stand in their order of precedence."""

from prakerja.kit.refusals import Code


class PlatformCode(Code):
    """Of applying platforms and moving them along their states."""

    OK = "ok"
    CODE_TAKEN = "code_taken"
    KIND_UNKNOWN = "kind_unknown"
    MODES_UNKNOWN = "modes_unknown"
    REQUIREMENTS_MALFORMED = "requirements_malformed"
    PLATFORM_UNKNOWN = "platform_unknown"
    MOVE_NOT_ALLOWED = "move_not_allowed"
    EVIDENCE_MISSING = "evidence_missing"  # PLAT-01
    NOT_EVALUATED_BY_TWO = "not_evaluated_by_two"  # PLAT-01
    CHECKS_NOT_PASSED = "checks_not_passed"
    ALREADY_REVIEWED = "already_reviewed"
    REVIEWER_CONNECTED = "reviewer_connected"  # PLAT-02
    CRITERIA_MALFORMED = "criteria_malformed"
    CHECK_UNKNOWN = "check_unknown"
    CRITERION_UNKNOWN = "criterion_unknown"  # PLAT-01
    DOCUMENT_UNKNOWN = "document_unknown"
    ALREADY_SHOWN = "already_shown"


class TermsCode(Code):
    """Of a platform's public terms."""

    OK = "ok"
    PLATFORM_UNKNOWN = "platform_unknown"
    TERMS_UNKNOWN = "terms_unknown"
    ALREADY_DECIDED = "already_decided"
    SAME_PERSON = "same_person"
    DECIDER_CONNECTED = "decider_connected"  # PLAT-02
    REASON_MISSING = "reason_missing"
    PLATFORM_ENDED = "platform_ended"
    DESCRIPTION_MISSING = "description_missing"
    MODES_UNKNOWN = "modes_unknown"
    TERM_MALFORMED = "term_malformed"
    FEE_SCHEME_MALFORMED = "fee_scheme_malformed"
    GOVERNMENT_PLATFORM_CHARGES = "government_platform_charges"  # FEE-02
    ABOVE_THE_CAP = "above_the_cap"  # FEE-01
    TERMS_WAITING = "terms_waiting"


class RequirementSetCode(Code):
    """Of publishing requirement sets."""

    OK = "ok"
    PLATFORM_UNKNOWN = "platform_unknown"
    REQUIREMENTS_MALFORMED = "requirements_malformed"
    STARTS_IN_THE_PAST = "starts_in_the_past"


class InstitutionCode(Code):
    """Of recording institutions and of their decree."""

    OK = "ok"
    CODE_TAKEN = "code_taken"
    KIND_UNKNOWN = "kind_unknown"
    PROVINCE_UNKNOWN = "province_unknown"
    INSTITUTION_UNKNOWN = "institution_unknown"
    MOVE_NOT_ALLOWED = "move_not_allowed"
    NO_AGREEMENT = "no_agreement"  # INST-01
    EVIDENCE_MISSING = "evidence_missing"  # INST-01
    STEPS_MISSING = "steps_missing"  # INST-01
    NO_REVIEWER = "no_reviewer"
    SAME_PERSON = "same_person"
    NOT_THE_REVIEWER = "not_the_reviewer"
    REVIEWER_CONNECTED = "reviewer_connected"  # PLAT-02
    RECORD_MALFORMED = "record_malformed"
    RECORD_UNKNOWN = "record_unknown"
    REASON_MISSING = "reason_missing"
    END_MALFORMED = "end_malformed"


class DocumentCode(Code):
    """Of the registry of documents."""

    OK = "ok"
    PARTNER_UNKNOWN = "partner_unknown"
    KIND_UNKNOWN = "kind_unknown"
    FILE_REFUSED = "file_refused"
    DATES_MALFORMED = "dates_malformed"
    DOCUMENT_UNKNOWN = "document_unknown"
    ALREADY_WITHDRAWN = "already_withdrawn"


class RegistrationCode(Code):
    """Of an institution's application to a platform, and of the platform's answer."""

    OK = "ok"
    PLATFORM_UNKNOWN = "platform_unknown"
    PLATFORM_NOT_ACTIVE = "platform_not_active"
    INSTITUTION_UNKNOWN = "institution_unknown"
    REGISTRATION_UNKNOWN = "registration_unknown"
    ALREADY_REGISTERED = "already_registered"
    NOT_SUBMITTED = "not_submitted"
    REQUIREMENTS_UNMET = "requirements_unmet"  # SCHEME-06
    DOCUMENT_UNKNOWN = "document_unknown"
    REASON_MISSING = "reason_missing"
    MOVE_NOT_ALLOWED = "move_not_allowed"


class AgreementCode(Code):
    """Of signing and ending agreements."""

    OK = "ok"
    PLATFORM_UNKNOWN = "platform_unknown"
    PLATFORM_NOT_ACTIVE = "platform_not_active"
    INSTITUTION_UNKNOWN = "institution_unknown"
    NOT_REGISTERED = "not_registered"  # SCHEME-05
    FEE_SCHEME_MALFORMED = "fee_scheme_malformed"
    TERMS_MALFORMED = "terms_malformed"
    GOVERNMENT_PLATFORM_CHARGES = "government_platform_charges"  # FEE-02
    ABOVE_THE_CAP = "above_the_cap"  # FEE-01
    PERIOD_MALFORMED = "period_malformed"
    OVERLAPS = "overlaps"
    AGREEMENT_UNKNOWN = "agreement_unknown"
    ALREADY_ENDED = "already_ended"
    PROPOSAL_OPEN = "proposal_open"
    PROPOSAL_UNKNOWN = "proposal_unknown"
    PROPOSAL_CLOSED = "proposal_closed"


class SigningCode(Code):
    """Of party keys and signatures."""

    OK = "ok"
    PARTY_UNKNOWN = "party_unknown"
    KEY_MALFORMED = "key_malformed"
    KEY_PUBLISHED = "key_published"
    KEY_TAKEN = "key_taken"
    KEY_UNKNOWN = "key_unknown"
    KEY_REVOKED = "key_revoked"
    PROPOSAL_UNKNOWN = "proposal_unknown"
    PROPOSAL_CLOSED = "proposal_closed"
    ALREADY_SIGNED = "already_signed"
    SIGNATURE_WRONG = "signature_wrong"
    PLATFORM_NOT_ACTIVE = "platform_not_active"
    NOT_REGISTERED = "not_registered"  # SCHEME-05
    PERIOD_PASSED = "period_passed"
    OVERLAPS = "overlaps"
    CONFLICT_OF_INTEREST = "conflict_of_interest"  # PLAT-02


class SanctionCode(Code):
    """Of the steps of a sanction."""

    OK = "ok"
    TARGET_UNKNOWN = "target_unknown"
    NOTICE_MALFORMED = "notice_malformed"
    SANCTION_UNKNOWN = "sanction_unknown"
    MOVE_NOT_ALLOWED = "move_not_allowed"
    ANOTHER_PARTY = "another_party"
    SAME_PERSON = "same_person"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    REASON_MISSING = "reason_missing"
    CONSEQUENCE_REFUSED = "consequence_refused"


class ApiKeyCode(Code):
    """Of issuing and revoking API keys."""

    OK = "ok"
    PARTNER_UNKNOWN = "partner_unknown"
    LIFE_MALFORMED = "life_malformed"
    TWO_LIVE_KEYS = "two_live_keys"
    KEY_UNKNOWN = "key_unknown"
    ALREADY_REVOKED = "already_revoked"
