"""Free and taken ports."""

import socket

from prakerja.cli._errors import CommandError

_PORTS_TRIED = 200
_LAST_PORT = 65535


def is_free(port: int, *, host: str = "127.0.0.1") -> bool:
    """Whether a server may listen there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As uvicorn does: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def require_free(port: int, *, host: str = "127.0.0.1") -> None:
    """Check before anything slow begins.

    Raises:
        CommandError: the port is taken or forbidden; it names the next free one.
    """
    if is_free(port, host=host):
        return
    free = _next_free(port + 1, host=host)
    hint = "" if free is None else f"; the next free one is {free}: --port {free}"
    raise CommandError(f"port {port} is taken{hint}", exit_code=2)


def find_free(port: int, *, host: str = "127.0.0.1", but: int = 0) -> int:
    """The port, or the next free one, other than `but`.

    Raises:
        CommandError: none of the next two hundred is free.
    """
    free = _next_free(min(port, _LAST_PORT - _PORTS_TRIED), host=host, but=but)
    if free is None:
        raise CommandError(f"no port is free from {port} on", exit_code=2)
    return free


def _next_free(port: int, *, host: str, but: int = 0) -> int | None:
    candidates = range(port, min(port + _PORTS_TRIED, _LAST_PORT + 1))
    return next((one for one in candidates if one != but and is_free(one, host=host)), None)
