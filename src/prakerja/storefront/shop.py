"""The shop: choose a class, pay with a card and a code, take it back. It never sees the redeem code."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from prakerja.storefront.advice import UNREACHABLE, explain
from prakerja.storefront.client import Answered, Api, Outcome, Refused, Unknown
from prakerja.storefront.orders import TABLES, Order, Orders
from prakerja.storefront.pages import FOLDER, Seen, Site, digits, go, machine_now, set_language
from prakerja.storefront.settings import Class, Settings
from prakerja.storefront.sign_on import SignOn, SignOnApi
from prakerja.storefront.store import Store

_CARD_DIGITS: Final = 16
_OTP_DIGITS: Final = 6
_NAME_MAX: Final = 60
_STATE_COOKIE: Final = "masuk"
_STATE_SECONDS: Final = 15 * 60
_VOIDED_BEFORE: Final = "ERRPLT40028"
_OTP_WRONG: Final = "ERRPLT40022"


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop's program."""

    settings: Settings
    client: Api
    orders: Orders
    site: Site
    sign_on: SignOnApi
    now: Callable[[], datetime] = machine_now

    def routes(self) -> list[Route | Mount]:
        """All addresses."""
        route = self.site.route
        return [
            route("/", self.front),
            route("/bahasa", set_language, methods="POST"),
            route("/masuk", self.sign_in, methods="GET POST"),
            route("/masuk/prakerja", self.sign_in_with_prakerja),
            route("/masuk/kembali", self.come_back),
            route("/kelas/{code}", self.class_page),
            route("/kelas/{code}/pesan", self.order, methods="POST"),
            route("/pesanan", self.order_list),
            route("/pesanan/{invoice}", self.order_page),
            route("/pesanan/{invoice}/kode", self.send_code, methods="POST"),
            route("/pesanan/{invoice}/bayar", self.pay, methods="POST"),
            route("/pesanan/{invoice}/periksa", self.ask_again, methods="POST"),
            route("/pesanan/{invoice}/batal", self.void, methods="GET POST"),
            Mount("/gaya", StaticFiles(directory=FOLDER / "static")),
        ]

    def front(self, seen: Seen) -> Response:
        """Classes on sale that have not begun."""
        now = self.settings.programme_time(self.now())
        courses: dict[str, list[Class]] = {}
        for one in sorted(self.settings.classes, key=lambda one: (one.starts_at, one.schedule_code)):
            if one.starts_at > now:
                courses.setdefault(one.course_code, []).append(one)
        return self.site.show(seen, "front", courses=list(courses.values()))

    def class_page(self, seen: Seen) -> Response:
        """One class with the seats that are left."""
        found = self.settings.find_class(seen.parts["code"])
        return self._missing(seen) if found is None else self._class_page(seen, found)

    def _class_page(self, seen: Seen, found: Class) -> Response:
        asked = {"course_code": found.course_code, "schedule_code": found.schedule_code}
        outcome = self.client.call("payment/quota-schedule", asked)
        seats = outcome.number("quota") if isinstance(outcome, Answered) else None
        refused = explain(seen, outcome) if isinstance(outcome, Refused) else None
        return self.site.show(seen, "class", found=found, seats=seats, refused=refused, account=seen.visitor)

    def sign_in(self, seen: Seen) -> Response:
        """An account by its name: a sandbox asks for no password."""
        where = seen.form.get("ke") or seen.query.get("ke", "")
        onward = f"/kelas/{where}" if self.settings.find_class(where) else "/"
        if "nama" not in seen.form:
            return self._sign_in_page(seen, where)
        name = " ".join(seen.form["nama"].split())
        if not 1 <= len(name) <= _NAME_MAX or not name.isprintable():
            return self._sign_in_page(seen, where, status=422, typed=name, error="name")
        return self.site.remember(go(onward), f"akun-{name.lower().replace(' ', '-').encode().hex()}")

    def _sign_in_page(self, seen: Seen, where: str, *, status: int = 200, typed: str = "", error: str = "") -> Response:
        return self.site.show(seen, "sign_in", status=status, onward=where, typed=typed, error=error)

    def sign_in_with_prakerja(self, seen: Seen) -> Response:
        """To Prakerja's page of consent; a cookie remembers that this very browser went there, and for which class."""
        where = seen.query.get("ke", "")
        state = f"{secrets.token_hex(16)}.{where if self.settings.find_class(where) else ''}"
        outcome = self.sign_on.begin(state)
        if not isinstance(outcome, Answered):
            return self._sign_in_page(seen, where, status=503, error="prakerja")
        response = go(outcome.text("redirect_url"))
        response.set_cookie(_STATE_COOKIE, state, max_age=_STATE_SECONDS, httponly=True, samesite="lax")
        return response

    def come_back(self, seen: Seen) -> Response:
        """Back from the page of consent. A state that this browser did not bring is nobody's."""
        state, code = seen.query.get("state", ""), seen.query.get("code", "")
        where = state.rpartition(".")[2]
        if not state or not secrets.compare_digest(state.encode(), seen.cookies.get(_STATE_COOKIE, "").encode()):
            return self._sign_in_page(seen, "", status=400, error="state")
        if not code:
            return self._sign_in_page(seen, where, error="refused")
        outcome = self.sign_on.finish(code)
        if not isinstance(outcome, Answered) or not outcome.text("user_id"):
            return self._sign_in_page(seen, where, status=503, error="prakerja")
        response = go(f"/kelas/{where}" if where else "/")
        response.delete_cookie(_STATE_COOKIE)
        return self.site.remember(response, f"prakerja-{outcome.text('user_id')}")

    def order(self, seen: Seen) -> Response:
        """A new order, for who is signed in."""
        found = self.settings.find_class(seen.parts["code"])
        if found is None:
            return self._missing(seen)
        if not seen.visitor:
            return go(f"/masuk?ke={found.schedule_code}")
        invoice = f"TOKO-{secrets.token_hex(6).upper()}"
        self.orders.open(
            invoice,
            account=seen.visitor,
            schedule_code=found.schedule_code,
            amount_idr=found.amount_idr,
            now=self.now(),
        )
        return go(f"/pesanan/{invoice}")

    def order_list(self, seen: Seen) -> Response:
        """The visitor's orders."""
        found = [(one, self.settings.find_class(one.schedule_code)) for one in self.orders.list_of(seen.visitor)]
        return self.site.show(seen, "orders", found=found, account=seen.visitor)

    def order_page(self, seen: Seen) -> Response:
        """Where an order stands, and the one next step."""
        order = self._order(seen)
        return self._missing(seen) if order is None else self._order_page(seen, order)

    def _order_page(self, seen: Seen, order: Order, *, status: int = 200, **more: object) -> Response:
        refusal = order.refusal
        values = {
            "error": "",
            "typed": "",
            "trouble": "",
            "refused": explain(seen, refusal) if refusal else None,
            "otp_wrong": refusal is not None and refusal.code == _OTP_WRONG,
            "may_ask_again": order.may_ask_again(self.now()),
            "found": self.settings.find_class(order.schedule_code),
        }
        return self.site.show(seen, "order", status=status, order=order, **{**values, **more})

    def send_code(self, seen: Seen) -> Response:
        """Have a code sent to the phone of the card's holder."""
        order = self._order(seen)
        found = self.settings.find_class(order.schedule_code) if order else None
        if order is None or found is None:
            return self._missing(seen)
        if order.state not in {"new", "code_sent"}:
            return go(f"/pesanan/{order.invoice}")
        card = digits(seen.form.get("kartu", ""))
        if len(card) != _CARD_DIGITS or not (card.isascii() and card.isdigit()):
            return self._order_page(seen, order, status=422, error="card", typed=seen.form.get("kartu", ""))
        outcome = self.client.call(
            "payment/send-otp",
            {
                "user_platform_id": order.account,
                "prakerja_id": card,
                "course_code": found.course_code,
                "schedule_code": found.schedule_code,
                "amount": order.amount_idr,
            },
        )
        if isinstance(outcome, Unknown):
            return self._order_page(seen, order, status=503, trouble="code", typed=seen.form["kartu"])
        if isinstance(outcome, Refused):
            self.orders.refused(order.invoice, outcome, state="new")
        else:
            self.orders.code_sent(order.invoice, token=outcome.text("payment_token"), card_end=card[-4:])
        return go(f"/pesanan/{order.invoice}")

    def pay(self, seen: Seen) -> Response:
        """Pay. Of two taps the second finds the order in `paying` and only looks at it."""
        order = self._order(seen)
        if order is None:
            return self._missing(seen)
        otp = digits(seen.form.get("otp", ""))
        if order.state == "code_sent" and (len(otp) != _OTP_DIGITS or not (otp.isascii() and otp.isdigit())):
            return self._order_page(seen, order, status=422, error="otp", typed=seen.form.get("otp", ""))
        if self.orders.begin_payment(order.invoice, otp, self.now()):
            outcome = self._authorize(order, otp)
            if isinstance(outcome, Unknown) and not outcome.was_sent:
                # Nobody saw it, so nothing was paid: the same code may be sent again.
                outcome = UNREACHABLE
            self._settle(order, outcome)
        return go(f"/pesanan/{order.invoice}")

    def ask_again(self, seen: Seen) -> Response:
        """Send the very same payment again: the programme answers what it answered, or decides now."""
        order = self._order(seen)
        if order is None:
            return self._missing(seen)
        if order.may_ask_again(self.now()) and self.orders.ask_again(order, self.now()):
            self._settle(order, self._authorize(order, order.otp))
        return go(f"/pesanan/{order.invoice}")

    def _authorize(self, order: Order, otp: str) -> Outcome:
        body = {
            "otp": otp,
            "invoice_url": f"{self.settings.url}/pesanan/{order.invoice}",
            "invoice_code": order.invoice,
        }
        return self.client.call("payment/authorize", body, token=order.token)

    def _settle(self, order: Order, outcome: Outcome) -> None:
        if isinstance(outcome, Answered):
            self.orders.paid(
                order.invoice,
                transaction_code=outcome.text("transaction_code"),
                holder=outcome.text("prakerja_name"),
            )
        elif isinstance(outcome, Unknown):
            self.orders.unanswered(order.invoice)
        else:
            # With a wrong code the old one may be typed again; everything else begins with the card.
            state = "code_sent" if outcome.code in {_OTP_WRONG, UNREACHABLE.code} else "new"
            self.orders.refused(order.invoice, outcome, state=state)

    def void(self, seen: Seen) -> Response:
        """Ask first; then take a paid order back."""
        order = self._order(seen)
        if order is None:
            return self._missing(seen)
        if order.state != "paid":
            return go(f"/pesanan/{order.invoice}")
        if seen.form.get("jawaban") != "ya":
            found = self.settings.find_class(order.schedule_code)
            return self.site.show(seen, "void", order=order, found=found)
        body = {"invoice_code": order.invoice, "transaction_code": order.transaction_code}
        outcome = self.client.call("payment/void", body)
        if isinstance(outcome, Unknown):
            return self._order_page(seen, order, status=503, trouble="void")
        # Voided by a call whose answer was lost: that is what was wanted.
        if isinstance(outcome, Answered) or outcome.code == _VOIDED_BEFORE:
            self.orders.voided(order.invoice)
        else:
            self.orders.refused(order.invoice, outcome, state="paid")
        return go(f"/pesanan/{order.invoice}")

    def _order(self, seen: Seen) -> Order | None:
        return self.orders.find(seen.parts["invoice"], seen.visitor)

    def _missing(self, seen: Seen) -> Response:
        return self.site.show(seen, "missing", status=404)


def make_shop(settings: Settings, *, client: Api | None = None, sign_on: SignOnApi | None = None) -> Starlette:
    """The shop as an application.

    Raises:
        sqlite3.Error: its database cannot be opened.
    """
    store = Store(settings.database, TABLES)
    site = Site.of(
        "shop",
        secret=store.secret,
        pages_url=settings.pages_url,
        name=settings.name,
        home="/",
        pages=settings.pages_url,
        outbox=settings.outbox_url,
    )
    sign_on = sign_on or SignOn(settings.client(), f"{settings.url}/masuk/kembali", f"{settings.url}/masuk")
    return Starlette(routes=Shop(settings, client or settings.client(), Orders(store), site, sign_on).routes())
