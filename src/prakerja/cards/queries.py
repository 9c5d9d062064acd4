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
    """Whom a revocation decree names, with the newest card; `was_in_hand`: some card of the person got to it.

    Whoever was taken off it has the reason, who did it and when; `was_revoked`: by this decree.
    """

    participant_id: UUID
    name: str
    card_id: UUID | None
    card_number: str | None
    card_state: str | None
    was_in_hand: bool
    was_revoked: bool
    off_reason: str | None
    off_by: str | None
    off_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProposalView:
    """What a revocation decree proposes: why, a page of the people, and what is left of it.

    `left_idr` is what the accounts of those who are left hold now.
    """

    reason: str
    people: list[ProposedPerson]
    taken_off: int
    left: int
    left_idr: int


def find_proposal(decree_id: UUID, *, after: UUID | None = None, limit: int = 26) -> ProposalView | None:
    """Reason, people (behind the participant `after`) and sums of a revocation decree, or None. Three queries."""
    reason = db.row("SELECT reason FROM revocation_reasons WHERE decree_id = %s", [decree_id])
    if reason is None:
        return None
    sums = db.row(
        """
        SELECT
            count(*) FILTER (WHERE x.participant_id IS NOT NULL),
            count(*) FILTER (WHERE x.participant_id IS NULL),
            coalesce(sum(held.amount_idr) FILTER (WHERE x.participant_id IS NULL), 0)::bigint
        FROM revocation_proposals AS s
        LEFT JOIN revocation_removals AS x
            ON x.lane = s.lane AND x.decree_id = s.decree_id AND x.participant_id = s.participant_id
        LEFT JOIN LATERAL (
            SELECT sum(a.balance_idr) AS amount_idr
            FROM accounts AS a
            WHERE a.lane = s.lane AND a.holder_id = s.participant_id AND a.kind IN ('training', 'incentive')
        ) AS held ON true
        WHERE s.lane = ANY (%s) AND s.decree_id = %s
        """,
        [every_lane(), decree_id],
    )
    people = db.rows(
        """
        SELECT
            s.participant_id, a.name, newest.card_id, newest.number, newest.state,
            EXISTS (
                SELECT FROM cards AS c
                WHERE c.lane = s.lane AND c.participant_id = s.participant_id
                    AND (c.channel = 'digital' OR c.receipt IS NOT NULL)
            ),
            EXISTS (
                SELECT FROM revocations AS r
                WHERE r.lane = s.lane AND r.participant_id = s.participant_id AND r.decree_id = s.decree_id
            ),
            x.reason, x.removed_by, x.removed_at
        FROM revocation_proposals AS s
        LEFT JOIN revocation_removals AS x
            ON x.lane = s.lane AND x.decree_id = s.decree_id AND x.participant_id = s.participant_id
        JOIN participants AS p ON p.lane = s.lane AND p.participant_id = s.participant_id
        JOIN applicants AS a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
        LEFT JOIN LATERAL (
            SELECT c.card_id, c.number, c.state
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
    taken_off, left, left_idr = sums or (0, 0, 0)
    return ProposalView(reason[0], [ProposedPerson(*row) for row in people], taken_off, left, left_idr)


@dataclass(frozen=True, slots=True)
class StandingProposal:
    """A revocation decree that names a participant and waits for its second person."""

    decree_id: UUID
    number: int
    maker: str
    reason: str


def find_standing_proposal(participant_id: UUID) -> StandingProposal | None:
    """The prepared revocation on which a participant still stands, or None."""
    found = db.row(
        """
        SELECT d.id, d.number, d.maker, r.reason
        FROM revocation_proposals AS s
        JOIN decrees AS d ON d.id = s.decree_id AND d.state = 'prepared'
        JOIN revocation_reasons AS r ON r.decree_id = d.id
        WHERE s.lane = ANY (%s) AND s.participant_id = %s
            AND NOT EXISTS (
                SELECT FROM revocation_removals AS x
                WHERE x.lane = s.lane AND x.decree_id = s.decree_id AND x.participant_id = s.participant_id
            )
        ORDER BY d.number
        LIMIT 1
        """,
        [every_lane(), participant_id],
    )
    return None if found is None else StandingProposal(*found)


@dataclass(frozen=True, slots=True)
class RemovalView:
    """That somebody was taken off a revocation decree; `ground` is the decree's reason, `reason` why not."""

    decree_id: UUID
    number: int
    ground: str
    reason: str
    removed_by: str
    removed_at: datetime
    deadline_at: datetime | None
    finding_id: UUID | None


_REMOVALS = """
    SELECT x.decree_id, d.number, r.reason, x.reason, x.removed_by, x.removed_at, x.deadline_at, x.finding_id
    FROM revocation_removals AS x
    JOIN decrees AS d ON d.id = x.decree_id
    JOIN revocation_reasons AS r ON r.decree_id = x.decree_id
"""


def list_removals(participant_id: UUID) -> list[RemovalView]:
    """How often a participant was taken off a revocation, the latest first."""
    found = db.rows(
        _REMOVALS + "WHERE x.lane = ANY (%s) AND x.participant_id = %s ORDER BY d.number DESC",
        [every_lane(), participant_id],
    )
    return [RemovalView(*row) for row in found]


def find_removal_of_finding(finding_id: UUID, decree_id: UUID | None) -> RemovalView | None:
    """That the decree which follows from a finding goes on without its person, or None."""
    if decree_id is None:
        return None
    found = db.row(_REMOVALS + "WHERE x.decree_id = %s AND x.finding_id = %s", [decree_id, finding_id])
    return None if found is None else RemovalView(*found)


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
