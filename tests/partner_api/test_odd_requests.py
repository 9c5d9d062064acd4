"""Requests that no good client sends, over a socket: a documented answer each, and what was smuggled is not done."""

import gzip
import json
import time
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from prakerja.kit import db
from prakerja.partner_api import signing
from prakerja.partner_api.errors import REFUSAL_BY_CODE, Refusal
from prakerja.partner_api.sign_on_calls import AUTHORIZE_PATH, REFRESH_PATH, TOKEN_PATH
from tests.partner_api.sign_on_client import query
from tests.partner_api.test_http import BODY, QUOTA
from tests.partner_api.wire import PageWire, Wire, ask, signed_request
from tests.partner_api.world import INTEGRATION, Caller, Shop, checked, order, payment

# Code, HTTP status and sentence as the real programme gives them, where the contract knows the sentence.
SEEN = {
    "ERRPLT40028": (400, "Transaksi sudah dibatalkan sebelumnya"),
    "ERRVOD40001": (400, "Kode transaksi tidak ditemukan."),
    "ERRTRX40020": (400, "Transaksi tidak ditemukan"),
    "ERRTRX40021": (400, "Redeem Code sudah digunakan"),
    "ERRTRX40001": (400, "Gagal verifikasi, tipe pelatihan tidak sesuai."),
    "ERRTRX40022": (400, "Gagal verifikasi, kode sudah dibatalkan"),
    "ERRTRX40027": (
        400,
        "Jadwal pelatihan belum dimulai atau sudah selesai, silahkan cek jadwal pelatihan pada dashboard Prakerja",
    ),
    "ERRTRX40028": (400, "Gagal verifikasi, kode redeem bukan milik lembaga pelatihan."),
    "ERRTRX40101": (401, "Gagal verifikasi, transaksi sudah dibatalkan"),
    "ERROAUTH4024": (400, "Unauthorized"),
    "ERROAUTH4029": (400, "Unauthorized"),
    "ERROAUTH4030": (400, "Unauthorized"),
    "ERROAUTH4031": (400, "Unauthorized"),
}
HTTP_MALFORMED = "ERRPLT40005"


def test_the_programmes_own_codes_keep_status_and_sentence() -> None:
    found = {code: REFUSAL_BY_CODE[code].value for code in SEEN}
    assert {code: (row.status, row.message) for code, row in found.items()} == SEEN
    assert {one.code for one in Refusal if one.value.seen} == {*SEEN, "ERRPLT40036"}


def test_a_code_that_is_an_error_code_answers_it_at_every_call(institution: Caller) -> None:
    named: dict[str, object] = {"redirect_uri": "https://lpk.example.id/hadir", "email": "a@b.id"}
    task: dict[str, object] = {"scope": "tpm", "sequence": 1, "url_file": "https://lpk.example.id/a.pdf", "notes": "x"}
    calls: dict[str, dict[str, object]] = {
        "payment/redeem-code/status": {},
        "payment/redeem-code/commit": {},
        "payment/redeem-code/reset": {},
        "oauth/url-generate": named,
        "tpm/submission": task,
        "tpm/feedback/submission": task,
        "tpm/submission/status": task,
    }
    for path, more in calls.items():
        for code, row in REFUSAL_BY_CODE.items():
            answer = institution.call(path, {"redeem_code": code, **more})
            said = {"code": code, "message": row.value.message.replace("{field}", "redeem_code"), "success": False}
            assert (answer.status_code, answer.json()) == (row.status, said), path


def spelled(request: bytes, *lines: bytes, without: bytes = b"") -> bytes:
    """A request with more lines in its head, and without some."""
    head, _, body = request.partition(b"\r\n\r\n")
    kept = [line for line in head.split(b"\r\n") if not without or not line.lower().startswith(without)]
    return b"\r\n".join([*kept, *lines]) + b"\r\n\r\n" + body


@pytest.fixture
def one(shop: Shop) -> bytes:
    """A call that is fine."""
    return signed_request(shop.platform, INTEGRATION + QUOTA, BODY)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"client_code: nobody", "ERRPLT40101"),
        (b"timestamp: 1", "ERRPLT40102"),
        (b"signature: 0", "ERRPLT40103"),
    ],
)
def test_a_header_that_stands_twice_is_none(base_url: str, one: bytes, line: bytes, code: str) -> None:
    first = one.replace(b"\r\n", b"\r\n" + line + b"\r\n", 1)
    assert [ask(base_url, bent)[0].code for bent in (first, spelled(one, line))] == [code, code]


