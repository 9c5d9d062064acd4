"""What a code means in words, in both languages: states with their colour, and who must act.

The one place where a domain code meets a person's language. A code without a word is a defect: `word` raises, and a
test asks for every state of every table.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prakerja.web.word import BAD, GOOD, PLAIN, WAIT, Word
from prakerja.web.words_cooperation import COOPERATION_WORDS
from prakerja.web.words_findings import FINDING_WORDS
from prakerja.web.words_learning import LEARNING_WORDS
from prakerja.web.words_people import PEOPLE_WORDS
from prakerja.web.words_selection import SELECTION_WORDS
from prakerja.web.words_values import VALUES

__all__ = ["BAD", "GOOD", "PLAIN", "VALUES", "WAIT", "WORDS", "Word", "value_word", "word"]

_NOBODY = _("nobody: it is closed")
_IN_FORCE = _("nobody: it is in force")
_PARTICIPANT = _("the participant")
_INSTITUTION = _("the institution")
_PLATFORM = _("the platform")
_OFFICE = _("the programme office")
_APPROVER = _("a second person of the programme office")
_BANK = _("the bank")
_LABOUR_OFFICE = _("the labour office")
_MINISTRY = _("the ministry")

WORDS: Final[dict[str, dict[str, Word]]] = {
    "role": {
        "participant": Word(_("Participant")),
        "platform": Word(_("Platform")),
        "institution": Word(_("Training institution")),
        "labour_office": Word(_("Labour office")),
        "ministry": Word(_("Ministry")),
        "programme_office": Word(_("Programme office")),
        "approver": Word(_("Approver")),
        "auditor": Word(_("Auditor")),
        "seal_keeper": Word(_("Keeper of a sealed seed")),
    },
    "channel": {
        "digital": Word(_("digital card")),
        "regular": Word(_("regular card")),
    },
    "mode": {
        "online": Word(_("online")),
        "offline": Word(_("offline")),
    },
    "platform_kind": {
        "private": Word(_("private")),
        "state_owned": Word(_("state owned, counts as private")),
        "government": Word(_("government")),
    },
    "platform_state": {
        "applied": Word(_("applied"), WAIT, _OFFICE),
        "evaluated": Word(_("evaluated"), WAIT, _OFFICE),
        "memorandum": Word(_("memorandum signed"), WAIT, _OFFICE),
        "agreement": Word(_("agreement signed"), WAIT, _PLATFORM),
        "integrated": Word(_("integrated"), WAIT, _OFFICE),
        "active": Word(_("active"), GOOD, _IN_FORCE),
        "suspended": Word(_("suspended"), BAD, _OFFICE),
        "ended": Word(_("ended, run-off"), BAD, _NOBODY),
    },
    "institution_kind": {
        "government": Word(_("government")),
        "private": Word(_("private")),
        "industry": Word(_("industry")),
    },
    "institution_state": {
        "draft": Word(_("draft"), WAIT, _INSTITUTION),
        "submitted": Word(_("submitted"), WAIT, _OFFICE),
        "due_diligence": Word(_("due diligence"), WAIT, _OFFICE),
        "governance_test": Word(_("governance test"), WAIT, _OFFICE),
        "course_assessment": Word(_("course assessment"), WAIT, _OFFICE),
        "facilities_test": Word(_("facilities test"), WAIT, _OFFICE),
        "decreed": Word(_("decreed"), GOOD, _IN_FORCE),
        "suspended": Word(_("suspended"), BAD, _OFFICE),
        "revoked": Word(_("revoked"), BAD, _NOBODY),
    },
    "course_state": {
        "draft": Word(_("draft"), WAIT, _INSTITUTION),
        "proposed": Word(_("proposed"), WAIT, _OFFICE),
        "assessed": Word(_("assessed"), WAIT, _OFFICE),
        "approved": Word(_("approved"), GOOD, _NOBODY),
        "suspended": Word(_("suspended"), BAD, _OFFICE),
        "removed": Word(_("removed"), BAD, _NOBODY),
    },
    "subject": {
        "general": Word(_("general")),
        "digital": Word(_("digital skills")),
        "business": Word(_("business and office")),
        "language": Word(_("languages")),
        "hospitality": Word(_("hospitality and food")),
        "beauty": Word(_("beauty and fashion")),
        "automotive": Word(_("automotive")),
        "construction": Word(_("construction")),
        "manufacturing": Word(_("manufacturing and electrics")),
        "agriculture": Word(_("agriculture and fishery")),
        "health": Word(_("health and care")),
        "creative": Word(_("creative work and media")),
    },
    "education": {
        "none": Word(_("no schooling")),
        "primary": Word(_("primary school")),
        "junior_secondary": Word(_("junior secondary school")),
        "senior_secondary": Word(_("senior secondary school")),
        "diploma": Word(_("diploma")),
        "bachelor": Word(_("bachelor")),
        "postgraduate": Word(_("postgraduate")),
    },
    "training_type": {
        "1": Word(_("webinar")),
        "2": Word(_("self-paced")),
        "3": Word(_("face to face")),
    },
    "feed_state": {
        "staged": Word(_("checked, not published"), WAIT, _INSTITUTION),
        "published": Word(_("published"), GOOD, _NOBODY),
        "discarded": Word(_("discarded"), PLAIN, _NOBODY),
    },
    "feed_effect": {
        "new": Word(_("new course")),
        "changed": Word(_("changes")),
        "unchanged": Word(_("stays as it is")),
        "bad": Word(_("not taken"), BAD),
    },
    "conflict_act": {
        "registration": Word(_("registration")),
        "agreement": Word(_("agreement")),
        "listing": Word(_("listing")),
        "assessment": Word(_("assessment")),
    },
    "conflict_effect": {
        "stopped": Word(_("stopped"), BAD),
        "flagged": Word(_("reported"), WAIT),
    },
    "conflict_state": {
        "open": Word(_("not decided yet"), WAIT, _OFFICE),
        "cleared": Word(_("no conflict"), GOOD, _NOBODY),
        "upheld": Word(_("upheld"), BAD, _NOBODY),
    },
    "tie_kind": {
        "entity": Word(_("one legal entity")),
        "tax_number": Word(_("one tax number")),
        "owner": Word(_("owner")),
        "director": Word(_("director")),
        "address": Word(_("address")),
        "phone": Word(_("telephone")),
        "bank_account": Word(_("bank account")),
    },
    "schedule_state": {
        "published": Word(_("published"), GOOD, _INSTITUTION),
        "closed": Word(_("closed"), WAIT, _INSTITUTION),
        "done": Word(_("done"), PLAIN, _NOBODY),
        "cancelled": Word(_("cancelled"), BAD, _NOBODY),
    },
    "applicant_state": {
        "account_created": Word(_("account created"), WAIT, _PARTICIPANT),
        "email_verified": Word(_("e-mail verified"), WAIT, _PARTICIPANT),
        "identity_verified": Word(_("identity verified"), WAIT, _PARTICIPANT),
        "presence_verified": Word(_("presence verified"), WAIT, _PARTICIPANT),
        "phone_verified": Word(_("phone verified"), WAIT, _PARTICIPANT),
        "ready": Word(_("ready to join a wave"), GOOD, _PARTICIPANT),
        "refused": Word(_("refused"), BAD, _NOBODY),
        "decreed": Word(_("recipient by decree"), GOOD, _NOBODY),
    },
    "participant_state": {
        "active": Word(_("active"), GOOD, _PARTICIPANT),
        "finished": Word(_("finished"), GOOD, _NOBODY),
        "expired": Word(_("expired"), PLAIN, _NOBODY),
        "revoked": Word(_("revoked"), BAD, _NOBODY),
        "suspended": Word(_("suspended"), BAD, _OFFICE),
    },
    "revocation_reason": {
        "no_first_purchase": Word(_("no first purchase before the deadline (CARD-01)")),
        "ineligible": Word(_("was not eligible (REV-01)")),
        "fraud": Word(_("fraud")),
        "own_request": Word(_("own request")),
    },
    "card_state": {
        "printed": Word(_("printed"), WAIT, _OFFICE),
        "shipped": Word(_("shipped"), WAIT, _LABOUR_OFFICE),
        "handed_over": Word(_("handed over"), WAIT, _PARTICIPANT),
        "active": Word(_("active"), GOOD, _NOBODY),
        "lost": Word(_("lost"), BAD, _OFFICE),
        "blocked": Word(_("blocked"), BAD, _OFFICE),
        "replaced": Word(_("replaced"), PLAIN, _NOBODY),
        "withdrawn": Word(_("withdrawn"), PLAIN, _NOBODY),
    },
    "manifest_state": {
        "printed": Word(_("printed"), WAIT, _OFFICE),
        "shipped": Word(_("shipped"), WAIT, _LABOUR_OFFICE),
        "received": Word(_("received and counted"), GOOD, _NOBODY),
    },
    "sheet_state": {
        "open": Word(_("being filled in"), WAIT, _LABOUR_OFFICE),
        "verified": Word(_("verified, minutes not signed"), WAIT, _LABOUR_OFFICE),
        "signed": Word(_("minutes signed"), WAIT, _MINISTRY),
        "forwarded": Word(_("sent on by the ministry"), WAIT, _OFFICE),
        "accepted": Word(_("accepted"), GOOD, _NOBODY),
    },
    "assisted_outcome": {
        "ok": Word(_("signed up"), GOOD),
        "nik_already_signed_up": Word(_("had signed up already")),
        "nik_not_possible": Word(_("NIK not possible"), BAD),
        "kk_not_possible": Word(_("KK not possible"), BAD),
        "attribute_not_known": Word(_("answer not possible"), BAD),
        "identity_mismatch": Word(_("the civil registry has other data"), BAD),
        "nik_not_found": Word(_("the civil registry does not know the NIK"), BAD),
        "registry_unavailable": Word(_("waits for the civil registry"), WAIT),
    },
    "case_kind": {
        "identity_dispute": Word(_("two people, one NIK")),
        "refused": Word(_("appeal against a refusal")),
        "not_selected": Word(_("appeal against the result of a draw")),
        "revoked": Word(_("appeal against a revocation")),
    },
    "case_state": {
        "open": Word(_("open"), WAIT, _OFFICE),
        "granted": Word(_("the person was right"), GOOD, _NOBODY),
        "rejected": Word(_("the decision stays"), BAD, _NOBODY),
        "lapsed": Word(_("nobody decided in time"), BAD, _NOBODY),
    },
    "test_anomaly": {
        "too_fast": Word(_("right answers faster than one can read"), WAIT),
        "same_pace": Word(_("all answers at one pace"), WAIT),
    },
    "purchase_state": {
        "paid": Word(_("paid, not redeemed"), WAIT, _PARTICIPANT),
        "redeemed": Word(_("redeemed, in class"), WAIT, _INSTITUTION),
        "completed": Word(_("completed"), GOOD, _NOBODY),
        "not_completed": Word(_("not completed"), BAD, _NOBODY),
        "voided": Word(_("voided, money given back"), PLAIN, _NOBODY),
        "expired": Word(_("expired, never redeemed"), BAD, _NOBODY),
    },
    "completion_outcome": {
        "completed": Word(_("completed"), GOOD),
        "not_completed": Word(_("not completed"), BAD),
    },
    "incentive_kind": {
        "job_search": Word(_("job search")),
        "survey": Word(_("survey")),
    },
    "incentive_state": {
        "not_yet_due": Word(_("not yet due"), PLAIN, _PARTICIPANT),
        "waiting": Word(_("waiting for its day"), WAIT, _OFFICE),
        "scheduled": Word(_("scheduled"), WAIT, _OFFICE),
        "in_transfer": Word(_("in transfer"), WAIT, _BANK),
        "paid": Word(_("paid"), GOOD, _NOBODY),
        "failed": Word(_("failed"), BAD, _PARTICIPANT),
        "forfeited": Word(_("forfeited"), BAD, _NOBODY),
    },
    "settlement_state": {
        "prepared": Word(_("waiting for the second signature"), WAIT, _APPROVER),
        "approved": Word(_("approved, being paid"), WAIT, _OFFICE),
        "paid": Word(_("paid"), GOOD, _NOBODY),
    },
    "payment_batch_purpose": {
        "incentives": Word(_("incentives")),
        "settlement": Word(_("settlement")),
    },
    "payment_batch_state": {
        "prepared": Word(_("waiting for the second signature"), WAIT, _APPROVER),
        "approved": Word(_("approved"), WAIT, _OFFICE),
        "sent": Word(_("at the bank"), WAIT, _BANK),
        "answered": Word(_("answered by the bank"), GOOD, _NOBODY),
    },
    "payment_order_state": {
        "prepared": Word(_("not yet at the bank"), WAIT, _OFFICE),
        "sent": Word(_("at the bank"), WAIT, _BANK),
        "paid": Word(_("paid"), GOOD, _NOBODY),
        "failed": Word(_("failed"), BAD, _OFFICE),
    },
    "bank_reply_state": {
        "waiting": Word(_("waiting for confirmation"), WAIT, _APPROVER),
        "booked": Word(_("booked"), GOOD, _NOBODY),
        "refused": Word(_("refused"), BAD, _OFFICE),
        "lapsed": Word(_("lapsed"), PLAIN, _OFFICE),
    },
    "payee_kind": {
        "participant": Word(_("participant")),
        "platform": Word(_("platform")),
        "institution": Word(_("institution")),
    },
    "worker_list_state": {
        "loading": Word(_("being loaded"), WAIT, _LABOUR_OFFICE),
        "staged": Word(_("checked, not published"), WAIT, _LABOUR_OFFICE),
        "published": Word(_("published"), GOOD, _NOBODY),
        "discarded": Word(_("discarded"), PLAIN, _NOBODY),
    },
    "delta_state": {
        "loaded": Word(_("loaded, nobody screened"), WAIT, _OFFICE),
        "screened": Word(_("run dry, not confirmed"), WAIT, _APPROVER),
        "confirmed": Word(_("confirmed"), GOOD, _NOBODY),
        "discarded": Word(_("discarded"), PLAIN, _NOBODY),
    },
    "finding_state": {
        "proposed": Word(_("found, not told"), WAIT, _APPROVER),
        "noticed": Word(_("told, may answer"), WAIT, _APPROVER),
        "upheld": Word(_("upheld"), BAD, _OFFICE),
        "dismissed": Word(_("dismissed"), GOOD, _NOBODY),
    },
    "register": {
        "civil_registry": Word(_("civil registry (Dukcapil)")),
        "dapodik": Word(_("school register (Dapodik)")),
        "pddikti": Word(_("university register (PDDikti)")),
        "emis": Word(_("religious school register (EMIS)")),
        "state_employees": Word(_("register of state employees")),
        "social_aid": Word(_("social aid register")),
        "wage": Word(_("wage data")),
        "insurance": Word(_("employment insurance")),
    },
    "account_kind": {
        "state_budget": Word(_("state budget")),
        "unspent": Word(_("budget, not yet reserved")),
        "between_lanes": Word(_("between lanes")),
        "training": Word(_("training balance")),
        "incentive": Word(_("reserved incentives")),
        "held": Word(_("held")),
        "platform_payable": Word(_("owed to the platform")),
        "institution_payable": Word(_("owed to the institution")),
        "incentive_payable": Word(_("incentive owed")),
        "in_payment": Word(_("at the bank")),
        "paid": Word(_("paid")),
        "returned": Word(_("returned to the treasury")),
        "recipient": Word(_("the recipient's own money")),
        "recovered": Word(_("repaid to the treasury")),
    },
    "transfer_kind": {
        "appropriation": Word(_("appropriation")),
        "lane_out": Word(_("moved to another lane")),
        "lane_in": Word(_("moved from another lane")),
        "reserve_training": Word(_("training balance reserved by the decree")),
        "reserve_incentive": Word(_("incentives reserved by the decree")),
        "reinstate_training": Word(_("training balance given back after an appeal")),
        "reinstate_incentive": Word(_("incentives given back after an appeal")),
        "purchase": Word(_("purchase")),
        "void": Word(_("purchase voided")),
        "void_to_treasury": Word(_("voided after the sweep")),
        "commission": Word(_("commission")),
        "institution_share": Word(_("institution's share")),
        "incentive_due": Word(_("incentive due")),
        "platform_payment": Word(_("payment to the platform")),
        "institution_payment": Word(_("payment to the institution")),
        "incentive_payment": Word(_("payment of an incentive")),
        "payment_done": Word(_("payment confirmed by the bank")),
        "platform_payment_failed": Word(_("payment to the platform failed")),
        "institution_payment_failed": Word(_("payment to the institution failed")),
        "incentive_payment_failed": Word(_("payment of an incentive failed")),
        "revoke_training": Word(_("training balance taken back")),
        "sweep_training": Word(_("training balance swept")),
        "revoke_incentive": Word(_("incentives taken back")),
        "sweep_incentive": Word(_("incentives swept")),
        "incentive_forfeit": Word(_("incentive forfeited")),
        "sweep_held": Word(_("held money swept")),
        "close_unspent": Word(_("budget closed")),
        "repayment": Word(_("repayment by the recipient")),
    },
    **COOPERATION_WORDS,
    **FINDING_WORDS,
    **LEARNING_WORDS,
    **PEOPLE_WORDS,
    **SELECTION_WORDS,
}


def value_word(code: object) -> str | Promise:
    """The word for a value of a regime file or a unit.

    Raises:
        KeyError: it has none, which is a defect of words_values.py.
    """
    return VALUES[str(code)]


def word(noun: str, code: str) -> Word:
    """The word for a code.

    Raises:
        KeyError: the noun or the code has no word, which is a defect of this file.
    """
    return WORDS[noun][code]
