"""The promises of the books and the rules, each with its explanation; a button runs them and shows what breaks them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.oversight.invariants import INVARIANTS, Invariant, InvariantResult, run_invariants
from prakerja.oversight.queries.office import BudgetParts, list_budget_parts
from prakerja.web import formats, words
from prakerja.web.answers import show
from prakerja.web.shown import regime_name
from prakerja.web.tables import Cell, Column, Table, make_table

_ROWS_SHOWN = 10


@requires(Permission.SEE_CHECKS)
@require_http_methods(["GET", "POST"])
def checks(request: HttpRequest) -> HttpResponse:
    """All promises; a POST runs one (`name`) or all of them. It only reads, but reads whole tables."""
    results = _run(request.POST.get("name", "")) if request.method == "POST" else []
    broken = [result for result in results if not result.ok]
    return show(
        request,
        "office/checks",
        promises=_promise_table(results),
        results=results,
        broken=len(broken),
        broken_tables=[_broken_table(result) for result in broken],
        budgets=_budget_table(),
    )


def _run(name: str) -> list[InvariantResult]:
    try:
        return run_invariants([name] if name else None, sample=_ROWS_SHOWN)
    except LookupError:
        raise Http404 from None


def _promise_table(results: list[InvariantResult]) -> Table:
    found = {result.name: result for result in results}

    def result_of(row: type[Invariant]) -> Cell:
        result = found.get(row.name)
        if result is None:
            return Cell(_("not run"))
        if result.ok:
            return Cell(_("holds"), tone=words.GOOD)
        return Cell(_("broken by %(rows)s rows") % {"rows": formats.count(result.offending)}, tone=words.BAD)

    return make_table(
        _("Promises"),
        (
            Column[type[Invariant]](_("Promise"), _explanation),
            Column[type[Invariant]](_("Rules"), lambda row: ", ".join(row.rules) or "–"),
            Column[type[Invariant]](_("Result"), result_of),
        ),
        INVARIANTS,
        empty="",
    )


def _explanation(row: type[Invariant]) -> str:
    return row.explanation_en() if formats.is_english() else row.explanation_id


def _broken_table(result: InvariantResult) -> Table:
    def value_of(place: int) -> "Column[tuple[object, ...]]":
        return Column[tuple[object, ...]](
            result.columns[place], lambda row: Cell("–" if row[place] is None else str(row[place]), long=True)
        )

    explanation = result.explanation_en if formats.is_english() else result.explanation_id
    return make_table(
        f"{explanation} ({result.name})",
        [value_of(place) for place in range(len(result.columns))],
        result.rows,
        empty="",
    )


def _budget_table() -> Table:
    return make_table(
        _("Allocated = not reserved + reserved + held + payable + at the bank + paid + returned"),
        (
            Column[BudgetParts](
                _("Budget"),
                lambda row: f"{regime_name(row.regime_code)}, {words.word('channel', row.channel).text}",
            ),
            Column[BudgetParts](_("Allocated"), lambda row: formats.rupiah(row.allocated_idr), number=True),
            Column[BudgetParts](_("Sum of the parts"), lambda row: formats.rupiah(sum_of(row)), number=True),
            Column[BudgetParts](_("Result"), _budget_result),
        ),
        list_budget_parts(),
        empty=_("No budget has been opened yet."),
    )


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


def _budget_result(row: BudgetParts) -> Cell:
    if sum_of(row) == row.allocated_idr and row.places_taken <= row.places:
        return Cell(_("holds"), tone=words.GOOD)
    return Cell(_("does not hold"), tone=words.BAD)
