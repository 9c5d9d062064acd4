"""An upheld finding about a participant: a revocation that another person signs, and that can be appealed against."""

from datetime import timedelta
from uuid import UUID

import pytest

from prakerja.access.messages import CourierSandbox
from prakerja.cards.errors import RemovalCode, RevocationCode
from prakerja.cards.operations import (
    decline_revocation,
    issue_cards,
    revoke_participants,
    take_off_revocation,
)
from prakerja.cards.operations.appeals import appeal_revocations
from prakerja.cards.operations.findings import judge_findings, propose_revocations_again
from prakerja.cards.queries import find_revocation, list_removals
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.errors import DeltaCode
from prakerja.participants.operations.cases import CaseRequest
from prakerja.participants.operations.eligibility_findings import FindingDecision
from prakerja.participants.operations.registry_deltas import (
    Notice,
    confirm_registry_delta,
    load_registry_delta,
    screen_holders,
)
from prakerja.participants.registry_delta_files import TEMPLATE
from prakerja.participants.sign_up_errors import CaseCode
from prakerja.selection.queries import find_participant_of_applicant
from tests.participants.people import april_context, eligible, founding, person
from tests.selection.world import Decreed, approved

pytestmark = pytest.mark.django_db


def noticed(digital: int = 2) -> tuple[Decreed, dict[UUID, UUID], Context]:
    """Participants named by a register, their findings by applicant, and the judge when the time to answer is over."""
    decreed = approved(april_context(), {"digital": digital})
    issue_cards(decreed.context, decreed.decree_id)
    rows = "".join(f"{person(number).nik};pddikti;;2019-09-01\n" for number in range(digital))
    loaded = load_registry_delta(decreed.context, (TEMPLATE + rows).encode(), source="pddikti", name="x")
    assert loaded.delta_id is not None
    screen_holders(decreed.context, loaded.delta_id, founding())
    second = decreed.context.acting_as("staff:second")
    notice = Notice(CourierSandbox(), "Ada pertanyaan.", second.now)
    assert confirm_registry_delta(second, loaded.delta_id, notice=notice).found == digital
    findings: dict[UUID, UUID] = dict(db.rows("SELECT applicant_id, finding_id FROM eligibility_findings"))
    return decreed, findings, second.at(second.now + timedelta(days=14)).acting_as("staff:judge")


def test_upheld_findings_propose_one_revocation_that_another_person_signs() -> None:
    decreed, findings, judge = noticed()
    first, other = decreed.applicants
    early = judge.at(judge.now - timedelta(days=1))
    decision = FindingDecision(findings[first], True, "Terdaftar.")
    assert [r.code for r in judge_findings(early, [decision], founding())] == [DeltaCode.STILL_TIME_TO_ANSWER]
    results = judge_findings(
        judge, [decision, FindingDecision(findings[other], True, "Terdaftar juga."), decision], founding()
    )
    assert [r.code for r in results] == [DeltaCode.OK, DeltaCode.OK, DeltaCode.ALREADY_DECIDED]
    decree_id = results[0].decree_id
    assert decree_id is not None
    assert (results[1].decree_id, results[2].decree_id) == (decree_id, None)
    # Until it is signed, everybody keeps everything.
    assert db.rows("SELECT DISTINCT state FROM participants") == [("active",)]
    assert db.rows("SELECT DISTINCT state, consequence, decree_id FROM eligibility_findings") == [
        ("upheld", "revocation_proposed", decree_id)
    ]
    assert revoke_participants(judge, decree_id).code is RevocationCode.SAME_PERSON
    signed = revoke_participants(judge.acting_as("staff:signer"), decree_id)
    assert (signed.code, signed.participants) == (RevocationCode.OK, 2)
    assert db.rows("SELECT DISTINCT reason FROM revocations") == [("ineligible",)]
    assert db.value("SELECT count(*) FROM blacklist WHERE reason = 'ineligible'") == 2
    # And it can be appealed against, before somebody else than those two.
    (appeal,) = appeal_revocations(judge, [CaseRequest("revoked", None, decree_id, "Sudah lulus.", first, 0)])
    assert appeal.code is CaseCode.OK
    assert db.value("SELECT not_by FROM cases") == ["staff:judge", "staff:signer"]


