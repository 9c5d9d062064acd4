"""Registers the package with Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The app that owns `access.User`, and the log of who looked at whose data."""

    name = "prakerja.access"
    label = "access"
    append_only_tables = ("page_accesses",)
