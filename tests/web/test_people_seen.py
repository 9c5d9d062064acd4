"""Whoever is shown a person's data stands in the access log before the page leaves, and the person can see it."""

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import get_resolver, reverse

from prakerja.access.models import PageAccess
from prakerja.access.operations import PageView, record_page_views
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.oversight.queries.people import list_people_of
from prakerja.web import people_seen
from prakerja.web.portal.who_looked import PAGES, page_name
from tests.selection.world import Decreed
from tests.web.nation import Nation
from tests.web.pages import pages_of
from tests.web.people import Cast
from tests.web.test_cards import SignIn, decreed, sign_in
from tests.web.test_cards import test_a_physical_card_from_the_press_to_the_first_pin as go_the_way_of_a_card
from tests.web.test_permissions import patterns

pytestmark = pytest.mark.django_db
# Fixtures of the module that goes the way of a physical card.
__all__ = ["decreed", "sign_in"]


def log() -> set[tuple[str, str, str]]:
    return {(row.actor, row.page, row.applicant_id.hex) for row in PageAccess.objects.order_by("access_id")}


def test_a_class_list_records_each_person_on_it(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.INSTITUTION))
    where = reverse("class", args=[nation.running_schedule_id])
    assert client.get(where).status_code == 200
    on_it = db.rows(
        """
        SELECT p.applicant_id
        FROM purchases AS x JOIN participants AS p ON (p.lane, p.participant_id) = (x.lane, x.participant_id)
        WHERE x.schedule_id = %s AND x.state <> 'voided'
        ORDER BY p.applicant_id
        """,
        (nation.running_schedule_id,),
    )
    assert len(on_it) >= 1
    page = "institution/classes/<uuid:schedule_id>/"
    assert log() == {("institution:test-institution", page, one.hex) for (one,) in on_it}
    row = PageAccess.objects.order_by("access_id")[0]
    assert (row.role, row.user_id) == ("institution", cast.user(Role.INSTITUTION).id)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PARTICIPANT])
def test_no_page_shows_a_persons_name_without_a_record(client: Client, nation: Nation, cast: Cast, role: Role) -> None:
    people = db.rows("SELECT applicant_id, name FROM applicants ORDER BY applicant_id")
    assert len(people) >= 3
    client.force_login(cast.user(role))
    missing = []
    for name, where in pages_of(role, nation).items():
        before = PageAccess.objects.count()
        shown = client.get(where).content.decode()
        recorded = {one for _, _, one in log()}
        missing += [(name, who) for one, who in people if who in shown and one.hex not in recorded]
        if name in {"class", "trail", "rows"}:
            assert PageAccess.objects.count() > before, name
    assert missing == []


def test_the_person_sees_who_looked_in_both_languages(client: Client, nation: Nation, cast: Cast) -> None:
    own = Client()
    own.force_login(cast.user(Role.PARTICIPANT))
    where = reverse("who_looked")
    assert "Belum ada yang membuka" in own.get(where).content.decode()
    purchase_id = db.value(
        """
        SELECT x.purchase_id
        FROM purchases AS x JOIN participants AS p ON (p.lane, p.participant_id) = (x.lane, x.participant_id)
        WHERE p.applicant_id = %s
        ORDER BY x.purchase_id LIMIT 1
        """,
        (cast.applicant_id,),
    )
    client.force_login(cast.user(Role.AUDITOR))
    assert client.get(reverse("trail", args=[purchase_id])).status_code == 200
    page = own.get(where).content.decode()
    assert "Auditor" in page
    assert "Riwayat kartu, pembelian, atau uang Anda" in page
    # Whose account it was is for the office to know.
    assert "test-auditor" not in page
    own.cookies["django_language"] = "en"
    assert "What happened to your card, purchase or money" in own.get(where).content.decode()
    # What a person sees of itself is no view by somebody else.
    own.get(reverse("me"))
    assert {actor for actor, _, _ in log()} == {"staff:test-auditor"}


