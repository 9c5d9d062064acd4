"""The servers that a bench calls over HTTP, each a process of its own on a free port, and the CPU that they use."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
API = "prakerja.config.asgi_api:application"
NAIVE = "bench._naive:application"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    pid: int

    def cpu_us(self) -> float:
        """Microseconds of CPU that it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) * 1_000_000 / _TICKS


@contextmanager
def serving(application: str) -> Iterator[Server]:
    """One process of an application; its settings come from this process's environment."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port)]
    command += ["--log-level", "warning", "--no-access-log", "--no-server-header", "--ws", "none"]
    if application == API:
        # As in production; what it logs is written, and read by nobody.
        command += ["--http", "prakerja.partner_api.protocol:CounterProtocol", "--no-proxy-headers"]
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        subprocess.Popen(command, env=os.environ.copy(), stderr=nowhere) as process,  # noqa: S603 - ours
    ):
        try:
            _wait(port)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
