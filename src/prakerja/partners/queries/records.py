"""What is on record about institutions: facts, documents, accreditations, premises, trainers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from prakerja.kit import db
from prakerja.partners.models import Accreditation, Document, Premises, Trainer


def get_facts(institution_ids: Iterable[UUID], *, on: date) -> dict[UUID, dict[str, object]]:
    """The facts of institutions on a day, by the words of `questions.FACTS`; what is not known is left out.

    Rule: SCHEME-06. Cost: one statement.
    """
    found = db.rows(
        """
        SELECT
            i.id, i.kind, nullif(i.legal_form, ''),
            extract(year FROM age(%(day)s::date, i.founded_date))::integer,
            EXISTS (
                SELECT FROM owner_ties AS tie
                WHERE tie.holder_id = i.id AND tie.kind = 'tax_number' AND tie.valid_until IS NULL
            ),
            EXISTS (
                SELECT FROM owner_ties AS tie
                WHERE tie.holder_id = i.id AND tie.kind = 'bank_account' AND tie.valid_until IS NULL
            ),
            best.grade, best.valid_until - %(day)s::date,
            team.trainers, team.certified,
            room.premises, room.places
        FROM institutions AS i
        LEFT JOIN LATERAL (
            SELECT a.grade, a.valid_until
            FROM accreditations AS a
            WHERE a.institution_id = i.id AND NOT coalesce(a.ended_date <= %(day)s::date, false)
                AND a.valid_from <= %(day)s::date AND a.valid_until > %(day)s::date
            ORDER BY a.grade, a.valid_until DESC, a.id
            LIMIT 1
        ) AS best ON true
        CROSS JOIN LATERAL (
            SELECT count(*) AS trainers, count(*) FILTER (WHERE t.certified_until > %(day)s::date) AS certified
            FROM trainers AS t
            WHERE t.institution_id = i.id AND NOT coalesce(t.ended_date <= %(day)s::date, false)
        ) AS team
        CROSS JOIN LATERAL (
            SELECT count(*) AS premises, coalesce(sum(p.places), 0) AS places
            FROM premises AS p
            WHERE p.institution_id = i.id AND NOT coalesce(p.ended_date <= %(day)s::date, false)
        ) AS room
        WHERE i.id = ANY (%(ids)s)
        ORDER BY i.id
        """,
        {"day": on, "ids": list(institution_ids)},
    )
    words = (
        "institution_kind",
        "legal_form",
        "years_in_existence",
        "tax_number_on_record",
        "bank_account_on_record",
        "accreditation_grade",
        "accreditation_days_left",
        "trainers_on_record",
        "certified_trainers_on_record",
        "premises_on_record",
        "places_on_record",
    )
    return {
        row[0]: {word: value for word, value in zip(words, row[1:], strict=True) if value is not None} for row in found
    }


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document as its owner sees it."""

    id: UUID
    kind: str
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    issued_date: date | None
    expires_date: date | None
    uploaded_at: datetime
    withdrawn_at: datetime | None
    shown_to: int

    def counts_on(self, day: date) -> bool:
        """Whether it may be shown on a day."""
        return self.withdrawn_at is None and (self.expires_date is None or day < self.expires_date)


def list_documents(owner_role: Literal["platform", "institution"], owner_id: UUID) -> list[DocumentLine]:
    """A partner's documents without their bytes, the newest first, and how often each is shown with an application."""
    column = {"platform": "platform_id", "institution": "institution_id"}[owner_role]
    found = db.rows(
        f"""
        SELECT d.id, d.kind, d.file_name, c.media_type, d.size_bytes, encode(d.sha256, 'hex'), d.issued_date,
            d.expires_date, d.uploaded_at, d.withdrawn_at,
            (SELECT count(*) FROM registration_documents AS shown WHERE shown.document_id = d.id)
            + (SELECT count(*) FROM admission_documents AS shown WHERE shown.document_id = d.id)
        FROM documents AS d
        JOIN document_contents AS c ON c.sha256 = d.sha256
        WHERE d.{column} = %s
        ORDER BY d.uploaded_at DESC, d.id DESC
        """,
        [owner_id],
    )
    return [DocumentLine(*row) for row in found]


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A document with its bytes, to be sent to somebody who may see it."""

    file_name: str
    media_type: str
    content: bytes
    platform_id: UUID | None
    institution_id: UUID | None


def get_document_file(document_id: UUID) -> DocumentFile:
    """The bytes of a document.

    Raises:
        LookupError: there is none.
    """
    found = Document.objects.select_related("content").filter(id=document_id).first()
    if found is None:
        raise LookupError(f"no document {document_id}")
    return DocumentFile(
        found.file_name,
        found.content.media_type,
        bytes(found.content.content),
        found.platform_id,
        found.institution_id,
    )


def is_shown_to(document_id: UUID, platform_id: UUID) -> bool:
    """Whether an institution shows a document to a platform."""
    return bool(
        db.value(
            """
            SELECT EXISTS (
                SELECT
                FROM registration_documents AS shown
                JOIN registrations AS r ON r.id = shown.registration_id
                WHERE shown.document_id = %s AND r.platform_id = %s
            )
            """,
            [document_id, platform_id],
        )
    )


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One accreditation, place or trainer of an institution; `until` is a day where there is one.

    `ended_date`: the first day on which it does not count, with the reason; None while it stands.
    """

    id: UUID
    kind: Literal["accreditation", "premises", "trainer"]
    text: str
    detail: str
    until: date | None
    ended_date: date | None
    end_reason: str


def list_record(institution_id: UUID) -> list[RecordLine]:
    """What an institution has on record, by kind and in the order of entry. Three statements."""
    return [
        *[
            RecordLine(one.id, "accreditation", one.grade, one.number, one.valid_until, one.ended_date, one.end_reason)
            for one in Accreditation.objects.filter(institution_id=institution_id).order_by("id")
        ],
        *[
            RecordLine(
                one.id, "premises", one.name, f"{one.address}; {one.places}", None, one.ended_date, one.end_reason
            )
            for one in Premises.objects.filter(institution_id=institution_id).order_by("id")
        ],
        *[
            RecordLine(
                one.id,
                "trainer",
                one.name,
                f"{one.subject} {one.certificate_number}".strip(),
                one.certified_until,
                one.ended_date,
                one.end_reason,
            )
            for one in Trainer.objects.filter(institution_id=institution_id).order_by("id")
        ],
    ]
