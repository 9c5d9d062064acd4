"""What both sides of an agreement sign: its terms as data, in the canonical form of RFC 8785, with Ed25519.

Terms besides the fee are a JSON object; every part is there, empty where there is nothing:

    {"add_on_services": [{"id": "promotion", "text": {"id": "…", "en": "…"}, "fee_idr": 50000, "per": "course"}],
     "calendar": {"payment_term_days": 14, "report_working_days": 1},
     "service_levels": [{"id": "support", "text": {"id": "…", "en": "…"}, "hours": 24}]}

Add-on services are priced apart from the commission (FEE-01). Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from prakerja.partners.questions import text_problems

KEY_BYTES = 32
# The keys of our test vectors (RFC 8032, 7.1): everybody can sign with them.
PUBLISHED_KEYS = frozenset(
    bytes.fromhex(key)
    for key in (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    )
)
SIGNATURE_BYTES = 64
PER = ("course", "class", "month", "participant")
NO_TERMS: Mapping[str, Any] = {
    "add_on_services": [],
    "calendar": {"payment_term_days": 30, "report_working_days": 1},
    "service_levels": [],
}


def terms_problems(terms: object) -> list[str]:
    """What is wrong with terms: `place: reason`, in the order of the parts; empty = they can be offered."""
    if not isinstance(terms, Mapping) or set(terms) != set(NO_TERMS):
        return [f"terms: has exactly {', '.join(sorted(NO_TERMS))}"]
    calendar = terms["calendar"]
    problems = []
    if not isinstance(calendar, Mapping) or set(calendar) != {"payment_term_days", "report_working_days"}:
        problems.append("calendar: has payment_term_days and report_working_days")
    elif not all(_whole(days) and days <= 365 for days in calendar.values()):  # noqa: PLR2004 - a year
        problems.append("calendar: days are whole numbers up to 365")
    problems += _parts_problems(
        terms["add_on_services"], "add_on_services", {"id", "text", "fee_idr", "per"}, "fee_idr"
    )
    problems += _parts_problems(terms["service_levels"], "service_levels", {"id", "text", "hours"}, "hours")
    if not problems:
        wrong = [one["id"] for one in terms["add_on_services"] if one["per"] not in PER]
        problems += [f"{name}: per is one of {', '.join(PER)}" for name in wrong]
    return problems


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementText:
    """What an agreement says; parties by code, name and kind."""

    proposal_id: str
    version: int
    platform: Mapping[str, str]
    institution: Mapping[str, str]
    fee_scheme: Mapping[str, Any]
    terms: Mapping[str, Any]
    cap_bp: int | None
    regime_version: str
    valid_from: date
    valid_until: date | None


def canonical_agreement(text: AgreementText) -> str:
    """The text that both sides sign: JSON in the canonical form of RFC 8785, so that equal terms have equal bytes."""
    content: dict[str, Any] = {
        "document": "prakerja-cooperation-agreement",
        "format": 1,
        "proposal_id": text.proposal_id,
        "version": text.version,
        "platform": dict(text.platform),
        "institution": dict(text.institution),
        "fee_scheme": text.fee_scheme,
        "terms": text.terms,
        "commission_cap_bp": text.cap_bp,
        "regime_version": text.regime_version,
        "valid_from": text.valid_from.isoformat(),
        "valid_until": text.valid_until.isoformat() if text.valid_until else None,
    }
    return canonical_form(content)


def canonical_form(content: Mapping[str, Any]) -> str:
    """JSON in the canonical form of RFC 8785: whoever writes another signer makes the same bytes (UTF-8) of it.

    Raises:
        ValueError: a number is none that every program reads alike (NaN, infinite, a whole one beyond 2^53 - 1), or a
            text has half a surrogate pair.
    """
    import rfc8785

    return rfc8785.dumps(dict(content)).decode()


def agreement_hash(canonical: str) -> bytes:
    """The SHA-256 of the canonical text: it stands in the record and on the papers."""
    return sha256(canonical.encode()).digest()


def is_public_key(key: bytes) -> bool:
    """Whether bytes can be an Ed25519 public key."""
    if len(key) != KEY_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key)
    except ValueError:
        return False
    return True


def signature_is_right(public_key: bytes, canonical: str, signature: bytes) -> bool:
    """Whether a signature was made under a text with the other half of a key."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, canonical.encode())
    except InvalidSignature:
        return False
    return True


def _parts_problems(parts: object, place: str, keys: set[str], number: str) -> list[str]:
    if not isinstance(parts, Sequence) or isinstance(parts, str):
        return [f"{place}: not a list"]
    problems: list[str] = []
    seen: set[object] = set()
    for part in parts:
        if not isinstance(part, Mapping) or set(part) != keys:
            problems.append(f"{place}: each has exactly {', '.join(sorted(keys))}")
            continue
        if not isinstance(part["id"], str) or not part["id"] or part["id"] in seen:
            problems.append(f"{place}: id is a word that stands once")
        seen.add(str(part["id"]))
        if not _whole(part[number]):
            problems.append(f"{place}: {number} is a whole number")
        problems += text_problems(part["text"], place)
    return problems


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
