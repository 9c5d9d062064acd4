"""Keys that sign the calls of partners: issued once in the clear, stored encrypted, two live ones at most."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import encrypt_field
from prakerja.partners.errors import ApiKeyCode
from prakerja.partners.models import ApiKey, Institution, Platform

_SECRET_BITS = 256
_SUFFIX_BITS = 32
SLOTS = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRequest:
    """A key for a partner. `partner_role` is `platform` or `institution`."""

    partner_role: str
    partner_id: UUID
    expires_at: datetime
    scopes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ApiKeyResult:
    """The answer. `secret` is shown here and never again."""

    code: ApiKeyCode
    key_id: UUID | None = None
    client_code: str = ""
    secret: str = field(default="", repr=False)


def issue_api_keys(context: Context, requests: Sequence[ApiKeyRequest]) -> list[ApiKeyResult]:
    """Issue keys: a `client_code` of the partner's code and eight digits, and a secret of 64 hexadecimal digits.

    A key that has expired gives its place free. Codes: partner_unknown, life_malformed (expires now or earlier),
    two_live_keys. Cost: six statements; other writers of keys wait.
    """
    results: list[ApiKeyResult] = []
    keys: list[ApiKey] = []
    with db.transaction():
        db.execute("LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE")
        partner_ids = [request.partner_id for request in requests]
        ApiKey.objects.filter(partner_id__in=partner_ids, revoked_at__isnull=True, expires_at__lte=context.now).update(
            revoked_at=context.now
        )
        codes = _partner_codes(partner_ids)
        taken: dict[UUID, set[int]] = {}
        for key in ApiKey.objects.filter(partner_id__in=partner_ids, revoked_at__isnull=True).order_by("id"):
            taken.setdefault(key.partner_id, set()).add(key.slot)
        for request in requests:
            partner_code = codes.get((request.partner_role, request.partner_id))
            slots = taken.setdefault(request.partner_id, set())
            free = next((slot for slot in SLOTS if slot not in slots), None)
            if partner_code is None:
                results.append(ApiKeyResult(ApiKeyCode.PARTNER_UNKNOWN))
            elif request.expires_at <= context.now:
                results.append(ApiKeyResult(ApiKeyCode.LIFE_MALFORMED))
            elif free is None:
                results.append(ApiKeyResult(ApiKeyCode.TWO_LIVE_KEYS))
            else:
                slots.add(free)
                secret = f"{context.ids.bits(_SECRET_BITS):064x}"
                key = _key(context, request, partner_code, free, secret)
                keys.append(key)
                results.append(ApiKeyResult(ApiKeyCode.OK, key.id, key.client_code, secret))
        ApiKey.objects.bulk_create(keys)
        record_events(context, [_event("api_key.issued", key) for key in keys])
    return results


def revoke_api_keys(context: Context, key_ids: Sequence[UUID]) -> list[ApiKeyResult]:
    """Revoke keys at once. Codes: key_unknown, already_revoked. Cost: three statements; locks the keys in id order."""
    results: list[ApiKeyResult] = []
    revoked: list[ApiKey] = []
    with db.transaction():
        found = {key.id: key for key in ApiKey.objects.select_for_update().filter(id__in=key_ids).order_by("id")}
        for key_id in key_ids:
            key = found.get(key_id)
            if key is None:
                results.append(ApiKeyResult(ApiKeyCode.KEY_UNKNOWN))
            elif key.revoked_at is not None:
                results.append(ApiKeyResult(ApiKeyCode.ALREADY_REVOKED, key.id, key.client_code))
            else:
                key.revoked_at = context.now
                revoked.append(key)
                results.append(ApiKeyResult(ApiKeyCode.OK, key.id, key.client_code))
        ApiKey.objects.bulk_update(revoked, ["revoked_at"])
        record_events(context, [_event("api_key.revoked", key) for key in revoked])
    return results


def record_api_key_uses(context: Context, client_codes: Sequence[str]) -> int:
    """Note the last use of keys; returns how many it moved on. For a job that collects uses, not for every call.

    Not an event: it says nothing that anybody decided. Cost: one statement.
    """
    return db.execute(
        """
        UPDATE api_keys
        SET last_used_at = %s
        WHERE client_code = ANY (%s) AND (last_used_at IS NULL OR last_used_at < %s)
        """,
        [context.now, list(client_codes), context.now],
    )


def _partner_codes(partner_ids: Sequence[UUID]) -> dict[tuple[str, UUID], str]:
    codes: dict[tuple[str, UUID], str] = {}
    for platform in Platform.objects.filter(id__in=partner_ids).order_by("id"):
        codes["platform", platform.id] = platform.code
    for institution in Institution.objects.filter(id__in=partner_ids).order_by("id"):
        codes["institution", institution.id] = institution.code
    return codes


def _key(context: Context, request: ApiKeyRequest, partner_code: str, slot: int, secret: str) -> ApiKey:
    key_id = context.uuid()
    return ApiKey(
        id=key_id,
        partner_id=request.partner_id,
        partner_role=request.partner_role,
        slot=slot,
        client_code=f"{partner_code}-{context.ids.bits(_SUFFIX_BITS):08x}",
        key_cipher=encrypt_field(secret, table="api_keys", column="key_cipher", row_id=key_id),
        scopes=sorted(set(request.scopes)),
        created_at=context.now,
        expires_at=request.expires_at,
    )


def _event(kind: str, key: ApiKey) -> Event:
    return Event(kind, key.id, {"partner_id": key.partner_id, "client_code": key.client_code})
