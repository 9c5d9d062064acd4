"""The office reads what an institution has on record and ends what is not so any more, as accreditors tell it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partners import queries
from prakerja.partners.queries import RecordLine
from prakerja.web.clock import context_of
from prakerja.web.office.platforms import may_judge
from prakerja.web.records_shown import end_page, record_table
from prakerja.web.sheets import Sheet, show_sheet


def _named(institution_id: UUID) -> str:
    try:
        return queries.get_institution(institution_id).name
    except LookupError:
        raise Http404 from None


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET"])
def office_record(request: HttpRequest, institution_id: UUID) -> HttpResponse:
    """Accreditations, premises and trainers with their days."""
    name = _named(institution_id)

    def end_href(row: RecordLine) -> str:
        return reverse("office_record_end", args=[institution_id, row.kind, row.id])

    table = record_table(
        queries.list_record(institution_id),
        today=context_of(request).today,
        empty=_("Nothing is on record yet."),
        end_href=end_href if may_judge(request) else None,
    )
    sheet = Sheet(
        heading=_("Record of %(institution)s") % {"institution": name},
        back=(reverse("office_institution", args=[institution_id]), name),
        lead=_("Institutions enter and end it themselves. Here you end what registers or accreditors say is over."),
        tables=[table],
    )
    return show_sheet(request, sheet)


@requires(Permission.JUDGE_PARTNERS)
@require_http_methods(["GET", "POST"])
def office_record_end(request: HttpRequest, institution_id: UUID, record_kind: str, record_id: UUID) -> HttpResponse:
    """End one entry."""
    back = (reverse("office_record", args=[institution_id]), _named(institution_id))
    to = ("office_record", institution_id)
    return end_page(request, institution_id, record_kind, record_id, back=back, to=to)
