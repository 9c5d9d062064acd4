"""Replacing a lost or blocked card: a new number for the same holder and balance. It takes no place of the quota."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.cards.errors import CardCode
from prakerja.cards.operations.custody import CardResult, block_cards, lose_cards
from prakerja.cards.operations.issue import insert_batch, insert_cards
from prakerja.cards.rules import POSITIONS_OF_A_BATCH, card_serial_of
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.lanes import every_lane


def replace_cards(context: Context, card_ids: Sequence[UUID]) -> list[CardResult]:
    """Lost or blocked → replaced, one result per id in order with the new card's id.

    Codes: card_not_found, repeated, step_not_allowed, participant_not_active. Rule: SCHEME-01.
    Locks the cards and the batch of replacements. Cost: one read and update, one SQL call per lane and channel.
    """
    results: dict[UUID, CardResult] = {}
    with db.transaction():
        groups: dict[tuple[int, str], list[db.Row]] = defaultdict(list)
        for row in _locked(card_ids):
            code = _refusal(row[3], row[6])
            results[row[1]] = CardResult(code)
            if code is CardCode.OK:
                groups[row[0], row[2]].append(row)
        count = sum(len(rows) for rows in groups.values())
        if count:
            db.execute(
                "UPDATE cards SET state = 'replaced' WHERE lane = ANY (%s) AND card_id = ANY (%s::uuid[])",
                [every_lane(), [row[1] for rows in groups.values() for row in rows]],
            )
            batch_id, number, position = take_positions(context, count)
            for (lane, channel), rows in sorted(groups.items()):
                holders = [(channel, str(row[4]), row[5]) for row in rows]
                insert_cards(context, lane, batch_id, channel, holders, card_serial_of(number, position))
                position += len(rows)
                results.update(_link(context, lane, rows))
    seen: set[UUID] = set()
    answers = []
    for card_id in card_ids:
        answer = results.get(card_id, CardResult(CardCode.CARD_NOT_FOUND))
        answers.append(CardResult(CardCode.REPEATED) if card_id in seen and card_id in results else answer)
        seen.add(card_id)
    return answers


def exchange_cards(
    context: Context, card_ids: Sequence[UUID], closed_as: Literal["lost", "blocked"]
) -> list[CardResult]:
    """Close cards as lost, or block those that are handed in damaged, and replace them at once; one result per id.

    Codes: card_not_found, step_not_allowed, repeated (has been replaced), participant_not_active (closed, and nothing
    takes its place). One transaction; cost as the two steps.
    """
    close = lose_cards if closed_as == "lost" else block_cards
    with db.transaction():
        closed = close(context, card_ids)
        # Closed before, and still without another: now it gets one.
        is_closed = [result.code in (CardCode.OK, CardCode.REPEATED) for result in closed]
        ids = [card_id for card_id, ok in zip(card_ids, is_closed, strict=True) if ok]
        replaced = iter(replace_cards(context, ids))
        return [next(replaced) if ok else result for result, ok in zip(closed, is_closed, strict=True)]


def _refusal(card_state: str, participant_state: str) -> CardCode:
    if card_state == "replaced":
        return CardCode.REPEATED
    if card_state not in ("lost", "blocked"):
        return CardCode.STEP_NOT_ALLOWED
    if participant_state not in ("active", "finished"):
        return CardCode.PARTICIPANT_NOT_ACTIVE
    return CardCode.OK


def _locked(card_ids: Sequence[UUID]) -> list[db.Row]:
    """(lane, card, channel, state, participant, lane seed, participant's state)."""
    return db.rows(
        """
        SELECT c.lane, c.card_id, c.channel, c.state, c.participant_id, p.lane_seed, p.state
        FROM cards AS c
        JOIN participants AS p ON p.lane = c.lane AND p.participant_id = c.participant_id
        WHERE c.lane = ANY (%s) AND c.card_id = ANY (%s::uuid[])
        ORDER BY c.lane, c.card_id
        FOR NO KEY UPDATE OF c
        """,
        [every_lane(), list(card_ids)],
    )


def take_positions(context: Context, count: int) -> tuple[UUID, int, int]:
    """Batch, its number and the first of `count` free positions: replacements share batches until one is full."""
    taken = db.row(
        """
        UPDATE card_batches
        SET count = count + %(count)s
        WHERE id = (SELECT id FROM card_batches WHERE purpose = 'replacement' ORDER BY number DESC LIMIT 1 FOR UPDATE)
            AND count + %(count)s < %(positions)s
        RETURNING id, number, count - %(count)s + 1
        """,
        {"count": count, "positions": POSITIONS_OF_A_BATCH},
    )
    if taken is not None:
        return taken[0], taken[1], taken[2]
    batch = insert_batch(context, "replacement", None, None, count)
    if batch is None:
        raise RuntimeError("a batch of replacements names no decree and meets no other")
    return batch[0], batch[1], 1


def _link(context: Context, lane: int, rows: Sequence[db.Row]) -> dict[UUID, CardResult]:
    """Write on each new card which one it replaces."""
    linked = db.rows(
        """
        UPDATE cards AS c
        SET replaces_card_id = given.old_id
        FROM unnest(%s::uuid[], %s::uuid[]) AS given (old_id, participant_id)
        WHERE c.lane = %s
            AND c.participant_id = given.participant_id
            AND c.state IN ('active', 'printed')
            AND c.replaces_card_id IS NULL
            AND c.card_id <> given.old_id
        RETURNING given.old_id, c.card_id
        """,
        [[row[1] for row in rows], [row[4] for row in rows], lane],
    )
    record_events(context, [Event("card.replaced", old, {"by_card_id": new}, lane) for old, new in linked])
    return {old: CardResult(CardCode.OK, new) for old, new in linked}
