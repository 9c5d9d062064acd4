"""Signing up step by step: what is kept, what the registry says, who gets a NIK that two people send."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from prakerja.access.operations import ContactRequest, UserRequest, create_users, register_contacts
from prakerja.access.queries import find_user_by_id
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field
from prakerja.kit.days import DayFault
from prakerja.kit.ids import SeededIds
from prakerja.participants.errors import NikFault
from prakerja.participants.operations.cases import CaseDecision, decide_cases, lapse_cases
from prakerja.participants.operations.sign_up_drafts import (
    SENDINGS,
    ask_registry_again,
    find_draft,
    keep_answers,
    send_sign_up,
)
from prakerja.participants.queries import find_applicant_by_email
from prakerja.participants.queries.cases import find_case, list_cases_of
from prakerja.participants.questions import (
    QUESTION_CODES,
    QUESTIONS,
    answer_fault,
    day_of_age,
    may_sign_up_from,
    sex_of,
    tidy_answer,
)
from prakerja.participants.registry import Identity, IdentityAnswer, IdentityOutcome
from prakerja.participants.sandbox import CivilRegistrySandbox
from prakerja.participants.sign_up_errors import AnswerFault, CaseCode, SendSignUpCode
from prakerja.participants.specimens import Specimen, SpecimenCivilRegistry, specimen, specimen_of_nik
from prakerja.programme.rule_ids import RULES
from tests.fixtures.database import Race
from tests.participants.people import april_context


def account(context: Context, name: str = "budi") -> UUID:
    (made,) = create_users(context, [UserRequest(f"p-{name}", "", Role.PARTICIPANT)])
    assert made.user_id is not None
    register_contacts(context, [ContactRequest(made.user_id, "email", f"{name}@contoh.id")])
    return made.user_id


def answers_of(someone: Specimen, **changes: str) -> dict[str, str]:
    person = someone.person
    return {
        "nik": f"{person.nik[:6]} {person.nik[6:12]}.{person.nik[12:]}",
        "kk": person.kk,
        "name": person.name,
        "birth_date": person.birth_date.isoformat(),
        "province_code": "32",
        "employment_status": "laid_off",
        "education": "senior_secondary",
    } | changes


def filled(context: Context, number: int = 1, name: str = "budi", **changes: str) -> UUID:
    user_id = account(context, name)
    for code, text in answers_of(specimen(number), **changes).items():
        assert keep_answers(context, user_id, {code: text}, consent=True)
    return user_id


def send(context: Context, user_id: UUID) -> SendSignUpCode:
    return send_sign_up(context, user_id, SpecimenCivilRegistry(), machine_now=context.now).code


@pytest.mark.django_db
def test_answers_are_kept_one_by_one_and_become_an_applicant() -> None:
    context = april_context()
    user_id = filled(context)
    draft = find_draft(user_id)
    assert draft is not None
    assert set(draft.answers) == set(QUESTION_CODES)
    assert draft.answers["nik"] == specimen(1).person.nik
    assert draft.consent_at == context.now
    assert send(context, user_id) is SendSignUpCode.OK
    user = find_user_by_id(user_id)
    assert user is not None
    assert (user.display_name, user.applicant_lane) == (specimen(1).person.name, 0)
    (state, sex, answer) = db.rows("SELECT state, sex, identity_answer FROM applicants ORDER BY applicant_id")[0]
    assert (state, sex, answer) == ("identity_verified", "male", "confirmed")
    after = find_draft(user_id)
    assert after is not None
    assert (after.state, after.answers) == ("done", {})
    assert not keep_answers(context, user_id, {"name": "Lain"})
    assert send(context, user_id) is SendSignUpCode.ALREADY_SENT


@pytest.mark.django_db
def test_what_is_missing_is_said_before_the_registry_is_asked() -> None:
    context = april_context()
    assert send(context, UUID(int=5)) is SendSignUpCode.NOT_STARTED
    user_id = account(context)
    keep_answers(context, user_id, {"name": "Budi"})
    assert send(context, user_id) is SendSignUpCode.ANSWERS_MISSING
    db.execute("DELETE FROM user_contacts")
    assert send(context, user_id) is SendSignUpCode.EMAIL_NOT_VERIFIED
    with pytest.raises(ValueError, match="questions are"):
        keep_answers(context, user_id, {"religion": "x"})


@pytest.mark.django_db
def test_a_mismatch_names_its_fields_takes_no_place_and_is_corrected() -> None:
    context = april_context()
    user_id = filled(context, birth_date="1980-01-01", name="Budi", kk="3277000000000000")
    result = send_sign_up(context, user_id, SpecimenCivilRegistry(), machine_now=context.now)
    assert result.code is SendSignUpCode.MISMATCH
    assert {"birth_date", "kk"} <= set(result.fields)
    assert db.value("SELECT count(*) FROM applicants") == 0
    assert keep_answers(context, user_id, answers_of(specimen(1)))
    assert send(context, user_id) is SendSignUpCode.OK


@pytest.mark.django_db
def test_an_unknown_nik_can_be_corrected_and_sending_is_rationed() -> None:
    context = april_context()
    user_id = filled(context, 9)
    answers = [send(context, user_id) for _ in range(SENDINGS.most + 1)]
    assert answers == [SendSignUpCode.NIK_NOT_FOUND] * SENDINGS.most + [SendSignUpCode.TOO_MANY_TRIES]


@pytest.mark.django_db
def test_who_waits_for_the_registry_knows_until_when_and_is_asked_about_again() -> None:
    context = april_context()
    user_id = filled(context, 8)
    assert send(context, user_id) is SendSignUpCode.UNAVAILABLE
    draft = find_draft(user_id)
    assert draft is not None
    # Monday 20 April and two working days: the end of Wednesday in Jakarta.
    assert (draft.state, draft.waits_until_at) == ("waits_for_registry", datetime(2020, 4, 22, 17, tzinfo=UTC))
    assert not keep_answers(context, user_id, {"name": "Lain"})
    later = context.at(context.now + timedelta(days=1))
    assert [one.code for one in ask_registry_again(later, None)] == [SendSignUpCode.UNAVAILABLE]
    same = find_draft(user_id)
    assert same is not None
    assert same.waits_until_at == draft.waits_until_at
    registry = CivilRegistrySandbox([specimen(8).person])
    assert [one.code for one in ask_registry_again(later, registry)] == [SendSignUpCode.OK]
    assert ask_registry_again(later, registry) == []
    assert db.value("SELECT state FROM applicants") == "identity_verified"


@pytest.mark.django_db
def test_a_registry_that_stays_silent_sets_the_person_free_at_the_deadline() -> None:
    context = april_context()
    user_id = filled(context, 8)
    send(context, user_id)
    events = db.value("SELECT count(*) FROM events")
    for hours in (1, 2):
        ask_registry_again(context.at(context.now + timedelta(hours=hours)), SpecimenCivilRegistry())
    assert db.value("SELECT count(*) FROM events") == events
    ask_registry_again(context.at(context.now + timedelta(days=3)), SpecimenCivilRegistry())
    draft = find_draft(user_id)
    assert draft is not None
    assert (draft.state, draft.waits_until_at, draft.identity_answer) == ("to_correct", None, "unavailable")
    assert keep_answers(context, user_id, {"name": "Suharti"})


@pytest.mark.django_db
@pytest.mark.parametrize("granted", [True, False])
def test_the_second_with_a_nik_gets_a_case_that_the_office_decides(granted: bool) -> None:  # noqa: FBT001
    context = april_context()
    first = filled(context)
    assert send(context, first) is SendSignUpCode.OK
    second = filled(context, name="siti")
    result = send_sign_up(context, second, SpecimenCivilRegistry(), machine_now=context.now)
    assert result.code is SendSignUpCode.NIK_IN_DISPUTE
    (case,) = list_cases_of(user_id=second, applicant_id=None)
    assert (case.case_id, case.kind, case.state) == (result.case_id, "identity_dispute", "open")
    office = context.acting_as("staff:pmo-1")
    (decided,) = decide_cases(office, [CaseDecision(case.case_id, granted, "KTP asli diperiksa di Dinas.")])
    assert decided.code is CaseCode.OK
    holders = {user: found.applicant_id is not None for user in (first, second) if (found := find_user_by_id(user))}
    assert holders == ({second: True} if granted else {first: True, second: False})
    draft = find_draft(second)
    assert draft is not None
    assert draft.state == ("done" if granted else "to_correct")
    # Notices about the person go where the person is.
    key, email, phone = db.row("SELECT applicant_id, email_cipher, phone_cipher FROM applicants") or (None, b"", None)
    told = decrypt_field(bytes(email), table="applicants", column="email_cipher", row_id=key)
    assert (told, phone) == ("siti@contoh.id" if granted else "budi@contoh.id", None)
    assert (find_applicant_by_email("siti@contoh.id") is not None) is granted
    (again,) = decide_cases(office, [CaseDecision(case.case_id, not granted, "lain")])
    assert again.code is CaseCode.ALREADY_DECIDED


@pytest.mark.django_db
def test_what_the_registry_said_holds_for_the_answers_it_saw_only() -> None:
    context = april_context()
    user_id = filled(context)
    right = specimen(1).person

    def marked() -> tuple[tuple[str, ...], str | None]:
        draft = find_draft(user_id)
        assert draft is not None
        return draft.mismatched_fields, draft.identity_answer

    keep_answers(context, user_id, {"name": "Salah", "kk": "3277000000000001"})
    assert send(context, user_id) is SendSignUpCode.MISMATCH
    assert (set(marked()[0]), marked()[1]) == ({"name", "kk"}, "mismatch")
    # The same once more is no correction.
    keep_answers(context, user_id, {"name": " Salah "})
    assert set(marked()[0]) == {"name", "kk"}
    keep_answers(context, user_id, {"name": right.name})
    assert marked() == (("kk",), "mismatch")
    keep_answers(context, user_id, {"kk": right.kk, "nik": specimen(9).person.nik})
    assert send(context, user_id) is SendSignUpCode.NIK_NOT_FOUND
    keep_answers(context, user_id, {"education": "bachelor"})
    assert marked() == ((), "not_found")
    keep_answers(context, user_id, {"nik": right.nik})
    assert marked() == ((), None)
    assert send(context, user_id) is SendSignUpCode.OK


@pytest.mark.django_db
def test_a_case_that_nobody_decides_gets_its_default_outcome() -> None:
    context = april_context()
    for name in ("budi", "siti"):
        send(context, filled(context, name=name))
    assert lapse_cases(context) == 0
    assert lapse_cases(context.at(context.now + timedelta(days=30))) == 1
    case = find_case(db.value("SELECT id FROM cases"))
    assert case is not None
    assert (case.state, case.default_outcome) == ("lapsed", "rejected")


def test_of_two_who_send_one_nik_at_once_one_wins_and_the_other_has_a_case(race: Race[object]) -> None:
    context = april_context()
    users = [filled(context, name=name) for name in ("budi", "siti")]

    def one(user_id: UUID) -> object:
        own = replace(context, ids=SeededIds(str(user_id)))
        return send(own, user_id)

    answers = race([lambda user_id=user_id: one(user_id) for user_id in users])  # type: ignore[misc]
    assert sorted(map(str, answers)) == ["nik_in_dispute", "ok"]
    assert db.value("SELECT count(*) FROM cases WHERE state = 'open'") == 1
    assert db.value("SELECT count(*) FROM users WHERE applicant_id IS NOT NULL") == 1


class Late:
    """A civil registry that takes so long that something happens meanwhile."""

    def __init__(self, meanwhile: Callable[[], object], answer: IdentityAnswer, *fields: str) -> None:
        self.meanwhile, self.outcome = meanwhile, IdentityOutcome(answer, fields)

    def confirm(self, identities: Sequence[Identity]) -> list[IdentityOutcome]:
        self.meanwhile()
        return [self.outcome for _ in identities]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "late", [(IdentityAnswer.CONFIRMED,), (IdentityAnswer.MISMATCH, "name"), (IdentityAnswer.UNAVAILABLE,)]
)
def test_a_late_answer_says_nothing_about_what_was_typed_meanwhile(late: tuple[IdentityAnswer, str]) -> None:
    context = april_context()
    user_id = filled(context)
    registry = Late(lambda: keep_answers(context, user_id, {"kk": "3277000000000001"}), *late)
    sent = send_sign_up(context, user_id, registry, machine_now=context.now)
    assert sent.code is SendSignUpCode.ANSWERS_CHANGED
    draft = find_draft(user_id)
    assert draft is not None
    assert (draft.state, draft.mismatched_fields, draft.answers["kk"]) == ("filling", (), "3277000000000001")
    assert db.value("SELECT count(*) FROM applicants") == 0


@pytest.mark.django_db
@pytest.mark.parametrize("second", [IdentityAnswer.NOT_FOUND, IdentityAnswer.UNAVAILABLE, IdentityAnswer.CONFIRMED])
def test_a_second_answer_to_what_is_decided_changes_nothing(second: IdentityAnswer) -> None:
    context = april_context()
    user_id = filled(context)
    registry = Late(lambda: send(context, user_id), second)
    assert send_sign_up(context, user_id, registry, machine_now=context.now).code is SendSignUpCode.ALREADY_SENT
    draft = find_draft(user_id)
    assert draft is not None
    assert (draft.state, draft.identity_answer) == ("done", "confirmed")
    assert db.rows("SELECT state FROM applicants") == [("identity_verified",)]


@pytest.mark.django_db
def test_no_answer_stands_anywhere_as_it_was_typed() -> None:
    context = april_context()
    filled(context)
    person = specimen(1).person
    for table in ("sign_up_drafts", "events", "attempt_counts"):
        for (text,) in db.rows(f"SELECT t::text FROM {table} AS t ORDER BY 1"):
            assert person.nik not in text
            assert person.name not in text


TODAY = date(2020, 4, 20)
BAD = [
    ("nik", "", AnswerFault.MISSING),
    ("nik", "993277010190123", NikFault.NOT_16_DIGITS),
    ("nik", "99327701019O0001", NikFault.NOT_DIGITS),
    ("nik", "9932773113900001", NikFault.DATE),
    ("nik", "9932777202900001", NikFault.DATE),
    ("nik", "0132770101900001", NikFault.PROVINCE),
    ("nik", "9932770101900000", NikFault.SERIAL),
    ("kk", "327700000000000", AnswerFault.KK_NOT_16_DIGITS),
    ("name", "8udi", AnswerFault.NAME_HAS_OTHER_CHARACTERS),
    ("name", "…", AnswerFault.NAME_HAS_OTHER_CHARACTERS),
    ("name", "x" * 201, AnswerFault.NAME_TOO_LONG),
    ("birth_date", "1990-02-30", DayFault.IMPOSSIBLE),
    ("birth_date", "kemarin", DayFault.NOT_READABLE),
    ("birth_date", "1890-01-01", DayFault.IMPOSSIBLE),
    ("birth_date", "2021-01-01", AnswerFault.DATE_IS_TO_COME),
    ("birth_date", "2002-04-21", AnswerFault.TOO_YOUNG),
    ("province_code", "99", AnswerFault.NOT_AN_OPTION),
    ("employment_status", "rich", AnswerFault.NOT_AN_OPTION),
    ("education", "doctor", AnswerFault.NOT_AN_OPTION),
]


@pytest.mark.parametrize(("code", "text", "fault"), BAD)
def test_answers_that_cannot_be(code: str, text: str, fault: AnswerFault | NikFault | DayFault) -> None:
    assert answer_fault(code, tidy_answer(code, text), today=TODAY, sandbox=True) is fault


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("nik", "9932774101900001"),  # a woman's day: 1 + 40
        ("nik", "9932772902920001"),  # 29 February of a leap year
        ("name", "Suharti"),
        ("name", "  José   Widodo-Ñu "),
        ("name", "I Gede D'Arc, S.H."),
        ("birth_date", "2002-04-20"),  # 18 years old today
    ],
)
def test_answers_that_are_unusual_and_good(code: str, text: str) -> None:
    assert answer_fault(code, tidy_answer(code, text), today=TODAY, sandbox=True).value == "ok"


def test_a_synthetic_nik_counts_in_a_sandbox_only() -> None:
    assert answer_fault("nik", specimen(1).person.nik, today=TODAY, sandbox=False) is NikFault.SYNTHETIC


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Jakarta", 0), ("Asia/Makassar", 1), ("Asia/Jayapura", 2)])
def test_eighteen_begins_at_one_moment_in_the_whole_country(zone: str, hour: int) -> None:
    begins = may_sign_up_from(date(2002, 4, 20), zone)
    assert (begins.date(), begins.hour) == (TODAY, hour)
    assert begins.astimezone(UTC) == datetime(2020, 4, 19, 17, tzinfo=UTC)


def test_who_was_born_on_29_february_is_18_on_1_march() -> None:
    assert day_of_age(date(2004, 2, 29), 18) == date(2022, 3, 1)


def test_each_question_names_what_uses_it() -> None:
    for question in QUESTIONS:
        assert question.used_by in RULES or question.used_by == "courses.minimum_education"
    assert "disability" not in QUESTION_CODES


def test_specimens_are_people_who_do_not_exist() -> None:
    seen = set()
    for number in range(1, 400):
        someone = specimen(number)
        assert specimen_of_nik(someone.person.nik) == someone
        assert answer_fault("nik", someone.person.nik, today=TODAY, sandbox=True).value == "ok"
        assert sex_of(someone.person.nik) == ("female" if number % 2 == 0 else "male")
        assert day_of_age(someone.person.birth_date, 18) < TODAY
        seen.add(someone.person.nik)
    assert len(seen) == 399
    assert specimen_of_nik("9932770101900000") is None
