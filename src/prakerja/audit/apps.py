"""Django's registration of the event log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Events and seals are never changed."""

    name = "prakerja.audit"
    label = "audit"
    append_only_tables = ("events", "seals")
