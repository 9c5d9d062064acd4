"""Registers asked over HTTP, as the sandbox programs answer. Late, broken or nonsense is the same as no answer."""

from collections.abc import Sequence
from typing import Final, TypeVar
from urllib.error import URLError
from urllib.request import Request, urlopen

import msgspec

from prakerja.participants.registry import Identity, IdentityAnswer, IdentityOutcome, RegisterAnswer

_ANSWER_BYTES_MAX: Final = 16 * 1_048_576
Answer = TypeVar("Answer")


class _Outcomes(msgspec.Struct):
    outcomes: list[IdentityOutcome]


class _Answers(msgspec.Struct):
    answers: list[RegisterAnswer]


class HttpRegisters:
    """The civil registry and the others behind one address; `timeout_s` is how long an answer may take."""

    def __init__(self, base_url: str, *, timeout_s: float = 5.0) -> None:
        if not base_url.startswith(("http://", "https://")):
            raise ValueError("an address begins with http:// or https://")
        self._base_url = base_url.rstrip("/")
        self._timeout_s = timeout_s

    def confirm(self, identities: Sequence[Identity]) -> list[IdentityOutcome]:
        """One outcome per identity, in order; `unavailable` for all when the registry did not answer in time."""
        answer = self._post("civil", {"identities": list(identities)}, _Outcomes)
        if answer is None or len(answer.outcomes) != len(identities):
            return [IdentityOutcome(IdentityAnswer.UNAVAILABLE) for _ in identities]
        return answer.outcomes

    def ask(self, niks: Sequence[str]) -> list[RegisterAnswer]:
        """One answer per NIK, in order; not available for all when there was none in time."""
        answer = self._post("registers", {"niks": list(niks)}, _Answers)
        if answer is None or len(answer.answers) != len(niks):
            return [RegisterAnswer(available=False) for _ in niks]
        return answer.answers

    def _post(self, program: str, question: object, kind: type[Answer]) -> Answer | None:
        request = Request(  # noqa: S310 - the scheme is checked where the address comes in
            f"{self._base_url}/{program}",
            data=msgspec.json.encode(question),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urlopen(request, timeout=self._timeout_s) as reply:  # noqa: S310 - as above
                return msgspec.json.decode(reply.read(_ANSWER_BYTES_MAX), type=kind)
        # Nonsense is no answer: a register that cannot be understood never counts as a yes.
        except (URLError, TimeoutError, OSError, msgspec.DecodeError):
            return None
