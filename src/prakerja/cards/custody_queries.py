"""Reads of custody: print batches, cards at a labour office, and who held a card when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from prakerja.audit.queries import list_events_of
from prakerja.cards.operations.manifests import list_file
from prakerja.kit import db
from prakerja.participants.lanes import every_lane


@dataclass(frozen=True, slots=True)
class ManifestView:
    """A print batch."""

    manifest_id: UUID
    number: int
    labour_office_id: UUID
    labour_office: str
    state: str
    cards: int
    list_sha256: str
    signature: bytes
    made_by: str
    made_at: datetime
    waybill: str | None
    shipped_at: datetime | None
    received_at: datetime | None
    missing: int | None


_MANIFESTS: Final = """
    SELECT m.id, m.number, m.labour_office_id, o.name, m.state, m.cards, m.list_sha256, m.signature, m.made_by,
        m.made_at, m.waybill, m.shipped_at, m.received_at, m.missing
    FROM card_manifests AS m
    JOIN labour_offices AS o ON o.id = m.labour_office_id
"""


def list_manifests(
    *, labour_office_id: UUID | None = None, after: int | None = None, limit: int = 26
) -> list[ManifestView]:
    """Print batches of a labour office, or of all, behind the number `after`; the newest first. One query."""
    found = db.rows(
        _MANIFESTS
        + """
        WHERE (%(office)s::uuid IS NULL OR m.labour_office_id = %(office)s)
            AND (%(after)s::integer IS NULL OR m.number < %(after)s)
        ORDER BY m.number DESC
        LIMIT %(limit)s
        """,
        {"office": labour_office_id, "after": after, "limit": limit},
    )
    return [_manifest(row) for row in found]


def find_manifest(manifest_id: UUID) -> ManifestView | None:
    """One print batch, or None."""
    found = db.row(_MANIFESTS + "WHERE m.id = %s", [manifest_id])
    return None if found is None else _manifest(found)


def _manifest(row: db.Row) -> ManifestView:
    fields = list(row)
    fields[7] = bytes(fields[7])
    return ManifestView(*fields)


def manifest_list(manifest_id: UUID) -> bytes:
    """The list of a print batch as it was signed, made of the rows of today: a changed row breaks the signature."""
    found = db.rows(
        """
        SELECT l.position, c.number, a.name
        FROM card_manifest_lines AS l
        JOIN cards AS c ON c.lane = l.lane AND c.card_id = l.card_id
        JOIN participants AS p ON p.lane = c.lane AND p.participant_id = c.participant_id
        JOIN applicants AS a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
        WHERE l.manifest_id = %s
        ORDER BY l.position
        """,
        [manifest_id],
    )
    return list_file([(position, number, name) for position, number, name in found])


@dataclass(frozen=True, slots=True)
class DeskCard:
    """A physical card at a labour office, with its holder and its place in the batch."""

    lane: int
    card_id: UUID
    number: str
    state: str
    name: str
    applicant_id: UUID
    manifest_id: UUID
    manifest_number: int
    manifest_state: str
    position: int
    receipt: str | None
    labour_office_id: UUID
    participant_id: UUID
    participant_state: str

    @property
    def place(self) -> str:
        """Where it lies: batch and place in it."""
        return f"{self.manifest_number}-{self.position}"


_DESK_CARDS: Final = """
    SELECT c.lane, c.card_id, c.number, c.state, a.name, a.applicant_id, m.id, m.number, m.state, l.position, c.receipt,
        m.labour_office_id, p.participant_id, p.state
    FROM card_manifest_lines AS l
    JOIN card_manifests AS m ON m.id = l.manifest_id
    JOIN cards AS c ON c.lane = l.lane AND c.card_id = l.card_id
    JOIN participants AS p ON p.lane = c.lane AND p.participant_id = c.participant_id
    JOIN applicants AS a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
"""


def list_cards_of_manifest(manifest_id: UUID, *, after: int = 0, most: int = 500) -> list[DeskCard]:
    """The cards of a print batch behind a place, in their order."""
    found = db.rows(
        _DESK_CARDS + "WHERE m.id = %s AND l.position > %s ORDER BY l.position LIMIT %s", [manifest_id, after, most]
    )
    return [DeskCard(*row) for row in found]


def list_cards_at_office(
    labour_office_id: UUID, *, after: tuple[int, int] | None = None, limit: int = 26
) -> list[DeskCard]:
    """The cards that wait at a labour office, behind `after` (batch, place), as they lie. One query."""
    batch, position = after or (None, None)
    found = db.rows(
        _DESK_CARDS
        + """
        WHERE m.labour_office_id = %(office)s AND m.state = 'received' AND c.state = 'shipped'
            AND (%(batch)s::integer IS NULL OR (m.number, l.position) > (%(batch)s::integer, %(position)s::integer))
        ORDER BY m.number, l.position
        LIMIT %(limit)s
        """,
        {"office": labour_office_id, "batch": batch, "position": position, "limit": limit},
    )
    return [DeskCard(*row) for row in found]


def find_desk_card(card_id: UUID) -> DeskCard | None:
    """A physical card that lies in a print batch, or None."""
    found = db.row(_DESK_CARDS + "WHERE l.lane = ANY (%s) AND l.card_id = %s", [every_lane(), card_id])
    return None if found is None else DeskCard(*found)


def find_desk_card_of_applicant(lane: int, applicant_id: UUID) -> DeskCard | None:
    """The newest card of a person that lies in a print batch, or None."""
    found = db.row(
        _DESK_CARDS + "WHERE l.lane = %s AND a.applicant_id = %s ORDER BY c.issued_at DESC, c.card_id DESC LIMIT 1",
        [lane, applicant_id],
    )
    return None if found is None else DeskCard(*found)


def count_cards_at_office(labour_office_id: UUID) -> int:
    """How many cards wait at a labour office."""
    return int(
        db.value(
            """
            SELECT count(*)
            FROM card_manifest_lines AS l
            JOIN card_manifests AS m ON m.id = l.manifest_id
            JOIN cards AS c ON c.lane = l.lane AND c.card_id = l.card_id
            WHERE m.labour_office_id = %s AND m.state = 'received' AND c.state = 'shipped'
            """,
            [labour_office_id],
        )
    )


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card of either channel with its holder, and the print batch in which it lies, if it does."""

    lane: int
    card_id: UUID
    channel: str
    number: str
    state: str
    name: str
    applicant_id: UUID
    participant_id: UUID
    participant_state: str
    manifest_id: UUID | None
    manifest_number: int | None


