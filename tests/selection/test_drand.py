"""drand as its relays give it: published rounds of quicknet, foreign and broken signatures, relays that fail or lie."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.selection import drand
from prakerja.selection.beacon import ForgedRandomnessError, Randomness
from prakerja.selection.drand import (
    DrandBeacon,
    chain_of_facts,
    fetch,
    quicknet,
    sandbox_chain,
    sign_sandbox_round,
    signature_holds,
)

# Rounds of the League of Entropy's quicknet as its relays publish them: number, signature, randomness. They span three
# years and stand in the test vectors of drand's own and others' clients.
ROUNDS: dict[int, tuple[str, str]] = {
    123: (
        "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92",
        "fb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc",
    ),
    1000: (
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
        "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    ),
    1001: (
        "b33bf3667cbd5a82de3a24b4e0e9fe5513cc1a0e840368c6e31f5fcfa79bea03f73896b25883abf2853d10337fb8fa41",
        "b0a591ad1b9002cfc372ac6e30abd3da8d3088d4caae026961743474fb94235f",
    ),
    1002: (
        "ab066f9c12dd6de1336fca0f925192fb0c72a771c3e4c82ede1fd362c1a770f9eb05843c6308ce2530b53a99c0281a6e",
        "339d3f0e702ed27d36966c6ee85a2bc762a24e178e7e5c835d9b5a7509cb920c",
    ),
    657_413: (
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
        "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587",
    ),
    32_398_885: (
        "8f6d5ddd520329a4ce9a25db41c0552a5ac04bd56577138cbb0ec2b9326af2b8012c7dc2c5bcddc439d922c93a281d24",
        "b6d412641a7d58b20ef5dded4ae48e9358cc35710f90961d8fe6e99d0e0281ef",
    ),
}
# Rounds of other chains of the same league: fastnet (the same curve and lengths, another key and another hashing) and
# the old default chain, whose signatures lie on the other curve.
FASTNET_5713537 = "9391bf57538cf1c0012fabc0d933408d21f785324bcbb4f9850503e5a31e268f6e523e1c1db91ab4bf950752474e1580"
CHAINED_3311596 = (
    "a696b9409ababce45749c3a4ec369074453dd4a79967734e1390d969c8ad8d98897d217b9121e92c8ddebbddda8d92f9"
    "00e3bd6bf9deb166863b1a19390d743f82774001487594c5c09e581db7365f02b70a2c8cc41ce32446ef08e4890c4754"
)
LATE = datetime(2027, 1, 1, tzinfo=UTC)


def published(beacon_round: int) -> bytes:
    """What a relay answers, with the fields of its API."""
    signature, randomness = ROUNDS[beacon_round]
    return json.dumps({"round": beacon_round, "randomness": randomness, "signature": signature}).encode()


def randomness_of(beacon_round: int) -> Randomness:
    signature, randomness = ROUNDS[beacon_round]
    return Randomness(bytes.fromhex(randomness), bytes.fromhex(signature))


@pytest.mark.parametrize("beacon_round", ROUNDS)
def test_a_published_round_is_taken_with_its_randomness(beacon_round: int) -> None:
    asked = []

    def ask(url: str) -> bytes:
        asked.append(url)
        return published(beacon_round)

    beacon = DrandBeacon(quicknet(), ["https://relay.example/"], ask=ask)
    assert beacon.randomness(beacon_round, now=LATE) == randomness_of(beacon_round)
    assert asked == [f"https://relay.example/{quicknet().chain_hash}/public/{beacon_round}"]


def test_rounds_come_out_when_drand_says() -> None:
    beacon = DrandBeacon(quicknet(), [])
    assert beacon.time_of(1000) == datetime.fromtimestamp(1_692_806_364, UTC)
    assert beacon.time_of(32_398_885) == datetime.fromtimestamp(1_790_000_019, UTC)
    assert beacon.first_round_after(beacon.time_of(1000) - timedelta(seconds=1)) == 1000
    assert beacon.first_round_after(beacon.time_of(1000)) == 1001
    assert beacon.first_round_after(datetime(2020, 4, 11, tzinfo=UTC)) == 1


@given(seconds=st.integers(0, 10**9))
def test_the_named_round_comes_out_in_the_future_and_is_the_first_that_does(seconds: int) -> None:
    beacon = DrandBeacon(quicknet(), [])
    moment = datetime.fromtimestamp(1_692_803_367 + seconds, UTC)
    named = beacon.first_round_after(moment)
    assert beacon.time_of(named - 1) <= moment < beacon.time_of(named)


def _flipped(signature: str) -> str:
    return f"{int(signature, 16) ^ 1:096x}"


FORGERIES = {
    "another round": ROUNDS[1001][0],
    "one bit": _flipped(ROUNDS[1000][0]),
    "sign of the point": f"{int(ROUNDS[1000][0], 16) ^ (1 << 381):096x}",
    "cut off": ROUNDS[1000][0][:-2],
    "too long": ROUNDS[1000][0] + "00",
    "half a byte": ROUNDS[1000][0][:-1],
    "nothing": "",
    "zeros": "00" * 48,
    "the point at infinity": "c0" + "00" * 47,
    "no digits": "signature",
    "another chain of the same curve": FASTNET_5713537,
    "the old default chain": CHAINED_3311596,
    "the sandbox's chain": "SANDBOX",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_round_is_refused_whatever_the_relay_says_beside_it(forgery: str) -> None:
    signature = sign_sandbox_round(1000).hex() if forgery == "the sandbox's chain" else FORGERIES[forgery]
    # The relay lies consistently: round and randomness look right.
    answer = json.dumps({"round": 1000, "randomness": ROUNDS[1000][1], "signature": signature}).encode()
    with pytest.raises(ForgedRandomnessError):
        DrandBeacon(quicknet(), ["a"], ask=lambda _url: answer).randomness(1000, now=LATE)


def test_a_foreign_round_holds_on_its_own_chain_only() -> None:
    assert signature_holds(sandbox_chain(), 1000, sign_sandbox_round(1000))
    for chain, beacon_round, signature in (
        (quicknet(), 1000, sign_sandbox_round(1000)),
        (sandbox_chain(), 1000, bytes.fromhex(ROUNDS[1000][0])),
        (quicknet(), 5_713_537, bytes.fromhex(FASTNET_5713537)),
        (quicknet(), 3_311_596, bytes.fromhex(CHAINED_3311596)),
    ):
        assert not signature_holds(chain, beacon_round, signature)


@given(st.binary(max_size=96))
def test_no_bytes_make_the_check_fail_instead_of_refusing(signature: bytes) -> None:
    assert not signature_holds(quicknet(), 1000, signature)


def test_a_commitment_names_a_chain_that_this_program_knows() -> None:
    facts = DrandBeacon(quicknet(), []).facts(1000)
    assert chain_of_facts(facts) == quicknet()
    with pytest.raises(ValueError, match="another scheme"):
        chain_of_facts(facts | {"scheme": "pedersen-bls-chained"})
    for change in ({"chain": "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"}, {"public_key": "00"}):
        with pytest.raises(ValueError, match="neither quicknet"):
            chain_of_facts(facts | change)


def relays(**answers: bytes | None) -> DrandBeacon:
    """Quicknet at relays that answer so, asked in this order."""
    return DrandBeacon(quicknet(), list(answers), ask=lambda url: answers[url.split("/")[0]])


def test_relays_that_disagree_change_nothing() -> None:
    """A lie is passed over, in whatever order; the signed answer counts, and there is only one."""
    lie, right = published(1001), published(1000)
    for beacon in (
        relays(one=lie, two=right),
        relays(one=right, two=lie),
        relays(one=None, two=lie, three=b"<html>down</html>", four=right),
        relays(one=b"[]", two=b"{}", three=b'{"signature": 7}', four=right),
    ):
        assert beacon.randomness(1000, now=LATE) == randomness_of(1000)
    with pytest.raises(ForgedRandomnessError):
        relays(one=None, two=lie, three=b"").randomness(1000, now=LATE)
    # Answers that say nothing are an outage.
    assert relays(one=b"[]", two=b"{}", three=b"<html>", four=published(1000)[:-30]).randomness(1000, now=LATE) is None


def test_a_late_round_is_waited_for_and_never_asked_for_early() -> None:
    asked: list[str] = []
    answers = [None, None, published(1000)]

    def ask(url: str) -> bytes | None:
        asked.append(url)
        return answers.pop(0)

    beacon = DrandBeacon(quicknet(), ["one"], ask=ask)
    due_at = beacon.time_of(1000)
    assert beacon.randomness(1000, now=due_at - timedelta(microseconds=1)) is None
    assert asked == []
    assert beacon.randomness(1000, now=due_at) is None
    assert beacon.randomness(1000, now=due_at + timedelta(hours=1)) is None
    assert beacon.randomness(1000, now=due_at + timedelta(hours=2)) == randomness_of(1000)


Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def relay(answer: Answer) -> Iterator[str]:
    """A relay on this machine that answers every question so; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def says(status: int, body: bytes, *, length: int | None = None) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def talks_nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x00\x01 hello\r\n\r\n")


