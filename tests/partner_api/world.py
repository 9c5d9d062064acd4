"""A sandbox with partners that have keys, a class on sale, and people with cards; and a client that signs.

Apart from conftest.py, which is imported before Django is set up.
"""

import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from prakerja.catalogue.models import Course, Listing, Schedule, Session
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partner_api.callbacks import register_callbacks
from prakerja.partner_api.errors import REFUSAL_BY_CODE
from prakerja.partner_api.messenger import list_messages_of_card
from prakerja.partners.operations import ApiKeyRequest, issue_api_keys
from prakerja.programme.operations import set_programme_clock
from prakerja.programme.queries import get_regime_book
from prakerja.purchases.operations import VoidRequest, void_purchases
from tests.learning.world import World, make_world

INTEGRATION = "/api/v1/integration/"
REDIRECT_URI = "https://lpk.example.id/hadir?kelas=1"
# Where pages are, and where browsers come back to in a sandbox world.
BASE_URL = "http://localhost:8000"
BACK = f"{BASE_URL}/sandbox/back/"
PRICE_IDR = 300_000


@dataclass(frozen=True, slots=True)
class Key:
    """What a partner has in hand."""

    client_code: str
    secret: str


@dataclass(slots=True)
class Shop:
    """The world, with the keys of its partners and a class that begins in ten days."""

    world: World
    platform: Key
    institution: Key
    course_code: str = "K-2"
    schedule_code: str = "J-2"
    schedule_id: UUID = field(default=UUID(int=0))
    cards: tuple[str, ...] = ()
    redeem_codes: tuple[str, ...] = ()
    transaction_codes: tuple[str, ...] = ()


