"""Registers over HTTP: right, late, broken, nonsense; an unavailable one is never a yes."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from prakerja.participants.registry import Identity, IdentityAnswer, RegisterAnswer
from prakerja.participants.registry_http import HttpRegisters
from prakerja.participants.sandbox_server import Behaviour, RegistersSandbox, make_server
from tests.participants.people import person

PEOPLE = [person(1, formal_education_source="emis"), person(2, monthly_wage_idr=5_000_000)]


@pytest.fixture
def base_url() -> Iterator[str]:
    registers = RegistersSandbox.of(PEOPLE, seed="test", behaviour=Behaviour())
    with make_server(registers, port=0) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def behave(base_url: str, **behaviour: object) -> None:
    request = Request(f"{base_url}/behaviour", data=json.dumps(behaviour).encode())  # noqa: S310 - ours
    with urlopen(request, timeout=5) as reply:  # noqa: S310 - ours
        assert reply.status == 200


def identity(number: int, name: str | None = None) -> Identity:
    someone = PEOPLE[number]
    return Identity(someone.nik, someone.kk, name or someone.name, someone.birth_date)


def test_the_programs_answer_as_the_registers_in_the_house(base_url: str) -> None:
    registers = HttpRegisters(base_url)
    confirmed, mismatch = registers.confirm([identity(0), identity(1, "Orang Lain")])
    assert confirmed.answer is IdentityAnswer.CONFIRMED
    assert (mismatch.answer, mismatch.fields) == (IdentityAnswer.MISMATCH, ("name",))
    pupil, earner, stranger = registers.ask([PEOPLE[0].nik, PEOPLE[1].nik, person(9).nik])
    assert pupil.formal_education_source == "emis"
    assert earner.monthly_wage_idr == 5_000_000
    assert stranger == RegisterAnswer(available=True, receives_social_aid=False)


def test_outages_and_missing_registers_come_on_demand(base_url: str) -> None:
    registers = HttpRegisters(base_url)
    behave(base_url, missing=["emis"])
    (answer,) = registers.ask([PEOPLE[0].nik])
    assert (answer.formal_education_source, answer.missing) == (None, ("emis",))
    behave(base_url, outage_bp=10_000)
    assert registers.ask([PEOPLE[0].nik]) == [RegisterAnswer(available=False)]
    assert registers.confirm([identity(0)])[0].answer is IdentityAnswer.UNAVAILABLE


def test_a_late_answer_is_no_answer(base_url: str) -> None:
    behave(base_url, latency_ms=400)
    registers = HttpRegisters(base_url, timeout_s=0.1)
    assert registers.confirm([identity(0)])[0].answer is IdentityAnswer.UNAVAILABLE
    assert registers.ask([PEOPLE[0].nik]) == [RegisterAnswer(available=False)]


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b'{"answers": [], "outcomes": []}', b'{"answers": [{"available": "ya"}]}']
)
def test_nonsense_or_too_few_answers_are_no_answer(body: bytes) -> None:
    class Nonsense(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Nonsense) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        registers = HttpRegisters(f"http://127.0.0.1:{server.server_address[1]}", timeout_s=5)
        assert registers.confirm([identity(0)])[0].answer is IdentityAnswer.UNAVAILABLE
        assert registers.ask([PEOPLE[0].nik]) == [RegisterAnswer(available=False)]
        server.shutdown()
        thread.join()


def test_nobody_there_is_no_answer() -> None:
    registers = HttpRegisters("http://127.0.0.1:9", timeout_s=1)
    assert registers.confirm([identity(0)])[0].answer is IdentityAnswer.UNAVAILABLE


def test_what_is_no_question_is_refused(base_url: str) -> None:
    for path, body, status in (
        ("/civil", b"{}", 400),
        ("/nowhere", b"{}", 404),
        ("/behaviour", b'{"missing":["x"]}', 400),
    ):
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(base_url + path, data=body), timeout=5)  # noqa: S310 - ours
        assert refused.value.code == status
        refused.value.close()
    with pytest.raises(ValueError, match="http"):
        HttpRegisters("file:///etc/passwd")
