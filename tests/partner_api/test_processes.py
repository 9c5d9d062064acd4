"""The API as it runs in production, in two processes: what one is told all obey, and what they write about it."""

import hmac
import json
import signal
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from prakerja.partner_api.server import CALLS
from prakerja.partner_api.sign_on_calls import AUTHORIZE_PATH, PROFILE_PATH, REFRESH_PATH, TOKEN_PATH
from tests.partner_api.kill_world import BACK, LOGIN
from tests.partner_api.private import answered_lines, found_in_logs
from tests.partner_api.processes import DRAIN_SECONDS, Deployment, deployed
from tests.partner_api.world import INTEGRATION, PRICE_IDR, REDIRECT_URI, Caller, Key

QUOTA, ASKED = "payment/quota-schedule", {"course_code": "K-2", "schedule_code": "J-2"}
FILE, NOTES = "https://lpk.example.id/tugas/siti-rahayu.pdf", "Bagus sekali, Siti Rahayu"
EMAIL = "siti.di.lembaga@contoh.example"


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Two processes over one database; the tests of this file follow each other on it."""
    with deployed(tmp_path_factory.mktemp("deployment"), people=8, processes=2) as made:
        yield made


def platform_of(deployment: Deployment) -> Key:
    return Key(deployment.known["client_code"], deployment.known["secret"])


def callers(deployment: Deployment, key: Key) -> list[Caller]:
    return [Caller(process.base_url, key) for process in deployment.processes]


def issue(deployment: Deployment, partner: str, scope: str) -> Key:
    said = deployment.command("keys", "issue", partner, "--scope", scope, "--json")
    issued = json.loads(said.stdout.splitlines()[-1])
    return Key(issued["client_code"], issued["key"])


def profile(base_url: str, key: Key) -> str:
    """The code of an answer to single sign-on, asked without a person's token."""
    response = httpx.get(f"{base_url}{PROFILE_PATH}", headers={"X-Client-Id": key.client_code}, trust_env=False)
    return str(response.json()["code"])


def otp_at(deployment: Deployment, card: str) -> str:
    sent = "SELECT left(m.text, 6) FROM sandbox_messages m JOIN cards c USING (lane, card_id) WHERE c.number = %s"
    return str(deployment.rows(f"{sent} ORDER BY m.message_id DESC LIMIT 1", card)[0][0])


def sign_on(base_url: str, key: Key, **bent: str) -> httpx.Response:
    """The first step of single sign-on."""
    timestamp = str(int(time.time()))
    base = f"{key.client_code}{timestamp}GET{AUTHORIZE_PATH}".encode()
    signature = hmac.digest(key.secret.encode(), base, "sha1").hex()
    headers = {"X-Client-Id": key.client_code, "X-Timestamp": timestamp, "X-Signature": signature}
    query = {"state": "s", "scope": "name", "client_id": key.client_code, "redirect_uri": BACK, "login_uri": LOGIN}
    return httpx.get(f"{base_url}{AUTHORIZE_PATH}", params={**query, **bent}, headers=headers, trust_env=False)


def every_call(deployment: Deployment) -> dict[str, dict[str, Any]]:
    """Make each call once as it should be, the processes in turn; what was asked. Secrets are under `told`."""
    platforms = callers(deployment, platform_of(deployment))
    institutions = callers(deployment, Key(**deployment.known["institution"]))
    card, code = deployment.known["cards"][0], {"redeem_code": deployment.known["redeem_codes"][0]}
    task = {**code, "scope": "tpm", "sequence": 1}
    asked: dict[str, dict[str, Any]] = {"told": {}}

    def ask(callers: list[Caller], path: str, body: dict[str, Any], **bent: Any) -> dict[str, Any]:  # noqa: ANN401
        asked[path] = body
        answer = callers[len(asked) % 2].call(path, body, **bent).json()
        assert answer["success"] is True, answer
        return dict(answer.get("data", {}))

    ask(platforms, QUOTA, ASKED)
    order = {**ASKED, "user_platform_id": "akun-siti", "prakerja_id": card, "amount": PRICE_IDR}
    token = ask(platforms, "payment/send-otp", order)["payment_token"]
    payment = {"otp": otp_at(deployment, card), "invoice_url": FILE, "invoice_code": "TOKPED-SITI-RAHAYU"}
    bought = ask(platforms, "payment/authorize", payment, token=token)
    ask(platforms, "payment/status", {"invoice_code": "TOKPED-SITI-RAHAYU"})
    void = {name: bought[name] for name in ("invoice_code", "transaction_code")}
    ask(platforms, "payment/void", void)
    ask(institutions, "payment/redeem-code/status", code)
    link = ask(institutions, "oauth/url-generate", {**code, "redirect_uri": REDIRECT_URI, "email": EMAIL})
    ask(institutions, "payment/redeem-code/commit", code)
    ask(institutions, "tpm/submission", {**task, "url_file": FILE})
    ask(institutions, "tpm/feedback/submission", {**task, "notes": NOTES})
    ask(institutions, "tpm/submission/status", task)
    ask(institutions, "payment/redeem-code/reset", {"redeem_code": f"PRAT-{code['redeem_code']}"})
    ask(institutions, "catalogue/courses", {"name": "malam", "rows": [{"own_code": "K-9", "title": NOTES}]})
    assert set(asked) - {"told"} == {call.path for call in CALLS}
    asked["told"] = {"token": token, "link": link["url"].rpartition("/")[2], "state": link["state"]}
    for caller in (*platforms, *institutions):
        caller.http.close()
    return asked


