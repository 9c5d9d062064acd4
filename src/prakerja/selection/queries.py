"""Reads of selection: waves, a person's place in a draw, decrees, participants."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.participants.lanes import every_lane
from prakerja.selection.draw_lists import read_entries
from prakerja.selection.merkle import merkle_proof


@dataclass(frozen=True, slots=True)
class WaveView:
    """A wave with its places and how many joined."""

    wave_id: UUID
    number: int
    regime_code: str
    regime_version: str
    opens_at: datetime
    closes_at: datetime
    state: str
    void_reason: str | None
    digital_places: int
    regular_places: int
    joined: int


_WAVES = """
    SELECT
        w.id, w.number, w.regime_code, w.regime_version, w.opens_at, w.closes_at, w.state, w.void_reason,
        quota.digital, quota.regular,
        (SELECT count(*) FROM joinings AS j WHERE j.lane = ANY (%s) AND j.wave_id = w.id)
    FROM waves AS w
    CROSS JOIN LATERAL (
        SELECT
            coalesce(sum(q.places) FILTER (WHERE q.channel = 'digital'), 0)::bigint AS digital,
            coalesce(sum(q.places) FILTER (WHERE q.channel = 'regular'), 0)::bigint AS regular
        FROM wave_quotas AS q
        WHERE q.wave_id = w.id
    ) AS quota
"""


def list_waves() -> list[WaveView]:
    """All waves, by number."""
    return [WaveView(*row) for row in db.rows(_WAVES + "ORDER BY w.number", [every_lane()])]


def get_wave(wave_id: UUID) -> WaveView:
    """One wave.

    Raises:
        LookupError: there is none of this id.
    """
    found = db.row(_WAVES + "WHERE w.id = %s", [every_lane(), wave_id])
    if found is None:
        raise LookupError(f"no wave {wave_id}")
    return WaveView(*found)


def find_open_wave(now: datetime) -> WaveView | None:
    """The wave that can be joined at a moment, the lowest number first, or None."""
    found = db.row(
        _WAVES + "WHERE w.state = 'open' AND w.opens_at <= %s AND w.closes_at > %s ORDER BY w.number LIMIT 1",
        [every_lane(), now, now],
    )
    return None if found is None else WaveView(*found)


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A person in a wave: own token, rank in the stratum, and the highest rank chosen in the own class and stratum."""

    wave_id: UUID
    wave_number: int
    wave_state: str
    channel: str
    province_code: str
    priority_class: int
    joined_at: datetime
    outcome: str
    dropped_rule: str | None
    rank: int | None
    cut_off_rank: int | None
    applicants_of_class: int | None
    token: bytes
    is_participant: bool


def list_places_of_applicant(applicant_id: UUID) -> list[PlaceView]:
    """All waves that a person joined, oldest first, with rank and cut-off once they are drawn (SELECT-01)."""
    found = db.rows(
        """
        SELECT
            w.id, w.number, w.state, j.channel, j.province_code, j.priority_class, j.joined_at, j.outcome,
            j.dropped_rule, j.rank, r.cut_off_rank, r.applicants, j.token,
            EXISTS (
                SELECT FROM participants AS p
                WHERE p.lane = j.lane AND p.applicant_id = j.applicant_id AND p.wave_id = j.wave_id
            )
        FROM joinings AS j
        JOIN waves AS w ON w.id = j.wave_id
        LEFT JOIN draws AS d ON d.wave_id = w.id
        LEFT JOIN draw_results AS r
            ON r.draw_id = d.id AND r.channel = j.channel AND r.province_code = j.province_code
            AND r.priority_class = j.priority_class
        WHERE j.lane = ANY (%s) AND j.applicant_id = %s
        ORDER BY w.number
        """,
        [every_lane(), applicant_id],
    )
    return [PlaceView(*(*row[:12], bytes(row[12]), row[13])) for row in found]


@dataclass(frozen=True, slots=True)
class DrawView:
    """What is published of a draw; randomness and seed once it is revealed."""

    draw_id: UUID
    wave_id: UUID
    committed_at: datetime
    applicants: int
    list_root: bytes
    commitment: str
    commitment_hash: bytes
    beacon: str
    beacon_round: int
    randomness: bytes | None
    seed: bytes | None
    revealed_at: datetime | None


def find_draw(wave_id: UUID) -> DrawView | None:
    """The draw of a wave, or None before its commitment."""
    found = db.row(
        """
        SELECT
            d.id, d.wave_id, d.committed_at, d.applicants, d.list_root, d.commitment, d.commitment_hash, d.beacon,
            d.beacon_round, r.randomness, r.seed, r.revealed_at
        FROM draws AS d
        LEFT JOIN draw_reveals AS r ON r.draw_id = d.id
        WHERE d.wave_id = %s
        """,
        [wave_id],
    )
    if found is None:
        return None
    return DrawView(*found)


@dataclass(frozen=True, slots=True)
class ListProof:
    """A row of the committed list and the hashes that lead from it to the root."""

    row: bytes
    proof: tuple[tuple[str, bytes], ...]


def find_list_proof(wave_id: UUID, token: bytes) -> ListProof | None:
    """The proof that a token stands on a wave's list, or None. Cost: the whole list is read and hashed."""
    entries = read_entries(wave_id)
    position = next((i for i, entry in enumerate(entries) if entry.token == token), None)
    if position is None:
        return None
    rows = [entry.row for entry in entries]
    return ListProof(rows[position], tuple(merkle_proof(rows, position)))


@dataclass(frozen=True, slots=True)
class StratumResult:
    """The figures of one stratum and class of a draw."""

    channel: str
    province_code: str
    priority_class: int
    applicants: int
    selected: int
    cut_off_rank: int | None


def list_draw_results(wave_id: UUID) -> list[StratumResult]:
    """All strata and classes of a wave's draw, by channel, province and class."""
    return [
        StratumResult(*row)
        for row in db.rows(
            """
            SELECT r.channel, r.province_code, r.priority_class, r.applicants, r.selected, r.cut_off_rank
            FROM draw_results AS r
            JOIN draws AS d ON d.id = r.draw_id
            WHERE d.wave_id = %s
            ORDER BY r.channel, r.province_code, r.priority_class
            """,
            [wave_id],
        )
    ]


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
