"""Django's registration of payouts."""

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    """Accounts, batches and orders move along their states; nothing here is append-only."""

    name = "prakerja.payouts"
    label = "payouts"
