"""Single people taken off a proposed revocation: who may, what stays, and that nobody is proposed for it again."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from prakerja.cards.errors import RemovalCode, RevocationCode
from prakerja.cards.operations import (
    decline_revocation,
    prepare_revocation,
    revoke_participants,
    take_off_revocation,
)
from prakerja.cards.queries import find_proposal, find_revocation, find_standing_proposal, list_removals
from prakerja.config import jobs
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.selection.errors import DecreeCode
from prakerja.selection.operations import reject_decree
from tests.cards.test_revocation import NOBODY, PACKAGE_IDR, approver, maker, world
from tests.fixtures.database import Race
from tests.participants.people import april_context, founding


def proposed(people: int = 3) -> tuple[list[UUID], UUID, Context]:
    """Participants who missed the deadline, the decree that proposes them, and the moment."""
    _, ids, late = world(people)
    result = prepare_revocation(maker(late), ids, founding())
    assert result.decree_id is not None
    return ids, result.decree_id, late


def clock_proposes(context: Context) -> int:
    """What the worker's job does each hour."""
    (job,) = (job for job in jobs.JOBS if job.name == "propose_revocation")
    return job.run(context)


@pytest.mark.django_db
def test_one_is_taken_off_and_the_rest_goes_on() -> None:
    ids, decree_id, late = proposed()
    codes = take_off_revocation(
        approver(late), decree_id, [ids[1], NOBODY, ids[1]], reason=" Kartu tidak pernah diserahkan. "
    )
    assert codes == [RemovalCode.OK, RemovalCode.NOT_PROPOSED, RemovalCode.REPEATED]
    assert take_off_revocation(approver(late), decree_id, [ids[1]], reason="x") == [RemovalCode.REPEATED]
    view = find_proposal(decree_id)
    assert view is not None
    assert (view.taken_off, view.left, view.left_idr) == (1, 2, 2 * PACKAGE_IDR)
    (off,) = (one for one in view.people if one.off_reason)
    assert (off.participant_id, off.off_reason, off.off_by) == (
        ids[1],
        "Kartu tidak pernah diserahkan.",
        "staff:approver",
    )
    assert find_standing_proposal(ids[1]) is None
    assert find_standing_proposal(ids[0]) is not None
    result = revoke_participants(approver(late), decree_id)
    assert (result.code, result.participants, result.kept, result.total_idr) == (
        RevocationCode.OK,
        2,
        1,
        2 * PACKAGE_IDR,
    )
    assert find_revocation(ids[1]) is None
    assert db.rows("SELECT state FROM participants WHERE participant_id = %s", [ids[1]]) == [("active",)]
    assert [one.ground for one in list_removals(ids[1])] == ["no_first_purchase"]
    kinds = db.rows(
        "SELECT kind, actor FROM events WHERE kind IN ('participant.taken_off_revocation', 'revocation.narrowed')"
        " ORDER BY kind"
    )
    assert kinds == [
        ("participant.taken_off_revocation", "staff:approver"),
        ("revocation.narrowed", "staff:approver"),
    ]


@pytest.mark.django_db
def test_who_may_take_off_and_when() -> None:
    ids, decree_id, late = proposed(2)
    assert take_off_revocation(approver(late), decree_id, ids, reason=" ") == [RemovalCode.REASON_MISSING] * 2
    assert take_off_revocation(approver(late), NOBODY, ids[:1], reason="x") == [RemovalCode.DECREE_NOT_FOUND]
    assert take_off_revocation(maker(late), decree_id, ids[:1], reason="x") == [RemovalCode.SAME_PERSON]
    assert decline_revocation(maker(late), decree_id, reason="x").code is RemovalCode.SAME_PERSON
    assert decline_revocation(approver(late), decree_id, reason="").code is RemovalCode.REASON_MISSING
    # The room of decrees knows nothing of what was judged, so that a revocation is not declined there.
    assert reject_decree(approver(late), decree_id, reason="x").code is DecreeCode.DECREE_NOT_FOUND
    insert = """
        INSERT INTO revocation_removals (lane, decree_id, participant_id, reason, removed_by, removed_at)
        SELECT lane, decree_id, participant_id, 'x', 'staff:maker', now() FROM revocation_proposals
    """
    with pytest.raises(IntegrityError, match="a second person"), transaction.atomic():
        db.execute(insert)
    with pytest.raises(IntegrityError, match="a_removal_says_why"), transaction.atomic():
        db.execute(insert.replace("'x'", "' '"))
    assert revoke_participants(approver(late), decree_id).participants == 2
    assert take_off_revocation(approver(late), decree_id, ids[:1], reason="x") == [RemovalCode.ALREADY_DECIDED]
    with pytest.raises(IntegrityError, match="a second person"), transaction.atomic():
        db.execute(insert.replace("staff:maker", "staff:late"))


