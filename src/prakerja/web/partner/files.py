"""A document is sent to its owner, to a platform to which it is shown, and to the programme office."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.access.roles import Role
from prakerja.partners import queries
from prakerja.web.visitors import user_of


@requires(Permission.MANAGE_KEYS, Permission.JUDGE_PARTNERS)
def document_file(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The file, always as a download: nothing that a partner handed in is shown inside a page."""
    try:
        found = queries.get_document_file(document_id)
    except LookupError:
        raise Http404 from None
    user = user_of(request)
    if user.role in (Role.PLATFORM, Role.INSTITUTION):
        assert user.partner_id is not None  # noqa: S101 - partner_user_names_its_partner
        mine = user.partner_id in (found.platform_id, found.institution_id)
        if not mine and not (user.role == Role.PLATFORM and queries.is_shown_to(document_id, user.partner_id)):
            raise Http404
    disposition = content_disposition_header(as_attachment=True, filename=found.file_name)
    return HttpResponse(
        found.content,
        content_type=found.media_type,
        headers={
            "Content-Disposition": disposition or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
