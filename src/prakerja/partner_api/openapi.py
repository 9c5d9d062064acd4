"""The OpenAPI 3.1 document of version 1, made of the types that decode and encode."""

import json
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final

import msgspec

from prakerja import __version__
from prakerja.partner_api.admission import BASE_PATH
from prakerja.partner_api.calls import Call
from prakerja.partner_api.errors import Refusal
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
from prakerja.partner_api.types import Failure

# What JSON can say; the shape is OpenAPI's own.
Json = dict[str, Any]
_REFERENCE: Final = "#/components/schemas/{name}"
_STATUSES: Final = tuple(sorted({refusal.status for refusal in Refusal}))
# Behind these a client comes again.
_LATER: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_RETRY_AFTER: Final = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
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
        (_CLIENT, ("Authorization", "header", True)),
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
    components: Json = {"schemas": dict(sorted(schemas.items())), "responses": _failures()}
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
        "components": components,
    }


@lru_cache(maxsize=1)
def document_bytes() -> bytes:
    """The document as it is served."""
    return json.dumps(document(), ensure_ascii=False, indent=1).encode()


def _operation(call: Call[Any]) -> Json:
    responses: Json = {"200": _success(call)} | _failure_references()
    return {
        "operationId": call.path.replace("/", "_").replace("-", "_"),
        "summary": call.summary,
        "tags": [call.role],
        "parameters": _parameters(call),
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": _REFERENCE.format(name=call.request.__name__)}}},
        },
        "responses": responses,
    }


def _sign_on(one: SignOnCall) -> Json:
    properties: Json = {
        "message": {"type": "string"},
        "success": {"const": True},
        "errorCode": {"const": "0"},
        "data": {"$ref": _REFERENCE.format(name=one.data.__name__)},
    }
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    operation: Json = {
        "operationId": one.path.removeprefix("/api/v1/").replace("/", "_"),
        "summary": one.summary,
        "tags": ["single sign-on"],
        "parameters": [
            {"name": name, "in": place, "required": needed, "schema": {"type": "string"}}
            for name, place, needed in one.parameters
        ],
        "responses": {"200": {"description": "no error", "content": {"application/json": {"schema": schema}}}}
        | _failure_references(),
    }
    if one.body:
        body = {
            "type": "object",
            "properties": {name: {"type": "string", "minLength": 1} for name in one.body},
            "anyOf": [{"required": [name]} for name in one.body],
        }
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return operation


def _failure_references() -> Json:
    return {str(status): {"$ref": f"#/components/responses/Failure{status}"} for status in _STATUSES}


def _parameters(call: Call[Any]) -> list[Json]:
    found: list[Json] = [
        {"name": name, "in": "header", "required": True, "description": text, "schema": schema}
        for name, text, schema in _HEADERS
    ]
    if call.takes_token:
        # OpenAPI keeps a parameter named Authorization to itself; here it stands as what it is on the wire.
        found.append(
            {
                "name": "Authorization",
                "in": "header",
                "required": True,
                "description": "`Payment <payment_token>`",
                "schema": {"type": "string"},
            }
        )
    return found


def _success(call: Call[Any]) -> Json:
    properties: Json = {"success": {"const": True}, "message": {"type": "string"}}
    if call.answer is not None:
        properties["data"] = {"$ref": _REFERENCE.format(name=call.answer.__name__)}
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"description": call.message, "content": {"application/json": {"schema": schema}}}


def _failures() -> Json:
    return {
        f"Failure{status}": {
            "description": "; ".join(refusal.code for refusal in Refusal if refusal.status == status),
            "content": {"application/json": {"schema": {"$ref": _REFERENCE.format(name="Failure")}}},
        }
        | ({"headers": {"Retry-After": _RETRY_AFTER}} if status in _LATER else {})
        for status in _STATUSES
    }
