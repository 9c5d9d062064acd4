"""An agreement on paper, to download."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.web.agreement_paper import agreement_pdf
from prakerja.web.partner.cooperation import own_proposal


@requires(Permission.MANAGE_KEYS)
def proposal_paper(request: HttpRequest, proposal_id: UUID, language: str) -> HttpResponse:
    """The paper in one language: the same bytes each time, their hash is kept when somebody signs."""
    found = own_proposal(request, proposal_id)
    if language not in ("id", "en"):
        raise Http404
    return HttpResponse(
        agreement_pdf(found, language),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="agreement-{found.id}-{language}.pdf"',
            "Cache-Control": "no-store",
        },
    )
