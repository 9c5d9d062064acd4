"""Letters leave their box: claimed, carried outside any transaction, and their fate written down.

A letter goes out at least once: a process that dies between carrying and writing carries it again under the same id.
Its tries are counted at the claim, so that nothing is tried for ever. Everything is on the machine's clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from prakerja.access.carriers import Carried, Carrier, Fate, Outgoing
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field

# How long a letter waits behind its first, second, … try; behind the last one it has failed. About 15 hours in all.
LADDER: Final = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
KEPT: Final = timedelta(days=90)
# Longer than carrying a batch takes: whoever claimed letters and died gives them back by it.
_CLAIM: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many letters had which fate; `later` are tried again."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    expired: int = 0

    @property
    def moved(self) -> int:
        """All of them."""
        return self.sent + self.later + self.failed + self.expired


@dataclass(frozen=True, slots=True)
class _Claimed:
    letter: Outgoing
    kind: str
    tries: int
    good_until: datetime | None


def deliver_letters(
    context: Context, carriers: Mapping[str, Carrier], *, machine_now: datetime, most: int = 200
) -> Delivered:
    """Carry letters that are due, codes before everything else. Runs in no transaction of its caller.

    What is refused for good or has no try left is `failed`, what is of no use any more `expired`; both are done, and
    the contents of whatever is done are erased. Cost: four statements and the carriers' time, however many there are.
    """
    expired, without_try = _give_up(context, machine_now)
    claimed = _claim(machine_now, most, hasty=True)
    claimed += _claim(machine_now, most - len(claimed), hasty=False)
    fates: dict[UUID, Carried] = {}
    for kind in sorted({one.kind for one in claimed}):
        letters = [one.letter for one in claimed if one.kind == kind]
        carrier = carriers.get(kind)
        carried = [Carried(Fate.NEVER, "no_carrier")] * len(letters) if carrier is None else carrier.carry(letters)
        fates |= dict(zip((letter.letter_id for letter in letters), carried, strict=True))
    done = _write_down(context, claimed, fates, machine_now)
    return Delivered(done.sent, done.later, done.failed + without_try, expired)


def sweep_letters(*, machine_now: datetime) -> int:
    """Remove letters that were done 90 days ago; how many. For the daily job."""
    return db.execute("DELETE FROM letters WHERE state <> 'waiting' AND done_at < %s", [machine_now - KEPT])


def _give_up(context: Context, machine_now: datetime) -> tuple[int, int]:
    """Letters that are due but of no use any more, or without a try left because who carried them died each time."""
    with db.transaction():
        ended = db.rows(
            """
            UPDATE letters
            SET state = CASE WHEN good_until <= %(now)s THEN 'expired' ELSE 'failed' END,
                fault = CASE WHEN good_until <= %(now)s THEN fault ELSE 'no_try_left' END,
                contact_cipher = NULL, text_cipher = NULL, done_at = %(now)s
            WHERE state = 'waiting' AND next_try_at <= %(now)s AND (good_until <= %(now)s OR tries > %(tries_max)s)
            RETURNING id, kind, fault, tries, state
            """,
            {"now": machine_now, "tries_max": len(LADDER)},
        )
        for state in ("expired", "failed"):
            _record(context, f"letter.{state}", [row[:4] for row in ended if row[4] == state])
    states = [row[4] for row in ended]
    return states.count("expired"), states.count("failed")


def _claim(machine_now: datetime, most: int, *, hasty: bool) -> list[_Claimed]:
    if most <= 0:
        return []
    haste = "IS NOT NULL" if hasty else "IS NULL"
    with db.transaction():
        found = db.rows(
            f"""
            UPDATE letters
            SET tries = tries + 1, next_try_at = %(back_at)s
            WHERE id = ANY (ARRAY(
                SELECT due.id
                FROM letters AS due
                WHERE due.state = 'waiting' AND due.good_until {haste} AND due.next_try_at <= %(now)s
                ORDER BY due.next_try_at, due.id
                LIMIT %(most)s
                FOR UPDATE SKIP LOCKED
            ))
            RETURNING id, kind, contact_cipher, text_cipher, tries, good_until
            """,
            {"now": machine_now, "back_at": machine_now + _CLAIM, "most": most},
        )
    return [
        _Claimed(
            Outgoing(
                letter_id,
                decrypt_field(bytes(contact), table="letters", column="contact_cipher", row_id=letter_id),
                decrypt_field(bytes(text), table="letters", column="text_cipher", row_id=letter_id),
            ),
            kind,
            tries,
            good_until,
        )
        for letter_id, kind, contact, text, tries, good_until in sorted(found)
    ]


def _write_down(
    context: Context, claimed: Sequence[_Claimed], fates: Mapping[UUID, Carried], machine_now: datetime
) -> Delivered:
    ends = [_end(one, fates[one.letter.letter_id], machine_now) for one in claimed]
    if not ends:
        return Delivered()
    with db.transaction():
        written = db.rows(
            """
            UPDATE letters
            SET state = given.state, fault = given.fault,
                next_try_at = coalesce(given.next_try_at, letters.next_try_at),
                contact_cipher = CASE WHEN given.state = 'waiting' THEN contact_cipher END,
                text_cipher = CASE WHEN given.state = 'waiting' THEN text_cipher END,
                done_at = CASE WHEN given.state <> 'waiting' THEN %s::timestamptz END
            FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::timestamptz[]) AS given (id, state, fault, next_try_at)
            WHERE letters.id = given.id AND letters.state = 'waiting'
            RETURNING letters.id, letters.kind, letters.fault, letters.tries, letters.state
            """,
            [machine_now, *map(list, zip(*ends, strict=True))],
        )
        _record(context, "letter.failed", [row[:4] for row in written if row[4] == "failed"])
    states = [row[4] for row in written]
    return Delivered(states.count("sent"), states.count("waiting"), states.count("failed"))


def _end(one: _Claimed, carried: Carried, machine_now: datetime) -> tuple[UUID, str, str, datetime | None]:
    """The letter's next state, its fault, and when it is tried again."""
    letter_id = one.letter.letter_id
    if carried.fate is Fate.SENT:
        return letter_id, "sent", "", None
    if carried.fate is Fate.NEVER or one.tries > len(LADDER):
        return letter_id, "failed", carried.fault, None
    return letter_id, "waiting", carried.fault, machine_now + LADDER[one.tries - 1]


def _record(context: Context, kind: str, letters: Sequence[tuple[UUID, str, str, int]]) -> None:
    record_events(
        context,
        [
            Event(kind, letter_id, {"to": contact_kind, "fault": fault, "tries": tries})
            for letter_id, contact_kind, fault, tries in sorted(letters)
        ],
    )
