"""From a request to a call that may be asked: headers, signature, rights, JSON and fields, in this order.

Media type; client code, timestamp and signature are there; the key is known; the timestamp is fresh; the signature
fits; role, scope, sandbox; JSON; fields. Each has its own refusal. Size and time were looked at before, by `protocol`
or `http`.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from prakerja.kit.settings import get_settings
from prakerja.partner_api import signing
from prakerja.partner_api.calls import Asked, Call
from prakerja.partner_api.errors import Refusal, Refused
from prakerja.partner_api.http import RefusedError, refuse, text_of
from prakerja.partner_api.keys import PartnerKey
from prakerja.partner_api.sandbox_codes import refusal_of_test_code
from prakerja.partner_api.types import Malformed, read_request

BASE_PATH: Final = "/api/v1/integration/"
_JSON: Final = b"application/json"
HEADERS: Final = frozenset(
    {
        b"client_code",
        b"timestamp",
        b"signature",
        b"authorization",
        b"content-type",
        b"content-length",
        b"content-encoding",
        b"x-request-id",
    }
)
# A call's own types are checked where it is made; here all are served alike.
AnyCall = Call[Any]


@dataclass(frozen=True, slots=True)
class Head:
    """Who says to call, and how it was signed."""

    client_code: str
    timestamp: str
    signature: str
    authorization: str


def headers_of(headers: Iterable[tuple[bytes, bytes]], names: frozenset[bytes] = HEADERS) -> dict[bytes, bytes]:
    """The headers of these names (both sides lower case); one that stands twice is empty: which of them was signed?"""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in names:
            found[name] = b"" if name in found else value
    return found


def read_head(call: AnyCall, headers: dict[bytes, bytes]) -> Head:
    """What stands in the headers.

    Raises:
        RefusedError: media_type_not_allowed, client_missing, timestamp_malformed, signature_missing, token_missing.
    """
    if headers.get(b"content-encoding", b"identity").strip().lower() not in {b"", b"identity"}:
        raise refuse(Refusal.MEDIA_TYPE_NOT_ALLOWED)
    media = headers.get(b"content-type", b"")
    if media != _JSON and media.partition(b";")[0].strip().lower() != _JSON:
        raise refuse(Refusal.MEDIA_TYPE_NOT_ALLOWED)
    client_code = text_of(headers, b"client_code", Refusal.CLIENT_MISSING)
    timestamp = text_of(headers, b"timestamp", Refusal.TIMESTAMP_MALFORMED)
    if not signing.is_timestamp(timestamp):
        raise refuse(Refusal.TIMESTAMP_MALFORMED)
    signature = text_of(headers, b"signature", Refusal.SIGNATURE_MISSING)
    authorization = text_of(headers, b"authorization", Refusal.TOKEN_MISSING) if call.takes_token else ""
    return Head(client_code, timestamp, signature, authorization)


def admit(call: AnyCall, key: PartnerKey, head: Head, body: bytes) -> Asked[Any]:
    """The request of a partner whose key is known.

    Raises:
        RefusedError: timestamp_expired, signature_wrong (in a sandbox with the base string), role_not_allowed,
            scope_not_allowed, sandbox_only, json_malformed, key_duplicated, no_object, a field; a test code's refusal.
    """
    if not signing.timestamp_is_fresh(head.timestamp, time.time()):
        raise refuse(Refusal.TIMESTAMP_EXPIRED)
    before = signing.base_string(head.client_code, head.timestamp, "POST", BASE_PATH + call.path)
    between = signing.authorization_forms(head.authorization) if call.takes_token else (b"",)
    if not signing.signature_is_right(key.secret, head.signature, before, body, between=between):
        built = (before + between[0] + body).decode("utf-8", "replace")
        raise RefusedError(Refused(Refusal.SIGNATURE_WRONG, base_string=built if _is_sandbox() else None))
    _check_rights(call, key)
    try:
        value = signing.parse_body(body)
    except signing.DuplicateKeyError:
        raise refuse(Refusal.KEY_DUPLICATED) from None
    except ValueError:
        raise refuse(Refusal.JSON_MALFORMED) from None
    return _asked(call, key, value, head.authorization)


def _check_rights(call: AnyCall, key: PartnerKey) -> None:
    if key.role != call.role:
        raise refuse(Refusal.ROLE_NOT_ALLOWED)
    if not key.allows(call.scope):
        raise refuse(Refusal.SCOPE_NOT_ALLOWED)
    if call.sandbox_only and not _is_sandbox():
        raise refuse(Refusal.SANDBOX_ONLY)


def _asked(call: AnyCall, key: PartnerKey, value: object, authorization: str) -> Asked[Any]:
    if not isinstance(value, dict):
        raise refuse(Refusal.NO_OBJECT)
    try:
        request = read_request(value, call.request)
    except Malformed as error:
        if error.missing and error.field in {"course_code", "schedule_code"}:
            raise refuse(Refusal.COURSE_OR_SCHEDULE_EMPTY) from None
        raise refuse(Refusal.FIELD_MISSING if error.missing else Refusal.FIELD_MALFORMED, error.field) from None
    redeem_code = getattr(request, "redeem_code", None)
    if redeem_code is not None and (refusal := refusal_of_test_code(redeem_code)) is not None:
        raise refuse(refusal, "redeem_code")
    return Asked(key, request, signing.payment_token_of(authorization) if authorization else "")


def _is_sandbox() -> bool:
    return get_settings().deployment == "sandbox"
