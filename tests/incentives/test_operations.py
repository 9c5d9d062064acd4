from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError

from prakerja.incentives.operations import (
    EntitleRequest,
    SurveyRequest,
    answer_surveys,
    entitle_incentives,
    follow_payments,
    forfeit_incentives,
    make_incentives_due,
    schedule_incentives,
)
from prakerja.incentives.queries import (
    list_incentives,
    list_open_surveys,
    list_participants_to_entitle,
    sum_incentives_by_state,
)
from prakerja.incentives.states import INCENTIVE_MOVES
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.ledger.queries import get_balance
from prakerja.payouts.bank_file import read_bank_file
from prakerja.payouts.bank_reply import ReplyLine, write_reply_file
from prakerja.payouts.operations import (
    ApproveRequest,
    approve_payment_batches,
    read_bank_replies,
    send_payment_batches,
)
from tests.learning.world import SOUND_BANK, World, certify, complete, link_accounts, make_world, sums

PACKAGE = 4 * 600_000 + 3 * 50_000
END = datetime(2020, 12, 16, 3, tzinfo=UTC)


@pytest.fixture
def world(db: None, context: Context) -> World:
    """Two people, in two lanes, who fulfil INC-01."""
    world = make_world(context, lanes=2, sessions=1)
    complete(world)
    certify(world)
    link_accounts(world)
    return world


def _entitle(world: World, person: int = 0) -> str:
    who = world.people[person]
    return entitle_incentives(world.after_class, [EntitleRequest(who.lane, who.participant_id)])[0].code


def _all_entitled(world: World) -> None:
    results = entitle_incentives(world.after_class, [EntitleRequest(p.lane, p.participant_id) for p in world.people])
    assert [r.code for r in results] == ["ok", "ok"]


def _states(world: World, person: int = 0) -> list[str]:
    who = world.people[person]
    return [incentive.state for incentive in list_incentives(who.lane, who.participant_id)]


def _pay(world: World, *, fails: str = "", at: Context | None = None) -> UUID:
    """Scheduled, approved, sent, answered; the first line fails for the reason."""
    now = at or world.after_class
    result = schedule_incentives(now)
    assert result.code == "ok"
    assert result.batch_id is not None
    approved = approve_payment_batches(now.acting_as("staff:approver"), [ApproveRequest(result.batch_id)])
    assert approved[0].code == "ok"
    file = send_payment_batches(now, [result.batch_id])[0].file
    assert file is not None
    number, lines = read_bank_file(file)
    answers = [
        ReplyLine(line.line, line.reference, "failed", line.amount_idr, "", fails)
        if fails and line.line == 1
        else ReplyLine(line.line, line.reference, "paid", line.amount_idr, f"REF{line.line}", "")
        for line in lines
    ]
    assert read_bank_replies(now, [write_reply_file(number, answers).content])[0].code == "ok"
    follow_payments(now)
    return result.batch_id


def _first_payee(world: World) -> int:
    """Who stands on the first line of a file: lines are in the order of the payees' ids."""
    return min(range(2), key=lambda n: world.people[n].participant_id)


def test_entitles_to_the_whole_package_and_owes_the_first_at_once(world: World) -> None:
    """INC-01, MONEY-02, MONEY-03."""
    assert list_participants_to_entitle() == [(p.lane, p.participant_id) for p in world.people]
    assert _entitle(world) == "ok"
    who = world.people[0]
    incentives = list_incentives(who.lane, who.participant_id)
    assert sum(incentive.amount_idr for incentive in incentives) == PACKAGE
    assert _states(world) == ["waiting", "not_yet_due", "not_yet_due", "not_yet_due"] + ["not_yet_due"] * 3
    assert sums(world)["incentive_payable"] == 600_000
    assert get_balance(who.lane, who.participant_id, "incentive") == PACKAGE - 600_000
    assert list_participants_to_entitle() == [(world.people[1].lane, world.people[1].participant_id)]


