"""Findings come and go by the clock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.oversight.finding_kinds import KINDS, FindingKind, parameters
from prakerja.oversight.models import Finding
from prakerja.oversight.states import FindingState

_MOST = 5_000
_SEEN = ("label", "value", "seen_at", "state", "found_at", "due_at")


@dataclass(frozen=True, slots=True)
class LookCounts:
    """What a look did: findings that are new or came back, and those that are no longer there."""

    new: int
    gone: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """A row of a kind's SQL."""

    subject_key: str
    fingerprint: str
    label: str
    value: int
    since_at: datetime
    platform_id: UUID | None
    institution_id: UUID | None
    course_id: UUID | None


def look_for_findings(context: Context, *, kinds: Collection[str] = tuple(KINDS)) -> LookCounts:
    """Look at everything once; a decision covers what was seen, so that the same thing is not found again.

    At most 5,000 findings of a kind, the oldest. Cost: the query of each kind, which reads its tables once, and five
    statements; other looks wait.
    """
    new = gone = 0
    with db.transaction():
        db.execute("LOCK TABLE findings IN SHARE ROW EXCLUSIVE MODE")
        for code in kinds:
            counts = _look(context, KINDS[code])
            new, gone = new + counts.new, gone + counts.gone
    return LookCounts(new, gone)


def escalate_findings(context: Context) -> int:
    """The default outcome: what nobody decided in time goes to the approver, with the same time again; how many.

    Cost: three statements.
    """
    with db.transaction():
        late = list(
            Finding.objects.select_for_update()
            .filter(state=FindingState.OPEN.value, due_at__lte=context.now)
            .order_by("id")[:_MOST]
        )
        for finding in late:
            finding.state = FindingState.ESCALATED.value
            finding.due_at = context.now + KINDS[finding.kind].time_to_decide
        Finding.objects.bulk_update(late, ["state", "due_at"])
        record_events(context, [Event("finding.escalated", one.id, {"kind": one.kind}) for one in late])
    return len(late)


def _look(context: Context, kind: FindingKind) -> LookCounts:
    seen = {(row.subject_key, row.fingerprint): row for row in _rows(kind, context.now)}
    known = {(one.subject_key, one.fingerprint): one for one in Finding.objects.filter(kind=kind.code).order_by("id")}
    fresh = [_finding(context, kind, row) for key, row in seen.items() if key not in known]
    back, still, gone = [], [], []
    for key, finding in known.items():
        row = seen.get(key)
        if row is not None and finding.state == FindingState.GONE:
            finding.state = FindingState.OPEN.value
            finding.found_at, finding.due_at = context.now, context.now + kind.time_to_decide
            back.append(finding)
        elif row is None and finding.state in (FindingState.OPEN, FindingState.ESCALATED):
            finding.state = FindingState.GONE.value
            gone.append(finding)
        elif row is None or finding.state in (FindingState.UPHELD, FindingState.DISMISSED):
            continue
        else:
            still.append(finding)
        if row is not None:
            finding.label, finding.value, finding.seen_at = row.label, row.value, context.now
    Finding.objects.bulk_create(fresh)
    Finding.objects.bulk_update([*back, *still, *gone], _SEEN, batch_size=500)
    record_events(
        context,
        [Event("finding.opened", one.id, {"kind": one.kind, "value": one.value}) for one in (*fresh, *back)]
        + [Event("finding.gone", one.id, {"kind": one.kind}) for one in gone],
    )
    return LookCounts(len(fresh) + len(back), len(gone))


def _rows(kind: FindingKind, now: datetime) -> list[_Seen]:
    found = db.rows(
        f"""
        SELECT subject_key, fingerprint, label, value, since_at, platform_id, institution_id, course_id
        FROM ({kind.rows_sql}) AS seen (
            subject_key, fingerprint, label, value, since_at, platform_id, institution_id, course_id
        )
        ORDER BY since_at, subject_key, fingerprint
        LIMIT %(most)s
        """,
        parameters(now) | {"most": _MOST},
    )
    return [_Seen(*row) for row in found]


def _finding(context: Context, kind: FindingKind, row: _Seen) -> Finding:
    return Finding(
        id=context.uuid(),
        kind=kind.code,
        rule=kind.rule,
        subject_key=row.subject_key,
        fingerprint=row.fingerprint,
        label=row.label,
        value=row.value,
        platform_id=row.platform_id,
        institution_id=row.institution_id,
        course_id=row.course_id,
        state=FindingState.OPEN.value,
        since_at=row.since_at,
        found_at=context.now,
        seen_at=context.now,
        due_at=context.now + kind.time_to_decide,
    )
