"""Decrees: one person prepares, another approves; the approval names, reserves and pins in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.programme.errors import PlacesCode
from prakerja.programme.operations import take_places
from prakerja.programme.queries import BudgetRow, get_budget
from prakerja.programme.regimes import Regime
from prakerja.programme.rules import PlacesRequest, balance_end, first_purchase_deadline
from prakerja.selection.errors import DecreeCode
from prakerja.selection.operations.lane_money import bring_money
from prakerja.selection.operations.waves import drop_ineligible
from prakerja.selection.rules import CHANNELS


@dataclass(frozen=True, slots=True)
class DecreeResult:
    """The answer about one decree, with its totals."""

    code: DecreeCode
    decree_id: UUID | None = None
    number: int | None = None
    participants: int = 0
    total_idr: int = 0


class _RefusedError(Exception):
    """Takes back what an approval has written so far; never leaves this module."""

    def __init__(self, code: DecreeCode) -> None:
        super().__init__(code)
        self.code = code


class _Decree(NamedTuple):
    number: int
    wave_id: UUID
    state: str
    maker: str
    regime_version: str
    participants: int
    total_idr: int


def prepare_decree(context: Context, wave_id: UUID, regime: Regime) -> DecreeResult:
    """Name all selected of a drawn wave, after a re-check that drops who is no longer eligible. The maker's act.

    Codes: wave_not_found, already_prepared, wave_not_drawn, nobody_selected.
    Rules: ELIG-06, ELIG-07, MONEY-01 to MONEY-03. Nothing is reserved before the approval.
    """
    with db.transaction():
        wave = db.row("SELECT state FROM waves WHERE id = %s FOR UPDATE", [wave_id])
        if wave is None:
            return DecreeResult(DecreeCode.WAVE_NOT_FOUND)
        live = db.row(
            "SELECT id, number FROM decrees WHERE wave_id = %s AND kind = 'appointment' AND state <> 'rejected'",
            [wave_id],
        )
        if live is not None:
            return DecreeResult(DecreeCode.ALREADY_PREPARED, live[0], live[1])
        if wave[0] != "drawn":
            return DecreeResult(DecreeCode.WAVE_NOT_DRAWN)
        dropped = drop_ineligible(context, wave_id, "selected")
        dropped += _drop_full_households(context, wave_id, regime.kk_max_recipients)
        participants = db.value("SELECT count(*) FROM joinings WHERE wave_id = %s AND outcome = 'selected'", [wave_id])
        if not participants:
            return DecreeResult(DecreeCode.NOBODY_SELECTED)
        total_idr = participants * regime.package_idr
        decree_id, number = insert_decree(context, "appointment", wave_id, regime.version, participants, total_idr)
        payload = {"number": number, "participants": participants, "total_idr": total_idr, "dropped": dropped}
        record_events(context, [Event("decree.prepared", decree_id, payload)])
    return DecreeResult(DecreeCode.OK, decree_id, number, participants, total_idr)


def insert_decree(
    context: Context, kind: str, wave_id: UUID | None, regime_version: str, participants: int, total_idr: int
) -> tuple[UUID, int]:
    """A prepared decree with the next number; decrees are rare, so the table is locked for it."""
    db.execute("LOCK TABLE decrees IN SHARE ROW EXCLUSIVE MODE")
    number = db.value("SELECT coalesce(max(number), 0) + 1 FROM decrees")
    decree_id = context.uuid()
    db.execute(
        """
        INSERT INTO decrees
            (id, number, kind, wave_id, state, maker, regime_version, participants, total_idr, prepared_at)
        VALUES (%s, %s, %s, %s, 'prepared', %s, %s, %s, %s, %s)
        """,
        [decree_id, number, kind, wave_id, context.actor, regime_version, participants, total_idr, context.now],
    )
    return decree_id, number


def _drop_full_households(context: Context, wave_id: UUID, kk_max: int) -> int:
    """ELIG-07 again: another wave may have appointed kin since the commitment. The last in rank are dropped."""
    dropped = db.rows(
        """
        WITH counted AS MATERIALIZED (
            SELECT
                s.lane, s.applicant_id,
                -- A look-up for each: a join with all recipients, planned before the tables' statistics have followed
                -- a big wave, was quadratic.
                row_number() OVER (PARTITION BY a.kk_index ORDER BY s.rank, s.token) + (
                    SELECT count(*)
                    FROM applicants AS kin
                    WHERE kin.kk_index = a.kk_index AND kin.state = 'decreed'
                ) AS nth
            FROM joinings AS s
            JOIN applicants AS a ON a.lane = s.lane AND a.applicant_id = s.applicant_id
            WHERE s.wave_id = %(wave)s AND s.outcome = 'selected'
        )
        UPDATE joinings AS j
        SET outcome = 'dropped', dropped_rule = 'ELIG-07'
        FROM counted
        WHERE j.wave_id = %(wave)s
            AND j.lane = counted.lane
            AND j.applicant_id = counted.applicant_id
            AND counted.nth > %(most)s
        RETURNING j.lane, j.applicant_id
        """,
        {"wave": wave_id, "most": kk_max},
    )
    record_events(
        context,
        [
            Event("joining.dropped", applicant_id, {"rule": "ELIG-07", "wave_id": wave_id}, lane)
            for lane, applicant_id in dropped
        ],
    )
    return len(dropped)


def approve_decree(context: Context, decree_id: UUID, regime: Regime) -> DecreeResult:
    """The second person's act: takes the places, makes participants, opens their accounts, reserves the package.

    Codes: decree_not_found, already_decided, same_person, regime_changed, list_changed (somebody is no longer eligible
    or a household would be over its limit: reject and prepare anew), budget_not_open, quota_exhausted, money_exhausted.
    All in one transaction; a refusal changes nothing. Money of other lanes moves when one lane is short.
    Rules: SCHEME-01, ELIG-06, ELIG-07, MONEY-01 to MONEY-03, CARD-01, CARD-02.
    Locks, in order: decree, kin of shared households, applicants, budgets, allotments, unspent accounts; so two
    approvals wait for each other only at their ends, or for kin. Cost: three SQL calls per lane and channel.
    """
    with db.transaction():
        try:
            with db.attempt():
                return _approve(context, decree_id, regime)
        except _RefusedError as refusal:
            return DecreeResult(refusal.code, decree_id)


def _approve(context: Context, decree_id: UUID, regime: Regime) -> DecreeResult:
    decree = _lock_decree(decree_id)
    if context.actor == decree.maker:
        raise _RefusedError(DecreeCode.SAME_PERSON)
    if regime.version != decree.regime_version:
        raise _RefusedError(DecreeCode.REGIME_CHANGED)
    counts = _counts(decree.wave_id)
    if sum(counts.values()) != decree.participants or db.value(
        "SELECT household_is_over_its_limit(%s, %s)", [decree.wave_id, regime.kk_max_recipients]
    ):
        raise _RefusedError(DecreeCode.LIST_CHANGED)
    budgets = _budgets(regime, {channel for _, channel in counts})
    parts = sorted(counts, key=lambda key: (key[0], CHANNELS.index(key[1])))
    # First what concerns this decree alone, most of the work; then what all decrees share, so that approvals of
    # different waves wait for each other only at their ends.
    named = {
        (lane, channel): _appoint(
            context, decree_id, decree.wave_id, lane, budgets[channel], counts[lane, channel], regime
        )
        for lane, channel in parts
    }
    for lane, channel in parts:
        _open_packages(context, lane, budgets[channel], counts[lane, channel], named[lane, channel])
    _take_places(context, counts, budgets)
    _move_money(context, decree_id, counts, budgets)
    for lane, channel in parts:
        _pay_packages(lane, budgets[channel], counts[lane, channel])
    db.execute(
        "UPDATE decrees SET state = 'approved', approver = %s, approved_at = %s WHERE id = %s",
        [context.actor, context.now, decree_id],
    )
    db.execute("UPDATE waves SET state = 'decreed' WHERE id = %s", [decree.wave_id])
    payload = {"number": decree.number, "participants": decree.participants, "total_idr": decree.total_idr}
    record_events(context, [Event("decree.approved", decree_id, payload | {"wave_id": decree.wave_id})])
    return DecreeResult(DecreeCode.OK, decree_id, decree.number, decree.participants, decree.total_idr)


def _lock_decree(decree_id: UUID) -> _Decree:
    found = db.row(
        """
        SELECT number, wave_id, state, maker, regime_version, participants, total_idr
        FROM decrees
        WHERE id = %s AND kind = 'appointment'
        FOR UPDATE
        """,
        [decree_id],
    )
    if found is None:
        raise _RefusedError(DecreeCode.DECREE_NOT_FOUND)
    decree = _Decree(*found)
    if decree.state != "prepared":
        raise _RefusedError(DecreeCode.ALREADY_DECIDED)
    return decree


def _counts(wave_id: UUID) -> dict[tuple[int, str], int]:
    found = db.rows(
        """
        SELECT lane, channel, count(*)
        FROM joinings
        WHERE wave_id = %s AND outcome = 'selected'
        GROUP BY lane, channel
        ORDER BY lane, channel
        """,
        [wave_id],
    )
    return {(lane, channel): count for lane, channel, count in found}


def _budgets(regime: Regime, channels: set[str]) -> dict[str, BudgetRow]:
    try:
        return {channel: get_budget(regime.code, channel) for channel in channels}
    except LookupError as error:
        raise _RefusedError(DecreeCode.BUDGET_NOT_OPEN) from error


def _take_places(context: Context, counts: Mapping[tuple[int, str], int], budgets: Mapping[str, BudgetRow]) -> None:
    requests = [PlacesRequest(lane, budgets[channel].id, count) for (lane, channel), count in counts.items()]
    for result in take_places(context, requests):
        if result.code is PlacesCode.QUOTA_EXHAUSTED:
            raise _RefusedError(DecreeCode.QUOTA_EXHAUSTED)
        if result.code is not PlacesCode.OK:
            raise _RefusedError(DecreeCode.BUDGET_NOT_OPEN)


def _move_money(
    context: Context, decree_id: UUID, counts: Mapping[tuple[int, str], int], budgets: Mapping[str, BudgetRow]
) -> None:
    for channel in sorted(budgets, key=lambda name: budgets[name].id):
        budget = budgets[channel]
        needed = {lane: count * budget.package_idr for (lane, name), count in counts.items() if name == channel}
        if not bring_money(context, decree_id, budget, needed):
            raise _RefusedError(DecreeCode.MONEY_EXHAUSTED)


def _appoint(
    context: Context, decree_id: UUID, wave_id: UUID, lane: int, budget: BudgetRow, count: int, regime: Regime
) -> str:
    """Make participants of the selected of a lane and channel; their new ids as the text of an array.

    Fewer are made when somebody is no longer ready or was blacklisted since (ELIG-06): then nothing stands.
    """
    # The list as PostgreSQL reads an array: for hundreds of thousands of ids half the cost of a list of objects.
    ids = "{" + ",".join(context.uuid_texts(count)) + "}"
    appointed = db.value(
        "SELECT appoint_participants(%s::smallint, %s, %s, %s, %s::smallint, %s, %s, %s, %s, %s::uuid[])",
        [
            lane,
            decree_id,
            wave_id,
            budget.channel.value,
            budget.number,
            regime.version,
            context.now,
            first_purchase_deadline(context.now, regime),
            balance_end(context.today, regime),
            ids,
        ],
    )
    if appointed != count:
        raise _RefusedError(DecreeCode.LIST_CHANGED)
    return ids


def _open_packages(context: Context, lane: int, budget: BudgetRow, count: int, participant_ids: str) -> None:
    """Open the accounts of new participants with their package and write its transfers; `_pay_packages` is owed."""
    opened = db.value(
        "SELECT open_packages(%s::smallint, %s::smallint, %s, %s::uuid[], %s, %s, %s)",
        [lane, budget.number, budget.id, participant_ids, budget.training_idr, budget.incentive_idr, context.today],
    )
    if opened != count:
        raise RuntimeError(f"lane {lane} opened {opened} of {count}")


def _pay_packages(lane: int, budget: BudgetRow, count: int) -> None:
    """Take the opened packages out of the budget's unspent money."""
    db.execute(
        "SELECT pay_packages(%s::smallint, %s::smallint, %s, %s)",
        [lane, budget.number, budget.id, count * budget.package_idr],
    )


