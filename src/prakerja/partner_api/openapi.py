"""The OpenAPI 3.1 document of version 1, made of the types that decode and encode."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final

import msgspec

from prakerja import __version__
from prakerja.partner_api.admission import BASE_PATH
from prakerja.partner_api.calls import Call
from prakerja.partner_api.errors import ADDRESS_REFUSALS, FAILURES, GENERAL_REFUSALS, Refusal, Refused
from prakerja.partner_api.http import answer_parts
from prakerja.partner_api.openapi_examples import SIGN_ON_BODIES, SIGN_ON_PARAMETERS, example_of
from prakerja.partner_api.server import CALLS
from prakerja.partner_api.sign_on_calls import (
    AUTHORIZE_PATH,
    PROFILE_PATH,
    REFRESH_PATH,
    TOKEN_PATH,
    RedirectUrl,
    TokenData,
    UserProfile,
)
from prakerja.partner_api.types import END_OF_TEXT, HALVES, Failure

# What JSON can say; the shape is OpenAPI's own.
Json = dict[str, Any]
_REFERENCE: Final = "#/components/schemas/{name}"
_STATUSES: Final = tuple(sorted({refusal.status for refusal in Refusal}))
_TEST_CODE: Final = "#/components/responses/TestCode"
# Behind these a client comes again.
_LATER: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_RETRY_AFTER: Final = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
_REQUEST_ID: Final = {
    "description": "The request's name in our logs: the `x-request-id` that it came with, when that is a UUID.",
    "schema": {"type": "string"},
}
_ANY_HEADERS: Final = {"X-Request-Id": _REQUEST_ID}
# OpenAPI keeps a parameter named Authorization to itself: programs that are made of the document would leave it out.
_AUTHORIZATION: Final = "Authorization"
_PAYMENT_TOKEN, _ACCESS_TOKEN = "payment_token", "access_token"
_SECURITY: Final = {
    _PAYMENT_TOKEN: "`Payment <payment_token>`, the token of `payment/send-otp`.",
    _ACCESS_TOKEN: "The access token, with `Bearer` before it or without.",
}
_HEADERS: Final = (
    ("client_code", "The id of the partner's key.", {"type": "string", "minLength": 1, "maxLength": 100}),
    ("timestamp", "Unix seconds, as in the signature.", {"type": "string", "pattern": "^[0-9]{1,12}$"}),
    ("signature", "Lower-case hex HMAC-SHA1.", {"type": "string", "pattern": "^[0-9a-f]{40}$"}),
)


@dataclass(frozen=True, slots=True)
class SignOnCall:
    """A call of single sign-on: its parameters as (name, place, needed), its body's properties, its data, its refusals.

    Refusals stand in the order of the checks, behind those of every address.
    """

    path: str
    method: str
    summary: str
    parameters: tuple[tuple[str, str, bool], ...]
    body: tuple[str, ...]
    data: type[msgspec.Struct]
    refusals: tuple[Refusal, ...]


_CLIENT: Final = ("X-Client-Id", "header", True)
_CLIENT_REFUSALS: Final = (Refusal.SIGN_ON_NO_CLIENT, Refusal.SIGN_ON_CLIENT_UNKNOWN, Refusal.SIGN_ON_NOT_ALLOWED)
_TOKEN_REFUSALS: Final = (
    *_CLIENT_REFUSALS,
    Refusal.SIGN_ON_REQUEST,
    Refusal.SIGN_ON_CODE_UNKNOWN,
    Refusal.SIGN_ON_TOKEN_UNKNOWN,
)
SIGN_ON_CALLS: Final = (
    SignOnCall(
        AUTHORIZE_PATH,
        "get",
        "The address of the consent page",
        (
            *((name, "query", True) for name in ("state", "scope", "client_id", "redirect_uri", "login_uri")),
            _CLIENT,
            ("X-Timestamp", "header", True),
            ("X-Signature", "header", True),
        ),
        (),
        RedirectUrl,
        (
            *_CLIENT_REFUSALS,
            Refusal.SIGN_ON_TIMESTAMP,
            Refusal.RATE_LIMITED,
            Refusal.SIGN_ON_SIGNATURE,
            Refusal.SIGN_ON_REQUEST,
            Refusal.SIGN_ON_ADDRESS,
        ),
    ),
    SignOnCall(
        TOKEN_PATH,
        "post",
        "Tokens for a code, or for a refresh token",
        (_CLIENT,),
        ("code", "token"),
        TokenData,
        _TOKEN_REFUSALS,
    ),
    SignOnCall(
        REFRESH_PATH,
        "post",
        "New tokens for a refresh token",
        (_CLIENT,),
        ("token",),
        TokenData,
        _TOKEN_REFUSALS,
    ),
    SignOnCall(
        PROFILE_PATH,
        "get",
        "What a person agreed to show",
        (_CLIENT, (_AUTHORIZATION, "header", True)),
        (),
        UserProfile,
        (*_CLIENT_REFUSALS, Refusal.SIGN_ON_NO_USER),
    ),
)


def document() -> Json:
    """The whole document."""
    types = [Failure, *(call.request for call in CALLS), *(call.answer for call in CALLS if call.answer)]
    types += [one.data for one in SIGN_ON_CALLS]
    _, schemas = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    security = {
        name: {"type": "apiKey", "in": "header", "name": _AUTHORIZATION, "description": text}
        for name, text in _SECURITY.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Prakerja partner API",
            "version": "1",
            "description": "Calls of digital platforms and training institutions.",
            "x-implementation-version": __version__,
        },
        "servers": [{"url": "/"}],
        "paths": {BASE_PATH + call.path: {"post": _operation(call)} for call in CALLS}
        | {one.path: {one.method: _sign_on(one)} for one in SIGN_ON_CALLS},
        "components": {
            "schemas": _portable(dict(sorted(schemas.items()))),
            "responses": {"TestCode": _failure_of_a_test_code()},
            "securitySchemes": security,
        },
    }


def _portable(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """Patterns as all engines read them: JSON Schema's `$` is the end of the text, and JSON has no half characters."""
    if isinstance(schema, list):
        return [_portable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _portable(value) for name, value in schema.items()}
    if isinstance(made.get("pattern"), str):
        made["pattern"] = made["pattern"].replace(END_OF_TEXT, "$").replace(HALVES, "")
    return made


