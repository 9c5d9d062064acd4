"""What happened, as a story with figures. The same seed gives the same text, to the byte."""

from hashlib import sha256
from typing import Final

from prakerja.kit import db
from prakerja.ledger.queries import sum_by_account_kind
from prakerja.programme.queries import list_budgets
from prakerja.simulation.nation import Nation
from prakerja.simulation.ratios import ratio_lines
from prakerja.simulation.run_off import A_CODE_IN_HAND, A_NEW_CODE, run_off_lines

_MISBEHAVIOUR: Final = frozenset(
    {
        "the same NIK signs up again",
        "an impossible NIK signs up",
        "joins the same wave twice",
        "the maker approves the own decree",
        "the maker approves the own settlement",
        "the government's platform wants a fee",
        "a course dearer than outside",
        "a regular card on a platform",
        A_CODE_IN_HAND,
        A_NEW_CODE,
        "a digital card at a counter",
        "a regular card for an online course",
        "a wrong PIN",
        "a wrong OTP",
        "a class of an unregistered institution",
        "a second course before the first is completed",
        "over the balance",
        "a second card on one platform account",
        "another price than the schedule's",
        "double submission",
        "the same invoice with another request",
        "a void of another platform's transaction",
        "a void after redemption",
        "second use of a redeem code",
        "late redemption",
        "a code of another institution",
        "a made-up code",
        "attendance without redemption",
        "a report before the class is over",
        "a certificate without evidence",
        "a card is handed over without a receipt",
        "an officer signs the own minutes",
        "the loader confirms the own register's file",
    }
)
_MONEY_ORDER: Final = (
    "unspent",
    "training",
    "incentive",
    "held",
    "platform_payable",
    "institution_payable",
    "incentive_payable",
    "in_payment",
    "paid",
    "returned",
)


