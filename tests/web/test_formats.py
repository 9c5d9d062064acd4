from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from prakerja.web import formats

NOW = datetime(2026, 11, 15, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "Rp0"), (999, "Rp999"), (1_234_567, "Rp1.234.567"), (-50_000, "−Rp50.000")]
)
def test_rupiah_looks_alike_in_both_languages(amount: int, text: str) -> None:
    for language in ("id", "en"):
        with override(language):
            assert formats.rupiah(amount) == text


def test_counts_follow_the_language() -> None:
    with override("id"):
        assert formats.count(1_500_000) == "1.500.000"
    with override("en"):
        assert formats.count(1_500_000) == "1,500,000"


def test_days_are_written_out_in_jakarta() -> None:
    late = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    with override("id"):
        assert formats.day(late) == "24 November 2026"
        assert formats.day(date(2026, 8, 1)) == "1 Agustus 2026"
        assert formats.moment(late) == "24 November 2026, 00.30 WIB"
    with override("en"):
        assert formats.day(date(2026, 8, 1)) == "1 August 2026"


@pytest.mark.parametrize(
    ("until", "id_text", "en_text"),
    [
        (
            datetime(2026, 11, 24, 17, 0, tzinfo=UTC),
            "24 November 2026, 23.59 WIB (9 hari lagi)",
            "24 November 2026, 23.59 WIB (9 days left)",
        ),
        (
            datetime(2026, 11, 16, 5, 0, tzinfo=UTC),
            "16 November 2026, 12.00 WIB (1 hari lagi)",
            "16 November 2026, 12.00 WIB (1 day left)",
        ),
        (
            datetime(2026, 11, 15, 17, 0, tzinfo=UTC),
            "15 November 2026, 23.59 WIB (hari ini)",
            "15 November 2026, 23.59 WIB (today)",
        ),
        (NOW, "15 November 2026, 10.00 WIB (sudah lewat)", "15 November 2026, 10.00 WIB (over)"),
    ],
)
def test_a_deadline_names_its_last_minute_and_the_days_left(until: datetime, id_text: str, en_text: str) -> None:
    with override("id"):
        assert formats.deadline(until, now=NOW) == id_text
    with override("en"):
        assert formats.deadline(until, now=NOW) == en_text


def test_identities_are_masked() -> None:
    assert formats.masked_card("1234567890123456") == "•••• •••• •••• 3456"
    assert formats.grouped("GHOPNYXUVMT0") == "GHOP NYXU VMT0"


def test_basis_points_are_written_as_per_cent() -> None:
    with override("id"):
        assert [formats.percent(bp) for bp in (1500, 1250, 5, 0)] == ["15 %", "12,5 %", "0,05 %", "0 %"]
    with override("en"):
        assert formats.percent(1250) == "12.5 %"


def test_a_half_open_period_is_written_with_its_last_day() -> None:
    with override("id"):
        assert formats.period(date(2020, 8, 1), date(2020, 9, 1)) == "1 Agustus 2020 – 31 Agustus 2020"
