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


class AgreementCode(Code):
    """Of signing and ending agreements."""

    OK = "ok"
    PLATFORM_UNKNOWN = "platform_unknown"
    PLATFORM_NOT_ACTIVE = "platform_not_active"
    INSTITUTION_UNKNOWN = "institution_unknown"
    NOT_REGISTERED = "not_registered"  # SCHEME-05
    NOT_SIGNED_BY_BOTH = "not_signed_by_both"  # SCHEME-10
    FEE_SCHEME_MALFORMED = "fee_scheme_malformed"
    GOVERNMENT_PLATFORM_CHARGES = "government_platform_charges"  # FEE-02
    ABOVE_THE_CAP = "above_the_cap"  # FEE-01
    PERIOD_MALFORMED = "period_malformed"
    OVERLAPS = "overlaps"
    AGREEMENT_UNKNOWN = "agreement_unknown"
    ALREADY_ENDED = "already_ended"


class ApiKeyCode(Code):
    """Of issuing and revoking API keys."""

    OK = "ok"
    PARTNER_UNKNOWN = "partner_unknown"
    LIFE_MALFORMED = "life_malformed"
    TWO_LIVE_KEYS = "two_live_keys"
    KEY_UNKNOWN = "key_unknown"
    ALREADY_REVOKED = "already_revoked"
