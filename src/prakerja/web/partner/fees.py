"""A fee scheme as it is typed: its two fields, what was typed read, and a scheme written as it would be typed."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from prakerja.web import words
from prakerja.web.fields import Field

_PERCENT = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?")


def fee_fields(filled: Mapping[str, str] | None = None) -> list[Field]:
    """The fields of a fee scheme, with what stands in them at first; `read_fee` reads them."""
    values = filled or {}
    kinds = tuple((code, word.text) for code, word in words.WORDS["fee_kind"].items())
    hint = _("A share: 12,5. Rupiah: 25.000. Tiers: one a line, such as 0: 15 and then 500.000: 10.")
    return [
        Field(name="fee_kind", label=_("Kind of fee"), options=kinds, select=True, value=values.get("fee_kind", "")),
        Field(name="fee", label=_("Fee"), hint=hint, kind="textarea", length_max=500, value=values.get("fee", "")),
    ]


def read_fee(kind: str, typed: str) -> dict[str, Any] | None:
    """A fee scheme from what was typed; None when it cannot be read. Whether it may be charged is not decided here."""
    typed = typed.strip()
    if kind == "none":
        return {"kind": "none"}
    if kind == "flat":
        amount = _rupiah(typed)
        return None if amount is None else {"kind": "flat", "fee_idr": amount}
    if kind == "share":
        share = _basis_points(typed)
        return None if share is None else {"kind": "share", "commission_bp": share}
    if kind not in ("tiered_by_price", "tiered_by_volume"):
        return None
    tiers = []
    for line in typed.splitlines():
        start, colon, share_text = line.partition(":")
        amount, share = _rupiah(start), _basis_points(share_text)
        if not colon or amount is None or share is None:
            return None
        tiers.append({"from_idr": amount, "commission_bp": share})
    return {"kind": kind, "tiers": tiers} if tiers else None


def typed_fee(scheme: Mapping[str, Any]) -> str:
    """What would be typed for a scheme; `read_fee` reads it back."""
    if scheme["kind"] == "flat":
        return _typed_rupiah(scheme["fee_idr"])
    if scheme["kind"] == "share":
        return _typed_share(scheme["commission_bp"])
    return "\n".join(
        f"{_typed_rupiah(tier['from_idr'])}: {_typed_share(tier['commission_bp'])}" for tier in scheme.get("tiers", ())
    )


def _typed_rupiah(amount_idr: int) -> str:
    return f"{amount_idr:,}".replace(",", ".")


def _typed_share(share_bp: int) -> str:
    whole, part = divmod(share_bp, 100)
    return f"{whole},{part:02d}" if part else str(whole)


def _rupiah(typed: str) -> int | None:
    digits = typed.strip().removeprefix("Rp").replace(".", "").replace(" ", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else None  # noqa: PLR2004


def _basis_points(typed: str) -> int | None:
    found = _PERCENT.fullmatch(typed.strip().removesuffix("%").strip())
    if found is None:
        return None
    return int(found.group(1)) * 100 + int((found.group(2) or "").ljust(2, "0"))
