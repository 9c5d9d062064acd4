"""What must not work at the market: wrong cards, codes, prices and balances, the same request twice."""

from dataclasses import replace
from uuid import UUID

from prakerja.purchases.operations import (
    CounterPurchaseRequest,
    OtpRequest,
    PurchaseRequest,
    VoidRequest,
    authorize_counter_purchases,
    authorize_purchases,
    send_otps,
    void_purchases,
)
from prakerja.purchases.rules import hash_request
from prakerja.simulation.market import Market
from prakerja.simulation.nation import Class, Holder, Nation, Try


class MarketMischief:
    """The tries of the market, by what they are."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self.tries: dict[str, Try] = {
            "a regular card on a platform": self._regular_on_a_platform,
            "a digital card at a counter": self._digital_at_a_counter,
            "a regular card for an online course": self._regular_online,
            "a wrong PIN": self._wrong_pin,
            "a wrong OTP": self._wrong_otp,
            "a class of an unregistered institution": self._unregistered,
            "a second course before the first is completed": self._second_too_early,
            "over the balance": self._over_the_balance,
            "a second card on one platform account": self._second_card,
            "another price than the schedule's": self._other_price,
            "the same invoice with another request": self._reused_invoice,
            "a void of another platform's transaction": self._void_of_another,
            "a void after redemption": self._void_after_redemption,
        }

    def _regular_on_a_platform(self, nation: Nation) -> bool:
        holder, klass = _holder(nation, "regular"), _class(nation, "offline")
        if holder is None or klass is None:
            return False
        results = send_otps(
            nation.context("platform:contoh"), [_otp(holder, klass, klass.platform_ids[0])], machine_now=nation.now
        )
        nation.must_refuse("a regular card on a platform", "channel_not_allowed", results)
        return True

    def _digital_at_a_counter(self, nation: Nation) -> bool:
        return self._at_counter(nation, "a digital card at a counter", "channel_not_allowed", "digital", "offline")

    def _regular_online(self, nation: Nation) -> bool:
        return self._at_counter(
            nation, "a regular card for an online course", "channel_not_allowed", "regular", "online"
        )

    def _wrong_pin(self, nation: Nation) -> bool:
        return self._at_counter(nation, "a wrong PIN", "pin_wrong", "regular", "offline", pin="000000")

    def _at_counter(
        self, nation: Nation, what: str, code: str, channel: str, mode: str, *, pin: str | None = None
    ) -> bool:
        holder, klass = _holder(nation, channel), _class(nation, mode)
        if holder is None or klass is None:
            return False
        invoice = self._market.next_invoice(klass.platform_ids[0])
        request = CounterPurchaseRequest(
            platform_id=klass.platform_ids[0],
            invoice_code=invoice,
            card_id=holder.card_id,
            card_lane_seed=holder.lane_seed,
            pin=pin or holder.pin,
            schedule_id=klass.schedule_id,
            amount_idr=klass.price_idr,
            request_hash=hash_request(invoice),
        )
        results = authorize_counter_purchases(
            nation.context("institution:contoh"), [request], regime=nation.regime, machine_now=nation.now
        )
        nation.must_refuse(what, code, results)
        return True

    def _wrong_otp(self, nation: Nation) -> bool:
        holder = _holder(nation, "digital")
        klass = _class(nation, "online")
        if holder is None or klass is None:
            return False
        return self._by_otp(nation, "a wrong OTP", "otp_wrong", holder, klass, klass.platform_ids[0], wrong=True)

    def _unregistered(self, nation: Nation) -> bool:
        holder = _holder(nation, "digital")
        for klass in nation.classes if holder else []:
            for platform_id in nation.platform_ids.values():
                registered = any(
                    one.id == klass.institution_id and platform_id in one.platform_ids for one in nation.institutions
                )
                if holder is not None and not registered and not klass.is_full:
                    what = "a class of an unregistered institution"
                    return self._by_otp(nation, what, "institution_not_registered", holder, klass, platform_id)
        return False

    def _second_too_early(self, nation: Nation) -> bool:
        for holder in nation.holders:
            klass = _class(nation, "online")
            started = [one for one in holder.purchases if not one.completed]
            if klass is None or not started or holder.person.channel != "digital" or not holder.active:
                continue
            if klass.schedule_id != started[0].klass.schedule_id:
                what = "a second course before the first is completed"
                return self._by_otp(nation, what, "first_course_not_completed", holder, klass, klass.platform_ids[0])
        return False

    def _over_the_balance(self, nation: Nation) -> bool:
        for holder in nation.holders:
            if (
                holder.person.channel != "digital"
                or not holder.active
                or not any(o.completed for o in holder.purchases)
            ):
                continue
            seen = {one.klass.schedule_id for one in holder.purchases}
            for klass in nation.classes:
                if klass.price_idr > holder.balance_idr and klass.schedule_id not in seen and not klass.is_full:
                    platform_id = klass.platform_ids[0]
                    return self._by_otp(nation, "over the balance", "balance_too_low", holder, klass, platform_id)
        return False

    def _second_card(self, nation: Nation) -> bool:
        holder = _holder(nation, "digital", bought=False)
        for other in nation.holders if holder else []:
            for one in other.purchases:
                if holder is None or other.person.channel != "digital":
                    continue
                klass = _class(nation, "online", on=one.platform_id)
                if klass is not None:
                    account = f"akun-{other.person.number}"
                    what, code = "a second card on one platform account", "platform_account_uses_another_card"
                    return self._by_otp(nation, what, code, holder, klass, one.platform_id, account=account)
        return False

    def _other_price(self, nation: Nation) -> bool:
        holder, klass = _holder(nation, "digital"), _class(nation, "online")
        if holder is None or klass is None:
            return False
        request = replace(_otp(holder, klass, klass.platform_ids[0]), amount_idr=klass.price_idr - 1)
        results = send_otps(nation.context("platform:contoh"), [request], machine_now=nation.now)
        nation.must_refuse("another price than the schedule's", "price_changed", results)
        return True

    def _by_otp(  # noqa: PLR0913 - who, what, where, and how it should end
        self,
        nation: Nation,
        what: str,
        code: str,
        holder: Holder,
        klass: Class,
        platform_id: UUID,
        *,
        account: str | None = None,
        wrong: bool = False,
    ) -> bool:
        context = nation.context("platform:contoh")
        request = _otp(holder, klass, platform_id)
        if account is not None:
            request = replace(request, platform_user_id=account)
        sent = send_otps(context, [request], machine_now=nation.now)[0]
        if sent.payment_token is None or sent.otp is None:
            return False
        otp = f"{(int(sent.otp) + 1) % 1_000_000:06d}" if wrong else sent.otp
        invoice = self._market.next_invoice(platform_id)
        request_hash = hash_request(invoice, sent.payment_token, otp)
        results = authorize_purchases(
            context,
            [PurchaseRequest(platform_id, invoice, sent.payment_token, otp, request_hash)],
            regime=nation.regime,
            machine_now=nation.now,
        )
        nation.must_refuse(what, code, results)
        return True

    def _reused_invoice(self, nation: Nation) -> bool:
        """The last platform's purchase comes again: the stored answer; then its invoice with another request."""
        last = self._market.last_request
        if last is None:
            return False
        context = nation.context("platform:contoh")
        again = authorize_purchases(context, [last], regime=nation.regime, machine_now=nation.now)
        nation.must_refuse("double submission", "repeated", again)
        other = replace(last, request_hash=hash_request("another"))
        results = authorize_purchases(context, [other], regime=nation.regime, machine_now=nation.now)
        nation.must_refuse("the same invoice with another request", "invoice_reused", results)
        return True

    def _void_of_another(self, nation: Nation) -> bool:
        for one in nation.bought.values():
            other = next(platform_id for platform_id in nation.platform_ids.values() if platform_id != one.platform_id)
            request = VoidRequest(other, one.invoice_code, one.transaction_code)
            results = void_purchases(nation.context("platform:contoh"), [request])
            nation.must_refuse("a void of another platform's transaction", "transaction_unknown", results)
            return True
        return False

    def _void_after_redemption(self, nation: Nation) -> bool:
        for one in nation.bought.values():
            if one.redeemed and not one.reported:
                request = VoidRequest(one.platform_id, one.invoice_code, one.transaction_code)
                results = void_purchases(nation.context("platform:contoh"), [request])
                nation.must_refuse("a void after redemption", "code_already_redeemed", results)
                return True
        return False


def _holder(nation: Nation, channel: str, *, bought: bool | None = False) -> Holder | None:
    """Somebody with a card of the channel that works, who has not bought yet."""
    for holder in nation.holders:
        if (
            holder.person.channel == channel
            and holder.active
            and holder.card_works
            and bool(holder.purchases) == bought
        ):
            return holder
    return None


def _class(nation: Nation, mode: str, *, on: UUID | None = None) -> Class | None:
    """A class of the mode that still sells, on a given platform or any."""
    for klass in nation.classes:
        sells = klass.sells_until_at > nation.now and not klass.is_full
        if klass.mode == mode and sells and (on is None or on in klass.platform_ids):
            return klass
    return None


def _otp(holder: Holder, klass: Class, platform_id: UUID) -> OtpRequest:
    return OtpRequest(
        platform_id=platform_id,
        platform_user_id=f"akun-{holder.person.number}",
        card_id=holder.card_id,
        card_lane_seed=holder.lane_seed,
        schedule_id=klass.schedule_id,
        amount_idr=klass.price_idr,
    )
