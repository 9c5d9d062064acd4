"""Revocation by decree and the yearly sweep: money, place, card and NIK."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from prakerja.cards import queries
from prakerja.cards.errors import RevocationCode
from prakerja.cards.operations import expire_balances, issue_cards, prepare_revocation, revoke_participants
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.ledger.queries import sum_by_account_kind
from prakerja.programme.queries import get_budget
from prakerja.selection.queries import count_participants, find_participant_of_applicant, list_overdue_participants
from tests.fixtures.database import Race
from tests.participants.people import april_context, founding
from tests.selection.world import Decreed, approved

NOBODY = UUID(int=4)
PACKAGE_IDR = 3_550_000


def world(digital: int = 3) -> tuple[Decreed, list[UUID], Context]:
    """Participants with cards, their ids, and the context of the first moment at which they are late."""
    decreed = approved(april_context(), {"digital": digital})
    issue_cards(decreed.context, decreed.decree_id)
    participants = [find_participant_of_applicant(key) for key in decreed.applicants]
    ids = [one.participant_id for one in participants if one]
    deadline = participants[0].first_purchase_deadline_at if participants[0] else decreed.context.now
    return decreed, ids, decreed.context.at(deadline)


def maker(context: Context) -> Context:
    return context.acting_as("staff:maker")


def approver(context: Context) -> Context:
    return context.acting_as("staff:approver")


@pytest.mark.django_db
def test_a_missed_deadline_returns_the_whole_package() -> None:
    decreed, ids, late = world()
    budget = get_budget("founding", "digital")
    early = late.at(late.now - timedelta(microseconds=1))
    assert list_overdue_participants(early.now) == []
    assert prepare_revocation(maker(early), ids, founding()).code is RevocationCode.NOBODY_TO_REVOKE
    db.execute("UPDATE participants SET first_purchase_at = decreed_at WHERE participant_id = %s", [ids[2]])
    assert list_overdue_participants(late.now) == ids[:2]
    proposed = prepare_revocation(maker(late), ids, founding())
    assert (proposed.code, proposed.participants, proposed.total_idr) == (RevocationCode.OK, 2, 2 * PACKAGE_IDR)
    assert prepare_revocation(maker(late), ids, founding()).code is RevocationCode.NOBODY_TO_REVOKE
    assert proposed.decree_id is not None
    assert revoke_participants(maker(late), proposed.decree_id).code is RevocationCode.SAME_PERSON
    assert revoke_participants(approver(late), NOBODY).code is RevocationCode.DECREE_NOT_FOUND
    assert revoke_participants(approver(late), decreed.decree_id).code is RevocationCode.DECREE_NOT_FOUND
    result = revoke_participants(approver(late), proposed.decree_id)
    assert (result.code, result.participants, result.kept, result.total_idr) == (
        RevocationCode.OK,
        2,
        0,
        2 * PACKAGE_IDR,
    )
    assert revoke_participants(approver(late), proposed.decree_id).code is RevocationCode.ALREADY_DECIDED

    assert count_participants() == {(budget.number, "active"): 1, (budget.number, "revoked"): 2}
    sums = sum_by_account_kind()
    assert sums[budget.number, "returned"] == 2 * PACKAGE_IDR
    assert sums[budget.number, "training"] == 1_000_000
    assert sums[budget.number, "incentive"] == 2_550_000
    assert get_budget("founding", "digital").places_taken == 1
    assert get_budget("founding", "digital").places_left == budget.places_left + 2
    assert queries.count_cards() == {("digital", "active"): 1, ("digital", "withdrawn"): 2}
    assert db.value("SELECT count(*) FROM blacklist WHERE reason = 'no_first_purchase'") == 2
    found = queries.find_revocation(ids[0])
    assert found is not None
    assert (found.training_idr, found.incentive_idr, found.reason) == (1_000_000, 2_550_000, "no_first_purchase")
    assert db.value("SELECT count(*) FROM events WHERE kind = 'participant.revoked'") == 2
    with pytest.raises(IntegrityError, match="history_is_append_only"), transaction.atomic():
        db.execute("DELETE FROM revocations")


@pytest.mark.django_db
def test_who_buys_between_proposal_and_approval_stays() -> None:
    _, ids, late = world(2)
    first = prepare_revocation(maker(late), ids, founding())
    assert first.decree_id is not None
    db.execute("UPDATE participants SET first_purchase_at = %s WHERE participant_id = %s", [late.now, ids[0]])
    result = revoke_participants(approver(late), first.decree_id)
    assert (result.code, result.participants, result.kept) == (RevocationCode.OK, 1, 1)
    assert queries.find_revocation(ids[0]) is None
    # A voided purchase does not count: purchases clears the moment, and the person is late again.
    db.execute("UPDATE participants SET first_purchase_at = NULL WHERE participant_id = %s", [ids[0]])
    again = prepare_revocation(maker(late), ids, founding())
    assert again.participants == 1
    db.execute("UPDATE participants SET first_purchase_at = %s WHERE participant_id = %s", [late.now, ids[0]])
    assert again.decree_id is not None
    nobody = revoke_participants(approver(late), again.decree_id)
    assert (nobody.code, nobody.kept) == (RevocationCode.NOBODY_TO_REVOKE, 1)
    assert db.value("SELECT state FROM decrees WHERE id = %s", [again.decree_id]) == "rejected"


@pytest.mark.django_db
def test_other_reasons_do_not_ask_for_purchases() -> None:
    _, ids, late = world(1)
    db.execute("UPDATE participants SET first_purchase_at = decreed_at")
    with pytest.raises(ValueError, match="reasons are"):
        prepare_revocation(maker(late), ids, founding(), reason="mood")
    proposed = prepare_revocation(maker(late), ids, founding(), reason="fraud")
    assert proposed.decree_id is not None
    assert revoke_participants(approver(late), proposed.decree_id).participants == 1


@pytest.mark.django_db
def test_the_balance_ends_with_the_fifteenth_of_december() -> None:
    decreed, ids, late = world(2)
    budget = get_budget("founding", "digital").number
    proposed = prepare_revocation(maker(late), ids[:1], founding())
    assert proposed.decree_id is not None
    revoke_participants(approver(late), proposed.decree_id)
    participant = find_participant_of_applicant(decreed.applicants[1])
    assert participant is not None
    end = late.at(participant.balance_until_at)
    assert expire_balances(end.at(end.now - timedelta(microseconds=1))) == []
    with pytest.raises(ValueError, match="kinds are"):
        expire_balances(end, kinds=["gold"])
    (training,) = expire_balances(end, kinds=["training"])
    assert (training.kind, training.participants, training.swept_idr) == ("training", 1, 1_000_000)
    assert count_participants() == {(budget, "expired"): 1, (budget, "revoked"): 1}
    (incentive,) = expire_balances(end)
    assert (incentive.kind, incentive.swept_idr) == ("incentive", 2_550_000)
    assert expire_balances(end) == []
    sums = sum_by_account_kind()
    assert (sums[budget, "returned"], sums[budget, "training"], sums[budget, "incentive"]) == (2 * PACKAGE_IDR, 0, 0)


def test_of_two_approvals_of_one_revocation_one_returns_the_money(race: Race[object]) -> None:
    _, ids, late = world(4)
    proposed = prepare_revocation(maker(late), ids, founding())
    assert proposed.decree_id is not None
    decree_id = proposed.decree_id

    def revoke(seed: int) -> object:
        own = april_context(f"revoke {seed}").at(late.now).acting_as(f"staff:approver-{seed}")
        return revoke_participants(own, decree_id).code

    answers = race([lambda seed=seed: revoke(seed) for seed in range(4)])  # type: ignore[misc]
    assert sorted(map(str, answers)) == ["already_decided"] * 3 + ["ok"]
    assert sum_by_account_kind()[get_budget("founding", "digital").number, "returned"] == 4 * PACKAGE_IDR
