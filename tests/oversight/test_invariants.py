"""Each invariant holds in a nation that lived by the operations, and sees, alone, the damage done to its promise."""

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from prakerja.kit import db
from prakerja.oversight.invariants import INVARIANTS, InvariantResult, run_invariants
from prakerja.programme.rule_ids import RULES
from tests.oversight import damages, damages_of_courses, damages_of_money_out
from tests.oversight.damages import Damage

DAMAGES = (
    *damages.LEDGER,
    *damages.QUOTAS,
    *damages.SELECTION,
    *damages.CARDS,
    *damages_of_courses.PURCHASES,
    *damages_of_courses.FEES,
    *damages_of_courses.SEATS,
    *damages_of_courses.LEARNING,
    *damages_of_money_out.INCENTIVES,
    *damages_of_money_out.PAYOUTS,
    *damages_of_money_out.SETTLEMENT,
    *damages_of_money_out.AUDIT,
)


def broken(results: list[InvariantResult]) -> dict[str, list[db.Row]]:
    return {result.name: list(result.rows) for result in results if not result.ok}


def do_damage(damage: Damage) -> None:
    db.execute("SET LOCAL session_replication_role = replica")
    for name in damage.dropped:
        table, _, constraint = name.rpartition(".")
        db.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" if table else f"DROP INDEX {constraint}")
    for statement in damage.statements:
        assert db.execute(statement) > 0, f"no row was damaged by {statement}"


def test_a_nation_that_lived_by_the_operations_keeps_every_promise(
    nation: None, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        results = run_invariants()
    assert broken(results) == {}
    assert [result.name for result in results] == [invariant.name for invariant in INVARIANTS]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: f"{damage.invariant}: {damage.story}")
def test_sees_the_damage_and_nothing_else(nation: None, django_db_blocker: DjangoDbBlocker, damage: Damage) -> None:
    with django_db_blocker.unblock(), transaction.atomic():
        do_damage(damage)
        found = broken(run_invariants(sample=5))
        transaction.set_rollback(True)
    assert list(found) == [damage.invariant], found


def test_every_invariant_has_a_damage() -> None:
    assert {damage.invariant for damage in DAMAGES} == {invariant.name for invariant in INVARIANTS}


def test_names_are_slugs_and_unique_and_everything_is_explained() -> None:
    names = [invariant.name for invariant in INVARIANTS]
    assert len(set(names)) == len(names)
    for invariant in INVARIANTS:
        assert invariant.name.replace("_", "").isalpha(), invariant.name
        assert invariant.name == invariant.name.lower()
        assert set(invariant.rules) <= set(RULES), invariant.name
        assert invariant.explanation_en().endswith(".")
        assert invariant.explanation_id.endswith(".")


def test_checks_only_what_is_named_and_knows_no_other_name(nation: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        assert [result.name for result in run_invariants(["every_budget_adds_up"])] == ["every_budget_adds_up"]
        with pytest.raises(LookupError, match="nothing_at_all"):
            run_invariants(["every_budget_adds_up", "nothing_at_all"])


def test_counts_all_rows_and_gives_a_sample_in_order(nation: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock(), transaction.atomic():
        db.execute("SET LOCAL session_replication_role = replica")
        damaged = db.execute("UPDATE purchases SET request_hash = gen_random_uuid()")
        (result,) = run_invariants(["an_invoice_leads_to_its_purchase"], sample=3)
        transaction.set_rollback(True)
    assert result.offending == damaged
    assert len(result.rows) == 3
    assert list(result.rows) == sorted(result.rows)


def test_writes_nothing_and_sees_one_state(nation: None, django_db_blocker: DjangoDbBlocker) -> None:
    settings: list[tuple[str, str]] = []

    def look(_result: InvariantResult) -> None:
        settings.append(
            (db.value("SHOW transaction_isolation"), db.value("SHOW transaction_read_only")),
        )

    with django_db_blocker.unblock():
        run_invariants(["every_budget_adds_up"], watch=look)
        assert not connection.in_atomic_block
    assert settings == [("repeatable read", "on")]
