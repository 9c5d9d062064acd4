"""Writes of learning: each takes many and answers each, in order, in one transaction."""

from prakerja.learning.operations.annulments import AnnulmentRequest, AnnulmentResult, annul_learning
from prakerja.learning.operations.attendance import AttendanceRequest, AttendanceResult, record_attendances
from prakerja.learning.operations.certificates import CertificateRequest, CertificateResult, issue_certificates
from prakerja.learning.operations.checks import (
    ReturnRequest,
    ReturnResult,
    VerifyRequest,
    VerifyResult,
    return_completions,
    verify_completions,
)
from prakerja.learning.operations.completions import ReportRequest, ReportResult, report_completions
from prakerja.learning.operations.forwarding import (
    ForwardRequest,
    ForwardResult,
    forward_completions,
    take_over_completions,
)
from prakerja.learning.operations.reminders import remind_of_reports
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
    "ReturnRequest",
    "ReturnResult",
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
    "remind_of_reports",
    "report_completions",
    "return_completions",
    "submit_tasks",
    "take_over_completions",
    "verify_completions",
    "write_reviews",
]
