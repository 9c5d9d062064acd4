"""People with a paid and redeemed course, and the steps behind it, each made by the operations themselves.

What stands above learning (people, partners, classes, purchases) is written as rows: its own tests make it by
operations. The money is posted, so that the books add up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from prakerja.catalogue.models import Course, Schedule, Session
from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.kit.crypto import blind_indexes, encrypt_field
from prakerja.learning.operations import (
    AttendanceRequest,
    CertificateRequest,
    ForwardRequest,
    ReportRequest,
    ReviewRequest,
    VerifyRequest,
    forward_completions,
    issue_certificates,
    record_attendances,
    report_completions,
    verify_completions,
    write_reviews,
)
from prakerja.ledger.operations import NewAccount, Transfer, open_accounts, post_transfers
from prakerja.partners.models import Agreement, Institution, Platform
from prakerja.payouts.operations import (
    LinkRequest,
    PartnerAccountRequest,
    ValidateRequest,
    link_payout_accounts,
    register_partner_accounts,
    validate_payout_accounts,
)
from prakerja.payouts.sandbox import BankSandbox
from prakerja.programme.operations import load_reference_data, load_regimes, open_budgets
from prakerja.programme.queries import get_budget, get_regime_book
from prakerja.selection.models import Decree, Wave

APPROPRIATION_IDR = 10_000_000_000
SHARE = {"kind": "share", "commission_bp": 1000}
# A bank at which nothing goes wrong.
SOUND_BANK = BankSandbox("tests", failure_bp=0, no_kyc_bp=0, inactive_bp=0)
# They are one family.
KK = "3201000000000001"


@dataclass(frozen=True, slots=True)
class Person:
    """A participant with one purchase."""

    lane: int
    nik: str
    applicant_id: UUID
    participant_id: UUID
    card_id: UUID
    purchase_id: UUID


@dataclass(frozen=True, slots=True)
class World:
    """Some people in one class; `context` stands a moment before the first session."""

    context: Context
    people: tuple[Person, ...]
    platform_id: UUID
    institution_id: UUID
    agreement_id: UUID
    course_id: UUID
    schedule_id: UUID
    session_ids: tuple[UUID, ...]
    session_starts: tuple[datetime, ...]
    price_idr: int
    budget_id: UUID
    budget_number: int
    other_id: UUID = field(default=UUID(int=1))

    @property
    def after_class(self) -> Context:
        """An hour behind the last session."""
        return self.context.at(self.session_starts[-1] + timedelta(hours=4))

    @property
    def office(self) -> Context:
        """The officer who checks, at that hour: not who reported."""
        return self.after_class.acting_as("staff:checker")

    @property
    def keys(self) -> list[tuple[int, UUID]]:
        """(lane, purchase id) of all."""
        return [(person.lane, person.purchase_id) for person in self.people]


def make_world(
    context: Context,
    *,
    people: int = 2,
    lanes: int = 1,
    sessions: int = 2,
    mode: str = "online",
    training_type: int | None = None,
    price_idr: int = 400_000,
    scheme: dict[str, object] | None = None,
    cap_bp: int | None = 1500,
    kind: str = "private",
    state: str = "redeemed",
) -> World:
    """A class of `sessions` days that begins in half an hour; everyone has paid two days ago, and redeemed just now."""
    load_reference_data(context)
    book = load_regimes(context)
    open_budgets(context, book)
    regime = book.on(context.today)
    budget = get_budget(regime.code, "digital")
    platform_id, institution_id, agreement_id = _partners(context, kind, scheme or SHARE, cap_bp)
    starts = tuple(context.now + timedelta(minutes=30, days=day) for day in range(sessions))
    course_id, schedule_id, session_ids = _class(
        context, institution_id, starts, mode, training_type or (1 if mode == "online" else 3), price_idr
    )
    world = World(
        context=context,
        people=(),
        platform_id=platform_id,
        institution_id=institution_id,
        agreement_id=agreement_id,
        course_id=course_id,
        schedule_id=schedule_id,
        session_ids=session_ids,
        session_starts=starts,
        price_idr=price_idr,
        budget_id=budget.id,
        budget_number=budget.number,
    )
    decreed_at = context.now - timedelta(days=20)
    wave_id, decree_id, batch_id = _decree(context, regime.code, decreed_at)
    crowd = tuple(_person(context, number, number % lanes) for number in range(people))
    _write_people(world, crowd, wave_id, decree_id, batch_id, decreed_at)
    _write_money(world, crowd)
    _write_purchases(world, crowd, mode, state)
    return replace(world, people=crowd)


def attend(world: World, *, sessions: Sequence[int] | None = None, people: Sequence[Person] | None = None) -> None:
    """Everyone attends the sessions (all), each at its start."""
    for sequence in sessions or range(1, len(world.session_ids) + 1):
        at = world.context.at(world.session_starts[sequence - 1])
        requests = [
            AttendanceRequest(p.lane, p.purchase_id, world.institution_id, sequence, "selfie")
            for p in people or world.people
        ]
        assert {result.code for result in record_attendances(at, requests)} == {"ok"}


def report(world: World, *, score: int | None = 80, people: Sequence[Person] | None = None) -> list[str]:
    """The institution reports everyone; the outcomes."""
    results = report_completions(
        world.after_class,
        [
            ReportRequest(p.lane, p.purchase_id, world.institution_id, score, skill_shown=True)
            for p in people or world.people
        ],
    )
    assert {result.code for result in results} == {"ok"}
    return [str(result.outcome) for result in results]


def check(world: World, *, people: Sequence[Person] | None = None) -> None:
    """The platform forwards and the office verifies."""
    chosen = people or world.people
    forwarded = forward_completions(
        world.after_class, [ForwardRequest(p.lane, p.purchase_id, world.platform_id) for p in chosen]
    )
    assert {result.code for result in forwarded} == {"ok"}
    verified = verify_completions(world.office, [VerifyRequest(p.lane, p.purchase_id) for p in chosen])
    assert {result.code for result in verified} == {"ok"}


def complete(world: World, *, people: Sequence[Person] | None = None) -> None:
    """Attended, reported, forwarded, verified."""
    attend(world, people=people)
    report(world, people=people)
    check(world, people=people)


def certify(world: World, *, people: Sequence[Person] | None = None) -> None:
    """Certificates and reviews."""
    chosen = people or world.people
    issued = issue_certificates(world.after_class, [CertificateRequest(p.lane, p.purchase_id) for p in chosen])
    assert {result.code for result in issued} == {"ok"}
    written = write_reviews(
        world.after_class,
        [ReviewRequest(p.lane, p.purchase_id, p.participant_id, 4, "Jelas dan berguna.") for p in chosen],
    )
    assert {result.code for result in written} == {"ok"}


def link_accounts(world: World, *, people: Sequence[Person] | None = None, number: int = 1) -> list[UUID]:
    """Everyone links the account that the sandbox bank knows, and it is validated."""
    chosen = people or world.people
    linked = link_payout_accounts(
        world.after_class,
        [
            LinkRequest(p.lane, p.participant_id, "bni", SOUND_BANK.account_of("bni", p.nik, number=number))
            for p in chosen
        ],
    )
    assert {result.code for result in linked} == {"ok"}
    ids = [result.payout_account_id for result in linked if result.payout_account_id is not None]
    validated = validate_payout_accounts(
        world.after_class,
        [ValidateRequest(p.lane, account_id) for p, account_id in zip(chosen, ids, strict=True)],
        bank=SOUND_BANK,
    )
    assert {result.code for result in validated} == {"ok"}
    return ids


def register_partners_accounts(world: World) -> None:
    """Platform and institution name the accounts to which they are paid."""
    results = register_partner_accounts(
        world.context,
        [
            PartnerAccountRequest("platform", world.platform_id, "bni", "PT Platform", "111122223333"),
            PartnerAccountRequest("institution", world.institution_id, "bni", "LPK Maju", "444455556666"),
        ],
    )
    assert {result.code for result in results} == {"ok"}


def sums(world: World) -> dict[str, int]:
    """Account kind → balance of the world's budget."""
    found = db.rows(
        """
        SELECT side.kind, sum(side.amount_idr)::bigint
        FROM (
            SELECT debit_kind AS kind, -amount_idr AS amount_idr FROM transfers WHERE budget_number = %(number)s
            UNION ALL
            SELECT credit_kind, amount_idr FROM transfers WHERE budget_number = %(number)s
        ) AS side
        GROUP BY side.kind
        HAVING sum(side.amount_idr) <> 0
        ORDER BY side.kind
        """,
        {"number": world.budget_number},
    )
    return dict(found)


def _partners(context: Context, kind: str, scheme: dict[str, object], cap_bp: int | None) -> tuple[UUID, UUID, UUID]:
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


def _class(
    context: Context, institution_id: UUID, starts: tuple[datetime, ...], mode: str, training_type: int, price_idr: int
) -> tuple[UUID, UUID, tuple[UUID, ...]]:
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


def _decree(context: Context, regime_code: str, decreed_at: datetime) -> tuple[UUID, UUID, UUID]:
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


def _person(context: Context, number: int, lane: int) -> Person:
    nik = f"99{number:014d}"
    return Person(lane, nik, context.uuid(), context.uuid(), context.uuid(), context.uuid())


def _write_people(
    world: World, crowd: Sequence[Person], wave_id: UUID, decree_id: UUID, batch_id: UUID, decreed_at: datetime
) -> None:
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


def _write_money(world: World, crowd: Sequence[Person]) -> None:
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


def _write_purchases(world: World, crowd: Sequence[Person], mode: str, state: str) -> None:
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
