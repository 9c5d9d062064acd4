"""A platform says in public what it is, what it sells and at which fee; the office confirms it (SCHEME-08)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partners import queries
from prakerja.partners.operations import TermsRequest, enter_terms, withdraw_terms
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.cooperation_words import own_text
from prakerja.web.days import read_term
from prakerja.web.fields import Field
from prakerja.web.partner.fees import fee_fields, read_fee, typed_fee
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Form, Sheet, show_sheet
from prakerja.web.tables import Column, make_table
from prakerja.web.terms_shown import terms_facts, version_table

MODES = {"both": ("offline", "online"), "online": ("online",), "offline": ("offline",)}
_WHERE: dict[str, str] = {
    "description_missing": "description_id",
    "modes_unknown": "modes",
    "term_malformed": "term",
    "fee_scheme_malformed": "fee",
    "government_platform_charges": "fee_kind",
    "above_the_cap": "fee",
}


@requires(Permission.PUBLISH_TERMS)
@require_http_methods(["GET", "POST"])
def own_terms(request: HttpRequest) -> HttpResponse:
    """What is shown in public now, what waits for the office, and the form of the next version."""
    platform_id = partner_id_of(request)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        answer = _act(request)
        if isinstance(answer, HttpResponse):
            return answer
        errors = answer
    found = queries.get_platform(platform_id)
    versions = queries.list_terms(platform_id)
    waiting = next((one for one in versions if one.waits), None)
    asked = queries.find_requirement_set(platform_id, on=context_of(request).today)
    parts = [own_text(one["text"]) for one in (*asked.requirements, *asked.documents)] if asked else []
    notices = []
    if waiting:
        by_when = formats.deadline(waiting.due_at, now=now_of(request))
        notices.append(
            _("Version %(version)s waits for the office until %(day)s; without a decision it lapses.")
            % {"version": waiting.version, "day": by_when}
        )
    if found.profile.get("fee_scheme") is None:
        notices.append(_("Nothing is said of your fee in public yet."))
    links = [(reverse("platform_requirements"), _("What you ask of institutions"))]
    if found.recognised_at is not None:
        links.append((reverse("platform_terms", args=[found.code]), _("Your public page")))
    sheet = Sheet(
        heading=_("Public terms"),
        lead=_(
            "Institutions and everybody else read this before they come to you. The programme office confirms each "
            "version. What is agreed with an institution stands in its agreement and is not changed by this."
        ),
        notices=notices,
        facts=terms_facts(
            description=found.profile.get("description"),
            fee_scheme=found.profile.get("fee_scheme"),
            modes=found.modes,
            payment_term_days=found.payment_term_days,
        ),
        links=links,
        tables=[
            make_table(
                _("What you ask of institutions"),
                (Column[str](_("Requirement"), lambda row: row),),
                parts,
                empty=_("You ask nothing besides an agreement."),
            ),
            version_table(versions, names=False),
        ],
        forms=[_withdrawal(waiting)] if waiting else [_entry_form(found)],
    )
    return show_sheet(request, sheet, errors=errors)


def _act(request: HttpRequest) -> HttpResponse | dict[str, Any]:
    platform_id, context = partner_id_of(request), context_of(request)
    if request.POST.get("act") == "withdraw":
        waiting = [one.id for one in queries.list_terms(platform_id) if one.waits]
        results = withdraw_terms(context, waiting, platform_id=platform_id)
        text = _("Taken back. Nothing has changed in public.") if results else _("Nothing waits any more.")
        return back_with(request, text, "own_terms", good=bool(results))
    entry = _entry(request)
    if isinstance(entry, dict):
        return entry
    (result,) = enter_terms(context, [entry], regime=get_regime_book().on(context.today))
    if result.code.is_refusal:
        return {_WHERE.get(result.code, ""): refusal(result.code)}
    return back_with(request, _("Entered. The programme office confirms it within 14 days."), "own_terms")


def _entry(request: HttpRequest) -> TermsRequest | dict[str, Any]:
    errors: dict[str, Any] = {}
    scheme = read_fee(request.POST.get("fee_kind", ""), request.POST.get("fee", ""))
    if scheme is None:
        errors["fee"] = _("This fee cannot be read. Look at the example of its kind.")
    term = read_term(request, "term")
    if term is None:
        errors["term"] = _("Write the days in digits, 365 at most.")
    if scheme is None or term is None:
        return errors
    return TermsRequest(
        platform_id=partner_id_of(request),
        description={language: request.POST.get(f"description_{language}", "").strip() for language in ("id", "en")},
        fee_scheme=scheme,
        modes=MODES.get(request.POST.get("modes", ""), ()),
        payment_term_days=term,
    )


def _entry_form(found: queries.PlatformView) -> Form:
    described = found.profile.get("description") or {}
    scheme = found.profile.get("fee_scheme")
    modes = next((word for word, modes in MODES.items() if modes == tuple(sorted(found.modes))), "")
    filled = {"fee_kind": scheme["kind"], "fee": typed_fee(scheme)} if scheme else {}
    return Form(
        act="enter",
        heading=_("Enter the next version"),
        button=_("Send to the office"),
        notice=_("New listings follow the modes. What is on sale already stays until you take it off sale."),
        fields=[
            _description("description_id", _("Description in Indonesian"), described.get("id", "")),
            _description("description_en", _("Description in English"), described.get("en", "")),
            Field(
                name="modes",
                label=_("Sells"),
                options=(("both", _("online and offline")), ("online", _("online")), ("offline", _("offline"))),
                select=True,
                value=modes,
            ),
            *fee_fields(filled),
            Field(
                name="term",
                label=_("Payment term in days"),
                value=str(found.payment_term_days),
                inputmode="numeric",
            ),
        ],
    )


def _description(name: str, label: str, value: str) -> Field:
    hint = _("One or two sentences: what you are and what you are good at.")
    return Field(name=name, label=label, hint=hint, kind="textarea", length_max=500, value=value)


def _withdrawal(waiting: queries.TermsView) -> Form:
    return Form(
        act="withdraw",
        heading=_("Take version %(version)s back") % {"version": waiting.version},
        button=_("Take back"),
        notice=_("What is shown in public stays as it is. Then you can enter another version."),
    )
