import pytest
from django.db import IntegrityError

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.learning.operations import (
    CertificateRequest,
    ForwardRequest,
    ReportRequest,
    ReviewRequest,
    VerifyRequest,
    forward_completions,
    issue_certificates,
    report_completions,
    verify_completions,
    write_reviews,
)
from prakerja.learning.queries import (
    find_certificate_by_number,
    find_completion,
    list_attendances,
    list_certificates_to_issue,
    list_completions_of_participant,
    list_completions_to_forward,
    list_completions_to_verify,
)
from tests.learning.world import World, attend, certify, check, complete, make_world, report


@pytest.fixture
def world(db: None, context: Context) -> World:
    return make_world(context)


def _report(world: World, *, at: Context | None = None, person: int = 0, **changes: object) -> tuple[str, str | None]:
    who = world.people[person]
    fields = {
        "lane": who.lane,
        "purchase_id": who.purchase_id,
        "institution_id": world.institution_id,
        "post_test_score": 80,
    }
    request = ReportRequest(**{**fields, **changes})  # type: ignore[arg-type]
    result = report_completions(at or world.after_class, [request])[0]
    return result.code, result.outcome


def _state(world: World, person: int = 0) -> tuple[str, bool]:
    (row,) = db.rows(
        "SELECT state, closed_at IS NOT NULL FROM purchases WHERE purchase_id = %s",
        (world.people[person].purchase_id,),
    )
    return row[0], row[1]


def _verify(world: World) -> tuple[str, str | None]:
    who = world.people[0]
    result = verify_completions(world.office, [VerifyRequest(who.lane, who.purchase_id)])[0]
    return result.code, result.outcome


def _forward(world: World, **changes: object) -> str:
    who = world.people[0]
    fields = {"lane": who.lane, "purchase_id": who.purchase_id, "platform_id": world.platform_id}
    return forward_completions(world.after_class, [ForwardRequest(**{**fields, **changes})])[0].code  # type: ignore[arg-type]


def _certificate(world: World) -> tuple[str, str | None]:
    who = world.people[0]
    result = issue_certificates(world.after_class, [CertificateRequest(who.lane, who.purchase_id)])[0]
    return result.code, result.number


def _review(world: World, **changes: object) -> str:
    who = world.people[0]
    fields = {
        "lane": who.lane,
        "purchase_id": who.purchase_id,
        "participant_id": who.participant_id,
        "rating": 5,
        "text": "Baik.",
    }
    return write_reviews(world.after_class, [ReviewRequest(**{**fields, **changes})])[0].code  # type: ignore[arg-type]


def test_all_sessions_and_a_passed_test_complete_the_course(world: World) -> None:
    attend(world)
    assert _report(world) == ("ok", "completed")
    assert _state(world) == ("completed", True)


def test_a_missed_session_does_not(world: World) -> None:
    """LEARN-03."""
    attend(world, sessions=[1])
    assert _report(world) == ("ok", "not_completed")
    assert _state(world) == ("not_completed", True)


@pytest.mark.parametrize("score", [None, 59])
def test_nor_a_test_that_was_not_passed(world: World, score: int | None) -> None:
    """LEARN-04."""
    attend(world)
    assert _report(world, post_test_score=score) == ("ok", "not_completed")


@pytest.mark.django_db
def test_a_practised_skill_is_shown(context: Context) -> None:
    """LEARN-04."""
    world = make_world(context, mode="offline")
    attend(world)
    assert _report(world, skill_shown=False) == ("ok", "not_completed")
    assert _report(world, person=1, skill_shown=True) == ("ok", "completed")


def test_refusals_of_a_report(world: World) -> None:
    assert _report(world, purchase_id=world.other_id) == ("unknown_purchase", None)
    assert _report(world, institution_id=world.other_id) == ("another_institution", None)
    assert _report(world, at=world.context) == ("class_not_over", None)
    assert _report(world, post_test_score=101) == ("score_out_of_range", None)
    assert _report(world) == ("ok", "not_completed")
    assert _report(world) == ("repeated", "not_completed")
    assert _report(world, post_test_score=81) == ("conflict", "not_completed")


@pytest.mark.parametrize(("state", "code"), [("paid", "not_redeemed"), ("voided", "voided"), ("expired", "expired")])
def test_a_report_needs_a_live_redeemed_purchase(world: World, state: str, code: str) -> None:
    db.execute(
        """
        UPDATE purchases
        SET state = %(state)s,
            redeemed_at = CASE WHEN %(state)s = 'expired' THEN paid_at END,
            voided_at = CASE WHEN %(state)s = 'voided' THEN paid_at END,
            closed_at = CASE WHEN %(state)s = 'expired' THEN paid_at END
        WHERE purchase_id = %(purchase)s
        """,
        {"state": state, "purchase": world.people[0].purchase_id},
    )
    assert _report(world) == (code, None)


def test_two_reports_in_one_call_are_decided_in_order(world: World) -> None:
    attend(world)
    who = world.people[0]
    requests = [
        ReportRequest(who.lane, who.purchase_id, world.institution_id, score, skill_shown=True)
        for score in (80, 80, 90)
    ]
    results = report_completions(world.after_class, requests)
    assert [(r.code, r.outcome) for r in results] == [
        ("ok", "completed"),
        ("repeated", "completed"),
        ("conflict", "completed"),
    ]


