"""A counter with people who have not bought yet, classes on sale, and short ways to ask.

Apart from conftest.py, which is imported before Django is set up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from prakerja.cards.operations.custody import pin_hash
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from prakerja.partners.models import Platform
from prakerja.programme.queries import get_regime_book
from prakerja.programme.regimes import Regime
from prakerja.purchases.operations import (
    CounterPurchaseRequest,
    OtpRequest,
    OtpResult,
    PurchaseRequest,
    PurchaseResult,
    RedeemRequest,
    RedeemResult,
    VoidRequest,
    VoidResult,
    authorize_counter_purchases,
    authorize_purchases,
    commit_redeem_codes,
    send_otps,
    void_purchases,
)
from prakerja.purchases.queries import PurchaseRow, find_purchase_by_invoice
from prakerja.purchases.rules import hash_request, redeem_windows
from tests.learning.world import Person, World, make_world
from tests.partner_api.world import add_class

PIN = "246810"
PRICE_IDR = 300_000
TRAINING_IDR = 1_000_000
WRONG_OTP = "not it"


@dataclass(frozen=True, slots=True)
class Counter:
    """Whoever asks, and of whom; `regime` is the one in force, `schedule_id` an online class in ten days."""

    world: World
    context: Context
    regime: Regime
    schedule_id: UUID

    @property
    def people(self) -> tuple[Person, ...]:
        """Those with a card; none has bought."""
        return self.world.people

    @property
    def anybody(self) -> Person:
        """The first of them."""
        return self.world.people[0]

    def later(self, **after: float) -> "Counter":
        """The same counter after a while (of both clocks)."""
        return replace(self, context=self.context.at(self.context.now + timedelta(**after)))

    def at_window(self, name: str) -> "Counter":
        """The same counter with ids of its own, for a race."""
        return replace(self, context=Context(f"platform:{name}", self.context.now, SeededIds(name)))

    def without_order_of_courses(self) -> "Counter":
        """The same counter under rules that let a second course be bought before the first is completed."""
        return replace(self, regime=replace(self.regime, second_course_after_completion=False))

    def add_class(self, name: str, *, lane_seats: Sequence[int] = (), **changes: Any) -> UUID:  # noqa: ANN401 - fields
        """Another class on sale; `lane_seats` replaces its seats by those of lane 0, 1 ..."""
        fields: dict[str, Any] = {"starts_at": self.context.now + timedelta(days=10), "price_idr": PRICE_IDR}
        schedule_id = add_class(self.context, self.world, name, **{**fields, **changes})
        if lane_seats:
            db.execute("DELETE FROM seat_allotments WHERE schedule_id = %s", (schedule_id,))
            db.copy_rows(
                "seat_allotments",
                ("lane", "schedule_id", "seats_left"),
                [(lane, schedule_id, seats) for lane, seats in enumerate(lane_seats)],
            )
        return schedule_id

    def otp_request(self, person: Person | None = None, **changes: Any) -> OtpRequest:  # noqa: ANN401 - fields
        """A request for a code that is fine unless told otherwise."""
        who = person or self.anybody
        fields: dict[str, Any] = {
            "platform_id": self.world.platform_id,
            "platform_user_id": f"user {who.nik}",
            "card_id": who.card_id,
            "card_lane_seed": who.lane,
            "schedule_id": self.schedule_id,
            "amount_idr": PRICE_IDR,
        }
        return OtpRequest(**{**fields, **changes})

    def send(self, person: Person | None = None, **changes: Any) -> OtpResult:  # noqa: ANN401 - fields
        """The answer to one request for a code."""
        return self.send_all([self.otp_request(person, **changes)])[0]

    def send_all(self, requests: Sequence[OtpRequest]) -> list[OtpResult]:
        """The answers to several."""
        return send_otps(self.context, requests, machine_now=self.context.now)

    def order(
        self,
        person: Person | None = None,
        invoice: str = "A-1",
        *,
        sent: OtpResult | None = None,
        otp: str | None = None,
        platform_id: UUID | None = None,
        body: str = "",
        **changes: Any,  # noqa: ANN401 - fields of the request for a code
    ) -> PurchaseRequest:
        """A purchase with a code that was sent for it."""
        code = sent or self.send(person, **changes)
        assert code.payment_token is not None, code
        assert code.otp is not None
        return PurchaseRequest(
            platform_id=platform_id or self.world.platform_id,
            invoice_code=invoice,
            payment_token=code.payment_token,
            otp=code.otp if otp is None else otp,
            request_hash=hash_request(invoice, code.payment_token, body),
        )

    def counter_order(self, person: Person, invoice: str = "L-1", **changes: Any) -> CounterPurchaseRequest:  # noqa: ANN401
        """A purchase with a regular card and its PIN."""
        fields: dict[str, Any] = {
            "platform_id": self.world.platform_id,
            "invoice_code": invoice,
            "card_id": person.card_id,
            "card_lane_seed": person.lane,
            "pin": PIN,
            "schedule_id": self.schedule_id,
            "amount_idr": PRICE_IDR,
            "request_hash": hash_request(invoice, str(changes)),
        }
        return CounterPurchaseRequest(**{**fields, **changes})

    def pay(self, *requests: PurchaseRequest) -> list[PurchaseResult]:
        """The answers to purchases of one batch."""
        return authorize_purchases(self.context, requests, regime=self.regime, machine_now=self.context.now)

    def pay_codes(self, *requests: PurchaseRequest) -> list[str]:
        """Their codes."""
        return [result.code.value for result in self.pay(*requests)]

    def pay_at_counter(self, *requests: CounterPurchaseRequest) -> list[str]:
        """The codes of purchases at a counter."""
        found = authorize_counter_purchases(self.context, requests, regime=self.regime, machine_now=self.context.now)
        return [result.code.value for result in found]

    def buy(self, person: Person | None = None, invoice: str = "A-1", **changes: Any) -> PurchaseRow:  # noqa: ANN401
        """A purchase that succeeds."""
        (code,) = self.pay_codes(self.order(person, invoice, **changes))
        assert code == "ok"
        return self.purchase(invoice)

    def purchase(self, invoice: str) -> PurchaseRow:
        """The purchase of an invoice."""
        found = find_purchase_by_invoice(self.world.platform_id, invoice)
        assert found is not None
        return found

    def void_request(self, bought: PurchaseRow, **changes: Any) -> VoidRequest:  # noqa: ANN401 - fields
        """To take a purchase back."""
        fields: dict[str, Any] = {
            "platform_id": bought.platform_id,
            "invoice_code": bought.invoice_code,
            "transaction_code": bought.transaction_code,
        }
        return VoidRequest(**{**fields, **changes})

    def void(self, *requests: VoidRequest) -> list[str]:
        """The codes of a batch of them."""
        found: list[VoidResult] = void_purchases(self.context, requests)
        return [result.code.value for result in found]

    def redeem(self, *requests: RedeemRequest) -> list[str]:
        """The codes of a batch of redemptions."""
        found: list[RedeemResult] = commit_redeem_codes(self.context, requests, windows=redeem_windows([self.regime]))
        return [result.code.value for result in found]

    def redeem_request(self, bought: PurchaseRow, **changes: Any) -> RedeemRequest:  # noqa: ANN401 - fields
        """To redeem the code of a purchase."""
        fields: dict[str, Any] = {"institution_id": bought.institution_id, "redeem_code": bought.redeem_code}
        return RedeemRequest(**{**fields, **changes})

    def balance_idr(self, person: Person | None = None) -> int:
        """What a person may still spend."""
        who = person or self.anybody
        found: int = db.value(
            "SELECT balance_idr FROM accounts WHERE lane = %s AND kind = 'training' AND holder_id = %s",
            (who.lane, who.participant_id),
        )
        return found

    def seats_left(self, schedule_id: UUID | None = None) -> int:
        """The unsold seats of a class in all lanes."""
        found: int = db.value(
            "SELECT coalesce(sum(seats_left), 0)::integer FROM seat_allotments WHERE schedule_id = %s",
            (schedule_id or self.schedule_id,),
        )
        return found

    def books_agree(self) -> bool:
        """No balance is negative, and each is what its transfers add up to."""
        wrong: int = db.value(
            """
            SELECT count(*)
            FROM accounts a
            WHERE a.kind = 'training' AND (a.balance_idr < 0 OR a.balance_idr <> (
                SELECT coalesce(sum(
                    CASE
                        WHEN t.credit_kind = 'training' AND t.credit_holder_id = a.holder_id THEN t.amount_idr
                        WHEN t.debit_kind = 'training' AND t.debit_holder_id = a.holder_id THEN -t.amount_idr
                        ELSE 0
                    END
                ), 0)
                FROM transfers t
                WHERE t.lane = a.lane
            ))
            """
        )
        return wrong == 0


def make_counter(context: Context, *, people: int = 4, lanes: int = 1, seats: int = 20) -> Counter:
    """People of whom none has bought: what the world gave them was taken back.

    Rows are changed where the steps that lead there are of other packages.
    """
    world = make_world(context, people=people, lanes=lanes, state="paid")
    taken_back = db.rows("SELECT invoice_code, transaction_code FROM purchases ORDER BY lane, purchase_id")
    voided = void_purchases(context, [VoidRequest(world.platform_id, *row) for row in taken_back])
    assert {result.code for result in voided} == {"ok"}
    db.execute("DELETE FROM purchases WHERE state = 'voided'")
    requirement_set_id = context.uuid()
    db.execute(
        """
        INSERT INTO requirement_sets (id, platform_id, version, requirements, valid_from)
        VALUES (%s, %s, 1, '[]', %s)
        """,
        (requirement_set_id, world.platform_id, context.today),
    )
    db.execute(
        """
        INSERT INTO registrations (
            id, platform_id, institution_id, state, answers, requirement_set_id, unmet, submitted_at, decided_at
        )
        VALUES (%s, %s, %s, 'agreed', '{}', %s, '{}', %s, %s)
        """,
        (context.uuid(), world.platform_id, world.institution_id, requirement_set_id, context.now, context.now),
    )
    counter = Counter(world, context, get_regime_book().on(context.today), UUID(int=0))
    each = [seats] if lanes == 1 else [seats // lanes] * lanes
    return replace(counter, schedule_id=counter.add_class("2", lane_seats=each))


def give_regular_card(person: Person) -> None:
    """The person has the other kind of card, with a PIN."""
    db.execute("UPDATE participants SET channel = 'regular' WHERE participant_id = %s", (person.participant_id,))
    db.execute(
        "UPDATE cards SET channel = 'regular', receipt = 'R-1', pin_hash = %s WHERE card_id = %s",
        (pin_hash(person.card_id, PIN), person.card_id),
    )


def add_platform(context: Context, world: World, code: str) -> UUID:
    """Another platform, active, with which no institution works."""
    other = Platform.objects.get(id=world.platform_id)
    other.pk, other.code, other.name = context.uuid(), code, code.capitalize()
    other.save(force_insert=True)
    return UUID(str(other.pk))


def change(table: str, column: str, value: object, **where: object) -> None:
    """A row as if it had gone another way."""
    ((key, key_value),) = where.items()
    assert db.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", (value, key_value)) > 0
