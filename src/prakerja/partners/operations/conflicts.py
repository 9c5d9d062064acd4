"""Where the two ends of an act meet within two hops, a case is opened; somebody unconnected decides it (PLAT-02)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.conflict_errors import ConflictCode
from prakerja.partners.conflict_queries import OwnerPath, find_paths
from prakerja.partners.models import Platform
from prakerja.partners.operations.owners import reviewer_node
from prakerja.programme.parameters import AffiliateSale
from prakerja.programme.regimes import Regime

Act = Literal["registration", "agreement", "listing", "assessment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter:
    """The two ends of an act: a platform or a reviewer, and an institution."""

    act: Act
    other_kind: Literal["platform", "reviewer"]
    other_id: UUID
    other_name: str
    institution_id: UUID


@dataclass(frozen=True, slots=True)
class Screening:
    """What was found about an encounter: the paths that nobody has cleared, the shortest first.

    `stopped`: the act must wait, or was found to be one that must not be.
    """

    paths: tuple[OwnerPath, ...] = ()
    stopped: bool = False

    @property
    def conflicted(self) -> bool:
        """Whether the ends meet."""
        return bool(self.paths)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictDecision:
    """`clear`: the tie is none, or not between these two; otherwise it is upheld. Published with its reason."""

    conflict_id: UUID
    clear: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ConflictResult:
    """The answer, with the ends of an upheld conflict."""

    code: ConflictCode
    conflict_id: UUID | None = None
    state: str = ""
    other_id: UUID | None = None
    institution_id: UUID | None = None


def platform_encounter(act: Act, platform: Platform, institution_id: UUID) -> Encounter:
    """An act of a platform with an institution."""
    return Encounter(
        act=act,
        other_kind="platform",
        other_id=platform.id,
        other_name=platform.name,
        institution_id=institution_id,
    )


def screen_encounters(context: Context, encounters: Sequence[Encounter], *, regime: Regime) -> list[Screening]:
    """Look for paths between the ends of each act, and open a case for each that is new.

    By the regime the act is stopped or only flagged; a registration sells nothing and is flagged in every regime. What
    was cleared on the same path is not found again, in whichever act: the decision is about the tie. A case that stops
    waits for its decision, also when the tie ends meanwhile: nobody gets round it by selling a share for a day.

    Rule: PLAT-02. Cost: four statements; no lock.
    """
    forbids = regime.affiliate_sale is AffiliateSale.FORBID
    with db.transaction():
        paths = find_paths([(one.other_id, one.institution_id) for one in encounters], on=context.today)
        known = _known(list(paths))
        results: list[Screening] = []
        cases: dict[tuple[str, UUID, UUID, str], tuple[Encounter, OwnerPath, bool]] = {}
        for one in encounters:
            pair = (one.other_id, one.institution_id)
            left = tuple(path for path in paths[pair] if path.key not in known.cleared[pair])
            may_stop = forbids and one.act != "registration"
            stopped = (may_stop and bool(left)) or bool(known.stopping[one.act, *pair] - known.cleared[pair])
            results.append(Screening(left, stopped))
            for path in left:
                cases[one.act, *pair, path.key] = (one, path, may_stop)
        _open_cases(context, list(cases.values()), regime)
    return results


def decide_conflicts(context: Context, requests: Sequence[ConflictDecision]) -> list[ConflictResult]:
    """Clear or uphold open cases. The decision is on record, published and final.

    Codes: conflict_unknown, already_decided, reason_missing, same_entity (cannot be cleared: it is one company),
    same_person (who caused the act), decider_connected (meets an end within two hops). Rule: PLAT-02.
    Cost: five statements; locks the cases in id order.
    """
    results: list[ConflictResult] = []
    decided: list[dict[str, object]] = []
    with db.transaction():
        found = {
            row[0]: row[1:]
            for row in db.rows(
                """
                SELECT conflict_id, state, other_id, institution_id, hops, found_by
                FROM conflicts
                WHERE conflict_id = ANY (%s)
                ORDER BY conflict_id
                FOR UPDATE
                """,
                [[one.conflict_id for one in requests]],
            )
        }
        me = reviewer_node(context.actor)
        ends = {end for row in found.values() for end in row[1:3]}
        mine = find_paths([(me, end) for end in ends], on=context.today)
        for request in requests:
            row = found.get(request.conflict_id)
            code = _decision_code(context, request, row, mine, me)
            if row is None or code.is_refusal:
                results.append(ConflictResult(code))
                continue
            state = "cleared" if request.clear else "upheld"
            found[request.conflict_id] = (state, *row[1:])
            decided.append({"conflict_id": request.conflict_id, "state": state, "reason": request.reason.strip()})
            results.append(ConflictResult(code, request.conflict_id, state, row[1], row[2]))
        db.execute(
            """
            UPDATE conflicts
            SET state = item.state, reason = item.reason, decided_by = %s, decided_at = %s
            FROM jsonb_to_recordset(%s::jsonb) AS item (conflict_id uuid, state text, reason text)
            WHERE conflicts.conflict_id = item.conflict_id
            """,
            [context.actor, context.now, db.encode_json(decided)],
        )
        record_events(context, [Event(f"conflict.{one['state']}", UUID(str(one["conflict_id"]))) for one in decided])
    return results


def _decision_code(
    context: Context,
    request: ConflictDecision,
    row: tuple[Any, ...] | None,
    mine: dict[tuple[UUID, UUID], tuple[OwnerPath, ...]],
    me: UUID,
) -> ConflictCode:
    if row is None:
        return ConflictCode.CONFLICT_UNKNOWN
    state, other_id, institution_id, hops, found_by = row
    if state != "open":
        return ConflictCode.ALREADY_DECIDED
    if not request.reason.strip():
        return ConflictCode.REASON_MISSING
    if request.clear and hops == 0:
        return ConflictCode.SAME_ENTITY
    if me == other_id or context.actor == found_by:
        return ConflictCode.SAME_PERSON
    connected = bool(mine[me, other_id] or mine[me, institution_id])
    return ConflictCode.DECIDER_CONNECTED if connected else ConflictCode.OK


@dataclass(frozen=True, slots=True)
class _Known:
    """Keys of paths: those that were cleared, by pair, and those of open cases that stop, by act and pair."""

    cleared: dict[tuple[UUID, UUID], set[str]]
    stopping: dict[tuple[str, UUID, UUID], set[str]]


def _known(pairs: Sequence[tuple[UUID, UUID]]) -> _Known:
    known = _Known(defaultdict(set), defaultdict(set))
    found = db.rows(
        """
        SELECT act, other_id, institution_id, path_key, state
        FROM conflicts
        WHERE other_id = ANY (%s)
            AND institution_id = ANY (%s)
            AND (state = 'cleared' OR (state = 'open' AND effect = 'stopped'))
        ORDER BY act, other_id, institution_id, path_key
        """,
        [[other_id for other_id, _ in pairs], [institution_id for _, institution_id in pairs]],
    )
    for act, other_id, institution_id, key, state in found:
        if state == "cleared":
            known.cleared[other_id, institution_id].add(key)
        else:
            known.stopping[act, other_id, institution_id].add(key)
    return known


def _open_cases(context: Context, cases: Sequence[tuple[Encounter, OwnerPath, bool]], regime: Regime) -> None:
    """Only new cases are recorded; one that was flagged stops when a regime comes that forbids the act."""
    ids: dict[UUID, tuple[Encounter, OwnerPath]] = {}
    items = []
    for encounter, path, stopped in cases:
        conflict_id = context.uuid()
        ids[conflict_id] = (encounter, path)
        items.append(
            {
                "conflict_id": conflict_id,
                "act": encounter.act,
                "other_kind": encounter.other_kind,
                "other_id": encounter.other_id,
                "other_name": encounter.other_name,
                "institution_id": encounter.institution_id,
                "hops": path.hops,
                "path": list(path.steps),
                "path_key": path.key,
                "effect": "stopped" if stopped else "flagged",
            }
        )
    opened = db.rows(
        """
        INSERT INTO conflicts (
            conflict_id, act, other_kind, other_id, other_name, institution_id, hops, path, path_key, effect, state,
            regime_version, found_by, found_at
        )
        SELECT conflict_id, act, other_kind, other_id, other_name, institution_id, hops, path, path_key, effect, 'open',
            %s, %s, %s
        FROM jsonb_to_recordset(%s::jsonb) AS item (
            conflict_id uuid, act text, other_kind text, other_id uuid, other_name text, institution_id uuid,
            hops smallint, path jsonb, path_key text, effect text
        )
        ON CONFLICT ON CONSTRAINT conflict_stands_once DO UPDATE
        SET effect = 'stopped'
        WHERE conflicts.state = 'open' AND conflicts.effect = 'flagged' AND excluded.effect = 'stopped'
        RETURNING conflict_id
        """,
        [regime.version, context.actor, context.now, db.encode_json(items)],
    )
    events = []
    for (conflict_id,) in sorted(opened):
        if conflict_id not in ids:
            events.append(Event("conflict.stops", conflict_id, {"regime_version": regime.version}))
            continue
        encounter, path = ids[conflict_id]
        payload = {"act": encounter.act, "institution_id": encounter.institution_id, "hops": path.hops}
        events.append(Event("conflict.found", conflict_id, payload))
    record_events(context, events)
