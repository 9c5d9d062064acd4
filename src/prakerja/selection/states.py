"""Which state follows which. The triggers of sql/tables.sql hold the same tables; tests compare them."""

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

PARTICIPANT_TRANSITIONS: dict[str, frozenset[str]] = {
    "active": frozenset({"finished", "expired", "revoked", "suspended"}),
    "suspended": frozenset({"active", "expired", "revoked"}),
    "finished": frozenset({"expired"}),
    "expired": frozenset(),
    "revoked": frozenset(),
}
