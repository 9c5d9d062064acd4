"""How a value of each unit is written in a regime file, and what it becomes in the content."""

import re
from collections.abc import Callable
from datetime import date, time
from enum import StrEnum

from prakerja.programme.errors import RegimeProblemCode
from prakerja.programme.parameters import Parameter, Unit

NONE = "none"
# Above this no amount of the programme is plausible; a bigint would hold it.
MOST_RUPIAH = 10**15
MOST_COUNT = 10**9
MOST_BASIS_POINTS = 10_000

_MOST = {Unit.RUPIAH: MOST_RUPIAH, Unit.BASIS_POINTS: MOST_BASIS_POINTS}
_INTEGER = re.compile(r"[0-9]+")
_NEGATIVE = re.compile(r"-[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})")
_SHARE = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")
# 29 February is no day of every year.
_ORDINARY_YEAR = 2023

# unit → (Indonesian, English): what to write instead.
_EXPECTED: dict[Unit, tuple[str, str]] = {
    Unit.MONTH_DAY: ("bulan-tanggal seperti 12-15", "a month-day such as 12-15"),
    Unit.TIME_OF_DAY: ("jam seperti 08:00", "a time such as 08:00"),
    Unit.SHARE: ("bagian seperti 2/3", "a share such as 2/3"),
    Unit.SWITCH: ("yes atau no", "yes or no"),
    Unit.WORD: ("satu kata", "one word"),
    Unit.WORDS: ("daftar kata dalam kurung siku", "a list of words in square brackets"),
}
_WHOLE_NUMBER = ("bilangan bulat tanpa titik dan tanpa 'Rp', seperti 1000000", "a whole number such as 1000000")


class WrongValueError(ValueError):
    """A value that does not fit, with the code and the figures of its sentence."""

    def __init__(self, code: RegimeProblemCode, **parameters: object) -> None:
        self.code = code
        self.parameters = parameters
        super().__init__(code.value)


def date_of(text: str) -> date:
    """A legal day.

    Raises:
        WrongValueError: wrong_type.
    """
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise WrongValueError(
        RegimeProblemCode.WRONG_TYPE,
        found=text,
        expected_id="tanggal seperti 2020-04-11",
        expected_en="a date such as 2020-04-11",
    )


def switch_of(text: str) -> bool:
    """Yes or no, and nothing that YAML would also take for it.

    Raises:
        WrongValueError: wrong_type.
    """
    if text not in {"yes", "no"}:
        raise _wrong_type(text, *_EXPECTED[Unit.SWITCH])
    return text == "yes"


def value_of(parameter: Parameter, written: str | list[str]) -> object:
    """The content (JSON) of a written value; None for `none` of an optional parameter.

    Raises:
        WrongValueError: negative_amount, too_large, unknown_word, wrong_type.
    """
    if isinstance(written, list):
        if parameter.unit is not Unit.WORDS:
            raise _wrong_type(", ".join(written), *_expected(parameter))
        return _words(parameter, written)
    if parameter.optional and written == NONE:
        return None
    if parameter.unit in _PARSERS:
        return _PARSERS[parameter.unit](parameter, written)
    return _integer(parameter, written)


def _integer(parameter: Parameter, text: str) -> int:
    if _NEGATIVE.fullmatch(text):
        raise WrongValueError(RegimeProblemCode.NEGATIVE_AMOUNT, found=text)
    if not _INTEGER.fullmatch(text):
        raise _wrong_type(text, *_expected(parameter))
    most = _MOST.get(parameter.unit, MOST_COUNT)
    # The length first: Python refuses to make a number of thousands of digits.
    if len(text.lstrip("0")) > len(str(most)) or int(text) > most:
        raise WrongValueError(RegimeProblemCode.TOO_LARGE, found=text[:30], most=most)
    return int(text)


def _month_day(parameter: Parameter, text: str) -> list[int]:
    found = _MONTH_DAY.fullmatch(text)
    if found:
        month, day = int(found[1]), int(found[2])
        try:
            date(_ORDINARY_YEAR, month, day)
        except ValueError:
            pass
        else:
            return [month, day]
    raise _wrong_type(text, *_expected(parameter))


def _time_of_day(parameter: Parameter, text: str) -> str:
    found = _TIME.fullmatch(text)
    if found:
        try:
            return time(int(found[1]), int(found[2])).isoformat()
        except ValueError:
            pass
    raise _wrong_type(text, *_expected(parameter))


def _share(parameter: Parameter, text: str) -> list[int]:
    found = _SHARE.fullmatch(text)
    if found and int(found[1]) <= int(found[2]):
        return [int(found[1]), int(found[2])]
    raise _wrong_type(text, *_expected(parameter))


def _switch(_parameter: Parameter, text: str) -> bool:
    return switch_of(text)


def _word(parameter: Parameter, text: str) -> str:
    return _known_word(_words_of(parameter), text)


def _words(parameter: Parameter, texts: list[str]) -> list[str]:
    if not texts or len(set(texts)) != len(texts):
        raise _wrong_type(", ".join(texts), "daftar kata, masing-masing satu kali", "a list of words, each once")
    return [_known_word(_words_of(parameter), text) for text in texts]


def _not_a_list(parameter: Parameter, text: str) -> object:
    raise _wrong_type(text, *_expected(parameter))


def _words_of(parameter: Parameter) -> type[StrEnum]:
    assert parameter.words is not None, f"{parameter.name} has no list of words"  # noqa: S101 - a defect of ours
    return parameter.words


def _known_word(words: type[StrEnum], text: str) -> str:
    known = [word.value for word in words]
    if text not in known:
        raise WrongValueError(RegimeProblemCode.UNKNOWN_WORD, found=text, known=", ".join(known))
    return text


def _expected(parameter: Parameter) -> tuple[str, str]:
    indonesian, english = _EXPECTED.get(parameter.unit, _WHOLE_NUMBER)
    if parameter.optional:
        return f"{indonesian}, atau none", f"{english}, or none"
    return indonesian, english


def _wrong_type(found: str, expected_id: str, expected_en: str) -> WrongValueError:
    return WrongValueError(
        RegimeProblemCode.WRONG_TYPE, found=found[:60], expected_id=expected_id, expected_en=expected_en
    )


_PARSERS: dict[Unit, Callable[[Parameter, str], object]] = {
    Unit.MONTH_DAY: _month_day,
    Unit.TIME_OF_DAY: _time_of_day,
    Unit.SHARE: _share,
    Unit.SWITCH: _switch,
    Unit.WORD: _word,
    Unit.WORDS: _not_a_list,
}
