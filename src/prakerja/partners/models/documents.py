"""The registry of documents: what partners have handed in, once, to be shown as often as it is asked for."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from prakerja.partners.files import DOCUMENT_KINDS
from prakerja.partners.models.institutions import Institution
from prakerja.partners.models.platforms import Platform


class DocumentContent(models.Model):
    """The bytes of a file, kept once however often they are handed in; never changed."""

    sha256 = models.BinaryField(primary_key=True)
    media_type = models.TextField()
    content = models.BinaryField()
    kept_at = models.DateTimeField()

    class Meta:
        """The hash is computed by the database too, see SQL."""

        db_table = "document_contents"


class Document(models.Model):
    """A document of one partner. Its bytes, kind and dates are never edited: a newer one is another row."""

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, null=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, null=True)
    kind = models.TextField()
    file_name = models.TextField()
    size_bytes = models.PositiveIntegerField()
    content = models.ForeignKey(DocumentContent, on_delete=models.PROTECT, db_column="sha256")
    issued_date = models.DateField(null=True)
    expires_date = models.DateField(null=True)
    uploaded_by = models.TextField()
    uploaded_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "documents"
        constraints: ClassVar = [
            # Registrations and admissions point at both, so that nobody shows another partner's document.
            models.UniqueConstraint(fields=["id", "institution"], name="document_is_of_one_institution"),
            models.UniqueConstraint(fields=["id", "platform"], name="document_is_of_one_platform"),
            models.CheckConstraint(condition=Q(kind__in=DOCUMENT_KINDS), name="document_kind_is_known"),
            models.CheckConstraint(
                condition=Q(platform__isnull=True, institution__isnull=False)
                | Q(platform__isnull=False, institution__isnull=True),
                name="document_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(expires_date__isnull=True)
                | Q(issued_date__isnull=True)
                | Q(expires_date__gt=F("issued_date")),
                name="document_expires_after_it_was_issued",
            ),
        ]
