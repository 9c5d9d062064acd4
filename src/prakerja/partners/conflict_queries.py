"""Reads of ties, of the paths that they make, and of the cases of conflict of interest."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class OwnerPath:
    """One way from one end to the other: the ties walked, 0 to 2 hops; `key` names the way.

    A step has `kind` and `shown`; those that are ties also `tie_id`, `holder_kind` and `holder_id`.
    """

    hops: int
    steps: tuple[dict[str, str], ...]
    key: str


def find_paths(pairs: Iterable[tuple[UUID, UUID]], *, on: date) -> dict[tuple[UUID, UUID], tuple[OwnerPath, ...]]:
    """The paths of at most two hops between the ends of each pair on a day, the shortest first. One statement.

    Rule: PLAT-02.
    """
    wanted: dict[tuple[UUID, UUID], list[OwnerPath]] = {pair: [] for pair in pairs}
    items = [{"left_id": left_id, "right_id": right_id} for left_id, right_id in wanted]
    for left_id, right_id, hops, path, key in db.rows(
        "SELECT left_id, right_id, hops, path, path_key FROM owner_paths(%s, %s)", [db.encode_json(items), on]
    ):
        wanted[left_id, right_id].append(OwnerPath(hops, tuple(_read(path)), key))
    return {pair: tuple(found) for pair, found in wanted.items()}


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie of a holder as it is read: no number, telephone or account but for its last characters."""

    id: UUID
    kind: str
    shown: str
    source: str
    valid_from: date
    valid_until: date | None
    recorded_by: str
    recorded_at: datetime


_TIES = """
    SELECT tie_id, kind, shown, source, valid_from, valid_until, actor, recorded_at
    FROM owner_ties
"""


def list_ties(holder_id: UUID) -> list[Tie]:
    """The ties of a holder: those in force first, each group by its record. One statement."""
    found = db.rows(f"{_TIES} WHERE holder_id = %s ORDER BY valid_until IS NOT NULL, tie_id", [holder_id])
    return [Tie(*row) for row in found]


def list_ties_to(target_id: UUID) -> list[Tie]:
    """The ties of others that lead to a person, company, address, telephone or account. One statement."""
    found = db.rows(f"{_TIES} WHERE target_id = %s ORDER BY valid_until IS NOT NULL, tie_id", [target_id])
    return [Tie(*row) for row in found]


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A case with the names of its ends; decided ones are published."""

    id: UUID
    act: str
    other_kind: str
    other_id: UUID
    other_name: str
    institution_id: UUID
    institution_name: str
    hops: int
    steps: tuple[dict[str, str], ...]
    effect: str
    state: str
    regime_version: str
    found_by: str
    found_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str


_CONFLICT = """
    SELECT c.conflict_id, c.act, c.other_kind, c.other_id, c.other_name, c.institution_id, i.name, c.hops, c.path,
        c.effect, c.state, c.regime_version, c.found_by, c.found_at, c.decided_by, c.decided_at, c.reason
    FROM conflicts AS c
    JOIN institutions AS i ON i.id = c.institution_id
"""


def list_conflicts(
    *,
    open_only: bool = False,
    decided_only: bool = False,
    pair: tuple[UUID, UUID] | None = None,
    act: str | None = None,
    limit: int = 200,
) -> list[ConflictView]:
    """Cases, all or those of one pair of ends or one act: the open ones first, each group with the oldest first.

    One statement.
    """
    conditions = [
        "(%(act)s::text IS NULL OR c.act = %(act)s)",
        *(["c.state = 'open'"] if open_only else []),
        *(["c.state <> 'open'"] if decided_only else []),
        *(["c.other_id = %(other_id)s AND c.institution_id = %(institution_id)s"] if pair else []),
    ]
    other_id, institution_id = pair or (None, None)
    found = db.rows(
        f"""
        {_CONFLICT}
        WHERE {" AND ".join(conditions)}
        ORDER BY c.state <> 'open', c.found_at, c.conflict_id
        LIMIT %(limit)s
        """,
        {"act": act, "other_id": other_id, "institution_id": institution_id, "limit": limit},
    )
    return [_conflict(row) for row in found]


def get_conflict(conflict_id: UUID) -> ConflictView:
    """A case by its id.

    Raises:
        LookupError: there is none.
    """
    found = db.row(f"{_CONFLICT} WHERE c.conflict_id = %s", [conflict_id])
    if found is None:
        raise LookupError(f"no conflict {conflict_id}")
    return _conflict(found)


def _conflict(row: db.Row) -> ConflictView:
    return ConflictView(*(*row[:8], tuple(_read(row[8])), *row[9:]))


def _read(path: object) -> list[dict[str, str]]:
    """The driver gives JSON as text or read, by its settings."""
    found: list[dict[str, str]] = json.loads(path) if isinstance(path, str) else list(path)  # type: ignore[call-overload]
    return found
