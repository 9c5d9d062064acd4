"""Whatever is sent in a field, and however it is sent: an error object of the documented code, and nothing changed.

One table: each call × each of its fields × what may stand there; and each call × each way to send it. A call or a field
that is not in the table fails a test.
"""

import gzip
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import pytest

from prakerja.kit import db
from prakerja.partner_api.server import CALLS
from tests.partner_api.wire import ask, signed_request
from tests.partner_api.world import INTEGRATION, PRICE_IDR, REDIRECT_URI, Caller, Key, Shop, order, payment

MISSING, EMPTY, MALFORMED = "ERRPLT40003", "ERRPLT40036", "ERRPLT40004"
NOT_THERE = object()
# Wrong in every field of text.
NO_TEXT: tuple[object, ...] = (1, 0, 1.5, True, False, [], ["x"], {}, {"x": "y"})
CONTROLS = ("\x00", "a\x00b", "a\x08b", "a\x1fb", "a\x7fb", "a\x85b", "\x9f", "\ud800", "a\udfffb")
LINES = ("a\nb", "a\tb", "a\rb", "\n")
ADDRESSES = ("x", "//x", "javascript:alert(1)", "ftp://a/b", "https://", "https://a b", "https://a\n", "https://a\x00")
NO_AMOUNT = (0, -1, -PRICE_IDR, 10**12 + 1, 10**30, -(10**30), float(PRICE_IDR), PRICE_IDR + 0.5, 1e300)
NO_NUMBER: tuple[object, ...] = (str(PRICE_IDR), "1", "Rp1", True, False, [], [1], {})
NO_SEQUENCE = (0, -1, 1000, 10**30, 1.0, 1.5, 1e300)


def text(longest: int, *more: object, lines: bool = False) -> tuple[object, ...]:
    """What is wrong in a text of so many characters."""
    return (*NO_TEXT, *CONTROLS, *(() if lines else LINES), "x" * (longest + 1), "x" * 60_000, *more)


# What is malformed in a field, wherever it stands.
FIELDS: dict[str, tuple[object, ...]] = {
    "course_code": text(100),
    "schedule_code": text(100),
    "user_platform_id": text(100),
    "prakerja_id": text(
        16, "123456789012345", "12345678901234567", "1234 5678 9012 345", "123456789012345a", "１" * 16
    ),
    "amount": NO_AMOUNT + NO_NUMBER,
    "otp": text(6, "12345", "1234567", "12345a", "12 456", "١٢٣٤٥٦", " 12345", "123456\n", 123456),
    "invoice_url": text(2000),
    "invoice_code": text(100),
    "transaction_code": text(100),
    "redeem_code": text(100),
    "sequence": NO_SEQUENCE + NO_NUMBER,
    "redirect_uri": text(2000, *ADDRESSES),
    "email": text(254, "a", "@", "a@", "@b", "a b@c", "a@b@c", "a@b\n"),
    "scope": text(3, "x", "TPM", "tpm ", "uk,tpm"),
    "url_file": text(2000, *ADDRESSES),
    "notes": text(5000, lines=True),
    "name": text(100),
    "rows": (
        "x",
        1,
        True,
        {},
        [],
        [1],
        ["x"],
        [None],
        [{"title": 1}],
        [{"hours": "6"}],
        [{"price_idr": -1}],
        [{}] * 501,
    ),
    "preview": ("x", "true", 0, 1, [], {}),
}
OPTIONAL = {"payment/redeem-code/status": {"sequence"}, "oauth/url-generate": {"sequence"}}
OPTIONAL |= {"tpm/feedback/submission": {"url_file"}, "catalogue/courses": {"preview"}}
COURSE_CODES = {"course_code", "schedule_code"}
PATHS = [call.path for call in CALLS]


