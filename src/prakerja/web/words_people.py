"""Words of what follows from a decision about a person: packages given back, money to be repaid."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from prakerja.web.word import BAD, GOOD, PLAIN, WAIT, Word

_NOBODY = _("nobody: it is closed")
_OFFICE = _("the programme office")
_APPROVER = _("a second person of the programme office")

PEOPLE_WORDS: Final[dict[str, dict[str, Word]]] = {
    "finding_consequence": {
        "applicant_refused": Word(_("the applicant was refused by this rule"), BAD, _NOBODY),
        "revocation_proposed": Word(_("a revocation was prepared"), WAIT, _APPROVER),
        "nothing_to_revoke": Word(_("nothing that could be revoked"), PLAIN, _NOBODY),
    },
    "repayment_state": {
        "not_due": Word(_("nothing to repay"), PLAIN, _NOBODY),
        "due": Word(_("to be repaid"), WAIT, _("the participant")),
        "overdue": Word(_("the term has passed"), BAD, _OFFICE),
        "paid": Word(_("repaid"), GOOD, _NOBODY),
        "cancelled": Word(_("cancelled"), PLAIN, _NOBODY),
    },
    "statement_state": {
        "stated": Word(_("stated, waiting for a second person"), WAIT, _APPROVER),
        "confirmed": Word(_("confirmed by a second person"), GOOD, _NOBODY),
        "declined": Word(_("not confirmed"), BAD, _OFFICE),
        "overtaken": Word(_("the register answered itself"), PLAIN, _NOBODY),
    },
    "reinstatement_state": {
        "prepared": Word(_("waiting for the second signature"), WAIT, _APPROVER),
        "waiting": Word(_("signed, waiting for a free place"), WAIT, _OFFICE),
        "done": Word(_("given back"), GOOD, _NOBODY),
        "rejected": Word(_("not signed"), BAD, _OFFICE),
        "lapsed": Word(_("lapsed: no place before the period ended"), PLAIN, _NOBODY),
    },
}
