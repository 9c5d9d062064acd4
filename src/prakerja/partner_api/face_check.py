"""Showing one's face: an interface, and the sandbox that stands in for the provider of the comparison."""

from typing import Protocol
from uuid import UUID

from prakerja.kit.settings import get_settings


class FaceCheck(Protocol):
    """Whatever compares a face with the one of the sign-up. No picture is kept here."""

    @property
    def name(self) -> str:
        """How the presence stands in the books, such as `selfie`."""
        ...

    def matches(self, participant_id: UUID, shown: str) -> bool:
        """Whether what was shown is this participant; `shown` is what the provider's page gave to the browser."""
        ...


class SandboxFaceCheck:
    """Believes the button that was pressed. The page says that it is a sandbox."""

    def __init__(self) -> None:
        if get_settings().deployment != "sandbox":
            raise RuntimeError("the sandbox face check does not exist in production")

    @property
    def name(self) -> str:
        """How the presence stands in the books."""
        return "sandbox"

    def matches(self, participant_id: UUID, shown: str) -> bool:  # noqa: ARG002 - the interface's
        """`mine` is the participant's own face."""
        return shown == "mine"


def find_face_check() -> FaceCheck | None:
    """The check of this deployment; production has none until a provider is named."""
    return SandboxFaceCheck() if get_settings().deployment == "sandbox" else None
