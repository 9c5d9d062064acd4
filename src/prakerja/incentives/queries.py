"""Reading incentives."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.incentives.rules import ENTITLED_STATES
from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class IncentiveView:
    """An incentive as a participant sees it."""

    lane: int
    incentive_id: UUID
    participant_id: UUID
    kind: str
    number: int
    amount_idr: int
    state: str
    due_at: datetime | None
    payment_order_id: UUID | None
    bank_reference: str | None
    failure_reason: str | None


@dataclass(frozen=True, slots=True)
class StateTotal:
    """How many incentives stand in a state, and what they sum to."""

    kind: str
    state: str
    incentives: int
    amount_idr: int


def list_incentives(lane: int, participant_id: UUID) -> list[IncentiveView]:
    """A participant's incentives: job search by number, then surveys by number."""
    found = db.rows(
        """
        SELECT i.lane, i.incentive_id, i.participant_id, i.kind, i.number, i.amount_idr, i.state, i.due_at,
            i.payment_order_id, o.bank_reference, i.failure_reason
        FROM incentives i
        LEFT JOIN payment_orders o ON o.lane = i.lane AND o.payment_order_id = i.payment_order_id
        WHERE i.lane = %s AND i.participant_id = %s
        ORDER BY i.kind, i.number
        """,
        (lane, participant_id),
    )
    return [IncentiveView(*row) for row in found]


def list_participants_to_entitle(*, limit: int = 20_000) -> list[tuple[int, UUID]]:
    """(lane, participant id) of those who fulfil INC-01 and have no incentives yet, by lane and id.

    Rule: INC-01. A proposal: `entitle_incentives` decides.
    """
    # Each condition by a look-up per row: before the tables are analysed, joins are planned as nested loops.
    found = db.rows(
        """
        SELECT account.lane, account.participant_id
        FROM payout_accounts account
        WHERE account.replaced_at IS NULL
            AND account.is_validated
            AND (
                SELECT count(*)
                FROM incentives i
                WHERE i.lane = account.lane AND i.participant_id = account.participant_id
            ) = 0
            AND (
                SELECT p.state
                FROM participants p
                WHERE p.lane = account.lane AND p.participant_id = account.participant_id
            ) = ANY (%s)
            AND (
                SELECT count(*)
                FROM purchases bought
                JOIN certificates c ON c.lane = bought.lane AND c.purchase_id = bought.purchase_id
                JOIN reviews r ON r.lane = bought.lane AND r.purchase_id = bought.purchase_id
                WHERE bought.lane = account.lane
                    AND bought.participant_id = account.participant_id
                    AND bought.voided_at IS NULL
            ) > 0
        ORDER BY account.lane, account.participant_id
        LIMIT %s
        """,
        (sorted(ENTITLED_STATES), limit),
    )
    return [(lane, participant_id) for lane, participant_id in found]


def list_open_surveys(*, limit: int = 20_000) -> list[tuple[int, UUID, int]]:
    """(lane, participant id, number) of the next survey of each entitled participant, by lane and id. Rule: INC-02."""
    found = db.rows(
        """
        SELECT i.lane, i.participant_id, min(i.number)
        FROM incentives i
        WHERE i.kind = 'survey' AND i.state = 'not_yet_due' AND (
            SELECT p.state FROM participants p WHERE p.lane = i.lane AND p.participant_id = i.participant_id
        ) = ANY (%s)
        GROUP BY i.lane, i.participant_id
        ORDER BY i.lane, i.participant_id
        LIMIT %s
        """,
        (sorted(ENTITLED_STATES), limit),
    )
    return [(lane, participant_id, number) for lane, participant_id, number in found]


def sum_incentives_by_state() -> list[StateTotal]:
    """All incentives by kind and state."""
    found = db.rows(
        """
        SELECT kind, state, count(*), sum(amount_idr)::bigint
        FROM incentives
        GROUP BY kind, state
        ORDER BY kind, state
        """
    )
    return [StateTotal(*row) for row in found]
