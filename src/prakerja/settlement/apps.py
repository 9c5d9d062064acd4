"""Django's registration of settlement."""

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    """Lines, statements and closings are never changed."""

    name = "prakerja.settlement"
    label = "settlement"
    append_only_tables = ("settlement_lines", "settlement_statements", "book_closings")
