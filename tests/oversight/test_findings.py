"""Findings come and go by the clock (PLAT-02, COURSE-01, ELIG-01, ELIG-07, LEARN-04, LEARN-05, INC-01)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.oversight.finding_kinds import (
    COPIES_MIN,
    COPY_CHARACTERS_MIN,
    KINDS,
    OUTLIER_COURSES_MIN,
    OUTLIER_MEDIANS,
    PEOPLE_OF_A_HOUSEHOLD_MAX,
    PEOPLE_OF_A_PHONE_MAX,
    SCORES_MIN,
    TAKEN_OVER_DAYS,
    WAITING_DAYS_MAX,
)
from prakerja.oversight.operations import LookCounts, escalate_findings, look_for_findings
from prakerja.oversight.queries.findings import FindingView, count_findings, list_finding_members, list_findings
from prakerja.oversight.states import FINDING_MOVES, FindingState
from tests.fixtures.world import WORKING_DAY
from tests.partners.world import refused


@pytest.fixture
def books(nation: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The nation, to be changed in a transaction that is taken back; triggers of states are not what is tested."""
    with django_db_blocker.unblock(), transaction.atomic():
        db.execute("SET LOCAL session_replication_role = replica")
        # What the nation's own weeks have found.
        db.execute("DELETE FROM findings")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def clerk(context: Context) -> Context:
    return context.at(WORKING_DAY)


def look(context: Context, kind: str) -> LookCounts:
    return look_for_findings(context, kinds=[kind])


def waiting(kind: str) -> list[FindingView]:
    return list_findings(kind=kind)


def members(finding: FindingView) -> list[Any]:
    return [one.subject_id for one in list_finding_members(finding, now=WORKING_DAY)]


def test_every_kind_can_be_looked_at_and_opened(books: None, clerk: Context) -> None:
    counts = look_for_findings(clerk)
    found = list_findings(limit=1_000)
    assert counts == LookCounts(len(found), 0)
    assert [one.kind for one in count_findings(now=WORKING_DAY)] == list(KINDS)
    for finding in found:
        assert finding.due_at == WORKING_DAY + KINDS[finding.kind].time_to_decide
        assert bool(members(finding)) == bool(KINDS[finding.kind].members_sql), finding
    # A second look finds nothing new.
    assert look_for_findings(clerk) == LookCounts(0, 0)


def test_own_entity_listings_are_found_with_their_sales(books: None, clerk: Context) -> None:
    sold = db.value(
        """
        SELECT count(*) FROM purchases p
        JOIN listings l ON l.platform_id = p.platform_id AND l.course_id = p.course_id AND l.own_entity
        WHERE p.voided_at IS NULL
        """
    )
    look(clerk, "own_entity_sale")
    found = waiting("own_entity_sale")
    assert found, "the nation has an institution of a platform's own entity"
    assert sum(one.value for one in found) == sold == sum(len(members(one)) for one in found)
    assert all(one.label.startswith("skillacademy – ") for one in found)


@pytest.mark.parametrize(
    ("kind", "column", "most"),
    [
        ("shared_telephone", "phone_index", PEOPLE_OF_A_PHONE_MAX),
        ("crowded_household", "kk_index", PEOPLE_OF_A_HOUSEHOLD_MAX),
    ],
)
def test_too_many_people_behind_one_number(books: None, clerk: Context, kind: str, column: str, most: int) -> None:
    look(clerk, kind)
    before = len(waiting(kind))
    share = rf"""
        UPDATE applicants SET {column} = '\x0a'
        WHERE applicant_id IN (SELECT applicant_id FROM applicants ORDER BY applicant_id LIMIT %s)
        """
    db.execute(share, (most,))
    assert look(clerk, kind).new == 0
    db.execute(share, (most + 1,))
    assert look(clerk, kind).new == 1
    first = str(db.value("SELECT applicant_id FROM applicants ORDER BY applicant_id LIMIT 1"))
    (found,) = [one for one in waiting(kind) if one.subject_key == first and one.value == most + 1]
    assert found.value == most + 1 == len(members(found))
    # One more is another finding: what was decided about the first does not cover it.
    db.execute(share, (most + 2,))
    assert look(clerk, kind) == LookCounts(1, 1)
    assert len(waiting(kind)) == before + 1


