"""The steps of long acts, in order: what an act reports while it is at work, and what a page shows of it."""

from collections.abc import Callable
from typing import Final

Report = Callable[[str], None]
"""Takes the name of the step that begins."""

STEPS: Final[dict[str, tuple[str, ...]]] = {
    "close": ("begun",),
    "commit": ("begun", "freezing", "hashing", "writing"),
    "reveal": ("begun", "beacon", "reading", "ranking", "recording"),
    "prepare": ("begun",),
    "approve": ("begun", "naming", "cards"),
}


def tell_nobody(step: str) -> None:
    """For callers who show no progress."""
    del step
