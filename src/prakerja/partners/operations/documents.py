"""The registry of documents: handed in once, shown wherever they are asked for, reminded of before they expire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Literal
from uuid import UUID

from prakerja.access.messages import Courier, Letter
from prakerja.access.queries import list_contacts_of_partners
from prakerja.access.roles import Role
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.errors import DocumentCode
from prakerja.partners.files import DOCUMENT_KINDS, FileProblem, check_file
from prakerja.partners.models import Document, DocumentContent, Institution, Platform

REMIND_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentUpload:
    """A file that a partner hands in. `expires_date` is the first day on which it no longer counts."""

    owner_role: Literal["platform", "institution"]
    owner_id: UUID
    kind: str
    file_name: str
    content: bytes
    issued_date: date | None = None
    expires_date: date | None = None


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """The answer; `problem` says what is wrong with the file of `file_refused`."""

    code: DocumentCode
    document_id: UUID | None = None
    problem: FileProblem | None = None


def upload_documents(context: Context, requests: Sequence[DocumentUpload]) -> list[DocumentResult]:
    """Check files and keep them. Equal bytes are kept once, however often they are handed in.

    Codes: partner_unknown, kind_unknown, file_refused, dates_malformed. Rule: SCHEME-06.
    Cost: five statements, and the check of each file.
    """
    results: list[DocumentResult] = []
    documents: list[Document] = []
    contents: dict[bytes, DocumentContent] = {}
    with db.transaction():
        owners = _owners(requests)
        for request in requests:
            if request.owner_id not in owners[request.owner_role]:
                results.append(DocumentResult(DocumentCode.PARTNER_UNKNOWN))
                continue
            if request.kind not in DOCUMENT_KINDS:
                results.append(DocumentResult(DocumentCode.KIND_UNKNOWN))
                continue
            checked = check_file(request.file_name, request.content)
            if checked.problem is not None:
                results.append(DocumentResult(DocumentCode.FILE_REFUSED, problem=checked.problem))
                continue
            if not _dates_fit(context, request):
                results.append(DocumentResult(DocumentCode.DATES_MALFORMED))
                continue
            digest = sha256(request.content).digest()
            contents[digest] = DocumentContent(
                sha256=digest, media_type=checked.media_type, content=request.content, kept_at=context.now
            )
            document = _document(context, request, digest)
            documents.append(document)
            results.append(DocumentResult(DocumentCode.OK, document.id))
        DocumentContent.objects.bulk_create(contents.values(), ignore_conflicts=True)
        Document.objects.bulk_create(documents)
        record_events(
            context,
            [
                Event("document.uploaded", one.id, {"kind": one.kind, "sha256": bytes(one.content_id).hex()})
                for one in documents
            ],
        )
    return results


def withdraw_documents(
    context: Context, document_ids: Sequence[UUID], *, owner_id: UUID | None = None
) -> list[DocumentResult]:
    """Take documents out of use; where they were shown, the decision that was made stands.

    `owner_id`: whose they must be, for a partner that asks itself. Codes: document_unknown, already_withdrawn.
    Cost: three statements; locks the documents in id order.
    """
    results: list[DocumentResult] = []
    withdrawn: list[Document] = []
    with db.transaction():
        rows = Document.objects.select_for_update().filter(id__in=document_ids).order_by("id")
        found = {one.id: one for one in rows if owner_id in (None, one.platform_id, one.institution_id)}
        for document_id in document_ids:
            document = found.get(document_id)
            if document is None:
                results.append(DocumentResult(DocumentCode.DOCUMENT_UNKNOWN))
            elif document.withdrawn_at is not None:
                results.append(DocumentResult(DocumentCode.ALREADY_WITHDRAWN, document.id))
            else:
                document.withdrawn_at = context.now
                withdrawn.append(document)
                results.append(DocumentResult(DocumentCode.OK, document.id))
        Document.objects.bulk_update(withdrawn, ["withdrawn_at"])
        record_events(context, [Event("document.withdrawn", one.id, {"kind": one.kind}) for one in withdrawn])
    return results


def remind_of_expiring_documents(
    context: Context, courier: Courier | None, text: str, *, most: int = 2_000
) -> list[UUID]:
    """Remind the owners of documents that expire within 30 days, once each; the ids, by expiry.

    `text`: what a letter says, with `{file}` and `{day}`. Letters go to the contacts of the owner's users that the
    courier reaches; how many stands in the event. Rule: SCHEME-06. Cost: three statements and two of contacts.
    """
    with db.transaction():
        due = list(
            Document.objects.select_for_update()
            .filter(
                reminded_at__isnull=True,
                withdrawn_at__isnull=True,
                expires_date__gt=context.today,
                expires_date__lte=context.today + REMIND_BEFORE,
            )
            .order_by("expires_date", "id")[:most]
        )
        if not due:
            return []
        contacts = list_contacts_of_partners(
            Role.INSTITUTION, {one.institution_id for one in due if one.institution_id}
        )
        contacts |= list_contacts_of_partners(Role.PLATFORM, {one.platform_id for one in due if one.platform_id})
        letters: list[Letter] = []
        events = []
        for document in due:
            document.reminded_at = context.now
            owner_id = document.institution_id or document.platform_id
            said = text.replace("{day}", str(document.expires_date)).replace("{file}", document.file_name)
            mine = [
                Letter(contact.kind, contact.plain, said)
                for contact in (contacts.get(owner_id, []) if owner_id else [])
                if courier is not None and contact.kind in courier.kinds
            ]
            letters += mine
            payload = {"kind": document.kind, "expires_date": str(document.expires_date), "letters": len(mine)}
            events.append(Event("document.expires_soon", document.id, payload))
        Document.objects.bulk_update(due, ["reminded_at"])
        if courier is not None and letters:
            courier.send(letters, ids=context.ids, machine_now=context.now)
        record_events(context, events)
    return [document.id for document in due]


def _owners(requests: Sequence[DocumentUpload]) -> dict[str, set[UUID]]:
    by_role: dict[str, set[UUID]] = {"platform": set(), "institution": set()}
    for request in requests:
        by_role[request.owner_role].add(request.owner_id)
    return {
        "platform": set(Platform.objects.in_bulk(by_role["platform"])),
        "institution": set(Institution.objects.in_bulk(by_role["institution"])),
    }


def _dates_fit(context: Context, request: DocumentUpload) -> bool:
    issued, expires = request.issued_date, request.expires_date
    if issued is not None and (issued > context.today or (expires is not None and expires <= issued)):
        return False
    return expires is None or expires > context.today


def _document(context: Context, request: DocumentUpload, digest: bytes) -> Document:
    return Document(
        id=context.uuid(),
        platform_id=request.owner_id if request.owner_role == "platform" else None,
        institution_id=request.owner_id if request.owner_role == "institution" else None,
        kind=request.kind,
        file_name=request.file_name,
        size_bytes=len(request.content),
        content_id=digest,
        issued_date=request.issued_date,
        expires_date=request.expires_date,
        uploaded_by=context.actor,
        uploaded_at=context.now,
    )
