"""One frozen object of settings, read from the environment once.

Variables begin with `PRAKERJA_`; `DATABASE_URL` is understood too. Keys are 64 hexadecimal digits (32 bytes).
A sandbox may leave them out and works with the well-known ones below; production refuses those.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LANE_SEEDS = 10_000
_KEY_BYTES = 32
# What libpq makes of nothing: the local server, for tools that load the settings but ask no database.
LOCAL_DATABASE_URL = "postgresql:///prakerja"
KeyName = Literal["secret_key", "index_key", "field_key", "code_key", "otp_key"]
KEY_NAMES: tuple[KeyName, ...] = get_args(KeyName)
# Keys that stand beside the five while one is rotated; without a rotation there is none of them.
RotationKeyName = Literal["field_key_before", "index_key_next", "lane_key"]
ROTATION_KEY_NAMES: tuple[RotationKeyName, ...] = get_args(RotationKeyName)
# A provider that a production deployment says it has not; saying nothing is refused.
OFF: Final = "off"
# A sandbox has no telephone that rings, and partners try a whole day with one card.
OTP_CODES: Final[Mapping[str, Mapping[str, int]]] = {
    "production": {"otp_codes_per_hour": 5, "otp_codes_per_day": 10},
    "sandbox": {"otp_codes_per_hour": 1_000, "otp_codes_per_day": 10_000},
}
_SCHEMES: Final = {
    "smtp_url": ("smtp", "smtps", "smtp+starttls"),
    "sms_url": ("http", "https"),
    "registry_url": ("http", "https"),
}
_LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_OPEN_SCHEMES: Final = frozenset({"http", "smtp"})


def sandbox_key(name: str) -> str:
    """The well-known key of a sandbox, as hexadecimal digits. Worth nothing: anybody can compute it."""
    return hashlib.sha256(f"prakerja sandbox {name}".encode()).hexdigest()


def _is_template(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return "{to}" in text and "{text}" in text


class Settings(BaseSettings):
    """Everything that differs between deployments.

    Raises on construction (pydantic.ValidationError): a production deployment with `demo`, without a database, one of
    the keys or a word about each provider, with a well-known sandbox key or one key in two places, or with a provider
    whose line anybody can read; a key that is not 64 hexadecimal digits.
    """

    model_config = SettingsConfigDict(env_prefix="PRAKERJA_", frozen=True, extra="forbid", populate_by_name=True)

    deployment: Literal["production", "sandbox"] = "sandbox"
    demo: bool = False

    # The role of pages, API and jobs: granted rights only, no UPDATE or DELETE on history.
    database_url: str = Field(
        default=LOCAL_DATABASE_URL,
        validation_alias=AliasChoices("PRAKERJA_DATABASE_URL", "DATABASE_URL", "database_url"),
        repr=False,
    )
    # The role that owns the tables and migrates them.
    owner_database_url: str = Field(default="", repr=False)

    secret_key: SecretStr = SecretStr("")
    index_key: SecretStr = SecretStr("")
    field_key: SecretStr = SecretStr("")
    code_key: SecretStr = SecretStr("")
    otp_key: SecretStr = SecretStr("")
    # The field key that is rotated out: read, never written with.
    field_key_before: SecretStr = SecretStr("")
    # The index key that a rotation goes to (`prakerja rotate index`).
    index_key_next: SecretStr = SecretStr("")
    # The first index key, from which lane seeds are made for ever; the index key itself until that is rotated.
    lane_key: SecretStr = SecretStr("")

    lanes: int = Field(default=1, ge=1, le=LANE_SEEDS)
    # How many codes that bought nothing one platform may send to a card's holder, in any hour and any 24 hours; all
    # platforms together twice as many. 0: see OTP_CODES.
    otp_codes_per_hour: int = Field(default=0, ge=0, le=10_000)
    otp_codes_per_day: int = Field(default=0, ge=0, le=10_000)
    state_dir: Path | None = None
    # Separated by commas; the variable is read as text, not as JSON.
    allowed_hosts: str = "localhost,127.0.0.1,[::1]"
    base_url: str = "http://localhost:8000"
    # How long the partner API goes on answering behind SIGTERM while /readyz refuses already.
    drain_seconds: float = Field(default=0.0, ge=0.0, le=600.0)
    # Relays of the beacon that draws take their randomness from, separated by commas; the first that answers is taken.
    # Empty: a sandbox has a beacon of its own, production asks drand's public relays.
    beacon_urls: str = ""

    # In production: the public half of the key with which its sandbox signs reports on platforms' software, 64
    # hexadecimal digits (`prakerja sandbox report-key`). Empty: no report is taken.
    sandbox_report_key: str = Field(default="", pattern="^([0-9a-f]{64})?$")

    # Where letters go: an e-mail server (smtp://, smtps:// or smtp+starttls://name:password@host:port) and the sender's
    # address; an SMS gateway that takes a JSON body by POST. `off` says that there is none. Not asked in a sandbox.
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    sms_url: SecretStr = SecretStr("")
    # One header with the gateway's credentials, `Name: value`.
    sms_header: SecretStr = SecretStr("")
    # {to}: 628…, {text}, {id}: the key by which the gateway sees a repeated message.
    sms_body: str = '{"to": "{to}", "text": "{text}", "id": "{id}"}'
    sms_at_once: int = Field(default=8, ge=1, le=64)
    gateway_timeout_s: float = Field(default=10.0, gt=0.0, le=60.0)

    # The civil registry and the other registers behind one address (POST /civil, /registers), or `off`.
    registry_url: str = ""
    # Questions and answers are signed with it (HMAC-SHA256).
    registry_key: SecretStr = SecretStr("")
    # TLS: whom to believe instead of the machine's authorities, and the certificate by which we are known (PEM).
    registry_ca: Path | None = None
    registry_certificate: Path | None = None
    registry_certificate_key: Path | None = None
    registry_timeout_s: float = Field(default=5.0, gt=0.0, le=60.0)
    # What the contract allows, over all processes.
    registry_calls_per_minute: int = Field(default=600, ge=1)

    @field_validator(*KEY_NAMES, *ROTATION_KEY_NAMES, "registry_key")
    @classmethod
    def _key_is_32_bytes(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if not text:
            return value
        try:
            length = len(bytes.fromhex(text))
        except ValueError:
            length = 0
        if length != _KEY_BYTES:
            raise ValueError("a key is 64 hexadecimal digits")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.owner_database_url:
            self._set("owner_database_url", self.database_url)
        for name, codes in OTP_CODES[self.deployment].items():
            if not getattr(self, name):
                self._set(name, codes)
        if self.deployment == "production":
            self._check_production()
        else:
            for name in KEY_NAMES:
                if not getattr(self, name).get_secret_value():
                    self._set(name, SecretStr(sandbox_key(name)))
        return self

    @model_validator(mode="after")
    def _providers(self) -> Self:
        for name, schemes in _SCHEMES.items():
            url = self.provider(name)
            parts = urlsplit(url)
            if url and url != OFF and (parts.scheme not in schemes or not parts.hostname):
                raise ValueError(f"{name}: an address that begins with {', '.join(one + '://' for one in schemes)}")
        if (self.registry_certificate is None) != (self.registry_certificate_key is None):
            raise ValueError("registry_certificate: a certificate and its key come together")
        header = self.sms_header.get_secret_value()
        if header and (":" not in header or not header.isprintable()):
            raise ValueError("sms_header: one line, `Name: value`")
        if not _is_template(self.sms_body):
            raise ValueError("sms_body: JSON with the places {to} and {text}")
        return self

    def provider(self, name: str) -> str:
        """The address of a provider (`smtp_url`, `sms_url`, `registry_url`): empty, `off`, or where it is."""
        value: str | SecretStr = getattr(self, name)
        return value if isinstance(value, str) else value.get_secret_value()

    def _check_providers(self) -> None:
        for name in _SCHEMES:
            url = self.provider(name)
            parts = urlsplit(url)
            if not url:
                raise ValueError(f"{name}: missing; `{OFF}` says that there is none")
            if parts.scheme in _OPEN_SCHEMES and parts.hostname not in _LOCAL_HOSTS:
                raise ValueError(f"{name}: what goes there is personal; an open line may lead to this machine only")
        if self.provider("smtp_url") == self.provider("sms_url") == OFF:
            raise ValueError("smtp_url, sms_url: both off; nobody could sign in")
        if self.provider("smtp_url") != OFF and "@" not in self.mail_from:
            raise ValueError("mail_from: missing; the address that letters come from")
        if self.registry_url != OFF and not self.registry_key.get_secret_value():
            raise ValueError("registry_key: missing; questions to the registers are signed")

    def _check_production(self) -> None:
        if self.demo:
            raise ValueError("demo: a production deployment is never a demo")
        if self.database_url == LOCAL_DATABASE_URL:
            raise ValueError("database_url: missing")
        well_known = {sandbox_key(name) for name in KEY_NAMES}
        seen: set[str] = set()
        for name in (*KEY_NAMES, *ROTATION_KEY_NAMES, "registry_key"):
            key = getattr(self, name).get_secret_value().lower()
            if not key and name not in KEY_NAMES:
                continue
            if not key:
                raise ValueError(f"{name}: missing; production has no default keys")
            if key in well_known:
                raise ValueError(f"{name}: the well-known key of the sandbox; production needs a key of its own")
            if key in seen:
                raise ValueError(f"{name}: the same key stands in another place; every purpose has a key of its own")
            seen.add(key)
        self._check_providers()

    def _set(self, name: str, value: object) -> None:
        # Defaults that depend on other fields; the object is frozen for everybody else.
        self.__dict__[name] = value

    def key(self, name: KeyName) -> bytes:
        """The 32 bytes of a key."""
        secret: SecretStr = getattr(self, name)
        return bytes.fromhex(secret.get_secret_value())

    def key_or_none(self, name: RotationKeyName) -> bytes | None:
        """The 32 bytes of a key that stands there during and after a rotation only."""
        secret: SecretStr = getattr(self, name)
        return bytes.fromhex(secret.get_secret_value()) or None

    @property
    def hosts(self) -> list[str]:
        """The names under which pages may be asked for."""
        return [host.strip() for host in self.allowed_hosts.split(",") if host.strip()]


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process; the environment is read at the first call only."""
    return Settings()
