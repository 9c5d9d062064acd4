"""Registers the package with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The app of pages; it owns no table."""

    name = "prakerja.web"
    label = "web"
