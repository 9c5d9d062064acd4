"""Giving back what a revocation took, once its appeal is granted: money, place, card and time, by decree of two people.

States: prepared → done | waiting (signed by both, but no place or money is free) → done | lapsed; prepared → rejected |
lapsed. Owner while it waits: the programme office; until the end of the balance's period, when it lapses and the person
is told. The blacklisting was lifted with the appeal and stays lifted whatever comes of the package.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.cards.errors import ReinstatementCode
from prakerja.cards.operations.issue import insert_cards
from prakerja.cards.operations.replacement import take_positions
from prakerja.cards.rules import card_serial_of
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.ledger.operations import Transfer, post_transfers
from prakerja.programme.errors import PlacesCode
from prakerja.programme.operations import take_places
from prakerja.programme.queries import BudgetRow, get_regime_book_of, list_budgets
from prakerja.programme.regimes import Regime
from prakerja.programme.rules import PlacesRequest, balance_end, first_purchase_deadline
from prakerja.selection.operations.decrees import insert_decree
from prakerja.selection.operations.lane_money import bring_money


@dataclass(frozen=True, slots=True)
class ReinstatementResult:
    """The answer about one reinstatement; with a lack of place or money it is signed and waits until `due_at`."""

    code: ReinstatementCode
    decree_id: UUID | None = None
    number: int | None = None
    total_idr: int = 0
    due_at: datetime | None = None


class _RefusedError(Exception):
    """Takes back what was written so far; never leaves this module."""

    def __init__(self, code: ReinstatementCode) -> None:
        super().__init__(code)
        self.code = code


class _Given(NamedTuple):
    lane: int
    reinstatement_id: UUID
    participant_id: UUID
    decree_id: UUID
    number: int
    state: str
    maker: str
    signed_by: str | None
    training_idr: int
    incentive_idr: int
    due_at: datetime


def prepare_reinstatement(context: Context, case_id: UUID) -> ReinstatementResult:
    """Propose to give back what the revocation took that a granted appeal was about: the maker's act.

    Codes: case_not_granted, not_revoked, already_prepared. Rule: ELIG-06. Nothing is reserved before the signature.
    """
    with db.transaction():
        found = db.row(
            """
            SELECT p.lane, p.participant_id, p.state, p.regime_version, p.decreed_at, r.number, r.training_idr,
                r.incentive_idr
            FROM cases AS c
            JOIN participants AS p ON p.lane = c.applicant_lane AND p.applicant_id = c.applicant_id
            JOIN revocations AS r
                ON r.lane = p.lane AND r.participant_id = p.participant_id AND r.decree_id = c.subject_id
            WHERE c.id = %s AND c.kind = 'revoked' AND c.state = 'granted'
            FOR NO KEY UPDATE OF p
            """,
            [case_id],
        )
        if found is None:
            return ReinstatementResult(ReinstatementCode.CASE_NOT_GRANTED)
        lane, participant_id, state, version, decreed_at, number, training_idr, incentive_idr = found
        if state != "revoked":
            return ReinstatementResult(ReinstatementCode.NOT_REVOKED)
        total_idr = training_idr + incentive_idr
        due_at = balance_end(context.today, _pinned(version, decreed_at))
        under_way = db.row(
            """
            SELECT decree_id, due_at FROM reinstatements
            WHERE lane = %s AND participant_id = %s AND revocation_number = %s AND state IN ('prepared', 'waiting')
            """,
            [lane, participant_id, number],
        )
        if under_way is not None:
            return ReinstatementResult(ReinstatementCode.ALREADY_PREPARED, under_way[0], due_at=under_way[1])
        decree_id, decree_number = insert_decree(context, "reinstatement", None, version, 1, total_idr)
        reinstatement_id = context.uuid()
        db.execute(
            """
            INSERT INTO reinstatements (
                lane, reinstatement_id, participant_id, revocation_number, case_id, decree_id, training_idr,
                incentive_idr, prepared_at, due_at
            )
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                *(lane, reinstatement_id, participant_id, number, case_id, decree_id, training_idr, incentive_idr),
                *(context.now, due_at),
            ],
        )
        payload = {"number": decree_number, "total_idr": total_idr, "due_at": due_at, "case_id": case_id}
        record_events(
            context,
            [
                Event("reinstatement.prepared", decree_id, payload),
                Event("participant.reinstatement_prepared", participant_id, {"decree_id": decree_id}, lane),
            ],
        )
    return ReinstatementResult(ReinstatementCode.OK, decree_id, decree_number, total_idr, due_at)


