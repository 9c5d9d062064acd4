"""The OpenAPI 3.1 document of version 1, made of the types that decode and encode."""

import json
from functools import lru_cache
from typing import Any, Final

import msgspec

from prakerja import __version__
from prakerja.partner_api.admission import BASE_PATH
from prakerja.partner_api.calls import Call
from prakerja.partner_api.errors import Refusal
from prakerja.partner_api.server import CALLS
from prakerja.partner_api.types import Failure

# What JSON can say; the shape is OpenAPI's own.
Json = dict[str, Any]
_REFERENCE: Final = "#/components/schemas/{name}"
_STATUSES: Final = tuple(sorted({refusal.status for refusal in Refusal}))
_HEADERS: Final = (
    ("client_code", "The id of the partner's key.", {"type": "string", "minLength": 1, "maxLength": 100}),
    ("timestamp", "Unix seconds, as in the signature.", {"type": "string", "pattern": "^[0-9]{1,12}$"}),
    ("signature", "Lower-case hex HMAC-SHA1.", {"type": "string", "pattern": "^[0-9a-f]{40}$"}),
)


def document() -> Json:
    """The whole document."""
    types = [Failure, *(call.request for call in CALLS), *(call.answer for call in CALLS if call.answer)]
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
        "paths": {BASE_PATH + call.path: {"post": _operation(call)} for call in CALLS},
        "components": components,
    }


@lru_cache(maxsize=1)
def document_bytes() -> bytes:
    """The document as it is served."""
    return json.dumps(document(), ensure_ascii=False, indent=1).encode()


def _operation(call: Call[Any]) -> Json:
    responses: Json = {"200": _success(call)}
    responses |= {str(status): {"$ref": f"#/components/responses/Failure{status}"} for status in _STATUSES}
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
        for status in _STATUSES
    }
