"""Public terms of platforms in words: one version as facts, versions as a table, and those that wait for the office."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.partners.queries import TermsView
from prakerja.web import formats, words
from prakerja.web.cooperation_words import own_text
from prakerja.web.partner.shared import fee_terms
from prakerja.web.sheets import Fact
from prakerja.web.shown import moment_cell, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table


def terms_facts(
    *,
    description: Mapping[str, str] | None,
    fee_scheme: Mapping[str, Any] | None,
    modes: Sequence[str],
    payment_term_days: int,
) -> list[Fact]:
    """What a platform says of itself; a dash where it has not said it."""
    return [
        Fact(_("Description"), own_text(description) if description else "–"),
        Fact(_("Fee that institutions are offered"), fee_terms(dict(fee_scheme)) if fee_scheme else "–"),
        Fact(_("Sells"), modes_text(modes)),
        Fact(_("Payment term"), _("%(days)s days") % {"days": payment_term_days}),
    ]


def modes_text(modes: Sequence[str]) -> str:
    """Modes in words, with commas."""
    return ", ".join(str(words.word("mode", mode).text) for mode in modes)


def version_table(versions: Sequence[TermsView], *, names: bool) -> Table:
    """Every version with what became of it. `names`: also who decided."""
    who = [Column[TermsView](_("Decided by"), lambda row: row.decided_by or "–")] if names else []
    return make_table(
        _("Versions of the public terms"),
        (
            Column[TermsView](_("Version"), lambda row: formats.count(row.version), number=True),
            Column[TermsView](_("State"), lambda row: state_cell("terms_state", row.state)),
            Column[TermsView](_("Fee"), lambda row: fee_terms(dict(row.fee_scheme))),
            Column[TermsView](_("Sells"), lambda row: modes_text(row.modes)),
            Column[TermsView](_("Payment term"), lambda row: _("%(days)s days") % {"days": row.payment_term_days}),
            Column[TermsView](_("Entered"), lambda row: formats.moment(row.entered_at)),
            Column[TermsView](_("Decided"), lambda row: moment_cell(row.decided_at)),
            *who,
            Column[TermsView](_("Reason"), lambda row: row.reason or "–"),
        ),
        list(versions),
        empty=_("No terms have been entered yet."),
    )


def waiting_table(waiting: Sequence[TermsView], *, now: datetime) -> Table:
    """Terms that wait for the office, by deadline."""
    return make_table(
        _("Public terms that wait for the office"),
        (
            Column[TermsView](
                _("Platform"),
                lambda row: Cell(row.platform_name, href=reverse("office_terms", args=[row.platform_id])),
            ),
            Column[TermsView](_("Version"), lambda row: formats.count(row.version), number=True),
            Column[TermsView](_("Entered"), lambda row: formats.moment(row.entered_at)),
            Column[TermsView](_("By when"), lambda row: formats.deadline(row.due_at, now=now)),
        ),
        list(waiting),
        empty=_("No public terms wait to be confirmed. Platforms enter them on their own page."),
    )
