"""Two people's way through the pages and files, with an error of each kind; then everything that leaves is searched.

What leaves: lines of logs, PostgreSQL's log, pages of errors, addresses (redirects, links, forms, sources), cookies,
the event log, the queue of jobs, sessions, letters, and every column of every table that is not encrypted.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.audit.operations import Event, record_events
from prakerja.config.jobs import JOBS, run_job
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.item_bank import form_of
from prakerja.participants.operations import sign_up as sign_up_operation
from prakerja.participants.operations.assisted import COLUMNS
from prakerja.participants.queries.registry_deltas import list_registry_deltas
from prakerja.participants.registry_delta_files import TEMPLATE
from prakerja.participants.sandbox import CivilRegistrySandbox, EligibilityRegistersSandbox, SyntheticPerson
from prakerja.web.desk import assisted as desk_assisted
from prakerja.web.portal import sign_up as sign_up_pages
from prakerja.web.portal import sign_up_checks
from tests.web.net import Net, Watched, cast_net
from tests.web.people import set_clock
from tests.web.test_assisted import office_in
from tests.web.test_sign_in import code_on
from tests.web.test_sign_up import ground

pytestmark = pytest.mark.django_db
__all__ = ["ground"]

BORN = ("1987-11-23", "23/11/1987", "23-11-1987", "23 November 1987", "231187")
ASSISTED_BORN = ("1989-08-19", "19/08/1989", "19-08-1989", "19 Agustus 1989", "590889")


def _someone(nik: str, kk: str, name: str, born: str) -> SyntheticPerson:
    return SyntheticPerson(nik=nik, kk=kk, name=name, birth_date=date.fromisoformat(born))


OWN = _someone("9932012311870007", "3201777766665555", "Xaverius Qomarudin", BORN[0])
ASSISTED = _someone("9932015908890008", "3201444433332222", "Zenobia Wirjoatmodjo", ASSISTED_BORN[0])
EMAIL, PHONE, OTHER_PHONE = "xaverius.q@contoh.id", "081298765432", "081377712345"
# Every written form in which a value could slip out; names and addresses without regard to case.
SECRETS = (
    *(OWN.nik, OWN.kk, ASSISTED.nik, ASSISTED.kk, OWN.nik[:15]),
    *(f"{n[:4]} {n[4:8]} {n[8:12]} {n[12:]}" for n in (OWN.nik, OWN.kk, ASSISTED.nik, ASSISTED.kk)),
    *("xaverius", "qomarudin", "zenobia", "wirjoatmodjo"),
    *(PHONE[1:], OTHER_PHONE[1:], "812-9876-5432", EMAIL),
    *BORN,
    *ASSISTED_BORN,
)


@pytest.fixture
def net(database_log: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    with cast_net(database_log, SECRETS, monkeypatch) as caught:
        yield caught


@pytest.fixture
def people_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    civil, others = CivilRegistrySandbox([OWN, ASSISTED]), EligibilityRegistersSandbox([OWN, ASSISTED])
    for pages in (sign_up_pages, desk_assisted):
        monkeypatch.setattr(pages, "find_civil_registry", lambda: civil)
    for pages in (sign_up_checks, desk_assisted):
        monkeypatch.setattr(pages, "find_registers", lambda: others)


def officer(net: Net, context: Context, role: Role, name: str, office: bool = False, **more: Any) -> Watched:  # noqa: ANN401, FBT001, FBT002
    create_users(context, [UserRequest(name, name, role, labour_office_id=office_in("32") if office else None)])
    user = find_user(name)
    assert user is not None
    client = Watched(net, **more)
    client.force_login(user)
    return client


def answers(someone: SyntheticPerson) -> list[tuple[str, dict[str, str]]]:
    born = someone.birth_date
    return [
        ("nik", {"nik": someone.nik}),
        ("kk", {"kk": someone.kk}),
        ("name", {"name": someone.name}),
        ("birth_date", {"day": str(born.day), "month": str(born.month), "year": str(born.year)}),
        ("province_code", {"province_code": "32"}),
        ("employment_status", {"employment_status": "laid_off"}),
        ("education", {"education": "senior_secondary"}),
    ]


def come_in(client: Client) -> None:
    page = client.post(reverse("sign_in"), {"contact": EMAIL}, follow=True).content.decode()
    client.post(reverse("sign_in_code"), {"code": code_on(page)})
    client.post(reverse("sign_up_consent"))


def answer(client: Client, someone: SyntheticPerson) -> None:
    for code, given in answers(someone):
        client.post(reverse("sign_up_question", args=[code]), given)


def by_page(net: Net) -> None:
    client = Watched(net)
    come_in(client)
    for code, typed in (("nik", OWN.nik[:15]), ("kk", f"{OWN.kk}1"), ("name", f"{OWN.name} 9")):
        assert client.post(reverse("sign_up_question", args=[code]), {code: typed}).status_code == 422
    answer(client, OWN)
    client.post(reverse("sign_up_question", args=["name"]) + "?back=check", {"name": f"{OWN.name} Lain"})
    assert client.post(reverse("sign_up_check")).status_code == 422
    client.post(reverse("sign_up_question", args=["name"]) + "?back=check", {"name": OWN.name})
    assert OWN.name in client.post(reverse("sign_up_check"), follow=True).content.decode()
    client.post(reverse("sign_up_presence"), {"face": "mine"})
    page = client.post(reverse("sign_up_contact", args=["phone"]), {"contact": PHONE}, follow=True).content.decode()
    client.post(reverse("sign_up_contact_code", args=["phone"]), {"code": code_on(page)})
    client.post(reverse("sign_up_test"), {"begin": "1"})
    for number, asked in enumerate(form_of(db.value("SELECT seed FROM basic_tests")), 1):
        client.post(reverse("sign_up_test"), {"number": str(number), "option": str(asked.right)})
    for name in ("sign_up", "sign_up_sent", "sign_up_done", "me", "my_waves"):
        assert client.get(reverse(name)).status_code == 200
    # Somebody else with the same NIK gets a case.
    other = Watched(net)
    page = other.post(reverse("sign_in"), {"contact": "lain@contoh.id"}, follow=True).content.decode()
    other.post(reverse("sign_in_code"), {"code": code_on(page)})
    other.post(reverse("sign_up_consent"))
    answer(other, OWN)
    assert "Sudah ada yang mendaftar" in other.post(reverse("sign_up_check"), follow=True).content.decode()


def by_sheet(net: Net, here: Context) -> None:
    clerk = officer(net, here, Role.LABOUR_OFFICE, "clerk", office=True)
    head = officer(net, here, Role.LABOUR_OFFICE, "head", office=True)
    where = clerk.post(reverse("assisted_sheets")).headers["Location"]
    row = {
        "nik": ASSISTED.nik,
        "kk": ASSISTED.kk,
        "name": ASSISTED.name,
        "birth_date": ASSISTED.birth_date.isoformat(),
        "province_code": "32",
        "employment_status": "laid_off",
        "education": "senior_secondary",
        "phone": OTHER_PHONE,
        "address": f"Jalan {ASSISTED.name} 7",
    }
    assert clerk.post(where + "person/", row | {"nik": ASSISTED.nik[:15]}).status_code == 422
    assert clerk.post(where + "person/", row, follow=True).status_code == 200
    lines = [";".join(COLUMNS), ";".join(row[code] for code in COLUMNS), ";".join(row[code] for code in COLUMNS)[:60]]
    cut = SimpleUploadedFile("orang.csv", "\n".join(lines).encode(), content_type="text/csv")
    assert clerk.post(where + "upload/", {"file": cut}).status_code == 422
    clerk.post(where + "step/", {"step": "verify", "row": "1"})
    head.post(where + "step/", {"step": "sign", "minutes": "BA-7"})
    officer(net, here, Role.MINISTRY, "ministry").post(where + "step/", {"step": "forward"})
    office = officer(net, here, Role.PROGRAMME_OFFICE, "office")
    page = office.post(where + "step/", {"step": "accept"}, follow=True).content.decode()
    assert "terdaftar" in page
    assert ASSISTED.name in clerk.get(where).content.decode()


def by_list(net: Net, here: Context) -> None:
    clerk = officer(net, here, Role.LABOUR_OFFICE, "lister", office=True)
    born = OWN.birth_date.isoformat()
    # Somebody who signed up on a sheet is on the list with another serial: a pair for a person to decide.
    near = f"{ASSISTED.nik[:-1]}9;{ASSISTED.name};{ASSISTED.birth_date}"
    content = (
        "nik;nama;tanggal_lahir;kode_provinsi;status;telepon\n"
        f"{OWN.nik};{OWN.name};{born};32;phk;{PHONE}\n"
        f"{near};32;phk;{PHONE}\n"
        f"{OWN.nik[:15]};{OWN.name};{born};32;phk;\n"
        f"{OWN.nik};{OWN.name};kemarin;32;phk;{PHONE}\n"
    )
    file = SimpleUploadedFile("daftar.csv", content.encode(), content_type="text/csv")
    page = clerk.post(reverse("upload_worker_list"), {"name": "Daftar", "file": file}, follow=True)
    assert page.status_code == 200
    list_id = db.value("SELECT id FROM worker_lists")
    clerk.get(reverse("worker_list_errors", args=[list_id]))
    clerk.post(reverse("publish_worker_list", args=[list_id]), {"decision": "publish"}, follow=True)
    found = clerk.post(reverse("decide_match"), {"decision": "search"}, follow=True).content.decode()
    assert "1 pasangan baru" in found
    clerk.get(reverse("matches"))
    clerk.get(reverse("coverage"))


def by_register(net: Net, here: Context) -> None:
    """A re-screening: one of the two is decreed, and stands in a register now."""
    db.execute("UPDATE applicants SET state = 'decreed' WHERE name = %s", [OWN.name])
    office = officer(net, here, Role.PROGRAMME_OFFICE, "screener")
    rows = f"{TEMPLATE}{OWN.nik};pddikti;;2019-01-01\n{OWN.nik};pddikti;;\n{OWN.nik[:15]};pddikti;;\n"
    file = SimpleUploadedFile("delta.csv", rows.encode(), content_type="text/csv")
    office.post(reverse("registers"), {"source": "pddikti", "name": "Semester", "file": file}, follow=True)
    (delta,) = list_registry_deltas()
    move = reverse("move_register", args=[delta.delta_id])
    assert "mengenai 1 orang" in office.post(move, {"decision": "screen"}, follow=True).content.decode()
    approver = officer(net, here, Role.APPROVER, "approver")
    assert "1 orang diberi tahu" in approver.post(move, {"decision": "confirm"}, follow=True).content.decode()
    finding_id = db.value("SELECT finding_id FROM eligibility_findings")
    assert approver.get(reverse("finding", args=[finding_id])).status_code == 200
    for job in JOBS:
        if job.name in ("ask_civil_registry", "ask_about_waiting", "lapse_cases", "look_for_findings"):
            run_job(job)


def by_search(net: Net, here: Context) -> None:
    """Whom officers look for, by the forms of the pages, also where a code is asked; then others open these pages."""
    desk = officer(net, here, Role.LABOUR_OFFICE, "seeker", office=True)
    auditor = officer(net, here, Role.AUDITOR, "auditor")
    searches = (
        (desk, "desk_cards", "number", "Dinas ini tidak punya kartu"),
        (auditor, "office_cards", "number", "Tidak ada kartu"),
        (auditor, "trails", "code", "Tidak ada pembelian"),
        (Watched(net), "sms_outbox", "card", "Belum ada pesan untuk kartu ini."),
    )
    spaced = f"{OWN.nik[:4]} {OWN.nik[4:8]} {OWN.nik[8:12]} {OWN.nik[12:]}"
    for client, name, field, nobody in searches:
        where = reverse(name)
        for typed in (OWN.nik, spaced, ASSISTED.nik):
            page = client.get(where).content.decode()
            assert nobody in client.fill_in(where, page, field, typed).content.decode()
        assert not net.leaks(client.get(where).content.decode()), "the next visit of the page"
    for role, name, page in (
        (Role.LABOUR_OFFICE, "other-desk", "desk_cards"),
        (Role.PROGRAMME_OFFICE, "other-office", "office_cards"),
        (Role.AUDITOR, "other-auditor", "trails"),
    ):
        other = officer(net, here, role, name, office=role is Role.LABOUR_OFFICE, is_another=True)
        assert other.get(reverse(page)).status_code == 200
    assert Watched(net, is_another=True).get(reverse("sms_outbox")).status_code == 200


def with_errors(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of each kind: 400, 403, 404, 405, 500 by a defect, 500 by a row that the database refuses."""
    client = Watched(net)
    page = client.post(reverse("sign_in"), {"contact": "tiga@contoh.id"}, follow=True).content.decode()
    client.post(reverse("sign_in_code"), {"code": code_on(page)})
    client.post(reverse("sign_up_consent"))
    assert client.get(f"/{OWN.nik}/{OWN.name}/").status_code == 404
    assert client.get(reverse("sign_up_question", args=["nik"]), headers={"host": "?"}).status_code == 400
    assert client.get(reverse("office"), {"name": OWN.name}).status_code == 403
    assert client.put(reverse("sign_up_question", args=["nik"]), {"nik": OWN.nik}).status_code == 405
    strict = Watched(net, enforce_csrf_checks=True)
    assert strict.post(reverse("sign_in"), {"contact": EMAIL}).status_code == 403
    answer(client, _someone(f"{OWN.nik[:-1]}6", OWN.kk, OWN.name, BORN[0]))
    with monkeypatch.context() as broken:

        def defect(*_: object, **__: object) -> None:
            raise ValueError(f"cannot read {OWN.nik} of {OWN.name}, {PHONE}, born {BORN[0]}")

        broken.setattr(sign_up_pages, "send_sign_up", defect)
        assert client.post(reverse("sign_up_check")).status_code == 500
    with monkeypatch.context() as broken:
        # The row reaches the database and is refused there: by a CHECK, which tells all of it.
        known = CivilRegistrySandbox([_someone(f"{OWN.nik[:-1]}6", OWN.kk, OWN.name, BORN[0])])
        broken.setattr(sign_up_pages, "find_civil_registry", lambda: known)
        broken.setattr(sign_up_operation, "_form_refusal", lambda _request: None)
        broken.setattr(sign_up_operation, "sex_of", lambda _nik: "unknown")
        assert client.post(reverse("sign_up_check")).status_code == 500
    # Nothing was lost: the same answers are sent again, by the same person.
    assert client.get(reverse("sign_up_check")).status_code == 200


