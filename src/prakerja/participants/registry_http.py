"""Registers asked over HTTP. Late, broken, unsigned or nonsense is no answer, and no answer is never a yes."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from ssl import SSLContext
from typing import Final, TypeVar

import msgspec

from prakerja.kit.breaker import Breaker
from prakerja.kit.outbound import NoReplyError, Reply, post
from prakerja.kit.structs import examine
from prakerja.participants.registry import (
    RULE_OF_REGISTER,
    Identity,
    IdentityAnswer,
    IdentityOutcome,
    Register,
    RegisterAnswer,
)
from prakerja.participants.registry_signatures import (
    SIGNATURE_HEADER,
    TIME_HEADER,
    is_same,
    sign_answer,
    sign_question,
)
from prakerja.programme.parameters import ExcludedOffice

_ANSWER_BYTES_MAX: Final = 16 * 1_048_576
_ASKED_AT_ONCE: Final = 500
_FIELDS: Final = frozenset({"name", "birth_date", "kk"})
_REGISTERS: Final = frozenset(register.value for register in Register)
_SCHOOLS: Final = frozenset(name.value for name, rule in RULE_OF_REGISTER.items() if rule == "ELIG-03")
_OFFICES: Final = frozenset(office.value for office in ExcludedOffice)
_WAGE_IDR_MAX: Final = 10**12
_OK: Final = 200
_log = logging.getLogger("prakerja.registers")
Answer = TypeVar("Answer")
Asked = TypeVar("Asked")


class _Outcomes(msgspec.Struct):
    outcomes: list[IdentityOutcome]


class _Answers(msgspec.Struct):
    answers: list[RegisterAnswer]


examine(_Outcomes, _Answers)


class _NoAnswerError(Exception):
    """Why there is no answer that counts, as a short word."""


class HttpRegisters:
    """The civil registry and the others behind one address; `timeout_s` is how long an answer may take.

    With a `key` questions are signed and answers must be. `may_ask` says whether one more call is within the contract.
    Behind several failures nobody is asked for a while (`breaker`). Whoever is not asked has no answer.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout_s: float = 5.0,
        key: bytes | None = None,
        tls: SSLContext | None = None,
        may_ask: Callable[[], bool] = lambda: True,
        breaker: Breaker | None = None,
    ) -> None:
        if not base_url.startswith(("http://", "https://")):
            raise ValueError("an address begins with http:// or https://")
        self._base_url = base_url.rstrip("/")
        self._timeout_s = timeout_s
        self._key = key
        self._tls = tls
        self._may_ask = may_ask
        self._breaker = breaker or Breaker()

    def confirm(self, identities: Sequence[Identity]) -> list[IdentityOutcome]:
        """One outcome per identity, in order; `unavailable` where the registry did not answer in time."""
        outcomes = []
        for part in _parts(identities):
            answer = self._ask("civil", {"identities": part}, _Outcomes)
            if answer is None or len(answer.outcomes) != len(part):
                outcomes += [IdentityOutcome(IdentityAnswer.UNAVAILABLE)] * len(part)
            else:
                outcomes += [_with_sense(outcome) for outcome in answer.outcomes]
        return outcomes

    def ask(self, niks: Sequence[str]) -> list[RegisterAnswer]:
        """One answer per NIK, in order; not available where there was none in time."""
        answers = []
        for part in _parts(niks):
            answer = self._ask("registers", {"niks": part}, _Answers)
            if answer is None or len(answer.answers) != len(part):
                answers += [RegisterAnswer(available=False)] * len(part)
            else:
                answers += [_told_with_sense(one) for one in answer.answers]
        return answers

    def _ask(self, program: str, question: object, kind: type[Answer]) -> Answer | None:
        if not self._breaker.lets_through():
            return None
        if not self._may_ask():
            _log.warning("registers: %s was not asked: as many calls as the contract allows", program)
            return None
        try:
            answer = self._post(f"/{program}", msgspec.json.encode(question), kind)
        except _NoAnswerError as error:
            _log.warning("registers: no answer of %s: %s", program, error)
            self._breaker.note(answered=False)
            return None
        self._breaker.note(answered=True)
        return answer

    def _post(self, path: str, body: bytes, kind: type[Answer]) -> Answer:
        headers = {"Content-Type": "application/json"}
        if self._key is not None:
            seconds = str(int(time.time()))
            signature = sign_question(self._key, seconds=seconds, path=path, body=body)
            headers |= {TIME_HEADER: seconds, SIGNATURE_HEADER: signature}
        try:
            reply = post(
                self._base_url + path,
                body,
                headers,
                timeout_s=self._timeout_s,
                bytes_max=_ANSWER_BYTES_MAX,
                tls=self._tls,
            )
        except NoReplyError as error:
            raise _NoAnswerError(str(error)) from None
        if reply.status != _OK:
            raise _NoAnswerError(f"http_{reply.status}")
        if self._key is not None and not _is_answer_to(self._key, headers[SIGNATURE_HEADER], reply):
            raise _NoAnswerError("signature")
        try:
            return msgspec.json.decode(reply.body, type=kind)
        # Nonsense is no answer: a register that cannot be understood never counts as a yes.
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _NoAnswerError("nonsense") from None


def _parts(asked: Sequence[Asked]) -> Iterator[list[Asked]]:
    for first in range(0, len(asked), _ASKED_AT_ONCE):
        yield list(asked[first : first + _ASKED_AT_ONCE])


def _is_answer_to(key: bytes, question: str, reply: Reply) -> bool:
    given = next((value for name, value in reply.headers.items() if name.lower() == SIGNATURE_HEADER.lower()), "")
    return is_same(given, sign_answer(key, question=question, body=reply.body))


def _told_with_sense(answer: RegisterAnswer) -> RegisterAnswer:
    """An answer with words that no register has, or with what a silent one says, is none: it never counts as a yes."""
    education, office, wage = answer.formal_education_source, answer.excluded_office, answer.monthly_wage_idr
    said = {
        *(() if education is None else (education,)),
        *(() if office is None else (Register.STATE_EMPLOYEES.value,)),
        *(() if answer.receives_social_aid is None else (Register.SOCIAL_AID.value,)),
    }
    has_sense = (
        (education is None or education in _SCHOOLS)
        and (office is None or office in _OFFICES)
        and (wage is None or 0 <= wage <= _WAGE_IDR_MAX)
        and set(answer.missing) < _REGISTERS
        and said.isdisjoint(answer.missing)
        and (answer.receives_social_aid is not None or Register.SOCIAL_AID.value in answer.missing)
    )
    return answer if answer.available and has_sense else RegisterAnswer(available=False)


def _with_sense(outcome: IdentityOutcome) -> IdentityOutcome:
    """An outcome that contradicts itself is none: confirmed, yet fields disagree; a mismatch of nothing."""
    is_mismatch = outcome.answer is IdentityAnswer.MISMATCH
    if set(outcome.fields) <= _FIELDS and bool(outcome.fields) is is_mismatch:
        return outcome
    return IdentityOutcome(IdentityAnswer.UNAVAILABLE)
