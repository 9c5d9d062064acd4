"""Accounts of partners in words: what was entered and what became of it. Numbers are shown by their last digits."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.payouts.account_queries import AccountRequestView, PartnerAccountView, PartnerWithoutAccount
from prakerja.web import formats, words
from prakerja.web.sheets import Fact
from prakerja.web.shown import moment_cell, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table


def account_fact(account: PartnerAccountView | None) -> Fact:
    """The account to which settlement pays, or that there is none."""
    if account is None:
        return Fact(_("Account in use"), _("none: nothing can be paid"), tone=words.BAD)
    shown = _("%(account)s in the name of %(holder)s, since %(day)s") % {
        "account": f"{account.bank} {account.shown_number}",
        "holder": account.holder_name,
        "day": formats.day(account.registered_at),
    }
    return Fact(_("Account in use"), shown)


def request_table(entries: Sequence[AccountRequestView], *, names: bool, opens: bool = True) -> Table:
    """What a partner entered, the newest first. `names`: also who entered and who decided; `opens`: with the files."""
    who = [
        Column[AccountRequestView](_("Entered by"), lambda row: row.entered_by),
        Column[AccountRequestView](_("Decided by"), lambda row: row.decided_by or "–"),
    ]
    return make_table(
        _("Accounts that were entered"),
        (
            Column[AccountRequestView](_("Account number"), lambda row: f"{row.bank} {row.shown_number}"),
            Column[AccountRequestView](_("In the name of"), lambda row: row.holder_name),
            Column[AccountRequestView](_("Document"), lambda row: document_cell(row) if opens else row.document_name),
            Column[AccountRequestView](_("State"), lambda row: state_cell("account_request_state", row.state)),
            Column[AccountRequestView](_("Entered"), lambda row: formats.moment(row.entered_at)),
            Column[AccountRequestView](_("Decided"), lambda row: moment_cell(row.decided_at)),
            *(who if names else []),
            Column[AccountRequestView](_("Reason"), lambda row: row.reason or "–"),
        ),
        list(entries),
        empty=_("No account has been entered yet."),
    )


def document_cell(row: AccountRequestView) -> Cell:
    """The bank's paper, to be opened."""
    return Cell(row.document_name, href=reverse("document_file", args=[row.document_id]))


def waiting_table(waiting: Sequence[AccountRequestView], *, now: datetime) -> Table:
    """Accounts that wait for the office, by deadline."""
    return make_table(
        _("Accounts that wait for the office"),
        (
            Column[AccountRequestView](
                _("Partner"), lambda row: Cell(row.payee_name, href=reverse("office_account", args=[row.id]))
            ),
            Column[AccountRequestView](_("Kind"), lambda row: words.word("payee_kind", row.payee_kind).text),
            Column[AccountRequestView](_("Account number"), lambda row: f"{row.bank} {row.shown_number}"),
            Column[AccountRequestView](_("Entered"), lambda row: formats.moment(row.entered_at)),
            Column[AccountRequestView](_("By when"), lambda row: formats.deadline(row.due_at, now=now)),
        ),
        list(waiting),
        empty=_("None waits. Partners enter their account on their own page."),
    )


def without_table(partners: Sequence[PartnerWithoutAccount]) -> Table:
    """Partners that could not be paid."""
    return make_table(
        _("Partners without an account"),
        (
            Column[PartnerWithoutAccount](_("Partner"), lambda row: row.name),
            Column[PartnerWithoutAccount](_("Kind"), lambda row: words.word("payee_kind", row.payee_kind).text),
        ),
        list(partners),
        empty=_("Every active platform and every decreed institution has an account."),
    )


def plain_number(typed: str) -> str:
    """An account number without the spaces, dots and dashes with which people write it."""
    return typed.strip().replace(" ", "").replace(".", "").replace("-", "")
