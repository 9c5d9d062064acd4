"""Writing the ledger: opening accounts and posting transfers, many at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.ledger.errors import PostCode
from prakerja.ledger.rules import TRANSFER_SIDES


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that keeps a balance; `kind` is `unspent`, `training` or `incentive`."""

    lane: int
    holder_id: UUID
    kind: str
    budget_number: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """A movement of `amount_idr` (positive, whole rupiah); the sides' kinds follow from `kind`."""

    lane: int
    kind: str
    reference_id: UUID
    budget_number: int
    debit_holder_id: UUID
    credit_holder_id: UUID
    amount_idr: int


@dataclass(frozen=True, slots=True)
class PostResult:
    """The answer to one transfer."""

    code: PostCode


def open_accounts(context: Context, accounts: Sequence[NewAccount]) -> int:
    """Open the accounts that do not exist yet, with a balance of zero; returns how many were opened. One statement."""
    del context  # The operation that needs the accounts records its own event.
    items = [
        {"lane": a.lane, "holder_id": a.holder_id, "kind": a.kind, "budget_number": a.budget_number} for a in accounts
    ]
    return db.execute(
        """
        INSERT INTO accounts (lane, holder_id, kind, budget_number)
        SELECT item.lane, item.holder_id, item.kind, item.budget_number
        FROM jsonb_to_recordset(%s::jsonb) AS item (lane smallint, holder_id uuid, kind text, budget_number smallint)
        ORDER BY item.lane, item.holder_id, item.kind
        ON CONFLICT DO NOTHING
        """,
        (db.encode_json(items),),
    )


def post_transfers(context: Context, transfers: Sequence[Transfer]) -> list[PostResult]:
    """Post the transfers, one answer each, in order; balances move in the same transaction.

    Codes: conflict, repeated, balance_too_low, ok. Cost: one SQL call per lane; when one item would overdraw an
    account, the items of that lane are replayed one by one, so that the others stand.
    """
    by_lane: dict[int, list[int]] = defaultdict(list)
    for position, transfer in enumerate(transfers):
        by_lane[transfer.lane].append(position)
    codes: dict[int, PostCode] = {}
    with db.transaction():
        for lane in sorted(by_lane):
            positions = by_lane[lane]
            try:
                with db.attempt():
                    answers = _post(context, lane, [transfers[p] for p in positions])
            except IntegrityError as error:
                if not _overdraws(error):
                    raise
                answers = [_post_one(context, lane, transfers[p]) for p in positions]
            codes.update(zip(positions, answers, strict=True))
    return [PostResult(codes[position]) for position in range(len(transfers))]


def _post_one(context: Context, lane: int, transfer: Transfer) -> PostCode:
    try:
        with db.attempt():
            return _post(context, lane, [transfer])[0]
    except IntegrityError as error:
        if _overdraws(error):
            return PostCode.BALANCE_TOO_LOW
        raise


def _overdraws(error: IntegrityError) -> bool:
    return "balance_is_never_negative" in str(error)


def _post(context: Context, lane: int, transfers: Sequence[Transfer]) -> list[PostCode]:
    items = [
        {
            "kind": t.kind,
            "reference_id": t.reference_id,
            "budget_number": t.budget_number,
            "debit_kind": TRANSFER_SIDES[t.kind][0],
            "debit_holder_id": t.debit_holder_id,
            "credit_kind": TRANSFER_SIDES[t.kind][1],
            "credit_holder_id": t.credit_holder_id,
            "amount_idr": t.amount_idr,
        }
        for t in transfers
    ]
    answers = db.rows(
        """
        SELECT code
        FROM post_transfers(
            %s::smallint,
            ARRAY(SELECT item FROM jsonb_populate_recordset(NULL::transfer_request, %s::jsonb) AS item),
            %s
        )
        ORDER BY item
        """,
        (lane, db.encode_json(items), context.today),
    )
    return [PostCode(code) for (code,) in answers]
