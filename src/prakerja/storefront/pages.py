"""What both programs' pages are made of: a request as a plain value, templates, two languages, a cookie."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

FOLDER: Final = Path(__file__).resolve().parent
BODY_BYTES_MAX: Final = 20_000
LANGUAGE_COOKIE: Final = "bahasa"
_WIB: Final = timezone(timedelta(hours=7))
_MONTHS: Final = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}
_YEAR_SECONDS: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as a view sees it; `visitor` is who the signed cookie names, empty for a stranger."""

    path: str
    parts: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    cookies: Mapping[str, str]
    language: str
    visitor: str

    def say(self, indonesian: str, english: str) -> str:
        """A text in the language of the page."""
        return english if self.language == "en" else indonesian


View = Callable[[Seen], Response]


@dataclass(frozen=True, slots=True)
class Site:
    """A program's pages: its templates' folder, what every page knows, the secret of its cookie."""

    folder: str
    secret: bytes
    pages_url: str
    shared: Mapping[str, object]
    engine: Environment

    @classmethod
    def of(cls, folder: str, *, secret: bytes, pages_url: str, **shared: object) -> "Site":
        """The pages in `templates/FOLDER`."""
        engine = Environment(
            loader=FileSystemLoader([FOLDER / "templates" / folder, FOLDER / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        return cls(folder, secret, pages_url, shared, engine)

    def show(self, seen: Seen, template: str, *, status: int = 200, **values: object) -> Response:
        """A page."""
        text = self.engine.get_template(f"{template}.html").render(
            t=seen.say,
            rupiah=rupiah,
            moment=lambda at: moment(at, seen.language),
            language=seen.language,
            here=seen.path,
            **self.shared,
            **values,
        )
        return HTMLResponse(text, status_code=status, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        # The presence check's form ends on another address: browsers ask form-action about that redirect, too.
        pages = urlsplit(self.pages_url)
        return {
            "Content-Security-Policy": (
                "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; "
                f"form-action 'self' {pages.scheme}://{pages.netloc}"
            ),
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }

    def route(self, path: str, view: View, *, methods: str = "GET") -> Route:
        """An address; the view runs in a thread, since it calls the API and its own database."""

        async def endpoint(request: Request) -> Response:
            if request.method == "POST" and not is_own_form(request):
                return PlainTextResponse("Formulir dari situs lain ditolak.", status_code=403)
            seen = await self._seen(request)
            return PlainTextResponse("Terlalu besar.", 413) if seen is None else await run_in_threadpool(view, seen)

        return Route(path, endpoint, methods=methods.split())

    async def _seen(self, request: Request) -> Seen | None:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > BODY_BYTES_MAX:
                return None
        return Seen(
            path=request.url.path,
            parts={name: str(value) for name, value in request.path_params.items()},
            query=dict(request.query_params),
            form={name: texts[0].strip() for name, texts in parse_qs(body.decode("utf-8", "replace")).items()},
            cookies=dict(request.cookies),
            language="en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "id",
            visitor=self._visitor(request.cookies.get(self.folder, "")),
        )

    def remember(self, response: Response, visitor: str) -> Response:
        """The answer with a cookie that names the visitor from now on."""
        value = f"{visitor}.{self._mark(visitor)}"
        response.set_cookie(self.folder, value, max_age=_YEAR_SECONDS, httponly=True, samesite="lax")
        return response

    def _visitor(self, cookie: str) -> str:
        visitor, _, mark = cookie.rpartition(".")
        return visitor if visitor and hmac.compare_digest(mark, self._mark(visitor)) else ""

    def _mark(self, visitor: str) -> str:
        return hmac.digest(self.secret, visitor.encode(), "sha256").hex()


def is_own_form(request: Request) -> bool:
    """Whether a form was sent from a page of this very site. Old browsers name no origin; the cookie's rule is left."""
    origin = request.headers.get("origin", "")
    # Without the scheme: a proxy may end TLS before us.
    return not origin or urlsplit(origin).netloc == request.url.netloc


def go(path: str) -> Response:
    """The browser goes on with a GET: pressing *reload* sends no form again."""
    return RedirectResponse(path, status_code=303)


def set_language(seen: Seen) -> Response:
    """Remember the language and go back to where the visitor was; only to an own page."""
    back = seen.form.get("here", "/")
    is_own = back.startswith("/") and not back.startswith(("//", "/\\"))
    response = go(back if is_own else "/")
    chosen = "en" if seen.form.get("bahasa") == "en" else "id"
    response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_YEAR_SECONDS, samesite="lax")
    return response


def rupiah(amount_idr: int) -> str:
    """Rp1.234.567."""
    return f"Rp{amount_idr:,}".replace(",", ".")


def moment(at: datetime, language: str) -> str:
    """24 November 2026, 14.05 WIB."""
    local = at.astimezone(_WIB)
    return f"{local.day} {_MONTHS[language].split()[local.month - 1]} {local.year}, {local:%H.%M} WIB"


def digits(text: str) -> str:
    """A number as people type it, without spaces, dots and dashes."""
    return "".join(character for character in text if character not in " .-\u00a0")


def machine_now() -> datetime:
    """The machine's moment."""
    return datetime.now(UTC)
