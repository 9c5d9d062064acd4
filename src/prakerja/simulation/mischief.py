"""What must not work: some people and partners misbehave on purpose, and each is refused with its code."""

from prakerja.simulation.nation import Nation


class Mischief:
    """One try of each kind on a day when it is possible; a try that is accepted stops the simulation."""

    def __init__(self, nation: Nation) -> None:
        self._done: set[str] = set()

    def at_sign_up(self, nation: Nation) -> None:
        """x."""

    def at_the_office(self, nation: Nation) -> None:
        """x."""

    def at_the_market(self, nation: Nation) -> None:
        """x."""

    def in_class(self, nation: Nation) -> None:
        """x."""
