"""Inviting listed people to sign up: once a person, by phone; who has none is not reachable and says so in coverage."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.access.messages import Courier, Letter
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field
from prakerja.participants.errors import InvitationCode
from prakerja.participants.worker_list_packing import TABLE, row_id

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class InvitationResult:
    """How many were invited, and how many have no phone on their row."""

    code: InvitationCode
    sent: int = 0
    not_reachable: int = 0


def invite_listed_workers(
    context: Context, worker_list_id: UUID, courier: Courier, *, text: str, machine_now: datetime
) -> InvitationResult:
    """Invite everybody of a published list who has not signed up and was never invited. May run again.

    Codes: worker_list_not_found, not_published. Cost: per 5,000 people one read, one COPY, the courier.
    """
    state = db.row("SELECT state FROM worker_lists WHERE id = %s", [worker_list_id])
    if state is None:
        return InvitationResult(InvitationCode.LIST_NOT_FOUND)
    if state[0] != "published":
        return InvitationResult(InvitationCode.NOT_PUBLISHED)
    sent = not_reachable = 0
    while True:
        with db.transaction():
            rows = _not_yet(worker_list_id)
            letters = [
                Letter(
                    "phone",
                    decrypt_field(phone, table=TABLE, column="phone_cipher", row_id=row_id(worker_list_id, number)),
                    text,
                )
                for *_, number, phone in rows
                if phone is not None
            ]
            db.copy_rows(
                "worker_list_invitations",
                ["lane", "nik_index", "nik_index_next", "worker_list_id", "outcome", "invited_at"],
                [
                    (lane, index, twin, worker_list_id, "not_reachable" if phone is None else "sent", context.now)
                    for lane, index, twin, _, phone in rows
                ],
            )
            courier.send(letters, ids=context.ids, machine_now=machine_now)
            sent, not_reachable = sent + len(letters), not_reachable + len(rows) - len(letters)
            if len(rows) < _BATCH:
                figures = {"sent": sent, "not_reachable": not_reachable}
                record_events(context, [Event("worker_list.invited", worker_list_id, figures)])
                return InvitationResult(InvitationCode.OK, sent, not_reachable)


def _not_yet(worker_list_id: UUID) -> list[db.Row]:
    return db.rows(
        """
        SELECT listed.lane, listed.nik_index, listed.nik_index_next, listed.row_number, listed.phone_cipher
        FROM worker_list_rows AS listed
        WHERE listed.worker_list_id = %s
            AND NOT EXISTS (
                SELECT FROM applicants AS a WHERE (a.lane, a.nik_index) = (listed.lane, listed.nik_index)
            )
            AND NOT EXISTS (
                SELECT FROM worker_list_invitations AS i WHERE (i.lane, i.nik_index) = (listed.lane, listed.nik_index)
            )
        ORDER BY listed.lane, listed.nik_index
        LIMIT %s
        """,
        [worker_list_id, _BATCH],
    )
