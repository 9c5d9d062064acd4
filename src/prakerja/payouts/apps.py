"""Django's registration of payouts."""

from django.apps import AppConfig

from prakerja.kit.rotation import EncryptedColumn


class PayoutsConfig(AppConfig):
    """Accounts, batches and orders move along their states; nothing here is append-only."""

    name = "prakerja.payouts"
    label = "payouts"
    encrypted_columns = (
        EncryptedColumn("payout_accounts", "account_cipher", "payout_account_id::text"),
        EncryptedColumn("partner_accounts", "account_cipher", "id::text"),
        EncryptedColumn("partner_account_requests", "account_cipher", "id::text"),
    )
