"""What a process writes about itself names nobody.

No message of an exception goes in: a database puts the values of a row into its own, a parser the text that it could
not read. A failure is told by its kind, its SQL state and where in the code. Of libraries' lines only the words that
they always say: their arguments are addresses and values that somebody typed.
"""

import logging
import traceback
from typing import Final

_FRAMES: Final = 12
_OURS: Final = "prakerja"


def failure_of(error: BaseException) -> dict[str, object]:
    """An exception without its message: its kind, that of its cause, the SQL state, and the frames it passed."""
    cause = error.__cause__
    state = getattr(error, "sqlstate", None) or getattr(cause, "sqlstate", None)
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return {
        "error": type(error).__name__,
        "cause": type(cause).__name__ if cause is not None else None,
        "sqlstate": state,
        "where": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _short(file_name: str) -> str:
    for root in ("/src/", "/site-packages/"):
        if root in file_name:
            return file_name.rpartition(root)[2]
    return file_name.rpartition("/")[2]


class PlainLines(logging.Formatter):
    """Lines of pages, commands and the worker: time, level, logger, words; of a request status, method, route."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        words = record.getMessage() if record.name.partition(".")[0] == _OURS else str(record.msg)
        line = [self.formatTime(record), record.levelname, record.name, words]
        if hasattr(record, "status_code"):
            line.append(f"status={record.status_code}")
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        if match is not None:
            line.append(f"{getattr(request, 'method', '')} {match.route}")
        if record.exc_info and record.exc_info[1] is not None:
            failure = failure_of(record.exc_info[1])
            where = failure.pop("where")
            line += [f"{name}={text}" for name, text in failure.items() if text is not None]
            line.append("where=" + " > ".join(where if isinstance(where, list) else []))
        return " ".join(line).replace("\n", " ")
