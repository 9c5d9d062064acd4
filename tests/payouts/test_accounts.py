from collections.abc import Sequence

import pytest
from django.db import IntegrityError

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.oversight.operations import look_for_findings
from prakerja.oversight.queries.findings import list_finding_members, list_findings
from prakerja.payouts.bank import AccountAnswer, AccountQuestion
from prakerja.payouts.bank_file import BankFile
from prakerja.payouts.operations import (
    LinkRequest,
    PartnerAccountRequest,
    ValidateRequest,
    link_payout_accounts,
    register_partner_accounts,
    validate_payout_accounts,
)
from prakerja.payouts.queries import find_partner_accounts, find_payout_account
from tests.learning.world import SOUND_BANK, World, link_accounts, make_world


@pytest.fixture
def world(db: None, context: Context) -> World:
    return make_world(context)


class _Bank:
    """A bank that answers one thing about every account."""

    def __init__(self, *conditions: bool) -> None:
        self._answer = AccountAnswer(*conditions)
        self.asked: list[AccountQuestion] = []

    def check_accounts(self, questions: Sequence[AccountQuestion]) -> list[AccountAnswer]:
        self.asked.extend(questions)
        return [self._answer for _ in questions]

    def take_file(self, file: BankFile) -> BankFile:
        return file


def _link(world: World, person: int = 0, **changes: object) -> LinkRequest:
    who = world.people[person]
    fields = {
        "lane": who.lane,
        "participant_id": who.participant_id,
        "payout_partner": "bni",
        "account_number": "12345678",
    }
    return LinkRequest(**{**fields, **changes})  # type: ignore[arg-type]


def test_links_encrypted_and_without_the_number_in_the_log(world: World) -> None:
    (result,) = link_payout_accounts(world.context, [_link(world)])
    assert result.code == "ok"
    ((cipher, holder),) = db.rows("SELECT account_cipher, holder_name FROM payout_accounts")
    assert b"12345678" not in bytes(cipher)
    assert holder == "Orang 0000"
    assert db.value("SELECT count(*) FROM events WHERE payload::text LIKE '%%12345678%%'") == 0
    assert db.value("SELECT count(*) FROM events WHERE kind = 'payout_account.linked'") == 1


def test_codes_of_linking(world: World) -> None:
    results = link_payout_accounts(
        world.context,
        [
            _link(world, participant_id=world.other_id),
            _link(world, payout_partner="tukang"),
            _link(world, account_number="1234567"),
            _link(world, account_number="12345678x"),
            _link(world),
            _link(world),
            _link(world, 1),
        ],
    )
    assert [result.code for result in results] == [
        "unknown_participant",
        "unknown_partner",
        "bad_account_number",
        "bad_account_number",
        "ok",
        "repeated",
        "taken",
    ]
    assert results[4].payout_account_id == results[5].payout_account_id


def test_the_first_of_two_gets_the_account(world: World) -> None:
    results = link_payout_accounts(world.context, [_link(world, 1), _link(world, 0)])
    assert [result.code for result in results] == ["ok", "taken"]


def test_another_account_replaces_the_one_in_use_and_the_old_one_stays_taken(world: World) -> None:
    results = link_payout_accounts(world.context, [_link(world), _link(world, account_number="87654321")])
    assert [result.code for result in results] == ["ok", "ok"]
    who = world.people[0]
    live = find_payout_account(who.lane, who.participant_id)
    assert live is not None
    assert live.payout_account_id == results[1].payout_account_id
    assert link_payout_accounts(world.context, [_link(world, 1)])[0].code == "taken"


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        ((False, False, False), "nik_differs"),
        ((True, False, False), "kyc_missing"),
        ((True, True, False), "inactive"),
        ((True, True, True), "ok"),
    ],
)
def test_validation_asks_for_all_three(world: World, conditions: tuple[bool, bool, bool], code: str) -> None:
    """INC-01: same NIK, KYC, active."""
    account_id = link_payout_accounts(world.context, [_link(world)])[0].payout_account_id
    assert account_id is not None
    bank = _Bank(*conditions)
    request = ValidateRequest(world.people[0].lane, account_id)
    results = validate_payout_accounts(world.context, [request, request], bank=bank)
    assert [result.code for result in results] == [code, "repeated" if code == "ok" else code]
    assert bank.asked == [AccountQuestion("bni", "12345678", world.people[0].nik)]
    assert db.value("SELECT is_validated FROM payout_accounts") is (code == "ok")


