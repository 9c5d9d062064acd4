"""Listed people whose NIK differs from the one they signed up with: a score proposes, a person decides.

SCHEME-11: matching is exact by NIK; else by name, birth date and area. Nobody is matched by a score alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import blind_indexes, decrypt_field
from prakerja.participants.errors import MatchCode
from prakerja.participants.lanes import every_lane
from prakerja.participants.likeness import PROPOSED_FROM, likeness_score
from prakerja.participants.worker_list_packing import TABLE, row_id
from prakerja.participants.worker_list_rows import likeness_key

_BATCH = 50_000
_COLUMNS = (
    "lane",
    "applicant_id",
    "worker_list_id",
    "row_number",
    "listed_lane",
    "listed_nik_index",
    "listed_nik_index_next",
    "score",
    "proposed_at",
)


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """What a person decides about a pair, and why."""

    applicant_id: UUID
    worker_list_id: UUID
    row_number: int
    accepted: bool
    reason: str


def propose_matches(context: Context) -> int:
    """Look at everybody who is on no list yet and propose pairs that look alike; how many new ones. May run again.

    A row whose NIK somebody has signed up with is that person's. Cost: per 50,000 people one read, one join over the
    published rows, one COPY; some tens of microseconds of Python a candidate.
    """
    proposed, after = 0, (-1, UUID(int=0))
    while True:
        with db.transaction():
            people = db.rows(
                """
                SELECT lane, applicant_id, name, birth_date, province_code, nik_cipher
                FROM applicants
                WHERE NOT worker_list_matched AND (lane, applicant_id) > (%s, %s)
                ORDER BY lane, applicant_id
                LIMIT %s
                """,
                [*after, _BATCH],
            )
            if not people:
                return proposed
            after = people[-1][:2]
            pairs = [pair for pair in _candidates(people) if pair[7] >= PROPOSED_FROM]
            proposed += db.copy_rows(
                "worker_list_matches",
                _COLUMNS,
                [(*pair, context.now) for pair in pairs],
            )
            if pairs:
                record_events(context, [Event("worker_list.matches_proposed", context.uuid(), {"pairs": len(pairs)})])


def _candidates(people: Sequence[db.Row]) -> list[tuple[int, UUID, UUID, int, int, bytes, bytes | None, int]]:
    """Pairs with their score: lane, applicant, list, row, the row's lane and NIK index with its twin, score."""
    keys = [
        (position, index)
        for position, (_, _, name, born, province, _) in enumerate(people, start=1)
        for index in blind_indexes(likeness_key(name, born, province), purpose="likeness")
    ]
    found = db.rows(
        """
        SELECT given.position, listed.worker_list_id, listed.row_number, listed.lane, listed.nik_index,
            listed.nik_index_next, listed.nik_cipher, listed.name_cipher
        FROM unnest(%s::integer[], %s::bytea[]) AS given (position, likeness_index)
        JOIN worker_list_rows AS listed ON listed.likeness_index = given.likeness_index
        JOIN worker_lists AS list ON list.id = listed.worker_list_id AND list.state = 'published'
        WHERE NOT EXISTS (
                SELECT FROM applicants AS owner
                WHERE (owner.lane, owner.nik_index) = (listed.lane, listed.nik_index)
            )
            AND NOT EXISTS (
                SELECT FROM worker_list_matches AS known
                WHERE known.worker_list_id = listed.worker_list_id
                    AND known.row_number = listed.row_number
                    AND known.applicant_id = (%s::uuid[])[given.position]
            )
        ORDER BY given.position, listed.worker_list_id, listed.row_number
        """,
        [[position for position, _ in keys], [index for _, index in keys], [person[1] for person in people]],
    )
    pairs = []
    for position, list_id, row_number, listed_lane, nik_index, nik_twin, nik_cipher, name_cipher in found:
        lane, applicant_id, name, _, _, own_cipher = people[position - 1]
        place = {"table": TABLE, "row_id": row_id(list_id, row_number)}
        score = likeness_score(
            (name, decrypt_field(own_cipher, table="applicants", column="nik_cipher", row_id=applicant_id)),
            (
                decrypt_field(name_cipher, column="name_cipher", **place),
                decrypt_field(nik_cipher, column="nik_cipher", **place),
            ),
        )
        pairs.append((lane, applicant_id, list_id, row_number, listed_lane, nik_index, nik_twin, score))
    return pairs


def decide_matches(context: Context, decisions: Sequence[MatchDecision]) -> list[MatchCode]:
    """Accept or reject pairs, one code per decision in order. Accepted: the applicant is on a worker list (SELECT-01).

    Codes: match_not_found, reason_missing, already_decided. Cost: one read, two updates, the events.
    """
    with db.transaction():
        found = {
            (row[1], row[2], row[3]): row
            for row in db.rows(
                """
                SELECT lane, applicant_id, worker_list_id, row_number, state
                FROM worker_list_matches
                WHERE lane = ANY (%s) AND applicant_id = ANY (%s::uuid[])
                ORDER BY lane, applicant_id, worker_list_id, row_number
                FOR UPDATE
                """,
                [every_lane(), [decision.applicant_id for decision in decisions]],
            )
        }
        codes: list[MatchCode] = []
        taken: dict[tuple[UUID, UUID, int], MatchDecision] = {}
        for decision in decisions:
            key = (decision.applicant_id, decision.worker_list_id, decision.row_number)
            row = found.get(key)
            if row is None:
                codes.append(MatchCode.MATCH_NOT_FOUND)
            elif not decision.reason.strip():
                codes.append(MatchCode.REASON_MISSING)
            elif row[4] != "proposed" or key in taken:
                codes.append(MatchCode.ALREADY_DECIDED)
            else:
                codes.append(MatchCode.OK)
                taken[key] = decision
        _store(context, found, taken)
    return codes


def _store(
    context: Context, found: dict[tuple[UUID, UUID, int], db.Row], taken: dict[tuple[UUID, UUID, int], MatchDecision]
) -> None:
    db.execute(
        """
        UPDATE worker_list_matches AS pair
        SET state = given.state, decided_at = %s, decided_by = %s, reason = given.reason
        FROM unnest(%s::uuid[], %s::uuid[], %s::integer[], %s::text[], %s::text[])
            AS given (applicant_id, worker_list_id, row_number, state, reason)
        WHERE pair.lane = ANY (%s)
            AND pair.applicant_id = given.applicant_id
            AND pair.worker_list_id = given.worker_list_id
            AND pair.row_number = given.row_number
        """,
        [
            context.now,
            context.actor,
            [key[0] for key in taken],
            [key[1] for key in taken],
            [key[2] for key in taken],
            ["accepted" if decision.accepted else "rejected" for decision in taken.values()],
            [decision.reason.strip() for decision in taken.values()],
            every_lane(),
        ],
    )
    db.execute(
        "UPDATE applicants SET worker_list_matched = true WHERE lane = ANY (%s) AND applicant_id = ANY (%s::uuid[])",
        [every_lane(), [key[0] for key, decision in taken.items() if decision.accepted]],
    )
    record_events(
        context,
        [
            Event(
                f"applicant.worker_list_match_{'accepted' if decision.accepted else 'rejected'}",
                key[0],
                {"rule": "SCHEME-11", "worker_list_id": key[1], "row_number": key[2]},
                found[key][0],
            )
            for key, decision in taken.items()
        ],
    )
