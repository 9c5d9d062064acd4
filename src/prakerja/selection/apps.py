"""The Django app of this package."""

from typing import ClassVar

from django.apps import AppConfig


class SelectionConfig(AppConfig):
    """Label and name agree with the package."""

    name = "prakerja.selection"
    label = "selection"
    append_only_tables: ClassVar[tuple[str, ...]] = (
        "draws",
        "draw_chunks",
        "draw_openings",
        "draw_places",
        "draw_results",
        "draw_reveals",
    )
