"""Postal addresses as they are compared: small letters, no punctuation, abbreviations written out."""

import re
from typing import Final

_WORDS: Final = {
    "jl": "jalan",
    "jln": "jalan",
    "gg": "gang",
    "gd": "gedung",
    "gdg": "gedung",
    "lt": "lantai",
    "no": "nomor",
    "nmr": "nomor",
    "kav": "kaveling",
    "ds": "desa",
    "dsn": "dusun",
    "kec": "kecamatan",
    "kab": "kabupaten",
    "kel": "kelurahan",
}
_WORDS_MIN: Final = 3


def plain_address(text: str) -> str | None:
    """The one written form; None where it is too short to be an address. 007 and 7 are one number."""
    words = [word.lstrip("0") or "0" for word in re.findall(r"[a-z]+|\d+", text.casefold())]
    plain = [_WORDS.get(word, word) for word in words]
    return " ".join(plain) if len(plain) >= _WORDS_MIN else None
