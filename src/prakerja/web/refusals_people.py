"""Refusals of what follows from a decision about a person."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prakerja.cards.errors import ReinstatementCode
from prakerja.kit.refusals import Code

PEOPLE_REFUSALS: Final[dict[type[Code], dict[str, Promise]]] = {
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