@pytest.mark.parametrize(
    "lines",
    [
        [b"Transfer-Encoding: chunked", b"Content-Length: %d" % len(BODY)],
        [b"Content-Length: %d" % len(BODY)] * 2,
        [b"Content-Length: 3", b"Content-Length: %d" % len(BODY)],
        [b"Content-Length: -1"],
        [b"Content-Length: +%d" % len(BODY)],
        [b"Content-Length: 0x2e"],
        [b"Content-Length: " + b"9" * 30],
        [b"Transfer-Encoding: identity"],
        [b"Transfer-Encoding: chunked, identity"],
        [b"nonsense"],
        [b"X : y"],
        [b"X: a\r\n b"],
        [b"X: a\x00b"],
        [b"X: a\rb: c"],
    ],
    ids=repr,
)
def test_a_body_whose_length_is_doubtful_ends_the_connection(base_url: str, one: bytes, lines: list[bytes]) -> None:
    """And nothing of what stands behind it is taken for another request."""
    with Wire(base_url) as wire:
        wire.send(spelled(one, *lines, without=b"content-length") + one)
        answer = wire.answer()
        assert (answer.status, answer.code, answer.headers["connection"]) == (400, HTTP_MALFORMED, "close")
        assert wire.rest() == []


CHUNKED = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)


