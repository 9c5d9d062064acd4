"""The logs: nothing happened that the events do not tell, nothing in them was changed, no view names nobody."""

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


class ViewsAreOfPeople(Invariant):
    """The access log tells of people who are there, seen by users who are there: nobody was seen by nobody."""

    name = "every_view_of_a_person_names_person_and_user"
    rules = ()
    explanation_id = "Setiap catatan pembukaan halaman pribadi menyebut orang dan pengguna yang ada."
    columns = ("lane", "access_id", "missing")
    sql = """
        SELECT v.lane, v.access_id, 'person'
        FROM page_accesses v
        WHERE NOT EXISTS (SELECT FROM applicants a WHERE a.lane = v.lane AND a.applicant_id = v.applicant_id)
        UNION ALL
        SELECT v.lane, v.access_id, 'user'
        FROM page_accesses v
        WHERE NOT EXISTS (SELECT FROM users u WHERE u.id = v.user_id)
    """


INVARIANTS = (PurchasesHaveEvents, SealsAreUnbroken, ViewsAreOfPeople)
