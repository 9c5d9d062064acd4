"""The report chain by pages: institution → platform → programme office, back with a reason, on to the certificate."""

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.config.jobs import JOBS, run_job
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.learning.operations import AttendanceRequest, record_attendances
from prakerja.programme.queries import get_regime_book
from prakerja.purchases.operations.redeem import RedeemRequest, commit_redeem_codes
from prakerja.purchases.rules import redeem_windows
from tests.web.founder import NOW, Bought, must
from tests.web.nation import Nation
from tests.web.people import Cast, set_clock
from tests.web.test_portal import sign_in_as, text_of

pytestmark = pytest.mark.django_db

EVENING = NOW + timedelta(hours=3)


@dataclass(slots=True)
class Chain:
    """A class of two that is over: both redeemed, one was there and one was not."""

    nation: Nation
    context: Context
    schedule_id: UUID
    there: Bought
    absent: Bought
    clients: dict[Role, Client]

    def __getitem__(self, role: Role) -> Client:
        return self.clients[role]

    def code_of(self, bought: Bought) -> str:
        found = db.value("SELECT transaction_code FROM purchases WHERE purchase_id = %s", (bought.purchase_id,))
        return str(found).strip()

    def post(self, role: Role, name: str, *args: object, **fields: object) -> str:
        """What the page behind a form says."""
        answer = self[role].post(reverse(name, args=args), fields, follow=True)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))

    def about(self, role: Role, name: str, *args: object) -> str:
        """What the page's forms are about."""
        found = re.search(r'name="about" value="([^"]*)"', self[role].get(reverse(name, args=args)).content.decode())
        assert found is not None
        return found.group(1)


@pytest.fixture
def chain(context: Context, nation: Nation, cast: Cast) -> Chain:
    there, absent = [
        one
        for one in nation.bought
        if not db.value("SELECT redeemed_at IS NOT NULL FROM purchases WHERE purchase_id = %s", (one.purchase_id,))
    ]
    now = context.at(NOW)
    institution_id = nation.market.world.institution_id
    must(
        commit_redeem_codes(
            now,
            [RedeemRequest(institution_id, one.redeem_code) for one in (there, absent)],
            windows=redeem_windows(get_regime_book().stretches),
        )
    )
    must(record_attendances(now, [AttendanceRequest(there.lane, there.purchase_id, institution_id, 1, "sandbox")]))
    set_clock(context.at(EVENING))
    clients = {}
    for role in (Role.INSTITUTION, Role.PLATFORM, Role.PROGRAMME_OFFICE, Role.APPROVER, Role.AUDITOR):
        clients[role] = Client()
        clients[role].force_login(cast.user(role))
    return Chain(nation, context, nation.running_schedule_id, there, absent, clients)


def report(chain: Chain, *, score: str = "85") -> str:
    """Both are written, checked and sent."""
    there, absent = chain.code_of(chain.there), chain.code_of(chain.absent)
    where = ("report_class", chain.schedule_id)
    typed = {f"score-{there}": score, f"feedback-{there}": "on", f"absent-{absent}": "on", f"feedback-{absent}": "on"}
    answer = chain[Role.INSTITUTION].post(reverse(where[0], args=where[1:]), {"act": "check", **typed})
    assert answer.status_code == 200, answer.content.decode()
    found = re.search(r'name="about" value="([^"]*)"', answer.content.decode())
    assert found is not None
    return chain.post(Role.INSTITUTION, *where, act="report", about=found.group(1))


def forward(chain: Chain) -> str:
    about = chain.about(Role.PLATFORM, "forward_class", chain.schedule_id)
    return chain.post(Role.PLATFORM, "forward_class", chain.schedule_id, act="forward", about=about)


def verify(chain: Chain) -> str:
    about = chain.about(Role.PROGRAMME_OFFICE, "check_class", chain.schedule_id)
    return chain.post(Role.PROGRAMME_OFFICE, "check_class", chain.schedule_id, act="verify", about=about)


