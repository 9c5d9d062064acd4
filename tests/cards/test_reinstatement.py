"""A granted appeal gives back what the revocation took: money, place, card and time, or waits for them."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from prakerja.cards import queries
from prakerja.cards.errors import ReinstatementCode
from prakerja.cards.operations import (
    ReinstatementResult,
    approve_reinstatement,
    issue_cards,
    lapse_reinstatements,
    prepare_reinstatement,
    prepare_revocation,
    reject_reinstatement,
    retry_reinstatements,
    revoke_participants,
    send_deadline_notices,
)
from prakerja.cards.operations.appeals import appeal_revocations, decide_appeals
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from prakerja.ledger.operations import Transfer, post_transfers
from prakerja.ledger.queries import sum_by_account_kind
from prakerja.oversight.invariants.running import run_invariants
from prakerja.participants.operations.cases import CaseDecision, CaseRequest
from prakerja.participants.sign_up_errors import CaseCode
from prakerja.programme.operations import give_back_places, take_places
from prakerja.programme.queries import get_budget
from prakerja.programme.rules import PlacesRequest, balance_end, first_purchase_deadline
from prakerja.selection.queries import find_participant_of_applicant
from tests.cards.test_notices_and_appeals import TEXTS
from tests.cards.test_revocation import PACKAGE_IDR, approver, maker, world
from tests.fixtures.database import Race
from tests.participants.people import april_context, founding
from tests.selection.world import approved

DAY = timedelta(days=1)


def judge(context: Context) -> Context:
    return context.acting_as("staff:judge")


def signer(context: Context) -> Context:
    return context.acting_as("staff:signer")


def revoke(context: Context, ids: list[UUID], reason: str = "no_first_purchase") -> UUID:
    proposed = prepare_revocation(maker(context), ids, founding(), reason=reason)
    assert proposed.decree_id is not None, proposed
    assert revoke_participants(approver(context), proposed.decree_id).participants == len(ids)
    return proposed.decree_id


def granted(context: Context, applicant_id: UUID, revocation_id: UUID) -> UUID:
    """A granted appeal: the decree that gives back, prepared by the judge."""
    (opened,) = appeal_revocations(
        context, [CaseRequest("revoked", None, revocation_id, "Saya sakit.", applicant_id, 0)]
    )
    assert opened.case_id is not None, opened
    (decided,) = decide_appeals(judge(context), [CaseDecision(opened.case_id, granted=True, answer="Benar.")])
    assert decided.code is CaseCode.OK
    (given,) = queries.list_reinstatements_of_case(opened.case_id)
    return given.decree_id


def fill_quota(context: Context) -> int:
    """Somebody else takes every place that is left; how many."""
    budget = get_budget("founding", "digital")
    (taken,) = take_places(context, [PlacesRequest(0, budget.id, budget.places_left)])
    assert taken.code == "ok"
    return budget.places_left


def spend_unspent(context: Context) -> int:
    """The budget's unspent money goes back to the treasury; how much it was."""
    budget = get_budget("founding", "digital")
    left: int = db.value("SELECT balance_idr FROM accounts WHERE holder_id = %s AND kind = 'unspent'", [budget.id])
    close = Transfer(0, "close_unspent", context.uuid(), budget.number, budget.id, budget.id, amount_idr=left)
    assert post_transfers(context, [close])[0].code == "ok"
    return left


def appropriate(context: Context, amount_idr: int) -> None:
    budget = get_budget("founding", "digital")
    given = Transfer(0, "appropriation", context.uuid(), budget.number, budget.id, budget.id, amount_idr=amount_idr)
    assert post_transfers(context, [given])[0].code == "ok"


def broken() -> list[str]:
    return [result.name for result in run_invariants() if not result.ok]


