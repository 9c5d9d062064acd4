"""SCHEME-05 to SCHEME-10 by pages alone: a ninth platform and an institution come from nothing to a purchase.

Nothing is written around a page but the staff's accounts (`prakerja users add`) and the rules; the platform's program
and its purchase go over real HTTP, as they would.
"""

import json
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.config.jobs import JOBS, run_job
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.partners import queries
from prakerja.payouts.account_queries import list_account_requests_waiting, list_partners_without_account
from prakerja.programme.operations import load_reference_data, load_regimes, open_budgets, set_programme_clock
from prakerja.programme.queries import programme_now
from tests.partner_api.conftest import base_url, running
from tests.partner_api.world import Caller, Key, otp_of
from tests.partners.papers import PDF
from tests.web.test_catalogue import PROPOSAL
from tests.web.test_cooperation import page, post, public, sign
from tests.web.ways_in import come_in, last_letter

__all__ = ["base_url", "running"]
BACK = "https://terampil.example/hadir"
STAFF = {"pmo-1": Role.PROGRAMME_OFFICE, "pmo-2": Role.PROGRAMME_OFFICE, "pmo-3": Role.APPROVER, "pmo-4": Role.APPROVER}
WORDS = ("province_reach", "works_with_institutions", "licences")


@dataclass(slots=True)
class Walk:
    """Who walks: the staff's browsers, and what came about on the way."""

    context: Context
    staff: dict[str, Client]
    base_url: str

    @property
    def today(self) -> str:
        return self.context.today.isoformat()


@pytest.fixture
def walk(committed_db: None, context: Context, base_url: str) -> Walk:
    """Rules, areas, budgets, a clock, and four accounts of the office. No platform, no institution, no person."""
    book = load_regimes(context)
    load_reference_data(context)
    open_budgets(context, book)
    set_programme_clock(context, context.now, machine_now=datetime.now(UTC))
    create_users(context, [UserRequest(name, name, role) for name, role in STAFF.items()])
    staff = {}
    for name in STAFF:
        user = find_user(name)
        assert user is not None
        staff[name] = Client()
        staff[name].force_login(user)
    return Walk(context, staff, base_url)


def test_a_ninth_platform_and_an_institution_from_nothing_to_a_purchase(walk: Walk) -> None:
    platform_id = admitted(walk)
    sari = first_user(walk, platform_id)
    describe_and_ask(walk, sari)
    cards = integrated(walk, sari)
    office = ("office_platform", platform_id)
    assert "Diputuskan dan dicatat." in post(
        walk.staff["pmo-1"], *office, act="move", **{"evidence-card_as_payment": "uji.pdf"}
    )
    assert "aktif" in post(walk.staff["pmo-2"], *office, act="move")
    assert "Belajarin" in page(Client(), "platforms")
    described(walk, sari, platform_id)

    budi, institution_id = entered(walk)
    registered(budi, sari, platform_id)
    agreed(walk, budi, sari, institution_id)
    decreed(walk, budi, institution_id)
    payable(walk, budi, sari)
    course_code, schedule_code = on_sale(walk, budi, sari)
    sold(walk, sari, cards[1], course_code, schedule_code)
    learnt(walk, budi, schedule_code)
    reported(walk, budi, sari, schedule_code)
    settled(walk, budi, sari)


def admitted(walk: Walk) -> UUID:
    """Application, two evaluations, memorandum, agreement with the office."""
    application = {
        "code": "belajarin",
        "name": "Belajarin",
        "kind": "private",
        "modes": "both",
        "owner": "PT Belajarin",
    }
    assert "Permohonan dimasukkan." in post(
        walk.staff["pmo-1"], "office_new_platform", act="apply", term="14", **application
    )
    found = queries.find_platform("belajarin")
    assert found is not None
    where = ("office_platform", found.id)
    for name in ("pmo-1", "pmo-2"):
        findings = {f"met-{word}": "yes" for word in WORDS}
        assert "Diputuskan dan dicatat." in post(walk.staff[name], *where, act="evaluate", **findings)
    evidence = {f"evidence-{word}": "23" if word == "province_reach" else "izin.pdf" for word in WORDS}
    for shown in (evidence, {}, {"evidence-office_agreement": "pks.pdf"}):
        assert "Diputuskan dan dicatat." in post(walk.staff["pmo-1"], *where, act="move", **shown)
    # Without its software being checked it goes no further, whatever the office writes.
    refused = post(walk.staff["pmo-1"], *where, act="move", **{"evidence-card_as_payment": "uji.pdf"})
    assert "Pemeriksaan otomatis belum lulus" in refused
    return found.id