def test_a_report_goes_its_three_hops_by_pages(chain: Chain, client: Client) -> None:
    institution, platform, office = Role.INSTITUTION, Role.PLATFORM, Role.PROGRAMME_OFFICE
    due = text_of(chain[institution], reverse("reports_due"))
    # The class ended on Tuesday; the institution has until Wednesday's end (LEARN-05).
    assert "2 September 2020, 23.59 WIB" in due
    assert "2 hasil dilaporkan. Platform meneruskannya." in report(chain)
    assert "dilaporkan" in text_of(chain[institution], reverse("class", args=[chain.schedule_id]))
    assert "Tidak ada yang harus dilaporkan." in text_of(chain[institution], reverse("reports_due"))

    queue = text_of(chain[platform], reverse("reports_to_forward"))
    assert "Barista dasar" in queue
    shown = text_of(chain[platform], reverse("forward_class", args=[chain.schedule_id]))
    # A platform sees transactions and results, never a name.
    assert "85 dari 100 (lulus: 60)" in shown
    assert "Warga" not in shown
    assert "2 laporan diteruskan." in forward(chain)
    assert "Tidak ada laporan yang menunggu." in text_of(chain[platform], reverse("reports_to_forward"))

    shown = text_of(chain[office], reverse("reports_to_check"))
    # Seven working days from Tuesday, 1 September: until Thursday, the 10th.
    assert "10 September 2020, 23.59 WIB" in shown
    evidence = text_of(chain[office], reverse("check_report", args=[chain.there.purchase_id]))
    assert "sandbox" in evidence
    assert "85 dari 100 (lulus: 60)" in evidence
    assert "2 laporan diverifikasi. 1 sertifikat diterbitkan." in verify(chain)
    assert db.rows("SELECT state FROM purchases WHERE schedule_id = %s ORDER BY state", (chain.schedule_id,)) == [
        ("completed",),
        ("not_completed",),
    ]
    # What the check made payable, the clock makes payable: one price in two parts.
    make_payable = next(job for job in JOBS if job.name == "make_purchases_payable")
    assert run_job(make_payable) == 1

    sign_in_as(client, chain.context, chain.there.applicant_id, chain.there.lane)
    own = text_of(client, reverse("my_purchase", args=[chain.there.purchase_id]))
    for hop in ("dilaporkan oleh lembaga", "diteruskan oleh platform", "Diperiksa oleh Manajemen Pelaksana"):
        assert f"{hop} 1 September 2020, 13.00 WIB" in own, own
    assert "Sertifikat terbit 1 September 2020, 13.00 WIB" in own


def test_a_returned_report_comes_back_to_the_institution_with_its_reason(chain: Chain, client: Client) -> None:
    office = Role.PROGRAMME_OFFICE
    report(chain)
    forward(chain)
    where = ("check_report", chain.there.purchase_id)
    about = chain.about(office, *where)
    refused = chain.post(office, *where, act="return", about=about, reason=" ")
    assert "Tulis yang harus diperbaiki lembaga" in refused
    done = chain.post(office, *where, act="return", about=about, reason="Tes akhir tidak ada.")
    assert "1 laporan dikembalikan ke lembaga." in done
    # The other one still waits; nothing of the returned one is certified.
    assert "1 laporan diverifikasi. 0 sertifikat diterbitkan." in verify(chain)

    sign_in_as(client, chain.context, chain.there.applicant_id, chain.there.lane)
    own = text_of(client, reverse("my_purchase", args=[chain.there.purchase_id]))
    assert "Manajemen pelaksana mengembalikan laporan pada 1 September 2020, 13.00 WIB: Tes akhir tidak ada." in own
    again = text_of(chain[Role.INSTITUTION], reverse("report_class", args=[chain.schedule_id]))
    assert "Manajemen pelaksana mengembalikan laporan: Tes akhir tidak ada." in again
    assert "1 hasil dilaporkan." in report(chain, score="70")
    forward(chain)
    shown = text_of(chain[office], reverse("check_class", args=[chain.schedule_id]))
    assert "pernah dikembalikan (1)" in shown
    assert "Tes akhir tidak ada." in text_of(chain[office], reverse(where[0], args=where[1:]))
    assert "1 laporan diverifikasi. 1 sertifikat diterbitkan." in verify(chain)


def test_what_came_behind_the_look_is_neither_sent_on_nor_verified(chain: Chain) -> None:
    report(chain)
    seen = (NOW + timedelta(hours=2, minutes=59)).isoformat()
    assert "0 laporan diteruskan." in chain.post(
        Role.PLATFORM, "forward_class", chain.schedule_id, act="forward", about=seen
    )
    forward(chain)
    assert "0 laporan diverifikasi." in chain.post(
        Role.PROGRAMME_OFFICE, "check_class", chain.schedule_id, act="verify", about=seen
    )
    waiting = "SELECT count(*) FROM completions WHERE forwarded_at IS NOT NULL AND verified_at IS NULL"
    assert db.value(waiting) == 2


def test_only_the_office_checks(chain: Chain) -> None:
    report(chain)
    forward(chain)
    about = chain.about(Role.PROGRAMME_OFFICE, "check_class", chain.schedule_id)
    for role in (Role.APPROVER, Role.AUDITOR):
        assert "Verifikasi 2 laporan" not in text_of(chain[role], reverse("check_class", args=[chain.schedule_id]))
        for name, key in (("check_class", chain.schedule_id), ("check_report", chain.there.purchase_id)):
            answer = chain[role].post(reverse(name, args=[key]), {"act": "verify", "about": about})
            assert answer.status_code == 404
    assert db.value("SELECT count(*) FROM completions WHERE verified_at IS NULL") == 2


