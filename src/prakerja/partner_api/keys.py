"""Who calls: the partners' keys in memory, and whether they still count.

A client code never gets another secret, so that secrets are kept after their first use. Whether a key is live and its
partner active is asked anew in every batch: a suspension acts at once in all processes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.settings import get_settings
from prakerja.partner_api.errors import Refusal
from prakerja.partner_api.integration_queries import find_open_run
from prakerja.partners.queries import find_api_key
from prakerja.programme.queries import ProgrammeClockRow

PLATFORM: Final = "platform"
INSTITUTION: Final = "institution"
# What a key may be limited to, by the role of its partner.
SCOPES: Final = {PLATFORM: ("payment", "sign_on"), INSTITUTION: ("redeem", "learning", "catalogue", "sign_on")}
CLIENT_CODE_LENGTH_MAX: Final = 100
_ACTIVE_STATES: Final = {PLATFORM: "active", INSTITUTION: "decreed"}


@dataclass(frozen=True, slots=True)
class PartnerKey:
    """A key and whose it is; `actor` is how the partner stands in the event log.

    `run_id`: the integration run that it was made for; its calls are seen.
    """

    client_code: str
    role: str
    partner_id: UUID
    actor: str
    scopes: frozenset[str]
    secret: bytes = field(repr=False)
    run_id: UUID | None = None

    def allows(self, scope: str) -> bool:
        """Whether it may be used for a scope; a key without scopes is for all."""
        return not self.scopes or scope in self.scopes


def find_partner_key(client_code: str) -> PartnerKey | None:
    """The key of a client code, live or not. One statement, in a sandbox two."""
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
        run_id=find_open_run(found.client_code) if get_settings().deployment == "sandbox" else None,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What the programme's clock shows, and the refusals of those keys that do not count now."""

    now: datetime
    refusals: dict[str, Refusal]


def find_standing(client_codes: Iterable[str], *, machine_now: datetime) -> Standing:
    """Whether keys count. One statement, which brings the programme's clock along."""
    asked = list(client_codes)
    now, refusals = machine_now, dict.fromkeys(asked, Refusal.KEY_NOT_LIVE)
    virtual = get_settings().deployment != "production"
    found = db.rows(
        """
        SELECT client_code, revoked, expires_at, partner_role, partner_state, programme_at, machine_at, running
        FROM partner_standings(%s)
        ORDER BY client_code
        """,
        (asked,),
    )
    for client_code, revoked, expires_at, role, state, programme_at, machine_at, running in found:
        if virtual and programme_at is not None:
            clock = ProgrammeClockRow(programme_at.astimezone(UTC), machine_at.astimezone(UTC), running)
            now = clock.at(machine_now)
        if revoked or expires_at <= now:
            continue
        if state == _ACTIVE_STATES[role]:
            del refusals[client_code]
        else:
            refusals[client_code] = Refusal.PARTNER_NOT_ACTIVE
    return Standing(now, refusals)
