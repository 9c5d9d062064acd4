"""Who is looking at a page, and where that person's pages begin."""

from django.http import HttpRequest
from django.urls import reverse

from prakerja.access.models import User
from prakerja.access.roles import Role

HOMES = {
    Role.PARTICIPANT: "me",
    Role.PLATFORM: "platform",
    Role.INSTITUTION: "institution",
    Role.LABOUR_OFFICE: "desk",
    Role.MINISTRY: "assisted_sheets",
    Role.PROGRAMME_OFFICE: "office",
    Role.APPROVER: "office",
    Role.AUDITOR: "checks",
    Role.SEAL_KEEPER: "kept_seals",
}


def user_of(request: HttpRequest) -> User:
    """The signed-in user of a guarded view."""
    assert isinstance(request.user, User)  # noqa: S101 - `requires` stands before every caller
    return request.user


def home_of(role: str) -> str:
    """The first page of a role."""
    return reverse(HOMES[Role(role)])


def actor_of(user: User) -> str:
    """How the audit log names the user: role and account, never a person's name."""
    if user.role == Role.PARTICIPANT:
        return f"participant:{user.applicant_id}"
    outside = (Role.PLATFORM, Role.INSTITUTION, Role.LABOUR_OFFICE, Role.SEAL_KEEPER)
    kind = user.role if user.role in outside else "staff"
    return f"{kind}:{user.username}"
