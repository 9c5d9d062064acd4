"""Single sign-on from the partner's server over the person's consent to the profile."""

import hmac
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.codes import payment_token
from prakerja.partner_api.budgets import Budget
from tests.partner_api.sign_on_client import BACK, LOGIN, query
from tests.partner_api.world import Caller, Shop, buy, checked, issue_key

AUTHORIZE = "/api/v1/oauth/authorize"
TOKEN = "/api/v1/oauth/token"
REFRESH = "/api/v1/oauth/token/refresh"
PROFILE = "/api/v1/resource/user_profile"


def authorize(
    partner: httpx.Client, shop: Shop, headers: dict[str, str] | None = None, **changes: str
) -> httpx.Response:
    timestamp = str(int(time.time()))
    base = f"{shop.platform.client_code}{timestamp}GET{AUTHORIZE}".encode()
    signature = hmac.digest(shop.platform.secret.encode(), base, "sha1").hex()
    sent = {"X-Timestamp": timestamp, "X-Signature": signature, **(headers or {})}
    return checked(partner.get(AUTHORIZE, params=query(shop, **changes), headers=sent))


def data(response: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    assert response.status_code == 200, response.text
    answer = response.json()
    assert {name: answer[name] for name in answer if name != "data"} == {
        "message": "no error",
        "success": True,
        "errorCode": "0",
    }
    return answer["data"]


def code_of(partner: httpx.Client, shop: Shop, client: Client, **changes: str) -> str:
    """A person agrees in the browser; the code that comes back."""
    person = shop.world.people[-1]
    if find_user("person") is None:
        create_users(
            shop.world.context,
            [
                UserRequest(
                    username="person",
                    display_name="Orang",
                    role=Role.PARTICIPANT,
                    applicant_id=person.applicant_id,
                    applicant_lane=person.lane,
                )
            ],
        )
    user = find_user("person")
    assert user is not None
    client.force_login(user)
    address = data(authorize(partner, shop, {}, **changes))["redirect_url"]
    parts = urlsplit(address)
    assert parts.path == "/izin/"
    page = client.get(f"/izin/?{parts.query}")
    assert "Platform" in page.content.decode()
    back = client.post(f"/izin/?{parts.query}", {"answer": "agree"}).headers["Location"]
    returned = parse_qs(urlsplit(back).query)
    assert back.startswith("https://toko.example.id/masuk?")
    assert (returned["a"], returned["state"]) == (["1"], ["st-1"])
    return returned["code"][0]


@pytest.mark.parametrize("form", ["Bearer {}", "{}"])
def test_from_consent_to_profile(
    partner: httpx.Client, shop: Shop, client: Client, platform: Caller, form: str
) -> None:
    buy(platform, shop, card=3)
    code = code_of(partner, shop, client)
    tokens = data(partner.post(TOKEN, json={"code": code}))
    assert set(tokens) == {"access_token", "expires_in", "refresh_token", "scope", "token_type"}
    assert (tokens["scope"], tokens["token_type"]) == ("name email prakerjaid notelp", "Bearer")
    assert tokens["expires_in"].endswith("Z")
    profile = data(partner.get(PROFILE, headers={"Authorization": form.format(tokens["access_token"])}))
    assert profile == {
        "dp_user_id": "akun-3",
        "email": None,
        "name": "Orang 0007",
        "no_prakerja": shop.cards[3],
        "phone_number": None,
        "user_id": profile["user_id"],
    }
    assert len(profile["user_id"]) == 32


def test_only_what_was_agreed_to_is_shown(partner: httpx.Client, shop: Shop, client: Client) -> None:
    code = code_of(partner, shop, client, scope="prakerjaid")
    tokens = data(partner.post(TOKEN, json={"code": code}))
    profile = data(partner.get(PROFILE, headers={"Authorization": tokens["access_token"]}))
    assert profile["no_prakerja"] == shop.cards[3]
    assert profile["name"] is None


def test_who_sees_the_rows_holds_no_token(partner: httpx.Client, shop: Shop, client: Client) -> None:
    """A token is more than the id of its row, and good for what it was given for."""
    code = code_of(partner, shop, client)
    code_id = db.value("SELECT code_id FROM sign_ons")
    tokens = data(partner.post(TOKEN, json={"code": code}))
    lane, token_id, refresh_id = db.row("SELECT lane, token_id, refresh_id FROM sign_on_tokens") or (0, None, None)
    of_rows = [payment_token(lane, row_id) for row_id in (code_id, token_id, refresh_id)]
    given = [code, tokens["access_token"], tokens["refresh_token"]]
    assert [len(token) - len(place) for token, place in zip(given, of_rows, strict=True)] == [32] * 3
    others = [*given, *of_rows, *(place + "0" * 32 for place in of_rows), given[1][:-1], given[1] + "0", "é" * 64]
    for token in others:
        if token != given[1]:
            refused = checked(partner.get(PROFILE, headers={"Authorization": token.encode()}))
            assert refused.json()["code"] == "ERROAUTH4030"
        if token != given[2]:
            assert checked(partner.post(REFRESH, json={"token": token})).json()["code"] == "ERROAUTH4032"
        assert checked(partner.post(TOKEN, json={"code": token})).json()["code"] == "ERROAUTH4031"
    assert data(partner.get(PROFILE, headers={"Authorization": given[1]}))["name"] == "Orang 0007"
    assert data(partner.post(REFRESH, json={"token": given[2]}))["token_type"] == "Bearer"


@pytest.mark.parametrize("address", [TOKEN, REFRESH])
def test_tokens_are_refreshed_once(partner: httpx.Client, shop: Shop, client: Client, address: str) -> None:
    tokens = data(partner.post(TOKEN, json={"code": code_of(partner, shop, client)}))
    again = data(partner.post(address, json={"token": tokens["refresh_token"]}))
    assert again["access_token"] != tokens["access_token"]
    used = checked(partner.post(address, json={"token": tokens["refresh_token"]}))
    assert used.json()["code"] == "ERROAUTH4032"
    assert data(partner.get(PROFILE, headers={"Authorization": again["access_token"]}))["name"] == "Orang 0007"


def test_a_code_works_once_for_one_partner_and_two_minutes(partner: httpx.Client, shop: Shop, client: Client) -> None:
    code = code_of(partner, shop, client)
    other = issue_key(shop.world.context, "institution", shop.world.institution_id)
    stolen = checked(partner.post(TOKEN, json={"code": code}, headers={"X-Client-Id": other.client_code}))
    assert stolen.json()["code"] == "ERROAUTH4031"
    data(partner.post(TOKEN, json={"code": code}))
    assert checked(partner.post(TOKEN, json={"code": code})).json()["code"] == "ERROAUTH4031"
    late = code_of(partner, shop, client)
    db.execute("UPDATE sign_ons SET made_at = made_at - interval '1 hour', expires_at = now() - interval '1 second'")
    assert checked(partner.post(TOKEN, json={"code": late})).json()["code"] == "ERROAUTH4031"


@pytest.mark.parametrize(
    ("changes", "headers", "code"),
    [
        ({}, {"X-Client-Id": ""}, "ERROAUTH4024"),
        ({}, {"X-Client-Id": "nobody"}, "ERROAUTH4029"),
        ({"client_id": "nobody"}, {}, "ERROAUTH4029"),
        ({}, {"X-Timestamp": "1"}, "ERROAUTH4025"),
        ({}, {"X-Signature": "0"}, "ERROAUTH4026"),
        ({"scope": "name nik"}, {}, "ERROAUTH4027"),
        ({"state": ""}, {}, "ERROAUTH4027"),
        ({"redirect_uri": BACK + "&b=2"}, {}, "ERROAUTH4028"),
        ({"redirect_uri": LOGIN}, {}, "ERROAUTH4028"),
        ({"login_uri": "https://jahat.example"}, {}, "ERROAUTH4028"),
    ],
)
def test_requests_that_are_not_in_order(
    partner: httpx.Client, shop: Shop, changes: dict[str, str], headers: dict[str, str], code: str
) -> None:
    assert authorize(partner, shop, headers, **changes).json()["code"] == code


@pytest.mark.parametrize(("method", "path"), [("GET", AUTHORIZE), ("POST", TOKEN), ("POST", REFRESH), ("GET", PROFILE)])
def test_a_key_without_the_scope_is_refused_in_the_family_of_single_sign_on(
    partner: httpx.Client, shop: Shop, client: Client, method: str, path: str
) -> None:
    world = shop.world
    key = issue_key(world.context, "platform", world.platform_id, scopes=["payment"])
    answer = checked(partner.request(method, path, headers={"X-Client-Id": key.client_code}))
    assert (answer.status_code, answer.json()) == (
        400,
        {"code": "ERROAUTH4033", "message": "Unauthorized", "success": False},
    )
    code_of(partner, shop, client)
    assert client.get("/izin/", query(shop, client_id=key.client_code)).status_code == 400


def test_a_wrong_signature_shows_the_base_string_in_a_sandbox(partner: httpx.Client, shop: Shop) -> None:
    timestamp = str(int(time.time()))
    answer = authorize(partner, shop, {"X-Signature": "0" * 40, "X-Timestamp": timestamp}).json()
    assert answer["base_string"] == f"{shop.platform.client_code}{timestamp}GET{AUTHORIZE}"


def test_wrong_signatures_wait_and_right_ones_do_not(
    shop: Shop, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prakerja.partner_api.budgets.signature_budget", lambda: Budget(capacity=2, per_minute=1))
    partner = request.getfixturevalue("partner")
    answers = [authorize(partner, shop, {"X-Signature": "0"}) for _ in range(3)]
    assert [one.json()["code"] for one in answers] == ["ERROAUTH4026"] * 2 + ["ERRPLT42901"]
    assert 55 <= int(answers[-1].headers["retry-after"]) <= 60
    assert data(authorize(partner, shop))["redirect_url"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"code":1}', b'{"code":"","token":null}'])
def test_a_token_request_without_a_code(partner: httpx.Client, shop: Shop, body: bytes) -> None:
    assert checked(partner.post(TOKEN, content=body)).json()["code"] == "ERROAUTH4027"


@pytest.mark.parametrize("token", ["", "Bearer x", "Bearer " + "A" * 32])
def test_a_profile_needs_a_token(partner: httpx.Client, shop: Shop, token: str) -> None:
    assert checked(partner.get(PROFILE, headers={"Authorization": token})).json()["code"] == "ERROAUTH4030"


def test_the_consent_page_takes_only_registered_addresses(partner: httpx.Client, shop: Shop, client: Client) -> None:
    code_of(partner, shop, client)
    asked = query(shop, redirect_uri="https://jahat.example/")
    for answer in (client.get("/izin/", asked), client.post("/izin/?" + str(httpx.QueryParams(asked)))):
        assert answer.status_code == 400


def test_who_does_not_agree_is_sent_back_without_a_code(partner: httpx.Client, shop: Shop, client: Client) -> None:
    code_of(partner, shop, client)
    before = db.value("SELECT count(*) FROM sign_ons")
    back = client.post("/izin/?" + str(httpx.QueryParams(query(shop))), {"answer": "refuse"})
    assert parse_qs(urlsplit(back.headers["Location"]).query) == {
        "a": ["1"],
        "error": ["access_denied"],
        "state": ["st-1"],
    }
    assert db.value("SELECT count(*) FROM sign_ons") == before
