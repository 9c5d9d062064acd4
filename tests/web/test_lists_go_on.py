"""Lists of people, cases, sheets and cards go on behind their first page: every row once, in one order.

Pages are two rows long here; what is equal in its moment keeps its order by the key.
"""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.roles import Role
from prakerja.cards.custody_queries import list_manifests
from prakerja.cards.operations import make_print_manifests, prepare_revocation, receive_manifest, ship_manifest
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field
from prakerja.oversight.queries import desk as desk_queries
from prakerja.participants.operations import evaluate_eligibility, publish_worker_list, stage_worker_list
from prakerja.participants.operations.assisted import open_assisted_sheet
from prakerja.participants.operations.cases import CaseRequest, open_cases
from prakerja.participants.operations.worker_list_matches import propose_matches
from prakerja.participants.queries.registry_deltas import list_registry_deltas
from prakerja.participants.registry_delta_files import TEMPLATE
from prakerja.participants.sandbox import EligibilityRegistersSandbox
from prakerja.web import shown
from prakerja.web.desk import assisted, matches
from prakerja.web.desk import cards as desk_cards
from prakerja.web.office import cards as office_cards
from prakerja.web.office import cases, decrees, registers, repayments, waiting
from tests.cards.test_cards import issued
from tests.participants.people import checked, founding, person, signed_up
from tests.selection.test_waves import behind_the_triggers
from tests.web.test_browser_people import browser, ground
from tests.web.test_registers import load

pytestmark = pytest.mark.django_db
ROWS = 5


@pytest.fixture
def here(db: None, context: Context, monkeypatch: pytest.MonkeyPatch) -> Context:
    pages = (shown, assisted, matches, desk_cards, office_cards, cases, decrees, registers, repayments, waiting)
    for module in (*pages, desk_queries):
        monkeypatch.setattr(module, "PAGE_ROWS", 2)
    return ground(context)


def walked(client: Client, where: str, row: str, *, name: str = "after") -> list[str]:
    """What a pattern finds on the pages of a list, from the first to the last; three pages of five rows."""
    found: list[str] = []
    pages = 0
    while where:
        answer = client.get(where)
        assert answer.status_code == 200, where
        page = answer.content.decode()
        found += re.findall(row, page)
        pages += 1
        current = parse_qs(urlsplit(where).query).get(name)
        links = map(unescape, re.findall(r'<a href="([^"]+)">Halaman berikutnya', page))
        onward = [link for link in links if parse_qs(urlsplit(link).query).get(name, current) != current]
        assert len(onward) <= 1
        where = onward[0] if onward else ""
    assert pages == (len(set(found)) + 1) // 2
    return found


def test_people_who_wait_for_a_register(here: Context) -> None:
    people = [person(number) for number in range(ROWS)]
    keys = checked(here, people)
    for key in keys:
        silent = EligibilityRegistersSandbox(people, missing=["emis"])
        evaluate_eligibility(here, [key], founding(), registers=silent)
    office = browser(here, Role.PROGRAMME_OFFICE)
    found = walked(office, reverse("waiting_people"), r"/office/waiting/([0-9a-f-]{36})/")
    assert found == [str(key) for key in sorted(keys)]
    for place in ("x", "2020-04-20~x", "2020-04-20T00:00:00~01719587-3b80-7042-936d-bdb0180a0441"):
        assert office.get(reverse("waiting_people"), {"after": place}).status_code == 404


def test_cases_and_unusual_tests_each_at_their_own_pace(here: Context) -> None:
    keys = signed_up(here, [person(number) for number in range(ROWS)])
    requests = [CaseRequest("not_selected", None, here.uuid(), "alasan", key, 0) for key in keys]
    opened = [str(result.case_id) for result in open_cases(here, requests)]
    for key in keys:
        db.execute(
            """
            INSERT INTO basic_tests
                (lane, applicant_id, seed, answers, tenths, started_at, last_answer_at, finished_at, score, anomalies)
            VALUES (0, %s, 1, '{1}', '{30}', %s, %s, %s, 90, '{too_fast}')
            """,
            [key, here.now, here.now, here.now],
        )
    office = browser(here, Role.PROGRAMME_OFFICE)
    where = reverse("cases")
    assert sorted(walked(office, where, r"/office/cases/([0-9a-f-]{36})/")) == sorted(opened)
    tests = walked(office, where, r"/office/trail/([0-9a-f-]{36})/", name="tests_after")
    assert tests == [str(key) for key in sorted(keys, reverse=True)]
    # Turning one list's page leaves the other where it was.
    second = re.findall(r'<a href="([^"]+)">Halaman berikutnya', office.get(where).content.decode())[1]
    third = office.get(unescape(second)).content.decode()
    assert re.findall(r"/office/cases/([0-9a-f-]{36})/", third) == sorted(opened)[:2]


