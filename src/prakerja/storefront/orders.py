"""The shop's orders. Each has one invoice from its first page to its last, so that a retry can never pay twice."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final

from prakerja.storefront.client import Refused
from prakerja.storefront.store import Store

TABLES: Final = """
CREATE TABLE IF NOT EXISTS orders (
    invoice TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    schedule_code TEXT NOT NULL,
    amount_idr INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'code_sent', 'paying', 'paid', 'voided')),
    card_end TEXT NOT NULL DEFAULT '',
    token TEXT NOT NULL DEFAULT '',
    otp TEXT NOT NULL DEFAULT '',
    asked_at TEXT NOT NULL DEFAULT '',
    unanswered INTEGER NOT NULL DEFAULT 0,
    transaction_code TEXT NOT NULL DEFAULT '',
    holder TEXT NOT NULL DEFAULT '',
    refusal_code TEXT NOT NULL DEFAULT '',
    refusal_message TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS orders_by_account ON orders (account, made_at);
"""
# A payment that nobody has answered for so long was left behind by a program that stopped.
LEFT_BEHIND: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Order:
    """An order. `otp` is kept only while the answer to a payment is missing: the same request must be sent again."""

    invoice: str
    account: str
    schedule_code: str
    amount_idr: int
    made_at: str
    state: str
    card_end: str
    token: str
    otp: str
    asked_at: str
    unanswered: bool
    transaction_code: str
    holder: str
    refusal_code: str
    refusal_message: str

    @property
    def refusal(self) -> Refused | None:
        """Why the last step did not succeed."""
        return Refused(self.refusal_code, self.refusal_message) if self.refusal_code else None

    def may_ask_again(self, now: datetime) -> bool:
        """Whether a payment is open and nobody waits for its answer."""
        if self.state != "paying":
            return False
        return self.unanswered or datetime.fromisoformat(self.asked_at) <= now - LEFT_BEHIND


class Orders:
    """The orders in the shop's file. Every move names the state that it starts from: of two taps one moves."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, order: str, *, account: str, schedule_code: str, amount_idr: int, now: datetime) -> None:
        """A new order under an invoice."""
        self._store.write(
            "INSERT INTO orders (invoice, account, schedule_code, amount_idr, made_at) VALUES (?, ?, ?, ?, ?)",
            order, account, schedule_code, amount_idr, now.isoformat(),
        )  # fmt: skip

    def find(self, invoice: str, account: str) -> Order | None:
        """The order, if it is this account's."""
        found = self._list("WHERE invoice = ? AND account = ?", invoice, account)
        return found[0] if found else None

    def list_of(self, account: str) -> Sequence[Order]:
        """An account's orders, the newest first."""
        return self._list("WHERE account = ? ORDER BY made_at DESC, invoice LIMIT 50", account)

    def code_sent(self, invoice: str, *, token: str, card_end: str) -> None:
        """The programme has sent a code to the holder's phone."""
        self._store.write(
            """
            UPDATE orders SET state = 'code_sent', token = ?, card_end = ?, refusal_code = '', refusal_message = ''
            WHERE invoice = ? AND state IN ('new', 'code_sent')
            """,
            token, card_end, invoice,
        )  # fmt: skip

    def begin_payment(self, invoice: str, otp: str, now: datetime) -> bool:
        """Take the order into `paying`; False when another tap has done so."""
        return bool(
            self._store.write(
                """
                UPDATE orders SET state = 'paying', otp = ?, asked_at = ?, unanswered = 0, refusal_code = ''
                WHERE invoice = ? AND state = 'code_sent'
                """,
                otp,
                now.isoformat(),
                invoice,
            )
        )

    def ask_again(self, order: Order, now: datetime) -> bool:
        """Take an open payment up again; False when another tap has done so."""
        return bool(
            self._store.write(
                """
                UPDATE orders SET unanswered = 0, asked_at = ?
                WHERE invoice = ? AND state = 'paying' AND asked_at = ? AND unanswered = ?
                """,
                now.isoformat(),
                order.invoice,
                order.asked_at,
                int(order.unanswered),
            )
        )

    def paid(self, invoice: str, *, transaction_code: str, holder: str) -> None:
        """The programme has confirmed the payment; the code is of no use any more."""
        self._store.write(
            """
            UPDATE orders
            SET state = 'paid', transaction_code = ?, holder = ?, otp = '', token = '', unanswered = 0,
                refusal_code = '', refusal_message = ''
            WHERE invoice = ? AND state = 'paying'
            """,
            transaction_code, holder, invoice,
        )  # fmt: skip

    def refused(self, invoice: str, refusal: Refused, *, state: str) -> None:
        """A step was refused; the order goes back to `state`."""
        self._store.write(
            """
            UPDATE orders SET state = ?, otp = '', unanswered = 0, refusal_code = ?, refusal_message = ?
            WHERE invoice = ? AND state <> 'voided'
            """,
            state, refusal.code, refusal.message, invoice,
        )  # fmt: skip

    def unanswered(self, invoice: str) -> None:
        """No answer came: the order stays in `paying` until somebody asks again."""
        self._store.write("UPDATE orders SET unanswered = 1 WHERE invoice = ? AND state = 'paying'", invoice)

    def voided(self, invoice: str) -> None:
        """The purchase was taken back."""
        self._store.write(
            "UPDATE orders SET state = 'voided', refusal_code = '', refusal_message = '' WHERE invoice = ?", invoice
        )

    def _list(self, behind: str, *values: object) -> list[Order]:
        return [_order(row) for row in self._store.rows(f"SELECT * FROM orders {behind}", *values)]


def _order(row: sqlite3.Row) -> Order:
    found = {one.name: row[one.name] for one in fields(Order)}
    return Order(**{**found, "unanswered": bool(row["unanswered"])})
