"""What a rotation of the index key has to know about each blind index: where it stands and what it is made of.

Each room names its own in `blind_indexes.py`; a test compares them with the columns of the database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from django.apps import apps

from prakerja.kit.rotation import EncryptedColumn

TWIN = "_next"


@dataclass(frozen=True, slots=True)
class IndexedColumn:
    """An index made of an encrypted cell of its row.

    `cell` says where the cell stands and what it is bound to (a row that stands aside is bound to another table).
    `of` takes the cell's text and the values of the columns `beside`, and gives purpose and normalised text.
    """

    table: str
    column: str
    cell: EncryptedColumn
    of: Callable[..., tuple[str, str]]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowingColumn:
    """An index that is the same as one of another table's row, found by pairs of columns (own, the other's)."""

    table: str
    column: str
    source: str
    source_column: str
    on: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class IndexedClaims:
    """Claims of a kind whose key is the index of another table's column, in hexadecimal digits."""

    kind: str
    table: str
    column: str


BlindIndex = IndexedColumn | FollowingColumn | IndexedClaims


def blind_indexes() -> list[BlindIndex]:
    """All of them, in the order of the rooms."""
    found: list[BlindIndex] = []
    for app in apps.get_app_configs():
        if app.name.startswith("prakerja."):
            try:
                found += import_module(f"{app.name}.blind_indexes").BLIND_INDEXES
            except ModuleNotFoundError as error:
                if error.name != f"{app.name}.blind_indexes":
                    raise
    return found
