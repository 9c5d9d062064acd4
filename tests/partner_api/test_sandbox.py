"""What `prakerja sandbox new` makes works at once, over the API, in every regime; and the books still add up."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from prakerja.access.messages import list_sandbox_letters
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from prakerja.kit.settings import Settings
from prakerja.oversight.invariants import run_invariants
from prakerja.partner_api import sandbox, sandbox_codes
from prakerja.partner_api.presence import LinkRequest, make_links
from prakerja.partner_api.queries import find_codes
from prakerja.programme.operations import set_programme_clock
from tests.partner_api.world import BACK, BASE_URL, Caller, Key, otp_of

MOMENTS = {
    "founding, first hours": datetime(2020, 4, 11, 3, tzinfo=UTC),
    "founding": datetime(2020, 7, 15, 3, 30, tzinfo=UTC),
    "second": datetime(2020, 9, 1, 16, 55, tzinfo=UTC),
    "third": datetime(2026, 11, 24, 23, tzinfo=UTC),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_a_world_in_which_everything_works(committed_db: None, base_url: str, name: str) -> None:
    context = Context("system:test", MOMENTS[name], SeededIds(name))
    set_programme_clock(context, context.now, machine_now=datetime.now(UTC))
    world = sandbox.make_sandbox(context, machine_now=datetime.now(UTC), base_url=BASE_URL)
    assert len(world.redeem_codes) >= 12
    assert len(world.regular_cards) >= 1
    assert [one.holds for one in world.accounts] == list(world.redeem_codes)
    assert [one.holds for one in world.holders] == list(world.digital_cards)
    platform = Caller(base_url, Key(world.platform.client_code, world.platform.secret))
    institution = Caller(base_url, Key(world.institution.client_code, world.institution.secret))
    for number, course in enumerate(world.courses[1:]):
        named = {"course_code": course.course_code, "schedule_code": course.schedule_code}
        assert platform.data("payment/quota-schedule", named)["quota"] > 0
        card = world.digital_cards[number]
        order = {**named, "user_platform_id": f"u{number}", "prakerja_id": card, "amount": course.amount}
        token = platform.data("payment/send-otp", order)["payment_token"]
        paid = {"otp": otp_of(card), "invoice_url": "https://toko.example", "invoice_code": f"T-{number}"}
        assert platform.data("payment/authorize", paid, token=token)["amount"] == course.amount
        assert platform.refusal("payment/send-otp", {**order, "prakerja_id": world.regular_cards[0]}) == "ERRPLT40015"
    code = world.redeem_codes[0]
    asked = {"redeem_code": code, "redirect_uri": BACK, "email": "siti@lpk.id"}
    assert institution.data("oauth/url-generate", asked)["course"]["type"] == 1
    assert institution.data("payment/redeem-code/commit", {"redeem_code": code})["status"] == 1
    task = {"redeem_code": code, "scope": "tpm", "sequence": 1, "url_file": "https://lpk.example/f.pdf"}
    assert institution.data("tpm/submission", task)["status"] == 1
    assert institution.data("payment/redeem-code/reset", {"redeem_code": code})["status"] == 0
    platform.http.close()
    institution.http.close()


@pytest.mark.django_db
def test_two_worlds_beside_each_other_keep_the_books() -> None:
    context = Context("system:test", MOMENTS["founding"], SeededIds("two"))
    first = sandbox.make_sandbox(context, machine_now=datetime.now(UTC), base_url=BASE_URL)
    second = sandbox.make_sandbox(context, machine_now=datetime.now(UTC) + timedelta(seconds=1), base_url=BASE_URL)
    assert first.platform.client_code != second.platform.client_code
    assert not set(first.digital_cards) & set(second.digital_cards)
    assert [result.name for result in run_invariants() if not result.ok] == []


def test_production_has_no_sandbox(monkeypatch: pytest.MonkeyPatch, context: Context) -> None:
    production = Settings.model_construct(deployment="production")
    monkeypatch.setattr(sandbox, "get_settings", lambda: production)
    monkeypatch.setattr(sandbox_codes, "get_settings", lambda: production)
    with pytest.raises(RuntimeError, match="sandbox only"):
        sandbox.make_sandbox(context, machine_now=context.now, base_url=BASE_URL)
    with pytest.raises(RuntimeError, match="sandbox only"):
        sandbox_codes.reset_redeem_codes(context, [])
    assert sandbox_codes.plain_code("PRAT-X") == "PRAT-X"
    assert sandbox_codes.refusal_of_test_code("ERRTRX40020") is None


@pytest.mark.django_db
def test_the_holder_of_a_code_signs_in_and_passes_the_presence_check(client: Client) -> None:
    context = Context("system:test", MOMENTS["second"], SeededIds("holder"))
    set_programme_clock(context, context.now, machine_now=datetime.now(UTC))
    world = sandbox.make_sandbox(context, machine_now=datetime.now(UTC), base_url=BASE_URL)
    account = world.accounts[1]
    facts = find_codes([(account.holds.removeprefix("PRAT-"), 1)])[0]
    assert facts is not None
    request = LinkRequest(facts=facts, sequence=1, redirect_uri=BACK, email="a@b.id", actor="x:y")
    made = make_links(context, [request], machine_now=datetime.now(UTC))[0]
    client.post("/sign-in/", {"contact": account.email})
    (letter,) = list_sandbox_letters(most=1)
    code = re.search(r"[0-9]{6}", letter.text)
    assert code
    assert client.post("/sign-in/code/", {"code": code[0]}).status_code == 302
    back = client.post(f"/hadir/{made.token}", {"face": "mine"})
    assert back.headers["Location"] == f"{BACK}?state={made.state}"
    assert came_back(client, made.state) == (200, "Hadir", "1")
    # Put back and present once more; the books add up at every step.
    for attended in (True, False, True):
        facts = find_codes([(account.holds.removeprefix("PRAT-"), 1)])[0]
        assert facts is not None
        assert (facts.redeemed_at is not None, facts.attended_at is not None) == (attended, attended)
        assert [result.name for result in run_invariants() if not result.ok] == []
        if attended:
            reset = sandbox_codes.ResetRequest(facts.institution_id, account.holds, "institution:uji")
            assert sandbox_codes.reset_redeem_codes(context, [reset]) == ["ok"]
            assert came_back(client, made.state) == (200, "Belum hadir", "0")
        else:
            again = LinkRequest(facts=facts, sequence=1, redirect_uri=BACK, email="a@b.id", actor="x:y")
            link = make_links(context, [again], machine_now=datetime.now(UTC))[0]
            assert client.post(f"/hadir/{link.token}", {"face": "mine"}).status_code == 302


def came_back(client: Client, state: str) -> tuple[int, str, str]:
    """Status, title and attendance of the page to which a browser comes back; it shows the state."""
    page = client.get(urlsplit(BACK).path, {"state": state})
    text = page.content.decode()
    assert f'<dd class="code">{state}</dd>' in text
    title, attended = re.search(r"<h1>(.+)</h1>", text), re.search(r"attendance_status</dt><dd>(.)</dd>", text)
    assert title
    assert attended
    return page.status_code, title[1], attended[1]
