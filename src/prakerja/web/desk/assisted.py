"""Assisted registration (REG-01): the sheet of a labour office, from its first person to the programme office."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.access.roles import Role
from prakerja.kit.days import DayFault
from prakerja.kit.refusals import Code
from prakerja.kit.workbooks import template_workbook
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.participants.assisted_files import FileRow, read_rows
from prakerja.participants.errors import NikFault, RowReason
from prakerja.participants.operations import assisted, evaluate_eligibility
from prakerja.participants.operations.assisted import COLUMNS, RowResult
from prakerja.participants.operations.assisted_acceptance import accept_assisted_sheet, dispute_assisted_row
from prakerja.participants.queries.assisted import (
    AssistedRowView,
    SheetView,
    find_assisted_sheet,
    list_assisted_rows,
    list_assisted_sheets,
)
from prakerja.participants.questions import tidy_answer
from prakerja.participants.registries import find_civil_registry, find_registers
from prakerja.participants.sign_up_errors import AnswerFault, SheetCode
from prakerja.programme.queries import get_regime_book, list_provinces
from prakerja.web import formats, words
from prakerja.web.answers import XLSX, back_with, file_answer, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.people_seen import note_people_of
from prakerja.web.portal.sign_up_tasks import field_of
from prakerja.web.refusals import refusal
from prakerja.web.shown import filter_of, place_after_of, place_page_of, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import user_of

FILE_BYTES_MAX: Final = 1024 * 1024
ROWS_MAX: Final = 500


@requires(Permission.SEE_ASSISTED_SHEETS)
@require_http_methods(["GET", "POST"])
def assisted_sheets(request: HttpRequest) -> HttpResponse:
    """Sheets of the own office, or of all for ministry and programme office; a labour office opens a new one.

    Those that wait for somebody; `?state=accepted` shows those that are through.
    """
    user = user_of(request)
    if request.method == "POST":
        if not may(user.role, Permission.ASSIST_SIGN_UPS) or user.labour_office_id is None:
            raise Http404
        context = context_of(request)
        opened = assisted.open_assisted_sheet(context, user.labour_office_id, get_regime_book().on(context.today))
        if opened.code.is_refusal:
            return back_with(request, refusal(opened.code), "assisted_sheets", good=False)
        return redirect("assisted_sheet", opened.sheet_id)
    are_accepted = filter_of(request, "state", ("accepted",)) is not None
    sheets = list_assisted_sheets(
        labour_office_id=user.labour_office_id,
        are_accepted=are_accepted,
        after=place_after_of(request),
        limit=PAGE_ROWS + 1,
    )
    return show(
        request,
        "desk/assisted_sheets",
        table=_sheet_table(*place_page_of(request, sheets), are_accepted=are_accepted),
        are_accepted=are_accepted,
        can_open=may(user.role, Permission.ASSIST_SIGN_UPS),
    )


def _sheet_table(sheets: list[SheetView], next_href: str, *, are_accepted: bool) -> Table:
    empty = _("No sheet yet. A labour office opens one for people without a phone or network of their own.")
    return make_table(
        _("Accepted sheets") if are_accepted else _("Sheets that wait"),
        (
            Column[SheetView](
                _("Sheet"), lambda row: Cell(str(row.number), href=reverse("assisted_sheet", args=[row.sheet_id]))
            ),
            Column[SheetView](_("Labour office"), lambda row: row.labour_office),
            Column[SheetView](_("State"), lambda row: state_cell("sheet_state", row.state)),
            Column[SheetView](_("Who must act"), lambda row: words.word("sheet_state", row.state).who_acts),
            Column[SheetView](_("Until"), lambda row: "–" if row.state == "accepted" else formats.day(row.due_at)),
            Column[SheetView](_("People"), lambda row: formats.count(row.rows), number=True),
        ),
        sheets,
        empty=_("No sheet is accepted yet.") if are_accepted else empty,
        next_href=next_href,
    )


def _sheet(request: HttpRequest, sheet_id: UUID) -> SheetView:
    sheet, user = find_assisted_sheet(sheet_id), user_of(request)
    if sheet is None or (user.role == Role.LABOUR_OFFICE and sheet.labour_office_id != user.labour_office_id):
        raise Http404
    return sheet


@requires(Permission.SEE_ASSISTED_SHEETS)
@never_cache
def assisted_sheet(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """One sheet: its people, who must act and until when, and the next step for whoever may take it."""
    return _sheet_page(request, _sheet(request, sheet_id))


def _sheet_page(
    request: HttpRequest, sheet: SheetView, *, problem: str = "", bad: tuple[str, ...] = ()
) -> HttpResponse:
    role = user_of(request).role
    helps = may(role, Permission.ASSIST_SIGN_UPS)
    rows = list_assisted_rows(sheet.sheet_id)
    # Who is not an applicant yet has no data with the programme but this row, which stays on the office's sheet.
    note_people_of(request, [row.applicant_id for row in rows if row.applicant_id is not None])
    return show(
        request,
        "desk/assisted_sheet",
        status=422 if problem or bad else 200,
        sheet=sheet,
        who_acts=words.word("sheet_state", sheet.state).who_acts,
        rows=rows,
        table=_row_table(rows) if sheet.state != "open" else None,
        disputable=[
            row for row in rows if row.outcome == "nik_already_signed_up" and row.applicant_id and not row.case_state
        ]
        if helps
        else [],
        to_mend=any(row.outcome in ("identity_mismatch", "nik_not_found") for row in rows),
        can_fill=helps and sheet.state == "open",
        can_sign=helps and sheet.state == "verified",
        can_forward=sheet.state == "signed" and may(role, Permission.FORWARD_ASSISTED_SHEETS),
        can_accept=sheet.state == "forwarded" and may(role, Permission.ACCEPT_ASSISTED_SHEETS),
        problem=problem,
        bad=bad,
        columns=", ".join(COLUMNS),
    )


def _row_table(rows: list[AssistedRowView]) -> Table:
    return make_table(
        _("People"),
        (
            Column[AssistedRowView](_("Row"), lambda row: str(row.row_number)),
            Column[AssistedRowView](_("Name"), lambda row: row.name),
            Column[AssistedRowView](_("Documents seen"), lambda row: _("yes") if row.documents_seen else _("no")),
            Column[AssistedRowView](_("Outcome"), _outcome_words),
        ),
        rows,
        empty=_("Nobody is on the sheet yet."),
    )


def _outcome_words(row: AssistedRowView) -> str:
    if row.outcome is None:
        return "–"
    text = str(words.word("assisted_outcome", row.outcome).text)
    names = {"name": _("name"), "birth_date": _("birth date"), "kk": _("family card (KK)")}
    if row.case_state is not None:
        return f"{text}; {words.word('case_kind', 'identity_dispute').text}: " + str(
            words.word("case_state", row.case_state).text
        )
    differ = ", ".join(names[field] for field in row.mismatched_fields)
    return f"{text}: {differ}" if differ else text


def _fields(request: HttpRequest, answers: dict[str, str], result: RowResult | None) -> list[Field]:
    provinces = tuple((row.code, row.name) for row in list_provinces(on=now_of(request).date()))
    fields = []
    for code in COLUMNS:
        error = row_error(result) if result is not None and result.question == code else ""
        if code == "phone":
            hint = _("Optional. With it the person can sign in; without it the labour office shows the result.")
            fields.append(Field("phone", _("Mobile phone number"), answers.get(code, ""), hint, error, inputmode="tel"))
        elif code == "address":
            hint = _("Optional. Only used to see when very many people give one address; kept encrypted.")
            fields.append(Field("address", _("Address"), answers.get(code, ""), hint, error, length_max=300))
        else:
            fields.append(field_of(code, answers.get(code, ""), provinces, error))
    return fields


def row_error(result: RowResult) -> str:
    """What is wrong with an answer, in a sentence."""
    if not result.fault:
        return refusal(result.code)
    kinds: tuple[type[Code], ...] = (NikFault, DayFault, AnswerFault)
    return refusal(next(kind(result.fault) for kind in kinds if result.fault in set(kind)))


@requires(Permission.ASSIST_SIGN_UPS)
@never_cache
@require_http_methods(["GET", "POST"])
def add_assisted_person(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """The form of one person, as an officer fills it in: all questions on one page."""
    sheet = _sheet(request, sheet_id)
    if request.method == "GET":
        return show(request, "desk/assisted_person", sheet=sheet, fields=_fields(request, {}, None), errors=[])
    answers = {code: tidy_answer(code, request.POST.get(code, "")) for code in COLUMNS}
    (result,) = assisted.add_assisted_rows(context_of(request), sheet_id, [answers])
    if not result.code.is_refusal:
        # A message travels in a cookie: no name.
        return back_with(request, _("The person is on the sheet."), "assisted_sheet", sheet_id)
    if result.code is SheetCode.NIK_REPEATED:
        result = RowResult(result.code, "nik")
    fields = _fields(request, answers, result)
    errors = [field for field in fields if field.error]
    if not errors:
        return back_with(request, refusal(result.code), "assisted_sheet", sheet_id, good=False)
    return show(request, "desk/assisted_person", status=422, sheet=sheet, fields=fields, errors=errors)


@requires(Permission.ASSIST_SIGN_UPS)
@require_http_methods(["POST"])
def upload_assisted_people(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Add people from a CSV file or a workbook: all of them, or none and a sentence for each bad row."""
    sheet = _sheet(request, sheet_id)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or (file.size or 0) > FILE_BYTES_MAX:
        return _sheet_page(request, sheet, problem=_("Choose a CSV file or a workbook of at most 1 MB."))
    file_rows = read_rows(file.read())
    if file_rows is None:
        return _sheet_page(request, sheet, problem=_("The file cannot be read. Use the headings of the template."))
    if not 1 <= len(file_rows) <= ROWS_MAX:
        return _sheet_page(request, sheet, problem=_("A sheet takes 1 to 500 people at a time."))
    bad = _bad_rows(file_rows, today=context_of(request).today)
    if bad:
        return _sheet_page(request, sheet, problem=_("Nothing was taken. Mend these rows."), bad=bad)
    results = assisted.add_assisted_rows(context_of(request), sheet_id, [row.answers for row in file_rows])
    others = [result for result in results if result.code not in (SheetCode.OK, SheetCode.NIK_REPEATED)]
    if others:
        return back_with(request, row_error(others[0]), "assisted_sheet", sheet_id, good=False)
    repeated = [str(row.number) for row, result in zip(file_rows, results, strict=True) if result.code.is_refusal]
    text = _("%(added)s people are on the sheet.") % {"added": formats.count(len(results) - len(repeated))}
    if repeated:
        text += " " + _("A NIK that stands on the sheet already was not taken again: rows %(rows)s.") % {
            "rows": ", ".join(repeated)
        }
    return back_with(request, text, "assisted_sheet", sheet_id)