@pytest.mark.django_db
def test_the_whole_package_the_place_a_card_and_new_deadlines_come_back() -> None:
    decreed, ids, late = world(2)
    appropriate(late, 5 * PACKAGE_IDR)
    revocation_id = revoke(late, ids)
    places = get_budget("founding", "digital").places_taken
    decree_id = granted(late, decreed.applicants[0], revocation_id)
    given = queries.find_reinstatement_of_decree(decree_id)
    assert given is not None
    assert (given.state, given.training_idr, given.incentive_idr) == ("prepared", 1_000_000, 2_550_000)
    assert given.due_at == balance_end(late.today, founding())
    assert db.value("SELECT lifted_at FROM blacklist ORDER BY lifted_at NULLS LAST LIMIT 1") == late.now
    assert (
        db.value("SELECT count(*) FROM participants WHERE state = 'revoked' AND participant_id = ANY (%s)", [ids]) == 2
    )

    # Who decided the appeal cannot sign; the money moves by the second person only.
    assert approve_reinstatement(judge(late), decree_id).code is ReinstatementCode.SAME_PERSON
    assert approve_reinstatement(signer(late), UUID(int=9)).code is ReinstatementCode.DECREE_NOT_FOUND
    later = late.at(late.now + 3 * DAY)
    before = sum_by_account_kind()
    result = approve_reinstatement(signer(later), decree_id)
    assert (result.code, result.total_idr) == (ReinstatementCode.OK, PACKAGE_IDR)
    assert approve_reinstatement(signer(later), decree_id).code is ReinstatementCode.ALREADY_DECIDED

    number = get_budget("founding", "digital").number
    sums = sum_by_account_kind()
    assert sums[number, "unspent"] == before[number, "unspent"] - PACKAGE_IDR
    assert (sums[number, "training"], sums[number, "incentive"]) == (1_000_000, 2_550_000)
    assert sums[number, "returned"] == before[number, "returned"] == 2 * PACKAGE_IDR
    assert get_budget("founding", "digital").places_taken == places + 1
    person = find_participant_of_applicant(decreed.applicants[0])
    assert person is not None
    assert (person.state, person.first_purchase_deadline_at) == (
        "active",
        first_purchase_deadline(later.now, founding()),
    )
    cards = db.rows(
        "SELECT state, count(DISTINCT number) FROM cards WHERE participant_id = %s GROUP BY state ORDER BY state",
        [person.participant_id],
    )
    assert cards == [("active", 1), ("withdrawn", 1)]
    decree = db.row(
        "SELECT kind, state, maker, approver, participants, total_idr FROM decrees WHERE id = %s", [decree_id]
    )
    assert decree == ("reinstatement", "approved", "staff:judge", "staff:signer", 1, PACKAGE_IDR)
    assert db.value("SELECT count(*) FROM events WHERE kind = 'participant.reinstated'") == 1
    assert broken() == []


@pytest.mark.django_db
def test_a_full_quota_makes_it_wait_signed_until_a_place_is_free() -> None:
    decreed, ids, late = world(1)
    appropriate(late, 5 * PACKAGE_IDR)
    decree_id = granted(late, decreed.applicants[0], revoke(late, ids))
    places = fill_quota(late)
    result = approve_reinstatement(signer(late), decree_id)
    assert result.code is ReinstatementCode.QUOTA_EXHAUSTED
    assert result.due_at == balance_end(late.today, founding())
    given = queries.find_reinstatement_of_decree(decree_id)
    assert given is not None
    assert (given.state, given.signed_by, given.waits_for) == ("waiting", "staff:signer", "quota_exhausted")
    assert db.value("SELECT state FROM decrees WHERE id = %s", [decree_id]) == "prepared"
    assert db.value("SELECT state FROM participants") == "revoked"
    assert sum_by_account_kind()[get_budget("founding", "digital").number, "training"] == 0
    owner = db.row("SELECT payload ->> 'owner', payload ->> 'then' FROM events WHERE kind = 'reinstatement.waits'")
    assert owner == ("programme_office", "lapsed")

    assert [r.code for r in retry_reinstatements(late)] == [ReinstatementCode.QUOTA_EXHAUSTED]
    give_back_places(late, [PlacesRequest(0, get_budget("founding", "digital").id, places)])
    worker = late.acting_as("system:worker").at(late.now + DAY)
    assert [r.code for r in retry_reinstatements(worker)] == [ReinstatementCode.OK]
    assert retry_reinstatements(worker) == []
    # The signature is the person's, not the worker's.
    assert db.row("SELECT state, approver FROM decrees WHERE id = %s", [decree_id]) == ("approved", "staff:signer")
    assert db.value("SELECT state FROM participants") == "active"
    assert broken() == []


