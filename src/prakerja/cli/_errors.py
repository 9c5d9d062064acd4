"""What a command says when it cannot go on."""

import errno


class CommandError(Exception):
    """One line for the person at the keyboard; the command ends with `exit_code`."""

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def sentence_of(error: BaseException) -> str | None:
    """The sentence for an error that is the machine's and not ours; None for a defect, which keeps its traceback."""
    from psycopg import InterfaceError, OperationalError, errors

    from prakerja.kit.postgres import PostgresError

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, errors.DiskFull) or (isinstance(cause, OSError) and cause.errno == errno.ENOSPC):
            return "no space left on the disk: what was confirmed is kept; make room and start again"
        if isinstance(cause, OperationalError | InterfaceError):
            first = (str(cause).strip().splitlines() or ["no message"])[0]
            return f"the database does not answer ({first}): what was confirmed is kept; start again"
        if isinstance(cause, PostgresError):
            return str(cause)
        cause = cause.__cause__
    return None