def _bad_rows(file_rows: Sequence[FileRow], *, today: date) -> tuple[str, ...]:
    bad = []
    for row in file_rows:
        if row.fault is not RowReason.OK:
            bad.append(_("Row %(number)s: %(reason)s") % {"number": row.number, "reason": refusal(row.fault)})
            continue
        answers = {code: tidy_answer(code, row.answers[code]) for code in COLUMNS}
        result = assisted.check_assisted_answers(answers, today=today)
        if result.code.is_refusal:
            said = {"number": row.number, "column": result.question, "reason": row_error(result)}
            bad.append(_("Row %(number)s, column %(column)s: %(reason)s") % said)
    return tuple(bad)


@requires(Permission.ASSIST_SIGN_UPS)
def assisted_template(_request: HttpRequest) -> HttpResponse:
    """The template of the file: its headings."""
    return HttpResponse(
        "\ufeff" + ";".join(COLUMNS) + "\r\n",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="pendaftaran-terbantu.csv"'},
    )


@requires(Permission.ASSIST_SIGN_UPS)
def assisted_template_workbook(_request: HttpRequest) -> HttpResponse:
    """The same as a workbook, in which a NIK and a day stay as they are typed."""
    notes = {"birth_date": _("Write days as 31/12/1998 (day first) or 1998-12-31.")}
    return file_answer("pendaftaran-terbantu.xlsx", template_workbook("pendaftaran", COLUMNS, notes), XLSX)


