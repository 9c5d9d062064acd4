"""The ways in: a code for participants, password and second factor for staff; no way of telling who has an account."""

import re
from base64 import b32decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.roles import Role
from prakerja.kit.context import Context
from prakerja.web.public import sign_in as sign_in_views
from prakerja.web.public import staff
from prakerja.web.public.staff import WRONG_PASSWORDS

pytestmark = pytest.mark.django_db

SECRET = "kata sandi yang panjang"


def code_on(page: str) -> str:
    found = re.search(r"Kode: (\d{6})", page)
    assert found is not None, page
    return found.group(1)


def enter(client: Client, contact: str = "baru@contoh.id", **more: str) -> HttpResponse:
    """A participant comes in: contact, code."""
    page = client.post(reverse("sign_in"), {"contact": contact, **more}, follow=True).content.decode()
    return client.post(reverse("sign_in_code"), {"code": code_on(page)})  # type: ignore[return-value]


def officer(context: Context) -> None:
    create_users(
        context,
        [
            UserRequest("pmo-7", "Sari", Role.PROGRAMME_OFFICE, password=SECRET),
            UserRequest("pmo-8", "Budi", Role.PROGRAMME_OFFICE),
        ],
    )


def give_password(client: Client, name: str = "pmo-7", secret: str = SECRET, **more: str) -> HttpResponse:
    return client.post(reverse("staff_sign_in"), {"username": name, "password": secret, **more})  # type: ignore[return-value]


def set_up(client: Client, context: Context, **more: str) -> tuple[TOTP, HttpResponse]:
    officer(context)
    assert give_password(client, **more).headers["Location"] == reverse("set_up_second_factor")
    assert "Siapkan faktor kedua" in client.get(reverse("set_up_second_factor")).content.decode()
    page = client.post(reverse("set_up_second_factor"), {"begin": "1"}).content.decode()
    found = re.search(r'<span class="code long">([A-Z2-7 ]+)</span>', page)
    assert found is not None
    assert 'src="data:image/svg+xml' in page
    app = TOTP(b32decode(found.group(1).replace(" ", "")), 6, SHA1(), 30)  # noqa: S303
    return app, client.post(reverse("set_up_second_factor"), {"code": app.generate(now()).decode()})  # type: ignore[return-value]


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def test_a_newcomer_comes_in_by_a_code_and_is_led_to_the_sign_up(client: Client) -> None:
    assert enter(client).headers["Location"] == reverse("me")
    assert client.get(reverse("me")).headers["Location"] == reverse("sign_up")
    assert client.get(reverse("my_money")).headers["Location"] == reverse("sign_up")
    assert client.get(reverse("sign_in")).headers["Location"] == reverse("me")


def test_the_code_page_helps_a_phone_and_keeps_what_was_typed(client: Client) -> None:
    page = client.post(reverse("sign_in"), {"contact": "0812 3456 7890"}, follow=True).content.decode()
    assert 'inputmode="numeric"' in page
    assert 'autocomplete="one-time-code"' in page
    assert "+62 8•• ••• 890" in page
    wrong = f"{(int(code_on(page)) + 1) % 10**6:06}"
    answer = client.post(reverse("sign_in_code"), {"code": wrong})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "<title>Kesalahan: " in text
    assert f'value="{wrong}"' in text
    assert 'href="#code"' in text
    assert "_auth_user_id" not in client.session


def test_a_bad_contact_is_said_and_kept(client: Client) -> None:
    answer = client.post(reverse("sign_in"), {"contact": "bukan surel@"})
    assert answer.status_code == 422
    assert 'value="bukan surel@"' in answer.content.decode()


def test_pages_do_not_tell_who_has_an_account(client: Client) -> None:
    enter(client, "ada@contoh.id")
    client.post(reverse("sign_out"))
    pages = []
    for contact in ("ada@contoh.id", "abu@contoh.id"):
        fresh = Client()
        page = fresh.post(reverse("sign_in"), {"contact": contact}, follow=True).content.decode()
        pages.append(re.sub(r"Kode: \d{6}|value=\"[^\"]*\"", "", page))
    assert pages[0] == pages[1]


