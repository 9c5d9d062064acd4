"""What the reference shop and the reference institution need in a sandbox: partners, keys, classes, people to buy.

The world is made once; its classes are looked after at every start, so that one begins within the hour.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from prakerja.catalogue.queries import Offer, Search, list_courses, list_sessions, search
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.partner_api.callbacks import register_callbacks
from prakerja.partner_api.sandbox_partners import (
    CoursePlan,
    make_institution,
    make_platform,
    offer_courses,
    open_classes,
    session,
    some_id,
)
from prakerja.partner_api.sandbox_people import appropriate, make_holders, open_log_ins, require
from prakerja.partners.operations import ApiKeyRequest, issue_api_keys
from prakerja.partners.queries import find_api_key
from prakerja.programme.queries import get_regime_book

BUYERS: Final = 3
KEY_LIFE: Final = timedelta(days=365)
CLASSES_AHEAD: Final = 8
_SOON: Final = timedelta(minutes=10)
_HOUR: Final = timedelta(hours=1)
_SHOP_NAME, _INSTITUTION_NAME = "Toko Contoh", "LPK Contoh"
_BARISTA: Final = CoursePlan("Barista Dasar (contoh)", "online", 1, 350_000)
# Dearer than the founding scheme's whole balance: the refusal can be seen.
_BOOTCAMP: Final = CoursePlan("Bootcamp Data (contoh)", "online", 1, 1_500_000)


@dataclass(frozen=True, slots=True)
class StorefrontPartner:
    """A partner and its key."""

    partner_id: UUID
    name: str
    client_code: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody with a digital card and nothing bought yet, who can sign in to the pages by e-mail."""

    card: str
    email: str


@dataclass(frozen=True, slots=True)
class Storefront:
    """The world; `regular_card` is refused by the shop, empty where there is none."""

    platform: StorefrontPartner
    institution: StorefrontPartner
    buyers: tuple[Buyer, ...]
    regular_card: str


@dataclass(frozen=True, slots=True)
class StorefrontClass:
    """A class on sale, with the starts of its sessions."""

    offer: Offer
    institution: str
    sessions: tuple[datetime, ...]


def make_storefront(context: Context) -> Storefront:
    """Make partners with keys and courses, and log-ins for people of the nation. Cost: about a second.

    Raises:
        RuntimeError: the deployment is not a sandbox.
        SandboxRefusedError: the state does not allow a step.
    """
    if get_settings().deployment != "sandbox":
        raise RuntimeError("the storefront's world is made in a sandbox only")
    regime = get_regime_book().on(context.today)
    with db.transaction():
        name = f"{context.ids.bits(32):08x}"
        platform_id = make_platform(context, regime, code=f"toko-contoh-{name}", name=_SHOP_NAME)
        institution_id = make_institution(
            context, regime, code=f"lpk-contoh-{name}", name=_INSTITUTION_NAME, platform_id=platform_id
        )
        offer_courses(context, regime, institution_id, platform_id, [_BARISTA, _BOOTCAMP])
        keys = issue_api_keys(
            context,
            [
                ApiKeyRequest(partner_role=role, partner_id=partner_id, expires_at=context.now + KEY_LIFE)
                for role, partner_id in (("platform", platform_id), ("institution", institution_id))
            ],
        )
        require("keys", keys)
        buyers = _make_buyers(context, name)
    return Storefront(
        platform=StorefrontPartner(platform_id, _SHOP_NAME, keys[0].client_code, keys[0].secret),
        institution=StorefrontPartner(institution_id, _INSTITUTION_NAME, keys[1].client_code, keys[1].secret),
        buyers=tuple(buyers),
        regular_card=_find_regular_card(),
    )


def is_usable(storefront: Storefront, *, now: datetime) -> bool:
    """Whether both keys still sign calls: the database may be another one than the keys were made in."""
    found = [find_api_key(one.client_code) for one in (storefront.platform, storefront.institution)]
    return all(one is not None and one.is_live(now) for one in found)