def test_entitling_again_changes_nothing(world: World) -> None:
    who = world.people[0]
    request = EntitleRequest(who.lane, who.participant_id)
    results = entitle_incentives(world.after_class, [request, request, EntitleRequest(who.lane, world.other_id)])
    assert [r.code for r in results] == ["ok", "repeated", "unknown_participant"]
    assert len(results[0].incentive_ids) == 7
    assert _entitle(world) == "repeated"
    assert sums(world)["incentive_payable"] == 600_000


@pytest.mark.parametrize("state", ["revoked", "suspended"])
def test_a_revoked_participant_gets_nothing(world: World, state: str) -> None:
    db.execute("UPDATE participants SET state = %s", (state,))
    assert _entitle(world) == "not_active"


@pytest.mark.django_db
def test_each_condition_is_needed(context: Context) -> None:
    """INC-01."""
    world = make_world(context, sessions=1)
    complete(world)
    assert _entitle(world) == "no_certificate"
    certify(world)
    assert _entitle(world) == "no_validated_account"
    link_accounts(world)
    assert _entitle(world) == "ok"


@pytest.mark.django_db
def test_a_rating_and_review_is_needed(context: Context) -> None:
    """INC-01."""
    world = make_world(context, sessions=1)
    complete(world)
    certify(world, people=world.people[1:])
    link_accounts(world)
    db.execute(
        """
        INSERT INTO certificates (lane, certificate_id, purchase_id, number, issued_at, evidence)
        SELECT lane, purchase_id, purchase_id, 'X', verified_at, '{"sessions_attended": 1, "sessions_required": 1,
            "post_test_score": 80, "skill_shown": true, "feedback_given": true}'
        FROM completions
        WHERE purchase_id = %s
        """,
        (world.people[0].purchase_id,),
    )
    assert _entitle(world) == "no_review"
    assert _entitle(world, 1) == "ok"
    with pytest.raises(IntegrityError, match="no_incentive_without_a_review"), db.attempt():
        db.execute("UPDATE incentives SET purchase_id = %s", (world.people[0].purchase_id,))


def test_no_money_no_entitlement(world: World) -> None:
    db.execute("UPDATE accounts SET balance_idr = 0 WHERE kind = 'incentive' AND lane = 0")
    results = entitle_incentives(world.after_class, [EntitleRequest(p.lane, p.participant_id) for p in world.people])
    assert [r.code for r in results] == ["no_money", "ok"]
    assert results[0].incentive_ids == ()
    assert _states(world) == []


@pytest.mark.parametrize(
    ("key", "constraint"),
    [
        ("purchase_id", "no_incentive_without_a_certificate"),
        ("payout_account_id", "no_incentive_without_a_validated_account"),
    ],
)
def test_the_database_refuses_an_incentive_without_its_conditions(world: World, key: str, constraint: str) -> None:
    """INC-01, whoever writes."""
    _all_entitled(world)
    with pytest.raises(IntegrityError, match=constraint), db.attempt():
        db.execute(f"UPDATE incentives SET {key} = %s", (world.other_id,))


def test_an_account_of_somebody_else_is_no_account(world: World) -> None:
    _all_entitled(world)
    mine, other = world.people
    with pytest.raises(IntegrityError, match="no_incentive_without_a_validated_account"), db.attempt():
        db.execute(
            """
            UPDATE incentives
            SET payout_account_id = (SELECT payout_account_id FROM payout_accounts WHERE participant_id = %s)
            WHERE participant_id = %s
            """,
            (other.participant_id, mine.participant_id),
        )


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("kind = 'gift'", "incentive_kind_is_known"),
        ("number = 0", "incentive_number_begins_at_one"),
        ("amount_idr = 0", "incentive_is_positive"),
        ("failure_reason = 'X'", "a_failed_incentive_has_a_reason"),
        ("closed_at = now()", "a_closed_incentive_has_a_moment"),
        ("account_is_validated = false", "the_account_of_an_incentive_is_validated"),
        ("state = 'paid'", "cannot move from"),
        ("kind = 'survey', number = 1", "an_incentive_is_given_once"),
    ],
)
def test_the_database_guards_incentives(world: World, change: str, constraint: str) -> None:
    _all_entitled(world)
    with pytest.raises(IntegrityError, match=constraint), db.attempt():
        db.execute(f"UPDATE incentives SET {change}")


