"""Django's registration of the kit: one table without a domain word."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """The kit owns the table of claims."""

    name = "prakerja.kit"
    label = "kit"
