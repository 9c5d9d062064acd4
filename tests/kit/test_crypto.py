from uuid import UUID

import pytest

from prakerja.kit.crypto import UnreadableFieldError, blind_index, decrypt_field, encrypt_field, keyed_hash

ROW = UUID("01a20f96-0d36-7557-848a-b60208c38d3c")
OTHER = UUID("01a20f96-0d36-7557-848b-7ff3e89e93b5")


def test_a_field_is_read_back_in_its_own_cell() -> None:
    stored = encrypt_field("Siti Aminah", table="people", column="name", row_id=ROW)
    assert b"Siti" not in stored
    assert decrypt_field(stored, table="people", column="name", row_id=ROW) == "Siti Aminah"


def test_the_same_value_looks_different_each_time() -> None:
    first = encrypt_field("x", table="people", column="name", row_id=ROW)
    assert first != encrypt_field("x", table="people", column="name", row_id=ROW)


@pytest.mark.parametrize(
    ("table", "column", "row_id"), [("cards", "name", ROW), ("people", "phone", ROW), ("people", "name", OTHER)]
)
def test_a_field_moved_to_another_cell_is_unreadable(table: str, column: str, row_id: UUID) -> None:
    stored = encrypt_field("x", table="people", column="name", row_id=ROW)
    with pytest.raises(UnreadableFieldError):
        decrypt_field(stored, table=table, column=column, row_id=row_id)


@pytest.mark.parametrize("place", [0, 1, 13, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    stored = bytearray(encrypt_field("Siti", table="people", column="name", row_id=ROW))
    stored[place] ^= 1
    with pytest.raises(UnreadableFieldError):
        decrypt_field(bytes(stored), table="people", column="name", row_id=ROW)


@pytest.mark.parametrize("stored", [b"", b"\x01", b"\x01short"])
def test_bytes_that_are_no_field_are_unreadable(stored: bytes) -> None:
    with pytest.raises(UnreadableFieldError):
        decrypt_field(stored, table="people", column="name", row_id=ROW)


def test_a_blind_index_is_stable_and_of_one_purpose() -> None:
    assert blind_index("9912345678901234", purpose="nik").hex() == "c2261c18ca67a567446096c1ebf6aa5c"
    assert blind_index("9912345678901234", purpose="kk") != blind_index("9912345678901234", purpose="nik")


def test_a_keyed_hash_has_32_bytes_and_one_purpose() -> None:
    assert len(keyed_hash(b"123456", purpose="otp")) == 32
    assert keyed_hash(b"123456", purpose="otp") != keyed_hash(b"123456", purpose="pin")
