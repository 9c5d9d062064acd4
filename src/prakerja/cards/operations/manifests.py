"""Print batches of physical cards: one list per labour office, signed; shipped with a waybill, counted on arrival.

The list is a CSV file of position, card number and name. Its SHA-256 is signed by Ed25519 with a key of this
deployment; the printer and the office verify it with the public key that the office's page shows.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from prakerja.audit.operations import Event, record_events
from prakerja.cards.errors import CardCode, ManifestCode
from prakerja.cards.operations.custody import ship_cards
from prakerja.cards.operations.replacement import exchange_cards
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import keyed_hash
from prakerja.participants.lanes import every_lane


@dataclass(frozen=True, slots=True)
class ManifestResult:
    """The answer about print batches; `manifest_ids` are the new ones, `missing` the cards that did not arrive."""

    code: ManifestCode
    manifest_ids: tuple[UUID, ...] = ()
    missing: int = 0


def make_print_manifests(context: Context, *, most: int = 50_000) -> ManifestResult:
    """Put printed cards that lie in no batch yet into batches, one per labour office of their holders' provinces.

    Codes: nothing_to_print. Rule: SCHEME-04. Cost: one read, two inserts per office.
    """
    with db.transaction():
        waiting = db.rows(
            """
            SELECT c.lane, c.card_id, c.number, a.name, o.id
            FROM cards AS c
            JOIN participants AS p ON p.lane = c.lane AND p.participant_id = c.participant_id
            JOIN applicants AS a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
            JOIN LATERAL (
                SELECT id FROM labour_offices WHERE province_code = a.province_code ORDER BY code LIMIT 1
            ) AS o ON true
            WHERE c.lane = ANY (%s) AND c.channel = 'regular' AND c.state = 'printed'
                AND NOT EXISTS (
                    SELECT FROM card_manifest_lines AS l WHERE l.lane = c.lane AND l.card_id = c.card_id
                )
            ORDER BY c.lane, c.card_id
            LIMIT %s
            FOR NO KEY UPDATE OF c
            """,
            [every_lane(), most],
        )
        by_office: dict[UUID, list[db.Row]] = defaultdict(list)
        for row in waiting:
            by_office[row[4]].append(row)
        made = [_make(context, office_id, rows) for office_id, rows in sorted(by_office.items())]
    return ManifestResult(ManifestCode.OK if made else ManifestCode.NOTHING_TO_PRINT, tuple(made))


def _make(context: Context, office_id: UUID, rows: Sequence[db.Row]) -> UUID:
    manifest_id = context.uuid()
    content = list_file([(position, row[2], row[3]) for position, row in enumerate(rows, 1)])
    digest = sha256(content).hexdigest()
    db.execute(
        """
        INSERT INTO card_manifests
            (id, number, labour_office_id, state, cards, list_sha256, signature, made_by, made_at)
        VALUES (%s, nextval('card_manifest_numbers'), %s, 'printed', %s, %s, %s, %s, %s)
        """,
        [
            manifest_id,
            office_id,
            len(rows),
            digest,
            _key().sign(_signed_text(manifest_id, digest)),
            context.actor,
            context.now,
        ],
    )
    db.copy_rows(
        "card_manifest_lines",
        ["lane", "card_id", "manifest_id", "position"],
        ((row[0], row[1], manifest_id, position) for position, row in enumerate(rows, 1)),
    )
    payload = {"cards": len(rows), "list_sha256": digest, "labour_office_id": office_id}
    record_events(context, [Event("card_manifest.made", manifest_id, payload)])
    return manifest_id


def list_file(lines: Sequence[tuple[int, str, str]]) -> bytes:
    """The list as it is signed: `posisi;nomor_kartu;nama`, UTF-8, one line per card in order."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(["posisi", "nomor_kartu", "nama"])
    writer.writerows(lines)
    return text.getvalue().encode()


def signature_holds(manifest_id: UUID, content: bytes, signature: bytes) -> bool:
    """Whether a list is the one that was signed for this batch."""
    try:
        _key().public_key().verify(signature, _signed_text(manifest_id, sha256(content).hexdigest()))
    except InvalidSignature:
        return False
    return True


def public_key() -> str:
    """The key with which anybody verifies a list, as hexadecimal digits."""
    return _key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keyed_hash(b"card manifests", purpose="manifest signature"))


def _signed_text(manifest_id: UUID, digest: str) -> bytes:
    return f"prakerja card manifest\n{manifest_id}\n{digest}\n".encode()


def ship_manifest(context: Context, manifest_id: UUID, waybill: str) -> ManifestResult:
    """Printed → shipped: all cards of the batch leave the printer under one waybill.

    Codes: manifest_not_found, step_not_allowed, waybill_missing. A card that was withdrawn meanwhile stays behind.
    """
    with db.transaction():
        code = _may_move(manifest_id, "printed")
        if code.is_refusal:
            return ManifestResult(code)
        if not waybill.strip():
            return ManifestResult(ManifestCode.WAYBILL_MISSING)
        shipped = ship_cards(context, [card_id for card_id, _ in _cards(manifest_id)])
        db.execute(
            "UPDATE card_manifests SET state = 'shipped', waybill = %s, shipped_by = %s, shipped_at = %s WHERE id = %s",
            [waybill.strip()[:100], context.actor, context.now, manifest_id],
        )
        left = sum(result.code is CardCode.OK for result in shipped)
        payload = {"waybill": waybill.strip()[:100], "cards": left}
        record_events(context, [Event("card_manifest.shipped", manifest_id, payload)])
    return ManifestResult(ManifestCode.OK, (manifest_id,))


def receive_manifest(context: Context, manifest_id: UUID, missing_positions: Sequence[int]) -> ManifestResult:
    """Shipped → received: the labour office has counted the cards; those that are missing are lost, and replaced.

    The new cards wait for the next print batch. Codes: manifest_not_found, step_not_allowed.
    """
    with db.transaction():
        code = _may_move(manifest_id, "shipped")
        if code.is_refusal:
            return ManifestResult(code)
        absent = set(missing_positions)
        gone = [card_id for card_id, position in _cards(manifest_id) if position in absent]
        lost = exchange_cards(context, gone, "lost")
        missing = sum(result.code in (CardCode.OK, CardCode.PARTICIPANT_NOT_ACTIVE) for result in lost)
        db.execute(
            """
            UPDATE card_manifests SET state = 'received', received_by = %s, received_at = %s, missing = %s
            WHERE id = %s
            """,
            [context.actor, context.now, missing, manifest_id],
        )
        record_events(context, [Event("card_manifest.received", manifest_id, {"missing": missing})])
    return ManifestResult(ManifestCode.OK, (manifest_id,), missing)


def _may_move(manifest_id: UUID, before: str) -> ManifestCode:
    found = db.row("SELECT state FROM card_manifests WHERE id = %s FOR UPDATE", [manifest_id])
    if found is None:
        return ManifestCode.MANIFEST_NOT_FOUND
    return ManifestCode.OK if found[0] == before else ManifestCode.STEP_NOT_ALLOWED


def _cards(manifest_id: UUID) -> list[tuple[UUID, int]]:
    found = db.rows(
        "SELECT card_id, position FROM card_manifest_lines WHERE manifest_id = %s ORDER BY position", [manifest_id]
    )
    return [(card_id, position) for card_id, position in found]
