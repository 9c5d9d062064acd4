"""Which state of a card follows which. The trigger of sql/tables.sql holds the same table; a test compares them."""

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