def drips(handler: BaseHTTPRequestHandler) -> None:
    """An answer that never ends, a byte at a time."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            threading.Event().wait(0.05)
    except OSError:
        return


BROKEN: dict[str, Answer] = {
    "not found": says(404, b""),
    "too early": says(425, b'{"error": "too early"}'),
    "error": says(500, b"no"),
    "hangs up": hangs_up,
    "no HTTP": talks_nonsense,
    "drips": drips,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_relay_that_is_out_of_order_is_passed_over(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drand, "_TIMEOUT_S", 0.5)
    with relay(BROKEN[name]) as broken, relay(says(200, published(1000))) as good:
        assert fetch(f"{broken}/x") is None
        assert DrandBeacon(quicknet(), [broken]).randomness(1000, now=LATE) is None
        assert DrandBeacon(quicknet(), [broken, good]).randomness(1000, now=LATE) == randomness_of(1000)


def test_nobody_at_the_address_is_an_outage_and_no_forgery() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert DrandBeacon(quicknet(), [f"http://127.0.0.1:{port}"]).randomness(1000, now=LATE) is None


def test_an_answer_that_is_cut_off_or_endless_is_refused() -> None:
    with relay(says(200, published(1000)[:-20], length=len(published(1000)))) as cut:
        assert DrandBeacon(quicknet(), [cut]).randomness(1000, now=LATE) is None
    with relay(says(200, published(1000) + b" " * 100_000)) as long:
        assert len(fetch(f"{long}/x") or b"") == 10_000