def test_reports_that_wait_too_long_are_one_finding_of_whoever_holds_them(books: None, clerk: Context) -> None:
    for days, expected in ((WAITING_DAYS_MAX, 0), (WAITING_DAYS_MAX + 1, 1)):
        db.execute(
            """
            UPDATE completions SET verified_at = NULL, forwarded_at = %(at)s, reported_at = %(at)s
            WHERE purchase_id IN (SELECT purchase_id FROM completions ORDER BY purchase_id LIMIT 2)
            """,
            {"at": WORKING_DAY - timedelta(days=days)},
        )
        assert look(clerk, "late_reports").new == expected
    (found,) = waiting("late_reports")
    assert (found.label, found.value, found.platform_id) == ("programme_office", 2, None)
    assert found.since_at == WORKING_DAY - timedelta(days=WAITING_DAYS_MAX + 1)
    assert len(members(found)) == 2
    # Where the platform holds them it is the platform's.
    db.execute("UPDATE completions SET forwarded_at = NULL WHERE verified_at IS NULL")
    assert look(clerk, "late_reports").gone == 1
    assert all(one.platform_id is not None for one in waiting("late_reports"))


def test_what_the_office_took_over_is_the_platforms(books: None, clerk: Context) -> None:
    """LEARN-05: for thirty days, also when it was checked at once."""
    for days, expected in ((TAKEN_OVER_DAYS + 1, 0), (TAKEN_OVER_DAYS, 1)):
        db.execute(
            """
            UPDATE completions
            SET taken_over = true, reported_at = %(at)s, forwarded_at = %(at)s, verified_at = %(at)s
            WHERE purchase_id IN (SELECT purchase_id FROM completions ORDER BY purchase_id LIMIT 1)
            """,
            {"at": WORKING_DAY - timedelta(days=days)},
        )
        assert look(clerk, "late_reports").new == expected
    (found,) = waiting("late_reports")
    assert found.platform_id is not None
    assert (found.value, len(members(found))) == (1, 1)


def test_a_class_that_is_never_reported_is_its_institutions(books: None, clerk: Context) -> None:
    assert look(clerk, "missing_reports").new == 0
    purchase_id, schedule_id = db.rows(
        "SELECT purchase_id, schedule_id FROM purchases WHERE state = 'completed' ORDER BY purchase_id LIMIT 1"
    )[0]
    db.execute("UPDATE purchases SET state = 'redeemed', closed_at = NULL WHERE purchase_id = %s", [purchase_id])
    for days, expected in ((WAITING_DAYS_MAX, 0), (WAITING_DAYS_MAX + 1, 1)):
        ends_at = WORKING_DAY - timedelta(days=days)
        starts_at = ends_at - timedelta(hours=2)
        db.execute("UPDATE schedules SET starts_at = %s, ends_at = %s WHERE id = %s", [starts_at, ends_at, schedule_id])
        assert look(clerk, "missing_reports").new == expected
    (found,) = waiting("missing_reports")
    assert (found.subject_key, found.value) == (str(schedule_id), 1)
    assert found.institution_id is not None
    assert members(found) == [purchase_id]


