"""Platforms, institutions, registrations, agreements and keys, as frozen values ordered by a unique key."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from prakerja.kit import db
from prakerja.kit.crypto import decrypt_field
from prakerja.partners.models import Agreement, ApiKey, Institution, Platform, Registration
from prakerja.partners.states import InstitutionState, PlatformState


@dataclass(frozen=True, slots=True)
class PlatformView:
    """A platform. `profile` holds `description` and the `fee_scheme` that it offers; `sample` is shown as such."""

    id: UUID
    code: str
    name: str
    kind: str
    state: PlatformState
    modes: tuple[str, ...]
    payment_term_days: int
    owner_entity: str
    profile: Mapping[str, Any]
    sample: bool
    recognised_at: datetime | None
    ended_at: datetime | None

    @property
    def sells(self) -> bool:
        """Whether new purchases may be made through it."""
        return self.state is PlatformState.ACTIVE


@dataclass(frozen=True, slots=True)
class InstitutionView:
    """A training institution."""

    id: UUID
    code: str
    name: str
    kind: str
    province_code: str
    state: InstitutionState
    owner_entity: str
    sample: bool
    decreed_at: datetime | None
    legal_form: str
    founded_date: date | None
    offline: bool


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """An institution's application to a platform."""

    id: UUID
    platform_id: UUID
    institution_id: UUID
    state: str
    unmet: tuple[str, ...]
    reason: str
    submitted_at: datetime | None
    decided_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgreementView:
    """An agreement; `fee_scheme` and `cap_bp` go to `rules.commission_idr` as they are."""

    id: UUID
    platform_id: UUID
    institution_id: UUID
    platform_kind: str
    version: int
    fee_scheme: Mapping[str, Any]
    highest_commission_bp: int
    cap_bp: int | None
    valid_from: date
    valid_until: date | None
    regime_version: str
    sample: bool

    def is_in_force(self, day: date) -> bool:
        """Whether it binds on a legal day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """A key with its secret, for checking a signature. Never shown, never logged."""

    id: UUID
    client_code: str
    partner_role: str
    partner_id: UUID
    partner_code: str
    partner_state: str
    scopes: tuple[str, ...]
    expires_at: datetime
    revoked_at: datetime | None
    secret: str = field(repr=False)

    def is_live(self, now: datetime) -> bool:
        """Whether it signs calls at a moment."""
        return self.revoked_at is None and now < self.expires_at


def list_platforms(*, states: Sequence[PlatformState] | None = None) -> list[PlatformView]:
    """All platforms, or those in some states, by code. One statement."""
    found = Platform.objects.order_by("code")
    if states is not None:
        found = found.filter(state__in=[state.value for state in states])
    return [_platform(platform) for platform in found]


def get_platform(platform_id: UUID) -> PlatformView:
    """A platform by its id.

    Raises:
        LookupError: there is none.
    """
    found = Platform.objects.filter(id=platform_id).first()
    if found is None:
        raise LookupError(f"no platform {platform_id}")
    return _platform(found)


def get_platform_evidence(platform_id: UUID) -> dict[str, str | int]:
    """What was shown in a platform's admission: word of PLAT-01 → document, or number of provinces.

    Raises:
        LookupError: there is no such platform.
    """
    found: dict[str, str | int] = json.loads(
        db.value("SELECT evidence::text FROM platforms WHERE id = %s", [platform_id])
    )
    return found


def find_platform(code: str) -> PlatformView | None:
    """A platform by its code."""
    found = Platform.objects.filter(code=code).first()
    return _platform(found) if found else None


def list_institutions(
    *, kind: str | None = None, province_code: str | None = None, after_code: str = "", limit: int | None = None
) -> list[InstitutionView]:
    """Institutions by code; a page begins after `after_code`. One statement."""
    found = Institution.objects.filter(code__gt=after_code).order_by("code")
    if kind is not None:
        found = found.filter(kind=kind)
    if province_code is not None:
        found = found.filter(province_code=province_code)
    return [_institution(institution) for institution in found[:limit]]


def get_institution(institution_id: UUID) -> InstitutionView:
    """An institution by its id.

    Raises:
        LookupError: there is none.
    """
    found = Institution.objects.filter(id=institution_id).first()
    if found is None:
        raise LookupError(f"no institution {institution_id}")
    return _institution(found)


def find_institution(code: str) -> InstitutionView | None:
    """An institution by its code."""
    found = Institution.objects.filter(code=code).first()
    return _institution(found) if found else None


def list_registrations(
    *, platform_id: UUID | None = None, institution_id: UUID | None = None
) -> list[RegistrationView]:
    """Applications of a platform or an institution (or all), by their submission; drafts last. One statement."""
    found = Registration.objects.filter(_pair(platform_id, institution_id)).order_by("submitted_at", "id")
    return [
        RegistrationView(
            one.id,
            one.platform_id,
            one.institution_id,
            one.state,
            tuple(one.unmet),
            one.reason,
            one.submitted_at,
            one.decided_at,
            one.due_at,
        )
        for one in found
    ]


def list_agreements(
    *, platform_id: UUID | None = None, institution_id: UUID | None = None, on: date | None = None
) -> list[AgreementView]:
    """Agreements of a platform or an institution (or all), with `on` those in force that day. By pair and version."""
    found = Agreement.objects.filter(_pair(platform_id, institution_id))
    if on is not None:
        found = found.filter(_in_force(on))
    return [_agreement(one) for one in found.order_by("platform_id", "institution_id", "version")]


def get_agreements(agreement_ids: Iterable[UUID]) -> dict[UUID, AgreementView]:
    """Agreements by id; ids that do not exist are left out. One statement."""
    return {one.id: _agreement(one) for one in Agreement.objects.filter(id__in=list(agreement_ids)).order_by("id")}


def find_agreement_in_force(platform_id: UUID, institution_id: UUID, day: date) -> AgreementView | None:
    """The agreement that binds a pair on a legal day, if any: two never overlap."""
    pair = Agreement.objects.filter(platform_id=platform_id, institution_id=institution_id)
    found = pair.filter(_in_force(day)).first()
    return _agreement(found) if found else None


def get_agreement_in_force(platform_id: UUID, institution_id: UUID, day: date) -> AgreementView:
    """The agreement that binds a pair on a legal day.

    Raises:
        LookupError: there is none.
    """
    found = find_agreement_in_force(platform_id, institution_id, day)
    if found is None:
        raise LookupError(f"no agreement of {platform_id} with {institution_id} is in force on {day.isoformat()}")
    return found


def find_api_key(client_code: str) -> ApiKeyView | None:
    """The key of a client code with its secret and its partner's state, live or not. One statement."""
    found = db.row(
        """
        SELECT k.id, k.client_code, k.partner_role, k.partner_id,
               coalesce(p.code, i.code), coalesce(p.state, i.state),
               k.scopes, k.expires_at, k.revoked_at, k.key_cipher
        FROM api_keys AS k
        LEFT JOIN platforms AS p ON p.id = k.platform_id
        LEFT JOIN institutions AS i ON i.id = k.institution_id
        WHERE k.client_code = %s
        """,
        [client_code],
    )
    if found is None:
        return None
    key_id, code, role, partner_id, partner_code, state, scopes, expires_at, revoked_at, cipher = found
    secret = decrypt_field(bytes(cipher), table="api_keys", column="key_cipher", row_id=key_id)
    return ApiKeyView(
        key_id, code, role, partner_id, partner_code, state, tuple(scopes), expires_at, revoked_at, secret
    )


