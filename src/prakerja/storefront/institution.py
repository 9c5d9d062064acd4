"""The institution: take a redeem code, send its holder to the presence check, collect tasks and answer them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from prakerja.storefront.advice import explain
from prakerja.storefront.client import Answered, Api, Outcome, Refused, Unknown
from prakerja.storefront.enrolments import TABLES, Enrolment, Enrolments, HandedIn
from prakerja.storefront.pages import FOLDER, Seen, Site, go, machine_now, set_language
from prakerja.storefront.settings import Settings
from prakerja.storefront.store import Store

_NOTES_MAX: Final = 2000
_ADDRESS_MAX: Final = 500
_EMAIL_MAX: Final = 254
_CODE_MAX: Final = 40
_USED_ALREADY: Final = "ERRTRX40021"


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session on the class page: its start, and what the programme says about it; None: it did not answer."""

    sequence: int
    starts_at: datetime
    attended: bool | None
    task: int | None
    feedback: int | None


@dataclass(frozen=True, slots=True)
class Institution:
    """The institution's program."""

    settings: Settings
    client: Api
    books: Enrolments
    site: Site
    now: Callable[[], datetime] = machine_now

    def routes(self) -> list[Route | Mount]:
        """All addresses."""
        route = self.site.route
        return [
            route("/", self.front, methods="GET POST"),
            route("/bahasa", set_language, methods="POST"),
            route("/kelas", self.class_page),
            route("/kelas/tukar", self.redeem, methods="POST"),
            route("/kelas/hadir", self.attend, methods="POST"),
            route("/kelas/tugas", self.hand_in, methods="POST"),
            route("/hadir/kembali", self.come_back),
            route("/pengajar", self.trainer, methods="GET POST"),
            Mount("/gaya", StaticFiles(directory=FOLDER / "static")),
        ]

    def front(self, seen: Seen) -> Response:
        """The code with which a person comes, and an e-mail address."""
        code = "".join(seen.form.get("kode", "").upper().split()).replace(".", "")
        email = seen.form.get("email", "").lower()
        if "kode" not in seen.form:
            return self._front(seen)
        errors = [
            name
            for name, fits in (("kode", 0 < len(code) <= _CODE_MAX and code.isascii()), ("email", is_email(email)))
            if not fits
        ]
        if errors:
            return self._front(seen, status=422, errors=errors)
        outcome = self.client.call("payment/redeem-code/status", {"redeem_code": code})
        if isinstance(outcome, Unknown):
            return self._front(seen, status=503, trouble=True)
        if isinstance(outcome, Refused):
            return self._front(seen, status=422, refused=explain(seen, outcome))
        enrolment = Enrolment(secrets.token_hex(16), code, email, outcome.text("schedule_code"))
        return self.site.remember(go("/kelas"), self.books.enrol(enrolment))

    def _front(self, seen: Seen, *, status: int = 200, **more: object) -> Response:
        values: dict[str, object] = {
            "code": seen.form.get("kode", ""),
            "email": seen.form.get("email", ""),
            "errors": (),
            "refused": None,
            "trouble": False,
            "enrolled": self.books.find(seen.visitor) is not None,
        }
        return self.site.show(seen, "front", status=status, **{**values, **more})

    def class_page(self, seen: Seen) -> Response:
        """The class of who is signed in: code, sessions, tasks."""
        own = self.books.find(seen.visitor)
        return go("/") if own is None else self._class_page(seen, own)

    def _class_page(self, seen: Seen, own: Enrolment, *, status: int = 200, **more: object) -> Response:
        outcome = self.client.call("payment/redeem-code/status", {"redeem_code": own.redeem_code})
        redeemed = outcome.number("status") == 1 if isinstance(outcome, Answered) else None
        values = {
            "refused": explain(seen, outcome) if isinstance(outcome, Refused) else None,
            "trouble": isinstance(outcome, Unknown),
            "good": "",
            "task_error": 0,
            "typed": "",
        }
        found = self.settings.find_class(own.schedule_code)
        starts = found.sessions if found else ()
        lines = [self._line(own, sequence, at, redeemed=redeemed) for sequence, at in enumerate(starts, start=1)]
        return self.site.show(
            seen, "class", status=status, own=own, found=found, redeemed=redeemed, lines=lines, **{**values, **more}
        )

    def _line(self, own: Enrolment, sequence: int, starts_at: datetime, *, redeemed: bool | None) -> SessionLine:
        if not redeemed:
            return SessionLine(sequence, starts_at, None if redeemed is None else False, 0, 0)
        seen_then = self._status(own, sequence)
        attended = seen_then.number("attendance_status") == 1 if isinstance(seen_then, Answered) else None
        asked = {"redeem_code": own.redeem_code, "scope": "tpm", "sequence": sequence}
        handed_in = self.client.call("tpm/submission/status", asked)
        parts = [_state_of(handed_in, name) for name in ("assignment", "feedback")]
        return SessionLine(sequence, starts_at, attended, *parts)

    def _status(self, own: Enrolment, sequence: int) -> Outcome:
        asked = {"redeem_code": own.redeem_code, "sequence": sequence}
        return self.client.call("payment/redeem-code/status", asked)

    def redeem(self, seen: Seen) -> Response:
        """Use the code. A second tap, or a retry after a lost answer, finds it used: that is what was wanted."""
        own = self.books.find(seen.visitor)
        if own is None:
            return go("/")
        outcome = self.client.call("payment/redeem-code/commit", {"redeem_code": own.redeem_code})
        if isinstance(outcome, Answered) or (isinstance(outcome, Refused) and outcome.code == _USED_ALREADY):
            return self._class_page(seen, own, good="redeemed")
        return self._not_done(seen, own, outcome)

    def attend(self, seen: Seen) -> Response:
        """Send the browser to the programme's presence check."""
        own, sequence = self.books.find(seen.visitor), _number(seen.form.get("sesi", ""))
        if own is None:
            return go("/")
        outcome = self.client.call(
            "oauth/url-generate",
            {
                "redeem_code": own.redeem_code,
                "redirect_uri": self.settings.redirect_uri,
                "email": own.email,
                "sequence": sequence,
            },
        )
        if not isinstance(outcome, Answered):
            return self._not_done(seen, own, outcome)
        self.books.visit(outcome.text("state"), own.enrolment, sequence)
        return go(outcome.text("url"))

    def come_back(self, seen: Seen) -> Response:
        """Back from the presence check: what counts is what the programme says about the session."""
        visit = self.books.find_visit(seen.query.get("state", ""))
        own = self.books.find(visit.enrolment) if visit else None
        if visit is None or own is None:
            return self.site.show(seen, "missing", status=404)
        outcome = self._status(own, visit.sequence)
        attended = outcome.number("attendance_status") == 1 if isinstance(outcome, Answered) else None
        found = self.settings.find_class(own.schedule_code)
        # Only the browser that was sent sees more than the result: a link may be passed on.
        is_own = seen.visitor == own.enrolment
        return self.site.show(seen, "back", attended=attended, sequence=visit.sequence, found=found, is_own=is_own)

    def hand_in(self, seen: Seen) -> Response:
        """Hand a practice task in: the address of a file."""
        own, sequence = self.books.find(seen.visitor), _number(seen.form.get("sesi", ""))
        if own is None:
            return go("/")
        address = seen.form.get("alamat", "")
        if not is_address(address):
            return self._class_page(seen, own, status=422, task_error=sequence, typed=address)
        body = {"redeem_code": own.redeem_code, "scope": "tpm", "sequence": sequence, "url_file": address}
        outcome = self.client.call("tpm/submission", body)
        if not isinstance(outcome, Answered):
            return self._not_done(seen, own, outcome)
        self.books.hand_in(HandedIn(own.redeem_code, sequence, address, ""))
        return self._class_page(seen, own, good="task")

    def _not_done(self, seen: Seen, own: Enrolment, outcome: Outcome) -> Response:
        if isinstance(outcome, Refused):
            return self._class_page(seen, own, status=422, refused=explain(seen, outcome))
        return self._class_page(seen, own, status=503, trouble=True)

    def trainer(self, seen: Seen) -> Response:
        """The trainer's desk: tasks, and the feedback on them. A sandbox asks nobody to sign in here."""
        code, sequence = seen.form.get("kode", ""), _number(seen.form.get("sesi", ""))
        notes = seen.form.get("catatan", "")
        values: dict[str, object] = {"refused": None, "trouble": False, "good": False, "error": ""}
        status = 200
        if code and not 1 <= len(notes) <= _NOTES_MAX:
            values["error"], status = f"{code}-{sequence}", 422
        elif code:
            asked = {"redeem_code": code, "scope": "tpm", "sequence": sequence, "notes": notes}
            outcome = self.client.call("tpm/feedback/submission", asked)
            if isinstance(outcome, Answered):
                self.books.give_notes(code, sequence, notes)
                values["good"] = True
            elif isinstance(outcome, Refused):
                values["refused"], status = explain(seen, outcome), 422
            else:
                values["trouble"], status = True, 503
        return self.site.show(seen, "trainer", status=status, tasks=self.books.list_tasks(), **values)