class Counter:
    """A shop in which every call can be made rightly, and a caller for each."""

    def __init__(self, shop: Shop, base_url: str) -> None:
        self.shop = shop
        self.base_url = base_url
        self._callers = {"platform": Caller(base_url, shop.platform), "institution": Caller(base_url, shop.institution)}
        self.token = ""

    def key(self, path: str) -> Key:
        return self.caller(path).key

    def caller(self, path: str) -> Caller:
        return self._callers[next(call.role for call in CALLS if call.path == path)]

    def good(self, path: str) -> dict[str, object]:
        """A request that succeeds; asked for again, it may have been used up."""
        code = {"redeem_code": f"PRAT-{self.shop.redeem_codes[0]}"}
        task: dict[str, object] = {**code, "scope": "tpm", "sequence": 1}
        file = {"url_file": "https://lpk.example.id/tugas.pdf"}
        names = {"course_code": self.shop.course_code, "schedule_code": self.shop.schedule_code}
        made: Mapping[str, Callable[[], dict[str, object]]] = {
            "payment/quota-schedule": lambda: {**names},
            "payment/send-otp": lambda: order(self.shop),
            "payment/authorize": self._payment,
            "payment/status": lambda: {"invoice_code": self._bought()["invoice_code"]},
            "payment/void": self._bought,
            "payment/redeem-code/status": lambda: {**code, "sequence": 1},
            "payment/redeem-code/commit": lambda: {**code},
            "payment/redeem-code/reset": lambda: {**code},
            "oauth/url-generate": lambda: {**code, "redirect_uri": REDIRECT_URI, "email": "a@b.id", "sequence": 1},
            "tpm/submission": lambda: self._redeemed({**task, **file}),
            "tpm/feedback/submission": lambda: self._handed_in({**task, "notes": "Bagus", **file}),
            "tpm/submission/status": lambda: {**task},
            "catalogue/courses": lambda: {
                "name": "malam",
                "rows": [{"own_code": "K-9", "title": "Barista"}],
                "preview": False,
            },
        }
        return made[path]()

    def send(self, path: str, body: Mapping[str, object] | bytes, **bent: Any) -> str:  # noqa: ANN401 - as Caller
        """The code of the answer to a call; `OK` when it has none."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return str(self.caller(path).send(path, sent, **self.with_token(path), **bent).json().get("code", "OK"))

    def with_token(self, path: str) -> dict[str, Any]:
        return {"token": self.token} if path == "payment/authorize" else {}

    def _payment(self) -> dict[str, object]:
        self.token = self._callers["platform"].data("payment/send-otp", order(self.shop))["payment_token"]
        return payment(self.shop)

    def _bought(self) -> dict[str, object]:
        request = self._payment()
        done = self._callers["platform"].data("payment/authorize", request, token=self.token)
        return {"invoice_code": done["invoice_code"], "transaction_code": done["transaction_code"]}

    def _redeemed(self, request: dict[str, object]) -> dict[str, object]:
        self._callers["institution"].data("payment/redeem-code/commit", {"redeem_code": request["redeem_code"]})
        return request

    def _handed_in(self, request: dict[str, object]) -> dict[str, object]:
        handed_in = {name: value for name, value in request.items() if name != "notes"}
        self._callers["institution"].data("tpm/submission", self._redeemed(handed_in))
        return request

    def close(self) -> None:
        for caller in self._callers.values():
            caller.http.close()


@pytest.fixture
def counter(shop: Shop, base_url: str) -> Any:  # noqa: ANN401 - a generator
    made = Counter(shop, base_url)
    yield made
    made.close()


def state() -> Sequence[object]:
    """All that a call could change: balances, and how much of everything there is."""
    counted = (
        *("purchases", "transfers", "claims", "otps", "events", "attendances", "tasks", "presence_links"),
        *("sandbox_messages", "courses", "course_feeds", "sign_ons"),
    )
    columns = ", ".join(f"(SELECT count(*) FROM {name})" for name in counted)
    row = db.row(
        f"""
        SELECT
            (SELECT array_agg(balance_idr ORDER BY lane, kind, holder_id) FROM accounts),
            (SELECT sum(seats_left) FROM seat_allotments),
            (SELECT count(*) FROM purchases WHERE state = 'paid'),
            (SELECT sum(tries_left) FROM otps),
            {columns}
        """
    )
    assert row is not None
    return row


def test_the_table_has_every_field_of_every_call() -> None:
    fields = {field.encode_name for call in CALLS for field in msgspec.structs.fields(call.request)}
    assert fields == set(FIELDS)
    optional = {
        call.path: {field.encode_name for field in msgspec.structs.fields(call.request) if not field.required}
        for call in CALLS
    }
    assert {path: names for path, names in optional.items() if names} == OPTIONAL


@pytest.mark.parametrize("path", PATHS)
def test_every_field(counter: Counter, path: str) -> None:
    good = counter.good(path)
    before = state()
    answers: dict[tuple[str, str], str] = {}
    expected: dict[tuple[str, str], str] = {}
    for field in good:
        missing = EMPTY if field in COURSE_CODES else MISSING
        for value in (NOT_THERE, None, ""):
            if field in OPTIONAL.get(path, ()):
                continue
            bent = {name: one for name, one in good.items() if name != field}
            expected[field, repr(value)] = missing
            answers[field, repr(value)] = counter.send(path, bent if value is NOT_THERE else {**bent, field: value})
        for value in FIELDS[field]:
            expected[field, repr(value)[:80]] = MALFORMED
            answers[field, repr(value)[:80]] = counter.send(path, {**good, field: value})
    assert answers == expected
    assert state() == before
    # Nothing else was wrong with it.
    assert counter.send(path, good) == "OK"


@pytest.mark.parametrize("path", sorted(OPTIONAL))
def test_an_optional_field_may_be_missing_null_or_empty(counter: Counter, path: str) -> None:
    good = counter.good(path)
    (field,) = OPTIONAL[path]
    bent = {name: value for name, value in good.items() if name != field}
    answers = [counter.caller(path).data(path, one) for one in (bent, {**bent, field: None}, {**bent, field: ""})]
    assert all(set(answer) == set(answers[0]) for answer in answers)


BODIES = {
    b"": "ERRPLT40001",
    b"{": "ERRPLT40001",
    b"otp=1&invoice_code=2": "ERRPLT40001",
    b'<?xml version="1.0"?><a/>': "ERRPLT40001",
    b"\xff\xfe\x00": "ERRPLT40001",
    b'{"a":NaN}': "ERRPLT40001",
    b"[" * 60_000: "ERRPLT40001",
    b'{"a":1}{"a":1}': "ERRPLT40001",
    b'{"a":1,"a":1}': "ERRPLT40002",
    b"[]": "ERRPLT42201",
    b"null": "ERRPLT42201",
    b"true": "ERRPLT42201",
    b"1": "ERRPLT42201",
    b'"x"': "ERRPLT42201",
}
BODY_MAX_BYTES = {call.path: call.body_max_bytes for call in CALLS}


@pytest.mark.parametrize("path", PATHS)
def test_every_way_to_send(counter: Counter, path: str) -> None:
    good = json.dumps(counter.good(path)).encode()
    before = state()
    now = int(time.time())
    bodies = BODIES | {b" " * (BODY_MAX_BYTES[path] + 1): "ERRPLT41301", b" " * BODY_MAX_BYTES[path]: "ERRPLT40001"}
    answers = {body: counter.send(path, body) for body in bodies}
    assert {body[:40]: code for body, code in answers.items() if code != bodies[body]} == {}
    for headers, code in (
        ({"timestamp": str(now - 310)}, "ERRPLT40106"),
        ({"timestamp": str(now + 310)}, "ERRPLT40106"),
        ({"timestamp": str(now * 1000)}, "ERRPLT40102"),
        ({"timestamp": "-1"}, "ERRPLT40102"),
        ({"Content-Type": "text/plain"}, "ERRPLT41501"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "ERRPLT41501"),
        ({"Content-Type": None}, "ERRPLT41501"),
        ({"signature": "0" * 40}, "ERRPLT40107"),
        ({"Client_code": "nobody"}, "ERRPLT40105"),
    ):
        assert counter.send(path, good, headers=headers) == code, headers
    zipped = gzip.compress(good)
    for encoding in ("gzip", "br", "deflate", "gzip, identity"):
        assert counter.send(path, zipped, headers={"Content-Encoding": encoding}) == "ERRPLT41501"
    assert counter.send(path, zipped) == "ERRPLT40001"
    for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS"):
        assert counter.send(path, good, method=method) == "ERRPLT40501"
    head = counter.caller(path).send(path, good, method="HEAD", **counter.with_token(path))
    assert (head.status_code, head.content, head.headers["allow"]) == (405, b"", "POST")
    assert state() == before


@pytest.mark.parametrize("path", PATHS)
def test_chunked_and_pipelined(counter: Counter, path: str) -> None:
    good = json.dumps(counter.good(path)).encode()
    whole = signed_request(counter.key(path), INTEGRATION + path, good, **counter.with_token(path))
    start, _, body = whole.partition(b"\r\n\r\n")
    start = start.replace(b"Content-Length: %d" % len(good), b"Transfer-Encoding: chunked")
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:7], body[7:])) + b"0\r\n\r\n"
    wrong = signed_request(counter.key(path), INTEGRATION + path, b"{}", **counter.with_token(path))
    answers = ask(counter.base_url, wrong + start + b"\r\n\r\n" + chunks + wrong, answers=3)
    assert answers[1].code == "OK"
    assert {answers[0].code, answers[2].code} <= {MISSING, EMPTY}
    # Once more, by two requests in one packet: decided anew, never done twice.
    again = ask(counter.base_url, whole + whole, answers=2)
    assert {one.code for one in again} == {REPEATED.get(path, "OK")}
    assert len({one.body for one in again}) == 1 or path in FRESH


# What a repeated request is answered, where that is not the same again.
REPEATED = {"payment/void": "ERRPLT40028", "payment/redeem-code/commit": "ERRTRX40021"}
# Whose answer is another each time: a token, an address.
FRESH = {"payment/send-otp", "oauth/url-generate"}
