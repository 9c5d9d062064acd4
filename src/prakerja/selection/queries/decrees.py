"""Reads of decrees and of the participants that they named."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.participants.lanes import every_lane


@dataclass(frozen=True, slots=True)
class DecreeView:
    """A decree of either kind."""

    decree_id: UUID
    number: int
    kind: str
    wave_id: UUID | None
    state: str
    maker: str
    approver: str | None
    participants: int
    total_idr: int
    prepared_at: datetime
    approved_at: datetime | None


def list_decrees(*, state: str | None = None) -> list[DecreeView]:
    """Decrees by number; with a state only those."""
    return [
        DecreeView(*row)
        for row in db.rows(
            """
            SELECT id, number, kind, wave_id, state, maker, approver, participants, total_idr, prepared_at, approved_at
            FROM decrees
            WHERE %(state)s::text IS NULL OR state = %(state)s
            ORDER BY number
            """,
            {"state": state},
        )
    ]


def find_appointment(wave_id: UUID) -> DecreeView | None:
    """The approved decree that named the recipients of a wave, or None."""
    found = db.row(
        """
        SELECT id, number, kind, wave_id, state, maker, approver, participants, total_idr, prepared_at, approved_at
        FROM decrees
        WHERE wave_id = %s AND kind = 'appointment' AND state = 'approved'
        """,
        [wave_id],
    )
    return None if found is None else DecreeView(*found)


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """A participant."""

    lane: int
    participant_id: UUID
    applicant_id: UUID
    wave_id: UUID
    budget_number: int
    channel: str
    state: str
    regime_version: str
    decreed_at: datetime
    first_purchase_deadline_at: datetime
    balance_until_at: datetime
    first_purchase_at: datetime | None


_PARTICIPANTS = """
    SELECT
        lane, participant_id, applicant_id, wave_id, budget_number, channel, state, regime_version, decreed_at,
        first_purchase_deadline_at, balance_until_at, first_purchase_at
    FROM participants
"""


def get_participant(participant_id: UUID) -> ParticipantView:
    """One participant.

    Raises:
        LookupError: there is none of this id.
    """
    found = db.row(_PARTICIPANTS + "WHERE lane = ANY (%s) AND participant_id = %s", [every_lane(), participant_id])
    if found is None:
        raise LookupError(f"no participant {participant_id}")
    return ParticipantView(*found)


def find_participant_of_applicant(applicant_id: UUID) -> ParticipantView | None:
    """The participant that an applicant became, or None."""
    found = db.row(_PARTICIPANTS + "WHERE lane = ANY (%s) AND applicant_id = %s", [every_lane(), applicant_id])
    return None if found is None else ParticipantView(*found)


def list_overdue_participants(now: datetime) -> list[UUID]:
    """Active participants past their first purchase deadline without a purchase that counts (CARD-01), by id."""
    found = db.rows(
        """
        SELECT participant_id
        FROM participants
        WHERE lane = ANY (%s)
            AND state = 'active'
            AND first_purchase_at IS NULL
            AND first_purchase_deadline_at <= %s
        ORDER BY participant_id
        """,
        [every_lane(), now],
    )
    return [participant_id for (participant_id,) in found]


def count_participants() -> dict[tuple[int, str], int]:
    """How many participants per budget number and state."""
    return {
        (number, state): count
        for number, state, count in db.rows(
            "SELECT budget_number, state, count(*) FROM participants GROUP BY budget_number, state ORDER BY 1, 2"
        )
    }
