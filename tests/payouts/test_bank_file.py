from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.payouts.bank import AccountQuestion
from prakerja.payouts.bank_file import (
    BankFile,
    BankLine,
    UnreadableFileError,
    read_bank_file,
    write_bank_file,
)
from prakerja.payouts.bank_reply import ReplyLine, read_reply_file, write_reply_file
from prakerja.payouts.sandbox import BankSandbox

DAY = date(2020, 9, 1)
LINE = BankLine(1, "bni", "12345678", 'Siti "Ani", S.E.', 600_000, "000001-000001")

names = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=40)
amounts = st.integers(1, 10**12)
lines = st.lists(
    st.tuples(
        st.sampled_from(["bni", "ovo"]), st.from_regex(r"[0-9]{8,20}", fullmatch=True), names, st.integers(1, 10**12)
    ),
    min_size=1,
    max_size=20,
)


@given(lines)
def test_a_bank_file_says_what_was_written(rows: list[tuple[str, str, str, int]]) -> None:
    written = [
        BankLine(number, bank, account, holder, amount, f"000007-{number:06d}")
        for number, (bank, account, holder, amount) in enumerate(rows, start=1)
    ]
    file = write_bank_file(7, "incentives", DAY, written)
    assert read_bank_file(file) == (7, written)
    assert file.content.splitlines()[-1] == f"T,{len(rows)},{sum(row[3] for row in rows)}".encode()


@given(lines)
def test_a_reply_answers_every_line_with_its_amount(rows: list[tuple[str, str, str, int]]) -> None:
    written = [
        BankLine(number, bank, account, holder, amount, f"000007-{number:06d}")
        for number, (bank, account, holder, amount) in enumerate(rows, start=1)
    ]
    bank = BankSandbox("seed", failure_bp=5000)
    file = write_bank_file(7, "incentives", DAY, written)
    reply = read_reply_file(bank.take_file(file).content)
    assert reply.totals_agree
    assert [(line.line, line.amount_idr) for line in reply.lines] == [(line.line, line.amount_idr) for line in written]
    assert bank.take_file(file) == bank.take_file(file)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"H,000001,reply\r\n",
        b"H,000001,reply\r\nL,1,r,paid,5,ref,\r\n",
        b"H,000001,reply\r\nL,1,r,perhaps,5,ref,\r\nT,1,5\r\n",
        b"H,000001,reply\r\nL,1,r,paid,5,,\r\nT,1,5\r\n",
        b"H,000001,reply\r\nL,1,r,failed,5,,\r\nT,1,5\r\n",
        b"H,000001,reply\r\nL,1,r,paid,-5,ref,\r\nT,1,-5\r\n",
        b"H,000001,reply\r\nL,1,r,paid,5.0,ref,\r\nT,1,5\r\n",
        b"H,000001,reply\r\nL,1,r,paid,5,ref\r\nT,1,5\r\n",
        b'H,000001,reply\r\nL,1,r,paid,5,"ref,\r\nT,1,5\r\n',
        b"X,000001,reply\r\nT,0,0\r\n",
    ],
)
def test_a_damaged_reply_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read_reply_file(content)


def test_a_trailer_that_lies_is_seen() -> None:
    file = write_reply_file(1, [ReplyLine(1, "r", "paid", 5, "ref", "")])
    assert not read_reply_file(file.content.replace(b"T,1,5", b"T,1,6")).totals_agree
    assert not read_reply_file(file.content.replace(b"T,1,5", b"T,2,5")).totals_agree
    sent = write_bank_file(1, "incentives", DAY, [LINE])
    with pytest.raises(UnreadableFileError, match="count or sum"):
        read_bank_file(BankFile(sent.name, sent.content.replace(b"T,1,600000", b"T,1,600001")))


def test_the_sandbox_knows_whose_account_it_is() -> None:
    """INC-01."""
    bank = BankSandbox(1, no_kyc_bp=0, inactive_bp=0)
    number = bank.account_of("bni", "9900000000000001")
    mine, other, elsewhere, second = bank.check_accounts(
        [
            AccountQuestion("bni", number, "9900000000000001"),
            AccountQuestion("bni", number, "9900000000000002"),
            AccountQuestion("ovo", number, "9900000000000001"),
            AccountQuestion("bni", bank.account_of("bni", "9900000000000001", number=2), "9900000000000001"),
        ]
    )
    assert (mine.nik_matches, mine.kyc_passed, mine.account_active) == (True, True, True)
    assert (other.nik_matches, elsewhere.nik_matches, second.nik_matches) == (False, False, True)


def test_the_sandbox_fails_as_often_as_it_is_told() -> None:
    file = write_bank_file(
        1, "incentives", DAY, [BankLine(n, "bni", f"{n:08d}", "x", 1, f"000001-{n:06d}") for n in range(1, 2001)]
    )
    failed = [
        line for line in read_reply_file(BankSandbox(3, failure_bp=1000).take_file(file).content).lines if line.reason
    ]
    assert 150 < len(failed) < 250
    assert {line.reason for line in failed} == {
        "bank_unavailable",
        "limit_of_the_day",
        "account_closed",
        "account_blocked",
    }
    assert not any(line.reason for line in read_reply_file(BankSandbox(3, failure_bp=0).take_file(file).content).lines)
