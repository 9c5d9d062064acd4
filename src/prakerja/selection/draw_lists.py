"""Reading what a draw works on: the joinings behind its list, the committed list, the quotas."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from prakerja.kit import db
from prakerja.participants.lanes import every_lane
from prakerja.selection.rules import Quota

if TYPE_CHECKING:
    from prakerja.selection.ranking import Records


@dataclass(frozen=True, slots=True)
class FrozenList:
    """The rows of a draw's list, sorted by token, and the digest of the joinings behind them."""

    records: "Records"
    digest: int


# Channel, province and class as four bytes; what a row says beside its tokens.
_FACTS = """
    (CASE j.channel WHEN 'digital' THEN 0 ELSE 1 END << 24) | (j.province_code::integer << 16)
        | (j.priority_class::integer << 8)
"""
# Who joined is a part of it: a token that is exchanged for another's would change no row of the list.
_DIGEST = f"""
    bit_xor(hashbyteaextended(j.token || j.household_token || int4send({_FACTS}) || uuid_send(j.applicant_id), 0))
"""
# The database makes one long string of all rows: a row each over the wire would cost ten times as much. A value has at
# most a gigabyte, which is 29 million rows.
_PACKED = f"""
    SELECT
        string_agg(j.token || j.household_token || int4send({_FACTS} | coalesce(kin.recipients, 0)), ''::bytea),
        {_DIGEST}
    FROM joinings AS j
    LEFT JOIN unnest(%(households)s::bytea[], %(recipients)s::integer[]) AS kin (household_token, recipients)
        ON kin.household_token = j.household_token
    WHERE j.lane = ANY (%(lanes)s) AND j.wave_id = %(wave)s AND j.outcome = 'pending'
"""
# From the participants, who are few when the wave is early: the index of applicants by household does the rest.
_KIN = """
    SELECT DISTINCT own.household_token, least(decreed.recipients, 9)::integer
    FROM (
        SELECT a.kk_index, count(*) AS recipients
        FROM participants AS p
        JOIN applicants AS a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
        WHERE a.state = 'decreed'
        GROUP BY a.kk_index
    ) AS decreed
    JOIN applicants AS kin ON kin.kk_index = decreed.kk_index
    JOIN joinings AS own
        ON own.lane = kin.lane AND own.applicant_id = kin.applicant_id AND own.wave_id = %(wave)s
    WHERE own.outcome = 'pending'
    ORDER BY own.household_token
"""


def freeze_list(wave_id: UUID) -> FrozenList:
    """All joinings of a wave that were not dropped, with how many of each household were recipients before (ELIG-07).

    Cost: one pass over the wave's joinings; six million rows are 216 MB and half of that again for a moment.

    Raises:
        ValueError: two joinings have one token.
    """
    from prakerja.selection.draw_list import sorted_records

    kin = db.binary_rows(_KIN, {"wave": wave_id})
    parameters = {
        "wave": wave_id,
        "lanes": every_lane(),
        "households": [household for household, _ in kin],
        "recipients": [recipients for _, recipients in kin],
    }
    ((packed, digest),) = db.binary_rows(_PACKED, parameters)
    return FrozenList(sorted_records([packed or b""]), digest or 0)


def digest_of_joinings(wave_id: UUID) -> int:
    """The digest of the joinings that a list was made of, as they are now."""
    found = db.value(
        f"""
        SELECT {_DIGEST}
        FROM joinings AS j
        WHERE j.lane = ANY (%(lanes)s) AND j.wave_id = %(wave)s AND j.outcome = 'pending'
        """,
        {"wave": wave_id, "lanes": every_lane()},
    )
    return int(found or 0)


def read_list(draw_id: UUID) -> "Records":
    """The committed list. Raises nothing when rows were changed: the caller compares the root."""
    from prakerja.selection.draw_list import as_records

    return as_records(b"".join(iterate_chunks(draw_id)))


def iterate_chunks(draw_id: UUID) -> Iterator[bytes]:
    """The packed rows of a committed list, a chunk at a time."""
    for packed, _digest in db.binary_rows(
        "SELECT rows, number FROM draw_chunks WHERE draw_id = %(draw)s ORDER BY number", {"draw": draw_id}
    ):
        yield packed


def read_quotas(wave_id: UUID) -> list[Quota]:
    """The quotas of a wave, by channel and province."""
    return [
        Quota(*row)
        for row in db.rows(
            "SELECT channel, province_code, places FROM wave_quotas WHERE wave_id = %s ORDER BY channel, province_code",
            [wave_id],
        )
    ]