@lru_cache(maxsize=1)
def document_bytes() -> bytes:
    """The document as it is served."""
    return json.dumps(document(), ensure_ascii=False, indent=1).encode()


def _operation(call: Call[Any]) -> Json:
    failures = _failures((*GENERAL_REFUSALS, *call.refusals), allowed="POST", field=call.request.__struct_fields__[0])
    if "redeem_code" in call.request.__struct_fields__:
        failures = {str(status): {"$ref": _TEST_CODE} for status in _STATUSES} | failures
    data = _data(call.answer) if call.answer else {}
    example = {"success": True, "message": call.message} | ({"data": example_of(call.answer)} if call.answer else {})
    properties: Json = {"success": {"const": True}, "message": {"type": "string"}, **data}
    operation: Json = {
        "operationId": call.path.replace("/", "_").replace("-", "_"),
        "summary": call.summary,
        "tags": [call.role],
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": text, "schema": schema}
            for name, text, schema in _HEADERS
        ],
        "requestBody": _body({"$ref": _REFERENCE.format(name=call.request.__name__)}, example_of(call.request)),
        "responses": {"200": _success(call.message, properties, example)} | dict(sorted(failures.items())),
    }
    return operation | ({"security": [{_PAYMENT_TOKEN: []}]} if call.takes_token else {})


def _sign_on(one: SignOnCall) -> Json:
    properties: Json = {
        "message": {"type": "string"},
        "success": {"const": True},
        "errorCode": {"const": "0"},
        **_data(one.data),
    }
    example = {"message": "no error", "success": True, "errorCode": "0", "data": example_of(one.data)}
    refusals = (*ADDRESS_REFUSALS, *one.refusals, *FAILURES)
    known = SIGN_ON_PARAMETERS.get(one.path, {})
    operation: Json = {
        "operationId": one.path.removeprefix("/api/v1/").replace("/", "_"),
        "summary": one.summary,
        "tags": ["single sign-on"],
        "parameters": [
            {"name": name, "in": place, "required": needed, "schema": {"type": "string"}}
            | ({"example": known[name]} if name in known else {})
            for name, place, needed in one.parameters
            if name != _AUTHORIZATION
        ],
        "responses": {"200": _success("no error", properties, example)}
        | _failures(refusals, allowed=one.method.upper()),
    }
    if one.body:
        schema = {
            "type": "object",
            "properties": {name: {"type": "string", "minLength": 1} for name in one.body},
            "anyOf": [{"required": [name]} for name in one.body],
        }
        operation["requestBody"] = _body(schema, SIGN_ON_BODIES[one.path])
    return operation | ({"security": [{_ACCESS_TOKEN: []}]} if one.path == PROFILE_PATH else {})


def _data(answer: type[msgspec.Struct]) -> Json:
    return {"data": {"$ref": _REFERENCE.format(name=answer.__name__)}}


def _body(schema: Json, example: object) -> Json:
    return {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}


def _success(description: str, properties: Json, example: Json) -> Json:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    content = {"application/json": {"schema": schema, "example": example}}
    return {"description": description, "headers": _ANY_HEADERS, "content": content}


def _failures(refusals: Sequence[Refusal], *, allowed: str, field: str = "") -> Json:
    """By status, in the order of statuses: the codes in the order of their checks, each with its object.

    `field`: what the sentences name that are about one.
    """
    by_status: dict[int, list[Refusal]] = {}
    for refusal in dict.fromkeys(refusals):
        by_status.setdefault(refusal.status, []).append(refusal)
    return {str(status): _failure(status, by_status[status], allowed, field) for status in sorted(by_status)}


def _failure_of_a_test_code() -> Json:
    text = "In a sandbox, a redeem code that is an error code answers that error."
    content = {"application/json": {"schema": {"$ref": _REFERENCE.format(name=Failure.__name__)}}}
    return {"description": text, "headers": _ANY_HEADERS, "content": content}


def _failure(status: int, refusals: Sequence[Refusal], allowed: str, field: str) -> Json:
    headers: Json = dict(_ANY_HEADERS)
    if status in _LATER:
        headers["Retry-After"] = _RETRY_AFTER
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = {"description": "The method of the address.", "schema": {"const": allowed}}
    examples = {
        refusal.code: {
            "summary": refusal.name.lower(),
            "value": json.loads(answer_parts(Refused(refusal, field))[1]),
        }
        for refusal in refusals
    }
    schema = {"$ref": _REFERENCE.format(name=Failure.__name__)}
    return {
        "description": "; ".join(refusal.code for refusal in refusals),
        "headers": headers,
        "content": {"application/json": {"schema": schema, "examples": examples}},
    }
