"""Purchases that are ready to be made: one for each card, its code already sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.kit.lanes import lane_of
from prakerja.programme.regimes import Regime
from prakerja.purchases.operations import PurchaseRequest
from prakerja.purchases.rules import hash_otp, hash_request

# The machine's moment at which all codes were sent and all purchases are made: codes live for five minutes only.
MACHINE_NOW = datetime(2024, 1, 1, tzinfo=UTC)
_OTP_COLUMNS = (
    "lane", "token_id", "card_id", "platform_id", "schedule_id", "amount_idr", "platform_user_id", "code_hash",
    "tries_left", "sent_at", "expires_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadyPurchase:
    """What a platform knows when its customer has typed the code."""

    number: int
    seed: int
    platform_id: UUID
    token_id: UUID
    otp: str

    @property
    def invoice_code(self) -> str:
        """The platform's invoice."""
        return f"INV-2020-{self.number:09d}"

    @property
    def request_hash(self) -> UUID:
        """The hash of the body and token, as the partner API computes it."""
        return hash_request(self.invoice_code, str(self.token_id))

    def request(self) -> PurchaseRequest:
        """The request that the partner API hands to the operation."""
        token = codes.payment_token(self.seed, self.token_id)
        return PurchaseRequest(self.platform_id, self.invoice_code, token, self.otp, self.request_hash)


class ReadyPurchases:
    """A queue of purchases, each on a card of its own, in random order of the cards."""

    def __init__(self, ready: list[ReadyPurchase]) -> None:
        self._ready = iter(ready)
        self.left = len(ready)

    def take(self, count: int) -> list[ReadyPurchase]:
        """The next ones; each is given out once.

        Raises:
            RuntimeError: the world has too few cards for the sizes asked for.
        """
        if count > self.left:
            raise RuntimeError(f"{count} purchases are asked for, {self.left} cards are left: give more --cards")
        self.left -= count
        return [next(self._ready) for _ in range(count)]


def send_codes(context: Context, *, most: int | None = None) -> ReadyPurchases:
    """A code for every digital card (for `most` of them), for a schedule that its platform lists, drawn evenly.

    By COPY, every constraint on.
    """
    random = Random(1)  # noqa: S311 - a draw of test data
    cards = db.rows(
        """
        SELECT c.lane, c.card_id, p.lane_seed
        FROM cards AS c
        JOIN participants AS p ON p.lane = c.lane AND p.participant_id = c.participant_id
        WHERE c.channel = 'digital'
        ORDER BY c.card_id
        LIMIT %s
        """,
        (most,),
    )
    offers = db.rows(
        """
        SELECT l.platform_id, s.id, s.price_idr
        FROM schedules AS s
        JOIN listings AS l ON l.course_id = s.course_id
        ORDER BY s.id, l.platform_id
        """
    )
    random.shuffle(cards)
    ready: list[ReadyPurchase] = []
    expires_at = MACHINE_NOW.replace(minute=5)

    def rows() -> Iterator[tuple[object, ...]]:
        for number, (lane, card_id, seed) in enumerate(cards, start=1):
            platform_id, schedule_id, price_idr = random.choice(offers)
            token_id, otp = context.uuid(), f"{random.randrange(10**6):06d}"
            ready.append(ReadyPurchase(number, seed, platform_id, token_id, otp))
            yield (
                lane, token_id, card_id, platform_id, schedule_id, price_idr, f"user-{number}", hash_otp(token_id, otp),
                5, MACHINE_NOW, expires_at,
            )  # fmt: skip

    with db.transaction():
        db.copy_rows("otps", _OTP_COLUMNS, rows())
    return ReadyPurchases(ready)


def queues_by_lane(purchases: Sequence[ReadyPurchase], size: int) -> list[list[list[ReadyPurchase]]]:
    """For each lane its calls of `size` purchases, as the counter's queues make them; the last one may be shorter."""
    lanes: dict[int, list[ReadyPurchase]] = {}
    for purchase in purchases:
        lanes.setdefault(lane_of(purchase.seed), []).append(purchase)
    return [[queue[start : start + size] for start in range(0, len(queue), size)] for _, queue in sorted(lanes.items())]


def copy_items(context: Context, regime: Regime, purchases: list[ReadyPurchase]) -> None:
    """Fill `bench_items` with what the operation would hand to the function: what pgbench cannot compute itself."""
    items = [
        {
            "lane": lane_of(purchase.seed),
            "purchase_id": context.uuid(),
            "event_id": context.uuid(),
            "actor": context.actor,
            "platform_id": purchase.platform_id,
            "invoice_code": purchase.invoice_code,
            "request_hash": purchase.request_hash,
            "token_id": purchase.token_id,
            "otp_hash": hash_otp(purchase.token_id, purchase.otp),
            "transaction_code": codes.transaction_code(purchase.seed, context.ids.bits(codes.TRANSACTION_RANDOM_BITS)),
            "redeem_code": codes.redeem_code(purchase.seed, context.ids.bits(codes.REDEEM_RANDOM_BITS)),
            "regime_version": regime.version,
            "only_after_completion": regime.second_course_after_completion,
        }
        for purchase in purchases
    ]
    with db.transaction():
        db.execute("DELETE FROM bench_items")
        db.execute(
            """
            INSERT INTO bench_items (number, lane, item)
            SELECT
                given.ordinality - 1, (given.value ->> 'lane')::smallint,
                json_populate_record(NULL::purchase_item, given.value)
            FROM json_array_elements(%s) WITH ORDINALITY AS given
            """,
            [db.encode_json(items)],
        )
