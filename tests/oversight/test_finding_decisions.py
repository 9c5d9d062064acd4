"""Findings are decided by people: one dismisses, two uphold, and a sanction's notice follows where one was proposed."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.oversight.finding_kinds import KINDS
from prakerja.oversight.models import Finding
from prakerja.oversight.operations import FindingAct, FindingDecision, FindingResult, decide_findings, look_for_findings
from prakerja.oversight.queries.findings import get_finding
from prakerja.partners.operations.owners import TieRequest, record_ties, reviewer_node
from prakerja.partners.queries import get_sanction
from prakerja.partners.states import SanctionKind
from tests.fixtures.world import WORKING_DAY
from tests.partners.world import refused


@pytest.fixture
def books(nation: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def maker(context: Context) -> Context:
    return context.at(WORKING_DAY).acting_as("staff:pmo-1")


@pytest.fixture
def checker(maker: Context) -> Context:
    return maker.acting_as("staff:approver-1")


def make(context: Context, kind: str = "price_outlier", state: str = "open") -> UUID:
    """A finding about a course of the nation, and its institution and platform."""
    course_id, institution_id = db.rows("SELECT id, institution_id FROM courses WHERE code IS NOT NULL ORDER BY id")[0]
    finding = Finding.objects.create(
        id=context.uuid(),
        kind=kind,
        rule=KINDS[kind].rule,
        subject_key=str(course_id),
        fingerprint=str(context.uuid()),
        label="LPK – K-1",
        value=123_456,
        platform_id=db.value("SELECT id FROM platforms ORDER BY code LIMIT 1") if kind == "own_entity_sale" else None,
        institution_id=institution_id,
        course_id=course_id,
        state=state,
        since_at=context.now,
        found_at=context.now,
        seen_at=context.now,
        due_at=context.now + timedelta(days=1),
    )
    return finding.id


def decide(
    context: Context, finding_id: UUID, act: FindingAct, reason: str = "Sudah dibandingkan", measure: str = ""
) -> FindingResult:
    request = FindingDecision(finding_id=finding_id, act=act, reason=reason, measure=measure)
    return decide_findings(context, [request])[0]


def test_one_person_dismisses_and_it_is_not_found_again(books: None, maker: Context) -> None:
    finding_id = make(maker)
    assert decide(maker, finding_id, FindingAct.DISMISS).code == "ok"
    found = get_finding(finding_id)
    assert (found.state, found.decided_by, found.reason) == ("dismissed", "staff:pmo-1", "Sudah dibandingkan")
    assert decide(maker, finding_id, FindingAct.DISMISS).code == "move_not_allowed"
    look_for_findings(maker, kinds=["price_outlier"])
    assert get_finding(finding_id).state == "dismissed"
    assert refused("UPDATE findings SET reason = 'x' WHERE id = %s", finding_id) == "decision_on_a_finding_stands"
    assert refused("DELETE FROM findings WHERE id = %s", finding_id) == "decision_on_a_finding_stands"
    assert db.value("SELECT actor FROM events WHERE kind = 'finding.dismiss'") == "staff:pmo-1"


@pytest.mark.parametrize(
    ("kind", "measure"),
    [
        ("price_outlier", SanctionKind.COURSE_SUSPENSION),
        ("price_outlier", SanctionKind.INSTITUTION_SUSPENSION),
        ("copied_reviews", SanctionKind.WARNING),
        ("own_entity_sale", SanctionKind.PLATFORM_SUSPENSION),
        ("own_entity_sale", SanctionKind.WARNING),
    ],
)
def test_two_people_uphold_and_the_party_gets_notice(
    books: None, maker: Context, checker: Context, kind: str, measure: SanctionKind
) -> None:
    finding_id = make(maker, kind)
    assert decide(maker, finding_id, FindingAct.PROPOSE, "Tiga kali median", measure).code == "ok"
    assert decide(maker, finding_id, FindingAct.UPHOLD).code == "same_person"
    result = decide(checker, finding_id, FindingAct.UPHOLD, "Benar")
    assert result.code == "ok"
    assert result.sanction_id is not None
    found = get_finding(finding_id)
    assert (found.state, found.proposed_by, found.decided_by) == ("upheld", "staff:pmo-1", "staff:approver-1")
    case = get_sanction(result.sanction_id)
    assert (case.kind, case.state, case.rule) == (measure, "noticed", KINDS[kind].rule)
    assert case.notice == "Tiga kali median"
    assert list(case.evidence) == [f"{kind}: LPK – K-1, 123456", "Benar"]
    party = "platform" if kind == "own_entity_sale" else "institution"
    assert (case.platform_id is None, case.institution_id is None) == (party != "platform", party == "platform")


def test_without_a_measure_it_is_on_record_and_nothing_follows(books: None, maker: Context, checker: Context) -> None:
    finding_id = make(maker, "shared_telephone")
    assert decide(maker, finding_id, FindingAct.PROPOSE, "Satu nomor", "warning").code == "measure_unfit"
    assert decide(maker, finding_id, FindingAct.PROPOSE, "Satu nomor").code == "ok"
    assert decide(checker, finding_id, FindingAct.UPHOLD).sanction_id is None
    assert db.value("SELECT count(*) FROM sanctions WHERE noticed_by = 'staff:approver-1'") == 0


def test_the_second_person_may_send_it_back(books: None, maker: Context, checker: Context) -> None:
    finding_id = make(maker)
    assert decide(checker, finding_id, FindingAct.SEND_BACK).code == "move_not_allowed"
    assert decide(checker, finding_id, FindingAct.UPHOLD).code == "move_not_allowed"
    decide(maker, finding_id, FindingAct.PROPOSE)
    assert decide(maker, finding_id, FindingAct.SEND_BACK).code == "same_person"
    assert decide(maker, finding_id, FindingAct.DISMISS).code == "move_not_allowed"
    assert decide(checker, finding_id, FindingAct.SEND_BACK).code == "ok"
    assert get_finding(finding_id).state == "escalated"
    assert decide(checker, finding_id, FindingAct.DISMISS).code == "ok"


def test_whoever_is_connected_does_not_decide(books: None, maker: Context) -> None:
    """PLAT-02: a reviewer who lives where the institution is."""
    finding_id = make(maker)
    institution_id = get_finding(finding_id).institution_id
    assert institution_id is not None
    ends = (("institution", institution_id), ("reviewer", reviewer_node(maker.actor)))
    record_ties(
        maker,
        [
            TieRequest(holder_kind=kind, holder_id=end, kind="phone", value="0812 3456 7890", source="profil")
            for kind, end in ends
        ],
    )
    assert decide(maker, finding_id, FindingAct.DISMISS).code == "conflict_of_interest"
    assert decide(maker.acting_as("staff:pmo-2"), finding_id, FindingAct.DISMISS).code == "ok"


def test_what_cannot_be_decided_here(books: None, maker: Context) -> None:
    assert decide(maker, uuid4(), FindingAct.DISMISS).code == "finding_unknown"
    assert decide(maker, make(maker, "open_conflict"), FindingAct.DISMISS).code == "decided_elsewhere"
    assert decide(maker, make(maker, "register_findings"), FindingAct.PROPOSE).code == "decided_elsewhere"
    assert decide(maker, make(maker, state="gone"), FindingAct.DISMISS).code == "move_not_allowed"
    assert decide(maker, make(maker), FindingAct.DISMISS, " ").code == "reason_missing"
    assert decide(maker, make(maker), FindingAct.PROPOSE, measure="platform_ending").code == "measure_unfit"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'proposed'", "proposed_finding_names_who_when_why"),
        ("state = 'dismissed'", "decided_finding_names_who_when_why"),
        ("state = 'upheld'", "finding_state_moves_along_its_table"),
        ("state = 'lost'", "finding_state_moves_along_its_table"),
        ("decided_by = 'x'", "decided_finding_names_who_when_why"),
        ("sanction_id = gen_random_uuid()", "decided_finding_names_who_when_why"),
    ],
)
def test_the_database_keeps_findings_right(books: None, maker: Context, change: str, constraint: str) -> None:
    assert refused(f"UPDATE findings SET {change} WHERE id = %s", make(maker)) == constraint


def test_the_database_wants_a_second_person(books: None, maker: Context) -> None:
    finding_id = make(maker)
    decide(maker, finding_id, FindingAct.PROPOSE)
    decided = "state = 'upheld', decided_by = %s, decided_at = now(), reason = 'x'"
    statement = f"UPDATE findings SET {decided}{{}} WHERE id = %s"
    assert refused(statement.format(""), "staff:pmo-1", finding_id) == "finding_is_upheld_by_someone_else"
    with_sanction = statement.format(", sanction_id = gen_random_uuid()")
    assert refused(with_sanction, "staff:x", finding_id) == "only_a_measure_leads_to_a_sanction"
    again = """
        INSERT INTO findings
        SELECT (json_populate_record(f, json_build_object('id', gen_random_uuid()))).* FROM findings AS f WHERE id = %s
        """
    assert refused(again, finding_id) == "finding_stands_once"
