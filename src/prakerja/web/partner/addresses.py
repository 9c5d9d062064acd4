"""A partner's addresses: where browsers come back to its programs from presence check and sign-in."""

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partner_api.callbacks import (
    CHARACTERS_MAX,
    PURPOSES,
    CallbackCode,
    CallbackView,
    add_callback,
    list_callbacks,
    remove_callback,
)
from prakerja.web import formats
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of
from prakerja.web.fields import Field
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Form, Sheet, show_sheet
from prakerja.web.tables import Cell, Column, make_table
from prakerja.web.visitors import user_of

PURPOSE_WORDS: Final[dict[str, str | Promise]] = {
    "presence": gettext_lazy("Back from the presence check"),
    "sign_on": gettext_lazy("Back from signing in with Prakerja"),
    "login": gettext_lazy("Where signing in begins"),
}


@requires(Permission.MANAGE_KEYS)
@require_http_methods(["GET", "POST"])
def addresses(request: HttpRequest) -> HttpResponse:
    """The registered addresses; a POST adds one or takes one out."""
    role, partner_id = user_of(request).role, partner_id_of(request)
    errors: dict[str, str] = {}
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "add":
            purposes = PURPOSES[role]
            code = add_callback(
                context_of(request),
                partner_id=partner_id,
                partner_role=role,
                purpose=purposes[0] if len(purposes) == 1 else request.POST.get("purpose", ""),
                uri=request.POST.get("uri", "").strip(),
            )
            if not code.is_refusal:
                return back_with(request, _("The address is registered. Calls name it letter by letter."), "addresses")
            errors["purpose" if code is CallbackCode.PURPOSE_UNFIT else "uri"] = refusal(code)
        elif act == "remove":
            code = remove_callback(context_of(request), _key(request), partner_id=partner_id)
            if not code.is_refusal:
                return back_with(request, _("The address is taken out. No browser is sent there anew."), "addresses")
            errors["address"] = refusal(code)
        else:
            raise Http404
    mine = list_callbacks(partner_id)
    table = make_table(
        _("Registered addresses"),
        (
            Column[CallbackView](_("For"), lambda row: PURPOSE_WORDS[row.purpose]),
            Column[CallbackView](_("Address"), lambda row: Cell(row.uri, long=True)),
            Column[CallbackView](_("Since"), lambda row: formats.moment(row.registered_at)),
        ),
        mine,
        empty=_("No address is registered: participants cannot be sent back to your programs."),
    )
    sheet = Sheet(
        heading=_("Addresses"),
        back=(reverse("keys"), _("Keys")),
        lead=_("Participants are sent back to these addresses of your programs and to no others."),
        tables=[table],
        forms=_forms(role, mine),
    )
    return show_sheet(request, sheet, errors=errors)


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("address", ""))
    except ValueError:
        return UUID(int=0)


def _forms(role: str, mine: list[CallbackView]) -> list[Form]:
    address = Field(
        "uri",
        _("Address"),
        hint=_("It begins with https:// and has no #."),
        length_max=CHARACTERS_MAX,
    )
    purposes = tuple((purpose, PURPOSE_WORDS[purpose]) for purpose in PURPOSES[role])
    add = Form(
        act="add",
        heading=_("Register an address"),
        button=_("Register it"),
        fields=[address] if len(purposes) == 1 else [Field("purpose", _("For"), options=purposes), address],
    )
    if not mine:
        return [add]
    options = tuple((str(one.id), one.uri) for one in mine)
    remove = Form(
        act="remove",
        heading=_("Take an address out"),
        button=_("Take it out"),
        fields=[Field("address", _("Registered address"), options=options, select=True)],
        notice=_("Calls that name it are refused from then on. Links that were made before still lead there."),
    )
    return [add, remove]
