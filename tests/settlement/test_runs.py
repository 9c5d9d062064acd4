import csv
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from django.db import IntegrityError
from python_calamine import CalamineWorkbook

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.ledger.queries import list_transfers_of
from prakerja.payouts.bank_file import read_bank_file
from prakerja.payouts.bank_reply import ReplyLine, write_reply_file
from prakerja.payouts.operations import (
    ApproveRequest,
    approve_payment_batches,
    read_bank_replies,
    retry_failed_orders,
    send_payment_batches,
)
from prakerja.payouts.queries import get_payment_batch
from prakerja.settlement.operations import (
    ApproveRunRequest,
    approve_settlement_runs,
    follow_settlement_payments,
    make_purchases_payable,
    prepare_settlement_run,
)
from prakerja.settlement.queries import (
    get_settlement_run,
    list_ageing,
    list_runs_waiting_for_approval,
    list_settlement_runs,
    list_statement_lines,
    list_statements,
    list_statements_of_payee,
)
from prakerja.settlement.statement_files import HEADINGS, statement_csv, statement_xlsx
from prakerja.settlement.states import RUN_MOVES
from tests.learning.world import SOUND_BANK, World, complete, make_world, register_partners_accounts, sums

FROM, UNTIL = date(2020, 9, 1), date(2020, 9, 8)


@pytest.fixture
def world(db: None, context: Context) -> World:
    """Three purchases of 400,000 in two lanes that became payable in the first week of September."""
    world = make_world(context, people=3, lanes=2, sessions=1)
    complete(world)
    assert len(make_purchases_payable(world.after_class)) == 3
    register_partners_accounts(world)
    return world


def _monday(world: World) -> Context:
    return world.context.at(world.context.now + timedelta(days=7)).acting_as("staff:maker")


def _approver(world: World) -> Context:
    return _monday(world).acting_as("staff:approver")


def _prepare(world: World) -> UUID:
    result = prepare_settlement_run(_monday(world), period_from=FROM, period_until=UNTIL)
    assert result.code == "ok"
    assert result.run_id is not None
    return result.run_id


def _approve(world: World, run_id: UUID) -> UUID:
    (result,) = approve_settlement_runs(_approver(world), [ApproveRunRequest(run_id)])
    assert result.code == "ok"
    assert result.batch_id is not None
    return result.batch_id


def test_a_run_collects_each_share_once_and_the_statements_add_up(world: World) -> None:
    run_id = _prepare(world)
    run = get_settlement_run(run_id)
    assert (run.number, run.purchases, run.total_idr) == (1, 3, 1_200_000)
    assert (run.state, run.maker) == ("prepared", "staff:maker")
    institution, platform = list_statements(run_id)
    assert (institution.payee_id, institution.purchases, institution.amount_idr) == (world.institution_id, 3, 1_080_000)
    assert (platform.payee_id, platform.commission_idr, platform.amount_idr) == (world.platform_id, 120_000, 120_000)
    assert institution.amount_idr + platform.amount_idr == run.total_idr
    assert [r.run_id for r in list_runs_waiting_for_approval()] == [run_id]
    assert [r.run_id for r in list_settlement_runs()] == [run_id]
    assert [s.run_id for s in list_statements_of_payee("platform", world.platform_id)] == [run_id]


def test_a_statement_goes_down_to_the_single_purchase_and_equals_the_ledger(world: World) -> None:
    run_id = _prepare(world)
    for statement in list_statements(run_id):
        lines = list_statement_lines(run_id, statement.payee_kind, statement.payee_id)
        assert sum(line.amount_idr for line in lines) == statement.amount_idr
        assert sum(line.price_idr for line in lines) == statement.price_idr
        posted = [
            transfer.amount_idr
            for transfer in list_transfers_of([line.purchase_id for line in lines])
            if transfer.credit_holder_id == statement.payee_id
        ]
        assert sum(posted) == statement.amount_idr


def test_a_statement_as_a_file_and_a_workbook_has_the_same_figures(world: World) -> None:
    db.execute("UPDATE courses SET title = '=1+1'")
    lines = list_statement_lines(_prepare(world), "institution", world.institution_id)
    rows = list(csv.reader(statement_csv(lines).decode("utf-8-sig").splitlines()))
    assert rows[0] == list(HEADINGS)
    assert rows[1][1:] == ["'=1+1", "2020-08-30", "2020-09-01", "400000", "40000", "360000"]
    assert rows[-1] == ["TOTAL", "3", "", "", "1200000", "120000", "1080000"]
    assert len(rows) == 5
    (sheet,) = CalamineWorkbook.from_filelike(BytesIO(statement_xlsx(lines))).sheet_names
    read = CalamineWorkbook.from_filelike(BytesIO(statement_xlsx(lines))).get_sheet_by_name(sheet).to_python()
    # A title that looks like a formula is a text in both.
    assert read[1][1] == "=1+1"
    assert [[str(cell) for cell in row[:4]] for row in read[2:]] == [
        [cell.removeprefix("'") for cell in row[:4]] for row in rows[2:]
    ]
    assert [row[4:] for row in read[1:]] == [[float(cell) for cell in row[4:]] for row in rows[1:]]


