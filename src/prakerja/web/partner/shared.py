"""What platforms and institutions both have: sales, agreements and fee terms, statements down to the purchase."""

from datetime import date
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.oversight.queries import partner, partner_agreements, partner_money
from prakerja.oversight.queries.partner import PayeeKind
from prakerja.settlement.queries import StatementLine, list_ageing, list_statement_lines
from prakerja.settlement.statement_files import statement_csv, statement_xlsx
from prakerja.web import formats, words
from prakerja.web.answers import XLSX, file_answer, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.partner.statement_paper import statement_pdf
from prakerja.web.shown import after_of, moment_cell, number_after_of, page_of, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.typeset import pdf_answer
from prakerja.web.visitors import user_of


def partner_of(request: HttpRequest, kind: PayeeKind) -> partner.Partner:
    """The partner that the signed-in user belongs to. One query."""
    return partner.get_partner(kind, partner_id_of(request))


def partner_id_of(request: HttpRequest) -> UUID:
    """The id of the partner that the signed-in user belongs to."""
    partner_id = user_of(request).partner_id
    assert partner_id is not None  # noqa: S101 - partner_user_names_its_partner
    return partner_id


def state_table(kind: PayeeKind, partner_id: UUID) -> Table:
    """The partner's purchases by state, with their sum."""
    counts = partner.list_purchase_states(kind, partner_id)
    return make_table(
        _("Purchases by state"),
        (
            Column[partner.StateCount](_("State"), lambda row: state_cell("purchase_state", row.state)),
            Column[partner.StateCount](_("Who must act"), lambda row: words.word("purchase_state", row.state).who_acts),
            Column[partner.StateCount](_("Purchases"), lambda row: formats.count(row.purchases), number=True),
            Column[partner.StateCount](_("Price"), lambda row: formats.rupiah(row.price_idr), number=True),
        ),
        counts,
        empty=_("Nothing has been sold yet. The first purchase stands here as soon as it is paid."),
        total=(
            _("Total"),
            "",
            formats.count(sum(row.purchases for row in counts)),
            formats.rupiah(sum(row.price_idr for row in counts)),
        ),
    )


def sales_page(request: HttpRequest, kind: PayeeKind) -> HttpResponse:
    """A page of the partner's purchases."""
    rows, next_href = page_of(
        request, partner.list_sales(kind, partner_id_of(request), after=after_of(request)), "purchase_id"
    )
    other = _("Institution") if kind == "platform" else _("Platform")
    table = make_table(
        _("Newest first"),
        (
            Column[partner.Sale](_("Transaction"), lambda row: Cell(row.transaction_code, code=True)),
            Column[partner.Sale](_("Invoice"), lambda row: Cell(row.invoice_code, long=True)),
            Column[partner.Sale](_("Paid"), lambda row: formats.moment(row.paid_at)),
            Column[partner.Sale](_("Training"), lambda row: row.course_title),
            Column[partner.Sale](other, lambda row: row.other_partner),
            Column[partner.Sale](_("State"), lambda row: state_cell("purchase_state", row.state)),
            Column[partner.Sale](_("Payable since"), lambda row: moment_cell(row.payable_at)),
            Column[partner.Sale](_("Price"), lambda row: formats.rupiah(row.price_idr), number=True),
            Column[partner.Sale](
                _("Commission"),
                lambda row: "–" if row.commission_idr is None else formats.rupiah(row.commission_idr),
                number=True,
            ),
        ),
        rows,
        empty=_("Nothing has been sold yet. The first purchase stands here as soon as it is paid."),
        next_href=next_href,
    )
    return show(request, "partner/list", heading=_("Sales") if kind == "platform" else _("Codes sold"), table=table)


def agreements_page(request: HttpRequest, kind: PayeeKind) -> HttpResponse:
    """The agreements of the partner with their fee terms, page by page."""
    today = context_of(request).today
    other = _("Institution") if kind == "platform" else _("Platform")
    rows, next_href = page_of(
        request,
        partner_agreements.list_agreements(kind, partner_id_of(request), after=after_of(request)),
        "agreement_id",
    )
    table = make_table(
        _("Cooperation agreements"),
        (
            Column[partner_agreements.PartnerAgreement](other, lambda row: row.other_partner),
            Column[partner_agreements.PartnerAgreement](
                _("Version"), lambda row: formats.count(row.version), number=True
            ),
            Column[partner_agreements.PartnerAgreement](_("Fee"), lambda row: fee_terms(row.fee_scheme)),
            Column[partner_agreements.PartnerAgreement](
                _("Cap"), lambda row: _("none") if row.cap_bp is None else formats.percent(row.cap_bp)
            ),
            Column[partner_agreements.PartnerAgreement](_("Valid from"), lambda row: formats.day(row.valid_from)),
            Column[partner_agreements.PartnerAgreement](_("Valid until"), _valid_until),
            Column[partner_agreements.PartnerAgreement](_("End"), lambda row: _end_cell(row, today)),
        ),
        rows,
        empty=_("There is no agreement yet. Nothing can be sold without one (SCHEME-10)."),
        next_href=next_href,
    )
    return show(request, "partner/list", heading=_("Agreements"), table=table)


def _valid_until(row: partner_agreements.PartnerAgreement) -> Cell | str:
    if row.ended_at is not None and row.valid_until is not None:
        return Cell(_("ended from %(day)s") % {"day": formats.day(row.valid_until)}, tone=words.BAD)
    return formats.day(row.valid_until) if row.valid_until else _("no end")


