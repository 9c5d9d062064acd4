"""Living eligibility: a file says whom it would affect; notice, time to answer, a person's decision."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError

from prakerja.access.messages import CourierSandbox, list_sandbox_letters
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants import queries
from prakerja.participants.errors import DeltaCode, EligibilityCode
from prakerja.participants.operations import evaluate_eligibility
from prakerja.participants.operations.eligibility_findings import (
    FindingAnswer,
    FindingDecision,
    answer_findings,
    decide_findings,
)
from prakerja.participants.operations.registry_deltas import (
    DeltaResult,
    Notice,
    confirm_registry_delta,
    discard_registry_delta,
    load_registry_delta,
    screen_holders,
)
from prakerja.participants.queries.registry_deltas import answer_of_finding, list_own_findings
from prakerja.participants.registry_delta_files import TEMPLATE, read_delta
from tests.participants.people import april_context, eligible, founding, person

pytestmark = pytest.mark.django_db
CONTEXT = april_context("deltas")
SECOND = CONTEXT.acting_as("staff:pmo-2")


def decreed(numbers: Sequence[int], **contacts: str) -> list[UUID]:
    keys = eligible(april_context("holders"), [person(number) for number in numbers], **contacts)
    db.execute("UPDATE applicants SET state = 'decreed' WHERE applicant_id = ANY (%s::uuid[])", [keys])
    return keys


def load(*rows: str, source: str = "pddikti") -> UUID:
    result = load_registry_delta(
        CONTEXT, (TEMPLATE + "\n".join(rows) + "\n").encode(), source=source, name="Semester 1"
    )
    assert result.delta_id is not None, result
    return result.delta_id


def confirm(context: Context, delta_id: UUID) -> DeltaResult:
    notice = Notice(CourierSandbox(), "Ada pertanyaan dari register.", context.now)
    return confirm_registry_delta(context, delta_id, notice=notice)


def screen(delta_id: UUID) -> DeltaResult:
    return screen_holders(CONTEXT, delta_id, founding())


def findings() -> list[tuple[UUID, str, str, str]]:
    return [
        (row[0], row[1], row[2], row[3])
        for row in db.rows("SELECT applicant_id, rule, state, evidence::text FROM eligibility_findings ORDER BY rule")
    ]


def codes(context: Context, *decisions: FindingDecision) -> list[DeltaCode]:
    return [decided.code for decided in decide_findings(context, decisions)]


def test_the_dry_run_names_whom_it_would_affect_and_affects_nobody() -> None:
    student, servant, untouched, later = decreed([1, 2, 3, 4])
    delta_id = load(
        f"{person(1).nik};pddikti;;2019-09-01",
        f"{person(2).nik};civil_servant;;",
        f"{person(4).nik};pddikti;;2020-09-01",
        f"{person(99).nik};pddikti;;",
    )
    before = db.rows("SELECT * FROM applicants ORDER BY applicant_id")
    result = screen(delta_id)
    assert (result.code, result.found, result.by_rule) == (DeltaCode.OK, 2, (("ELIG-03", 1), ("ELIG-05", 1)))
    assert [(key, rule, state) for key, rule, state, _ in findings()] == [
        (student, "ELIG-03", "proposed"),
        (servant, "ELIG-05", "proposed"),
    ]
    assert '"as_of": "2019-09-01"' in findings()[0][3]
    assert before == db.rows("SELECT * FROM applicants ORDER BY applicant_id")
    assert {untouched, later}.isdisjoint(key for key, *_ in findings())
    # Again, and it says the same, once.
    assert screen(delta_id).found == 2
    assert len(findings()) == 2
    kinds = [kind for (kind,) in db.rows("SELECT kind FROM events WHERE subject_id = ANY (%s)", [[student, servant]])]
    assert "applicant.eligibility_questioned" not in kinds


def test_a_wage_counts_only_where_the_decision_knew_a_ceiling() -> None:
    decreed([1])
    delta_id = load(f"{person(1).nik};wage;9000000;", source="wage")
    assert screen(delta_id).found == 0
    capped = replace(founding(), wage_ceiling_idr=3_500_000)
    assert screen_holders(CONTEXT, delta_id, capped).by_rule == (("ELIG-09", 1),)


def test_notice_then_time_to_answer_then_a_person_decides() -> None:
    decreed([1, 2])
    delta_id = load(f"{person(1).nik};pddikti;;", f"{person(2).nik};emis;;")
    assert confirm(SECOND, delta_id).code is DeltaCode.NOT_SCREENED
    screen(delta_id)
    first, other = (key for (key,) in db.rows("SELECT finding_id FROM eligibility_findings ORDER BY finding_id"))
    assert codes(SECOND, FindingDecision(first, True, "benar")) == [DeltaCode.NOT_NOTICED]
    assert confirm(CONTEXT, delta_id).code is DeltaCode.SAME_PERSON
    assert confirm(SECOND, delta_id).found == 2
    assert confirm(SECOND, delta_id).code is DeltaCode.ALREADY_CONFIRMED
    assert discard_registry_delta(CONTEXT, delta_id).code is DeltaCode.ALREADY_CONFIRMED
    assert screen(delta_id).code is DeltaCode.ALREADY_CONFIRMED

    early = [
        FindingDecision(first, True, "benar"),
        FindingDecision(other, False, "data lama"),
        FindingDecision(other, False, "x"),
    ]
    assert codes(SECOND, *early) == [DeltaCode.STILL_TIME_TO_ANSWER, DeltaCode.OK, DeltaCode.ALREADY_DECIDED]
    late = SECOND.at(SECOND.now + timedelta(days=14))
    assert codes(late, FindingDecision(first, True, "  ")) == [DeltaCode.REASON_MISSING]
    assert codes(late, FindingDecision(first, True, "benar"), FindingDecision(UUID(int=1), True, "x")) == [
        DeltaCode.OK,
        DeltaCode.FINDING_NOT_FOUND,
    ]
    # Upheld is a ground, nothing more: the person keeps everything until a decree says otherwise.
    assert db.rows("SELECT DISTINCT state FROM applicants") == [("decreed",)]
    assert db.rows("SELECT state, decided_by, reason FROM eligibility_findings ORDER BY state") == [
        ("dismissed", "staff:pmo-2", "data lama"),
        ("upheld", "staff:pmo-2", "benar"),
    ]


def test_whoever_is_named_is_told_by_phone_or_else_by_mail_and_nobody_before() -> None:
    decreed([1], phone="081234567890", email="satu@contoh.id")
    eligible_by_mail = eligible(april_context("mail"), [person(2)], email="dua@contoh.id")
    db.execute("UPDATE applicants SET state = 'decreed' WHERE applicant_id = %s", [eligible_by_mail[0]])
    delta_id = load(f"{person(1).nik};pddikti;;", f"{person(2).nik};emis;;", f"{person(3).nik};emis;;")
    screen(delta_id)
    assert list_sandbox_letters() == []
    assert confirm(SECOND, delta_id).found == 2
    letters = list_sandbox_letters()
    assert sorted(letter.kind for letter in letters) == ["email", "phone"]
    assert {letter.text for letter in letters} == {"Ada pertanyaan dari register."}


def test_the_database_judges_nobody_without_notice() -> None:
    decreed([1])
    screen(load(f"{person(1).nik};pddikti;;"))
    with pytest.raises(IntegrityError, match="nobody_is_judged_without_notice"), db.attempt():
        db.execute("UPDATE eligibility_findings SET state = 'noticed'")
    with pytest.raises(IntegrityError, match="does not move from proposed to upheld"), db.attempt():
        db.execute(
            "UPDATE eligibility_findings SET state = 'upheld', decided_at = now(), decided_by = 'a:b', reason = 'x'"
        )


def test_who_is_not_decreed_yet_is_decided_anew_with_what_the_register_says_now() -> None:
    (key,) = eligible(april_context("ready"), [person(1)])
    delta_id = load(f"{person(1).nik};pddikti;;2020-01-01")
    assert screen(delta_id).by_rule == (("ELIG-03", 1),)
    confirm(SECOND, delta_id)
    assert queries.get_applicant(key).eligibility == "eligible"
    (result,) = evaluate_eligibility(CONTEXT, [key], founding())
    assert (result.code, result.rule) == (EligibilityCode.REFUSED, "ELIG-03")
    # And back: the register has taken the entry out.
    gone = load(f"{person(1).nik};gone;;")
    screen(gone)
    confirm(SECOND, gone)
    (result,) = evaluate_eligibility(CONTEXT, [key], founding())
    assert result.code is EligibilityCode.OK


def test_a_discarded_delta_leaves_nothing_and_can_come_again() -> None:
    decreed([1])
    row = f"{person(1).nik};pddikti;;"
    delta_id = load(row)
    again = load_registry_delta(april_context("x"), f"{TEMPLATE}{row}\n".encode(), source="pddikti", name="x")
    assert again.code is DeltaCode.ALREADY_LOADED
    screen(delta_id)
    assert discard_registry_delta(CONTEXT, delta_id).code is DeltaCode.OK
    assert findings() == []
    assert db.value("SELECT count(*) FROM registry_delta_rows") == 0
    assert screen(delta_id).code is DeltaCode.DISCARDED
    assert screen(UUID(int=1)).code is DeltaCode.DELTA_NOT_FOUND
    assert load(row) != delta_id


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("123;pddikti;;", "nik_has_not_16_digits"),
        (f"{person(1).nik};tamat;;", "fact_unknown"),
        (f"{person(1).nik};wage;;", "amount_not_readable"),
        (f"{person(1).nik};wage;-5;", "amount_not_readable"),
        (f"{person(1).nik};pddikti;5;", "amount_not_readable"),
        (f"{person(1).nik};pddikti;;31-02-2020", "since_not_readable"),
        (f"{person(1).nik};pddikti;", "column_count_differs"),
        (f"{person(2).nik};pddikti;;", "nik_repeated_in_file"),
    ],
)
def test_bad_rows_are_named_and_the_others_taken(row: str, reason: str) -> None:
    file = read_delta(f"{TEMPLATE}{person(2).nik};pddikti;;\n{row}\n".encode())
    assert (len(file.good), file.bad) == (1, ((3, reason),))


def test_a_file_that_was_cut_off_says_so_in_its_last_row() -> None:
    cut = f"{TEMPLATE}{person(2).nik};pddikti;;\n{person(3).nik};pddi"
    file = read_delta(cut.encode())
    assert (len(file.good), file.bad) == (1, ((3, "file_ends_within_this_row"),))
    assert read_delta(f"{cut}\n".encode()).bad == ((3, "column_count_differs"),)
    within_a_nik = read_delta(cut[: -len("23;pddi")].encode())
    assert (len(within_a_nik.good), within_a_nik.bad) == (1, ((3, "file_ends_within_this_row"),))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", DeltaCode.NOT_READABLE),
        (b"\xff\xfe\x00", DeltaCode.NOT_READABLE),
        (b"nik;fakta\n", DeltaCode.COLUMNS_MISSING),
        (TEMPLATE.encode(), DeltaCode.NO_ROWS),
    ],
)
def test_a_file_that_is_no_delta_is_refused_whole(content: bytes, code: DeltaCode) -> None:
    assert load_registry_delta(CONTEXT, content, source="pddikti", name="x").code is code
    assert db.value("SELECT count(*) FROM registry_deltas") == 0


def test_whoever_waits_for_a_wave_is_judged_by_what_holds_today() -> None:
    """A school that was entered after the decision: nothing to a decreed one, and a ground for who is still to come."""
    decreed([1])
    eligible(april_context("ready"), [person(2)])
    late = CONTEXT.at(CONTEXT.now + timedelta(days=20))
    rows = [f"{person(number).nik};pddikti;;2020-05-01" for number in (1, 2)]
    delta_id = load(*rows)
    assert screen_holders(late, delta_id, founding()).by_rule == (("ELIG-03", 1),)
    # Who was refused, or has not done the checks, is no holder of anything.
    db.execute("UPDATE applicants SET eligibility = 'waiting', waits_until_at = now() WHERE state = 'ready'")
    assert screen_holders(late, delta_id, founding()).found == 0


def test_an_upheld_finding_refuses_whoever_waits_for_a_wave_and_a_dismissed_one_nobody() -> None:
    first, other = eligible(april_context("ready"), [person(1), person(2)])
    delta_id = load(
        f"{person(1).nik};pddikti;;2020-01-01", f"{person(2).nik};civil_servant;;", source="state_employees"
    )
    screen(delta_id)
    confirm(SECOND, delta_id)
    by_person: dict[UUID, UUID] = dict(db.rows("SELECT applicant_id, finding_id FROM eligibility_findings"))
    late = SECOND.at(SECOND.now + timedelta(days=14))
    results = decide_findings(
        late, [FindingDecision(by_person[first], True, "Terdaftar."), FindingDecision(by_person[other], False, "Lama.")]
    )
    assert [(r.code, r.applicant_id, r.is_decreed) for r in results] == [
        (DeltaCode.OK, first, False),
        (DeltaCode.OK, other, False),
    ]
    applicant = queries.get_applicant(first)
    assert (applicant.state, applicant.eligibility, applicant.refused_rule) == ("refused", "refused", "ELIG-03")
    decision = queries.list_eligibility_decisions(first)[-1]
    assert (decision.outcome, decision.refused_rule) == ("refused", "ELIG-03")
    assert decision.evidence == {
        "source": "pddikti",
        "as_of": "2020-01-01",
        "remedy": "have_the_school_end_the_entry",
        "finding_id": str(by_person[first]),
    }
    assert queries.get_applicant(other).state == "ready"
    assert db.rows("SELECT state, consequence FROM eligibility_findings ORDER BY state") == [
        ("dismissed", None),
        ("upheld", "applicant_refused"),
    ]


def test_the_person_answers_in_time_and_the_answer_is_encrypted() -> None:
    key, stranger = decreed([1, 2])
    delta_id = load(f"{person(1).nik};pddikti;;")
    screen(delta_id)
    (finding_id,) = db.row("SELECT finding_id FROM eligibility_findings") or ()
    answer = FindingAnswer(finding_id, key, " Saya sudah lulus. ")
    assert answer_findings(CONTEXT, [answer]) == [DeltaCode.NOT_NOTICED]
    confirm(SECOND, delta_id)
    tried = [
        FindingAnswer(finding_id, stranger, "x"),
        FindingAnswer(finding_id, key, "  "),
        FindingAnswer(finding_id, key, "Belum tahu."),
        answer,
    ]
    assert answer_findings(CONTEXT, tried) == [
        DeltaCode.FINDING_NOT_FOUND,
        DeltaCode.REASON_MISSING,
        DeltaCode.OK,
        DeltaCode.OK,
    ]
    assert answer_of_finding(finding_id) == "Saya sudah lulus."
    assert b"lulus" not in bytes(db.value("SELECT answer_cipher FROM eligibility_findings"))
    assert db.value("SELECT count(*) FROM events WHERE payload::text LIKE '%%lulus%%'") == 0
    assert [one.finding_id for one in list_own_findings(lane=0, applicant_id=key)] == [finding_id]
    assert list_own_findings(lane=0, applicant_id=stranger) == []
    late = CONTEXT.at(CONTEXT.now + timedelta(days=14))
    assert answer_findings(late, [answer]) == [DeltaCode.TIME_IS_OVER]
    assert codes(SECOND.at(late.now), FindingDecision(finding_id, False, "Benar, sudah lulus.")) == [DeltaCode.OK]
    assert answer_findings(late, [answer]) == [DeltaCode.ALREADY_DECIDED]


def test_the_civil_registry_that_knows_somebody_no_more_is_heard_and_heard_again() -> None:
    (key,) = eligible(april_context("ready"), [person(1)])
    delta_id = load(f"{person(1).nik};not_found;;", source="civil_registry")
    screen(delta_id)
    confirm(SECOND, delta_id)
    (result,) = evaluate_eligibility(CONTEXT, [key], founding())
    assert (result.code, result.rule) == (EligibilityCode.REFUSED, "ELIG-01")
    gone = load(f"{person(1).nik};gone;;", source="civil_registry")
    screen(gone)
    confirm(SECOND, gone)
    (result,) = evaluate_eligibility(CONTEXT, [key], founding())
    assert result.code is EligibilityCode.OK
