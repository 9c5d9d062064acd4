"""Writes of participants, one module per noun."""

from prakerja.participants.operations.blacklist import (
    Blacklisting,
    BlacklistResult,
    blacklist_applicants,
    lift_blacklistings,
)
from prakerja.participants.operations.checks import (
    CheckDone,
    CheckResult,
    IdentityResult,
    complete_checks,
    verify_identities,
)
from prakerja.participants.operations.eligibility import EligibilityResult, evaluate_eligibility
from prakerja.participants.operations.sign_up import SignUp, SignUpResult, sign_up_applicants
from prakerja.participants.operations.worker_lists import (
    PublishResult,
    StageResult,
    discard_worker_list,
    publish_worker_list,
    stage_worker_list,
)

__all__ = [
    "BlacklistResult",
    "Blacklisting",
    "CheckDone",
    "CheckResult",
    "EligibilityResult",
    "IdentityResult",
    "PublishResult",
    "SignUp",
    "SignUpResult",
    "StageResult",
    "blacklist_applicants",
    "complete_checks",
    "discard_worker_list",
    "evaluate_eligibility",
    "lift_blacklistings",
    "publish_worker_list",
    "sign_up_applicants",
    "stage_worker_list",
    "verify_identities",
]
