"""A world to try the API in: a platform and an institution with keys, courses, cards, and redeem codes that are sold.

Everything is made by the operations of everybody, some days back on the programme's clock, so that a class can begin
now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import UUID

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.roles import Role
from prakerja.cards.queries import IssuedCard
from prakerja.catalogue.operations import (
    CourseAssessment,
    CourseProposal,
    ListingRequest,
    ScheduleRequest,
    assess_courses,
    list_courses_on_platforms,
    open_schedules,
    propose_courses,
)
from prakerja.catalogue.queries import get_course
from prakerja.catalogue.rules import SessionTimes
from prakerja.kit.clock import JAKARTA, jakarta_date
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.partner_api.presence import register_callbacks
from prakerja.partner_api.sandbox_codes import PREFIX
from prakerja.partner_api.sandbox_people import appropriate, make_holders, require
from prakerja.partners.operations import (
    AgreementRequest,
    ApiKeyRequest,
    ApiKeyResult,
    InstitutionDecree,
    InstitutionRequest,
    PlatformApplication,
    PlatformMove,
    RegistrationRequest,
    apply_platforms,
    decree_institutions,
    issue_api_keys,
    move_platforms,
    register_institutions,
    sign_agreements,
    submit_registrations,
    verify_registrations,
)
from prakerja.partners.samples import read_sample_platforms
from prakerja.partners.states import PlatformState
from prakerja.payouts.operations import PartnerAccountRequest, register_partner_accounts
from prakerja.programme.operations import load_reference_data, load_regimes, open_budgets
from prakerja.programme.regimes import Regime, RegimeBook
from prakerja.purchases.operations import OtpRequest, PurchaseRequest, authorize_purchases, send_otps
from prakerja.purchases.queries import list_purchases
from prakerja.purchases.rules import hash_request

REDEEM_CODES: Final = 12
DIGITAL_CARDS: Final = 8
REGULAR_CARDS: Final = 3
ACCOUNTS: Final = 3
REDIRECT_URI: Final = "http://localhost:8200/hadir/kembali"
SIGN_ON_URI: Final = "http://localhost:8100/masuk/kembali"
LOGIN_URI: Final = "http://localhost:8100/masuk"
KEY_LIFE: Final = timedelta(days=365)
_BACK: Final = (timedelta(days=6), timedelta(hours=4))
_PRICE_IDR, _OUTSIDE_IDR = 250_000, 400_000
_WAY: Final = (
    PlatformState.EVALUATED,
    PlatformState.MEMORANDUM,
    PlatformState.AGREEMENT,
    PlatformState.INTEGRATED,
    PlatformState.ACTIVE,
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A course with one class."""

    course_code: str
    schedule_code: str
    mode: str
    amount: int
    schedule_id: UUID


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """An account with which the holder of a redeem code signs in to the pages."""

    redeem_code: str
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SandboxWorld:
    """What `prakerja sandbox new` shows. Keys are shown here and never again."""

    platform: ApiKeyResult
    institution: ApiKeyResult
    digital_cards: tuple[str, ...]
    regular_cards: tuple[str, ...]
    courses: tuple[Offered, ...]
    redeem_codes: tuple[str, ...]
    accounts: tuple[SandboxAccount, ...]


