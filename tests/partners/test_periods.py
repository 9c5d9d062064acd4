"""Validity periods are half-open days: two that share no day never overlap, two that share one do."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from prakerja.partners.operations.agreements import overlap
from prakerja.partners.queries import AgreementView

FIRST, LAST = date(2020, 1, 1), date(2020, 3, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(70)]
periods = st.tuples(st.sampled_from(DAYS[:60]), st.one_of(st.none(), st.integers(0, 9))).map(
    lambda found: (found[0], None if found[1] is None else found[0] + timedelta(days=found[1]))
)
Period = tuple[date, date | None]


def days_of(period: Period) -> set[date]:
    valid_from, valid_until = period
    return {day for day in DAYS if valid_from <= day and (valid_until is None or day < valid_until)}


@given(periods, periods)
def test_periods_overlap_exactly_when_they_share_a_day(one: Period, other: Period) -> None:
    assert overlap(one, other) is overlap(other, one)
    assert overlap(one, other) is bool(days_of(one) & days_of(other))


@given(periods)
def test_what_follows_at_the_end_does_not_overlap(one: Period) -> None:
    valid_from, valid_until = one
    if valid_until is not None and valid_until > valid_from:
        assert not overlap(one, (valid_until, None))
        assert overlap(one, (valid_until - timedelta(days=1), None))


@given(periods, st.sampled_from(DAYS))
def test_an_agreement_is_in_force_on_the_days_of_its_period(one: Period, day: date) -> None:
    class Terms:
        """The two fields that count."""

        valid_from, valid_until = one

    assert AgreementView.is_in_force(Terms(), day) is (day in days_of(one))  # type: ignore[arg-type]
