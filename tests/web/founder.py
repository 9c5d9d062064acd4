"""The steps by which a tiny nation comes to be, each through its operation and at its moment.

Apart from conftest.py, which is imported before Django is set up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from prakerja.incentives.operations import EntitleRequest, entitle_incentives
from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.kit.refusals import Code
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
from prakerja.participants.operations import (
    CheckDone,
    SignUp,
    complete_checks,
    evaluate_eligibility,
    sign_up_applicants,
    verify_identities,
)
from prakerja.participants.sandbox import CivilRegistrySandbox, EligibilityRegistersSandbox, SyntheticPerson
from prakerja.payouts.operations import (
    LinkRequest,
    ValidateRequest,
    link_payout_accounts,
    validate_payout_accounts,
)
from prakerja.payouts.sandbox import BankSandbox
from prakerja.programme.operations import BudgetResult, load_regimes, open_budgets
from prakerja.programme.queries import get_regime_book
from prakerja.purchases.operations.authorize import PurchaseRequest, authorize_purchases
from prakerja.purchases.operations.otps import OtpRequest, send_otps
from prakerja.purchases.operations.redeem import RedeemRequest, commit_redeem_codes
from prakerja.purchases.rules import hash_request, redeem_windows
from prakerja.selection.beacon import SandboxBeacon
from prakerja.selection.operations import (
    Join,
    WavePlan,
    close_wave,
    commit_draw,
    join_waves,
    open_wave,
    plan_waves,
    prepare_decree,
    reveal_draw,
)
from prakerja.selection.rules import Quota
from tests.catalogue.world import make_market

BEGINNING = datetime(2020, 8, 10, 3, 0, tzinfo=UTC)
# Ten o'clock in Jakarta, one day behind the last class that is over.
NOW = datetime(2020, 9, 1, 3, 0, tzinfo=UTC)
BIRTH_DATE = date(1995, 5, 17)
DAY = timedelta(days=1)


@dataclass(slots=True)
class Bought:
    """A purchase with what its next steps need."""

    lane: int
    purchase_id: UUID
    participant_id: UUID
    applicant_id: UUID
    redeem_code: str
    platform_id: UUID


def must(results: Sequence[object]) -> None:
    """Every answer is `ok`."""
    got = {getattr(result, "code", result) for result in results}
    assert {str(code.value) if isinstance(code, Code) else code for code in got} <= {"ok"}, results


class Founder:
    """Makes the nation step by step, each at its moment."""

    def __init__(self, context: Context, people: int) -> None:
        self.beginning = context.at(BEGINNING)
        self.people = people
        self.market = make_market(self.beginning)
        self.institution_id = self.market.world.institution_id
        load_regimes(self.beginning)
        self.fund(open_budgets(self.beginning, get_regime_book()))
        self.regime = get_regime_book().on(self.beginning.today)
        self.serial = 0

    def fund(self, budgets: Sequence[BudgetResult]) -> None:
        """The state gives money for a hundred places of every budget."""
        book = get_regime_book()
        accounts = [NewAccount(0, budget.budget_id, "unspent", budget.number) for budget in budgets]
        open_accounts(self.beginning, accounts)
        must(
            post_transfers(
                self.beginning,
                [
                    Transfer(
                        lane=0,
                        kind="appropriation",
                        reference_id=self.beginning.uuid(),
                        budget_number=budget.number,
                        debit_holder_id=budget.budget_id,
                        credit_holder_id=budget.budget_id,
                        amount_idr=100 * book.get(budget.regime_code).package_idr,
                    )
                    for budget in budgets
                ],
            )
        )

    def at(self, moment: datetime, actor: str = "system:test") -> Context:
        return self.beginning.at(moment).acting_as(actor)

    def sign_up(self, count: int, moment: datetime) -> list[UUID]:
        """People who pass every check."""
        context = self.at(moment)
        people = []
        for _ in range(count):
            self.serial += 1
            nik = f"991201170595{self.serial:04d}"
            people.append(SyntheticPerson(nik, f"99120101{self.serial:08d}", f"Warga {self.serial}", BIRTH_DATE))
        signed = sign_up_applicants(
            context,
            [
                SignUp(
                    nik=person.nik,
                    kk=person.kk,
                    name=person.name,
                    sex="male",
                    birth_date=person.birth_date,
                    province_code="32" if place % 2 else "31",
                    education="senior_secondary",
                    employment_status="laid_off",
                    email=f"{person.nik}@example.org",
                )
                for place, person in enumerate(people)
            ],
        )
        must(signed)
        ids = [result.applicant_id for result in signed if result.applicant_id]
        must(complete_checks(context, [CheckDone(one, "email") for one in ids]))
        must(verify_identities(context, ids, CivilRegistrySandbox(people)))
        for check in ("presence", "phone", "test"):
            must(complete_checks(context, [CheckDone(one, check, 80 if check == "test" else None) for one in ids]))
        must(evaluate_eligibility(context, ids, self.regime, registers=EligibilityRegistersSandbox(people)))
        return ids

    def wave(self, number: int, opens_at: datetime, joining: Sequence[UUID], places: int) -> UUID:
        """An open wave that people have joined."""
        (planned,) = plan_waves(
            self.at(opens_at - DAY),
            [
                WavePlan(
                    number, opens_at, opens_at + 3 * DAY, (Quota("digital", None, places), Quota("regular", None, 2))
                )
            ],
            self.regime,
        )
        must([planned])
        assert planned.wave_id is not None
        must([open_wave(self.at(opens_at), planned.wave_id)])
        must(
            join_waves(
                self.at(opens_at + timedelta(hours=1)),
                [
                    Join(applicant_id, planned.wave_id, "regular" if place == 1 else "digital")
                    for place, applicant_id in enumerate(joining)
                ],
                self.regime,
            )
        )
        return planned.wave_id

    def draw(self, wave_id: UUID, closes_at: datetime) -> UUID:
        """The wave is closed, drawn, and its decree prepared by pmo-1."""
        beacon = SandboxBeacon()
        must([close_wave(self.at(closes_at), wave_id)])
        must([commit_draw(self.at(closes_at + timedelta(minutes=1)), wave_id, self.regime, beacon)])
        must([reveal_draw(self.at(closes_at + timedelta(minutes=5)), wave_id, beacon)])
        prepared = prepare_decree(self.at(closes_at + timedelta(hours=1), "staff:pmo-1"), wave_id, self.regime)
        must([prepared])
        assert prepared.decree_id is not None
        return prepared.decree_id

    def buy(self, cards: Sequence[db.Row], schedule_id: UUID, platform: str, moment: datetime) -> list[Bought]:
        """Each card buys the class through the platform."""
        context = self.at(moment)
        platform_id = self.market.world.platforms[platform]
        price = int(db.value("SELECT price_idr FROM schedules WHERE id = %s", (schedule_id,)))
        sent = send_otps(
            context,
            [
                OtpRequest(
                    platform_id, f"user-{card_id}", card_id, codes.card_lane_seed(number) or 0, schedule_id, price
                )
                for card_id, number, _, _ in cards
            ],
            machine_now=moment,
        )
        must(sent)
        answers = authorize_purchases(
            context,
            [
                PurchaseRequest(
                    platform_id=platform_id,
                    invoice_code=f"INV-{card_id.hex}-{schedule_id.hex[-8:]}",
                    payment_token=otp.payment_token or "",
                    otp=otp.otp or "",
                    request_hash=hash_request(f"{card_id} {schedule_id}"),
                )
                for otp, (card_id, _, _, _) in zip(sent, cards, strict=True)
            ],
            regime=self.regime,
            machine_now=moment,
        )
        must(answers)
        bought = []
        for answer, (_, _, participant_id, applicant_id) in zip(answers, cards, strict=True):
            assert answer.purchase_id is not None
            assert answer.lane is not None
            code = str(
                db.value("SELECT redeem_code FROM purchases WHERE purchase_id = %s", (answer.purchase_id,))
            ).strip()
            bought.append(Bought(answer.lane, answer.purchase_id, participant_id, applicant_id, code, platform_id))
        return bought

    def redeem(self, bought: Sequence[Bought], moment: datetime) -> None:
        must(
            commit_redeem_codes(
                self.at(moment),
                [RedeemRequest(self.institution_id, one.redeem_code) for one in bought],
                windows=redeem_windows(get_regime_book().stretches),
            )
        )

    def learn(self, bought: Sequence[Bought], starts_at: datetime) -> None:
        """Redeemed, attended, reported, sent on, checked, certified."""
        self.redeem(bought, starts_at)
        must(
            record_attendances(
                self.at(starts_at),
                [AttendanceRequest(one.lane, one.purchase_id, self.institution_id, 1, "sandbox") for one in bought],
            )
        )
        must(
            report_completions(
                self.at(starts_at + DAY),
                [ReportRequest(one.lane, one.purchase_id, self.institution_id, 90, skill_shown=True) for one in bought],
            )
        )
        must(
            forward_completions(
                self.at(starts_at + DAY), [ForwardRequest(one.lane, one.purchase_id, one.platform_id) for one in bought]
            )
        )
        office = self.at(starts_at + 2 * DAY, "staff:pmo-1")
        must(verify_completions(office, [VerifyRequest(b.lane, b.purchase_id) for b in bought]))
        must(
            issue_certificates(
                self.at(starts_at + 2 * DAY), [CertificateRequest(b.lane, b.purchase_id) for b in bought]
            )
        )

    def entitle(self, bought: Sequence[Bought], moment: datetime) -> None:
        """Reviewed, account linked and validated, entitled to incentives."""
        context = self.at(moment)
        bank = BankSandbox(1, failure_bp=0, no_kyc_bp=0, inactive_bp=0)
        must(
            write_reviews(
                context, [ReviewRequest(b.lane, b.purchase_id, b.participant_id, 5, "Belajar banyak.") for b in bought]
            )
        )
        niks = {
            applicant_id: f"991201170595{int(str(name).split()[-1]):04d}"
            for applicant_id, name in db.rows("SELECT applicant_id, name FROM applicants ORDER BY applicant_id")
        }
        linked = link_payout_accounts(
            context,
            [
                LinkRequest(b.lane, b.participant_id, "bni", bank.account_of("bni", niks[b.applicant_id]))
                for b in bought
            ],
        )
        must(linked)
        must(
            validate_payout_accounts(
                context,
                [
                    ValidateRequest(b.lane, one.payout_account_id)
                    for b, one in zip(bought, linked, strict=True)
                    if one.payout_account_id
                ],
                bank=bank,
            )
        )
        must(entitle_incentives(context, [EntitleRequest(b.lane, b.participant_id) for b in bought]))
