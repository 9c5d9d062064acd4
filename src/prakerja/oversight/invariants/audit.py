"""The event log: nothing happened that it does not tell, and nothing in it was changed."""

from prakerja.oversight.invariants.base import Invariant


class PurchasesHaveEvents(Invariant):
    """Every purchase stands in the event log with its actor: that it was paid and, when it was, that it was voided."""

    name = "every_purchase_has_its_events"
    rules = ()
    explanation_id = (
        "Setiap pembelian tercatat di log kejadian beserta pelakunya: dibayar dan, bila demikian, dibatalkan."
    )
    columns = ("lane", "purchase_id", "missing_event")
    sql = """
        SELECT p.lane, p.purchase_id, 'purchase.paid'
        FROM purchases p
        WHERE NOT EXISTS (
            SELECT FROM events e
            WHERE e.kind = 'purchase.paid' AND e.subject_id = p.purchase_id AND e.lane = p.lane
        )
        UNION ALL
        SELECT p.lane, p.purchase_id, 'purchase.voided'
        FROM purchases p
        WHERE p.voided_at IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM events e
                WHERE e.kind = 'purchase.voided' AND e.subject_id = p.purchase_id AND e.lane = p.lane
            )
    """


class SealsAreUnbroken(Invariant):
    """The seals still fit the events that they cover: nobody changed, added or removed one behind a seal."""

    name = "the_seals_of_the_event_log_are_unbroken"
    rules = ()
    explanation_id = (
        "Segel masih cocok dengan kejadian yang disegelnya: tidak ada yang diubah, ditambah, atau dihapus sesudahnya."
    )
    columns = ("seal_number",)
    sql = "SELECT broken_seal_number FROM broken_seals()"


INVARIANTS = (PurchasesHaveEvents, SealsAreUnbroken)
