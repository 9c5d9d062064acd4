"""Forms that send by address: each is known, none asks for a person, a card or a code; searches that find somebody."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse

from prakerja import web
from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.cards.custody_queries import DeskCard, list_cards_at_office, list_manifests
from prakerja.cards.operations import make_print_manifests, receive_manifest, ship_manifest
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.web.desk import cards as desk_pages
from tests.participants.people import person
from tests.selection.world import Decreed
from tests.web.net import Net, Watched, cast_net
from tests.web.test_cards import decreed

__all__ = ["decreed"]

pytestmark = pytest.mark.django_db

# Template, and what its form asks for. What goes by address stands in logs and histories.
BY_ADDRESS = {
    "desk/coverage.html": "a province",
    "office/accesses.html": "an account of staff, as it stands in the table",
    "office/decrees.html": "state and kind",
    "office/findings.html": "kind and state",
    "office/waves.html": "state",
    "parts/search.html": "words, place, price and time of a training",
    "partner/institution.html": "title or code of a class",
    "partner/what_if.html": "a fee and a period",
    "portal/waves.html": "the channel to join",
    "public/certificates.html": "the number of a certificate, which is its address on the paper too",
    "public/institutions.html": "name of an institution",
}


def spaced(number: str) -> str:
    return f"{number[:4]} {number[4:8]} {number[8:12]} {number[12:]}"


def forms_by_address() -> Iterator[str]:
    """Templates with a form that does not say POST (a form that says nothing goes by address)."""
    folder = Path(web.__file__).parent / "templates" / "web"
    for file in sorted(folder.rglob("*.html")):
        for opening in re.findall(r"<form\b[^>]*(?:>|$)", file.read_text(), re.MULTILINE):
            if 'method="post"' not in opening:
                yield str(file.relative_to(folder))


def test_every_form_that_goes_by_address_is_known() -> None:
    assert sorted(forms_by_address()) == sorted(BY_ADDRESS)


@pytest.fixture
def card(decreed: Decreed) -> DeskCard:
    """The card of person 1, at the labour office."""
    make_print_manifests(decreed.context)
    (manifest,) = list_manifests()
    ship_manifest(decreed.context, manifest.manifest_id, "RESI-1")
    receive_manifest(decreed.context, manifest.manifest_id, [])
    (arrived,) = list_cards_at_office(manifest.labour_office_id)
    return arrived


@pytest.fixture
def net(database_log: Path, card: DeskCard, monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    nik = person(1).nik
    secrets = (nik, spaced(nik), card.number, spaced(card.number), card.name)
    with cast_net(database_log, secrets, monkeypatch) as caught:
        yield caught


def came(net: Net, context: Context, role: Role, name: str, *, is_another: bool = False, **more: object) -> Watched:
    create_users(context, [UserRequest(name, name, role, **more)])  # type: ignore[arg-type]
    user = find_user(name)
    assert user is not None
    client = Watched(net, is_another=is_another)
    client.force_login(user)
    return client


def test_whoever_is_found_stands_in_nothing_that_leaves(
    net: Net, decreed: Decreed, card: DeskCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = decreed.context
    (manifest,) = list_manifests()
    desk = came(net, here, Role.LABOUR_OFFICE, "desk", labour_office_id=manifest.labour_office_id)
    office = came(net, here, Role.PROGRAMME_OFFICE, "office")
    at_desk, at_office = reverse("desk_cards"), reverse("office_cards")
    for typed in (person(1).nik, spaced(person(1).nik), card.number, spaced(card.number)):
        found = desk.fill_in(at_desk, desk.get(at_desk).content.decode(), "number", typed)
        assert f'href="{reverse("desk_card", args=[card.card_id])}">{card.name}' in found.content.decode()
        led = office.fill_in(at_office, office.get(at_office).content.decode(), "number", typed)
        assert led.headers["Location"] == reverse("office_card", args=[card.card_id])
    # Others open the same pages, and look for the same person where they may not see it.
    elsewhere = db.value("SELECT id FROM labour_offices WHERE province_code = '11'")
    stranger = came(net, here, Role.LABOUR_OFFICE, "stranger", labour_office_id=elsewhere, is_another=True)
    another = came(
        net, here, Role.PARTICIPANT, "another", applicant_id=decreed.applicants[0], applicant_lane=0, is_another=True
    )
    auditor = came(net, here, Role.AUDITOR, "auditor", is_another=True)
    pages = ((stranger, ("desk_cards", "desk")), (auditor, ("office_cards", "trails")), (another, ("my_card", "me")))
    for client, names in pages:
        for name in names:
            assert client.get(reverse(name)).status_code == 200, name
    refused = Watched(net)
    refused.cookies = stranger.cookies
    answer = refused.fill_in(at_desk, refused.get(at_desk).content.decode(), "number", card.number)
    assert "Dinas ini tidak punya kartu" in answer.content.decode()
    assert card.name not in answer.content.decode()
    with monkeypatch.context() as broken:

        def defect(number: str) -> None:
            raise ValueError(f"cannot look for {number}")

        broken.setattr(desk_pages, "find_card_by_number", defect)
        page = desk.get(at_desk).content.decode()
        assert desk.fill_in(at_desk, page, "number", card.number).status_code == 500
    assert "status=500" in net.lines.getvalue()
    assert net.found() == {}


def test_a_search_that_went_by_address_would_be_found(net: Net, decreed: Decreed, card: DeskCard) -> None:
    office = came(net, decreed.context, Role.PROGRAMME_OFFICE, "office")
    where = reverse("office_cards")
    page = office.get(where).content.decode()
    assert net.found() == {}
    by_address = page.replace('<form method="post" class="narrow">', '<form method="get" class="narrow">')
    office.fill_in(where, by_address, "number", card.number)
    assert "address" in net.found()


@pytest.mark.parametrize("name", ["desk_cards", "office_cards", "trails", "sms_outbox"])
def test_an_address_with_a_number_finds_nobody(net: Net, decreed: Decreed, card: DeskCard, name: str) -> None:
    (manifest,) = list_manifests()
    role = Role.LABOUR_OFFICE if name == "desk_cards" else Role.PROGRAMME_OFFICE
    office_id = manifest.labour_office_id if role is Role.LABOUR_OFFICE else None
    client = came(net, decreed.context, role, "officer", labour_office_id=office_id)
    plain = re.sub(r'name="(?:csrfmiddlewaretoken|next)" value="[^"]*"', "", client.get(reverse(name)).content.decode())
    answer = client.get(reverse(name), {"number": card.number, "code": card.number, "card": card.number})
    shown = re.sub(r'name="(?:csrfmiddlewaretoken|next)" value="[^"]*"', "", answer.content.decode())
    assert shown == plain
