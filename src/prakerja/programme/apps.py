"""The app of the programme."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """Regimes, quotas, areas and the programme clock."""

    name = "prakerja.programme"
    label = "programme"
    verbose_name = "Programme"
    # The application's role may INSERT here, never UPDATE or DELETE.
    append_only_tables = ("regime_versions",)