def test_each_month_another_one_falls_due(world: World) -> None:
    """MONEY-02."""
    _all_entitled(world)
    assert make_incentives_due(world.after_class) == 0
    for month in (1, 2, 3):
        later = world.after_class.at(world.after_class.now + timedelta(days=31 * month))
        assert make_incentives_due(later) == 2
        assert make_incentives_due(later) == 0
    assert sums(world)["incentive_payable"] == 2 * 4 * 600_000


def test_what_falls_due_is_limited_by_the_call(world: World) -> None:
    _all_entitled(world)
    later = world.after_class.at(world.after_class.now + timedelta(days=31))
    assert [make_incentives_due(later, limit=1) for _ in range(3)] == [1, 1, 0]


def test_a_suspended_participant_waits(world: World) -> None:
    _all_entitled(world)
    db.execute("UPDATE participants SET state = 'suspended'")
    assert make_incentives_due(world.after_class.at(END)) == 0
    assert schedule_incentives(world.after_class).code == "empty"


def test_surveys_are_answered_in_order(world: World) -> None:
    """INC-02."""
    who = world.people[0]

    def answer(*numbers: int) -> list[str]:
        requests = [SurveyRequest(who.lane, who.participant_id, number, {"useful": True}) for number in numbers]
        return [result.code for result in answer_surveys(world.after_class, requests)]

    assert answer(1) == ["not_entitled"]
    _all_entitled(world)
    assert list_open_surveys() == [(p.lane, p.participant_id, 1) for p in world.people]
    assert answer(4, 0, 2, 1, 1, 2) == ["no_such_survey", "no_such_survey", "out_of_order", "ok", "repeated", "ok"]
    assert list_open_surveys()[0] == (who.lane, who.participant_id, 3)
    assert answer(2, 3) == ["repeated", "ok"]
    assert _states(world)[4:] == ["waiting"] * 3
    assert sums(world)["incentive_payable"] == 2 * 600_000 + 3 * 50_000
    assert db.value("SELECT count(*) FROM survey_answers") == 3


def test_a_survey_without_money(world: World) -> None:
    _all_entitled(world)
    db.execute("UPDATE accounts SET balance_idr = 0 WHERE kind = 'incentive' AND lane = 0")
    results = answer_surveys(world.after_class, [SurveyRequest(p.lane, p.participant_id, 1) for p in world.people])
    assert [result.code for result in results] == ["no_money", "ok"]
    assert db.value("SELECT count(*) FROM survey_answers") == 1


def test_one_order_pays_all_that_a_participant_is_owed(world: World) -> None:
    _all_entitled(world)
    who = world.people[0]
    answer_surveys(world.after_class, [SurveyRequest(who.lane, who.participant_id, 1)])
    result = schedule_incentives(world.after_class)
    assert (result.code, result.incentives, result.total_idr) == ("ok", 3, 2 * 600_000 + 50_000)
    orders = db.rows("SELECT lane, amount_idr FROM payment_orders ORDER BY lane")
    assert orders == [(0, 650_000), (1, 600_000)]
    assert schedule_incentives(world.after_class).code == "empty"
    assert _states(world)[0] == "scheduled"


def test_paid_with_the_bank_s_reference(world: World) -> None:
    _all_entitled(world)
    _pay(world)
    who = world.people[0]
    first = list_incentives(who.lane, who.participant_id)[0]
    assert first.state == "paid"
    assert first.bank_reference is not None
    books = sums(world)
    assert books["paid"] == 1_200_000
    assert "incentive_payable" not in books
    assert "in_payment" not in books
    totals = {(total.kind, total.state): total.amount_idr for total in sum_incentives_by_state()}
    assert totals["job_search", "paid"] == 1_200_000


