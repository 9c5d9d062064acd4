"""What a NIK can be, and who is eligible by which rule."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.participants.errors import NikFault
from prakerja.participants.registry import Register
from prakerja.participants.rules import (
    PROVINCE_CODES,
    REMEDIES,
    PersonFacts,
    decide_eligibility,
    kk_is_possible,
    nik_fault,
    nik_says,
    plain_name,
)
from prakerja.programme.queries import get_regime_book
from prakerja.programme.regimes import Regime


@pytest.mark.parametrize(
    ("nik", "fault"),
    [
        ("", NikFault.MISSING),
        ("3,27301E+15", NikFault.ROUNDED),
        ("3.27301E+15", NikFault.ROUNDED),
        ("3273010101900000.0", NikFault.ROUNDED),
        ("327301010190000A", NikFault.NOT_DIGITS),
        ("٣٢٧٣٠١٠١٠١٩٠٠٠٠١", NikFault.NOT_DIGITS),
        ("327301010190001", NikFault.NOT_16_DIGITS),
        ("32730101019000011", NikFault.NOT_16_DIGITS),
        ("0073010101900001", NikFault.PROVINCE),
        ("2273010101900001", NikFault.PROVINCE),
        ("3273013202900001", NikFault.DATE),
        ("3273010013900001", NikFault.DATE),
        ("3273017202900001", NikFault.DATE),
        ("3273012902010001", NikFault.DATE),
        ("3273010101900000", NikFault.SERIAL),
        ("3273010101900001", NikFault.OK),
        ("3273014101900001", NikFault.OK),
        ("3273012902000001", NikFault.OK),
        ("3273010101900002", NikFault.OK),
    ],
)
def test_names_the_fault_of_a_nik(nik: str, fault: NikFault) -> None:
    assert nik_fault(nik, sandbox=False) is fault


def test_a_synthetic_nik_exists_in_a_sandbox_only() -> None:
    assert nik_fault("9932010101900001", sandbox=True) is NikFault.OK
    assert nik_fault("9932010101900001", sandbox=False) is NikFault.SYNTHETIC


@given(
    born=st.dates(date(1920, 1, 1), date(2019, 12, 31)),
    sex=st.sampled_from(["female", "male"]),
    province=st.sampled_from(sorted(PROVINCE_CODES)),
    serial=st.integers(1, 9999),
)
def test_a_nik_made_of_a_birth_date_is_possible_and_says_it(born: date, sex: str, province: str, serial: int) -> None:
    day = born.day + (40 if sex == "female" else 0)
    nik = f"{province}0101{day:02d}{born.month:02d}{born.year % 100:02d}{serial:04d}"
    assert nik_fault(nik, sandbox=False) is NikFault.OK
    assert nik_says(nik, birth_date=born, sex=sex)
    assert not nik_says(nik, birth_date=born, sex="male" if sex == "female" else "female")


def test_kk_has_16_digits() -> None:
    assert kk_is_possible("3201000000000001")
    assert not kk_is_possible("320100000000001")
    assert not kk_is_possible("320100000000000A")


@pytest.mark.parametrize("name", ["Siti Nurhaliza", "SITI  NURHALIZA", "siti-nurhaliza", "Siti Nurháliza."])
def test_names_are_compared_without_case_diacritics_and_dots(name: str) -> None:
    assert plain_name(name) == "siti nurhaliza"


FOUNDING = get_regime_book().on(date(2020, 4, 20))
SECOND = get_regime_book().on(date(2022, 12, 1))
THIRD = get_regime_book().on(date(2023, 6, 1))
FACTS = PersonFacts(
    identity_answer="confirmed",
    birth_date=date(1990, 5, 5),
    signed_up_date=date(2020, 4, 20),
    employment_status="laid_off",
    registers_asked=True,
    formal_education_source=None,
    excluded_office=None,
    receives_social_aid=False,
    already_participant=False,
    blacklisted=False,
    household_recipients=1,
)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"identity_answer": "not_found"}, "ELIG-01"),
        ({"identity_answer": "mismatch"}, "ELIG-01"),
        ({"birth_date": date(2002, 4, 21)}, "ELIG-02"),
        ({"formal_education_source": "dapodik"}, "ELIG-03"),
        ({"formal_education_source": "pddikti"}, "ELIG-03"),
        ({"formal_education_source": "emis"}, "ELIG-03"),
        ({"employment_status": "other"}, "ELIG-04"),
        ({"excluded_office": "civil_servant"}, "ELIG-05"),
        ({"excluded_office": "state_company_board"}, "ELIG-05"),
        ({"already_participant": True}, "ELIG-06"),
        ({"blacklisted": True}, "ELIG-06"),
        ({"household_recipients": 2}, "ELIG-07"),
    ],
)
def test_each_rule_refuses_with_its_id(changes: dict[str, object], rule: str) -> None:
    verdict = decide_eligibility(replace(FACTS, **changes), FOUNDING)  # type: ignore[arg-type]
    assert (verdict.outcome, verdict.rule) == ("refused", rule)
    assert verdict.evidence


def test_eighteen_today_may_sign_up() -> None:
    assert decide_eligibility(replace(FACTS, birth_date=date(2002, 4, 20)), FOUNDING).outcome == "eligible"


def test_the_highest_age_is_a_rule_of_later_regimes() -> None:
    old = replace(FACTS, birth_date=date(1950, 1, 1))
    assert decide_eligibility(old, FOUNDING).outcome == "eligible"
    assert decide_eligibility(replace(old, signed_up_date=date(2023, 6, 1)), THIRD).rule == "ELIG-02"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"identity_answer": None}, "ELIG-01"),
        ({"identity_answer": "unavailable"}, "ELIG-01"),
        ({"registers_asked": False}, "ELIG-03"),
        ({"receives_social_aid": None}, "ELIG-08"),
    ],
)
def test_an_unavailable_source_never_counts_as_a_yes(changes: dict[str, object], rule: str) -> None:
    verdict = decide_eligibility(replace(FACTS, **changes), FOUNDING)  # type: ignore[arg-type]
    assert (verdict.outcome, verdict.rule) == ("waiting", rule)


def test_social_aid_refuses_nobody() -> None:
    for regime in (FOUNDING, SECOND, THIRD):
        assert decide_eligibility(replace(FACTS, receives_social_aid=True), regime).outcome == "eligible"


def test_a_wage_counts_only_under_a_ceiling() -> None:
    rich = replace(FACTS, monthly_wage_idr=3_500_001)
    capped = replace(FOUNDING, wage_ceiling_idr=3_500_000)
    assert decide_eligibility(rich, FOUNDING).outcome == "eligible"
    verdict = decide_eligibility(rich, capped)
    assert (verdict.outcome, verdict.rule) == ("refused", "ELIG-09")
    assert "3500001" not in str(verdict.evidence)
    assert decide_eligibility(replace(FACTS, monthly_wage_idr=3_500_000), capped).outcome == "eligible"
    assert decide_eligibility(replace(FACTS, monthly_wage_idr=None), capped).outcome == "eligible"


@pytest.mark.parametrize(
    ("register", "rule"),
    [("dapodik", "ELIG-03"), ("pddikti", "ELIG-03"), ("emis", "ELIG-03"), ("state_employees", "ELIG-05"),
     ("social_aid", "ELIG-08")],
)  # fmt: skip
def test_each_register_that_a_rule_needs_is_waited_for(register: str, rule: str) -> None:
    verdict = decide_eligibility(replace(FACTS, registers_missing=frozenset({register})), FOUNDING)
    assert (verdict.outcome, verdict.rule, verdict.evidence["source"]) == ("waiting", rule, register)


@pytest.mark.parametrize("register", ["wage", "insurance"])
def test_a_register_that_no_rule_needs_keeps_nobody_waiting(register: str) -> None:
    missing = replace(FACTS, registers_missing=frozenset({register}))
    assert decide_eligibility(missing, FOUNDING).outcome == "eligible"
    capped = replace(FOUNDING, wage_ceiling_idr=3_500_000)
    assert decide_eligibility(missing, capped).rule == "ELIG-09"


def test_a_refusal_holds_source_day_and_remedy() -> None:
    facts = replace(FACTS, formal_education_source="dapodik", as_of_date=date(2020, 4, 19))
    evidence = decide_eligibility(facts, FOUNDING).evidence
    assert evidence == {"source": "dapodik", "as_of": "2020-04-19", "remedy": REMEDIES["ELIG-03"]}


@given(
    missing=st.sets(st.sampled_from(list(Register))),
    office=st.none() | st.sampled_from(["civil_servant", "police", "none_of_these"]),
    education=st.none() | st.sampled_from(["dapodik", "pddikti", "emis"]),
    wage=st.none() | st.integers(0, 10_000_000),
    answer=st.sampled_from(["confirmed", "not_found", "mismatch", "unavailable", None]),
    regime=st.sampled_from([FOUNDING, SECOND, THIRD, replace(THIRD, wage_ceiling_idr=3_500_000)]),
)
def test_nobody_is_eligible_while_a_needed_register_is_missing(
    missing: set[Register],
    office: str | None,
    education: str | None,
    wage: int | None,
    answer: str | None,
    regime: Regime,
) -> None:
    facts = replace(
        FACTS,
        registers_missing=frozenset(missing),
        excluded_office=office,
        formal_education_source=education,
        monthly_wage_idr=wage,
        identity_answer=answer,
        signed_up_date=regime.in_force_from,
    )
    verdict = decide_eligibility(facts, regime)
    needed = missing - (set() if regime.wage_ceiling_idr else {Register.WAGE, Register.INSURANCE})
    if verdict.outcome == "eligible":
        assert not needed
        assert answer == "confirmed"
        assert education is None
        assert office not in {"civil_servant", "police"}
    if verdict.outcome == "refused":
        assert verdict.rule in REMEDIES
        assert verdict.evidence["remedy"] == REMEDIES[verdict.rule]
