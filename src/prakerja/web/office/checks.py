"""The promises of the books, as a page: whether each budget adds up, and the way to the rest of the checks."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.oversight.queries.office import BudgetParts, list_budget_parts
from prakerja.web import formats, words
from prakerja.web.answers import show
from prakerja.web.shown import regime_name
from prakerja.web.tables import Cell, Column, make_table


@requires(Permission.SEE_CHECKS)
def checks(request: HttpRequest) -> HttpResponse:
    """Allocated = unspent + reserved + held + payable + in payment + paid + returned, for each budget."""
    table = make_table(
        _("Allocated = not reserved + reserved + held + payable + at the bank + paid + returned"),
        (
            Column[BudgetParts](
                _("Budget"),
                lambda row: f"{regime_name(row.regime_code)}, {words.word('channel', row.channel).text}",
            ),
            Column[BudgetParts](_("Allocated"), lambda row: formats.rupiah(row.allocated_idr), number=True),
            Column[BudgetParts](_("Sum of the parts"), lambda row: formats.rupiah(sum_of(row)), number=True),
            Column[BudgetParts](_("Result"), _result),
        ),
        list_budget_parts(),
        empty=_("No budget has been opened yet."),
    )
    return show(request, "office/checks", table=table)


def sum_of(row: BudgetParts) -> int:
    """What the parts of a budget add up to."""
    return (
        row.unspent_idr
        + row.reserved_idr
        + row.held_idr
        + row.payable_idr
        + row.in_payment_idr
        + row.paid_idr
        + row.returned_idr
    )


def _result(row: BudgetParts) -> Cell:
    if sum_of(row) == row.allocated_idr and row.places_taken <= row.places:
        return Cell(_("holds"), tone=words.GOOD)
    return Cell(_("does not hold"), tone=words.BAD)
