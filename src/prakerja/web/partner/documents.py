"""A partner's registry of documents: handed in once, shown wherever they are asked for, withdrawn."""

from typing import Any
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
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of
from prakerja.web.cooperation_words import document_kinds, file_problem
from prakerja.web.days import read_day
from prakerja.web.fields import Field
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Form, Sheet, show_sheet
from prakerja.web.tables import Cell, Column, make_table

FILE_BYTES_MAX = 5 * 1024 * 1024


@requires(Permission.SEE_OWN_CLASSES)
@require_http_methods(["GET", "POST"])
def institution_documents(request: HttpRequest) -> HttpResponse:
    """The registry of documents: upload once, show everywhere, withdraw."""
    institution_id = partner_id_of(request)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        answer = (
            _withdraw(request, institution_id)
            if request.POST.get("act") == "withdraw"
            else _upload(request, institution_id)
        )
        if isinstance(answer, HttpResponse):
            return answer
        errors = answer
    today = context_of(request).today
    lines = queries.list_documents("institution", institution_id)
    table = make_table(
        _("Documents"),
        (
            Column[queries.DocumentLine](
                _("File"), lambda row: Cell(row.file_name, href=reverse("document_file", args=[row.id]))
            ),
            Column[queries.DocumentLine](_("Kind"), lambda row: words.word("document_kind", row.kind).text),
            Column[queries.DocumentLine](
                _("Expires"), lambda row: formats.day(row.expires_date) if row.expires_date else _("no end")
            ),
            Column[queries.DocumentLine](
                _("State"),
                lambda row: (
                    Cell(_("counts"), tone=words.GOOD)
                    if row.counts_on(today)
                    else Cell(_("withdrawn") if row.withdrawn_at else _("expired"), tone=words.BAD)
                ),
            ),
            Column[queries.DocumentLine](_("Shown to"), lambda row: formats.count(row.shown_to), number=True),
            Column[queries.DocumentLine](_("Hash"), lambda row: Cell(row.sha256[:16], code=True)),
        ),
        lines,
        empty=_("No document yet. Upload each one once; every platform that asks for it finds it here."),
    )
    live = tuple((str(one.id), one.file_name) for one in lines if one.withdrawn_at is None)
    forms = [_upload_form()]
    if live:
        forms.append(
            Form(
                act="withdraw",
                heading=_("Withdraw a document"),
                button=_("Withdraw"),
                notice=_("It is shown to nobody any more; decisions made with it stand. It cannot be undone."),
                fields=[Field(name="document_id", label=_("Document"), options=live, select=True)],
            )
        )
    sheet = Sheet(
        heading=_("Documents"),
        lead=_("PDF, JPEG, PNG, DOCX or XLSX up to 5 MB, without macros. You are reminded 30 days before one expires."),
        tables=[table],
        forms=forms,
    )
    return show_sheet(request, sheet, errors=errors)


def _upload_form() -> Form:
    return Form(
        act="upload",
        heading=_("Upload a document"),
        button=_("Upload"),
        uploads=True,
        fields=[
            Field(name="kind", label=_("Kind"), options=document_kinds(), select=True),
            Field(name="file", label=_("File"), kind="file"),
            Field(name="issued", label=_("Issued on (optional)"), kind="date"),
            Field(name="expires", label=_("Counts until before (optional)"), kind="date"),
        ],
    )


def _upload(request: HttpRequest, institution_id: UUID) -> HttpResponse | dict[str, Any]:
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
        return errors
    (result,) = upload_documents(
        context_of(request),
        [
            DocumentUpload(
                owner_role="institution",
                owner_id=institution_id,
                kind=request.POST.get("kind", ""),
                file_name=file.name or "",
                content=file.read(),
                issued_date=issued or None,
                expires_date=expires or None,
            )
        ],
    )
    if result.problem is not None:
        return {"file": file_problem(result.problem)}
    if result.code.is_refusal:
        return {"kind" if result.code == "kind_unknown" else "expires": refusal(result.code)}
    return back_with(request, _("The document is in the registry."), "institution_documents")


def _withdraw(request: HttpRequest, institution_id: UUID) -> HttpResponse | dict[str, Any]:
    try:
        document_id = UUID(request.POST.get("document_id", ""))
    except ValueError:
        return {"document_id": _("Choose a document.")}
    (result,) = withdraw_documents(context_of(request), [document_id], owner_id=institution_id)
    if result.code.is_refusal:
        return {"document_id": refusal(result.code)}
    return back_with(request, _("The document is withdrawn."), "institution_documents")
