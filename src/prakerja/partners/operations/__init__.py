"""Writes of the partners. Every operation takes many, decides them in order, and answers each with a code."""

from prakerja.partners.operations.agreements import (
    AgreementEnd,
    AgreementRequest,
    AgreementResult,
    end_agreements,
    sign_agreements,
)
from prakerja.partners.operations.api_keys import (
    ApiKeyRequest,
    ApiKeyResult,
    issue_api_keys,
    record_api_key_uses,
    revoke_api_keys,
)
from prakerja.partners.operations.institutions import (
    InstitutionDecree,
    InstitutionMove,
    InstitutionRequest,
    InstitutionResult,
    decree_institutions,
    move_institutions,
    register_institutions,
)
from prakerja.partners.operations.platforms import (
    PlatformApplication,
    PlatformMove,
    PlatformResult,
    apply_platforms,
    move_platforms,
)
from prakerja.partners.operations.registrations import (
    RegistrationRequest,
    RegistrationResult,
    submit_registrations,
    verify_registrations,
)
from prakerja.partners.operations.requirement_sets import (
    RequirementSetRequest,
    RequirementSetResult,
    publish_requirement_sets,
)
from prakerja.partners.operations.samples import load_sample_platforms

__all__ = [
    "AgreementEnd",
    "AgreementRequest",
    "AgreementResult",
    "ApiKeyRequest",
    "ApiKeyResult",
    "InstitutionDecree",
    "InstitutionMove",
    "InstitutionRequest",
    "InstitutionResult",
    "PlatformApplication",
    "PlatformMove",
    "PlatformResult",
    "RegistrationRequest",
    "RegistrationResult",
    "RequirementSetRequest",
    "RequirementSetResult",
    "apply_platforms",
    "decree_institutions",
    "end_agreements",
    "issue_api_keys",
    "load_sample_platforms",
    "move_institutions",
    "move_platforms",
    "publish_requirement_sets",
    "record_api_key_uses",
    "register_institutions",
    "revoke_api_keys",
    "sign_agreements",
    "submit_registrations",
    "verify_registrations",
]
