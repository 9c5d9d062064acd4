"""Classes open, holders buy: through platforms with an OTP, regular cards at an institution's counter with a PIN."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from prakerja.catalogue.operations import (
    ScheduleRequest,
    close_bundles,
    drop_past_entries,
    finish_schedules,
    open_schedules,
    screen_sales,
)
from prakerja.catalogue.rules import SessionTimes
from prakerja.oversight.operations import escalate_findings, look_for_findings
from prakerja.purchases.operations import (
    CounterPurchaseRequest,
    OtpRequest,
    PurchaseRequest,
    PurchaseResult,
    VoidRequest,
    authorize_counter_purchases,
    authorize_purchases,
    send_otps,
    void_purchases,
)
from prakerja.purchases.queries import list_purchases
from prakerja.purchases.rules import hash_request
from prakerja.simulation import figures, run_off
from prakerja.simulation.nation import FIRST_DAY, Bought, Class, Holder, Nation, Offer, at

OPENS_EVERY_DAYS: Final = 14
LAST_CLASS_OPENS: Final = date(2020, 11, 20)
LAST_PURCHASE: Final = date(2020, 11, 30)
_DAYS_AHEAD: Final = 6
_PATIENCE: Final = timedelta(days=2)
"""So long somebody looks on one platform."""
_HURRY: Final = timedelta(days=23)
"""A week before the deadline of the first purchase (CARD-01)."""


class Market:
    """The steps of the market, with what they keep between days."""

    def __init__(self, nation: Nation) -> None:
        self._dice = nation.dice("market")
        self._codes = {platform_id: code for code, platform_id in nation.platform_ids.items()}
        self._invoice = 0
        self.last_request: PurchaseRequest | None = None

    def open_classes(self, nation: Nation) -> None:
        """A class of each course every fortnight; every fifth has few seats, so that some are sold out."""
        if nation.today > LAST_CLASS_OPENS:
            return
        nth = (nation.today - FIRST_DAY).days
        offers = [
            one
            for number, one in enumerate(nation.offers)
            if one.platform_ids and (nth - number) % OPENS_EVERY_DAYS == 0
        ]
        if not offers:
            return
        plans = [(one, self._sessions(nation.today, one), 5 if self._dice.happens(2_000) else 30) for one in offers]
        results = open_schedules(
            nation.context("institution:contoh"),
            [
                ScheduleRequest(
                    course_id=one.course_id,
                    sessions=[SessionTimes(start, end) for start, end in sessions],
                    seats=seats,
                    trainers=2,
                    place="Ruang contoh" if one.plan.mode == "offline" else "",
                    province_code=one.province_code if one.plan.mode == "offline" else None,
                    sample=True,
                )
                for one, sessions, seats in plans
            ],
            regime=nation.regime,
        )
        nation.require("class opened", results)
        for (one, sessions, _), result in zip(plans, results, strict=True):
            if result.schedule_id is not None:
                nation.classes.append(_class(one, result.schedule_id, sessions))

    def look_after_the_catalogue(self, nation: Nation) -> None:
        """Every night what is over is done and leaves the search; on Mondays somebody looks around (PLAT-02).

        For findings every second Monday: a look reads whole tables.
        """
        context = nation.context("system:simulation")
        drop_past_entries(context)
        finish_schedules(context)
        close_bundles(context)
        if nation.today.weekday() == 0:
            meetings = screen_sales(context, regime=nation.regime)
            nation.counts["platforms that meet an institution"] = meetings
            if nation.today.isocalendar().week % 2 == 0:
                look_for_findings(context)
            escalate_findings(context)

    def _sessions(self, today: date, offer: Offer) -> tuple[tuple[datetime, datetime], ...]:
        first = today + timedelta(days=_DAYS_AHEAD + self._dice.between(0, 8))
        if offer.plan.training_type == 2:  # noqa: PLR2004 - self-paced: one period
            return ((at(first, time(13)), at(first + timedelta(days=10), time(13))),)
        begins, ends = (time(9), time(12)) if offer.plan.mode == "offline" else (time(13), time(15))
        days = [first + timedelta(days=extra) for extra in range(self._dice.between(2, 3))]
        return tuple((at(day, begins), at(day, ends)) for day in days)

    def buy(self, nation: Nation) -> None:
        """Whoever wants to buy today does; who finds nothing or comes too late for a seat tries again tomorrow."""
        if nation.today > LAST_PURCHASE:
            return
        nation.classes = [one for one in nation.classes if one.sells_until_at > nation.now]
        shelves: dict[tuple[UUID, str], list[Class]] = defaultdict(list)
        for klass in nation.classes:
            if not klass.is_full:
                for platform_id in klass.platform_ids:
                    shelves[platform_id, klass.mode].append(klass)
        wishes: list[tuple[Holder, UUID, Class]] = []
        today = nation.today
        for holder in nation.holders:
            if not self._wants(today, holder):
                continue
            wish = self._choose(nation, holder, shelves)
            if wish is None:
                holder.buys_on = today + timedelta(days=1)
            else:
                wishes.append((holder, *wish))
        self._buy_digital(nation, [wish for wish in wishes if wish[0].person.channel == "digital"])
        self._buy_regular(nation, [wish for wish in wishes if wish[0].person.channel == "regular"])

    def _wants(self, today: date, holder: Holder) -> bool:
        if holder.buys_on > today or not (holder.active and holder.card_works and holder.person.buys):
            return False
        live = [bought for bought in holder.purchases if bought.transaction_code]
        if not live:
            return True
        # CARD-04: the second course comes after the first was completed.
        return holder.person.buys_again and len(live) < 2 and live[0].completed  # noqa: PLR2004 - two courses a person

    def _choose(
        self, nation: Nation, holder: Holder, shelves: dict[tuple[UUID, str], list[Class]]
    ) -> tuple[UUID, Class] | None:
        """On a platform by the weights of the first purchases, the class nearest to a wished price that can be paid."""
        wished_idr = self._dice.weighted(*zip(*figures.WISHED_PRICES_IDR, strict=True))
        regular = holder.person.channel == "regular"
        modes = ["offline"] if regular else self._dice.weighted([["online", "offline"], ["offline", "online"]], [8, 2])
        seen = {bought.klass.schedule_id for bought in holder.purchases}
        for code in self._platforms(nation, holder):
            for mode in modes:
                shelf = [
                    klass
                    for klass in shelves.get((nation.platform_ids[code], mode), ())
                    if klass.price_idr <= holder.balance_idr and klass.schedule_id not in seen
                ]
                if shelf:
                    nearest = min(abs(klass.price_idr - wished_idr) for klass in shelf)
                    klass = self._dice.pick([one for one in shelf if abs(one.price_idr - wished_idr) == nearest])
                    sisnaker = nation.platform_ids["sisnaker"]
                    # At a counter the government's platform is the default (programme money 5.2).
                    through = sisnaker if regular and sisnaker in klass.platform_ids else nation.platform_ids[code]
                    return through, klass
        return None

    def _platforms(self, nation: Nation, holder: Holder) -> list[str]:
        """Where somebody looks today: on the platform of the heart, before the deadline on any."""
        selling = {
            code: weight
            for code, weight in figures.PLATFORM_WEIGHTS.items()
            if code != run_off.PLATFORM or nation.today < run_off.LEAVES_ON
        }
        codes, weights = list(selling), list(selling.values())
        if not holder.purchases and nation.today >= holder.decreed_on + _HURRY:
            return self._dice.weighted_order(codes, weights)
        if holder.platform_code is None or nation.today >= holder.looks_since + _PATIENCE:
            holder.platform_code = self._dice.weighted(codes, weights)
            holder.looks_since = nation.today
        return [holder.platform_code]

    def _buy_digital(self, nation: Nation, wishes: Sequence[tuple[Holder, UUID, Class]]) -> None:
        sent = send_otps(
            nation.context("platform:contoh"),
            [
                OtpRequest(
                    platform_id=platform_id,
                    platform_user_id=f"akun-{holder.person.number}",
                    card_id=holder.card_id,
                    card_lane_seed=holder.lane_seed,
                    schedule_id=klass.schedule_id,
                    amount_idr=klass.price_idr,
                    actor=self._actor(platform_id),
                )
                for holder, platform_id, klass in wishes
            ],
            machine_now=nation.now,
        )
        ready = []
        requests = []
        for wish, accepted, otp in zip(wishes, nation.tally("OTP", sent), sent, strict=True):
            if not accepted or otp.payment_token is None or otp.otp is None:
                self._try_again(nation, wish, str(otp.code))
                continue
            invoice = self.next_invoice(wish[1])
            ready.append((wish, invoice))
            requests.append(
                PurchaseRequest(
                    wish[1],
                    invoice,
                    otp.payment_token,
                    otp.otp,
                    hash_request(invoice, otp.payment_token, otp.otp),
                    self._actor(wish[1]),
                )
            )
        results = authorize_purchases(
            nation.context("platform:contoh"), requests, regime=nation.regime, machine_now=nation.now
        )
        paid = [request for request, result in zip(requests, results, strict=True) if result.code == "ok"]
        self.last_request = paid[-1] if paid else self.last_request
        self._settle(nation, ready, results)

    def _buy_regular(self, nation: Nation, wishes: Sequence[tuple[Holder, UUID, Class]]) -> None:
        ready = [(wish, self.next_invoice(wish[1])) for wish in wishes]
        results = authorize_counter_purchases(
            nation.context("institution:contoh"),
            [
                CounterPurchaseRequest(
                    platform_id=platform_id,
                    invoice_code=invoice,
                    card_id=holder.card_id,
                    card_lane_seed=holder.lane_seed,
                    pin=holder.pin,
                    schedule_id=klass.schedule_id,
                    amount_idr=klass.price_idr,
                    request_hash=hash_request(invoice, str(holder.card_id)),
                )
                for (holder, platform_id, klass), invoice in ready
            ],
            regime=nation.regime,
            machine_now=nation.now,
        )
        self._settle(nation, ready, results)

    def _settle(
        self,
        nation: Nation,
        ready: Sequence[tuple[tuple[Holder, UUID, Class], str]],
        results: Sequence[PurchaseResult],
    ) -> None:
        accepted = nation.tally("purchase", results)
        fresh: list[Bought] = []
        for ((holder, platform_id, klass), invoice), is_ok, result in zip(ready, accepted, results, strict=True):
            if not is_ok or result.purchase_id is None or result.lane is None:
                self._try_again(nation, (holder, platform_id, klass), str(result.code))
                continue
            bought = Bought(
                lane=result.lane,
                purchase_id=result.purchase_id,
                holder=holder,
                platform_id=platform_id,
                invoice_code=invoice,
                transaction_code=result.transaction_code or "",
                klass=klass,
                bought_on=nation.today,
            )
            holder.purchases.append(bought)
            holder.balance_idr -= klass.price_idr
            holder.platform_code = None
            nation.bought[bought.purchase_id] = bought
            nation.counts[f"purchase through {self._codes[platform_id]}"] += 1
            nation.counts["paid, Rp"] += klass.price_idr
            fresh.append(bought)
        # The participant finds the code on the own page.
        rows = {row.purchase_id: row for row in list_purchases([(one.lane, one.purchase_id) for one in fresh])}
        for bought in fresh:
            bought.redeem_code = rows[bought.purchase_id].redeem_code

    def _try_again(self, nation: Nation, wish: tuple[Holder, UUID, Class], code: str) -> None:
        holder, _, klass = wish
        if code == "sold_out":
            klass.is_full = True
        holder.buys_on = nation.today + timedelta(days=1)

    def void(self, nation: Nation) -> None:
        """A few change their mind before the class: the platform voids, money and seat go back, they choose again."""
        regret = [
            holder
            for holder in nation.holders
            if holder.person.voids_first
            and len(holder.purchases) == 1
            and holder.purchases[0].transaction_code
            and not holder.purchases[0].redeemed
            and holder.person.channel == "digital"
        ]
        requests = [
            VoidRequest(
                one.purchases[0].platform_id,
                one.purchases[0].invoice_code,
                one.purchases[0].transaction_code,
                self._actor(one.purchases[0].platform_id),
            )
            for one in regret
        ]
        results = void_purchases(nation.context("platform:contoh"), requests)
        for holder, is_void in zip(regret, nation.tally("void", results), strict=True):
            if is_void:
                bought = holder.purchases.pop()
                del nation.bought[bought.purchase_id]
                holder.person.voids_first = False
                holder.balance_idr += bought.klass.price_idr
                holder.buys_on = nation.today + timedelta(days=1)

    def _actor(self, platform_id: UUID) -> str:
        return f"platform:{self._codes[platform_id]}"

    def next_invoice(self, platform_id: UUID) -> str:
        """A platform's own invoice number."""
        self._invoice += 1
        return f"{self._codes[platform_id][:6].upper()}-{self._invoice:08d}"


def _class(offer: Offer, schedule_id: UUID, sessions: tuple[tuple[datetime, datetime], ...]) -> Class:
    return Class(
        schedule_id=schedule_id,
        course_id=offer.course_id,
        institution_id=offer.institution_id,
        platform_ids=offer.platform_ids,
        mode=offer.plan.mode,
        self_paced=offer.plan.training_type == 2,  # noqa: PLR2004 - as above
        price_idr=offer.plan.price_idr,
        sells_until_at=sessions[0][0],
        session_times=sessions,
    )