def is_email(text: str) -> bool:
    """Whether it looks like an address; the programme checks more."""
    name, _, host = text.partition("@")
    return bool(name) and "." in host and text.isprintable() and " " not in text and len(text) <= _EMAIL_MAX


def is_address(text: str) -> bool:
    """Whether it looks like the address of a file on the web."""
    fits = text.startswith(("https://", "http://")) and len(text) <= _ADDRESS_MAX
    return fits and text.isprintable() and " " not in text and len(text.partition("://")[2]) > 0


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0  # noqa: PLR2004 - 1 to 999


def _state_of(outcome: Outcome, name: str) -> int | None:
    if not isinstance(outcome, Answered):
        return None
    part = outcome.data.get(name)
    state = part.get("status") if isinstance(part, dict) else None
    return state if isinstance(state, int) else None


def make_institution(settings: Settings, *, client: Api | None = None) -> Starlette:
    """The institution as an application.

    Raises:
        sqlite3.Error: its database cannot be opened.
    """
    store = Store(settings.database, TABLES)
    site = Site.of(
        "institution",
        secret=store.secret,
        pages_url=settings.pages_url,
        name=settings.name,
        home="/",
        pages=settings.pages_url,
        outbox=settings.outbox_url,
    )
    return Starlette(routes=Institution(settings, client or settings.client(), Enrolments(store), site).routes())
