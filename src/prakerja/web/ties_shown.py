"""Who stands behind a holder, as pages show it: what is on record with its days, and the form of each kind of tie."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prakerja.partners.conflict_queries import Tie, list_ties
from prakerja.partners.operations.owners import TieRequest, end_ties, record_ties
from prakerja.partners.owner_rules import TIE_KINDS
from prakerja.web import formats, words
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of
from prakerja.web.days import read_day
from prakerja.web.fields import Field
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.tables import Cell, Column, Table, make_table

_HEADINGS: Final[dict[str, Promise]] = {
    "owner": gettext_lazy("Add an owner"),
    "director": gettext_lazy("Add a director"),
    "tax_number": gettext_lazy("Add the tax number"),
    "address": gettext_lazy("Add an address"),
    "phone": gettext_lazy("Add a telephone number"),
    "bank_account": gettext_lazy("Add a bank account"),
}
_VALUES: Final[dict[str, tuple[Promise, Promise]]] = {
    "owner": (
        gettext_lazy("NIK or tax number (NPWP)"),
        gettext_lazy("15 or 16 digits; of a company its tax number. It is encrypted, pages show the name only."),
    ),
    "director": (
        gettext_lazy("NIK"),
        gettext_lazy("16 digits. It is encrypted, pages show the name only."),
    ),
    "tax_number": (gettext_lazy("Tax number (NPWP)"), gettext_lazy("15 or 16 digits.")),
    "address": (gettext_lazy("Address"), gettext_lazy("Street, number, district, town.")),
    "phone": (gettext_lazy("Telephone number"), gettext_lazy("Such as 0812 3456 7890.")),
    "bank_account": (gettext_lazy("Account number"), gettext_lazy("Digits only.")),
}
_WHERE: Final[dict[str, str]] = {
    "name_missing": "name",
    "value_malformed": "value",
    "other_tax_number": "value",
    "leads_to_itself": "value",
    "repeated": "value",
    "source_missing": "source",
    "starts_in_the_future": "from",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose ties the pages are about. `scope`: own or office, in which the names of their addresses begin."""

    kind: str
    id: UUID
    name: str
    scope: str
    arguments: tuple[object, ...] = ()

    @property
    def href(self) -> str:
        """The page that lists the ties."""
        return reverse(f"{self.scope}_ties", args=self.arguments)

    @property
    def add_links(self) -> list[tuple[str, Promise]]:
        """The pages that add one, one a kind."""
        where = f"{self.scope}_tie_new"
        return [(reverse(where, args=[*self.arguments, kind]), heading) for kind, heading in _HEADINGS.items()]

    def end_href(self, tie_id: UUID) -> str:
        """The page that ends one."""
        return reverse(f"{self.scope}_tie_end", args=[*self.arguments, tie_id])

    def back_with(self, request: HttpRequest, text: str) -> HttpResponse:
        """Back to the list with a message."""
        return back_with(request, text, f"{self.scope}_ties", *self.arguments)


def tie_table(holder: Holder | None, ties: list[Tie], *, caption: str, today: date) -> Table:
    """Ties with their days; those in force can be ended where a holder is given."""
    return make_table(
        caption,
        (
            Column[Tie](_("Kind"), lambda row: words.word("tie_entry", row.kind).text),
            Column[Tie](
                _("Who or what"),
                lambda row: (
                    Cell(row.shown, href=holder.end_href(row.id))
                    if holder is not None and row.valid_until is None
                    else row.shown
                ),
            ),
            Column[Tie](_("Since"), lambda row: formats.day(row.valid_from)),
            Column[Tie](
                _("State"),
                lambda row: (
                    Cell(_("on record"), tone=words.GOOD)
                    if row.valid_until is None or row.valid_until > today
                    else Cell(_("ended on %(day)s") % {"day": formats.day(row.valid_until)}, tone=words.PLAIN)
                ),
            ),
            Column[Tie](_("Source"), lambda row: row.source),
            Column[Tie](_("Recorded"), lambda row: formats.day(row.recorded_at)),
            Column[Tie](_("By"), lambda row: row.recorded_by),
        ),
        ties,
        empty=_("Nothing is on record yet. Add owners, directors, tax number, addresses, telephones and accounts."),
    )