def first_user(walk: Walk, platform_id: UUID) -> Client:
    where = ("office_users", "platform", platform_id)
    sent = post(walk.staff["pmo-1"], *where, act="invite", name="Sari", email="sari@belajarin.example")
    assert "Undangan terkirim." in sent
    return come_in("sari", *last_letter())


def describe_and_ask(walk: Walk, sari: Client) -> None:
    """Who stands behind it, and what it asks of institutions."""
    tax = {"value": "01.234.567.8-901.000", "source": "kartu NPWP"}
    assert "Sudah dicatat." in post(sari, "own_tie_new", "tax_number", act="add", **tax)
    owner = {"name": "Rina", "value": "9912011708450001", "source": "akta 1", "from": "2015-03-01"}
    assert "Sudah dicatat." in post(sari, "own_tie_new", "owner", act="add", **owner)
    asked = {"id": "izin", "question": "licence_number", "test": "answered", "text_id": "Izin", "text_en": "Licence"}
    assert "Versi 2 diterbitkan." in post(sari, "platform_requirements", act="add", **{**asked, "from": walk.today})
    document = {
        "document_id": "surat",
        "document_kind": "business_licence",
        "document_text_id": "Surat izin",
        "document_text_en": "Licence",
        "document_from": walk.today,
    }
    assert "Versi 3 diterbitkan." in post(sari, "platform_requirements", act="add_document", **document)


def described(walk: Walk, sari: Client, platform_id: UUID) -> None:
    """Without a file: description, fee, modes and payment term as everybody reads them."""
    assert "belum mengumumkan ketentuannya" in page(Client(), "platform_terms", "belajarin")
    terms = {
        "description_id": "Kursus bagi pekerja pabrik",
        "description_en": "Courses for factory workers",
        "modes": "both",
        "fee_kind": "share",
        "fee": "12,5",
        "term": "14",
    }
    assert "Terkirim." in post(sari, "own_terms", act="enter", **terms)
    (waiting,) = queries.list_terms_waiting()
    confirmed = post(walk.staff["pmo-3"], "office_terms", platform_id, act="confirm", about=str(waiting.id))
    assert "Disahkan" in confirmed
    shown = page(Client(), "platform_terms", "belajarin").replace("\xa0", " ")
    for said in ("Kursus bagi pekerja pabrik", "12,5 % dari harga", "14 hari", "Surat izin"):
        assert said in shown, said
    assert "belum mengumumkan" not in shown


def integrated(walk: Walk, sari: Client) -> list[str]:
    """Sari starts a run; the platform's program calls; the system decides. The cards of the run's world."""
    shown = sari.post(reverse("integration"), {"act": "start"}).content.decode()
    facts = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", shown))
    cards: list[str] = facts["Kartu (prakerja_id)"].split(", ")
    program = Caller(walk.base_url, Key(facts["client_code"], facts["Kunci"]))
    course = {"course_code": facts["course_code"], "schedule_code": facts["schedule_code"]}
    program.call("payment/quota-schedule", course, headers={"signature": "0" * 40})
    program.data("payment/quota-schedule", course)
    token = program.data(
        "payment/send-otp",
        {"user_platform_id": "akun-1", "prakerja_id": cards[0], "amount": int(facts["amount"]), **course},
    )["payment_token"]
    asked = {"otp": otp_of(cards[0]), "invoice_url": "https://b.example/1", "invoice_code": "UJI-1"}
    paid = program.data("payment/authorize", asked, token=token)
    assert program.data("payment/authorize", asked, token=token) == paid
    program.data("payment/status", {"invoice_code": "UJI-1"})
    void = {"invoice_code": "UJI-1", "transaction_code": paid["transaction_code"]}
    assert program.call("payment/void", void).status_code == 200
    program.http.close()
    until_seen(7)
    decided = post(sari, "integration", act="judge")
    assert "6 dari 6 pemeriksaan lulus." in decided
    report = json.loads(sari.get(reverse("integration_report")).content)
    assert report["report"]["platform"] == "belajarin"
    return cards


def until_seen(calls: int) -> None:
    until = time.monotonic() + 60
    while db.value("SELECT count(*) FROM integration_calls") < calls:
        assert time.monotonic() < until
        time.sleep(0.2)


