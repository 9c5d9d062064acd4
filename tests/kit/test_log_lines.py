"""A line of a log names nobody, whatever an exception or a library says."""

import logging

import pytest
from django.db import IntegrityError

from prakerja.kit.log_lines import PlainLines, failure_of

NIK = "9932012311870007"


def record(name: str, words: str, *arguments: object, error: BaseException | None = None) -> logging.LogRecord:
    failed = None if error is None else (type(error), error, error.__traceback__)
    return logging.LogRecord(name, logging.ERROR, "x.py", 1, words, arguments, failed)


def fail() -> None:
    raise IntegrityError(f"Failing row contains ({NIK})") from KeyError(NIK)


def raised() -> IntegrityError:
    with pytest.raises(IntegrityError) as failed:
        fail()
    return failed.value


def test_a_failure_is_told_without_its_message() -> None:
    line = PlainLines().format(record("django.request", "Internal Server Error: %s", f"/x/{NIK}", error=raised()))
    assert NIK not in line
    assert "\n" not in line
    assert " ERROR django.request Internal Server Error: %s error=IntegrityError cause=KeyError where=" in line
    assert "test_log_lines.py" in line
    assert failure_of(raised())["error"] == "IntegrityError"


@pytest.mark.parametrize(
    ("name", "line"),
    [("prakerja.registers", "no answer of civil: http_500"), ("another.library", "no answer of %s: %s")],
)
def test_only_our_own_lines_say_their_arguments(name: str, line: str) -> None:
    said = PlainLines().format(record(name, "no answer of %s: %s", "civil", "http_500"))
    assert said.endswith(f"{name} {line}")
