"""Reads of participants, one module per noun."""

from prakerja.participants.queries.people import (
    ApplicantView,
    DecisionView,
    count_applicants_by_state,
    find_applicant_by_email,
    find_applicant_by_nik,
    find_applicant_by_phone,
    get_applicant,
    list_eligibility_decisions,
    masked_nik,
)
from prakerja.participants.queries.worker_lists import (
    ListedPerson,
    WorkerListCoverage,
    WorkerListErrorView,
    WorkerListPreview,
    get_worker_list_coverage,
    get_worker_list_preview,
    list_first_rows,
    worker_list_error_file,
)

__all__ = [
    "ApplicantView",
    "DecisionView",
    "ListedPerson",
    "WorkerListCoverage",
    "WorkerListErrorView",
    "WorkerListPreview",
    "count_applicants_by_state",
    "find_applicant_by_email",
    "find_applicant_by_nik",
    "find_applicant_by_phone",
    "get_applicant",
    "get_worker_list_coverage",
    "get_worker_list_preview",
    "list_eligibility_decisions",
    "list_first_rows",
    "masked_nik",
    "worker_list_error_file",
]
