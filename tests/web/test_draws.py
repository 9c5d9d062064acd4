"""Waves and their draw on pages: the office's acts, two officers at once, the public page, a person's proof."""

import re
from datetime import timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.programme.operations import load_reference_data
from prakerja.selection import queries, verify_draw
from prakerja.selection.operations import reveal_draw, void_wave
from prakerja.selection.tokens import receipt_of, wave_key
from tests.selection.test_pseudonyms import committed_wave
from tests.selection.test_waves import behind_the_triggers
from tests.selection.world import BEACON
from tests.web.founder import DAY, NOW
from tests.web.nation import Nation
from tests.web.people import Cast, set_clock, work
from tests.web.test_portal import sign_in_as, text_of

pytestmark = pytest.mark.django_db


def act(client: Client, wave_id: object, name: str, **typed: str) -> str:
    answer = client.post(reverse("wave_act", args=[wave_id, name]), typed, follow=True)
    assert answer.status_code == 200
    found = re.search(r'role="status"><p>(.*?)</p>', answer.content.decode(), re.DOTALL)
    assert found is not None
    return unescape(found[1])


def planned(client: Client, number: str = "9", **changes: str) -> str:
    typed = {
        "number": number,
        "opens": "2020-09-01T10:00",
        "closes": "2020-09-03T10:00",
        "digital": "2",
        "regular": "0",
        "provinces": "",
    } | changes
    return unescape(client.post(reverse("plan_wave"), typed, follow=True).content.decode())


def test_who_was_passed_over_for_the_family_card_reads_why() -> None:
    """ELIG-07: nine places for eight people, and the third of a family card stays out, whatever the rank."""
    closing, wave_id, keys = committed_wave()
    later = closing.at(closing.now + timedelta(minutes=2))
    reveal_draw(later, wave_id, BEACON)
    load_reference_data(later)
    set_clock(later)
    told = {}
    for key in keys[:5]:
        browser = Client()
        sign_in_as(browser, later, key, 0)
        page = browser.get(reverse("my_wave", args=[wave_id])).content.decode()
        told["tidak terpilih" in page] = "Orang lain dari kartu itu tidak dapat terpilih" in page
    assert told == {True: True, False: False}


def test_a_wave_goes_through_its_acts_by_one_button_each(
    client: Client, nation: Nation, cast: Cast, context: Context
) -> None:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    assert "Gelombang direncanakan" in planned(client)
    wave_id = db.value("SELECT id FROM waves WHERE number = 9")
    assert "Buka gelombang" in text_of(client, reverse("wave", args=[wave_id]))
    assert act(client, wave_id, "open") == "Gelombang dibuka."
    # Two officers at once: the second one is told, and nothing happens twice.
    assert act(client, wave_id, "open").startswith("Orang lain lebih dulu")
    assert "Babak berikutnya menunggu sampai" in text_of(client, reverse("wave", args=[wave_id]))
    assert act(client, wave_id, "close") == "Waktunya belum tiba."
    sign_in_as(client, context, nation.joiner_id, nation.lane)
    client.post(reverse("join_wave", args=[wave_id]), {"channel": "digital"}, follow=True)
    set_clock(context.at(NOW + 2 * DAY))
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    where = reverse("wave", args=[wave_id])

    def asked(name: str, **typed: str) -> str:
        """Ask for an act, see it at work, let the worker carry it out; the page afterwards."""
        assert act(client, wave_id, name, **typed).startswith("Diminta.")
        assert act(client, wave_id, name).startswith("Orang lain lebih dulu: gelombang ini sudah dikerjakan.")
        assert "Langkah 0 dari" in text_of(client, where)
        assert work() == 1
        return text_of(client, where)

    assert "Kunci daftar" in asked("close")
    assert "Diminta oleh" in asked("commit", notice_hours="2")
    draw = queries.find_draw(wave_id)
    assert draw is not None
    assert (draw.beacon_at - draw.committed_at).total_seconds() >= 2 * 3600
    assert act(client, wave_id, "reveal") == "Waktunya belum tiba."
    set_clock(context.at(draw.beacon_at))
    assert act(client, wave_id, "void", reason="tidak suka").startswith("Waktu suar sudah tiba")
    assert "Siapkan SK" in asked("reveal")
    assert act(client, wave_id, "reveal").startswith("Orang lain lebih dulu: keadaan gelombang sudah berubah")
    page = asked("prepare")
    assert "Tindakan terakhir tidak berhasil" not in page
    assert page.count("selesai") == 4
    assert client.post(reverse("wave_act", args=[wave_id, "unknown"])).status_code == 404


