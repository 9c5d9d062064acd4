"""Institutions enter the programme, and are suspended or revoked; `institution_admission` is what lies between."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.errors import InstitutionCode
from prakerja.partners.models import INSTITUTION_KINDS, Institution
from prakerja.partners.states import INSTITUTION_MOVES, InstitutionState

# The moves that are decisions about an institution after its decree.
_SANCTIONS = frozenset({InstitutionState.SUSPENDED, InstitutionState.REVOKED, InstitutionState.DECREED})


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionRequest:
    """A training institution. `owner_entity` is the legal entity behind it (PLAT-02 compares it)."""

    code: str
    name: str
    kind: str
    province_code: str
    owner_entity: str
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionMove:
    """A suspension, its end, or a revocation, with the reason's code."""

    institution_id: UUID
    state: InstitutionState
    reason: str


@dataclass(frozen=True, slots=True)
class InstitutionResult:
    """The answer; `missing` names the steps of `steps_missing`."""

    code: InstitutionCode
    institution_id: UUID | None = None
    missing: tuple[str, ...] = ()


def register_institutions(context: Context, requests: Sequence[InstitutionRequest]) -> list[InstitutionResult]:
    """Put institutions on record as `draft`. To sell they still need a platform (registration, agreement) and a decree.

    Codes: code_taken, kind_unknown, province_unknown. Rule: SCHEME-04, SCHEME-05.
    Cost: four statements; other writers of institutions wait.
    """
    results: list[InstitutionResult] = []
    institutions: list[Institution] = []
    with db.transaction():
        db.execute("LOCK TABLE institutions IN SHARE ROW EXCLUSIVE MODE")
        taken = set(
            Institution.objects.filter(code__in=[request.code for request in requests]).values_list("code", flat=True)
        )
        provinces = {found[0] for found in db.rows("SELECT code FROM provinces ORDER BY code")}
        for request in requests:
            code = _request_code(request, taken, provinces)
            if code.is_refusal:
                results.append(InstitutionResult(code))
                continue
            taken.add(request.code)
            institution = Institution(
                id=context.uuid(),
                code=request.code,
                name=request.name,
                kind=request.kind,
                province_code=request.province_code,
                state=InstitutionState.DRAFT.value,
                owner_entity=request.owner_entity,
                sample=request.sample,
                created_at=context.now,
            )
            institutions.append(institution)
            results.append(InstitutionResult(code, institution.id))
        Institution.objects.bulk_create(institutions)
        record_events(
            context, [Event("institution.recorded", one.id, {"institution": one.code}) for one in institutions]
        )
    return results


def move_institutions(context: Context, requests: Sequence[InstitutionMove]) -> list[InstitutionResult]:
    """Suspend, reinstate or revoke decreed institutions; at most one move of an institution in a call counts.

    Codes: institution_unknown, move_not_allowed. Rule: INST-01. Cost: three statements; locks in id order.
    """
    results: list[InstitutionResult] = []
    moved: dict[UUID, Institution] = {}
    events: list[Event] = []
    with db.transaction():
        found = _locked([request.institution_id for request in requests])
        for request in requests:
            institution = found.get(request.institution_id)
            if institution is None:
                results.append(InstitutionResult(InstitutionCode.INSTITUTION_UNKNOWN))
                continue
            allowed = INSTITUTION_MOVES[InstitutionState(institution.state)]
            # Only a decree ends in `decreed` the first time.
            fits = request.state in _SANCTIONS and request.state in allowed and institution.decreed_at is not None
            if not fits or institution.id in moved:
                results.append(InstitutionResult(InstitutionCode.MOVE_NOT_ALLOWED, institution.id))
                continue
            events.append(
                Event(
                    "institution.moved",
                    institution.id,
                    {"from": institution.state, "to": request.state, "reason": request.reason},
                )
            )
            institution.state = request.state.value
            moved[institution.id] = institution
            results.append(InstitutionResult(InstitutionCode.OK, institution.id))
        Institution.objects.bulk_update(moved.values(), ["state"])
        record_events(context, events)
    return results


def _request_code(request: InstitutionRequest, taken: set[str], provinces: set[str]) -> InstitutionCode:
    if request.code in taken:
        return InstitutionCode.CODE_TAKEN
    if request.kind not in INSTITUTION_KINDS:
        return InstitutionCode.KIND_UNKNOWN
    if request.province_code not in provinces:
        return InstitutionCode.PROVINCE_UNKNOWN
    return InstitutionCode.OK


def _locked(institution_ids: Sequence[UUID]) -> dict[UUID, Institution]:
    rows = Institution.objects.select_for_update().filter(id__in=institution_ids).order_by("id")
    return {institution.id: institution for institution in rows}