def entered(walk: Walk) -> tuple[Client, UUID]:
    """Budi enters the institution by the public page and puts it on record."""
    entry = {
        "name": "LPK Terampil",
        "code": "lpk-terampil",
        "kind": "private",
        "province": "32",
        "owner": "PT Terampil",
        "person": "Budi",
        "email": "budi@terampil.example",
    }
    assert "Periksa surel Anda" in post(Client(), "join_programme", act="join", **entry)
    budi = come_in("budi", *last_letter())
    until = (walk.context.today + timedelta(days=700)).isoformat()
    for record in (
        {"act": "identity", "legal_form": "pt", "founded": "2010-01-02", "offline": "yes"},
        {"act": "accreditation", "grade": "A", "number": "LA-1", "from": "2020-01-01", "until": until},
        {"act": "premises", "place": "Gedung A", "address": "Jl. Merdeka 1", "province": "32", "places": "40"},
        {"act": "trainer", "trainer": "Ibu Ani", "subject": "Menjahit"},
    ):
        assert "Sudah dicatat." in post(budi, "institution_record", **record), record
    tax = {"value": "02.345.678.9-012.000", "source": "kartu NPWP"}
    account = {"bank": "BRI", "value": "0012 3456 7890", "source": "buku tabungan"}
    assert "Sudah dicatat." in post(budi, "own_tie_new", "tax_number", act="add", **tax)
    assert "Sudah dicatat." in post(budi, "own_tie_new", "bank_account", act="add", **account)
    file = SimpleUploadedFile("izin.pdf", PDF)
    upload = {"act": "upload", "kind": "business_licence", "file": file}
    assert "sudah masuk daftar" in post(budi, "institution_documents", **upload)
    found: UUID = db.value("SELECT id FROM institutions WHERE code = 'lpk-terampil'")
    return budi, found


def registered(budi: Client, sari: Client, platform_id: UUID) -> None:
    form = page(budi, "institution_application", platform_id)
    assert "Nomor izin usaha atau izin lembaga" in form
    sent = post(budi, "institution_application", platform_id, act="submit", licence_number="503/2019")
    assert "Terkirim ke Belajarin." in sent
    (line,) = queries.list_registration_queue(platform_id)
    assert "izin.pdf" in page(sari, "platform_registration", line.registration_id)
    assert "terverifikasi, belum ada perjanjian" in post(
        sari, "platform_registration", line.registration_id, act="verify"
    )


def agreed(walk: Walk, budi: Client, sari: Client, institution_id: UUID) -> None:
    keys = {client: Ed25519PrivateKey.generate() for client in (budi, sari)}
    for client, key in keys.items():
        assert "Kunci terdaftar." in post(client, "signing_keys", act="register", label="utama", public_key=public(key))
    terms = {"institution": str(institution_id), "from": walk.today, "term": "14", "fee_kind": "share", "fee": "12,5"}
    assert "Diusulkan." in post(sari, "propose_agreement", act="propose", **terms)
    (line,) = queries.list_proposals("institution", institution_id)
    assert "Tanda tangan Anda sah." in sign(sari, line.id, keys[sari])
    assert "perjanjian terbentuk" in sign(budi, line.id, keys[budi])


def decreed(walk: Walk, budi: Client, institution_id: UUID) -> None:
    """Each step by whoever was drawn, the decree by somebody who reviewed none."""
    assert "sudah di manajemen pelaksana" in post(budi, "institution_admission", act="submit")
    reviewed = set()
    for _ in range(4):
        name = queries.list_admission_steps(institution_id)[-1].reviewer.removeprefix("staff:")
        reviewed.add(name)
        post(walk.staff[name], "office_institution", institution_id, act="pass", text="berkas.pdf")
    signer = next((name for name in STAFF if name not in reviewed), None)
    if signer is None:
        signer = "pmo-5"
        create_users(walk.context, [UserRequest(signer, signer, Role.APPROVER)])
        user = find_user(signer)
        assert user is not None
        walk.staff[signer] = Client()
        walk.staff[signer].force_login(user)
    assert "ditetapkan" in post(walk.staff[signer], "office_institution", institution_id, act="decree", number="SK-1")
    assert "LPK Terampil" in page(Client(), "institutions")


