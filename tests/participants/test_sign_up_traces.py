"""Devices and addresses of sign-ups: hashes and indexes, limits of speed, forgotten in time; they refuse nobody."""

from datetime import timedelta

import pytest

from prakerja.kit import db
from prakerja.kit.addresses import plain_address
from prakerja.kit.crypto import blind_indexes, decrypt_field
from prakerja.oversight.finding_kinds import PEOPLE_OF_A_DEVICE_MAX, PEOPLE_OF_AN_ADDRESS_MAX
from prakerja.oversight.operations import look_for_findings
from prakerja.oversight.queries.findings import list_finding_members, list_findings
from prakerja.participants.operations import publish_worker_list, stage_worker_list
from prakerja.participants.operations.assisted import (
    add_assisted_rows,
    forward_assisted_sheet,
)
from prakerja.participants.operations.assisted_acceptance import accept_assisted_sheet
from prakerja.participants.operations.sign_up_drafts import send_sign_up
from prakerja.participants.operations.sign_up_traces import (
    DEVICE_DAYS,
    SENDINGS_OF_A_DEVICE,
    Origin,
    forget_devices,
    note_device,
)
from prakerja.participants.queries import get_worker_list_preview
from prakerja.participants.sign_up_errors import AnswerFault, SendSignUpCode, SheetCode
from prakerja.participants.specimens import SpecimenCivilRegistry, specimen
from prakerja.programme.operations import load_reference_data, load_regimes
from tests.participants.people import april_context, person, signed_up
from tests.participants.test_assisted import MINISTRY, OFFICE, sheet_of, signed
from tests.participants.test_sign_up_steps import answers_of, filled, send

pytestmark = pytest.mark.django_db
DEVICE = "0f" * 16


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("Jl. Melati No. 007, RT 01/RW 2", "jalan melati nomor 7 rt 1 rw 02", True),
        ("Gg Mawar 5 Kel. Sukamaju", "GANG MAWAR 5, KELURAHAN SUKAMAJU", True),
        ("Jl. Melati No. 7", "Jl. Melati No. 8", False),
    ],
)
def test_an_address_is_compared_in_one_written_form(first: str, second: str, alike: bool) -> None:  # noqa: FBT001
    assert (plain_address(first) == plain_address(second)) is alike
    assert plain_address("Bandung") is None


def test_a_device_is_kept_as_a_hash_once_and_forgotten_after_its_days() -> None:
    context = april_context()
    user_id = filled(context)
    assert note_device(context, user_id, DEVICE)
    assert not note_device(context, user_id, "another")
    assert not note_device(context, filled(context, 2, "siti"), None)
    assert not note_device(context, filled(context, 3, "ana"), "x" * 65)
    (kept,) = db.rows("SELECT device_hash FROM sign_up_drafts WHERE device_hash IS NOT NULL")
    assert len(bytes(kept[0])) == 32
    assert DEVICE.encode() not in bytes(kept[0])
    assert send(context, user_id) is SendSignUpCode.OK
    assert forget_devices(context.at(context.now + timedelta(days=DEVICE_DAYS))) == 0
    assert forget_devices(context.at(context.now + timedelta(days=DEVICE_DAYS, seconds=1))) == 1
    assert (
        db.value("SELECT count(*) FROM sign_up_drafts WHERE device_hash IS NOT NULL OR device_seen_at IS NOT NULL") == 0
    )


def test_many_people_behind_one_device_are_a_finding_and_nobody_is_refused() -> None:
    context = april_context()
    for number in range(1, PEOPLE_OF_A_DEVICE_MAX + 2):
        user_id = filled(context, 10 * number + 1, f"orang{number}")
        note_device(context, user_id, DEVICE)
        assert send(context, user_id) is SendSignUpCode.OK
        new = look_for_findings(context, kinds=["shared_device"]).new
        assert new == (number > PEOPLE_OF_A_DEVICE_MAX)
    (found,) = list_findings(kind="shared_device")
    assert (found.value, found.rule, found.state) == (PEOPLE_OF_A_DEVICE_MAX + 1, "ELIG-01", "open")
    members = {one.subject_id for one in list_finding_members(found, now=context.now)}
    assert members == {key for (key,) in db.rows("SELECT applicant_id FROM applicants")}
    assert found.subject_key == str(min(members))
    assert db.value("SELECT count(*) FROM applicants WHERE state = 'identity_verified'") == PEOPLE_OF_A_DEVICE_MAX + 1


