"""Who carries letters out of the house: an e-mail server by SMTP, a gateway for SMS by HTTP.

A carrier says of each letter: sent, later (try again) or never (the receiver or the letter is refused); it raises for
none. Each goes out under its id, so that whoever gets it twice sees it: `Message-ID` and `Idempotency-Key`.
"""

import json
import smtplib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from prakerja.kit.contacts import EMAIL, PHONE
from prakerja.kit.outbound import NoReplyError, post
from prakerja.kit.settings import OFF, Settings, get_settings

_SUBJECT: Final = "Kartu Prakerja"
_ANSWER_BYTES_MAX: Final = 65_536
_PERMANENT_SMTP: Final = 500
# The gateway's own state, not the message: its credentials, its limits, its wish to wait.
_LATER_STATUSES: Final = frozenset({401, 403, 408, 425, 429})
# It has taken a message of this key before.
_TAKEN_BEFORE: Final = 409


class Fate(StrEnum):
    """What became of a letter."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter on its way; nothing personal is shown by `repr`."""

    letter_id: UUID
    to: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Carried:
    """The fate of one letter, and a short word for what went wrong (`smtp_451`, `http_503`, `no_connection`)."""

    fate: Fate
    fault: str = ""


class Carrier(Protocol):
    """Whatever carries letters of one kind."""

    def carry(self, letters: Sequence[Outgoing]) -> list[Carried]:
        """One fate per letter, in order."""
        ...


class SmtpCarrier:
    """E-mail by a server of SMTP: `smtp://`, `smtps://` (TLS from the first byte), `smtp+starttls://`."""

    def __init__(self, url: str, *, sender: str, timeout_s: float) -> None:
        parts = urlsplit(url)
        self._sender = sender
        self._domain = sender.rpartition("@")[2].strip("> ")
        self._place: dict[str, Any] = {
            "host": parts.hostname,
            "port": parts.port or {"smtps": 465, "smtp+starttls": 587}.get(parts.scheme, 25),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parts.scheme == "smtp+starttls",
            "timeout": timeout_s,
        }

    def carry(self, letters: Sequence[Outgoing]) -> list[Carried]:
        """All over one connection; behind a lost one the rest waits."""
        connection: EmailBackend = get_connection("django.core.mail.backends.smtp.EmailBackend", **self._place)
        lost = ""
        carried = []
        try:
            for letter in letters:
                if lost:
                    carried.append(Carried(Fate.LATER, lost))
                    continue
                one, is_lost = self._carry(connection, letter)
                carried.append(one)
                lost = one.fault if is_lost else ""
        finally:
            with suppress(smtplib.SMTPException, OSError):
                connection.close()
        return carried

    def _carry(self, connection: EmailBackend, letter: Outgoing) -> tuple[Carried, bool]:
        """The fate, and whether the connection is of no more use."""
        message = EmailMessage(
            _SUBJECT,
            letter.text,
            self._sender,
            [letter.to],
            headers={"Message-ID": f"<{letter.letter_id}@{self._domain}>", "Auto-Submitted": "auto-generated"},
            connection=connection,
        )
        try:
            connection.open()
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            ((status, _),) = error.recipients.values()
            return _smtp_fault(status), False
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
            # The server refuses us, not the letter.
            return Carried(Fate.LATER, f"smtp_{error.smtp_code}"), True
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            return _smtp_fault(error.smtp_code), False
        except (smtplib.SMTPException, OSError):
            return Carried(Fate.LATER, "no_connection"), True
        except ValueError:
            # A receiver that cannot stand in a header.
            return Carried(Fate.NEVER, "not_an_address"), False
        return Carried(Fate.SENT), False


def _smtp_fault(status: int) -> Carried:
    return Carried(Fate.NEVER if status >= _PERMANENT_SMTP else Fate.LATER, f"smtp_{status}")


class SmsCarrier:
    """SMS by a gateway that takes a JSON body; the body's texts hold {to}, {text} and {id}."""

    def __init__(self, url: str, *, header: str, body: str, at_once: int, timeout_s: float) -> None:
        name, _, value = header.partition(":")
        self._url = url
        self._headers = {"Content-Type": "application/json", **({name.strip(): value.strip()} if name else {})}
        self._body: object = json.loads(body)
        self._at_once = at_once
        self._timeout_s = timeout_s

    def carry(self, letters: Sequence[Outgoing]) -> list[Carried]:
        """Some at once; when nobody answers, the rest waits untried."""
        nobody_there = Event()

        def one(letter: Outgoing) -> Carried:
            if nobody_there.is_set():
                return Carried(Fate.LATER, "no_connection")
            carried = self._carry(letter)
            if carried.fault in ("no_connection", "too_late"):
                nobody_there.set()
            return carried

        with ThreadPoolExecutor(min(self._at_once, max(len(letters), 1))) as pool:
            return list(pool.map(one, letters))

    def _carry(self, letter: Outgoing) -> Carried:
        places = {"{to}": letter.to, "{text}": letter.text, "{id}": str(letter.letter_id)}
        try:
            reply = post(
                self._url,
                json.dumps(_filled(self._body, places)).encode(),
                {**self._headers, "Idempotency-Key": str(letter.letter_id)},
                timeout_s=self._timeout_s,
                bytes_max=_ANSWER_BYTES_MAX,
            )
        except NoReplyError as error:
            return Carried(Fate.LATER, str(error))
        status = reply.status
        if status // 100 == 2 or status == _TAKEN_BEFORE:  # noqa: PLR2004 - 2xx
            return Carried(Fate.SENT)
        is_about_us = status in _LATER_STATUSES or status // 100 != 4  # noqa: PLR2004 - 4xx
        return Carried(Fate.LATER if is_about_us else Fate.NEVER, f"http_{status}")


def _filled(template: object, places: Mapping[str, str]) -> object:
    """The template with its places filled in: in the texts of the read JSON, so that no text can break out of it."""
    if isinstance(template, str):
        # The letter's text last: whatever stands in it stays as it is.
        for place in ("{id}", "{to}", "{text}"):
            template = template.replace(place, places[place])
        return template
    if isinstance(template, list):
        return [_filled(one, places) for one in template]
    if isinstance(template, dict):
        return {name: _filled(one, places) for name, one in template.items()}
    return template


def find_carriers(settings: Settings | None = None) -> dict[str, Carrier]:
    """The carriers of this deployment by kind of contact; none in a sandbox."""
    known = settings or get_settings()
    carriers: dict[str, Carrier] = {}
    if known.deployment == "sandbox":
        return carriers
    mail, sms = known.provider("smtp_url"), known.provider("sms_url")
    if mail != OFF:
        carriers[EMAIL] = SmtpCarrier(mail, sender=known.mail_from, timeout_s=known.gateway_timeout_s)
    if sms != OFF:
        carriers[PHONE] = SmsCarrier(
            sms,
            header=known.sms_header.get_secret_value(),
            body=known.sms_body,
            at_once=known.sms_at_once,
            timeout_s=known.gateway_timeout_s,
        )
    return carriers
