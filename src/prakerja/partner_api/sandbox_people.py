"""Synthetic people for trying the API: from sign-up over a drawn wave to a card, by the operations of everybody.

The whole way lies in the programme's past, so that the cards work now. Books and quotas are the sandbox's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from prakerja.access.operations import ContactRequest, UserRequest, create_users, register_contacts
from prakerja.access.roles import Role
from prakerja.cards.operations import (
    Activation,
    HandOver,
    activate_cards,
    hand_over_cards,
    issue_cards,
    ship_cards,
)
from prakerja.cards.queries import IssuedCard, list_cards_of_decree
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.ledger.operations import NewAccount, Transfer, open_accounts, post_transfers
from prakerja.participants.operations import (
    CheckDone,
    SignUp,
    complete_checks,
    evaluate_eligibility,
    sign_up_applicants,
    verify_identities,
)
from prakerja.participants.sandbox import CivilRegistrySandbox, EligibilityRegistersSandbox, SyntheticPerson
from prakerja.programme.queries import get_budget, list_allotments
from prakerja.programme.regimes import Regime
from prakerja.selection.beacon import SandboxBeacon
from prakerja.selection.operations import (
    Join,
    WavePlan,
    approve_decree,
    close_wave,
    commit_draw,
    join_waves,
    open_wave,
    plan_waves,
    prepare_decree,
    reveal_draw,
)
from prakerja.selection.rules import Quota

CHANNELS: Final = ("digital", "regular")
PIN: Final = "246813"
"""Of every regular card that a sandbox makes."""
_NAMES: Final = ("Siti Rahayu", "Budi Santoso", "Dewi Lestari", "Agus Wijaya", "Ayu Pertiwi", "Rizki Pratama")
_MAKER: Final = "staff:sandbox-pembuat"
_APPROVER: Final = "staff:sandbox-penyetuju"


class SandboxRefusedError(RuntimeError):
    """An operation refused what the sandbox needs: its sentence names operation and code."""


@dataclass(frozen=True, slots=True)
class Holders:
    """Cards by channel, in the order of their numbers."""

    digital: tuple[IssuedCard, ...]
    regular: tuple[IssuedCard, ...]


def require(what: str, results: Sequence[object]) -> None:
    """Every result must be `ok`.

    Raises:
        SandboxRefusedError: one is not.
    """
    for result in results:
        code = str(getattr(result, "code", result))
        if code != "ok":
            raise SandboxRefusedError(f"{what}: {code}")


def make_holders(context: Context, regime: Regime, *, digital: int, regular: int) -> Holders:
    """People with cards, three minutes behind the context's moment at the latest; a wave and a decree of their own.

    Raises:
        SandboxRefusedError: the quota is used up, or the state does not allow it.
    """
    beacon = SandboxBeacon()
    context = context.at(_free_moment(context.now, beacon))
    start = context.now
    people = [_person(context, number) for number in range(digital + regular)]
    channels = ["digital"] * digital + ["regular"] * regular
    portal = context.acting_as("applicant:portal")
    signed_up = sign_up_applicants(portal, people)
    require("sign-up", signed_up)
    ids = [one.applicant_id for one in signed_up if one.applicant_id is not None]
    known = [SyntheticPerson(one.nik, one.kk, one.name, one.birth_date) for one in people]
    require("e-mail", complete_checks(portal, [CheckDone(one, "email") for one in ids]))
    require("identity", verify_identities(portal, ids, CivilRegistrySandbox(known)))
    for check, score in (("presence", None), ("phone", None), ("test", 80)):
        require(check, complete_checks(portal, [CheckDone(one, check, score) for one in ids]))
    require("eligibility", evaluate_eligibility(portal, ids, regime, registers=EligibilityRegistersSandbox(known)))

    maker = context.acting_as(_MAKER)
    number = db.value("SELECT coalesce(max(number), 0) + 1 FROM waves")
    quotas = (Quota("digital", None, digital), Quota("regular", None, regular))
    planned = plan_waves(maker, [WavePlan(number, start, start + timedelta(minutes=1), quotas)], regime)
    require("wave", planned)
    wave_id = planned[0].wave_id
    if wave_id is None:
        raise SandboxRefusedError("wave: no id")
    require("wave opened", [open_wave(maker, wave_id)])
    joins = [Join(one, wave_id, channel) for one, channel in zip(ids, channels, strict=True)]
    require("joined", join_waves(portal, joins, regime))
    later = maker.at(start + timedelta(minutes=1))
    require("wave closed", [close_wave(later, wave_id)])
    require("draw committed", [commit_draw(later, wave_id, regime, beacon)])
    later = later.at(start + timedelta(minutes=3))
    require("draw", [reveal_draw(later, wave_id, beacon)])
    prepared = prepare_decree(later, wave_id, regime)
    require("decree prepared", [prepared])
    if prepared.decree_id is None:
        raise SandboxRefusedError("decree: no id")
    require("decree", [approve_decree(later.acting_as(_APPROVER), prepared.decree_id, regime)])
    require("cards", [issue_cards(later, prepared.decree_id)])
    cards = list_cards_of_decree(prepared.decree_id)
    _hand_over(later, [card for card in cards if card.channel == "regular"])
    return Holders(
        tuple(card for card in cards if card.channel == "digital"),
        tuple(card for card in cards if card.channel == "regular"),
    )


def open_log_ins(context: Context, name: str, holders: Sequence[tuple[UUID, int]]) -> list[str]:
    """Let people (applicant and lane) sign in to the pages; the e-mail address of each, to which a code goes.

    Raises:
        SandboxRefusedError: a name is taken.
    """
    names = [f"uji-{name}-{place}" for place in range(1, len(holders) + 1)]
    created = create_users(
        context,
        [
            UserRequest(
                username=one,
                display_name=f"Peserta uji {place}",
                role=Role.PARTICIPANT,
                applicant_id=applicant_id,
                applicant_lane=lane,
            )
            for place, (one, (applicant_id, lane)) in enumerate(zip(names, holders, strict=True), start=1)
        ],
    )
    require("accounts", created)
    emails = [f"{one}@contoh.example" for one in names]
    contacts = [
        ContactRequest(one.user_id, "email", email)
        for one, email in zip(created, emails, strict=True)
        if one.user_id is not None
    ]
    require("e-mail addresses", register_contacts(context, contacts))
    return emails


def _free_moment(start: datetime, beacon: SandboxBeacon) -> datetime:
    """The last moment before `start` from which a draw has a beacon round of its own: a round serves one draw."""
    taken = set(db.value("SELECT array_agg(beacon_round) FROM draws WHERE beacon = %s", (beacon.name,)) or ())
    while beacon.first_round_after(start + timedelta(minutes=1)) in taken:
        start -= timedelta(minutes=1)
    return start


def appropriate(context: Context, regime: Regime) -> None:
    """Put the state's money into budgets that were never given any: an empty sandbox (MONEY-01)."""
    for channel in CHANNELS:
        budget = get_budget(regime.code, channel)
        given = db.value(
            "SELECT count(*) FROM transfers WHERE kind = 'appropriation' AND budget_number = %s", (budget.number,)
        )
        if given:
            continue
        allotments = list_allotments(budget.id)
        open_accounts(context, [NewAccount(one.lane, budget.id, "unspent", budget.number) for one in allotments])
        transfers = [
            Transfer(
                one.lane,
                "appropriation",
                context.uuid(),
                budget.number,
                budget.id,
                budget.id,
                one.places_left * budget.package_idr,
            )
            for one in allotments
            if one.places_left
        ]
        require("appropriation", post_transfers(context.acting_as("staff:sandbox-bendahara"), transfers))