def test_production_shows_no_outbox(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = type("Real", (), {"deployment": "production"})
    monkeypatch.setattr(sign_in_views, "get_settings", lambda: settings)
    assert sign_in_views.sandbox_letters("email", "a@contoh.id") == []


def test_goes_on_to_the_page_that_was_asked_for_and_to_no_other_host(client: Client) -> None:
    assert enter(client, next=reverse("my_waves")).headers["Location"] == reverse("my_waves")
    client.post(reverse("sign_out"))
    assert enter(client, next="https://example.org/").headers["Location"] == reverse("me")


def test_staff_set_up_a_second_factor_before_they_get_in(client: Client, context: Context) -> None:
    _, answer = set_up(client, context)
    page = answer.content.decode()
    assert len(re.findall(r"<li>[A-Z2-9 ]{12}</li>", page)) == 10
    assert client.get(reverse("coverage")).status_code == 200
    assert client.get(reverse("sign_out")).status_code == 405
    assert client.post(reverse("sign_out")).headers["Location"] == reverse("home")
    assert client.get(reverse("office")).status_code == 302


def test_a_password_alone_opens_nothing(client: Client, context: Context) -> None:
    officer(context)
    give_password(client)
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("office")).status_code == 302
    assert client.post(reverse("set_up_second_factor"), {"code": "123456"}).status_code == 422
    assert "_auth_user_id" not in client.session


# The clock stands: a code of the next half minute would be a new one, and count.
@time_machine.travel(datetime(2026, 11, 2, 3, 0, tzinfo=UTC), tick=False)
def test_the_second_sign_in_asks_for_a_code_that_counts_once(client: Client, context: Context) -> None:
    app, answer = set_up(client, context)
    recovery = re.findall(r"<li>([A-Z2-9 ]{12})</li>", answer.content.decode())
    client.post(reverse("sign_out"))
    assert give_password(client, next=reverse("waves")).headers["Location"] == reverse("second_factor")
    used = client.post(reverse("second_factor"), {"code": app.generate(now()).decode()})
    assert used.status_code == 422
    assert "sudah terpakai" in used.content.decode()
    assert client.post(reverse("second_factor"), {"code": recovery[0]}).headers["Location"] == reverse("waves")
    client.post(reverse("sign_out"))
    give_password(client)
    assert client.post(reverse("second_factor"), {"code": recovery[0]}).status_code == 422


def test_a_password_that_was_given_is_forgotten_after_a_quarter_of_an_hour(client: Client, context: Context) -> None:
    officer(context)
    give_password(client)
    session = client.session
    session["pending"] |= {"until": (datetime.now(UTC) - timedelta(seconds=1)).isoformat()}
    session.save()
    assert client.get(reverse("set_up_second_factor")).headers["Location"] == reverse("staff_sign_in")


@pytest.mark.parametrize(("name", "secret"), [("pmo-7", "falsch"), ("nobody", SECRET), ("pmo-8", "")])
def test_a_wrong_password_says_what_to_check_and_keeps_the_name(
    client: Client, context: Context, name: str, secret: str
) -> None:
    officer(context)
    page = give_password(client, name, secret or "apa saja").content.decode()
    assert "<title>Kesalahan: Masuk" in page
    assert "Nama pengguna dan kata sandi tidak cocok." in page
    assert f'value="{name}"' in page
    assert "_auth_user_id" not in client.session
    assert "pending" not in client.session


@pytest.mark.parametrize("name", ["pmo-7", "nobody"])
def test_wrong_passwords_are_counted_for_whoever_is_named(
    client: Client, context: Context, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert WRONG_PASSWORDS.most == 10
    monkeypatch.setattr(staff, "WRONG_PASSWORDS", replace(WRONG_PASSWORDS, most=2))
    officer(context)
    for _ in range(2):
        assert "tidak cocok" in give_password(client, name, "falsch").content.decode()
    page = give_password(client, name).content.decode()
    assert "Terlalu banyak kata sandi salah" in page
    assert "pending" not in client.session
