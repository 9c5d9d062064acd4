"""Whether a platform's software can do what it must: decided by what the server saw of its calls, by nothing else.

The six checks are those of `partners.models.INTEGRATION_CHECKS`, in that order. Pure.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from prakerja.partner_api.errors import Refusal

ACCEPTED: Final = "OK"
_WRONG: Final = Refusal.SIGNATURE_WRONG.code
_REUSED: Final = Refusal.INVOICE_REUSED.code
QUOTA, SEND_OTP, AUTHORIZE, STATUS, VOID = (
    "payment/quota-schedule",
    "payment/send-otp",
    "payment/authorize",
    "payment/status",
    "payment/void",
)


class Missing(StrEnum):
    """What a check still waits for; each has a sentence that says what to do."""

    NOTHING = ""
    NO_ACCEPTED_CALL = "no_accepted_call"
    NO_WRONG_SIGNATURE = "no_wrong_signature"
    WRONG_CALL_REPEATED = "wrong_call_repeated"
    WRONG_CALL_NOT_CORRECTED = "wrong_call_not_corrected"
    NO_CODE_SENT = "no_code_sent"
    NOTHING_PAID = "nothing_paid"
    INVOICE_NOT_REPEATED = "invoice_not_repeated"
    REPEATED_WITH_ANOTHER_BODY = "repeated_with_another_body"
    NOTHING_VOIDED = "nothing_voided"
    QUOTA_NOT_READ = "quota_not_read"
    STATUS_NOT_READ = "status_not_read"


@dataclass(frozen=True, slots=True)
class SeenCall:
    """A call as the server saw it. `body` and `attempt` are hashes: of what was asked, and of that as it was signed."""

    request_id: str
    call: str
    code: str
    seen_at: datetime
    body: bytes
    attempt: bytes
    invoice_code: str | None

    @property
    def accepted(self) -> bool:
        """Whether it was answered with success."""
        return self.code == ACCEPTED


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check: passed with the calls that prove it, or what it waits for."""

    name: str
    evidence: tuple[SeenCall, ...] = ()
    missing: Missing = Missing.NOTHING

    @property
    def passed(self) -> bool:
        """Whether it is proven."""
        return bool(self.evidence)


def judge_calls(calls: Sequence[SeenCall]) -> list[Outcome]:
    """Each check in its order; the calls are those of one run, as they came. Rule: PLAT-01."""
    return [_outcome(name, check(calls)) for name, check in _CHECKS.items()]


_Found = tuple[SeenCall, ...] | Missing


def _outcome(name: str, found: _Found) -> Outcome:
    return Outcome(name, missing=found) if isinstance(found, Missing) else Outcome(name, found)


def _signs(calls: Sequence[SeenCall]) -> _Found:
    found = next((one for one in calls if one.accepted), None)
    return Missing.NO_ACCEPTED_CALL if found is None else (found,)


def _corrects(calls: Sequence[SeenCall]) -> _Found:
    """A call that was refused for its signature comes again with a right one, and not unchanged in between.

    Whoever sends the same wrong call again and again has not read the refusal; in production that is a flood.
    """
    missing = Missing.NO_WRONG_SIGNATURE
    times = Counter(one.attempt for one in calls)
    for place, wrong in enumerate(calls):
        if wrong.code != _WRONG:
            continue
        if times[wrong.attempt] > 1:
            missing = Missing.WRONG_CALL_REPEATED
            continue
        asked = (wrong.call, wrong.body)
        right = next((one for one in calls[place + 1 :] if one.accepted and (one.call, one.body) == asked), None)
        if right is not None:
            return wrong, right
        missing = Missing.WRONG_CALL_NOT_CORRECTED
    return missing


def _pays(calls: Sequence[SeenCall]) -> _Found:
    sent = next((one for one in calls if one.call == SEND_OTP and one.accepted), None)
    if sent is None:
        return Missing.NO_CODE_SENT
    paid = next((one for one in calls if one.call == AUTHORIZE and one.accepted and one.seen_at >= sent.seen_at), None)
    return Missing.NOTHING_PAID if paid is None else (sent, paid)


def _repeats(calls: Sequence[SeenCall]) -> _Found:
    """The same invoice with the same body twice: the second answer is the stored one, nothing is debited again."""
    missing = Missing.INVOICE_NOT_REPEATED
    first: dict[str, SeenCall] = {}
    for one in calls:
        if one.call != AUTHORIZE or one.invoice_code is None:
            continue
        before = first.get(one.invoice_code)
        if one.accepted and before is not None and before.body == one.body:
            return before, one
        if one.accepted:
            first.setdefault(one.invoice_code, one)
        elif one.code == _REUSED:
            missing = Missing.REPEATED_WITH_ANOTHER_BODY
    return missing


def _voids(calls: Sequence[SeenCall]) -> _Found:
    paid = {one.invoice_code: one for one in reversed(calls) if one.call == AUTHORIZE and one.accepted}
    for one in calls:
        if one.call == VOID and one.accepted and one.invoice_code in paid:
            return paid[one.invoice_code], one
    return Missing.NOTHING_VOIDED


def _reads(calls: Sequence[SeenCall]) -> _Found:
    quota = next((one for one in calls if one.call == QUOTA and one.accepted), None)
    if quota is None:
        return Missing.QUOTA_NOT_READ
    status = next((one for one in calls if one.call == STATUS and one.accepted), None)
    return Missing.STATUS_NOT_READ if status is None else (quota, status)


_CHECKS: Final[Mapping[str, Callable[[Sequence[SeenCall]], _Found]]] = {
    "signs_requests": _signs,
    "corrects_wrong_signatures": _corrects,
    "authorizes_a_payment": _pays,
    "repeats_an_invoice": _repeats,
    "voids_a_payment": _voids,
    "reads_quota_and_status": _reads,
}