def add_page(request: HttpRequest, holder: Holder, kind: str) -> HttpResponse:
    """The form of one kind of tie.

    Raises:
        Http404: there is no such kind.
    """
    if kind not in TIE_KINDS:
        raise Http404
    errors: dict[str, Any] = {}
    if request.method == "POST":
        since = read_day(request, "from")
        if since is False:
            errors["from"] = _("Write the day as 2020-12-31.")
        else:
            (result,) = record_ties(context_of(request), [_request(request, holder, kind, since)])
            if not result.code.is_refusal:
                return holder.back_with(request, _("It is on record."))
            errors[_WHERE.get(result.code, "")] = refusal(result.code)
    sheet = Sheet(
        heading=_HEADINGS[kind],
        back=(holder.href, holder.name),
        lead=_("What is on record is never edited. It can end; what it explained stays."),
        forms=[Form(act="add", heading=holder.name, button=_("Put on record"), fields=_fields(request, kind))],
    )
    return show_sheet(request, sheet, errors=errors)


def end_page(request: HttpRequest, holder: Holder, tie_id: UUID) -> HttpResponse:
    """End a tie, from which day and why.

    Raises:
        Http404: the holder has no such tie in force.
    """
    found = next((one for one in list_ties(holder.id) if one.id == tie_id and one.valid_until is None), None)
    if found is None:
        raise Http404
    errors: dict[str, Any] = {}
    context = context_of(request)
    if request.method == "POST":
        until, reason = read_day(request, "until"), request.POST.get("reason", "").strip()[:500]
        if not isinstance(until, date):
            errors["until"] = _("Write the day as 2020-12-31.")
        if not reason:
            errors["reason"] = _("Write why it ends: it is read by the programme office.")
        if isinstance(until, date) and reason:
            (result,) = end_ties(context, [tie_id], holder_id=holder.id, until=until, reason=reason)
            if not result.code.is_refusal:
                return holder.back_with(request, _("It has ended. It stays on record."))
            errors["until"] = refusal(result.code)
    fields = [
        Field(
            name="until",
            label=_("First day on which it is not so any more"),
            kind="date",
            value=context.today.isoformat(),
        ),
        Field(name="reason", label=_("Why it ends"), hint=_("Such as: shares sold, deed 12 of 3 August 2020.")),
    ]
    sheet = Sheet(
        heading=_("End: %(tie)s") % {"tie": f"{words.word('tie_entry', found.kind).text}, {found.shown}"},
        back=(holder.href, holder.name),
        lead=_("It cannot be undone. A case that was opened because of it is decided all the same."),
        facts=[Fact(_("Since"), formats.day(found.valid_from)), Fact(_("Source"), found.source)],
        forms=[Form(act="end", heading=_("End the entry"), button=_("End"), fields=fields)],
    )
    return show_sheet(request, sheet, errors=errors)


def _fields(request: HttpRequest, kind: str) -> list[Field]:
    label, hint = _VALUES[kind]
    fields = []
    if kind in ("owner", "director"):
        fields.append(Field(name="name", label=_("Name")))
    if kind == "bank_account":
        fields.append(Field(name="bank", label=_("Bank"), hint=_("Its short name, such as BRI.")))
    fields.append(Field(name="value", label=label, hint=hint, inputmode="" if kind == "address" else "numeric"))
    source = _("The document or register that says so, such as: deed 12 of 3 August 2020.")
    fields.append(Field(name="source", label=_("Source"), hint=source))
    today = context_of(request).today.isoformat()
    fields.append(Field(name="from", label=_("Since when it is so"), kind="date", value=today))
    return fields


def _request(request: HttpRequest, holder: Holder, kind: str, since: date | None) -> TieRequest:
    typed = {name: request.POST.get(name, "").strip()[:200] for name in ("name", "bank", "value", "source")}
    value = f"{typed['bank']} {typed['value']}" if kind == "bank_account" else typed["value"]
    return TieRequest(
        holder_kind=holder.kind,
        holder_id=holder.id,
        kind=kind,
        value=value,
        name=typed["name"],
        source=typed["source"],
        valid_from=since,
    )
