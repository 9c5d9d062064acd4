"""The small nation of the checks, committed once for the module that asks for it."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.fixtures.database import removed_afterwards


@pytest.fixture(scope="module")
def nation(tables_with_rows: frozenset[str], django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Somebody stands at every step of the way; commits are real, so that events are sealed."""
    from tests.oversight.world import make_nation

    with removed_afterwards(tables_with_rows, django_db_blocker):
        make_nation()
        yield
