"""Micro-batching: requests wait in a queue per lane, and a lane's worker answers what is waiting with one call.

A queue has one call under way at a time; what arrives meanwhile is the next one. So a quiet lane answers at once and a
busy one in batches, without a timer. Everything here but the work itself runs on the event loop.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")
BATCH_MAX = 64
WAITING_MAX = 4096


class LanesStoppedError(RuntimeError):
    """The process is stopping, or too many requests wait already: the item was not begun."""


@dataclass(slots=True)
class LaneFigures:
    """What one kind of call did since the start: for the metrics."""

    batches: int = 0
    items: int = 0
    busy_seconds: float = 0.0
    failures: int = 0


@dataclass(slots=True)
class _Queue(Generic[Item, Answer]):
    waiting: deque[tuple[Item, asyncio.Future[Answer]]] = field(default_factory=deque)
    busy: bool = False


class Lanes(Generic[Item, Answer]):
    """The queues of one kind of call. `work` runs in a thread of `threads` and gives one answer per item, in order.

    When `work` raises, each item of its batch gets the exception.
    """

    def __init__(
        self, name: str, work: Callable[[Sequence[Item]], Sequence[Answer]], threads: ThreadPoolExecutor
    ) -> None:
        self.name = name
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

    def ask(self, lane: int, item: Item) -> "asyncio.Future[Answer]":
        """The answer to come.

        Raises:
            LanesStoppedError: the item was not taken.
        """
        queue = self._queues.get(lane)
        if queue is None:
            queue = self._queues[lane] = _Queue()
        if not self._open or len(queue.waiting) >= WAITING_MAX:
            raise LanesStoppedError(self.name)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        queue.waiting.append((item, answer))
        if not queue.busy:
            queue.busy = True
            # Whatever else has arrived on other sockets in this turn of the loop is taken along.
            loop.call_soon(self._begin, queue)
        return answer

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
        items = [item for item, _ in batch]
        began = perf_counter()
        answers = asyncio.get_running_loop().run_in_executor(self._threads, self._work, items)
        answers.add_done_callback(lambda done: self._end(queue, batch, done, began))

    def _end(
        self,
        queue: _Queue[Item, Answer],
        batch: list[tuple[Item, "asyncio.Future[Answer]"]],
        done: "asyncio.Future[Sequence[Answer]]",
        began: float,
    ) -> None:
        figures = self.figures
        figures.batches += 1
        figures.items += len(batch)
        figures.busy_seconds += perf_counter() - began
        # The next call begins before the answers of this one are written.
        self._begin(queue)
        error = done.exception()
        if error is not None:
            figures.failures += 1
        for position, (_, answer) in enumerate(batch):
            # A client that went away has cancelled its answer; the work is done all the same.
            if answer.done():
                continue
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(done.result()[position])
