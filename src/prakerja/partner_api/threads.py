"""Threads for the work of batches: the one that worked last works next.

The standard pool gives work to its threads in turn. Each has a connection of its own, and a server process that works
seldom has lost its plans and catalogue from the processor's caches. Here a quiet process uses one or two connections,
however many it may have.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

ResultT = TypeVar("ResultT")
Parameters = ParamSpec("Parameters")
_Work = tuple["Future[Any]", Callable[[], Any]]


class LastUsedFirst(Executor):
    """A pool of at most `size` threads, started when they are needed."""

    def __init__(self, size: int, *, name: str) -> None:
        self._size = size
        self._name = name
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._desks: list[SimpleQueue[_Work | None]] = []
        # Desks of those that wait, the last one on top; and work that waits for a desk.
        self._idle: list[SimpleQueue[_Work | None]] = []
        self._waiting: deque[_Work] = deque()
        self._closed = False

    def submit(
        self, fn: Callable[Parameters, ResultT], /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> "Future[ResultT]":
        """Work to be done as soon as a thread is free."""
        future: Future[ResultT] = Future()
        work: _Work = (future, lambda: fn(*args, **kwargs))
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is closed")
            if self._idle:
                self._idle.pop().put(work)
            elif len(self._threads) < self._size:
                self._start().put(work)
            else:
                self._waiting.append(work)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as Executor
        """Let every thread end behind the work that it has."""
        with self._lock:
            self._closed = True
            if cancel_futures:
                self._waiting.clear()
            for desk in self._desks:
                desk.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _start(self) -> "SimpleQueue[_Work | None]":
        desk: SimpleQueue[_Work | None] = SimpleQueue()
        name = f"{self._name}-{len(self._threads)}"
        thread = threading.Thread(target=self._serve, args=(desk,), name=name, daemon=True)
        self._threads.append(thread)
        self._desks.append(desk)
        thread.start()
        return desk

    def _serve(self, desk: "SimpleQueue[_Work | None]") -> None:
        while (work := desk.get()) is not None:
            self._do(*work)
            while (work := self._next(desk)) is not None:
                self._do(*work)

    def _next(self, desk: "SimpleQueue[_Work | None]") -> _Work | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._idle.append(desk)
            return None

    @staticmethod
    def _do(future: "Future[Any]", work: Callable[[], Any]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it belongs to who asked
            future.set_exception(error)