def test_a_finding_that_is_no_longer_there_is_gone_and_comes_back(books: None, clerk: Context) -> None:
    fail = """
        UPDATE incentives SET state = %s, failure_reason = %s, due_at = %s, closed_at = NULL
        WHERE payment_order_id IS NOT NULL
        """
    db.execute(fail, ["failed", "account_closed", WORKING_DAY])
    look(clerk, "failed_incentives")
    (found,) = waiting("failed_incentives")
    assert (
        found.value
        == len(members(found))
        == db.value("SELECT count(*) FROM incentives WHERE payment_order_id IS NOT NULL")
    )
    db.execute(fail, ["waiting", None, WORKING_DAY])
    assert look(clerk, "failed_incentives") == LookCounts(0, 1)
    assert waiting("failed_incentives") == []
    db.execute(fail, ["failed", "account_closed", WORKING_DAY])
    later = clerk.at(WORKING_DAY + timedelta(days=3))
    assert look(later, "failed_incentives") == LookCounts(1, 0)
    (again,) = waiting("failed_incentives")
    assert (again.id, again.found_at) == (found.id, later.now)
    assert again.due_at == later.now + KINDS["failed_incentives"].time_to_decide
    kinds = db.rows("SELECT kind FROM events WHERE subject_id = %s ORDER BY event_id", [found.id])
    assert [kind for (kind,) in kinds] == ["finding.opened", "finding.gone", "finding.opened"]


def test_an_open_conflict_is_found_until_it_is_decided(books: None, clerk: Context) -> None:
    look(clerk, "open_conflict")
    before = len(waiting("open_conflict"))
    db.execute(
        """
        INSERT INTO conflicts (
            conflict_id, act, other_kind, other_id, other_name, institution_id, hops, path, path_key, effect, state,
            regime_version, found_by, found_at
        )
        SELECT gen_random_uuid(), 'listing', 'platform', p.id, p.name, i.id, 2, '[]', 'test', 'flagged', 'open',
            'x', 'system:test', %s
        FROM (SELECT id, name FROM platforms ORDER BY code LIMIT 1) AS p
        CROSS JOIN (SELECT id FROM institutions ORDER BY code LIMIT 1) AS i
        """,
        [WORKING_DAY],
    )
    assert look(clerk, "open_conflict").new == 1
    assert len(waiting("open_conflict")) == before + 1
    db.execute(
        "UPDATE conflicts SET state = 'cleared', decided_by = 'staff:x', decided_at = found_at, reason = 'x'"
        " WHERE path_key = 'test'"
    )
    assert look(clerk, "open_conflict").gone == 1


def test_a_price_far_above_the_others_is_found(books: None, clerk: Context) -> None:
    db.execute(
        "UPDATE courses SET price_idr = 10000 * hours, comparison_price_idr = 9999999, subject = 'digital',"
        " state = 'approved'"
    )
    assert db.value("SELECT min(n) FROM (SELECT count(*) FROM courses GROUP BY mode) AS c (n)") >= OUTLIER_COURSES_MIN
    assert look(clerk, "price_outlier").new == 0
    one = "(SELECT id FROM courses ORDER BY id LIMIT 1)"
    db.execute(f"UPDATE courses SET price_idr = {OUTLIER_MEDIANS} * 10000 * hours WHERE id = {one}")
    assert look(clerk, "price_outlier").new == 0
    db.execute(f"UPDATE courses SET price_idr = ({OUTLIER_MEDIANS} * 10000 + 1) * hours WHERE id = {one}")
    assert look(clerk, "price_outlier").new == 1
    (found,) = waiting("price_outlier")
    assert found.value == OUTLIER_MEDIANS * 10_000 + 1
    assert found.course_id is not None
    assert members(found) == [found.course_id]


