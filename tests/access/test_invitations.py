"""A partner's people come in by the code of a letter and choose name and password; nobody else ever knows either."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.hashers import check_password

from prakerja.access.messages import CourierSandbox, list_sandbox_letters
from prakerja.access.models import User
from prakerja.access.operations import (
    Acceptance,
    InvitationRequest,
    UserRequest,
    accept_invitations,
    create_users,
    end_accounts,
    invite_users,
    withdraw_invitations,
)
from prakerja.access.operations.invitations import OPEN_MOST
from prakerja.access.queries import find_invitation, find_user, list_invitations, list_partner_users
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
PARTNER = UUID(int=7)
SECRET = "tiga kata panjang"


def request(**changes: object) -> InvitationRequest:
    fields: dict[str, object] = {
        "role": Role.PLATFORM,
        "partner_id": PARTNER,
        "display_name": "Sari",
        "email": "Sari@Contoh.id",
        "text": "{invitation} {code}",
    }
    return InvitationRequest(**{**fields, **changes})  # type: ignore[arg-type]


def invite(context: Context) -> tuple[UUID, str]:
    """An invitation and its code, as the letter says it."""
    (result,) = invite_users(context, [request()], CourierSandbox(), machine_now=NOW)
    assert (result.code, result.secret) == ("ok", "")
    invitation, code = list_sandbox_letters(most=1)[0].text.split()
    assert result.invitation_id == UUID(invitation)
    return UUID(invitation), code


def accept(context: Context, invitation_id: UUID, typed: str, **changes: object) -> str:
    fields: dict[str, object] = {"username": "sari.b", "password": SECRET}
    machine_now = changes.pop("machine_now", NOW)
    acceptance = Acceptance(invitation_id=invitation_id, typed=typed, **{**fields, **changes})  # type: ignore[arg-type]
    return accept_invitations(context, [acceptance], machine_now=machine_now)[0].code  # type: ignore[arg-type]


@pytest.mark.django_db
def test_whoever_has_the_letter_makes_the_account(context: Context) -> None:
    invitation_id, code = invite(context)
    assert accept(context, invitation_id, f" {code[:6].lower()}-{code[6:]} ") == "ok"
    user = find_user("sari.b")
    assert user is not None
    assert (user.role, user.partner_id, user.display_name) == ("platform", PARTNER, "Sari")
    assert check_password(SECRET, user.password)
    assert accept(context, invitation_id, code, username="lain") == "invitation_over"
    found = find_invitation(invitation_id, machine_now=NOW)
    assert found is not None
    assert (found.is_open, found.accepted_at, found.masked_email) == (False, NOW, "s•••@contoh.id")
    (line,) = list_partner_users(PARTNER)
    assert (line.username, line.is_active, line.has_second_factor) == ("sari.b", True, False)


@pytest.mark.django_db
def test_neither_code_nor_address_nor_password_is_stored_readably(context: Context) -> None:
    invitation_id, code = invite(context)
    accept(context, invitation_id, code)
    for table in ("user_invitations", "events", "users"):
        for (row,) in db.rows(f"SELECT to_jsonb(t)::text FROM {table} AS t ORDER BY 1"):
            for text in (code, "contoh.id", SECRET, SECRET.encode().hex(), code.encode().hex()):
                assert text not in row.casefold() or text == "contoh.id", (table, text)
                assert "sari@" not in row.casefold(), table


@pytest.mark.django_db
def test_refuses_in_order(context: Context) -> None:
    invitation_id, code = invite(context)
    create_users(context, [UserRequest("budi", "Budi", Role.AUDITOR)])
    assert accept(context, uuid4(), code) == "invitation_over"
    assert accept(context, invitation_id, "X" * 12, username="!") == "wrong_code"
    assert accept(context, invitation_id, code, username="Sari B") == "username_malformed"
    assert accept(context, invitation_id, code, password="sandi") == "too_weak"
    assert accept(context, invitation_id, code, username="budi") == "username_taken"
    # Five wrong codes in all, then it is locked, with the right one too.
    assert [accept(context, invitation_id, "X" * 12) for _ in range(5)] == ["wrong_code"] * 4 + ["no_tries_left"]
    assert accept(context, invitation_id, code) == "no_tries_left"


@pytest.mark.django_db
def test_an_invitation_ends_after_two_weeks_or_when_it_is_taken_back(context: Context) -> None:
    invitation_id, code = invite(context)
    assert accept(context, invitation_id, code, machine_now=NOW + timedelta(days=14)) == "invitation_over"

    def take_back(partner_id: UUID) -> str:
        return withdraw_invitations(context, [invitation_id], partner_id=partner_id, machine_now=NOW)[0]

    assert [take_back(uuid4()), take_back(PARTNER), take_back(PARTNER)] == ["invitation_over", "ok", "invitation_over"]
    assert accept(context, invitation_id, code) == "invitation_over"


@pytest.mark.django_db
def test_without_a_courier_the_code_is_handed_over_by_hand(context: Context) -> None:
    (result,) = invite_users(context, [request()], None, machine_now=NOW)
    assert result.invitation_id is not None
    assert accept(context, result.invitation_id, result.secret) == "ok"
    by_hand = db.value("SELECT payload ->> 'by_hand' FROM events WHERE kind = 'user.invited'")
    assert by_hand == "true"


@pytest.mark.django_db
def test_refuses_invitations(context: Context) -> None:
    results = invite_users(
        context, [request(display_name=" "), request(email="sari"), *[request()] * OPEN_MOST, request()], None,
        machine_now=NOW,
    )  # fmt: skip
    assert [one.code for one in results] == [
        "name_missing",
        "email_not_possible",
        *["ok"] * OPEN_MOST,
        "too_many_open",
    ]
    with pytest.raises(ValueError, match="a participant"):
        invite_users(context, [request(role=Role.PARTICIPANT)], None, machine_now=NOW)
    with pytest.raises(ValueError, match="names what it belongs to"):
        invite_users(context, [request(role=Role.APPROVER)], None, machine_now=NOW)
    assert len(list_invitations(PARTNER, machine_now=NOW)) == OPEN_MOST


def test_one_letter_makes_one_account(
    race: Callable[[Sequence[Callable[[], object]]], list[object]], context: Context
) -> None:
    invitation_id, code = invite(context)

    def call(place: int) -> Callable[[], object]:
        return lambda: accept(context, invitation_id, code, username=f"sari-{place}")

    found = race([call(place) for place in range(6)])
    assert sorted(map(str, found)) == ["invitation_over"] * 5 + ["ok"]
    assert User.objects.filter(partner_id=PARTNER).count() == 1


@pytest.mark.django_db
def test_who_leaves_is_out_at_once_and_nobody_ends_the_own_account(context: Context) -> None:
    made = create_users(
        context,
        [UserRequest(name, name, Role.PLATFORM, partner_id=PARTNER) for name in ("ani", "budi")]
        + [UserRequest("cici", "c", Role.PLATFORM, partner_id=uuid4())],
    )
    ani, budi, cici = (one.user_id for one in made)
    assert ani is not None
    assert budi is not None
    assert cici is not None
    as_ani = context.acting_as("platform:ani")
    codes = end_accounts(as_ani, [ani, cici, budi, budi], partner_id=PARTNER)
    assert codes == ["own_account", "user_unknown", "ok", "user_unknown"]
    assert [one.username for one in list_partner_users(PARTNER) if one.is_active] == ["ani"]
    assert find_user("budi") is None
