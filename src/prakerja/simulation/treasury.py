"""Money out: payables, settlement, incentives, the bank, the sweep at the end of the year, the closing of the books."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from prakerja.cards.operations import expire_balances
from prakerja.incentives.operations import (
    EntitleRequest,
    SurveyRequest,
    answer_surveys,
    entitle_incentives,
    follow_payments,
    forfeit_incentives,
    make_incentives_due,
    schedule_incentives,
)
from prakerja.payouts.operations import (
    ApproveRequest,
    PartnerAccountRequest,
    approve_payment_batches,
    read_bank_replies,
    register_partner_accounts,
    retry_failed_orders,
    send_payment_batches,
)
from prakerja.payouts.queries import list_failed_partner_orders
from prakerja.payouts.sandbox import ACCOUNT_REASONS
from prakerja.settlement.operations import (
    ApproveRunRequest,
    approve_settlement_runs,
    close_books,
    follow_settlement_payments,
    make_purchases_payable,
    prepare_settlement_run,
    sweep_held,
)
from prakerja.simulation.nation import APPROVER, MAKER, YEAR, Holder, Nation

SWEEP_DAY: Final = date(2020, 12, 16)
"""CARD-02: balances are usable until 15 December."""
FORFEIT_DAY: Final = date(2021, 1, 11)
CLOSE_DAY: Final = date(2021, 1, 28)
_SURVEY_DAYS: Final = 25
_SURVEYS: Final = 3
_RUN_DAYS: Final = (1, 15)
_WEEKLY: Final = 3
"""Thursday: incentives go to the bank once a week."""


class Treasury:
    """The steps of the treasury, with what waits for a signature or the bank."""

    def __init__(self, nation: Nation) -> None:
        self._dice = nation.dice("treasury")
        self._settled_until = nation.today
        self._runs: list[UUID] = []
        self._unsigned: list[UUID] = []
        self._replies: list[bytes] = []
        self._entitled: list[Holder] = []
        self._accounts = 0
        self._failures = False

    @property
    def unsigned_runs(self) -> list[UUID]:
        """Settlement runs that wait for their second signature."""
        return list(self._runs)

    def make_payable(self, nation: Nation) -> None:
        """What was verified becomes payable, split by the agreement of the purchase (SETTLE-01)."""
        for result in make_purchases_payable(nation.context("system:settlement")):
            if result.code == "ok":
                nation.counts["made payable"] += 1
                nation.counts["commission, Rp"] += result.commission_idr or 0
                nation.counts["institutions' share, Rp"] += result.institution_idr or 0

    def prepare_run(self, nation: Nation) -> None:
        """On the first working day from the 1st and the 15th the maker prepares a settlement run."""
        marks = [day for day in _days_since(self._settled_until, nation.today) if day.day in _RUN_DAYS]
        if not marks:
            return
        result = prepare_settlement_run(nation.context(MAKER), period_from=self._settled_until, period_until=marks[-1])
        if result.code == "empty":
            self._settled_until = marks[-1]
            return
        nation.require("settlement run", [result])
        self._settled_until = marks[-1]
        if result.run_id is not None:
            self._runs.append(result.run_id)

    def approve_run(self, nation: Nation) -> None:
        """The next working day another person signs; the batch goes to the bank."""
        runs, self._runs = self._runs, []
        for run_id in runs:
            signed = approve_settlement_runs(nation.context(APPROVER), [ApproveRunRequest(run_id)])
            nation.require("settlement signed", signed)
            self._send(nation, [result.batch_id for result in signed if result.batch_id is not None])

    def sign_batches(self, nation: Nation) -> None:
        """Batches of incentives and retries get their second signature."""
        batches, self._unsigned = self._unsigned, []
        if batches:
            signed = approve_payment_batches(nation.context(APPROVER), [ApproveRequest(batch) for batch in batches])
            nation.require("payment batch signed", signed)
            self._send(nation, batches)

    def _send(self, nation: Nation, batches: list[UUID]) -> None:
        sent = send_payment_batches(nation.context(MAKER), batches)
        nation.require("bank file", sent)
        self._replies += [nation.bank.take_file(one.file).content for one in sent if one.file is not None]
        follow_payments(nation.context("system:incentives"))

    def hear_the_bank(self, nation: Nation) -> None:
        """Replies come back: paid with a reference, or failed with a reason."""
        replies, self._replies = self._replies, []
        if not replies:
            return
        results = read_bank_replies(nation.context("system:bank"), replies)
        nation.require("bank reply", results)
        nation.counts["bank line paid"] += sum(result.paid for result in results)
        nation.refusals["bank line", "failed"] += sum(result.failed for result in results)
        follow_payments(nation.context("system:incentives"))
        follow_settlement_payments(nation.context("system:settlement"))
        self._failures = self._failures or any(result.failed for result in results)

    def retry(self, nation: Nation) -> None:
        """Failed orders of partners go into a new batch, one of a payee at a time, until none is left."""
        if not self._failures:
            return
        self._replace_accounts(nation)
        again = retry_failed_orders(nation.context(MAKER))
        if again.batch_id is None:
            self._failures = False
        else:
            self._unsigned.append(again.batch_id)

    def _replace_accounts(self, nation: Nation) -> None:
        """Partners whose account the bank no longer takes register another one."""
        closed = [one for one in list_failed_partner_orders() if one.failure_reason in ACCOUNT_REASONS]
        requests = []
        for one in closed:
            self._accounts += 1
            number = f"{8_000_000_000 + self._accounts}"
            requests.append(
                PartnerAccountRequest(one.payee_kind, one.payee_id, "contoh-bank", f"Rekening contoh {number}", number)
            )
        nation.require("partner account replaced", register_partner_accounts(nation.context(MAKER), requests))

    def entitle(self, nation: Nation) -> None:
        """Certificate, review and validated account: the incentives of the package begin (INC-01)."""
        waiting, nation.newly_reviewed = nation.newly_reviewed, []
        fresh = [holder for holder in waiting if holder.entitled_on is None]
        results = entitle_incentives(
            nation.context("system:incentives"), [EntitleRequest(one.lane, one.participant_id) for one in fresh]
        )
        for holder, is_ok in zip(fresh, nation.tally("entitled to incentives", results), strict=True):
            if is_ok:
                holder.entitled_on = nation.today
                self._entitled.append(holder)
        make_incentives_due(nation.context("system:incentives"))

    def survey(self, nation: Nation) -> None:
        """Most answer the three surveys, one a month, in order (INC-02)."""
        today = nation.today
        due = [
            one
            for one in self._entitled
            if one.entitled_on is not None
            and one.surveys < _SURVEYS
            and one.entitled_on + timedelta(days=_SURVEY_DAYS * (one.surveys + 1)) == today
            and today <= SWEEP_DAY
        ]
        answering = [one for one in due if self._dice.happens(8_500)]
        results = answer_surveys(
            nation.context("participant:portal"),
            [
                SurveyRequest(
                    one.lane, one.participant_id, one.surveys + 1, {"bekerja": self._dice.pick(["ya", "belum"])}
                )
                for one in answering
            ],
        )
        for holder, is_ok in zip(answering, nation.tally("survey", results), strict=True):
            holder.surveys += int(is_ok)

    def pay_incentives(self, nation: Nation) -> None:
        """Once a week what is due goes into a batch of the maker."""
        if nation.today.weekday() != _WEEKLY or nation.today >= FORFEIT_DAY:
            return
        result = schedule_incentives(nation.context(MAKER))
        if result.batch_id is not None:
            nation.counts["incentive paid out, Rp"] += result.total_idr
            self._unsigned.append(result.batch_id)

    def end_of_year(self, nation: Nation) -> None:
        """CARD-02: balances are swept; then held money that never met its trigger; then the unpaid incentives."""
        treasury = nation.context("system:treasury")
        if nation.today == SWEEP_DAY:
            self._sweep(nation, "training")
            for holder in nation.holders:
                holder.active = False
        if nation.today == FORFEIT_DAY:
            forfeited = forfeit_incentives(treasury, year=YEAR)
            nation.require("forfeiture", [forfeited])
            nation.counts["incentive forfeited"] += forfeited.forfeited
            self._sweep(nation, "incentive")
            held = sweep_held(treasury, year=YEAR)
            nation.require("sweep of held money", [held])
            nation.counts["swept from held, Rp"] += held.returned_idr

    def _sweep(self, nation: Nation, kind: str) -> None:
        for swept in expire_balances(nation.context("system:treasury"), kinds=[kind]):
            nation.counts[f"swept from {swept.kind}, Rp"] += swept.swept_idr

    def close(self, nation: Nation) -> None:
        """The books close when nothing is open."""
        if nation.today == CLOSE_DAY:
            result = close_books(nation.context(APPROVER), year=YEAR)
            nation.require("books closed", [result])
            nation.counts["unspent at closing, Rp"] += result.unspent_idr


def _days_since(day: date, until: date) -> list[date]:
    """The days after `day`, up to and with `until`."""
    return [day + timedelta(days=number) for number in range(1, (until - day).days + 1)]
