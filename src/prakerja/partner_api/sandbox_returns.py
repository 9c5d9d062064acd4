"""Where browsers come back to in a sandbox while no program of the partner listens: what its program could ask."""

import re
from dataclasses import dataclass
from typing import Final

from prakerja.kit import db
from prakerja.kit.settings import get_settings
from prakerja.partner_api.queries import find_codes

# Behind the address of the pages; `prakerja.web` serves them.
RETURN_PATH: Final = "/sandbox/back/"
SIGN_ON_PATH: Final = "/sandbox/signed-on/"
_STATE: Final = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class ReturnView:
    """A presence check whose browser came back; `redeem_code` has no prefix."""

    institution_name: str
    course_title: str
    redeem_code: str
    sequence: int
    redeemed: bool
    attended: bool


def return_uri(base_url: str) -> str:
    """The callback that a sandbox world's institution registers."""
    return base_url.rstrip("/") + RETURN_PATH


def sign_on_uri(base_url: str) -> str:
    """The callback of single sign-on that a sandbox world's platform registers."""
    return base_url.rstrip("/") + SIGN_ON_PATH


def find_return(state: str) -> ReturnView | None:
    """What came of the check with this state; None for a state of no link that leads to this page.

    Two statements; the first looks at all links, of which a sandbox has few.

    Raises:
        RuntimeError: the deployment is not a sandbox.
    """
    if get_settings().deployment != "sandbox":
        raise RuntimeError("browsers come back to a sandbox only")
    if not _STATE.fullmatch(state):
        return None
    found = db.row(
        """
        SELECT i.name, c.title, p.redeem_code, l.sequence
        FROM presence_links l
        JOIN purchases p ON p.lane = l.lane AND p.purchase_id = l.purchase_id
        JOIN institutions i ON i.id = l.institution_id
        JOIN courses c ON c.id = p.course_id
        WHERE l.state_text = %s AND right(l.redirect_uri, %s) = %s
        """,
        (state, len(RETURN_PATH), RETURN_PATH),
    )
    if found is None:
        return None
    institution_name, course_title, redeem_code, sequence = found
    (facts,) = find_codes([(redeem_code, sequence)])
    redeemed = facts is not None and facts.redeemed_at is not None
    attended = redeemed and facts is not None and facts.attended_at is not None
    return ReturnView(institution_name, course_title, redeem_code, sequence, redeemed, attended)
