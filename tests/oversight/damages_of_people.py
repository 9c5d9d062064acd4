"""How worker lists are damaged; see `damages`."""

from tests.oversight.damages import Damage, first

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
)
