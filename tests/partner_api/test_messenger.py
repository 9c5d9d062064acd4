"""Codes of purchases outside a sandbox: to the holder's phone, else by e-mail, through the box of letters."""

from datetime import UTC, datetime, timedelta

import pytest

from prakerja.access.messages import LetterBox
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import blind_indexes, decrypt_field, encrypt_field
from prakerja.kit.settings import Settings
from prakerja.partner_api import messenger
from prakerja.partner_api.messenger import HolderLetters, Message, SmsSandbox, find_messenger
from tests.kit.test_settings import PRODUCTION
from tests.learning.world import Person, make_world

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 9, 1, 3, tzinfo=UTC)
BOTH = frozenset({"email", "phone"})


def give(person: Person, kind: str, contact: str) -> None:
    """The person has the contact on record."""
    cipher = encrypt_field(contact, table="applicants", column=f"{kind}_cipher", row_id=person.applicant_id)
    db.execute(
        f"UPDATE applicants SET {kind}_cipher = %s, {kind}_index = %s WHERE applicant_id = %s",
        [cipher, *blind_indexes(contact, purpose=kind), person.applicant_id],
    )


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (BOTH, [("phone", "6281211112222"), ("email", "siti@contoh.id")]),
        (frozenset({"email"}), [("email", "budi@contoh.id"), ("email", "siti@contoh.id")]),
    ],
)
def test_a_code_goes_to_the_phone_of_the_holder_or_by_e_mail(
    context: Context, kinds: frozenset[str], expected: list[tuple[str, str]]
) -> None:
    world = make_world(context, people=3, state="paid")
    db.execute("UPDATE applicants SET phone_cipher = NULL, phone_index = NULL, email_cipher = NULL, email_index = NULL")
    both, by_mail, nothing = world.people
    give(both, "phone", "6281211112222")
    give(both, "email", "budi@contoh.id")
    give(by_mail, "email", "siti@contoh.id")
    messages = [Message(one.lane, one.card_id, f"kode {n}") for n, one in enumerate((both, by_mail, nothing))]
    HolderLetters(LetterBox(kinds)).send(messages, ids=context.ids, machine_now=NOW)
    found: list[tuple[str, str]] = []
    for key, kind, contact, text, good_until in db.rows(
        "SELECT id, kind, contact_cipher, text_cipher, good_until FROM letters ORDER BY id"
    ):
        to = decrypt_field(contact, table="letters", column="contact_cipher", row_id=key)
        assert decrypt_field(text, table="letters", column="text_cipher", row_id=key) == f"kode {len(found)}"
        assert good_until == NOW + timedelta(minutes=5)
        found.append((kind, to))
    assert found == expected


def test_the_messenger_of_a_deployment_is_that_of_its_courier(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(find_messenger(), SmsSandbox)
    production = Settings(**PRODUCTION)
    monkeypatch.setattr(messenger, "get_settings", lambda: production)
    monkeypatch.setattr(messenger, "find_courier", lambda: LetterBox(BOTH))
    assert isinstance(find_messenger(), HolderLetters)
    monkeypatch.setattr(messenger, "find_courier", lambda: None)
    assert find_messenger() is None