def test_a_device_sends_off_so_many_a_day_and_the_next_day_again() -> None:
    context = april_context()
    origin = Origin(DEVICE, "10.0.0.1")

    def sent(number: int, days: int = 0) -> SendSignUpCode:
        user_id = filled(context, 10 * number + 1, f"orang{number}")
        now = context.now + timedelta(days=days)
        return send_sign_up(context, user_id, SpecimenCivilRegistry(), machine_now=now, origin=origin).code

    for number in range(1, SENDINGS_OF_A_DEVICE.most + 1):
        assert sent(number) is SendSignUpCode.OK
    assert sent(50) is SendSignUpCode.TOO_MANY_TRIES
    # Another phone in the same village is not held up, and the next day this one is free again.
    other = send_sign_up(
        context,
        filled(context, 511, "x"),
        SpecimenCivilRegistry(),
        machine_now=context.now,
        origin=Origin("z", "10.0.0.1"),
    )
    assert other.code is SendSignUpCode.OK
    assert sent(52, days=2) is SendSignUpCode.OK


def test_an_address_on_a_list_is_encrypted_indexed_and_counted_for_who_signed_up() -> None:
    context = april_context()
    crowd = PEOPLE_OF_AN_ADDRESS_MAX + 1
    written = ("Jl. Melati No. 7", "jalan melati nomor 007")
    rows = "".join(f"{person(n).nik};Warga {n};phk;3273;{written[n % 2]}\n" for n in range(crowd + 5))
    heading = "nik;nama;status;kode_kabupaten;alamat\n"
    staged = stage_worker_list(context, (heading + rows).encode(), name="Daftar", source_name="Kemnaker")
    assert staged.worker_list_id is not None
    row = db.row(
        "SELECT address_index, address_cipher, worker_list_rows::text FROM worker_list_rows WHERE row_number = 3"
    )
    assert row is not None
    key = "jalan melati nomor 7|3273"
    assert [bytes(row[0])] == blind_indexes(key, purpose="address")
    place = {"table": "worker_list_rows", "column": "address_cipher", "row_id": f"{staged.worker_list_id}/3"}
    assert decrypt_field(row[1], **place) == key
    assert "elati" not in row[2]
    publish_worker_list(context, staged.worker_list_id)
    # Being on a list is no sign-up (SCHEME-11): only who signed up is counted.
    ids = signed_up(context, [person(number) for number in range(crowd - 1)])
    assert look_for_findings(context, kinds=["shared_address"]).new == 0
    ids += signed_up(context, [person(crowd - 1)])
    assert look_for_findings(context, kinds=["shared_address"]).new == 1
    (found,) = list_findings(kind="shared_address")
    assert found.value == crowd
    assert {one.subject_id for one in list_finding_members(found, now=context.now)} == set(ids)


def test_a_list_without_addresses_is_as_before_and_one_that_is_no_address_is_named() -> None:
    context = april_context()
    heading = "nik;nama;status;alamat\n"
    rows = f"{person(1).nik};A;phk;\n{person(2).nik};B;phk;Bandung\n{person(3).nik};C;phk;{'x ' * 200}\n"
    staged = stage_worker_list(context, (heading + rows).encode(), name="Daftar", source_name="Kemnaker")
    assert staged.worker_list_id is not None
    assert (staged.good_rows, staged.bad_rows) == (2, 1)
    assert db.value("SELECT count(*) FROM worker_list_rows WHERE address_index IS NOT NULL") == 0
    (error,) = get_worker_list_preview(staged.worker_list_id).errors
    assert (error.row_number, error.field, error.reason) == (4, "address", "address_not_readable")


def test_an_address_of_an_assisted_sheet_is_kept_when_it_is_accepted() -> None:
    context = april_context()
    load_regimes(context)
    load_reference_data(context)
    (too_long,) = add_assisted_rows(context, sheet_of(context), [answers_of(specimen(1), address="x" * 301)])
    assert (too_long.code, too_long.question, too_long.fault) == (
        SheetCode.ANSWER_NOT_POSSIBLE,
        "address",
        AnswerFault.ADDRESS_NOT_READABLE.value,
    )
    people = [
        answers_of(specimen(1), address="Jl. Melati No. 7"),
        answers_of(specimen(2)),
        answers_of(specimen(3), address="Bandung"),
    ]
    sheet_id = signed(context, people)
    forward_assisted_sheet(context.acting_as(MINISTRY), sheet_id)
    assert accept_assisted_sheet(context.acting_as(OFFICE), sheet_id, SpecimenCivilRegistry()).outcomes == {"ok": 3}
    ((applicant_id, cipher, index),) = db.rows(
        "SELECT applicant_id, address_cipher, address_index FROM applicant_addresses"
    )
    place = {"table": "applicant_addresses", "column": "address_cipher", "row_id": applicant_id}
    assert decrypt_field(cipher, **place) == "jalan melati nomor 7|32"
    assert [bytes(index)] == blind_indexes("jalan melati nomor 7|32", purpose="address")
