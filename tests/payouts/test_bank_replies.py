"""The bank's reply is entered by one person and booked when another one confirms it; every faulty row is named."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.payouts.bank_reply import ReplyLine, write_reply_file
from prakerja.payouts.batch_queries import get_bank_reply_file, list_bank_replies, list_batch_lines, list_batch_payees
from prakerja.payouts.operations import (
    ApproveRequest,
    OrderRequest,
    ReplyDecision,
    ReplyEntry,
    approve_payment_batches,
    decide_bank_replies,
    enter_bank_replies,
    lapse_bank_replies,
    prepare_payment_batch,
    read_bank_replies,
    send_payment_batches,
)
from prakerja.payouts.operations.reply_entries import FILE_BYTES_MAX
from prakerja.payouts.queries import get_payment_batch
from prakerja.payouts.states import BANK_REPLY_MOVES
from tests.learning.world import World
from tests.partners.world import refused
from tests.payouts.test_batches import payable_world, world

__all__ = ["world"]
Race = Callable[[Sequence[Callable[[], Any]]], list[Any]]


@pytest.fixture
def batch(world: World) -> UUID:
    """A batch at the bank: 80,000 to the platform (line 1 or 2), 720,000 to the institution."""
    return batch_at_the_bank(world)


def batch_at_the_bank(world: World) -> UUID:
    orders = [
        OrderRequest(lane, kind, payee, world.budget_number, amount)
        for lane in (0, 1)
        for kind, payee, amount in (
            ("platform", world.platform_id, 40_000),
            ("institution", world.institution_id, 360_000),
        )
    ]
    batch_id = prepare_payment_batch(world.context, "settlement", orders).batch_id
    assert batch_id is not None
    assert approve_payment_batches(other(world), [ApproveRequest(batch_id)])[0].code == "ok"
    assert send_payment_batches(world.context, [batch_id])[0].code == "ok"
    return batch_id


def other(world: World) -> Context:
    return world.context.acting_as("staff:approver")


def answers(world: World, *, failed: str = "") -> list[ReplyLine]:
    """What the bank says of batch 1; `failed`: the kind of payee that could not be paid."""
    found = list_batch_lines(db.value("SELECT id FROM payment_batches WHERE number = 1"))
    return [
        ReplyLine(one.line, f"000001-{one.line:06d}", "failed", one.amount_idr, "", "account_closed")
        if one.payee_kind == failed
        else ReplyLine(one.line, f"000001-{one.line:06d}", "paid", one.amount_idr, f"REF{one.line}", "")
        for one in found
    ]


def enter(world: World, batch_id: UUID, content: bytes) -> tuple[str, UUID | None]:
    (found,) = enter_bank_replies(world.context, [ReplyEntry(batch_id=batch_id, file_name="r.csv", content=content)])
    return found.code.value, found.reply_id


def faults(world: World, batch_id: UUID, content: bytes) -> list[tuple[int, str, int | None]]:
    (found,) = enter_bank_replies(world.context, [ReplyEntry(batch_id=batch_id, file_name="r.csv", content=content)])
    assert found.code == "rows_faulty"
    return [(one.row, one.fault.value, one.line) for one in found.faults]


def confirm(context: Context, reply_id: UUID | None) -> tuple[str, int, int]:
    assert reply_id is not None
    (found,) = decide_bank_replies(context, [ReplyDecision(reply_id=reply_id, confirms=True)])
    return found.code.value, found.paid, found.failed


def test_one_person_enters_another_confirms_and_only_then_it_is_booked(world: World, batch: UUID) -> None:
    content = write_reply_file(1, answers(world, failed="institution")).content
    code, reply_id = enter(world, batch, content)
    assert code == "ok"
    (entered,) = list_bank_replies(batch)
    assert (entered.paid, entered.failed, entered.paid_idr, entered.failed_idr) == (1, 1, 80_000, 720_000)
    assert entered.waits
    assert get_payment_batch(batch).state == "sent"
    assert {one.state for one in list_batch_lines(batch)} == {"sent"}
    assert confirm(world.context, reply_id) == ("same_person", 0, 0)
    assert confirm(other(world), reply_id) == ("ok", 1, 1)
    assert confirm(other(world), reply_id) == ("already_decided", 0, 0)
    assert get_payment_batch(batch).state == "answered"
    found = {one.payee_kind: (one.state, one.bank_reference, one.failure_reason) for one in list_batch_lines(batch)}
    assert found["platform"][0] == "paid"
    assert found["institution"] == ("failed", None, "account_closed")
    (booked,) = list_bank_replies(batch)
    assert (booked.state, booked.decided_by) == ("booked", "staff:approver")
    assert get_bank_reply_file(booked.id) == ("r.csv", content)
    assert list_batch_payees(batch) == []
    kinds = db.rows("SELECT kind, actor FROM events WHERE subject_id = %s ORDER BY event_id", [batch])
    assert kinds[-3:] == [
        ("bank_reply.entered", world.context.actor),
        ("payment_batch.answered", "staff:approver"),
        ("bank_reply.booked", "staff:approver"),
    ]


def test_what_cannot_be_entered_or_decided(world: World, batch: UUID) -> None:
    content = write_reply_file(1, answers(world)).content
    unsent = prepare_payment_batch(
        world.context, "settlement", [OrderRequest(0, "platform", world.platform_id, world.budget_number, 1)]
    ).batch_id
    assert unsent is not None
    assert enter(world, batch, b"x" * (FILE_BYTES_MAX + 1))[0] == "file_too_large"
    assert enter(world, uuid4(), content)[0] == "unknown_batch"
    assert enter(world, unsent, content)[0] == "not_sent"
    assert enter(world, batch, content.replace(b"H,000001", b"H,000007"))[0] == "another_batch"
    code, reply_id = enter(world, batch, content)
    assert code == "ok"
    assert reply_id is not None
    assert enter(world, batch, content)[0] == "reply_waiting"
    decisions = [
        ReplyDecision(reply_id=uuid4(), confirms=True),
        ReplyDecision(reply_id=reply_id, confirms=False, reason=" "),
        ReplyDecision(reply_id=reply_id, confirms=False, reason="Berkas bank lain"),
    ]
    assert [one.code.value for one in decide_bank_replies(other(world), decisions)] == [
        "reply_unknown",
        "reason_missing",
        "ok",
    ]
    # Refused, so that another one can be entered; booked by the bank's own channel in between, it is not booked again.
    code, again = enter(world, batch, content)
    assert code == "ok"
    assert read_bank_replies(world.context, [content])[0].code == "ok"
    assert confirm(other(world), again) == ("not_booked", 0, 0)
    assert enter(world, batch, content)[0] == "already_answered"


def test_each_faulty_row_is_named_and_nothing_of_the_file_is_kept(world: World, batch: UUID) -> None:
    """One fault in each row: a file with all of them names all of them."""
    first, second = answers(world)
    bad = [
        b"L,1,r,perhaps,5,ref,",
        b"L,1,r,paid,5,,",
        b"L,1,r,failed,5,,",
        b"L,1,r,failed,5,ref,closed",
        b"L,1,r,paid,5.0,ref,",
        b"L,1,r,paid",
        b'L,1,r,paid,5,"a\x00b",',
        b"L,1,r,paid,5," + b"x" * 65 + b",",
        b"L,9,000001-000009,paid,5,ref,",
        b"L,1,000001-000002,paid,%d,ref," % first.amount_idr,
        b"L,2,000001-000002,paid,%d,ref," % (second.amount_idr + 1),
        b"L,2,000001-000002,paid,%d,ref," % second.amount_idr,
    ]
    content = b"\r\n".join([b"H,000001,reply", *bad, b"T,12,1", b""])
    assert faults(world, batch, content) == [
        (2, "status_unknown", None),
        (3, "reference_missing", None),
        (4, "reason_missing", None),
        (5, "reference_and_reason", None),
        (6, "number_malformed", None),
        (7, "row_malformed", None),
        (8, "text_malformed", None),
        (9, "text_malformed", None),
        (10, "line_unknown", 9),
        (11, "reference_differs", 1),
        (12, "amount_differs", 2),
        (13, "line_repeated", 2),
    ]
    assert list_bank_replies(batch) == []


def test_a_file_as_a_whole(world: World, batch: UUID) -> None:
    content = write_reply_file(1, answers(world)).content
    rows = content.splitlines(keepends=True)
    assert faults(world, batch, b"\xff\xfe") == [(0, "not_text", None)]
    assert faults(world, batch, b"") == [(1, "header_missing", None)]
    assert faults(world, batch, b"\xef\xbb\xbf" + content) == [(1, "header_missing", None)]
    assert faults(world, batch, content.replace(b",", b";")) == [(1, "header_missing", None)]
    assert faults(world, batch, b"".join(rows[:-1])) == [(3, "trailer_missing", None)]
    assert faults(world, batch, rows[0]) == [(1, "trailer_missing", None)]
    cut = b"".join([rows[0], rows[1], rows[3]])
    assert faults(world, batch, cut) == [(0, "line_missing", 2), (3, "totals_differ", None)]
    assert faults(world, batch, content.replace(b"T,2,800000", b"T,2,800001")) == [(4, "totals_differ", None)]


def test_a_reply_that_nobody_confirms_lapses_and_books_nothing(world: World, batch: UUID) -> None:
    content = write_reply_file(1, answers(world)).content
    _, reply_id = enter(world, batch, content)
    assert lapse_bank_replies(world.context.at(world.context.now + timedelta(days=2))) == []
    late = world.context.at(world.context.now + timedelta(days=3))
    assert lapse_bank_replies(late) == [reply_id]
    assert list_bank_replies(batch)[0].state == "lapsed"
    assert get_payment_batch(batch).state == "sent"
    assert enter(world, batch, content)[0] == "ok"


def test_the_database_refuses(world: World, batch: UUID) -> None:
    content = write_reply_file(1, answers(world)).content
    _, reply_id = enter(world, batch, content)
    update = "UPDATE bank_replies SET {} WHERE id = %s"
    who = f"decided_by = '{world.context.actor}', decided_at = now()"
    assert refused(update.format(f"state = 'booked', {who}"), reply_id) == "bank_reply_is_confirmed_by_someone_else"
    assert refused(update.format("state = 'booked'"), reply_id) == "decided_bank_reply_names_who_and_when"
    nobody = "state = 'refused', decided_by = 'staff:x', decided_at = now()"
    assert refused(update.format(nobody), reply_id) == "refused_bank_reply_has_a_reason"
    assert refused(update.format("content = 'x'"), reply_id) == "bank_reply_is_never_edited"
    assert refused("DELETE FROM bank_replies WHERE id = %s", reply_id) == "bank_reply_is_never_edited"
    copy = """
        INSERT INTO bank_replies (id, batch_id, file_name, content, sha256, paid, failed, paid_idr, failed_idr, state,
            entered_by, entered_at, due_at, reason)
        SELECT %s, batch_id, file_name, content, sha256, {}, paid_idr, failed_idr, 'waiting', entered_by, entered_at,
            due_at, reason
        FROM bank_replies
    """
    assert refused(copy.format("paid, failed"), uuid4()) == "a_batch_has_one_reply_waiting"
    assert refused(copy.format("paid + 1, failed"), uuid4()) == "bank_reply_answers_what_was_sent"
    assert confirm(other(world), reply_id)[0] == "ok"
    assert refused(copy.format("paid, failed"), uuid4()) == "bank_reply_answers_what_was_sent"
    stands = "decided_by = 'staff:another'"
    assert refused(update.format(stands), reply_id) == "decision_about_a_bank_reply_stands"


@pytest.mark.django_db
def test_the_database_knows_the_same_moves() -> None:
    definition = db.value(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'bank_reply_moves_along_its_states'"
    )
    moves = {f"{old}>{new}" for old, following in BANK_REPLY_MOVES.items() for new in following}
    assert {part for part in str(definition).split("'") if ">" in part} == moves


def test_of_replies_entered_at_once_one_waits_and_is_booked_once(race: Race, context: Context) -> None:
    world = payable_world(context)
    batch_id = batch_at_the_bank(world)
    content = write_reply_file(1, answers(world)).content
    calls = [partial(enter, world, batch_id, content)] * 4
    assert sorted(code for code, _ in race(calls)) == ["ok", *["reply_waiting"] * 3]
    (waiting,) = list_bank_replies(batch_id)
    found = race([partial(confirm, world.context.acting_as(f"staff:{n}"), waiting.id) for n in range(4)])
    assert sorted(found) == [("already_decided", 0, 0)] * 3 + [("ok", 2, 0)]
    assert db.value("SELECT count(*) FROM transfers WHERE kind = 'payment_done'") == 4
