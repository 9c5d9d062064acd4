"""Agreements on their way: a platform proposes terms, both sides read and sign them offline, keys are looked after."""

import json
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.access.roles import Role
from prakerja.partners import queries
from prakerja.partners.contracts import NO_TERMS
from prakerja.partners.operations import (
    AgreementRequest,
    SignatureUpload,
    keep_agreement_papers,
    propose_agreements,
    sign_agreements,
    withdraw_proposals,
)
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.agreement_paper import agreement_pdf, terms_facts
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.conflicts_shown import conflict_notices
from prakerja.web.days import read_day, read_term
from prakerja.web.fields import Field
from prakerja.web.partner.fees import fee_fields, read_fee
from prakerja.web.partner.shared import fee_terms, partner_id_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.shown import state_cell
from prakerja.web.tables import Cell, Column, make_table
from prakerja.web.visitors import user_of

Side = Literal["platform", "institution"]


def side_of(request: HttpRequest) -> Side:
    """On which side of an agreement the signed-in partner stands."""
    return "platform" if user_of(request).role == Role.PLATFORM else "institution"


@requires(Permission.MANAGE_KEYS)
def proposals(request: HttpRequest) -> HttpResponse:
    """Terms that wait for signatures, and earlier ones."""
    side, now = side_of(request), now_of(request)
    table = make_table(
        _("Proposals"),
        (
            Column[queries.ProposalLine](
                _("Institution") if side == "platform" else _("Platform"),
                lambda row: Cell(row.other_name, href=reverse("proposal", args=[row.id])),
            ),
            Column[queries.ProposalLine](_("State"), lambda row: state_cell("proposal_state", row.state)),
            Column[queries.ProposalLine](_("Fee"), lambda row: fee_terms(dict(row.fee_scheme))),
            Column[queries.ProposalLine](_("Valid from"), lambda row: formats.day(row.valid_from)),
            Column[queries.ProposalLine](_("Signed by"), lambda row: signers(row.signed_by)),
            Column[queries.ProposalLine](
                _("Sign until"), lambda row: formats.deadline(row.due_at, now=now) if row.state == "proposed" else "–"
            ),
        ),
        queries.list_proposals(side, partner_id_of(request)),
        empty=_("No terms have been proposed yet. The platform proposes them to institutions that it has verified."),
    )
    links = [(reverse("signing_keys"), _("Signing keys"))]
    if side == "platform":
        links.insert(0, (reverse("propose_agreement"), _("Propose terms")))
        links.insert(1, (reverse("what_if"), _("What if: a past period under other terms")))
    sheet = Sheet(
        heading=_("Proposals"),
        lead=_("An agreement is made when both sides have signed it with keys that never leave them."),
        links=links,
        tables=[table],
    )
    return show_sheet(request, sheet)


def signers(roles: Any) -> str:  # noqa: ANN401 - a sequence of roles
    """The sides that have signed, in words."""
    return ", ".join(str(words.word("role", role).text) for role in roles) or "–"


@requires(Permission.MANAGE_KEYS)
@require_http_methods(["GET", "POST"])
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal: its terms, its canonical text and papers, its signatures; to sign or to take back."""
    found = own_proposal(request, proposal_id)
    side, errors = side_of(request), {}
    if request.method == "POST":
        answer = _withdraw(request, found) if request.POST.get("act") == "withdraw" else _sign(request, found, side)
        if isinstance(answer, HttpResponse):
            return answer
        errors = answer
    word = words.word("proposal_state", found.state)
    signed = {one.role for one in found.signatures}
    forms = []
    if found.state == "proposed" and side not in signed:
        forms.append(
            Form(
                act="sign",
                heading=_("Upload your signature"),
                button=_("Upload the signature"),
                uploads=True,
                notice=_(
                    "1. Download the text to be signed. 2. Sign it on your own machine: "
                    "prakerja agreement sign FILE --key KEY. 3. Upload the file it makes. Your key stays with you."
                ),
                fields=[Field(name="signature", label=_("Signature file (.sig.json)"), kind="file")],
            )
        )
    if found.state == "proposed" and side == "platform":
        forms.append(
            Form(
                act="withdraw",
                heading=_("Take the proposal back"),
                button=_("Take back"),
                notice=_("Nobody can sign it any more. Other terms are another proposal."),
            )
        )
    sheet = Sheet(
        heading=_("Terms of %(platform)s and %(institution)s")
        % {"platform": found.platform_name, "institution": found.institution_name},
        back=(reverse("proposals"), _("Proposals")),
        facts=[
            Fact(_("State"), word.text, tone=word.tone),
            Fact(_("Who must act"), word.who_acts),
            *terms_facts(found),
        ],
        notices=conflict_notices("agreement", found.platform_id, found.institution_id),
        links=[
            (reverse("proposal_text", args=[found.id]), _("Text to be signed (JSON, RFC 8785)")),
            (reverse("proposal_paper", args=[found.id, "id"]), _("Paper in Indonesian (PDF)")),
            (reverse("proposal_paper", args=[found.id, "en"]), _("Paper in English (PDF)")),
        ],
        tables=[
            make_table(
                _("Signatures"),
                (
                    Column[queries.SignatureView](_("Side"), lambda row: words.word("role", row.role).text),
                    Column[queries.SignatureView](_("Signed"), lambda row: formats.moment(row.signed_at)),
                    Column[queries.SignatureView](_("Key"), lambda row: Cell(row.public_key, long=True)),
                ),
                found.signatures,
                empty=_("Nobody has signed yet."),
            )
        ],
        forms=forms,
    )
    return show_sheet(request, sheet, errors=errors)


def own_proposal(request: HttpRequest, proposal_id: UUID) -> queries.ProposalView:
    """A proposal of the signed-in partner.

    Raises:
        Http404: there is none, or it is of others.
    """
    try:
        found = queries.get_proposal(proposal_id)
    except LookupError:
        raise Http404 from None
    if partner_id_of(request) not in (found.platform_id, found.institution_id):
        raise Http404
    return found


def _sign(request: HttpRequest, found: queries.ProposalView, side: Side) -> HttpResponse | dict[str, Any]:
    file = request.FILES.get("signature")
    if file is None or (file.size or 0) > 10_000:  # noqa: PLR2004 - a signature is 300 bytes
        return {"signature": _("Choose the signature file.")}
    try:
        content = json.loads(file.read())
        public_key, signature = bytes.fromhex(content["public_key"]), bytes.fromhex(content["signature"])
    except (ValueError, KeyError, TypeError):
        return {"signature": _("This is no signature file. Make it with: prakerja agreement sign.")}
    upload = SignatureUpload(
        proposal_id=found.id,
        role=side,
        party_id=partner_id_of(request),
        public_key=public_key,
        signature=signature,
    )
    context = context_of(request)
    (result,) = sign_agreements(context, [upload], regime=get_regime_book().on(context.today))
    if result.code.is_refusal:
        return {"signature": refusal(result.code)}
    # Whoever signs, signs what the papers say: from now on they can be compared.
    papers = {language: agreement_pdf(found, language) for language in ("id", "en")}
    keep_agreement_papers(context_of(request), found.id, papers)
    text = _("Both sides have signed: the agreement is made.") if result.agreement_id else _("Your signature counts.")
    return back_with(request, text, "proposal", found.id)


def _withdraw(request: HttpRequest, found: queries.ProposalView) -> HttpResponse | dict[str, Any]:
    own = partner_id_of(request)
    (result,) = withdraw_proposals(context_of(request), [found.id], platform_id=own)
    if result.code.is_refusal:
        return {"": refusal(result.code)}
    return back_with(request, _("The proposal is taken back."), "proposals")


@requires(Permission.MANAGE_KEYS)
def proposal_text(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The very bytes that both sides sign."""
    found = own_proposal(request, proposal_id)
    return HttpResponse(
        found.canonical.encode(),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="agreement-{found.id}.json"'},
    )


