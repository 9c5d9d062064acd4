"""Reads of draws: what is published of one, and a person's place in it with the proof."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from prakerja.kit import db
from prakerja.participants.lanes import every_lane
from prakerja.selection.merkle import leaf_hash, proof_of_leaf, root_of_leaves
from prakerja.selection.rules import PLACE_BYTES, RECORD_BYTES, DrawEntry, unpack_place, unpack_record


@dataclass(frozen=True, slots=True)
class DrawView:
    """What is published of a draw; what came with the reveal is None before it."""

    draw_id: UUID
    wave_id: UUID
    wave_number: int
    wave_state: str
    void_reason: str | None
    committed_at: datetime
    rule_version: str
    applicants: int
    list_root: bytes
    commitment: str
    commitment_hash: bytes
    beacon: str
    beacon_round: int
    beacon_at: datetime
    source: str | None
    randomness: bytes | None
    signature: bytes | None
    seed: bytes | None
    revealed_at: datetime | None
    selected: int | None

    @property
    def commits(self) -> Mapping[str, object]:
        """The commitment, read."""
        content: Mapping[str, object] = json.loads(self.commitment)
        return content


_DRAWS = """
    SELECT
        d.id, w.id, w.number, w.state, w.void_reason, d.committed_at, d.rule_version, d.applicants, d.list_root,
        d.commitment, d.commitment_hash, d.beacon, d.beacon_round, d.beacon_at, r.source, r.randomness, r.signature,
        r.seed, r.revealed_at,
        (SELECT sum(one.selected)::bigint FROM draw_results AS one WHERE one.draw_id = d.id)
    FROM draws AS d
    JOIN waves AS w ON w.id = d.wave_id
    LEFT JOIN draw_reveals AS r ON r.draw_id = d.id
"""


def list_draws() -> list[DrawView]:
    """All draws, the newest wave first. One query."""
    return [_view(row) for row in db.rows(_DRAWS + "ORDER BY w.number DESC")]


def find_draw(wave_id: UUID) -> DrawView | None:
    """The draw of a wave, or None before its commitment."""
    found = db.row(_DRAWS + "WHERE w.id = %s", [wave_id])
    return None if found is None else _view(found)


def get_draw_of_number(number: int) -> DrawView:
    """The draw of the wave of a number.

    Raises:
        LookupError: there is none.
    """
    found = db.row(_DRAWS + "WHERE w.number = %s", [number])
    if found is None:
        raise LookupError(f"no draw of wave {number}")
    return _view(found)


def _view(row: db.Row) -> DrawView:
    plain: list[Any] = [bytes(value) if isinstance(value, memoryview) else value for value in row]
    return DrawView(*plain)


@dataclass(frozen=True, slots=True)
class ListPlace:
    """A row of a committed list, the hashes that lead from it to the root, and its rank once it is drawn."""

    entry: DrawEntry
    proof: tuple[tuple[str, bytes], ...]
    rank: int | None
    is_selected: bool


def find_list_place(wave_id: UUID, token: bytes) -> ListPlace | None:
    """Where a token stands on a wave's list, or None.

    Cost: two queries; one chunk of the list is hashed, 4,096 rows, some ten milliseconds.
    """
    found = db.row(
        """
        SELECT c.draw_id, c.number, c.rows, p.places
        FROM draws AS d
        JOIN draw_chunks AS c ON c.draw_id = d.id AND c.first_token <= %s
        LEFT JOIN draw_places AS p ON p.draw_id = d.id AND p.number = c.number
        WHERE d.wave_id = %s
        ORDER BY c.first_token DESC
        LIMIT 1
        """,
        [token, wave_id],
    )
    if found is None:
        return None
    draw_id, number, packed, places = found
    records = [bytes(packed[at : at + RECORD_BYTES]) for at in range(0, len(packed), RECORD_BYTES)]
    position = next((i for i, record in enumerate(records) if record.startswith(token)), None)
    if position is None:
        return None
    leaves = [leaf_hash(unpack_record(record).row) for record in records]
    roots = [
        bytes(root) for (root,) in db.rows("SELECT root FROM draw_chunks WHERE draw_id = %s ORDER BY number", [draw_id])
    ]
    if root_of_leaves(leaves) != roots[number]:
        raise ValueError(f"chunk {number} of draw {draw_id} was changed")
    proof = (*proof_of_leaf(leaves, position), *proof_of_leaf(roots, number))
    rank, is_selected = (None, False) if places is None else unpack_place(_place(places, position))
    return ListPlace(unpack_record(records[position]), proof, rank, is_selected)


def _place(places: "memoryview | bytes", position: int) -> "memoryview | bytes":
    return places[position * PLACE_BYTES : (position + 1) * PLACE_BYTES]


def iterate_list_lines(draw_id: UUID) -> Iterator[bytes]:
    """The published list, some thousands of lines at a time: `token,household,recipients,channel,province,class`."""
    from prakerja.selection.draw_list import list_lines

    for number in range(_chunks_of(draw_id)):
        yield list_lines(_rows_of(draw_id, number))


def iterate_result_lines(draw_id: UUID) -> Iterator[bytes]:
    """The published result in the order of the list, some thousands of lines at a time: `token,rank,chosen`."""
    for number in range(_chunks_of(draw_id)):
        packed = _rows_of(draw_id, number)
        places = _bytes_of("SELECT places, number FROM draw_places", draw_id, number)
        lines = []
        for position in range(len(places) // PLACE_BYTES):
            rank, is_selected = unpack_place(_place(places, position))
            token = packed[position * RECORD_BYTES : position * RECORD_BYTES + 16]
            lines.append(f"{token.hex()},{rank},{int(is_selected)}\n")
        yield "".join(lines).encode()


def _rows_of(draw_id: UUID, number: int) -> bytes:
    return _bytes_of("SELECT rows, number FROM draw_chunks", draw_id, number)


def _chunks_of(draw_id: UUID) -> int:
    return int(db.value("SELECT count(*) FROM draw_chunks WHERE draw_id = %s", [draw_id]))


def _bytes_of(select: str, draw_id: UUID, number: int) -> bytes:
    where = {"draw": draw_id, "number": number}
    found = db.binary_rows(f"{select} WHERE draw_id = %(draw)s AND number = %(number)s", where)
    return bytes(found[0][0]) if found else b""


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A person in a wave: own token, rank in the stratum, and the highest rank chosen in the own class and stratum."""

    wave_id: UUID
    wave_number: int
    wave_state: str
    closes_at: datetime
    void_reason: str | None
    channel: str
    province_code: str
    priority_class: int
    joined_at: datetime
    outcome: str
    dropped_rule: str | None
    rank: int | None
    cut_off_rank: int | None
    applicants_of_class: int | None
    selected_of_class: int | None
    token: bytes
    is_participant: bool


