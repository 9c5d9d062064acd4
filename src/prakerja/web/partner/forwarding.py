"""Reports that wait for the platform: it sends them on to the programme office, class by class (LEARN-05)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.learning.operations import ForwardRequest, forward_completions
from prakerja.oversight.queries.report_classes import ClassOnItsWay, list_classes_on_their_way, list_waiting_keys
from prakerja.oversight.queries.reports import ReportRow, list_reports
from prakerja.web import formats, words
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.partner import shared
from prakerja.web.reports_shown import about_moment, class_columns, moment_of, report_columns
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.shown import after_of, page_of, place_after_of, place_page_of
from prakerja.web.tables import Cell, Column, make_table


@requires(Permission.FORWARD_REPORTS)
def reports_to_forward(request: HttpRequest) -> HttpResponse:
    """Classes whose reports wait for the platform, the longest waiting first."""
    now = now_of(request)
    found = list_classes_on_their_way(
        "forward", platform_id=shared.partner_id_of(request), after=place_after_of(request)
    )
    rows, next_href = place_page_of(request, found)
    table = make_table(
        _("Reports to send on"),
        (
            *class_columns("forward_class"),
            Column[ClassOnItsWay](_("Reported"), lambda row: formats.moment(row.waits_since)),
            Column[ClassOnItsWay](_("Until"), lambda row: formats.deadline(row.step.deadline_at, now=now)),
        ),
        rows,
        empty=_("No report waits. A report stands here as soon as an institution has made it."),
        next_href=next_href,
    )
    sheet = Sheet(
        heading=_("Reports to send on"),
        lead=_("Send reports on to the programme office within one working day (LEARN-05)."),
        notices=[words.word("chain_default", "office_takes_it_over").text],
        tables=[table],
    )
    return show_sheet(request, sheet)


@requires(Permission.FORWARD_REPORTS)
@require_http_methods(["GET", "POST"])
def forward_class(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """The reports of one class by transaction, as the platform may see them; a POST sends on what was shown."""
    platform_id = shared.partner_id_of(request)
    if request.method == "POST":
        keys = list_waiting_keys("forward", schedule_id, platform_id=platform_id, until_at=moment_of(request))
        requests = [ForwardRequest(lane, purchase_id, platform_id) for lane, purchase_id in keys]
        results = forward_completions(context_of(request), requests)
        sent = sum(not result.code.is_refusal for result in results)
        text = ngettext("%(count)s report is sent on.", "%(count)s reports are sent on.", sent) % {
            "count": formats.count(sent)
        }
        return back_with(request, text, "reports_to_forward")
    found = list_reports("forward", schedule_id, platform_id=platform_id, after=after_of(request))
    rows, next_href = page_of(request, found, "purchase_id")
    if not rows:
        raise Http404
    now = now_of(request)
    waiting = len(list_waiting_keys("forward", schedule_id, platform_id=platform_id, until_at=now))
    table = make_table(
        _("Reports"),
        (
            Column[ReportRow](_("Transaction"), lambda row: Cell(formats.grouped(row.transaction_code), code=True)),
            *report_columns(),
            Column[ReportRow](_("Reported"), lambda row: formats.moment(row.reported_at)),
        ),
        rows,
        empty="",
        next_href=next_href,
    )
    send = Form(
        act="forward",
        heading=_("Send on"),
        button=ngettext("Send on %(count)s report", "Send on %(count)s reports", waiting)
        % {"count": formats.count(waiting)},
        notice=_("The programme office checks them next. It cannot be undone."),
        about=about_moment(now),
    )
    sheet = Sheet(
        heading=rows[0].course_title,
        back=(reverse("reports_to_forward"), _("Reports to send on")),
        facts=[
            Fact(_("Class"), rows[0].schedule_code),
            Fact(_("Institution"), rows[0].institution_name),
            Fact(_("Reports"), formats.count(waiting)),
        ],
        tables=[table],
        forms=[send],
    )
    return show_sheet(request, sheet)
