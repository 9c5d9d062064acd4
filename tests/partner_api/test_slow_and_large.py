"""Requests that come too slowly or are too large, over sockets: calls whichever way they go, and pages."""

import asyncio
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from prakerja.kit import db
from prakerja.partner_api.app import PartnerApi
from prakerja.partner_api.http import Receive, Scope, Send
from prakerja.partner_api.protocol import (
    BODY_MAX_BYTES,
    BODY_SECONDS_MAX,
    PAGE_MAX_BYTES,
    PAGE_SECONDS_MIN,
    CounterProtocol,
    Written,
)
from prakerja.partner_api.sign_on_calls import TOKEN_PATH
from tests.partner_api.conftest import serving
from tests.partner_api.test_http import ASKED, BODY, QUOTA
from tests.partner_api.wire import PageWire, Wire, signed_request
from tests.partner_api.world import INTEGRATION, Caller, Shop

PAGE = b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
PROTOCOL = "prakerja.partner_api.protocol"


@pytest.fixture(params=["one address", "pages alone"])
def pages_url(committed_db: None, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where pages are served."""
    if request.param == "pages alone":
        from prakerja.config.asgi_web import application as pages

        with serving(pages, lifespan="off") as (url, _):
            yield url
    else:
        from prakerja.config.asgi import application as both

        with serving(both) as (url, _):
            yield url


def head_of(shop: Shop, declared: int, *, more: str = "", version: str = "1.1") -> bytes:
    """The head of a signed call that says that so many bytes follow."""
    head = signed_request(shop.platform, INTEGRATION + QUOTA, b"").partition(b"\r\n\r\n")[0]
    head = head.replace(b"Content-Length: 0", b"Content-Length: %d" % declared).replace(
        b" HTTP/1.1", b" HTTP/" + version.encode(), 1
    )
    return head + more.encode() + b"\r\n\r\n"


def head_of_size(shop: Shop, size: int, spelled: str) -> bytes:
    """A signed call without a body that takes so many bytes, the empty line included."""
    head = head_of(shop, 0)[:-2]
    room = size - len(head) - 2
    if spelled == "one header":
        head += b"X-A: " + b"y" * (room - 7) + b"\r\n"
    elif spelled == "many headers":
        lines, rest = divmod(room, 100)
        head += b"".join(b"X-%04d: %s\r\n" % (n, b"y" * (90 + (rest if n == 0 else 0))) for n in range(lines))
    elif spelled == "white space":
        head += b"X-A:" + b" " * (room - 7) + b"y\r\n"
    else:
        head = head.replace(QUOTA.encode(), QUOTA.encode() + b"?" + b"y" * (room - 1), 1)
    assert len(head) + 2 == size
    return head + b"\r\n"


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of what the loop hands over."""
    seen: list[int] = []
    received = CounterProtocol.data_received

    def noted(protocol: CounterProtocol, data: bytes) -> None:
        seen.append(len(data))
        received(protocol, data)

    monkeypatch.setattr(CounterProtocol, "data_received", noted)
    return seen


@pytest.mark.parametrize("spelled", ["one header", "many headers", "address", "white space"])
@pytest.mark.parametrize("step", [1 << 20, 16_000, 1_000])
@pytest.mark.parametrize(("size", "code"), [(64 << 10, "ERRPLT40001"), ((64 << 10) + 1, "ERRPLT43101")])
def test_a_head_is_too_large_from_its_65537th_byte(
    shop: Shop, base_url: str, spelled: str, step: int, size: int, code: str
) -> None:
    """No body is no JSON: who is told so was read, and had signed rightly."""
    head = head_of_size(shop, size, spelled)
    with Wire(base_url) as wire:
        for start in range(0, len(head), step):
            wire.send(head[start : start + step])
        answer = wire.answer(seconds=5)
        assert answer.code == code
        if code == "ERRPLT43101":
            assert (answer.status, answer.headers["connection"]) == (431, "close")
            assert wire.rest() == []


@pytest.mark.parametrize("size", [70_000, 200_000])
def test_a_head_in_one_packet_is_refused_as_in_many(shop: Shop, base_url: str, size: int, pieces: list[int]) -> None:
    """A loop reads up to 256 KB at once; on a connection that has answered already, too."""
    one = signed_request(shop.platform, INTEGRATION + QUOTA, BODY)
    for before in (0, 1):
        with Wire(base_url) as wire:
            if before:
                wire.send(one)
                assert wire.answer().code == "OK"
            wire.send(head_of_size(shop, size, "many headers"))
            answer = wire.answer(seconds=5)
            assert (answer.status, answer.code) == (431, "ERRPLT43101")
            assert answer.headers["connection"] == "close"
    assert max(pieces) > 60_000, "in large packets"


def test_a_body_before_it_does_not_count_as_head(shop: Shop, base_url: str) -> None:
    body = BODY + b" " * (BODY_MAX_BYTES - len(BODY))
    large = signed_request(shop.platform, INTEGRATION + QUOTA, body)
    rest = signed_request(shop.platform, INTEGRATION + QUOTA, BODY)
    with Wire(base_url) as wire:
        for cut in (30, 200):
            wire.send(large + rest[:cut])
            assert wire.answer().code == "OK"
            wire.send(rest[cut:])
            assert wire.answer().code == "OK"
        wire.send(large + head_of_size(shop, 64 << 10, "one header"))
        assert [answer.code for answer in wire.answers(2)] == ["OK", "ERRPLT40001"]


def test_a_large_head_of_a_page_is_refused_too(pages_url: str) -> None:
    head = b"GET /sign-in/ HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"
    with PageWire(pages_url) as line:
        line.send(head)
        assert line.rest().startswith("HTTP/1.1 431 ")


@pytest.mark.parametrize(
    ("more", "version"),
    [("", "1.1"), ("\r\nExpect: 100-continue", "1.1"), ("", "1.0"), ("\r\nConnection: close", "1.1")],
)
@pytest.mark.parametrize("begun", [b"", b'{"course_code":'])
def test_a_call_that_says_to_be_too_large_is_refused_at_once(
    shop: Shop, base_url: str, more: str, version: str, begun: bytes
) -> None:
    with Wire(base_url) as wire:
        wire.send(head_of(shop, BODY_MAX_BYTES + 1, more=more, version=version) + begun)
        answer = wire.answer()
        assert (answer.status, answer.code) == (413, "ERRPLT41301")
        assert answer.headers["connection"] == "close"
        assert wire.rest() == []


def test_a_call_of_the_largest_size_is_read(shop: Shop, base_url: str) -> None:
    body = BODY + b" " * (BODY_MAX_BYTES - len(BODY))
    with Wire(base_url) as wire:
        wire.send(signed_request(shop.platform, INTEGRATION + QUOTA, body))
        assert wire.answer().code == "OK"


def test_single_sign_on_has_the_same_limit(shop: Shop, base_url: str) -> None:
    head = (
        f"POST {TOKEN_PATH} HTTP/1.1\r\nHost: x\r\nX-Client-Id: {shop.platform.client_code}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {BODY_MAX_BYTES + 1}\r\n\r\n"
    )
    with Wire(base_url) as wire:
        wire.send(head.encode())
        answer = wire.answer()
        assert (answer.status, answer.code) == (413, "ERRPLT41301")
        assert wire.rest() == []


@pytest.mark.parametrize("more", ["", "\r\nExpect: 100-continue"])
def test_a_client_that_sends_all_the_same_still_reads_why(shop: Shop, base_url: str, more: str) -> None:
    size = 8 * 1024 * 1024
    with Wire(base_url) as wire:
        wire.send(head_of(shop, size, more=more))
        for _ in range(size // 65536):
            wire.send(b" " * 65536)
        assert [answer.code for answer in wire.rest()] == ["ERRPLT41301"]


@pytest.mark.parametrize("more", [b"", b"Expect: 100-continue\r\n"])
def test_a_body_in_chunks_that_grows_too_large_is_refused_then(shop: Shop, base_url: str, more: bytes) -> None:
    head = head_of(shop, 0).replace(b"Content-Length: 0\r\n", more + b"Transfer-Encoding: chunked\r\n")
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    with Wire(base_url) as wire:
        wire.send(head)
        if more:
            assert wire.answer().status == 100
        for _ in range(BODY_MAX_BYTES // 0x4000):
            wire.send(chunk)
        with pytest.raises(TimeoutError):
            wire.answer(seconds=0.2)
        wire.send(b"1\r\n \r\n")
        answer = wire.answer()
        assert (answer.status, answer.code) == (413, "ERRPLT41301")
        assert wire.rest() == []


def test_a_slow_body_ends_whichever_way_it_goes(shop: Shop, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{PROTOCOL}.BODY_SECONDS_MAX", 0.4)
    for version in ("1.1", "1.0"):
        with Wire(base_url) as wire:
            began = time.monotonic()
            wire.send(head_of(shop, len(BODY), version=version))
            answer = None
            for byte in BODY:
                wire.send(bytes([byte]))
                try:
                    answer = wire.answer(seconds=0.1)
                    break
                except TimeoutError:
                    continue
            assert answer is not None
            assert answer.code == "ERRPLT40801"
            assert time.monotonic() - began < BODY_SECONDS_MAX


def test_an_answered_request_does_not_keep_its_connection_by_its_body(
    shop: Shop, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{PROTOCOL}.BODY_SECONDS_MAX", 0.4)
    head = head_of(shop, len(BODY)).replace(b"quota-schedule", b"nothing", 1)
    with Wire(base_url) as wire:
        wire.send(head)
        assert wire.answer().code == "ERRPLT40401"
        assert wire.rest() == []


def test_who_was_answered_without_its_body_begins_anew(shop: Shop, base_url: str) -> None:
    head = head_of(shop, len(BODY), more="\r\nExpect: 100-continue").replace(b"quota-schedule", b"nothing", 1)
    with Wire(base_url) as wire:
        wire.send(head)
        assert [answer.code for answer in wire.rest()] == ["ERRPLT40401"]


def test_what_is_no_http_behind_a_request_takes_no_answer_away(shop: Shop, base_url: str) -> None:
    one = signed_request(shop.platform, INTEGRATION + QUOTA, BODY)
    for before, ends in ((1, False), (3, False), (1, True), (3, True)):
        with Wire(base_url) as wire:
            wire.send(one * before + b"\x16\x03\x01 no HTTP\r\n\r\n")
            if ends:
                wire.end()
            codes = [answer.code for answer in wire.rest()]
        assert codes[:before] == ["OK"] * before
        assert codes[before:] in ([], ["ERRPLT40005"])


def test_a_large_request_behind_another_is_refused_in_its_turn(shop: Shop, base_url: str) -> None:
    one = signed_request(shop.platform, INTEGRATION + QUOTA, BODY)
    with Wire(base_url) as wire:
        wire.send(one + head_of(shop, BODY_MAX_BYTES + 1))
        assert [answer.code for answer in wire.answers(2)] == ["OK", "ERRPLT41301"]
        assert wire.rest() == []


def test_who_goes_away_in_its_body_has_signed_nothing_wrongly(platform: Caller, shop: Shop, base_url: str) -> None:
    for version in ("1.1", "1.0"):
        with Wire(base_url) as wire:
            wire.send(head_of(shop, len(BODY), version=version) + BODY[:-1])
    assert platform.data(QUOTA, ASKED)["quota"] == 20
    time.sleep(0.2)
    text = httpx.get(f"{base_url}/metrics", trust_env=False).text
    assert "ERRPLT40107" not in text
    assert "ERRPLT40801" not in text


def test_to_a_client_that_has_gone_nothing_is_written() -> None:
    class Closed(asyncio.Transport):
        def is_closing(self) -> bool:
            return True

        def write(self, data: object) -> None:  # noqa: ARG002 - as the transport's
            raise RuntimeError("the handler is closed")

    Written(Closed()).write(b"HTTP/1.1 200 OK")


def test_a_page_whose_body_does_not_come_ends(pages_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{PROTOCOL}.PAGE_SECONDS_MIN", 0.4)
    for sent in (b"", b"username=siti"):
        with PageWire(pages_url) as line:
            line.send(PAGE + b"Content-Length: 100\r\n\r\n" + sent)
            said = line.rest()
        assert said.startswith("HTTP/1.1 408 Request Timeout\r\ncontent-type: text/plain; charset=utf-8\r\n")
        assert "Permintaan tidak diterima lengkap pada waktunya." in said
        assert "The request did not arrive completely in time." in said


def test_a_page_that_keeps_coming_has_time(pages_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{PROTOCOL}.PAGE_SECONDS_MIN", 1.0)
    monkeypatch.setattr(f"{PROTOCOL}.PAGE_BYTES_PER_SECOND_MIN", 20)
    monkeypatch.setattr(f"{PROTOCOL}.BODY_SECONDS_MAX", 0.1)
    body = b"username=siti&password=" + b"x" * 57
    with PageWire(pages_url) as line:
        line.send(PAGE + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body))
        for start in range(0, len(body), 4):
            line.send(body[start : start + 4])
            time.sleep(0.1)
        assert line.rest().startswith("HTTP/1.1 403 "), "without its token the form is refused by the pages themselves"


@pytest.mark.parametrize(("rate", "most"), [(10_000, 60.0), (1, 0.5)])
def test_a_page_that_drips_ends(pages_url: str, monkeypatch: pytest.MonkeyPatch, rate: int, most: float) -> None:
    monkeypatch.setattr(f"{PROTOCOL}.PAGE_SECONDS_MIN", 0.3)
    monkeypatch.setattr(f"{PROTOCOL}.PAGE_SECONDS_MAX", most)
    monkeypatch.setattr(f"{PROTOCOL}.PAGE_BYTES_PER_SECOND_MIN", rate)
    with PageWire(pages_url) as line:
        began = time.monotonic()
        line.send(PAGE + b"Content-Length: 1000\r\n\r\n")
        while not (said := line.hears(seconds=0.05)):
            assert time.monotonic() - began < PAGE_SECONDS_MIN
            line.send(b"x")
        assert said.startswith(b"HTTP/1.1 408 ")


def test_a_page_that_is_too_large_is_refused_at_once(pages_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with PageWire(pages_url) as line:
        line.send(PAGE + b"Content-Length: %d\r\n\r\n" % (PAGE_MAX_BYTES + 1))
        said = line.rest()
    assert said.startswith("HTTP/1.1 413 Content Too Large\r\n")
    assert "Kirim berkas yang lebih kecil." in said
    monkeypatch.setattr(f"{PROTOCOL}.PAGE_MAX_BYTES", BODY_MAX_BYTES + 1000)
    with PageWire(pages_url) as line:
        line.send(PAGE + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(20):
            line.send(b"4000\r\n" + b" " * 0x4000 + b"\r\n")
        assert line.rest().startswith("HTTP/1.1 413 ")


def test_pages_leave_no_connection_behind(pages_url: str) -> None:
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    before = db.value(sessions)
    for _ in range(30):
        assert httpx.get(f"{pages_url}/sign-in/", trust_env=False).status_code == 200
    until = time.monotonic() + 60
    # The API beside the pages keeps a few of its own; a session ends a moment behind its connection.
    while db.value(sessions) > before + 3:
        assert time.monotonic() < until, "connections are left behind"
        time.sleep(0.05)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's side of a connection holds little that was not read."""
    made = CounterProtocol.connection_made

    def connection_made(protocol: CounterProtocol, transport: asyncio.Transport) -> None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        made(protocol, transport)

    monkeypatch.setattr(CounterProtocol, "connection_made", connection_made)


async def long_list(_scope: Scope, _receive: Receive, send: Send) -> None:
    """A page of a megabyte."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000000")]})
    for left in range(99, -1, -1):
        await send({"type": "http.response.body", "body": b"x" * 10_000, "more_body": left > 0})


@pytest.mark.parametrize("rests", [3.0, 0.0])
def test_who_does_not_read_is_left(narrow: None, monkeypatch: pytest.MonkeyPatch, rests: float) -> None:
    monkeypatch.setattr(f"{PROTOCOL}.UNREAD_SECONDS_MAX", 1.0)
    with serving(long_list, lifespan="off") as (url, _), PageWire(url, reads_little=True) as line:
        line.send(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        time.sleep(rests)
        came = line.rest().count("x")
        assert (came == 1_000_000) == (not rests), "who reads gets all"


def test_who_does_not_read_is_not_answered_on_and_on(
    narrow: None, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = []
    answer = PartnerApi.answer_short

    def noted(api: PartnerApi, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - handed on
        answered.append(1)
        answer(api, *arguments, **named)

    monkeypatch.setattr(PartnerApi, "answer_short", noted)
    one = f"POST {INTEGRATION}{QUOTA} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}".encode()
    with PageWire(base_url, reads_little=True) as line:
        for _ in range(3_000):
            line.send(one)
        known = 0
        while len(answered) < 10 or len(answered) != known:
            known = len(answered)
            time.sleep(0.5)
        assert known < 1_500


def test_a_page_that_is_no_http_is_told_so(pages_url: str) -> None:
    with PageWire(pages_url) as line:
        line.send(b"hello\r\n\r\n")
        assert line.rest().startswith("HTTP/1.1 400 ")
