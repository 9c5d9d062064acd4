"""The way of a participant from the institution's link to the presence, and each way in which it ends early."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partner_api.presence import LinkRequest, make_links
from prakerja.partner_api.queries import find_codes
from prakerja.programme.operations import set_programme_clock
from tests.learning.world import World, make_world

pytestmark = pytest.mark.django_db
CALLBACK = "https://lpk.example.id/kembali?kelas=1&nama=a%26b"


@pytest.fixture
def world(context: Context) -> World:
    """Two people who have paid, each with an account; the class begins in half an hour."""
    made = make_world(context, state="paid")
    set_programme_clock(context, context.now, machine_now=datetime.now(UTC))
    created = create_users(
        context,
        [
            UserRequest(
                username=f"person-{number}",
                display_name="Orang",
                role=Role.PARTICIPANT,
                applicant_id=person.applicant_id,
                applicant_lane=person.lane,
            )
            for number, person in enumerate(made.people)
        ],
    )
    assert {result.code for result in created} == {"ok"}
    return made


def link(world: World, *, sequence: int = 1, uri: str = CALLBACK) -> str:
    code = db.value("SELECT redeem_code FROM purchases WHERE purchase_id = %s", (world.people[0].purchase_id,))
    facts = find_codes([(code, sequence)])[0]
    assert facts is not None
    request = LinkRequest(
        facts=facts, sequence=sequence, redirect_uri=uri, email="a@b.id", actor="institution:lpk-maju"
    )
    made = make_links(world.context, [request], machine_now=datetime.now(UTC))[0]
    assert made.token is not None
    return f"/hadir/{made.token}"


def sign_in(client: Client, number: int = 0) -> None:
    user = find_user(f"person-{number}")
    assert user is not None
    client.force_login(user)


def state_of(world: World) -> tuple[str, int]:
    person = world.people[0]
    return (
        db.value("SELECT state FROM purchases WHERE purchase_id = %s", (person.purchase_id,)),
        db.value("SELECT count(*) FROM attendances WHERE purchase_id = %s", (person.purchase_id,)),
    )


def test_from_the_link_to_the_presence_and_back(client: Client, world: World) -> None:
    address = link(world)
    assert client.get(address).headers["Location"] == f"/sign-in/?next={address}"
    sign_in(client)
    page = client.get(address)
    assert page.status_code == 200
    assert b"SANDBOX" in page.content
    assert "form-action 'self' https://lpk.example.id" in page.headers["Content-Security-Policy"]
    back = client.post(address, {"face": "mine"})
    assert back.status_code == 302
    parts = urlsplit(back.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://lpk.example.id/kembali"
    query = parse_qs(parts.query)
    state = db.value("SELECT state_text FROM presence_links")
    assert query == {"kelas": ["1"], "nama": ["a&b"], "state": [state]}
    assert state_of(world) == ("redeemed", 1)
    again = client.post(address, {"face": "mine"})
    assert again.status_code == 410
    assert "Tautan ini sudah dipakai" in again.content.decode()
    assert state_of(world) == ("redeemed", 1)


def test_another_participant_is_sent_to_the_right_account(client: Client, world: World) -> None:
    address = link(world)
    sign_in(client, 1)
    for answer in (client.get(address), client.post(address, {"face": "mine"})):
        assert answer.status_code == 403
        assert "untuk peserta lain" in answer.content.decode()
        # Nothing of the other person's class is shown.
        assert "Barista" not in answer.content.decode()
    assert state_of(world) == ("paid", 0)


def test_another_face_is_refused(client: Client, world: World) -> None:
    address = link(world)
    sign_in(client)
    for face in ("other", ""):
        assert client.post(address, {"face": face}).status_code == 422
    assert state_of(world) == ("paid", 0)
    assert client.post(address, {"face": "mine"}).status_code == 302


def test_a_link_that_nobody_made(client: Client, world: World) -> None:
    sign_in(client)
    assert client.get("/hadir/" + "A" * 32).status_code == 404


def test_a_link_lives_two_hours_on_the_machines_clock(client: Client, world: World) -> None:
    address = link(world)
    db.execute("UPDATE presence_links SET made_at = made_at - interval '1 day', expires_at = now()")
    sign_in(client)
    assert client.post(address, {"face": "mine"}).status_code == 410
    assert state_of(world) == ("paid", 0)


def test_too_late_for_the_session(client: Client, world: World) -> None:
    address = link(world)
    later = world.context.now + timedelta(hours=3)
    set_programme_clock(world.context, later, machine_now=datetime.now(UTC))
    sign_in(client)
    answer = client.post(address, {"face": "mine"})
    assert answer.status_code == 409
    assert "Belum waktunya atau sudah lewat" in answer.content.decode()
    assert state_of(world) == ("paid", 0)


def test_a_later_session_needs_a_redeemed_code(client: Client, world: World) -> None:
    address = link(world, sequence=2)
    set_programme_clock(world.context, world.session_starts[1], machine_now=datetime.now(UTC))
    sign_in(client)
    assert client.post(address, {"face": "mine"}).status_code == 409
    assert state_of(world) == ("paid", 0)


def test_a_voided_purchase(client: Client, world: World) -> None:
    address = link(world)
    db.execute("UPDATE purchases SET state = 'voided', voided_at = now()")
    sign_in(client)
    answer = client.post(address, {"face": "mine"})
    assert answer.status_code == 409
    assert "sudah dibatalkan" in answer.content.decode()
