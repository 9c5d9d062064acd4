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
from prakerja.partner_api.callbacks import register_callbacks
from prakerja.partner_api.presence import LinkRequest, PresenceCode, make_links
from prakerja.partner_api.queries import find_codes, is_registered
from prakerja.programme.operations import set_programme_clock
from prakerja.web.formats import moment
from prakerja.web.portal import presence
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
    assert "Tautan ini sudah kedaluwarsa" in client.get(address).content.decode()
    assert state_of(world) == ("paid", 0)


def test_too_early_for_the_session_says_when_it_opens(client: Client, world: World) -> None:
    address = link(world, sequence=2)
    opens_at = world.session_starts[1] - timedelta(hours=1)
    sign_in(client)
    for answer in (client.get(address), client.post(address, {"face": "mine"})):
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "Belum waktunya untuk sesi ini" in page
        assert f"Pemeriksaan dibuka</dt><dd>{moment(opens_at)}" in page
    assert state_of(world) == ("paid", 0)
    set_programme_clock(world.context, opens_at, machine_now=datetime.now(UTC))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PARTICIPANT])
def test_the_account_of_somebody_who_takes_part_in_nothing(client: Client, world: World, role: Role) -> None:
    partner_id = {Role.PLATFORM: world.platform_id, Role.INSTITUTION: world.institution_id}.get(role)
    office_id = world.context.uuid() if role is Role.LABOUR_OFFICE else None
    keeper_id = world.context.uuid() if role is Role.SEAL_KEEPER else None
    request = UserRequest(
        "other", "Lain", role, partner_id=partner_id, labour_office_id=office_id, seal_keeper_id=keeper_id
    )
    create_users(world.context, [request])
    user = find_user("other")
    assert user is not None
    client.force_login(user)
    address = link(world)
    for answer in (client.get(address), client.post(address, {"face": "mine"})):
        assert answer.status_code == 403
        page = answer.content.decode()
        assert "bukan akun peserta" in page
        assert "Barista" not in page
    # Signing out leads back to the link, and from there to the log-in.
    assert f'name="next" value="{address}"' in page
    assert client.post("/sign-out/", {"next": address}).headers["Location"] == address
    assert client.get(address).headers["Location"] == f"/sign-in/?next={address}"


def test_a_used_link_leads_its_own_person_back(client: Client, world: World) -> None:
    address = link(world)
    sign_in(client)
    back = client.post(address, {"face": "mine"}).headers["Location"]
    page = client.get(address)
    assert page.status_code == 410
    assert back.replace("&", "&amp;") in page.content.decode()
    # To another person it says nothing of the class, and gives no state away.
    sign_in(client, 1)
    other = client.get(address)
    assert other.status_code == 403
    assert "Barista" not in other.content.decode()
    assert "state=" not in other.content.decode()


@pytest.mark.parametrize(
    "uri",
    [
        "https://lpk.example.id/kembali",
        "https://lpk.example.id/kembali?kelas=1&nama=a%26b&x=1",
        "https://lpk.example.id/kembali?nama=a%26b&kelas=1",
        "https://lpk.example.id/kembali?kelas=1&nama=a&b",
        "http://lpk.example.id/kembali?kelas=1&nama=a%26b",
        "https://LPK.example.id/kembali?kelas=1&nama=a%26b",
        "https://lpk.example.id@jahat.example/kembali?kelas=1&nama=a%26b",
        "https://lpk.example.id.jahat.example/kembali?kelas=1&nama=a%26b",
        "https://lpk.example.id/kembali/../jahat?kelas=1&nama=a%26b",
        "https://lpk.example.id/kembali?kelas=1&nama=a%26b#jahat",
        "//lpk.example.id/kembali?kelas=1&nama=a%26b",
        f"{CALLBACK} ",
    ],
)
def test_an_address_is_registered_as_it_stands_or_not_at_all(world: World, uri: str) -> None:
    register_callbacks(
        world.context, partner_id=world.institution_id, partner_role="institution", purpose="presence", uris=[CALLBACK]
    )
    assert is_registered(world.institution_id, "presence", CALLBACK)
    assert not is_registered(world.institution_id, "presence", uri)
    # Registered for one purpose, and by one partner.
    assert not is_registered(world.institution_id, "sign_on", CALLBACK)
    assert not is_registered(world.platform_id, "presence", CALLBACK)


def test_too_late_for_the_session(client: Client, world: World) -> None:
    address = link(world)
    later = world.context.now + timedelta(hours=3)
    set_programme_clock(world.context, later, machine_now=datetime.now(UTC))
    sign_in(client)
    answer = client.post(address, {"face": "mine"})
    assert answer.status_code == 409
    assert "Sudah terlambat untuk sesi ini" in answer.content.decode()
    assert "Pemeriksaan ditutup" in answer.content.decode()
    assert client.get(address).status_code == 409
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


def test_each_refusal_is_a_page_of_its_own(client: Client, world: World) -> None:
    titles = {str(title) for _, title, _ in presence.REFUSALS.values()}
    advice = {str(todo) for _, _, todo in presence.REFUSALS.values()}
    assert len(titles) == len(advice) == len(presence.REFUSALS)
    own = {presence.TOO_EARLY, presence.TOO_LATE, presence.WRONG_ACCOUNT}
    refusals = {code.value for code in PresenceCode if code.is_refusal and code is not PresenceCode.OUTSIDE_THE_WINDOW}
    assert presence.REFUSALS.keys() == own | refusals
