from uuid import UUID

import pytest
from django.db import IntegrityError

from prakerja.access.errors import UserCode
from prakerja.access.models import User
from prakerja.access.operations import UserRequest, create_users
from prakerja.access.permissions import GRANTS, Permission, may
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.audit.queries import list_events_of
from prakerja.kit.context import Context

pytestmark = pytest.mark.django_db


def test_creates_users_in_order_and_refuses_a_name_that_is_taken(context: Context) -> None:
    request = UserRequest("pmo-1", "Sari", Role.PROGRAMME_OFFICE, password="a long enough one")
    results = create_users(context, [request, UserRequest("pmo-2", "Budi", Role.APPROVER), request])

    assert [result.code for result in results] == [UserCode.OK, UserCode.OK, UserCode.USERNAME_TAKEN]
    assert create_users(context, [request])[0].code is UserCode.USERNAME_TAKEN
    user = find_user("pmo-1")
    assert user is not None
    assert user.id == results[0].user_id
    assert user.check_password("a long enough one")
    assert [event.kind for event in list_events_of(user.id)] == ["user.created"]


def test_a_user_without_a_password_cannot_sign_in_with_one(context: Context) -> None:
    create_users(context, [UserRequest("pmo-1", "Sari", Role.PROGRAMME_OFFICE)])
    user = find_user("pmo-1")
    assert user is not None
    assert not user.has_usable_password()


@pytest.mark.parametrize(
    ("request_", "constraint"),
    [
        (UserRequest("x", "x", Role.PLATFORM), "partner_user_names_its_partner"),
        (UserRequest("x", "x", Role.INSTITUTION), "partner_user_names_its_partner"),
        (UserRequest("x", "x", Role.PARTICIPANT, applicant_lane=0), "participant_user_names_its_applicant"),
        (
            UserRequest("x", "x", Role.AUDITOR, applicant_id=UUID(int=1), applicant_lane=0),
            "participant_user_names_its_applicant",
        ),
        (UserRequest("x", "x", Role.LABOUR_OFFICE), "labour_office_user_names_its_office"),
    ],
)
def test_the_database_asks_what_a_role_belongs_to(context: Context, request_: UserRequest, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        create_users(context, [request_])


def test_every_permission_is_somebodys_and_every_role_has_one() -> None:
    assert set(GRANTS) == set(Role)
    assert set().union(*GRANTS.values()) == set(Permission)
    assert not may("stranger", Permission.SEE_PROGRAMME)


def test_nobody_both_prepares_for_the_public_and_signs() -> None:
    signing = {Permission.APPROVE_DECREES, Permission.APPROVE_SETTLEMENTS}
    assert [role for role in Role if GRANTS[role] & signing] == [Role.APPROVER]


@pytest.mark.parametrize("role", list(Role))
def test_the_tables_are_open_for_reading_only(role: Role) -> None:
    user = User(role=role.value)
    reads = Permission.READ_TABLES in GRANTS[role]
    assert user.has_module_perms("ledger") is reads
    assert user.has_perm("ledger.view_transfer") is reads
    for action in ("add", "change", "delete"):
        assert not user.has_perm(f"ledger.{action}_transfer")
    assert not user.is_superuser


def test_a_closed_account_reads_nothing() -> None:
    assert not User(role=Role.AUDITOR.value, is_active=False).has_perm("ledger.view_transfer")
