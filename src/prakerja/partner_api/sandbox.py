"""A world to try the API in: a platform and an institution with keys, courses, cards, and redeem codes that are sold.

Everything is made by the operations of everybody, some days back on the programme's clock, so that a class can begin
now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import UUID

from prakerja.cards.queries import IssuedCard
from prakerja.catalogue.rules import SessionTimes
from prakerja.kit.clock import JAKARTA, jakarta_date
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.partner_api.callbacks import register_callbacks
from prakerja.partner_api.sandbox_codes import PREFIX
from prakerja.partner_api.sandbox_partners import (
    CoursePlan,
    Offered,
    make_institution,
    make_platform,
    offer_courses,
    open_classes,
    session,
    some_id,
)
from prakerja.partner_api.sandbox_people import appropriate, make_holders, open_log_ins, require
from prakerja.partner_api.sandbox_returns import return_uri, sign_on_uri
from prakerja.partners.operations import ApiKeyRequest, ApiKeyResult, issue_api_keys
from prakerja.programme.operations import load_reference_data, load_regimes, open_budgets
from prakerja.programme.regimes import Regime, RegimeBook
from prakerja.purchases.operations import OtpRequest, PurchaseRequest, authorize_purchases, send_otps
from prakerja.purchases.queries import list_purchases
from prakerja.purchases.rules import hash_request

REDEEM_CODES: Final = 12
DIGITAL_CARDS: Final = 8
REGULAR_CARDS: Final = 3
LOGIN_URI: Final = "http://localhost:8100/masuk"
KEY_LIFE: Final = timedelta(days=365)
_BACK: Final = (timedelta(days=6), timedelta(hours=4))
_PRICE_IDR: Final = 250_000


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """The e-mail address with which a person signs in to the pages, and the redeem code or card that is theirs."""

    holds: str
    email: str


@dataclass(frozen=True, slots=True)
class SandboxWorld:
    """What `prakerja sandbox new` shows. Keys are shown here and never again.

    `redirect_uri`: where the institution's participants come back to from the presence check; `sign_on_uri`: where the
    platform's come back to from the consent page.
    """

    platform: ApiKeyResult
    institution: ApiKeyResult
    redirect_uri: str
    sign_on_uri: str
    digital_cards: tuple[str, ...]
    regular_cards: tuple[str, ...]
    courses: tuple[Offered, ...]
    redeem_codes: tuple[str, ...]
    accounts: tuple[SandboxAccount, ...]
    holders: tuple[SandboxAccount, ...]


def make_sandbox(
    context: Context, *, machine_now: datetime, base_url: str, redirect_uri: str | None = None
) -> SandboxWorld:
    """Make a world at the programme's moment `context.now`; each call makes another. Cost: a few seconds.

    `base_url`: where the pages are, to which browsers come back. `redirect_uri` is registered for the institution
    instead, as it is.

    Raises:
        RuntimeError: the deployment is not a sandbox.
        SandboxRefusedError: the state does not allow a step, such as a quota that is used up.
    """
    past, regime = sandbox_ground(context)
    back, signed_on = redirect_uri or return_uri(base_url), sign_on_uri(base_url)
    name = f"{context.ids.bits(32):08x}"
    platform_id = make_platform(past, regime, code=f"toko-uji-{name}", name=f"Toko Uji {name}")
    institution_id = make_institution(
        past, regime, code=f"lpk-uji-{name}", name=f"LPK Uji {name}", platform_id=platform_id
    )
    courses = _make_courses(past, regime, institution_id, platform_id, now=context.now)
    holders = make_holders(past, regime, digital=DIGITAL_CARDS + REDEEM_CODES, regular=REGULAR_CARDS)
    buyers, customers = holders.digital[:REDEEM_CODES], holders.digital[REDEEM_CODES:]
    bought = _buy(past.at(past.now + timedelta(minutes=10)), regime, platform_id, name, courses[0], buyers, machine_now)
    for role, partner_id, purpose, uri in (
        ("institution", institution_id, "presence", back),
        ("platform", platform_id, "sign_on", signed_on),
        ("platform", platform_id, "login", LOGIN_URI),
    ):
        register_callbacks(context, partner_id=partner_id, partner_role=role, purpose=purpose, uris=[uri])
    keys = issue_api_keys(
        context,
        [
            ApiKeyRequest(partner_role=role, partner_id=partner_id, expires_at=context.now + KEY_LIFE)
            for role, partner_id in (("platform", platform_id), ("institution", institution_id))
        ],
    )
    require("keys", keys)
    emails = open_log_ins(context, name, [(some_id(one.applicant_id), one.lane) for one in holders.digital])
    return SandboxWorld(
        platform=keys[0],
        institution=keys[1],
        redirect_uri=back,
        sign_on_uri=signed_on,
        digital_cards=tuple(card.number for card in customers),
        regular_cards=tuple(card.number for card in holders.regular),
        courses=tuple(courses),
        redeem_codes=tuple(PREFIX + code for code in bought),
        accounts=_accounts(emails[:REDEEM_CODES], [PREFIX + code for code in bought]),
        holders=_accounts(emails[REDEEM_CODES:], [card.number for card in customers]),
    )


def sandbox_ground(context: Context) -> tuple[Context, Regime]:
    """Rules, areas and money are there; the moment, some days back, and the regime in which a world can be made.

    Raises:
        RuntimeError: the deployment is not a sandbox.
    """
    if get_settings().deployment != "sandbox":
        raise RuntimeError("a sandbox world is made in a sandbox only")
    book = load_regimes(context)
    load_reference_data(context)
    open_budgets(context, book)
    past, regime = _some_days_back(context, book)
    appropriate(past, regime)
    return past, regime


def _some_days_back(context: Context, book: RegimeBook) -> tuple[Context, Regime]:
    """Far enough back that enrolment of a class that begins now was open, in the regime of today."""
    today = book.on(context.today)
    for back in _BACK:
        moment = context.now - back
        day = jakarta_date(moment)
        if today.from_date <= day:
            return context.at(moment), book.on(day)
    return context, today


def _make_courses(
    context: Context, regime: Regime, institution_id: UUID, platform_id: UUID, *, now: datetime
) -> list[Offered]:
    """A webinar that begins in a few minutes, and a webinar, a self-paced and a face-to-face course for later."""
    minute = now.replace(second=0, microsecond=0)
    soon = minute + timedelta(minutes=10)
    later = minute + timedelta(days=8)
    day = (now + timedelta(days=9)).astimezone(JAKARTA).date()
    in_class = [datetime.combine(day, time(hour), tzinfo=JAKARTA).astimezone(UTC) for hour in (9, 12)]
    plans = [
        CoursePlan(title, mode, training_type, _PRICE_IDR)
        for title, mode, training_type in (
            ("Webinar Pemasaran Digital (uji)", "online", 1),
            ("Webinar Barista Dasar (uji)", "online", 1),
            ("Belajar Mandiri Desain (uji)", "online", 2),
            ("Tata Boga Tatap Muka (uji)", "offline", 3),
        )
    ]
    times = (
        [session(soon), session(soon + timedelta(days=1))],
        [session(later)],
        [SessionTimes(later, later + timedelta(days=10))],
        [SessionTimes(in_class[0], in_class[1])],
    )
    ids = offer_courses(context, regime, institution_id, platform_id, plans)
    return open_classes(context, regime, list(zip(ids, plans, times, strict=True)))


def _buy(
    context: Context,
    regime: Regime,
    platform_id: UUID,
    name: str,
    course: Offered,
    cards: Sequence[IssuedCard],
    machine_now: datetime,
) -> list[str]:
    """The redeem codes of a purchase for each card."""
    platform = context.acting_as(f"platform:toko-uji-{name}")
    sent = send_otps(
        platform,
        [
            OtpRequest(
                platform_id, f"akun-{card.number}", card.card_id, card.lane_seed, course.schedule_id, course.amount
            )
            for card in cards
        ],
        machine_now=machine_now,
    )
    require("OTP", sent)
    requests = []
    for place, one in enumerate(sent, start=1):
        invoice, token, otp = f"UJI-{name}-{place:02d}", one.payment_token or "", one.otp or ""
        requests.append(PurchaseRequest(platform_id, invoice, token, otp, hash_request(invoice, token, otp)))
    results = authorize_purchases(platform, requests, regime=regime, machine_now=machine_now)
    require("purchases", results)
    keys = [(one.lane or 0, one.purchase_id) for one in results if one.purchase_id is not None]
    return [purchase.redeem_code for purchase in list_purchases(keys)]


def _accounts(emails: Sequence[str], held: Sequence[str]) -> tuple[SandboxAccount, ...]:
    return tuple(SandboxAccount(one, email) for one, email in zip(held, emails, strict=True))
