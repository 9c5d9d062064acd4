"""How worker lists, and who was taken off a revocation, are damaged; see `damages`."""

from tests.oversight.damages import REVOKED, Damage, first

LISTED = first("applicants", "applicant_id", "worker_list_matched")
NOT_LISTED = first("applicants", "applicant_id", "NOT worker_list_matched")

PEOPLE = (
    Damage(
        "a_worker_list_has_its_rows",
        "a row of somebody who never signed up disappears",
        (
            """
            DELETE FROM worker_list_rows WHERE nik_index = (
                SELECT listed.nik_index FROM worker_list_rows listed
                WHERE NOT EXISTS (SELECT FROM applicants a WHERE a.nik_index = listed.nik_index)
                ORDER BY listed.nik_index
                LIMIT 1
            )
            """,
        ),
    ),
    Damage(
        "whoever_is_listed_counts_as_listed",
        "somebody on a list counts as not listed",
        (f"UPDATE applicants SET worker_list_matched = false WHERE applicant_id = {LISTED}",),
    ),
    Damage(
        "whoever_is_listed_counts_as_listed",
        "somebody on no list counts as listed",
        (f"UPDATE applicants SET worker_list_matched = true WHERE applicant_id = {NOT_LISTED}",),
    ),
    Damage(
        "who_was_taken_off_a_revocation_stays",
        "somebody is revoked by the decree that goes on without the person",
        (
            f"""
            INSERT INTO revocation_removals (lane, decree_id, participant_id, reason, removed_by, removed_at)
            SELECT lane, decree_id, participant_id, 'x', 'staff:somebody', revoked_at
            FROM revocations
            WHERE participant_id = {REVOKED}
            """,
        ),
    ),
)
