"""What platforms and institutions see and do."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.catalogue.rules import SessionTimes
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.oversight.queries.partner import get_partner
from prakerja.oversight.queries.partner_money import get_money_due, list_statements
from prakerja.settlement.queries import list_statement_lines
from prakerja.web.partner.shared import fee_terms
from prakerja.web.partner.statement_paper import statement_data
from tests.web.founder import NOW
from tests.web.nation import Nation
from tests.web.people import Cast
from tests.web.test_portal import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution(client: Client, nation: Nation, cast: Cast) -> Client:
    client.force_login(cast.user(Role.INSTITUTION))
    return client


@pytest.fixture
def platform(client: Client, nation: Nation, cast: Cast) -> Client:
    client.force_login(cast.user(Role.PLATFORM))
    return client


def test_redeems_a_code_however_it_is_typed_and_only_once(institution: Client, nation: Nation) -> None:
    code = nation.bought[-1].redeem_code
    typed = f" {code[:4].lower()} {code[4:8]}.{code[8:]}"
    answer = institution.post(reverse("redeem"), {"code": typed}, follow=True)
    assert f"Kode {code} sudah ditukar." in answer.content.decode()
    assert "ditukar, sedang di kelas" in text_of(institution, reverse("class", args=[nation.running_schedule_id]))

    again = institution.post(reverse("redeem"), {"code": typed})
    assert again.status_code == 422
    assert "Kode ini sudah ditukar." in again.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "terdiri dari 12 huruf dan angka"),
        ("ABC", "terdiri dari 12 huruf dan angka"),
        ("ÄÖÜÄÖÜÄÖÜÄÖÜ", "terdiri dari 12 huruf dan angka"),
        ("AAAAAAAAAAAA", "Kode ini tidak ada."),
    ],
)
def test_a_refused_code_says_why_and_stays(institution: Client, typed: str, sentence: str) -> None:
    answer = institution.post(reverse("redeem"), {"code": typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Kesalahan: " in page
    assert sentence in page
    assert f'value="{typed}"' in page


def test_a_code_of_the_past_class_is_closed(institution: Client, nation: Nation) -> None:
    assert nation.paid is not None
    answer = institution.post(reverse("redeem"), {"code": nation.paid.redeem_code})
    assert "Kode ini sudah ditukar." in answer.content.decode()


def test_a_class_shows_names_and_nothing_else_of_people(institution: Client, nation: Nation) -> None:
    page = institution.get(reverse("class", args=[nation.running_schedule_id])).content.decode()
    assert "Warga" in page
    assert "991201" not in page
    assert nation.bought[-1].redeem_code not in page


def test_sales_show_no_person(platform: Client, nation: Nation) -> None:
    page = platform.get(reverse("platform_sales")).content.decode()
    assert "Barista dasar" in page
    assert "Warga" not in page


def test_another_platform_sees_none_of_it(client: Client, nation: Nation, context: Context) -> None:
    create_users(
        context,
        [UserRequest("buka", "Bukalapak", Role.PLATFORM, partner_id=nation.market.world.platforms["bukalapak"])],
    )
    user = find_user("buka")
    assert user is not None
    client.force_login(user)
    assert "Belum ada yang terjual." in text_of(client, reverse("platform_sales"))
    assert client.get(reverse("platform_statement", args=[nation.run_id])).status_code == 404


def test_a_statement_adds_up_to_its_purchases(platform: Client, nation: Nation) -> None:
    platform_id = nation.market.world.platforms["tokopedia"]
    (statement,) = list_statements("platform", platform_id)
    lines = list_statement_lines(nation.run_id, "platform", platform_id)
    # Ten per cent of two purchases of Rp400.000.
    assert (statement.purchases, statement.amount_idr) == (2, 80_000)
    assert sum(line.amount_idr for line in lines) == statement.amount_idr
    assert get_money_due("platform", platform_id).payable_idr == 80_000

    file = platform.get(reverse("platform_statement", args=[nation.run_id]) + "?as=csv")
    *rows, total = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [int(row["amount_idr"]) for row in rows] == [line.amount_idr for line in lines]
    assert (total["course"], total["amount_idr"]) == ("2", "80000")
    where = reverse("platform_statement", args=[nation.run_id])
    book = CalamineWorkbook.from_filelike(io.BytesIO(platform.get(where + "?as=xlsx").content))
    assert book.get_sheet_by_index(0).to_python()[-1][-1] == 80_000
    assert "Rp80.000" in text_of(platform, where)
    paper = platform.get(where + "?as=pdf")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")


def test_a_statement_on_paper_has_the_same_figures(nation: Nation) -> None:
    payee = get_partner("platform", nation.market.world.platforms["tokopedia"])
    (statement,) = list_statements("platform", payee.partner_id)
    lines = list_statement_lines(nation.run_id, "platform", payee.partner_id)
    with override("id"):
        data = statement_data(statement, payee, lines)
    assert ["Akan dibayar", "Rp80.000"] in data["facts"]
    assert data["total"] == ["Jumlah", "Rp800.000", "Rp80.000", "Rp80.000"]
    assert [row[-1] for row in data["rows"]] == [f"Rp{line.amount_idr:,}".replace(",", ".") for line in lines]


def test_parts_of_the_price_are_shared(nation: Nation) -> None:
    shares = [
        get_money_due("platform", nation.market.world.platforms["tokopedia"]).payable_idr,
        get_money_due("institution", nation.market.world.institution_id).payable_idr,
    ]
    assert sum(shares) == 2 * 400_000


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        ({"kind": "none"}, "no fee"),
        ({"kind": "flat", "fee_idr": 5_000}, "Rp5.000 for each purchase"),
        ({"kind": "share", "commission_bp": 1_250}, "12.5 % of the price"),
        (
            {"kind": "tiered_by_price", "tiers": [{"from_idr": 0, "commission_bp": 1_500}]},
            "by price: from Rp0: 15 %",
        ),
        (
            {
                "kind": "tiered_by_volume",
                "tiers": [{"from_idr": 0, "commission_bp": 1_500}, {"from_idr": 10_000_000, "commission_bp": 1_000}],
            },
            "by the month's volume: from Rp0: 15 %; from Rp10.000.000: 10 %",
        ),
    ],
)
def test_fee_terms_in_words(scheme: dict[str, object], text: str) -> None:
    from django.utils.translation import override

    with override("en"):
        assert fee_terms(scheme) == text


def test_classes_are_paged_and_found_by_title_code_and_time(institution: Client, nation: Nation) -> None:
    """Sixty more classes of another course: all are reached, each once; a search keeps its words on the next page."""
    market = nation.market
    course = market.course(title="Las listrik 100%")
    first = NOW + timedelta(days=3)
    for number in range(60):
        starts_at = first + timedelta(days=number)
        market.schedule(course, sessions=[SessionTimes(starts_at, starts_at + timedelta(hours=2))])
    codes = {code for (code,) in db.rows("SELECT code FROM schedules WHERE course_id = %s", (course,))}

    def walk(where: str) -> list[str]:
        seen: list[str] = []
        while where:
            page = institution.get(where).content.decode()
            seen += re.findall(r'/institution/classes/[0-9a-f-]{36}/">([^<]+)</a>', page)
            following = re.search(r'<p class="pages"><a href="([^"]+)">Halaman berikutnya', page)
            where = unescape(following.group(1)) if following else ""
        return seen

    seen = walk(reverse("institution"))
    assert len(seen) == len(set(seen)) == 61
    assert codes < set(seen)
    found = walk(reverse("institution") + "?words=listrik+100%25")
    assert (len(found), set(found)) == (60, codes)
    assert walk(reverse("institution") + "?words=listrik_100") == []
    code = next(iter(codes))
    assert walk(reverse("institution") + f"?words={code[:10].lower()}") == [code]
    past = walk(reverse("institution") + "?when=past")
    assert past
    assert not set(past) & set(seen)
    assert walk(reverse("own_course", args=[course]))[:60] == sorted(
        codes, key=lambda one: db.value("SELECT starts_at FROM schedules WHERE code = %s", (one,)), reverse=True
    )
    for wrong in ("?when=never", "?after=x", "?after=2020-01-01~x", "?after=2020-01-01~" + str(course)):
        assert institution.get(reverse("institution") + wrong).status_code == 404
