"""Words of findings: kinds, states, what their figures count."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from prakerja.web.word import BAD, GOOD, PLAIN, WAIT, Word

_NOBODY = _("nobody: it is closed")
_OFFICE = _("the programme office")
_SECOND = _("a second person of the programme office")

FINDING_WORDS: Final[dict[str, dict[str, Word]]] = {
    "found_kind": {
        "own_entity_sale": Word(_("A platform sells courses of its own entity")),
        "open_conflict": Word(_("Conflict of interest")),
        "price_outlier": Word(_("A price far above all others")),
        "shared_telephone": Word(_("Many applicants behind one telephone")),
        "crowded_household": Word(_("Many applicants behind one family card")),
        "shared_device": Word(_("Many applicants behind one device")),
        "shared_address": Word(_("Many applicants behind one address")),
        "shared_account": Word(_("An account that others tried to link too")),
        "unusual_tests": Word(_("Tests finished in unusual times")),
        "register_findings": Word(_("People whom a register names")),
        "missing_reports": Word(_("A class that its institution has not reported")),
        "late_reports": Word(_("Reports that wait too long")),
        "unwatched_certificates": Word(_("Certificates of courses that nobody can have watched")),
        "uniform_scores": Word(_("A class with one and the same score")),
        "copied_reviews": Word(_("Reviews in the same words")),
        "failed_incentives": Word(_("Incentives that the bank did not pay")),
    },
    "found_state": {
        "open": Word(_("open"), WAIT, _OFFICE),
        "escalated": Word(_("escalated"), BAD, _("the approver")),
        "proposed": Word(_("proposed to uphold"), WAIT, _SECOND),
        "upheld": Word(_("upheld"), BAD, _NOBODY),
        "dismissed": Word(_("dismissed"), GOOD, _NOBODY),
        "gone": Word(_("no longer there"), PLAIN, _NOBODY),
    },
    "found_unit": {
        "people": Word(_("people")),
        "purchases": Word(_("purchases")),
        "payments": Word(_("payments")),
        "hops": Word(_("steps")),
        "idr": Word(_("rupiah an hour")),
    },
}