@pytest.mark.django_db
def test_the_clock_never_proposes_the_same_deadline_again() -> None:
    ids, decree_id, late = proposed(3)
    take_off_revocation(approver(late), decree_id, ids[:1], reason="Kartu hilang di jalan.")
    # While the decree waits, and also when the others are declined as a whole.
    assert clock_proposes(maker(late)) == 0
    declined = decline_revocation(approver(late), decree_id, reason="Daftar keliru.")
    assert (declined.code, declined.participants) == (RemovalCode.OK, 2)
    assert db.value("SELECT state FROM decrees WHERE id = %s", [decree_id]) == "rejected"
    assert db.value("SELECT count(*) FROM revocation_removals") == 3
    assert clock_proposes(maker(late.at(late.now + timedelta(days=1)))) == 0
    assert prepare_revocation(maker(late), ids, founding()).code is RevocationCode.NOBODY_TO_REVOKE
    with pytest.raises(IntegrityError, match="taken off a revocation for this deadline"), transaction.atomic():
        db.execute(
            """
            WITH made AS (
                INSERT INTO decrees
                    (id, number, kind, state, maker, regime_version, participants, total_idr, prepared_at)
                SELECT %s, 99, kind, 'prepared', maker, regime_version, 1, 0, now() FROM decrees WHERE id = %s
                RETURNING id
            ), said AS (
                INSERT INTO revocation_reasons SELECT id, 'no_first_purchase' FROM made
            )
            INSERT INTO revocation_proposals (lane, decree_id, participant_id)
            SELECT p.lane, made.id, p.participant_id FROM participants AS p, made WHERE p.participant_id = %s
            """,
            [UUID(int=9), decree_id, ids[0]],
        )
    # Another fact is another matter: fraud, or a deadline that was given anew and missed again.
    assert prepare_revocation(maker(late), ids[:1], founding(), reason="fraud").participants == 1
    later = late.at(late.now + timedelta(days=30))
    db.execute("UPDATE participants SET first_purchase_deadline_at = %s WHERE participant_id = %s", [later.now, ids[1]])
    assert clock_proposes(maker(later)) == 1


@pytest.mark.django_db
def test_when_nobody_is_left_the_decree_is_declined() -> None:
    ids, decree_id, late = proposed(2)
    assert take_off_revocation(approver(late), decree_id, ids, reason="Semua keliru.") == [RemovalCode.OK] * 2
    assert db.row("SELECT state, approver FROM decrees WHERE id = %s", [decree_id]) == ("rejected", "staff:approver")
    assert revoke_participants(approver(late), decree_id).code is RevocationCode.ALREADY_DECIDED


def test_taking_off_and_signing_at_once_never_do_both(race: Race[object]) -> None:
    ids, decree_id, late = proposed(2)

    def context(seed: int) -> Context:
        return april_context(f"removal {seed}").at(late.now).acting_as(f"staff:approver-{seed}")

    race(
        [
            lambda: take_off_revocation(context(1), decree_id, ids[:1], reason="x"),
            lambda: revoke_participants(context(2), decree_id).code,
        ]
    )
    removed = db.value("SELECT count(*) FROM revocation_removals")
    assert (removed, find_revocation(ids[0]) is None) in ((1, True), (0, False))
    assert find_revocation(ids[1]) is not None
