"""Reading the frozen list and the quotas of a draw."""

from uuid import UUID

from prakerja.kit import db
from prakerja.selection.rules import DrawEntry, Quota


def read_entries(wave_id: UUID) -> list[DrawEntry]:
    """All joinings of a wave that were not dropped before the commitment, sorted by token: the committed list."""
    return [
        DrawEntry(bytes(token), bytes(household), recipients, channel, province_code, priority)
        for token, household, recipients, channel, province_code, priority in db.rows(
            """
            SELECT token, household_token, household_recipients, channel, province_code, priority_class
            FROM joinings
            WHERE wave_id = %s AND (outcome <> 'dropped' OR rank IS NOT NULL)
            ORDER BY token
            """,
            [wave_id],
        )
    ]


def read_quotas(wave_id: UUID) -> list[Quota]:
    """The quotas of a wave, by channel and province."""
    return [
        Quota(*row)
        for row in db.rows(
            "SELECT channel, province_code, places FROM wave_quotas WHERE wave_id = %s ORDER BY channel, province_code",
            [wave_id],
        )
    ]
