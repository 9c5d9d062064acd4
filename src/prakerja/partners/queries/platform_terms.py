"""Public terms of platforms: what was entered, what waits for the office, what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from prakerja.partners.models import PlatformTerms
from prakerja.partners.states import TermsState


@dataclass(frozen=True, slots=True)
class TermsView:
    """One version of a platform's public terms."""

    id: UUID
    platform_id: UUID
    platform_name: str
    version: int
    state: TermsState
    description: Mapping[str, str]
    fee_scheme: Mapping[str, Any]
    modes: tuple[str, ...]
    payment_term_days: int
    entered_by: str
    entered_at: datetime
    due_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str

    @property
    def waits(self) -> bool:
        """Whether the office has not decided yet."""
        return self.state is TermsState.WAITING


def list_terms(platform_id: UUID) -> list[TermsView]:
    """The versions of a platform's terms, the newest first. One statement."""
    rows = PlatformTerms.objects.filter(platform_id=platform_id).select_related("platform").order_by("-version")
    return [_view(one) for one in rows]


def list_terms_waiting() -> list[TermsView]:
    """Terms that wait for the office, by deadline. One statement."""
    rows = PlatformTerms.objects.filter(state=TermsState.WAITING.value).select_related("platform")
    return [_view(one) for one in rows.order_by("due_at", "id")]


def _view(one: PlatformTerms) -> TermsView:
    return TermsView(
        one.id,
        one.platform_id,
        one.platform.name,
        one.version,
        TermsState(one.state),
        one.description,
        one.fee_scheme,
        tuple(one.modes),
        one.payment_term_days,
        one.entered_by,
        one.entered_at,
        one.due_at,
        one.decided_by,
        one.decided_at,
        one.reason,
    )
