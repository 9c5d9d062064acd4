"""Notices before the deadlines CARD-01 and CARD-02, and appeals against a revocation."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from prakerja.access.messages import CourierSandbox, list_sandbox_letters
from prakerja.cards.operations import prepare_revocation, revoke_participants, send_deadline_notices
from prakerja.cards.operations.appeals import appeal_revocations, decide_appeals
from prakerja.kit import db
from prakerja.kit.contacts import PHONE
from prakerja.kit.context import Context
from prakerja.kit.crypto import encrypt_field
from prakerja.participants.operations.cases import CaseDecision, CaseRequest
from prakerja.participants.operations.sign_up import note_phone
from prakerja.participants.queries.cases import find_case, reason_of_case
from prakerja.participants.sign_up_errors import CaseCode
from prakerja.selection.queries import find_participant_of_applicant
from tests.cards.test_revocation import approver, maker, world
from tests.participants.people import founding
from tests.selection.world import Decreed

pytestmark = pytest.mark.django_db

TEXTS = {"first_purchase": "Beli dalam {days} hari.", "balance_ends": "Saldo berakhir dalam {days} hari."}
DAY = timedelta(days=1)


def notify(context: Context) -> tuple[int, int]:
    counts = send_deadline_notices(context, CourierSandbox(), TEXTS)
    return counts.made, counts.sent


def kinds() -> list[tuple[str, int]]:
    return db.rows("SELECT kind, days_before FROM deadline_notices ORDER BY noticed_at, kind, days_before")


def test_each_notice_comes_once_and_the_nearest_only() -> None:
    decreed, _, late = world(1)
    note_phone(decreed.context, lane=0, applicant_id=decreed.applicants[0], phone="628123456789")
    assert notify(late.at(late.now - 15 * DAY)) == (0, 0)
    assert notify(late.at(late.now - 14 * DAY)) == (1, 1)
    assert notify(late.at(late.now - 13 * DAY)) == (0, 0)
    # The job did not run for a week: the letter of seven days is over, the one of three days is told.
    assert notify(late.at(late.now - 3 * DAY)) == (1, 1)
    assert kinds() == [("first_purchase", 14), ("first_purchase", 3)]
    assert [letter.text for letter in list_sandbox_letters()] == ["Beli dalam 3 hari.", "Beli dalam 14 hari."]
    assert notify(late) == (0, 0)


def test_who_has_bought_hears_of_the_balance_only() -> None:
    decreed, _, late = world(1)
    db.execute("UPDATE participants SET first_purchase_at = decreed_at")
    assert notify(late.at(late.now - 3 * DAY)) == (0, 0)
    participant = find_participant_of_applicant(decreed.applicants[0])
    assert participant is not None
    until = db.value("SELECT balance_until_at FROM participants")
    # Nobody can be written to: the notice stands on the own page all the same.
    assert notify(late.at(until - 7 * DAY)) == (1, 0)
    assert kinds() == [("balance_ends", 7)]


class GatewayOnly(CourierSandbox):
    """A deployment with an SMS gateway and no server for e-mail."""

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({PHONE})


def test_whom_no_courier_reaches_is_not_said_to_be_written_to() -> None:
    decreed, _, late = world(2)
    both, mail = decreed.applicants
    for key in (both, mail):
        cipher = encrypt_field("orang@contoh.example", table="applicants", column="email_cipher", row_id=key)
        db.execute("UPDATE applicants SET email_cipher = %s WHERE applicant_id = %s", [cipher, key])
    note_phone(decreed.context, lane=0, applicant_id=both, phone="628123456789")
    counts = send_deadline_notices(late.at(late.now - 3 * DAY), GatewayOnly(), TEXTS)
    assert (counts.made, counts.sent) == (2, 1)
    assert [letter.kind for letter in list_sandbox_letters()] == [PHONE]
    assert db.rows("SELECT sent_to FROM deadline_notices ORDER BY sent_to") == [(PHONE,), (None,)]


def test_a_notice_is_history() -> None:
    _, _, late = world(1)
    notify(late.at(late.now - 3 * DAY))
    with pytest.raises(IntegrityError, match=r"append|history|change"), transaction.atomic():
        db.execute("DELETE FROM deadline_notices")


def revoked() -> tuple[Decreed, UUID, Context]:
    decreed, ids, late = world(1)
    proposed = prepare_revocation(maker(late), ids, founding())
    assert proposed.decree_id is not None
    revoke_participants(approver(late), proposed.decree_id)
    return decreed, proposed.decree_id, late


def appeal(context: Context, decreed: Decreed, decree_id: UUID, reason: str = "Saya sakit.") -> CaseRequest:
    return CaseRequest("revoked", None, decree_id, reason, decreed.applicants[0], 0)


def test_a_revocation_is_appealed_once_and_decided_by_a_third_person() -> None:
    decreed, decree_id, late = revoked()
    request = appeal(late, decreed, decree_id)
    nobody = CaseRequest("revoked", None, UUID(int=7), "x", decreed.applicants[0], 0)
    silent = appeal(late, decreed, decree_id, " ")
    results = appeal_revocations(late, [nobody, silent, request, request])
    assert [r.code for r in results] == [
        CaseCode.CASE_NOT_FOUND,
        CaseCode.REASON_MISSING,
        CaseCode.OK,
        CaseCode.REPEATED,
    ]
    case_id = results[2].case_id
    assert case_id is not None
    assert results[3].case_id == case_id
    assert reason_of_case(case_id) == "Saya sakit."
    assert b"sakit" not in bytes(db.value("SELECT reason_cipher FROM cases"))
    decision = CaseDecision(case_id, granted=True, answer="Surat dokter diperiksa.")
    for judge in (maker(late), approver(late)):
        assert decide_appeals(judge, [decision])[0].code is CaseCode.SAME_PERSON
    with pytest.raises(IntegrityError, match="whoever_decided_before_does_not_judge"), transaction.atomic():
        db.execute("UPDATE cases SET decided_by = 'staff:maker'")
    third = late.acting_as("staff:third")
    assert decide_appeals(third, [CaseDecision(case_id, granted=True, answer=" ")])[0].code is CaseCode.REASON_MISSING
    assert decide_appeals(third, [decision])[0].code is CaseCode.OK
    assert db.value("SELECT lifted_at FROM blacklist") == late.now
    case = find_case(case_id)
    assert case is not None
    assert (case.state, case.answer) == ("granted", "Surat dokter diperiksa.")


def test_a_rejected_appeal_leaves_the_blacklisting() -> None:
    decreed, decree_id, late = revoked()
    (opened,) = appeal_revocations(late, [appeal(late, decreed, decree_id)])
    assert opened.case_id is not None
    decide_appeals(
        late.acting_as("staff:third"), [CaseDecision(opened.case_id, granted=False, answer="Tidak ada bukti.")]
    )
    assert db.value("SELECT lifted_at FROM blacklist") is None


def test_the_reason_of_a_revocation_is_stored_with_its_decree() -> None:
    decreed, ids, late = world(1)
    proposed = prepare_revocation(maker(late), ids, founding(), reason="fraud")
    assert proposed.decree_id is not None
    assert db.value("SELECT reason FROM revocation_reasons WHERE decree_id = %s", [proposed.decree_id]) == "fraud"
    assert revoke_participants(approver(late), proposed.decree_id).participants == 1
    assert db.value("SELECT reason FROM revocations") == "fraud"
    assert decreed.applicants