def tend_storefront(
    context: Context, storefront: Storefront, *, shop_url: str, institution_url: str
) -> list[StorefrontClass]:
    """Register today's addresses, open the classes of the next hours that are missing; all classes on sale.

    Raises:
        SandboxRefusedError: a class was refused.
    """
    platform_id, institution_id = storefront.platform.partner_id, storefront.institution.partner_id
    for role, partner_id, purpose, uri in (
        ("institution", institution_id, "presence", f"{institution_url}/hadir/kembali"),
        ("platform", platform_id, "sign_on", f"{shop_url}/masuk/kembali"),
        ("platform", platform_id, "login", f"{shop_url}/masuk"),
    ):
        register_callbacks(context, partner_id=partner_id, partner_role=role, purpose=purpose, uris=[uri])
    _open_missing(context, institution_id, platform_id)
    offers = _offers(context, platform_id)
    sessions = list_sessions([one.schedule_id for one in offers])
    return [
        StorefrontClass(
            one, storefront.institution.name, tuple(meeting.starts_at for meeting in sessions[one.schedule_id])
        )
        for one in offers
    ]


def _offers(context: Context, platform_id: UUID) -> list[Offer]:
    return search(Search(platform_id=platform_id, limit=50), now=context.now)


def _open_missing(context: Context, institution_id: UUID, platform_id: UUID) -> None:
    regime = get_regime_book().on(context.today)
    hour = context.now.replace(minute=0, second=0, microsecond=0)
    # The first one begins as soon as somebody has found the way to it.
    starts = [context.now.replace(second=0, microsecond=0) + _SOON]
    starts += [hour + number * _HOUR for number in range(1, CLASSES_AHEAD + 1) if hour + number * _HOUR > starts[0]]
    there = [(one.title, one.starts_at) for one in _offers(context, platform_id)]
    courses = {one.title: one.id for one in list_courses(institution_id=institution_id)}
    barista = [
        (courses[_BARISTA.title], _BARISTA, [session(at), session(at + timedelta(days=1))])
        for at in starts
        if not any(title == _BARISTA.title and at - 2 * _SOON < other <= at for title, other in there)
    ]
    later = hour + timedelta(days=2)
    bootcamp = (courses[_BOOTCAMP.title], _BOOTCAMP, [session(later)])
    is_there = any(title == _BOOTCAMP.title for title, _ in there)
    open_classes(context, regime, barista + ([] if is_there else [bootcamp]))


def _make_buyers(context: Context, name: str) -> list[Buyer]:
    """Log-ins for people who have bought nothing yet; where the nation has none, people are made for it."""
    found = db.rows(
        """
        SELECT c.number, p.applicant_id, p.lane
        FROM participants AS p
        JOIN cards AS c ON c.lane = p.lane AND c.participant_id = p.participant_id
        WHERE p.state = 'active' AND p.first_purchase_at IS NULL AND p.first_purchase_deadline_at > %s
            AND c.state = 'active' AND c.channel = 'digital'
            AND NOT EXISTS (SELECT FROM users AS u WHERE u.applicant_id = p.applicant_id)
        ORDER BY p.first_purchase_deadline_at DESC, p.lane, p.participant_id
        LIMIT %s
        """,
        (context.now + timedelta(days=1), BUYERS),
    )
    if len(found) < BUYERS:
        regime = get_regime_book().on(context.today)
        appropriate(context, regime)
        holders = make_holders(context.at(context.now - _SOON), regime, digital=BUYERS, regular=1)
        found = [(one.number, one.applicant_id, one.lane) for one in holders.digital]
    emails = open_log_ins(
        context, f"pembeli-{name}", [(some_id(applicant_id), lane) for _, applicant_id, lane in found]
    )
    return [Buyer(number, email) for (number, _, _), email in zip(found, emails, strict=True)]


def _find_regular_card() -> str:
    found = db.value(
        "SELECT number FROM cards WHERE channel = 'regular' AND state = 'active' ORDER BY lane, card_id LIMIT 1"
    )
    return found or ""
