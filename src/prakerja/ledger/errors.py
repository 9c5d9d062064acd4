"""What posting a transfer can answer, in order of precedence."""

from prakerja.kit.refusals import Code


class PostCode(Code):
    """The answer per transfer."""

    CONFLICT = "conflict"
    """Another transfer stands under the same reference and kind."""
    REPEATED = "repeated"
    """The same transfer stands there already; nothing was moved."""
    BALANCE_TOO_LOW = "balance_too_low"
    """The debit account keeps a balance and would fall below zero."""
    OK = "ok"