def test_codes_of_preparing(world: World) -> None:
    def code(begin: date, end: date) -> str:
        return prepare_settlement_run(_monday(world), period_from=begin, period_until=end).code

    assert code(UNTIL, FROM) == "bad_period"
    assert code(FROM, date(2020, 9, 9)) == "period_not_over"
    assert code(date(2020, 8, 25), FROM) == "empty"
    assert code(FROM, UNTIL) == "ok"
    assert code(date(2020, 9, 7), UNTIL) == "period_overlaps"
    assert code(date(2020, 8, 25), FROM) == "empty"


def test_what_was_missed_is_taken_along(world: World) -> None:
    result = prepare_settlement_run(_monday(world), period_from=date(2020, 9, 5), period_until=UNTIL)
    assert result.purchases == 3


def test_two_people_sign(world: World) -> None:
    run_id = _prepare(world)
    request = ApproveRunRequest(run_id)
    assert approve_settlement_runs(_monday(world), [request])[0].code == "same_person"
    results = approve_settlement_runs(_approver(world), [ApproveRunRequest(world.other_id), request, request])
    assert [result.code for result in results] == ["unknown_run", "ok", "repeated"]
    run = get_settlement_run(run_id)
    assert (run.state, run.approver) == ("approved", "staff:approver")
    assert run.batch_id is not None
    batch = get_payment_batch(run.batch_id)
    assert (batch.maker, batch.approver, batch.state, batch.total_idr) == (
        "staff:maker",
        "staff:approver",
        "approved",
        1_200_000,
    )


def test_a_payee_without_an_account_stops_the_run(world: World) -> None:
    run_id = _prepare(world)
    db.execute("UPDATE partner_accounts SET replaced_at = now() WHERE payee_kind = 'platform'")
    (result,) = approve_settlement_runs(_approver(world), [ApproveRunRequest(run_id)])
    assert (result.code, result.payees) == ("payee_without_account", (world.platform_id,))
    assert get_settlement_run(run_id).state == "prepared"


def test_statements_that_were_tampered_with_are_not_signed(world: World) -> None:
    run_id = _prepare(world)
    # The suite's own server lets its owner pass triggers by.
    db.execute("SET LOCAL session_replication_role = replica")
    db.execute(
        """
        UPDATE settlement_statements
        SET amount_idr = amount_idr + 1, price_idr = price_idr + 1
        WHERE payee_kind = 'institution'
        """
    )
    db.execute("SET LOCAL session_replication_role = origin")
    (result,) = approve_settlement_runs(_approver(world), [ApproveRunRequest(run_id)])
    assert result.code == "statements_differ"


def test_paid_when_every_order_is_paid(world: World) -> None:
    run_id = _prepare(world)
    batch_id = _approve(world, run_id)
    assert follow_settlement_payments(_monday(world)) == 0
    file = send_payment_batches(_monday(world), [batch_id])[0].file
    assert file is not None
    assert read_bank_replies(_monday(world), [SOUND_BANK.take_file(file).content])[0].code == "ok"
    assert follow_settlement_payments(_monday(world)) == 1
    assert follow_settlement_payments(_monday(world)) == 0
    assert get_settlement_run(run_id).state == "paid"
    assert sums(world)["paid"] == 1_200_000


def test_paid_only_after_the_retry(world: World) -> None:
    run_id = _prepare(world)
    batch_id = _approve(world, run_id)
    now = _monday(world)
    file = send_payment_batches(now, [batch_id])[0].file
    assert file is not None
    number, lines = read_bank_file(file)
    answers = [
        ReplyLine(line.line, line.reference, "failed", line.amount_idr, "", "limit_of_the_day")
        if line.line == 1
        else ReplyLine(line.line, line.reference, "paid", line.amount_idr, "REF", "")
        for line in lines
    ]
    assert read_bank_replies(now, [write_reply_file(number, answers).content])[0].failed == 1
    assert follow_settlement_payments(now) == 0
    (owed,) = list_ageing(now.now)
    assert (owed.total_idr, owed.on_its_way_idr) == (lines[0].amount_idr, 0)
    retry = retry_failed_orders(now)
    assert retry.batch_id is not None
    assert approve_payment_batches(_approver(world), [ApproveRequest(retry.batch_id)])[0].code == "ok"
    again = send_payment_batches(now, [retry.batch_id])[0].file
    assert again is not None
    assert list_ageing(now.now)[0].on_its_way_idr == lines[0].amount_idr
    assert follow_settlement_payments(now) == 0
    assert read_bank_replies(now, [SOUND_BANK.take_file(again).content])[0].code == "ok"
    # Owed no more as soon as the bank has paid it, before the run follows.
    assert list_ageing(now.now) == []
    assert follow_settlement_payments(now) == 1
    assert sums(world)["paid"] == 1_200_000