def test_a_certificate_that_nobody_can_have_watched_is_found(books: None, clerk: Context) -> None:
    """LEARN-04: no session attended, or a self-paced course reported after a fraction of its hours."""
    look(clerk, "unwatched_certificates")
    before = sum(one.value for one in waiting("unwatched_certificates"))
    first, second = db.rows("SELECT lane, purchase_id FROM certificates ORDER BY purchase_id LIMIT 2")
    absent = "UPDATE completions SET attendance_required = false, sessions_attended = 0"
    db.execute(f"{absent} WHERE lane = %s AND purchase_id = %s", first)
    look(clerk, "unwatched_certificates")
    assert sum(one.value for one in waiting("unwatched_certificates")) == before + 1
    db.execute(
        """
        UPDATE courses SET training_type = 2, hours = 20, mode = 'online'
        WHERE id = (SELECT course_id FROM purchases WHERE lane = %s AND purchase_id = %s)
        """,
        second,
    )
    rush = """
        UPDATE completions AS c SET reported_at = p.redeemed_at + %s::interval
        FROM purchases AS p
        WHERE p.lane = c.lane AND p.purchase_id = c.purchase_id AND c.lane = %s AND c.purchase_id = %s
        """
    for time, extra in (("2 hours", 1), ("119 minutes", 2)):
        db.execute(rush, [time, *second])
        look(clerk, "unwatched_certificates")
        shown = {member for one in waiting("unwatched_certificates") for member in members(one)}
        assert (first[1] in shown, second[1] in shown) == (True, extra == 2), time


def test_a_class_with_one_score_is_found(books: None, clerk: Context) -> None:
    look(clerk, "uniform_scores")
    assert waiting("uniform_scores") == []
    schedule_id = db.value(
        """
        SELECT s.id FROM schedules AS s
        WHERE NOT EXISTS (SELECT FROM purchases AS p WHERE p.schedule_id = s.id)
        ORDER BY s.id
        LIMIT 1
        """
    )
    chosen = [
        purchase_id
        for (purchase_id,) in db.rows(
            """
            SELECT min(c.purchase_id::text)::uuid
            FROM completions AS c
            JOIN purchases AS p USING (lane, purchase_id)
            GROUP BY p.participant_id
            ORDER BY p.participant_id
            LIMIT %s
            """,
            [SCORES_MIN],
        )
    ]
    same = """
        UPDATE completions SET outcome = 'completed', attendance_required = false, post_test_score = 80
        WHERE purchase_id = ANY (%s)
        """
    assert db.execute(same, [chosen]) == SCORES_MIN
    db.execute("UPDATE purchases SET schedule_id = %s WHERE purchase_id = ANY (%s)", [schedule_id, chosen])
    assert look(clerk, "uniform_scores").new == 1
    (found,) = waiting("uniform_scores")
    assert (found.subject_key, found.value) == (str(schedule_id), SCORES_MIN)
    assert set(members(found)) == set(chosen)
    db.execute("UPDATE completions SET post_test_score = 81 WHERE purchase_id = %s", [chosen[0]])
    assert look(clerk, "uniform_scores") == LookCounts(0, 1)


def test_reviews_in_the_same_words_are_found(books: None, clerk: Context) -> None:
    look(clerk, "copied_reviews")
    assert waiting("copied_reviews") == []
    same = "Pelatihan ini   sangat bermanfaat bagi saya\n dan keluarga"
    assert len(same) >= COPY_CHARACTERS_MIN
    reviews = db.rows("SELECT lane, purchase_id FROM reviews ORDER BY purchase_id LIMIT %s", [COPIES_MIN])
    assert len(reviews) == COPIES_MIN
    institution_id = db.value("SELECT id FROM institutions ORDER BY code LIMIT 1")
    for number, (lane, purchase_id) in enumerate(reviews):
        text = same.upper() if number % 2 else same.replace("   ", " ")
        key = [lane, purchase_id]
        db.execute("UPDATE reviews SET text = %s WHERE lane = %s AND purchase_id = %s", [text, *key])
        db.execute(
            "UPDATE purchases SET institution_id = %s, participant_id = gen_random_uuid()"
            " WHERE lane = %s AND purchase_id = %s",
            [institution_id, *key],
        )
        assert look(clerk, "copied_reviews").new == (number + 1 == COPIES_MIN)
    (found,) = waiting("copied_reviews")
    assert (found.value, found.institution_id) == (COPIES_MIN, institution_id)
    assert set(members(found)) == {purchase_id for _, purchase_id in reviews}


