"""Refusals of what follows from a decision about a person."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prakerja.cards.errors import ReinstatementCode, RemovalCode
from prakerja.kit.refusals import Code
from prakerja.participants.errors import StatementCode
from prakerja.settlement.errors import RepaymentCode

PEOPLE_REFUSALS: Final[dict[type[Code], dict[str, Promise]]] = {
    RepaymentCode: {
        "repayment_not_found": _("There is no such repayment."),
        "not_open": _("Nothing is to be repaid here any more."),
        "amount_out_of_range": _("The amount is more than is left, with what is recorded already."),
        "reference_missing": _("Type the reference that the bank's statement shows."),
        "reference_known": _("This reference of the bank is recorded already."),
        "receipt_not_found": _("There is no such receipt."),
        "repeated": _("This receipt is confirmed already."),
        "same_person": _("You recorded this yourself. A second person must confirm it."),
    },
    StatementCode: {
        "statement_not_found": _("There is no such statement."),
        "already_decided": _("This was decided already."),
        "same_person": _("You stated this yourself. A second person must confirm it."),
        "not_waiting_for_it": _("The person does not wait for this register any more. Look again."),
        "too_early": _("The deadline has not passed: until then the register is asked again."),
        "evidence_missing": _("Name the letter of the register: its number and day, at most 200 characters."),
        "evidence_names_a_person": _("Leave the NIK out: the letter's number and day are enough."),
        "value_not_possible": _("Say what stands there: the monthly wage in digits, or the office."),
        "already_stated": _("This is stated already and waits for a second person."),
    },
    RemovalCode: {
        "reason_missing": _("Write the reason: it stays on record."),
        "decree_not_found": _("There is no such decree."),
        "already_decided": _("This decree was decided already."),
        "same_person": _("You prepared this yourself. A second person must approve it."),
        "not_proposed": _("This person does not stand on the decree."),
        "repeated": _("This person was taken off already."),
    },
    ReinstatementCode: {
        "case_not_granted": _("No appeal against a revocation was granted here."),
        "not_revoked": _("This person is a participant: there is nothing to give back."),
        "already_prepared": _("A decree that gives everything back is prepared already."),
        "decree_not_found": _("There is no such decree."),
        "already_decided": _("This decree was decided already."),
        "same_person": _("You prepared this yourself. A second person must approve it."),
        "reason_missing": _("Write the reason: it stays on record."),
        "budget_not_open": _("The budget of this participant is not open."),
        "quota_exhausted": _("No place of the quota is free."),
        "money_exhausted": _("The budget has no unspent money left."),
    },
}
