"""The Django app of this package."""

from typing import ClassVar

from django.apps import AppConfig


class CardsConfig(AppConfig):
    """Label and name agree with the package."""

    name = "prakerja.cards"
    label = "cards"
    append_only_tables: ClassVar[tuple[str, ...]] = (
        "revocations",
        "revocation_proposals",
        "revocation_reasons",
        "revocation_removals",
        "deadline_notices",
    )
