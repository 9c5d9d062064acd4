"""Codes of the programme: what an operation answers, and what can be wrong in a regime file."""

from dataclasses import dataclass, field
from typing import Literal

from prakerja.kit.refusals import Code


class BudgetCode(Code):
    """Opening a budget, in order of precedence. `budget_differs`: it is open with other places or amounts."""

    OK = "ok"
    ALREADY_OPEN = "already_open"
    BUDGET_DIFFERS = "budget_differs"


class PlacesCode(Code):
    """Taking or giving back places, in order of precedence."""

    OK = "ok"
    NO_SUCH_BUDGET = "no_such_budget"
    LANE_NOT_OPEN = "lane_not_open"
    QUOTA_EXHAUSTED = "quota_exhausted"  # no lane has the places any more (SCHEME-01)
    MORE_THAN_TAKEN = "more_than_taken"  # given back more than this lane has handed out


class ClockCode(Code):
    """Setting, running and stopping the programme clock, in order of precedence."""

    OK = "ok"
    ONLY_IN_A_SANDBOX = "only_in_a_sandbox"
    NOT_SET = "not_set"
    NEVER_BACKWARDS = "never_backwards"


class RegimeProblemCode(Code):
    """What is wrong at a line of a regime file."""

    NOT_READABLE = "not_readable"
    NOT_YAML = "not_yaml"
    NO_FILES = "no_files"
    UNKNOWN_KEY = "unknown_key"
    DUPLICATE_KEY = "duplicate_key"
    MISSING_KEY = "missing_key"
    MISSING_PARAMETER = "missing_parameter"
    WRONG_TYPE = "wrong_type"
    NEGATIVE_AMOUNT = "negative_amount"
    TOO_LARGE = "too_large"
    UNKNOWN_WORD = "unknown_word"
    WRONG_RULE = "wrong_rule"
    WRONG_UNIT = "wrong_unit"
    UNKNOWN_SOURCE = "unknown_source"
    DATES_OVERLAP = "dates_overlap"
    DATES_LEAVE_A_GAP = "dates_leave_a_gap"
    DATE_OUTSIDE_THE_REGIME = "date_outside_the_regime"
    DUPLICATE_REGIME = "duplicate_regime"
    REGIMES_OVERLAP = "regimes_overlap"
    REGIMES_LEAVE_A_GAP = "regimes_leave_a_gap"
    CONTRADICTION = "contradiction"


# The sentences stand here and not in the pages: whoever edits a regime file reads them in a terminal.
_SENTENCES: dict[RegimeProblemCode, tuple[str, str]] = {
    RegimeProblemCode.NOT_READABLE: (
        "berkas tidak dapat dibaca sebagai teks UTF-8",
        "the file cannot be read as UTF-8 text",
    ),
    RegimeProblemCode.NOT_YAML: (
        "penulisan YAML salah: {detail}",
        "this is not well-formed YAML: {detail}",
    ),
    RegimeProblemCode.NO_FILES: (
        "tidak ada berkas skema (*.yaml) di folder ini",
        "there is no regime file (*.yaml) in this folder",
    ),
    RegimeProblemCode.UNKNOWN_KEY: (
        "kunci '{key}' tidak dikenal; yang dikenal: {known}",
        "the key '{key}' is unknown; known are: {known}",
    ),
    RegimeProblemCode.DUPLICATE_KEY: (
        "kunci '{key}' ditulis dua kali",
        "the key '{key}' is written twice",
    ),
    RegimeProblemCode.MISSING_KEY: (
        "kunci '{key}' tidak ada",
        "the key '{key}' is missing",
    ),
    RegimeProblemCode.MISSING_PARAMETER: (
        "parameter '{key}' ({rule}) tidak ada",
        "the parameter '{key}' ({rule}) is missing",
    ),
    RegimeProblemCode.WRONG_TYPE: (
        "'{found}' bukan nilai yang benar; tulis {expected_id}",
        "'{found}' is not a value that fits; write {expected_en}",
    ),
    RegimeProblemCode.NEGATIVE_AMOUNT: (
        "jumlah tidak boleh negatif: {found}",
        "an amount is never negative: {found}",
    ),
    RegimeProblemCode.TOO_LARGE: (
        "nilai terlalu besar: {found}; paling banyak {most}",
        "the value is too large: {found}; at most {most}",
    ),
    RegimeProblemCode.UNKNOWN_WORD: (
        "kata '{found}' tidak dikenal; pilih dari: {known}",
        "the word '{found}' is unknown; choose from: {known}",
    ),
    RegimeProblemCode.WRONG_RULE: (
        "parameter '{key}' milik aturan {expected}, bukan {found}",
        "the parameter '{key}' belongs to rule {expected}, not {found}",
    ),
    RegimeProblemCode.WRONG_UNIT: (
        "satuan parameter '{key}' adalah {expected}, bukan {found}",
        "the unit of '{key}' is {expected}, not {found}",
    ),
    RegimeProblemCode.UNKNOWN_SOURCE: (
        "sumber '{found}' tidak ada di bagian 'sources': {known}",
        "the source '{found}' does not stand under 'sources': {known}",
    ),
    RegimeProblemCode.DATES_OVERLAP: (
        "tanggal tumpang tindih: nilai '{key}' mulai {from_date}, tetapi nilai lain berlaku pada hari itu",
        "dates overlap: a value of '{key}' begins on {from_date}, when another one is in force",
    ),
    RegimeProblemCode.DATES_LEAVE_A_GAP: (
        "parameter '{key}' tidak punya nilai antara {from_date} dan {until_date}",
        "the parameter '{key}' has no value between {from_date} and {until_date}",
    ),
    RegimeProblemCode.DATE_OUTSIDE_THE_REGIME: (
        "tanggal {found} di luar masa skema ({from_date} sampai {until_date})",
        "the date {found} is outside the regime ({from_date} to {until_date})",
    ),
    RegimeProblemCode.DUPLICATE_REGIME: (
        "skema '{found}' sudah ada di berkas {file}",
        "the regime '{found}' already stands in the file {file}",
    ),
    RegimeProblemCode.REGIMES_OVERLAP: (
        "tanggal tumpang tindih: skema '{found}' mulai {from_date}, ketika skema '{other}' masih berlaku",
        "dates overlap: the regime '{found}' begins on {from_date}, when '{other}' is still in force",
    ),
    RegimeProblemCode.REGIMES_LEAVE_A_GAP: (
        "tidak ada skema antara {from_date} dan {until_date}",
        "there is no regime between {from_date} and {until_date}",
    ),
    RegimeProblemCode.CONTRADICTION: (
        "bertentangan: {reason_id}",
        "this contradicts itself: {reason_en}",
    ),
}


@dataclass(frozen=True, slots=True)
class RegimeProblem:
    """One thing that is wrong, where, and the figures of its sentence."""

    file: str
    line: int
    code: RegimeProblemCode
    parameters: dict[str, object] = field(default_factory=dict)

    def sentence(self, language: Literal["id", "en"]) -> str:
        """The sentence for a person."""
        indonesian, english = _SENTENCES[self.code]
        return (indonesian if language == "id" else english).format(**self.parameters)


class RegimeFilesRefusedError(ValueError):
    """Nothing was loaded: at least one line of the regime files is wrong. All problems are named, in file order."""

    def __init__(self, problems: tuple[RegimeProblem, ...]) -> None:
        self.problems = problems
        super().__init__(
            "\n".join(f"{p.file}:{p.line}: {p.code.value}: {p.sentence('id')} / {p.sentence('en')}" for p in problems)
        )
