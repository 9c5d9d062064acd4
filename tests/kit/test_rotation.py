"""Rotation of the field key: complete, resumable, and no cell is forgotten."""

from collections.abc import Callable

import pytest

from prakerja.kit import db, rotation
from prakerja.kit.crypto import UnreadableFieldError, current_field_prefix, decrypt_field, encrypt_field
from prakerja.kit.rotation import count_cells_left, encrypted_columns, rotate_field_key
from prakerja.participants.operations.worker_lists import stage_worker_list
from tests.participants.people import april_context, person, signed_up

# Rows that stand aside until their list is complete are bound to the table in which they will stand.
ASIDE = {("worker_list_staged_rows", name) for name in ("nik_cipher", "name_cipher", "phone_cipher", "address_cipher")}


@pytest.mark.django_db
def test_every_encrypted_column_of_the_database_is_listed() -> None:
    columns = db.rows(
        """
        SELECT relname, attname
        FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attname LIKE '%\\_cipher' AND NOT attisdropped
        ORDER BY relname, attname
        """
    )
    listed = {(column.table, column.column) for column in encrypted_columns()}
    assert {(table, column) for table, column in columns} - ASIDE == listed
    # Every row id is SQL that its table understands, also where the table is empty and no page is read.
    for column in encrypted_columns():
        assert db.rows(f"SELECT {column.row_id} FROM {column.table} LIMIT 0") == []
    assert count_cells_left().keys() == listed
    assert [step for step in rotate_field_key() if step.cells] == []


@pytest.mark.django_db
def test_all_cells_come_under_the_new_key_and_the_old_one_can_go(
    keys: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "_PAGES_AT_ONCE", 1)
    keys(field_key="a")
    people = [person(number) for number in range(60)]
    ids = signed_up(april_context(), people, email="warga@contoh.id", phone="081234567890")
    rows = "".join(f"{one.nik};{one.name};phk;0812345678{number:02d}\n" for number, one in enumerate(people))
    stage_worker_list(april_context("list"), f"nik;nama;status;telepon\n{rows}".encode(), name="x", source_name="x")
    keys(field_key="b", field_key_before="a")
    left = count_cells_left()
    assert (left["applicants", "nik_cipher"], left["worker_list_rows", "phone_cipher"]) == (60, 60)

    # It is stopped in the middle, and goes on with what is left.
    steps = rotate_field_key()
    # Pages of what earlier tests rolled back hold no cell.
    first = next(step for step in steps if step.cells)
    assert 0 < first.cells < 60
    steps.close()
    assert count_cells_left()["applicants", "nik_cipher"] == 60 - first.cells
    written = sum({(step.table, step.column): step.cells for step in rotate_field_key()}.values())
    assert written == 7 * 60 - first.cells
    assert set(count_cells_left().values()) == {0}
    assert list(rotate_field_key())[-1].cells == 0

    keys(field_key="b", field_key_before="c")
    cipher = db.value("SELECT nik_cipher FROM applicants WHERE applicant_id = %s", [ids[7]])
    assert decrypt_field(cipher, table="applicants", column="nik_cipher", row_id=ids[7]) == people[7].nik
    assert bytes(cipher[:5]) == current_field_prefix()


@pytest.mark.django_db
def test_a_cell_under_a_lost_key_stops_the_rotation_and_changes_nothing(keys: Callable[..., None]) -> None:
    keys(field_key="a")
    signed_up(april_context(), [person(1)])
    keys(field_key="b", field_key_before="c")
    with pytest.raises(UnreadableFieldError):
        list(rotate_field_key())
    assert count_cells_left()["applicants", "nik_cipher"] == 1


def test_what_changes_meanwhile_is_not_overwritten(committed_db: None, keys: Callable[..., None]) -> None:
    """A person who corrects a phone number during the rotation keeps the new one."""
    keys(field_key="a")
    (key,) = signed_up(april_context(), [person(1)], phone="081234567890")
    keys(field_key="b", field_key_before="a")
    steps = rotate_field_key()
    next(steps)
    new = encrypt_field("089999999999", table="applicants", column="phone_cipher", row_id=key)
    db.execute("UPDATE applicants SET phone_cipher = %s WHERE applicant_id = %s", [new, key])
    for _ in steps:
        pass
    found = db.value("SELECT phone_cipher FROM applicants WHERE applicant_id = %s", [key])
    assert decrypt_field(found, table="applicants", column="phone_cipher", row_id=key) == "089999999999"
    assert set(count_cells_left().values()) == {0}
