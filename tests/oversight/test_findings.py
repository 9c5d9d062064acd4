"""Findings: what the office is shown, with its rows behind it (PLAT-02, ELIG-01, LEARN-05, INC-01)."""

from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from prakerja.kit import db
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.oversight.queries.findings import (
    CODES,
    OUTLIER_COURSES_MIN,
    OUTLIER_MEDIANS,
    PEOPLE_OF_A_HOUSEHOLD_MAX,
    PEOPLE_OF_A_PHONE_MAX,
    WAITING_DAYS_MAX,
    Finding,
    list_finding_rows,
    list_findings,
)
from tests.fixtures.world import WORKING_DAY


def found(code: str) -> Finding:
    return next(finding for finding in list_findings(now=WORKING_DAY) if finding.code == code)


def test_all_kinds_are_listed_in_order_and_count_their_rows(nation: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        findings = list_findings(now=WORKING_DAY)
        rows = {code: list_finding_rows(code, now=WORKING_DAY) for code in CODES}
    assert tuple(finding.code for finding in findings) == CODES
    for finding in findings:
        assert min(finding.rows, PAGE_ROWS + 1) == len(rows[finding.code]), finding
        assert (finding.oldest_at is None) == (finding.rows == 0), finding


def test_own_entity_listings_are_reported_with_their_sales(nation: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        sold = db.value(
            """
            SELECT count(*) FROM purchases p
            JOIN listings l ON l.platform_id = p.platform_id AND l.course_id = p.course_id AND l.own_entity
            WHERE p.voided_at IS NULL
            """
        )
        rows = list_finding_rows("own_entity_sales", now=WORKING_DAY)
    assert rows, "the nation has an institution of a platform's own entity"
    assert sum(row.value for row in rows) == sold
    assert all(row.label.startswith("skillacademy – ") for row in rows)


def test_a_telephone_of_too_many_people_is_reported(nation: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), transaction.atomic():
        before = found("shared_telephones").rows
        share = r"""
            UPDATE applicants SET phone_index = '\x0a'
            WHERE applicant_id IN (SELECT applicant_id FROM applicants ORDER BY applicant_id LIMIT %s)
            """
        db.execute(share, (PEOPLE_OF_A_PHONE_MAX,))
        assert found("shared_telephones").rows == before
        db.execute(share, (PEOPLE_OF_A_PHONE_MAX + 1,))
        assert found("shared_telephones").rows == before + 1
        (row,) = [row for row in list_finding_rows("shared_telephones", now=WORKING_DAY) if row.key == "0a"]
        transaction.set_rollback(True)
    assert row.value == PEOPLE_OF_A_PHONE_MAX + 1


def test_a_household_of_too_many_people_is_reported_and_nobody_refused(
    nation: None, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), transaction.atomic():
        before = found("crowded_households").rows
        refused = db.value("SELECT count(*) FROM applicants WHERE state = 'refused'")
        share = r"""
            UPDATE applicants SET kk_index = '\x0b'
            WHERE applicant_id IN (SELECT applicant_id FROM applicants ORDER BY applicant_id LIMIT %s)
            """
        db.execute(share, (PEOPLE_OF_A_HOUSEHOLD_MAX,))
        assert found("crowded_households").rows == before
        db.execute(share, (PEOPLE_OF_A_HOUSEHOLD_MAX + 1,))
        assert found("crowded_households").rows == before + 1
        assert db.value("SELECT count(*) FROM applicants WHERE state = 'refused'") == refused
        transaction.set_rollback(True)


def test_a_report_that_waits_too_long_is_reported(nation: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), transaction.atomic():
        db.execute("SET LOCAL session_replication_role = replica")
        for days, expected in ((WAITING_DAYS_MAX, 0), (WAITING_DAYS_MAX + 1, 1)):
            db.execute(
                """
                UPDATE completions SET verified_at = NULL, forwarded_at = %(at)s, reported_at = %(at)s
                WHERE purchase_id = (SELECT purchase_id FROM completions ORDER BY purchase_id LIMIT 1)
                """,
                {"at": WORKING_DAY - timedelta(days=days)},
            )
            assert found("late_reports").rows == expected
        (row,) = list_finding_rows("late_reports", now=WORKING_DAY)
        transaction.set_rollback(True)
    assert row.label == "programme_office"
    assert row.since_at == WORKING_DAY - timedelta(days=WAITING_DAYS_MAX + 1)


def test_pages_follow_the_key(nation: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), transaction.atomic():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute(
            """
            UPDATE incentives SET state = 'failed', failure_reason = 'account_closed', closed_at = NULL
            WHERE incentive_id IN (SELECT incentive_id FROM incentives ORDER BY incentive_id LIMIT 3)
            """
        )
        first = list_finding_rows("failed_incentives", now=WORKING_DAY)
        rest = list_finding_rows("failed_incentives", now=WORKING_DAY, after=first[0].key)
        transaction.set_rollback(True)
    assert len(first) >= 3
    assert rest == first[1:]


def test_an_unknown_kind_is_a_defect_of_the_caller() -> None:
    with pytest.raises(LookupError):
        list_finding_rows("gossip", now=WORKING_DAY)


def test_an_open_conflict_is_reported_until_it_is_decided(nation: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), transaction.atomic():
        before = found("open_conflicts").rows
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
        assert found("open_conflicts").rows == before + 1
        db.execute(
            "UPDATE conflicts SET state = 'cleared', decided_by = 'staff:x', decided_at = found_at, reason = 'x'"
            " WHERE path_key = 'test'"
        )
        assert found("open_conflicts").rows == before
        transaction.set_rollback(True)


def test_a_price_far_above_the_others_is_reported(nation: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), transaction.atomic():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute(
            "UPDATE courses SET price_idr = 10000 * hours, comparison_price_idr = 9999999, subject = 'digital',"
            " state = 'approved'"
        )
        assert (
            db.value("SELECT min(n) FROM (SELECT count(*) FROM courses GROUP BY mode) AS c (n)") >= OUTLIER_COURSES_MIN
        )
        assert found("price_outliers").rows == 0
        one = "(SELECT id FROM courses ORDER BY id LIMIT 1)"
        db.execute(f"UPDATE courses SET price_idr = {OUTLIER_MEDIANS} * 10000 * hours WHERE id = {one}")
        assert found("price_outliers").rows == 0
        db.execute(f"UPDATE courses SET price_idr = ({OUTLIER_MEDIANS} * 10000 + 1) * hours WHERE id = {one}")
        (row,) = list_finding_rows("price_outliers", now=WORKING_DAY)
        transaction.set_rollback(True)
    assert row.value == OUTLIER_MEDIANS * 10_000 + 1
