"""How moments and addresses are written on the wire, and what a code says on a phone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode


def moment_text(at: datetime) -> str:
    """`2023-10-24T10:54:45Z`; fractions of a second are cut off."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def otp_text(otp: str, amount_idr: int) -> str:
    """The message with a code: the code first, so that phones find it."""
    rupiah = f"{amount_idr:,}".replace(",", ".")
    return (
        f"{otp} adalah kode OTP pembelian pelatihan Anda senilai Rp{rupiah}. "
        "Berlaku 5 menit. Jangan berikan kepada siapa pun."
    )


def with_query(uri: str, more: Mapping[str, str]) -> str:
    """An address without a fragment, with parameters behind its own query, which is kept letter by letter."""
    joint = "" if uri.endswith(("?", "&")) else "&" if "?" in uri else "?"
    return f"{uri}{joint}{urlencode(more)}"
