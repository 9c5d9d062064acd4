"""The keys with which partners sign agreements: only the public half comes here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.contracts import PUBLISHED_KEYS, is_public_key
from prakerja.partners.errors import SigningCode
from prakerja.partners.models import Institution, PartyKey, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyKeyRequest:
    """The public half of a partner's Ed25519 key, 32 bytes, with a label for its people."""

    owner_role: Literal["platform", "institution"]
    owner_id: UUID
    public_key: bytes
    label: str = ""


@dataclass(frozen=True, slots=True)
class PartyKeyResult:
    """The answer."""

    code: SigningCode
    key_id: UUID | None = None


def register_party_keys(context: Context, requests: Sequence[PartyKeyRequest]) -> list[PartyKeyResult]:
    """Register public keys of partners. A key belongs to one partner for ever, also when it was revoked.

    Codes: party_unknown, key_malformed, key_published (of the test vectors), key_taken. Rule: SCHEME-10.
    Cost: five statements; other writers of keys wait.
    """
    results: list[PartyKeyResult] = []
    keys: list[PartyKey] = []
    with db.transaction():
        db.execute("LOCK TABLE party_keys IN SHARE ROW EXCLUSIVE MODE")
        owners = {
            "platform": set(Platform.objects.in_bulk([one.owner_id for one in requests])),
            "institution": set(Institution.objects.in_bulk([one.owner_id for one in requests])),
        }
        rows = PartyKey.objects.filter(public_key__in=[one.public_key for one in requests]).order_by("id")
        taken = {bytes(key) for key in rows.values_list("public_key", flat=True)}
        for request in requests:
            if request.owner_id not in owners[request.owner_role]:
                results.append(PartyKeyResult(SigningCode.PARTY_UNKNOWN))
            elif not is_public_key(request.public_key):
                results.append(PartyKeyResult(SigningCode.KEY_MALFORMED))
            elif request.public_key in PUBLISHED_KEYS:
                results.append(PartyKeyResult(SigningCode.KEY_PUBLISHED))
            elif request.public_key in taken:
                results.append(PartyKeyResult(SigningCode.KEY_TAKEN))
            else:
                taken.add(request.public_key)
                keys.append(_key(context, request))
                results.append(PartyKeyResult(SigningCode.OK, keys[-1].id))
        PartyKey.objects.bulk_create(keys)
        record_events(
            context,
            [
                Event("party_key.registered", one.id, {"owner_id": one.platform_id or one.institution_id})
                for one in keys
            ],
        )
    return results


def revoke_party_keys(
    context: Context, key_ids: Sequence[UUID], *, owner_id: UUID | None = None
) -> list[PartyKeyResult]:
    """Revoke keys, for ever: what they signed before stands, what they sign from now on counts for nothing.

    `owner_id`: whose they must be, for a partner that asks itself. Codes: key_unknown, key_revoked (before).
    Cost: three statements; locks the keys in id order.
    """
    results: list[PartyKeyResult] = []
    revoked: list[PartyKey] = []
    with db.transaction():
        rows = PartyKey.objects.select_for_update().filter(id__in=key_ids).order_by("id")
        found = {one.id: one for one in rows if owner_id in (None, one.platform_id, one.institution_id)}
        for key_id in key_ids:
            key = found.get(key_id)
            if key is None:
                results.append(PartyKeyResult(SigningCode.KEY_UNKNOWN))
            elif key.revoked_at is not None:
                results.append(PartyKeyResult(SigningCode.KEY_REVOKED, key.id))
            else:
                key.revoked_at = context.now
                revoked.append(key)
                results.append(PartyKeyResult(SigningCode.OK, key.id))
        PartyKey.objects.bulk_update(revoked, ["revoked_at"])
        record_events(context, [Event("party_key.revoked", one.id) for one in revoked])
    return results


def _key(context: Context, request: PartyKeyRequest) -> PartyKey:
    return PartyKey(
        id=context.uuid(),
        platform_id=request.owner_id if request.owner_role == "platform" else None,
        institution_id=request.owner_id if request.owner_role == "institution" else None,
        public_key=request.public_key,
        label=request.label.strip(),
        registered_by=context.actor,
        registered_at=context.now,
    )
