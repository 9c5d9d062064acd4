"""A net for what leaves the pages: logs, addresses, cookies, pages of errors and of others, every readable column."""

import io
import logging
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import msgspec
import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client, RequestFactory

from prakerja.kit import db

# Columns that hold a value in the open, and why that is so.
IN_THE_OPEN = {
    ("applicants", "name"),  # decision 13
    ("applicants", "birth_date"),  # rules count with it: ELIG-02
    ("users", "display_name"),  # the own name in the head of the own pages
    ("assisted_rows", "name"),  # the sheet that two officers verify and sign
    ("worker_list_rows", "birth_date"),  # pairs are found by it: no name, no number beside it is readable
    ("cards", "number"),  # made by us, for the counter to look up
}


class Net:
    """Collects what leaves, by place; `secrets` in every written form, without regard to case."""

    def __init__(self, database_log: Path, secrets: Collection[str]) -> None:
        self.lines = io.StringIO()
        self.addresses: list[str] = []
        self.cookies: list[str] = []
        self.errors: list[str] = []
        self.others: list[str] = []
        self.statuses: set[int] = set()
        self._secrets = secrets
        self._database_log = database_log
        self._log_begins = database_log.stat().st_size

    def leaks(self, text: str) -> set[str]:
        """The secrets that stand in a text."""
        plain = text.lower()
        return {secret for secret in self._secrets if secret.lower() in plain}

    def look_at(self, response: HttpResponse, *, of_another: bool = False) -> None:
        """Take from an answer what leaves; `of_another` page nobody's value belongs on."""
        self.statuses.add(response.status_code)
        page = "" if response.streaming else response.content.decode(errors="replace")
        self.addresses.append(unquote_plus(response.headers.get("Location", "")))
        self.addresses += map(unquote_plus, re.findall(r'(?:href|action|src|formaction)="([^"]*)"', page))
        decode = CookieStorage(RequestFactory().get("/"))._decode  # type: ignore[attr-defined]
        for name, cookie in response.cookies.items():
            told = decode(cookie.value) if name == "messages" and cookie.value else ()
            self.cookies.append(f"{name} {unquote_plus(cookie.value)} {' '.join(str(one) for one in told or ())}")
        if response.status_code >= 500 or response.status_code in (400, 403, 404):
            # The choice of a language leads back to the address that the visitor typed, and says no more than that.
            self.errors.append(re.sub(r'name="next" value="[^"]*"', "", page))
        if of_another:
            self.others.append(page)

    def places(self) -> Iterator[tuple[str, str]]:
        """Place and text of everything that was caught."""
        yield "log", self.lines.getvalue()
        with self._database_log.open("rb") as log:
            log.seek(self._log_begins)
            yield "PostgreSQL's log", log.read().decode(errors="replace")
        caught = {
            "address": self.addresses,
            "cookie": self.cookies,
            "error page": self.errors,
            "page of another": self.others,
        }
        for place, texts in caught.items():
            yield from ((place, text) for text in texts)
        for session in Session.objects.order_by("session_key"):
            yield "session", str(session.get_decoded())
        tables = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        for (table,) in db.rows(f"{tables} ORDER BY relname"):
            for (text,) in db.rows(f'SELECT to_jsonb(t)::text FROM "{table}" AS t ORDER BY 1'):
                if self.leaks(text):
                    for column, value in msgspec.json.decode(text, type=dict[str, object]).items():
                        if (table, column) not in IN_THE_OPEN:
                            yield f"{table}.{column}", str(value)

    def found(self) -> dict[str, set[str]]:
        """Where a secret can be read, and which."""
        found: dict[str, set[str]] = {}
        for place, text in self.places():
            if leaks := self.leaks(text):
                found.setdefault(place, set()).update(leaks)
        return found

    @contextmanager
    def reading_lines(self) -> Iterator[None]:
        """Catch the lines that a deployment's pages would write, at every level."""
        root = logging.getLogger()
        plain = next(one.formatter for one in root.handlers if type(one) is logging.StreamHandler and one.formatter)
        handler = logging.StreamHandler(self.lines)
        handler.setFormatter(plain)
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            root.removeHandler(handler)
            root.setLevel(level)


@contextmanager
def cast_net(database_log: Path, secrets: Collection[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    """A net that reads lines too."""
    # A partner API that an earlier test started in this process takes Django's lines for itself.
    django = logging.getLogger("django")
    monkeypatch.setattr(django, "propagate", True)
    monkeypatch.setattr(django, "handlers", [])
    caught = Net(database_log, secrets)
    with caught.reading_lines():
        yield caught


class Watched(Client):
    """A browser of which every answer is looked at; an error is answered as in production."""

    def __init__(self, net: Net, *, is_another: bool = False, **more: Any) -> None:  # noqa: ANN401 - as Django's
        super().__init__(raise_request_exception=False, **more)
        self._net = net
        self._is_another = is_another

    def request(self, **request: Any) -> Any:  # noqa: ANN401 - as Django's
        response: Any = super().request(**request)
        self._net.look_at(response, of_another=self._is_another)
        return response

    def fill_in(self, where: str, page: str, field: str, value: str) -> HttpResponse:
        """Send the form of a page that asks for a field, by the method it names; the address it goes to is caught."""
        form = next(one for one in re.findall(r"<form\b.*?</form>", page, re.DOTALL) if f'name="{field}"' in one)
        named = re.search(r'<form[^>]*\bmethod="(\w+)"', form)
        assert named is not None, form
        data = {field: value}
        answer: Any = self.post(where, data) if named[1] == "post" else self.get(where, data)
        self._net.addresses.append(unquote_plus(answer.wsgi_request.get_full_path()))
        response: HttpResponse = answer
        return response
