"""What if: a platform looks at a past period under other terms, before it proposes them."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partners.rules import fee_scheme_problem
from prakerja.settlement.what_if import ReplayedTerms, replay_terms
from prakerja.web import formats
from prakerja.web.answers import show
from prakerja.web.clock import context_of
from prakerja.web.fields import Field
from prakerja.web.partner.fees import fee_fields, read_fee
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.tables import Column, Table, make_table


@requires(Permission.SEE_OWN_SALES)
def what_if(request: HttpRequest) -> HttpResponse:
    """The form and its result live in the address: it can be kept and sent on; nothing is written."""
    today = context_of(request).today
    typed = {name: request.GET.get(name, "") for name in ("fee_kind", "fee", "from", "until")}
    errors: dict[str, Any] = {}
    table = None
    if request.GET:
        table = _result(request, typed, errors)
    fields = [
        *[
            Field(
                name=field.name,
                label=field.label,
                hint=field.hint,
                kind=field.kind,
                options=field.options,
                select=field.select,
                length_max=field.length_max,
                value=typed[field.name],
                error=errors.get(field.name, ""),
            )
            for field in fee_fields()
        ],
        Field(
            name="from",
            label=_("From"),
            kind="date",
            value=typed["from"] or today.replace(day=1).isoformat(),
            error=errors.get("from", ""),
        ),
        Field(
            name="until",
            label=_("Until before"),
            kind="date",
            value=typed["until"] or today.isoformat(),
            error=errors.get("until", ""),
        ),
    ]
    return show(
        request,
        "partner/what_if",
        status=422 if errors else 200,
        fields=fields,
        errors=errors,
        table=table,
        back=reverse("proposals"),
    )


def _result(request: HttpRequest, typed: dict[str, str], errors: dict[str, Any]) -> Table | None:
    scheme = read_fee(typed["fee_kind"], typed["fee"])
    if scheme is None or fee_scheme_problem(scheme):
        errors["fee"] = _("This fee cannot be read. Look at the example of its kind.")
    days: dict[str, date] = {}
    for name in ("from", "until"):
        try:
            days[name] = date.fromisoformat(typed[name])
        except ValueError:
            errors[name] = _("Write the day as 2020-12-31.")
    if not errors and days["from"] >= days["until"]:
        errors["until"] = _("The period ends after it begins.")
    if errors or scheme is None:
        return None
    rows = replay_terms(partner_id_of(request), scheme, period_from=days["from"], period_until=days["until"])
    return make_table(
        _("What became payable in the period, under the draft"),
        (
            Column[ReplayedTerms](_("Institution"), lambda row: row.institution_name),
            Column[ReplayedTerms](_("Purchases"), lambda row: formats.count(row.purchases), number=True),
            Column[ReplayedTerms](_("Price"), lambda row: formats.rupiah(row.price_idr), number=True),
            Column[ReplayedTerms](_("Commission as booked"), lambda row: formats.rupiah(row.booked_idr), number=True),
            Column[ReplayedTerms](_("Under the draft"), lambda row: formats.rupiah(row.draft_idr), number=True),
            Column[ReplayedTerms](_("Difference"), lambda row: formats.rupiah(row.difference_idr), number=True),
        ),
        rows,
        empty=_("Nothing became payable in this period."),
        total=(
            _("Total"),
            formats.count(sum(row.purchases for row in rows)),
            formats.rupiah(sum(row.price_idr for row in rows)),
            formats.rupiah(sum(row.booked_idr for row in rows)),
            formats.rupiah(sum(row.draft_idr for row in rows)),
            formats.rupiah(sum(row.difference_idr for row in rows)),
        )
        if rows
        else (),
    )
