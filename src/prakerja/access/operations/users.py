"""Writes: users. The clock and the ids come from the context."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q

from prakerja.access.errors import LeavingCode, PasswordCode, UserCode
from prakerja.access.models import User
from prakerja.access.roles import NEVER_WITHOUT, STAFF, Role
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context


@dataclass(frozen=True, slots=True)
class UserRequest:
    """A user to be. Without a password it can sign in by the demo page only, which no production has."""

    username: str
    display_name: str
    role: Role
    password: str | None = None
    partner_id: UUID | None = None
    labour_office_id: UUID | None = None
    applicant_id: UUID | None = None
    applicant_lane: int | None = None
    seal_keeper_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class UserResult:
    """One per request, in order."""

    code: UserCode
    user_id: UUID | None


def create_users(context: Context, requests: Sequence[UserRequest]) -> list[UserResult]:
    """Creates users; one result per request, in order.

    Returns: `username_taken` when the name exists, in the table or earlier in the same list; else `ok`.
    Raises: IntegrityError when a role lacks what it belongs to (a named constraint of `users`).
    Cost: two queries and one of events, whatever the number of requests; a password costs a deliberate 0.1 s.
    """
    with db.transaction():
        taken = set(
            User.objects.filter(username__in=[request.username for request in requests])
            .order_by("username")
            .values_list("username", flat=True)
        )
        users: list[User] = []
        results: list[UserResult] = []
        for request in requests:
            if request.username in taken:
                results.append(UserResult(UserCode.USERNAME_TAKEN, None))
                continue
            taken.add(request.username)
            users.append(
                User(
                    id=context.uuid(),
                    username=request.username,
                    display_name=request.display_name,
                    role=request.role.value,
                    password=make_password(request.password),
                    partner_id=request.partner_id,
                    labour_office_id=request.labour_office_id,
                    applicant_id=request.applicant_id,
                    applicant_lane=request.applicant_lane,
                    seal_keeper_id=request.seal_keeper_id,
                    created_at=context.now,
                )
            )
            results.append(UserResult(UserCode.OK, users[-1].id))
        User.objects.bulk_create(users)
        record_events(
            context,
            [Event(kind="user.created", subject_id=user.id, payload={"role": user.role}) for user in users],
        )
    return results


def bind_applicants(context: Context, bindings: Sequence[tuple[UUID, UUID, int, str]]) -> int:
    """Say which applicant a participant's user is: (user, applicant, lane, name to greet by). How many were bound.

    Only a user without an applicant is bound; whoever is somebody already stays so.
    """
    with db.transaction():
        bound = 0
        for user_id, applicant_id, lane, name in bindings:
            bound += User.objects.filter(id=user_id, role=Role.PARTICIPANT.value, applicant_id=None).update(
                applicant_id=applicant_id, applicant_lane=lane, display_name=name
            )
        record_events(
            context,
            [Event("user.bound", user_id, {"applicant_id": applicant}) for user_id, applicant, _, _ in bindings],
        )
    return bound


def end_accounts(context: Context, user_ids: Sequence[UUID], *, partner_id: UUID) -> list[LeavingCode]:
    """End accounts of people who left a partner or a labour office, at once: an open session sees nothing more.

    What they did stays under their names, and no name is given twice. Codes: user_unknown (none, of another partner, or
    ended before), own_account (nobody locks oneself out). Cost: three statements.
    """
    with db.transaction():
        own = Q(partner_id=partner_id) | Q(labour_office_id=partner_id)
        found = User.objects.select_for_update().filter(own, is_active=True).order_by("id")
        return _end(context, user_ids, list(found), never_without=())


def end_staff_accounts(context: Context, user_ids: Sequence[UUID]) -> list[LeavingCode]:
    """End accounts of colleagues (`roles.STAFF`) at once; as `end_accounts`.

    Codes: user_unknown, own_account, last_of_its_role (nobody could prepare, or sign, any more).
    Cost: three statements.
    """
    with db.transaction():
        staff = [role.value for role in STAFF]
        found = User.objects.select_for_update().filter(role__in=staff, is_active=True).order_by("id")
        return _end(context, user_ids, list(found), never_without=NEVER_WITHOUT)


def _end(
    context: Context, user_ids: Sequence[UUID], open_ones: Sequence[User], *, never_without: Collection[str]
) -> list[LeavingCode]:
    """End those of the open accounts that are named; one code per id in order."""
    found = {user.id: user for user in open_ones}
    left = Counter(user.role for user in open_ones)
    results: list[LeavingCode] = []
    ended: list[User] = []
    for user_id in user_ids:
        user = found.get(user_id)
        if user is None or not user.is_active:
            results.append(LeavingCode.USER_UNKNOWN)
        elif context.actor in (f"{user.role}:{user.username}", f"staff:{user.username}"):
            results.append(LeavingCode.OWN_ACCOUNT)
        elif user.role in never_without and left[user.role] == 1:
            results.append(LeavingCode.LAST_OF_ITS_ROLE)
        else:
            user.is_active = False
            left[user.role] -= 1
            ended.append(user)
            results.append(LeavingCode.OK)
    User.objects.bulk_update(ended, ["is_active"])
    record_events(context, [Event("user.ended", user.id) for user in ended])
    return results


def change_password(context: Context, user_id: UUID, *, old: str, new: str) -> PasswordCode:
    """Change a user's own password. Codes: wrong_password, too_weak. Cost: two hashes, 0.1 s each."""
    with db.transaction():
        user = User.objects.select_for_update().get(id=user_id)
        if not check_password(old, user.password):
            return PasswordCode.WRONG_PASSWORD
        try:
            validate_password(new, user)
        except ValidationError:
            return PasswordCode.TOO_WEAK
        User.objects.filter(id=user_id).update(password=make_password(new))
        record_events(context, [Event("user.password_changed", user_id)])
    return PasswordCode.OK