def every_sign_on(deployment: Deployment) -> list[str]:
    """Single sign-on from consent to profile, and each call once more with what does not count; all tokens."""
    key, here, there = platform_of(deployment), *(process.base_url for process in deployment.processes)
    code = str(deployment.outside("agree")["code"])
    with httpx.Client(headers={"X-Client-Id": key.client_code}, trust_env=False) as http:
        assert sign_on(here, key).status_code == 200
        assert sign_on(there, key, redirect_uri=f"https://jahat.example/{EMAIL}").status_code == 400
        given = http.post(f"{here}{TOKEN_PATH}", json={"code": code}).json()["data"]
        again = http.post(f"{there}{REFRESH_PATH}", json={"token": given["refresh_token"]}).json()["data"]
        shown = http.get(f"{here}{PROFILE_PATH}", headers={"Authorization": again["access_token"]}).json()["data"]
        assert shown["email"] in deployment.known["private"]
        assert shown["phone_number"] in deployment.known["private"]
        for body in ({"code": code}, {"token": given["refresh_token"]}, {"code": shown["email"]}, [shown["name"]]):
            assert http.post(f"{there}{TOKEN_PATH}", json=body).status_code == 400
        assert http.get(f"{there}{PROFILE_PATH}?{shown['email']}").status_code == 400
    return [code, *(one[name] for one in (given, again) for name in ("access_token", "refresh_token"))]


def every_failure(deployment: Deployment, asked: dict[str, dict[str, Any]]) -> None:
    """Each call, with what is private wherever it does not belong; each is refused."""
    nik, email, phone = deployment.known["private"][1], deployment.known["private"][-2], deployment.known["private"][-1]
    card = deployment.known["cards"][1]
    keys = {"platform": platform_of(deployment), "institution": Key(**deployment.known["institution"])}
    for number, call in enumerate(CALLS):
        caller = Caller(deployment.processes[number % 2].base_url, keys[call.role])
        bent: dict[str, Any] = {"token": asked["told"]["token"]} if call.takes_token else {}
        body = asked[call.path]
        tries = [
            caller.call(call.path, {**body, next(iter(body)): [nik, email]}, **bent),
            caller.call(call.path, {**body, next(iter(body)): "\x00" + card}, **bent),
            caller.send(call.path, f'{{"{nik}": "{email}"'.encode(), **bent),
            caller.send(call.path, f'{{"{nik}": 1, "{nik}": 2}}'.encode(), **bent),
            caller.call(call.path, body, headers={"signature": f"{phone}{email}"}, **bent),
            caller.call(call.path, body, headers={"Client_code": email}, **bent),
            caller.call(call.path, body, headers={"timestamp": phone}, **bent),
            caller.call(call.path, body, headers={"Content-Type": f"text/{nik}"}, **bent),
            caller.call(call.path, body, headers={"X-Request-Id": card + card, "timestamp": "1"}, **bent),
            caller.send(f"{INTEGRATION}{call.path}/{nik}?{email}", b"{}", **bent),
            caller.send(f"{INTEGRATION}{call.path}?nik={nik}", b"{}", method="GET", **bent),
        ]
        tries += [
            caller.call(call.path, {**body, field: private}, **bent)
            for field in body
            for private in (nik, email, phone, card)
        ]
        assert not [one for one in tries if one.status_code >= 500]
        assert len([one for one in tries if one.status_code != 200]) >= 11
        caller.http.close()


