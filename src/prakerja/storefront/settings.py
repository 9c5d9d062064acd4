"""What the two programs are told at their start: one JSON file each, readable by its owner only (it holds a key).

Courses and classes travelled by hand in the real programme; here they stand in the same file.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from prakerja.storefront.client import Client


@dataclass(frozen=True, slots=True)
class Class:
    """A course on one schedule; `sessions` are the starts of its meetings, in order."""

    course_code: str
    schedule_code: str
    title: str
    institution: str
    mode: str
    amount_idr: int
    starts_at: datetime
    ends_at: datetime
    sessions: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """One program. `pages_url` is where people find Prakerja's own pages, `outbox_url` the sandbox's messages.

    A sandbox's classes are on the programme's clock, which is ahead of the machine's by so many seconds.
    """

    name: str
    url: str
    api_url: str
    pages_url: str
    outbox_url: str
    client_code: str
    key: str = field(repr=False)
    database: Path
    classes: tuple[Class, ...]
    redirect_uri: str = ""
    programme_ahead_seconds: int = 0

    def programme_time(self, machine_now: datetime) -> datetime:
        """The programme's moment at one of the machine's."""
        return machine_now + timedelta(seconds=self.programme_ahead_seconds)

    def client(self) -> Client:
        """Its way to the API."""
        return Client(self.api_url, self.client_code, self.key)

    def find_class(self, schedule_code: str) -> Class | None:
        """The class of a schedule."""
        return next((one for one in self.classes if one.schedule_code == schedule_code), None)


def read_settings(path: Path) -> Settings:
    """The settings in a file.

    Raises:
        ValueError: the file is no JSON, or a field is missing or has another type; the message names it.
        OSError: it cannot be read.
    """
    found = json.loads(path.read_text(encoding="utf-8"))
    try:
        return Settings(
            **{name: str(found[name]) for name in _TEXTS},
            database=path.parent / str(found["database"]),
            classes=tuple(_class(one) for one in found["classes"]),
            redirect_uri=str(found.get("redirect_uri", "")),
            programme_ahead_seconds=int(found.get("programme_ahead_seconds", 0)),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error!r}") from error


_TEXTS = ("name", "url", "api_url", "pages_url", "outbox_url", "client_code", "key")


def _class(found: dict[str, Any]) -> Class:
    return Class(
        course_code=str(found["course_code"]),
        schedule_code=str(found["schedule_code"]),
        title=str(found["title"]),
        institution=str(found["institution"]),
        mode=str(found["mode"]),
        amount_idr=int(found["amount_idr"]),
        starts_at=datetime.fromisoformat(found["starts_at"]),
        ends_at=datetime.fromisoformat(found["ends_at"]),
        sessions=tuple(datetime.fromisoformat(one) for one in found["sessions"]),
    )