def test_following_twice_moves_nothing(world: World) -> None:
    _all_entitled(world)
    _pay(world)
    again = follow_payments(world.after_class)
    assert (again.in_transfer, again.paid, again.failed) == (0, 0, 0)


def test_a_passing_fault_is_retried_on_the_same_account(world: World) -> None:
    _all_entitled(world)
    _pay(world, fails="bank_unavailable")
    first = _first_payee(world)
    assert _states(world, first)[0] == "failed"
    assert sums(world)["incentive_payable"] == 600_000
    _pay(world)
    assert _states(world, first)[0] == "paid"
    assert sums(world)["paid"] == 1_200_000


def test_a_closed_account_waits_until_another_one_is_validated(world: World) -> None:
    """INC-01: failed (reason) → account changed → rescheduled."""
    _all_entitled(world)
    _pay(world, fails="account_closed")
    first = _first_payee(world)
    assert schedule_incentives(world.after_class).code == "empty"
    link_accounts(world, people=[world.people[first]], number=2)
    _pay(world)
    assert _states(world, first)[0] == "paid"


def test_the_end_of_the_period_forfeits_what_is_not_paid(world: World) -> None:
    """CARD-02, MONEY-02."""
    _all_entitled(world)
    assert forfeit_incentives(world.after_class, year=2020).code == "period_not_over"
    _pay(world)
    later = world.after_class.at(world.after_class.now + timedelta(days=40))
    assert make_incentives_due(later) == 2
    end = world.after_class.at(END)
    assert forfeit_incentives(end, year=2019).forfeited == 0
    result = forfeit_incentives(end, year=2020)
    assert (result.code, result.forfeited, result.returned_idr) == ("ok", 2 * 6, 2 * 600_000)
    assert _states(world) == ["paid"] + ["forfeited"] * 6
    books = sums(world)
    assert "incentive_payable" not in books
    assert books["returned"] == 1_200_000
    who = world.people[0]
    assert get_balance(who.lane, who.participant_id, "incentive") == PACKAGE - 2 * 600_000
    assert make_incentives_due(end) == 0
    assert forfeit_incentives(end, year=2020).forfeited == 0
    answers = answer_surveys(end, [SurveyRequest(who.lane, who.participant_id, 1)])
    assert answers[0].code == "forfeited"


def test_what_is_with_the_bank_is_not_forfeited(world: World) -> None:
    _all_entitled(world)
    assert schedule_incentives(world.after_class).code == "ok"
    assert forfeit_incentives(world.after_class.at(END), year=2020).returned_idr == 0
    assert _states(world)[0] == "scheduled"


@pytest.mark.django_db
def test_the_database_moves_along_the_same_table() -> None:
    arguments = db.value(
        "SELECT encode(tgargs, 'escape') FROM pg_trigger WHERE tgname = 'incentive_moves_along_its_states'"
    )
    written = {move for move in arguments.split("\\000") if move}
    assert written == {f"{old}>{new}" for old, following in INCENTIVE_MOVES.items() for new in following}


@pytest.mark.django_db
def test_thousands_in_one_call(context: Context) -> None:
    world = make_world(context, people=1000, lanes=4, sessions=1)
    complete(world)
    certify(world)
    link_accounts(world)
    requests = [EntitleRequest(p.lane, p.participant_id) for p in world.people]
    assert {result.code for result in entitle_incentives(world.after_class, requests)} == {"ok"}
    result = schedule_incentives(world.after_class)
    assert result.total_idr == 1000 * 600_000
    assert result.batch_id is not None
    approve_payment_batches(world.after_class.acting_as("staff:b"), [ApproveRequest(result.batch_id)])
    sent = send_payment_batches(world.after_class, [result.batch_id])[0].file
    assert sent is not None
    assert read_bank_replies(world.after_class, [SOUND_BANK.take_file(sent).content])[0].paid == 1000
    assert follow_payments(world.after_class).paid == 1000
    assert sums(world)["paid"] == 1000 * 600_000
