"""The Django app of this package."""

from typing import ClassVar

from django.apps import AppConfig

from prakerja.kit.rotation import EncryptedColumn


class ParticipantsConfig(AppConfig):
    """Label and name agree with the package."""

    name = "prakerja.participants"
    label = "participants"
    append_only_tables: ClassVar[tuple[str, ...]] = ("eligibility_decisions",)
    encrypted_columns: ClassVar[tuple[EncryptedColumn, ...]] = (
        EncryptedColumn("applicants", "nik_cipher", "applicant_id::text"),
        EncryptedColumn("applicants", "kk_cipher", "applicant_id::text"),
        EncryptedColumn("applicants", "email_cipher", "applicant_id::text"),
        EncryptedColumn("applicants", "phone_cipher", "applicant_id::text"),
        EncryptedColumn("worker_list_rows", "nik_cipher", "worker_list_id || '/' || row_number"),
        EncryptedColumn("worker_list_rows", "name_cipher", "worker_list_id || '/' || row_number"),
        EncryptedColumn("worker_list_rows", "phone_cipher", "worker_list_id || '/' || row_number"),
        EncryptedColumn("worker_list_rows", "address_cipher", "worker_list_id || '/' || row_number"),
        EncryptedColumn("applicant_addresses", "address_cipher", "applicant_id::text"),
        EncryptedColumn("registry_delta_rows", "nik_cipher", "delta_id || '/' || row_number"),
        EncryptedColumn("eligibility_findings", "answer_cipher", "finding_id::text"),
        EncryptedColumn("sign_up_drafts", "answers_cipher", "user_id::text"),
        EncryptedColumn("cases", "reason_cipher", "id::text"),
        EncryptedColumn("assisted_rows", "answers_cipher", "id::text"),
    )
