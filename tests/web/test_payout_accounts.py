"""A new partner's account on pages: entered with the bank's paper, typed anew by the office, paid by settlement."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.payouts.account_queries import find_partner_account, list_account_requests_waiting
from tests.partners.papers import PDF
from tests.web.nation import Nation
from tests.web.people import Cast
from tests.web.test_cooperation import Stage, page, post, stage

__all__ = ["stage"]
pytestmark = pytest.mark.django_db

ENTRY = {"act": "enter", "bank": "BRI", "holder": "PT Maju", "number": "0012 3456 7890"}


def enter(client: Client, **changes: object) -> str:
    return post(client, "own_account", **{**ENTRY, "file": SimpleUploadedFile("buku.pdf", PDF), **changes})


@pytest.mark.parametrize("side", ["institution", "pijar"])
def test_an_account_is_entered_by_one_and_typed_anew_by_another(stage: Stage, side: str) -> None:
    client, office = stage.as_(side), stage.as_("pmo-1")
    assert "tidak ada: tidak dapat dibayar" in page(client, "own_account")
    assert "Terkirim." in enter(client)
    (waiting,) = list_account_requests_waiting()
    assert waiting.payee_name in page(office, "office_accounts")
    shown = page(office, "office_account", waiting.id)
    # Nobody reads the number from the page: it is typed from the document.
    assert "001234567890" not in shown
    assert "••• 7890" in shown
    paper = re.search(r'href="(/documents/[^"]+)"', shown)
    assert paper is not None
    assert office.get(paper.group(1)).content == PDF
    wrong = post(office, "office_account", waiting.id, act="confirm", number="001234567891")
    assert "Ini bukan nomor yang diisi." in wrong
    assert find_partner_account(waiting.payee_kind, waiting.payee_id) is None
    right = post(office, "office_account", waiting.id, act="confirm", number="0012 3456 7890")
    assert "Disahkan: penyelesaian dibayar ke rekening ini." in right
    assert "BRI ••• 7890" in page(client, "own_account")
    assert waiting.payee_name not in page(office, "office_accounts")


def test_what_was_typed_stays_and_says_why(stage: Stage) -> None:
    client = stage.as_("institution")
    assert "Pilih berkas." in post(client, "own_account", **ENTRY)
    for field, value, sentence in (
        ("bank", "123", "Tulis nama singkat bank dengan huruf"),
        ("holder", " ", "Tulis nama pemilik rekening."),
        ("number", "12-34", "Nomor rekening terdiri dari 8 sampai 20 angka."),
        ("file", SimpleUploadedFile("buku.pdf", b"MZ\x90\x00"), "Isi berkas tidak sesuai akhirannya."),
    ):
        found = enter(client, **{field: value})
        assert sentence in found
        assert f'href="#{field}"' in found
        assert 'value="BRI"' in found or field == "bank"
    assert list_account_requests_waiting() == []


def test_an_account_is_taken_back_or_refused(stage: Stage) -> None:
    client, office = stage.as_("institution"), stage.as_("signer")
    enter(client)
    assert "Ditarik. Rekening yang dipakai tetap dipakai." in post(client, "own_account", act="withdraw")
    assert "Tidak ada lagi yang menunggu." in post(client, "own_account", act="withdraw")
    enter(client)
    (waiting,) = list_account_requests_waiting()
    assert "Tulis alasannya" in post(office, "office_account", waiting.id, act="refuse")
    refused = post(office, "office_account", waiting.id, act="refuse", reason="Atas nama orang lain")
    assert "Ditolak. Mitra membaca alasannya." in refused
    assert "Atas nama orang lain" in page(client, "own_account")


def test_settlement_names_whom_it_cannot_pay_and_pays_when_they_have_an_account(
    client: Client, nation: Nation, cast: Cast
) -> None:
    """The institution's account is gone; it enters one by page; the very same run is signed and pays to it."""
    world = nation.market.world
    db.execute("UPDATE partner_accounts SET replaced_at = now() WHERE payee_id = %s", [world.institution_id])
    run_id = db.value("SELECT id FROM settlement_runs WHERE state = 'prepared' ORDER BY number LIMIT 1")
    assert run_id is not None

    def as_(role: Role) -> Client:
        client.force_login(cast.user(role))
        return client

    stopped = post(as_(Role.APPROVER), "approve_settlement", run_id)
    assert "Ada mitra yang belum punya rekening tercatat." in stopped
    assert "LPK Maju" in stopped
    assert "Terkirim." in enter(as_(Role.INSTITUTION))
    (waiting,) = list_account_requests_waiting()
    as_(Role.PROGRAMME_OFFICE)
    assert "Disahkan" in post(client, "office_account", waiting.id, act="confirm", number="001234567890")
    assert "Disetujui." in post(as_(Role.APPROVER), "approve_settlement", run_id)
    paid_to = db.value(
        """
        SELECT a.bank
        FROM settlement_runs AS r
        JOIN payment_orders AS o ON o.batch_id = r.batch_id AND o.payee_id = %s
        JOIN partner_accounts AS a ON a.id = o.account_id
        WHERE r.id = %s
        LIMIT 1
        """,
        [world.institution_id, run_id],
    )
    assert paid_to == "BRI"


def test_auditors_read_and_strangers_do_not(stage: Stage) -> None:
    create_users(stage.world.context, [UserRequest("auditor", "auditor", Role.AUDITOR)])
    enter(stage.as_("institution"))
    (waiting,) = list_account_requests_waiting()
    where = reverse("office_account", args=[waiting.id])
    shown = stage.as_("auditor").get(where).content.decode()
    assert "LPK Maju" in shown
    assert "/documents/" not in shown
    assert stage.as_("auditor").post(where, {"act": "confirm"}).status_code == 404
    assert stage.as_("tokopedia").get(where).status_code == 403
