"""Which state follows which. The triggers of sql/tables.sql hold the same table; a test compares them."""

APPLICANT_TRANSITIONS: dict[str, frozenset[str]] = {
    "account_created": frozenset({"email_verified"}),
    "email_verified": frozenset({"identity_verified"}),
    "identity_verified": frozenset({"presence_verified"}),
    "presence_verified": frozenset({"phone_verified"}),
    "phone_verified": frozenset({"ready"}),
    "ready": frozenset({"refused", "decreed"}),
    "refused": frozenset({"ready"}),
    "decreed": frozenset(),
}

WORKER_LIST_TRANSITIONS: dict[str, frozenset[str]] = {
    "loading": frozenset({"staged", "discarded"}),
    "staged": frozenset({"published", "discarded"}),
    "published": frozenset(),
    "discarded": frozenset(),
}

FINDING_TRANSITIONS: dict[str, frozenset[str]] = {
    "proposed": frozenset({"noticed"}),
    "noticed": frozenset({"upheld", "dismissed"}),
    "upheld": frozenset(),
    "dismissed": frozenset(),
}

STATEMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    "stated": frozenset({"confirmed", "declined", "overtaken"}),
    "confirmed": frozenset(),
    "declined": frozenset(),
    "overtaken": frozenset(),
}
