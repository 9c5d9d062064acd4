"""Many at once, and what happens when a connection, the server or the database goes away in between.

What a client was told is compared with what the books hold: nothing that was confirmed is missing, nothing is paid
twice.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar
from uuid import UUID

import httpx
import psycopg
import pytest
from django.db import connection

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partner_api.messenger import SentMessage, list_messages_of_card
from tests.partner_api.wire import Wire, signed_request
from tests.partner_api.world import INTEGRATION, PRICE_IDR, Caller, Shop, make_shop, order, payment

Result = TypeVar("Result")
KILLS = 5
BUYERS = 30


@pytest.fixture
def crowd(committed_db: None, context: Context) -> Shop:
    """Thirty people with cards, and a class with ten seats."""
    return make_shop(context, people=2 * BUYERS, seats=10)


def at_once(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """All calls at the same moment; their results in order."""
    start = threading.Barrier(len(calls))

    def one(call: Callable[[], Result]) -> Result:
        start.wait(timeout=30)
        return call()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(one, calls))


def code_of(answer: httpx.Response) -> str:
    return str(answer.json().get("code", "OK"))


def ready(platform: Caller, shop: Shop, card: int, invoice: str | None = None) -> tuple[dict[str, object], str]:
    """An authorize request and its token."""
    token = platform.data("payment/send-otp", order(shop, card))["payment_token"]
    return payment(shop, card, invoice), token


def sold(shop: Shop) -> int:
    """Live purchases of the class, each with its one transfer."""
    found = db.row(
        """
        SELECT count(*), count(t.reference_id), count(DISTINCT p.participant_id)
        FROM purchases p
        LEFT JOIN transfers t ON t.lane = p.lane AND t.reference_id = p.purchase_id AND t.kind = 'purchase'
            AND t.amount_idr = %s
        WHERE p.schedule_id = %s AND p.voided_at IS NULL
        """,
        (PRICE_IDR, shop.schedule_id),
    )
    assert found is not None
    assert found[0] == found[1] == found[2]
    return int(found[0])


def seats_left(shop: Shop) -> int:
    return int(db.value("SELECT seats_left FROM seat_allotments WHERE schedule_id = %s", (shop.schedule_id,)))


@pytest.fixture
def platform_of_crowd(crowd: Shop, base_url: str) -> Iterator[Caller]:
    caller = Caller(base_url, crowd.platform)
    yield caller
    caller.http.close()


def test_a_hot_class_sells_each_seat_once(platform_of_crowd: Caller, crowd: Shop) -> None:
    platform = platform_of_crowd
    requests = [ready(platform, crowd, card) for card in range(BUYERS)]
    answers = at_once([partial(platform.call, "payment/authorize", asked, token=token) for asked, token in requests])
    assert Counter(code_of(answer) for answer in answers) == {"OK": 10, "ERRPLT40013": BUYERS - 10}
    assert (sold(crowd), seats_left(crowd)) == (10, 0)


def test_a_hot_card_pays_once(platform_of_crowd: Caller, crowd: Shop) -> None:
    platform = platform_of_crowd
    requests = [ready(platform, crowd, 0, f"TOKPED-{number}") for number in range(20)]
    # Each new code has its own token; the one that was read last belongs to the last of them.
    otps = [message.text[:6] for message in reversed(_messages(crowd))]
    answers = at_once(
        [
            partial(platform.call, "payment/authorize", {**asked, "otp": otp}, token=token)
            for (asked, token), otp in zip(requests, otps, strict=True)
        ]
    )
    codes = Counter(code_of(answer) for answer in answers)
    assert codes["OK"] == 1
    assert set(codes) <= {"OK", "ERRPLT40029", "ERRPLT40030"}
    assert sold(crowd) == 1


def _messages(shop: Shop) -> Sequence[SentMessage]:
    return list_messages_of_card(shop.cards[0], limit=20)


def test_one_invoice_many_times_at_once(platform_of_crowd: Caller, crowd: Shop) -> None:
    platform = platform_of_crowd
    request, token = ready(platform, crowd, 0)
    bodies = at_once([lambda: platform.call("payment/authorize", request, token=token).content] * 20)
    assert len(set(bodies)) == 1
    assert b'"SUCCESS"' in bodies[0]
    assert sold(crowd) == 1


def test_a_client_that_never_saw_the_answer_retries(platform_of_crowd: Caller, crowd: Shop) -> None:
    platform = platform_of_crowd
    request, token = ready(platform, crowd, 0)
    body = json.dumps(request).encode()
    whole = signed_request(crowd.platform, INTEGRATION + "payment/authorize", body, token=token)
    with Wire(str(platform.http.base_url)) as wire:
        wire.send(whole)
    until = time.monotonic() + 60
    while sold(crowd) == 0:
        assert time.monotonic() < until
        time.sleep(0.02)
    answer = platform.data("payment/authorize", request, token=token)
    stored = db.value("SELECT transaction_code FROM purchases WHERE schedule_id = %s", (crowd.schedule_id,))
    assert answer["transaction_code"] == stored
    assert sold(crowd) == 1


def test_connections_of_the_database_that_die_lose_nothing(platform_of_crowd: Caller, crowd: Shop) -> None:
    platform = platform_of_crowd
    db.execute("UPDATE seat_allotments SET seats_left = 100 WHERE schedule_id = %s", (crowd.schedule_id,))
    requests = [ready(platform, crowd, card) for card in range(BUYERS)]
    held, killed = threading.Event(), [0]
    killer = threading.Thread(target=_kill_connections, args=(_url(), crowd.schedule_id, held, killed))
    killer.start()
    assert held.wait(timeout=30)

    def buy(one: tuple[dict[str, object], str]) -> httpx.Response:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            response = platform.call("payment/authorize", one[0], token=one[1])
            if response.status_code == 200:
                return response
            # What a client is told is that nobody knows, never that it failed for good.
            assert response.json()["code"] == "ERRPLT50301", response.text
            time.sleep(0.01)
        raise AssertionError("no answer after many retries")

    try:
        answers = at_once([partial(buy, one) for one in requests])
    finally:
        killer.join()
    assert killed[0] >= KILLS
    told = {answer.json()["data"]["transaction_code"] for answer in answers}
    stored = db.rows(
        "SELECT transaction_code FROM purchases WHERE schedule_id = %s ORDER BY transaction_code", (crowd.schedule_id,)
    )
    assert told == {code for (code,) in stored}
    assert sold(crowd) == BUYERS


def test_stopping_loses_no_answer(platform_of_crowd: Caller, crowd: Shop, stop_server: Callable[[], None]) -> None:
    platform = platform_of_crowd
    requests = [ready(platform, crowd, card) for card in range(10)]
    told: list[str] = []

    def buy(one: tuple[dict[str, object], str]) -> None:
        try:
            response = platform.call("payment/authorize", one[0], token=one[1])
        except httpx.TransportError:
            return
        if response.status_code == 200:
            told.append(response.json()["data"]["transaction_code"])

    calls: list[Callable[[], None]] = [partial(buy, one) for one in requests]
    at_once([*calls, stop_server])
    stored = db.rows(
        "SELECT transaction_code FROM purchases WHERE schedule_id = %s ORDER BY transaction_code", (crowd.schedule_id,)
    )
    # Whatever was decided was also told: a request is either answered, or was never begun.
    assert sorted(told) == [code for (code,) in stored]


def _kill_connections(url: str, schedule_id: UUID, held: threading.Event, killed: list[int]) -> None:
    """Hold the seats, so that every payment waits at work; kill whoever waits, then let them go."""
    with psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as admin:
        holder.execute("SELECT FROM seat_allotments WHERE schedule_id = %s FOR UPDATE", (schedule_id,))
        held.set()
        until = time.monotonic() + 30
        while killed[0] < KILLS and time.monotonic() < until:
            killed[0] += admin.execute(
                """
                SELECT pg_terminate_backend(pid)
                FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%authorize_purchases%'
                """
            ).rowcount
            time.sleep(0.005)


def _url() -> str:
    settings = connection.get_connection_params()
    return psycopg.conninfo.make_conninfo(
        **{name: settings[name] for name in ("dbname", "user", "password", "host", "port") if settings.get(name)}
    )