def _end_cell(row: partner_agreements.PartnerAgreement, today: date) -> Cell | str:
    """The way to the page that ends it while it can be ended; then why it ended."""
    if row.ended_at is not None or (row.valid_until is not None and row.valid_until <= today):
        return row.end_reason or "–"
    return Cell(_("End it"), href=reverse("end_agreement", args=[row.agreement_id]))


def fee_terms(scheme: dict[str, object]) -> str:
    """A fee scheme in words (FEE-01, FEE-02)."""
    kind = scheme["kind"]
    if kind == "none":
        return _("no fee")
    if kind == "flat":
        return _("%(fee)s for each purchase") % {"fee": formats.rupiah(_whole(scheme["fee_idr"]))}
    if kind == "share":
        return _("%(share)s of the price") % {"share": formats.percent(_whole(scheme["commission_bp"]))}
    by = _("by price") if kind == "tiered_by_price" else _("by the month's volume")
    tiers = cast("list[dict[str, object]]", scheme["tiers"])
    parts = [
        _("from %(amount)s: %(share)s")
        % {
            "amount": formats.rupiah(_whole(tier["from_idr"])),
            "share": formats.percent(_whole(tier["commission_bp"])),
        }
        for tier in tiers
    ]
    return f"{by}: {'; '.join(parts)}"


def _whole(value: object) -> int:
    assert isinstance(value, int)  # noqa: S101 - the scheme was validated when it was signed
    return value


def statements_page(request: HttpRequest, kind: PayeeKind) -> HttpResponse:
    """The statements of the partner, page by page, each leading to its purchases, and what is owed now."""
    partner_id = partner_id_of(request)
    rows, next_href = page_of(
        request, partner_money.list_statements(kind, partner_id, after=number_after_of(request)), "run_number"
    )
    table = make_table(
        _("Statements"),
        (
            Column[partner_money.Statement](
                _("Settlement"),
                lambda row: Cell(str(row.run_number), href=reverse(f"{kind}_statement", args=[row.run_id])),
            ),
            Column[partner_money.Statement](_("Period"), lambda row: formats.period(row.period_from, row.period_until)),
            Column[partner_money.Statement](_("State"), lambda row: state_cell("settlement_state", row.state)),
            Column[partner_money.Statement](_("Purchases"), lambda row: formats.count(row.purchases), number=True),
            Column[partner_money.Statement](_("Price"), lambda row: formats.rupiah(row.price_idr), number=True),
            Column[partner_money.Statement](
                _("Commission"), lambda row: formats.rupiah(row.commission_idr), number=True
            ),
            Column[partner_money.Statement](_("To be paid"), lambda row: formats.rupiah(row.amount_idr), number=True),
        ),
        rows,
        empty=_("There is no statement yet. Each settlement makes one for what has become payable since the last."),
        next_href=next_href,
    )
    now = now_of(request)
    owed = next(iter(list_ageing(now, payee_kind=kind, payee_id=partner_id)), None)
    return show(
        request,
        "partner/statements",
        money=partner_money.get_money_due(kind, partner_id),
        owed=owed,
        owed_due="" if owed is None else formats.deadline(owed.due_at, now=now),
        table=table,
    )


def statement_page(request: HttpRequest, kind: PayeeKind, run_id: UUID) -> HttpResponse:
    """One statement down to the single purchase; `?as=csv`, `xlsx` and `pdf` give the same as a file."""
    partner_id = partner_id_of(request)
    try:
        found = partner_money.get_statement(kind, partner_id, run_id)
    except LookupError:
        raise Http404 from None
    lines = list_statement_lines(run_id, kind, partner_id)
    name = f"statement-{found.run_number}"
    match request.GET.get("as"):
        case "csv":
            return file_answer(f"{name}.csv", statement_csv(lines), "text/csv; charset=utf-8")
        case "xlsx":
            return file_answer(f"{name}.xlsx", statement_xlsx(lines), XLSX)
        case "pdf":
            return pdf_answer(name, statement_pdf(found, partner_of(request, kind), lines))
    table = make_table(
        _("Purchases of this statement"),
        (
            Column[StatementLine](_("Transaction"), lambda row: Cell(row.transaction_code, code=True)),
            Column[StatementLine](_("Training"), lambda row: row.course_title),
            Column[StatementLine](_("Paid"), lambda row: formats.day(row.paid_at)),
            Column[StatementLine](_("Payable since"), lambda row: formats.day(row.payable_at)),
            Column[StatementLine](_("Price"), lambda row: formats.rupiah(row.price_idr), number=True),
            Column[StatementLine](_("Commission"), lambda row: formats.rupiah(row.commission_idr), number=True),
            Column[StatementLine](_("To be paid"), lambda row: formats.rupiah(row.amount_idr), number=True),
        ),
        lines,
        empty=_("This statement has no lines."),
        total=(
            _("Total"),
            "",
            "",
            "",
            formats.rupiah(sum(line.price_idr for line in lines)),
            formats.rupiah(sum(line.commission_idr for line in lines)),
            formats.rupiah(sum(line.amount_idr for line in lines)),
        )
        if lines
        else (),
    )
    return show(request, "partner/statement", statement=found, list_href=reverse(f"{kind}_statements"), table=table)
