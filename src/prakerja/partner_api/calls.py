"""What a call is: an address, who may use it, its types, its lane, and the work on a batch of its requests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar

import msgspec

from prakerja.kit.context import Context
from prakerja.kit.ids import SystemIds
from prakerja.kit.structs import examine
from prakerja.partner_api.errors import Refusal, Refused
from prakerja.partner_api.keys import PartnerKey, find_standing
from prakerja.partner_api.protocol import BODY_MAX_BYTES
from prakerja.programme.queries import programme_now

RequestT = TypeVar("RequestT", bound=msgspec.Struct)
_ids = SystemIds()
_ACTOR: Final = "system:partner-api"


@dataclass(frozen=True, slots=True)
class Asked(Generic[RequestT]):
    """A request that was signed rightly and has its fields. `payment_token` is of the header, on `authorize`."""

    key: PartnerKey
    request: RequestT
    payment_token: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A success: the data, and the sentence in the envelope."""

    data: msgspec.Struct | None
    message: str = "OK"


Answer = Reply | Refused


@dataclass(frozen=True, slots=True)
class Moment:
    """When a batch is worked on: `context` shows the programme's clock, `machine_now` the machine's."""

    context: Context
    machine_now: datetime


Work = Callable[[Moment, Sequence[Asked[RequestT]]], Sequence[Answer]]


@dataclass(frozen=True, slots=True)
class Call(Generic[RequestT]):
    """One address below `/api/v1/integration/`.

    `lane` names the queue; it is asked on the event loop and reads no database. `repeatable`: work whose batch may be
    done again when the connection is lost, because a second time changes nothing and answers the same.
    """

    path: str
    role: str
    scope: str
    request: type[RequestT]
    answer: type[msgspec.Struct] | None
    lane: Callable[[Asked[RequestT]], int]
    work: Work[RequestT]
    summary: str
    message: str = "OK"
    repeatable: bool = False
    takes_token: bool = False
    sandbox_only: bool = False
    refusals: tuple[Refusal, ...] = ()
    """What the call itself refuses, in the order of its checks; `GENERAL_REFUSALS` come before them."""
    body_max_bytes: int = BODY_MAX_BYTES
    decides_standing: bool = False
    """The operation itself asks whether the partner is active, behind what it answered before."""

    def __post_init__(self) -> None:
        examine(self.request)


def now() -> Moment:
    """This moment on both clocks. Cost: one row in a sandbox."""
    machine_now = datetime.now(UTC)
    return Moment(Context(_ACTOR, programme_now(machine_now), _ids), machine_now)


def answer_batch(call: Call[RequestT], asked: Sequence[Asked[RequestT]]) -> list[Answer]:
    """The answers to a batch, in order: those whose key does not count are refused, the others are worked on."""
    machine_now = datetime.now(UTC)
    found = find_standing({one.key.client_code for one in asked}, machine_now=machine_now)
    moment, standing = Moment(Context(_ACTOR, found.now, _ids), machine_now), found.refusals
    if call.decides_standing:
        standing = {code: why for code, why in standing.items() if why is not Refusal.PARTNER_NOT_ACTIVE}
    if not standing:
        return list(call.work(moment, asked))
    welcome = [one for one in asked if one.key.client_code not in standing]
    answers = iter(call.work(moment, welcome) if welcome else ())
    return [
        Refused(standing[one.key.client_code]) if one.key.client_code in standing else next(answers) for one in asked
    ]
