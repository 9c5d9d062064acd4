"""Where sign-ups come from: devices and network addresses, for limits of speed and for findings. Rule: ELIG-01.

A device is a random number in a cookie that the sign-up sets, kept as a keyed hash beside the draft for 180 days. It
refuses nobody: a family shares a phone, a village a shop with a computer. Many people behind one device are a finding
that a person of the office looks at.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from prakerja.access.operations.attempts import Budget, spend_attempts
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import keyed_hash

DEVICE_DAYS: Final = 180
_TOKEN_LENGTH_MAX: Final = 64
# A shop with a computer signs up whoever stands in the queue; a ring of borrowed identities does nothing else.
SENDINGS_OF_A_DEVICE: Final = Budget("identities sent off from a device", 20, timedelta(days=1))
# Thousands of phones share one address of a mobile network.
SENDINGS_OF_AN_ADDRESS: Final = Budget("identities sent off from an address", 2_000, timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from: the device's number (None: its cookie was refused) and the network address."""

    device: str | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)


def note_device(context: Context, user_id: UUID, device: str | None) -> bool:
    """Keep on which device a sign-up begins, as a keyed hash; the first one stays. Whether it was kept."""
    if not device or len(device) > _TOKEN_LENGTH_MAX:
        return False
    return bool(
        db.execute(
            """
            UPDATE sign_up_drafts SET device_hash = %s, device_seen_at = %s
            WHERE user_id = %s AND device_hash IS NULL
            """,
            [_hash(device), context.now, user_id],
        )
    )


def may_send_from(origin: Origin, *, machine_now: datetime) -> bool:
    """Count one sending of a device and an address; whether both are within their limits."""
    within = []
    if origin.device:
        within += spend_attempts(SENDINGS_OF_A_DEVICE, [origin.device], machine_now=machine_now)
    if origin.address:
        within += spend_attempts(SENDINGS_OF_AN_ADDRESS, [origin.address], machine_now=machine_now)
    return all(within)


def forget_devices(context: Context) -> int:
    """Erase devices that were noted more than 180 days ago; how many. For the hourly job."""
    with db.transaction():
        erased = db.execute(
            "UPDATE sign_up_drafts SET device_hash = NULL, device_seen_at = NULL WHERE device_seen_at < %s",
            [context.now - timedelta(days=DEVICE_DAYS)],
        )
        if erased:
            record_events(context, [Event("sign_up.devices_forgotten", context.uuid(), {"devices": erased})])
    return erased


def _hash(device: str) -> bytes:
    return keyed_hash(device.encode(), purpose="sign-up device")