def test_a_rejected_decree_can_be_proposed_again_and_a_standing_one_not() -> None:
    decreed, findings, judge = noticed(1)
    finding_id = findings[decreed.applicants[0]]
    assert propose_revocations_again(judge, [finding_id], founding())[0].code is DeltaCode.FINDING_NOT_FOUND
    (result,) = judge_findings(judge, [FindingDecision(finding_id, True, "Terdaftar.")], founding())
    assert result.decree_id is not None
    assert propose_revocations_again(judge, [finding_id], founding())[0].code is DeltaCode.FINDING_NOT_FOUND
    declined = decline_revocation(judge.acting_as("staff:signer"), result.decree_id, reason="Bukti kurang.")
    assert (declined.code, declined.participants) == (RemovalCode.OK, 1)
    assert db.row("SELECT finding_id, reason FROM revocation_removals") == (finding_id, "Bukti kurang.")
    again, unknown = propose_revocations_again(judge, [finding_id, UUID(int=5)], founding())
    assert (again.code, unknown.code) == (DeltaCode.OK, DeltaCode.FINDING_NOT_FOUND)
    assert again.decree_id not in (None, result.decree_id)
    assert db.value("SELECT decree_id FROM eligibility_findings") == again.decree_id


def test_of_two_findings_one_is_taken_off_and_only_a_person_proposes_it_again() -> None:
    decreed, findings, judge = noticed()
    signer = judge.acting_as("staff:signer")
    decisions = [FindingDecision(findings[one], True, "Terdaftar.") for one in decreed.applicants]
    decree_id = judge_findings(judge, decisions, founding())[0].decree_id
    assert decree_id is not None
    stays, goes = [find_participant_of_applicant(key) for key in decreed.applicants]
    assert stays is not None
    assert goes is not None
    codes = take_off_revocation(signer, decree_id, [stays.participant_id], reason="Sudah lulus.")
    assert codes == [RemovalCode.OK]
    assert revoke_participants(signer, decree_id).participants == 1
    assert find_revocation(goes.participant_id) is not None
    assert find_revocation(stays.participant_id) is None
    (removal,) = list_removals(stays.participant_id)
    assert (removal.finding_id, removal.reason) == (findings[decreed.applicants[0]], "Sudah lulus.")
    # The decree of the other finding stands; the one of who was taken off can be proposed again, by a person.
    revoked, again = propose_revocations_again(
        judge, [findings[decreed.applicants[1]], findings[decreed.applicants[0]]], founding()
    )
    assert revoked.code is DeltaCode.FINDING_NOT_FOUND
    assert again.decree_id not in (None, decree_id)


def test_who_is_revoked_already_has_nothing_left_to_revoke() -> None:
    decreed, findings, judge = noticed(1)
    db.execute("UPDATE participants SET state = 'revoked'")
    finding_id = findings[decreed.applicants[0]]
    (result,) = judge_findings(judge, [FindingDecision(finding_id, True, "Terdaftar.")], founding())
    assert (result.code, result.decree_id) == (DeltaCode.OK, None)
    assert db.value("SELECT consequence FROM eligibility_findings") == "nothing_to_revoke"


def test_an_expired_participation_is_revoked_too() -> None:
    """REV-01: who was never eligible keeps nothing, also when the year is over."""
    decreed, findings, judge = noticed(1)
    db.execute("UPDATE participants SET state = 'expired'")
    (result,) = judge_findings(
        judge, [FindingDecision(findings[decreed.applicants[0]], True, "Terdaftar.")], founding()
    )
    assert result.decree_id is not None
    assert revoke_participants(judge.acting_as("staff:signer"), result.decree_id).participants == 1
    assert db.row("SELECT state_before, reason FROM revocations") == ("expired", "ineligible")


def test_an_applicant_is_refused_without_a_decree() -> None:
    context = april_context("ready")
    (key,) = eligible(context, [person(40)])
    rows = f"{TEMPLATE}{person(40).nik};pddikti;;2020-01-01\n"
    loaded = load_registry_delta(context, rows.encode(), source="pddikti", name="x")
    assert loaded.delta_id is not None
    screen_holders(context, loaded.delta_id, founding())
    second = context.acting_as("staff:second")
    confirm_registry_delta(second, loaded.delta_id, notice=Notice(CourierSandbox(), "?", second.now))
    finding_id = db.value("SELECT finding_id FROM eligibility_findings")
    late = second.at(second.now + timedelta(days=14))
    (result,) = judge_findings(late, [FindingDecision(finding_id, True, "Terdaftar.")], founding())
    assert (result.code, result.decree_id) == (DeltaCode.OK, None)
    assert db.value("SELECT state FROM applicants WHERE applicant_id = %s", [key]) == "refused"
    assert db.value("SELECT count(*) FROM decrees") == 0
