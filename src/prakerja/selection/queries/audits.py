"""What an auditor sees with a wave's key: whether each token of a list is a verified applicant, and all are there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.crypto import decrypt_field
from prakerja.participants.lanes import every_lane
from prakerja.selection.rules import PLACE_BYTES, RECORD_BYTES, TOKEN_BYTES, unpack_place
from prakerja.selection.tokens import draw_token, household_token

_ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class ListAudit:
    """How many rows the list has, and what is wrong with them; a list is in order when all else is zero.

    `untied`: tokens on the list that no applicant of this wave has with the key. `left_out`: applicants whose joining
    was neither dropped nor put on the list. `unverified`: applicants on the list without a confirmed identity or an
    eligible decision. `other_household`: rows whose household is not that of the applicant's family card.
    `other_outcome`: applicants whose recorded outcome and rank are not those that the draw gave their own row.
    """

    rows: int
    untied: int
    left_out: int
    unverified: int
    other_household: int
    other_outcome: int

    @property
    def is_in_order(self) -> bool:
        """Whether every token is tied to a verified applicant, and every receipt is honoured."""
        wrong = (self.untied, self.left_out, self.unverified, self.other_household, self.other_outcome)
        return not any(wrong)


def audit_list(wave_id: UUID, key: bytes) -> ListAudit:
    """Tie every row of a committed list to an applicant, by the wave's key alone: no stored token is trusted.

    Cost: all people of the wave are read, a decryption and two keyed hashes each.

    Raises:
        LookupError: the wave has no draw.
    """
    draw_id = db.row("SELECT id FROM draws WHERE wave_id = %s", [wave_id])
    if draw_id is None:
        raise LookupError(f"wave {wave_id} has no draw")
    listed = _listed(draw_id[0])
    rows, left_out, unverified, other_household, other_outcome = len(listed), 0, 0, 0, 0
    for person in _people(wave_id):
        row = listed.pop(draw_token(key, person.applicant_id), None)
        if row is None:
            left_out += not person.is_dropped
            continue
        unverified += not person.is_verified
        other_household += row[:TOKEN_BYTES] != household_token(key, person.kk)
        other_outcome += person.rank != _chosen_rank(row[TOKEN_BYTES:])
    return ListAudit(rows, len(listed), left_out, unverified, other_household, other_outcome)


def _listed(draw_id: UUID) -> dict[bytes, bytes]:
    """Of each token its household and, once it is drawn, the four bytes of its place."""
    listed: dict[bytes, bytes] = {}
    numbers = db.rows("SELECT number FROM draw_chunks WHERE draw_id = %s ORDER BY number", [draw_id])
    for (number,) in numbers:
        where = {"draw": draw_id, "number": number}
        ((packed, places),) = db.binary_rows(
            """
            SELECT c.rows, coalesce(p.places, ''::bytea)
            FROM draw_chunks AS c
            LEFT JOIN draw_places AS p ON p.draw_id = c.draw_id AND p.number = c.number
            WHERE c.draw_id = %(draw)s AND c.number = %(number)s
            """,
            where,
        )
        for nth, at in enumerate(range(0, len(packed), RECORD_BYTES)):
            token, household = packed[at : at + TOKEN_BYTES], packed[at + TOKEN_BYTES : at + 2 * TOKEN_BYTES]
            listed[token] = household + places[nth * PLACE_BYTES : (nth + 1) * PLACE_BYTES]
    return listed


def _chosen_rank(place: bytes) -> int | None:
    """The rank that stands beside whoever was chosen; nobody else's stands in the joinings."""
    rank, is_chosen = unpack_place(place)
    return rank if is_chosen else None


class _Person(NamedTuple):
    applicant_id: UUID
    kk: str
    is_verified: bool
    is_dropped: bool
    rank: int | None


def _people(wave_id: UUID) -> Iterator[_Person]:
    """Everybody who joined; dropped: before the commitment."""
    for lane in every_lane():
        after = UUID(int=0)
        while True:
            found = db.rows(
                """
                SELECT
                    a.applicant_id, a.kk_cipher, a.identity_verified_at IS NOT NULL AND a.eligibility = 'eligible',
                    j.outcome = 'dropped' AND j.rank IS NULL,
                    CASE WHEN j.outcome IN ('selected', 'dropped') THEN j.rank ELSE -j.rank END
                FROM joinings AS j
                JOIN applicants AS a ON a.lane = j.lane AND a.applicant_id = j.applicant_id
                WHERE j.lane = %s AND j.wave_id = %s AND j.applicant_id > %s
                ORDER BY j.applicant_id
                LIMIT %s
                """,
                [lane, wave_id, after, _ROWS_AT_ONCE],
            )
            for applicant_id, kk_cipher, is_verified, is_dropped, rank in found:
                kk = decrypt_field(kk_cipher, table="applicants", column="kk_cipher", row_id=applicant_id)
                yield _Person(applicant_id, kk, bool(is_verified), bool(is_dropped), rank)
            if len(found) < _ROWS_AT_ONCE:
                break
            after = found[-1][0]
