"""Django's registration of the ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Transfers are never changed."""

    name = "prakerja.ledger"
    label = "ledger"
    append_only_tables = ("transfers",)
