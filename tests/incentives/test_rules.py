from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.incentives.errors import EntitleCode
from prakerja.incentives.rules import Conditions, judge, months_later, plan
from prakerja.programme.queries import get_regime_book

AT = datetime(2020, 9, 30, 3, tzinfo=UTC)


def test_the_founding_package() -> None:
    """MONEY-02: 600,000 × 4, monthly. MONEY-03: 50,000 × 3, when answered."""
    planned = plan(get_regime_book().get("founding"), AT)
    assert [(p.kind, p.number, p.amount_idr) for p in planned] == [
        ("job_search", 1, 600_000),
        ("job_search", 2, 600_000),
        ("job_search", 3, 600_000),
        ("job_search", 4, 600_000),
        ("survey", 1, 50_000),
        ("survey", 2, 50_000),
        ("survey", 3, 50_000),
    ]
    assert [p.due_at for p in planned[:3]] == [
        AT,
        datetime(2020, 10, 29, 17, tzinfo=UTC),
        datetime(2020, 11, 29, 17, tzinfo=UTC),
    ]
    assert {p.due_at for p in planned[4:]} == {None}


def test_the_third_regime_pays_job_search_once() -> None:
    planned = plan(get_regime_book().on(date(2023, 6, 1)), AT)
    assert [(p.kind, p.number) for p in planned] == [("job_search", 1), ("survey", 1), ("survey", 2)]


def test_what_is_planned_is_what_the_decree_reserved() -> None:
    for regime in get_regime_book().stretches:
        assert sum(p.amount_idr for p in plan(regime, AT)) == regime.incentive_idr


@given(day=st.dates(date(2020, 1, 1), date(2030, 12, 31)), months=st.integers(0, 48))
def test_a_month_later_is_the_same_day_or_the_month_s_last(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and months_later(date(later.year, later.month, 1), 1).day == 1)
    assert months_later(day, 0) == day


def test_a_short_month_ends_earlier() -> None:
    assert months_later(date(2020, 10, 31), 1) == date(2020, 11, 30)
    assert months_later(date(2020, 12, 31), 2) == date(2021, 2, 28)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (("active", True, None, False, False, None), EntitleCode.REPEATED),
        (("revoked", False, AT, True, True, AT), EntitleCode.NOT_ACTIVE),
        (("suspended", False, AT, True, True, AT), EntitleCode.NOT_ACTIVE),
        (("active", False, None, False, False, None), EntitleCode.NO_CERTIFICATE),
        (("active", False, AT, False, True, AT), EntitleCode.NO_CERTIFICATE),
        (("active", False, AT, True, False, None), EntitleCode.NO_REVIEW),
        (("active", False, AT, True, True, None), EntitleCode.NO_VALIDATED_ACCOUNT),
        (("active", False, AT, True, True, AT), EntitleCode.OK),
        (("finished", False, AT, True, True, AT), EntitleCode.OK),
        (("expired", False, AT, True, True, AT), EntitleCode.OK),
    ],
)
def test_all_conditions_are_needed(facts: tuple[object, ...], code: EntitleCode) -> None:
    """INC-01."""
    assert judge(Conditions(*facts)) is code  # type: ignore[arg-type]
