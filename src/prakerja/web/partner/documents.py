"""A partner's registry of documents: handed in once, shown wherever they are asked for, withdrawn."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partners import queries
from prakerja.partners.operations import DocumentUpload, upload_documents, withdraw_documents
from prakerja.web import formats, words
from prakerja.web.admission_shown import standing_cell
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of
from prakerja.web.cooperation_words import document_kinds, file_problem
from prakerja.web.days import read_day
from prakerja.web.fields import Field
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Form, Sheet, show_sheet
from prakerja.web.tables import Cell, Column, Table, make_table

FILE_BYTES_MAX = 5 * 1024 * 1024


@requires(Permission.SEE_OWN_CLASSES)
@require_http_methods(["GET", "POST"])
def institution_documents(request: HttpRequest) -> HttpResponse:
    """The registry of documents: upload once, show everywhere, withdraw."""
    institution_id = partner_id_of(request)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        if request.POST.get("act") == "withdraw":
            said, errors = _("The document is withdrawn."), withdraw_document(request, institution_id)
        else:
            said, errors = _("The document is in the registry."), keep_upload(request, "institution")[1]
        if not errors:
            return back_with(request, said, "institution_documents")
    lines = queries.list_documents("institution", institution_id)
    table = document_table(
        lines,
        context_of(request).today,
        empty=_("No document yet. Upload each one once; every platform that asks for it finds it here."),
    )
    sheet = Sheet(
        heading=_("Documents"),
        lead=_("PDF, JPEG, PNG, DOCX or XLSX up to 5 MB, without macros. You are reminded 30 days before one expires."),
        tables=[table],
        forms=[upload_form(), *withdraw_forms(lines)],
    )
    return show_sheet(request, sheet, errors=errors)


def document_table(lines: Sequence[queries.DocumentLine], today: date, *, empty: str) -> Table:
    """The documents of a registry and whether each counts."""
    return make_table(
        _("Documents"),
        (
            Column[queries.DocumentLine](
                _("File"), lambda row: Cell(row.file_name, href=reverse("document_file", args=[row.id]))
            ),
            Column[queries.DocumentLine](_("Kind"), lambda row: words.word("document_kind", row.kind).text),
            Column[queries.DocumentLine](
                _("Expires"), lambda row: formats.day(row.expires_date) if row.expires_date else _("no end")
            ),
            Column[queries.DocumentLine](_("State"), lambda row: standing_cell(row, today)),
            Column[queries.DocumentLine](_("Shown to"), lambda row: formats.count(row.shown_to), number=True),
            Column[queries.DocumentLine](_("Hash"), lambda row: Cell(row.sha256[:16], code=True)),
        ),
        lines,
        empty=empty,
    )


def upload_form(*before: Field, heading: str = "", notice: str = "") -> Form:
    """A file with its kind and days; `before`: fields that the page adds."""
    return Form(
        act="upload",
        heading=heading or _("Upload a document"),
        button=_("Upload"),
        uploads=True,
        notice=notice,
        fields=[
            *before,
            Field(name="kind", label=_("Kind"), options=document_kinds(), select=True),
            Field(name="file", label=_("File"), kind="file"),
            Field(name="issued", label=_("Issued on (optional)"), kind="date"),
            Field(name="expires", label=_("Counts until before (optional)"), kind="date"),
        ],
    )


def withdraw_forms(lines: Sequence[queries.DocumentLine]) -> list[Form]:
    """The form that takes a document out of use, where there is one."""
    live = tuple((str(one.id), one.file_name) for one in lines if one.withdrawn_at is None)
    if not live:
        return []
    return [
        Form(
            act="withdraw",
            heading=_("Withdraw a document"),
            button=_("Withdraw"),
            notice=_("It is shown to nobody any more; decisions made with it stand. It cannot be undone."),
            fields=[Field(name="document_id", label=_("Document"), options=live, select=True)],
        )
    ]


def keep_upload(request: HttpRequest, role: Literal["platform", "institution"]) -> tuple[UUID | None, dict[str, Any]]:
    """Put the uploaded file into the registry of the user's partner: its document, or errors by field."""
    file = request.FILES.get("file")
    issued, expires = read_day(request, "issued"), read_day(request, "expires")
    errors: dict[str, Any] = {}
    if file is None:
        errors["file"] = _("Choose a file.")
    elif (file.size or 0) > FILE_BYTES_MAX:
        errors["file"] = file_problem("too_large")
    for name, value in (("issued", issued), ("expires", expires)):
        if value is False:
            errors[name] = _("Write the day as 2020-12-31.")
    if file is None or errors:
        return None, errors
    (result,) = upload_documents(
        context_of(request),
        [
            DocumentUpload(
                owner_role=role,
                owner_id=partner_id_of(request),
                kind=request.POST.get("kind", ""),
                file_name=file.name or "",
                content=file.read(),
                issued_date=issued or None,
                expires_date=expires or None,
            )
        ],
    )
    if result.problem is not None:
        return None, {"file": file_problem(result.problem)}
    if result.code.is_refusal:
        return None, {"kind" if result.code == "kind_unknown" else "expires": refusal(result.code)}
    return result.document_id, {}


def withdraw_document(request: HttpRequest, owner_id: UUID) -> dict[str, Any]:
    """Take the chosen document of the owner out of use; errors by field."""
    try:
        document_id = UUID(request.POST.get("document_id", ""))
    except ValueError:
        return {"document_id": _("Choose a document.")}
    (result,) = withdraw_documents(context_of(request), [document_id], owner_id=owner_id)
    return {"document_id": refusal(result.code)} if result.code.is_refusal else {}
