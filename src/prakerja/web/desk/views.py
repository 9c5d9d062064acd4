"""Worker lists: template → upload → preview with row errors → publish; nothing is half imported. And their coverage."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.messages import find_courier
from prakerja.access.permissions import Permission
from prakerja.access.roles import Role
from prakerja.kit.workbooks import template_workbook
from prakerja.oversight.queries import desk as queries
from prakerja.oversight.queries.people import list_listed_people
from prakerja.participants.operations.worker_list_invitations import invite_listed_workers
from prakerja.participants.operations.worker_lists import (
    discard_worker_list,
    publish_worker_list,
    stage_worker_list,
)
from prakerja.participants.queries import ListedPerson, list_first_rows, worker_list_error_file
from prakerja.participants.worker_list_files import TEMPLATE
from prakerja.programme.areas import regencies
from prakerja.programme.queries import list_labour_offices, list_provinces
from prakerja.web import formats
from prakerja.web.answers import XLSX, back_with, csv_file, file_answer, show
from prakerja.web.clock import context_of
from prakerja.web.people_seen import note_people
from prakerja.web.refusals import refusal, row_reason
from prakerja.web.shown import filter_of, number_after_of, page_of, place_after_of, place_page_of, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import user_of
from prakerja.web.words import value_word

COLUMNS = TEMPLATE.strip().split(";")
FILE_BYTES_MAX = 5 * 1024 * 1024
_NAME_MAX = 200
_CSV = "text/csv; charset=utf-8"


@requires(Permission.SEE_WORKER_LISTS)
def desk(request: HttpRequest) -> HttpResponse:
    """The worker lists, newest first."""
    rows, next_href = place_page_of(request, queries.list_worker_lists(after=place_after_of(request)))
    table = make_table(
        _("Latest worker lists"),
        (
            Column[queries.WorkerListRow](
                _("List"), lambda row: Cell(row.name, href=reverse("worker_list", args=[row.worker_list_id]))
            ),
            Column[queries.WorkerListRow](_("Source"), lambda row: row.source),
            Column[queries.WorkerListRow](_("State"), lambda row: state_cell("worker_list_state", row.state)),
            Column[queries.WorkerListRow](_("Checked"), lambda row: formats.day(row.staged_at)),
            Column[queries.WorkerListRow](_("Rows"), lambda row: formats.count(row.rows), number=True),
            Column[queries.WorkerListRow](_("Good"), lambda row: formats.count(row.good_rows), number=True),
            Column[queries.WorkerListRow](_("Bad"), lambda row: formats.count(row.bad_rows), number=True),
        ),
        rows,
        empty=_("No worker list yet. Upload one: it is checked first and published only when you say so."),
        next_href=next_href,
    )
    return show(request, "desk/desk", table=table, can_upload=_can_publish(request), columns=COLUMNS)


@requires(Permission.PUBLISH_WORKER_LISTS)
@require_http_methods(["GET", "POST"])
def upload_worker_list(request: HttpRequest) -> HttpResponse:
    """Upload a file and check every row. Nothing is visible before it is published."""
    if request.method == "GET":
        return show(request, "desk/upload", name="", announced="", errors={}, columns=COLUMNS)
    name, announced = request.POST.get("name", "").strip(), request.POST.get("announced", "").strip()
    file = request.FILES.get("file")
    errors = {}
    if not 1 <= len(name) <= _NAME_MAX:
        errors["name"] = _("Give the list a name, so that you find it again.")
    digits = announced.replace(".", "").replace(" ", "")
    if announced and not (digits.isascii() and digits.isdigit() and len(digits) < 10):  # noqa: PLR2004
        errors["announced"] = _("Write the number of rows in digits, or leave it empty.")
    if file is None:
        errors["file"] = _("Choose a CSV file or a workbook.")
    elif (file.size or 0) > FILE_BYTES_MAX:
        errors["file"] = _("The file is larger than 5 MB. Split it into several lists.")
    if file is not None and not errors:
        result = stage_worker_list(
            context_of(request),
            file.read(),
            name=name,
            source_name=_source_name(request),
            announced_rows=int(digits) if digits else None,
            labour_office_id=user_of(request).labour_office_id,
        )
        if result.worker_list_id is not None and not result.code.is_refusal:
            return redirect("worker_list", result.worker_list_id)
        errors["file"] = refusal(result.code)
        if result.missing_columns:
            errors["file"] += " " + _("Missing: %(columns)s.") % {"columns": ", ".join(result.missing_columns)}
    return show(request, "desk/upload", status=422, name=name, announced=announced, errors=errors, columns=COLUMNS)


@requires(Permission.SEE_WORKER_LISTS)
def worker_list(request: HttpRequest, worker_list_id: UUID) -> HttpResponse:
    """The preview: what would be taken, and every row that would not, with its reason."""
    try:
        found = queries.get_worker_list(worker_list_id)
    except LookupError:
        raise Http404 from None
    page = queries.list_bad_rows(worker_list_id, after=number_after_of(request))
    bad_rows, next_href = page_of(request, page, "row_number")
    bad = make_table(
        _("Rows that are not taken"),
        (
            Column[queries.BadRow](_("Row"), lambda row: formats.count(row.row_number)),
            Column[queries.BadRow](_("Field"), lambda row: Cell(row.field, code=True)),
            Column[queries.BadRow](_("Reason and remedy"), lambda row: row_reason(row.reason)),
        ),
        bad_rows,
        empty=_("Every row can be taken."),
        next_href=next_href,
    )
    first_rows = list_first_rows(worker_list_id)
    note_people(request, list_listed_people(worker_list_id, [row.row_number for row in first_rows]))
    provinces = {province.code: province.name for province in list_provinces()}
    good = make_table(
        _("The first rows that are taken"),
        (
            Column[ListedPerson](_("Row"), lambda row: formats.count(row.row_number)),
            Column[ListedPerson](_("Name"), lambda row: row.name),
            Column[ListedPerson](_("Area"), lambda row: _area_of(row, provinces)),
            Column[ListedPerson](_("Status"), lambda row: value_word(row.employment_status)),
        ),
        first_rows,
        empty=_("No row can be taken."),
    )
    return show(
        request,
        "desk/worker_list",
        found=found,
        bad=bad,
        good=good,
        difference=None if found.announced_rows is None else found.rows - found.announced_rows,
        can_publish=_can_publish(request) and found.state == "staged",
        can_invite=_can_publish(request) and found.state == "published",
    )


@requires(Permission.PUBLISH_WORKER_LISTS)
@require_http_methods(["POST"])
def publish(request: HttpRequest, worker_list_id: UUID) -> HttpResponse:
    """Publish a checked list, discard it, or invite the people of a published one."""
    if request.POST.get("decision") == "invite":
        return _invite(request, worker_list_id)
    if request.POST.get("decision") == "discard":
        result = discard_worker_list(context_of(request), worker_list_id)
        text = _("The list was discarded; nobody is on it.")
    else:
        result = publish_worker_list(context_of(request), worker_list_id)
        text = _("The list is published. %(matched)s people on it have already signed up.") % {
            "matched": formats.count(result.matched)
        }
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "desk", good=False)
    return back_with(request, text, "worker_list", worker_list_id)


def _invite(request: HttpRequest, worker_list_id: UUID) -> HttpResponse:
    courier = find_courier()
    if courier is None:
        return back_with(request, _("No way of sending messages is set up."), "worker_list", worker_list_id, good=False)
    result = invite_listed_workers(
        context_of(request),
        worker_list_id,
        courier,
        text=str(_("You are on the list of affected workers. Sign up for Kartu Prakerja; it costs nothing.")),
        machine_now=datetime.now(UTC),
    )
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "desk", good=False)
    text = _("%(sent)s people were invited; %(others)s have no phone number on the list.") % {
        "sent": formats.count(result.sent),
        "others": formats.count(result.not_reachable),
    }
    return back_with(request, text, "worker_list", worker_list_id)


@requires(Permission.SEE_WORKER_LISTS)
def worker_list_errors(_request: HttpRequest, worker_list_id: UUID) -> HttpResponse:
    """All bad rows as a file."""
    try:
        queries.get_worker_list(worker_list_id)
    except LookupError:
        raise Http404 from None
    return file_answer("baris-salah.csv", worker_list_error_file(worker_list_id, explain=row_reason), _CSV)


@requires(Permission.SEE_WORKER_LISTS)
def worker_list_template(_request: HttpRequest) -> HttpResponse:
    """The template: the columns of a list, without a row."""
    return file_answer("daftar-pekerja.csv", ("\ufeff" + TEMPLATE).encode(), _CSV)


@requires(Permission.SEE_WORKER_LISTS)
def worker_list_template_workbook(_request: HttpRequest) -> HttpResponse:
    """The template as a workbook, in which a NIK stays text."""
    notes = {"tanggal_lahir": _("Write days as 31/12/1998 (day first) or 1998-12-31.")}
    return file_answer("daftar-pekerja.xlsx", template_workbook("daftar", COLUMNS, notes), XLSX)


@requires(Permission.SEE_WORKER_LISTS)
def coverage(request: HttpRequest) -> HttpResponse:
    """How many listed people have signed up, have not yet, cannot be reached, became participants; by labour office.

    The own labour office stands first; `?province=` narrows the others.
    """
    rows = queries.list_coverage()
    provinces = {row.province_code: row.province_name or "" for row in rows if row.province_code is not None}
    province = filter_of(request, "province", provinces)
    own_id = user_of(request).labour_office_id
    own = next((office.name for office in list_labour_offices() if office.id == own_id), None)
    shown = [row for row in rows if province in (None, row.province_code)]
    return show(
        request,
        "desk/coverage",
        own=_coverage_table([row for row in rows if row.office_name == own], own) if own else None,
        table=_coverage_table(shown, None),
        provinces=sorted(provinces.items()),
        province=province or "",
    )


@requires(Permission.SEE_WORKER_LISTS)
def coverage_csv(request: HttpRequest) -> HttpResponse:
    """Coverage by labour office as a file."""
    del request
    return csv_file(
        "cakupan",
        ("dinas", "kode_provinsi", "provinsi", "tercantum", "mendaftar", "belum", "tak_terjangkau", "peserta"),
        (
            (
                row.office_name or "",
                row.province_code or "",
                row.province_name or "",
                row.listed,
                row.signed_up,
                row.not_yet,
                row.not_reachable,
                row.participants,
            )
            for row in queries.list_coverage()
        ),
    )


def _coverage_table(rows: list[queries.Coverage], own: str | None) -> Table:
    """The rows with their sums; of one labour office, only its own without them."""
    return make_table(
        own or _("Coverage by labour office"),
        (
            Column[queries.Coverage](_("Labour office"), lambda row: row.office_name or _("not given")),
            Column[queries.Coverage](_("Province"), lambda row: row.province_name or _("not given")),
            Column[queries.Coverage](_("Listed"), lambda row: formats.count(row.listed), number=True),
            Column[queries.Coverage](_("Signed up"), lambda row: formats.count(row.signed_up), number=True),
            Column[queries.Coverage](_("Not yet"), lambda row: formats.count(row.not_yet), number=True),
            Column[queries.Coverage](_("Not reachable"), lambda row: formats.count(row.not_reachable), number=True),
            Column[queries.Coverage](
                _("Share"), lambda row: formats.percent(row.signed_up * 10_000 // row.listed), number=True
            ),
            Column[queries.Coverage](_("Participants"), lambda row: formats.count(row.participants), number=True),
        ),
        rows,
        empty=_("No published list names anybody of this labour office yet.")
        if own
        else _("No worker list is published yet. Coverage is counted from the first published list on."),
        total=()
        if own
        else (
            _("Total"),
            "",
            formats.count(sum(row.listed for row in rows)),
            formats.count(sum(row.signed_up for row in rows)),
            formats.count(sum(row.not_yet for row in rows)),
            formats.count(sum(row.not_reachable for row in rows)),
            "",
            formats.count(sum(row.participants for row in rows)),
        ),
    )


def _area_of(row: ListedPerson, provinces: dict[str, str]) -> str:
    if row.regency_code is not None:
        return regencies()[row.regency_code].name
    return provinces.get(row.province_code or "", "–")


def _can_publish(request: HttpRequest) -> bool:
    return user_of(request).role == Role.LABOUR_OFFICE


def _source_name(request: HttpRequest) -> str:
    labour_office_id = user_of(request).labour_office_id
    assert labour_office_id is not None  # noqa: S101 - labour_office_user_names_its_office
    return queries.get_office(labour_office_id).name
