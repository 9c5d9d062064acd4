"""INST-01: step by step, each with a drawn reviewer and a deadline; who reviewed does not decree."""

from datetime import timedelta
from uuid import uuid4

import pytest

from prakerja.kit.context import Context
from prakerja.partners import queries
from prakerja.partners.models import AdmissionStep
from prakerja.partners.operations import (
    IdentityRecord,
    InstitutionDecree,
    StepDecision,
    add_to_records,
    decide_admission_steps,
    decree_institutions,
    reassign_steps,
    submit_institutions,
)
from prakerja.partners.operations.owners import TieRequest, record_ties, reviewer_node
from prakerja.partners.states import InstitutionState
from tests.partners.world import World, refused, sign_one

REVIEWERS = ("staff:pmo-1", "staff:pmo-2", "staff:pmo-3")
STEPS = ["due_diligence", "governance_test", "course_assessment", "facilities_test"]


def submit(world: World, *reviewers: str) -> str:
    return submit_institutions(
        world.context, [world.institution_id], regime=world.second, reviewers=reviewers or REVIEWERS
    )[0].code


def open_step(world: World) -> AdmissionStep:
    return AdmissionStep.objects.get(institution=world.institution_id, outcome="open")


def decide(world: World, actor: str | None = None, *, passed: bool = True, text: str = "berkas.pdf") -> str:
    request = StepDecision(
        institution_id=world.institution_id,
        passed=passed,
        evidence=text if passed else "",
        reason="" if passed else text,
    )
    context = world.context.acting_as(actor or open_step(world).reviewer)
    return decide_admission_steps(context, [request], regime=world.second, reviewers=REVIEWERS)[0].code


def decree(world: World, actor: str = "staff:penetap", number: str = "SK-1") -> tuple[str, tuple[str, ...]]:
    request = InstitutionDecree(institution_id=world.institution_id, decree_number=number)
    result = decree_institutions(world.context.acting_as(actor), [request], regime=world.second)[0]
    return result.code, result.missing


def state(world: World) -> InstitutionState:
    return queries.get_institution(world.institution_id).state


def test_goes_step_by_step_to_the_decree(verified: World) -> None:
    assert submit(verified) == "no_agreement"
    sign_one(verified)
    assert submit(verified) == "ok"
    assert submit(verified) == "move_not_allowed"
    seen = []
    reviewers = set()
    while (step := open_step(verified)).step != "decree":
        assert (state(verified), step.due_at) == (step.step, verified.context.now + timedelta(days=14))
        seen.append(step.step)
        reviewers.add(step.reviewer)
        assert decree(verified)[0] == "steps_missing"
        assert decide(verified) == "ok"
    assert seen == STEPS
    assert reviewers <= set(REVIEWERS)
    assert decide(verified, REVIEWERS[0]) == "move_not_allowed"
    assert decree(verified, next(iter(reviewers)))[0] == "same_person"
    assert decree(verified, number=" ")[0] == "evidence_missing"
    assert decree(verified) == ("ok", ())
    assert decree(verified)[0] == "move_not_allowed"
    found = queries.get_institution(verified.institution_id)
    assert (found.state, found.decreed_at) == (InstitutionState.DECREED, verified.context.now)


def test_only_the_drawn_reviewer_decides_and_with_evidence(verified: World) -> None:
    sign_one(verified)
    submit(verified)
    others = [name for name in REVIEWERS if name != open_step(verified).reviewer]
    assert decide(verified, others[0]) == "not_the_reviewer"
    assert decide(verified, text=" ") == "evidence_missing"
    assert decide(verified, passed=False, text=" ") == "evidence_missing"
    assert decree(verified) == ("steps_missing", tuple(STEPS))
    unknown = StepDecision(institution_id=uuid4(), passed=True, evidence="x")
    result = decide_admission_steps(verified.context, [unknown], regime=verified.second, reviewers=REVIEWERS)[0]
    assert result.code == "institution_unknown"


