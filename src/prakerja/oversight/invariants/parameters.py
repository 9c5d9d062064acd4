"""What the statements of the invariants may ask for: the dated rules and the chart of accounts, as parameters.

Rules come from the database's own regime versions: every decision is judged by the version that it names.
"""

from datetime import datetime
from typing import Final

from prakerja.kit import db
from prakerja.kit.clock import jakarta_midnight
from prakerja.ledger.rules import TRANSFER_SIDES
from prakerja.programme.parameters import CertificateEvidence
from prakerja.programme.queries import get_regime_book_of, list_regime_versions
from prakerja.programme.regimes import Regime

# The stretches of all regime versions; a decision of a version at a moment has exactly one.
REGIMES: Final = """
    json_to_recordset(%(regimes)s::json) AS regime (
        version text, code text, from_at timestamptz, until_at timestamptz, quota_digital bigint, quota_regular bigint,
        commission_cap_bp integer, second_course_after_completion boolean, attendance_required boolean,
        skill_required boolean, feedback_required boolean, kk_max_recipients integer,
        job_search_idr bigint, job_search_count integer, survey_idr bigint, survey_count integer,
        settlement_trigger text, bundles_allowed boolean
    )
"""


def read_parameters(*, sample: int) -> dict[str, object]:
    """All parameters by name; `sample` rows at most are given of each invariant. Two reads."""
    stretches = [
        _stretch(regime)
        for version in list_regime_versions()
        for regime in get_regime_book_of(version.version).stretches
    ]
    kinds = sorted(TRANSFER_SIDES)
    return {
        "sample": sample,
        "regimes": db.encode_json(stretches),
        "kinds": kinds,
        "debit_kinds": [TRANSFER_SIDES[kind][0] for kind in kinds],
        "credit_kinds": [TRANSFER_SIDES[kind][1] for kind in kinds],
    }


def _stretch(regime: Regime) -> dict[str, object]:
    until: str | datetime = "infinity"
    if regime.in_force_until is not None:
        until = jakarta_midnight(regime.in_force_until)
    return {
        "version": regime.version,
        "code": regime.code,
        "from_at": jakarta_midnight(regime.in_force_from),
        "until_at": until,
        "quota_digital": regime.quota_digital,
        "quota_regular": regime.quota_regular,
        "commission_cap_bp": regime.commission_cap_bp,
        "second_course_after_completion": regime.second_course_after_completion,
        "attendance_required": regime.attendance_required,
        "skill_required": CertificateEvidence.SKILL_DEMONSTRATION in regime.certificate_evidence,
        "feedback_required": CertificateEvidence.FEEDBACK in regime.certificate_evidence,
        "kk_max_recipients": regime.kk_max_recipients,
        "job_search_idr": regime.job_search_incentive_idr,
        "job_search_count": regime.job_search_incentive_count,
        "survey_idr": regime.survey_incentive_idr,
        "survey_count": regime.survey_incentive_count,
        "settlement_trigger": regime.settlement_trigger.value,
        "bundles_allowed": regime.bundles_allowed,
    }
