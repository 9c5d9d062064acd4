"""The three regimes as the regulation's table has them (§3), stretch by stretch."""

from datetime import date, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.programme.parameters import (
    AffiliateSale,
    Channel,
    EducationRegister,
    SelectionStep,
    SettlementTrigger,
    SocialAid,
)
from prakerja.programme.queries import get_regime_book
from prakerja.programme.regimes import ClassLimits, MonthDay, Regime, Share, book_of, content_version

BOOK = get_regime_book()
FIRST_DAY = date(2020, 4, 11)


def founding() -> Regime:
    return BOOK.get("founding")


def second() -> Regime:
    return BOOK.get("second")


def third() -> Regime:
    return BOOK.get("third")


def test_regimes_follow_each_other_without_gap_or_overlap() -> None:
    assert BOOK.codes == ("founding", "second", "third")
    assert [(regime.from_date, regime.until_date) for regime in (founding(), second(), third())] == [
        (date(2020, 4, 11), date(2020, 8, 7)),
        (date(2020, 8, 7), date(2023, 1, 1)),
        (date(2023, 1, 1), None),
    ]
    assert BOOK.stretches[0].in_force_from == FIRST_DAY
    for earlier, later in zip(BOOK.stretches, BOOK.stretches[1:], strict=False):
        assert earlier.in_force_until == later.in_force_from
    assert BOOK.stretches[-1].in_force_until is None


def test_scheme_01_founding_quotas() -> None:
    assert founding().quota(Channel.DIGITAL) == 1_500_000
    assert founding().quota("regular") == 500_000


@pytest.mark.parametrize(
    ("code", "training", "job_search", "survey", "package"),
    [
        ("founding", 1_000_000, (600_000, 4), (50_000, 3), 3_550_000),
        ("second", 1_000_000, (600_000, 4), (50_000, 3), 3_550_000),
        ("third", 3_500_000, (600_000, 1), (50_000, 2), 4_200_000),
    ],
)
def test_money_01_to_03_make_the_package(
    code: str, training: int, job_search: tuple[int, int], survey: tuple[int, int], package: int
) -> None:
    """MONEY-01, MONEY-02, MONEY-03."""
    regime = BOOK.get(code)
    assert regime.training_idr == training
    assert (regime.job_search_incentive_idr, regime.job_search_incentive_count) == job_search
    assert (regime.survey_incentive_idr, regime.survey_incentive_count) == survey
    assert regime.incentive_idr == package - training
    assert regime.package_idr == package


def test_published_sums_come_out_exactly() -> None:
    package_idr = founding().package_idr
    # Waves 1-9: revoked; waves 1 and 2: appointed.
    assert 189_436 * package_idr == 672_497_800_000
    assert 456_265 * package_idr == 1_619_740_750_000
    waves_1_to_3 = (168_111, 288_154, 224_653)
    assert sum(waves_1_to_3[:2]) == 456_265
    assert sum(waves_1_to_3) == 680_918
    assert sum(waves_1_to_3) + 6 * 800_000 == 5_480_918
    # What was appointed before 7 August 2020 fits into the founding quota.
    assert sum(waves_1_to_3) <= founding().quota_digital + founding().quota_regular


def test_card_rules_by_regime() -> None:
    """CARD-01, CARD-02, CARD-03, CARD-04."""
    assert [regime.first_purchase_days for regime in (founding(), second(), third())] == [30, 30, 15]
    assert {regime.balance_until for regime in BOOK.stretches} == {MonthDay(12, 15)}
    assert all(regime.card_is_personal for regime in BOOK.stretches)
    assert [regime.second_course_after_completion for regime in (founding(), second(), third())] == [True, True, False]


def test_elig_02_highest_age_from_wave_18() -> None:
    """ELIG-02."""
    assert {regime.age_min for regime in BOOK.stretches} == {18}
    assert founding().age_max is None
    assert BOOK.on(date(2021, 8, 15)).age_max is None
    assert BOOK.on(date(2021, 8, 16)).age_max == 64
    assert third().age_max == 64


def test_eligibility_by_regime() -> None:
    """ELIG-01, ELIG-03 to ELIG-09."""
    for regime in BOOK.stretches:
        assert regime.civil_registry_confirms
        assert set(regime.education_registers) == set(EducationRegister)
        assert len(regime.eligible_statuses) == 5
        assert len(regime.excluded_offices) == 7
        assert regime.once_in_a_lifetime
        assert regime.kk_max_recipients == 2
        assert regime.wage_ceiling_idr is None
        assert "wage_ceiling_idr" in regime.switchable
    assert [regime.social_aid for regime in (founding(), second(), third())] == [
        SocialAid.LOWER_PRIORITY,
        SocialAid.LOWER_PRIORITY,
        SocialAid.ALLOWED,
    ]


def test_select_01_the_list_stands_before_aid_and_the_draw_last() -> None:
    """SELECT-01, SELECT-02."""
    four = (
        SelectionStep.VERIFIED,
        SelectionStep.WORKER_LIST,
        SelectionStep.WITHOUT_SOCIAL_AID,
        SelectionStep.RANDOM_DRAW,
    )
    assert founding().selection_order == four
    assert second().selection_order == four
    assert third().selection_order == (SelectionStep.VERIFIED, SelectionStep.WORKER_LIST, SelectionStep.RANDOM_DRAW)
    assert all(regime.province_quotas_allowed for regime in BOOK.stretches)