def test_a_next_run_takes_no_share_again(world: World) -> None:
    _prepare(world)
    later = _monday(world).at(world.context.now + timedelta(days=14))
    result = prepare_settlement_run(later, period_from=UNTIL, period_until=date(2020, 9, 15))
    assert result.code == "empty"


def test_ageing(world: World) -> None:
    def ages(days: int) -> list[tuple[int, int, int, int]]:
        return [
            (a.up_to_7_days_idr, a.up_to_30_days_idr, a.older_idr, a.on_its_way_idr)
            for a in list_ageing(world.after_class.now + timedelta(days=days), payee_kind="institution")
        ]

    assert ages(1) == [(1_080_000, 0, 0, 0)]
    assert ages(8) == [(0, 1_080_000, 0, 0)]
    assert ages(31) == [(0, 0, 1_080_000, 0)]
    batch_id = _approve(world, _prepare(world))
    file = send_payment_batches(_monday(world), [batch_id])[0].file
    assert file is not None
    assert ages(1) == [(0, 0, 0, 1_080_000)]
    assert [(a.payee_name, a.total_idr) for a in list_ageing(world.after_class.now)] == [
        ("LPK Maju", 1_080_000),
        ("Platform", 120_000),
    ]
    read_bank_replies(_monday(world), [SOUND_BANK.take_file(file).content])
    assert list_ageing(world.after_class.now) == []


def test_what_is_late_is_behind_the_payment_term_of_its_agreement(world: World) -> None:
    """Neither the run nor the bank makes it punctual; the platform's term counts where the agreement names none."""
    became = db.value("SELECT min(payable_at) FROM purchases")

    def late(days: int) -> list[tuple[int, int]]:
        found = list_ageing(became + timedelta(days=days), payee_kind="institution", payee_id=world.institution_id)
        return [(a.late_idr, (a.due_at - became).days) for a in found]

    terms = db.value("SELECT (terms #>> '{calendar,payment_term_days}')::integer FROM agreements LIMIT 1")
    days = terms if terms is not None else db.value("SELECT payment_term_days FROM platforms ORDER BY code LIMIT 1")
    assert days > 1
    assert late(days - 1) == [(0, days)]
    assert late(days) == [(1_080_000, days)]
    batch_id = _approve(world, _prepare(world))
    assert send_payment_batches(_monday(world), [batch_id])[0].code == "ok"
    assert late(days) == [(1_080_000, days)]
    assert list_ageing(became, payee_kind="platform", payee_id=world.institution_id) == []


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("UPDATE settlement_runs SET state = 'approved'", "approved_settlement_has_an_approver_and_a_batch"),
        ("UPDATE settlement_runs SET state = 'paid'", "cannot move from prepared to paid"),
        ("UPDATE settlement_runs SET approver = maker", "settlement_needs_two_people"),
        ("UPDATE settlement_lines SET amount_idr = 0", "history_is_append_only"),
        ("DELETE FROM settlement_statements", "history_is_append_only"),
        (
            "INSERT INTO settlement_lines SELECT * FROM settlement_lines",
            "a_share_is_settled_once",
        ),
        (
            """
            INSERT INTO settlement_runs
                (id, number, period_from, period_until, state, maker, purchases, total_idr, prepared_at)
            SELECT gen_random_uuid(), 2, period_from + 1, period_until + 1, state, maker, 1, 1, prepared_at
            FROM settlement_runs
            """,
            "settlement_periods_never_overlap",
        ),
        (
            """
            INSERT INTO settlement_statements
                (id, run_id, payee_kind, payee_id, purchases, price_idr, commission_idr, amount_idr)
            SELECT gen_random_uuid(), id, 'institution', id, 1, 100, 10, 91
            FROM settlement_runs
            """,
            "statement_adds_up_to_the_price",
        ),
    ],
)
def test_the_database_guards_runs(world: World, change: str, constraint: str) -> None:
    _prepare(world)
    with pytest.raises(IntegrityError, match=constraint), db.attempt():
        db.execute(change)


@pytest.mark.django_db
def test_the_database_moves_along_the_same_table() -> None:
    arguments = db.value(
        "SELECT encode(tgargs, 'escape') FROM pg_trigger WHERE tgname = 'settlement_run_moves_along_its_states'"
    )
    written = {move for move in arguments.split("\\000") if move}
    assert written == {f"{old}>{new}" for old, following in RUN_MOVES.items() for new in following}
