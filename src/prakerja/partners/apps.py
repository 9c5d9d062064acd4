"""The Django application of the partners."""

from django.apps import AppConfig

from prakerja.kit.rotation import EncryptedColumn


class PartnersConfig(AppConfig):
    """Platforms, institutions and what binds them."""

    name = "prakerja.partners"
    label = "partners"
    verbose_name = "Partners"
    append_only_tables = (
        "requirement_sets",
        "platform_reviews",
        "integration_checks",
        "document_contents",
        "admission_documents",
        "agreement_signatures",
        "agreement_papers",
    )
    encrypted_columns = (
        EncryptedColumn("api_keys", "key_cipher", "id::text"),
        EncryptedColumn("owner_ties", "value_cipher", "tie_id::text"),
        EncryptedColumn("party_keys", "sample_cipher", "id::text"),
    )
