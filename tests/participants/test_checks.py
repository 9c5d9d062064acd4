"""The funnel, the civil registry's answers, decisions on record, the blacklist."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from prakerja.kit import db
from prakerja.kit.settings import get_settings
from prakerja.participants import queries, sandbox
from prakerja.participants.errors import BlacklistCode, CheckCode, EligibilityCode, IdentityCode
from prakerja.participants.operations import (
    Blacklisting,
    CheckDone,
    blacklist_applicants,
    complete_checks,
    evaluate_eligibility,
    lift_blacklistings,
    verify_identities,
)
from prakerja.participants.registry import Identity, IdentityAnswer, Register
from prakerja.participants.sandbox import CivilRegistrySandbox, EligibilityRegistersSandbox
from tests.participants.people import april_context, checked, eligible, founding, person, signed_up

pytestmark = pytest.mark.django_db
NOBODY = UUID(int=5)


def test_the_funnel_is_walked_once_and_in_order() -> None:
    context = april_context()
    (key,) = signed_up(context, [person(1)])

    def step(check: str) -> CheckCode:
        return complete_checks(context, [CheckDone(key, check)])[0].code

    assert step("presence") is CheckCode.OUT_OF_ORDER
    assert step("email") is CheckCode.OK
    assert step("email") is CheckCode.REPEATED
    assert step("test") is CheckCode.OUT_OF_ORDER
    assert verify_identities(context, [key], CivilRegistrySandbox([person(1)]))[0].code is IdentityCode.OK
    # Several steps of one person in one call, and one of them twice.
    steps = [CheckDone(key, "presence"), CheckDone(key, "phone"), CheckDone(key, "test", 80), CheckDone(key, "phone")]
    assert [r.code for r in complete_checks(context, steps)] == [CheckCode.OK] * 3 + [CheckCode.REPEATED]
    assert complete_checks(context, [CheckDone(NOBODY, "email")])[0].code is CheckCode.APPLICANT_NOT_FOUND
    assert queries.get_applicant(key).state == "ready"
    assert db.value("SELECT test_score FROM applicants") == 80
    with pytest.raises(ValueError, match="unknown checks"):
        complete_checks(context, [CheckDone(key, "fingerprint")])


@pytest.mark.parametrize(
    ("known", "code", "fields"),
    [
        (person(1), IdentityCode.OK, ()),
        (person(1, name="ORANG  UJI 1"), IdentityCode.OK, ()),
        (person(2), IdentityCode.NIK_NOT_FOUND, ()),
        (person(1, name="Orang Lain"), IdentityCode.MISMATCH, ("name",)),
        (person(1, birth_date=person(2).birth_date), IdentityCode.MISMATCH, ("birth_date",)),
        (person(1, kk="1111111111111111", name="Lain"), IdentityCode.MISMATCH, ("name", "kk")),
    ],
)
def test_the_registry_answers_by_field(
    known: sandbox.SyntheticPerson, code: IdentityCode, fields: tuple[str, ...]
) -> None:
    context = april_context()
    (key,) = signed_up(context, [person(1)])
    assert verify_identities(context, [key], CivilRegistrySandbox([known]))[0].code is IdentityCode.EMAIL_NOT_VERIFIED
    complete_checks(context, [CheckDone(key, "email")])
    (result, again, nobody) = verify_identities(context, [key, key, NOBODY], CivilRegistrySandbox([known]))
    assert (result.code, result.fields) == (code, fields)
    assert again.code is IdentityCode.REPEATED
    assert nobody.code is IdentityCode.APPLICANT_NOT_FOUND
    state = queries.get_applicant(key).state
    assert state == ("identity_verified" if code is IdentityCode.OK else "email_verified")


def test_a_registry_that_is_out_of_order_changes_nothing_and_can_be_asked_again() -> None:
    context = april_context()
    (key,) = signed_up(context, [person(1)])
    complete_checks(context, [CheckDone(key, "email")])
    dead = CivilRegistrySandbox([person(1)], outage_bp=10_000)
    assert verify_identities(context, [key], dead)[0].code is IdentityCode.UNAVAILABLE
    assert queries.get_applicant(key).state == "email_verified"
    assert verify_identities(context, [key], CivilRegistrySandbox([person(1)]))[0].code is IdentityCode.OK


def test_the_sandbox_registry_is_deterministic_and_not_for_production(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [person(n) for n in range(500)]
    claims = [Identity(p.nik, p.kk, p.name, p.birth_date) for p in people]
    first, second = (CivilRegistrySandbox(people, seed=3, outage_bp=2_000).confirm(claims) for _ in range(2))
    assert first == second
    outages = sum(outcome.answer is IdentityAnswer.UNAVAILABLE for outcome in first)
    assert 60 < outages < 140
    production = get_settings().model_copy(update={"deployment": "production"})
    monkeypatch.setattr(sandbox, "get_settings", lambda: production)
    with pytest.raises(RuntimeError, match="does not exist in production"):
        CivilRegistrySandbox([])


def test_a_decision_is_recorded_with_rule_version_and_inputs() -> None:
    context = april_context()
    pupil, aided, plain = (
        person(1, formal_education_source="emis"),
        person(2, receives_social_aid=True),
        person(4),
    )
    people = [pupil, aided, plain]
    keys = checked(context, people)
    unasked = evaluate_eligibility(context, keys, founding())
    assert [r.code for r in unasked] == [EligibilityCode.WAITING] * 3
    results = evaluate_eligibility(context, keys, founding(), registers=EligibilityRegistersSandbox(people))
    assert [(r.code, r.rule) for r in results] == [
        (EligibilityCode.REFUSED, "ELIG-03"),
        (EligibilityCode.OK, None),
        (EligibilityCode.OK, None),
    ]
    refused = queries.get_applicant(keys[0])
    assert (refused.state, refused.eligibility, refused.refused_rule) == ("refused", "refused", "ELIG-03")
    assert queries.get_applicant(keys[1]).receives_social_aid is True
    first, last = queries.list_eligibility_decisions(keys[0])
    assert (first.outcome, last.outcome, last.refused_rule) == ("waiting", "refused", "ELIG-03")
    assert last.regime_version == founding().version
    assert last.evidence == {
        "rule": "ELIG-03",
        "source": "emis",
        "as_of": "2020-04-20",
        "remedy": "have_the_school_end_the_entry",
    }
    with pytest.raises(IntegrityError, match="history_is_append_only"), transaction.atomic():
        db.execute("UPDATE eligibility_decisions SET outcome = 'eligible'")


def test_registers_that_do_not_answer_make_people_wait() -> None:
    context = april_context()
    keys = checked(context, [person(1)])
    dead = EligibilityRegistersSandbox([person(1)], outage_bp=10_000)
    (result,) = evaluate_eligibility(context, keys, founding(), registers=dead)
    assert (result.code, result.rule) == (EligibilityCode.WAITING, "ELIG-03")


def test_evaluation_answers_for_each_stage() -> None:
    context = april_context()
    new = signed_up(context, [person(9)])
    done = eligible(context, [person(10), person(11), person(12)])
    db.execute("UPDATE applicants SET state = 'decreed' WHERE applicant_id = ANY (%s::uuid[])", [done[:1]])
    codes = [r.code for r in evaluate_eligibility(context, [NOBODY, *new, *done], founding())]
    assert codes == [
        EligibilityCode.APPLICANT_NOT_FOUND,
        EligibilityCode.CHECKS_MISSING,
        EligibilityCode.ALREADY_DECREED,
        EligibilityCode.OK,
        EligibilityCode.OK,
    ]


def test_a_household_has_two_recipients_at_most() -> None:
    context = april_context()
    family = [person(n, kk="3201000000009999") for n in range(3)]
    keys = eligible(context, family)
    db.execute("UPDATE applicants SET state = 'decreed' WHERE applicant_id = ANY (%s::uuid[])", [keys[:2]])
    (result,) = evaluate_eligibility(context, keys[2:], founding())
    assert (result.code, result.rule, result.evidence) == (
        EligibilityCode.REFUSED,
        "ELIG-07",
        {"recipients": 2, "most": 2, "source": "programme_office", "remedy": "correct_the_family_card"},
    )


def test_the_blacklist_refuses_until_it_is_lifted() -> None:
    context = april_context()
    (key,) = eligible(context, [person(1)])
    entry = Blacklisting(key, "fraud", UUID(int=77))
    assert [r.code for r in blacklist_applicants(context, [entry, entry])] == [BlacklistCode.OK, BlacklistCode.REPEATED]
    assert blacklist_applicants(context, [entry])[0].code is BlacklistCode.REPEATED
    unknown = replace(entry, applicant_id=NOBODY)
    assert blacklist_applicants(context, [unknown])[0].code is BlacklistCode.APPLICANT_NOT_FOUND
    (refused,) = evaluate_eligibility(context, [key], founding())
    assert (refused.code, refused.rule) == (EligibilityCode.REFUSED, "ELIG-06")
    later = context.at(context.now + timedelta(days=1))
    lifted = lift_blacklistings(later, [key, key, NOBODY], reason="appeal granted")
    assert [r.code for r in lifted] == [BlacklistCode.OK, BlacklistCode.OK, BlacklistCode.APPLICANT_NOT_FOUND]
    assert lift_blacklistings(later, [key], reason="again")[0].code is BlacklistCode.NOT_BLACKLISTED
    assert evaluate_eligibility(later, [key], founding())[0].code is EligibilityCode.OK
    assert queries.get_applicant(key).state == "ready"
    assert blacklist_applicants(later, [entry])[0].code is BlacklistCode.OK


@pytest.mark.django_db
def test_a_register_that_does_not_answer_makes_the_person_wait_with_owner_and_deadline() -> None:
    context = april_context()
    people = [person(1)]
    (key,) = checked(context, people)
    (result,) = evaluate_eligibility(
        context, [key], founding(), registers=EligibilityRegistersSandbox(people, missing=["emis"])
    )
    assert (result.code, result.rule) == (EligibilityCode.WAITING, "ELIG-03")
    assert result.evidence == {
        "source": "emis",
        "answer": "unavailable",
        "owner": "programme_office",
        "deadline_at": (context.now + timedelta(days=7)).isoformat(),
        "then": "office_decides",
    }
    waits = "SELECT waits_until_at, registers_missing FROM applicants WHERE applicant_id = %s"
    assert db.row(waits, [key]) == (context.now + timedelta(days=7), ["emis"])
    # Asked again, it answers: nobody waits longer than the register.
    (result,) = evaluate_eligibility(context, [key], founding(), registers=EligibilityRegistersSandbox(people))
    assert result.code is EligibilityCode.OK
    assert db.row(waits, [key]) == (None, [])


@pytest.mark.django_db
def test_all_registers_away_is_no_answer() -> None:
    context = april_context()
    people = [person(1)]
    (key,) = checked(context, people)
    away = EligibilityRegistersSandbox(people, missing=[register.value for register in Register])
    (result,) = evaluate_eligibility(context, [key], founding(), registers=away)
    assert (result.code, result.rule) == (EligibilityCode.WAITING, "ELIG-03")
    assert db.value("SELECT registers_asked_at IS NULL FROM applicants") is True
