"""Signed calls of the partner API, and the three ways in which one ends: answered, refused, or nobody knows.

Written from the contract's page alone. The body is signed as it is sent.
"""

import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final, Protocol, TypeAlias
from urllib.parse import urlsplit

PREFIX: Final = "/api/v1/integration/"
SECONDS: Final = 10.0
_SERVER_ERRORS: Final = 500
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Answered:
    """It was done; the data of the answer."""

    data: Mapping[str, object]

    def text(self, name: str) -> str:
        """A text of the data; empty where there is none."""
        value = self.data.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """A whole number of the data; 0 where there is none."""
        value = self.data.get(name)
        return value if isinstance(value, int) else 0


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done, and the programme says why. `message` is its sentence in Indonesian, for the user."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer came. `was_sent` False: the programme never saw the call, nothing can have happened."""

    was_sent: bool


Outcome: TypeAlias = Answered | Refused | Unknown


class Api(Protocol):
    """Whatever takes a call and says how it ended."""

    def call(self, name: str, body: Mapping[str, object], *, token: str = "") -> Outcome:
        """One call, such as `payment/status`."""
        ...


@dataclass(frozen=True, slots=True)
class Client:
    """One partner's way to the API. Safe in threads: each call has a connection of its own."""

    api_url: str
    client_code: str
    key: str = field(repr=False)
    seconds: float = SECONDS
    clock: Callable[[], float] = time.time

    def call(self, name: str, body: Mapping[str, object], *, token: str = "") -> Outcome:
        """Call `payment/status` and the like; `token` is the payment token of `payment/authorize`."""
        path = PREFIX + name
        sent = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
        timestamp = str(int(self.clock()))
        authorization = f"Payment {token}" if token else ""
        headers = {
            "Content-Type": "application/json",
            "client_code": self.client_code,
            "timestamp": timestamp,
            "signature": sign(self.key, self.client_code, timestamp, path, authorization, sent),
        }
        if authorization:
            headers["Authorization"] = authorization
        return self.send("POST", path, sent, headers)

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """One request, and how it ended."""
        where = urlsplit(self.api_url)
        kind = HTTPSConnection if where.scheme == "https" else HTTPConnection
        connection = kind(where.hostname or "", where.port, timeout=self.seconds)
        try:
            try:
                connection.connect()
            except OSError:
                return Unknown(was_sent=False)
            try:
                connection.request(method, where.path.rstrip("/") + path, body, dict(headers))
                response = connection.getresponse()
                return read_answer(response.status, response.read())
            except (OSError, HTTPException):
                return Unknown(was_sent=True)
        finally:
            connection.close()


def sign(
    key: str, client_code: str, timestamp: str, path: str, authorization: str, body: bytes, *, method: str = "POST"
) -> str:
    """The signature of a request."""
    base = f"{client_code}{timestamp}{method}{path}{authorization}".encode() + body
    return hmac.digest(key.encode(), base, "sha1").hex()


def read_answer(status: int, body: bytes) -> Outcome:
    """What an answer says. A failure of the server, or what is no envelope at all, leaves everything open."""
    try:
        found = json.loads(body)
    except ValueError:
        return Unknown(was_sent=True)
    if not isinstance(found, dict) or status >= _SERVER_ERRORS:
        return Unknown(was_sent=True)
    if status == _OK and found.get("success") is True:
        data = found.get("data")
        return Answered(data if isinstance(data, dict) else {})
    return Refused(str(found.get("code", "")), str(found.get("message", "")))
