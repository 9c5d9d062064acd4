"""Fixtures of the catalogue; `world` imports models, so it is imported when Django is set up."""

from typing import TYPE_CHECKING

import pytest

from prakerja.kit.context import Context

if TYPE_CHECKING:
    from tests.catalogue.world import Market


@pytest.fixture
def market(db: None, context: Context) -> "Market":
    """A decreed institution with agreements on all eight platforms."""
    from tests.catalogue.world import make_market

    return make_market(context)