def test_a_wave_is_voided_with_a_reason_that_everybody_reads(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    assert act(client, nation.open_wave_id, "void", reason=" ").startswith("Tulis alasannya")
    assert (
        act(client, nation.open_wave_id, "void", reason="Banjir")
        == "Gelombang dibatalkan. Catatannya tetap ada beserta alasannya."
    )
    shown = text_of(client, reverse("wave", args=[nation.open_wave_id]))
    assert "Banjir" in shown
    assert "Batalkan gelombang ini" not in shown


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": "1"}, "Nomor ini sudah dipakai"),
        ({"number": "x"}, "bilangan bulat"),
        ({"opens": "besok"}, "Ketik hari beserta jamnya"),
        ({"closes": "2020-08-01T10:00"}, "ditutup setelah dibuka"),
        ({"digital": "0"}, "sedikitnya satu tempat"),
        ({"digital": "99999999999"}, "Program tidak punya tempat sebanyak itu lagi"),
        ({"digital": "-3"}, "bilangan bulat"),
        ({"provinces": "digital;32;500"}, "Satu baris berisi jalur, provinsi, tempat"),
        ({"provinces": "emas,32,500"}, "Satu baris berisi jalur, provinsi, tempat"),
        ({"provinces": "digital,32,5\ndigital,32,6"}, "tertulis dua kali"),
    ],
)
def test_a_plan_is_refused_with_a_sentence_and_keeps_what_was_typed(
    client: Client, nation: Nation, cast: Cast, changes: dict[str, str], sentence: str
) -> None:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    page = planned(client, **changes)
    assert "<title>Kesalahan:" in page
    assert sentence in page
    assert next(iter(changes.values())).splitlines()[0] in page


def test_places_of_provinces_are_planned(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    planned(client, provinces="digital,32,5\nregular, 11 ,6")
    quotas = db.rows(
        """
        SELECT channel, province_code, places
        FROM wave_quotas
        JOIN waves ON waves.id = wave_quotas.wave_id
        WHERE number = 9
        ORDER BY channel, province_code
        """
    )
    assert quotas == [("digital", "32", 5), ("digital", None, 2), ("regular", "11", 6)]


def test_anybody_downloads_a_draw_and_verifies_it(client: Client, nation: Nation, tmp_path: Path) -> None:
    assert reverse("draw", args=[1]) in client.get(reverse("draws")).content.decode()
    page = client.get(reverse("draw", args=[1])).content.decode()
    names = re.findall(r'/draws/1/([\w.]+)"', page)
    assert names == ["commitment.json", "list.csv", "result.csv", "dropped.csv", "strata.csv"]
    for name in names:
        answer = client.get(reverse("draw_file", args=[1, name]))
        (tmp_path / name).write_bytes(answer.getvalue())
    found = re.search(r"verify_draw.py commitment.json list.csv result.csv ([0-9a-f]{64})", page)
    assert found is not None
    commitment, rows, results = (str(tmp_path / name) for name in names[:3])
    verify_draw.verify(commitment, rows, results, found[1])
    assert sha256((tmp_path / "commitment.json").read_bytes()).hexdigest() in page
    assert client.get(reverse("verify_draw")).content == Path(verify_draw.__file__).read_bytes()
    # The decree's totals stand beside it: whom it named, what is reserved for them.
    ((people, amount),) = db.rows(
        "SELECT participants, total_idr FROM decrees WHERE wave_id = %s AND state = 'approved'", [nation.wave_id]
    )
    assert f"<dd>{people}</dd>" in page
    assert f"Rp{amount:,}".replace(",", ".") in page
    # What came of each card and class stands on the page and, by province, in a file.
    strata = [line.split(",") for line in (tmp_path / "strata.csv").read_text().splitlines()]
    assert strata[:2] == [["digital", "31", "3", "3", "3", "3"], ["digital", "32", "3", "2", "2", "2"]]
    assert [len(strata), sum(int(applicants) for _, _, _, applicants, _, _ in strata)] == [3, 6]
    assert text_of(client, reverse("draw", args=[1])).count("di luar daftar pekerja, tanpa bantuan sosial") == 2
    # Names and NIKs are in none of them.
    published = b"".join((tmp_path / name).read_bytes() for name in names)
    names_of_people = [name.encode() for (name,) in db.rows("SELECT name FROM applicants ORDER BY applicant_id")]
    assert not any(name in published for name in names_of_people)
    for missing in ("seeds.json", "keys.json"):
        assert client.get(reverse("draw_file", args=[1, missing])).status_code == 404
    assert client.get(reverse("draw", args=[99])).status_code == 404


def test_a_receipt_is_honoured_or_somebody_learns_why_not(client: Client, nation: Nation) -> None:
    key = wave_key(nation.wave_id)
    rows = db.rows("SELECT token FROM joinings WHERE wave_id = %s ORDER BY token", [nation.wave_id])
    where = reverse("draw", args=[1])

    def said(receipt: str) -> str:
        answer = client.post(where, {"receipt": receipt})
        return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())

    good = receipt_of(key, bytes(rows[0][0]))
    shown = said(good)
    assert "Ya." in shown
    assert "Bukti bahwa baris ini ada di daftar yang dikunci" in shown
    assert "Ini bukan tanda terima gelombang ini." in said(good[:-1] + ("0" if good[-1] != "0" else "1"))
    assert "Ini bukan tanda terima gelombang ini." in said("abc")
    assert "tetapi daftar tidak memuatnya" in said(receipt_of(key, bytes(16)))
    dropped = b"\0" + bytes(rows[1][0])[1:]
    behind_the_triggers(
        """
        UPDATE joinings SET token = %s, outcome = 'dropped', dropped_rule = 'ELIG-03', rank = NULL WHERE token = %s
        """,
        dropped,
        rows[1][0],
    )
    assert "(aturan ELIG-03)" in said(receipt_of(key, dropped))


