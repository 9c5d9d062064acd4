"""Coming in by pages, as a new person of a partner does: the letter, the account, the second factor."""

import re
from base64 import b32decode
from datetime import UTC, datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.test import Client
from django.urls import reverse

PASSWORD = "tiga kata panjang"
LETTER = re.compile(r"/invitations/([0-9a-f-]{36})/.*?Kode: ([A-Z2-9]{12})", re.DOTALL)


def last_letter() -> tuple[str, str]:
    """The newest invitation in the sandbox's outbox: its id and code."""
    found = LETTER.search(Client().get(reverse("sms_outbox")).content.decode())
    assert found is not None
    return found.group(1), found.group(2)


def app_of(page: str) -> TOTP:
    """The authenticator app that was set up by the page's secret."""
    found = re.search(r'<span class="code long">([A-Z2-7 ]+)</span>', page)
    assert found is not None, page
    return TOTP(b32decode(found.group(1).replace(" ", "")), 6, SHA1(), 30)  # noqa: S303


def come_in(username: str, invitation_id: str, code: str) -> Client:
    """Accept an invitation and set up the second factor; the browser that is signed in."""
    client = Client()
    where = reverse("invitation", args=[invitation_id])
    typed = {"act": "accept", "code": code, "username": username, "password": PASSWORD, "again": PASSWORD}
    assert client.post(where, typed).headers["Location"] == reverse("set_up_second_factor")
    app = app_of(client.post(reverse("set_up_second_factor"), {"begin": "1"}).content.decode())
    now = int(datetime.now(UTC).timestamp())
    codes = client.post(reverse("set_up_second_factor"), {"code": app.generate(now).decode()})
    assert "Kode pemulihan" in codes.content.decode()
    return client
