"""What a sanction does to its party: a move of the party itself, by the operation that everybody uses."""

from typing import Protocol
from uuid import UUID

from prakerja.kit.context import Context
from prakerja.kit.refusals import Code
from prakerja.partners.errors import SanctionCode
from prakerja.partners.models import Sanction
from prakerja.partners.operations.institutions import InstitutionMove, move_institutions
from prakerja.partners.operations.platforms import PlatformMove, move_platforms
from prakerja.partners.operations.registration_decisions import RegistrationMove, move_registrations
from prakerja.partners.sanction_rules import EFFECTS
from prakerja.partners.states import InstitutionState, PlatformState, RegistrationState, SanctionKind, SanctionState
from prakerja.programme.regimes import Regime

_SUSPENDED = (RegistrationState.SUSPENDED, InstitutionState.SUSPENDED, PlatformState.SUSPENDED)
_AT_WORK = (RegistrationState.AGREED, InstitutionState.DECREED, PlatformState.ACTIVE)
_ENDED = (RegistrationState.ENDED, InstitutionState.REVOKED, PlatformState.ENDED)
_UPHELD = SanctionState.UPHELD.value
_IN_FORCE = [SanctionState.IMPOSED.value, SanctionState.APPEALED.value, _UPHELD]


class Course(Protocol):
    """The catalogue's operation for one course, given in from a room that knows both."""

    def __call__(self, context: Context, course_id: UUID, *, suspend: bool, reason: str) -> Code:
        """Suspend the course, or let it be sold again."""
        ...


def suspend_party(context: Context, case: Sanction, *, regime: Regime, course: Course | None) -> SanctionCode:
    """What an imposed sanction does at once. Rule: PLAT-01, INST-01."""
    if any(not EFFECTS[SanctionKind(other.kind)].final or other.state != _UPHELD for other in _others_in_force(case)):
        return SanctionCode.OK  # suspended already; whoever has ended is refused by the move
    return _move(context, case, regime, course, _SUSPENDED)


def reinstate_party(context: Context, case: Sanction, *, regime: Regime, course: Course | None) -> SanctionCode:
    """What a lifted sanction gives back, unless another one of the same party is in force."""
    if _others_in_force(case):
        return SanctionCode.OK
    return _move(context, case, regime, course, _AT_WORK)


def end_party(context: Context, case: Sanction, *, regime: Regime, course: Course | None) -> SanctionCode:
    """What a final sanction does when it stands; the others stay as they are. Rule: SCHEME-07."""
    if not EFFECTS[SanctionKind(case.kind)].final:
        return SanctionCode.OK
    return _move(context, case, regime, course, _ENDED)


def _others_in_force(case: Sanction) -> list[Sanction]:
    """Other sanctions of the same party that stop its sales."""
    party = EFFECTS[SanctionKind(case.kind)].party
    if party == "any":
        return []
    column = f"{party}_id"
    same = Sanction.objects.filter(state__in=_IN_FORCE, **{column: getattr(case, column)}).exclude(id=case.id)
    return [other for other in same.order_by("number") if EFFECTS[SanctionKind(other.kind)].party == party]


def _move(
    context: Context,
    case: Sanction,
    regime: Regime,
    course: Course | None,
    states: tuple[RegistrationState, InstitutionState, PlatformState],
) -> SanctionCode:
    registration_state, institution_state, platform_state = states
    reason = f"sanction {case.number}"
    code: Code = SanctionCode.OK
    match EFFECTS[SanctionKind(case.kind)].party:
        case "registration" if case.registration_id is not None:
            move = RegistrationMove(registration_id=case.registration_id, state=registration_state, reason=reason)
            code = move_registrations(context, [move])[0].code
        case "institution" if case.institution_id is not None:
            request = InstitutionMove(institution_id=case.institution_id, state=institution_state, reason=reason)
            code = move_institutions(context, [request])[0].code
        case "platform" if case.platform_id is not None:
            step = PlatformMove(platform_id=case.platform_id, state=platform_state)
            code = move_platforms(context, [step], regime=regime)[0].code
        case "course" if case.course_id is not None:
            if course is None:
                return SanctionCode.CONSEQUENCE_REFUSED
            suspend = registration_state is RegistrationState.SUSPENDED
            code = course(context, case.course_id, suspend=suspend, reason=reason)
    return SanctionCode.CONSEQUENCE_REFUSED if code.is_refusal else SanctionCode.OK
