"""Randomness of the nation: named streams from one seed, so that one behaviour can change without moving the others."""

from collections.abc import Sequence
from random import Random
from typing import Final, TypeVar

ALL_BP: Final = 10_000
Item = TypeVar("Item")


class Dice:
    """A stream of random decisions; two streams of the same seed and name are the same."""

    def __init__(self, seed: int, name: str) -> None:
        # Random, not secrets: a nation must be repeatable, and nothing in it is secret.
        self._random = Random(f"{seed}/{name}")  # noqa: S311 - see above

    def happens(self, basis_points: int) -> bool:
        """Whether something of this probability happens (10,000 = always)."""
        return self._random.randrange(ALL_BP) < basis_points

    def bits(self, count: int) -> int:
        """So many random bits, as a number."""
        return self._random.getrandbits(count)

    def between(self, lowest: int, highest: int) -> int:
        """A uniform whole number, both ends included."""
        return self._random.randint(lowest, highest)

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, each as likely."""
        return items[self._random.randrange(len(items))]

    def weighted(self, items: Sequence[Item], weights: Sequence[int]) -> Item:
        """One of the items by whole weights."""
        return self._random.choices(items, weights)[0]

    def weighted_order(self, items: Sequence[Item], weights: Sequence[int]) -> list[Item]:
        """All items in a random order, each place drawn by whole weights among those that are left."""
        left = dict(zip(items, weights, strict=True))
        order = []
        while left:
            order.append(self.weighted(list(left), list(left.values())))
            del left[order[-1]]
        return order

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """The items in a random order."""
        return self._random.sample(items, len(items))
