"""Fixtures of the partners; `world` imports models, so it is imported when Django is set up."""

from typing import TYPE_CHECKING

import pytest

from prakerja.kit.context import Context

if TYPE_CHECKING:
    from tests.partners.world import World


@pytest.fixture
def world(db: None, context: Context) -> "World":
    """The eight sample platforms and one institution, not registered anywhere."""
    from tests.partners.world import make_world

    return make_world(context)


@pytest.fixture
def verified(world: "World") -> "World":
    """The institution is verified on every platform."""
    from tests.partners.world import verify_everywhere

    return verify_everywhere(world)
