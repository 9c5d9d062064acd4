"""Tables of the partners. Reference tables: few rows, read by every lane.

What Django cannot say (composite keys, exclusion, the fee scheme's own arithmetic, moves of states) stands in
`sql/constraints.sql` and `sql/cooperation.sql`.
"""

from prakerja.partners.models.admission_documents import AdmissionDocument
from prakerja.partners.models.agreements import (
    Agreement,
    AgreementPaper,
    AgreementProposal,
    AgreementSignature,
    PartyKey,
)
from prakerja.partners.models.api_keys import PARTNER_ROLES, ApiKey
from prakerja.partners.models.documents import Document, DocumentContent
from prakerja.partners.models.institutions import (
    ADMISSION_STEPS,
    INSTITUTION_KINDS,
    LEGAL_FORMS,
    Accreditation,
    AdmissionStep,
    Institution,
    Premises,
    Trainer,
)
from prakerja.partners.models.owners import Conflict, OwnerTie
from prakerja.partners.models.platform_terms import PlatformTerms
from prakerja.partners.models.platforms import (
    GOVERNMENT,
    INTEGRATION_CHECKS,
    PLATFORM_KINDS,
    IntegrationCheck,
    Platform,
    PlatformReview,
    RequirementSet,
)
from prakerja.partners.models.registrations import Registration, RegistrationDocument
from prakerja.partners.models.sanctions import Sanction

__all__ = [
    "ADMISSION_STEPS",
    "GOVERNMENT",
    "INSTITUTION_KINDS",
    "INTEGRATION_CHECKS",
    "LEGAL_FORMS",
    "PARTNER_ROLES",
    "PLATFORM_KINDS",
    "Accreditation",
    "AdmissionDocument",
    "AdmissionStep",
    "Agreement",
    "AgreementPaper",
    "AgreementProposal",
    "AgreementSignature",
    "ApiKey",
    "Conflict",
    "Document",
    "DocumentContent",
    "Institution",
    "IntegrationCheck",
    "OwnerTie",
    "PartyKey",
    "Platform",
    "PlatformReview",
    "PlatformTerms",
    "Premises",
    "Registration",
    "RegistrationDocument",
    "RequirementSet",
    "Sanction",
    "Trainer",
]