def test_nobody_can_be_read_in_what_leaves(
    net: Net, ground: Context, people_are_known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(ground)
    by_page(net)
    by_sheet(net, ground)
    by_list(net, ground)
    by_register(net, ground)
    by_search(net, ground)
    with_errors(net, monkeypatch)
    assert net.statuses >= {200, 302, 400, 403, 404, 405, 422, 500}
    assert net.lines.getvalue().count("status=500") == 2
    assert "sqlstate=23514" in net.lines.getvalue()
    assert db.value("SELECT count(*) FROM events") > 30
    assert db.value("SELECT count(*) FROM sandbox_letters") >= 4
    assert net.found() == {}


PLANTS: Mapping[str, Callable[[Net, Context], object]] = {
    "log": lambda _net, _context: logging.getLogger("prakerja.x").warning("who: %s", OWN.nik),
    "PostgreSQL's log": lambda _net, _context: db.execute(f"DO $$ BEGIN RAISE WARNING 'x{OWN.kk}'; END $$"),
    "address": lambda net, _context: net.look_at(HttpResponse(headers={"Location": f"/?q={OWN.name.split()[0]}"})),
    "cookie": lambda net, _context: net.look_at(_with_cookie(HttpResponse(), "last", EMAIL)),
    "page of another": lambda net, _context: net.look_at(HttpResponse(f"also {ASSISTED.kk}"), of_another=True),
    "error page": lambda net, _context: net.look_at(HttpResponse(f"who is {OWN.name}?", status=500)),
    "events.payload": lambda _net, context: record_events(context, [Event("x.y", context.uuid(), {"to": PHONE})]),
    "procrastinate_jobs.args": lambda _net, _context: db.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'x', %s)",
        [db.encode_json({"born": BORN[0]})],
    ),
    "sandbox_letters.shown_to": lambda _net, _context: db.execute(
        "INSERT INTO sandbox_letters (id, kind, contact_hash, shown_to, text, sent_at)"
        " VALUES (gen_random_uuid(), 'email', 'x', %s, '', now())",
        [EMAIL],
    ),
}


def _with_cookie(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(name, value)
    return response


@pytest.mark.parametrize("place", PLANTS)
def test_a_planted_leak_is_found(net: Net, ground: Context, place: str) -> None:
    assert net.found() == {}
    PLANTS[place](net, ground)
    assert list(net.found()) == [place]
    assert all(net.found().values())