def payable(walk: Walk, *partners: Client) -> None:
    """Both say where they are paid; somebody of the office types the numbers anew from the banks' papers."""
    for place, client in enumerate(partners):
        entry = {"act": "enter", "bank": "BRI", "holder": "PT", "number": f"0012 3456 789{place}"}
        assert "Terkirim." in post(client, "own_account", file=SimpleUploadedFile("buku.pdf", PDF), **entry)
        (waiting,) = list_account_requests_waiting()
        confirmed = post(walk.staff["pmo-4"], "office_account", waiting.id, act="confirm", number=f"00123456789{place}")
        assert "Disahkan" in confirmed
    assert list_partners_without_account() == []


def on_sale(walk: Walk, budi: Client, sari: Client) -> tuple[str, str]:
    """A course is proposed, assessed, given a class and listed: the first listing of the ninth platform."""
    assert budi.post(reverse("propose_course"), PROPOSAL).status_code == 302
    course_id: UUID = db.value("SELECT id FROM courses WHERE title = %s", [PROPOSAL["title"]])
    walk.staff["pmo-1"].post(reverse("assess_course", args=[course_id]), {"decision": "approve"})
    day = (walk.context.today + timedelta(days=20)).isoformat()
    hours = {"first_day": day, "days": "2", "from": "09.00", "until": "12.00"}
    where = reverse("open_class", args=[course_id])
    assert budi.post(where, {"seats": "20", "trainers": "2", **hours}).status_code == 302
    listed = sari.post(reverse("add_listings"), {"course": [str(course_id)]}, follow=True).content.decode()
    assert "1 kursus" in listed or "1 pelatihan" in listed, listed
    assert PROPOSAL["title"] in Client().get(reverse("catalogue") + "?platform=belajarin").content.decode()
    found = db.row(
        "SELECT c.code, s.code, s.price_idr FROM courses c JOIN schedules s ON s.course_id = c.id WHERE c.id = %s",
        [course_id],
    )
    assert found is not None
    return found[0], found[1]


def sold(walk: Walk, sari: Client, card: str, course_code: str, schedule_code: str) -> None:
    """With the platform's own key, issued on its page, a card of the sandbox buys the class."""
    shown = sari.post(reverse("issue_key"), {"days": "90", "live": "0"}).content.decode()
    facts = dict(re.findall(r'<dt>([^<]+)</dt><dd class="code">([^<]+)</dd>', shown))
    caller = Caller(walk.base_url, Key(facts["client_code"], facts["Kunci"]))
    course = {"course_code": course_code, "schedule_code": schedule_code}
    price = db.value("SELECT price_idr FROM schedules WHERE code = %s", [schedule_code])
    asked = {"user_platform_id": "akun-9", "prakerja_id": card, "amount": price, **course}
    token = caller.data("payment/send-otp", asked)["payment_token"]
    payment = {"otp": otp_of(card), "invoice_url": "https://b.example/9", "invoice_code": "BLJ-9"}
    paid = caller.data("payment/authorize", payment, token=token)
    caller.http.close()
    assert paid["amount"] == price
    assert "BLJ-9" in page(sari, "platform_sales")


def at(walk: Walk, moment: datetime) -> Walk:
    """The programme clock goes on."""
    set_programme_clock(walk.context, moment, machine_now=datetime.now(UTC))
    return Walk(walk.context.at(moment), walk.staff, walk.base_url)


def session_starts(schedule_code: str) -> list[datetime]:
    found = db.rows(
        """
        SELECT session.starts_at FROM sessions session JOIN schedules class ON class.id = session.schedule_id
        WHERE class.code = %s ORDER BY session.sequence
        """,
        [schedule_code],
    )
    return [starts_at for (starts_at,) in found]


