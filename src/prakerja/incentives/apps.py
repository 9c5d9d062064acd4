"""Django's registration of incentives."""

from django.apps import AppConfig


class IncentivesConfig(AppConfig):
    """An answer to a survey is never changed."""

    name = "prakerja.incentives"
    label = "incentives"
    append_only_tables = ("survey_answers",)
