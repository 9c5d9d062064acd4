"""Words of the cooperation with partners: registrations, agreements, documents, admission, sanctions."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from prakerja.web.word import BAD, GOOD, PLAIN, WAIT, Word

_NOBODY = _("nobody: it is closed")
_IN_FORCE = _("nobody: it is in force")
_INSTITUTION = _("the institution")
_PLATFORM = _("the platform")
_BOTH = _("platform and institution")
_PARTY = _("the party")
_OFFICE = _("the programme office")
_SECOND = _("a second person of the programme office")
_THIRD = _("a third person of the programme office")

COOPERATION_WORDS: Final[dict[str, dict[str, Word]]] = {
    "registration_state": {
        "draft": Word(_("draft"), WAIT, _INSTITUTION),
        "submitted": Word(_("submitted"), WAIT, _PLATFORM),
        "refused": Word(_("refused"), BAD, _INSTITUTION),
        "verified": Word(_("verified, no agreement yet"), WAIT, _BOTH),
        "agreed": Word(_("under an agreement"), GOOD, _IN_FORCE),
        "suspended": Word(_("suspended"), BAD, _OFFICE),
        "ended": Word(_("ended, run-off"), BAD, _NOBODY),
        "lapsed": Word(_("lapsed"), PLAIN, _INSTITUTION),
    },
    "terms_state": {
        "waiting": Word(_("waits for the office"), WAIT, _OFFICE),
        "confirmed": Word(_("confirmed"), GOOD, _IN_FORCE),
        "refused": Word(_("refused"), BAD, _PLATFORM),
        "withdrawn": Word(_("taken back"), PLAIN, _NOBODY),
        "lapsed": Word(_("lapsed"), PLAIN, _PLATFORM),
    },
    "account_request_state": {
        "waiting": Word(_("waits for the office"), WAIT, _OFFICE),
        "confirmed": Word(_("confirmed"), GOOD, _IN_FORCE),
        "refused": Word(_("refused"), BAD, _PARTY),
        "withdrawn": Word(_("taken back"), PLAIN, _NOBODY),
        "lapsed": Word(_("lapsed"), PLAIN, _PARTY),
    },
    "proposal_state": {
        "proposed": Word(_("waiting for signatures"), WAIT, _BOTH),
        "signed": Word(_("signed by both"), GOOD, _IN_FORCE),
        "withdrawn": Word(_("taken back"), PLAIN, _NOBODY),
        "lapsed": Word(_("lapsed"), PLAIN, _NOBODY),
    },
    "fee_kind": {
        "none": Word(_("no fee")),
        "flat": Word(_("rupiah for each purchase")),
        "share": Word(_("a share of the price")),
        "tiered_by_price": Word(_("tiers by price")),
        "tiered_by_volume": Word(_("tiers by the month's volume")),
    },
    "service_per": {
        "course": Word(_("course")),
        "class": Word(_("class")),
        "month": Word(_("month")),
        "participant": Word(_("participant")),
    },
    "document_kind": {
        "business_licence": Word(_("business licence")),
        "deed": Word(_("deed of foundation")),
        "tax_number": Word(_("tax number (NPWP)")),
        "accreditation": Word(_("accreditation")),
        "curriculum": Word(_("curriculum")),
        "trainer_certificate": Word(_("trainer's certificate")),
        "premises": Word(_("premises")),
        "bank_account": Word(_("bank account")),
        "cooperation": Word(_("cooperation with institutions")),
        "other": Word(_("other document")),
    },
    "legal_form": {
        "": Word("–"),
        "pt": Word(_("limited company (PT)")),
        "cv": Word(_("limited partnership (CV)")),
        "foundation": Word(_("foundation")),
        "cooperative": Word(_("cooperative")),
        "association": Word(_("association")),
        "government_unit": Word(_("government unit")),
        "sole_proprietor": Word(_("sole proprietor")),
    },
    "record_kind": {
        "accreditation": Word(_("accreditation")),
        "premises": Word(_("premises")),
        "trainer": Word(_("trainer")),
    },
    "tie_entry": {
        "tax_number": Word(_("tax number (NPWP)")),
        "owner": Word(_("owner")),
        "director": Word(_("director")),
        "address": Word(_("address")),
        "phone": Word(_("telephone")),
        "bank_account": Word(_("bank account")),
    },
    "record_fact": {
        "institution_kind": Word(_("kind of institution")),
        "legal_form": Word(_("legal form")),
        "years_in_existence": Word(_("years in existence")),
        "tax_number_on_record": Word(_("tax number on record")),
        "bank_account_on_record": Word(_("bank account on record")),
        "accreditation_grade": Word(_("grade of the accreditation that counts")),
        "accreditation_days_left": Word(_("days left of the accreditation")),
        "trainers_on_record": Word(_("trainers on record")),
        "certified_trainers_on_record": Word(_("certified trainers on record")),
        "premises_on_record": Word(_("premises on record")),
        "places_on_record": Word(_("places for learners on record")),
    },
    "requirement_test": {
        "answered": Word(_("is answered")),
        "is_yes": Word(_("is yes")),
        "at_least": Word(_("is at least")),
        "at_most": Word(_("is at most")),
        "one_of": Word(_("is one of")),
        "contains_all": Word(_("contains all of")),
    },
    "step_outcome": {
        "open": Word(_("open"), WAIT),
        "passed": Word(_("passed"), GOOD),
        "failed": Word(_("failed"), BAD),
        "reassigned": Word(_("given to another reviewer"), PLAIN),
    },
    "integration_check": {
        "signs_requests": Word(_("signs its calls")),
        "corrects_wrong_signatures": Word(_("corrects a wrong signature")),
        "authorizes_a_payment": Word(_("pays with a card")),
        "repeats_an_invoice": Word(_("repeats an invoice without paying twice")),
        "voids_a_payment": Word(_("takes a payment back")),
        "reads_quota_and_status": Word(_("reads seats and the state of a payment")),
    },
    "integration_run_state": {
        "open": Word(_("open"), WAIT, _PLATFORM),
        "passed": Word(_("all passed"), GOOD, _NOBODY),
        "expired": Word(_("over"), PLAIN, _PLATFORM),
    },
    "sanction_kind": {
        "warning": Word(_("warning")),
        "course_suspension": Word(_("suspension of a course")),
        "registration_suspension": Word(_("suspension on a platform")),
        "institution_suspension": Word(_("suspension of an institution")),
        "platform_suspension": Word(_("suspension of a platform")),
        "registration_ending": Word(_("end on a platform")),
        "institution_ending": Word(_("end of an institution")),
        "platform_ending": Word(_("end of a platform")),
    },
    "sanction_state": {
        "noticed": Word(_("notice given"), WAIT, _PARTY),
        "answered": Word(_("answered"), WAIT, _SECOND),
        "imposed": Word(_("imposed"), BAD, _PARTY),
        "dropped": Word(_("dropped"), PLAIN, _NOBODY),
        "appealed": Word(_("under appeal"), WAIT, _THIRD),
        "upheld": Word(_("stands"), BAD, _NOBODY),
        "lifted": Word(_("lifted"), GOOD, _NOBODY),
    },
}