def test_the_chain_runs_in_order(world: World) -> None:
    """LEARN-05."""
    assert _forward(world) == "not_reported"
    assert _verify(world) == ("not_reported", None)
    attend(world)
    report(world)
    assert _verify(world) == ("not_forwarded", "completed")
    assert _forward(world, platform_id=world.other_id) == "another_platform"
    assert _forward(world) == "ok"
    assert _forward(world) == "repeated"
    assert _verify(world) == ("ok", "completed")
    assert _verify(world) == ("repeated", "completed")


def test_a_certificate_needs_each_step(world: World) -> None:
    """LEARN-04."""
    assert _certificate(world) == ("not_reported", None)
    attend(world)
    assert _report(world, feedback_given=False) == ("ok", "completed")
    assert _certificate(world) == ("not_verified", None)
    assert _forward(world) == "ok"
    assert _verify(world) == ("ok", "completed")
    assert _certificate(world) == ("no_feedback", None)


def test_a_certificate_is_issued_once_and_carries_its_evidence(world: World) -> None:
    complete(world)
    assert list_certificates_to_issue() == sorted(world.keys, key=lambda key: key[1])
    code, number = _certificate(world)
    assert code == "ok"
    assert number is not None
    assert number.startswith("PK-2020-")
    assert _certificate(world) == ("repeated", number)
    (evidence,) = db.row("SELECT evidence::text FROM certificates") or ("",)
    assert '"post_test_score": 80' in evidence
    assert '"sessions_attended": 2' in evidence
    found = find_certificate_by_number(number)
    assert found is not None
    assert (found.course_title, found.institution_name) == ("Barista", "LPK Maju")
    (name,) = db.row("SELECT name FROM applicants WHERE applicant_id = %s", [world.people[0].applicant_id]) or ("",)
    assert found.holder_name == name
    assert find_certificate_by_number("PK-2020-AAAAAAAAAAAA") is None


@pytest.mark.parametrize("step", ["reported", "not_completed", "nothing"])
def test_the_database_refuses_a_certificate_without_verified_evidence(world: World, step: str) -> None:
    """LEARN-04, whoever writes."""
    if step == "reported":
        attend(world)
        report(world)
    if step == "not_completed":
        report(world)
        check(world)
    with pytest.raises(IntegrityError, match="no_certificate_without_verified_evidence"), db.attempt():
        db.execute(
            """
            INSERT INTO certificates (lane, certificate_id, purchase_id, number, issued_at, evidence)
            VALUES (0, %s, %s, 'X', now(), '{"sessions_attended": 1, "sessions_required": 1, "post_test_score": 1,
                "skill_shown": true, "feedback_given": true}')
            """,
            (world.other_id, world.people[0].purchase_id),
        )


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("sessions_attended = 1", "completed_needs_every_session"),
        ("post_test_score = 59", "completed_needs_the_pass_mark"),
        ("post_test_score = NULL", "completed_needs_the_pass_mark"),
        ("skill_required = true, skill_shown = false", "completed_needs_the_skill"),
        ("verified_at = reported_at, forwarded_at = NULL", "verified_after_forwarded"),
        ("forwarded_at = reported_at - interval '1 second'", "the_chain_runs_forward"),
        ("post_test_score = 101", "score_is_out_of_a_hundred"),
        ("outcome = 'perhaps'", "outcome_is_known"),
    ],
)
def test_the_database_refuses_a_completion_that_breaks_the_rules(world: World, change: str, constraint: str) -> None:
    attend(world)
    report(world)
    with pytest.raises(IntegrityError, match=constraint), db.attempt():
        db.execute(f"UPDATE completions SET {change}")


def test_reviews(world: World) -> None:
    """INC-01: rating and review."""
    assert _review(world, purchase_id=world.other_id) == "unknown_purchase"
    assert _review(world, participant_id=world.other_id) == "another_participant"
    assert _review(world) == "not_reported"
    report(world)
    assert _review(world, rating=0) == "rating_out_of_range"
    assert _review(world, rating=6) == "rating_out_of_range"
    assert _review(world, text="  ") == "text_out_of_range"
    assert _review(world, text="x" * 2001) == "text_out_of_range"
    assert _review(world, text=" Baik. ") == "ok"
    assert _review(world) == "repeated"
    assert _review(world, rating=1) == "conflict"
    assert db.rows("SELECT rating, text FROM reviews") == [(5, "Baik.")]


def test_what_each_side_sees(world: World) -> None:
    who = world.people[0]
    attend(world, sessions=[1])
    first, second = list_attendances(who.lane, who.purchase_id)
    assert (first.presence, second.attended_at) == ("selfie", None)
    assert find_completion(who.lane, who.purchase_id) is None
    report(world)
    assert len(list_completions_to_forward(world.platform_id)) == 2
    assert list_completions_to_forward(world.other_id) == []
    waiting = find_completion(who.lane, who.purchase_id)
    assert waiting is not None
    assert waiting.waits_for is not None
    assert waiting.waits_for.owner == "platform"
    assert _forward(world) == "ok"
    assert [c.purchase_id for c in list_completions_to_verify()] == [who.purchase_id]
    assert _verify(world) == ("ok", "not_completed")
    (mine,) = list_completions_of_participant(who.lane, who.participant_id)
    assert (mine.outcome, mine.waits_for, mine.certificate_number) == ("not_completed", None, None)


@pytest.mark.django_db
def test_thousands_go_the_whole_way(context: Context) -> None:
    world = make_world(context, people=1000, lanes=4, sessions=1)
    complete(world)
    certify(world)
    assert db.value("SELECT count(DISTINCT number) FROM certificates") == 1000