def test_a_class_of_another_partner_is_not_there(chain: Chain, context: Context) -> None:
    report(chain)
    others = {
        Role.PLATFORM: chain.nation.market.world.platforms["bukalapak"],
        Role.INSTITUTION: UUID(int=9),
    }
    for role, name in ((Role.PLATFORM, "forward_class"), (Role.INSTITUTION, "report_class")):
        create_users(context, [UserRequest(f"o-{role.value}", "Lain", role, partner_id=others[role])])
        user = find_user(f"o-{role.value}")
        assert user is not None
        client = Client()
        client.force_login(user)
        assert client.get(reverse(name, args=[chain.schedule_id])).status_code == 404


def test_what_was_typed_stays_and_the_fault_is_named(chain: Chain) -> None:
    there, absent = chain.code_of(chain.there), chain.code_of(chain.absent)
    where = reverse("report_class", args=[chain.schedule_id])
    answer = chain[Role.INSTITUTION].post(
        where, {"act": "check", f"score-{there}": "101", f"score-{absent}": "40", f"absent-{absent}": "on"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Kesalahan: " in page
    assert 'value="101"' in page
    assert page.count("Tulis bilangan bulat dari 0 sampai 100") == 4
    empty = chain[Role.INSTITUTION].post(where, {"act": "check"})
    assert empty.status_code == 422
    assert "Tulis nilai paling sedikit satu orang." in empty.content.decode()
    assert db.value("SELECT count(*) FROM completions WHERE reported_at >= %s", (NOW,)) == 0


def test_a_file_is_checked_first_and_good_rows_can_be_sent(chain: Chain) -> None:
    institution = chain[Role.INSTITUTION]
    where = reverse("report_class", args=[chain.schedule_id])
    template = institution.get(reverse("report_template", args=[chain.schedule_id])).content.decode("utf-8-sig")
    there, absent = chain.code_of(chain.there), chain.code_of(chain.absent)
    assert template.splitlines()[0] == "kode_transaksi,nama,sesi_dihadiri,sesi,nilai,unjuk_keterampilan,umpan_balik"
    filled = "\n".join(
        line[: -len(",,,ya")] + (",90,,ya" if there in line else ",sembilan,,ya") if ",,,ya" in line else line
        for line in template.splitlines()
    )
    answer = institution.post(where, {"act": "upload", "file": SimpleUploadedFile("hasil.csv", filled.encode())})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "sembilan" in page
    assert "Tulis bilangan bulat dari 0 sampai 100" in page
    found = re.search(r'name="about" value="([^"]*)"', page)
    assert found is not None
    assert there in found.group(1)
    assert absent not in found.group(1)
    assert db.value("SELECT count(*) FROM completions WHERE reported_at >= %s", (NOW,)) == 0
    assert "1 hasil dilaporkan." in chain.post(
        Role.INSTITUTION, "report_class", chain.schedule_id, act="report", about=found.group(1)
    )
    # A second window that had checked the same row sends nothing.
    assert "sementara itu" in chain.post(
        Role.INSTITUTION, "report_class", chain.schedule_id, act="report", about=found.group(1)
    )
    for content, sentence in ((b"", "Pilih berkas CSV"), (b"nama;nilai\nx;1\n", "kode_transaksi")):
        file = {"file": SimpleUploadedFile("x.csv", content)} if content else {}
        answer = institution.post(where, {"act": "upload", **file})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


def test_names_shown_are_noted(chain: Chain) -> None:
    report(chain)
    forward(chain)
    before = db.value("SELECT count(*) FROM page_accesses")
    chain[Role.PROGRAMME_OFFICE].get(reverse("check_class", args=[chain.schedule_id]))
    chain[Role.INSTITUTION].get(reverse("class", args=[chain.schedule_id]))
    assert db.value("SELECT count(*) FROM page_accesses") > before


def test_the_worker_issues_what_a_check_left_behind(chain: Chain) -> None:
    report(chain)
    forward(chain)
    verify(chain)
    issue = next(job for job in JOBS if job.name == "issue_certificates")
    assert run_job(issue) == 0
    db.execute("ALTER TABLE certificates DISABLE TRIGGER certificates_are_append_only")
    db.execute("DELETE FROM certificates WHERE purchase_id = %s", (chain.there.purchase_id,))
    assert run_job(issue) == 1
    assert run_job(issue) == 0