def test_the_auditor_sees_all_views_or_those_of_one_account(client: Client, nation: Nation, cast: Cast) -> None:
    institution = Client()
    institution.force_login(cast.user(Role.INSTITUTION))
    institution.get(reverse("class", args=[nation.running_schedule_id]))
    client.force_login(cast.user(Role.AUDITOR))
    where = reverse("page_accesses")
    page = client.get(where).content.decode()
    assert "institution:test-institution" in page
    assert "institution/classes/&lt;uuid:schedule_id&gt;/" in page
    assert (
        "institution:test-institution" in client.get(where, {"actor": "institution:test-institution"}).content.decode()
    )
    assert "Belum ada yang membuka" in client.get(where, {"actor": "nobody"}).content.decode()


def test_nothing_is_shown_when_the_log_cannot_be_written(
    client: Client, nation: Nation, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise DatabaseError("no log")

    monkeypatch.setattr(people_seen, "record_page_views", fail)
    client.force_login(cast.user(Role.INSTITUTION))
    client.raise_request_exception = False
    answer = client.get(reverse("class", args=[nation.running_schedule_id]))
    assert answer.status_code == 500
    name = db.value("SELECT name FROM applicants ORDER BY applicant_id LIMIT 1")
    assert name not in answer.content.decode()


def test_a_page_that_was_refused_is_no_view(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.PLATFORM))
    assert client.get(reverse("class", args=[nation.running_schedule_id])).status_code == 403
    assert log() == set()


def test_rows_lead_to_their_person(nation: Nation) -> None:
    """Every kind of row that the office can open."""
    tables = {
        "applicants": "applicant_id",
        "participants": "participant_id",
        "cards": "card_id",
        "purchases": "purchase_id",
        "certificates": "certificate_id",
        "incentives": "incentive_id",
        "payout_accounts": "payout_account_id",
    }
    for table, key in tables.items():
        row_id = db.value(f"SELECT {key} FROM {table} ORDER BY {key} LIMIT 1")
        assert row_id is not None, table
        assert len(list_people_of([row_id])) == 1, table
    assert list_people_of([nation.wave_id, nation.run_id]) == []


@pytest.mark.parametrize("statement", ["UPDATE page_accesses SET actor = 'x'", "DELETE FROM page_accesses"])
def test_the_log_is_never_changed(context: Context, cast: Cast, statement: str) -> None:
    view = PageView(
        cast.user(Role.AUDITOR).id, "auditor", "office/trail/<uuid:subject_id>/", [(0, cast.applicant_id)] * 2
    )
    assert record_page_views(context, [view]) == 1
    with pytest.raises(DatabaseError, match="history_is_append_only"):
        db.execute(statement)


def test_a_path_with_an_id_is_refused(context: Context, cast: Cast) -> None:
    page = f"office/trail/{cast.applicant_id}/"
    with pytest.raises(DatabaseError, match="page_of_an_access_is_a_pattern"):
        record_page_views(context, [PageView(cast.user(Role.AUDITOR).id, "auditor", page, [(0, cast.applicant_id)])])


def test_the_hands_of_a_physical_card_are_recorded(sign_in: SignIn, decreed: Decreed) -> None:
    go_the_way_of_a_card(sign_in, decreed)
    seen = {(row.role, row.page) for row in PageAccess.objects.filter(applicant_id=decreed.applicants[1])}
    names = ("desk_manifest", "desk_cards", "desk_card", "desk_receipt")
    assert seen == {
        ("programme_office", pattern_of("manifest_file")),
        *(("labour_office", pattern_of(name)) for name in names),
    }


def pattern_of(name: str) -> str:
    (found,) = [entry for entry in patterns(get_resolver()) if entry.name == name]
    return str(found.pattern)


def test_every_page_in_words_is_there() -> None:
    routes = [str(entry.pattern) for entry in patterns(get_resolver())]
    # Django's own tables have a resolver of their own.
    words = [one for one in PAGES if one not in {"", "admin/"}]
    assert [one for one in words if not any(route.startswith(one) for route in routes)] == []
    assert page_name("desk/cards/<uuid:card_id>/") == page_name("desk/cards/")
    assert page_name("nobody/knows/") == page_name("")
