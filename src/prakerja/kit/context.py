"""Who does something, when, and where ids come from: the first parameter of every operation."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from prakerja.kit.clock import jakarta_date
from prakerja.kit.ids import IdSource


@dataclass(frozen=True, slots=True)
class Context:
    """The edge builds one per request; domain code reads no clock, environment or randomness besides it.

    `actor` is plain text: `staff:pmo-1`, `platform:tokopedia`, `participant:<uuid>`, `system:simulation`.
    `now` is the programme clock's moment, aware and in UTC.
    """

    actor: str
    now: datetime
    ids: IdSource

    def __post_init__(self) -> None:
        if not self.actor or ":" not in self.actor:
            raise ValueError("an actor is written kind:name")
        if self.now.tzinfo is None:
            raise ValueError("context.now needs a time zone")

    def uuid(self) -> UUID:
        """A new id of this moment."""
        return self.ids.uuid(self.now)

    def uuid_texts(self, count: int) -> list[str]:
        """`count` new ids of this moment as text, for operations on hundreds of thousands of rows."""
        return self.ids.uuid_texts(self.now, count)

    @property
    def today(self) -> date:
        """The legal day in Jakarta."""
        return jakarta_date(self.now)

    def at(self, now: datetime) -> "Context":
        """The same actor at another moment."""
        return replace(self, now=now)

    def acting_as(self, actor: str) -> "Context":
        """Another actor at the same moment."""
        return replace(self, actor=actor)
