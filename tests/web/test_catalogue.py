"""The catalogue's pages do what they say: search, propose, price, open, seats, feeds, listings, decisions."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from prakerja.access.roles import Role
from prakerja.catalogue import queries
from prakerja.catalogue.models import Course, Schedule
from prakerja.catalogue.operations import propose_courses
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.partners.conflict_queries import get_conflict
from prakerja.partners.operations.owners import TieRequest, record_ties, reviewer_node
from prakerja.web import formats
from tests.web.catalogue import FEED, course_code, course_of, find_conflict, listing_of, propose_one, stage_feed
from tests.web.founder import NOW
from tests.web.nation import Nation
from tests.web.people import Cast

pytestmark = pytest.mark.django_db

SOON = jakarta_date(NOW) + timedelta(days=20)
CLASS = {"first_day": SOON.isoformat(), "days": "2", "from": "09:00", "until": "12:00", "seats": "20", "trainers": "1"}
PROPOSAL = {
    "title": "Menjahit lanjut",
    "description": "Pola dan jahit",
    "subject": "beauty",
    "skkni_code": "",
    "training_type": "1",
    "hours": "20",
    "price_idr": "Rp450.000",
    "comparison_price_idr": "500000",
    "free_elsewhere": "tidak",
    "bundle": "tidak",
    "age_min": "",
    "minimum_education": "",
}


@pytest.fixture
def institution(client: Client, cast: Cast) -> Client:
    client.force_login(cast.user(Role.INSTITUTION))
    return client


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    return client


def text_of(client: Client, where: str) -> str:
    return client.get(where).content.decode()


def test_the_search_is_its_address(client: Client, nation: Nation) -> None:
    market = nation.market
    offline = market.course(title="Las listrik", mode="offline", training_type=3, price_idr=300_000)
    market.listing(offline)
    market.schedule(offline, sessions=[market.session(days=40)], province_code="32", place="Bekasi")
    where = reverse("catalogue")
    everything = text_of(client, where)
    assert "Las listrik" in everything
    for query, seen in {
        "?words=las": True,
        "?words=barista": False,
        "?mode=online": False,
        "?province=32": True,
        "?province=11": False,
        "?price_max=300.000": True,
        "?price_max=299999": False,
        "?kind=government": False,
        "?platform=tokopedia": True,
        "?platform=pijar": False,
        "?channel=regular": True,
        "?words=%00&province=zz&mode=x&from=x&after=x~y&price_max=-1&platform=nobody": True,
        "?until=2020-09-02": False,
    }.items():
        assert ("Las listrik" in text_of(client, where + query)) is seen, query
    # What was typed stays in the form.
    assert 'value="las"' in text_of(client, where + "?words=las")


def test_pages_of_the_search_follow_each_other(client: Client, nation: Nation) -> None:
    market = nation.market
    course_id = market.course(title="Bahasa Jepang")
    market.listing(course_id)
    for days in range(30, 55):
        market.schedule(course_id, sessions=[market.session(days=days)])
    for order in ("start", "price"):
        where, codes = f"{reverse('catalogue')}?words=jepang&order={order}", []
        while where:
            page = text_of(client, where)
            codes += re.findall(r'data-label="Mulai"[^>]*><span>([^<]+)', page)
            following = re.search(r'<p class="pages"><a href="([^"]+)"', page)
            where = following.group(1).replace("&amp;", "&") if following else ""
        assert len(codes) == len(set(codes)) == 25


def test_a_course_page_says_where_its_price_stands(client: Client, nation: Nation) -> None:
    page = text_of(client, reverse("course", args=[course_code(nation)]))
    assert "per jam" in page
    assert "Riwayat harga" in page
    assert client.get(reverse("course", args=["nobody"])).status_code == 404


def test_assessor_institution_and_participant_read_the_same_benchmark(nation: Nation, cast: Cast) -> None:
    """The percentile of the price per hour, before the course is approved and after, with every price it had."""
    market = nation.market
    for price_idr in (160_000, 320_000, 480_000):
        market.course(subject="digital", title="Pembanding", price_idr=price_idr, comparison_price_idr=price_idr)
    proposal = market.proposal(subject="digital", title="Diperiksa", price_idr=480_000, comparison_price_idr=500_000)
    (proposed,) = propose_courses(market.context, [proposal], regime=market.regimes["second"])
    course_id = proposed.course_id
    assert course_id is not None
    share = formats.percent(queries.get_benchmarks([course_id])[course_id].percentile_bp // 100 * 100)
    sentence = f"Rp30.000 per jam; median bidang dan metodenya Rp20.000. Lebih mahal daripada {share}"
    clients = {role: Client() for role in (Role.PROGRAMME_OFFICE, Role.INSTITUTION, Role.PARTICIPANT)}
    for role, one in clients.items():
        one.force_login(cast.user(role))
    office, own = reverse("assess_course", args=[course_id]), reverse("own_course", args=[course_id])
    assert sentence in text_of(clients[Role.PROGRAMME_OFFICE], office)
    assert sentence in text_of(clients[Role.INSTITUTION], own)
    clients[Role.PROGRAMME_OFFICE].post(office, {"decision": "approve"})
    for price in ("470.000", "460.000"):
        typed = {"price_idr": price, "comparison_price_idr": "500.000"}
        assert clients[Role.INSTITUTION].post(reverse("change_price", args=[course_id]), typed).status_code == 302
    public = reverse("course", args=[queries.get_course(course_id).code])
    for client, where in ((clients[Role.PARTICIPANT], public), (Client(), public), (clients[Role.INSTITUTION], own)):
        shown = text_of(client, where)
        assert "Rp28.750 per jam; median bidang dan metodenya Rp20.000." in shown
        for price in ("Rp480.000", "Rp470.000", "Rp460.000", "Rp500.000"):
            assert price in shown.partition("Riwayat harga")[2], (where, price)


def test_a_course_that_was_never_approved_is_not_public(client: Client, nation: Nation) -> None:
    course_id = propose_one(nation)
    db.execute("UPDATE courses SET code = 'x' WHERE id = %s", [course_id])
    assert client.get(reverse("course", args=["x"])).status_code == 404


def test_a_regular_card_sees_offline_classes_only(client: Client, nation: Nation, cast: Cast) -> None:
    market = nation.market
    for title, mode, kind in (("Kelas luring", "offline", 3), ("Kelas daring", "online", 1)):
        course_id = market.course(title=title, mode=mode, training_type=kind)
        market.listing(course_id)
        market.schedule(course_id, sessions=[market.session(days=40)], province_code="32" if kind == 3 else None)
    client.force_login(cast.user(Role.PARTICIPANT))
    page = text_of(client, reverse("my_catalogue"))
    assert "Kelas luring" in page
    assert "Kelas daring" in page
    db.execute("SET LOCAL session_replication_role = replica")
    db.execute("UPDATE participants SET channel = 'regular'")
    page = text_of(client, reverse("my_catalogue") + "?mode=online&channel=digital")
    assert "Kelas daring" not in page
    assert "Kelas luring" not in text_of(client, reverse("my_catalogue") + "?words=daring")


def test_the_register_shows_who_was_decreed(client: Client, nation: Nation) -> None:
    where = reverse("institutions")
    assert "LPK Maju" in text_of(client, where)
    assert "LPK Maju" in text_of(client, where + "?words=maju&kind=private&province=32")
    for query in ("?words=%25_", "?kind=government", "?province=11", "?page=2"):
        assert "LPK Maju" not in text_of(client, where + query), query
    assert "LPK Maju" in text_of(client, where + "?page=0&kind=x&province=x")


def test_an_institution_proposes_and_keeps_what_it_typed(institution: Client) -> None:
    where = reverse("propose_course")
    answer = institution.post(where, {**PROPOSAL, "price_idr": "600000"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Menjahit lanjut"' in page
    assert "COURSE-01" in page
    assert institution.post(where, {**PROPOSAL, "training_type": ""}).status_code == 422
    assert institution.post(where, PROPOSAL).status_code == 302
    made = Course.objects.get(title="Menjahit lanjut")
    assert (made.state, made.price_idr, made.subject, made.own_code, made.age_min) == (
        "proposed",
        450_000,
        "beauty",
        None,
        18,
    )


def test_a_price_changes_from_now_on(institution: Client, nation: Nation) -> None:
    course_id = course_of(nation)
    where = reverse("change_price", args=[course_id])
    typed = {"price_idr": "350.000", "comparison_price_idr": "450000"}
    assert institution.post(where, {**typed, "price_idr": "banyak"}).status_code == 422
    assert institution.post(where, {**typed, "price_idr": "450001"}).status_code == 422
    assert institution.post(where, typed).status_code == 302
    assert queries.get_course(course_id).price_idr == 350_000
    assert "Rp350.000" in text_of(institution, reverse("own_course", args=[course_id]))


def test_a_class_is_opened_in_the_time_of_its_place(institution: Client, nation: Nation) -> None:
    market = nation.market
    course_id = market.course(title="Las", mode="offline", training_type=3)
    where = reverse("open_class", args=[course_id])
    typed = {**CLASS, "place": "Makassar", "province": "73"}
    for wrong in ({"first_day": "besok"}, {"from": "9"}, {"seats": "0"}, {"days": "-1"}, {"first_day": "2020-01-01"}):
        assert institution.post(where, {**typed, **wrong}).status_code == 422, wrong
    assert institution.post(where, typed).status_code == 302
    made = Schedule.objects.get(course_id=course_id)
    # Nine o'clock in Makassar (WITA) is one o'clock UTC.
    assert (made.starts_at.hour, made.seats, made.place) == (1, 20, "Makassar")
    assert len(queries.list_sessions([made.id])[made.id]) == 2


@pytest.mark.parametrize("typed", ["09:30", "09.30"])
def test_an_hour_is_read_as_people_here_write_it(institution: Client, nation: Nation, typed: str) -> None:
    """Half past nine, not three tenths of a second past nine."""
    course_id = nation.market.course(title="Las", mode="offline", training_type=3)
    hours = {"from": typed, "until": "12.00", "place": "Jakarta", "province": "31"}
    assert institution.post(reverse("open_class", args=[course_id]), {**CLASS, **hours}).status_code == 302
    made = Schedule.objects.get(course_id=course_id)
    assert (made.starts_at.hour, made.starts_at.minute, made.starts_at.microsecond) == (2, 30, 0)


def test_seats_are_not_taken_from_those_who_bought(institution: Client, nation: Nation) -> None:
    schedule_id = nation.running_schedule_id
    before = queries.get_schedules([schedule_id])[schedule_id].seats
    sold = before - queries.seats_left([schedule_id])[schedule_id]
    assert sold > 0
    where = reverse("change_seats", args=[schedule_id])
    assert institution.post(where, {"seats": str(sold - 1 or 0), "trainers": "1"}).status_code == 422
    assert institution.post(where, {"seats": "x", "trainers": "1"}).status_code == 422
    assert institution.post(where, {"seats": str(before + 5), "trainers": "1"}).status_code == 302
    assert queries.get_schedules([schedule_id])[schedule_id].seats == before + 5


def test_a_class_is_ended_after_saying_what_that_does(institution: Client, nation: Nation, cast: Cast) -> None:
    schedule_id = nation.market.schedule(course_of(nation), sessions=[nation.market.session(days=40)])
    where = reverse("end_class", args=[schedule_id])
    assert "Belum ada yang membelinya" in text_of(institution, where)
    assert where in text_of(institution, reverse("class", args=[schedule_id]))

    def state() -> str:
        return str(queries.get_schedules([schedule_id])[schedule_id].state)

    institution.post(where, {"decision": "close"})
    assert state() == "closed"
    assert "Jual lagi" in text_of(institution, where)
    institution.post(where, {"decision": "sell"})
    assert state() == "published"
    refused = institution.post(where, {"decision": "cancel", "reason": " "})
    assert refused.status_code == 422
    assert "peserta membacanya" in refused.content.decode()
    assert state() == "published"
    done = institution.post(where, {"decision": "cancel", "reason": "Ruang terbakar"}, follow=True).content.decode()
    assert "0 pembelian ditarik kembali" in done
    assert "Ruang terbakar" in done
    assert state() == "cancelled"
    assert "sudah selesai" in text_of(institution, where)
    assert where not in done
    again = institution.post(where, {"decision": "sell"}, follow=True).content.decode()
    assert "tidak mengizinkannya" in again


def test_a_class_with_people_in_it_is_not_cancelled(institution: Client, nation: Nation) -> None:
    where = reverse("end_class", args=[nation.running_schedule_id])
    db.execute(
        "UPDATE purchases SET state = 'redeemed', redeemed_at = paid_at WHERE state = 'paid' AND schedule_id = %s",
        [nation.running_schedule_id],
    )
    assert "harus diselenggarakan" in text_of(institution, where)
    refused = institution.post(where, {"decision": "cancel", "reason": "Sepi"}, follow=True).content.decode()
    assert "sudah mulai harus diselenggarakan" in refused
    assert queries.get_schedules([nation.running_schedule_id])[nation.running_schedule_id].state == "published"


def test_a_file_is_uploaded_seen_and_published(institution: Client, nation: Nation) -> None:
    where = reverse("upload_feed")
    assert institution.post(where).status_code == 422
    bad = institution.post(where, {"file": SimpleUploadedFile("x.csv", b"kode;judul\n1;2\n")})
    assert bad.status_code == 422
    assert "harga" in bad.content.decode()
    answer = institution.post(where, {"file": SimpleUploadedFile("kursus.csv", FEED)})
    assert answer.status_code == 302
    page = text_of(institution, answer.headers["Location"])
    assert "Menjahit dasar" in page
    assert "COURSE-01" in page
    assert not Course.objects.filter(title="Menjahit dasar").exists()
    feed_id = UUID(answer.headers["Location"].rstrip("/").rsplit("/", 1)[-1])
    errors = institution.get(reverse("feed_errors", args=[feed_id])).content.decode("utf-8-sig")
    assert "A-2" in errors
    assert "A-1" not in errors
    decide = reverse("decide_feed", args=[feed_id])
    assert institution.post(decide, {"decision": "publish"}).status_code == 302
    assert Course.objects.get(own_code="A-1").state == "proposed"
    assert "sudah diterbitkan" in institution.post(decide, {"decision": "publish"}, follow=True).content.decode()
    discarded = stage_feed(nation)
    institution.post(reverse("decide_feed", args=[discarded]), {"decision": "discard"})
    institution_id = nation.market.world.institution_id
    assert queries.get_feed(discarded, institution_id=institution_id).state == "discarded"


def test_an_institution_sees_no_other_ones_courses(institution: Client, nation: Nation) -> None:
    other = uuid4()
    db.execute(
        """
        INSERT INTO institutions (
            id, code, name, kind, province_code, state, owner_entity, evidence, sample, created_at
        )
        SELECT %s, 'lain', 'Lain', kind, province_code, 'draft', 'Lain', '{}', true, created_at
        FROM institutions
        ORDER BY id
        LIMIT 1
        """,
        [other],
    )
    course_id = queries.list_courses()[0].id
    db.execute("SET LOCAL session_replication_role = replica")
    db.execute("UPDATE courses SET institution_id = %s", [other])
    for name in ("own_course", "change_price", "open_class"):
        assert institution.get(reverse(name, args=[course_id])).status_code == 404, name


def test_a_platform_lists_and_takes_off(client: Client, nation: Nation, cast: Cast) -> None:
    market = nation.market
    course_id = market.course(title="Fotografi")
    client.force_login(cast.user(Role.PLATFORM))
    assert "Fotografi" in text_of(client, reverse("add_listings"))
    assert client.post(reverse("add_listings"), {"course": ["x"]}).status_code == 404
    assert "sedikitnya satu" in client.post(reverse("add_listings"), follow=True).content.decode()
    shown = client.post(reverse("add_listings"), {"course": [str(course_id)]}, follow=True).content.decode()
    assert "1 pelatihan sekarang dijual" in shown
    assert "Fotografi" in shown
    again = client.post(reverse("add_listings"), {"course": [str(course_id)]}, follow=True).content.decode()
    assert "sudah dijual" in again
    listing_id = listing_of(nation)
    assert client.post(reverse("end_listing", args=[listing_id])).status_code == 302
    assert client.get(reverse("end_listing", args=[listing_id])).status_code == 404


def test_the_office_assesses_with_a_reason(office: Client, nation: Nation) -> None:
    first, second = propose_one(nation), propose_one(nation)
    assert "Menjahit dasar" in text_of(office, reverse("proposed_courses"))
    where = reverse("assess_course", args=[first])
    assert "perlu alasan" in office.post(where, {"decision": "refuse"}, follow=True).content.decode()
    assert queries.get_course(first).state == "proposed"
    office.post(where, {"decision": "approve"})
    assert queries.get_course(first).state == "approved"
    office.post(reverse("assess_course", args=[second]), {"decision": "refuse", "reason": "tanpa kurikulum"})
    assert queries.get_course(second).state == "removed"


def test_an_auditor_looks_and_does_not_assess(client: Client, nation: Nation, cast: Cast) -> None:
    course_id, conflict_id = propose_one(nation), find_conflict(nation)
    client.force_login(cast.user(Role.AUDITOR))
    client.post(reverse("assess_course", args=[course_id]), {"decision": "approve"})
    client.post(reverse("office_conflict", args=[conflict_id]), {"act": "clear", "reason": "x"})
    assert queries.get_course(course_id).state == "proposed"
    assert get_conflict(conflict_id).state == "open"


def test_a_conflict_is_decided_and_published_without_personal_values(
    office: Client, nation: Nation, context: Context
) -> None:
    conflict_id = find_conflict(nation)
    where = reverse("office_conflict", args=[conflict_id])
    assert "••• 7890" in text_of(office, where)
    shown = text_of(office, where)
    assert "Sedang dijual di platform ini: 1." in shown
    assert "jalur ini tidak dihitung lagi" in shown
    assert "Tulis alasannya" in office.post(where, {"act": "clear"}, follow=True).content.decode()
    office.post(where, {"act": "clear", "reason": "nomor layanan pelanggan bersama"})
    assert get_conflict(conflict_id).state == "cleared"
    public = text_of(Client(), reverse("conflicts"))
    assert "nomor layanan pelanggan bersama" in public
    assert "telepon → telepon" in public
    assert "7890" not in public


def test_who_is_tied_decides_nothing_and_keeps_what_was_typed(office: Client, nation: Nation, context: Context) -> None:
    conflict_id = find_conflict(nation)
    tie = TieRequest(
        holder_kind="reviewer",
        holder_id=reviewer_node("staff:test-programme_office"),
        kind="phone",
        value="0812 3456 7890",
        source="pernyataan",
    )
    record_ties(context.at(NOW), [tie])
    answer = office.post(reverse("office_conflict", args=[conflict_id]), {"act": "clear", "reason": "sudah diperiksa"})
    assert answer.status_code == 422
    assert ">sudah diperiksa</textarea>" in answer.content.decode()
    assert get_conflict(conflict_id).state == "open"
