"""Each invariant holds in a nation that lived by the operations, and sees, alone, the damage done to its promise."""

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from prakerja.kit import db
from prakerja.oversight.invariants import INVARIANTS, Invariant, InvariantResult, run_invariants, running
from prakerja.programme.rule_ids import RULES
from tests.oversight import damages, damages_of_catalogue, damages_of_courses, damages_of_money_out, damages_of_people
from tests.oversight.damages import Damage
from tests.oversight.damages_of_cooperation import COOPERATION

DAMAGES = (
    *damages.LEDGER,
    *damages.QUOTAS,
    *damages_of_people.PEOPLE,
    *damages.SELECTION,
    *damages.CARDS,
    *damages_of_courses.PURCHASES,
    *damages_of_courses.FEES,
    *COOPERATION,
    *damages_of_courses.SEATS,
    *damages_of_catalogue.CATALOGUE,
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


def where_it_runs(number: int) -> type[Invariant]:
    """An invariant whose only row tells in what transaction it was checked."""

    class WhereItRuns(Invariant):
        """Told."""

        name = f"where_it_runs_{number}"
        rules = ()
        explanation_id = "Diceritakan."
        columns = ("isolation", "read_only", "snapshot", "backend")
        sql = """
            SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only'),
                pg_current_snapshot()::text, pg_backend_pid()
            FROM pg_sleep(0.2)
        """

    return WhereItRuns


def test_all_see_one_state_side_by_side_and_none_can_write(
    nation: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "INVARIANTS", tuple(where_it_runs(number) for number in range(4)))
    with django_db_blocker.unblock():
        rows = [result.rows[0] for result in run_invariants()]
    assert {row[:2] for row in rows} == {("repeatable read", "on")}
    assert len({row[2] for row in rows}) == 1, "one snapshot"
    assert len({row[3] for row in rows}) == running.CONNECTIONS


def test_inside_a_transaction_it_sees_what_the_caller_has_written(
    nation: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "INVARIANTS", (where_it_runs(1),))
    with django_db_blocker.unblock(), transaction.atomic():
        (result,) = run_invariants()
        assert db.value("SHOW transaction_read_only") == "off", "the caller may go on writing"
        assert result.rows[0][1:] == ("on", *result.rows[0][2:])
        assert result.rows[0][3] == db.value("SELECT pg_backend_pid()")
        transaction.set_rollback(True)
