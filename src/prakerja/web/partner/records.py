"""An institution's record at the programme office, and where its admission stands (INST-01)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.access.queries import list_staff_who_may
from prakerja.partners import queries
from prakerja.partners.operations import (
    AccreditationRecord,
    IdentityRecord,
    PremisesRecord,
    RecordEntry,
    TrainerRecord,
    add_to_records,
    submit_institutions,
)
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.days import read_day
from prakerja.web.fields import Field
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.proceedings_shown import step_table
from prakerja.web.records_shown import end_page, own_end_href, record_table
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet


@requires(Permission.SEE_OWN_CLASSES)
@require_http_methods(["GET", "POST"])
def institution_record(request: HttpRequest) -> HttpResponse:
    """Identity, accreditations, premises and trainers: what platforms and the office look at."""
    institution_id = partner_id_of(request)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        entry = _entry(request)
        if entry is None:
            errors[""] = _("Fill in every field; write days as 2020-12-31 and numbers in digits.")
        else:
            (result,) = add_to_records(context_of(request), [entry])
            if not result.code.is_refusal:
                return back_with(request, _("It is on record."), "institution_record")
            errors[""] = refusal(result.code)
    found = queries.get_institution(institution_id)
    facts = queries.get_facts([institution_id], on=context_of(request).today)[institution_id]
    sheet = Sheet(
        heading=_("Record"),
        lead=_("What stands here need not be told to each platform again, and no answer in a form replaces it."),
        facts=[
            Fact(_("Name"), found.name),
            Fact(_("Kind"), words.word("institution_kind", found.kind).text),
            Fact(_("Legal form"), words.word("legal_form", str(facts.get("legal_form", ""))).text),
            Fact(_("Years in existence"), str(facts.get("years_in_existence", "–"))),
            Fact(_("Accreditation that counts today"), str(facts.get("accreditation_grade", "–"))),
            Fact(_("Places for learners"), str(facts["places_on_record"])),
            Fact(_("Tax number on record"), _("Yes") if facts["tax_number_on_record"] else _("No")),
            Fact(_("Bank account on record"), _("Yes") if facts["bank_account_on_record"] else _("No")),
        ],
        tables=[
            record_table(
                queries.list_record(institution_id),
                today=context_of(request).today,
                empty=_("Nothing is on record yet. Add accreditations, premises and trainers below."),
                end_href=own_end_href,
            )
        ],
        forms=_forms(found),
    )
    return show_sheet(request, sheet, errors=errors)


@requires(Permission.SEE_OWN_CLASSES)
@require_http_methods(["GET", "POST"])
def own_record_end(request: HttpRequest, record_kind: str, record_id: UUID) -> HttpResponse:
    """End an entry of the own record."""
    back = (reverse("institution_record"), _("Record"))
    to = ("institution_record",)
    return end_page(request, partner_id_of(request), record_kind, record_id, back=back, to=to)


def _forms(found: queries.InstitutionView) -> list[Form]:
    forms = tuple((code, word.text) for code, word in words.WORDS["legal_form"].items() if code)
    return [
        Form(
            act="identity",
            heading=_("Identity"),
            button=_("Keep"),
            fields=[
                Field(name="legal_form", label=_("Legal form"), options=forms, select=True, value=found.legal_form),
                Field(
                    name="founded",
                    label=_("Founded on"),
                    kind="date",
                    value=found.founded_date.isoformat() if found.founded_date else "",
                ),
                Field(
                    name="offline",
                    label=_("Do you teach face to face?"),
                    options=(("yes", _("Yes")), ("no", _("No"))),
                    value="yes" if found.offline else "no",
                ),
            ],
        ),
        Form(
            act="accreditation",
            heading=_("Add an accreditation"),
            button=_("Add"),
            fields=[
                Field(name="grade", label=_("Grade"), options=tuple((one, one) for one in "ABC"), select=True),
                Field(name="number", label=_("Number of the certificate")),
                Field(name="from", label=_("Counts from"), kind="date"),
                Field(name="until", label=_("Counts until before"), kind="date"),
            ],
        ),
        Form(
            act="premises",
            heading=_("Add premises"),
            button=_("Add"),
            fields=[
                Field(name="place", label=_("Name of the building")),
                Field(name="address", label=_("Address")),
                Field(
                    name="province", label=_("Province code"), hint=_("Two digits, such as 32."), inputmode="numeric"
                ),
                Field(name="places", label=_("Places for learners"), inputmode="numeric"),
            ],
        ),
        Form(
            act="trainer",
            heading=_("Add a trainer"),
            button=_("Add"),
            fields=[
                Field(name="trainer", label=_("Name")),
                Field(name="subject", label=_("Subject")),
                Field(name="certificate", label=_("Number of the certificate (optional)")),
                Field(name="certified", label=_("Certified until before (optional)"), kind="date"),
            ],
        ),
    ]


def _entry(request: HttpRequest) -> RecordEntry | None:
    institution_id = partner_id_of(request)
    typed = {name: request.POST.get(name, "").strip() for name in request.POST}
    days = {name: read_day(request, name) for name in ("founded", "from", "until", "certified")}
    if False in days.values():
        return None
    match request.POST.get("act"):
        case "identity" if days["founded"]:
            return IdentityRecord(
                institution_id=institution_id,
                legal_form=typed.get("legal_form", ""),
                founded_date=days["founded"],
                offline=typed.get("offline") == "yes",
            )
        case "accreditation" if days["from"] and days["until"]:
            return AccreditationRecord(
                institution_id=institution_id,
                grade=typed.get("grade", ""),
                number=typed.get("number", ""),
                valid_from=days["from"],
                valid_until=days["until"],
            )
        case "premises" if typed.get("places", "").isascii() and typed.get("places", "").isdigit():
            return PremisesRecord(
                institution_id=institution_id,
                name=typed.get("place", ""),
                address=typed.get("address", ""),
                province_code=typed.get("province", ""),
                places=min(int(typed["places"][:6]), 100_000),
            )
        case "trainer":
            return TrainerRecord(
                institution_id=institution_id,
                name=typed.get("trainer", ""),
                subject=typed.get("subject", ""),
                certificate_number=typed.get("certificate", ""),
                certified_until=days["certified"] or None,
            )
    return None


@requires(Permission.SEE_OWN_CLASSES)
@require_http_methods(["GET", "POST"])
def institution_admission(request: HttpRequest) -> HttpResponse:
    """The steps of the programme office: which is open, by when, what was decided and why."""
    institution_id = partner_id_of(request)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        context = context_of(request)
        (result,) = submit_institutions(
            context,
            [institution_id],
            regime=get_regime_book().on(context.today),
            reviewers=list_staff_who_may(Permission.JUDGE_PARTNERS),
        )
        if not result.code.is_refusal:
            return back_with(request, _("Your institution is with the programme office."), "institution_admission")
        errors[""] = refusal(result.code)
    found = queries.get_institution(institution_id)
    word = words.word("institution_state", found.state)
    forms = []
    if found.state == "draft":
        notice = _("The office looks at your record, governance, courses and, if you teach face to face, premises.")
        forms.append(Form(act="submit", heading=_("Submit to the programme office"), button=_("Submit"), notice=notice))
    facts = [Fact(_("State"), word.text, tone=word.tone), Fact(_("Who must act"), word.who_acts)]
    if found.decreed_at:
        facts.append(Fact(_("Decreed"), formats.day(found.decreed_at)))
    sheet = Sheet(
        heading=_("Admission"),
        lead=_("An agreement with a platform comes first. Then the office takes step by step, each within 14 days."),
        facts=facts,
        tables=[step_table(queries.list_admission_steps(institution_id), now=now_of(request), names=False)],
        forms=forms,
    )
    return show_sheet(request, sheet, errors=errors)
