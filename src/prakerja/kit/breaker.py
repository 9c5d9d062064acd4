"""A breaker before a program of somebody else: when it does not answer several times, it is left alone for a while."""

import time
from collections.abc import Callable
from threading import Lock


class Breaker:
    """Open behind `failures_max` failures in a row, for `rest_s`; then one question goes through and decides.

    Of one process; its threads share it.
    """

    def __init__(
        self, *, failures_max: int = 5, rest_s: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._failures_max = failures_max
        self._rest_s = rest_s
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._rests_until = 0.0

    def lets_through(self) -> bool:
        """Whether to ask now. While it rests, one question a rest."""
        with self._lock:
            if self._failures < self._failures_max:
                return True
            now = self._clock()
            if now < self._rests_until:
                return False
            self._rests_until = now + self._rest_s
            return True

    def note(self, *, answered: bool) -> None:
        """What became of a question that went through."""
        with self._lock:
            if answered:
                self._failures = 0
                return
            self._failures += 1
            if self._failures == self._failures_max:
                self._rests_until = self._clock() + self._rest_s
