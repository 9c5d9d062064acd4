"""Who waits for a register, what a second person decides, and what a person or officer typed wrong, in three widths."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from prakerja.access.roles import Role
from prakerja.kit.context import Context
from prakerja.participants.operations import evaluate_eligibility
from prakerja.participants.operations.assisted import COLUMNS, forward_assisted_sheet
from prakerja.participants.operations.assisted_acceptance import accept_assisted_sheet
from prakerja.participants.operations.eligibility import WAITING_DAYS
from prakerja.participants.operations.register_statements import RegisterStatement, state_for_registers
from prakerja.participants.queries.assisted import list_assisted_sheets
from prakerja.participants.sandbox import EligibilityRegistersSandbox
from prakerja.participants.specimens import SpecimenCivilRegistry, specimen
from tests.participants.people import checked, founding, person
from tests.participants.test_assisted import MINISTRY, OFFICE, signed
from tests.participants.test_sign_up_steps import answers_of
from tests.web.browser import browse
from tests.web.people import set_clock
from tests.web.test_browser_people import browser, ground, in_three_widths, looked_at
from tests.web.test_sign_up import answered

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


def typed(name: str, where: str, fill: Callable[[Page], Any]) -> Callable[[Page], list[str]]:
    """Fill a form in, send it, and look at what comes back in three widths."""

    def look(page: Page) -> list[str]:
        page.goto(where)
        fill(page)
        page.wait_for_selector("[role=alert]")
        return in_three_widths(page, name)

    return look


def test_pages_of_who_waits_for_a_register(context: Context) -> None:
    here = ground(context)
    (key,) = checked(here, [person(1, name="Suharti Wulandari")])
    missing = EligibilityRegistersSandbox([person(1)], missing=["pddikti", "state_employees"])
    evaluate_eligibility(here, [key], founding(), registers=missing)
    sheet_id = signed(here, [answers_of(specimen(n), phone="") for n in (8, 1)])
    forward_assisted_sheet(here.acting_as(MINISTRY), sheet_id)
    accept_assisted_sheet(here.acting_as(OFFICE), sheet_id, SpecimenCivilRegistry())
    own = browser(here, Role.PARTICIPANT, applicant_id=key, applicant_lane=0)
    assert (
        browse(
            own,
            looked_at(
                {"waits": reverse("sign_up_done"), "waits-tasks": reverse("sign_up"), "waves": reverse("my_waves")}
            ),
        )
        == []
    )
    office, approver = browser(here, Role.PROGRAMME_OFFICE), browser(here, Role.APPROVER)
    where = reverse("waiting_person", args=[key])
    assert browse(office, looked_at({"queue": reverse("waiting_people"), "queue-early": where})) == []
    over = here.at(here.now + timedelta(days=WAITING_DAYS))
    set_clock(over)
    assert browse(office, looked_at({"queue-over": where})) == []

    def send(page: Page) -> None:
        page.select_option("#register", "pddikti")
        page.fill("#evidence", "Surat 9932 0123 1187 0007")
        page.click("main form button")

    assert browse(office, typed("queue-refused", where, send)) == []
    clerk = over.acting_as("user:clerk")
    stated = [RegisterStatement(key, "pddikti", is_in=False, value="", evidence="Surat 12/D/2020, 3 September 2020")]
    assert [code.value for code in state_for_registers(clerk, stated)] == ["ok"]
    assert browse(approver, looked_at({"queue-second": where})) == []


def test_pages_of_what_was_typed_wrong(context: Context) -> None:
    ground(context)
    client = Client()
    answered(client)

    def send(page: Page) -> None:
        page.fill("#nik", "9932 7701 0190 123")
        page.click("main form button")

    where = reverse("sign_up_question", args=["nik"])
    assert browse(client, typed("nik-refused", where, send)) == []

    def dates(page: Page) -> None:
        for field, text in (("#day", "31"), ("#month", "2"), ("#year", "2001")):
            page.fill(field, text)
        page.click("main form button")

    assert browse(client, typed("date-refused", reverse("sign_up_question", args=["birth_date"]), dates)) == []
    client.post(reverse("sign_up_question", args=["name"]) + "?back=check", {"name": "Orang Lain"})
    sending = typed("check-refused", reverse("sign_up_check"), lambda page: page.click("main form button"))
    assert browse(client, sending) == []


def test_pages_of_a_sheet_with_bad_rows_and_of_an_accepted_one(context: Context) -> None:
    here = ground(context)
    people = [answers_of(specimen(8), phone=""), answers_of(specimen(1), phone="", name="Salah Ketik")]
    people += [answers_of(specimen(9), phone=""), answers_of(specimen(2), phone="")]
    for rows in ([answers_of(specimen(2), phone="")], people):
        sheet_id = signed(here, rows)
        forward_assisted_sheet(here.acting_as(MINISTRY), sheet_id)
        accept_assisted_sheet(here.acting_as(OFFICE), sheet_id, SpecimenCivilRegistry())
    sheet = list_assisted_sheets(are_accepted=True)[0]
    desk = browser(here, Role.LABOUR_OFFICE, labour_office_id=sheet.labour_office_id)
    assert browse(desk, looked_at({"sheet-accepted": reverse("assisted_sheet", args=[sheet_id])})) == []
    where = desk.post(reverse("assisted_sheets")).headers["Location"]
    bad = [answers_of(specimen(3), phone=""), answers_of(specimen(4), phone="", kk="1")]
    lines = [";".join(COLUMNS), *(";".join(one.get(code, "") for code in COLUMNS) for one in bad)]
    content = "\n".join([*lines, lines[1][:30]]).encode()

    def upload(page: Page) -> None:
        page.set_input_files("#file", {"name": "orang.csv", "mimeType": "text/csv", "buffer": content})
        page.click("text=Periksa dan tambahkan")

    assert browse(desk, typed("upload-refused", where, upload)) == []

    def enter(page: Page) -> None:
        page.fill("#nik", "9932773002900001")
        page.click("main form button")

    assert browse(desk, typed("person-refused", where + "person/", enter)) == []
