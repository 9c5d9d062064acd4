"""The public halves of the keys with which a partner signs agreements: register, revoke."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partners import queries
from prakerja.partners.operations import PartyKeyRequest, register_party_keys, revoke_party_keys
from prakerja.web import formats
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of
from prakerja.web.fields import Field
from prakerja.web.partner.cooperation import Side, side_of
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Form, Sheet, show_sheet
from prakerja.web.shown import moment_cell
from prakerja.web.tables import Cell, Column, make_table


@requires(Permission.MANAGE_KEYS)
@require_http_methods(["GET", "POST"])
def signing_keys(request: HttpRequest) -> HttpResponse:
    """The public halves of the keys with which the partner signs agreements."""
    side, own = side_of(request), partner_id_of(request)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        answer = _revoke(request, own) if request.POST.get("act") == "revoke" else _register(request, side, own)
        if isinstance(answer, HttpResponse):
            return answer
        errors = answer
    lines = queries.list_party_keys(side, own)
    live = tuple((str(one.id), one.label or one.public_key[:16]) for one in lines if one.revoked_at is None)
    forms = [
        Form(
            act="register",
            heading=_("Register a key"),
            button=_("Register"),
            notice=_("Make it on your own machine: prakerja agreement new-key FILE. Paste the public half here."),
            fields=[
                Field(name="label", label=_("Name of the key")),
                Field(name="public_key", label=_("Public half (64 digits and letters)"), length_max=80),
            ],
        )
    ]
    if live:
        forms.append(
            Form(
                act="revoke",
                heading=_("Revoke a key"),
                button=_("Revoke"),
                notice=_("What it signed stands; it can sign nothing more. It cannot be undone."),
                fields=[Field(name="key_id", label=_("Key"), options=live, select=True)],
            )
        )
    sheet = Sheet(
        heading=_("Signing keys"),
        back=(reverse("proposals"), _("Proposals")),
        lead=_("Your half of a key never leaves you; here is the half by which everybody can check your signature."),
        tables=[
            make_table(
                _("Keys"),
                (
                    Column[queries.PartyKeyLine](_("Name"), lambda row: row.label or "–"),
                    Column[queries.PartyKeyLine](_("Public half"), lambda row: Cell(row.public_key, long=True)),
                    Column[queries.PartyKeyLine](_("Registered"), lambda row: formats.moment(row.registered_at)),
                    Column[queries.PartyKeyLine](_("Revoked"), lambda row: moment_cell(row.revoked_at)),
                ),
                lines,
                empty=_("No key is registered yet. Without one you cannot sign an agreement."),
            )
        ],
        forms=forms,
    )
    return show_sheet(request, sheet, errors=errors)


def _register(request: HttpRequest, side: Side, own: UUID) -> HttpResponse | dict[str, Any]:
    try:
        public_key = bytes.fromhex(request.POST.get("public_key", "").strip())
    except ValueError:
        public_key = b""
    entry = PartyKeyRequest(
        owner_role=side, owner_id=own, public_key=public_key, label=request.POST.get("label", "")[:100]
    )
    (result,) = register_party_keys(context_of(request), [entry])
    if result.code.is_refusal:
        return {"public_key": refusal(result.code)}
    return back_with(request, _("The key is registered."), "signing_keys")


def _revoke(request: HttpRequest, own: UUID) -> HttpResponse | dict[str, Any]:
    try:
        key_id = UUID(request.POST.get("key_id", ""))
    except ValueError:
        return {"key_id": _("Choose a key.")}
    (result,) = revoke_party_keys(context_of(request), [key_id], owner_id=own)
    if result.code.is_refusal:
        return {"key_id": refusal(result.code)}
    return back_with(request, _("The key is revoked."), "signing_keys")
