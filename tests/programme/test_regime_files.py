"""Bad regime files are refused with file and line, as a whole."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from prakerja.programme.errors import RegimeFilesRefusedError, RegimeProblem, RegimeProblemCode
from prakerja.programme.regime_files import load_regime_files, shipped_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_folder(), tmp_path / "regimes"))


Edit = Callable[[str, str, str], int]


@pytest.fixture
def edit(folder: Path) -> Edit:
    def one(name: str, old: str, new: str) -> int:
        """Replace a text that stands once in a file; the number of the line on which the new one begins."""
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return one


def problems_of(folder: Path) -> tuple[RegimeProblem, ...]:
    with pytest.raises(RegimeFilesRefusedError) as caught:
        load_regime_files(folder)
    for problem in caught.value.problems:
        # Both sentences can be made of the problem's parameters, and the message carries them.
        assert problem.sentence("id") in str(caught.value)
        assert problem.sentence("en") in str(caught.value)
    return caught.value.problems


def only_problem(folder: Path) -> tuple[str, int, RegimeProblemCode]:
    (problem,) = problems_of(folder)
    return problem.file, problem.line, problem.code


BALANCE = "{from: 2020-04-11, value: 1000000, source: rules, evidence: supported}"


def test_shipped_files_are_accepted(folder: Path) -> None:
    assert load_regime_files(folder) == load_regime_files()


def test_layout_and_comments_do_not_change_the_version(folder: Path, edit: Edit) -> None:
    edit("founding.yaml", "regime: founding", "# another comment\n\nregime:    founding")
    assert load_regime_files(folder).version == load_regime_files().version


def test_another_amount_is_another_version(folder: Path, edit: Edit) -> None:
    edit("founding.yaml", BALANCE, BALANCE.replace("1000000", "1000001"))
    book = load_regime_files(folder)
    assert book.version != load_regime_files().version
    assert book.get("founding").package_idr == 3_550_001


def test_refuses_a_negative_amount(folder: Path, edit: Edit) -> None:
    line = edit("founding.yaml", BALANCE, BALANCE.replace("1000000", "-1000000"))
    assert only_problem(folder) == ("founding.yaml", line, RegimeProblemCode.NEGATIVE_AMOUNT)


@pytest.mark.parametrize(
    "written", ["1.000.000", "Rp1000000", "1e6", "1_000_000", "one", "none", "[1]", "yes", "{a: 1}"]
)
def test_refuses_an_amount_that_is_no_whole_number(folder: Path, edit: Edit, written: str) -> None:
    line = edit("founding.yaml", BALANCE, BALANCE.replace("1000000", written))
    assert only_problem(folder) == ("founding.yaml", line, RegimeProblemCode.WRONG_TYPE)


@pytest.mark.parametrize("written", ["1000000000000001", "9" * 5000])
def test_refuses_an_amount_beyond_reason(folder: Path, edit: Edit, written: str) -> None:
    line = edit("founding.yaml", BALANCE, BALANCE.replace("1000000", written))
    assert only_problem(folder) == ("founding.yaml", line, RegimeProblemCode.TOO_LARGE)


def test_refuses_a_commission_above_the_whole_price(folder: Path, edit: Edit) -> None:
    line = edit("second.yaml", "value: 1500,", "value: 10001,")
    assert only_problem(folder) == ("second.yaml", line, RegimeProblemCode.TOO_LARGE)


def test_refuses_an_unknown_key_in_a_value(folder: Path, edit: Edit) -> None:
    line = edit("founding.yaml", BALANCE, BALANCE.replace("{from", "{amount: 5, from"))
    assert only_problem(folder) == ("founding.yaml", line, RegimeProblemCode.UNKNOWN_KEY)


def test_refuses_an_unknown_parameter_and_names_the_nearest(folder: Path, edit: Edit) -> None:
    line = edit("third.yaml", "  kk_max_recipients:", "  kk_max_recipient:")
    problems = problems_of(folder)
    assert [problem.code for problem in problems] == [
        RegimeProblemCode.MISSING_PARAMETER,
        RegimeProblemCode.UNKNOWN_KEY,
    ]
    # The line of the parameter's block; its name stands one line above.
    assert problems[1].line - 1 == line
    assert "kk_max_recipients" in problems[1].sentence("en")


def test_refuses_an_unknown_key_at_the_top(folder: Path, edit: Edit) -> None:
    line = edit("third.yaml", "legal_basis:", "ministry: Kemenko\nlegal_basis:")
    assert only_problem(folder) == ("third.yaml", line, RegimeProblemCode.UNKNOWN_KEY)


def test_refuses_a_key_that_is_written_twice(folder: Path, edit: Edit) -> None:
    line = edit("third.yaml", "legal_basis:", "regime: third\nlegal_basis:")
    assert only_problem(folder) == ("third.yaml", line, RegimeProblemCode.DUPLICATE_KEY)


def test_refuses_a_missing_parameter(folder: Path) -> None:
    path = folder / "second.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    start = lines.index("  repayment_days:\n")
    end = lines.index("  assisted_registration:\n")
    del lines[start:end]
    path.write_text("".join(lines), encoding="utf-8")
    (problem,) = problems_of(folder)
    assert (problem.file, problem.code) == ("second.yaml", RegimeProblemCode.MISSING_PARAMETER)
    assert "repayment_days" in problem.sentence("id")
    assert "REV-01" in problem.sentence("id")


def test_refuses_a_value_without_a_source(folder: Path, edit: Edit) -> None:
    line = edit("founding.yaml", BALANCE, BALANCE.replace("source: rules, ", ""))
    assert only_problem(folder) == ("founding.yaml", line, RegimeProblemCode.MISSING_KEY)


def test_refuses_a_source_that_is_not_listed(folder: Path, edit: Edit) -> None:
    line = edit("founding.yaml", BALANCE, BALANCE.replace("source: rules", "source: hearsay"))
    assert only_problem(folder) == ("founding.yaml", line, RegimeProblemCode.UNKNOWN_SOURCE)


def test_refuses_an_unknown_word(folder: Path, edit: Edit) -> None:
    line = edit("third.yaml", "value: allowed", "value: welcome")
    assert only_problem(folder) == ("third.yaml", line, RegimeProblemCode.UNKNOWN_WORD)


@pytest.mark.parametrize("written", ["[]", "[dapodik, dapodik]"])
def test_refuses_an_empty_or_double_list(folder: Path, edit: Edit, written: str) -> None:
    line = edit("third.yaml", "value: [dapodik, pddikti, emis]", f"value: {written}")
    assert only_problem(folder) == ("third.yaml", line, RegimeProblemCode.WRONG_TYPE)


@pytest.mark.parametrize("written", ["15-12", "12-32", "02-29", "15 December"])
def test_refuses_a_day_that_is_in_no_year(folder: Path, edit: Edit, written: str) -> None:
    line = edit("third.yaml", "value: 12-15", f"value: {written}")
    assert only_problem(folder) == ("third.yaml", line, RegimeProblemCode.WRONG_TYPE)


@pytest.mark.parametrize("written", ["3/2", "0/3", "0.67", "2/0"])
def test_refuses_a_share_that_is_none(folder: Path, edit: Edit, written: str) -> None:
    line = edit("third.yaml", "value: 2/3", f"value: {written}")
    assert only_problem(folder) == ("third.yaml", line, RegimeProblemCode.WRONG_TYPE)


def test_refuses_another_rule_or_unit(folder: Path, edit: Edit) -> None:
    rule_line = edit("third.yaml", "    rule: CARD-02\n", "    rule: CARD-01\n")
    unit_line = edit("third.yaml", "    unit: month-day\n", "    unit: days\n")
    assert [(problem.line, problem.code) for problem in problems_of(folder)] == [
        (rule_line, RegimeProblemCode.WRONG_RULE),
        (unit_line, RegimeProblemCode.WRONG_UNIT),
    ]


def test_refuses_overlapping_dates_of_a_parameter(folder: Path, edit: Edit) -> None:
    line = edit("founding.yaml", "{from: 2020-06-30, value: no", "{from: 2020-04-11, value: no")
    assert only_problem(folder) == ("founding.yaml", line, RegimeProblemCode.DATES_OVERLAP)


def test_refuses_an_end_behind_the_next_beginning(folder: Path, edit: Edit) -> None:
    first = "{from: 2020-04-11, value: yes, source: rules, evidence: supported}"
    then = "\n      - {from: 2020-06-30"
    line = edit("founding.yaml", first + then, first.replace("value", "until: 2020-07-01, value") + then)
    # The second value is the one that begins too early.
    assert only_problem(folder) == ("founding.yaml", line + 1, RegimeProblemCode.DATES_OVERLAP)


def test_refuses_a_gap_in_a_parameter(folder: Path, edit: Edit) -> None:
    line = edit("founding.yaml", BALANCE, BALANCE.replace("2020-04-11", "2020-04-12"))
    assert only_problem(folder) == ("founding.yaml", line, RegimeProblemCode.DATES_LEAVE_A_GAP)


@pytest.mark.parametrize("day", ["2020-04-10", "2020-08-07"])
def test_refuses_a_day_outside_the_regime(folder: Path, edit: Edit, day: str) -> None:
    line = edit("founding.yaml", "{from: 2020-06-30, value: no", f"{{from: {day}, value: no")
    assert only_problem(folder) == ("founding.yaml", line, RegimeProblemCode.DATE_OUTSIDE_THE_REGIME)


@pytest.mark.parametrize("day", ["2020-02-30", "11-04-2020", "20200411", "tomorrow"])
def test_refuses_what_is_no_day(folder: Path, edit: Edit, day: str) -> None:
    line = edit("founding.yaml", BALANCE, BALANCE.replace("2020-04-11", day))
    assert only_problem(folder) == ("founding.yaml", line, RegimeProblemCode.WRONG_TYPE)


def test_refuses_regimes_that_overlap(folder: Path) -> None:
    path = folder / "founding.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("until: 2020-08-07", "until: 2020-08-08"), encoding="utf-8"
    )
    file, line, code = only_problem(folder)
    assert (file, code) == ("second.yaml", RegimeProblemCode.REGIMES_OVERLAP)
    assert (folder / "second.yaml").read_text(encoding="utf-8").splitlines()[line - 1] == "from: 2020-08-07"


def test_refuses_a_gap_between_regimes(folder: Path) -> None:
    path = folder / "founding.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("until: 2020-08-07", "until: 2020-08-06"), encoding="utf-8"
    )
    file, _, code = only_problem(folder)
    assert (file, code) == ("second.yaml", RegimeProblemCode.REGIMES_LEAVE_A_GAP)


def test_refuses_the_same_regime_in_two_files(folder: Path) -> None:
    shutil.copy(folder / "founding.yaml", folder / "founding-again.yaml")
    codes = [problem.code for problem in problems_of(folder)]
    assert RegimeProblemCode.DUPLICATE_REGIME in codes


def test_refuses_values_that_contradict_each_other(folder: Path, edit: Edit) -> None:
    edit("third.yaml", "value: 64", "value: 17")
    edit("third.yaml", "value: allowed", "value: lower_priority")
    assert [problem.code for problem in problems_of(folder)] == [RegimeProblemCode.CONTRADICTION] * 2


def test_refuses_half_a_redeem_window(folder: Path) -> None:
    path = folder / "founding.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("  redeem_after_minutes:")
    path.write_text(text[:start] + text[start:].replace("value: 60,", "value: none,", 1), encoding="utf-8")
    (problem,) = problems_of(folder)
    assert problem.code is RegimeProblemCode.CONTRADICTION


def test_a_parameter_can_be_switched_off(folder: Path) -> None:
    path = folder / "founding.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("value: 60, switchable: yes", "value: none, switchable: yes"), encoding="utf-8")
    founding = load_regime_files(folder).get("founding")
    assert (founding.redeem_before_minutes, founding.redeem_after_minutes) == (None, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", RegimeProblemCode.MISSING_KEY),
        ("- a\n- b\n", RegimeProblemCode.WRONG_TYPE),
        ("regime: [third\nname: x\n", RegimeProblemCode.NOT_YAML),
        ("regime: third\n\tname: x\n", RegimeProblemCode.NOT_YAML),
        ("[" * 100_000, RegimeProblemCode.NOT_YAML),
        ("regime: \x00\n", RegimeProblemCode.NOT_READABLE),
    ],
)
def test_refuses_what_is_no_regime_file(folder: Path, text: str, code: RegimeProblemCode) -> None:
    (folder / "third.yaml").write_text(text, encoding="utf-8")
    problems = [problem for problem in problems_of(folder) if problem.file == "third.yaml"]
    assert problems[0].code is code


def test_refuses_another_encoding_at_its_line(folder: Path) -> None:
    path = folder / "third.yaml"
    path.write_bytes(b"# one\n# two\n# caf\xe9\n" + path.read_bytes())
    assert only_problem(folder) == ("third.yaml", 3, RegimeProblemCode.NOT_READABLE)


def test_refuses_an_empty_folder(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path)
    assert problem.code is RegimeProblemCode.NO_FILES


def test_names_all_problems_of_all_files_in_order(folder: Path, edit: Edit) -> None:
    first = edit("founding.yaml", BALANCE, BALANCE.replace("1000000", "-1"))
    second = edit("second.yaml", "value: 1500,", "value: fifteen,")
    third = edit("second.yaml", "{from: 2022-01-01, value: 6", "{from: 2022-01-01, value: six")
    assert [(problem.file, problem.line) for problem in problems_of(folder)] == [
        ("founding.yaml", first),
        ("second.yaml", second),
        ("second.yaml", third),
    ]
