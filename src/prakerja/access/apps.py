"""Registers the package with Django."""

from django.apps import AppConfig

from prakerja.kit.rotation import EncryptedColumn


class AccessConfig(AppConfig):
    """The app that owns `access.User`, and the log of who looked at whose data."""

    name = "prakerja.access"
    label = "access"
    append_only_tables = ("page_accesses",)
    encrypted_columns = (
        EncryptedColumn("user_contacts", "contact_cipher", "id::text"),
        EncryptedColumn("contact_codes", "contact_cipher", "id::text"),
        EncryptedColumn("letters", "contact_cipher", "id::text"),
        EncryptedColumn("letters", "text_cipher", "id::text"),
        EncryptedColumn("user_invitations", "email_cipher", "id::text"),
        EncryptedColumn("second_factors", "secret_cipher", "user_id::text"),
    )
