"""What an institution has on record, as pages show it: entries with their days, and the form that ends one."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.partners import queries
from prakerja.partners.operations import RecordEnd, end_records
from prakerja.partners.queries import RecordLine
from prakerja.web import formats, words
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of
from prakerja.web.days import read_day
from prakerja.web.fields import Field
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.tables import Cell, Column, Table, make_table


def record_table(
    lines: Sequence[RecordLine], *, today: date, empty: str, end_href: Callable[[RecordLine], str] | None = None
) -> Table:
    """Accreditations, premises and trainers; those that stand can be ended where `end_href` says by which page."""
    return make_table(
        _("On record"),
        (
            Column[RecordLine](_("Kind"), lambda row: words.word("record_kind", row.kind).text),
            Column[RecordLine](
                _("Name"),
                lambda row: Cell(row.text, href=end_href(row)) if end_href and not row.ended_date else row.text,
            ),
            Column[RecordLine](_("Detail"), lambda row: row.detail),
            Column[RecordLine](_("Until"), lambda row: formats.day(row.until) if row.until else "–"),
            Column[RecordLine](_("State"), lambda row: _state(row, today)),
            Column[RecordLine](_("Reason"), lambda row: row.end_reason or "–"),
        ),
        list(lines),
        empty=empty,
    )


def _state(row: RecordLine, today: date) -> Cell:
    if row.ended_date:
        return Cell(_("ended on %(day)s") % {"day": formats.day(row.ended_date)}, tone=words.PLAIN)
    if row.until and row.until <= today:
        return Cell(_("its time is over"), tone=words.BAD)
    return Cell(_("on record"), tone=words.GOOD)


def end_page(
    request: HttpRequest,
    institution_id: UUID,
    kind: str,
    record_id: UUID,
    *,
    back: tuple[str, str],
    to: tuple[Any, ...],
) -> HttpResponse:
    """End an entry, from which day and why. `to`: name and arguments of the page that follows.

    Raises:
        Http404: the institution has no such entry that stands.
    """
    lines = queries.list_record(institution_id)
    found = next((one for one in lines if (one.kind, one.id) == (kind, record_id) and not one.ended_date), None)
    if found is None:
        raise Http404
    errors: dict[str, Any] = {}
    context = context_of(request)
    if request.method == "POST":
        day, reason = read_day(request, "until"), request.POST.get("reason", "").strip()[:500]
        if not isinstance(day, date):
            errors["until"] = _("Write the day as 2020-12-31.")
        if not reason:
            errors["reason"] = _("Write why it ends: it is read by the programme office.")
        if isinstance(day, date) and reason:
            end = RecordEnd(kind=kind, record_id=record_id, reason=reason, ended_date=day)
            (result,) = end_records(context, [end], institution_id=institution_id)
            if not result.code.is_refusal:
                name, *arguments = to
                return back_with(request, _("It has ended. It stays on record."), name, *arguments)
            errors["until"] = refusal(result.code)
    today = context.today.isoformat()
    hint = _("Such as: the accreditor took it back, letter 7 of 3 August 2020.")
    sheet = Sheet(
        heading=_("End: %(entry)s") % {"entry": f"{words.word('record_kind', kind).text}, {found.text}"},
        back=back,
        lead=_(
            "It cannot be undone. Classes that have begun go on; applications that are open are checked without it."
        ),
        facts=[Fact(_("Detail"), found.detail), Fact(_("Until"), formats.day(found.until) if found.until else "–")],
        forms=[
            Form(
                act="end",
                heading=_("End the entry"),
                button=_("End"),
                fields=[
                    Field(name="until", label=_("First day on which it is not so any more"), kind="date", value=today),
                    Field(name="reason", label=_("Why it ends"), hint=hint),
                ],
            )
        ],
    )
    return show_sheet(request, sheet, errors=errors)


def own_end_href(row: RecordLine) -> str:
    """The institution's own page that ends an entry."""
    return reverse("own_record_end", args=[row.kind, row.id])
