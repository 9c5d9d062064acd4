"""Who stands behind a partner is put on record as ties, and ends there; nothing is edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import encrypt_field, lane_index
from prakerja.partners.conflict_errors import TieCode
from prakerja.partners.models import Institution, Platform
from prakerja.partners.owner_rules import HOLDER_KINDS, TIE_KINDS, plain_value, purpose_of, shown_value

_COLUMNS = (
    "tie_id",
    "holder_kind",
    "holder_id",
    "kind",
    "target_id",
    "shown",
    "value_cipher",
    "source",
    "valid_from",
    "actor",
    "recorded_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TieRequest:
    """A tie of a holder: `kind` tax_number, owner, director, address, phone or bank_account.

    `holder_id`: a platform's or an institution's id, `reviewer_node(actor)`, or `party_node(number)` for a person or
    company that is no partner. `value`: the number, address, telephone or account; of an owner or director the identity
    or tax number, with `name` beside it. `source`: the document or register that says so. `valid_from`: since when it
    is so; None = today.
    """

    holder_kind: str
    holder_id: UUID
    kind: str
    value: str
    source: str
    name: str = ""
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class TieResult:
    """The answer; the id also of a tie that was there (`repeated`)."""

    code: TieCode
    tie_id: UUID | None = None


def reviewer_node(actor: str) -> UUID:
    """The node of a person of the programme office, by the name under which the audit log knows them."""
    return UUID(bytes=lane_index(actor, purpose="owner tie reviewer"))


def party_node(number: str) -> UUID:
    """The node of a person or company by its identity or tax number.

    Raises:
        ValueError: it is no such number.
    """
    plain = plain_value("tax_number", number)
    if plain is None:
        raise ValueError("not an identity or tax number")
    return _node("tax_number", plain)


def record_ties(context: Context, requests: Sequence[TieRequest]) -> list[TieResult]:
    """Put ties on record.

    Codes: holder_unknown, kind_unknown, name_missing (owner, director), source_missing, starts_in_the_future,
    value_malformed, leads_to_itself, other_tax_number (a holder has one), repeated.
    Cost: five statements; other writers of ties wait.
    """
    results: list[TieResult] = []
    new: list[tuple[object, ...]] = []
    events: list[Event] = []
    with db.transaction():
        db.execute("LOCK TABLE owner_ties IN SHARE ROW EXCLUSIVE MODE")
        partners = {
            "platform": set(Platform.objects.in_bulk([one.holder_id for one in requests])),
            "institution": set(Institution.objects.in_bulk([one.holder_id for one in requests])),
        }
        live = _live([one.holder_id for one in requests])
        numbered = {holder_id for holder_id, kind, _ in live if kind == "tax_number"}
        for request in requests:
            code, plain = _tie_code(context, request, partners)
            if code.is_refusal or plain is None:
                results.append(TieResult(code))
                continue
            target_id = _node(request.kind, plain)
            key = (request.holder_id, request.kind, target_id)
            if target_id == request.holder_id:
                results.append(TieResult(TieCode.LEADS_TO_ITSELF))
            elif key in live:
                results.append(TieResult(TieCode.REPEATED, live[key]))
            elif request.kind == "tax_number" and request.holder_id in numbered:
                results.append(TieResult(TieCode.OTHER_TAX_NUMBER))
            else:
                tie_id = context.uuid()
                live[key] = tie_id
                if request.kind == "tax_number":
                    numbered.add(request.holder_id)
                new.append(_row(context, request, tie_id, target_id))
                events.append(Event("tie.recorded", tie_id, {"holder_id": request.holder_id, "kind": request.kind}))
                results.append(TieResult(TieCode.OK, tie_id))
        db.copy_rows("owner_ties", _COLUMNS, new)
        record_events(context, events)
    return results


def end_ties(
    context: Context,
    tie_ids: Sequence[UUID],
    *,
    holder_id: UUID | None = None,
    until: date | None = None,
    reason: str = "",
) -> list[TieResult]:
    """End ties: somebody sold a share, left a board, moved. What they explained stays on record.

    `holder_id`: whose they must be, for a partner that asks itself. `until`: the first day on which it is not so any
    more, today at the latest; None = today, or the day on which it began.

    Codes: tie_unknown, already_ended, end_malformed. Cost: three statements; locks the ties in id order.
    """
    results: list[TieResult] = []
    with db.transaction():
        found: dict[UUID, tuple[UUID, date, date | None]] = {
            row[0]: (row[1], row[2], row[3])
            for row in db.rows(
                """
                SELECT tie_id, holder_id, valid_from, valid_until
                FROM owner_ties
                WHERE tie_id = ANY (%s)
                ORDER BY tie_id
                FOR UPDATE
                """,
                [list(tie_ids)],
            )
        }
        ended: dict[UUID, date] = {}
        for tie_id in tie_ids:
            code = _end_code(context, found.get(tie_id), holder_id, until)
            if tie_id in ended:
                code = TieCode.ALREADY_ENDED
            if not code.is_refusal:
                ended[tie_id] = until or max(found[tie_id][1], context.today)
            results.append(TieResult(code, None if code is TieCode.TIE_UNKNOWN else tie_id))
        db.execute(
            """
            UPDATE owner_ties
            SET valid_until = item.valid_until
            FROM unnest(%s::uuid[], %s::date[]) AS item (tie_id, valid_until)
            WHERE owner_ties.tie_id = item.tie_id
            """,
            [list(ended), list(ended.values())],
        )
        record_events(
            context,
            [Event("tie.ended", one, {"valid_until": str(day), "reason": reason}) for one, day in ended.items()],
        )
    return results


def _end_code(
    context: Context, found: tuple[UUID, date, date | None] | None, holder_id: UUID | None, until: date | None
) -> TieCode:
    if found is None or holder_id not in (None, found[0]):
        return TieCode.TIE_UNKNOWN
    if found[2] is not None:
        return TieCode.ALREADY_ENDED
    if until is not None and not found[1] <= until <= context.today:
        return TieCode.END_MALFORMED
    return TieCode.OK


def _tie_code(context: Context, request: TieRequest, partners: dict[str, set[UUID]]) -> tuple[TieCode, str | None]:
    known = partners.get(request.holder_kind)
    if request.holder_kind not in HOLDER_KINDS or (known is not None and request.holder_id not in known):
        return TieCode.HOLDER_UNKNOWN, None
    if request.kind not in TIE_KINDS:
        return TieCode.KIND_UNKNOWN, None
    if request.kind in ("owner", "director") and not request.name.strip():
        return TieCode.NAME_MISSING, None
    if not request.source.strip():
        return TieCode.SOURCE_MISSING, None
    if request.valid_from is not None and request.valid_from > context.today:
        return TieCode.STARTS_IN_THE_FUTURE, None
    plain = plain_value(request.kind, request.value)
    return (TieCode.VALUE_MALFORMED if plain is None else TieCode.OK), plain


def _live(holder_ids: Sequence[UUID]) -> dict[tuple[UUID, str, UUID], UUID]:
    found = db.rows(
        """
        SELECT holder_id, kind, target_id, tie_id
        FROM owner_ties
        WHERE holder_id = ANY (%s) AND valid_until IS NULL
        ORDER BY tie_id
        """,
        [list(holder_ids)],
    )
    return {(holder_id, kind, target_id): tie_id for holder_id, kind, target_id, tie_id in found}


def _node(kind: str, plain: str) -> UUID:
    return UUID(bytes=lane_index(plain, purpose=purpose_of(kind)))


def _row(context: Context, request: TieRequest, tie_id: UUID, target_id: UUID) -> tuple[object, ...]:
    return (
        tie_id,
        request.holder_kind,
        request.holder_id,
        request.kind,
        target_id,
        shown_value(request.kind, request.value, request.name),
        encrypt_field(request.value, table="owner_ties", column="value_cipher", row_id=tie_id),
        request.source,
        request.valid_from or context.today,
        context.actor,
        context.now,
    )