def test_unusual_tests_are_found_by_sign_and_day(books: None, clerk: Context) -> None:
    db.execute(
        """
        INSERT INTO basic_tests (
            lane, applicant_id, seed, answers, tenths, started_at, last_answer_at, finished_at, score, anomalies
        )
        SELECT lane, applicant_id, 1, '{1,2}', '{5,6}', %(at)s, %(at)s, %(at)s, 100, '{too_fast}'
        FROM applicants ORDER BY applicant_id LIMIT 3
        """,
        {"at": WORKING_DAY},
    )
    assert look(clerk, "unusual_tests").new == 1
    (found,) = waiting("unusual_tests")
    assert (found.label, found.value, len(members(found))) == ("too_fast", 3, 3)


def test_people_whom_a_register_names_are_found(books: None, clerk: Context) -> None:
    db.execute(
        """
        INSERT INTO eligibility_findings (
            lane, finding_id, applicant_id, delta_id, rule, regime_version, evidence, state, found_at, noticed_at,
            deadline_at
        )
        SELECT lane, gen_random_uuid(), applicant_id, '00000000-0000-0000-0000-000000000007', 'ELIG-03', 'x', '{}',
            'noticed', %(at)s, %(at)s, %(at)s + interval '1 day'
        FROM applicants ORDER BY applicant_id LIMIT 2
        """,
        {"at": WORKING_DAY},
    )
    assert look(clerk, "register_findings").new == 1
    (found,) = waiting("register_findings")
    assert (found.label, found.value) == ("ELIG-03", 2)


def test_what_nobody_decides_in_time_is_escalated(books: None, clerk: Context) -> None:
    look_for_findings(clerk)
    (first, *_) = list_findings()
    assert escalate_findings(clerk) == 0
    late = clerk.at(first.due_at)
    assert escalate_findings(late) > 0
    (moved,) = [one for one in list_findings(states=("escalated",), limit=1_000) if one.id == first.id]
    assert moved.due_at == late.now + KINDS[first.kind].time_to_decide
    assert escalate_findings(late) == 0


def test_the_queue_is_by_deadline_and_its_pages_follow_each_other(books: None, clerk: Context) -> None:
    look_for_findings(clerk)
    whole = list_findings(limit=1_000)
    assert whole == sorted(whole, key=lambda one: (one.due_at, one.id))
    pages: list[FindingView] = []
    while page := list_findings(after=pages[-1].id if pages else None, limit=2):
        pages += page
    assert pages == whole


def test_the_database_knows_the_same_moves(books: None, clerk: Context) -> None:
    look(clerk, "own_entity_sale")
    finding_id = waiting("own_entity_sale")[0].id
    filled = (
        "UPDATE findings SET state = %s, proposed_by = 'a', proposed_at = now(), proposal_reason = 'x',"
        " decided_by = %s, decided_at = %s, reason = %s WHERE id = %s"
    )

    def statement(state: FindingState) -> tuple[str, list[object]]:
        decided = state in (FindingState.UPHELD, FindingState.DISMISSED)
        return filled, [state, *(["b", WORKING_DAY, "x"] if decided else ["", None, ""]), finding_id]

    for state_from, allowed in FINDING_MOVES.items():
        for state_to in FINDING_MOVES:
            db.execute("SET LOCAL session_replication_role = replica")
            db.execute(*statement(state_from))
            db.execute("SET LOCAL session_replication_role = origin")
            sql, parameters = statement(state_to)
            if state_to in allowed:
                db.execute(sql, parameters)
            elif state_to != state_from:
                expected = {"finding_state_moves_along_its_table", "decision_on_a_finding_stands"}
                assert refused(sql, *parameters) in expected, (state_from, state_to)
