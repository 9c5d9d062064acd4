"""The office keeps who stands behind partners, behind companies that are none, and behind the people who judge."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partners import queries
from prakerja.partners.conflict_queries import list_ties, list_ties_to
from prakerja.partners.operations.owners import party_node, reviewer_node
from prakerja.web.clock import context_of
from prakerja.web.fields import Field
from prakerja.web.office.platforms import may_judge
from prakerja.web.sheets import Form, Sheet, show_sheet
from prakerja.web.ties_shown import Holder, add_page, end_page, tie_table


def _holder(request: HttpRequest, kind: str, holder_id: UUID) -> Holder:
    """A partner, a company or person by its number, or the signed-in reviewer.

    Raises:
        Http404: there is none; nobody speaks for another reviewer.
    """
    try:
        if kind == "platform":
            name = queries.get_platform(holder_id).name
        elif kind == "institution":
            name = queries.get_institution(holder_id).name
        elif kind == "party":
            name = _company_name(holder_id)
        elif kind == "reviewer" and holder_id == reviewer_node(context_of(request).actor):
            name = _("Your declaration of interests")
        else:
            raise Http404
    except LookupError:
        raise Http404 from None
    return Holder(kind=kind, id=holder_id, name=name, scope="office", arguments=(kind, holder_id))


def _company_name(node: UUID) -> str:
    named = sorted({one.shown for one in list_ties_to(node) if one.kind in ("owner", "director")})
    return ", ".join(named) or _("Company or person behind others")


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_holders(request: HttpRequest) -> HttpResponse:
    """Look a company or person up by its number, or go to the own declaration of interests."""
    errors: dict[str, Any] = {}
    if request.method == "POST":
        try:
            node = party_node(request.POST.get("number", "").strip())
        except ValueError:
            errors["number"] = _("Write 15 or 16 digits.")
        else:
            return redirect("office_ties", "party", node)
    mine, judges = reviewer_node(context_of(request).actor), may_judge(request)
    number = Field(
        name="number",
        label=_("NIK or tax number (NPWP)"),
        hint=_("Of a company or person that is no partner itself but owns one."),
        inputmode="numeric",
    )
    sheet = Sheet(
        heading=_("Who stands behind whom"),
        lead=_("Partners say it on their own pages. Here you add what registers say, and your own interests."),
        links=[
            *(
                [(reverse("office_ties", args=["reviewer", mine]), _("Your declaration of interests"))]
                if judges
                else []
            ),
            (reverse("office_platforms"), _("Platforms")),
            (reverse("office_institutions"), _("Institutions")),
        ],
        forms=[Form(act="look", heading=_("Look up a company or person"), button=_("Look up"), fields=[number])],
    )
    return show_sheet(request, sheet, errors=errors)


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET"])
def office_ties(request: HttpRequest, holder_kind: str, holder_id: UUID) -> HttpResponse:
    """What is on record of one holder, and where it stands behind others."""
    holder, today = _holder(request, holder_kind, holder_id), context_of(request).today
    judges = may_judge(request)
    tables = [tie_table(holder if judges else None, list_ties(holder_id), caption=_("On record"), today=today)]
    if holder_kind == "party":
        tables.append(tie_table(None, list_ties_to(holder_id), caption=_("Stands behind others as"), today=today))
    sheet = Sheet(
        heading=holder.name,
        back=(reverse("office_holders"), _("Who stands behind whom")),
        lead=_("Numbers are shown but for their last digits. Each entry names its source and who recorded it."),
        links=holder.add_links if judges else [],
        tables=tables,
    )
    return show_sheet(request, sheet)


@requires(Permission.JUDGE_PARTNERS)
@require_http_methods(["GET", "POST"])
def office_tie_new(request: HttpRequest, holder_kind: str, holder_id: UUID, tie_kind: str) -> HttpResponse:
    """Add one."""
    return add_page(request, _holder(request, holder_kind, holder_id), tie_kind)


@requires(Permission.JUDGE_PARTNERS)
@require_http_methods(["GET", "POST"])
def office_tie_end(request: HttpRequest, holder_kind: str, holder_id: UUID, tie_id: UUID) -> HttpResponse:
    """End one."""
    return end_page(request, _holder(request, holder_kind, holder_id), tie_id)