def learnt(walk: Walk, budi: Client, schedule_code: str) -> None:
    """The code is redeemed on a page; each day the participant shows the face behind the institution's link."""
    shown = budi.post(reverse("issue_key"), {"days": "90", "live": "0"}).content.decode()
    facts = dict(re.findall(r'<dt>([^<]+)</dt><dd class="code">([^<]+)</dd>', shown))
    program = Caller(walk.base_url, Key(facts["client_code"], facts["Kunci"]))
    assert "Alamat terdaftar." in post(budi, "addresses", act="add", uri=BACK)
    code, lane, applicant_id = one_row(
        """
        SELECT trim(purchase.redeem_code), person.lane, person.applicant_id
        FROM purchases purchase
        JOIN schedules class ON class.id = purchase.schedule_id
        JOIN participants person
            ON (person.lane, person.participant_id) = (purchase.lane, purchase.participant_id)
        WHERE class.code = %s
        """,
        schedule_code,
    )
    dewi = find_user_of_applicant(walk.context, applicant_id, lane)
    for number, starts_at in enumerate(session_starts(schedule_code), start=1):
        at(walk, starts_at)
        if number == 1:
            assert "sudah ditukar" in post(budi, "redeem", code=code)
        asked = {"redeem_code": code, "redirect_uri": BACK, "email": "dewi@terampil.example", "sequence": number}
        link = program.data("oauth/url-generate", asked)["url"]
        back = dewi.post(urlsplit(link).path, {"face": "mine"})
        assert back.headers["Location"].startswith(BACK), back.content.decode()
    program.http.close()
    assert "2/2" in page(budi, "class", class_id(schedule_code))


def reported(walk: Walk, budi: Client, sari: Client, schedule_code: str) -> None:
    """LEARN-05 by three pages; the certificate is checked by a stranger."""
    class_over = session_starts(schedule_code)[-1] + timedelta(hours=8)
    at(walk, class_over)
    schedule_id = class_id(schedule_code)
    transaction = one_row("SELECT trim(transaction_code) FROM purchases WHERE schedule_id = %s", schedule_id)[0]
    assert "Menjahit lanjut" in page(budi, "reports_due")
    typed = {f"score-{transaction}": "92", f"feedback-{transaction}": "on"}
    checked = budi.post(reverse("report_class", args=[schedule_id]), {"act": "check", **typed}).content.decode()
    about = re.search(r'name="about" value="([^"]*)"', checked)
    assert about is not None
    assert "1 hasil dilaporkan." in post(budi, "report_class", schedule_id, act="report", about=about.group(1))
    for client, name, act, said in (
        (sari, "forward_class", "forward", "1 laporan diteruskan."),
        (walk.staff["pmo-1"], "check_class", "verify", "1 laporan diverifikasi. 1 sertifikat diterbitkan."),
    ):
        form = client.get(reverse(name, args=[schedule_id])).content.decode()
        about = re.search(r'name="about" value="([^"]*)"', form)
        assert about is not None
        assert said in post(client, name, schedule_id, act=act, about=about.group(1))
    (number,) = one_row("SELECT number FROM certificates WHERE %s", True)
    assert "Menjahit lanjut" in page(Client(), "certificate", number)


def settled(walk: Walk, budi: Client, sari: Client) -> None:
    """What the clock made payable is settled by two people: 12,5 % for the platform, the rest for the institution."""
    run_job(next(job for job in JOBS if job.name == "make_purchases_payable"))
    tomorrow = programme_now(datetime.now(UTC)) + timedelta(days=1)
    at(walk, tomorrow)
    maker, signer = walk.staff["pmo-1"], walk.staff["pmo-3"]
    days = {"first": walk.today, "last": (tomorrow.date() + timedelta(days=9)).isoformat()}
    assert "Periodenya harus sudah lewat" in post(maker, "settlements", act="prepare", **days)
    days["last"] = (jakarta_date(tomorrow) - timedelta(days=1)).isoformat()
    assert signer.post(reverse("settlements"), {"act": "prepare", **days}).status_code == 404
    assert "Penyelesaian disiapkan." in post(maker, "settlements", act="prepare", **days)
    (run_id,) = one_row("SELECT id FROM settlement_runs WHERE %s", True)
    assert "Disetujui" in post(signer, "approve_settlement", run_id)
    assert "Rp56.250" in page(sari, "platform_statement", run_id)
    assert "Rp393.750" in page(budi, "institution_statement", run_id)
    assert "Penyelesaian lain mencakup" in post(maker, "settlements", act="prepare", **days)


def one_row(sql: str, *values: object) -> db.Row:
    (found,) = db.rows(sql, values)
    return found


def class_id(code: str) -> UUID:
    found: UUID = db.value("SELECT id FROM schedules WHERE code = %s", [code])
    return found


def find_user_of_applicant(context: Context, applicant_id: UUID, lane: int) -> Client:
    create_users(
        context, [UserRequest("dewi", "Dewi", Role.PARTICIPANT, applicant_id=applicant_id, applicant_lane=lane)]
    )
    user = find_user("dewi")
    assert user is not None
    client = Client()
    client.force_login(user)
    return client
