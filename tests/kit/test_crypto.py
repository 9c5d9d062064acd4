from collections.abc import Callable
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from prakerja.kit.crypto import (
    ColumnCipher,
    UnreadableFieldError,
    blind_index,
    blind_indexer,
    blind_indexes,
    current_field_prefix,
    decrypt_field,
    encrypt_field,
    keyed_hash,
    lane_index,
)

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
    (index,) = blind_indexes("9912345678901234", purpose="nik")
    assert index.hex() == "c2261c18ca67a567446096c1ebf6aa5c"
    assert blind_indexes("9912345678901234", purpose="kk") != [index]


def test_while_a_key_is_rotated_a_value_is_looked_up_under_both(keys: Callable[..., None]) -> None:
    keys(index_key="a", index_key_next="d")
    found = blind_indexes("9912345678901234", purpose="nik")
    assert found == [
        blind_index("9912345678901234", purpose="nik", key=bytes.fromhex(digit * 64)) for digit in ("a", "d")
    ]


def test_a_keyed_hash_has_32_bytes_and_one_purpose() -> None:
    assert len(keyed_hash(b"123456", purpose="otp")) == 32
    assert keyed_hash(b"123456", purpose="otp") != keyed_hash(b"123456", purpose="pin")


def test_a_field_names_its_key_and_the_key_before_still_reads(keys: Callable[..., None]) -> None:
    keys(field_key="a")
    old = encrypt_field("Siti", table="people", column="name", row_id=ROW)
    assert old.startswith(current_field_prefix())
    keys(field_key="b", field_key_before="a")
    assert not old.startswith(current_field_prefix())
    assert decrypt_field(old, table="people", column="name", row_id=ROW) == "Siti"
    new = encrypt_field("Siti", table="people", column="name", row_id=ROW)
    keys(field_key="b", field_key_before="c")
    assert decrypt_field(new, table="people", column="name", row_id=ROW) == "Siti"
    with pytest.raises(UnreadableFieldError):
        decrypt_field(old, table="people", column="name", row_id=ROW)


def test_a_field_of_the_first_version_is_read_under_either_key(keys: Callable[..., None]) -> None:
    keys(field_key="a")
    nonce = bytes(12)
    place = f"people\x00name\x00{ROW}".encode()
    stored = b"\x01" + nonce + AESGCM(bytes.fromhex("a" * 64)).encrypt(nonce, b"Siti", place)
    keys(field_key="b", field_key_before="a")
    assert decrypt_field(stored, table="people", column="name", row_id=ROW) == "Siti"


def test_a_column_is_encrypted_like_its_cells_and_no_nonce_comes_twice() -> None:
    column = ColumnCipher(table="people", column="name")
    stored = [column.encrypt(b"Siti", str(number).encode()) for number in range(3_000)]
    assert len({value[5:17] for value in stored}) == 3_000
    assert decrypt_field(stored[2_999], table="people", column="name", row_id=2_999) == "Siti"


def test_many_indexes_are_those_of_one() -> None:
    key = bytes(range(32))
    index = blind_indexer("nik", key=key)
    assert index(b"9912345678901234") == blind_index("9912345678901234", purpose="nik", key=key)
    assert index(b"9912345678901235") == blind_index("9912345678901235", purpose="nik", key=key)


def test_the_lane_stays_when_the_index_key_is_rotated(keys: Callable[..., None]) -> None:
    keys(index_key="a")
    (before,) = blind_indexes("9912345678901234", purpose="nik")
    assert lane_index("9912345678901234", purpose="nik") == before
    keys(index_key="a", index_key_next="d")
    assert lane_index("9912345678901234", purpose="nik") == before
    keys(index_key="d", lane_key="a")
    assert lane_index("9912345678901234", purpose="nik") == before
    assert blind_indexes("9912345678901234", purpose="nik") != [before]
