from dataclasses import replace
from uuid import UUID

import pytest
from django.db import IntegrityError
from psycopg.errors import UniqueViolation

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.ledger.operations import Transfer, post_transfers
from prakerja.payouts.bank_file import BankFile, read_bank_file
from prakerja.payouts.bank_reply import ReplyLine, read_reply_file, write_reply_file
from prakerja.payouts.files import payment_file
from prakerja.payouts.models import PaymentBatch
from prakerja.payouts.operations import (
    ApproveRequest,
    OrderRequest,
    PartnerAccountRequest,
    Signatures,
    approve_payment_batches,
    prepare_payment_batch,
    read_bank_replies,
    register_partner_accounts,
    retry_failed_orders,
    send_payment_batches,
)
from prakerja.payouts.queries import (
    get_payment_batch,
    list_batches_waiting_for_approval,
    list_open_orders,
    list_orders_of_payee,
    list_payment_batches,
    list_payment_orders,
)
from prakerja.payouts.states import BATCH_MOVES, ORDER_MOVES
from tests.learning.world import SOUND_BANK, World, make_world, register_partners_accounts, sums

PRICE = 400_000


@pytest.fixture
def world(db: None, context: Context) -> World:
    """Two purchases in two lanes, made payable by hand: 40,000 to the platform, 360,000 to the institution, each."""
    return payable_world(context)


def payable_world(context: Context) -> World:
    world = make_world(context, lanes=2)
    register_partners_accounts(world)
    transfers = [
        Transfer(p.lane, kind, p.purchase_id, world.budget_number, world.budget_id, payee, amount)
        for p in world.people
        for kind, payee, amount in (
            ("commission", world.platform_id, 40_000),
            ("institution_share", world.institution_id, 360_000),
        )
    ]
    assert {answer.code for answer in post_transfers(context, transfers)} == {"ok"}
    return world


def _orders(world: World) -> list[OrderRequest]:
    return [
        OrderRequest(lane, kind, payee, world.budget_number, amount)
        for lane in (0, 1)
        for kind, payee, amount in (
            ("platform", world.platform_id, 40_000),
            ("institution", world.institution_id, 360_000),
        )
    ]


def _prepare(world: World) -> UUID:
    result = prepare_payment_batch(world.context, "settlement", _orders(world))
    assert result.code == "ok"
    assert result.batch_id is not None
    return result.batch_id


def _approver(world: World) -> Context:
    return world.context.acting_as("staff:approver")


def _send(world: World, batch_id: UUID) -> BankFile:
    assert approve_payment_batches(_approver(world), [ApproveRequest(batch_id)])[0].code == "ok"
    (result,) = send_payment_batches(world.context, [batch_id])
    assert result.code == "ok"
    assert result.file is not None
    return result.file


def _state(batch_id: UUID) -> str:
    return get_payment_batch(batch_id).state


def test_one_line_per_payee_with_count_and_sum(world: World) -> None:
    batch_id = _prepare(world)
    batch = get_payment_batch(batch_id)
    assert (batch.number, batch.orders, batch.lines, batch.total_idr, batch.state) == (1, 4, 2, 800_000, "prepared")
    file = payment_file(batch_id)
    assert file.sha256 == batch.file_sha256
    number, lines = read_bank_file(file)
    assert number == 1
    assert {(line.holder, line.account, line.amount_idr) for line in lines} == {
        ("PT Platform", "111122223333", 80_000),
        ("LPK Maju", "444455556666", 720_000),
    }
    assert [b.batch_id for b in list_batches_waiting_for_approval()] == [batch_id]
    assert len(list_open_orders()) == 4


