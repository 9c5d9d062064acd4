"""A partner enters the account to which it is paid; another person types it anew before money goes there."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Literal
from uuid import UUID, uuid4

import pytest

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners import queries
from prakerja.partners.conflict_queries import find_paths, list_ties
from prakerja.partners.operations.owners import TieRequest, record_ties, reviewer_node
from prakerja.payouts.account_queries import (
    find_partner_account,
    get_account_request,
    list_account_requests,
    list_account_requests_waiting,
    list_partners_without_account,
)
from prakerja.payouts.operations import (
    AccountDecision,
    AccountEntry,
    OrderRequest,
    decide_account_requests,
    lapse_account_requests,
    prepare_payment_batch,
    request_accounts,
    withdraw_account_requests,
)
from prakerja.payouts.states import ACCOUNT_REQUEST_MOVES
from tests.learning.world import World, make_world
from tests.partners.papers import PDF
from tests.partners.world import refused

NUMBER = "001234567890"
SIDE = "institution:budi"
PARTNERS: tuple[Literal["platform", "institution"], ...] = ("platform", "institution")
Race = Callable[[Sequence[Callable[[], object]]], list[object]]


@pytest.fixture
def world(db: None, context: Context) -> World:
    """A platform and an institution that have no account."""
    return make_world(context)


def entry(world: World, kind: Literal["platform", "institution"] = "institution") -> AccountEntry:
    return AccountEntry(
        payee_kind=kind,
        payee_id=world.institution_id if kind == "institution" else world.platform_id,
        bank="BRI",
        holder_name=" PT Terampil ",
        account_number=NUMBER,
        file_name="buku.pdf",
        content=PDF,
    )


def entered(world: World, kind: Literal["platform", "institution"] = "institution") -> UUID:
    (result,) = request_accounts(world.context.acting_as(SIDE), [entry(world, kind)])
    assert result.code == "ok"
    assert result.request_id is not None
    return result.request_id


def decided(
    world: World,
    request_id: UUID,
    *,
    actor: str = "staff:pmo-1",
    confirms: bool = True,
    number: str = NUMBER,
    reason: str = "",
) -> str:
    decision = AccountDecision(request_id=request_id, confirms=confirms, account_number=number, reason=reason)
    return decide_account_requests(world.context.acting_as(actor), [decision])[0].code.value


@pytest.mark.parametrize("kind", ["platform", "institution"])
def test_what_was_confirmed_is_paid_and_nothing_before(world: World, kind: Literal["platform", "institution"]) -> None:
    payee_id = entry(world, kind).payee_id
    order = OrderRequest(world.people[0].lane, kind, payee_id, world.budget_number, 10_000)
    request_id = entered(world, kind)
    assert prepare_payment_batch(world.context, "settlement", [order]).code == "payee_without_account"
    assert find_partner_account(kind, payee_id) is None
    assert decided(world, request_id) == "ok"
    assert prepare_payment_batch(world.context, "settlement", [order]).code == "ok"
    account = find_partner_account(kind, payee_id)
    assert account is not None
    assert (account.bank, account.holder_name, account.shown_number) == ("BRI", "PT Terampil", "••• 7890")
    found = get_account_request(request_id)
    assert (found.state, found.decided_by, found.decided_at) == ("confirmed", "staff:pmo-1", world.context.now)
    # It is on record as the partner's, so that a conflict of interest shows (PLAT-02).
    (tie,) = [one for one in list_ties(payee_id) if one.kind == "bank_account"]
    assert (tie.shown, tie.source) == ("••• 7890", f"document {found.document_id}")
    role: Literal["platform", "institution"] = kind
    assert [line.kind for line in queries.list_documents(role, payee_id)] == ["bank_account"]
    kinds = [row[0] for row in db.rows("SELECT kind FROM events WHERE subject_id = %s ORDER BY kind", [payee_id])]
    assert {"partner_account.requested", "partner_account.confirmed", "partner_account.registered"} <= set(kinds)


def test_another_account_replaces_the_one_in_use_when_it_is_confirmed(world: World) -> None:
    assert decided(world, entered(world)) == "ok"
    other = replace(entry(world), account_number="99887766554")
    (result,) = request_accounts(world.context, [other])
    assert result.request_id is not None
    before = find_partner_account("institution", world.institution_id)
    assert before is not None
    assert before.shown_number == "••• 7890"
    assert decided(world, result.request_id, number="99887766554") == "ok"
    after = find_partner_account("institution", world.institution_id)
    assert after is not None
    assert after.shown_number == "••• 6554"
    replaced = "SELECT count(*) FROM partner_accounts WHERE payee_id = %s AND replaced_at IS NOT NULL"
    assert db.value(replaced, [world.institution_id]) == 1


def test_the_same_account_confirmed_again_stays_the_one_in_use(world: World) -> None:
    assert decided(world, entered(world)) == "ok"
    before = find_partner_account("institution", world.institution_id)
    assert decided(world, entered(world)) == "ok"
    assert find_partner_account("institution", world.institution_id) == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payee_id": uuid4()}, "partner_unknown"),
        ({"payee_kind": "platform"}, "partner_unknown"),
        ({"payee_kind": "participant"}, "partner_unknown"),
        ({"bank": "4711"}, "bank_malformed"),
        ({"bank": "BRI 1"}, "bank_malformed"),
        ({"holder_name": " "}, "holder_missing"),
        ({"account_number": "1234567"}, "number_malformed"),
        ({"account_number": "1234 5678"}, "number_malformed"),
        ({"account_number": "١٢٣٤٥٦٧٨"}, "number_malformed"),
        ({"file_name": "buku.exe"}, "file_refused"),
        ({"content": b"MZ\x90\x00"}, "file_refused"),
    ],
)
def test_refuses_what_cannot_be(world: World, changes: dict[str, object], code: str) -> None:
    (result,) = request_accounts(world.context, [replace(entry(world), **changes)])  # type: ignore[arg-type]
    assert result.code == code
    assert list_account_requests_waiting() == []
    # What was refused leaves no document behind.
    assert queries.list_documents("institution", world.institution_id) == []


def test_a_number_that_was_read_by_one_person_only_is_paid_to_nobody(world: World) -> None:
    request_id = entered(world)
    assert decided(world, request_id, actor=SIDE) == "same_person"
    assert decided(world, request_id, number="001234567899") == "number_differs"
    assert decided(world, request_id, number="") == "number_differs"
    assert find_partner_account("institution", world.institution_id) is None
    assert decided(world, request_id) == "ok"
    assert decided(world, request_id) == "already_decided"
    assert decided(world, uuid4()) == "request_unknown"


def test_who_is_tied_to_the_partner_does_not_confirm(world: World) -> None:
    request_id = entered(world)
    holders = (("institution", world.institution_id), ("reviewer", reviewer_node("staff:pmo-1")))
    ties = [
        TieRequest(holder_kind=kind, holder_id=holder, kind="phone", value="0812 3456 7890", source="akta")
        for kind, holder in holders
    ]
    assert {one.code for one in record_ties(world.context, ties)} == {"ok"}
    assert decided(world, request_id) == "decider_connected"
    assert decided(world, request_id, actor="staff:pmo-2") == "ok"


def test_a_refusal_has_a_reason(world: World) -> None:
    request_id = entered(world)
    assert decided(world, request_id, confirms=False) == "reason_missing"
    assert decided(world, request_id, confirms=False, reason="Nama lain") == "ok"
    (found,) = list_account_requests("institution", world.institution_id)
    assert (found.state, found.reason) == ("refused", "Nama lain")
    assert find_partner_account("institution", world.institution_id) is None


def test_one_waits_and_its_partner_takes_it_back(world: World) -> None:
    request_id = entered(world)
    both = request_accounts(world.context, [entry(world), entry(world, "platform"), entry(world, "platform")])
    assert [one.code.value for one in both] == ["request_waiting", "ok", "request_waiting"]

    def taken_back(payee_id: UUID) -> str:
        return withdraw_account_requests(world.context, [request_id], payee_id=payee_id)[0].code.value

    assert taken_back(world.platform_id) == "request_unknown"
    assert taken_back(world.institution_id) == "ok"
    assert taken_back(world.institution_id) == "already_decided"
    assert decided(world, request_id) == "already_decided"


def test_what_nobody_confirms_lapses(world: World) -> None:
    request_id = entered(world)
    (waiting,) = list_account_requests_waiting()
    assert waiting.due_at == world.context.now + timedelta(days=14)
    assert lapse_account_requests(world.context.at(waiting.due_at - timedelta(seconds=1))) == []
    assert lapse_account_requests(world.context.at(waiting.due_at)) == [request_id]
    assert get_account_request(request_id).state == "lapsed"
    assert find_partner_account("institution", world.institution_id) is None


def test_names_those_who_could_not_be_paid(world: World) -> None:
    before = {(one.payee_kind, one.payee_id) for one in list_partners_without_account()}
    assert ("institution", world.institution_id) in before
    assert decided(world, entered(world)) == "ok"
    after = {(one.payee_kind, one.payee_id) for one in list_partners_without_account()}
    assert before - after == {("institution", world.institution_id)}


INSERT = """
    INSERT INTO partner_account_requests
    SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()) || %s::jsonb)).*
    FROM partner_account_requests AS r
