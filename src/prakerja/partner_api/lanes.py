"""Micro-batching: requests wait in a queue per lane, and a lane's worker answers what is waiting with one call.

A queue has one call under way at a time; what arrives meanwhile is the next one. So a quiet lane answers at once and a
busy one in batches, without a timer. Everything here but the work itself runs on the event loop.
"""

import asyncio
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")
# What an item waits for: its answer, or what went wrong in its batch.
Done = Callable[[Answer | BaseException], None]
BATCH_MAX: Final = 64
WAITING_MAX: Final = 4096
BATCH_BUCKETS: Final = (1, 2, 4, 8, 16, 32, 64)


class LanesStoppedError(RuntimeError):
    """The process is stopping, or too many requests wait already: the item was not begun."""


@dataclass(slots=True)
class LaneFigures:
    """What one kind of call did since the start: for the metrics."""

    batches: int = 0
    items: int = 0
    busy_seconds: float = 0.0
    waited_seconds: float = 0.0
    """How long all first items of batches waited for their turn."""
    failures: int = 0
    not_taken: int = 0
    sizes: list[int] = field(default_factory=lambda: [0] * len(BATCH_BUCKETS))
    """Batches by size, as `BATCH_BUCKETS` bounds them."""

    def note(self, size: int, seconds: float, waited: float) -> None:
        """One batch."""
        self.batches += 1
        self.items += size
        self.busy_seconds += seconds
        self.waited_seconds += waited
        self.sizes[bisect_left(BATCH_BUCKETS, size)] += 1


@dataclass(slots=True)
class _Queue(Generic[Item, Answer]):
    waiting: "deque[tuple[Item, Done[Answer], float]]" = field(default_factory=deque)
    busy: bool = False


class Lanes(Generic[Item, Answer]):
    """The queues of one kind of call. `work` runs in a thread of `threads` and gives one answer per item, in order.

    When `work` raises, each item of its batch gets the exception. The answers of a batch are told inside `telling()`.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[Sequence[Item]], Sequence[Answer]],
        threads: Executor,
        telling: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.name = name
        self._telling = telling
        self.figures = LaneFigures()
        self._work = work
        self._threads = threads
        self._queues: dict[int, _Queue[Item, Answer]] = {}
        self._open = True
        self._idle: asyncio.Future[None] | None = None

    @property
    def waiting(self) -> int:
        """How many items wait in all queues."""
        return sum(len(queue.waiting) for queue in self._queues.values())

    def ask(self, lane: int, item: Item, done: "Done[Answer]") -> None:
        """Take an item; `done` is called once, on the loop. It must not raise.

        Raises:
            LanesStoppedError: the item was not taken.
        """
        queue = self._queues.get(lane)
        if queue is None:
            queue = self._queues[lane] = _Queue()
        if not self._open or len(queue.waiting) >= WAITING_MAX:
            self.figures.not_taken += 1
            raise LanesStoppedError(self.name)
        queue.waiting.append((item, done, perf_counter()))
        if not queue.busy:
            queue.busy = True
            # Whatever else has arrived on other sockets in this turn of the loop is taken along.
            asyncio.get_running_loop().call_soon(self._begin, queue)

    async def stop(self) -> None:
        """Take nothing more, and return when everything that was taken is answered."""
        self._open = False
        if any(queue.busy for queue in self._queues.values()):
            self._idle = asyncio.get_running_loop().create_future()
            await self._idle

    def _begin(self, queue: _Queue[Item, Answer]) -> None:
        if not queue.waiting:
            queue.busy = False
            if self._idle is not None and not any(one.busy for one in self._queues.values()):
                self._idle.set_result(None)
            return
        count = min(len(queue.waiting), BATCH_MAX)
        batch = [queue.waiting.popleft() for _ in range(count)]
        began = perf_counter()
        answers = asyncio.get_running_loop().run_in_executor(self._threads, self._work, [one[0] for one in batch])
        answers.add_done_callback(lambda done: self._end(queue, batch, done, began))

    def _end(
        self,
        queue: _Queue[Item, Answer],
        batch: "list[tuple[Item, Done[Answer], float]]",
        done: "asyncio.Future[Sequence[Answer]]",
        began: float,
    ) -> None:
        self.figures.note(len(batch), perf_counter() - began, began - batch[0][2])
        # The next call begins before the answers of this one are written.
        self._begin(queue)
        error = done.exception()
        if error is not None:
            self.figures.failures += 1
        answers: Sequence[Answer | BaseException] = done.result() if error is None else [error] * len(batch)
        with self._telling():
            for (_, tell, _), answer in zip(batch, answers, strict=True):
                tell(answer)
