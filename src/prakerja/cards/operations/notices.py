"""Notices before a deadline: once per participant, deadline and distance, to the contacts that the person has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from prakerja.access.messages import Courier, Letter
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.contacts import EMAIL, PHONE
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field
from prakerja.participants.lanes import every_lane

# Days before each deadline at which somebody hears of it. Rule: CARD-01, CARD-02.
DAYS_BEFORE: Final[dict[str, tuple[int, ...]]] = {"first_purchase": (14, 7, 3, 1), "balance_ends": (30, 7, 1)}
_COLUMNS: Final = {"first_purchase": "first_purchase_deadline_at", "balance_ends": "balance_until_at"}


@dataclass(frozen=True, slots=True)
class NoticeCounts:
    """How many notices were made, and how many of them could be sent."""

    made: int
    sent: int


def send_deadline_notices(
    context: Context, courier: Courier | None, texts: dict[str, str], *, most: int = 10_000
) -> NoticeCounts:
    """Notify active participants whose deadline is near, for the daily job. Run again, it makes no notice twice.

    Of several distances that have come, only the nearest is told. `texts`: what a letter says, by kind, with `{days}`.
    Rules: CARD-01 (nobody who has bought hears of the first purchase), CARD-02. Cost: two statements per distance.
    """
    made = sent = 0
    with db.transaction():
        for kind, distances in DAYS_BEFORE.items():
            for place, days in enumerate(distances):
                nearer = distances[place + 1] if place + 1 < len(distances) else 0
                rows = _due(context, kind, days, nearer, most)
                text = texts[kind].replace("{days}", str(days))
                letters = [letter for row in rows if (letter := _letter(row, text, courier))]
                _store(context, kind, days, rows, courier)
                if courier is not None and letters:
                    courier.send(letters, ids=context.ids, machine_now=context.now)
                    sent += len(letters)
                made += len(rows)
        if made:
            record_events(context, [Event("deadline_notices.sent", context.uuid(), {"made": made, "sent": sent})])
    return NoticeCounts(made, sent)


def write_to_participants(context: Context, courier: Courier | None, texts: Mapping[tuple[int, UUID], str]) -> int:
    """Send each participant (lane, participant_id) a text to the contact that the person has; how many were sent.

    In the caller's transaction. Cost: one statement.
    """
    if courier is None or not texts:
        return 0
    found = db.rows(
        """
        SELECT p.lane, p.participant_id, NULL, a.applicant_id, a.email_cipher, a.phone_cipher
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, participant_id)
        JOIN participants AS p USING (lane, participant_id)
        JOIN applicants AS a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
        ORDER BY p.lane, p.participant_id
        """,
        [[lane for lane, _ in texts], [participant_id for _, participant_id in texts]],
    )
    letters = [letter for row in found if (letter := _letter(row, texts[row[0], row[1]], courier))]
    courier.send(letters, ids=context.ids, machine_now=context.now)
    return len(letters)


def _due(context: Context, kind: str, days: int, nearer: int, most: int) -> list[db.Row]:
    column = _COLUMNS[kind]
    bought = "AND p.first_purchase_at IS NULL" if kind == "first_purchase" else ""
    return db.rows(
        f"""
        SELECT p.lane, p.participant_id, p.{column}, a.applicant_id, a.email_cipher, a.phone_cipher
        FROM participants AS p
        JOIN applicants AS a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
        WHERE p.lane = ANY (%(lanes)s)
            AND p.state = 'active'
            AND p.{column} > %(now)s::timestamptz + make_interval(days => %(nearer)s)
            AND p.{column} <= %(now)s::timestamptz + make_interval(days => %(days)s)
            {bought}
            AND NOT EXISTS (
                SELECT FROM deadline_notices AS n
                WHERE n.lane = p.lane AND n.participant_id = p.participant_id AND n.kind = %(kind)s
                    AND n.days_before = %(days)s AND n.deadline_at = p.{column}
            )
        ORDER BY p.lane, p.participant_id
        LIMIT %(most)s
        """,
        {
            "lanes": every_lane(),
            "now": context.now,
            "nearer": nearer,
            "days": days,
            "kind": kind,
            "most": most,
        },
    )


def _channel(row: db.Row, courier: Courier | None) -> str | None:
    """The contact of a person that the courier reaches."""
    kinds = frozenset[str]() if courier is None else courier.kinds
    if row[4] is not None and EMAIL in kinds:
        return EMAIL
    return PHONE if row[5] is not None and PHONE in kinds else None


def _letter(row: db.Row, text: str, courier: Courier | None) -> Letter | None:
    kind = _channel(row, courier)
    if kind is None:
        return None
    cipher, column = (row[4], "email_cipher") if kind == EMAIL else (row[5], "phone_cipher")
    return Letter(kind, decrypt_field(bytes(cipher), table="applicants", column=column, row_id=row[3]), text)


def _store(context: Context, kind: str, days: int, rows: Sequence[db.Row], courier: Courier | None) -> None:
    db.copy_rows(
        "deadline_notices",
        ["lane", "participant_id", "kind", "days_before", "deadline_at", "noticed_at", "sent_to"],
        ((row[0], row[1], kind, days, row[2], context.now, _channel(row, courier)) for row in rows),
    )
