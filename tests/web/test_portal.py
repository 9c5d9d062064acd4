"""What a participant sees and does."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit.context import Context
from prakerja.oversight.queries.portal import get_participation, list_purchases
from prakerja.web.formats import rupiah
from prakerja.web.portal.steps import tracker_of
from tests.web.founder import NOW, Bought
from tests.web.nation import Nation
from tests.web.people import Cast, set_clock

pytestmark = pytest.mark.django_db


def text_of(client: Client, where: str, status: int = 200) -> str:
    answer = client.get(where, follow=True)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def sign_in_as(client: Client, context: Context, applicant_id: UUID, lane: int) -> None:
    username = f"p-{applicant_id.hex[-12:]}"
    create_users(
        context,
        [UserRequest(username, "Warga", Role.PARTICIPANT, applicant_id=applicant_id, applicant_lane=lane)],
    )
    user = find_user(username)
    assert user is not None
    client.force_login(user)


@pytest.fixture
def reviewer(client: Client, nation: Nation, cast: Cast) -> Bought:
    client.force_login(cast.user(Role.PARTICIPANT))
    assert nation.reviewer is not None
    return nation.reviewer


def test_balance_stands_in_parts_that_add_up(client: Client, nation: Nation, reviewer: Bought) -> None:
    for bought in nation.bought:
        found = get_participation(lane=bought.lane, participant_id=bought.participant_id)
        parts = found.available_idr + found.held_idr + found.used_idr + found.returned_idr
        assert (found.given_idr, parts) == (1_000_000, 1_000_000)
        assert min(found.available_idr, found.held_idr, found.used_idr, found.returned_idr) >= 0
    shown = text_of(client, reverse("me"))
    assert f"Tersedia {rupiah(600_000)}" in shown
    assert f"Dicadangkan untuk pembelian {rupiah(0)}" in shown
    assert f"Terpakai {rupiah(400_000)}" in shown
    assert f"Diberikan dengan SK {rupiah(1_000_000)}" in shown


def test_card_and_nik_are_masked(client: Client, nation: Nation, reviewer: Bought) -> None:
    page = client.get(reverse("me")).content.decode()
    card = get_participation(lane=reviewer.lane, participant_id=reviewer.participant_id).card_number
    assert card is not None
    assert f"•••• •••• •••• {card[-4:]}" in page
    assert card not in page
    assert not re.search(r"99120117\d{8}", page)


def test_a_waiting_purchase_shows_its_code_who_acts_and_by_when(
    client: Client, nation: Nation, context: Context
) -> None:
    waiting = nation.bought[-1]
    sign_in_as(client, context, waiting.applicant_id, waiting.lane)
    shown = text_of(client, reverse("my_purchase", args=[waiting.purchase_id]))
    code = waiting.redeem_code
    assert f"Kode redeem {code[:4]} {code[4:8]} {code[8:]}" in shown
    assert "Siapa yang harus bertindak peserta" in shown
    # LEARN-01: one hour behind the start of the session at ten.
    assert "Menunggu: LPK Maju Sampai 1 September 2020, 11.00 WIB (hari ini)" in shown


def test_the_tracker_names_each_hop_with_its_time(client: Client, reviewer: Bought) -> None:
    shown = text_of(client, reverse("my_purchase", args=[reviewer.purchase_id]))
    hops = [
        "Dibayar 16 Agustus 2020",
        "Kode ditukar di lembaga 22 Agustus 2020, 10.00 WIB",
        "Sesi dihadiri: 1 dari 1",
        "Hasil dilaporkan oleh lembaga 23 Agustus 2020",
        "Laporan diteruskan oleh platform 23 Agustus 2020",
        "Diperiksa oleh Manajemen Pelaksana 24 Agustus 2020",
        "Sertifikat terbit 24 Agustus 2020",
        "Diulas oleh Anda Menunggu: Anda",
        "Insentif dijadwalkan",
        "Insentif pertama dibayar bank atau dompet elektronik Anda",
    ]
    places = [shown.index(hop) for hop in hops]
    assert places == sorted(places)


def test_the_tracker_goes_on_to_the_first_incentive(reviewer: Bought) -> None:
    """INC-01: of the first course only; without an account it waits for the person, scheduled for the bank."""
    found = {
        one.purchase_id: one for one in list_purchases(lane=reviewer.lane, participant_id=reviewer.participant_id)
    }[reviewer.purchase_id]
    reviewed = replace(found, reviewed_at=NOW)
    with override("id"):
        waiting = tracker_of(reviewed, None)
        assert [(hop.holder, hop.is_now, bool(hop.note)) for hop in waiting[-2:]] == [
            ("Anda", True, True),
            ("bank atau dompet elektronik Anda", False, False),
        ]
        scheduled = tracker_of(replace(reviewed, incentive_entitled_at=NOW), None)
        assert [(hop.at, hop.is_now) for hop in scheduled[-2:]] == [(NOW, False), (None, True)]
        paid = tracker_of(replace(reviewed, incentive_entitled_at=NOW, incentive_paid_at=NOW), None)
        assert [hop.at for hop in paid[-2:]] == [NOW, NOW]
        second = tracker_of(replace(reviewed, incentive_is_elsewhere=True), None)
        assert len(second) == len(paid) - 2
        assert not any(hop.is_now for hop in second)


def test_a_purchase_of_somebody_else_does_not_exist(client: Client, nation: Nation, reviewer: Bought) -> None:
    other = nation.bought[-1].purchase_id
    assert client.get(reverse("my_purchase", args=[other])).status_code == 404
    assert client.post(reverse("write_review", args=[other]), {"rating": "5", "text": "x"}).status_code == 404


def test_writes_a_review_once(client: Client, nation: Nation, reviewer: Bought) -> None:
    where = reverse("write_review", args=[reviewer.purchase_id])
    answer = client.post(where, {"rating": "4", "text": "Belajar meracik."}, follow=True)
    assert "Terima kasih. Ulasan Anda disimpan." in answer.content.decode()
    purchase = next(
        found
        for found in list_purchases(lane=reviewer.lane, participant_id=reviewer.participant_id)
        if found.purchase_id == reviewer.purchase_id
    )
    assert (purchase.rating, purchase.reviewed_at) == (4, NOW)
    again = client.post(where, {"rating": "1", "text": "Lain."}, follow=True)
    assert "ulasan tidak diubah" in again.content.decode()


def test_a_refused_review_keeps_what_was_typed(client: Client, reviewer: Bought) -> None:
    where = reverse("write_review", args=[reviewer.purchase_id])
    answer = client.post(where, {"rating": "", "text": "Sudah saya tulis panjang."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Kesalahan: " in page
    assert '<a href="#rating">Pilih nilai dari 1 sampai 5.</a>' in page
    assert "Sudah saya tulis panjang." in page


def test_joins_the_open_wave_once(client: Client, nation: Nation, context: Context) -> None:
    sign_in_as(client, context, nation.joiner_id, nation.lane)
    where = reverse("join_wave", args=[nation.open_wave_id])
    assert "Gelombang 3 dibuka" in text_of(client, reverse("my_waves"))
    answer = client.post(where, {"channel": "digital"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("my_wave", args=[nation.open_wave_id])
    assert "Simpan tanda terima di halaman ini" in answer.content.decode()
    assert "menunggu undian" in text_of(client, reverse("my_waves"))
    again = client.post(where, {"channel": "digital"}, follow=True)
    assert "Anda sudah mengikuti gelombang ini." in again.content.decode()


def test_a_wave_is_refused_with_its_reason(client: Client, nation: Nation, context: Context) -> None:
    sign_in_as(client, context, nation.joiner_id, nation.lane)
    unknown = client.post(reverse("join_wave", args=[nation.open_wave_id]), {"channel": "golden"}, follow=True)
    assert "tidak punya tempat untuk kartu itu" in unknown.content.decode()
    closed = client.post(reverse("join_wave", args=[nation.wave_id]), {"channel": "digital"}, follow=True)
    assert "Gelombang ini tidak dibuka." in closed.content.decode()


def test_who_has_not_bought_sees_the_deadline(client: Client, nation: Nation, context: Context) -> None:
    sign_in_as(client, context, nation.buyer_id, nation.lane)
    shown = text_of(client, reverse("me"))
    # Thirty days behind the decree of 15 August; the last whole day is the 14th.
    assert "Sampai 14 September 2020, 23.59 WIB (13 hari lagi)" in shown
    assert "Anda belum membeli pelatihan." in shown


def test_an_outcome_names_rank_and_cut_off(client: Client, reviewer: Bought) -> None:
    shown = text_of(client, reverse("my_waves"))
    assert "penerima dengan SK" in shown
    assert re.search(r"peringkat \d+ di kelas \d, yang terakhir terpilih peringkat \d+", shown)


def test_a_page_is_the_programmes_day_not_the_machines(
    client: Client, nation: Nation, cast: Cast, context: Context
) -> None:
    set_clock(context.at(NOW + timedelta(days=3)))
    assert "Hari program: 4 September 2020, 10.00 WIB" in text_of(client, reverse("home"))
