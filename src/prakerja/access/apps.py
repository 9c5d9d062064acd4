"""Registers the package with Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The app that owns `access.User`."""

    name = "prakerja.access"
    label = "access"
