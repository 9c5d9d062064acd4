"""The Django application of the catalogue."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Courses, schedules, seats and listings."""

    name = "prakerja.catalogue"
    label = "catalogue"
    verbose_name = "Catalogue"
    append_only_tables = ("course_prices",)
