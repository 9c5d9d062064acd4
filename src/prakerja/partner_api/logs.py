"""What the API writes about itself: one JSON object a line on standard error, with the id of its request.

Nothing personal and nothing secret goes in: no body, no header but the request's id, no message of an exception (a
database puts the values of a row into its own). A failure is told by its kind, its SQL state and where in the code.
"""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TextIO, cast

import msgspec
import structlog

from prakerja.kit.log_lines import failure_of

_encode = msgspec.json.Encoder(enc_hook=str).encode


class _StandardError(threading.local):
    """Standard error as it is when something is written, not as it was when the process began."""

    def __init__(self) -> None:
        self._waiting: list[str] | None = None

    def write(self, text: str) -> int:
        """As a stream."""
        if self._waiting is None:
            return sys.stderr.write(text)
        self._waiting.append(text)
        return len(text)

    def flush(self) -> None:
        """As a stream."""
        if self._waiting is None:
            sys.stderr.flush()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What this thread writes inside goes out by one write at the end."""
        waiting: list[str] = []
        self._waiting = waiting
        try:
            yield
        finally:
            self._waiting = None
            sys.stderr.write("".join(waiting))
            sys.stderr.flush()


def configure(level: int = logging.INFO) -> None:
    """Make the lines of this process; the process manager keeps them."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _as_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=_stream),
        cache_logger_on_first_use=False,
    )
    # Other libraries speak by the standard library: their lines get the same shape, and no message of an exception.
    handler = logging.StreamHandler(_stream)
    handler.setFormatter(_LibraryLines())
    for name in ("uvicorn", "uvicorn.error", "django"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False


_standard_error = _StandardError()
_stream = cast("TextIO", _standard_error)
_log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def note_answer(request_id: str, call: str, client_code: str, code: str, status: int, seconds: float) -> None:
    """One answer. `client_code` is empty until the key behind it is known: what nobody checked could be anything."""
    _log.info(
        "answered",
        request_id=request_id,
        call=call,
        client_code=client_code,
        code=code,
        status=status,
        ms=round(seconds * 1000, 1),
    )


def together() -> AbstractContextManager[None]:
    """The lines of all answers of a batch in one write: each write lets another thread go on before the next answer."""
    return _standard_error.together()


def note_failure(what: str, call: str, error: BaseException) -> None:
    """Something failed that should not."""
    _log.error(what, call=call, **failure_of(error))


def _as_line(_logger: object, _method: str, event: structlog.typing.EventDict) -> str:
    return _encode(event).decode()


class _LibraryLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        # Arguments of other loggers could be anything; uvicorn's are addresses of its own.
        event = record.getMessage() if record.name.startswith("uvicorn") else str(record.msg)
        line: dict[str, object] = {"event": event, "logger": record.name, "level": record.levelname.lower()}
        if record.exc_info and record.exc_info[1] is not None:
            line |= failure_of(record.exc_info[1])
        return _encode(line).decode()