@pytest.mark.django_db
def test_without_money_it_waits_and_lapses_at_the_end_of_the_period() -> None:
    decreed, ids, late = world(1)
    decree_id = granted(late, decreed.applicants[0], revoke(late, ids))
    spend = PACKAGE_IDR  # the revocation's money is with the treasury, not with the budget
    assert sum_by_account_kind()[get_budget("founding", "digital").number, "returned"] == spend
    assert approve_reinstatement(signer(late), decree_id).code is ReinstatementCode.MONEY_EXHAUSTED
    assert db.value("SELECT state FROM participants") == "revoked"
    # The place that was taken for the try went back with it.
    assert get_budget("founding", "digital").places_taken == 0
    end = balance_end(late.today, founding())
    assert lapse_reinstatements(late.at(end - timedelta(microseconds=1))) == []
    worker = late.acting_as("system:worker").at(end)
    assert lapse_reinstatements(worker) == [decree_id]
    given = queries.find_reinstatement_of_decree(decree_id)
    assert given is not None
    assert (given.state, given.waits_for, given.ended_at) == ("lapsed", None, end)
    assert db.row("SELECT state, approver FROM decrees WHERE id = %s", [decree_id]) == ("rejected", "system:worker")
    # The sanction stays lifted, and another try can be prepared for the next period.
    assert db.value("SELECT lifted_at FROM blacklist") == late.now
    again = prepare_reinstatement(judge(worker), given.case_id)
    assert (again.code, again.due_at) == (ReinstatementCode.OK, balance_end(worker.today, founding()))
    assert broken() == []


@pytest.mark.django_db
def test_the_second_person_may_say_no_with_a_reason() -> None:
    decreed, ids, late = world(1)
    appropriate(late, PACKAGE_IDR)
    decree_id = granted(late, decreed.applicants[0], revoke(late, ids))
    given = queries.find_reinstatement_of_decree(decree_id)
    assert given is not None
    assert prepare_reinstatement(judge(late), given.case_id).code is ReinstatementCode.ALREADY_PREPARED
    assert prepare_reinstatement(judge(late), UUID(int=3)).code is ReinstatementCode.CASE_NOT_GRANTED
    assert reject_reinstatement(judge(late), decree_id, reason="x").code is ReinstatementCode.SAME_PERSON
    assert reject_reinstatement(signer(late), decree_id, reason=" ").code is ReinstatementCode.REASON_MISSING
    assert reject_reinstatement(signer(late), decree_id, reason="Berkas kurang.").code is ReinstatementCode.OK
    assert reject_reinstatement(signer(late), decree_id, reason="x").code is ReinstatementCode.ALREADY_DECIDED
    assert approve_reinstatement(signer(late), decree_id).code is ReinstatementCode.ALREADY_DECIDED
    again = prepare_reinstatement(signer(late), given.case_id)
    assert again.decree_id is not None
    assert approve_reinstatement(judge(late), again.decree_id).code is ReinstatementCode.OK
    assert prepare_reinstatement(judge(late), given.case_id).code is ReinstatementCode.NOT_REVOKED
    assert [one.state for one in queries.list_reinstatements_of_case(given.case_id)] == ["done", "rejected"]
    assert broken() == []


@pytest.mark.django_db
def test_who_got_everything_back_can_be_revoked_and_appeal_once_more() -> None:
    """The renewed deadline has its own notices and its own revocation, whose transfers do not meet the first ones."""
    decreed, ids, late = world(1)
    appropriate(late, 5 * PACKAGE_IDR)
    first = revoke(late, ids)
    assert approve_reinstatement(signer(late), granted(late, decreed.applicants[0], first)).code == "ok"
    renewed = db.value("SELECT first_purchase_deadline_at FROM participants")
    assert send_deadline_notices(late.at(renewed - 3 * DAY), None, TEXTS).made == 1
    again = late.at(renewed)
    second = revoke(again, ids)
    assert db.rows("SELECT number, training_idr, state_before FROM revocations ORDER BY number") == [
        (1, 1_000_000, "active"),
        (2, 1_000_000, "active"),
    ]
    found = queries.find_revocation(ids[0])
    assert found is not None
    assert (found.number, found.decree_id) == (2, second)
    assert sum_by_account_kind()[get_budget("founding", "digital").number, "returned"] == 2 * PACKAGE_IDR
    assert db.value("SELECT lifted_at FROM blacklist") is None
    assert approve_reinstatement(signer(again), granted(again, decreed.applicants[0], second)).code == "ok"
    assert broken() == []
    with pytest.raises(IntegrityError, match="a_second_revocation_follows"), transaction.atomic():
        db.execute(
            """
            INSERT INTO revocations (lane, participant_id, number, decree_id, reason, training_idr, incentive_idr,
                revoked_at)
            SELECT lane, participant_id, 4, decree_id, reason, 0, 0, revoked_at FROM revocations WHERE number = 2
            """
        )