def every_defect(deployment: Deployment, asked: dict[str, dict[str, Any]]) -> None:
    """A database that refuses whatever is written, with the whole row in its own words."""
    keys = {"platform": platform_of(deployment), "institution": Key(**deployment.known["institution"])}
    tables = ("purchases", "tasks", "presence_links", "otps", "sandbox_messages", "course_feeds")
    for table in tables:
        deployment.execute(f"ALTER TABLE {table} ADD CONSTRAINT nothing_is_right CHECK (false) NOT VALID")
    codes = set()
    for call in CALLS:
        caller = Caller(deployment.processes[0].base_url, keys[call.role])
        bent: dict[str, Any] = {"token": asked["told"]["token"]} if call.takes_token else {}
        codes.add(caller.call(call.path, asked[call.path], **bent).json().get("code", "OK"))
        caller.http.close()
    assert codes & {"ERRPLT50001", "ERRPLT50301"}
    for table in tables:
        deployment.execute(f"ALTER TABLE {table} DROP CONSTRAINT nothing_is_right")


def test_the_logs_of_every_call_and_every_failure_hold_nothing_personal(deployment: Deployment) -> None:
    asked = every_call(deployment)
    tokens = every_sign_on(deployment)
    every_failure(deployment, asked)
    every_defect(deployment, asked)
    lines = answered_lines(deployment)
    assert {line["call"] for line in lines} >= {call.path for call in CALLS} | {"oauth/token", "other"}
    assert all(len(line["request_id"]) == 32 for line in lines)
    assert {"call", "client_code", "code", "status", "ms", "at", "level"} <= set(lines[0])
    assert len({line["code"] for line in lines}) > 20
    private = [*asked["told"].values(), *tokens, FILE, NOTES, EMAIL, "akun-siti", "SITI-RAHAYU"]
    assert found_in_logs(deployment, *private) == []


def test_a_key_is_for_its_scopes_in_all_processes(deployment: Deployment) -> None:
    sign_on_only = Key(**deployment.known["sign_on"])
    scoped = callers(deployment, sign_on_only)
    body = {"invoice_code": "X"}
    assert [one.refusal(QUOTA, ASKED) for one in scoped] == ["ERRPLT40302"] * 2
    assert [one.refusal("payment/void", {**body, "transaction_code": "X"}) for one in scoped] == ["ERRPLT40302"] * 2
    addresses = [process.base_url for process in deployment.processes]
    assert [profile(address, sign_on_only) for address in addresses] == ["ERROAUTH4030"] * 2
    assert [sign_on(address, sign_on_only).status_code for address in addresses] == [200] * 2
    learning = callers(deployment, Key(**deployment.known["learning"]))
    code = {"redeem_code": deployment.known["redeem_codes"][1]}
    task = {**code, "scope": "tpm", "sequence": 1}
    assert [one.data("tpm/submission/status", task)["feedback"]["status"] for one in learning] == [0, 0]
    for path in ("payment/redeem-code/status", "payment/redeem-code/commit"):
        assert [one.refusal(path, code) for one in learning] == ["ERRPLT40302"] * 2
    assert [one.refusal("catalogue/courses", {"name": "a", "rows": [{}]}) for one in learning] == ["ERRPLT40302"] * 2
    for one in (*scoped, *learning):
        one.http.close()


def test_a_suspension_acts_at_once_in_all_processes(deployment: Deployment) -> None:
    platforms = callers(deployment, platform_of(deployment))
    schools = callers(deployment, Key(**deployment.known["institution"]))
    code = {"redeem_code": deployment.known["redeem_codes"][1]}

    def answers() -> tuple[list[str], list[str]]:
        return (
            [str(one.call(QUOTA, ASKED).json().get("code", "OK")) for one in platforms],
            [str(one.call("payment/redeem-code/status", code).json().get("code", "OK")) for one in schools],
        )

    assert answers() == (["OK"] * 2, ["OK"] * 2)
    assert deployment.outside("move", "platform", "suspended") == {"code": "ok"}
    assert answers() == (["ERRPLT40304"] * 2, ["OK"] * 2)
    addresses = [process.base_url for process in deployment.processes]
    assert [profile(address, platform_of(deployment)) for address in addresses] == ["ERROAUTH4029"] * 2
    assert deployment.outside("move", "institution", "suspended") == {"code": "ok"}
    assert answers() == (["ERRPLT40304"] * 2, ["ERRPLT40304"] * 2)
    # The way back asks for evidence, which is not what is tested here.
    deployment.execute("UPDATE platforms SET state = 'active'")
    deployment.execute("UPDATE institutions SET state = 'decreed'")
    assert answers() == (["OK"] * 2, ["OK"] * 2)
    for one in (*platforms, *schools):
        one.http.close()