def approve_reinstatement(context: Context, decree_id: UUID) -> ReinstatementResult:
    """The second person's act: reserves the package anew, takes a place, gives a card and new deadlines.

    Codes: decree_not_found, already_decided, same_person; budget_not_open, quota_exhausted, money_exhausted: then the
    signature stands and the participant waits (`retry_reinstatements` goes on). All in one transaction.
    Rules: SCHEME-01, MONEY-01 to MONEY-03, CARD-01, CARD-02.
    Locks, in order: reinstatement, accounts, participant, budget and allotments, unspent accounts, as decrees do.
    """
    with db.transaction():
        given = _locked(decree_id)
        if given is None:
            return ReinstatementResult(ReinstatementCode.DECREE_NOT_FOUND)
        if given.state != "prepared":
            return ReinstatementResult(ReinstatementCode.ALREADY_DECIDED, decree_id, given.number)
        if given.maker == context.actor:
            return ReinstatementResult(ReinstatementCode.SAME_PERSON, decree_id, given.number)
        db.execute(
            "UPDATE reinstatements SET signed_by = %s, signed_at = %s WHERE lane = %s AND reinstatement_id = %s",
            [context.actor, context.now, given.lane, given.reinstatement_id],
        )
        return _try(context, given._replace(signed_by=context.actor))


def retry_reinstatements(context: Context, *, most: int = 500) -> list[ReinstatementResult]:
    """Try again what both have signed and what waits for a place or money, the oldest first. For the hourly job.

    Codes: budget_not_open, quota_exhausted, money_exhausted (it waits on).
    """
    waiting = db.rows(
        "SELECT decree_id FROM reinstatements WHERE state = 'waiting' ORDER BY signed_at, decree_id LIMIT %s", [most]
    )
    results = []
    for (decree_id,) in waiting:
        with db.transaction():
            given = _locked(decree_id)
            if given is not None and given.state == "waiting" and given.due_at > context.now:
                results.append(_try(context, given))
    return results


def reject_reinstatement(context: Context, decree_id: UUID, *, reason: str) -> ReinstatementResult:
    """The second person says no, with a reason; another can be prepared from the case.

    Codes: decree_not_found, already_decided, same_person, reason_missing.
    """
    with db.transaction():
        given = _locked(decree_id)
        if given is None:
            return ReinstatementResult(ReinstatementCode.DECREE_NOT_FOUND)
        if given.state != "prepared":
            return ReinstatementResult(ReinstatementCode.ALREADY_DECIDED, decree_id, given.number)
        if given.maker == context.actor:
            return ReinstatementResult(ReinstatementCode.SAME_PERSON, decree_id, given.number)
        if not reason.strip():
            return ReinstatementResult(ReinstatementCode.REASON_MISSING, decree_id, given.number)
        _end(context, given, "rejected", reason=reason.strip())
    return ReinstatementResult(ReinstatementCode.OK, decree_id, given.number)


def lapse_reinstatements(context: Context) -> list[UUID]:
    """End what still waits when the period is over, in favour of nobody's pocket; the decrees. For the hourly job."""
    lapsed = []
    with db.transaction():
        overdue = db.rows(
            """
            SELECT decree_id FROM reinstatements
            WHERE state IN ('prepared', 'waiting') AND due_at <= %s
            ORDER BY due_at, decree_id
            """,
            [context.now],
        )
        for (decree_id,) in overdue:
            given = _locked(decree_id)
            if given is not None and given.state in ("prepared", "waiting"):
                _end(context, given, "lapsed")
                lapsed.append(decree_id)
    return lapsed


def _locked(decree_id: UUID) -> _Given | None:
    found = db.row(
        """
        SELECT i.lane, i.reinstatement_id, i.participant_id, i.decree_id, d.number, i.state, d.maker, i.signed_by,
            i.training_idr, i.incentive_idr, i.due_at
        FROM reinstatements AS i
        JOIN decrees AS d ON d.id = i.decree_id
        WHERE i.decree_id = %s
        FOR UPDATE
        """,
        [decree_id],
    )
    return None if found is None else _Given(*found)


def _try(context: Context, given: _Given) -> ReinstatementResult:
    try:
        with db.attempt():
            _give_back(context, given)
            code = ReinstatementCode.OK
    except _RefusedError as refusal:
        code = refusal.code
        _wait(context, given, code)
    total_idr = given.training_idr + given.incentive_idr
    return ReinstatementResult(code, given.decree_id, given.number, total_idr, given.due_at)


def _wait(context: Context, given: _Given, code: ReinstatementCode) -> None:
    db.execute(
        "UPDATE reinstatements SET state = 'waiting', waits_for = %s WHERE lane = %s AND reinstatement_id = %s",
        [code.value, given.lane, given.reinstatement_id],
    )
    if given.state == "prepared":
        payload = {"waits_for": code.value, "owner": "programme_office", "until": given.due_at, "then": "lapsed"}
        record_events(context, [Event("reinstatement.waits", given.decree_id, payload)])