def test_sheets_that_wait_and_accepted_ones(here: Context) -> None:
    office_id = db.value("SELECT id FROM labour_offices WHERE province_code = '32'")
    sheets = [str(open_assisted_sheet(here, office_id, founding()).sheet_id) for _ in range(2 * ROWS)]
    through = sheets[:ROWS]
    db.execute(
        """
        UPDATE assisted_sheets
        SET state = 'accepted', verified_by = 'a', verified_at = opened_at, minutes_number = 'BA', rows_sha256 = '00',
            signed_by = 'b', signed_at = opened_at, forwarded_by = 'c', forwarded_at = opened_at, accepted_by = 'd',
            accepted_at = opened_at
        WHERE id = ANY (%s::uuid[])
        """,
        [through],
    )
    clerk = browser(here, Role.LABOUR_OFFICE, labour_office_id=office_id)
    where = reverse("assisted_sheets")
    row = r'<td[^>]*><a href="/assisted/([0-9a-f-]{36})/"'
    assert walked(clerk, where, row) == sorted(sheets[ROWS:])
    assert walked(clerk, f"{where}?state=accepted", row) == sorted(through, reverse=True)
    assert clerk.get(where, {"state": "x"}).status_code == 404


def test_batches_their_cards_the_cards_that_wait_and_whom_a_decree_is_about(here: Context) -> None:
    decreed = issued(here, regular=ROWS)
    make_print_manifests(decreed.context)
    (manifest,) = list_manifests()
    ship_manifest(decreed.context, manifest.manifest_id, "RESI-1")
    receive_manifest(decreed.context, manifest.manifest_id, [])
    columns = "labour_office_id, state, cards, list_sha256, signature, made_by, made_at"
    db.execute(
        f"""
        INSERT INTO card_manifests (id, number, {columns})
        SELECT gen_random_uuid(), number + place, labour_office_id, 'printed', cards, list_sha256, signature, made_by,
            made_at
        FROM card_manifests, generate_series(1, 4) AS place
        """
    )
    office = browser(here, Role.PROGRAMME_OFFICE)
    desk = browser(here, Role.LABOUR_OFFICE, labour_office_id=manifest.labour_office_id)
    numbers = [str(manifest.number + place) for place in (4, 3, 2, 1, 0)]
    assert walked(office, reverse("office_cards"), r'/office/cards/batches/[0-9a-f-]{36}/">(\d+)<') == numbers
    assert walked(desk, reverse("desk_cards"), r'/desk/cards/batches/[0-9a-f-]{36}/">(\d+)<') == numbers
    places = [f"{manifest.number} / {place}" for place in range(1, ROWS + 1)]
    assert walked(desk, reverse("desk_cards"), rf"({manifest.number} / \d)", name="cards_after") == places
    assert "5 kartu menunggu di sini." in desk.get(reverse("desk_cards")).content.decode()
    batch = reverse("desk_manifest", args=[manifest.manifest_id])
    assert walked(desk, batch, r'<li value="(\d)">') == ["1", "2", "3", "4", "5"]
    assert desk.get(reverse("desk_cards"), {"cards_after": "1"}).status_code == 404
    late = decreed.context.at(decreed.context.now.replace(month=12))
    ids = [key for (key,) in db.rows("SELECT participant_id FROM participants ORDER BY participant_id")]
    decree_id = prepare_revocation(late, ids, founding()).decree_id
    names = [
        name for (name,) in db.rows("SELECT a.name FROM participants JOIN applicants a USING (lane, applicant_id)")
    ]
    page = reverse("decree", args=[decree_id])
    assert sorted(walked(office, page, r">(Orang Uji \d)<")) == sorted(names)
    # The signer sees that nobody ever had the card with which to buy (CARD-01).
    assert office.get(page).content.decode().count("belum pernah") == 2


