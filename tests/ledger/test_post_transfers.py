"""Posting transfers: one row each, balances that move with them, answers per item."""

from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.ledger.errors import PostCode
from prakerja.ledger.operations import NewAccount, Transfer, open_accounts, post_transfers
from prakerja.ledger.queries import get_balance, list_transfers_of, sum_by_account_kind
from prakerja.ledger.rules import KEPT_KINDS, TRANSFER_SIDES

pytestmark = pytest.mark.django_db

BUDGET = UUID(int=1)
PARTICIPANT = UUID(int=2)


@pytest.fixture
def reserved(context: Context) -> None:
    """A budget of 1,000 of which 600 are reserved for one participant."""
    open_accounts(context, [NewAccount(0, BUDGET, "unspent", 1), NewAccount(0, PARTICIPANT, "training", 1)])
    results = post_transfers(
        context,
        [
            Transfer(0, "appropriation", UUID(int=10), 1, BUDGET, BUDGET, 1_000),
            Transfer(0, "reserve_training", PARTICIPANT, 1, BUDGET, PARTICIPANT, 600),
        ],
    )
    assert [result.code for result in results] == [PostCode.OK, PostCode.OK]


def purchase(number: int, amount_idr: int) -> Transfer:
    return Transfer(0, "purchase", UUID(int=100 + number), 1, PARTICIPANT, BUDGET, amount_idr)


@pytest.mark.usefixtures("reserved")
def test_moves_both_kept_balances() -> None:
    assert get_balance(0, BUDGET, "unspent") == 400
    assert get_balance(0, PARTICIPANT, "training") == 600


@pytest.mark.usefixtures("reserved")
def test_sums_the_hot_accounts(context: Context) -> None:
    post_transfers(context, [purchase(1, 250), purchase(2, 50)])
    assert sum_by_account_kind() == {
        (1, "state_budget"): -1_000,
        (1, "unspent"): 400,
        (1, "training"): 300,
        (1, "held"): 300,
    }


@pytest.mark.usefixtures("reserved")
def test_answers_a_repeated_transfer_without_moving_anything(context: Context) -> None:
    assert post_transfers(context, [purchase(1, 100)])[0].code is PostCode.OK
    assert post_transfers(context, [purchase(1, 100)])[0].code is PostCode.REPEATED
    assert get_balance(0, PARTICIPANT, "training") == 500


@pytest.mark.usefixtures("reserved")
def test_refuses_another_amount_under_the_same_key(context: Context) -> None:
    post_transfers(context, [purchase(1, 100)])
    assert post_transfers(context, [purchase(1, 101)])[0].code is PostCode.CONFLICT


@pytest.mark.usefixtures("reserved")
def test_decides_two_items_of_one_key_in_order(context: Context) -> None:
    codes = [result.code for result in post_transfers(context, [purchase(1, 100), purchase(1, 100), purchase(1, 7)])]
    assert codes == [PostCode.OK, PostCode.REPEATED, PostCode.CONFLICT]
    assert get_balance(0, PARTICIPANT, "training") == 500


@pytest.mark.usefixtures("reserved")
def test_an_overdrawing_item_never_fails_the_others(context: Context) -> None:
    codes = [result.code for result in post_transfers(context, [purchase(1, 400), purchase(2, 300), purchase(3, 200)])]
    assert codes == [PostCode.OK, PostCode.BALANCE_TOO_LOW, PostCode.OK]
    assert get_balance(0, PARTICIPANT, "training") == 0


@pytest.mark.usefixtures("reserved")
def test_writes_the_legal_day_of_jakarta(context: Context) -> None:
    post_transfers(context, [purchase(1, 1)])
    line = list_transfers_of([UUID(int=101)])[0]
    assert (line.effective_date, line.debit_kind, line.credit_kind) == (context.today, "training", "held")


def test_opens_an_account_once(context: Context) -> None:
    accounts = [NewAccount(0, BUDGET, "unspent", 1)]
    assert open_accounts(context, accounts) == 1
    assert open_accounts(context, accounts) == 0


def test_reserves_packages_in_bulk_with_the_same_rows(context: Context) -> None:
    open_accounts(context, [NewAccount(0, BUDGET, "unspent", 1)])
    post_transfers(context, [Transfer(0, "appropriation", UUID(int=10), 1, BUDGET, BUDGET, 1_000)])
    people = [UUID(int=20), UUID(int=21)]
    opened = db.value(
        "SELECT open_packages(0::smallint, 1::smallint, %s, %s, 300, 150, %s)", (BUDGET, people, context.today)
    )
    assert opened == 2
    assert get_balance(0, BUDGET, "unspent") == 1_000
    pay_packages(900)
    assert get_balance(0, BUDGET, "unspent") == 100
    assert [(line.kind, line.amount_idr) for line in list_transfers_of(people)] == [
        ("reserve_incentive", 150),
        ("reserve_training", 300),
    ] * 2
    assert [get_balance(0, person, "incentive") for person in people] == [150, 150]


