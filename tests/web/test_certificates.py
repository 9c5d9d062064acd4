"""Anybody checks a certificate by its number, without an account; its holder downloads it."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.web.public.certificates import masked_name
from tests.web.nation import Nation
from tests.web.people import Cast

pytestmark = pytest.mark.django_db


def certificate_of(nation: Nation) -> tuple[UUID, str, str]:
    """Purchase, number and holder's name of the reviewer's certificate."""
    assert nation.reviewer is not None
    found = db.row(
        """
        SELECT c.purchase_id, c.number, a.name
        FROM certificates AS c
        JOIN purchases AS p USING (lane, purchase_id)
        JOIN participants AS holder USING (lane, participant_id)
        JOIN applicants AS a USING (lane, applicant_id)
        WHERE a.applicant_id = %s
        """,
        [nation.reviewer.applicant_id],
    )
    assert found is not None
    return found[0], found[1], found[2]


def test_anybody_checks_a_number_and_learns_no_name(client: Client, nation: Nation) -> None:
    _, number, name = certificate_of(nation)
    page = client.get(reverse("certificate", args=[number]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Barista dasar" in text
    assert "LPK Maju" in text
    assert masked_name(name) in text
    assert name not in text


@pytest.mark.parametrize(
    "typed", ["{}", " {} ", "{lower}", "{spaced}"], ids=["as it is", "with spaces", "small letters", "grouped"]
)
def test_a_number_is_read_as_people_type_it(client: Client, nation: Nation, typed: str) -> None:
    _, number, _ = certificate_of(nation)
    text = typed.format(number, lower=number.lower(), spaced=number.replace("-", " "))
    answer = client.get(reverse("certificates"), {"number": text})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("certificate", args=[number]))


@pytest.mark.parametrize("typed", ["PK-2020", "x" * 100, "PK-2020-ABCDEFGHJKLMN", "<b>", "\x00"])
def test_what_is_no_number_stays_where_it_was_typed(client: Client, typed: str) -> None:
    answer = client.get(reverse("certificates"), {"number": typed})
    assert answer.status_code == 422
    assert "PK-2020-ABCDEFGHJKLM" in answer.content.decode()


def test_a_number_that_nobody_was_given(client: Client, nation: Nation) -> None:
    answer = client.get(reverse("certificate", args=["PK-2020-AAAAAAAAAAAA"]))
    assert answer.status_code == 404
    assert "Tidak ada sertifikat" in answer.content.decode()
    assert client.get(reverse("certificates")).status_code == 200


def test_the_holder_downloads_it(client: Client, nation: Nation, cast: Cast) -> None:
    purchase_id, number, _ = certificate_of(nation)
    client.force_login(cast.user(Role.PARTICIPANT))
    page = client.get(reverse("my_purchase", args=[purchase_id])).content.decode()
    where = reverse("my_certificate", args=[purchase_id])
    assert where in page
    assert reverse("certificate", args=[number]) in page
    paper = client.get(where)
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    assert number in paper.headers["Content-Disposition"]


def test_nobody_downloads_another_ones(client: Client, nation: Nation, cast: Cast) -> None:
    assert nation.paid is not None
    client.force_login(cast.user(Role.PARTICIPANT))
    other = db.value(
        "SELECT purchase_id FROM purchases WHERE participant_id <> (SELECT participant_id FROM participants"
        " WHERE applicant_id = %s) ORDER BY purchase_id LIMIT 1",
        [cast.applicant_id],
    )
    assert client.get(reverse("my_certificate", args=[other])).status_code == 404


def test_a_masked_name_shows_first_letters_only() -> None:
    assert masked_name("Siti  Nur Aminah") == "S••• N••• A•••"
    assert masked_name("Budi") == "B•••"
    assert masked_name("") == ""
