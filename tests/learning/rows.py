"""Rows of what stands above learning: partners, classes, a decree, people with cards, money, purchases."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from prakerja.catalogue.models import Course, Schedule, Session
from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.kit.crypto import blind_indexes, encrypt_field
from prakerja.ledger.operations import NewAccount, Transfer, open_accounts, post_transfers
from prakerja.partners.models import Agreement, Institution, Platform
from prakerja.programme.queries import get_budget, get_regime_book
from prakerja.selection.models import Decree, Wave

if TYPE_CHECKING:
    from tests.learning.world import Person, World

APPROPRIATION_IDR = 10_000_000_000
# They are one family.
KK = "3201000000000001"


def write_partners(
    context: Context, kind: str, scheme: dict[str, object], cap_bp: int | None
) -> tuple[UUID, UUID, UUID]:
    """A platform, an institution and their agreement: their ids."""
    version = get_regime_book().version
    platform = Platform.objects.create(
        id=context.uuid(),
        code="platform",
        name="Platform",
        kind=kind,
        state="active",
        modes=["online", "offline"],
        payment_term_days=7,
        owner_entity="PT Platform",
        profile={},
        sample=True,
        applied_at=context.now,
        recognised_at=context.now,
    )
    institution = Institution.objects.create(
        id=context.uuid(),
        code="lpk-maju",
        name="LPK Maju",
        kind="private",
        province_code="32",
        state="decreed",
        owner_entity="PT Maju",
        sample=True,
        created_at=context.now,
        decree_number="SK-1",
        decreed_at=context.now,
    )
    highest = db.value("SELECT highest_commission_bp(%s::jsonb)", (db.encode_json(scheme),))
    # The terms alone count here: nobody signed them, so that the trigger that asks for signatures rests.
    with db.transaction():
        db.execute("SET LOCAL session_replication_role = replica")
        agreement = Agreement.objects.create(
            id=context.uuid(),
            platform_id=platform.id,
            institution_id=institution.id,
            platform_kind=kind,
            version=1,
            fee_scheme=scheme,
            highest_commission_bp=highest,
            cap_bp=cap_bp,
            valid_from=date(2020, 8, 10),
            signed_platform_at=context.now,
            signed_institution_at=context.now,
            regime_version=version,
            sample=True,
        )
        db.execute("SET LOCAL session_replication_role = origin")
    return platform.id, institution.id, agreement.id


def write_class(
    context: Context, institution_id: UUID, starts: tuple[datetime, ...], mode: str, training_type: int, price_idr: int
) -> tuple[UUID, UUID, tuple[UUID, ...]]:
    """A course, its class and sessions: their ids."""
    version = get_regime_book().version
    course = Course.objects.create(
        id=context.uuid(),
        code="K-1",
        institution_id=institution_id,
        title="Barista",
        description="",
        mode=mode,
        training_type=training_type,
        hours=6,
        price_idr=price_idr,
        comparison_price_idr=price_idr,
        free_elsewhere=False,
        bundle=False,
        age_min=18,
        state="approved",
        regime_version=version,
        sample=True,
        proposed_at=context.now,
        approved_at=context.now,
    )
    schedule = Schedule.objects.create(
        id=context.uuid(),
        code="J-1",
        course_id=course.id,
        institution_id=institution_id,
        mode=mode,
        price_idr=price_idr,
        seats=100_000,
        trainers=3,
        starts_at=starts[0],
        ends_at=starts[-1] + timedelta(hours=3),
        sells_until_at=starts[0],
        state="published",
        place="Bekasi",
        province_code="32",
        regime_version=version,
        sample=True,
        opened_at=context.now,
    )
    sessions = [
        Session.objects.create(
            id=context.uuid(),
            schedule_id=schedule.id,
            sequence=sequence,
            starts_at=start,
            ends_at=start + timedelta(hours=3),
        )
        for sequence, start in enumerate(starts, start=1)
    ]
    return course.id, schedule.id, tuple(session.id for session in sessions)


def write_decree(context: Context, regime_code: str, decreed_at: datetime) -> tuple[UUID, UUID, UUID]:
    """A wave, its decree and the batch of its cards: their ids."""
    version = get_regime_book().version
    wave = Wave.objects.create(
        id=context.uuid(),
        number=1,
        regime_code=regime_code,
        regime_version=version,
        opens_at=decreed_at - timedelta(days=9),
        closes_at=decreed_at - timedelta(days=2),
        state="decreed",
    )
    decree = Decree.objects.create(
        id=context.uuid(),
        number=1,
        kind="appointment",
        wave_id=wave.id,
        state="approved",
        maker="staff:maker",
        approver="staff:approver",
        regime_version=version,
        participants=1,
        total_idr=1,
        prepared_at=decreed_at,
        approved_at=decreed_at,
    )
    batch_id = context.uuid()
    db.execute(
        """
        INSERT INTO card_batches (id, number, purpose, count, made_at, decree_id)
        VALUES (%s, 1, 'appointment', 1000, %s, %s)
        """,
        (batch_id, decreed_at, decree.id),
    )
    return wave.id, decree.id, batch_id


def write_people(
    world: "World", crowd: Sequence["Person"], wave_id: UUID, decree_id: UUID, batch_id: UUID, decreed_at: datetime
) -> None:
    """Applicants, participants and their cards."""
    version = get_regime_book().version
    born = date(1995, 5, 5)
    db.copy_rows(
        "applicants",
        (
            "lane", "applicant_id", "lane_seed", "nik_index", "nik_cipher", "kk_index", "kk_cipher", "name", "sex",
            "birth_date", "province_code", "education", "employment_status", "state", "eligibility", "signed_up_at",
            "identity_verified_at",
        ),
        [
            (
                p.lane, p.applicant_id, p.lane, blind_indexes(p.nik, purpose="nik")[0],
                encrypt_field(p.nik, table="applicants", column="nik_cipher", row_id=p.applicant_id),
                blind_indexes(KK, purpose="kk")[0],
                encrypt_field(KK, table="applicants", column="kk_cipher", row_id=p.applicant_id),
                f"Orang {p.nik[-4:]}", "female", born, "32", "senior_secondary", "job_seeker", "decreed", "eligible",
                decreed_at, decreed_at,
            )
            for p in crowd
        ],
    )  # fmt: skip
    db.copy_rows(
        "participants",
        (
            "lane", "lane_seed", "participant_id", "applicant_id", "decree_id", "wave_id", "budget_number", "channel",
            "regime_version", "birth_date", "education", "decreed_at", "first_purchase_deadline_at",
            "balance_until_at", "first_purchase_at",
        ),
        [
            (
                p.lane, p.lane, p.participant_id, p.applicant_id, decree_id, wave_id, world.budget_number, "digital",
                version, born, "senior_secondary", decreed_at, decreed_at + timedelta(days=30),
                datetime(2020, 12, 15, 17, tzinfo=UTC), world.context.now,
            )
            for p in crowd
        ],
    )  # fmt: skip
    db.copy_rows(
        "cards",
        ("lane", "card_id", "participant_id", "channel", "number", "state", "issued_at", "activated_at", "batch_id"),
        [
            (
                p.lane, p.card_id, p.participant_id, "digital", codes.card_number(p.lane, serial), "active",
                decreed_at, decreed_at, batch_id,
            )
            for serial, p in enumerate(crowd)
        ],
    )  # fmt: skip


def write_money(world: "World", crowd: Sequence["Person"]) -> None:
    """The budget, what is reserved for each, and the price of each purchase, held."""
    context, number, budget_id = world.context, world.budget_number, world.budget_id
    package = get_budget(get_regime_book().on(context.today).code, "digital")
    lanes = sorted({p.lane for p in crowd})
    open_accounts(context, [NewAccount(lane, budget_id, "unspent", number) for lane in lanes])
    open_accounts(
        context,
        [NewAccount(p.lane, p.participant_id, kind, number) for p in crowd for kind in ("training", "incentive")],
    )
    transfers = [
        Transfer(lane, "appropriation", context.uuid(), number, budget_id, budget_id, APPROPRIATION_IDR * len(crowd))
        for lane in lanes
    ]
    for p in crowd:
        reserved = (("reserve_training", package.training_idr), ("reserve_incentive", package.incentive_idr))
        transfers.extend(
            Transfer(p.lane, kind, p.participant_id, number, budget_id, p.participant_id, amount)
            for kind, amount in reserved
        )
        transfers.append(
            Transfer(p.lane, "purchase", p.purchase_id, number, p.participant_id, budget_id, world.price_idr)
        )
    assert {result.code for result in post_transfers(context, transfers)} == {"ok"}


def write_purchases(world: "World", crowd: Sequence["Person"], mode: str, state: str) -> None:
    """A purchase for each."""
    context = world.context
    paid_at = context.now - timedelta(days=2)
    db.copy_rows(
        "purchases",
        (
            "lane", "budget_number", "purchase_id", "participant_id", "card_id", "schedule_id", "course_id",
            "platform_id", "institution_id", "agreement_id", "request_hash", "price_idr", "paid_at", "redeemed_at",
            "channel", "mode", "state", "invoice_code", "transaction_code", "redeem_code", "platform_user_id",
            "regime_version",
        ),
        [
            (
                p.lane, world.budget_number, p.purchase_id, p.participant_id, p.card_id, world.schedule_id,
                world.course_id, world.platform_id, world.institution_id, world.agreement_id, p.purchase_id,
                world.price_idr, paid_at, context.now if state == "redeemed" else None, "digital", mode, state,
                f"INV-{serial}", codes.transaction_code(p.lane, context.ids.bits(66)),
                codes.redeem_code(p.lane, context.ids.bits(46)), f"user-{serial}", get_regime_book().version,
            )
            for serial, p in enumerate(crowd)
        ],
    )  # fmt: skip
