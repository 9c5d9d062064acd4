"""Entries of a record end by page: what an institution has, and who stands behind a partner (PLAT-02)."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from prakerja.kit.context import Context
from prakerja.partners import queries
from prakerja.partners.conflict_queries import find_paths, list_ties
from tests.web.test_cooperation import Stage, page, post, stage

__all__ = ["stage"]
pytestmark = pytest.mark.django_db

DAY = "2020-08-03"
ENTRIES = {
    "accreditation": {
        "act": "accreditation",
        "grade": "A",
        "number": "LA-1",
        "from": "2020-01-01",
        "until": "2025-01-01",
    },
    "premises": {"act": "premises", "place": "Gedung A", "address": "Jl. Merdeka 1", "province": "32", "places": "40"},
    "trainer": {"act": "trainer", "trainer": "Ibu Ani", "subject": "Menjahit"},
}


def entered(stage: Stage, kind: str) -> UUID:
    assert "Sudah dicatat." in post(stage.as_("institution"), "institution_record", **ENTRIES[kind])
    (line,) = queries.list_record(stage.world.institution_id)
    return line.id


@pytest.mark.parametrize("kind", list(ENTRIES))
def test_an_institution_ends_an_entry_of_its_record(stage: Stage, kind: str) -> None:
    record_id, client = entered(stage, kind), stage.as_("institution")
    where = ("own_record_end", kind, record_id)
    assert reverse(where[0], args=where[1:]) in page(client, "institution_record")
    wrong = post(client, *where, act="end", until="3 Agustus", reason="")
    assert "Tulis tanggal seperti 2020-12-31." in wrong
    assert "Tulis alasan berakhirnya" in wrong
    assert 'value="3 Agustus"' in wrong
    later = (stage.world.context.today + timedelta(days=1)).isoformat()
    assert "paling lambat hari ini" in post(client, *where, act="end", until=later, reason="pindah")
    shown = post(client, *where, act="end", until=DAY, reason="Surat 7")
    assert "Sudah berakhir. Catatannya tetap ada." in shown
    assert "berakhir pada 3 Agustus 2020" in shown.replace("\xa0", " ")
    assert "Surat 7" in shown
    # It stays to be read, and cannot end twice.
    assert client.get(reverse(where[0], args=where[1:])).status_code == 404
    (line,) = queries.list_record(stage.world.institution_id)
    assert (line.ended_date, line.end_reason) == (date(2020, 8, 3), "Surat 7")


def test_the_office_ends_what_the_accreditor_took_back(stage: Stage) -> None:
    record_id, institution_id = entered(stage, "accreditation"), stage.world.institution_id
    office = stage.as_("pmo-1")
    assert "LA-1" in page(office, "office_record", institution_id)
    where = ("office_record_end", institution_id, "accreditation", record_id)
    assert "Sudah berakhir. Catatannya tetap ada." in post(office, *where, act="end", until=DAY, reason="Dicabut BAN")
    assert "Dicabut BAN" in page(stage.as_("institution"), "institution_record")
    assert stage.as_("tokopedia").get(reverse(where[0], args=where[1:])).status_code == 403


def test_nobody_ends_an_entry_of_another_institution(stage: Stage, context: Context) -> None:
    record_id = entered(stage, "trainer")
    where = ("office_record_end", stage.world.platforms["pijar"], "trainer", record_id)
    assert stage.as_("pmo-1").get(reverse(where[0], args=where[1:])).status_code == 404
    assert stage.as_("institution").get(reverse("own_record_end", args=["premises", record_id])).status_code == 404
    assert context.today == stage.world.context.today


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("owner", {"name": "Rina", "value": "9912011708450001"}),
        ("director", {"name": "Rina", "value": "9912011708450001"}),
        ("address", {"value": "Jl. Sudirman No. 1, Jakarta"}),
        ("phone", {"value": "0812 3456 7890"}),
        ("bank_account", {"bank": "BRI", "value": "0012 3456 7890"}),
    ],
)
def test_a_tie_that_ended_by_page_leads_nowhere_any_more(stage: Stage, kind: str, values: dict[str, str]) -> None:
    """The same person, address or account on both sides is a path; when one side ends it, there is none."""
    world, today = stage.world, stage.world.context.today
    pair = (world.platforms["pijar"], world.institution_id)
    for name in ("pijar", "institution"):
        entry = {"act": "add", "source": "akta 1", "from": "2020-01-02", **values}
        assert "Sudah dicatat." in post(stage.as_(name), "own_tie_new", kind, **entry)
    (path,) = find_paths([pair], on=today)[pair]
    assert path.hops == 2
    (tie,) = list_ties(world.institution_id)
    ended = post(stage.as_("institution"), "own_tie_end", tie.id, act="end", until=DAY, reason="Pindah")
    assert "Sudah berakhir. Catatannya tetap ada." in ended
    assert find_paths([pair], on=today)[pair] == ()
    # What was so on an earlier day stays so.
    assert len(find_paths([pair], on=date(2020, 8, 2))[pair]) == 1


def test_the_form_of_the_identity_begins_with_what_is_on_record(stage: Stage) -> None:
    """Who changes one of the three does not type, or lose, the other two."""
    client = stage.as_("institution")
    entry = {"act": "identity", "legal_form": "foundation", "founded": "2010-01-02", "offline": "no"}
    assert "Sudah dicatat." in post(client, "institution_record", **entry)
    shown = page(client, "institution_record")
    assert '<option value="foundation" selected>' in shown
    assert 'value="2010-01-02"' in shown
    assert 'id="offline-no" value="no" checked' in shown
