"""Platforms enter the programme, move along their states, and leave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.errors import PlatformCode
from prakerja.partners.models import INTEGRATION_CHECKS, PLATFORM_KINDS, Platform, RequirementSet
from prakerja.partners.queries.admission import list_admission_documents
from prakerja.partners.requirements import requirement_set_problems
from prakerja.partners.rules import missing_admission_evidence
from prakerja.partners.states import PLATFORM_MOVES, PlatformState
from prakerja.programme.regimes import Regime

MODES = frozenset({"online", "offline"})

# What has to be on the table when a platform enters a state; of this, the words that the regime asks for (PLAT-01).
_FIRST_LOOK = frozenset({"province_reach", "works_with_institutions", "licences"})
_EVIDENCE_DUE: Mapping[PlatformState, frozenset[str]] = {
    PlatformState.EVALUATED: _FIRST_LOOK,
    PlatformState.MEMORANDUM: _FIRST_LOOK,
    PlatformState.AGREEMENT: _FIRST_LOOK | {"office_agreement"},
    PlatformState.INTEGRATED: _FIRST_LOOK | {"office_agreement", "card_as_payment"},
    PlatformState.ACTIVE: _FIRST_LOOK | {"office_agreement", "card_as_payment"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformApplication:
    """A platform that wants to take part, with the requirement set that it will ask of institutions."""

    code: str
    name: str
    kind: str
    modes: Sequence[str]
    payment_term_days: int
    owner_entity: str
    profile: Mapping[str, Any] = field(default_factory=dict)
    requirements: Sequence[Mapping[str, Any]] = ()
    questions: Sequence[Mapping[str, Any]] = ()
    documents: Sequence[Mapping[str, Any]] = ()
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformMove:
    """A step of a platform. `evidence`: word of PLAT-01 → document (for `province_reach` a number of provinces).

    A document that the platform shows for a word (`show_admission_documents`) need not be named.
    """

    platform_id: UUID
    state: PlatformState
    evidence: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlatformResult:
    """The answer; `missing` names the evidence of `evidence_missing` or the checks of `checks_not_passed`."""

    code: PlatformCode
    platform_id: UUID | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Standing:
    """What admission looks at besides the evidence that is named; `documents`: the first that counts, by criterion."""

    provinces: int
    documents: Mapping[UUID, Mapping[str, str]]
    evaluated: frozenset[UUID]
    passed: Mapping[UUID, frozenset[str]]


def apply_platforms(context: Context, requests: Sequence[PlatformApplication]) -> list[PlatformResult]:
    """Enter platforms as `applied`, each with version 1 of its requirement set.

    Codes: code_taken, kind_unknown, modes_unknown, requirements_malformed. Rule: SCHEME-07, SCHEME-06.
    Cost: four statements; other writers of platforms wait.
    """
    results: list[PlatformResult] = []
    platforms: list[Platform] = []
    sets: list[RequirementSet] = []
    with db.transaction():
        db.execute("LOCK TABLE platforms IN SHARE ROW EXCLUSIVE MODE")
        taken = set(
            Platform.objects.filter(code__in=[request.code for request in requests]).values_list("code", flat=True)
        )
        for request in requests:
            code = _application_code(request, taken)
            if code.is_refusal:
                results.append(PlatformResult(code))
                continue
            taken.add(request.code)
            platform = _platform(context, request)
            platforms.append(platform)
            sets.append(
                RequirementSet(
                    id=context.uuid(),
                    platform=platform,
                    version=1,
                    requirements=list(request.requirements),
                    questions=list(request.questions),
                    documents=list(request.documents),
                    valid_from=context.today,
                )
            )
            results.append(PlatformResult(code, platform.id))
        Platform.objects.bulk_create(platforms)
        RequirementSet.objects.bulk_create(sets)
        record_events(
            context, [Event("platform.applied", platform.id, {"platform": platform.code}) for platform in platforms]
        )
    return results


def move_platforms(context: Context, requests: Sequence[PlatformMove], *, regime: Regime) -> list[PlatformResult]:
    """Move platforms one step each, in order; several steps of one platform may stand in one call.

    Evidence is kept: it is shown once and counts for the later steps. `active` recognises the platform; `suspended`
    and `ended` stop new sales, what was sold is honoured and paid (the run-off).

    `evaluated` needs the approval of two people (`evaluate_platforms`), `integrated` every automated check passed
    (`record_integration_checks`).

    Codes: platform_unknown, move_not_allowed, evidence_missing, not_evaluated_by_two, checks_not_passed.
    Rule: PLAT-01, SCHEME-07.
    Cost: six statements and one more for each further step of one platform; locks the platforms in id order.
    """
    results: list[PlatformResult] = []
    with db.transaction():
        found = {
            platform.id: platform
            for platform in Platform.objects.select_for_update()
            .filter(id__in=[request.platform_id for request in requests])
            .order_by("id")
        }
        standing = _Standing(
            _provinces_on(context),
            _documents_shown(context, list(found)),
            _evaluated_by_two(list(found)),
            _checks_passed(list(found)),
        )
        rounds: list[dict[UUID, Platform]] = []
        events: list[Event] = []
        for request in requests:
            platform = found.get(request.platform_id)
            result = _decide_move(platform, request, regime, standing)
            results.append(result)
            if platform is None or result.code.is_refusal:
                continue
            evidence = _evidence(platform, request, standing)
            new = {word: shown for word, shown in evidence.items() if platform.evidence.get(word) != shown}
            events.append(
                Event("platform.moved", platform.id, {"from": platform.state, "to": request.state, "evidence": new})
            )
            platform.state = request.state.value
            platform.evidence = evidence
            if request.state is PlatformState.ACTIVE and platform.recognised_at is None:
                platform.recognised_at = context.now
            if request.state is PlatformState.ENDED:
                platform.ended_at = context.now
            # The database checks each single step, so that every step is a write of its own.
            step = next((step for step in rounds if platform.id not in step), None)
            if step is None:
                step = {}
                rounds.append(step)
            step[platform.id] = _copy(platform)
        for step in rounds:
            Platform.objects.bulk_update(step.values(), ["state", "evidence", "recognised_at", "ended_at"])
        record_events(context, events)
    return results


def _application_code(request: PlatformApplication, taken: set[str]) -> PlatformCode:
    if request.code in taken:
        return PlatformCode.CODE_TAKEN
    if request.kind not in PLATFORM_KINDS:
        return PlatformCode.KIND_UNKNOWN
    if not request.modes or not set(request.modes) <= MODES:
        return PlatformCode.MODES_UNKNOWN
    if requirement_set_problems(request.requirements, request.questions, request.documents):
        return PlatformCode.REQUIREMENTS_MALFORMED
    return PlatformCode.OK


def _platform(context: Context, request: PlatformApplication) -> Platform:
    return Platform(
        id=context.uuid(),
        code=request.code,
        name=request.name,
        kind=request.kind,
        state=PlatformState.APPLIED.value,
        modes=sorted(set(request.modes)),
        payment_term_days=request.payment_term_days,
        owner_entity=request.owner_entity,
        profile=dict(request.profile),
        sample=request.sample,
        applied_at=context.now,
    )


def _decide_move(
    platform: Platform | None, request: PlatformMove, regime: Regime, standing: _Standing
) -> PlatformResult:
    if platform is None:
        return PlatformResult(PlatformCode.PLATFORM_UNKNOWN)
    if request.state not in PLATFORM_MOVES[PlatformState(platform.state)]:
        return PlatformResult(PlatformCode.MOVE_NOT_ALLOWED, platform.id)
    due = _EVIDENCE_DUE.get(request.state, frozenset())
    missing = missing_admission_evidence(
        _evidence(platform, request, standing),
        wanted=[word for word in regime.platform_admission_evidence if word in due],
        province_reach=Fraction(*regime.platform_province_reach),
        provinces=standing.provinces,
    )
    if missing:
        return PlatformResult(PlatformCode.EVIDENCE_MISSING, platform.id, tuple(missing))
    if request.state is PlatformState.EVALUATED and platform.id not in standing.evaluated:
        return PlatformResult(PlatformCode.NOT_EVALUATED_BY_TWO, platform.id)
    if request.state is PlatformState.INTEGRATED:
        passed = standing.passed.get(platform.id, frozenset())
        failing = tuple(name for name in INTEGRATION_CHECKS if name not in passed)
        if failing:
            return PlatformResult(PlatformCode.CHECKS_NOT_PASSED, platform.id, failing)
    return PlatformResult(PlatformCode.OK, platform.id)


def _evidence(platform: Platform, request: PlatformMove, standing: _Standing) -> dict[str, str | int]:
    """What is shown behind a step: what was named then and now and, where nothing was, the document of the criterion.

    The reach over the provinces is a number, whatever document proves it.
    """
    due = _EVIDENCE_DUE.get(request.state, frozenset()) - {"province_reach"}
    documents = {word: one for word, one in standing.documents.get(platform.id, {}).items() if word in due}
    return {**documents, **platform.evidence, **request.evidence}


def _documents_shown(context: Context, platform_ids: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    shown: dict[UUID, dict[str, str]] = {}
    for platform_id, lines in list_admission_documents(platform_ids).items():
        by_word = shown[platform_id] = {}
        for line in lines:
            if line.counts_on(context.today):
                by_word.setdefault(line.criterion, line.reference)
    return shown


def _evaluated_by_two(platform_ids: Sequence[UUID]) -> frozenset[UUID]:
    found = db.rows(
        """
        SELECT platform_id
        FROM platform_reviews
        WHERE platform_id = ANY (%s) AND approves
        GROUP BY platform_id
        HAVING count(DISTINCT reviewer) >= 2
        ORDER BY platform_id
        """,
        [platform_ids],
    )
    return frozenset(row[0] for row in found)


def _checks_passed(platform_ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """The checks of which the latest result is a pass."""
    found = db.rows(
        """
        SELECT latest.platform_id, array_agg(latest.name ORDER BY latest.name)
        FROM (
            SELECT DISTINCT ON (platform_id, name) platform_id, name, passed
            FROM integration_checks
            WHERE platform_id = ANY (%s)
            ORDER BY platform_id, name, checked_at DESC, id DESC
        ) AS latest
        WHERE latest.passed
        GROUP BY latest.platform_id
        ORDER BY latest.platform_id
        """,
        [platform_ids],
    )
    return {row[0]: frozenset(row[1]) for row in found}


def _provinces_on(context: Context) -> int:
    """How many provinces the country has on the day: 34 until those of Papua were split off."""
    return int(db.value("SELECT count(*) FROM provinces WHERE since_date IS NULL OR since_date <= %s", [context.today]))


def _copy(platform: Platform) -> Platform:
    return Platform(
        id=platform.id,
        state=platform.state,
        evidence=platform.evidence,
        recognised_at=platform.recognised_at,
        ended_at=platform.ended_at,
    )
