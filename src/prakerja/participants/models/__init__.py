"""Tables of participants, one module per noun."""

from prakerja.participants.models.living import EligibilityFinding, RegistryDelta, RegistryDeltaRow
from prakerja.participants.models.people import Applicant, BlacklistEntry, EligibilityDecision, StoredStatement
from prakerja.participants.models.sign_up import (
    ApplicantAddress,
    AssistedRow,
    AssistedSheet,
    BasicTest,
    Case,
    SignUpDraft,
)
from prakerja.participants.models.worker_lists import (
    WorkerList,
    WorkerListError,
    WorkerListInvitation,
    WorkerListMatch,
    WorkerListRow,
)

__all__ = [
    "Applicant",
    "ApplicantAddress",
    "AssistedRow",
    "AssistedSheet",
    "BasicTest",
    "BlacklistEntry",
    "Case",
    "EligibilityDecision",
    "EligibilityFinding",
    "RegistryDelta",
    "RegistryDeltaRow",
    "SignUpDraft",
    "StoredStatement",
    "WorkerList",
    "WorkerListError",
    "WorkerListInvitation",
    "WorkerListMatch",
    "WorkerListRow",
]