def test_no_account_number_stands_readable_in_the_tables(world: World) -> None:
    batch_id = _prepare(world)
    _send(world, batch_id)
    for table in ("payment_orders", "payment_batches", "partner_accounts", "events"):
        assert db.value(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%%444455556666%%'") == 0


def test_an_empty_batch_and_a_payee_without_account(world: World) -> None:
    assert prepare_payment_batch(world.context, "settlement", []).code == "empty"
    orders = [*_orders(world), OrderRequest(0, "institution", world.other_id, world.budget_number, 1)]
    result = prepare_payment_batch(world.context, "settlement", orders)
    assert (result.code, result.payees) == ("payee_without_account", (world.other_id,))
    assert list_payment_batches() == []


def test_two_people_sign(world: World) -> None:
    batch_id = _prepare(world)
    request = ApproveRequest(batch_id)
    assert [r.code for r in approve_payment_batches(world.context, [request])] == ["same_person"]
    results = approve_payment_batches(
        _approver(world),
        [ApproveRequest(world.other_id), replace(request, file_sha256="0" * 64), request, request],
    )
    assert [r.code for r in results] == ["unknown_batch", "another_file", "ok", "repeated"]
    batch = get_payment_batch(batch_id)
    assert (batch.maker, batch.approver, batch.state) == ("system:test", "staff:approver", "approved")


def test_the_database_wants_two_people(world: World) -> None:
    batch_id = _prepare(world)
    with pytest.raises(IntegrityError, match="payment_needs_two_people"), db.attempt():
        db.execute("UPDATE payment_batches SET state = 'approved', approver = maker, approved_at = now()")
    with pytest.raises(IntegrityError, match="approved_payment_has_an_approver"), db.attempt():
        db.execute("UPDATE payment_batches SET state = 'approved' WHERE id = %s", (batch_id,))


def test_amounts_that_two_people_signed_elsewhere_begin_approved(world: World) -> None:
    signed = Signatures("staff:one", "staff:two")
    result = prepare_payment_batch(world.context, "settlement", _orders(world), signed=signed)
    assert result.batch_id is not None
    batch = get_payment_batch(result.batch_id)
    assert (batch.maker, batch.approver, batch.state) == ("staff:one", "staff:two", "approved")


def test_sending_moves_the_payables_and_gives_the_same_file_again(world: World) -> None:
    batch_id = _prepare(world)
    (refused, unknown) = send_payment_batches(world.context, [batch_id, world.other_id])
    assert [refused.code, unknown.code] == ["not_approved", "unknown_batch"]
    file = _send(world, batch_id)
    (again,) = send_payment_batches(world.context, [batch_id])
    assert (again.code, again.file) == ("repeated", file)
    books = sums(world)
    assert books["in_payment"] == 800_000
    assert "platform_payable" not in books
    assert "institution_payable" not in books


def test_a_file_that_changed_behind_the_signatures_is_not_sent(world: World) -> None:
    batch_id = _prepare(world)
    assert approve_payment_batches(_approver(world), [ApproveRequest(batch_id)])[0].code == "ok"
    db.execute("UPDATE payment_orders SET amount_idr = amount_idr + 1 WHERE line_number = 1 AND lane = 0")
    (result,) = send_payment_batches(world.context, [batch_id])
    assert (result.code, result.file) == ("file_changed", None)
    assert _state(batch_id) == "approved"


def test_a_reply_pays_every_lane(world: World) -> None:
    batch_id = _prepare(world)
    reply = SOUND_BANK.take_file(_send(world, batch_id))
    (result,) = read_bank_replies(world.context, [reply.content])
    assert (result.code, result.batch_id, result.paid, result.failed) == ("ok", batch_id, 2, 0)
    assert sums(world)["paid"] == 800_000
    assert {order.state for order in list_payment_orders(batch_id)} == {"paid"}
    assert len(list_orders_of_payee("platform", world.platform_id)) == 2
    assert [o.lane for o in list_orders_of_payee("platform", world.platform_id, lane=1)] == [1]
    (again,) = read_bank_replies(world.context, [reply.content])
    assert again.code == "repeated"
    assert sums(world)["paid"] == 800_000


def test_refused_replies_book_nothing(world: World) -> None:
    batch_id = _prepare(world)
    file = payment_file(batch_id)
    reply = SOUND_BANK.take_file(file)
    number, lines = read_bank_file(file)
    answers = [ReplyLine(line.line, line.reference, "paid", line.amount_idr, "REF", "") for line in lines]

    def code(answers: list[ReplyLine], of: int = number) -> str:
        return read_bank_replies(world.context, [write_reply_file(of, answers).content])[0].code

    assert read_bank_replies(world.context, [b"nothing"])[0].code == "unreadable"
    assert code(answers, of=99) == "unknown_batch"
    assert code(answers) == "not_sent"
    _send(world, batch_id)
    assert code([replace(answers[0], reference="000001-000009"), answers[1]]) == "unknown_reference"
    assert code([*answers, replace(answers[0], line=9)]) == "unknown_reference"
    assert code([answers[0], answers[0]]) == "unknown_reference"
    assert code(answers[:1]) == "line_missing"
    assert code([replace(answers[0], amount_idr=1), answers[1]]) == "amount_differs"
    lying = reply.content.replace(b"T,2,800000", b"T,2,800001")
    assert read_bank_replies(world.context, [lying])[0].code == "totals_differ"
    assert _state(batch_id) == "sent"
    assert code(answers) == "ok"
    assert read_bank_replies(world.context, [reply.content])[0].code == "conflict"


def _fail(world: World, reason: str) -> UUID:
    """A batch of which the institution's line failed."""
    batch_id = _prepare(world)
    file = _send(world, batch_id)
    number, lines = read_bank_file(file)
    answers = [
        ReplyLine(line.line, line.reference, "failed", line.amount_idr, "", reason)
        if line.holder == "LPK Maju"
        else ReplyLine(line.line, line.reference, "paid", line.amount_idr, "REF", "")
        for line in lines
    ]
    (result,) = read_bank_replies(world.context, [write_reply_file(number, answers).content])
    assert (result.code, result.paid, result.failed) == ("ok", 1, 1)
    return batch_id


def test_a_failure_goes_back_to_the_payable_and_is_retried_once(world: World) -> None:
    _fail(world, "bank_unavailable")
    assert (sums(world)["institution_payable"], sums(world)["paid"]) == (720_000, 80_000)
    retry = retry_failed_orders(world.context)
    assert retry.code == "ok"
    assert retry.batch_id is not None
    assert get_payment_batch(retry.batch_id).total_idr == 720_000
    assert retry_failed_orders(world.context).code == "empty"
    reply = SOUND_BANK.take_file(_send(world, retry.batch_id))
    assert read_bank_replies(world.context, [reply.content])[0].code == "ok"
    assert sums(world)["paid"] == 800_000
    assert "in_payment" not in sums(world)


def test_a_closed_account_waits_for_another_one(world: World) -> None:
    _fail(world, "account_closed")
    assert retry_failed_orders(world.context).code == "empty"
    request = PartnerAccountRequest("institution", world.institution_id, "bni", "LPK Maju", "777788889999")
    assert register_partner_accounts(world.context, [request])[0].code == "ok"
    assert retry_failed_orders(world.context).code == "ok"


def test_failures_are_in_the_log_with_their_reason(world: World) -> None:
    _fail(world, "account_closed")
    found = db.rows("SELECT payload ->> 'reason' FROM events WHERE kind = 'payment.failed' ORDER BY event_id")
    assert found == [("account_closed",), ("account_closed",)]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'paid'", "cannot move from prepared to paid"),
        ("amount_idr = 0", "payment_amount_is_positive"),
        ("bank_reference = 'X'", "paid_has_a_bank_reference"),
        ("failure_reason = 'X'", "failed_has_a_reason"),
        ("answered_at = now()", "answered_has_a_moment"),
        ("payee_kind = 'friend'", "payee_kind_is_known"),
    ],
)
def test_the_database_guards_orders(world: World, change: str, constraint: str) -> None:
    _prepare(world)
    with pytest.raises(IntegrityError, match=constraint), db.attempt():
        db.execute(f"UPDATE payment_orders SET {change}")


