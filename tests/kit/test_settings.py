from pathlib import Path

import pytest
from pydantic import ValidationError

from prakerja.kit.settings import KEY_NAMES, Settings, sandbox_key

KEYS = {f"PRAKERJA_{name.upper()}": f"{number + 1:064x}" for number, name in enumerate(KEY_NAMES)}


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/prakerja")
    monkeypatch.setenv("PRAKERJA_DEPLOYMENT", "production")
    for name, key in KEYS.items():
        monkeypatch.setenv(name, key)
    return monkeypatch


def test_production_with_keys_of_its_own_is_accepted(production: pytest.MonkeyPatch) -> None:
    settings = Settings()
    assert settings.deployment == "production"
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
