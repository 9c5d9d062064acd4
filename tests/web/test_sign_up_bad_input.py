"""What people type wrong, and what registers answer wrong, at the pages: its sentence, and nothing lost."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.kit import db as database
from prakerja.kit.context import Context
from prakerja.participants.operations.sign_up_drafts import find_draft
from prakerja.participants.registry_http import HttpRegisters
from prakerja.participants.specimens import specimen
from prakerja.web.portal import sign_up, sign_up_checks
from tests.participants.test_registry_http import saying
from tests.web.people import set_clock
from tests.web.test_sign_in import code_on, enter
from tests.web.test_sign_up import answered, ground, page_of, question, tags

pytestmark = pytest.mark.django_db
__all__ = ["ground"]

NO_DIGITS = ("NIK berisi huruf selain angka.", "The NIK has other characters than digits.")
NOT_16 = ("NIK tidak terdiri dari 16 angka.", "The NIK has not 16 digits.")
NO_PROVINCE = ("Dua angka pertama NIK bukan kode provinsi.", "The first two digits of the NIK are no province.")
NO_DATE = ("Tanggal lahir dalam NIK tidak mungkin.", "The NIK has an impossible birth date.")
BAD_NIKS = [
    ("993277010190123", NOT_16),  # 15 digits
    ("99327701019000011", NOT_16),
    ("9932 7701 O190 0001", NO_DIGITS),  # a letter O
    ("NIK saya", NO_DIGITS),
    ("٩٩٣٢٧٧٠١٠١٩٠٠٠٠١", NO_DIGITS),  # digits, but of another script
    ("0032770101900001", NO_PROVINCE),
    ("3777770101900001", NO_PROVINCE),
    ("9932773002900001", NO_DATE),  # 30 February
    ("9932777202900001", NO_DATE),  # 32 + 40 of February
    ("9932774000900001", NO_DATE),  # a woman's day 0, month 0
    ("9932774113900001", NO_DATE),  # month 13
]


def speak(client: Client, language: str) -> None:
    client.post(reverse("set_language"), {"language": language, "next": "/"})


@pytest.mark.parametrize(("typed", "sentences"), BAD_NIKS)
def test_a_nik_that_cannot_be_is_named_and_stays_typed(
    client: Client, ground: Context, typed: str, sentences: tuple[str, str]
) -> None:
    enter(client)
    client.post(reverse("sign_up_consent"))
    question(client, "name", name="José Widodo")
    for language, sentence, title in (("id", sentences[0], "Kesalahan:"), ("en", sentences[1], "Error:")):
        speak(client, language)
        answer = question(client, "nik", nik=typed)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f"<title>{title}" in page
        assert f'<a href="#nik">{sentence}</a>' in page
        assert f'value="{typed}"' in page
    draft = find_draft(database.value("SELECT user_id FROM sign_up_drafts"))
    assert draft is not None
    assert (draft.state, draft.answers) == ("filling", {"name": "José Widodo"})


@pytest.mark.parametrize("typed", ["9932 7741 0190 0001", "9932774101900001", "993277-410190.0001", "9932777112900001"])
def test_a_womans_nik_is_taken_however_it_is_grouped(client: Client, ground: Context, typed: str) -> None:
    enter(client)
    client.post(reverse("sign_up_consent"))
    assert question(client, "nik", nik=typed).headers["Location"] == reverse("sign_up_question", args=["kk"])


MIDNIGHT = datetime(2020, 9, 1, 17, 0, tzinfo=UTC)  # 2 September in Jakarta


@pytest.mark.parametrize(
    ("province", "from_when"),
    [
        ("32", "2 September 2020, 00.00 WIB"),
        ("51", "2 September 2020, 01.00 WITA"),
        ("91", "2 September 2020, 02.00 WIT"),
    ],
)
def test_jakartas_midnight_decides_who_is_18_in_every_zone(
    client: Client, ground: Context, province: str, from_when: str
) -> None:
    """ELIG-02: at the last second before it Papua's clock shows 01.59 of the birthday, and its people wait as well."""
    born = {"day": "2", "month": "9", "year": "2002"}
    set_clock(ground.at(MIDNIGHT - timedelta(seconds=1)))
    enter(client)
    client.post(reverse("sign_up_consent"))
    question(client, "province_code", province_code=province)
    early = question(client, "birth_date", **born)
    assert early.status_code == 422
    assert from_when in early.content.decode()
    assert 'value="2002"' in early.content.decode()
    set_clock(ground.at(MIDNIGHT))
    assert question(client, "birth_date", **born).status_code == 302
    assert question(client, "birth_date", day="3", month="9", year="2002").status_code == 422


