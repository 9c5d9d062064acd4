"""Results as an institution writes them: what can be reported, and what is wrong with each other row."""

import io

import pytest
import xlsxwriter

from prakerja.learning.report_rows import ResultRow, WrittenRow, read_report_file, sort_rows, tidy_code, written_again

CODE, OTHER = "GHOPNYXUVMT0ABCD", "GHOPNYXUVMT0ABCE"
DUE = {CODE: True, OTHER: False}


def row(**changes: object) -> WrittenRow:
    fields: dict[str, object] = {"number": 2, "transaction_code": CODE, "score": "80", "skill": "ya", "feedback": "ya"}
    return WrittenRow(**{**fields, **changes})  # type: ignore[arg-type]


def test_what_is_written_is_what_is_reported() -> None:
    good, bad = sort_rows(
        [
            row(transaction_code="ghop nyxu vmt0 abcd", skill="Tidak", feedback=""),
            row(transaction_code=OTHER, skill=""),
        ],
        DUE,
    )
    assert bad == []
    assert good == [
        ResultRow(CODE, 80, skill_shown=False, feedback_given=True),
        ResultRow(OTHER, 80, skill_shown=False, feedback_given=True),
    ]


def test_who_did_not_sit_the_test_has_no_score_and_needs_no_skill() -> None:
    good, bad = sort_rows([row(score="Tidak_Ikut", skill="")], DUE)
    assert (good, bad) == ([ResultRow(CODE, None, skill_shown=False, feedback_given=True)], [])


def test_an_empty_score_says_nothing() -> None:
    assert sort_rows([row(score=" ", transaction_code="?", skill="?")], DUE) == ([], [])


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"transaction_code": "AAAA"}, "kode_transaksi", "not_due"),
        ({"transaction_code": ""}, "kode_transaksi", "not_due"),
        ({"score": "101"}, "nilai", "score_not_readable"),
        ({"score": "-1"}, "nilai", "score_not_readable"),
        ({"score": "80,5"}, "nilai", "score_not_readable"),
        ({"score": "٨٠"}, "nilai", "score_not_readable"),
        ({"score": "0080"}, "nilai", "score_not_readable"),
        ({"score": "80 tidak_ikut"}, "nilai", "score_not_readable"),
        ({"skill": ""}, "unjuk_keterampilan", "not_yes_or_no"),
        ({"skill": "mungkin"}, "unjuk_keterampilan", "not_yes_or_no"),
        ({"feedback": "mungkin"}, "umpan_balik", "not_yes_or_no"),
    ],
)
def test_a_bad_row_is_named_with_field_and_reason(changes: dict[str, object], column: str, reason: str) -> None:
    good, (bad,) = sort_rows([row(**changes)], DUE)
    assert (good, bad.number, bad.column, bad.reason) == ([], 2, column, reason)


def test_the_first_of_two_rows_counts_and_the_second_is_refused() -> None:
    good, (bad,) = sort_rows([row(), row(number=3, score="90")], DUE)
    assert [one.score for one in good] == [80]
    assert (bad.number, bad.reason) == (3, "row_repeated")


def test_what_was_checked_is_read_again_as_it_was() -> None:
    good, _bad = sort_rows([row(), row(transaction_code=OTHER, score="tidak_ikut", feedback="tidak")], DUE)
    again = read_report_file(written_again(good).replace("\n", "\r\n").encode())
    assert again.code == "ok"
    assert sort_rows(again.rows, DUE) == (good, [])


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_reads_what_spreadsheets_save(delimiter: str) -> None:
    lines = [
        ["Kode_Transaksi", "nama", "Nilai", "unjuk keterampilan"],
        [CODE, "Budi", "75", "ya"],
        ["", "", "", ""],
        [OTHER, "Siti", "", ""],
    ]
    text = "\ufeff" + "\r\n".join(delimiter.join(line) for line in lines)
    read = read_report_file(text.encode())
    assert [(one.number, one.transaction_code, one.score, one.skill, one.feedback) for one in read.rows] == [
        (2, CODE, "75", "ya", ""),
        (4, OTHER, "", "", ""),
    ]


def test_reads_a_workbook_with_numbers() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["kode_transaksi", "nilai"])
        sheet.write_row(1, 0, [OTHER, 88])
    read = read_report_file(out.getvalue())
    assert sort_rows(read.rows, DUE)[0] == [ResultRow(OTHER, 88, skill_shown=False, feedback_given=True)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\xff\xfe\x00", "file_unreadable"),
        (b"PK\x03\x04 no workbook", "file_unreadable"),
        (b"nama;nilai\nBudi;80\n", "columns_missing"),
        (b"kode_transaksi;nilai\n", "no_rows"),
        (b"kode_transaksi;nilai\n" + b"A;1\n" * 5_001, "file_too_large"),
        (b"x" * (4 * 1024 * 1024 + 1), "file_too_large"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, code: str) -> None:
    read = read_report_file(content)
    assert (read.code, read.rows) == (code, ())


def test_a_code_is_read_however_it_is_written() -> None:
    assert tidy_code(" ghop-nyxu.vmt0 abcd ") == CODE
