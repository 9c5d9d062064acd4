"""Public figures, counted at most once a minute in a process: they read whole tables, and everybody may ask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.core.cache import cache

from prakerja.oversight.queries import public

SECONDS = 60
CountedT = TypeVar("CountedT")


# Without slots: `Counted[…](…)` keeps its parameter on the instance.
@dataclass(frozen=True)
class Counted(Generic[CountedT]):
    """What was counted, and the programme's moment of it: a page shows this moment, not its own."""

    found: CountedT
    at: datetime


def count_figures(now: datetime) -> Counted[list[public.Figure]]:
    """All public figures. One query at most."""
    return _kept("public-figures", now, public.list_figures)


def count_figure(code: str, now: datetime) -> Counted[tuple[public.Figure, list[public.FigurePart]]]:
    """One figure with its parts. One query at most.

    Raises:
        LookupError: there is no such figure.
    """
    return _kept(f"public-figure-{code}", now, lambda: public.get_figure(code))


def _kept(key: str, now: datetime, count: Callable[[], CountedT]) -> Counted[CountedT]:
    kept: Counted[CountedT] | None = cache.get(key)
    if kept is None:
        kept = Counted(count(), now)
        cache.set(key, kept, SECONDS)
    return kept
