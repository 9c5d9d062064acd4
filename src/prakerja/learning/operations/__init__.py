"""Writes of learning: each takes many and answers each, in order, in one transaction."""

from prakerja.learning.operations.annulments import AnnulmentRequest, AnnulmentResult, annul_learning
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
from prakerja.learning.operations.tasks import FeedbackRequest, TaskRequest, TaskResult, give_feedback, submit_tasks

__all__ = [
    "AnnulmentRequest",
    "AnnulmentResult",
    "AttendanceRequest",
    "AttendanceResult",
    "CertificateRequest",
    "CertificateResult",
    "FeedbackRequest",
    "ForwardRequest",
    "ForwardResult",
    "ReportRequest",
    "ReportResult",
    "ReviewRequest",
    "ReviewResult",
    "TaskRequest",
    "TaskResult",
    "VerifyRequest",
    "VerifyResult",
    "annul_learning",
    "forward_completions",
    "give_feedback",
    "issue_certificates",
    "record_attendances",
    "report_completions",
    "submit_tasks",
    "verify_completions",
    "write_reviews",
]