def make_sandbox(context: Context, *, machine_now: datetime) -> SandboxWorld:
    """Make a world at the programme's moment `context.now`; each call makes another. Cost: a few seconds.

    Raises:
        RuntimeError: the deployment is not a sandbox.
        SandboxRefusedError: the state does not allow a step, such as a quota that is used up.
    """
    if get_settings().deployment != "sandbox":
        raise RuntimeError("a sandbox world is made in a sandbox only")
    book = load_regimes(context)
    load_reference_data(context)
    open_budgets(context, book)
    past, regime = _some_days_back(context, book)
    appropriate(past, regime)
    name = f"{context.ids.bits(32):08x}"
    platform_id = _make_platform(past, regime, name)
    institution_id = _make_institution(past, regime, name, platform_id)
    courses = _make_courses(past, regime, institution_id, platform_id, now=context.now)
    holders = make_holders(past, regime, digital=DIGITAL_CARDS + REDEEM_CODES, regular=REGULAR_CARDS)
    buyers, customers = holders.digital[:REDEEM_CODES], holders.digital[REDEEM_CODES:]
    bought = _buy(past.at(past.now + timedelta(minutes=10)), regime, platform_id, name, courses[0], buyers, machine_now)
    for role, partner_id, purpose, uri in (
        ("institution", institution_id, "presence", REDIRECT_URI),
        ("platform", platform_id, "sign_on", SIGN_ON_URI),
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
    return SandboxWorld(
        platform=keys[0],
        institution=keys[1],
        digital_cards=tuple(card.number for card in customers),
        regular_cards=tuple(card.number for card in holders.regular),
        courses=tuple(courses),
        redeem_codes=tuple(PREFIX + code for code in bought),
        accounts=tuple(_make_accounts(context, name, buyers[:ACCOUNTS], bought[:ACCOUNTS])),
    )


def _some_days_back(context: Context, book: RegimeBook) -> tuple[Context, Regime]:
    """Far enough back that enrolment of a class that begins now was open, in the regime of today."""
    today = book.on(context.today)
    for back in _BACK:
        moment = context.now - back
        day = jakarta_date(moment)
        if today.from_date <= day:
            return context.at(moment), book.on(day)
    return context, today


def _make_platform(context: Context, regime: Regime, name: str) -> UUID:
    sample = read_sample_platforms()[0]
    applied = apply_platforms(
        context,
        [
            PlatformApplication(
                code=f"toko-uji-{name}",
                name=f"Toko Uji {name}",
                kind="private",
                modes=("online", "offline"),
                payment_term_days=sample.payment_term_days,
                owner_entity=f"PT Toko Uji {name}",
                profile={"description": {"id": "Platform sandbox", "en": "Sandbox platform"}, "fee_scheme": _FEES},
                requirements=sample.requirements,
                sample=True,
            )
        ],
    )
    require("platform", applied)
    platform_id = _id(applied[0].platform_id)
    moves = [PlatformMove(platform_id=platform_id, state=state, evidence=sample.evidence) for state in _WAY]
    require("platform recognised", move_platforms(context, moves, regime=regime))
    return platform_id


_FEES: Final = {"kind": "share", "commission_bp": 1000}
_ANSWERS: Final = {"licence_number": "contoh-123", "curriculum": "SKKNI", "attendance_system": True}


def _make_institution(context: Context, regime: Regime, name: str, platform_id: UUID) -> UUID:
    made = register_institutions(
        context,
        [
            InstitutionRequest(
                code=f"lpk-uji-{name}",
                name=f"LPK Uji {name}",
                kind="private",
                province_code="31",
                owner_entity=f"PT LPK Uji {name}",
                sample=True,
            )
        ],
    )
    require("institution", made)
    institution_id = _id(made[0].institution_id)
    submitted = submit_registrations(
        context,
        [RegistrationRequest(platform_id=platform_id, institution_id=institution_id, answers=_ANSWERS)],
    )
    require("registration", submitted)
    require("registration verified", verify_registrations(context, [_id(submitted[0].registration_id)]))
    signed = sign_agreements(
        context,
        [
            AgreementRequest(
                platform_id=platform_id,
                institution_id=institution_id,
                fee_scheme=_FEES,
                valid_from=context.today,
                signed_platform_at=context.now,
                signed_institution_at=context.now,
                sample=True,
            )
        ],
        regime=regime,
    )
    require("agreement", signed)
    evidence = {str(step): f"contoh/uji/{step}.pdf" for step in regime.institution_admission_steps}
    decree = InstitutionDecree(
        institution_id=institution_id, decree_number=f"SK-UJI-{name}", offline=True, evidence=evidence
    )
    require("institution decreed", decree_institutions(context, [decree], regime=regime))
    accounts = [
        PartnerAccountRequest("platform", platform_id, "contoh-bank", f"Toko Uji {name}", "7900000001"),
        PartnerAccountRequest("institution", institution_id, "contoh-bank", f"LPK Uji {name}", "7900000002"),
    ]
    require("partner accounts", register_partner_accounts(context, accounts))
    return institution_id


def _make_courses(
    context: Context, regime: Regime, institution_id: UUID, platform_id: UUID, *, now: datetime
) -> list[Offered]:
    """A webinar that begins in a few minutes, and a webinar, a self-paced and a face-to-face course for later."""
    minute = now.replace(second=0, microsecond=0)
    soon = minute + timedelta(minutes=10)
    later = minute + timedelta(days=8)
    day = (now + timedelta(days=9)).astimezone(JAKARTA).date()
    in_class = [datetime.combine(day, time(hour), tzinfo=JAKARTA).astimezone(UTC) for hour in (9, 12)]
    plans = (
        ("Webinar Pemasaran Digital (uji)", "online", 1, [_session(soon), _session(soon + timedelta(days=1))]),
        ("Webinar Barista Dasar (uji)", "online", 1, [_session(later)]),
        ("Belajar Mandiri Desain (uji)", "online", 2, [SessionTimes(later, later + timedelta(days=10))]),
        ("Tata Boga Tatap Muka (uji)", "offline", 3, [SessionTimes(in_class[0], in_class[1])]),
    )
    proposed = propose_courses(
        context,
        [
            CourseProposal(
                institution_id=institution_id,
                title=title,
                mode=mode,
                training_type=training_type,
                hours=16,
                price_idr=_PRICE_IDR,
                comparison_price_idr=_OUTSIDE_IDR,
                sample=True,
            )
            for title, mode, training_type, _ in plans
        ],
        regime=regime,
    )
    require("courses", proposed)
    ids = [_id(one.course_id) for one in proposed]
    require(
        "courses approved", assess_courses(context, [CourseAssessment(course_id=one) for one in ids], regime=regime)
    )
    listings = [ListingRequest(platform_id=platform_id, course_id=one) for one in ids]
    require("courses listed", list_courses_on_platforms(context, listings, regime=regime))
    opened = open_schedules(
        context,
        [
            ScheduleRequest(
                course_id=course_id,
                sessions=sessions,
                seats=REDEEM_CODES + 8,
                trainers=2,
                place="Ruang uji" if mode == "offline" else "",
                province_code="31" if mode == "offline" else None,
                sample=True,
            )
            for course_id, (_, mode, _, sessions) in zip(ids, plans, strict=True)
        ],
        regime=regime,
    )
    require("classes", opened)
    return [
        Offered(get_course(course_id).code or "", one.schedule_code or "", plan[1], _PRICE_IDR, _id(one.schedule_id))
        for course_id, plan, one in zip(ids, plans, opened, strict=True)
    ]


def _session(starts_at: datetime) -> SessionTimes:
    return SessionTimes(starts_at, starts_at + timedelta(hours=2))


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


def _make_accounts(
    context: Context, name: str, cards: Sequence[IssuedCard], redeem_codes: Sequence[str]
) -> list[SandboxAccount]:
    """Accounts of the first holders; few, since a password takes a deliberate tenth of a second."""
    accounts = [
        SandboxAccount(PREFIX + code, f"uji-{name}-{place}", f"{context.ids.bits(64):016x}")
        for place, code in enumerate(redeem_codes, start=1)
    ]
    made = create_users(
        context,
        [
            UserRequest(
                username=account.username,
                display_name=f"Peserta uji {place}",
                role=Role.PARTICIPANT,
                password=account.password,
                applicant_id=card.applicant_id,
                applicant_lane=card.lane,
            )
            for place, (account, card) in enumerate(zip(accounts, cards, strict=True), start=1)
        ],
    )
    require("accounts", made)
    return accounts


def _id(found: UUID | None) -> UUID:
    if found is None:
        raise AssertionError("what was accepted has an id")
    return found
