"""Reads about people: plain frozen values, multi-row reads ordered by a unique key."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.contacts import digits_only
from prakerja.kit.crypto import decrypt_field
from prakerja.participants.lanes import every_lane
from prakerja.participants.operations.sign_up import email_indexes, nik_indexes, phone_indexes


@dataclass(frozen=True, slots=True)
class ApplicantView:
    """An applicant without NIK and KK."""

    lane: int
    applicant_id: UUID
    lane_seed: int
    name: str
    sex: str
    birth_date: date
    province_code: str
    education: str
    employment_status: str
    state: str
    worker_list_matched: bool
    receives_social_aid: bool | None
    eligibility: str | None
    refused_rule: str | None
    regime_version: str | None
    identity_answer: str | None
    mismatched_fields: tuple[str, ...]
    signed_up_at: datetime
    decided_at: datetime | None


_VIEW = """
    SELECT
        lane, applicant_id, lane_seed, name, sex, birth_date, province_code, education, employment_status, state,
        worker_list_matched, receives_social_aid, eligibility, refused_rule, regime_version, identity_answer,
        mismatched_fields, signed_up_at, decided_at
    FROM applicants
"""


def _view(row: db.Row) -> ApplicantView:
    fields = list(row)
    fields[16] = tuple(fields[16])
    return ApplicantView(*fields)


def get_applicant(applicant_id: UUID) -> ApplicantView:
    """One applicant.

    Raises:
        LookupError: there is none of this id.
    """
    found = db.row(_VIEW + "WHERE lane = ANY (%s) AND applicant_id = %s", [every_lane(), applicant_id])
    if found is None:
        raise LookupError(f"no applicant {applicant_id}")
    return _view(found)


def find_applicant_by_nik(nik: str) -> ApplicantView | None:
    """The applicant of a NIK (spaces and dots accepted), or None."""
    found = db.row(
        _VIEW + "WHERE lane = ANY (%s) AND nik_index = ANY (%s)", [every_lane(), nik_indexes(digits_only(nik))]
    )
    return None if found is None else _view(found)


def find_applicant_by_email(email: str) -> ApplicantView | None:
    """The first who signed up with an e-mail address, or None."""
    found = db.row(_VIEW + "WHERE email_index = ANY (%s) ORDER BY applicant_id LIMIT 1", [email_indexes(email)])
    return None if found is None else _view(found)


def find_applicant_by_phone(phone: str) -> ApplicantView | None:
    """The first who signed up with a phone number (08… = +628…), or None."""
    found = db.row(_VIEW + "WHERE phone_index = ANY (%s) ORDER BY applicant_id LIMIT 1", [phone_indexes(phone)])
    return None if found is None else _view(found)


def masked_nik(applicant_id: UUID) -> str:
    """The NIK of an applicant as screens show it: province and last two digits.

    Raises:
        LookupError: there is none of this id.
    """
    cipher = db.value(
        "SELECT nik_cipher FROM applicants WHERE lane = ANY (%s) AND applicant_id = %s", [every_lane(), applicant_id]
    )
    nik = decrypt_field(cipher, table="applicants", column="nik_cipher", row_id=applicant_id)
    return f"{nik[:2]}{'•' * 12}{nik[-2:]}"


def count_applicants_by_state() -> dict[str, int]:
    """How many applicants stand in each state (states without anybody are missing). One full read."""
    return dict(db.rows("SELECT state, count(*) FROM applicants GROUP BY state ORDER BY state"))


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision on record."""

    decision_id: UUID
    decided_at: datetime
    regime_version: str
    outcome: str
    refused_rule: str | None
    evidence: dict[str, object]


def list_eligibility_decisions(applicant_id: UUID) -> list[DecisionView]:
    """All decisions about a person, oldest first."""
    found = db.rows(
        """
        SELECT decision_id, decided_at, regime_version, outcome, refused_rule, evidence::text
        FROM eligibility_decisions
        WHERE lane = ANY (%s) AND applicant_id = %s
        ORDER BY decided_at, decision_id
        """,
        [every_lane(), applicant_id],
    )
    return [DecisionView(*(*row[:5], json.loads(row[5]))) for row in found]