_PLACES = """
    SELECT
        w.id, w.number, w.state, w.closes_at, w.void_reason, j.channel, j.province_code, j.priority_class, j.joined_at,
        CASE WHEN j.outcome = 'pending' AND w.state IN ('drawn', 'decreed') THEN 'not_selected' ELSE j.outcome END,
        j.dropped_rule, j.rank, r.cut_off_rank, r.applicants, r.selected, j.token,
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
"""


def list_places_of_applicant(applicant_id: UUID) -> list[PlaceView]:
    """All waves that a person joined, oldest first, with rank and cut-off once they are drawn (SELECT-01).

    The outcome of whoever a drawn wave did not choose is `not_selected`; the rank stands in the draw's places.
    Cost: one query, and two for each wave that did not choose the person.
    """
    return [
        _person_place(_place_view(row)) for row in db.rows(_PLACES + "ORDER BY w.number", [every_lane(), applicant_id])
    ]


def find_place_of_applicant(lane: int, applicant_id: UUID, wave_id: UUID) -> PlaceView | None:
    """A person in one wave, or None. The rank of whoever was not chosen stands in `find_list_place`. One query."""
    found = db.row(_PLACES + "AND w.id = %s", [[lane], applicant_id, wave_id])
    return None if found is None else _place_view(found)


def household_is_full(lane: int, applicant_id: UUID, wave_id: UUID, *, recipients: int) -> bool:
    """Whether a draw passed a person over for the family card: of it as many as may were chosen or took part before.

    `recipients` of the household stand in the person's row of the list. One query. Rule: ELIG-07.
    """
    return bool(
        db.value(
            """
            SELECT d.kk_max <= %(recipients)s + (
                SELECT count(*)
                FROM applicants AS own
                JOIN applicants AS kin ON kin.kk_index = own.kk_index
                JOIN joinings AS j ON (j.lane, j.applicant_id) = (kin.lane, kin.applicant_id) AND j.wave_id = d.wave_id
                WHERE own.lane = %(lane)s AND own.applicant_id = %(applicant)s AND j.outcome = 'selected'
            )
            FROM draws AS d
            WHERE d.wave_id = %(wave)s
            """,
            {"recipients": recipients, "lane": lane, "applicant": applicant_id, "wave": wave_id},
        )
    )


def _place_view(row: db.Row) -> PlaceView:
    return PlaceView(*(*row[:15], bytes(row[15]), row[16]))


def _person_place(place: PlaceView) -> PlaceView:
    if place.outcome != "not_selected" or place.rank is not None:
        return place
    on_list = find_list_place(place.wave_id, place.token)
    return replace(place, rank=on_list.rank if on_list else None)


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
class Dropped:
    """A token that joined and is not on the list, with the rule that took it off."""

    token: bytes
    rule: str


def list_dropped(wave_id: UUID) -> list[Dropped]:
    """Whose receipts the list does not honour, and by which rule, sorted by token: dropped before the commitment."""
    found = db.rows(
        """
        SELECT token, dropped_rule
        FROM joinings
        WHERE lane = ANY (%s) AND wave_id = %s AND outcome = 'dropped' AND rank IS NULL
        ORDER BY token
        """,
        [every_lane(), wave_id],
    )
    return [Dropped(bytes(token), rule) for token, rule in found]
