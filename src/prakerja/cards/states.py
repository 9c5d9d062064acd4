"""Which state of a card or a reinstatement follows which. Triggers hold the same tables; a test compares them."""

CARD_TRANSITIONS: dict[str, frozenset[str]] = {
    "printed": frozenset({"shipped", "withdrawn"}),
    "shipped": frozenset({"handed_over", "lost", "withdrawn"}),
    "handed_over": frozenset({"active", "lost", "withdrawn"}),
    "active": frozenset({"blocked", "lost", "withdrawn"}),
    "blocked": frozenset({"active", "lost", "replaced", "withdrawn"}),
    "lost": frozenset({"replaced", "withdrawn"}),
    "replaced": frozenset(),
    "withdrawn": frozenset(),
}

REINSTATEMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    "prepared": frozenset({"waiting", "done", "rejected", "lapsed"}),
    "waiting": frozenset({"done", "lapsed"}),
    "done": frozenset(),
    "rejected": frozenset(),
    "lapsed": frozenset(),
}
