"""People with a paid and redeemed course, and the steps behind it, each made by the operations themselves.

What stands above learning (people, partners, classes, purchases) is written as rows: its own tests make it by
operations. The money is posted, so that the books add up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.context import Context
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
from prakerja.programme.queries import get_budget
from tests.learning.rows import write_class, write_decree, write_money, write_partners, write_people, write_purchases

SHARE = {"kind": "share", "commission_bp": 1000}
# A bank at which nothing goes wrong.
SOUND_BANK = BankSandbox("tests", failure_bp=0, no_kyc_bp=0, inactive_bp=0)


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
    platform_id, institution_id, agreement_id = write_partners(context, kind, scheme or SHARE, cap_bp)
    starts = tuple(context.now + timedelta(minutes=30, days=day) for day in range(sessions))
    course_id, schedule_id, session_ids = write_class(
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
    wave_id, decree_id, batch_id = write_decree(context, regime.code, decreed_at)
    crowd = tuple(_person(context, number, number % lanes) for number in range(people))
    write_people(world, crowd, wave_id, decree_id, batch_id, decreed_at)
    write_money(world, crowd)
    write_purchases(world, crowd, mode, state)
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


def _person(context: Context, number: int, lane: int) -> Person:
    nik = f"99{number:014d}"
    return Person(lane, nik, context.uuid(), context.uuid(), context.uuid(), context.uuid())
