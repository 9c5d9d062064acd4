"""Real processes, killed under load: what clients were told is what the books hold, and nothing is paid twice."""

import random
import signal
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.partner_api.private import answered_lines, found_in_logs
from tests.partner_api.processes import Deployment, deployed
from tests.partner_api.world import PRICE_IDR, Caller, Key

BUYERS = 60
CLIENTS = 12
PURCHASES = """
SELECT p.invoice_code, p.transaction_code, p.participant_id, (
    SELECT sum(t.amount_idr)::bigint FROM transfers t WHERE t.reference_id = p.purchase_id AND t.kind = 'purchase'
)
FROM purchases p
WHERE p.invoice_code LIKE 'BUNUH-%%'
ORDER BY p.invoice_code
"""


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Two processes over one database; the tests of this file follow each other on it."""
    with deployed(tmp_path_factory.mktemp("deployment"), people=2 * BUYERS, processes=2) as made:
        yield made


def callers(deployment: Deployment, key: Key) -> list[Caller]:
    return [Caller(process.base_url, key) for process in deployment.processes]


def prepared(deployment: Deployment) -> list[tuple[dict[str, object], str]]:
    """An authorize request with its token for each card."""
    key = Key(deployment.known["client_code"], deployment.known["secret"])
    caller = Caller(deployment.processes[0].base_url, key)
    tokens = [
        caller.data(
            "payment/send-otp",
            {
                "user_platform_id": f"akun-{number}",
                "prakerja_id": card,
                "course_code": "K-2",
                "schedule_code": "J-2",
                "amount": PRICE_IDR,
            },
        )["payment_token"]
        for number, card in enumerate(deployment.known["cards"])
    ]
    caller.http.close()
    sent = deployment.rows(
        "SELECT c.number, left(m.text, 6) FROM sandbox_messages m JOIN cards c USING (lane, card_id)"
    )
    otps: dict[str, str] = dict(sent)
    return [
        (
            {"otp": otps[card], "invoice_url": "https://toko.example.id/1", "invoice_code": f"BUNUH-{number:03d}"},
            token,
        )
        for number, (card, token) in enumerate(zip(deployment.known["cards"], tokens, strict=True))
    ]


class Load:
    """Clients that repeat every request until it is answered, and then once more now and then."""

    def __init__(self, deployment: Deployment, requests: list[tuple[dict[str, object], str]]) -> None:
        self.told: dict[str, set[str]] = {str(request["invoice_code"]): set() for request, _ in requests}
        self.failures = 0
        self._deployment = deployment
        self._requests = requests
        self._threads = [threading.Thread(target=self._run, args=(number,), daemon=True) for number in range(CLIENTS)]
        self.wrong: list[str] = []

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(timeout=60)
            assert not thread.is_alive()
        assert self.wrong == []

    @property
    def answered(self) -> int:
        return sum(bool(told) for told in self.told.values())

    def wait_for(self, share: float) -> None:
        until = time.monotonic() + 60
        while self.answered < share * len(self.told):
            assert time.monotonic() < until, f"only {self.answered} answers"
            time.sleep(0.002)

    def _run(self, first: int) -> None:
        key = Key(self._deployment.known["client_code"], self._deployment.known["secret"])
        caller = Caller(self._deployment.processes[0].base_url, key)
        chance = random.Random(first)  # noqa: S311 - a draw of a test
        for request, token in self._requests[first::CLIENTS]:
            until = time.monotonic() + 30
            while not self._buy(caller, request, token):
                if time.monotonic() > until:
                    self.wrong.append(f"{request['invoice_code']}: no answer")
                    break
                time.sleep(0.05)
            if chance.random() < 0.3:
                self._buy(caller, request, token)
            time.sleep(0.03)
        caller.http.close()

    def _buy(self, caller: Caller, request: dict[str, object], token: str) -> bool:
        try:
            response = caller.call("payment/authorize", request, token=token)
        except httpx.TransportError:
            self.failures += 1
            return False
        if response.status_code == 200:
            self.told[str(request["invoice_code"])].add(response.text)
            return True
        self.failures += 1
        # That nobody knows is all that a client may be told meanwhile.
        if response.json()["code"] != "ERRPLT50301":
            self.wrong.append(response.text)
        return False


def compare(deployment: Deployment, load: Load) -> None:
    """What was told against what is there."""
    stored = deployment.rows(PURCHASES)
    assert len(stored) == BUYERS
    assert len({participant for _, _, participant, _ in stored}) == BUYERS
    assert {amount for _, _, _, amount in stored} == {PRICE_IDR}
    for invoice, transaction, _, _ in stored:
        # One answer, byte for byte, however often it was given; and it is that of the books.
        assert len(load.told[invoice]) == 1, load.told[invoice]
        assert f'"transaction_code":"{transaction}"' in next(iter(load.told[invoice]))
    balances = deployment.rows(
        """
        SELECT count(*)
        FROM accounts a
        WHERE a.kind = 'training' AND a.balance_idr <> (
            SELECT coalesce(sum(t.amount_idr) FILTER (WHERE t.credit_kind = 'training'), 0)
                - coalesce(sum(t.amount_idr) FILTER (WHERE t.debit_kind = 'training'), 0)
            FROM transfers t
            WHERE t.lane = a.lane AND (
                (t.credit_kind = 'training' AND t.credit_holder_id = a.holder_id)
                OR (t.debit_kind = 'training' AND t.debit_holder_id = a.holder_id)
            )
        )
        """
    )
    assert balances == [(0,)]


def test_killing_the_api_and_the_database_under_load_loses_and_doubles_nothing(deployment: Deployment) -> None:
    load = Load(deployment, prepared(deployment))
    api = deployment.processes[0]
    load.start()
    load.wait_for(0.2)
    api.signal(signal.SIGKILL)
    killed_at = load.answered
    api.start()
    load.wait_for(0.5)
    deployment.kill_database()
    database_killed_at = load.answered
    time.sleep(0.2)
    deployment.restart_database()
    load.join()
    assert killed_at < BUYERS
    assert database_killed_at < BUYERS
    assert load.failures > 0
    compare(deployment, load)


def test_the_logs_of_what_was_killed_hold_nothing_personal(deployment: Deployment) -> None:
    assert len(answered_lines(deployment)) > BUYERS
    assert found_in_logs(deployment, "BUNUH-", "akun-") == []
