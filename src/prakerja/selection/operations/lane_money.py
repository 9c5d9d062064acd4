"""The unspent money of a budget, where it is needed: each lane reserves from its own."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.ledger.operations import Transfer, post_transfers
from prakerja.programme.queries import BudgetRow

_LOCK_UNSPENT = """
    SELECT lane, balance_idr
    FROM accounts
    WHERE holder_id = %s AND kind = 'unspent'
    ORDER BY lane
    FOR NO KEY UPDATE
"""


def bring_money(context: Context, reference_id: UUID, budget: BudgetRow, needed_idr: Mapping[int, int]) -> bool:
    """Bring each lane's unspent money to what it must reserve, from lanes that have more; False: there is too little.

    Inside the caller's transaction; `reference_id` (a decree) moves money of a budget once. Locks the budget's unspent
    accounts in lane order until its end. Cost: one read, and one call per lane that gives or gets.
    """
    unspent: dict[int, int] = dict(db.rows(_LOCK_UNSPENT, [budget.id]))
    if not needed_idr.keys() <= unspent.keys() or sum(unspent.values()) < sum(needed_idr.values()):
        return False
    answers = post_transfers(context, _balancing(reference_id, budget, unspent, needed_idr))
    if any(answer.code.is_refusal for answer in answers):
        raise RuntimeError(f"money did not move between lanes for {reference_id}: {answers}")
    return True


def _balancing(
    reference_id: UUID, budget: BudgetRow, unspent: Mapping[int, int], needed_idr: Mapping[int, int]
) -> list[Transfer]:
    """One lane_out per giving lane and one lane_in per receiving one; they sum to the same."""
    spare = {lane: unspent[lane] - needed_idr.get(lane, 0) for lane in sorted(unspent)}
    missing_idr = -sum(amount for amount in spare.values() if amount < 0)
    moves: dict[int, int] = defaultdict(int)
    for lane, amount in spare.items():
        if amount < 0:
            moves[lane] = amount
        elif missing_idr and amount:
            moves[lane] = min(amount, missing_idr)
            missing_idr -= moves[lane]
    # Givers first: a reader who stops in between never sees money that is nowhere.
    return [
        Transfer(
            lane=lane,
            kind="lane_out" if amount > 0 else "lane_in",
            reference_id=reference_id,
            budget_number=budget.number,
            debit_holder_id=budget.id,
            credit_holder_id=budget.id,
            amount_idr=abs(amount),
        )
        for lane, amount in sorted(moves.items(), key=lambda move: (move[1] < 0, move[0]))
    ]
