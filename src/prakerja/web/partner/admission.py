"""A platform's own admission: the criteria of PLAT-01, what it shows for each, and what the evaluators found."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partners import queries
from prakerja.partners.operations import DocumentShowing, show_admission_documents
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.admission_shown import criteria_table, shown_table
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of
from prakerja.web.fields import Field
from prakerja.web.partner.documents import (
    document_table,
    keep_upload,
    upload_form,
    withdraw_document,
    withdraw_forms,
)
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet


@requires(Permission.PUBLISH_TERMS)
@require_http_methods(["GET", "POST"])
def platform_admission(request: HttpRequest) -> HttpResponse:
    """Where the application stands, what is asked, and the documents that are shown for it."""
    platform_id, context = partner_id_of(request), context_of(request)
    criteria = [str(word) for word in get_regime_book().on(context.today).platform_admission_evidence]
    errors: dict[str, Any] = {}
    if request.method == "POST":
        said, errors = _act(request, platform_id)
        if not errors:
            return back_with(request, said, "platform_admission")
    found = queries.get_platform(platform_id)
    is_open = found.recognised_at is None and found.state != "ended"
    own = queries.list_documents("platform", platform_id)
    shown = queries.list_admission_documents([platform_id])[platform_id]
    word = words.word("platform_state", found.state)
    facts = [Fact(_("State"), word.text, tone=word.tone), Fact(_("Who must act"), word.who_acts)]
    if found.recognised_at:
        facts.append(Fact(_("Recognised"), formats.day(found.recognised_at)))
    lead = _("PLAT-01: two people of the programme office look at each criterion. Show them a document for it.")
    sheet = Sheet(
        heading=_("Recognition"),
        lead=lead if is_open else _("The decision rests on what stands here; nothing is added to it any more."),
        facts=facts,
        links=[(reverse("integration"), _("Integration"))],
        tables=[
            criteria_table(criteria, queries.list_platform_reviews(platform_id), shown),
            shown_table(shown, context.today),
            document_table(own, context.today, empty=_("No document yet. Upload each one once.")),
        ],
        forms=[*(_forms(criteria, own, context.today) if is_open else []), *withdraw_forms(own)],
    )
    return show_sheet(request, sheet, errors=errors)


def _forms(criteria: list[str], own: list[queries.DocumentLine], today: date) -> list[Form]:
    criterion = Field(
        name="criterion",
        label=_("Criterion"),
        options=tuple((word, words.value_word(word)) for word in criteria),
        select=True,
    )
    forms = [
        upload_form(
            criterion,
            heading=_("Show a new document"),
            notice=_("PDF, JPEG, PNG, DOCX or XLSX up to 5 MB, without macros. What is shown stays on record."),
        )
    ]
    live = tuple((str(one.id), one.file_name) for one in own if one.counts_on(today))
    if live:
        chosen = Field(name="document_id", label=_("Document"), options=live, select=True)
        notice = _("The same document may stand for several criteria.")
        heading, button = _("Show a document from the registry"), _("Show it")
        forms.append(Form(act="show", heading=heading, button=button, notice=notice, fields=[criterion, chosen]))
    return forms


def _act(request: HttpRequest, platform_id: UUID) -> tuple[str, dict[str, Any]]:
    """What was done, in a sentence, or errors by field."""
    act = request.POST.get("act")
    if act == "withdraw":
        return _("The document is withdrawn."), withdraw_document(request, platform_id)
    context = context_of(request)
    criterion = request.POST.get("criterion", "")
    regime = get_regime_book().on(context.today)
    if criterion not in regime.platform_admission_evidence:
        return "", {"criterion": _("Choose a criterion.")}
    if act == "upload":
        document_id, errors = keep_upload(request, "platform")
    else:
        document_id, errors = _document_id(request), {}
    if errors or document_id is None:
        return "", errors or {"document_id": _("Choose a document.")}
    showing = DocumentShowing(platform_id=platform_id, criterion=criterion, document_id=document_id)
    (result,) = show_admission_documents(context, [showing], regime=regime)
    field = "document_id" if result.code in ("document_unknown", "already_shown") and act != "upload" else ""
    return _("The programme office sees the document."), {field: refusal(result.code)} if result.code.is_refusal else {}


def _document_id(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("document_id", ""))
    except ValueError:
        return None
