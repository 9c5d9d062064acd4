"""Which state follows which. The triggers of sql/ hold the same tables; tests compare them."""

WAVE_TRANSITIONS: dict[str, frozenset[str]] = {
    "planned": frozenset({"open", "void"}),
    "open": frozenset({"closed", "void"}),
    "closed": frozenset({"committed", "void"}),
    "committed": frozenset({"drawn", "void"}),
    "drawn": frozenset({"decreed"}),
    "decreed": frozenset(),
    "void": frozenset(),
}

DECREE_TRANSITIONS: dict[str, frozenset[str]] = {
    "prepared": frozenset({"approved", "rejected"}),
    "approved": frozenset(),
    "rejected": frozenset(),
}

WAVE_ACT_TRANSITIONS: dict[str, frozenset[str]] = {
    "asked": frozenset({"done", "refused", "failed"}),
    "done": frozenset(),
    "refused": frozenset(),
    "failed": frozenset(),
}

PARTICIPANT_TRANSITIONS: dict[str, frozenset[str]] = {
    "active": frozenset({"finished", "expired", "revoked", "suspended"}),
    "suspended": frozenset({"active", "expired", "revoked"}),
    # Also behind the end: somebody who was never eligible keeps nothing (REV-01).
    "finished": frozenset({"expired", "revoked"}),
    "expired": frozenset({"revoked"}),
    # Back to what it was, when an appeal is granted.
    "revoked": frozenset({"active", "finished", "expired"}),
}
