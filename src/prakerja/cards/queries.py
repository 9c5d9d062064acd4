"""Reads of cards."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.codes import card_lane_seed
from prakerja.kit.lanes import lane_of
from prakerja.participants.lanes import every_lane


@dataclass(frozen=True, slots=True)
class CardView:
    """A card."""

    lane: int
    card_id: UUID
    participant_id: UUID
    channel: str
    number: str
    state: str
    pin_tries_left: int
    issued_at: datetime
    activated_at: datetime | None
    receipt: str | None
    replaces_card_id: UUID | None


_CARDS = """
    SELECT
        lane, card_id, participant_id, channel, number, state, pin_tries_left, issued_at, activated_at, receipt,
        replaces_card_id
    FROM cards
"""


def find_card_by_number(number: str) -> CardView | None:
    """The card of a number, or None; a wrong check digit asks no database. One lane is read."""
    seed = card_lane_seed(number)
    if seed is None:
        return None
    found = db.row(_CARDS + "WHERE lane = %s AND number = %s", [lane_of(seed), number])
    return None if found is None else CardView(*found)


def list_cards_of_participant(participant_id: UUID) -> list[CardView]:
    """All cards that a participant ever had, oldest first."""
    found = db.rows(
        _CARDS + "WHERE lane = ANY (%s) AND participant_id = %s ORDER BY issued_at, card_id",
        [every_lane(), participant_id],
    )
    return [CardView(*row) for row in found]


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A card of a decree with the person who holds it."""

    lane: int
    card_id: UUID
    participant_id: UUID
    applicant_id: UUID
    lane_seed: int
    channel: str
    number: str


def list_cards_of_decree(decree_id: UUID) -> list[IssuedCard]:
    """The cards of a decree's participants, in the order of their numbers."""
    found = db.rows(
        """
        SELECT c.lane, c.card_id, c.participant_id, p.applicant_id, a.lane_seed, c.channel, c.number
        FROM participants AS p
        JOIN cards AS c ON c.lane = p.lane AND c.participant_id = p.participant_id
        JOIN applicants AS a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
        WHERE p.decree_id = %s
        ORDER BY c.number, c.card_id
        """,
        [decree_id],
    )
    return [IssuedCard(*row) for row in found]


def list_cards_in_state(channel: str, state: str, *, most: int = 1000) -> list[CardView]:
    """Cards of a channel that wait in a state, oldest first: what a labour office has to do."""
    found = db.rows(
        _CARDS + "WHERE lane = ANY (%s) AND channel = %s AND state = %s ORDER BY issued_at, card_id LIMIT %s",
        [every_lane(), channel, state, most],
    )
    return [CardView(*row) for row in found]


def count_cards() -> dict[tuple[str, str], int]:
    """How many cards per channel and state."""
    return {
        (channel, state): count
        for channel, state, count in db.rows(
            "SELECT channel, state, count(*) FROM cards GROUP BY channel, state ORDER BY channel, state"
        )
    }


@dataclass(frozen=True, slots=True)
class RevocationView:
    """A participant's revocation."""

    participant_id: UUID
    number: int
    decree_id: UUID
    reason: str
    training_idr: int
    incentive_idr: int
    revoked_at: datetime


def find_revocation(participant_id: UUID) -> RevocationView | None:
    """The latest revocation of a participant, or None."""
    found = db.row(
        """
        SELECT participant_id, number, decree_id, reason, training_idr, incentive_idr, revoked_at
        FROM revocations
        WHERE lane = ANY (%s) AND participant_id = %s
        ORDER BY number DESC
        LIMIT 1
        """,
        [every_lane(), participant_id],
    )
    return None if found is None else RevocationView(*found)


@dataclass(frozen=True, slots=True)
class ProposedPerson:
    """Whom a revocation decree names, with the newest card; `was_in_hand`: some card of the person got to it."""

    participant_id: UUID
    name: str
    card_id: UUID | None
    card_state: str | None
    was_in_hand: bool


@dataclass(frozen=True, slots=True)
class ProposalView:
    """What a revocation decree proposes: why, and a page of the people."""

    reason: str
    people: list[ProposedPerson]


def find_proposal(decree_id: UUID, *, after: UUID | None = None, limit: int = 26) -> ProposalView | None:
    """Reason and people (behind the participant `after`) of a revocation decree, or None. Two queries."""
    reason = db.row("SELECT reason FROM revocation_reasons WHERE decree_id = %s", [decree_id])
    if reason is None:
        return None
    people = db.rows(
        """
        SELECT s.participant_id, a.name, newest.card_id, newest.state, EXISTS (
            SELECT FROM cards AS c
            WHERE c.lane = s.lane AND c.participant_id = s.participant_id
                AND (c.channel = 'digital' OR c.receipt IS NOT NULL)
        )
        FROM revocation_proposals AS s
        JOIN participants AS p ON p.lane = s.lane AND p.participant_id = s.participant_id
        JOIN applicants AS a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
        LEFT JOIN LATERAL (
            SELECT c.card_id, c.state
            FROM cards AS c
            WHERE c.lane = s.lane AND c.participant_id = s.participant_id
            ORDER BY c.issued_at DESC, c.card_id DESC
            LIMIT 1
        ) AS newest ON true
        WHERE s.decree_id = %(decree)s AND (%(after)s::uuid IS NULL OR s.participant_id > %(after)s)
        ORDER BY s.participant_id
        LIMIT %(limit)s
        """,
        {"decree": decree_id, "after": after, "limit": limit},
    )
    return ProposalView(reason[0], [ProposedPerson(*row) for row in people])


@dataclass(frozen=True, slots=True)
class ReinstatementView:
    """What gives back a revocation; `waits_for` is the code of what is lacking."""

    participant_id: UUID
    decree_id: UUID
    case_id: UUID
    state: str
    training_idr: int
    incentive_idr: int
    prepared_at: datetime
    due_at: datetime
    signed_by: str | None
    waits_for: str | None
    ended_at: datetime | None
    reason: str | None


_REINSTATEMENT = """
    SELECT participant_id, decree_id, case_id, state, training_idr, incentive_idr, prepared_at, due_at, signed_by,
        waits_for, ended_at, reason
    FROM reinstatements
"""


def find_reinstatement(participant_id: UUID) -> ReinstatementView | None:
    """The latest that was prepared for a participant, or None."""
    found = db.row(
        _REINSTATEMENT
        + "WHERE lane = ANY (%s) AND participant_id = %s ORDER BY prepared_at DESC, reinstatement_id DESC LIMIT 1",
        [every_lane(), participant_id],
    )
    return None if found is None else ReinstatementView(*found)


def find_reinstatement_of_decree(decree_id: UUID) -> ReinstatementView | None:
    """What a decree of the kind `reinstatement` gives back, or None."""
    found = db.row(_REINSTATEMENT + "WHERE decree_id = %s", [decree_id])
    return None if found is None else ReinstatementView(*found)


def list_reinstatements_of_case(case_id: UUID) -> list[ReinstatementView]:
    """What came of a granted appeal, the latest first."""
    found = db.rows(_REINSTATEMENT + "WHERE case_id = %s ORDER BY prepared_at DESC, reinstatement_id DESC", [case_id])
    return [ReinstatementView(*row) for row in found]
