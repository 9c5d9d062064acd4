import hmac
import json
import sys
import time
from collections.abc import Callable

import pytest

from prakerja.partner_api import signing

KEY = b"my_sign_key"
PATH = "/api/v1/integration/payment/redeem-code/commit"
HEAD = signing.base_string("myclient_code", "1516239022", "POST", PATH)
METHODS = ("POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        ('{"redeem_code":"code"}', "943c20a8e36b6243f576404b00fffdc86411ce1f"),
        ('{"code":"code"}', "d46b59b221335976b46eafb752035a1172a8beb2"),
    ],
)
def test_golden_vectors(body: str, signature: str) -> None:
    assert signing.sign(KEY, HEAD + body.encode()) == signature
    assert signing.signature_is_right(KEY, signature, HEAD, body.encode())


def fits(
    sent: str,
    signed: str,
    *,
    between: tuple[bytes, ...] = (b"",),
    middle: bytes = b"",
    method: str = "POST",
    signed_method: str = "POST",
) -> bool:
    base = f"myclient_code1516239022{signed_method}{PATH}".encode() + middle + signed.encode()
    head = signing.base_string("myclient_code", "1516239022", method, PATH)
    signature = hmac.digest(KEY, base, "sha1").hex()
    return signing.signature_is_right(KEY, signature, head, sent.encode(), between=between)


def as_go(text: str) -> str:
    for char, escape in (
        ("&", "\\u0026"),
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(char, escape)
    return text


# What a client sends, and what stands for it without white space and with the least escapes.
BODIES = {
    "plain": ('{"a":"b"}', '{"a":"b"}', '{"a":"b"}'),
    "spaces": ('{"a": "b c", "d":\n\t[1, 2]}\r\n', '{"a":"b c","d":[1,2]}', '{"a":"b c","d":[1,2]}'),
    "spaces in strings": ('{ "a b" : " \\t " }', '{"a b":" \\t "}', '{"a b":" \\t "}'),
    "escaped slashes": (
        r'{"u": "https:\/\/a.id\/b"}',
        r'{"u":"https:\/\/a.id\/b"}',
        '{"u":"https://a.id/b"}',
    ),
    "escaped accents": ('{"a": "caf\\u00e9"}', '{"a":"caf\\u00e9"}', '{"a":"café"}'),
    "accents": ('{"a": "café"}', '{"a":"café"}', '{"a":"café"}'),
    "emoji": ('{"a": "\\ud83d\\ude00 😀"}', '{"a":"\\ud83d\\ude00 😀"}', '{"a":"😀 😀"}'),
    "half an emoji": ('{"a": "\\ud83d"}', '{"a":"\\ud83d"}', '{"a":"\\ud83d"}'),
    "html": ('{"a": "<b>&amp;</b>"}', '{"a":"<b>&amp;</b>"}', '{"a":"<b>&amp;</b>"}'),
    "line separators": ('{"a": "\u2028\u2029"}', '{"a":"\u2028\u2029"}', '{"a":"\u2028\u2029"}'),
    "quotes": ('{"a": "\\"\\\\ \\" : , {"}', '{"a":"\\"\\\\ \\" : , {"}', '{"a":"\\"\\\\ \\" : , {"}'),
    "control escapes": ('{"a": "\\n\\u000a\\u0001"}', '{"a":"\\n\\u000a\\u0001"}', '{"a":"\\n\\n\\u0001"}'),
    "numbers": ('{"a": 1E5, "b": 1.50, "c": -0, "d": 1e-7}', '{"a":1E5,"b":1.50,"c":-0,"d":1e-7}', None),
    "nested": ('{"z": {"a": [ {} , [ ] , null ]}, "a": true}', '{"z":{"a":[{},[],null]},"a":true}', None),
    "order": ('{"b": 1, "a": 2}', '{"b":1,"a":2}', None),
    "empty": ("{ }", "{}", "{}"),
    "escaped key": ('{"\\u0061\\/": 1}', '{"\\u0061\\/":1}', '{"a/":1}'),
    "64 KB": ('{"a": "' + "x y" * 21_500 + '"}', '{"a":"' + "x y" * 21_500 + '"}', None),
}


def forms_of(name: str) -> tuple[str, ...]:
    """What clients sign for a body: as sent, without white space, as Go writes it, with the least escapes."""
    sent, compact, least = BODIES[name]
    return sent, compact, as_go(compact), least or compact


@pytest.mark.parametrize("form", range(4), ids=["as sent", "compact", "as Go", "least escapes"])
@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("method", METHODS)
def test_each_form_of_a_body_counts_for_its_method_and_no_other(method: str, name: str, form: int) -> None:
    sent, signed = BODIES[name][0], forms_of(name)[form]
    assert fits(sent, signed, method=method, signed_method=method)
    others = [other for other in METHODS if other != method]
    assert not any(fits(sent, signed, method=method, signed_method=other) for other in others)
    json.loads(sent)  # the table holds what it says: JSON


@pytest.mark.parametrize("name", BODIES)
def test_another_body_does_not_count(name: str) -> None:
    sent, compact, _ = BODIES[name]
    assert not fits(sent, compact.replace("{", "{ ", 1) if compact != "{}" else "[]")
    assert not fits(sent, compact + "\n")


def test_keys_in_another_order_do_not_count() -> None:
    assert not fits('{"a":1,"b":2}', '{"b":2,"a":1}')


def test_a_number_that_was_rewritten_does_not_count() -> None:
    assert not fits('{"a":1.50}', '{"a":1.5}')


def test_only_the_raw_bytes_count_for_what_is_no_json() -> None:
    for body in (b'{"a": 1', b"\xff\xfe", b""):
        right = signing.sign(KEY, HEAD + body)
        assert signing.signature_is_right(KEY, right, HEAD, body)
        assert not signing.signature_is_right(KEY, "0" * 40, HEAD, body)


@pytest.mark.parametrize(
    "signed", [b"Payment TOKEN", b"TOKEN", b""], ids=["whole header", "bare token", "no authorization"]
)
def test_three_variants_of_the_authorization_count(signed: bytes) -> None:
    between = tuple(signing.authorization_forms("Payment TOKEN"))
    assert between == (b"Payment TOKEN", b"TOKEN", b"")
    assert fits('{"otp": "123456"}', '{"otp":"123456"}', between=between, middle=signed)


def test_another_token_does_not_count() -> None:
    between = tuple(signing.authorization_forms("Payment TOKEN"))
    assert not fits("{}", "{}", between=between, middle=b"Payment OTHER")


@pytest.mark.parametrize(
    ("header", "token"),
    [("Payment T", "T"), ("payment  T ", "T"), ("T", "T"), ("Bearer T", "Bearer T"), ("Payment ", "Payment")],
)
def test_the_token_of_a_header(header: str, token: str) -> None:
    assert signing.payment_token_of(header) == token


@pytest.mark.parametrize("signature", ["", "943C20A8", "é" * 40, "943c20a8e36b6243f576404b00fffdc86411ce1f "])
def test_a_malformed_signature_is_wrong(signature: str) -> None:
    assert not signing.signature_is_right(KEY, signature, HEAD, b'{"redeem_code":"code"}')


@pytest.mark.parametrize(
    ("seconds", "fresh"), [(0, True), (300, True), (301, False), (-300, True), (-301, False), (-0.5, True)]
)
def test_five_minutes_before_and_behind_the_clock(*, seconds: float, fresh: bool) -> None:
    assert signing.timestamp_is_fresh("1516239022", 1_516_239_022 + seconds) is fresh


@pytest.mark.parametrize("text", ["", "1516239022.5", "-1", "١٢٣", "1" * 13, "1516239022\n", " 1516239022"])
def test_what_is_no_timestamp(text: str) -> None:
    assert not signing.timestamp_is_fresh(text, 1_516_239_022)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a":1,"\\u0061":2}',
        b'[{"a":1,"a":1}]',
    ],
)
def test_a_key_that_stands_twice_is_noticed(body: bytes) -> None:
    with pytest.raises(signing.DuplicateKeyError):
        signing.parse_body(body)


