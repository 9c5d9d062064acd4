"""What a platform shows with its application, criterion by criterion."""

from typing import ClassVar

from django.db import models

from prakerja.partners.models.documents import Document
from prakerja.partners.models.platforms import Platform


class AdmissionDocument(models.Model):
    """A document of a platform's registry, shown for a criterion of PLAT-01. Never edited, never taken back."""

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT)
    criterion = models.TextField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    shown_by = models.TextField()
    shown_at = models.DateTimeField()

    class Meta:
        """Named constraints; that the document is the platform's own stands in SQL."""

        db_table = "admission_documents"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["platform", "criterion", "document"], name="document_is_shown_once_for_a_criterion"
            ),
        ]
