"""What a row of a feed must be: plain text in, a course's values or the first reason against it out. No database."""

from collections.abc import Mapping, Sequence
from typing import Final

from prakerja.catalogue.errors import FeedRowReason
from prakerja.catalogue.models import MODES, SUBJECTS, TYPES_OF_MODE
from prakerja.catalogue.rules import HOURS_MAX, SKKNI_CODE, price_refusal
from prakerja.participants.rules import Education

# A course's field for each heading of the template; an API's row names the fields themselves.
COLUMNS: Final = {
    "kode": "own_code",
    "judul": "title",
    "uraian": "description",
    "bidang": "subject",
    "kode_skkni": "skkni_code",
    "metode": "mode",
    "jenis": "training_type",
    "jam": "hours",
    "harga": "price_idr",
    "harga_umum": "comparison_price_idr",
    "gratis_di_tempat_lain": "free_elsewhere",
    "paket": "bundle",
    "usia_min": "age_min",
    "usia_maks": "age_max",
    "pendidikan_min": "minimum_education",
}
REQUIRED: Final = ("own_code", "title", "mode", "training_type", "hours", "price_idr", "comparison_price_idr")
# What a feed may change of a course that was assessed; anything else is assessed anew, as another course.
OPEN_FIELDS: Final = frozenset({"description", "price_idr", "comparison_price_idr"})
ROWS_MAX: Final = 200_000
_LENGTHS: Final = {"own_code": 64, "title": 200, "description": 4_000}
_WORDS: Final = {
    "daring": "online",
    "online": "online",
    "luring": "offline",
    "tatap muka": "offline",
    "offline": "offline",
}
_YES: Final = frozenset({"ya", "yes", "true", "1"})
_NO: Final = frozenset({"", "tidak", "no", "false", "0"})
_DIGITS_MAX: Final = 12
_AGE_MAX: Final = 120
_DIGITS_OF_A_FLOAT: Final = 15
_EDUCATION: Final = frozenset(level.value for level in Education)

Content = dict[str, object]
Fault = tuple[FeedRowReason, str]


def read_row(cells: Mapping[str, str]) -> Content | Fault:
    """The values of a course, or (reason, field). Reasons stand in the order of `FeedRowReason`. Rule: COURSE-01."""
    texts = {field: cells.get(field, "").strip() for field in COLUMNS.values()}
    for check in (_text_fault, _nature_fault, _people_fault):
        fault = check(texts)
        if fault is not None:
            return fault
    price_idr, comparison_price_idr = read_whole(texts["price_idr"]), read_whole(texts["comparison_price_idr"])
    if price_idr is None or comparison_price_idr is None:
        field = "price_idr" if price_idr is None else "comparison_price_idr"
        return FeedRowReason.NOT_A_WHOLE_NUMBER, field
    code = price_refusal(price_idr, comparison_price_idr)
    if code.is_refusal:
        return FeedRowReason(code.value), "price_idr"
    return {
        "own_code": texts["own_code"],
        "title": texts["title"],
        "description": texts["description"],
        "subject": texts["subject"].casefold() or "general",
        "skkni_code": texts["skkni_code"].upper() or None,
        "mode": _WORDS[texts["mode"].casefold()],
        "training_type": int(texts["training_type"]),
        "hours": read_whole(texts["hours"]),
        "price_idr": price_idr,
        "comparison_price_idr": comparison_price_idr,
        "free_elsewhere": texts["free_elsewhere"].casefold() in _YES,
        "bundle": texts["bundle"].casefold() in _YES,
        "age_min": read_whole(texts["age_min"] or "18"),
        "age_max": read_whole(texts["age_max"]),
        "minimum_education": texts["minimum_education"].casefold() or None,
    }


def changed_fields(content: Content, there: Mapping[str, object]) -> Sequence[str]:
    """The fields in which a row differs from the course that is there, in the order of the template."""
    return [field for field in COLUMNS.values() if content[field] != there[field]]


def _text_fault(texts: Mapping[str, str]) -> Fault | None:
    own_code = texts["own_code"]
    if not own_code:
        return FeedRowReason.OWN_CODE_MISSING, "own_code"
    if own_code.isdigit() and len(own_code) > _DIGITS_OF_A_FLOAT and own_code.endswith("0"):
        # A spreadsheet that sees a number keeps 15 digits of it and writes zeros behind them.
        return FeedRowReason.OWN_CODE_ROUNDED, "own_code"
    if not texts["title"]:
        return FeedRowReason.TITLE_MISSING, "title"
    for field, most in _LENGTHS.items():
        if len(texts[field]) > most or "\x00" in texts[field]:
            return FeedRowReason.TEXT_TOO_LONG, field
    return None


def _nature_fault(texts: Mapping[str, str]) -> Fault | None:
    mode = _WORDS.get(texts["mode"].casefold())
    if mode not in MODES:
        return FeedRowReason.MODE_UNKNOWN, "mode"
    training_type = read_whole(texts["training_type"])
    if training_type not in TYPES_OF_MODE[mode]:
        return FeedRowReason.TRAINING_TYPE_UNFIT, "training_type"
    if texts["subject"] and texts["subject"].casefold() not in SUBJECTS:
        return FeedRowReason.SUBJECT_UNKNOWN, "subject"
    if texts["skkni_code"] and not SKKNI_CODE.fullmatch(texts["skkni_code"].upper()):
        return FeedRowReason.SKKNI_CODE_MALFORMED, "skkni_code"
    hours = read_whole(texts["hours"])
    if hours is None or not 0 < hours <= HOURS_MAX:
        return FeedRowReason.HOURS_MALFORMED, "hours"
    return None


def _people_fault(texts: Mapping[str, str]) -> Fault | None:
    least, most = read_whole(texts["age_min"] or "18"), read_whole(texts["age_max"] or str(_AGE_MAX))
    if least is None or most is None or not 0 < least <= most <= _AGE_MAX:
        return FeedRowReason.AGES_MALFORMED, "age_min"
    if texts["minimum_education"] and texts["minimum_education"].casefold() not in _EDUCATION:
        return FeedRowReason.EDUCATION_UNKNOWN, "minimum_education"
    for field in ("free_elsewhere", "bundle"):
        if texts[field].casefold() not in _YES | _NO:
            return FeedRowReason.YES_OR_NO, field
    return None


def read_whole(text: str) -> int | None:
    """A whole number, also as `1.250.000`, `Rp1.250.000` or a sheet's `1250000.0`; None for anything else."""
    plain = text.removeprefix("Rp").strip().removesuffix(",00").removesuffix(".0")
    head, *groups = plain.split(".")
    if groups and (len(head) > 3 or any(len(group) != 3 for group in groups)):  # noqa: PLR2004 - groups of thousands
        return None
    plain = "".join((head, *groups))
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= _DIGITS_MAX else None
