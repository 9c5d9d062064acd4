"""The Django app of this package."""

from django.apps import AppConfig


class SelectionConfig(AppConfig):
    """Label and name agree with the package."""

    name = "prakerja.selection"
    label = "selection"
