"""What must hold for worker lists: their tables are too large for foreign keys that ask row by row."""

from prakerja.oversight.invariants.base import Invariant


class ListsHaveTheirRows(Invariant):
    """A staged or published list has as many rows as it says; no row stands without its list."""

    name = "a_worker_list_has_its_rows"
    rules = ("SCHEME-11",)
    explanation_id = "Daftar pekerja punya baris sebanyak yang tertulis, dan tidak ada baris tanpa daftar."
    columns = ("worker_list", "state", "good_rows", "found_rows")
    sql = """
        SELECT coalesce(list.id, counted.worker_list_id), list.state, list.good_rows, coalesce(counted.rows, 0)
        FROM worker_lists list
        FULL JOIN (
            SELECT worker_list_id, count(*) AS rows FROM worker_list_rows GROUP BY worker_list_id
        ) counted ON counted.worker_list_id = list.id
        WHERE list.id IS NULL
            OR (list.state IN ('staged', 'published') AND list.good_rows <> coalesce(counted.rows, 0))
            OR (list.state = 'discarded' AND counted.rows > 0)
    """


class ListedPeopleCount(Invariant):
    """Whoever stands on a published list by the NIK, or by an accepted pair, counts as listed; nobody else does."""

    name = "whoever_is_listed_counts_as_listed"
    rules = ("SCHEME-11", "SELECT-01")
    explanation_id = "Orang di daftar terbit, lewat NIK atau pasangan yang diterima, terhitung; yang lain tidak."
    columns = ("applicant_id", "counts_as_listed", "by_nik", "by_pair")
    sql = """
        SELECT found.applicant_id, found.worker_list_matched, found.by_nik, found.by_pair
        FROM (
            SELECT a.applicant_id, a.worker_list_matched,
                EXISTS (
                    SELECT FROM worker_list_rows listed
                    JOIN worker_lists list ON list.id = listed.worker_list_id AND list.state = 'published'
                    WHERE listed.lane = a.lane AND listed.nik_index = a.nik_index
                ) AS by_nik,
                EXISTS (
                    SELECT FROM worker_list_matches pair
                    WHERE pair.lane = a.lane AND pair.applicant_id = a.applicant_id AND pair.state = 'accepted'
                ) AS by_pair
            FROM applicants a
        ) found
        WHERE found.worker_list_matched <> (found.by_nik OR found.by_pair)
    """


INVARIANTS = (ListsHaveTheirRows, ListedPeopleCount)
