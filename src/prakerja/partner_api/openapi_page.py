"""The OpenAPI document as a page: made here, without a script and without a foreign host."""

from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from html import escape
from typing import Any, Final

from prakerja.partner_api.openapi import Json, document

_STYLE: Final = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#0b0c0c}"
    "table{border-collapse:collapse;width:100%;display:block;overflow-x:auto}"
    "td,th{border:1px solid #b1b4b6;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "code{background:#f3f2f1;padding:0 .2rem;overflow-wrap:anywhere}h2{border-top:2px solid #1d70b8;padding-top:1rem}"
    "a{color:#1d70b8}"
)
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@lru_cache(maxsize=1)
def page_bytes() -> bytes:
    """The whole page. It is in English, as the document is."""
    known = document()
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(known['info']['title'])}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(known['info']['title'])}, version {escape(known['info']['version'])}</h1>",
        f"<p>{escape(known['info']['description'])} ",
        'The document for programs: <a href="/api/v1/openapi.json">openapi.json</a>.</p><nav><ul>',
    ]
    calls = [(path, method, one) for path, methods in known["paths"].items() for method, one in methods.items()]
    for path, _, one in calls:
        parts.append(
            f'<li><a href="#{one["operationId"]}"><code>{escape(path)}</code></a> {escape(one["summary"])}</li>'
        )
    parts.append("</ul></nav>")
    for path, method, one in calls:
        parts += _call(path, method, one, known)
    parts.append("</main></body></html>")
    return "".join(parts).encode()


def _call(path: str, method: str, one: Json, known: Json) -> list[str]:
    parts = [
        f'<section id="{one["operationId"]}"><h2>{escape(one["summary"])}</h2>',
        f"<p><code>{method.upper()} {escape(path)}</code> ({escape(', '.join(one['tags']))})</p>",
        "<h3>Parameters</h3>",
        _table(
            ("name", "in", "needed", "note"),
            [
                (
                    f"<code>{escape(p['name'])}</code>",
                    escape(p["in"]),
                    _yes(p["required"]),
                    escape(p.get("description", "")),
                )
                for p in one["parameters"]
            ]
            + [
                ("<code>Authorization</code>", "header", "yes", escape(_scheme(name, known)["description"]))
                for wanted in one.get("security", ())
                for name in wanted
            ],
        ),
    ]
    if "requestBody" in one:
        parts += ["<h3>Request</h3>", _properties(one["requestBody"]["content"]["application/json"]["schema"], known)]
    parts += [
        "<h3>Answer 200</h3>",
        _properties(one["responses"]["200"]["content"]["application/json"]["schema"], known),
    ]
    parts.append("<h3>Errors</h3>")
    rows = []
    for status, response in one["responses"].items():
        if status != "200":
            found = _resolve(response, known)
            rows.append((status, escape(found["description"])))
    parts += [_table(("status", "codes"), rows), "</section>"]
    return parts


def _scheme(name: str, known: Json) -> Json:
    return dict(known["components"]["securitySchemes"][name])


def _properties(schema: Json, known: Json) -> str:
    schema = _resolve(schema, known)
    needed = schema.get("required", [])
    rows = []
    for name, one in schema.get("properties", {}).items():
        rows.append(
            (f"<code>{escape(name)}</code>", _type(one), _yes(name in needed), escape(str(one.get("description", ""))))
        )
        inner = _resolve(one, known)
        for inner_name, field in inner.get("properties", {}).items():
            path = f"<code>{escape(name)}.{escape(inner_name)}</code>"
            is_needed = inner_name in inner.get("required", [])
            rows.append((path, _type(field), _yes(is_needed), escape(str(field.get("description", "")))))
    return _table(("field", "type", "needed", "note"), rows)


def _type(schema: Json) -> str:
    if "const" in schema:
        return f"<code>{escape(repr(schema['const']).lower())}</code>"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(one))}</code>" for one in schema["enum"])
    return escape(str(schema.get("type", "object")))


def _resolve(schema: Json, known: Json) -> Json:
    if "$ref" not in schema:
        return schema
    found: Any = known
    for step in schema["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["<table><thead><tr>", *(f"<th>{name}</th>" for name in head), "</tr></thead><tbody>"]
    lines += ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    return "".join([*lines, "</tbody></table>"])


def _yes(needed: bool) -> str:  # noqa: FBT001 - a cell
    return "yes" if needed else "no"
