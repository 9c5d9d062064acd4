"""A platform shows documents with its application; those that still count are evidence when it takes a step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.errors import PlatformCode
from prakerja.partners.models import AdmissionDocument, Document, Platform
from prakerja.partners.operations.platforms import PlatformResult
from prakerja.partners.states import PlatformState
from prakerja.programme.regimes import Regime


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentShowing:
    """A document of the platform's registry, for a criterion that the regime names (PLAT-01)."""

    platform_id: UUID
    criterion: str
    document_id: UUID


def show_admission_documents(
    context: Context, requests: Sequence[DocumentShowing], *, regime: Regime
) -> list[PlatformResult]:
    """Show documents with applications. What is shown stays shown: a decision may rest on it.

    Codes: platform_unknown, move_not_allowed (recognised or ended: nothing is judged any more), criterion_unknown,
    document_unknown (another's, withdrawn or expired), already_shown. Rule: PLAT-01.
    Cost: five statements; locks the platforms in id order.
    """
    results: list[PlatformResult] = []
    new: list[AdmissionDocument] = []
    with db.transaction():
        rows = Platform.objects.select_for_update().filter(id__in=[request.platform_id for request in requests])
        platforms = {platform.id: platform for platform in rows.order_by("id")}
        documents = _that_count(context.today, [request.document_id for request in requests])
        shown = set(
            AdmissionDocument.objects.filter(platform__in=platforms)
            .order_by("id")
            .values_list("platform_id", "criterion", "document_id")
        )
        for request in requests:
            platform = platforms.get(request.platform_id)
            key = (request.platform_id, request.criterion, request.document_id)
            code = PlatformCode.OK
            if platform is None:
                code = PlatformCode.PLATFORM_UNKNOWN
            elif platform.recognised_at is not None or platform.state == PlatformState.ENDED.value:
                code = PlatformCode.MOVE_NOT_ALLOWED
            elif request.criterion not in regime.platform_admission_evidence:
                code = PlatformCode.CRITERION_UNKNOWN
            elif documents.get(request.document_id) != request.platform_id:
                code = PlatformCode.DOCUMENT_UNKNOWN
            elif key in shown:
                code = PlatformCode.ALREADY_SHOWN
            results.append(PlatformResult(code, platform.id if platform else None))
            if code.is_refusal:
                continue
            shown.add(key)
            new.append(_shown(context, request))
        AdmissionDocument.objects.bulk_create(new)
        record_events(
            context,
            [
                Event("platform.showed", one.platform_id, {"criterion": one.criterion, "document": one.document_id})
                for one in new
            ],
        )
    return results


def _that_count(today: date, document_ids: Iterable[UUID]) -> Mapping[UUID, UUID | None]:
    """The platforms of documents that may be shown on a day, by document."""
    found = Document.objects.filter(id__in=list(document_ids), withdrawn_at__isnull=True).exclude(
        expires_date__lte=today
    )
    return dict(found.order_by("id").values_list("id", "platform_id"))


def _shown(context: Context, request: DocumentShowing) -> AdmissionDocument:
    return AdmissionDocument(
        id=context.uuid(),
        platform_id=request.platform_id,
        criterion=request.criterion,
        document_id=request.document_id,
        shown_by=context.actor,
        shown_at=context.now,
    )