def make_shop(context: Context, *, people: int = 8, state: str = "paid", seats: int = 20) -> Shop:
    """Committed data for calls: one half has a purchase (INV-0 ...) of the class that begins in half an hour, the other
    half has cards to buy with: their purchase was voided, since most regimes sell the second course after the first."""
    world = make_world(context, people=people, state=state)
    set_programme_clock(context, context.now, machine_now=datetime.now(UTC))
    now = context.now
    db.execute(
        """
        INSERT INTO requirement_sets (id, platform_id, version, requirements, valid_from)
        VALUES (%s, %s, 1, '[]', %s)
        """,
        (context.uuid(), world.platform_id, context.today),
    )
    db.execute(
        """
        INSERT INTO registrations (
            id, platform_id, institution_id, state, answers, requirement_set_id, unmet, submitted_at, decided_at
        )
        SELECT %s, %s, %s, 'agreed', '{}', r.id, '{}', %s, %s FROM requirement_sets AS r
        """,
        (context.uuid(), world.platform_id, world.institution_id, now, now),
    )
    shop = Shop(
        world,
        issue_key(context, "platform", world.platform_id),
        issue_key(context, "institution", world.institution_id),
    )
    shop.schedule_id = add_class(context, world, "2", starts_at=now + timedelta(days=10), seats=seats)
    register_callbacks(
        context,
        partner_id=world.institution_id,
        partner_role="institution",
        purpose="presence",
        uris=[REDIRECT_URI],
    )
    rows = db.rows(
        """
        SELECT c.number, p.redeem_code, p.transaction_code, p.invoice_code
        FROM purchases p
        JOIN cards c ON c.lane = p.lane AND c.card_id = p.card_id
        ORDER BY length(p.invoice_code), p.invoice_code
        """
    )
    holders, buyers = rows[: people // 2], rows[people // 2 :]
    requests = [VoidRequest(world.platform_id, row[3], row[2]) for row in buyers]
    if state == "paid":
        assert {result.code for result in void_purchases(context, requests)} == {"ok"}
    shop.cards = tuple(row[0] for row in buyers)
    shop.redeem_codes = tuple(row[1] for row in holders)
    shop.transaction_codes = tuple(row[2] for row in holders)
    return shop


def issue_key(context: Context, role: str, partner_id: UUID, **changes: Any) -> Key:  # noqa: ANN401 - fields
    fields: dict[str, Any] = {
        "partner_role": role,
        "partner_id": partner_id,
        "expires_at": context.now + timedelta(days=365),
    }
    issued = issue_api_keys(context, [ApiKeyRequest(**{**fields, **changes})])[0]
    assert issued.code == "ok"
    return Key(issued.client_code, issued.secret)


def add_class(
    context: Context,
    world: World,
    name: str,
    *,
    starts_at: datetime,
    seats: int = 20,
    price_idr: int = PRICE_IDR,
    age_min: int = 18,
    listed: bool = True,
    mode: str = "online",
    training_type: int = 1,
    institution_id: UUID | None = None,
) -> UUID:
    """Another course K-name with one class J-name on sale."""
    version = get_regime_book().version
    owner = institution_id or world.institution_id
    course = Course.objects.create(
        id=context.uuid(),
        code=f"K-{name}",
        institution_id=owner,
        title="Membatik",
        description="",
        mode=mode,
        training_type=training_type,
        hours=6,
        price_idr=price_idr,
        comparison_price_idr=price_idr,
        free_elsewhere=False,
        bundle=False,
        age_min=age_min,
        state="approved",
        regime_version=version,
        sample=True,
        proposed_at=context.now,
        approved_at=context.now,
    )
    schedule = Schedule.objects.create(
        id=context.uuid(),
        code=f"J-{name}",
        course_id=course.id,
        institution_id=owner,
        mode=mode,
        price_idr=price_idr,
        seats=seats,
        trainers=3,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        sells_until_at=starts_at,
        state="published",
        place="Bekasi",
        province_code="32",
        regime_version=version,
        sample=True,
        opened_at=context.now,
    )
    Session.objects.create(
        id=context.uuid(),
        schedule_id=schedule.id,
        sequence=1,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
    )
    db.execute("INSERT INTO seat_allotments (lane, schedule_id, seats_left) VALUES (0, %s, %s)", (schedule.id, seats))
    if listed:
        Listing.objects.create(
            id=context.uuid(),
            platform_id=world.platform_id,
            course_id=course.id,
            institution_id=owner,
            own_entity=False,
            listed_from=context.now - timedelta(days=1),
        )
    return schedule.id


class Caller:
    """Signs and sends, as a partner's program does; checks that every error has the one shape."""

    def __init__(self, base_url: str, key: Key) -> None:
        self.key = key
        self.http = httpx.Client(base_url=base_url, timeout=30, trust_env=False)

    def send(
        self,
        path: str,
        body: bytes,
        *,
        token: str | None = None,
        signed: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
        method: str = "POST",
    ) -> httpx.Response:
        """A raw request; `headers` replace those of the contract, None leaves one out."""
        timestamp = str(int(time.time()))
        address = INTEGRATION + path if not path.startswith("/") else path
        authorization = f"Payment {token}" if token is not None else ""
        base = f"{self.key.client_code}{timestamp}POST{'/' + address.lstrip('/')}{authorization}".encode()
        signature = hmac.digest(self.key.secret.encode(), base + (body if signed is None else signed), "sha1").hex()
        sent: dict[str, str | None] = {
            "Content-Type": "application/json",
            "Client_code": self.key.client_code,
            "timestamp": timestamp,
            "signature": signature,
            "Authorization": authorization or None,
            **(headers or {}),
        }
        # httpx would read a path that begins with two slashes as a host.
        url = self.http.base_url.copy_with(raw_path=address.encode())
        response = self.http.request(
            method,
            url,
            content=body,
            headers={name: value for name, value in sent.items() if value is not None},
        )
        return checked(response)

    def call(self, path: str, body: Mapping[str, object], **bent: Any) -> httpx.Response:  # noqa: ANN401 - as send
        return self.send(path, json.dumps(body).encode(), **bent)

    def data(self, path: str, body: Mapping[str, object], **bent: Any) -> Any:  # noqa: ANN401 - JSON
        """The data of a call that must succeed."""
        response = self.call(path, body, **bent)
        assert response.status_code == 200, response.text
        return response.json()["data"]

    def refusal(self, path: str, body: Mapping[str, object], **bent: Any) -> str:  # noqa: ANN401 - as send
        """The code of a call that must be refused."""
        response = self.call(path, body, **bent)
        assert response.status_code != 200, response.text
        return str(response.json()["code"])


def checked(response: httpx.Response) -> httpx.Response:
    """Every answer is one of the two envelopes, and every code stands in the table with its status and sentence."""
    if response.request.method == "HEAD":
        return response
    answer = response.json()
    assert response.headers["content-type"] == "application/json"
    if response.status_code == 200:
        assert answer["success"] is True
        assert isinstance(answer["message"], str)
        return response
    assert answer["success"] is False
    assert set(answer) - {"base_string"} == {"code", "message", "success"}
    row = REFUSAL_BY_CODE[answer["code"]].value
    assert response.status_code == row.status
    assert "{field}" not in answer["message"]
    return response


def otp_of(card: str) -> str:
    """The code that the sandbox sent last."""
    return list_messages_of_card(card)[0].text[:6]


def order(shop: Shop, card: int = 0, **changes: object) -> dict[str, object]:
    """A send-otp request that is fine unless told otherwise."""
    return {
        "user_platform_id": f"akun-{card}",
        "prakerja_id": shop.cards[card],
        "course_code": shop.course_code,
        "schedule_code": shop.schedule_code,
        "amount": PRICE_IDR,
        **changes,
    }


def payment(shop: Shop, card: int = 0, invoice: str | None = None) -> dict[str, object]:
    """An authorize request with the code that was sent last."""
    return {
        "otp": otp_of(shop.cards[card]),
        "invoice_url": "https://toko.example.id/faktur/1",
        "invoice_code": invoice or f"TOKPED-{card}",
    }


def buy(caller: Caller, shop: Shop, card: int = 0, invoice: str | None = None, **changes: object) -> Any:  # noqa: ANN401
    """A purchase; its data."""
    token = caller.data("payment/send-otp", order(shop, card, **changes))["payment_token"]
    return caller.data("payment/authorize", payment(shop, card, invoice), token=token)
