"""The reference pages of version 1, made of the types and the table of refusals: one page a call, in two languages."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from prakerja.partner_api.admission import BASE_PATH
from prakerja.partner_api.calls import Call
from prakerja.partner_api.errors import ADDRESS_REFUSALS, FAILURES, GENERAL_REFUSALS, Refusal
from prakerja.partner_api.openapi import SIGN_ON_CALLS, SignOnCall
from prakerja.partner_api.reference_remarks import REMARKS
from prakerja.partner_api.reference_sign_on import SIGN_ON_EXAMPLES, sign_on_name, sign_on_title
from prakerja.partner_api.reference_words import INTRODUCTION, NOTES_ID, PAGES, WORDS
from prakerja.partner_api.server import CALLS

FOLDER: Final = "docs/reference/partner-api"
_ERRORS_PAGE: Final = {"en": "errors.md", "id": "galat.md"}
_INDEX_PAGE: Final = {"en": "index.md", "id": "indeks.md"}


def pages() -> dict[str, str]:
    """All pages by their path below the root of the clone."""
    made: dict[str, str] = {}
    for language in ("en", "id"):
        for call in CALLS:
            made[f"{FOLDER}/{_name(call, language)}"] = _page(call, language)
        for one in SIGN_ON_CALLS:
            made[f"{FOLDER}/{sign_on_name(one, language)}"] = _sign_on_page(one, language)
        made[f"{FOLDER}/{_ERRORS_PAGE[language]}"] = _errors(language)
        made[f"{FOLDER}/{_INDEX_PAGE[language]}"] = _index(language)
    return made


def example_of(call: Call[Any]) -> str:
    """The lines of a shell that sign and send a call."""
    body = PAGES[call.path][1].replace('"', '\\"')
    path = BASE_PATH + call.path
    between, header = "", ""
    if call.takes_token:
        between, header = "Payment $PAYMENT_TOKEN", ' -H "Authorization: Payment $PAYMENT_TOKEN"'
    return (
        f'BODY="{body}"\n'
        "TS=$(date +%s)\n"
        f'SIGNATURE=$(printf %s "${{CLIENT_CODE}}${{TS}}POST{path}{between}${{BODY}}" '
        '| openssl dgst -sha1 -hmac "$KEY" -r | cut -d" " -f1)\n'
        f'curl -s "$BASE_URL{path}" -H "Content-Type: application/json" -H "client_code: $CLIENT_CODE" '
        f'-H "timestamp: $TS" -H "signature: $SIGNATURE"{header} -d "$BODY"\n'
    )


def _name(call: Call[Any], language: str) -> str:
    return f"{call.path.replace('/', '-')}{'' if language == 'en' else '.id'}.md"


def _title(call: Call[Any], language: str) -> str:
    return call.summary if language == "en" else PAGES[call.path][0]


def _page(call: Call[Any], language: str) -> str:
    words = WORDS[language]
    other = _name(call, "id" if language == "en" else "en")
    lines = [
        f"# {_title(call, language)}",
        "",
        f"`POST {BASE_PATH}{call.path}` · {words['for']} {words[call.role]} · [{words['other']}]({other})",
        "",
        f"## {words['request']}",
        "",
        *_table(call.request, words),
        "",
        f"## {words['answer']}",
        "",
    ]
    lines += _table(call.answer, words) if call.answer else [f"{words['no_data']} “{call.message}”."]
    if call.path in REMARKS:
        lines += ["", REMARKS[call.path][0 if language == "en" else 1]]
    lines += ["", f"## {words['errors']}", "", words["errors_text" if call.refusals else "errors_none"]]
    lines += ["", *_codes(call.refusals, words)] if call.refusals else []
    lines += ["", f"## {words['example']}", "", "```sh", example_of(call).rstrip("\n"), "```", ""]
    return "\n".join(lines)


def _table(shown: type[msgspec.Struct], words: dict[str, str]) -> list[str]:
    _, schemas = msgspec.json.schema_components([shown], ref_template="{name}")
    needed = schemas[shown.__name__].get("required", [])
    lines = [
        f"| {words['field']} | {words['type']} | {words['needed']} | {words['note']} |",
        "|---|---|---|---|",
    ]
    for name, schema in schemas[shown.__name__]["properties"].items():
        is_needed = words["yes" if name in needed else "no"]
        lines.append(f"| `{name}` | {_type(schema)} | {is_needed} | {_note(schema, words)} |")
    return lines


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " / ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    return str(schema.get("type") or schema.get("$ref"))


def _note(schema: dict[str, Any], words: dict[str, str]) -> str:
    limits = (("minimum", "≥"), ("maximum", "≤"), ("maxLength", "≤"))
    notes = [str(schema["description"])] if "description" in schema else []
    if words is WORDS["id"]:
        notes = [NOTES_ID[note] for note in notes]
    notes += [f"{sign} {schema[name]}" for name, sign in limits if name in schema]
    return " ".join(notes)


def _codes(refusals: Iterable[Refusal], words: dict[str, str]) -> list[str]:
    return [
        f"| {words['code']} | {words['status']} | {words['message']} | {words['seen']} |",
        "|---|---|---|---|",
        *(
            f"| {one.code} | {one.status} | {one.value.message} | {words['yes'] if one.value.seen else words['no']} |"
            for one in refusals
        ),
    ]


def _errors(language: str) -> str:
    words = WORDS[language]
    lines = [f"# {words['errors']}", "", f"## {words['every_address']}", "", words["every_address_text"], ""]
    lines += [*_codes((*ADDRESS_REFUSALS, *FAILURES), words), ""]
    lines += [f"## {words['every_call']}", "", words["every_call_text"], ""]
    lines += [*_codes(GENERAL_REFUSALS, words), "", f"## {words['all_codes']}", ""]
    return "\n".join([*lines, *_codes(sorted(Refusal, key=lambda refusal: refusal.code), words), ""])


def _sign_on_page(one: SignOnCall, language: str) -> str:
    words = WORDS[language]
    other = sign_on_name(one, "id" if language == "en" else "en")
    lines = [
        f"# {sign_on_title(one, language)}",
        "",
        f"`{one.method.upper()} {one.path}` · {words['sign_on']} · [{words['other']}]({other})",
        "",
        f"## {words['request']}",
        "",
        f"| {words['field']} | {words['place']} | {words['needed']} |",
        "|---|---|---|",
        *(
            f"| `{name}` | {place} | {words['yes'] if needed else words['no']} |"
            for name, place, needed in one.parameters
        ),
        *(f"| `{name}` | {words['body']} | {words['yes' if len(one.body) == 1 else 'no']} |" for name in one.body),
        "",
        f"## {words['answer']}",
        "",
        *_table(one.data, words),
        "",
        f"## {words['errors']}",
        "",
        words["errors_sign_on"],
        "",
        *_codes(one.refusals, words),
        "",
        f"## {words['example']}",
        "",
        "```sh",
        SIGN_ON_EXAMPLES[one.path].rstrip("\n"),
        "```",
        "",
    ]
    return "\n".join(lines)


def _index(language: str) -> str:
    words = WORDS[language]
    lines = [f"# {words['index']}", "", INTRODUCTION[language]]
    for role in ("platform", "institution"):
        lines += [f"## {words[role].capitalize()}", ""]
        lines += [
            f"- [`{call.path}`]({_name(call, language)}): {_title(call, language)}"
            for call in CALLS
            if call.role == role
        ]
        lines.append("")
    lines += [f"## {words['sign_on']}", "", words["sign_on_text"], ""]
    lines += [
        f"- [`{one.method.upper()} {one.path}`]({sign_on_name(one, language)}): {sign_on_title(one, language)}"
        for one in SIGN_ON_CALLS
    ]
    return "\n".join([*lines, "", f"[{words['errors']}]({_ERRORS_PAGE[language]})", ""])