def tell_story(nation: Nation) -> str:
    """The report: the way of the cards in order, what was refused, where every rupiah is, and the ledger's digest."""
    count = nation.counts
    platforms = sorted(nation.platform_ids, key=lambda code: (-count[f"purchase through {code}"], code))
    lines = [
        (
            f"A nation of {_n(nation.people_count)} people, seed {nation.seed}, from 11 April 2020 to"
            f" {nation.today.day} {nation.today:%B %Y}. Everything in it is a sample."
        ),
        "",
        (
            f"The ministry's list came in with {_n(count['worker list row'])} workers"
            f" ({nation.refusals['worker list row', 'bad_row']} rows were named and left out);"
            " being on it is no registration."
        ),
        (
            f"{_n(count['signed up'])} signed up, {_n(count['email checked'])} verified their e-mail,"
            f" the civil registry confirmed {_n(count['identity verified'])},"
            f" {_n(count['phone checked'])} verified their phone, {_n(count['eligible'])} were eligible."
            f" {_n(count['signed up at a labour office'])} of them came to a labour office, on"
            f" {count['assisted sheet accepted']} sheets."
        ),
        (
            f"{_n(count['joined'])} times somebody joined one of {count['wave planned']} waves;"
            f" {count['draw']} draws and"
            f" {count['decree']} decrees named {_n(count['participant'])} participants:"
            f" {_n(count['digital card'])} digital cards, {_n(count['regular card'])} physical ones."
            f" A stranger verified {count['draw verified']} draws, and each of {_n(count['receipt honoured'])} receipts"
            f" of joining was honoured; {count['seed sealed']} sealed seeds stayed shut."
        ),
        (
            f"{count['print batch']} signed print batches carried {_n(count['card printed'])} cards;"
            f" {_n(count['card handed over'])} were handed over against a receipt,"
            f" {count['card lost on the way']} were lost on the way and {count['card reported lost']} by their holders,"
            f" {count['card replaced']} replaced; {count['PIN set anew']} PINs were set anew."
        ),
        (
            f"{count['platform recognised']} platforms work with {count['institution decreed']} institutions under"
            f" {count['agreement signed']} agreements;"
            f" {count['course approved']} courses, {_n(count['class opened'])} classes."
        ),
        f"{_n(count['purchase'])} purchases paid {_rp(count['paid, Rp'])}, {count['void']} of them were taken back:",
        *(f"  {code:<14} {_n(count[f'purchase through {code}']):>7}" for code in platforms),
        (
            f"{_n(count['redemption'])} codes were redeemed, {_n(count['attendance'])} attendances recorded;"
            f" {_n(count['completed'])} completed, {_n(count['not_completed'])} did not;"
            f" {_n(count['certificate'])} certificates, {_n(count['review'])} reviews."
        ),
        (
            f"{_n(count['made payable'])} purchases became payable: {_rp(count['commission, Rp'])} to platforms,"
            f" {_rp(count[_SHARE])} to institutions, in {count['settlement run']} settlement runs"
            f" of which {count['settlement signed']} have both signatures."
        ),
        (
            f"{_n(count['entitled to incentives'])} participants were entitled to incentives,"
            f" {_n(count['survey'])} surveys answered, {_rp(count['incentive paid out, Rp'])} ordered;"
            f" {_n(count['bank line paid'])} lines paid by the bank,"
            f" {nation.refusals['bank line', 'failed']} failed."
        ),
        (
            f"{count[_FILES]} files of a register named {_n(count['named by a register'])} people;"
            f" {_n(count['finding answered'])} answered, {_n(count['finding upheld'])} of"
            f" {_n(count['finding decided'])} findings were upheld."
        ),
        (
            f"{_n(count['revoked'])} were revoked, for that or for no first purchase:"
            f" {_rp(count['returned by revocation, Rp'])} returned."
        ),
        (
            f"Of {_n(count['appeal'])} appeals {_n(count['appeal decided'])} were decided and"
            f" {_n(count['appeal granted'])} granted: {_rp(count['given back after an appeal, Rp'])} given back."
        ),
        *run_off_lines(nation),
    ]
    if count["books closed"]:
        lines.append(
            f"At the end {_rp(count['swept from training, Rp'])} of balances,"
            f" {_rp(count['swept from incentive, Rp'])} of incentives and"
            f" {_rp(count['swept from held, Rp'])} of held money were swept,"
            f" {_rp(count['unspent at closing, Rp'])} were never spent, and the books closed."
        )
    lines += ["", f"Ratios of the public record, and here:{' ' * 9}record       here", *ratio_lines(nation)]
    lines += ["", "Refused on purpose, each with its code:"]
    lines += [f"  {what}: {code}" for (what, code) in sorted(nation.refusals) if what in _MISBEHAVIOUR]
    if nation.not_tried:
        lines.append(f"  no occasion yet for: {', '.join(nation.not_tried)}")
    lines += ["", "Refused on the way:"]
    lines += [
        f"  {what}: {code} {_n(number)}"
        for (what, code), number in sorted(nation.refusals.items())
        if what not in _MISBEHAVIOUR
    ]
    lines += ["", "Where the money is (rupiah):", *_money(), "", f"The ledger's digest: {ledger_digest()}"]
    return "\n".join(lines) + "\n"


_SHARE: Final = "institutions' share, Rp"
_FILES: Final = "register's file"


def _money() -> list[str]:
    sums = sum_by_account_kind()
    lines = []
    for budget in list_budgets():
        allocated = -sums.get((budget.number, "state_budget"), 0)
        if not allocated:
            continue
        parts = {kind: sums.get((budget.number, kind), 0) for kind in _MONEY_ORDER}
        lines.append(f"  {budget.regime_code} {budget.channel}: allocated {_n(allocated)}")
        lines += [f"    {kind:<20} {_n(amount):>22}" for kind, amount in parts.items() if amount]
        if sum(parts.values()) != allocated:
            raise RuntimeError(f"the parts of budget {budget.number} do not add up to what was allocated")
    return lines


def ledger_digest() -> str:
    """SHA-256 over every transfer in the order of references; lanes are no part of it."""
    digest = sha256()
    for row in db.rows(
        """
        SELECT reference_id, kind, budget_number, debit_holder_id, credit_holder_id, amount_idr, effective_date
        FROM transfers
        ORDER BY reference_id, kind, budget_number, lane
        """
    ):
        digest.update("\t".join(map(str, row)).encode() + b"\n")
    return digest.hexdigest()


def _n(number: int) -> str:
    return f"{number:,}"


def _rp(amount_idr: int) -> str:
    return f"Rp{amount_idr:,}"
