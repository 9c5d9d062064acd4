"""Sandbox programs of the registers over HTTP: data by seed, latency and outages on demand. A sandbox only.

POST /civil with {"identities": [{"nik", "kk", "name", "birth_date"}]}; POST /registers with {"niks": […]};
POST /behaviour with {"latency_ms", "outage_bp", "missing"} changes how they answer from now on. With a key they ask for
signed questions and sign their answers, as `registry_signatures` says.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

import msgspec

from prakerja.kit.structs import examine
from prakerja.participants.registry import Identity, IdentityOutcome, RegisterAnswer
from prakerja.participants.registry_signatures import (
    SECONDS_APART_MAX,
    SIGNATURE_HEADER,
    TIME_HEADER,
    is_same,
    sign_answer,
    sign_question,
)
from prakerja.participants.sandbox import CivilRegistrySandbox, EligibilityRegistersSandbox, SyntheticPerson

_BODY_BYTES_MAX = 1_048_576


class _IdentityIn(msgspec.Struct, forbid_unknown_fields=True):
    nik: str
    kk: str
    name: str
    birth_date: date


class _Identities(msgspec.Struct, forbid_unknown_fields=True):
    identities: list[_IdentityIn]


class _Niks(msgspec.Struct, forbid_unknown_fields=True):
    niks: list[str]


class Behaviour(msgspec.Struct, forbid_unknown_fields=True):
    """How the programs answer: how late, how often not at all (of 10,000), which registers not at all."""

    latency_ms: int = 0
    outage_bp: int = 0
    missing: list[str] = []


examine(_Identities, _Niks, Behaviour)


@dataclass(slots=True)
class RegistersSandbox:
    """The registers of a sandbox with a behaviour that can be changed while they run."""

    people: tuple[SyntheticPerson, ...]
    seed: str
    _civil: CivilRegistrySandbox
    _registers: EligibilityRegistersSandbox
    _latency_s: float = 0.0

    @classmethod
    def of(cls, people: Iterable[SyntheticPerson], *, seed: str, behaviour: Behaviour) -> "RegistersSandbox":
        """The programs for a population."""
        known = tuple(people)
        made = cls(known, seed, CivilRegistrySandbox(()), EligibilityRegistersSandbox(()))
        made.behave(behaviour)
        return made

    def behave(self, behaviour: Behaviour) -> None:
        """Answer like this from now on.

        Raises:
            ValueError: an unknown register.
        """
        registers = EligibilityRegistersSandbox(
            self.people, seed=self.seed, outage_bp=behaviour.outage_bp, missing=behaviour.missing
        )
        self._civil = CivilRegistrySandbox(self.people, seed=self.seed, outage_bp=behaviour.outage_bp)
        self._registers = registers
        self._latency_s = behaviour.latency_ms / 1_000

    def confirm(self, identities: list[Identity]) -> list[IdentityOutcome]:
        """The civil registry, after its latency."""
        time.sleep(self._latency_s)
        return self._civil.confirm(identities)

    def ask(self, niks: list[str]) -> list[RegisterAnswer]:
        """The other registers, after their latency."""
        time.sleep(self._latency_s)
        return self._registers.ask(niks)


def _reply(registers: RegistersSandbox, lock: Lock, path: str, body: bytes) -> object:
    if path == "/civil":
        asked = msgspec.json.decode(body, type=_Identities).identities
        identities = [Identity(one.nik, one.kk, one.name, one.birth_date) for one in asked]
        return {"outcomes": registers.confirm(identities)}
    if path == "/registers":
        return {"answers": registers.ask(msgspec.json.decode(body, type=_Niks).niks)}
    if path == "/behaviour":
        with lock:
            registers.behave(msgspec.json.decode(body, type=Behaviour))
        return {"ok": True}
    raise KeyError(path)


def _is_signed(key: bytes, path: str, headers: Message, body: bytes) -> bool:
    seconds, given = headers.get(TIME_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
    if not seconds.isdecimal() or abs(int(seconds) - time.time()) > SECONDS_APART_MAX:
        return False
    return is_same(given, sign_question(key, seconds=seconds, path=path, body=body))


def make_server(registers: RegistersSandbox, *, port: int, key: bytes | None = None) -> ThreadingHTTPServer:
    """A server on this machine alone; `serve_forever` runs it. Signatures only with a key."""
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        """One question: never a NIK in the log."""

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if not 0 < length <= _BODY_BYTES_MAX:
                self._answer(413, {"error": "body_too_large"})
                return
            body = self.rfile.read(length)
            if key is not None and self.path != "/behaviour" and not _is_signed(key, self.path, self.headers, body):
                self._answer(401, {"error": "signature_wrong"})
                return
            try:
                self._answer(200, _reply(registers, lock, self.path, body))
            except KeyError:
                self._answer(404, {"error": "no_such_program"})
            except (msgspec.DecodeError, ValueError):
                self._answer(400, {"error": "body_not_readable"})

        def _answer(self, status: int, content: object) -> None:
            body = msgspec.json.encode(content)
            self.send_response(status)
            if key is not None:
                question = self.headers.get(SIGNATURE_HEADER, "")
                self.send_header(SIGNATURE_HEADER, sign_answer(key, question=question, body=body))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing: questions hold personal values."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
