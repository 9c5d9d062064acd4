"""Days that people type."""

from datetime import date
from typing import Literal

from django.http import HttpRequest


def read_term(request: HttpRequest, name: str) -> int | None:
    """A payment term in days, 365 at most; None when what was typed is none."""
    typed = request.POST.get(name, "").strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 3):  # noqa: PLR2004 - digits of a year's days
        return None
    return int(typed) if int(typed) <= 365 else None  # noqa: PLR2004 - a year


def read_day(request: HttpRequest, name: str) -> date | Literal[False] | None:
    """A day that was typed; None when nothing was, False when it cannot be read."""
    typed = request.POST.get(name, "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        return False
