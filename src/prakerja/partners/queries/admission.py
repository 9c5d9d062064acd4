"""What a platform shows with its application (PLAT-01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class AdmissionDocumentLine:
    """A document that is shown for a criterion."""

    criterion: str
    document_id: UUID
    file_name: str
    kind: str
    sha256: str
    expires_date: date | None
    withdrawn_at: datetime | None
    shown_by: str
    shown_at: datetime

    def counts_on(self, day: date) -> bool:
        """Whether it is evidence on a day."""
        return self.withdrawn_at is None and (self.expires_date is None or day < self.expires_date)

    @property
    def reference(self) -> str:
        """As it stands on record: the name of the file and the beginning of its hash."""
        return f"{self.file_name} (SHA-256 {self.sha256[:16]})"


def list_admission_documents(platform_ids: Sequence[UUID]) -> dict[UUID, list[AdmissionDocumentLine]]:
    """The documents that platforms show, by platform, by criterion and in the order in which they were shown.

    Cost: one statement.
    """
    found: dict[UUID, list[AdmissionDocumentLine]] = {platform_id: [] for platform_id in platform_ids}
    for platform_id, *line in db.rows(
        """
        SELECT a.platform_id, a.criterion, d.id, d.file_name, d.kind, encode(d.sha256, 'hex'), d.expires_date,
            d.withdrawn_at, a.shown_by, a.shown_at
        FROM admission_documents AS a
        JOIN documents AS d ON d.id = a.document_id
        WHERE a.platform_id = ANY (%s)
        ORDER BY a.criterion, a.shown_at, a.id
        """,
        [list(platform_ids)],
    ):
        found[platform_id].append(AdmissionDocumentLine(*line))
    return found
