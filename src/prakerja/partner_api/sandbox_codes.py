"""Codes that exist in a sandbox only: `PRAT-` codes, their reset, and codes that answer an error."""

from collections import defaultdict
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
from prakerja.learning.errors import AnnulmentCode
from prakerja.learning.operations import AnnulmentRequest, annul_learning
from prakerja.partner_api.errors import REFUSAL_BY_CODE, Refusal

PREFIX: Final = "PRAT-"
_OPEN_STATES: Final = {"paid", "redeemed"}


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
    """Make test codes as they were when they were sold: unused, nobody present, no task. One answer each, in order.

    Codes in order: code_unknown, code_of_another_institution, purchase_voided, purchase_closed (a result was reported,
    or the purchase expired), ok. Cost: two writes and those of `annul_learning` for each actor.

    Raises:
        RuntimeError: the deployment is not a sandbox.
    """
    if get_settings().deployment != "sandbox":
        raise RuntimeError("codes are put back in a sandbox only")
    with db.transaction():
        found = _lock([plain_code(one.redeem_code) for one in requests])
        codes = [_code(one, found.get(plain_code(one.redeem_code))) for one in requests]
        by_actor: dict[str, dict[UUID, _Found]] = defaultdict(dict)
        for one, code in zip(requests, codes, strict=True):
            if code is ResetCode.OK:
                purchase = found[plain_code(one.redeem_code)]
                by_actor[one.actor][purchase.purchase_id] = purchase
        for actor, purchases in sorted(by_actor.items()):
            _put_back(context.acting_as(actor), list(purchases.values()))
    return codes


@dataclass(frozen=True, slots=True)
class _Found:
    lane: int
    purchase_id: UUID
    institution_id: UUID
    state: str


def _code(request: ResetRequest, found: _Found | None) -> ResetCode:
    if found is None:
        return ResetCode.CODE_UNKNOWN
    if found.institution_id != request.institution_id:
        return ResetCode.CODE_OF_ANOTHER_INSTITUTION
    if found.state == "voided":
        return ResetCode.PURCHASE_VOIDED
    return ResetCode.OK if found.state in _OPEN_STATES else ResetCode.PURCHASE_CLOSED


def _lock(redeem_codes: Sequence[str]) -> dict[str, _Found]:
    seeds = {code: seed for code in redeem_codes if (seed := codes.redeem_code_lane_seed(code)) is not None}
    found = db.rows(
        """
        SELECT p.redeem_code, p.lane, p.purchase_id, p.institution_id, p.state
        FROM unnest(%s::smallint[], %s::bpchar[]) AS given (lane, redeem_code)
        JOIN purchases p ON p.lane = given.lane AND p.redeem_code = given.redeem_code
        ORDER BY p.lane, p.purchase_id
        FOR NO KEY UPDATE OF p
        """,
        ([lane_of(seed) for seed in seeds.values()], list(seeds)),
    )
    return {redeem_code: _Found(*rest) for redeem_code, *rest in found}


def _put_back(context: Context, purchases: Sequence[_Found]) -> None:
    requests = [AnnulmentRequest(one.lane, one.purchase_id, "sandbox_reset") for one in purchases]
    refused = {result.code for result in annul_learning(context, requests)} - {AnnulmentCode.OK}
    assert not refused, "an open purchase's learning can be annulled"  # noqa: S101 - a defect
    written = db.rows(
        """
        UPDATE purchases p
        SET state = 'paid', redeemed_at = NULL
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id)
        WHERE p.lane = given.lane AND p.purchase_id = given.purchase_id AND p.state = 'redeemed'
        RETURNING p.lane, p.purchase_id
        """,
        ([one.lane for one in purchases], [one.purchase_id for one in purchases]),
    )
    record_events(
        context, [Event("sandbox.code_reset", purchase_id, lane=lane) for lane, purchase_id in sorted(written)]
    )
