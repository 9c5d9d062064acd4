"""What a bench prints: progress with times, and one JSON object as its last line."""

import json
import os
import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


def say(text: str) -> None:
    """One line for the person who waits."""
    print(text, flush=True)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    print(f"{name} …", end=" ", flush=True)
    began = time.perf_counter()
    yield
    print(f"{time.perf_counter() - began:.1f} s", flush=True)


def finish(figures: Mapping[str, object]) -> None:
    """The last line: one JSON object, with the machine beside the figures."""
    machine = {"cpus": os.cpu_count(), "load_1min": round(os.getloadavg()[0], 1), "python": platform.python_version()}
    print(json.dumps({**figures, "machine": machine}), flush=True)
