"""Cells that many tables share."""

from collections.abc import Container
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest

from prakerja.oversight.queries import PAGE_ROWS
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.tables import Cell

RowT = TypeVar("RowT")


class Placed(Protocol):
    """A row of a list whose pages go by (moment, key)."""

    @property
    def page_key(self) -> tuple[datetime, UUID]:
        """What the pages go by."""
        ...


PlacedT = TypeVar("PlacedT", bound=Placed)


def regime_name(code: str) -> str:
    """A regime's name in the language of the page."""
    regime = get_regime_book().get(code)
    return regime.name_en if formats.is_english() else regime.name_id


def state_cell(noun: str, code: str) -> Cell:
    """A state as a coloured cell."""
    found = words.word(noun, code)
    return Cell(found.text, tone=found.tone)


def moment_cell(value: datetime | None) -> str:
    """A moment, or a dash where it has not come."""
    return "–" if value is None else formats.moment(value)


def after_of(request: HttpRequest, name: str = "after") -> UUID | None:
    """The key behind which the page begins: `?after=…`, or another name where a page has two lists.

    Raises:
        Http404: it is no key.
    """
    text = request.GET.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Http404 from None


def place_after_of(request: HttpRequest, name: str = "after") -> tuple[datetime, UUID] | None:
    """The moment and key behind which the page of a queue begins: `?after=moment~key`.

    Raises:
        Http404: it is none.
    """
    moment, _tilde, key = request.GET.get(name, "").partition("~")
    if not moment:
        return None
    try:
        at, found = datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        raise Http404 from None
    if at.tzinfo is None:
        raise Http404
    return at, found


def place_page_of(request: HttpRequest, rows: list[PlacedT], name: str = "after") -> tuple[list[PlacedT], str]:
    """As `page_of`, for a queue whose pages go by (moment, key)."""
    shown, last = _page(rows)
    if last is None:
        return shown, ""
    at, key = last.page_key
    return shown, _onward(request, name, f"{at.isoformat()}~{key}")


def number_after_of(request: HttpRequest, name: str = "after") -> int | None:
    """The number behind which the page begins: `?after=…`.

    Raises:
        Http404: it is no number.
    """
    text = request.GET.get(name, "")
    if text and not (text.isascii() and text.isdecimal() and len(text) < 10):  # noqa: PLR2004 - fits an integer
        raise Http404
    return int(text) if text else None


def filter_of(request: HttpRequest, name: str, known: Container[str]) -> str | None:
    """What a list is narrowed to: `?name=…`; None for all.

    Raises:
        Http404: it is none of the known ones.
    """
    text = request.GET.get(name, "")
    if text and text not in known:
        raise Http404
    return text or None


def page_of(request: HttpRequest, rows: list[RowT], key: str, name: str = "after") -> tuple[list[RowT], str]:
    """The rows of one page and the address of the next one, empty where there is none.

    `rows` holds one row more than a page when another page follows; `key` is the field that the pages go by.
    """
    shown, last = _page(rows)
    return (shown, "") if last is None else (shown, _onward(request, name, str(getattr(last, key))))


def _page(rows: list[RowT]) -> tuple[list[RowT], RowT | None]:
    """The rows of a page, and its last one when another page follows."""
    return (rows, None) if len(rows) <= PAGE_ROWS else (rows[:PAGE_ROWS], rows[PAGE_ROWS - 1])


def _onward(request: HttpRequest, name: str, place: str) -> str:
    query = request.GET.copy()
    query[name] = place
    return f"{request.path}?{query.urlencode()}"
