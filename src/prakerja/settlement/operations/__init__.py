"""Writes of settlement: payable, runs, the sweep of held money, the closing of the books."""

from prakerja.settlement.operations.closing import CloseResult, OpenReason, SweepResult, close_books, sweep_held
from prakerja.settlement.operations.payable import PayableRequest, PayableResult, make_purchases_payable
from prakerja.settlement.operations.runs import (
    ApproveRunRequest,
    ApproveRunResult,
    PrepareRunResult,
    approve_settlement_runs,
    follow_settlement_payments,
    prepare_settlement_run,
)

__all__ = [
    "ApproveRunRequest",
    "ApproveRunResult",
    "CloseResult",
    "OpenReason",
    "PayableRequest",
    "PayableResult",
    "PrepareRunResult",
    "SweepResult",
    "approve_settlement_runs",
    "close_books",
    "follow_settlement_payments",
    "make_purchases_payable",
    "prepare_settlement_run",
    "sweep_held",
]