def _hand_over(context: Context, cards: Sequence[IssuedCard]) -> None:
    ids = [card.card_id for card in cards]
    office = context.acting_as("office:sandbox")
    require("cards shipped", ship_cards(office, ids))
    handed_over = [HandOver(card_id, f"TT-{place}") for place, card_id in enumerate(ids, start=1)]
    require("cards handed over", hand_over_cards(office, handed_over))
    require("cards active", activate_cards(office, [Activation(card_id, PIN) for card_id in ids]))


def _person(context: Context, number: int) -> SignUp:
    """Nobody: NIK of the synthetic province 99, district 99, which no simulation uses."""
    is_woman = number % 2 == 0
    drawn = context.ids.bits(64)
    birth_date = date(1985, 1, 1) + timedelta(days=drawn % 5_000)
    day = birth_date.day + (40 if is_woman else 0)
    serial = drawn // 5_000 % 9_999 + 1
    return SignUp(
        nik=f"993199{day:02d}{birth_date:%m%y}{serial:04d}",
        kk=f"9931{context.ids.bits(64) % 10**12:012d}",
        name=_NAMES[number % len(_NAMES)],
        sex="female" if is_woman else "male",
        birth_date=birth_date,
        province_code="31",
        education="senior_secondary",
        employment_status="job_seeker",
        email=f"peserta-{drawn:x}@contoh.example",
        phone=f"0899{drawn % 10**9:09d}",
    )
