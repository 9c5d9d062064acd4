"""A field of a form as a plain value: a view fills it, one template shows it with its hint and its error."""

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Field:
    """One field. With `options` (value and text) it is a list to choose from: `select`, or radio buttons.

    `kind`: text, password, date or file. `inputmode` numeric gives a phone's digits.
    """

    name: str
    label: Text
    value: str = ""
    hint: Text = ""
    error: Text = ""
    kind: str = "text"
    inputmode: str = ""
    autocomplete: str = "off"
    length_max: int = 200
    options: tuple[tuple[str, Text], ...] = ()
    select: bool = False

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for readers of the screen."""
        ids = [f"{self.name}-hint"] * bool(self.hint) + [f"{self.name}-error"] * bool(self.error)
        return " ".join(ids)
