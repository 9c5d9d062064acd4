"""Django's registration of learning."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    """Presence, returned reports, certificates and reviews are never changed."""

    name = "prakerja.learning"
    label = "learning"
    append_only_tables = (
        "attendances",
        "attendance_annulments",
        "completion_returns",
        "report_reminders",
        "certificates",
        "reviews",
    )
