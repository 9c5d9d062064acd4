"""`prakerja users`: accounts of staff, and a second factor that was lost."""

from contextlib import nullcontext

import pytest
import typer

from prakerja.access.operations import begin_second_factor
from prakerja.access.queries import find_user
from prakerja.cli import users
from prakerja.cli._errors import CommandError
from prakerja.kit.context import Context
from prakerja.programme.operations import load_reference_data
from prakerja.programme.queries import list_labour_offices

PASSWORD = "kata sandi yang panjang"


@pytest.fixture
def here(context: Context, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands work on the test's own database, and the password is typed."""
    load_reference_data(context)
    monkeypatch.setattr(users, "prepared", nullcontext)
    monkeypatch.setattr(typer, "prompt", lambda *_args, **_more: PASSWORD)


def test_adds_an_officer_who_may_sign_in_once_a_second_factor_is_set_up(here: None) -> None:
    users.add("pmo-9", "programme_office", display="Sari")
    user = find_user("pmo-9")
    assert user is not None
    assert user.check_password(PASSWORD)
    assert user.display_name == "Sari"
    with pytest.raises(CommandError, match="already"):
        users.add("pmo-9", "auditor")


def test_a_labour_officer_names_the_office(here: None) -> None:
    office = list_labour_offices()[0]
    users.add("dinas-1", "labour_office", office=office.code)
    user = find_user("dinas-1")
    assert user is not None
    assert user.labour_office_id == office.id
    for role, code in (("labour_office", ""), ("auditor", office.code), ("labour_office", "nowhere"), ("king", "")):
        with pytest.raises(CommandError):
            users.add("x", role, office=code)


def test_a_weak_password_is_refused(here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typer, "prompt", lambda *_args, **_more: "12345")
    with pytest.raises(CommandError):
        users.add("pmo-9", "auditor")


def test_a_lost_second_factor_is_set_back(here: None, context: Context) -> None:
    users.add("pmo-9", "auditor")
    with pytest.raises(CommandError, match="no second factor"):
        users.reset("pmo-9")
    user = find_user("pmo-9")
    assert user is not None
    begin_second_factor(context, user.id)
    users.reset("pmo-9")
    with pytest.raises(CommandError, match="no account"):
        users.reset("nobody")
