"""Which state of a finding may follow which. A trigger holds the same table; a test compares the two."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    ESCALATED = "escalated"
    PROPOSED = "proposed"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    GONE = "gone"


# Who has to act: the programme office, after the deadline the approver, then another person than the one who proposed.
WAITING: Final = (FindingState.OPEN, FindingState.ESCALATED, FindingState.PROPOSED)

FINDING_MOVES: Final[Mapping[FindingState, tuple[FindingState, ...]]] = {
    FindingState.OPEN: (FindingState.ESCALATED, FindingState.PROPOSED, FindingState.DISMISSED, FindingState.GONE),
    FindingState.ESCALATED: (FindingState.PROPOSED, FindingState.DISMISSED, FindingState.GONE),
    # A proposal stands though what it is about is no longer there: it was there.
    FindingState.PROPOSED: (FindingState.UPHELD, FindingState.ESCALATED),
    FindingState.UPHELD: (),
    FindingState.DISMISSED: (),
    # It came back.
    FindingState.GONE: (FindingState.OPEN,),
}
