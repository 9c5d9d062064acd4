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

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REFUSED = "refused"
    VERIFIED = "verified"
    AGREED = "agreed"
    SUSPENDED = "suspended"
    ENDED = "ended"
    LAPSED = "lapsed"


class TermsState(StrEnum):
    """A version of a platform's public terms (SCHEME-08)."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class ProposalState(StrEnum):
    """Terms that wait for their signatures (SCHEME-10)."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class SanctionKind(StrEnum):
    """What a sanction does when it is imposed; `sanction_rules` says to sales, codes and payouts."""

    WARNING = "warning"
    COURSE_SUSPENSION = "course_suspension"
    REGISTRATION_SUSPENSION = "registration_suspension"
    INSTITUTION_SUSPENSION = "institution_suspension"
    PLATFORM_SUSPENSION = "platform_suspension"
    REGISTRATION_ENDING = "registration_ending"
    INSTITUTION_ENDING = "institution_ending"
    PLATFORM_ENDING = "platform_ending"


class SanctionState(StrEnum):
    """Due process: nobody is judged unheard, and nobody judges alone."""

    NOTICED = "noticed"
    ANSWERED = "answered"
    IMPOSED = "imposed"
    DROPPED = "dropped"
    APPEALED = "appealed"
    UPHELD = "upheld"
    LIFTED = "lifted"


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
    # A failed step gives the application back: what is wrong can be put right and submitted again.
    InstitutionState.DUE_DILIGENCE: (
        InstitutionState.GOVERNANCE_TEST,
        InstitutionState.DRAFT,
        InstitutionState.REVOKED,
    ),
    InstitutionState.GOVERNANCE_TEST: (
        InstitutionState.COURSE_ASSESSMENT,
        InstitutionState.DRAFT,
        InstitutionState.REVOKED,
    ),
    # Facilities are tested where people come in person; an institution without offline courses skips the step.
    InstitutionState.COURSE_ASSESSMENT: (
        InstitutionState.FACILITIES_TEST,
        InstitutionState.DECREED,
        InstitutionState.DRAFT,
        InstitutionState.REVOKED,
    ),
    InstitutionState.FACILITIES_TEST: (
        InstitutionState.DECREED,
        InstitutionState.DRAFT,
        InstitutionState.REVOKED,
    ),
    InstitutionState.DECREED: (InstitutionState.SUSPENDED, InstitutionState.REVOKED),
    InstitutionState.SUSPENDED: (InstitutionState.DECREED, InstitutionState.REVOKED),
    InstitutionState.REVOKED: (),
}

REGISTRATION_MOVES: Mapping[RegistrationState, tuple[RegistrationState, ...]] = {
    RegistrationState.DRAFT: (RegistrationState.SUBMITTED, RegistrationState.LAPSED),
    RegistrationState.SUBMITTED: (RegistrationState.VERIFIED, RegistrationState.REFUSED),
    # Who was refused, or let the time pass, may open the application again.
    RegistrationState.REFUSED: (RegistrationState.DRAFT, RegistrationState.SUBMITTED),
    RegistrationState.VERIFIED: (RegistrationState.AGREED, RegistrationState.LAPSED),
    RegistrationState.AGREED: (RegistrationState.SUSPENDED, RegistrationState.ENDED),
    RegistrationState.SUSPENDED: (RegistrationState.AGREED, RegistrationState.ENDED),
    RegistrationState.ENDED: (),
    RegistrationState.LAPSED: (RegistrationState.DRAFT, RegistrationState.SUBMITTED),
}

TERMS_MOVES: Mapping[TermsState, tuple[TermsState, ...]] = {
    TermsState.WAITING: (TermsState.CONFIRMED, TermsState.REFUSED, TermsState.WITHDRAWN, TermsState.LAPSED),
    TermsState.CONFIRMED: (),
    TermsState.REFUSED: (),
    TermsState.WITHDRAWN: (),
    TermsState.LAPSED: (),
}

PROPOSAL_MOVES: Mapping[ProposalState, tuple[ProposalState, ...]] = {
    ProposalState.PROPOSED: (ProposalState.SIGNED, ProposalState.WITHDRAWN, ProposalState.LAPSED),
    ProposalState.SIGNED: (),
    ProposalState.WITHDRAWN: (),
    ProposalState.LAPSED: (),
}

SANCTION_MOVES: Mapping[SanctionState, tuple[SanctionState, ...]] = {
    # Whoever does not answer in time is decided about without an answer.
    SanctionState.NOTICED: (SanctionState.ANSWERED, SanctionState.IMPOSED, SanctionState.DROPPED),
    SanctionState.ANSWERED: (SanctionState.IMPOSED, SanctionState.DROPPED),
    # Whoever does not appeal in time has let it stand.
    SanctionState.IMPOSED: (SanctionState.APPEALED, SanctionState.UPHELD, SanctionState.LIFTED),
    SanctionState.DROPPED: (),
    SanctionState.APPEALED: (SanctionState.UPHELD, SanctionState.LIFTED),
    SanctionState.UPHELD: (SanctionState.LIFTED,),
    SanctionState.LIFTED: (),
}
