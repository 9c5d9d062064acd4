"""Colleagues are invited by role; where money, decrees or draws are touched, a second person lets them in."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from prakerja.access.messages import CourierSandbox, list_sandbox_letters
from prakerja.access.operations import (
    InvitationApproval,
    UserRequest,
    approve_invitations,
    create_users,
    decline_invitations,
    end_staff_accounts,
    invite_users,
    withdraw_invitations,
)
from prakerja.access.operations.invitations import OPEN_MOST
from prakerja.access.permissions import GRANTS, Permission
from prakerja.access.queries import (
    find_invitation,
    find_user,
    list_staff_invitations,
    list_staff_users,
    list_staff_who_may,
)
from prakerja.access.roles import LET_IN_BY_TWO, NEVER_WITHOUT, STAFF, Role
from prakerja.kit import db
from prakerja.kit.context import Context
from tests.access.test_invitations import NOW, accept, request

TEXT = "{invitation} {code}"
# What a role prepares or signs about money, decrees and draws.
MONEY_DECREES_DRAWS = frozenset(
    {
        Permission.MANAGE_WAVES,
        Permission.MANAGE_CARDS,
        Permission.KEEP_SEALS,
        Permission.APPROVE_DECREES,
        Permission.PREPARE_SETTLEMENTS,
        Permission.APPROVE_SETTLEMENTS,
        Permission.CONFIRM_ACCOUNTS,
        Permission.RECORD_REPAYMENTS,
        Permission.CONFIRM_REPAYMENTS,
        Permission.INVITE_STAFF,
        Permission.APPROVE_STAFF,
    }
)


def asked(context: Context, role: Role = Role.APPROVER) -> UUID:
    """Somebody is asked for by `staff:pmo`, and no letter has left."""
    (result,) = invite_users(
        context.acting_as("staff:pmo"), [request(role=role, partner_id=None)], CourierSandbox(), machine_now=NOW
    )
    assert (result.code, result.waits, result.secret) == ("ok", True, "")
    assert result.invitation_id is not None
    assert list_sandbox_letters() == []
    return result.invitation_id


def let_in(context: Context, invitation_id: UUID, actor: str = "staff:signer") -> str:
    approval = InvitationApproval(invitation_id=invitation_id, text=TEXT)
    (result,) = approve_invitations(context.acting_as(actor), [approval], CourierSandbox(), machine_now=NOW)
    return result.code


def test_whoever_touches_money_decrees_or_draws_is_let_in_by_two() -> None:
    touching = {role for role in STAFF if GRANTS[role] & MONEY_DECREES_DRAWS}
    assert touching == set(LET_IN_BY_TWO)
    assert set(NEVER_WITHOUT) <= touching


@pytest.mark.django_db
def test_a_second_person_lets_an_approver_in(context: Context) -> None:
    invitation_id = asked(context)
    found = find_invitation(invitation_id, machine_now=NOW)
    assert found is not None
    assert (found.is_open, found.waits_for_approval, found.invited_by) == (False, True, "staff:pmo")
    # Nothing opens it before: there is no code, and an empty one counts for nothing.
    assert accept(context, invitation_id, "") == "invitation_over"
    assert let_in(context, invitation_id, "staff:pmo") == "same_person"
    assert let_in(context, uuid4()) == "invitation_over"
    assert let_in(context, invitation_id) == "ok"
    assert let_in(context, invitation_id) == "invitation_over"
    code = list_sandbox_letters(most=1)[0].text.split()[1]
    assert accept(context, invitation_id, code, username="budi") == "ok"
    user = find_user("budi")
    assert user is not None
    assert (user.role, user.partner_id) == ("approver", None)
    assert list_staff_who_may(Permission.APPROVE_DECREES) == ["staff:budi"]
    kinds = db.rows("SELECT kind, actor FROM events WHERE subject_id = %s ORDER BY event_id, kind", [invitation_id])
    assert kinds == [
        ("user.invitation_asked", "staff:pmo"),
        ("user.invitation_approved", "staff:signer"),
        ("user.invited", "staff:signer"),
        ("user.invitation_accepted", "system:test"),
    ]


@pytest.mark.django_db
def test_an_auditor_is_invited_at_once_and_a_keeper_names_its_body(context: Context) -> None:
    (result,) = invite_users(context, [request(role=Role.AUDITOR, partner_id=None)], CourierSandbox(), machine_now=NOW)
    assert (result.code, result.waits) == ("ok", False)
    assert let_in(context, result.invitation_id or uuid4()) == "invitation_over"
    code = list_sandbox_letters(most=1)[0].text.split()[1]
    assert accept(context, result.invitation_id or uuid4(), code, username="audit") == "ok"
    for role, partner_id in ((Role.AUDITOR, uuid4()), (Role.SEAL_KEEPER, None), (Role.PLATFORM, None)):
        with pytest.raises(ValueError, match="names what it belongs to"):
            invite_users(context, [request(role=role, partner_id=partner_id)], None, machine_now=NOW)
    keeper_id = uuid4()
    (kept,) = invite_users(
        context.acting_as("staff:pmo"), [request(role=Role.SEAL_KEEPER, partner_id=keeper_id)], None, machine_now=NOW
    )
    assert kept.invitation_id is not None
    approval = InvitationApproval(invitation_id=kept.invitation_id, text=TEXT)
    (sent,) = approve_invitations(context.acting_as("staff:signer"), [approval], None, machine_now=NOW)
    # Without a courier the code is handed over by whoever lets in.
    assert accept(context, kept.invitation_id, sent.secret, username="kunci") == "ok"
    user = find_user("kunci")
    assert user is not None
    assert user.seal_keeper_id == keeper_id


@pytest.mark.django_db
def test_declined_taken_back_and_too_late(context: Context) -> None:
    one, two, three = (asked(context) for _ in range(3))
    signer = context.acting_as("staff:signer")
    assert decline_invitations(context.acting_as("staff:pmo"), [one], machine_now=NOW) == ["same_person"]
    assert decline_invitations(signer, [one, one], machine_now=NOW) == ["ok", "invitation_over"]
    assert withdraw_invitations(context, [two], partner_id=uuid4(), machine_now=NOW) == ["invitation_over"]
    assert withdraw_invitations(context, [two], partner_id=None, machine_now=NOW) == ["ok"]
    assert [let_in(context, key) for key in (one, two)] == ["invitation_over"] * 2
    approval = InvitationApproval(invitation_id=three, text=TEXT)
    late = NOW + timedelta(days=14)
    (result,) = approve_invitations(signer, [approval], CourierSandbox(), machine_now=late)
    assert result.code == "invitation_over"
    assert list_sandbox_letters() == []
    found = list_staff_invitations(machine_now=late)
    assert [row.waits_for_approval for row in found] == [False] * 3
    results = invite_users(
        context, [request(role=Role.MINISTRY, partner_id=None)] * (OPEN_MOST + 1), None, machine_now=NOW
    )
    assert [row.code for row in results] == ["ok"] * OPEN_MOST + ["too_many_open"]


@pytest.mark.django_db
def test_the_database_says_so_too(context: Context) -> None:
    invitation_id = asked(context)
    for change, constraint in (
        ("approved_by = 'staff:pmo', approved_at = now()", "two_people_let_somebody_in"),
        ("approved_by = 'staff:x'", "two_people_let_somebody_in"),
        ("code_hash = 'x'", "no_code_before_the_second_person"),
        ("partner_id = gen_random_uuid()", "people_are_invited_to_known_roles"),
        ("role = 'participant'", "people_are_invited_to_known_roles"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            db.execute(f"UPDATE user_invitations SET {change} WHERE id = %s", [invitation_id])


@pytest.mark.django_db
def test_accounts_end_at_once_but_never_the_own_or_the_last(context: Context) -> None:
    made = create_users(
        context,
        [
            UserRequest("ani", "Ani", Role.APPROVER),
            UserRequest("budi", "Budi", Role.APPROVER),
            UserRequest("audit", "Audit", Role.AUDITOR),
            UserRequest("dinas", "Dinas", Role.LABOUR_OFFICE, labour_office_id=uuid4()),
        ],
    )
    ani, budi, audit, dinas = (one.user_id or uuid4() for one in made)
    codes = end_staff_accounts(context.acting_as("staff:ani"), [ani, budi, budi, audit, dinas])
    assert codes == ["own_account", "ok", "user_unknown", "ok", "user_unknown"]
    assert end_staff_accounts(context.acting_as("staff:pmo"), [ani]) == ["last_of_its_role"]
    assert [(one.username, one.is_active) for one in list_staff_users()] == [
        ("ani", True),
        ("budi", False),
        ("audit", False),
    ]
    ended = db.rows("SELECT subject_id, actor FROM events WHERE kind = 'user.ended' ORDER BY event_id")
    assert sorted(ended) == sorted([(budi, "staff:ani"), (audit, "staff:ani")])


def test_two_who_end_each_other_leave_one(
    race: Callable[[Sequence[Callable[[], object]]], list[object]], context: Context
) -> None:
    ani, budi = (
        one.user_id or uuid4()
        for one in create_users(context, [UserRequest(name, name, Role.APPROVER) for name in ("ani", "budi")])
    )
    found = race(
        [
            lambda: end_staff_accounts(context.acting_as("staff:ani"), [budi])[0],
            lambda: end_staff_accounts(context.acting_as("staff:budi"), [ani])[0],
        ]
    )
    assert sorted(map(str, found)) == ["last_of_its_role", "ok"]