NO_JSON = (
    *(b"", b"{", b"{'a':1}", b'{"a":NaN}', b'{"a":Infinity}', b"\xef\xbb\xbf{}", b'{"a":"\xff"}', b"{}{}", b'"\x01"'),
    b"[" * 60_000,
    b'{"a":' + b"1" * 5_000 + b"}",
)


@pytest.mark.parametrize("body", NO_JSON, ids=range(len(NO_JSON)))
def test_what_is_no_json(body: bytes) -> None:
    assert not _parses(lambda: signing.parse_body(body))


def hostile() -> dict[str, bytes]:
    return {
        "quotes": b'"' * 65_000,
        "escapes": b'"' + b'\\"' * 32_000,
        "white space": b" " * 65_000,
        "a long string": b'{"a":"' + b'\\"' * 32_000 + b'"}',
        "empty strings": b"[" + b'"", ' * 32_000 + b'""]',
        "escaped letters": b"[" + b'"\\u00e9",' * 14_000 + b'""]',
        "halves": b"[" + b'"\\ud800x",' * 12_000 + b'""]',
        "a feed of empty strings": b"[" + b'"",' * 340_000 + b'""]',
    }


@pytest.mark.parametrize("name", hostile())
def test_no_body_takes_more_than_its_length_asks_for(name: str) -> None:
    body = hostile()[name]
    began = time.thread_time()
    assert not signing.signature_is_right(KEY, "0" * 40, HEAD, body, between=(b"a", b"b", b"c"))
    # What grows with the square of a body takes minutes of the processor here; what waits for it is not counted.
    assert time.thread_time() - began < 5


@pytest.mark.parametrize(("name", "calls"), [("empty strings", 100), ("a feed of empty strings", 20)])
def test_strings_are_not_looked_at_one_by_one(name: str, calls: int) -> None:
    """Whoever knows a client code may send them, and all others wait meanwhile."""
    body, seen = hostile()[name], 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal seen
        seen += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        assert not signing.signature_is_right(KEY, "0" * 40, HEAD, body)
    finally:
        sys.setprofile(None)
    assert seen <= calls


def _parses(parse: Callable[[], object]) -> bool:
    try:
        parse()
    except ValueError:
        return False
    return True