_HELD_CARDS: Final = """
    SELECT c.lane, c.card_id, c.channel, c.number, c.state, a.name, a.applicant_id, p.participant_id, p.state,
        m.id, m.number
    FROM cards AS c
    JOIN participants AS p ON p.lane = c.lane AND p.participant_id = c.participant_id
    JOIN applicants AS a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
    LEFT JOIN card_manifest_lines AS l ON l.lane = c.lane AND l.card_id = c.card_id
    LEFT JOIN card_manifests AS m ON m.id = l.manifest_id
"""


def find_held_card(card_id: UUID) -> HeldCard | None:
    """One card with its holder, or None."""
    found = db.row(_HELD_CARDS + "WHERE c.lane = ANY (%s) AND c.card_id = %s", [every_lane(), card_id])
    return None if found is None else HeldCard(*found)


def find_card_of_applicant(lane: int, applicant_id: UUID) -> UUID | None:
    """The newest card of a person, or None."""
    found = db.row(
        """
        SELECT c.card_id
        FROM cards AS c
        JOIN participants AS p ON p.lane = c.lane AND p.participant_id = c.participant_id
        WHERE p.lane = %s AND p.applicant_id = %s
        ORDER BY c.issued_at DESC, c.card_id DESC
        LIMIT 1
        """,
        [lane, applicant_id],
    )
    return None if found is None else found[0]


@dataclass(frozen=True, slots=True)
class Custody:
    """From when on who held a card: `holder` is printer, courier, labour_office, participant or nobody."""

    since_at: datetime
    holder: str
    state: str
    actor: str


_HOLDERS: Final = {
    "printed": "printer",
    "shipped": "courier",
    "handed_over": "participant",
    "active": "participant",
    "blocked": "participant",
    "lost": "nobody",
    "replaced": "nobody",
    "withdrawn": "nobody",
}


def custody_of(card_id: UUID) -> list[Custody]:
    """Who held a card when, oldest first.

    Its own steps, the arrival of its batch at the labour office, and the decree that took it with the participation.
    """
    issued = db.row(
        "SELECT c.issued_at, c.channel FROM cards AS c WHERE c.lane = ANY (%s) AND c.card_id = %s",
        [every_lane(), card_id],
    )
    if issued is None:
        return []
    first = "printed" if issued[1] == "regular" else "active"
    chain = [Custody(issued[0], _HOLDERS[first], first, "")]
    for event in list_events_of(card_id):
        state = event.kind.removeprefix("card.")
        if state in _HOLDERS:
            chain.append(Custody(event.programme_at, _HOLDERS[state], state, event.actor))
    arrived = db.row(
        """
        SELECT m.received_at, m.received_by
        FROM card_manifest_lines AS l
        JOIN card_manifests AS m ON m.id = l.manifest_id
        WHERE l.lane = ANY (%s) AND l.card_id = %s AND m.received_at IS NOT NULL
        """,
        [every_lane(), card_id],
    )
    # What was missing when the batch was counted never lay at the office.
    if arrived is not None and not any(one.state == "lost" and one.since_at <= arrived[0] for one in chain):
        # Behind the step that sent it off, also where all of one day happened at one moment.
        sent_off = max((place for place, one in enumerate(chain) if one.state == "shipped"), default=0)
        chain.insert(sent_off + 1, Custody(arrived[0], "labour_office", "shipped", arrived[1]))
    if not any(one.state in ("replaced", "withdrawn") for one in chain):
        chain += _revoked(card_id)
    # Stable: steps of one moment stay in the order of their events.
    return sorted(chain, key=lambda one: one.since_at)


def _revoked(card_id: UUID) -> list[Custody]:
    """The withdrawal by a decree: it moves hundreds of thousands of cards at once, and stands in the revocations."""
    return [
        Custody(revoked_at, "nobody", "withdrawn", approver)
        for revoked_at, approver in db.rows(
            """
            SELECT r.revoked_at, d.approver
            FROM cards AS c
            JOIN revocations AS r ON r.lane = c.lane AND r.participant_id = c.participant_id
            JOIN decrees AS d ON d.id = r.decree_id
            WHERE c.lane = ANY (%s) AND c.card_id = %s AND c.state = 'withdrawn' AND r.revoked_at >= c.issued_at
            ORDER BY r.number
            LIMIT 1
            """,
            [every_lane(), card_id],
        )
    ]
