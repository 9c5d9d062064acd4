"""Lines of the log: those of a batch together, those of a failure at once."""

import json
from threading import Thread

import pytest

from prakerja.partner_api import logs

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _lines_of_this_process() -> None:
    logs.configure()


def _codes(text: str) -> list[str]:
    return [json.loads(line).get("code", "failed") for line in text.splitlines()]


def _note(code: str) -> None:
    logs.note_answer("r1", "payment/authorize", "platform-1", code, 200, 0.01)


def test_the_lines_of_a_batch_come_at_its_end_in_order(capsys: Captured) -> None:
    with logs.together():
        for code in ("A", "B", "C"):
            _note(code)
        assert capsys.readouterr().err == ""
    assert _codes(capsys.readouterr().err) == ["A", "B", "C"]
    _note("D")
    assert _codes(capsys.readouterr().err) == ["D"]


def _fail_behind_a_line() -> None:
    with logs.together():
        _note("A")
        raise ZeroDivisionError


def test_what_was_said_before_a_defect_is_written(capsys: Captured) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_behind_a_line()
    assert _codes(capsys.readouterr().err) == ["A"]


def test_another_thread_does_not_wait_for_the_batch(capsys: Captured) -> None:
    with logs.together():
        _note("A")
        other = Thread(target=logs.note_failure, args=("a call failed", "payment/void", ValueError("4000")))
        other.start()
        other.join()
        assert _codes(capsys.readouterr().err) == ["failed"]
    assert _codes(capsys.readouterr().err) == ["A"]
