"""A process that is to stop says so first: `/readyz` refuses for a while in which every call is still answered.

The server closes its listeners as soon as SIGTERM comes. Whoever balances the load learns of it by requests that fail,
unless the process waits a little between saying it and doing it: `drain_seconds`. Ctrl-C never waits.
"""

import asyncio
import signal
import threading
from types import FrameType


class Draining:
    """Whether the process is about to stop."""

    def __init__(self, seconds: float) -> None:
        self.begun = False
        self._seconds = seconds

    def watch(self) -> None:
        """Stand before whoever handles SIGTERM; a second SIGTERM goes through at once.

        Nothing is watched without a time to wait, or outside of the main thread, where no signal arrives.
        """
        handler = signal.getsignal(signal.SIGTERM)
        if not self._seconds or not callable(handler) or threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()

        def begin(number: int, frame: FrameType | None) -> None:
            if self.begun:
                handler(number, frame)
                return
            self.begun = True
            loop.call_soon_threadsafe(loop.call_later, self._seconds, handler, number, None)

        signal.signal(signal.SIGTERM, begin)
