"""What an auditor sees with a wave's key: whether each token of a list is a verified applicant, and all are there."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.crypto import decrypt_field
from prakerja.participants.lanes import every_lane
from prakerja.selection.rules import RECORD_BYTES, TOKEN_BYTES
from prakerja.selection.tokens import draw_token, household_token

_ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class ListAudit:
    """How many rows the list has, and what is wrong with them; a list is in order when all else is zero.

    `untied`: tokens on the list that no applicant of this wave has with the key. `left_out`: applicants whose joining
    was neither dropped nor put on the list. `unverified`: applicants on the list without a confirmed identity or an
    eligible decision. `other_household`: rows whose household is not that of the applicant's family card.
    """

    rows: int
    untied: int
    left_out: int
    unverified: int
    other_household: int

    @property
    def is_in_order(self) -> bool:
        """Whether every token is tied to a verified applicant, and every receipt is honoured."""
        return not (self.untied or self.left_out or self.unverified or self.other_household)


def audit_list(wave_id: UUID, key: bytes) -> ListAudit:
    """Tie every row of a committed list to an applicant, by the wave's key alone: no stored token is trusted.

    Cost: all people of the wave are read, a decryption and two keyed hashes each.

    Raises:
        LookupError: the wave has no draw.
    """
    draw_id = db.row("SELECT id FROM draws WHERE wave_id = %s", [wave_id])
    if draw_id is None:
        raise LookupError(f"wave {wave_id} has no draw")
    listed = _listed_households(draw_id[0])
    rows, left_out, unverified, other_household = len(listed), 0, 0, 0
    for applicant_id, kk, is_verified, is_dropped in _people(wave_id):
        token = draw_token(key, applicant_id)
        household = listed.pop(token, None)
        if household is None:
            left_out += not is_dropped
            continue
        unverified += not is_verified
        other_household += household != household_token(key, kk)
    return ListAudit(rows, len(listed), left_out, unverified, other_household)


def _listed_households(draw_id: UUID) -> dict[bytes, bytes]:
    listed: dict[bytes, bytes] = {}
    numbers = db.rows("SELECT number FROM draw_chunks WHERE draw_id = %s ORDER BY number", [draw_id])
    for (number,) in numbers:
        where = {"draw": draw_id, "number": number}
        ((packed, _),) = db.binary_rows(
            "SELECT rows, number FROM draw_chunks WHERE draw_id = %(draw)s AND number = %(number)s", where
        )
        for at in range(0, len(packed), RECORD_BYTES):
            listed[packed[at : at + TOKEN_BYTES]] = packed[at + TOKEN_BYTES : at + 2 * TOKEN_BYTES]
    return listed


def _people(wave_id: UUID) -> Iterator[tuple[UUID, str, bool, bool]]:
    """Everybody who joined: id, family card, verified and eligible, dropped before the commitment."""
    for lane in every_lane():
        after = UUID(int=0)
        while True:
            found = db.rows(
                """
                SELECT
                    a.applicant_id, a.kk_cipher, a.identity_verified_at IS NOT NULL AND a.eligibility = 'eligible',
                    j.outcome = 'dropped' AND j.rank IS NULL
                FROM joinings AS j
                JOIN applicants AS a ON a.lane = j.lane AND a.applicant_id = j.applicant_id
                WHERE j.lane = %s AND j.wave_id = %s AND j.applicant_id > %s
                ORDER BY j.applicant_id
                LIMIT %s
                """,
                [lane, wave_id, after, _ROWS_AT_ONCE],
            )
            for applicant_id, kk_cipher, is_verified, is_dropped in found:
                kk = decrypt_field(kk_cipher, table="applicants", column="kk_cipher", row_id=applicant_id)
                yield applicant_id, kk, bool(is_verified), bool(is_dropped)
            if len(found) < _ROWS_AT_ONCE:
                break
            after = found[-1][0]
