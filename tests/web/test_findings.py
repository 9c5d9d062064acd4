"""The pages of findings: the queue and its filters, one finding, and decisions by two people."""

import csv
import io
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.oversight.operations import escalate_findings, look_for_findings
from prakerja.oversight.queries.findings import get_finding
from prakerja.partners.queries import get_sanction
from tests.web.catalogue import find_conflict, find_outlier
from tests.web.founder import NOW
from tests.web.nation import Nation
from tests.web.people import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    return client


@pytest.fixture
def outlier(nation: Nation) -> UUID:
    return find_outlier(nation)


def text_of(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return answer.content.decode()


def decide(client: Client, finding_id: UUID, act: str, reason: str = "Tiga kali median", **more: str) -> int:
    return client.post(reverse("office_finding", args=[finding_id]), {"act": act, "reason": reason, **more}).status_code


def test_the_queue_is_filtered_by_its_address(office: Client, outlier: UUID) -> None:
    where, link = reverse("office_findings"), reverse("office_finding", args=[outlier])
    assert "Rp100.000 per jam" in text_of(office, where)
    for query, seen in {
        "": True,
        "?kind=price_outlier": True,
        "?kind=copied_reviews": False,
        "?state=open": True,
        "?state=dismissed": False,
        "?state=all": True,
        "?kind=x&state=x": True,
    }.items():
        assert (link in text_of(office, where + query)) is seen, query
    assert office.get(where + "?after=x").status_code == 404
    assert f'href="{where}?kind=price_outlier"' in text_of(office, where)


def test_the_queue_is_a_file_with_the_same_filters(office: Client, outlier: UUID) -> None:
    where = reverse("office_findings")
    assert "?kind=price_outlier&amp;as=csv" in text_of(office, where + "?kind=price_outlier")
    text = office.get(where + "?kind=price_outlier&as=csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    found = get_finding(outlier)
    assert (row["kind"], row["value"], row["unit"], row["state"]) == ("price_outlier", "100000", "idr", "open")
    assert (row["about"], row["due"]) == (found.label, found.due_at.isoformat())
    assert list(csv.DictReader(io.StringIO(office.get(where + "?kind=copied_reviews&as=csv").content.decode()))) == []


def test_a_finding_leads_to_its_rows_and_their_trail(office: Client, outlier: UUID) -> None:
    found = get_finding(outlier)
    page = text_of(office, reverse("office_finding", args=[outlier]))
    for name, key in (("trail", found.course_id), ("assess_course", found.course_id)):
        assert reverse(name, args=[key]) in page
    assert reverse("office_institution", args=[found.institution_id]) in page
    assert "finding.opened" in page
    assert "COURSE-01" in page


def test_one_person_proposes_and_another_upholds(office: Client, outlier: UUID, cast: Cast) -> None:
    where = reverse("office_finding", args=[outlier])
    assert decide(office, outlier, "propose", reason=" ") == 422
    assert decide(office, outlier, "propose", measure="platform_ending") == 422
    assert decide(office, outlier, "gossip") == 404
    assert decide(office, outlier, "propose", measure="course_suspension") == 302
    assert 'value="uphold"' not in text_of(office, where)
    assert decide(office, outlier, "uphold") == 422
    office.force_login(cast.user(Role.APPROVER))
    assert 'value="uphold"' in text_of(office, where)
    assert decide(office, outlier, "uphold", reason="Benar") == 302
    found = get_finding(outlier)
    assert found.state == "upheld"
    assert found.sanction_id is not None
    assert get_sanction(found.sanction_id).state == "noticed"
    assert reverse("office_sanction", args=[found.sanction_id]) in text_of(office, where)
    assert "<form method" not in text_of(office, where).partition("</h1>")[2]


def test_one_person_dismisses(office: Client, outlier: UUID) -> None:
    assert decide(office, outlier, "dismiss", reason="Alat mahal") == 302
    found = get_finding(outlier)
    assert (found.state, found.reason) == ("dismissed", "Alat mahal")
    assert reverse("office_finding", args=[outlier]) not in text_of(office, reverse("office_findings"))


def test_an_auditor_looks_and_decides_nothing(client: Client, cast: Cast, outlier: UUID) -> None:
    client.force_login(cast.user(Role.AUDITOR))
    assert 'value="dismiss"' not in text_of(client, reverse("office_finding", args=[outlier]))
    assert decide(client, outlier, "dismiss") == 404
    assert get_finding(outlier).state == "open"


def test_what_is_decided_elsewhere_leads_there(office: Client, nation: Nation) -> None:
    conflict_id = find_conflict(nation)
    look_for_findings(nation.market.context.at(NOW), kinds=["open_conflict"])
    finding_id = db.value("SELECT id FROM findings WHERE subject_key = %s", [str(conflict_id)])
    page = text_of(office, reverse("office_finding", args=[finding_id]))
    assert reverse("office_conflict", args=[conflict_id]) in page
    assert 'value="dismiss"' not in page
    assert decide(office, finding_id, "dismiss") == 422


def test_a_late_finding_waits_for_the_approver(office: Client, outlier: UUID, nation: Nation) -> None:
    assert escalate_findings(nation.market.context.at(NOW + timedelta(days=15))) == 1
    assert "penyetuju" in text_of(office, reverse("office_finding", args=[outlier]))


def test_whoever_sees_people_behind_a_finding_is_on_record(office: Client, nation: Nation) -> None:
    db.execute(r"UPDATE applicants SET phone_index = '\x0a'")
    look_for_findings(nation.market.context.at(NOW), kinds=["shared_telephone"])
    finding_id = db.value("SELECT id FROM findings WHERE kind = 'shared_telephone'")
    before = db.value("SELECT count(*) FROM page_accesses")
    assert "orang" in text_of(office, reverse("office_finding", args=[finding_id]))
    people = db.value("SELECT count(*) FROM applicants")
    assert db.value("SELECT count(*) FROM page_accesses") == before + people
