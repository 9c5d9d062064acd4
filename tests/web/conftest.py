"""Fixtures of the pages: a tiny nation, one user per role. Modules with models are imported when Django is set up."""

from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

from prakerja.kit.context import Context

if TYPE_CHECKING:
    from tests.web.nation import Nation
    from tests.web.people import Cast


@pytest.fixture(autouse=True)
def nothing_is_kept_between_tests() -> None:
    """The public figures are kept for a minute; a test counts its own."""
    cache.clear()


@pytest.fixture
def nation(db: None, context: Context) -> "Nation":
    """Somebody at every step of the way, on the programme clock's working day."""
    from tests.web.founder import NOW
    from tests.web.nation import make_nation
    from tests.web.people import set_clock

    made = make_nation(context)
    set_clock(context.at(NOW))
    return made


@pytest.fixture
def cast(nation: "Nation", context: Context) -> "Cast":
    """One user per role; the participant is the one who can write a review."""
    from tests.web.people import Cast, create_cast

    made = Cast.of(nation)
    create_cast(context, made)
    return made