def pay_packages(total_idr: int) -> None:
    db.execute("SELECT pay_packages(0::smallint, 1::smallint, %s, %s)", (BUDGET, total_idr))


def test_refuses_to_reserve_more_than_the_budget_has(context: Context) -> None:
    open_accounts(context, [NewAccount(0, BUDGET, "unspent", 1)])
    with pytest.raises(IntegrityError, match="balance_is_never_negative"):
        pay_packages(1)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(st.integers(min_value=1, max_value=400), min_size=1, max_size=8))
def test_a_balance_is_the_sum_of_its_transfers(context: Context, amounts: list[int]) -> None:
    """Whatever is asked in whatever order: nothing is lost, nothing goes below zero. Rule: MONEY-01."""
    with db.attempt():
        holder, budget, lane = context.uuid(), context.uuid(), 3
        open_accounts(context, [NewAccount(lane, budget, "unspent", 1), NewAccount(lane, holder, "training", 1)])
        post_transfers(
            context,
            [
                Transfer(lane, "appropriation", context.uuid(), 1, budget, budget, 1_000),
                Transfer(lane, "reserve_training", holder, 1, budget, holder, 1_000),
            ],
        )
        wanted = [Transfer(lane, "purchase", context.uuid(), 1, holder, budget, amount) for amount in amounts]
        left = 1_000
        for transfer, result in zip(wanted, post_transfers(context, wanted), strict=True):
            expected = PostCode.OK if transfer.amount_idr <= left else PostCode.BALANCE_TOO_LOW
            assert result.code is expected
            left -= transfer.amount_idr if expected is PostCode.OK else 0
        assert get_balance(lane, holder, "training") == left


def insert(**changes: object) -> None:
    row = {
        "lane": 0,
        "budget_number": 1,
        "effective_date": date(2020, 4, 11),
        "amount_idr": 1,
        "reference_id": UUID(int=50),
        "debit_holder_id": BUDGET,
        "credit_holder_id": BUDGET,
        "kind": "sweep_held",
        "debit_kind": "held",
        "credit_kind": "returned",
    } | changes
    columns = ", ".join(row)
    db.execute(f"INSERT INTO transfers ({columns}) VALUES ({', '.join(['%s'] * len(row))})", tuple(row.values()))


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"amount_idr": 0}, "amount_is_positive"),
        ({"amount_idr": -1}, "amount_is_positive"),
        ({"kind": "payment_done"}, "kind_moves_between_its_accounts"),
        ({"kind": "gift"}, "kind_moves_between_its_accounts"),
    ],
)
def test_the_database_refuses_a_wrong_transfer(changes: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        insert(**changes)


@pytest.mark.parametrize("kind", ["purchase", "void"])
@pytest.mark.usefixtures("reserved")
def test_refuses_a_kept_side_without_an_account(context: Context, kind: str) -> None:
    nobody, before = UUID(int=3), sum_by_account_kind()
    sides = (nobody, BUDGET) if kind == "purchase" else (BUDGET, nobody)
    with pytest.raises(IntegrityError, match="kept_account_exists"), db.attempt():
        post_transfers(context, [purchase(1, 10), Transfer(0, kind, UUID(int=60), 1, *sides, 10)])
    assert sum_by_account_kind() == before


def test_reserves_nothing_from_a_budget_without_an_account() -> None:
    with pytest.raises(IntegrityError, match="kept_account_exists"):
        pay_packages(20)


def test_the_database_refuses_a_transfer_to_the_same_account() -> None:
    # No kind of the chart joins an account to itself; the constraint stands for the day when one would.
    db.execute("ALTER TABLE transfers DROP CONSTRAINT kind_moves_between_its_accounts")
    with pytest.raises(IntegrityError, match="sides_are_different"):
        insert(credit_kind="held")


@pytest.mark.parametrize("statement", ["UPDATE transfers SET amount_idr = 2", "DELETE FROM transfers"])
def test_history_is_append_only(statement: str) -> None:
    insert()
    with pytest.raises(IntegrityError, match="history_is_append_only"):
        db.execute(statement)


def test_the_chart_in_python_is_the_chart_in_the_database() -> None:
    assert all(
        db.value("SELECT transfer_fits_its_kind(%s, %s, %s)", (kind, debit, credit))
        for kind, (debit, credit) in TRANSFER_SIDES.items()
    )
    listed = db.value("SELECT prosrc FROM pg_proc WHERE proname = 'transfer_fits_its_kind'").count("WHEN")
    assert listed == len(TRANSFER_SIDES)
    kept = db.value(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'only_these_kinds_keep_a_balance'"
    )
    assert {kind for kind in KEPT_KINDS if f"'{kind}'" in kept} == KEPT_KINDS
    assert kept.count("::text") == len(KEPT_KINDS)