def test_keys_rotate_and_end_at_once_in_all_processes(deployment: Deployment) -> None:
    old = platform_of(deployment)
    partner = old.client_code.rpartition("-")[0]
    other = Key(**deployment.known["sign_on"])
    assert deployment.command("keys", "issue", partner).returncode == 1, "two live keys are the most"
    assert deployment.command("keys", "revoke", other.client_code).returncode == 0
    addresses = [process.base_url for process in deployment.processes]
    assert [profile(address, other) for address in addresses] == ["ERROAUTH4029"] * 2
    new = issue(deployment, partner, "payment")
    assert [profile(address, new) for address in addresses] == ["ERROAUTH4033"] * 2
    with_old, with_new = callers(deployment, old), callers(deployment, new)
    assert [one.data(QUOTA, ASKED)["schedule_code"] for one in (*with_old, *with_new)] == ["J-2"] * 4
    assert deployment.command("keys", "revoke", old.client_code).returncode == 0
    assert [one.refusal(QUOTA, ASKED) for one in with_old] == ["ERRPLT40108"] * 2
    assert [one.data(QUOTA, ASKED)["schedule_code"] for one in with_new] == ["J-2"] * 2
    deployment.execute("UPDATE programme_clock SET programme_at = programme_at + interval '400 days'")
    assert [one.refusal(QUOTA, ASKED) for one in with_new] == ["ERRPLT40108"] * 2
    deployment.execute("UPDATE programme_clock SET programme_at = programme_at - interval '400 days'")
    for one in (*with_old, *with_new):
        one.http.close()


def test_who_trawls_at_one_process_waits_at_the_other(deployment: Deployment) -> None:
    known = deployment.known["institution"]
    here, there = callers(deployment, Key(known["client_code"], known["secret"]))
    asked = {"redeem_code": "GHOPNYXUVMT0"}
    answers = 0
    while here.refusal("payment/redeem-code/status", asked) == "ERRTRX40020":
        answers += 1
        assert answers < 2_000
    until = time.monotonic() + 60
    while (response := there.call("payment/redeem-code/status", asked)).json()["code"] != "ERRPLT42901":
        assert time.monotonic() < until, "the other process never learns of it"
        time.sleep(0.05)
    assert int(response.headers["retry-after"]) >= 1
    here.http.close()
    there.http.close()


def test_a_process_that_is_asked_to_stop_says_so_before_it_does(deployment: Deployment) -> None:
    api = deployment.processes[0]
    caller = Caller(api.base_url, Key(**deployment.known["institution"]))
    asked = {"redeem_code": "GHOPNYXUVMT0"}
    assert api.running is not None
    assert httpx.get(f"{api.base_url}/readyz", trust_env=False).json() == {"status": "ready"}
    api.running.send_signal(signal.SIGTERM)
    until = time.monotonic() + 60
    while (ready := httpx.get(f"{api.base_url}/readyz", trust_env=False)).status_code == 200:
        assert time.monotonic() < until
    assert (ready.status_code, ready.json()) == (503, {"status": "stopping"})
    assert httpx.get(f"{api.base_url}/healthz", trust_env=False).json() == {"status": "alive"}
    assert caller.refusal("payment/redeem-code/status", asked) in {"ERRTRX40020", "ERRPLT42901"}
    assert api.running.wait(timeout=40) in {0, -signal.SIGTERM}
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{api.base_url}/healthz", trust_env=False)
    api.start()
    caller.http.close()


def test_a_second_signal_does_not_wait_and_last_uses_are_noted(deployment: Deployment) -> None:
    for process in deployment.processes:
        assert process.running is not None
        process.running.send_signal(signal.SIGTERM)
        began = time.monotonic()
        while httpx.get(f"{process.base_url}/readyz", trust_env=False).status_code == 200:
            assert time.monotonic() < began + DRAIN_SECONDS
        assert process.signal(signal.SIGTERM) in {0, -signal.SIGTERM}
        assert time.monotonic() < began + DRAIN_SECONDS
    unused = deployment.rows("SELECT client_code FROM api_keys WHERE last_used_at IS NULL")
    assert unused == []