def _give_back(context: Context, given: _Given) -> None:
    state, version, decreed_at, budget_number, channel, lane_seed = _lock_participant(given)
    budget = next((one for one in list_budgets() if one.number == budget_number), None)
    if budget is None:
        raise _RefusedError(ReinstatementCode.BUDGET_NOT_OPEN)
    regime = _pinned(version, decreed_at)
    db.execute(
        """
        UPDATE participants
        SET state = %s, first_purchase_deadline_at = %s, balance_until_at = %s
        WHERE lane = %s AND participant_id = %s
        """,
        [
            state,
            first_purchase_deadline(context.now, regime),
            balance_end(context.today, regime),
            given.lane,
            given.participant_id,
        ],
    )
    (place,) = take_places(context, [PlacesRequest(given.lane, budget.id, 1)])
    if place.code is not PlacesCode.OK:
        is_full = place.code is PlacesCode.QUOTA_EXHAUSTED
        raise _RefusedError(ReinstatementCode.QUOTA_EXHAUSTED if is_full else ReinstatementCode.BUDGET_NOT_OPEN)
    _reserve(context, given, budget)
    if state == "active":
        _give_card(context, given, channel, lane_seed)
    db.execute(
        "UPDATE decrees SET state = 'approved', approver = %s, approved_at = %s WHERE id = %s",
        [given.signed_by, context.now, given.decree_id],
    )
    db.execute(
        """
        UPDATE reinstatements SET state = 'done', waits_for = NULL, ended_at = %s
        WHERE lane = %s AND reinstatement_id = %s
        """,
        [context.now, given.lane, given.reinstatement_id],
    )
    figures = {"training_idr": given.training_idr, "incentive_idr": given.incentive_idr}
    record_events(
        context,
        [
            Event("reinstatement.approved", given.decree_id, {"number": given.number, "signed_by": given.signed_by}),
            Event(
                "participant.reinstated", given.participant_id, {"decree_id": given.decree_id, **figures}, given.lane
            ),
        ],
    )


def _lock_participant(given: _Given) -> db.Row:
    """The state to which the participant goes back, pinned rules, budget, channel, lane seed."""
    # Accounts before participants, as a purchase does.
    db.value("SELECT lock_accounts(%s::smallint, %s, %s)", [given.lane, [given.participant_id], _KINDS])
    found = db.row(
        """
        SELECT p.state, p.regime_version, p.decreed_at, p.budget_number, p.channel, p.lane_seed, r.state_before
        FROM participants AS p
        JOIN reinstatements AS i ON i.lane = p.lane AND i.reinstatement_id = %s
        JOIN revocations AS r
            ON r.lane = p.lane AND r.participant_id = p.participant_id AND r.number = i.revocation_number
        WHERE p.lane = %s AND p.participant_id = %s
        FOR NO KEY UPDATE OF p
        """,
        [given.reinstatement_id, given.lane, given.participant_id],
    )
    if found is None or found[0] != "revoked":
        raise RuntimeError(f"reinstatement {given.reinstatement_id} is about nobody who is revoked")
    before = found[6]
    # Who was suspended has been judged by now.
    return ("active" if before == "suspended" else before, *found[1:6])


_KINDS = ["training", "incentive"]


def _reserve(context: Context, given: _Given, budget: BudgetRow) -> None:
    amounts = {"training": given.training_idr, "incentive": given.incentive_idr}
    if not bring_money(context, given.reinstatement_id, budget, {given.lane: sum(amounts.values())}):
        raise _RefusedError(ReinstatementCode.MONEY_EXHAUSTED)
    transfers = [
        Transfer(
            lane=given.lane,
            kind=f"reinstate_{kind}",
            reference_id=given.reinstatement_id,
            budget_number=budget.number,
            debit_holder_id=budget.id,
            credit_holder_id=given.participant_id,
            amount_idr=amount_idr,
        )
        for kind, amount_idr in amounts.items()
        if amount_idr
    ]
    answers = post_transfers(context, transfers)
    if any(answer.code.is_refusal for answer in answers):
        raise RuntimeError(f"the package of {given.reinstatement_id} was not reserved: {answers}")


def _give_card(context: Context, given: _Given, channel: str, lane_seed: int) -> None:
    """A new card in the place of the one that was withdrawn: a digital one at once, a physical one to be printed."""
    batch_id, number, position = take_positions(context, 1)
    holder = (channel, str(given.participant_id), lane_seed)
    insert_cards(context, given.lane, batch_id, channel, [holder], card_serial_of(number, position))


def _end(context: Context, given: _Given, state: str, *, reason: str | None = None) -> None:
    db.execute(
        """
        UPDATE reinstatements SET state = %s, waits_for = NULL, ended_at = %s, reason = %s
        WHERE lane = %s AND reinstatement_id = %s
        """,
        [state, context.now, reason, given.lane, given.reinstatement_id],
    )
    db.execute("UPDATE decrees SET state = 'rejected', approver = %s WHERE id = %s", [context.actor, given.decree_id])
    payload = {"number": given.number, "reason": reason}
    record_events(
        context,
        [
            Event(f"reinstatement.{state}", given.decree_id, payload),
            Event(
                f"participant.reinstatement_{state}", given.participant_id, {"decree_id": given.decree_id}, given.lane
            ),
        ],
    )


def _pinned(version: str, decreed_at: datetime) -> Regime:
    return get_regime_book_of(version).on(jakarta_date(decreed_at))
