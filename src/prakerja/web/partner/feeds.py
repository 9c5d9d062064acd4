"""Feeds of an institution: template → upload → preview with row errors → publish; nothing is half imported."""

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.catalogue import queries
from prakerja.catalogue.errors import FeedCode
from prakerja.catalogue.feed_files import FILE_BYTES_MAX, TEMPLATE
from prakerja.catalogue.feed_rules import COLUMNS
from prakerja.catalogue.operations import discard_course_feed, publish_course_feed, stage_course_feed
from prakerja.kit.workbooks import template_workbook
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.answers import XLSX, back_with, file_answer, show
from prakerja.web.clock import context_of
from prakerja.web.fields import Field
from prakerja.web.partner import shared
from prakerja.web.refusals import feed_reason, refusal
from prakerja.web.shown import after_of, page_of, state_cell
from prakerja.web.tables import Cell, Column, make_table

_SHOWN: Final = 50
_CSV: Final = "text/csv; charset=utf-8"
_HEADINGS: Final = {field: heading for heading, field in COLUMNS.items()}


@requires(Permission.SEE_OWN_CLASSES)
def feeds(request: HttpRequest) -> HttpResponse:
    """The latest feeds, those by the API too."""
    found = queries.list_feeds(shared.partner_id_of(request), after=after_of(request), limit=PAGE_ROWS + 1)
    rows, next_href = page_of(request, found, "id")
    table = make_table(
        _("Files with courses"),
        (
            Column[queries.FeedView](_("File"), lambda row: Cell(row.name, href=reverse("feed", args=[row.id]))),
            Column[queries.FeedView](_("Way"), lambda row: row.way.upper()),
            Column[queries.FeedView](_("State"), lambda row: state_cell("feed_state", row.state)),
            Column[queries.FeedView](_("Checked"), lambda row: formats.moment(row.staged_at)),
            Column[queries.FeedView](_("New"), lambda row: formats.count(row.new_rows), number=True),
            Column[queries.FeedView](_("Changed"), lambda row: formats.count(row.changed_rows), number=True),
            Column[queries.FeedView](_("Unchanged"), lambda row: formats.count(row.unchanged_rows), number=True),
            Column[queries.FeedView](_("Bad"), lambda row: formats.count(row.bad_rows), number=True),
        ),
        rows,
        empty=_("No file yet. Upload one: it is checked first and published only when you say so."),
        next_href=next_href,
    )
    return show(request, "partner/feeds", table=table)


@requires(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "POST"])
def upload_feed(request: HttpRequest) -> HttpResponse:
    """Upload a file and check every row. Nothing is changed before it is published."""
    error = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            error = _("Choose a CSV file or a workbook.")
        elif (file.size or 0) > FILE_BYTES_MAX:
            error = refusal(FeedCode.FILE_TOO_LARGE)
        else:
            result = stage_course_feed(
                context_of(request),
                institution_id=shared.partner_id_of(request),
                content=file.read(),
                name=(file.name or "")[:200],
            )
            if result.feed_id is not None and not result.code.is_refusal:
                return redirect("feed", result.feed_id)
            error = refusal(result.code)
            if result.missing:
                error += " " + _("Missing: %(columns)s.") % {"columns": ", ".join(result.missing)}
    return show(
        request,
        "partner/feed_upload",
        status=422 if error else 200,
        field=Field(
            "file",
            _("CSV file or workbook (.xlsx)"),
            hint=_("Columns: %(columns)s.") % {"columns": ", ".join(COLUMNS)},
            error=error,
            kind="file",
        ),
    )


@requires(Permission.SEE_OWN_CLASSES)
def feed_template(_request: HttpRequest) -> HttpResponse:
    """The template: the columns, without a row."""
    return file_answer("kursus.csv", ("\ufeff" + TEMPLATE).encode(), _CSV)


@requires(Permission.SEE_OWN_CLASSES)
def feed_template_workbook(_request: HttpRequest) -> HttpResponse:
    """The template as a workbook."""
    return file_answer("kursus.xlsx", template_workbook("pelatihan", list(COLUMNS)), XLSX)


@requires(Permission.SEE_OWN_CLASSES)
def feed(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """The preview: what would be new, what would change, and every row that cannot be taken, with its reason."""
    found = _feed_of(request, feed_id)
    bad = make_table(
        _("Rows that are not taken"),
        (
            Column[queries.FeedRowView](_("Row"), lambda row: formats.count(row.number)),
            Column[queries.FeedRowView](_("Own code"), lambda row: Cell(row.own_code or "–", long=True)),
            Column[queries.FeedRowView](_("Column"), lambda row: Cell(_HEADINGS.get(row.field, "–"), code=True)),
            Column[queries.FeedRowView](_("Reason and remedy"), lambda row: feed_reason(row.reason)),
        ),
        queries.list_feed_rows(feed_id, effects=["bad"], limit=_SHOWN),
        empty=_("Every row can be taken."),
    )
    good = make_table(
        _("The first rows that do something"),
        (
            Column[queries.FeedRowView](_("Row"), lambda row: formats.count(row.number)),
            Column[queries.FeedRowView](_("Own code"), lambda row: Cell(row.own_code, long=True)),
            Column[queries.FeedRowView](_("Effect"), lambda row: words.word("feed_effect", row.effect).text),
            Column[queries.FeedRowView](_("Title"), lambda row: row.title),
            Column[queries.FeedRowView](_("Price"), lambda row: formats.rupiah(row.price_idr or 0), number=True),
        ),
        queries.list_feed_rows(feed_id, effects=["new", "changed"], limit=_SHOWN),
        empty=_("No row does anything: all of it is there already."),
    )
    return show(
        request,
        "partner/feed",
        found=found,
        bad=bad,
        good=good,
        can_decide=found.state == "staged",
        can_publish=found.state == "staged" and found.new_rows + found.changed_rows > 0,
    )


@requires(Permission.MANAGE_COURSES)
@require_http_methods(["POST"])
def decide_feed(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """Publish a checked file, or discard it."""
    _feed_of(request, feed_id)
    context, institution_id = context_of(request), shared.partner_id_of(request)
    if request.POST.get("decision") == "discard":
        result = discard_course_feed(context, feed_id, institution_id=institution_id)
        text = _("The file was discarded; nothing of it is in the catalogue.")
    else:
        regime = get_regime_book().on(context.today)
        result = publish_course_feed(context, feed_id, institution_id=institution_id, regime=regime)
        text = _("Published: %(new)s new courses are proposed, %(changed)s changed, %(bad)s rows left out.") % {
            "new": formats.count(result.new_rows),
            "changed": formats.count(result.changed_rows),
            "bad": formats.count(result.bad_rows),
        }
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "feed", feed_id, good=False)
    return back_with(request, text, "feed", feed_id)


@requires(Permission.SEE_OWN_CLASSES)
def feed_errors(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """All bad rows as a file that can be mended and uploaded again."""
    _feed_of(request, feed_id)
    return file_answer("baris-salah.csv", queries.feed_error_file(feed_id), _CSV)


def _feed_of(request: HttpRequest, feed_id: UUID) -> queries.FeedView:
    try:
        return queries.get_feed(feed_id, institution_id=shared.partner_id_of(request))
    except LookupError:
        raise Http404 from None
