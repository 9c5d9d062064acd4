"""A partner's keys on a page: shown once, two at most, rotated with an overlap, revoked with a question before."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.roles import Role
from prakerja.cli import keys as command_line
from prakerja.kit.context import Context
from prakerja.partner_api.keys import SCOPES, find_standing
from prakerja.partners.queries import find_api_key, list_api_keys
from tests.web.nation import Nation
from tests.web.people import Cast

pytestmark = pytest.mark.django_db
LIST, ISSUE = "/keys/", "/keys/issue/"


@pytest.fixture
def platform(client: Client, cast: Cast) -> Client:
    client.force_login(cast.user(Role.PLATFORM))
    return client


def live(cast: Cast, role: Role = Role.PLATFORM) -> list[UUID]:
    partner_id = cast.platform_id if role is Role.PLATFORM else cast.institution_id
    return [line.id for line in list_api_keys(partner_id) if line.revoked_at is None]


def issue(client: Client, seen: int, **changes: object) -> str:
    made = client.post(ISSUE, {"live": seen, "days": "90", **changes})
    assert made.status_code == 200, made.content.decode()
    assert made.headers["Cache-Control"] == "no-store"
    found = re.search(r'<dt>client_code</dt><dd class="code">([^<]+)</dd>', made.content.decode())
    assert found
    return found[1]


def refused(client_codes: list[str]) -> set[str]:
    """Which of the keys the API refuses."""
    return set(find_standing(client_codes, machine_now=datetime.now(UTC)).refusals)


def test_a_key_is_shown_once(platform: Client, cast: Cast) -> None:
    code = issue(platform, 0, scope=["payment"])
    key = find_api_key(code)
    assert key is not None
    assert (key.partner_id, key.scopes) == (cast.platform_id, ("payment",))
    page = platform.get(LIST).content.decode()
    assert code in page
    assert str(key.id) in page
    assert "belum pernah dipakai" in page
    assert key.secret not in page


def test_all_scopes_are_a_key_for_everything(platform: Client, cast: Cast) -> None:
    key = find_api_key(issue(platform, 0, scope=list(SCOPES["platform"])))
    assert key is not None
    assert key.scopes == ()
    assert "semua layanan" in platform.get(LIST).content.decode()


def test_rotation_overlaps_and_ends_with_a_question(platform: Client, cast: Cast, context: Context) -> None:
    old = issue(platform, 0, scope=["payment"])
    page = platform.get(LIST).content.decode()
    assert "Rotasi" in page
    assert '<input type="hidden" name="scope" value="payment">' in page
    new = issue(platform, 1, scope=["payment"])
    assert refused([old, new]) == set()
    page = platform.get(LIST).content.decode()
    assert "Dua kunci berlaku" in page
    assert "Terbitkan kunci" not in page
    third = platform.post(ISSUE, {"live": 2, "days": "90"})
    assert third.status_code == 409
    assert "Sudah ada dua kunci" in third.content.decode()
    key = find_api_key(old)
    assert key is not None
    where = reverse("revoke_key", args=[key.id])
    asked = platform.get(where).content.decode()
    assert "tidak dapat diurungkan" in asked
    assert "satu-satunya" not in asked
    assert len(live(cast)) == 2
    assert platform.post(where).headers["Location"] == LIST
    assert refused([old, new]) == {old}
    # A second tap finds it done.
    assert platform.post(where).status_code == 302
    last = reverse("revoke_key", args=live(cast))
    assert "satu-satunya kunci" in platform.get(last).content.decode()


def test_two_taps_make_one_key(platform: Client, cast: Cast) -> None:
    issue(platform, 0)
    again = platform.post(ISSUE, {"live": 0, "days": "90"})
    assert again.status_code == 409
    assert "Daftar kunci sudah berubah" in again.content.decode()
    assert len(live(cast)) == 1


@pytest.mark.parametrize(
    "wrong", [{"days": "9999"}, {"days": ""}, {"days": "90", "scope": ["redeem"]}, {"days": "90", "scope": ["x"]}]
)
def test_a_form_that_was_tampered_with_makes_none(platform: Client, cast: Cast, wrong: dict[str, object]) -> None:
    assert platform.post(ISSUE, {"live": 0, **wrong}).status_code == 422
    assert live(cast) == []


def test_another_partners_key_is_none(platform: Client, cast: Cast) -> None:
    other = Client()
    other.force_login(cast.user(Role.INSTITUTION))
    issue(other, 0, scope=["redeem"])
    (key_id,) = live(cast, Role.INSTITUTION)
    where = reverse("revoke_key", args=[key_id])
    assert platform.get(where).status_code == 404
    assert platform.post(where).status_code == 404
    assert live(cast, Role.INSTITUTION) == [key_id]
    assert str(key_id) not in platform.get(LIST).content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.PLATFORM, Role.INSTITUTION}])
def test_nobody_else_issues_keys(client: Client, cast: Cast, role: Role) -> None:
    client.force_login(cast.user(role))
    for path in (LIST, ISSUE, reverse("revoke_key", args=[cast.platform_id])):
        assert client.post(path, {"live": 0, "days": "90"}).status_code == 403


def test_page_and_command_know_the_same_scopes(nation: Nation) -> None:
    assert set(command_line.SCOPES) == {scope for scopes in SCOPES.values() for scope in scopes}
