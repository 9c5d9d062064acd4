"""Bytes on a socket: parser and loop, limits of time and size, the two ways of a request, odd ways to speak HTTP."""

import asyncio
import time

import pytest

from prakerja.partner_api import protocol
from tests.partner_api.test_http import ASKED, BODY, QUOTA
from tests.partner_api.wire import Wire, ask, signed_request
from tests.partner_api.world import INTEGRATION, Caller, Shop

# What a head has where no test says otherwise: whoever is refused sooner was refused by the test's own limit.
HEAD_SECONDS = protocol.HEAD_SECONDS_MAX


def test_the_fast_parser_and_loop_are_there() -> None:
    import httptools
    import uvloop
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    assert issubclass(protocol.CounterProtocol, HttpToolsProtocol)
    assert httptools.__version__
    assert issubclass(uvloop.Loop, asyncio.AbstractEventLoop)


def test_most_calls_take_the_short_way(platform: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_way(*_: object) -> None:
        raise AssertionError("over ASGI")

    monkeypatch.setattr("prakerja.partner_api.app.PartnerApi._answer_call", no_way)
    assert platform.data(QUOTA, ASKED)["quota"] == 20


def test_both_ways_answer_the_same(platform: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    short = [
        platform.call(QUOTA, ASKED),
        platform.call(QUOTA, {}),
        platform.send(QUOTA, b"{", headers={"timestamp": "1"}),
    ]
    monkeypatch.setattr("prakerja.partner_api.app.PartnerApi.find_short_call", lambda _self, _path: None)
    long = [
        platform.call(QUOTA, ASKED),
        platform.call(QUOTA, {}),
        platform.send(QUOTA, b"{", headers={"timestamp": "1"}),
    ]
    for one, other in zip(short, long, strict=True):
        assert (one.status_code, one.content) == (other.status_code, other.content)
        assert set(one.headers) == set(other.headers)


def whole_request(shop: Shop, body: bytes = BODY) -> bytes:
    return signed_request(shop.platform, INTEGRATION + QUOTA, body)


def test_a_body_in_many_packets(shop: Shop, base_url: str) -> None:
    whole = whole_request(shop)
    with Wire(base_url) as wire:
        for start in range(0, len(whole), 97):
            wire.send(whole[start : start + 97])
            time.sleep(0.002)
        assert wire.answer().code == "OK"


def test_a_hundred_requests_in_one_packet_are_answered_in_order(shop: Shop, base_url: str) -> None:
    one, other = whole_request(shop), whole_request(shop, b'{"course_code":"K-2","schedule_code":"J-9"}')
    received = ask(base_url, (one + other) * 50, answers=100)
    assert [answer.code for answer in received] == ["OK", "ERRPLT40010"] * 50


def test_a_connection_that_says_nothing_ends(base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prakerja.partner_api.protocol.HEAD_SECONDS_MAX", 0.2)
    with Wire(base_url) as wire:
        assert wire.rest() == []


def test_a_head_that_does_not_end_is_refused(shop: Shop, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prakerja.partner_api.protocol.HEAD_SECONDS_MAX", 0.3)
    whole = whole_request(shop)
    for before in (b"", whole):
        with Wire(base_url) as wire:
            if before:
                wire.send(before)
                assert wire.answer().code == "OK"
            began = time.monotonic()
            wire.send(whole[:40])
            received = wire.rest()
        assert [answer.code for answer in received] == ["ERRPLT40801"]
        assert received[0].headers["connection"] == "close"
        assert time.monotonic() - began < HEAD_SECONDS


def test_a_slow_head_has_one_limit_however_often_a_byte_comes(
    shop: Shop, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prakerja.partner_api.protocol.HEAD_SECONDS_MAX", 0.4)
    with Wire(base_url) as wire:
        began = time.monotonic()
        answer = None
        for byte in whole_request(shop):
            wire.send(bytes([byte]))
            try:
                answer = wire.answer(seconds=0.05)
                break
            except TimeoutError:
                continue
        assert answer is not None
        assert answer.code == "ERRPLT40801"
        assert time.monotonic() - began < HEAD_SECONDS


def test_a_head_without_an_end_is_refused(base_url: str) -> None:
    head = b"POST /api/v1/integration/payment/status HTTP/1.1\r\nHost: x\r\n"
    # One byte more than a head may have: what is behind it would be left unread, and the answer lost with it.
    while len(head) < protocol.HEAD_MAX_BYTES + 1:
        head += b"X-%05d: %s\r\n" % (len(head), b"y" * min(1000, protocol.HEAD_MAX_BYTES + 1 - len(head) - 11))
    with Wire(base_url) as wire:
        for start in range(0, len(head), 1000):
            wire.send(head[start : start + 1000])
        assert [answer.code for answer in wire.rest()] == ["ERRPLT43101"]


def test_a_header_that_is_too_large_is_an_error_object(base_url: str) -> None:
    head = b"POST / HTTP/1.1\r\nX: "
    with Wire(base_url) as wire:
        wire.send(head + b"y" * (protocol.HEAD_MAX_BYTES + 1 - len(head)))
        assert [answer.code for answer in wire.rest()] == ["ERRPLT43101"]


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"hello\r\n\r\n",
        b"GET / HTTP/9\r\n\r\n",
        b"CONNECT example.id:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"BREW /api/v1/integration/payment/status HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_http_is_an_error_object(base_url: str, said: bytes) -> None:
    with Wire(base_url) as wire:
        wire.send(said)
        assert [answer.code for answer in wire.rest()] == ["ERRPLT40005"]


def test_a_client_that_closes_its_half_gets_its_answer(shop: Shop, base_url: str) -> None:
    with Wire(base_url) as wire:
        wire.send(whole_request(shop))
        assert wire.answer().code == "OK"
        wire.end()
        assert wire.rest() == []


@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_client_that_says_no_more_gets_its_answers(shop: Shop, base_url: str, version: bytes, count: int) -> None:
    whole = whole_request(shop)
    last = whole.replace(b"HTTP/1.1", b"HTTP/" + version, 1)
    with Wire(base_url) as wire:
        wire.send(whole * (count - 1) + last)
        wire.end()
        assert [answer.code for answer in wire.rest()] == ["OK"] * count


def test_a_client_may_think_between_two_requests(shop: Shop, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Proxies and servers that partners know keep a connection for a minute; a client that waited for a person's OTP
    # and found it closed lost its purchase.
    assert protocol.IDLE_SECONDS_MAX > 60
    monkeypatch.setattr("prakerja.partner_api.protocol.IDLE_SECONDS_MAX", 2.0)
    with Wire(base_url) as wire:
        for _ in range(2):
            wire.send(whole_request(shop))
            assert wire.answer().code == "OK"
            time.sleep(0.1)
        assert wire.rest() == []


@pytest.mark.parametrize("before", [0, 1])
def test_an_address_that_cannot_be_read_is_an_error_object(shop: Shop, base_url: str, before: int) -> None:
    with Wire(base_url) as wire:
        for _ in range(before):
            wire.send(whole_request(shop))
            assert wire.answer().code == "OK"
        wire.send(b"GET /api/v1/" + b"y" * 66_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        (answer,) = wire.rest()
        assert answer.code in {"ERRPLT40005", "ERRPLT43101"}


def test_a_client_that_goes_away_in_its_body_leaves_nothing(platform: Caller, shop: Shop, base_url: str) -> None:
    whole = whole_request(shop)
    for length in (20, len(whole) - len(BODY) - 2, len(whole) - 3):
        with Wire(base_url) as wire:
            wire.send(whole[:length])
    assert platform.data(QUOTA, ASKED)["quota"] == 20


def test_http_1_0_and_connection_close(shop: Shop, base_url: str) -> None:
    whole = whole_request(shop)
    for asked in (
        whole.replace(b"HTTP/1.1", b"HTTP/1.0", 1),
        whole.replace(b"Host:", b"Connection: close\r\nHost:", 1),
    ):
        with Wire(base_url) as wire:
            wire.send(asked)
            (answer,) = wire.rest()
        assert answer.json["data"]["quota"] == 20
        assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_who_offers_http_2_is_answered_by_http_1_1(shop: Shop, base_url: str, parts: int) -> None:
    # Java's client offers it with every first request.
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\nHost:"
    whole = whole_request(shop).replace(b"Host:", offer, 1)
    head = whole.index(b"\r\n\r\n") + 4
    cuts = {1: [len(whole)], 2: [head, len(whole)], 3: [head, head + 5, len(whole)]}[parts]
    with Wire(base_url) as wire:
        for start, end in zip([0, *cuts], cuts, strict=False):
            wire.send(whole[start:end])
            time.sleep(0.02)
        assert wire.answer().json["data"]["quota"] == 20
        wire.send(whole_request(shop))
        assert wire.answer().json["data"]["quota"] == 20


def test_who_waits_for_100_continue_is_told_to(shop: Shop, base_url: str) -> None:
    head, _, body = whole_request(shop).partition(b"\r\n\r\n")
    with Wire(base_url) as wire:
        wire.send(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert wire.answer().status == 100
        wire.send(body)
        assert wire.answer().json["data"]["quota"] == 20


def test_a_request_keeps_the_id_that_its_client_gave(platform: Caller) -> None:
    for given in ("0123456789abcdef0123456789abcdef", "11111111-2222-7333-8444-555555555555"):
        assert platform.call(QUOTA, ASKED, headers={"X-Request-Id": given}).headers["x-request-id"] == given
    for given in ("1234567890123456", "x" * 32, "Siti"):
        assert platform.call(QUOTA, ASKED, headers={"X-Request-Id": given}).headers["x-request-id"] != given
