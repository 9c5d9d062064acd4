"""Each refusal of the cooperation with partners, in a sentence that says what to do next."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prakerja.access.errors import InvitationCode, LeavingCode
from prakerja.kit.refusals import Code
from prakerja.partner_api.integration import RunCode
from prakerja.partner_api.integration_reports import ReportCode
from prakerja.partners.errors import (
    AgreementCode,
    DocumentCode,
    InstitutionCode,
    PlatformCode,
    RegistrationCode,
    RequirementSetCode,
    SanctionCode,
    SigningCode,
    TermsCode,
)
from prakerja.payouts.errors import AccountRequestCode

_NO_PLATFORM = _("There is no such platform.")
_NOT_ACTIVE = _("This platform takes nothing new: it is not active.")
_NO_INSTITUTION = _("There is no such institution.")
_ALREADY = _("This cannot be done in its present state. Load the page again.")
_SAME_PERSON = _("Another person must do this: you have had a part in it.")
_REASON = _("Write the reason: it is read by those whom it concerns.")
_CONFLICT = _(
    "Conflict of interest (PLAT-02): the two are tied to each other. Somebody unconnected of the programme office "
    "decides about it first; the decision is published."
)
_CONNECTED = _("You have a tie to this partner on record. Somebody else decides (PLAT-02).")
_END = _("It ends today at the latest, and not before it began.")
_MALFORMED = _("The requirements are not well formed:")

COOPERATION_REFUSALS: Final[dict[type[Code], dict[str, Promise]]] = {
    RunCode: {
        "platform_unknown": _NO_PLATFORM,
        "platform_ended": _("This platform's recognition has ended."),
        "run_open": _("A run is open already. Go on with it."),
        "too_many_runs": _("Five runs were started within a day. Wait until tomorrow."),
    },
    ReportCode: {
        "platform_unknown": _NO_PLATFORM,
        "no_sandbox_known": _("This deployment does not know a sandbox whose reports it takes. Tell the office."),
        "report_malformed": _("This is no report of a sandbox. Download it again from your page there."),
        "signature_wrong": _("The report was changed, or another sandbox signed it."),
        "another_platform": _("This report is about another platform. Its code must be the same here and there."),
        "report_too_old": _("This report is older than 90 days. Run the checks again."),
        "checks_missing": _("Not all six checks are in this report."),
        "report_repeated": _("This report counts already."),
    },
    InvitationCode: {
        "name_missing": _("Fill in the name."),
        "email_not_possible": _("Type an e-mail address such as name@example.id."),
        "too_many_open": _("Ten invitations wait already. Take one back first."),
        "invitation_over": _("This invitation is over. Ask whoever sent it for a new one."),
        "same_person": _("You asked for this account yourself. A second person lets somebody in."),
        "no_tries_left": _("The code was wrong five times. Ask whoever sent the invitation for a new one."),
        "wrong_code": _("The code is not right. Compare its letters and digits with the letter."),
        "username_malformed": _("Use 3 to 50 small letters, digits, dots and dashes."),
        "too_weak": _("This password is too easy. Take at least 12 characters, such as three words."),
        "username_taken": _("This user name is taken. Choose another one."),
    },
    LeavingCode: {
        "user_unknown": _("There is no such account, or it has ended."),
        "own_account": _("This is your own account: somebody else must end it."),
        "last_of_its_role": _(
            "This is the last account of its role: nothing would go on without it. Invite another first."
        ),
    },
    PlatformCode: {
        "code_taken": _("This code is taken. Choose another one."),
        "kind_unknown": _("Choose a kind."),
        "modes_unknown": _("Choose what it sells."),
        "requirements_malformed": _MALFORMED,
        "platform_unknown": _NO_PLATFORM,
        "move_not_allowed": _ALREADY,
        "evidence_missing": _("Evidence is missing (PLAT-01):"),
        "not_evaluated_by_two": _("Two people must approve it first (PLAT-01)."),
        "checks_not_passed": _("Automated checks have not been passed:"),
        "already_reviewed": _("You have evaluated this platform already. A second person must."),
        "reviewer_connected": _CONNECTED,
        "criteria_malformed": _("Say for each criterion whether it is met, and write a note where it is not."),
        "check_unknown": _("There is no such check."),
        "criterion_unknown": _("Choose a criterion."),
        "document_unknown": _("There is no such document."),
        "already_shown": _("This document is shown for this criterion already."),
    },
    TermsCode: {
        "platform_unknown": _NO_PLATFORM,
        "terms_unknown": _("There are no such terms."),
        "already_decided": _ALREADY,
        "same_person": _SAME_PERSON,
        "decider_connected": _CONNECTED,
        "reason_missing": _REASON,
        "platform_ended": _("This platform's recognition has ended."),
        "description_missing": _("Describe the platform in both languages, in at most 500 characters each."),
        "modes_unknown": _("Choose what it sells."),
        "term_malformed": _("Write the days in digits, 365 at most."),
        "fee_scheme_malformed": _("The fee is not well formed. Tiers begin at 0 and rise without a gap."),
        "government_platform_charges": _("The government's platform charges nothing (FEE-02)."),
        "above_the_cap": _("The fee is above the cap (FEE-01)."),
        "terms_waiting": _("Terms of yours wait for the office already. Take them back first."),
    },
    RequirementSetCode: {
        "platform_unknown": _NO_PLATFORM,
        "requirements_malformed": _MALFORMED,
        "starts_in_the_past": _("A new version begins today at the earliest."),
    },
    InstitutionCode: {
        "code_taken": _("This code is taken. Choose another one."),
        "kind_unknown": _("Choose a kind."),
        "province_unknown": _("There is no such province code."),
        "institution_unknown": _NO_INSTITUTION,
        "move_not_allowed": _ALREADY,
        "no_agreement": _("An agreement with a platform comes first (INST-01)."),
        "evidence_missing": _("Name the evidence, or the reason where it failed, or the number of the decree."),
        "steps_missing": _("Steps are missing (INST-01):"),
        "no_reviewer": _("Nobody is free of ties to this institution. The office must name another reviewer."),
        "same_person": _SAME_PERSON,
        "not_the_reviewer": _("This step was drawn for another reviewer."),
        "reviewer_connected": _CONNECTED,
        "record_malformed": _("This cannot be: look at the words, the numbers and the order of the days."),
        "record_unknown": _("There is no such entry, or it has ended."),
        "reason_missing": _REASON,
        "end_malformed": _END,
    },
    DocumentCode: {
        "partner_unknown": _("There is no such partner."),
        "kind_unknown": _("Choose a kind."),
        "file_refused": _("The file is not taken."),
        "dates_malformed": _("A document is issued before today and expires after today."),
        "document_unknown": _("There is no such document."),
        "already_withdrawn": _("This document is withdrawn already."),
    },
    RegistrationCode: {
        "platform_unknown": _NO_PLATFORM,
        "platform_not_active": _NOT_ACTIVE,
        "institution_unknown": _NO_INSTITUTION,
        "registration_unknown": _("There is no such application."),
        "already_registered": _("This application is with the platform already."),
        "not_submitted": _("This application has been decided already."),
        "requirements_unmet": _("Refused: not every requirement is met. The institution sees which."),
        "document_unknown": _("There is no such document."),
        "reason_missing": _REASON,
        "move_not_allowed": _ALREADY,
    },
    AgreementCode: {
        "platform_unknown": _NO_PLATFORM,
        "platform_not_active": _NOT_ACTIVE,
        "institution_unknown": _NO_INSTITUTION,
        "not_registered": _("This institution is not registered on the platform (SCHEME-05)."),
        "fee_scheme_malformed": _("The fee is not well formed. Tiers begin at 0 and rise without a gap."),
        "terms_malformed": _("The terms are not well formed."),
        "government_platform_charges": _("The government's platform charges nothing (FEE-02)."),
        "above_the_cap": _("The fee is above the cap (FEE-01)."),
        "period_malformed": _("Terms begin today at the earliest and end after they begin."),
        "overlaps": _("Another agreement of the two is in force then. End it first."),
        "agreement_unknown": _("There is no such agreement."),
        "already_ended": _("This agreement has ended already."),
        "proposal_open": _("Terms for this institution wait for signatures already."),
        "proposal_unknown": _("There is no such proposal."),
        "proposal_closed": _("This proposal is closed. Propose new terms."),
    },
    SigningCode: {
        "party_unknown": _("There is no such partner."),
        "key_malformed": _("This is no public key: 64 digits and letters from a to f."),
        "key_published": _("This is a test key that everybody knows. Make one of your own."),
        "key_taken": _("This key is registered already."),
        "key_unknown": _("This key is not registered for you. Register it first."),
        "key_revoked": _("This key was revoked. Sign with another one."),
        "proposal_unknown": _("There is no such proposal."),
        "proposal_closed": _("This proposal is closed. Propose new terms."),
        "already_signed": _("Your side has signed already."),
        "signature_wrong": _("The signature is not of this text. Download it again and sign that file."),
        "platform_not_active": _NOT_ACTIVE,
        "not_registered": _("This institution is not registered on the platform (SCHEME-05)."),
        "period_passed": _("The terms were to begin before today. Propose them from another day."),
        "overlaps": _("Another agreement of the two is in force then. End it first."),
        "conflict_of_interest": _CONFLICT,
    },
    AccountRequestCode: {
        "partner_unknown": _("There is no such partner."),
        "bank_malformed": _("Write the bank's short name in letters, such as BRI."),
        "holder_missing": _("Write the name in which the account is kept."),
        "number_malformed": _("An account number has 8 to 20 digits."),
        "request_waiting": _("An account of yours waits for the office already. Take it back first."),
        "file_refused": _("The file is not taken."),
        "request_unknown": _("There is no such entry."),
        "already_decided": _ALREADY,
        "same_person": _SAME_PERSON,
        "decider_connected": _CONNECTED,
        "reason_missing": _REASON,
        "number_differs": _("This is not the number that was entered. Look at the document again, or refuse."),
    },
    SanctionCode: {
        "target_unknown": _("Name the party that this sanction is aimed at."),
        "notice_malformed": _("A notice needs a rule, what it is about, and evidence."),
        "sanction_unknown": _("There is no such case."),
        "move_not_allowed": _ALREADY,
        "another_party": _("This case is about another party."),
        "same_person": _SAME_PERSON,
        "too_early": _("The party still has time to answer."),
        "too_late": _("The time for it has passed."),
        "reason_missing": _REASON,
        "consequence_refused": _("The party is in a state in which this sanction has no effect."),
    },
}
