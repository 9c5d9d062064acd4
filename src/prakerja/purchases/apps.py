"""Django's registration of purchases."""

from django.apps import AppConfig


class PurchasesConfig(AppConfig):
    """The counter."""

    name = "prakerja.purchases"
    label = "purchases"
