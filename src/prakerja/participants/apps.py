"""The Django app of this package."""

from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    """Label and name agree with the package."""

    name = "prakerja.participants"
    label = "participants"