def test_fee_01_the_cap_begins_with_the_second_regime() -> None:
    """FEE-01, FEE-02."""
    assert BOOK.on(date(2020, 8, 6)).commission_cap_bp is None
    assert BOOK.on(date(2020, 8, 7)).commission_cap_bp == 1_500
    assert third().commission_cap_bp == 1_500
    assert {regime.government_fee_idr for regime in BOOK.stretches} == {0}


def test_partners_by_regime() -> None:
    """PLAT-01, PLAT-02, INST-01."""
    assert {regime.platform_province_reach for regime in BOOK.stretches} == {Share(2, 3)}
    assert {len(regime.platform_admission_evidence) for regime in BOOK.stretches} == {5}
    assert [regime.affiliate_sale for regime in (founding(), second(), third())] == [
        AffiliateSale.FLAG,
        AffiliateSale.FORBID,
        AffiliateSale.FORBID,
    ]
    assert {regime.institution_admission_steps[-1] for regime in BOOK.stretches} == {"decree"}


def test_course_02_bundles_end_inside_the_founding_regime() -> None:
    """COURSE-02."""
    assert BOOK.on(date(2020, 6, 29)).bundles_allowed
    assert not BOOK.on(date(2020, 6, 30)).bundles_allowed
    assert BOOK.on(date(2020, 6, 30)).code == "founding"


def test_course_03_hours_begin_in_2022() -> None:
    """COURSE-01, COURSE-03."""
    assert founding().min_hours is None
    assert BOOK.on(date(2021, 12, 31)).min_hours is None
    assert BOOK.on(date(2022, 1, 1)).min_hours == 6
    assert BOOK.on(date(2022, 12, 31)).min_hours == 6
    assert third().min_hours == 15
    assert all(regime.price_not_above_outside for regime in BOOK.stretches)


def test_course_04_and_05_class_limits_begin_in_2023() -> None:
    """COURSE-04, COURSE-05."""
    for regime in (founding(), second()):
        assert regime.class_limits("online") == ClassLimits(None, None, None)
        assert regime.class_limits("offline") == ClassLimits(None, None, None)
    assert third().class_limits("online") == ClassLimits(3, 150, 50)
    assert third().class_limits("offline") == ClassLimits(8, 40, 20, time(8), time(21))


def test_learning_by_regime() -> None:
    """LEARN-01 to LEARN-05."""
    for regime in BOOK.stretches:
        assert (regime.redeem_before_minutes, regime.redeem_after_minutes) == (60, 60)
        assert regime.attendance_required
        assert regime.presence_per_session_day
        assert len(regime.certificate_evidence) == 4
        assert regime.report_to_platform_working_days == 1
        assert regime.report_to_office_working_days == 1
        assert regime.office_check_working_days == 7
    # In the founding regime these are parameters: in force by default, and can be switched off.
    params = {"redeem_before_minutes", "redeem_after_minutes", "attendance_required", "presence_per_session_day"}
    assert params <= founding().switchable
    assert not params & (second().switchable | third().switchable)
    assert [founding().enrolment_closes_days(mode) for mode in ("online", "offline")] == [None, None]
    assert [third().enrolment_closes_days(mode) for mode in ("online", "offline")] == [1, 2]


def test_money_after_learning_by_regime() -> None:
    """INC-01, INC-02, SETTLE-01, REV-01, REG-01."""
    for regime in BOOK.stretches:
        assert len(regime.incentive_conditions) == 6
        assert regime.surveys_in_order
        assert regime.settlement_trigger is SettlementTrigger.COMPLETION
        assert "settlement_trigger" in regime.switchable
        assert regime.assisted_registration
    assert [regime.repayment_days for regime in (founding(), second(), third())] == [None, 60, 60]


def test_no_regime_before_the_programme() -> None:
    with pytest.raises(LookupError):
        BOOK.on(date(2020, 4, 10))
    with pytest.raises(LookupError):
        BOOK.get("fourth")


@given(day=st.dates(min_value=FIRST_DAY, max_value=date(2035, 12, 31)))
def test_every_day_has_exactly_one_stretch(day: date) -> None:
    holding = [
        stretch
        for stretch in BOOK.stretches
        if stretch.in_force_from <= day and (stretch.in_force_until is None or day < stretch.in_force_until)
    ]
    assert holding == [BOOK.on(day)]


@given(day=st.dates(min_value=FIRST_DAY + timedelta(days=1), max_value=date(2035, 12, 31)))
def test_rules_change_only_where_a_stretch_begins(day: date) -> None:
    begins = {stretch.in_force_from for stretch in BOOK.stretches}
    assert (BOOK.on(day) == BOOK.on(day - timedelta(days=1))) == (day not in begins)


def test_version_depends_on_the_content_alone() -> None:
    decoded = msgspec.json.decode(msgspec.json.encode(BOOK.content), type=dict[str, object])
    shuffled = dict(reversed(decoded.items()))
    assert content_version(shuffled) == BOOK.version
    assert book_of(shuffled).stretches == BOOK.stretches
    assert content_version({**BOOK.content, "format": 2}) != BOOK.version


def test_every_regime_carries_the_version_of_its_book() -> None:
    assert {stretch.version for stretch in BOOK.stretches} == {BOOK.version}
    assert len(BOOK.version) == 12
