"""The second and third hop of LEARN-05: passed on, taken over, verified by somebody else, returned, reported anew."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.learning.operations import (
    ForwardRequest,
    ReportRequest,
    ReturnRequest,
    VerifyRequest,
    forward_completions,
    report_completions,
    return_completions,
    take_over_completions,
    verify_completions,
    write_reviews,
)
from prakerja.learning.operations.reviews import ReviewRequest
from prakerja.oversight.finding_kinds import SCORES_MIN
from prakerja.oversight.invariants import INVARIANTS
from prakerja.oversight.queries.reports import list_oddities, list_returns
from tests.learning.world import World, attend, certify, check, make_world, report


@pytest.fixture
def world(db: None, context: Context) -> World:
    """A class whose report has come to the office."""
    made = make_world(context)
    attend(made)
    report(made)
    forwarded = forward_completions(
        made.after_class, [ForwardRequest(p.lane, p.purchase_id, made.platform_id) for p in made.people]
    )
    assert {result.code for result in forwarded} == {"ok"}
    return made


def _return(world: World, *, by: Context | None = None, reason: str = "Hadir tidak sesuai.") -> list[str]:
    results = return_completions(
        by or world.office, [ReturnRequest(p.lane, p.purchase_id, reason) for p in world.people]
    )
    return [result.code for result in results]


def _states() -> set[tuple[str, bool]]:
    return set(db.rows("SELECT state, closed_at IS NOT NULL FROM purchases"))


def _broken() -> list[str]:
    return [one.name for one in INVARIANTS if "LEARN-05" in one.rules and db.rows(one.sql)]


def test_a_returned_report_stands_no_more_and_is_reported_anew(world: World) -> None:
    assert _return(world) == ["ok", "ok"]
    assert _states() == {("redeemed", False)}
    assert db.value("SELECT count(*) FROM completions") == 0
    assert _broken() == []
    who = world.people[0]
    (kept,) = list_returns(who.lane, who.purchase_id)
    assert (kept.outcome, kept.post_test_score, kept.reason) == ("completed", 80, "Hadir tidak sesuai.")
    assert _return(world) == ["not_reported", "not_reported"]

    # The institution may come to another result than before: the returned report binds it no more.
    assert report(world, score=50) == ["not_completed", "not_completed"]
    assert _states() == {("not_completed", True)}
    check(world)
    assert db.value("SELECT count(*) FROM completions WHERE verified_at IS NOT NULL AND certifiable") == 0


def test_a_second_return_is_another_round(world: World) -> None:
    assert _return(world) == ["ok", "ok"]
    report(world)
    assert _return(world) == ["not_forwarded", "not_forwarded"]
    forward_completions(
        world.after_class, [ForwardRequest(p.lane, p.purchase_id, world.platform_id) for p in world.people]
    )
    assert _return(world, reason="Masih salah.") == ["ok", "ok"]
    who = world.people[1]
    assert [one.reason for one in list_returns(who.lane, who.purchase_id)] == ["Hadir tidak sesuai.", "Masih salah."]
    report(world)
    check(world)
    certify(world)
    assert db.value("SELECT count(*) FROM certificates") == 2


def test_a_report_is_returned_for_a_reason_by_somebody_else_and_before_it_is_verified(world: World) -> None:
    assert _return(world, reason="  ") == ["reason_missing", "reason_missing"]
    assert _return(world, reason="x" * 1001) == ["reason_missing", "reason_missing"]
    assert _return(world, by=world.after_class) == ["same_person", "same_person"]
    verify_completions(world.office, [VerifyRequest(p.lane, p.purchase_id) for p in world.people])
    assert _return(world) == ["verified", "verified"]
    assert _states() == {("completed", True)}


def test_two_returns_in_one_call_are_one(world: World) -> None:
    who = world.people[0]
    request = ReturnRequest(who.lane, who.purchase_id, "Sekali saja.")
    assert [r.code for r in return_completions(world.office, [request, request])] == ["ok", "not_reported"]


def test_a_review_of_before_stays(world: World) -> None:
    who = world.people[0]
    review = ReviewRequest(who.lane, who.purchase_id, who.participant_id, 4, "Baik.")
    assert write_reviews(world.after_class, [review])[0].code == "ok"
    assert _return(world) == ["ok", "ok"]
    assert db.rows("SELECT rating, text FROM reviews") == [(4, "Baik.")]


def test_who_reported_or_passed_on_does_not_check(world: World) -> None:
    """Maker and checker: the price becomes payable by the check."""
    requests = [VerifyRequest(p.lane, p.purchase_id) for p in world.people]
    assert {r.code for r in verify_completions(world.after_class, requests)} == {"same_person"}
    with pytest.raises(IntegrityError, match="the_checker_is_somebody_else"), db.attempt():
        db.execute("UPDATE completions SET verified_at = forwarded_at, verified_by = reported_by")
    with pytest.raises(IntegrityError, match="a_return_is_somebody_elses"), db.attempt():
        db.execute(
            """
            INSERT INTO completion_returns
            SELECT lane, purchase_id, 1, outcome, sessions_attended, post_test_score, skill_shown, feedback_given,
                reported_at, reported_by, forwarded_at, forwarded_at, reported_by, 'Sendiri'
            FROM completions
            """
        )
    assert {r.code for r in verify_completions(world.office, requests)} == {"ok"}


def test_what_was_returned_is_never_rewritten(world: World) -> None:
    assert _return(world) == ["ok", "ok"]
    for damage in ("UPDATE completion_returns SET reason = 'x'", "DELETE FROM completion_returns"):
        with pytest.raises(Exception, match="history"), db.attempt():
            db.execute(damage)


@pytest.mark.django_db
def test_the_office_takes_over_what_a_platform_leaves_lying(context: Context) -> None:
    """LEARN-05: one working day; the default outcome of the second hop."""
    world = make_world(context)
    attend(world)
    report(world)
    # The report is of Tuesday, 15 September 2020 in Jakarta: the platform has until Wednesday's end.
    reported_at = datetime(2020, 9, 15, 5, tzinfo=UTC)
    db.execute("UPDATE completions SET reported_at = %s", (reported_at,))
    last = datetime(2020, 9, 16, 16, 59, 59, tzinfo=UTC)
    worker = world.after_class.acting_as("system:worker")
    assert take_over_completions(worker.at(last)) == 0
    one = world.people[0]
    forward = [ForwardRequest(one.lane, one.purchase_id, world.platform_id)]
    assert forward_completions(world.after_class.at(last), forward)[0].code == "ok"
    assert take_over_completions(worker.at(last + timedelta(seconds=1))) == 1
    assert take_over_completions(worker.at(last + timedelta(days=3))) == 0
    assert set(db.rows("SELECT taken_over, forwarded_by FROM completions")) == {
        (False, world.after_class.actor),
        (True, "system:worker"),
    }
    events = db.rows("SELECT kind, subject_id FROM events WHERE kind = 'completion.taken_over'")
    assert events == [("completion.taken_over", world.people[1].purchase_id)]
    # Too late for the platform, and checked by the office as any other.
    other = world.people[1]
    late = [ForwardRequest(other.lane, other.purchase_id, world.platform_id)]
    assert forward_completions(world.after_class.at(last + timedelta(days=1)), late)[0].code == "repeated"
    verified = verify_completions(
        world.office.at(last + timedelta(days=1)), [VerifyRequest(p.lane, p.purchase_id) for p in world.people]
    )
    assert {result.code for result in verified} == {"ok"}


def test_a_report_of_a_stranger_is_not_returned(world: World) -> None:
    request = ReturnRequest(0, UUID(int=7), "Tidak ada.")
    assert return_completions(world.office, [request])[0].code == "not_reported"
    nothing = ReportRequest(0, UUID(int=7), world.institution_id, 80)
    assert report_completions(world.after_class, [nothing])[0].code == "unknown_purchase"


@pytest.mark.django_db
def test_what_is_odd_about_a_class_is_shown_to_whoever_checks(context: Context) -> None:
    """LEARN-04: fictitious completion."""
    world = make_world(context, people=SCORES_MIN, sessions=1)
    attend(world)
    report(world, people=world.people[1:])
    report(world, people=world.people[:1], score=81)
    forward_completions(
        world.after_class, [ForwardRequest(p.lane, p.purchase_id, world.platform_id) for p in world.people]
    )

    def odd() -> set[tuple[str, int]]:
        return {(one.code, one.reports) for one in list_oddities([world.schedule_id])}

    assert odd() == {("presence_at_once", SCORES_MIN)}
    db.execute("UPDATE completions SET post_test_score = 80, taken_over = purchase_id = %s", (world.keys[0][1],))
    assert odd() == {("presence_at_once", SCORES_MIN), ("taken_over", 1), ("uniform_scores", SCORES_MIN)}
    who = world.people[3]
    assert return_completions(world.office, [ReturnRequest(who.lane, who.purchase_id, "Salah.")])[0].code == "ok"
    # One less is odd no more; the returned one is, when it comes again.
    assert odd() == {("taken_over", 1)}
    report(world, people=[who])
    forward_completions(world.after_class, [ForwardRequest(who.lane, who.purchase_id, world.platform_id)])
    assert ("returned_before", 1) in odd()
    db.execute("UPDATE completions SET attendance_required = false, sessions_attended = 0 WHERE NOT taken_over")
    db.execute("UPDATE courses SET training_type = 2, hours = 2000")
    assert {("no_presence", SCORES_MIN - 1), ("rushed", SCORES_MIN)} <= odd()
    verify_completions(world.office, [VerifyRequest(p.lane, p.purchase_id) for p in world.people])
    assert odd() == set()
