"""Programs that a command starts beside itself and ends with itself, however it ends."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

_SECONDS_TO_END = 5


def start_child(arguments: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path) -> "subprocess.Popen[bytes]":
    """Start `python ARGUMENTS`; what it says goes to the log. Its standard input ends when this process does."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=output, stderr=output, env=dict(env), cwd=cwd
        )


def end_children(children: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Ask all to end, then wait; who does not end in some seconds is killed."""
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdin is not None:
            child.stdin.close()


def end_with_parent() -> None:
    """In a child: be asked to end when standard input ends, as it does when the parent dies."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()