@pytest.mark.django_db
def test_a_part_of_the_package_comes_back_as_the_part_that_was_taken() -> None:
    """Who had spent a part when the fraud was found: the rest was taken, and the rest comes back."""
    decreed, ids, late = world(1)
    appropriate(late, 5 * PACKAGE_IDR)
    budget = get_budget("founding", "digital")
    spent = Transfer(0, "purchase", late.uuid(), budget.number, ids[0], budget.id, amount_idr=400_000)
    assert post_transfers(late, [spent])[0].code == "ok"
    decree_id = granted(late, decreed.applicants[0], revoke(late, ids, reason="fraud"))
    result = approve_reinstatement(signer(late), decree_id)
    assert (result.code, result.total_idr) == (ReinstatementCode.OK, PACKAGE_IDR - 400_000)
    assert sum_by_account_kind()[budget.number, "training"] == 600_000


@pytest.mark.django_db
def test_a_regular_card_is_printed_anew() -> None:
    decreed = approved(april_context(), {"regular": 1})
    issue_cards(decreed.context, decreed.decree_id)
    person = find_participant_of_applicant(decreed.applicants[0])
    assert person is not None
    late = decreed.context.at(person.first_purchase_deadline_at)
    budget = get_budget("founding", "regular")
    given = Transfer(0, "appropriation", late.uuid(), budget.number, budget.id, budget.id, amount_idr=PACKAGE_IDR)
    assert post_transfers(late, [given])[0].code == "ok"
    decree_id = granted(late, decreed.applicants[0], revoke(late, [person.participant_id]))
    assert approve_reinstatement(signer(late), decree_id).code == "ok"
    assert db.rows("SELECT channel, state FROM cards ORDER BY state") == [
        ("regular", "printed"),
        ("regular", "withdrawn"),
    ]
    assert broken() == []


def test_of_two_granted_appeals_one_gets_the_last_place(committed_db: None, race: "Race[object]") -> None:
    decreed, ids, late = world(2)
    appropriate(late, 5 * PACKAGE_IDR)
    revocation_id = revoke(late, ids)
    decrees = [granted(late.at(late.now), key, revocation_id) for key in decreed.applicants]
    budget = get_budget("founding", "digital")
    take_places(late, [PlacesRequest(0, budget.id, budget.places_left - 1)])
    contexts = [Context("staff:signer", late.now, SeededIds(f"race {n}")) for n in range(4)]
    # Each is signed twice at the same moment: four calls, two people, one place.
    answers = race([partial(approve_reinstatement, context, decrees[n % 2]) for n, context in enumerate(contexts)])
    codes = [answer.code.value for answer in answers if isinstance(answer, ReinstatementResult)]
    assert sorted(codes) == ["already_decided", "already_decided", "ok", "quota_exhausted"]
    assert get_budget("founding", "digital").places_left == 0
    assert db.value("SELECT count(*) FROM participants WHERE state = 'active'") == 1
    assert db.value("SELECT count(*) FROM cards WHERE state = 'active'") == 1
    assert db.value("SELECT count(*) FROM reinstatements WHERE state = 'waiting'") == 1
    # Nobody pushes: a place that comes back is given by whichever worker is first, once.
    give_back_places(late, [PlacesRequest(0, budget.id, 1)])
    workers = [Context("system:worker", late.now, SeededIds(f"worker {n}")) for n in range(3)]
    race([partial(retry_reinstatements, context) for context in workers])
    assert db.value("SELECT count(*) FROM participants WHERE state = 'active'") == 2
    assert db.value("SELECT count(*) FROM transfers WHERE kind = 'reinstate_training'") == 2
    assert get_budget("founding", "digital").places_left == 0


@pytest.mark.django_db
def test_the_database_keeps_the_states() -> None:
    decreed, ids, late = world(1)
    decree_id = granted(late, decreed.applicants[0], revoke(late, ids))
    for change, name in (
        ("state = 'done'", "is_signed_before|an_ended"),
        ("state = 'waiting', signed_by = 'staff:x', signed_at = now()", "who_waits_knows_what_for"),
        ("state = 'rejected', ended_at = now()", "says_why"),
        ("signed_by = 'staff:x'", "a_signature_has_its_day"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            db.execute(f"UPDATE reinstatements SET {change}")
    reject_reinstatement(signer(late), decree_id, reason="x")
    with pytest.raises(IntegrityError, match="does not move from rejected to prepared"), transaction.atomic():
        db.execute("UPDATE reinstatements SET state = 'prepared', ended_at = NULL")
