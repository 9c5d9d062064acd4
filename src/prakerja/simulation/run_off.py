"""Skill Academy leaves as a platform and stays as an institution, whose courses others sell (SCHEME-07).

What was sold is honoured: redeemed, taught, reported, certified and paid. Nothing new is sold, not even by a code that
was sent before.
"""

from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from prakerja.kit import db
from prakerja.partners.operations import PlatformMove, move_platforms
from prakerja.partners.states import PlatformState
from prakerja.purchases.operations import OtpRequest, PurchaseRequest, authorize_purchases, send_otps
from prakerja.purchases.rules import hash_request
from prakerja.simulation.nation import MAKER, Class, Holder, Nation

LEAVES_ON: Final = date(2020, 8, 3)
"""The real one left in September; the sample nation has fewer waves, and its sales are over by then."""
PLATFORM: Final = "skillacademy"
A_LAST_CODE: Final = "OTP before the platform left"
A_CODE_IN_HAND: Final = "a code of a platform that has left"
A_NEW_CODE: Final = "a new code from a platform that has left"


class RunOff:
    """One morning in the year."""

    def morning(self, nation: Nation) -> None:
        """The recognition ends between a code and its payment; shelves are cleared, classes go on."""
        if nation.today != LEAVES_ON:
            return
        platform_id = nation.platform_ids[PLATFORM]
        code = _code_in_hand(nation, platform_id)
        end = PlatformMove(platform_id=platform_id, state=PlatformState.ENDED)
        nation.require(
            "platform left",
            move_platforms(nation.context(MAKER), [end], regime=nation.regime),
        )
        if code is not None:
            otp, payment = code
            paid = authorize_purchases(
                nation.context("platform:contoh"), [payment], regime=nation.regime, machine_now=nation.now
            )
            nation.must_refuse(A_CODE_IN_HAND, "platform_not_active", paid)
            sent = send_otps(nation.context("platform:contoh"), [otp], machine_now=nation.now)
            nation.must_refuse(A_NEW_CODE, "platform_not_active", sent)
        _clear_the_shelves(nation, platform_id)


def run_off_lines(nation: Nation) -> list[str]:
    """What became of the sales of the platform that left, from the books. Two statements."""
    if not nation.counts["platform left"]:
        return []
    platform_id = nation.platform_ids[PLATFORM]
    sold, later, redeemed, completed, payable, commission = db.rows(
        """
        SELECT count(*), count(*) FILTER (WHERE p.paid_at > f.ended_at),
            count(*) FILTER (WHERE p.redeemed_at > f.ended_at),
            count(*) FILTER (WHERE p.redeemed_at > f.ended_at AND p.state = 'completed'),
            coalesce(sum(p.price_idr) FILTER (WHERE p.payable_at > f.ended_at), 0)::bigint,
            coalesce(sum(p.commission_idr) FILTER (WHERE p.payable_at > f.ended_at), 0)::bigint
        FROM purchases AS p
        JOIN platforms AS f ON f.id = p.platform_id
        WHERE f.id = %s
        """,
        [platform_id],
    )[0]
    stayed = db.value(
        """
        SELECT count(*)
        FROM purchases AS p
        JOIN institutions AS i ON i.id = p.institution_id
        JOIN platforms AS left_platform ON left_platform.id = %s AND left_platform.owner_entity = i.owner_entity
        WHERE p.paid_at > left_platform.ended_at
        """,
        [platform_id],
    )
    return [
        (
            f"{PLATFORM} left as a platform on {LEAVES_ON:%-d %B %Y} with {sold} purchases, and sold {later} more;"
            f" behind that day {redeemed} of its codes were redeemed, {completed} of them completed, and Rp{payable:,}"
            f" became payable, Rp{commission:,} of it to itself. As an institution it sold {stayed} more elsewhere."
        )
    ]


def _wish(nation: Nation, platform_id: UUID) -> tuple[Holder, Class] | None:
    """Somebody with a digital card that works, and a class on the platform's shelf that the person has not bought."""
    shelf = [
        one
        for one in nation.classes
        if platform_id in one.platform_ids and not one.is_full and one.sells_until_at > nation.now
    ]
    for holder in nation.holders:
        if holder.active and holder.card_works and holder.person.channel == "digital":
            bought = {one.klass.schedule_id for one in holder.purchases}
            klass = next((one for one in shelf if one.schedule_id not in bought), None)
            if klass is not None:
                return holder, klass
    return None


def _otp(platform_id: UUID, holder: Holder, klass: Class) -> OtpRequest:
    return OtpRequest(
        platform_id=platform_id,
        platform_user_id=f"akun-{holder.person.number}",
        card_id=holder.card_id,
        card_lane_seed=holder.lane_seed,
        schedule_id=klass.schedule_id,
        amount_idr=klass.price_idr,
        actor=f"platform:{PLATFORM}",
    )


def _code_in_hand(nation: Nation, platform_id: UUID) -> tuple[OtpRequest, PurchaseRequest] | None:
    """A code that was sent and not used yet; None when nobody has a wish that the platform can serve."""
    while (wish := _wish(nation, platform_id)) is not None:
        request = _otp(platform_id, *wish)
        sent = send_otps(nation.context("platform:contoh"), [request], machine_now=nation.now)
        if sent[0].code == "sold_out":
            # Others took the last seat since somebody looked.
            nation.tally(A_LAST_CODE, sent)
            wish[1].is_full = True
            continue
        nation.require(A_LAST_CODE, sent)
        invoice, token, otp = "SKILLA-RUNOFF", sent[0].payment_token or "", sent[0].otp or ""
        key = hash_request(invoice, token, otp)
        return request, PurchaseRequest(platform_id, invoice, token, otp, key, f"platform:{PLATFORM}")
    return None


def _clear_the_shelves(nation: Nation, platform_id: UUID) -> None:
    """People choose among the platforms that are left; what stands on no other one is bought by nobody."""
    for one in nation.classes:
        one.platform_ids = tuple(other for other in one.platform_ids if other != platform_id)
    nation.classes = [one for one in nation.classes if one.platform_ids]
    offers = [
        replace(one, platform_ids=tuple(other for other in one.platform_ids if other != platform_id))
        for one in nation.offers
    ]
    nation.offers = [one for one in offers if one.platform_ids]
