"""Days that people type."""

from datetime import date
from typing import Literal

from django.http import HttpRequest


def read_day(request: HttpRequest, name: str) -> date | Literal[False] | None:
    """A day that was typed; None when nothing was, False when it cannot be read."""
    typed = request.POST.get(name, "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        return False
