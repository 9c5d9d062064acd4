"""The Django application of oversight."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """Findings and their decisions."""

    name = "prakerja.oversight"
    label = "oversight"
    verbose_name = "Oversight"