def test_findings_of_a_file_and_those_that_wait(here: Context) -> None:
    issued(here, digital=ROWS)
    niks = [
        decrypt_field(bytes(cipher), table="applicants", column="nik_cipher", row_id=key)
        for key, cipher in db.rows("SELECT applicant_id, nik_cipher FROM applicants ORDER BY applicant_id")
    ]
    office, approver = browser(here, Role.PROGRAMME_OFFICE), browser(here, Role.APPROVER)
    load(office, TEMPLATE + "".join(f"{nik};pddikti;;2019-01-01\n" for nik in niks))
    (delta,) = list_registry_deltas()
    move = reverse("move_register", args=[delta.delta_id])
    office.post(move, {"decision": "screen"})
    approver.post(move, {"decision": "confirm"})
    findings = [str(key) for (key,) in db.rows("SELECT finding_id FROM eligibility_findings ORDER BY finding_id")]
    assert len(findings) == ROWS
    row = r"/office/registers/findings/([0-9a-f-]{36})/"
    assert walked(office, reverse("register", args=[delta.delta_id]), row) == findings
    assert walked(office, reverse("registers"), row, name="findings_after") == findings


def test_pairs_to_decide_also_when_one_is_decided_on_the_way(here: Context) -> None:
    people = [
        person(number, name=f"Siti {name}") for number, name in enumerate(("Aminah", "Dewi", "Nur", "Sari", "Tuti"))
    ]
    signed_up(here, people)
    rows = "".join(
        f"{one.nik[:-1]}{(int(one.nik[-1]) + 1) % 10};{one.name};{one.birth_date:%d/%m/%Y};32;phk\n" for one in people
    )
    content = f"nik;nama;tanggal_lahir;kode_provinsi;status\n{rows}".encode()
    staged = stage_worker_list(here, content, name="Daftar", source_name="Kemnaker")
    assert staged.worker_list_id is not None
    publish_worker_list(here, staged.worker_list_id)
    assert propose_matches(here) == ROWS
    desk = browser(
        here, Role.LABOUR_OFFICE, labour_office_id=db.value("SELECT min(id::text)::uuid FROM labour_offices")
    )
    where = reverse("matches")
    names = walked(desk, where, r"<h2>(Siti \w+)</h2>")
    assert sorted(names) == sorted(one.name for one in people)
    second = unescape(re.findall(r'<a href="([^"]+)">Halaman berikutnya', desk.get(where).content.decode())[0])
    # The pair that the page goes by is decided: what is behind it stays behind it.
    db.execute(
        """
        UPDATE worker_list_matches AS m SET state = 'rejected', decided_at = %s, decided_by = 'x', reason = 'x'
        FROM applicants AS a WHERE a.applicant_id = m.applicant_id AND a.name = %s
        """,
        [here.now, names[1]],
    )
    assert re.findall(r"<h2>(Siti \w+)</h2>", desk.get(second).content.decode()) == names[2:4]
    for place in ("x", "a~b~c", "~~"):
        assert desk.get(where, {"after": place}).status_code == 404


def test_bad_rows_of_a_list(here: Context) -> None:
    rows = "".join(f"{number};Nama;;32;phk\n" for number in range(ROWS))
    content = f"nik;nama;tanggal_lahir;kode_provinsi;status\n{rows}".encode()
    staged = stage_worker_list(here, content, name="Daftar", source_name="Kemnaker")
    office_id = db.value("SELECT id FROM labour_offices WHERE province_code = '32'")
    desk = browser(here, Role.LABOUR_OFFICE, labour_office_id=office_id)
    where = reverse("worker_list", args=[staged.worker_list_id])
    assert walked(desk, where, r'<span>(\d)</span></td><td[^>]*><span class="code">nik') == ["2", "3", "4", "5", "6"]


def test_repayments_those_that_are_over_behind_the_others(here: Context) -> None:
    for number, state in enumerate(("paid", "due", "overdue", "cancelled", "due"), 1):
        # No revocation stands behind them: what is looked at is their order.
        behind_the_triggers(
            """
            INSERT INTO repayments (lane, repayment_id, participant_id, revocation_number, state, assessed_idr,
                repaid_idr, opened_at, due_at, ended_at)
            VALUES (0, %s, %s, 1, %s, 1000, %s, %s, %s, %s)
            """,
            UUID(int=number),
            here.uuid(),
            state,
            1000 if state == "paid" else 0,
            here.now,
            None if state == "cancelled" else here.now + timedelta(days=10 - number),
            here.now if state in ("paid", "cancelled") else None,
        )
    office = browser(here, Role.PROGRAMME_OFFICE)
    found = walked(office, reverse("repayments"), r"/office/repayments/([0-9a-f-]{36})/")
    assert [UUID(key).int for key in found] == [5, 3, 2, 1, 4]
