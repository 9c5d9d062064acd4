"""What must not work: some people and partners misbehave on purpose, and each is refused with its code."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from prakerja.catalogue.operations import CourseProposal, propose_courses
from prakerja.learning.operations import (
    AttendanceRequest,
    CertificateRequest,
    ReportRequest,
    issue_certificates,
    record_attendances,
    report_completions,
)
from prakerja.participants.operations import sign_up_applicants
from prakerja.partners.operations import AgreementRequest, propose_agreements
from prakerja.purchases.operations import (
    CounterPurchaseRequest,
    OtpRequest,
    PurchaseRequest,
    RedeemRequest,
    VoidRequest,
    authorize_counter_purchases,
    authorize_purchases,
    commit_redeem_codes,
    send_otps,
    void_purchases,
)
from prakerja.purchases.rules import hash_request, redeem_windows
from prakerja.selection.operations import Join, approve_decree, join_waves
from prakerja.settlement.operations import ApproveRunRequest, approve_settlement_runs
from prakerja.simulation.intake import Intake
from prakerja.simulation.market import Market
from prakerja.simulation.nation import MAKER, Bought, Class, Holder, Nation
from prakerja.simulation.treasury import Treasury

Try = Callable[[Nation], bool]


class Mischief:
    """Each try once, on the first day when it is possible; a try that is accepted stops the simulation."""

    def __init__(self, nation: Nation, intake: Intake, market: Market, treasury: Treasury) -> None:
        self._intake = intake
        self._market = market
        self._treasury = treasury
        self._windows = redeem_windows(nation.book.stretches)
        self._sign_up: dict[str, Try] = {
            "the same NIK signs up again": self._same_nik,
            "an impossible NIK signs up": self._impossible_nik,
            "joins the same wave twice": self._join_twice,
        }
        self._office: dict[str, Try] = {
            "the maker approves the own decree": self._own_decree,
            "the maker approves the own settlement": self._own_settlement,
            "the government's platform wants a fee": self._government_fee,
            "a course dearer than outside": self._dear_course,
        }
        self._shop: dict[str, Try] = {
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
        self._class: dict[str, Try] = {
            "second use of a redeem code": self._second_use,
            "late redemption": self._late,
            "a code of another institution": self._foreign_code,
            "a made-up code": self._made_up_code,
            "attendance without redemption": self._unredeemed_attendance,
            "a report before the class is over": self._early_report,
            "a certificate without evidence": self._no_evidence,
        }

    @property
    def not_tried(self) -> list[str]:
        """Kinds of misbehaviour for which no occasion came: only in a very small or unfinished nation."""
        return sorted([*self._sign_up, *self._office, *self._shop, *self._class])

    def at_sign_up(self, nation: Nation) -> None:
        """After the day's people have signed up and joined."""
        _try_all(self._sign_up, nation)

    def at_the_office(self, nation: Nation) -> None:
        """Between a maker's act and the approver's."""
        _try_all(self._office, nation)

    def at_the_market(self, nation: Nation) -> None:
        """After the day's purchases."""
        _try_all(self._shop, nation)

    def in_class(self, nation: Nation) -> None:
        """After the afternoon's classes began."""
        _try_all(self._class, nation)

    def _same_nik(self, nation: Nation) -> bool:
        person = next((one for one in nation.people if one.applicant_id is not None), None)
        if person is None:
            return False
        results = sign_up_applicants(nation.context("applicant:portal"), [person.sign_up()])
        nation.must_refuse("the same NIK signs up again", "nik_already_signed_up", results)
        return True

    def _impossible_nik(self, nation: Nation) -> bool:
        entered = replace(nation.people[-1].sign_up(), nik="9931013113900001")
        results = sign_up_applicants(nation.context("applicant:portal"), [entered])
        nation.must_refuse("an impossible NIK signs up", "nik_not_possible", results)
        return True

    def _join_twice(self, nation: Nation) -> bool:
        for wave_id, people in self._intake.joined.items():
            for person in people[:1]:
                joins = [Join(_applicant(person.applicant_id), wave_id, person.channel)]
                results = join_waves(nation.context("applicant:portal"), joins, nation.regime)
                nation.must_refuse("joins the same wave twice", "already_joined", results)
                return True
        return False

    def _own_decree(self, nation: Nation) -> bool:
        for decree_id in self._intake.undecided(nation):
            result = approve_decree(nation.context(MAKER), decree_id, nation.regime)
            nation.must_refuse("the maker approves the own decree", "same_person", [result])
            return True
        return False

    def _own_settlement(self, nation: Nation) -> bool:
        for run_id in self._treasury.unsigned_runs:
            results = approve_settlement_runs(nation.context(MAKER), [ApproveRunRequest(run_id)])
            nation.must_refuse("the maker approves the own settlement", "same_person", results)
            return True
        return False

    def _government_fee(self, nation: Nation) -> bool:
        sisnaker = nation.platform_ids["sisnaker"]
        for one in nation.institutions:
            if one.id is not None and sisnaker in one.platform_ids:
                request = AgreementRequest(
                    platform_id=sisnaker,
                    institution_id=one.id,
                    fee_scheme={"kind": "share", "commission_bp": 100},
                    valid_from=nation.today + timedelta(days=400),
                )
                results = propose_agreements(nation.context("platform:sisnaker"), [request], regime=nation.regime)
                nation.must_refuse("the government's platform wants a fee", "government_platform_charges", results)
                return True
        return False

    def _dear_course(self, nation: Nation) -> bool:
        offer = nation.offers[0]
        proposal = CourseProposal(
            institution_id=offer.institution_id,
            title=offer.plan.title,
            mode=offer.plan.mode,
            training_type=offer.plan.training_type,
            hours=offer.plan.hours,
            price_idr=500_000,
            comparison_price_idr=400_000,
            sample=True,
        )
        results = propose_courses(nation.context("institution:contoh"), [proposal], regime=nation.regime)
        nation.must_refuse("a course dearer than outside", "dearer_than_outside", results)
        return True

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

    def _second_use(self, nation: Nation) -> bool:
        one = _first(nation, lambda bought: bought.redeemed and not bought.reported)
        return self._redeem(nation, "second use of a redeem code", "code_already_used", one)

    def _late(self, nation: Nation) -> bool:
        hour = timedelta(hours=2)
        one = _first(
            nation,
            lambda bought: (
                not bought.redeemed
                and not bought.klass.self_paced
                and bought.klass.session_times[0][0] + hour < nation.now
            ),
        )
        return self._redeem(nation, "late redemption", "outside_window", one)

    def _foreign_code(self, nation: Nation) -> bool:
        one = _first(nation, lambda bought: not bought.redeemed)
        if one is None:
            return False
        other = next(i.id for i in nation.institutions if i.id is not None and i.id != one.klass.institution_id)
        results = commit_redeem_codes(
            nation.context("institution:contoh"), [RedeemRequest(other, one.redeem_code)], windows=self._windows
        )
        nation.must_refuse("a code of another institution", "code_of_another_institution", results)
        return True

    def _made_up_code(self, nation: Nation) -> bool:
        institution = next(one.id for one in nation.institutions if one.id is not None)
        results = commit_redeem_codes(
            nation.context("institution:contoh"), [RedeemRequest(institution, "ABCDEFGHJKLM")], windows=self._windows
        )
        nation.must_refuse("a made-up code", "code_unknown", results)
        return True

    def _redeem(self, nation: Nation, what: str, code: str, bought: Bought | None) -> bool:
        if bought is None:
            return False
        results = commit_redeem_codes(
            nation.context("institution:contoh"),
            [RedeemRequest(bought.klass.institution_id, bought.redeem_code)],
            windows=self._windows,
        )
        nation.must_refuse(what, code, results)
        return True

    def _unredeemed_attendance(self, nation: Nation) -> bool:
        one = _first(nation, lambda bought: not bought.redeemed)
        if one is None:
            return False
        request = AttendanceRequest(one.lane, one.purchase_id, one.klass.institution_id, 1, "sandbox")
        results = record_attendances(nation.context("institution:contoh"), [request])
        nation.must_refuse("attendance without redemption", "not_redeemed", results)
        return True

    def _early_report(self, nation: Nation) -> bool:
        one = _first(
            nation,
            lambda bought: bought.redeemed and not bought.reported and bought.klass.session_times[-1][1] > nation.now,
        )
        if one is None:
            return False
        request = ReportRequest(one.lane, one.purchase_id, one.klass.institution_id, post_test_score=80)
        results = report_completions(nation.context("institution:contoh"), [request])
        nation.must_refuse("a report before the class is over", "class_not_over", results)
        return True

    def _no_evidence(self, nation: Nation) -> bool:
        one = _first(nation, lambda bought: bought.redeemed and not bought.reported)
        if one is None:
            return False
        results = issue_certificates(nation.context(MAKER), [CertificateRequest(one.lane, one.purchase_id)])
        nation.must_refuse("a certificate without evidence", "not_reported", results)
        return True


def _try_all(tries: dict[str, Try], nation: Nation) -> None:
    for what in [what for what, attempt in tries.items() if attempt(nation)]:
        del tries[what]


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


def _first(nation: Nation, fits: Callable[[Bought], bool]) -> Bought | None:
    return next((bought for bought in nation.bought.values() if fits(bought)), None)


def _otp(holder: Holder, klass: Class, platform_id: UUID) -> OtpRequest:
    return OtpRequest(
        platform_id=platform_id,
        platform_user_id=f"akun-{holder.person.number}",
        card_id=holder.card_id,
        card_lane_seed=holder.lane_seed,
        schedule_id=klass.schedule_id,
        amount_idr=klass.price_idr,
    )


def _applicant(applicant_id: UUID | None) -> UUID:
    if applicant_id is None:
        raise RuntimeError("who joined has signed up")
    return applicant_id
