"""Tables that grow all day are examined by a little sample, each column of them."""

import pytest

from prakerja.kit import db
from prakerja.kit.migrations import LITTLE_SAMPLE

_GROWING = ["accounts", "claims", "events", "otps", "participants", "purchases", "transfers"]


@pytest.mark.django_db
def test_every_column_of_a_growing_table_is_sampled_little() -> None:
    found = db.rows(
        """
        SELECT attrelid::regclass::text, attname
        FROM pg_attribute
        WHERE attrelid = ANY (%s::regclass[]) AND attnum > 0 AND NOT attisdropped
            AND coalesce(attstattarget, -1) <> %s
        ORDER BY 1, 2
        """,
        (_GROWING, LITTLE_SAMPLE),
    )
    # One column with the usual sample, and the whole table is read for it: a migration with `sample_little`.
    assert found == []
