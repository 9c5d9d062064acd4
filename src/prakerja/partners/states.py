"""Which state may follow which. The database holds the same tables in triggers; a test compares the two."""

from collections.abc import Mapping
from enum import StrEnum


class PlatformState(StrEnum):
    """A platform's way through admission (PLAT-01) and out of the programme (SCHEME-07)."""

    APPLIED = "applied"
    EVALUATED = "evaluated"
    MEMORANDUM = "memorandum"
    AGREEMENT = "agreement"
    INTEGRATED = "integrated"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class InstitutionState(StrEnum):
    """An institution's way at the programme office (INST-01)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    DUE_DILIGENCE = "due_diligence"
    GOVERNANCE_TEST = "governance_test"
    COURSE_ASSESSMENT = "course_assessment"
    FACILITIES_TEST = "facilities_test"
    DECREED = "decreed"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class RegistrationState(StrEnum):
    """An institution's way on one platform (SCHEME-05, SCHEME-06)."""

    SUBMITTED = "submitted"
    REFUSED = "refused"
    VERIFIED = "verified"
    AGREED = "agreed"


PLATFORM_MOVES: Mapping[PlatformState, tuple[PlatformState, ...]] = {
    PlatformState.APPLIED: (PlatformState.EVALUATED, PlatformState.ENDED),
    PlatformState.EVALUATED: (PlatformState.MEMORANDUM, PlatformState.ENDED),
    PlatformState.MEMORANDUM: (PlatformState.AGREEMENT, PlatformState.ENDED),
    PlatformState.AGREEMENT: (PlatformState.INTEGRATED, PlatformState.ENDED),
    PlatformState.INTEGRATED: (PlatformState.ACTIVE, PlatformState.ENDED),
    PlatformState.ACTIVE: (PlatformState.SUSPENDED, PlatformState.ENDED),
    PlatformState.SUSPENDED: (PlatformState.ACTIVE, PlatformState.ENDED),
    PlatformState.ENDED: (),
}

INSTITUTION_MOVES: Mapping[InstitutionState, tuple[InstitutionState, ...]] = {
    InstitutionState.DRAFT: (InstitutionState.SUBMITTED,),
    InstitutionState.SUBMITTED: (InstitutionState.DUE_DILIGENCE, InstitutionState.REVOKED),
    InstitutionState.DUE_DILIGENCE: (InstitutionState.GOVERNANCE_TEST, InstitutionState.REVOKED),
    InstitutionState.GOVERNANCE_TEST: (InstitutionState.COURSE_ASSESSMENT, InstitutionState.REVOKED),
    # Facilities are tested where people come in person; an institution without offline courses skips the step.
    InstitutionState.COURSE_ASSESSMENT: (
        InstitutionState.FACILITIES_TEST,
        InstitutionState.DECREED,
        InstitutionState.REVOKED,
    ),
    InstitutionState.FACILITIES_TEST: (InstitutionState.DECREED, InstitutionState.REVOKED),
    InstitutionState.DECREED: (InstitutionState.SUSPENDED, InstitutionState.REVOKED),
    InstitutionState.SUSPENDED: (InstitutionState.DECREED, InstitutionState.REVOKED),
    InstitutionState.REVOKED: (),
}

REGISTRATION_MOVES: Mapping[RegistrationState, tuple[RegistrationState, ...]] = {
    RegistrationState.SUBMITTED: (RegistrationState.VERIFIED, RegistrationState.REFUSED),
    # A refused institution may answer again.
    RegistrationState.REFUSED: (RegistrationState.SUBMITTED,),
    RegistrationState.VERIFIED: (RegistrationState.AGREED,),
    RegistrationState.AGREED: (),
}
