"""The Django app of this package."""

from typing import ClassVar

from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    """Label and name agree with the package."""

    name = "prakerja.participants"
    label = "participants"
    append_only_tables: ClassVar[tuple[str, ...]] = ("eligibility_decisions",)
