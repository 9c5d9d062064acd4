from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from prakerja.kit.settings import KEY_NAMES, Settings, sandbox_key

# What a production deployment must say, as fields.
PRODUCTION: dict[str, Any] = {
    "deployment": "production",
    "database_url": "postgresql://app@db/prakerja",
    **{name: f"{number + 1:064x}" for number, name in enumerate(KEY_NAMES)},
    "smtp_url": "smtp+starttls://prakerja:rahasia@mail.contoh.id:587",
    "mail_from": "surat@contoh.id",
    "sms_url": "https://sms.contoh.id/send",
    "sms_header": "Authorization: Bearer rahasia",
    "registry_url": "https://register.contoh.id/v1",
    "registry_key": "f" * 64,
}
PROVIDERS = {
    f"PRAKERJA_{name.upper()}": value
    for name, value in PRODUCTION.items()
    if name not in {*KEY_NAMES, "deployment", "database_url"}
}
KEYS = {f"PRAKERJA_{name.upper()}": f"{number + 1:064x}" for number, name in enumerate(KEY_NAMES)}


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/prakerja")
    monkeypatch.setenv("PRAKERJA_DEPLOYMENT", "production")
    for name, text in (PROVIDERS | KEYS).items():
        monkeypatch.setenv(name, text)
    return monkeypatch


def test_production_with_keys_of_its_own_is_accepted(production: pytest.MonkeyPatch) -> None:
    settings = Settings()
    assert settings.deployment == "production"
    assert (settings.otp_codes_per_hour, settings.otp_codes_per_day) == (5, 10)
    assert settings.key("index_key") == bytes.fromhex(KEYS["PRAKERJA_INDEX_KEY"])
    assert settings.owner_database_url == settings.database_url == "postgresql://app@db/prakerja"


def test_production_is_never_a_demo(production: pytest.MonkeyPatch) -> None:
    production.setenv("PRAKERJA_DEMO", "true")
    with pytest.raises(ValidationError, match="never a demo"):
        Settings()


@pytest.mark.parametrize("name", KEY_NAMES)
def test_production_refuses_a_well_known_key(production: pytest.MonkeyPatch, name: str) -> None:
    production.setenv(f"PRAKERJA_{name.upper()}", sandbox_key(name).upper())
    with pytest.raises(ValidationError, match=f"{name}: the well-known key"):
        Settings()


@pytest.mark.parametrize("name", KEY_NAMES)
def test_production_refuses_a_missing_key(production: pytest.MonkeyPatch, name: str) -> None:
    production.delenv(f"PRAKERJA_{name.upper()}")
    with pytest.raises(ValidationError, match=f"{name}: missing"):
        Settings()


def test_production_refuses_one_key_for_two_purposes(production: pytest.MonkeyPatch) -> None:
    production.setenv("PRAKERJA_FIELD_KEY", KEYS["PRAKERJA_INDEX_KEY"])
    with pytest.raises(ValidationError, match="another place"):
        Settings()


def test_production_needs_a_database(production: pytest.MonkeyPatch) -> None:
    production.delenv("DATABASE_URL")
    with pytest.raises(ValidationError, match="database_url: missing"):
        Settings()


def test_a_sandbox_works_with_the_well_known_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAKERJA_LANES", "4")
    settings = Settings()
    assert settings.deployment == "sandbox"
    assert settings.lanes == 4
    assert settings.key("code_key").hex() == sandbox_key("code_key")


@pytest.mark.parametrize("key", ["short", "00" * 31, "zz" * 32])
def test_a_key_is_64_hexadecimal_digits(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("PRAKERJA_OTP_KEY", key)
    with pytest.raises(ValidationError, match="64 hexadecimal digits"):
        Settings()


def test_no_secret_is_printed(production: pytest.MonkeyPatch) -> None:
    shown = repr(Settings(state_dir=Path("x")))
    assert not [key for key in KEYS.values() if key in shown]
    assert "postgresql" not in shown


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().lanes = 2


@pytest.mark.parametrize("name", ["smtp_url", "sms_url", "registry_url"])
def test_production_says_a_word_about_each_provider(name: str) -> None:
    with pytest.raises(ValidationError, match=f"{name}: missing; `off` says that there is none"):
        Settings(**PRODUCTION | {name: ""})
    assert Settings(**PRODUCTION | {name: "off"}).provider(name) == "off"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"smtp_url": "off", "sms_url": "off"}, "nobody could sign in"),
        ({"mail_from": ""}, "mail_from: missing"),
        ({"registry_key": ""}, "registry_key: missing"),
        ({"registry_key": "1".rjust(64, "0")}, "registry_key: the same key stands in another place"),
        ({"registry_key": "abc"}, "64 hexadecimal digits"),
        ({"sms_url": "http://sms.contoh.id/send"}, "sms_url: what goes there is personal"),
        ({"smtp_url": "smtp://mail.contoh.id"}, "smtp_url: what goes there is personal"),
        ({"registry_url": "http://register.contoh.id"}, "registry_url: what goes there is personal"),
        ({"registry_url": "ftp://register.contoh.id"}, "registry_url: an address that begins with http://, https://"),
        ({"sms_header": "rahasia"}, "sms_header: one line"),
        ({"sms_header": "A: b\nC: d"}, "sms_header: one line"),
        ({"sms_body": '{"to": "{to}"}'}, "sms_body: JSON with the places"),
        ({"sms_body": '{"to": "{to}", "text": "{text}"'}, "sms_body: JSON with the places"),
        ({"registry_certificate": "/x.pem"}, "come together"),
    ],
)
def test_providers_that_production_refuses(changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(**PRODUCTION | changes)
    assert sentence in str(refused.value)
    assert "rahasia" not in "; ".join(str(one["msg"]) for one in refused.value.errors())


def test_an_open_line_may_lead_to_this_machine() -> None:
    local = {"smtp_url": "smtp://localhost:25", "sms_url": "http://127.0.0.1:8099/", "registry_url": "http://[::1]:1/"}
    assert Settings(**PRODUCTION | local).provider("smtp_url") == "smtp://localhost:25"


def test_passwords_of_providers_are_shown_by_nobody() -> None:
    assert "rahasia" not in repr(Settings(**PRODUCTION))
