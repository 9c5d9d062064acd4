"""A word for a code of the domain, with its colour; for a state also who must act now."""

from dataclasses import dataclass

from django.utils.functional import Promise

GOOD, WAIT, BAD, PLAIN = "good", "wait", "bad", "plain"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its colour (`good`, `wait`, `bad`, `plain`), and for a state who must act now."""

    text: str | Promise
    tone: str = PLAIN
    who_acts: str | Promise = ""