@pytest.mark.parametrize(
    "name", ["Suharti", "  José   Ñu ", "I Gusti Ngurah D'Arc, S.H.", "Jose\u0301 Widodo", "Siti-Aminah"]
)
def test_single_names_diacritics_and_marks_are_names(client: Client, ground: Context, name: str) -> None:
    enter(client)
    client.post(reverse("sign_up_consent"))
    assert question(client, "name", name=name).status_code == 302
    draft = find_draft(database.value("SELECT user_id FROM sign_up_drafts"))
    assert draft is not None
    assert draft.answers["name"] == " ".join(name.split())


def test_the_civil_registry_compares_names_without_diacritics_but_in_their_order(
    client: Client, ground: Context
) -> None:
    someone = next(
        one for n in range(1, 200) if (one := specimen(n)).person.name == "José Widodo" and one.story == "eligible"
    )
    answered(client, someone.number)
    question(client, "name", "check", name="Widodo José")
    refused = client.post(reverse("sign_up_check"))
    assert refused.status_code == 422
    assert "Data Dukcapil berbeda di sini." in refused.content.decode()
    assert "Widodo José" in refused.content.decode()
    question(client, "name", "check", name="JOSE WIDODO")
    assert client.post(reverse("sign_up_check")).headers["Location"] == reverse("sign_up_sent")


@contextmanager
def registers(told: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Registers over HTTP that say the same to everybody."""
    with saying(json.dumps(told).encode()) as (url, _):
        there = HttpRegisters(url, timeout_s=5)
        monkeypatch.setattr(sign_up, "find_civil_registry", lambda: there)
        monkeypatch.setattr(sign_up_checks, "find_registers", lambda: there)
        yield


@pytest.mark.parametrize(
    "told",
    [
        {"outcomes": [{"answer": "perhaps"}]},
        {"outcomes": [{"answer": "confirmed"}, {"answer": "mismatch", "fields": ["name"]}]},
        {"outcomes": []},
    ],
)
def test_a_civil_registry_that_answers_nonsense_or_twice_makes_wait_and_loses_nothing(
    client: Client, ground: Context, monkeypatch: pytest.MonkeyPatch, told: dict[str, object]
) -> None:
    answered(client)
    with registers(told, monkeypatch):
        page = client.post(reverse("sign_up_check"), follow=True).content.decode()
    assert "Dukcapil belum menjawab." in page
    draft = find_draft(database.value("SELECT user_id FROM sign_up_drafts"))
    assert draft is not None
    assert (draft.state, draft.answers["nik"]) == ("waits_for_registry", specimen(1).person.nik)
    assert database.value("SELECT count(*) FROM applicants") == 0


def test_registers_that_answer_nonsense_make_wait_at_the_end_and_never_say_yes(
    client: Client, ground: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(client)
    client.post(reverse("sign_up_check"))
    client.post(reverse("sign_up_presence"), {"face": "mine"})
    phone = client.post(reverse("sign_up_contact", args=["phone"]), {"contact": "081234567890"}, follow=True)
    client.post(reverse("sign_up_contact_code", args=["phone"]), {"code": code_on(phone.content.decode())})
    client.post(reverse("sign_up_test"), {"begin": "1"})
    king = {"available": True, "receives_social_aid": False, "excluded_office": "king"}
    with registers({"answers": [king]}, monkeypatch):
        for number in range(1, 11):
            client.post(reverse("sign_up_test"), {"number": str(number), "option": "0"})
    assert database.row("SELECT state, eligibility FROM applicants") == ("ready", "waiting")
    page = page_of(client, "sign_up_done")
    assert "register sekolah (Dapodik)" in page
    assert "8 September 2020, 10.00 WIB" in page
    assert tags(client)[6:] == ["selesai", "sedang berjalan"]
    assert "8 September 2020, 10.00 WIB" in page_of(client, "sign_up")


def test_twins_sign_up_side_by_side(client: Client, ground: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same day, same family card, same name: the last digits of the NIK tell them apart."""
    first = specimen(1).person
    other = Client()
    with registers({"outcomes": [{"answer": "confirmed"}]}, monkeypatch):
        for twin, contact, nik in (
            (client, "baru@contoh.id", first.nik),
            (other, "lain@contoh.id", first.nik[:-1] + "9"),
        ):
            answered(twin, contact=contact)
            question(twin, "nik", "check", nik=nik)
            assert twin.post(reverse("sign_up_check")).headers["Location"] == reverse("sign_up_sent")
    assert database.value("SELECT count(DISTINCT nik_index) FROM applicants") == 2
    assert database.value("SELECT count(*) FROM cases") == 0
