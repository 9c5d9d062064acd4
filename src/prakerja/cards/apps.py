"""The Django app of this package."""

from django.apps import AppConfig


class CardsConfig(AppConfig):
    """Label and name agree with the package."""

    name = "prakerja.cards"
    label = "cards"
