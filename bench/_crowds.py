"""Two crowds at the counter: ten thousand buyers for five hundred seats, and a thousand attempts on one balance."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from bench._purchases import MACHINE_NOW, ReadyPurchase
from prakerja.kit import db
from prakerja.kit.lanes import lane_of
from prakerja.kit.settings import get_settings
from prakerja.purchases.rules import hash_otp

if TYPE_CHECKING:
    import psycopg

    from bench.purchases import Bench

SUCCESS = b'"status":"SUCCESS"'
SOLD_OUT = b"ERRPLT40013"
BALANCE_TOO_LOW = b"ERRPLT40032"
ALREADY_BOUGHT = b"ERRPLT40030"
# Invoices of the hot card, behind those of all others.
_FIRST_NUMBER = 10**8


@dataclass(frozen=True, slots=True)
class HotSchedule:
    """A class with few seats, and purchases of it."""

    schedule_id: UUID
    seats: int
    purchases: list[ReadyPurchase]

    def check(self, succeeded: int) -> None:
        """What clients were told is what the books hold: each seat is sold once, and none is left over."""
        expected = min(self.seats, len(self.purchases))
        sold = db.value("SELECT count(*) FROM purchases WHERE schedule_id = %s", (self.schedule_id,))
        left = db.value("SELECT sum(seats_left) FROM seat_allotments WHERE schedule_id = %s", (self.schedule_id,))
        assert succeeded == sold == expected, f"told {succeeded}, sold {sold}, expected {expected}"
        assert left == self.seats - sold


def make_hot_schedule(bench: "Bench", owner: "psycopg.Connection", *, buyers: int, seats: int) -> HotSchedule:
    """Point the codes of the next cards at one class that nobody has bought yet."""
    platform_id, schedule_id, price_idr = _fresh_offer(bench, owner, seats)
    taken = bench.ready.take(buyers)
    owner.execute(
        "UPDATE otps SET platform_id = %s, schedule_id = %s, amount_idr = %s WHERE token_id = ANY (%s)",
        (platform_id, schedule_id, price_idr, [one.token_id for one in taken]),
    )
    owner.commit()
    moved = [ReadyPurchase(one.number, one.seed, platform_id, one.token_id, one.otp) for one in taken]
    return HotSchedule(schedule_id, seats, moved)


@dataclass(frozen=True, slots=True)
class HotCard:
    """One balance, and attempts to spend it."""

    lane: int
    participant_id: UUID
    first_number: int
    balance_idr: int
    cheapest_idr: int
    purchases: list[ReadyPurchase]

    def check(self, succeeded: int) -> None:
        """What was told is what was debited; what is left would not pay for any of them."""
        row = db.row(
            """
            SELECT count(*), coalesce(sum(p.price_idr), 0)::bigint
            FROM purchases AS p
            WHERE p.lane = %s AND p.participant_id = %s AND p.invoice_code <> %s
            """,
            (self.lane, self.participant_id, f"INV-2020-{self.first_number:09d}"),
        )
        assert row is not None
        made, spent_idr = row
        left_idr = _balance(self.lane, self.participant_id)
        assert succeeded == made, f"told {succeeded}, made {made}"
        assert left_idr == self.balance_idr - spent_idr >= 0, (left_idr, self.balance_idr, spent_idr)
        assert left_idr < self.cheapest_idr, f"{left_idr} would have paid for one more"


def make_hot_card(bench: "Bench", owner: "psycopg.Connection", *, attempts: int) -> HotCard:
    """Codes of one card for many classes of one platform; its first course is completed, so that more may follow."""
    from prakerja.purchases.operations import authorize_purchases

    [first] = bench.ready.take(1)
    result = authorize_purchases(bench.context, [first.request()], regime=bench.regime, machine_now=MACHINE_NOW)[0]
    assert result.code == "ok", result
    assert result.participant_id is not None
    lane = lane_of(first.seed)
    for state, moment in (("redeemed", "redeemed_at"), ("completed", "closed_at")):
        owner.execute(
            f"UPDATE purchases SET state = %s, {moment} = paid_at WHERE lane = %s AND purchase_id = %s",
            (state, lane, result.purchase_id),
        )
    offers = db.rows(
        """
        SELECT s.id, s.price_idr
        FROM schedules AS s
        JOIN listings AS l ON l.course_id = s.course_id
        WHERE l.platform_id = %s AND s.code <> 'HOT'
        ORDER BY s.id
        """,
        (first.platform_id,),
    )
    made: list[ReadyPurchase] = []
    for number in range(attempts):
        schedule_id, price_idr = offers[number % len(offers)]
        one = ReadyPurchase(
            _FIRST_NUMBER + number, first.seed, first.platform_id, bench.context.uuid(), f"{number:06d}"
        )
        owner.execute(
            """
            INSERT INTO otps (
                lane, token_id, card_id, platform_id, schedule_id, amount_idr, platform_user_id, code_hash, tries_left,
                sent_at, expires_at
            )
            SELECT lane, %s, card_id, platform_id, %s, %s, platform_user_id, %s, 5, sent_at, expires_at
            FROM otps
            WHERE lane = %s AND token_id = %s
            """,
            (one.token_id, schedule_id, price_idr, hash_otp(one.token_id, one.otp), lane, first.token_id),
        )
        made.append(one)
    owner.commit()
    # Attempts go through the offers in order: those that were tried are those that could be paid.
    cheapest_idr = min(price_idr for _, price_idr in offers[:attempts])
    balance_idr = _balance(lane, result.participant_id)
    return HotCard(lane, result.participant_id, first.number, balance_idr, cheapest_idr, made)


def _fresh_offer(bench: "Bench", owner: "psycopg.Connection", seats: int) -> tuple[UUID, UUID, int]:
    """A new class of a course that is on sale: its platform, its id, its price."""
    schedule_id, lanes = bench.context.uuid(), get_settings().lanes
    row = owner.execute(
        """
        INSERT INTO schedules (
            id, code, course_id, institution_id, mode, price_idr, seats, trainers, starts_at, ends_at, sells_until_at,
            state, place, province_code, regime_version, sample, opened_at
        )
        SELECT
            %s, 'HOT', course_id, institution_id, mode, price_idr, %s, trainers, starts_at, ends_at, sells_until_at,
            state, place, province_code, regime_version, sample, opened_at
        FROM schedules
        WHERE code = 'S1'
        RETURNING price_idr
        """,
        (schedule_id, seats),
    ).fetchone()
    assert row is not None
    for lane in range(lanes):
        owner.execute(
            "INSERT INTO seat_allotments (lane, schedule_id, seats_left) VALUES (%s, %s, %s)",
            (lane, schedule_id, seats // lanes + (lane < seats % lanes)),
        )
    listed = owner.execute(
        """
        SELECT l.platform_id
        FROM listings AS l
        JOIN schedules AS s ON s.course_id = l.course_id
        WHERE s.id = %s
        ORDER BY l.platform_id
        LIMIT 1
        """,
        (schedule_id,),
    ).fetchone()
    assert listed is not None
    return listed[0], schedule_id, row[0]


def _balance(lane: int, participant_id: UUID) -> int:
    return int(
        db.value(
            "SELECT balance_idr FROM accounts WHERE lane = %s AND holder_id = %s AND kind = 'training'",
            (lane, participant_id),
        )
    )