@requires(Permission.SEE_OWN_SALES)
@require_http_methods(["GET", "POST"])
def propose_agreement(request: HttpRequest) -> HttpResponse:
    """A platform proposes terms to an institution that it has verified."""
    platform_id, context = partner_id_of(request), context_of(request)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        entry = _proposed(request, platform_id)
        if isinstance(entry, dict):
            errors = entry
        else:
            regime = get_regime_book().on(max(entry.valid_from, context.today))
            (result,) = propose_agreements(context, [entry], regime=regime)
            if not result.code.is_refusal and result.agreement_id is not None:
                text = _("Proposed. Now both sides sign.")
                if result.stopped:
                    text = _("Proposed. The programme office looks at a tie between the two before both can sign.")
                return back_with(request, text, "proposal", result.agreement_id)
            errors = {_WHERE.get(result.code, ""): refusal(result.code)}
    sheet = Sheet(
        heading=_("Propose terms"),
        back=(reverse("proposals"), _("Proposals")),
        lead=_("Signed terms are never edited. Other terms are another version, from another day."),
        forms=[
            Form(
                act="propose",
                heading=_("Terms"),
                button=_("Propose"),
                fields=[
                    Field(
                        name="institution",
                        label=_("Institution"),
                        options=tuple(
                            (str(one), name) for one, name in queries.list_signable_institutions(platform_id)
                        ),
                        select=True,
                    ),
                    *fee_fields(),
                    Field(name="from", label=_("Valid from"), kind="date", value=context.today.isoformat()),
                    Field(name="until", label=_("Valid until before (optional)"), kind="date"),
                    Field(name="term", label=_("Payment term in days"), value="30", inputmode="numeric"),
                ],
            )
        ],
    )
    return show_sheet(request, sheet, errors=errors)


_WHERE: dict[str, str] = {
    "not_registered": "institution",
    "institution_unknown": "institution",
    "proposal_open": "institution",
    "overlaps": "from",
    "period_malformed": "from",
    "above_the_cap": "fee",
    "fee_scheme_malformed": "fee",
    "government_platform_charges": "fee_kind",
}


def _proposed(request: HttpRequest, platform_id: UUID) -> AgreementRequest | dict[str, Any]:
    errors: dict[str, Any] = {}
    scheme = read_fee(request.POST.get("fee_kind", ""), request.POST.get("fee", ""))
    if scheme is None:
        errors["fee"] = _("This fee cannot be read. Look at the example of its kind.")
    valid_from, valid_until = read_day(request, "from"), read_day(request, "until")
    if not isinstance(valid_from, date):
        errors["from"] = _("Write the day as 2020-12-31.")
    if valid_until is False:
        errors["until"] = _("Write the day as 2020-12-31.")
    term = read_term(request, "term")
    if term is None:
        errors["term"] = _("Write the days in digits, 365 at most.")
    try:
        institution_id = UUID(request.POST.get("institution", ""))
    except ValueError:
        errors["institution"] = _("Choose an institution.")
    if errors or scheme is None or term is None or not isinstance(valid_from, date):
        return errors
    calendar = {"payment_term_days": term, "report_working_days": 1}
    return AgreementRequest(
        platform_id=platform_id,
        institution_id=institution_id,
        fee_scheme=scheme,
        valid_from=valid_from,
        valid_until=valid_until if isinstance(valid_until, date) else None,
        terms={**NO_TERMS, "calendar": calendar},
    )
