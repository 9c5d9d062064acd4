"""One click signs in as any role: in the demo only."""

import pytest
from django.test import Client
from django.urls import reverse
from pydantic import ValidationError

from prakerja.access.roles import Role
from prakerja.kit.settings import Settings, get_settings
from prakerja.web.public.demo import ACCOUNTS
from prakerja.web.visitors import HOMES
from tests.kit.test_settings import PRODUCTION
from tests.web.nation import Nation

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(deployment="sandbox", demo=True)
    for module in ("prakerja.web.public.demo", "prakerja.web.public.sign_in", "prakerja.web.context_processors"):
        monkeypatch.setattr(f"{module}.get_settings", lambda: settings)


def test_production_settings_refuse_the_demo() -> None:
    assert Settings.model_validate(PRODUCTION).demo is False
    with pytest.raises(ValidationError, match="a production deployment is never a demo"):
        Settings.model_validate(PRODUCTION | {"demo": True})


def test_without_the_demo_there_is_no_page_and_no_sign_in(client: Client, nation: Nation) -> None:
    assert get_settings().demo is False
    assert client.get(reverse("demo")).status_code == 404
    assert client.post(reverse("demo"), {"account": "approver"}).status_code == 404
    assert "_auth_user_id" not in client.session
    assert reverse("demo") not in client.get(reverse("home")).content.decode()


def test_every_role_has_an_account() -> None:
    assert {account.role for account in ACCOUNTS} == set(Role)


@pytest.mark.parametrize("account", [account.code for account in ACCOUNTS])
def test_one_click_signs_in_as_somebody(client: Client, nation: Nation, demo_settings: None, account: str) -> None:
    page = client.get(reverse("demo"))
    assert f'value="{account}"' in page.content.decode()

    answer = client.post(reverse("demo"), {"account": account})
    if account == "paid":
        # Nobody has been paid by the bank in the tiny nation: the page says so.
        assert answer.headers["Location"] == reverse("demo")
        assert "_auth_user_id" not in client.session
        return
    role = next(found.role for found in ACCOUNTS if found.code == account)
    assert answer.headers["Location"] == reverse(HOMES[role])
    assert client.get(reverse(HOMES[role])).status_code == 200
    # The second time the same user is found.
    assert client.post(reverse("demo"), {"account": account}).headers["Location"] == reverse(HOMES[role])


def test_an_unknown_account_signs_nobody_in(client: Client, nation: Nation, demo_settings: None) -> None:
    assert client.post(reverse("demo"), {"account": "minister"}).status_code == 404


def test_the_sign_in_needs_the_token_of_the_form(nation: Nation, demo_settings: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("demo"), {"account": "approver"}).status_code == 403