@dataclass(frozen=True, slots=True)
class ApiKeyLine:
    """A key as its partner sees it: everything but the secret."""

    id: UUID
    client_code: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


def list_api_keys(partner_id: UUID) -> list[ApiKeyLine]:
    """A partner's keys, the newest first. One statement."""
    return [
        ApiKeyLine(
            key.id,
            key.client_code,
            tuple(key.scopes),
            key.created_at,
            key.expires_at,
            key.revoked_at,
            key.last_used_at,
        )
        for key in ApiKey.objects.filter(partner_id=partner_id).order_by("-created_at", "-id")
    ]


def _pair(platform_id: UUID | None, institution_id: UUID | None) -> Q:
    wanted = Q()
    if platform_id is not None:
        wanted &= Q(platform_id=platform_id)
    if institution_id is not None:
        wanted &= Q(institution_id=institution_id)
    return wanted


def _in_force(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_until__isnull=True) | Q(valid_until__gt=day))


def _platform(platform: Platform) -> PlatformView:
    return PlatformView(
        platform.id,
        platform.code,
        platform.name,
        platform.kind,
        PlatformState(platform.state),
        tuple(platform.modes),
        platform.payment_term_days,
        platform.owner_entity,
        platform.profile,
        platform.sample,
        platform.recognised_at,
        platform.ended_at,
    )


def _institution(institution: Institution) -> InstitutionView:
    return InstitutionView(
        institution.id,
        institution.code,
        institution.name,
        institution.kind,
        institution.province_code,
        InstitutionState(institution.state),
        institution.owner_entity,
        institution.sample,
        institution.decreed_at,
        institution.legal_form,
        institution.founded_date,
        institution.offline,
    )


def _agreement(one: Agreement) -> AgreementView:
    return AgreementView(
        one.id,
        one.platform_id,
        one.institution_id,
        one.platform_kind,
        one.version,
        one.fee_scheme,
        one.highest_commission_bp,
        one.cap_bp,
        one.valid_from,
        one.valid_until,
        one.regime_version,
        one.sample,
    )
