"""The blind indexes of participants, for the rotation of their key."""

from datetime import date
from typing import Final

import msgspec

from prakerja.access.index_columns import BlindIndex, FollowingColumn, IndexedColumn
from prakerja.kit.contacts import EMAIL, PHONE, plain_contact
from prakerja.kit.rotation import EncryptedColumn
from prakerja.participants.worker_list_rows import likeness_key

_LISTED_ROW = "worker_list_id || '/' || row_number"


def _nik(nik: str) -> tuple[str, str]:
    return "nik", nik


def _kk(kk: str) -> tuple[str, str]:
    return "kk", kk


def _email(email: str) -> tuple[str, str]:
    return EMAIL, plain_contact(EMAIL, email)


def _phone(phone: str) -> tuple[str, str]:
    return PHONE, plain_contact(PHONE, phone)


def _likeness(name: str, birth_date: date, province_code: str) -> tuple[str, str]:
    return "likeness", likeness_key(name, birth_date, province_code)


def _address(key: str) -> tuple[str, str]:
    return "address", key


def _nik_of_answers(answers: str) -> tuple[str, str]:
    return "nik", msgspec.json.decode(answers, type=dict[str, str])["nik"]


def _of_applicants(column: str) -> EncryptedColumn:
    return EncryptedColumn("applicants", column, "applicant_id::text")


def _of_listed_rows(column: str) -> EncryptedColumn:
    return EncryptedColumn("worker_list_rows", column, _LISTED_ROW)


BLIND_INDEXES: Final[tuple[BlindIndex, ...]] = (
    IndexedColumn("applicants", "nik_index", _of_applicants("nik_cipher"), _nik),
    IndexedColumn("applicants", "kk_index", _of_applicants("kk_cipher"), _kk),
    IndexedColumn("applicants", "email_index", _of_applicants("email_cipher"), _email),
    IndexedColumn("applicants", "phone_index", _of_applicants("phone_cipher"), _phone),
    FollowingColumn(
        "blacklist", "nik_index", "applicants", "nik_index", (("lane", "lane"), ("nik_index", "nik_index"))
    ),
    # Rows that stand aside are bound to the table in which they will stand.
    *(
        index
        for table in ("worker_list_rows", "worker_list_staged_rows")
        for index in (
            IndexedColumn(table, "nik_index", _of_listed_rows("nik_cipher"), _nik),
            IndexedColumn(table, "address_index", _of_listed_rows("address_cipher"), _address),
            IndexedColumn(
                table, "likeness_index", _of_listed_rows("name_cipher"), _likeness, ("birth_date", "province_code")
            ),
        )
    ),
    *(
        FollowingColumn(
            table,
            column,
            "worker_list_rows",
            "nik_index",
            ((lane, "lane"), (column, "nik_index"), ("worker_list_id", "worker_list_id")),
        )
        for table, column, lane in (
            ("worker_list_matches", "listed_nik_index", "listed_lane"),
            ("worker_list_invitations", "nik_index", "lane"),
        )
    ),
    IndexedColumn(
        "applicant_addresses",
        "address_index",
        EncryptedColumn("applicant_addresses", "address_cipher", "applicant_id::text"),
        _address,
    ),
    IndexedColumn(
        "registry_delta_rows",
        "nik_index",
        EncryptedColumn("registry_delta_rows", "nik_cipher", "delta_id || '/' || row_number"),
        _nik,
    ),
    IndexedColumn(
        "assisted_rows", "nik_index", EncryptedColumn("assisted_rows", "answers_cipher", "id::text"), _nik_of_answers
    ),
)