def test_who_was_drawn_reads_rank_cut_off_and_proof(
    client: Client, nation: Nation, cast: Cast, context: Context
) -> None:
    sign_in_as(client, context, nation.joiner_id, nation.lane)
    where = reverse("my_wave", args=[nation.open_wave_id])
    assert client.get(where).status_code == 404
    client.post(reverse("join_wave", args=[nation.open_wave_id]), {"channel": "digital"})
    shown = text_of(client, where)
    assert "Simpan tanda terima ini." in shown
    assert "keberatan" not in shown
    # One place for two people of one class.
    db.execute("UPDATE wave_quotas SET places = 1 WHERE wave_id = %s", [nation.open_wave_id])
    behind_the_triggers("UPDATE joinings SET channel = 'digital' WHERE wave_id = %s", nation.open_wave_id)
    office = Client()
    office.force_login(cast.user(Role.PROGRAMME_OFFICE))
    set_clock(context.at(NOW + 5 * DAY))
    for name in ("close", "commit"):
        office.post(reverse("wave_act", args=[nation.open_wave_id, name]))
        assert work() == 1
    set_clock(context.at(NOW + 6 * DAY))
    office.post(reverse("wave_act", args=[nation.open_wave_id, "reveal"]))
    assert work() == 1
    place = next(
        one for one in queries.list_places_of_applicant(nation.joiner_id) if one.wave_id == nation.open_wave_id
    )
    page = client.get(where).content.decode()
    assert f"Peringkat Anda {place.rank}." in page
    assert place.token.hex() in page
    assert ("Ajukan keberatan atas hasil ini" in page) == (place.outcome == "not_selected")
    if place.outcome == "not_selected":
        assert "tidak terpilih" in text_of(client, reverse("my_waves"))


def test_a_void_draw_stays_on_its_public_page(client: Client, nation: Nation, cast: Cast, context: Context) -> None:
    office = Client()
    office.force_login(cast.user(Role.PROGRAMME_OFFICE))
    set_clock(context.at(NOW + 5 * DAY))
    for name in ("close", "commit"):
        office.post(reverse("wave_act", args=[nation.open_wave_id, name]))
        assert work() == 1
    draw = queries.find_draw(nation.open_wave_id)
    assert draw is not None
    assert void_wave(context.at(draw.committed_at), nation.open_wave_id, reason="Gempa").code == "ok"
    shown = text_of(client, reverse("draw", args=[3]))
    assert "Gelombang ini dibatalkan sebelum angka acaknya diketahui. Alasan: Gempa" in shown
