"""Writes of learning: each takes many and answers each, in order, in one transaction."""

from prakerja.learning.operations.attendance import AttendanceRequest, AttendanceResult, record_attendances
from prakerja.learning.operations.certificates import CertificateRequest, CertificateResult, issue_certificates
from prakerja.learning.operations.completions import (
    ForwardRequest,
    ForwardResult,
    ReportRequest,
    ReportResult,
    VerifyRequest,
    VerifyResult,
    forward_completions,
    report_completions,
    verify_completions,
)
from prakerja.learning.operations.reviews import ReviewRequest, ReviewResult, write_reviews

__all__ = [
    "AttendanceRequest",
    "AttendanceResult",
    "CertificateRequest",
    "CertificateResult",
    "ForwardRequest",
    "ForwardResult",
    "ReportRequest",
    "ReportResult",
    "ReviewRequest",
    "ReviewResult",
    "VerifyRequest",
    "VerifyResult",
    "forward_completions",
    "issue_certificates",
    "record_attendances",
    "report_completions",
    "verify_completions",
    "write_reviews",
]