@requires(Permission.ASSIST_SIGN_UPS, Permission.FORWARD_ASSISTED_SHEETS, Permission.ACCEPT_ASSISTED_SHEETS)
@require_http_methods(["POST"])
def move_assisted_sheet(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """The next step of a sheet, for whoever may take it."""
    _sheet(request, sheet_id)
    step = request.POST.get("step", "")
    needed = {
        "remove": Permission.ASSIST_SIGN_UPS,
        "verify": Permission.ASSIST_SIGN_UPS,
        "sign": Permission.ASSIST_SIGN_UPS,
        "dispute": Permission.ASSIST_SIGN_UPS,
        "forward": Permission.FORWARD_ASSISTED_SHEETS,
        "accept": Permission.ACCEPT_ASSISTED_SHEETS,
    }
    role = user_of(request).role
    if step == "return":
        allowed = may(role, Permission.FORWARD_ASSISTED_SHEETS) or may(role, Permission.ACCEPT_ASSISTED_SHEETS)
    else:
        allowed = step in needed and may(role, needed[step])
    if not allowed:
        raise Http404
    code, text = _step(request, sheet_id, step)
    if code.is_refusal:
        return back_with(request, refusal(code), "assisted_sheet", sheet_id, good=False)
    return back_with(request, text, "assisted_sheet", sheet_id)


def _step(request: HttpRequest, sheet_id: UUID, step: str) -> tuple[Code, str]:
    context, typed = context_of(request), request.POST
    numbers = [int(text) for text in typed.getlist("row") if text.isdecimal() and text.isascii()]
    steps: dict[str, tuple[Callable[[], Code], str]] = {
        "remove": (
            lambda: assisted.remove_assisted_row(context, sheet_id, numbers[0] if numbers else 0).code,
            _("Taken out."),
        ),
        "verify": (
            lambda: assisted.verify_assisted_sheet(context, sheet_id, numbers).code,
            _("Verified. Another officer of the office signs the minutes."),
        ),
        "sign": (
            lambda: assisted.sign_assisted_minutes(context, sheet_id, typed.get("minutes", "")).code,
            _("Signed. The sheet is with the ministry."),
        ),
        "dispute": (
            lambda: (
                dispute_assisted_row(
                    context, sheet_id, numbers[0] if numbers else 0, typed.get("dispute_reason", "")
                ).code
            ),
            _("The programme office finds out whose NIK it is. The outcome stands here."),
        ),
        "forward": (
            lambda: assisted.forward_assisted_sheet(context, sheet_id).code,
            _("The sheet is with the programme office."),
        ),
        "return": (
            lambda: assisted.return_assisted_sheet(context, sheet_id, typed.get("reason", "")).code,
            _("The sheet is back at the labour office."),
        ),
        "accept": (
            lambda: _accept(request, sheet_id),
            _("Accepted. What became of each person stands below."),
        ),
    }
    take, text = steps[step]
    return take(), text


def _accept(request: HttpRequest, sheet_id: UUID) -> Code:
    """Accept, and let the rules decide about whoever the civil registry confirmed, as at the end of the own sign-up."""
    registry, context = find_civil_registry(), context_of(request)
    if registry is None:
        return SheetCode.STEP_NOT_ALLOWED
    accepted = accept_assisted_sheet(context, sheet_id, registry)
    ready = [row.applicant_id for row in list_assisted_rows(sheet_id) if row.outcome == "ok" and row.applicant_id]
    if not accepted.code.is_refusal and ready:
        evaluate_eligibility(context, ready, get_regime_book().on(context.today), registers=find_registers())
    return accepted.code
