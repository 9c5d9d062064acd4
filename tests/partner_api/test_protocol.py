"""Bytes on a socket: parser and loop, limits of time and size, the two ways of a request, odd ways to speak HTTP."""

import asyncio
import json
import socket
import time
from urllib.parse import urlsplit

import pytest

from prakerja.partner_api import protocol
from tests.partner_api.test_http import ASKED, QUOTA, raw, signed_request
from tests.partner_api.world import INTEGRATION, Caller, Shop

BODY = json.dumps(ASKED).encode()


def opened(caller: Caller) -> socket.socket:
    parts = urlsplit(str(caller.http.base_url))
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10)


def rest_of(connection: socket.socket) -> bytes:
    """What comes until the server hangs up."""
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    return received


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


def test_a_body_in_many_packets(platform: Caller) -> None:
    whole = signed_request(platform, INTEGRATION + QUOTA, BODY, {})
    with opened(platform) as connection:
        for start in range(0, len(whole), 97):
            connection.sendall(whole[start : start + 97])
            time.sleep(0.002)
        assert b'"quota":20' in connection.recv(65536)


def test_a_hundred_requests_in_one_packet_are_answered_in_order(platform: Caller) -> None:
    one = signed_request(platform, INTEGRATION + QUOTA, BODY, {})
    other = signed_request(platform, INTEGRATION + QUOTA, b'{"course_code":"K-2","schedule_code":"J-9"}', {})
    received = raw(platform, (one + other) * 50, answers=100)
    answers = [b'"quota":20' in part for part in received.split(b"HTTP/1.1 ")[1:]]
    assert answers == [True, False] * 50


def test_a_connection_that_says_nothing_ends(platform: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prakerja.partner_api.protocol.HEAD_SECONDS_MAX", 0.2)
    with opened(platform) as connection:
        assert rest_of(connection) == b""


def test_a_head_that_does_not_end_is_refused(platform: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prakerja.partner_api.protocol.HEAD_SECONDS_MAX", 0.3)
    whole = signed_request(platform, INTEGRATION + QUOTA, BODY, {})
    for before in (b"", whole):
        with opened(platform) as connection:
            if before:
                connection.sendall(before)
                assert b'"quota":20' in connection.recv(65536)
            began = time.monotonic()
            connection.sendall(whole[:40])
            received = rest_of(connection)
        assert b"ERRPLT40801" in received
        assert b"connection: close" in received
        assert time.monotonic() - began < 5


def test_a_slow_head_has_one_limit_however_often_a_byte_comes(
    platform: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prakerja.partner_api.protocol.HEAD_SECONDS_MAX", 0.4)
    whole = signed_request(platform, INTEGRATION + QUOTA, BODY, {})
    with opened(platform) as connection:
        connection.settimeout(0.05)
        received = b""
        began = time.monotonic()
        for byte in whole:
            try:
                connection.sendall(bytes([byte]))
                received += connection.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                break
            if received:
                break
        assert b"ERRPLT40801" in received
        assert time.monotonic() - began < 5


def test_a_head_without_an_end_is_refused(platform: Caller) -> None:
    with opened(platform) as connection:
        connection.sendall(b"POST /api/v1/integration/payment/status HTTP/1.1\r\nHost: x\r\n")
        received = b""
        try:
            for number in range(200):
                connection.sendall(b"X-%d: %s\r\n" % (number, b"y" * 1000))
        except OSError:
            pass
        connection.settimeout(5)
        try:
            received = rest_of(connection)
        except ConnectionResetError:
            received = b"ERRPLT43101"
    assert b"ERRPLT43101" in received


def test_a_head_that_is_too_large_is_an_error_object(platform: Caller) -> None:
    with opened(platform) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nX: " + b"y" * (protocol.HEAD_MAX_BYTES + 1))
        assert b'"code":"ERRPLT43101"' in rest_of(connection)


@pytest.mark.parametrize(
    "said", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"hello\r\n\r\n", b"GET / HTTP/9\r\n\r\n"]
)
def test_what_is_no_http_is_an_error_object(platform: Caller, said: bytes) -> None:
    with opened(platform) as connection:
        connection.sendall(said)
        received = rest_of(connection)
    assert received.startswith(b"HTTP/1.1 400 ")
    assert b'"code":"ERRPLT40005"' in received


def test_a_client_that_closes_its_half_gets_its_answer(platform: Caller) -> None:
    with opened(platform) as connection:
        connection.sendall(signed_request(platform, INTEGRATION + QUOTA, BODY, {}))
        answer = connection.recv(65536)
        connection.shutdown(socket.SHUT_WR)
        assert b'"quota":20' in answer
        assert rest_of(connection) == b""


def test_a_client_that_goes_away_in_its_body_leaves_nothing(platform: Caller, shop: Shop) -> None:
    whole = signed_request(platform, INTEGRATION + QUOTA, BODY, {})
    for length in (20, len(whole) - len(BODY) - 2, len(whole) - 3):
        with opened(platform) as connection:
            connection.sendall(whole[:length])
    assert platform.data(QUOTA, ASKED)["quota"] == 20


def test_http_1_0_and_connection_close(platform: Caller) -> None:
    whole = signed_request(platform, INTEGRATION + QUOTA, BODY, {})
    for asked in (
        whole.replace(b"HTTP/1.1", b"HTTP/1.0", 1),
        whole.replace(b"Host:", b"Connection: close\r\nHost:", 1),
    ):
        with opened(platform) as connection:
            connection.sendall(asked)
            received = rest_of(connection)
        assert b'"quota":20' in received
        assert b"connection: close" in received


def test_who_waits_for_100_continue_is_told_to(platform: Caller) -> None:
    whole = signed_request(platform, INTEGRATION + QUOTA, BODY, {})
    head, _, body = whole.partition(b"\r\n\r\n")
    with opened(platform) as connection:
        connection.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert b'"quota":20' in connection.recv(65536)


def test_a_request_keeps_the_id_that_its_client_gave(platform: Caller) -> None:
    for given in ("0123456789abcdef0123456789abcdef", "11111111-2222-7333-8444-555555555555"):
        assert platform.call(QUOTA, ASKED, headers={"X-Request-Id": given}).headers["x-request-id"] == given
    for given in ("1234567890123456", "x" * 32, "Siti"):
        assert platform.call(QUOTA, ASKED, headers={"X-Request-Id": given}).headers["x-request-id"] != given
