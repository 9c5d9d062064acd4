"""Assisted registration, REG-01: form, sheet, verification, minutes, ministry, programme office; it costs nothing."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from prakerja.access.queries import find_user_by_id
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field, encrypt_field
from prakerja.participants.operations.assisted import (
    add_assisted_rows,
    forward_assisted_sheet,
    open_assisted_sheet,
    remove_assisted_row,
    return_assisted_sheet,
    rows_hash,
    sign_assisted_minutes,
    verify_assisted_sheet,
)
from prakerja.participants.operations.assisted_acceptance import accept_assisted_sheet, dispute_assisted_row
from prakerja.participants.operations.cases import CaseDecision, decide_cases
from prakerja.participants.queries.assisted import find_assisted_sheet, list_assisted_rows, list_assisted_sheets
from prakerja.participants.queries.cases import list_open_cases, reason_of_case
from prakerja.participants.sign_up_errors import CaseCode, SendSignUpCode, SheetCode
from prakerja.participants.specimens import SpecimenCivilRegistry, specimen
from prakerja.programme.operations import load_reference_data, load_regimes
from prakerja.programme.queries import list_labour_offices
from tests.participants.people import april_context, founding
from tests.participants.test_sign_up_steps import answers_of, filled, send

pytestmark = pytest.mark.django_db

CLERK, HEAD, MINISTRY, OFFICE = "labour_office:clerk", "labour_office:head", "ministry:m1", "staff:pmo-1"


def sheet_of(context: Context) -> UUID:
    office = list_labour_offices()[0]
    opened = open_assisted_sheet(context.acting_as(CLERK), office.id, founding())
    assert opened.sheet_id is not None
    return opened.sheet_id


def signed(context: Context, people: list[dict[str, str]]) -> UUID:
    sheet_id = sheet_of(context)
    assert {r.code for r in add_assisted_rows(context.acting_as(CLERK), sheet_id, people)} == {SheetCode.OK}
    numbers = list(range(1, len(people) + 1))
    assert verify_assisted_sheet(context.acting_as(CLERK), sheet_id, numbers).code is SheetCode.OK
    assert sign_assisted_minutes(context.acting_as(HEAD), sheet_id, "BA-1/2020").code is SheetCode.OK
    return sheet_id


@pytest.fixture
def ground() -> Context:
    context = april_context()
    load_regimes(context)
    load_reference_data(context)
    return context


def test_a_sheet_goes_its_way_and_its_people_are_ready(ground: Context) -> None:
    sheet_id = signed(ground, [answers_of(specimen(1), phone="0812 3456 7890"), answers_of(specimen(2), phone="")])
    assert accept_assisted_sheet(ground.acting_as(OFFICE), sheet_id, SpecimenCivilRegistry()).code is (
        SheetCode.STEP_NOT_ALLOWED
    )
    assert forward_assisted_sheet(ground.acting_as(MINISTRY), sheet_id).code is SheetCode.OK
    accepted = accept_assisted_sheet(ground.acting_as(OFFICE), sheet_id, SpecimenCivilRegistry())
    assert (accepted.code, accepted.outcomes) == (SheetCode.OK, {"ok": 2})
    assert db.rows("SELECT state FROM applicants ORDER BY applicant_id") == [("ready",), ("ready",)]
    (user_id,) = db.row("SELECT user_id FROM user_contacts") or ()
    user = find_user_by_id(user_id)
    assert user is not None
    assert user.display_name == specimen(1).person.name
    assert db.value("SELECT count(*) FROM assisted_rows WHERE answers_cipher IS NOT NULL") == 0
    kinds = [kind for (kind,) in db.rows("SELECT kind FROM events WHERE subject_id = %s ORDER BY event_id", [sheet_id])]
    assert kinds == [f"assisted_sheet.{s}" for s in ("opened", "verified", "signed", "forwarded", "accepted")]


def test_what_a_form_gets_wrong_is_said_row_by_row(ground: Context) -> None:
    sheet_id = sheet_of(ground)
    good = answers_of(specimen(1), phone="")
    results = add_assisted_rows(
        ground,
        sheet_id,
        [good, good, answers_of(specimen(2), nik="123", phone=""), answers_of(specimen(3), phone="12"), {}],
    )
    assert [(r.code, r.question) for r in results] == [
        (SheetCode.OK, ""),
        (SheetCode.NIK_REPEATED, ""),
        (SheetCode.ANSWER_NOT_POSSIBLE, "nik"),
        (SheetCode.ANSWER_NOT_POSSIBLE, "phone"),
        (SheetCode.ANSWER_NOT_POSSIBLE, "nik"),
    ]
    assert [row.row_number for row in list_assisted_rows(sheet_id)] == [1]
    assert add_assisted_rows(ground, UUID(int=1), [good])[0].code is SheetCode.SHEET_NOT_FOUND
    assert remove_assisted_row(ground, sheet_id, 2).code is SheetCode.ROW_NOT_FOUND
    assert remove_assisted_row(ground, sheet_id, 1).code is SheetCode.OK
    assert verify_assisted_sheet(ground, sheet_id, []).code is SheetCode.NO_ROWS


def test_nobody_signs_alone_or_unseen(ground: Context) -> None:
    clerk = ground.acting_as(CLERK)
    sheet_id = sheet_of(ground)
    add_assisted_rows(clerk, sheet_id, [answers_of(specimen(n), phone="") for n in (1, 2)])
    assert verify_assisted_sheet(clerk, sheet_id, [1]).code is SheetCode.DOCUMENTS_NOT_SEEN
    assert sign_assisted_minutes(clerk, sheet_id, "BA-1").code is SheetCode.STEP_NOT_ALLOWED
    assert verify_assisted_sheet(clerk, sheet_id, [1, 2]).code is SheetCode.OK
    assert add_assisted_rows(clerk, sheet_id, [answers_of(specimen(3), phone="")])[0].code is SheetCode.STEP_NOT_ALLOWED
    assert remove_assisted_row(clerk, sheet_id, 1).code is SheetCode.STEP_NOT_ALLOWED
    assert sign_assisted_minutes(clerk, sheet_id, "BA-1").code is SheetCode.SAME_PERSON
    assert sign_assisted_minutes(ground.acting_as(HEAD), sheet_id, " ").code is SheetCode.MINUTES_NUMBER_MISSING
    with pytest.raises(IntegrityError, match="whoever_verified_a_sheet_does_not_sign_it"), transaction.atomic():
        db.execute("UPDATE assisted_sheets SET signed_by = verified_by")
    assert sign_assisted_minutes(ground.acting_as(HEAD), sheet_id, "BA-1").code is SheetCode.OK


def test_a_row_changed_behind_the_signature_is_not_accepted(ground: Context) -> None:
    sheet_id = signed(ground, [answers_of(specimen(1), phone="")])
    forward_assisted_sheet(ground.acting_as(MINISTRY), sheet_id)
    db.execute("UPDATE assisted_rows SET row_number = 7")
    assert accept_assisted_sheet(ground, sheet_id, SpecimenCivilRegistry()).code is SheetCode.STEP_NOT_ALLOWED


def test_another_field_key_changes_no_sheet(ground: Context) -> None:
    sheet_id = signed(ground, [answers_of(specimen(1), phone="")])
    before = rows_hash(sheet_id)
    row_id, cipher = db.row("SELECT id, answers_cipher FROM assisted_rows") or (None, b"")
    cell = {"table": "assisted_rows", "column": "answers_cipher"}
    again = encrypt_field(decrypt_field(bytes(cipher), row_id=row_id, **cell), row_id=row_id, **cell)
    assert again != bytes(cipher)
    db.execute("UPDATE assisted_rows SET answers_cipher = %s", [again])
    assert rows_hash(sheet_id) == before


def test_a_returned_sheet_is_verified_and_signed_anew(ground: Context) -> None:
    sheet_id = signed(ground, [answers_of(specimen(1), phone="")])
    ministry = ground.acting_as(MINISTRY)
    assert return_assisted_sheet(ministry, sheet_id, " ").code is SheetCode.REASON_MISSING
    assert return_assisted_sheet(ministry, sheet_id, "Tanda tangan tidak terbaca.").code is SheetCode.OK
    assert forward_assisted_sheet(ministry, sheet_id).code is SheetCode.STEP_NOT_ALLOWED
    sheet = find_assisted_sheet(sheet_id)
    assert sheet is not None
    assert (sheet.state, sheet.minutes_number, sheet.returned_reason) == ("open", None, "Tanda tangan tidak terbaca.")
    assert return_assisted_sheet(ministry, sheet_id, "lagi").code is SheetCode.STEP_NOT_ALLOWED


def test_outcomes_of_rows_are_kept_apart(ground: Context) -> None:
    first = signed(ground, [answers_of(specimen(1), phone="")])
    second = signed(ground, [answers_of(specimen(n), phone="") for n in (1, 8, 9, 2)])
    for sheet_id in (first, second):
        forward_assisted_sheet(ground.acting_as(MINISTRY), sheet_id)
        accept_assisted_sheet(ground.acting_as(OFFICE), sheet_id, SpecimenCivilRegistry())
    assert [row.outcome for row in list_assisted_rows(second)] == [
        "nik_already_signed_up",
        "registry_unavailable",
        "nik_not_found",
        "ok",
    ]
    assert [sheet.state for sheet in list_assisted_sheets(are_accepted=True)] == ["accepted", "accepted"]
    assert list_assisted_sheets() == []


def test_whom_the_registry_does_not_confirm_takes_no_place_and_is_put_right_on_another_sheet(ground: Context) -> None:
    wrong = answers_of(specimen(1), phone="0812 3456 7890", name="Salah Ketik", kk="3277000000000001")
    first = signed(ground, [wrong])
    forward_assisted_sheet(ground.acting_as(MINISTRY), first)
    accepted = accept_assisted_sheet(ground.acting_as(OFFICE), first, SpecimenCivilRegistry())
    assert accepted.outcomes == {"identity_mismatch": 1}
    (row,) = list_assisted_rows(first)
    assert (row.outcome, row.mismatched_fields, row.applicant_id) == ("identity_mismatch", ("name", "kk"), None)
    assert db.value("SELECT count(*) FROM applicants") == 0
    assert db.value("SELECT count(*) FROM user_contacts") == 0
    assert db.value("SELECT count(*) FROM assisted_rows WHERE answers_cipher IS NOT NULL") == 0
    second = signed(ground, [answers_of(specimen(1), phone="0812 3456 7890")])
    forward_assisted_sheet(ground.acting_as(MINISTRY), second)
    assert accept_assisted_sheet(ground.acting_as(OFFICE), second, SpecimenCivilRegistry()).outcomes == {"ok": 1}
    assert db.rows("SELECT state FROM applicants ORDER BY applicant_id") == [("ready",)]


@pytest.mark.parametrize("granted", [True, False])
def test_who_says_that_another_signed_up_gets_a_case_at_the_desk(ground: Context, granted: bool) -> None:  # noqa: FBT001
    thief = filled(ground)
    assert send(ground, thief) is SendSignUpCode.OK
    sheet_id = signed(ground, [answers_of(specimen(n), phone="") for n in (1, 2)])
    clerk = ground.acting_as(CLERK)
    assert dispute_assisted_row(clerk, sheet_id, 1, "x").code is SheetCode.STEP_NOT_ALLOWED
    forward_assisted_sheet(ground.acting_as(MINISTRY), sheet_id)
    accepted = accept_assisted_sheet(ground.acting_as(OFFICE), sheet_id, SpecimenCivilRegistry())
    assert accepted.outcomes == {"nik_already_signed_up": 1, "ok": 1}
    assert dispute_assisted_row(clerk, sheet_id, 2, "x").code is SheetCode.ROW_NOT_FOUND
    assert dispute_assisted_row(clerk, sheet_id, 1, " ").code is SheetCode.DISPUTE_REASON_MISSING
    assert dispute_assisted_row(clerk, sheet_id, 1, "KTP asli dilihat.").code is SheetCode.OK
    assert dispute_assisted_row(clerk, sheet_id, 1, "lagi").code is SheetCode.ALREADY_DISPUTED
    (case,) = list_open_cases()
    assert (case.kind, case.due_at.date()) == ("identity_dispute", date(2020, 4, 29))
    assert reason_of_case(case.case_id) == "KTP asli dilihat."
    (own,) = decide_cases(clerk, [CaseDecision(case.case_id, granted, "Benar.")])
    assert own.code is CaseCode.SAME_PERSON
    (decided,) = decide_cases(ground.acting_as(OFFICE), [CaseDecision(case.case_id, granted, "Benar.")])
    assert decided.code is CaseCode.OK
    assert list_assisted_rows(sheet_id)[0].case_state == ("granted" if granted else "rejected")
    # The account of whoever used the NIK loses it, and no notice goes there any more.
    kept = db.row("SELECT applicant_id IS NOT NULL, is_active FROM users WHERE id = %s", [thief])
    assert kept == (not granted, not granted)
    email = db.value("SELECT email_cipher FROM applicants WHERE applicant_id = %s", [case.subject_id])
    assert (email is None) is granted


def test_a_regime_without_assistance_opens_no_sheet(ground: Context) -> None:
    closed = replace(founding(), assisted_registration=False)
    office = list_labour_offices()[0]
    assert open_assisted_sheet(ground, office.id, closed).code is SheetCode.ASSISTED_REGISTRATION_CLOSED


def test_every_waiting_sheet_has_a_deadline(ground: Context) -> None:
    sheet_id = signed(ground, [answers_of(specimen(1), phone="")])
    sheet = find_assisted_sheet(sheet_id)
    assert sheet is not None
    # Monday, and five working days.
    assert sheet.due_at.date() == date(2020, 4, 27)