def test_a_refused_account_may_be_asked_again_a_validated_one_is_not(world: World) -> None:
    account_id = link_payout_accounts(world.context, [_link(world)])[0].payout_account_id
    assert account_id is not None
    request = ValidateRequest(world.people[0].lane, account_id)
    assert validate_payout_accounts(world.context, [request], bank=_Bank(True, True, False))[0].code == "inactive"
    assert validate_payout_accounts(world.context, [request], bank=_Bank(True, True, True))[0].code == "ok"
    silent = _Bank(False, False, False)
    assert validate_payout_accounts(world.context, [request], bank=silent)[0].code == "repeated"
    assert silent.asked == []


def test_unknown_and_replaced_accounts_are_not_validated(world: World) -> None:
    (old,) = link_accounts(world, people=world.people[:1])
    link_accounts(world, people=world.people[:1], number=2)
    results = validate_payout_accounts(
        world.context, [ValidateRequest(0, old), ValidateRequest(0, world.other_id)], bank=SOUND_BANK
    )
    assert [result.code for result in results] == ["replaced", "unknown_account"]


def test_the_database_knows_what_validated_means(world: World) -> None:
    link_payout_accounts(world.context, [_link(world)])
    with pytest.raises(IntegrityError, match="validated_means_same_person_known_and_active"), db.attempt():
        db.execute("UPDATE payout_accounts SET validated_at = now(), nik_matches = true, kyc_passed = true")


def test_a_participant_has_one_account_in_use(world: World) -> None:
    link_payout_accounts(world.context, [_link(world), _link(world, account_number="87654321")])
    with pytest.raises(IntegrityError, match="a_participant_has_one_account_in_use"), db.attempt():
        db.execute("UPDATE payout_accounts SET replaced_at = NULL")


def test_accounts_of_partners(world: World) -> None:
    def request(**changes: object) -> PartnerAccountRequest:
        fields = {
            "payee_kind": "platform",
            "payee_id": world.platform_id,
            "bank": "bni",
            "holder_name": "PT Platform",
            "account_number": "12345678",
        }
        return PartnerAccountRequest(**{**fields, **changes})  # type: ignore[arg-type]

    results = register_partner_accounts(
        world.context,
        [
            request(payee_kind="participant"),
            request(payee_id=world.institution_id),
            request(account_number="1"),
            request(),
            request(),
            request(account_number="87654321"),
        ],
    )
    assert [result.code for result in results] == [
        "unknown_partner",
        "unknown_partner",
        "bad_account_number",
        "ok",
        "repeated",
        "ok",
    ]
    assert find_partner_accounts([("platform", world.platform_id), ("institution", world.institution_id)]) == {
        ("platform", world.platform_id): results[5].account_id
    }


def test_who_tries_anothers_account_is_noted_once_and_found(world: World) -> None:
    """INC-01: an account belongs to one person. No number is kept with the attempt, and nobody is refused for it."""
    assert [r.code for r in link_payout_accounts(world.context, [_link(world, 0)])] == ["ok"]
    assert look_for_findings(world.context, kinds=["shared_account"]).new == 0
    for _ in range(2):
        assert [r.code for r in link_payout_accounts(world.context, [_link(world, 1)])] == ["taken"]
    holder, other = world.people[:2]
    rows = db.rows("SELECT participant_id, holder_id, first_at FROM payout_account_attempts")
    assert rows == [(other.participant_id, holder.participant_id, world.context.now)]
    assert db.value("SELECT count(*) FROM events WHERE kind = 'payout_account.taken_by_another'") == 1
    assert look_for_findings(world.context, kinds=["shared_account"]).new == 1
    (found,) = list_findings(kind="shared_account")
    assert found.value == 2
    members = {one.subject_id for one in list_finding_members(found, now=world.context.now)}
    assert members == {holder.applicant_id, other.applicant_id}
    # The own account works as before.
    assert [r.code for r in link_payout_accounts(world.context, [_link(world, 1, account_number="99998888")])] == ["ok"]
