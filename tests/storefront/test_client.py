"""A call ends in one of three ways; what nobody knows is never taken for a yes or a no."""

import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from prakerja.storefront.client import Answered, Client, Outcome, Refused, Unknown, read_answer, sign

COMMIT = "/api/v1/integration/payment/redeem-code/commit"


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (b'{"redeem_code":"code"}', "943c20a8e36b6243f576404b00fffdc86411ce1f"),
        (b'{"code":"code"}', "d46b59b221335976b46eafb752035a1172a8beb2"),
    ],
)
def test_golden_vectors_of_the_contract(body: bytes, signature: str) -> None:
    assert sign("my_sign_key", "myclient_code", "1516239022", COMMIT, "", body) == signature


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b'{"success":true,"message":"OK","data":{"quota":3}}', Answered({"quota": 3})),
        (200, b'{"success":true,"message":"OK"}', Answered({})),
        (400, b'{"code":"ERRPLT40022","message":"Salah.","success":false}', Refused("ERRPLT40022", "Salah.")),
        (429, b'{"code":"ERRPLT42901","message":"Tunggu.","success":false}', Refused("ERRPLT42901", "Tunggu.")),
        (500, b'{"code":"ERRPLT50001","message":"x","success":false}', Unknown(was_sent=True)),
        (503, b'{"code":"ERRPLT50301","message":"x","success":false}', Unknown(was_sent=True)),
        (502, b"<html>Bad gateway</html>", Unknown(was_sent=True)),
        (200, b'"text"', Unknown(was_sent=True)),
        (200, b"", Unknown(was_sent=True)),
    ],
)
def test_what_an_answer_says(status: int, body: bytes, outcome: Outcome) -> None:
    assert read_answer(status, body) == outcome


@contextmanager
def server(answer: bytes | None) -> Iterator[tuple[str, list[bytes]]]:
    """Takes one request; answers with these bytes, or with nothing at all (None: keeps the caller waiting)."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(5)
    heard: list[bytes] = []
    done = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            text = b""
            while b"\r\n\r\n" not in text or not text.endswith(b"}"):
                text += connection.recv(4096)
            heard.append(text)
            if answer is None:
                done.wait(5)
            else:
                connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard
    done.set()
    thread.join()
    listener.close()


def test_the_call_on_the_wire() -> None:
    body = b'{"success":true,"message":"OK","data":{"a":1}}'
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with server(answer) as (url, heard):
        client = Client(url, "toko-1", "rahasia", clock=lambda: 1_516_239_022.9)
        assert client.call("payment/authorize", {"otp": "é"}, token="T") == Answered({"a": 1})
    head, _, sent = heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/v1/integration/payment/authorize HTTP/1.1")
    assert json.loads(sent) == {"otp": "é"}
    base = b"toko-11516239022POST/api/v1/integration/payment/authorizePayment T" + sent
    for line in (
        b"client_code: toko-1",
        b"timestamp: 1516239022",
        b"Authorization: Payment T",
        b"signature: " + hmac.digest(b"rahasia", base, "sha1").hex().encode(),
    ):
        assert line in head.split(b"\r\n")


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert Client(f"http://127.0.0.1:{port}", "a", "b").call("payment/status", {}) == Unknown(was_sent=False)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{", b"nonsense\r\n\r\n", None])
def test_the_answer_is_lost(answer: bytes | None) -> None:
    with server(answer) as (url, _):
        outcome = Client(url, "a", "b", seconds=0.3).call("payment/status", {})
    assert outcome == Unknown(was_sent=True)


def test_a_key_is_not_shown() -> None:
    assert "rahasia" not in repr(Client("http://x", "a", "rahasia"))