def test_a_failed_step_gives_the_application_back(verified: World) -> None:
    sign_one(verified)
    submit(verified)
    decide(verified)
    assert decide(verified, passed=False, text="Kurikulum tidak lengkap") == "ok"
    assert state(verified) is InstitutionState.DRAFT
    assert submit(verified) == "ok"
    # A new round begins at the first step, and what was passed before does not count.
    step = open_step(verified)
    assert (step.step, step.round) == ("due_diligence", 2)
    assert decree(verified) == ("steps_missing", tuple(STEPS))


def test_without_face_to_face_there_is_no_facilities_test(verified: World) -> None:
    sign_one(verified)
    record = IdentityRecord(
        institution_id=verified.institution_id, legal_form="pt", founded_date=verified.context.today, offline=False
    )
    assert add_to_records(verified.context, [record])[0].code == "ok"
    submit(verified)
    for _ in STEPS[:-1]:
        assert decide(verified) == "ok"
    assert open_step(verified).step == "decree"
    assert decree(verified) == ("ok", ())


def test_a_reviewer_who_waits_too_long_is_replaced(verified: World) -> None:
    sign_one(verified)
    submit(verified)
    first = open_step(verified)
    assert reassign_steps(verified.context, reviewers=REVIEWERS) == []
    later = verified.context.at(first.due_at)
    assert [one.code for one in reassign_steps(later, reviewers=[first.reviewer])] == ["no_reviewer"]
    assert [one.code for one in reassign_steps(later, reviewers=REVIEWERS)] == ["ok"]
    second = open_step(verified)
    assert second.reviewer != first.reviewer
    assert second.due_at == first.due_at + timedelta(days=14)
    assert decide(verified, first.reviewer) == "not_the_reviewer"


def test_nobody_reviews_an_institution_they_are_tied_to(verified: World) -> None:
    """Programme §8: the reviewer and the institution share an address: another one is drawn, or nobody."""
    sign_one(verified)
    ties = [
        TieRequest(
            holder_kind="institution",
            holder_id=verified.institution_id,
            kind="address",
            value="Jl. Melati 1, Bekasi",
            source="form",
        ),
        TieRequest(
            holder_kind="reviewer",
            holder_id=reviewer_node("staff:pmo-1"),
            kind="address",
            value="Jl. Melati 1, Bekasi",
            source="form",
        ),
    ]
    assert {one.code.value for one in record_ties(verified.context, ties)} == {"ok"}
    assert submit(verified, "staff:pmo-1") == "no_reviewer"
    assert submit(verified, "staff:pmo-1", "staff:pmo-2") == "ok"
    assert open_step(verified).reviewer == "staff:pmo-2"


def test_reviewers_are_drawn_and_not_chosen(verified: World) -> None:
    """With the seed of the tests all three are drawn within a few rounds."""
    sign_one(verified)
    drawn = set()
    for _ in range(12):
        submit(verified)
        drawn.add(open_step(verified).reviewer)
        decide(verified, passed=False, text="ulang")
    assert drawn == set(REVIEWERS)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("UPDATE admission_steps SET step = 'tea'", "admission_step_is_known"),
        ("UPDATE admission_steps SET outcome = 'maybe', decided_at = now()", "admission_outcome_is_known"),
        ("UPDATE admission_steps SET decided_at = now()", "decided_admission_step_has_its_moment"),
        ("UPDATE admission_steps SET outcome = 'passed', decided_at = now()", "passed_admission_step_has_evidence"),
        ("UPDATE admission_steps SET outcome = 'failed', decided_at = now()", "failed_admission_step_has_a_reason"),
        (
            (
                "INSERT INTO admission_steps SELECT gen_random_uuid(), round, step, reviewer, assigned_at, due_at,"
                " outcome, evidence, reason, decided_at, institution_id FROM admission_steps"
            ),
            "institution_has_one_open_step",
        ),
    ],
)
def test_the_database_keeps_steps_right(verified: World, context: Context, change: str, constraint: str) -> None:
    sign_one(verified)
    submit(verified)
    assert refused(change) == constraint
