"""Registers over HTTP: right, late, broken, nonsense; an unavailable one is never a yes."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from prakerja.kit import db
from prakerja.kit.breaker import Breaker
from prakerja.kit.settings import Settings
from prakerja.participants.registries import find_civil_registry, find_registers
from prakerja.participants.registry import Identity, IdentityAnswer, IdentityOutcome, Register, RegisterAnswer
from prakerja.participants.registry_http import HttpRegisters
from prakerja.participants.registry_signatures import SIGNATURE_HEADER, TIME_HEADER, sign_answer, sign_question
from prakerja.participants.sandbox_server import Behaviour, RegistersSandbox, make_server
from tests.kit.test_settings import PRODUCTION
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


class Saying(BaseHTTPRequestHandler):
    """Says the same to whatever is asked."""

    status, body, location = 200, b"", ""
    asked = 0

    def do_POST(self) -> None:
        type(self).asked += 1
        self.send_response(self.status)
        if self.location:
            self.send_header("Location", self.location)
        self.end_headers()
        self.wfile.write(self.body)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def saying(body: bytes, status: int = 200, location: str = "") -> Iterator[tuple[str, type[Saying]]]:
    handler = type("Said", (Saying,), {"status": status, "body": body, "location": location, "asked": 0})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", handler
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe",
        b"{}",
        b'{"answers": [], "outcomes": []}',
        b'{"answers": [{"available": "ya"}]}',
        # An answer twice: nobody knows which of the two is meant.
        b'{"outcomes": [{"answer": "confirmed"}, {"answer": "confirmed"}], "answers": [{}, {}]}',
        b'{"outcomes": [{"answer": "perhaps"}], "answers": [{"available": null}]}',
        b'{"outcomes": [{"answer": "confirmed", "fields": ["kk"]}]}',
        b'{"outcomes": [{"answer": "mismatch", "fields": []}]}',
        b'{"outcomes": [{"answer": "mismatch", "fields": ["shoe_size"]}]}',
    ],
)
def test_nonsense_too_few_or_too_many_answers_are_no_answer(body: bytes) -> None:
    with saying(body) as (url, _):
        registers = HttpRegisters(url, timeout_s=5)
        assert registers.confirm([identity(0)]) == [IdentityOutcome(IdentityAnswer.UNAVAILABLE)]
        assert registers.ask([PEOPLE[0].nik]) == [RegisterAnswer(available=False)]


@pytest.mark.parametrize(
    "told",
    [
        {"formal_education_source": "kindergarten"},
        {"formal_education_source": "wage"},
        {"excluded_office": "king"},
        {"monthly_wage_idr": -1},
        {"monthly_wage_idr": 10**30},
        {"missing": ["weather"]},
        {"missing": [register.value for register in Register], "receives_social_aid": None},
        # It says what stands in a register, and that this register did not answer.
        {"missing": ["emis"], "formal_education_source": "emis"},
        {"missing": ["state_employees"], "excluded_office": "police"},
        {"missing": ["social_aid"]},
        # The social aid register neither speaks nor is silent.
        {"receives_social_aid": None},
        {"available": False},
    ],
)
def test_what_no_register_can_say_is_no_answer_and_never_a_yes(told: dict[str, object]) -> None:
    answer = {"available": True, "receives_social_aid": False} | told
    with saying(json.dumps({"answers": [answer]}).encode()) as (url, _):
        assert HttpRegisters(url, timeout_s=5).ask([PEOPLE[0].nik]) == [RegisterAnswer(available=False)]


def test_what_registers_can_say_is_taken() -> None:
    answer = {
        "available": True,
        "formal_education_source": "pddikti",
        "excluded_office": "police",
        "monthly_wage_idr": 0,
        "missing": ["emis", "social_aid"],
    }
    with saying(json.dumps({"answers": [answer]}).encode()) as (url, _):
        assert HttpRegisters(url, timeout_s=5).ask([PEOPLE[0].nik]) == [
            RegisterAnswer(True, "pddikti", "police", None, 0, ("emis", "social_aid"))
        ]


@pytest.mark.parametrize("status", [204, 302, 401, 404, 500, 503])
def test_an_answer_of_another_status_is_none_and_no_redirect_is_followed(status: int) -> None:
    body = b'{"outcomes": [{"answer": "confirmed"}], "answers": [{"available": true}]}'
    with saying(body) as (elsewhere, other), saying(body, status, f"{elsewhere}/civil") as (url, _):
        assert HttpRegisters(url).confirm([identity(0)])[0].answer is IdentityAnswer.UNAVAILABLE
        assert other.asked == 0


KEY = bytes(range(32))


def test_questions_and_answers_are_signed() -> None:
    registers = RegistersSandbox.of(PEOPLE, seed="test", behaviour=Behaviour())
    with make_server(registers, port=0, key=KEY) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        assert HttpRegisters(url, key=KEY).confirm([identity(0)])[0].answer is IdentityAnswer.CONFIRMED
        # Unsigned, under another key, or long ago: the program refuses, and a refusal is no answer.
        assert HttpRegisters(url).confirm([identity(0)])[0].answer is IdentityAnswer.UNAVAILABLE
        assert HttpRegisters(url, key=KEY[::-1]).ask([PEOPLE[0].nik]) == [RegisterAnswer(available=False)]
        body = b'{"niks":[]}'
        seconds = "1000000000"
        old = {
            TIME_HEADER: seconds,
            SIGNATURE_HEADER: sign_question(KEY, seconds=seconds, path="/registers", body=body),
        }
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(f"{url}/registers", data=body, headers=old), timeout=5)  # noqa: S310 - ours
        assert refused.value.code == 401
        refused.value.close()
        server.shutdown()
        thread.join()


def test_an_answer_that_nobody_signed_is_none() -> None:
    with saying(b'{"outcomes": [{"answer": "confirmed"}]}') as (url, _):
        assert HttpRegisters(url).confirm([identity(0)])[0].answer is IdentityAnswer.CONFIRMED
        assert HttpRegisters(url, key=KEY).confirm([identity(0)])[0].answer is IdentityAnswer.UNAVAILABLE


def test_an_answer_belongs_to_one_question() -> None:
    body = b'{"outcomes": [{"answer": "confirmed"}]}'
    one, other = sign_answer(KEY, question="a", body=body), sign_answer(KEY, question="b", body=body)
    assert one != other
    assert one != sign_answer(KEY, question="a", body=body + b" ")
    asked = {"seconds": "1", "path": "/civil", "body": b"{}"}
    signature = sign_question(KEY, **asked)  # type: ignore[arg-type]
    for change in ({"seconds": "2"}, {"path": "/registers"}, {"body": b"{ }"}):
        assert sign_question(KEY, **asked | change) != signature  # type: ignore[arg-type]


def test_behind_failures_nobody_is_asked_for_a_while_and_then_one() -> None:
    now = [0.0]
    breaker = Breaker(failures_max=3, rest_s=30, clock=lambda: now[0])
    with saying(b"", 503) as (url, said):
        registers = HttpRegisters(url, breaker=breaker)
        for _ in range(10):
            assert registers.confirm([identity(0)])[0].answer is IdentityAnswer.UNAVAILABLE
        assert said.asked == 3
        now[0] = 30.0
        for _ in range(5):
            registers.ask([PEOPLE[0].nik])
        assert said.asked == 4
        now[0] = 60.0
        said.status, said.body = 200, b'{"outcomes": [{"answer": "confirmed"}]}'
        for _ in range(3):
            assert registers.confirm([identity(0)])[0].answer is IdentityAnswer.CONFIRMED
        assert said.asked == 7


def test_many_are_asked_in_parts_and_a_lost_part_alone_is_missing(base_url: str) -> None:
    left = iter([True, False, True])
    registers = HttpRegisters(base_url, may_ask=lambda: next(left))
    answers = registers.confirm([identity(0)] * 1_200)
    assert [one.answer for one in answers] == [
        *[IdentityAnswer.CONFIRMED] * 500,
        *[IdentityAnswer.UNAVAILABLE] * 500,
        *[IdentityAnswer.CONFIRMED] * 200,
    ]
    assert registers.confirm([]) == []


def test_the_log_says_why_and_names_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with saying(b"", 503) as (url, _):
        HttpRegisters(url).confirm([identity(0)])
    assert caplog.messages == ["registers: no answer of civil: http_503"]


@pytest.mark.django_db
def test_production_asks_the_registers_of_its_settings_within_its_contract(
    base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deploy(**changes: object) -> None:
        settings = Settings(**PRODUCTION | changes)
        monkeypatch.setattr("prakerja.participants.registries.get_settings", lambda: settings)

    deploy(registry_url="off", registry_key="")
    assert find_civil_registry() is None
    assert find_registers() is None
    deploy(registry_url=base_url, registry_calls_per_minute=2)
    registry = find_civil_registry()
    assert registry is not None
    assert id(registry) == id(find_registers())
    # The program here has no key, so that its answers are unsigned and count for nothing.
    assert [registry.confirm([identity(0)])[0].answer for _ in range(3)] == [IdentityAnswer.UNAVAILABLE] * 3
    assert db.value("SELECT attempts FROM attempt_counts WHERE kind = 'calls to the registers'") == 3


def test_both_sides_know_each_other_by_certificate(tmp_path: Path) -> None:
    ca, server_pair, client_pair = make_certificates(tmp_path)
    registers = RegistersSandbox.of(PEOPLE, seed="test", behaviour=Behaviour())
    with make_server(registers, port=0) as server:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*server_pair)
        tls.load_verify_locations(ca)
        tls.verify_mode = ssl.CERT_REQUIRED
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        url = f"https://localhost:{server.server_address[1]}"
        known = ssl.create_default_context(cafile=ca)
        known.load_cert_chain(*client_pair)
        stranger = ssl.create_default_context(cafile=ca)
        answers = [
            HttpRegisters(url, tls=context).confirm([identity(0)])[0].answer
            for context in (known, stranger, ssl.create_default_context())
        ]
        assert answers == [IdentityAnswer.CONFIRMED, IdentityAnswer.UNAVAILABLE, IdentityAnswer.UNAVAILABLE]
        server.shutdown()
        thread.join()


def make_certificates(folder: Path) -> tuple[Path, tuple[Path, Path], tuple[Path, Path]]:
    """An authority, and a certificate with its key for each side."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    names = [
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in ("ca", "localhost", "prakerja")
    ]
    now = datetime.now(UTC)
    files = []
    for number, (key, name) in enumerate(zip(keys, names, strict=True)):
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(names[0])
            .public_key(key.public_key())
            .serial_number(number + 1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=number == 0, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(keys[0], hashes.SHA256())
        )
        certificate, secret = folder / f"{number}.pem", folder / f"{number}.key"
        certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        files.append((certificate, secret))
    return files[0][0], files[1], files[2]


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
