"""Codes that exist in a sandbox only: `PRAT-` codes, their reset, and codes that answer an error."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.kit.lanes import lane_of
from prakerja.kit.refusals import Code
from prakerja.kit.settings import get_settings
from prakerja.partner_api.errors import REFUSAL_BY_CODE, Refusal

PREFIX: Final = "PRAT-"


class ResetCode(Code):
    """Answers of `reset_redeem_codes`, in order of precedence behind `ok`."""

    OK = "ok"
    CODE_UNKNOWN = "code_unknown"
    CODE_OF_ANOTHER_INSTITUTION = "code_of_another_institution"
    PURCHASE_VOIDED = "purchase_voided"
    PURCHASE_CLOSED = "purchase_closed"


@dataclass(frozen=True, slots=True)
class ResetRequest:
    """A test code, with its prefix or without."""

    institution_id: UUID
    redeem_code: str
    actor: str


def plain_code(redeem_code: str) -> str:
    """The code without the prefix that a sandbox puts before it; in production it stays, and nobody has it."""
    if get_settings().deployment == "sandbox":
        return redeem_code.removeprefix(PREFIX)
    return redeem_code


def refusal_of_test_code(redeem_code: str) -> Refusal | None:
    """The refusal that a code names, in a sandbox."""
    return REFUSAL_BY_CODE.get(redeem_code) if get_settings().deployment == "sandbox" else None


def reset_redeem_codes(context: Context, requests: Sequence[ResetRequest]) -> list[ResetCode]:
    """Put used codes back to unused; an unused one stays so. Presence that was recorded stays recorded.

    Codes in order: code_unknown, code_of_another_institution, purchase_voided, purchase_closed (a result was reported,
    or the purchase expired), ok.

    Raises:
        RuntimeError: the deployment is not a sandbox.
    """
    if get_settings().deployment != "sandbox":
        raise RuntimeError("codes are put back in a sandbox only")
    with db.transaction():
        return [_reset(context.acting_as(one.actor), one) for one in requests]


def _reset(context: Context, request: ResetRequest) -> ResetCode:
    code = plain_code(request.redeem_code)
    seed = codes.redeem_code_lane_seed(code)
    found = None
    if seed is not None:
        found = db.row(
            """
            SELECT lane, purchase_id, institution_id, state
            FROM purchases
            WHERE lane = %s AND redeem_code = %s
            FOR NO KEY UPDATE
            """,
            (lane_of(seed), code),
        )
    if found is None:
        return ResetCode.CODE_UNKNOWN
    lane, purchase_id, institution_id, state = found
    if institution_id != request.institution_id:
        return ResetCode.CODE_OF_ANOTHER_INSTITUTION
    if state == "voided":
        return ResetCode.PURCHASE_VOIDED
    if state not in {"paid", "redeemed"}:
        return ResetCode.PURCHASE_CLOSED
    if state == "redeemed":
        db.execute(
            "UPDATE purchases SET state = 'paid', redeemed_at = NULL WHERE lane = %s AND purchase_id = %s",
            (lane, purchase_id),
        )
        record_events(context, [Event("sandbox.code_reset", purchase_id, lane=lane)])
    return ResetCode.OK
