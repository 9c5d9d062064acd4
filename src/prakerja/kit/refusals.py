"""Result codes: a refusal is an answer, not an exception."""

from enum import StrEnum


class Code(StrEnum):
    """Base of every enumeration of result codes.

    Members stand in their order of precedence: the first code that applies is the one that is returned.
    `OK = "ok"` stands first by convention.
    """

    @property
    def is_refusal(self) -> bool:
        """Whether the item was not carried out."""
        return self.value != "ok"