"""


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ("{}", "a_partner_has_one_account_waiting"),
        ('{"state": "paid", "decided_at": "2020-09-01"}', "account_request_state_is_known"),
        (
            '{"state": "confirmed", "decided_at": "2020-09-01", "decided_by": "staff:pmo-1"}',
            "confirmed_request_has_its_account",
        ),
        (
            '{"state": "refused", "decided_at": "2020-09-01", "decided_by": "institution:budi", "reason": "x"}',
            "account_is_confirmed_by_someone_else",
        ),
        (
            '{"state": "refused", "decided_at": "2020-09-01", "decided_by": "staff:pmo-1"}',
            "refused_account_request_has_a_reason",
        ),
        (
            '{"state": "lapsed", "decided_at": "2020-09-01", "decided_by": "staff:pmo-1"}',
            "decided_account_request_names_who_and_when",
        ),
        ('{"payee_kind": "platform"}', "account_is_shown_by_an_own_document"),
    ],
)
def test_the_database_refuses_it_too(world: World, changes: str, constraint: str) -> None:
    entered(world)
    assert refused(INSERT, changes) == constraint


def test_what_was_entered_is_never_edited_and_a_decision_stands(world: World) -> None:
    request_id = entered(world)
    edit = "UPDATE partner_account_requests SET holder_name = 'Orang lain' WHERE id = %s"
    assert refused(edit, request_id) == "account_request_is_never_edited"
    gone = "DELETE FROM partner_account_requests WHERE id = %s"
    assert refused(gone, request_id) == "account_request_is_never_edited"
    assert decided(world, request_id) == "ok"
    again = "UPDATE partner_account_requests SET decided_by = 'staff:pmo-2' WHERE id = %s"
    assert refused(again, request_id) == "decision_about_an_account_stands"


@pytest.mark.django_db
def test_the_database_knows_the_same_moves() -> None:
    definition = db.value(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'account_request_moves_along_its_states'"
    )
    moves = {f"{old}>{new}" for old, following in ACCOUNT_REQUEST_MOVES.items() for new in following}
    assert {part for part in str(definition).split("'") if ">" in part} == moves


def test_two_who_confirm_at_once_put_one_account_in_use(race: Race, context: Context) -> None:
    world = make_world(context)

    def enter() -> str:
        return request_accounts(world.context.acting_as(SIDE), [entry(world)])[0].code.value

    assert sorted(map(str, race([enter] * 4))) == ["ok", *["request_waiting"] * 3]
    (waiting,) = list_account_requests_waiting()
    calls = [partial(decided, world, waiting.id, actor=f"staff:pmo-{number}") for number in range(4)]
    assert sorted(map(str, race(calls))) == [*["already_decided"] * 3, "ok"]
    assert db.value("SELECT count(*) FROM partner_accounts WHERE payee_id = %s", [world.institution_id]) == 1


def test_a_platform_and_an_institution_that_are_paid_to_one_account_meet_in_it(world: World) -> None:
    """PLAT-02: nobody had to declare it; the account that is paid says it."""
    pair = (world.platform_id, world.institution_id)
    before = len(find_paths([pair], on=world.context.today)[pair])
    for kind in PARTNERS:
        assert decided(world, entered(world, kind)) == "ok"
    found = find_paths([pair], on=world.context.today)[pair]
    assert len(found) == before + 1
    assert any({step["kind"] for step in path.steps} == {"bank_account"} for path in found)
