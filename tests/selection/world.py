"""Budgets with money, waves with people who joined them; made by the operations themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.ledger.operations import NewAccount, Transfer, open_accounts, post_transfers
from prakerja.programme.operations import load_regimes, open_budgets
from prakerja.programme.queries import get_budget
from prakerja.selection.beacon import Beacon, SandboxBeacon
from prakerja.selection.errors import DecreeCode, DrawCode, JoinCode, WaveCode
from prakerja.selection.operations import (
    DecreeResult,
    Join,
    WavePlan,
    approve_decree,
    close_wave,
    commit_draw,
    join_waves,
    open_wave,
    plan_waves,
    prepare_decree,
    reveal_draw,
)
from prakerja.selection.rules import Quota
from prakerja.selection.seal_draw import SealedSeed
from tests.participants.people import april_context, eligible, founding, person
from tests.selection.sealed import seal_and_confirm

BEACON = SandboxBeacon("tests")
DAYS_OPEN = timedelta(days=3)


def fund(context: Context, places: Mapping[str, int], *, lane: int = 0, lanes: int | None = None) -> None:
    """Open the founding budgets; the money of so many places per channel stands in one lane."""
    open_budgets(context, load_regimes(context))
    for channel, count in places.items():
        budget = get_budget("founding", channel)
        open_accounts(
            context,
            [NewAccount(each, budget.id, "unspent", budget.number) for each in range(lanes or get_settings().lanes)],
        )
        if count:
            amount = count * budget.package_idr
            allocation = Transfer(
                lane, "appropriation", context.uuid(), budget.number, budget.id, budget.id, amount_idr=amount
            )
            assert not post_transfers(context, [allocation])[0].code.is_refusal


def open_new_wave(context: Context, quotas: Sequence[Quota], *, number: int = 1) -> UUID:
    plan = WavePlan(number, context.now, context.now + DAYS_OPEN, tuple(quotas))
    (planned,) = plan_waves(context, [plan], founding())
    assert planned.code is WaveCode.OK
    assert planned.wave_id is not None
    assert open_wave(context, planned.wave_id).code is WaveCode.OK
    return planned.wave_id


def join(context: Context, wave_id: UUID, applicant_ids: Sequence[UUID], channel: str = "digital") -> None:
    results = join_waves(context, [Join(key, wave_id, channel) for key in applicant_ids], founding())
    assert {result.code for result in results} == {JoinCode.OK}


def draw(context: Context, wave_id: UUID) -> Context:
    """Close, commit and reveal; the context of the moment after."""
    closing = context.at(context.now + DAYS_OPEN)
    assert close_wave(closing, wave_id).code is WaveCode.OK
    assert commit_draw(closing, wave_id, founding(), BEACON).code is DrawCode.OK
    revealing = closing.at(closing.now + timedelta(minutes=2))
    assert reveal_draw(revealing, wave_id, BEACON).code is DrawCode.OK
    return revealing


@dataclass(frozen=True, slots=True)
class Decreed:
    """A wave whose decree is prepared: who approves still has to."""

    context: Context
    wave_id: UUID
    decree_id: UUID
    applicants: list[UUID]

    @property
    def approver(self) -> Context:
        return self.context.acting_as("staff:approver")


def prepared(context: Context, people: Mapping[str, int], *, number: int = 1, first: int = 0) -> Decreed:
    """A drawn wave with so many people per channel, all of them chosen, and its prepared decree."""
    quotas = [Quota(channel, None, max(count, 1)) for channel, count in people.items()]
    wave_id = open_new_wave(context, quotas, number=number)
    applicants: list[UUID] = []
    for channel, count in people.items():
        keys = eligible(context, [person(first + len(applicants) + n) for n in range(count)]) if count else []
        if keys:
            join(context, wave_id, keys, channel)
        applicants += keys
    after = draw(context, wave_id)
    result = prepare_decree(after.acting_as("staff:maker"), wave_id, founding())
    assert result.code is DecreeCode.OK
    assert result.decree_id is not None
    return Decreed(after, wave_id, result.decree_id, applicants)


def approved(context: Context, people: Mapping[str, int]) -> Decreed:
    """As `prepared`, with money, places and the second signature."""
    fund(context, {channel: count for channel, count in people.items() if count})
    decreed = prepared(context, people)
    assert approve(decreed).code is DecreeCode.OK
    return decreed


def approve(decreed: Decreed) -> DecreeResult:
    return approve_decree(decreed.approver, decreed.decree_id, founding())


def committed(beacon: Beacon, *, made: list[SealedSeed] | None = None) -> tuple[Context, UUID]:
    """A wave of nine people that is committed, with a fallback when seeds are given; the moment of the commitment."""
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 4)])
    join(context, wave_id, eligible(context, [person(n * 2) for n in range(9)]))
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)
    if made:
        seal_and_confirm(closing, wave_id, made)
    assert commit_draw(closing, wave_id, founding(), beacon).code is DrawCode.OK
    return closing, wave_id
