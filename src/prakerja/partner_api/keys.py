"""Who calls: the partners' keys in memory, and whether they still count.

A client code never gets another secret, so that secrets are kept after their first use. Whether a key is live and its
partner active is asked anew in every batch: a suspension acts at once in all processes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from prakerja.kit import db
from prakerja.partner_api.errors import Refusal
from prakerja.partners.queries import find_api_key

PLATFORM: Final = "platform"
INSTITUTION: Final = "institution"
# What a key may be limited to, by the role of its partner.
SCOPES: Final = {PLATFORM: ("payment", "sign_on"), INSTITUTION: ("redeem", "learning", "sign_on")}
CLIENT_CODE_LENGTH_MAX: Final = 100
_ACTIVE_STATES: Final = {PLATFORM: "active", INSTITUTION: "decreed"}


@dataclass(frozen=True, slots=True)
class PartnerKey:
    """A key and whose it is; `actor` is how the partner stands in the event log."""

    client_code: str
    role: str
    partner_id: UUID
    actor: str
    scopes: frozenset[str]
    secret: bytes = field(repr=False)

    def allows(self, scope: str) -> bool:
        """Whether it may be used for a scope; a key without scopes is for all."""
        return not self.scopes or scope in self.scopes


def find_partner_key(client_code: str) -> PartnerKey | None:
    """The key of a client code, live or not. One statement."""
    if len(client_code) > CLIENT_CODE_LENGTH_MAX or not client_code.isprintable():
        return None
    found = find_api_key(client_code)
    if found is None:
        return None
    return PartnerKey(
        client_code=found.client_code,
        role=found.partner_role,
        partner_id=found.partner_id,
        actor=f"{found.partner_role}:{found.partner_code}",
        scopes=frozenset(found.scopes),
        secret=found.secret.encode(),
    )


def find_standing(client_codes: Iterable[str], *, now: datetime) -> dict[str, Refusal]:
    """The refusals of those keys that do not count at a moment of the programme clock. One statement."""
    found = db.rows(
        """
        SELECT k.client_code, k.revoked_at IS NULL AND k.expires_at > %s, k.partner_role, coalesce(p.state, i.state)
        FROM api_keys AS k
        LEFT JOIN platforms AS p ON p.id = k.platform_id
        LEFT JOIN institutions AS i ON i.id = k.institution_id
        WHERE k.client_code = ANY (%s)
        ORDER BY k.client_code
        """,
        (now, list(client_codes)),
    )
    refusals: dict[str, Refusal] = {}
    for client_code, live, role, state in found:
        if not live:
            refusals[client_code] = Refusal.KEY_NOT_LIVE
        elif state != _ACTIVE_STATES[role]:
            refusals[client_code] = Refusal.PARTNER_NOT_ACTIVE
    return refusals
