"""Tables of the partners. Reference tables: few rows, read by every lane.

What Django cannot say (composite keys, exclusion, the fee scheme's own arithmetic, moves of states) stands in
`sql/constraints.sql`.
"""

from prakerja.partners.models.agreements import Agreement
from prakerja.partners.models.api_keys import PARTNER_ROLES, ApiKey
from prakerja.partners.models.institutions import INSTITUTION_KINDS, Institution
from prakerja.partners.models.owners import Conflict, OwnerTie
from prakerja.partners.models.platforms import GOVERNMENT, PLATFORM_KINDS, Platform, RequirementSet
from prakerja.partners.models.registrations import Registration

__all__ = [
    "GOVERNMENT",
    "INSTITUTION_KINDS",
    "PARTNER_ROLES",
    "PLATFORM_KINDS",
    "Agreement",
    "ApiKey",
    "Conflict",
    "Institution",
    "OwnerTie",
    "Platform",
    "Registration",
    "RequirementSet",
]