@pytest.mark.parametrize(
    ("lines", "status", "code"),
    [
        ([b"Transfer-Encoding: gzip, chunked"], 501, "ERRPLT50101"),
        ([b"Transfer-Encoding: gzip,chunked"], 501, "ERRPLT50101"),
        ([b"Transfer-Encoding: identity, chunked"], 501, "ERRPLT50101"),
        ([b"Transfer-Encoding: x, deflate, Chunked"], 501, "ERRPLT50101"),
        ([b"Transfer-Encoding: gzip", b"Transfer-Encoding: chunked"], 501, "ERRPLT50101"),
        ([b"Transfer-Encoding: \x0bchunked"], 400, HTTP_MALFORMED),
        ([b"Transfer-Encoding: gzip"], 400, HTTP_MALFORMED),
        ([b"Transfer-Encoding: chunked, gzip"], 400, HTTP_MALFORMED),
        ([b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip"], 400, HTTP_MALFORMED),
        ([b"Transfer-Encoding: chunked, chunked"], 400, HTTP_MALFORMED),
        ([b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"], 400, HTTP_MALFORMED),
        ([b"Transfer-Encoding: chunked;q=1"], 400, HTTP_MALFORMED),
        ([b"Transfer-Encoding: , chunked"], 400, HTTP_MALFORMED),
        ([b"Transfer-Encoding:"], 400, HTTP_MALFORMED),
        ([b"Transfer-Encoding:", b"Content-Length: %d" % len(CHUNKED)], 400, HTTP_MALFORMED),
        ([b"Transfer-Encoding: gzip, chunked", b"Content-Length: %d" % len(CHUNKED)], 400, HTTP_MALFORMED),
        ([b"Content-Length: %d" % len(CHUNKED), b"Transfer-Encoding: chunked"], 400, HTTP_MALFORMED),
    ],
    ids=repr,
)
@pytest.mark.parametrize("path", [INTEGRATION + QUOTA, TOKEN_PATH, "/api/v1/nothing"])
def test_a_coding_that_is_not_read_ends_the_connection(
    base_url: str, one: bytes, lines: list[bytes], status: int, code: str, path: str
) -> None:
    """Chunks alone are read: whoever before us reads another coding would see other requests behind it."""
    bent = spelled(one, *lines, without=b"content-length").removesuffix(BODY)
    with Wire(base_url) as wire:
        wire.send(bent.replace((INTEGRATION + QUOTA).encode(), path.encode(), 1) + CHUNKED + one)
        answer = wire.answer()
        assert (answer.status, answer.code, answer.headers["connection"]) == (status, code, "close")
        assert wire.rest() == []


@pytest.mark.parametrize("coding", [b"chunked", b"gzip, chunked", b"identity"])
def test_a_coding_of_a_version_that_has_none_ends_the_connection(base_url: str, one: bytes, coding: bytes) -> None:
    bent = spelled(one, b"Transfer-Encoding: " + coding, without=b"content-length").removesuffix(BODY)
    with Wire(base_url) as wire:
        wire.send(bent.replace(b" HTTP/1.1", b" HTTP/1.0", 1) + CHUNKED + one)
        assert [(answer.status, answer.code) for answer in wire.rest()] == [(400, HTTP_MALFORMED)]


@pytest.mark.parametrize("path", [INTEGRATION + QUOTA, TOKEN_PATH, "/api/v1/nothing"])
@pytest.mark.parametrize("hosts", [[], [b"Host: a", b"Host: a"], [b"Host: a", b"Host: b"]], ids=repr)
def test_a_request_has_one_host(base_url: str, one: bytes, hosts: list[bytes], path: str) -> None:
    """RFC 9112, 3.2: two programs could take two of them for two addresses."""
    bent = spelled(one, *hosts, without=b"host").replace((INTEGRATION + QUOTA).encode(), path.encode(), 1)
    with Wire(base_url) as wire:
        wire.send(bent + one)
        assert [(answer.status, answer.code) for answer in wire.rest()] == [(400, HTTP_MALFORMED)]


def test_a_request_of_a_version_without_hosts_needs_none(base_url: str, one: bytes) -> None:
    bent = spelled(one, without=b"host").replace(b" HTTP/1.1", b" HTTP/1.0", 1)
    assert ask(base_url, bent)[0].code == "OK"


@pytest.mark.parametrize("named", [b"chunked", b"Chunked", b"CHUNKED ", b"\tchunked"])
def test_chunks_are_read(base_url: str, one: bytes, named: bytes) -> None:
    """Signed over what they hold, with what stands behind their sizes left out."""
    bent = spelled(one, b"Transfer-Encoding: " + named, without=b"content-length").removesuffix(BODY)
    parts = b"5;a=b\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (BODY[:5], len(BODY) - 5, BODY[5:])
    assert [answer.code for answer in ask(base_url, bent + parts + one, answers=2)] == ["OK", "OK"]


@pytest.mark.parametrize("close", [b"", b"Connection: close"])
def test_what_stands_behind_the_chunks_is_no_header(base_url: str, one: bytes, close: bytes) -> None:
    """Neither does a signature come there, nor does a client code count twice."""
    lines = [b"Transfer-Encoding: chunked", *([close] if close else [])]
    bent = spelled(one, *lines, without=b"content-length").removesuffix(BODY)
    signature = next(line for line in one.split(b"\r\n") if line.startswith(b"signature"))
    behind = CHUNKED.removesuffix(b"\r\n")
    late = spelled(bent, without=b"signature") + behind + signature + b"\r\n\r\n"
    twice = bent + behind + b"client_code: x\r\nContent-Encoding: gzip\r\n\r\n"
    assert ask(base_url, late)[0].code == "ERRPLT40103"
    assert ask(base_url, twice)[0].code == "OK"


@pytest.mark.parametrize("path", [QUOTA, "nothing"])
@pytest.mark.parametrize("line", [b"X: ", b"X: y\r\n"])
def test_what_stands_behind_the_chunks_has_an_end(base_url: str, one: bytes, line: bytes, path: str) -> None:
    bent = spelled(one, b"Transfer-Encoding: chunked", without=b"content-length").removesuffix(BODY)
    with Wire(base_url) as wire:
        wire.send(bent.replace(QUOTA.encode(), path.encode(), 1) + CHUNKED.removesuffix(b"\r\n") + line)
        with suppress(OSError):
            for _ in range(20):
                wire.send(line * (8_192 // len(line)) if line.endswith(b"\n") else b"y" * 8_192)
        answered = wire.rest()
        # What has no address is answered as soon as the loop comes to it.
        assert [answer.code for answer in answered] in (["ERRPLT43101"], ["ERRPLT40401"] * (path != QUOTA))


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("application/json;charset=UTF-8", "OK"),
        ("Application/JSON", "OK"),
        ("application/json;", "OK"),
        ("text/json", "ERRPLT41501"),
        ("application/vnd.api+json", "ERRPLT41501"),
        ("application/json, application/json", "ERRPLT41501"),
        ("multipart/form-data; boundary=x", "ERRPLT41501"),
    ],
)
def test_a_media_type_as_clients_write_it(base_url: str, one: bytes, named: str, code: str) -> None:
    bent = spelled(one, b"Content-Type: " + named.encode(), without=b"content-type")
    assert ask(base_url, bent)[0].code == code


@pytest.mark.parametrize(
    ("line", "without", "code"),
    [
        (b"Accept: text/html", b"", "OK"),
        (b"Accept-Encoding: gzip", b"", "OK"),
        (b"Host: other.example", b"host", "OK"),
        (b"X-Forwarded-For: 1.2.3.4", b"", "OK"),
        (b"client-code: x", b"client_code", "ERRPLT40101"),
        (b"client_code: caf\xc3\xa9", b"client_code", "ERRPLT40105"),
        (b"signature: \xff\xfe", b"signature", "ERRPLT40107"),
        (b"timestamp: \xb2", b"timestamp", "ERRPLT40102"),
    ],
)
def test_headers_as_strange_clients_write_them(
    base_url: str, one: bytes, line: bytes, without: bytes, code: str
) -> None:
    (answer,) = ask(base_url, spelled(one, line, without=without))
    assert answer.code == code
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("bent", "status"),
    [
        (b"quota-schedule?x=1 ", 200),
        (b"quota-schedule? ", 200),
        (b"quota-schedule/ ", 404),
        (b"quota-schedule%2F ", 404),
        (b"quota-schedule;x ", 404),
        (b"quota-schedule%00 ", 404),
        (b"Quota-Schedule ", 404),
    ],
)
def test_addresses_beside_a_call(base_url: str, one: bytes, bent: bytes, status: int) -> None:
    (answer,) = ask(base_url, one.replace(b"quota-schedule ", bent, 1))
    assert (answer.status, answer.code) == (status, "OK" if status == 200 else "ERRPLT40401")


def test_an_address_with_its_host_is_the_same_call(base_url: str, one: bytes) -> None:
    """As every server must take it; clients behind a proxy of their own write it."""
    with PageWire(base_url) as line:
        line.send(spelled(one.replace(b"POST /", b"POST http://localhost/", 1), b"Connection: close"))
        assert line.rest().startswith("HTTP/1.1 200 ")


def test_the_token_as_clients_write_and_sign_it(base_url: str, platform: Caller, shop: Shop) -> None:
    """The header with its word, in any case, or the token alone; either or nothing in the signature: one purchase."""
    token = platform.data("payment/send-otp", order(shop))["payment_token"]
    body = json.dumps(payment(shop)).encode()
    path = INTEGRATION + "payment/authorize"
    answers = set()
    for header in (f"Payment {token}", f"payment {token}", f"Payment  {token}", token):
        for signed in (header, token, ""):
            timestamp = str(int(time.time()))
            base = f"{shop.platform.client_code}{timestamp}POST{path}{signed}".encode() + body
            names = {"timestamp": timestamp, "signature": signing.sign(shop.platform.secret.encode(), base)}
            bent = platform.send("payment/authorize", body, headers={**names, "Authorization": header})
            answers.add((bent.status_code, bent.content))
    assert [status for status, _ in answers] == [200]
    other = platform.send("payment/authorize", body, headers={"Authorization": f"Bearer {token}"})
    assert checked(other).json()["code"] == "ERRPLT40109"
    assert db.value("SELECT count(*) FROM purchases WHERE invoice_code = 'TOKPED-0'") == 1


@pytest.mark.parametrize("state", ["a\r\nX: y", "a&b=c#d", "😀 é", "x" * 2_000, "%", "a+b c"])
def test_a_state_comes_back_as_it_was_given(partner: httpx.Client, shop: Shop, state: str) -> None:
    timestamp = str(int(time.time()))
    base = f"{shop.platform.client_code}{timestamp}GET{AUTHORIZE_PATH}".encode()
    headers = {"X-Timestamp": timestamp, "X-Signature": signing.sign(shop.platform.secret.encode(), base)}
    answer = checked(partner.get(AUTHORIZE_PATH, params=query(shop, state=state), headers=headers))
    address = answer.json()["data"]["redirect_url"]
    assert address.isascii()
    assert address.isprintable()
    assert parse_qs(urlsplit(address).query)["state"] == [state]


NO_CODE = (
    *(b"", b"{", b"null", b"[]", b"{}", b"1", b"[" * 60_000, b"code=x", b"\xff"),
    *(b'{"X":1}', b'{"X":true}', b'{"X":["x"]}', b'{"X":{}}', b'{"X":null}', b'{"X":""}', b'{"X":NaN}'),
    b'{"X":"x","X":"y"}',
)
NOT_OURS = (b'{"X":"x"}', b'{"X":"a\\u0000b"}', b'{"X":"\\ud800"}', b'{"X":"' + b"x" * 60_000 + b'"}')


@pytest.mark.parametrize(
    ("path", "field", "unknown"),
    [
        (TOKEN_PATH, b"code", "ERROAUTH4031"),
        (TOKEN_PATH, b"token", "ERROAUTH4032"),
        (REFRESH_PATH, b"token", "ERROAUTH4032"),
    ],
)
def test_what_is_no_code_of_single_sign_on(partner: httpx.Client, path: str, field: bytes, unknown: str) -> None:
    before = db.value("SELECT count(*) FROM sign_ons")
    for body, code in (*((body, "ERROAUTH4027") for body in NO_CODE), *((body, unknown) for body in NOT_OURS)):
        answer = checked(partner.post(path, content=body.replace(b"X", field)))
        assert (answer.status_code, answer.json()["code"]) == (400, code), body[:40]
    zipped = partner.post(path, content=gzip.compress(b'{"code":"x"}'), headers={"Content-Encoding": "gzip"})
    assert checked(zipped).json()["code"] == "ERROAUTH4027"
    assert db.value("SELECT count(*) FROM sign_ons") == before