def test_a_payee_stands_once_in_a_batch(world: World) -> None:
    with pytest.raises(UniqueViolation, match="a_payee_stands_once_in_a_batch"), db.attempt():
        prepare_payment_batch(world.context, "settlement", [_orders(world)[0]] * 2)


@pytest.mark.parametrize(("trigger", "moves"), [("payment_batch", BATCH_MOVES), ("payment_order", ORDER_MOVES)])
@pytest.mark.django_db
def test_the_database_moves_along_the_same_table(trigger: str, moves: dict[str, tuple[str, ...]]) -> None:
    arguments = db.value(
        "SELECT encode(tgargs, 'escape') FROM pg_trigger WHERE tgname = %s", (f"{trigger}_moves_along_its_states",)
    )
    written = {move for move in arguments.split("\\000") if move}
    assert written == {f"{old}>{new}" for old, following in moves.items() for new in following}


def test_what_a_batch_pays_is_what_its_orders_sum_to(world: World) -> None:
    batch_id = _prepare(world)
    batch = PaymentBatch.objects.get(id=batch_id)
    assert batch.total_idr == sum(order.amount_idr for order in list_payment_orders(batch_id))
    reply = read_reply_file(SOUND_BANK.take_file(payment_file(batch_id)).content)
    assert sum(line.amount_idr for line in reply.lines) == batch.total_idr
