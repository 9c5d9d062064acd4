"""Issuing the cards of a decree: digital ones active at once, physical ones printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.cards.errors import IssueCode
from prakerja.cards.rules import card_serial_of
from prakerja.kit import db
from prakerja.kit.codes import card_numbers
from prakerja.kit.context import Context
from prakerja.participants.lanes import every_lane

# Big enough that the call costs nothing, small enough that a chunk's text stays in a few megabytes.
_CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class IssueResult:
    """How many cards a decree got, by channel; batches are one per lane."""

    code: IssueCode
    digital: int = 0
    regular: int = 0
    batch_ids: tuple[UUID, ...] = ()


def issue_cards(context: Context, decree_id: UUID, *, lanes: Sequence[int] | None = None) -> IssueResult:
    """Give each active participant of an approved decree a card, once; `lanes` restricts it to some.

    Codes: decree_not_found, decree_not_approved, already_issued. Safe to run again.
    Lanes do not wait for each other: two connections can issue two lanes at the same time.
    Rules: SCHEME-01, SCHEME-04. Cost: about 4 microseconds of Python a card, one SQL call per 50,000 of a channel.
    """
    with db.transaction():
        decree = db.row("SELECT state FROM decrees WHERE id = %s AND kind = 'appointment' FOR SHARE", [decree_id])
        if decree is None:
            return IssueResult(IssueCode.DECREE_NOT_FOUND)
        if decree[0] != "approved":
            return IssueResult(IssueCode.DECREE_NOT_APPROVED)
        issued = {"digital": 0, "regular": 0}
        batches = []
        for lane in every_lane() if lanes is None else sorted(lanes):
            waiting = _active(lane, decree_id)
            batch_id = _issue_lane(context, lane, decree_id, waiting, issued) if waiting else None
            if batch_id is not None:
                batches.append(batch_id)
        if not batches:
            return IssueResult(IssueCode.ALREADY_ISSUED)
        record_events(context, [Event("cards.issued", decree_id, issued | {"batches": len(batches)})])
    return IssueResult(IssueCode.OK, issued["digital"], issued["regular"], tuple(batches))


def _active(lane: int, decree_id: UUID) -> list[db.Row]:
    """Active participants of a decree; their ids as text, which is how they go back."""
    return db.rows(
        """
        SELECT p.channel, p.participant_id::text, p.lane_seed
        FROM participants AS p
        WHERE p.lane = %s AND p.decree_id = %s AND p.state = 'active'
        ORDER BY p.channel, p.participant_id
        """,
        [lane, decree_id],
    )


def _issue_lane(
    context: Context, lane: int, decree_id: UUID, waiting: Sequence[db.Row], issued: dict[str, int]
) -> UUID | None:
    batch = insert_batch(context, "appointment", decree_id, lane, len(waiting))
    if batch is None:
        return None  # Another issuer has this lane: one_batch_per_decree_and_lane.
    batch_id, number = batch
    start = 0
    while start < len(waiting):
        channel = waiting[start][0]
        chunk = [row for row in waiting[start : start + _CHUNK] if row[0] == channel]
        first_serial = card_serial_of(number, start + 1)
        insert_cards(context, lane, batch_id, channel, chunk, first_serial)
        issued[channel] += len(chunk)
        start += len(chunk)
    return batch_id


def insert_batch(
    context: Context, purpose: str, decree_id: UUID | None, lane: int | None, count: int
) -> tuple[UUID, int] | None:
    """A new batch of cards and its number; None when this lane of the decree has one (a second issuer waits for it)."""
    batch_id = context.uuid()
    inserted = db.row(
        """
        INSERT INTO card_batches (id, number, purpose, decree_id, lane, count, made_at)
        VALUES (%s, nextval('card_batch_numbers'), %s, %s, %s, %s, %s)
        ON CONFLICT (decree_id, lane) DO NOTHING
        RETURNING number
        """,
        [batch_id, purpose, decree_id, lane, count, context.now],
    )
    return None if inserted is None else (batch_id, inserted[0])


def insert_cards(
    context: Context, lane: int, batch_id: UUID, channel: str, holders: Sequence[db.Row], first_serial: int
) -> None:
    """Cards of one lane, batch and channel; holders are (channel, participant id as text, lane seed)."""
    # Arrays as PostgreSQL reads them: joined text costs a tenth of adapting a list of objects.
    card_ids = ",".join(context.uuid_texts(len(holders)))
    participant_ids = ",".join([holder[1] for holder in holders])
    numbers = ",".join(card_numbers([holder[2] for holder in holders], first_serial))
    inserted = db.value(
        "SELECT insert_cards(%s::smallint, %s, %s, %s, %s::uuid[], %s::uuid[], %s::text[])",
        [lane, batch_id, channel, context.now, f"{{{card_ids}}}", f"{{{participant_ids}}}", f"{{{numbers}}}"],
    )
    if inserted != len(holders):
        raise RuntimeError(f"{inserted} cards of {len(holders)} were inserted in lane {lane}")
