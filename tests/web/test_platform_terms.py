"""SCHEME-08 on pages: a platform enters its public terms, the office confirms or refuses, everybody reads them."""

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.partners import queries
from prakerja.web.partner.fees import read_fee, typed_fee
from tests.web.test_cooperation import Stage, page, post, stage

__all__ = ["stage"]
pytestmark = pytest.mark.django_db

TERMS = {
    "description_id": "Kursus digital bagi pekerja",
    "description_en": "Digital courses for workers",
    "modes": "online",
    "fee_kind": "tiered_by_price",
    "fee": "0: 15\n500.000: 12,5",
    "term": "21",
}


def test_a_platform_enters_its_terms_and_the_office_confirms_them(stage: Stage) -> None:
    platform_id, office = stage.world.platforms["pijar"], stage.as_("pmo-1")
    sent = post(stage.as_("pijar"), "own_terms", act="enter", **TERMS)
    assert "Terkirim. Manajemen pelaksana mengesahkannya dalam 14 hari." in sent
    public = page(Client(), "platform_terms", "pijar")
    assert "Kursus digital bagi pekerja" not in public
    assert "Pijar Mahir" in page(office, "office_platforms")
    (waiting,) = queries.list_terms_waiting()
    shown = page(office, "office_terms", platform_id)
    assert "Kursus digital bagi pekerja" in shown
    # Whoever confirms has read this very version.
    other = {"act": "confirm", "about": "00000000-0000-0000-0000-000000000000"}
    assert office.post(reverse("office_terms", args=[platform_id]), other).status_code == 404
    decided = post(office, "office_terms", platform_id, act="confirm", about=str(waiting.id))
    assert "Disahkan: semua orang membacanya sekarang." in decided
    public = page(Client(), "platform_terms", "pijar")
    assert "Kursus digital bagi pekerja" in public
    assert "menurut harga: mulai Rp0: 15 %; mulai Rp500.000: 12,5 %" in public.replace("\xa0", " ")
    assert "21 hari" in public
    assert reverse("platform_terms", args=["pijar"]) in page(Client(), "platforms")


def test_what_was_typed_stays_and_says_why(stage: Stage) -> None:
    pijar = stage.as_("pijar")
    dear = post(pijar, "own_terms", act="enter", **{**TERMS, "fee": "0: 15,01"})
    assert "Biaya melampaui batas (FEE-01)." in dear
    assert "0: 15,01</textarea>" in dear
    assert "Kursus digital bagi pekerja</textarea>" in dear
    unread = post(pijar, "own_terms", act="enter", **{**TERMS, "fee": "lima", "term": "03650"})
    assert "Biaya ini tidak terbaca." in unread
    assert "Tulis jumlah hari" in unread
    one = post(pijar, "own_terms", act="enter", **{**TERMS, "description_en": ""})
    assert "Uraikan platform dalam kedua bahasa" in one
    assert queries.list_terms_waiting() == []


def test_terms_are_refused_with_a_reason_and_taken_back(stage: Stage) -> None:
    platform_id, pijar, office = stage.world.platforms["pijar"], stage.as_("pijar"), stage.as_("pmo-2")
    post(pijar, "own_terms", act="enter", **TERMS)
    (waiting,) = queries.list_terms_waiting()
    where = ("office_terms", platform_id)
    assert "Tulis alasannya" in post(office, *where, act="refuse", about=str(waiting.id), reason=" ")
    assert "Ditolak. Platform membaca alasannya." in post(
        office, *where, act="refuse", about=str(waiting.id), reason="Biaya tidak jelas"
    )
    assert "Biaya tidak jelas" in page(pijar, "own_terms")
    post(pijar, "own_terms", act="enter", **TERMS)
    assert "Kirim ke manajemen pelaksana" not in page(pijar, "own_terms")
    assert "Ditarik. Yang tampil untuk umum tidak berubah." in post(pijar, "own_terms", act="withdraw")
    assert "Tidak ada lagi yang menunggu." in post(pijar, "own_terms", act="withdraw")
    assert [one.state for one in queries.list_terms(platform_id)] == ["withdrawn", "refused"]


def test_the_form_begins_with_what_is_shown_now(stage: Stage) -> None:
    found = page(stage.as_("pintaria"), "own_terms")
    assert "Lokapasar kursus dan kuliah</textarea>" in found
    assert "0: 15\n50.000.000: 12\n250.000.000: 9</textarea>" in found


def test_auditors_read_and_do_not_decide(stage: Stage) -> None:
    platform_id = stage.world.platforms["pijar"]
    post(stage.as_("pijar"), "own_terms", act="enter", **TERMS)
    assert stage.as_("pijar").get(reverse("office_terms", args=[platform_id])).status_code == 403
    assert stage.as_("institution").get(reverse("own_terms")).status_code == 403


@pytest.mark.parametrize(
    "scheme",
    [
        {"kind": "none"},
        {"kind": "flat", "fee_idr": 25_000},
        {"kind": "share", "commission_bp": 1250},
        {"kind": "share", "commission_bp": 5},
        {
            "kind": "tiered_by_volume",
            "tiers": [{"from_idr": 0, "commission_bp": 1500}, {"from_idr": 1_000_000, "commission_bp": 905}],
        },
    ],
)
def test_a_fee_is_typed_as_it_is_read(scheme: dict[str, object]) -> None:
    assert read_fee(str(scheme["kind"]), typed_fee(scheme)) == scheme