def reject_decree(context: Context, decree_id: UUID, *, reason: str) -> DecreeResult:
    """The second person says no; another can be prepared. Codes: decree_not_found, already_decided, same_person.

    A revocation is not found here: `cards.operations.decline_revocation` declines it and keeps what was judged.
    """
    with db.transaction():
        found = db.row(
            "SELECT state, maker, number FROM decrees WHERE id = %s AND kind <> 'revocation' FOR UPDATE", [decree_id]
        )
        if found is None:
            return DecreeResult(DecreeCode.DECREE_NOT_FOUND)
        if found[0] != "prepared":
            return DecreeResult(DecreeCode.ALREADY_DECIDED, decree_id)
        if found[1] == context.actor:
            return DecreeResult(DecreeCode.SAME_PERSON, decree_id)
        record_rejection(context, decree_id, found[2], reason)
    return DecreeResult(DecreeCode.OK, decree_id, found[2])


def record_rejection(context: Context, decree_id: UUID, number: int, reason: str) -> None:
    """The decree is rejected by the context's actor; the caller holds its lock and has decided. Two statements."""
    db.execute("UPDATE decrees SET state = 'rejected', approver = %s WHERE id = %s", [context.actor, decree_id])
    record_events(context, [Event("decree.rejected", decree_id, {"number": number, "reason": reason})])
