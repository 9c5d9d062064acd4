"""Each refusal that a page can meet, in a sentence that says what to do next."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prakerja.access.errors import CheckCode as LogInCode
from prakerja.access.errors import ContactCode, PasswordCode, SecondFactorCode, SendCode
from prakerja.cards.errors import CardCode, ManifestCode, RevocationCode
from prakerja.catalogue.errors import FeedRowReason
from prakerja.kit.days import DayFault
from prakerja.kit.refusals import Code
from prakerja.learning.errors import ReviewCode
from prakerja.participants.errors import DeltaCode, InvitationCode, MatchCode, NikFault, RowReason, WorkerListCode
from prakerja.participants.sign_up_errors import AnswerCode, AnswerFault, CaseCode, SendSignUpCode, SheetCode
from prakerja.partners.errors import ApiKeyCode
from prakerja.purchases.errors import CancelCode, RedeemCode
from prakerja.settlement.errors import ApproveRunCode
from prakerja.web.refusals_catalogue import CATALOGUE_REFUSALS
from prakerja.web.refusals_cooperation import COOPERATION_REFUSALS
from prakerja.web.refusals_learning import LEARNING_REFUSALS
from prakerja.web.refusals_payments import PAYMENT_REFUSALS
from prakerja.web.refusals_people import PEOPLE_REFUSALS
from prakerja.web.refusals_selection import SELECTION_REFUSALS

# The code as a key would not do: StrEnum members of two classes with the same value are equal.
REFUSALS: Final[dict[type[Code], dict[str, Promise]]] = {
    SendCode: {
        "contact_not_possible": _("Type an e-mail address such as name@example.id, or a mobile number such as 0812…"),
        "no_messenger": _("Codes cannot be sent now. Try again later."),
        "too_many_codes": _("Too many codes were asked for. Wait an hour, then try again."),
    },
    LogInCode: {
        "code_expired": _("This code is over. Ask for a new one."),
        "no_tries_left": _("The code was wrong five times. Ask for a new one."),
        "too_many_tries": _("Too many wrong codes. Wait an hour, then ask for a new one."),
        "wrong_code": _("The code is not right. Compare its six digits with the message."),
    },
    SecondFactorCode: {
        "not_set_up": _("The second factor is not set up yet. Sign in again."),
        "already_set_up": _("The second factor is set up already. Sign in again."),
        "too_many_tries": _("Too many wrong codes. Wait 15 minutes, then try again."),
        "wrong_code": _("The code is not right, or was used already. Wait for the next one in your app."),
    },
    ContactCode: {
        "repeated": _("This is your contact already."),
        "opens_another_account": _("This contact belongs to another account. Take another one, or sign in with it."),
    },
    CardCode: {
        "card_not_found": _("There is no such card."),
        "repeated": _("This was done already."),
        "step_not_allowed": _("The card is in another state. Load the page again."),
        "receipt_missing": _("The number of the signed receipt is missing."),
        "pin_not_six_digits": _("A PIN has six digits."),
        "pin_too_easy": _("This PIN is too easy to guess. Take another one."),
        "participant_not_active": _("Your participation is over or suspended, so there is no new card."),
    },
    ManifestCode: {
        "manifest_not_found": _("There is no such print batch."),
        "nothing_to_print": _("No printed card waits for a batch."),
        "step_not_allowed": _("The batch is in another state. Load the page again."),
        "waybill_missing": _("Type the number of the waybill."),
    },
    DayFault: {
        "year_is_not_in_full": _("Write the year with its four digits, for example 31/12/1998."),
        "month_stands_first": _(
            "The month seems to stand before the day. Write the day first, as 31/12/1998, or the year, as 1998-12-31."
        ),
        "no_such_day": _("There is no such day. Type day, month and year, for example 31 12 1998."),
        "day_not_readable": _("This day cannot be read. Write it as 31/12/1998 or 1998-12-31."),
    },
    AnswerFault: {
        "answer_missing": _("Answer this question."),
        "kk_has_not_16_digits": _("The number of a family card has 16 digits. Compare it with the card."),
        "name_too_long": _("The name is longer than 200 characters."),
        "name_has_other_characters": _("Write the name in letters, as on the identity card."),
        "date_is_to_come": _("This day is still to come. Check the year."),
        "too_young": _("You must be 18 to sign up."),
        "address_not_readable": _(
            "The address is longer than 300 characters or not readable. Correct it, or leave it empty."
        ),
        "not_an_option": _("Choose one of the answers."),
    },
    AnswerCode: {
        "test_not_started": _("Begin the test first."),
        "test_finished": _("The test is done already."),
        "another_question": _("This question is answered already. Go on with the next one."),
        "not_an_option": _("Choose one of the answers."),
    },
    SendSignUpCode: {
        "not_started": _("Answer the questions first."),
        "already_sent": _("Your answers were sent already."),
        "email_not_verified": _("Verify your e-mail address first."),
        "answers_missing": _("Some questions have no answer yet."),
        "too_many_tries": _(
            "You have sent your answers five times today. Try again tomorrow, or go to the labour office."
        ),
        "registry_unavailable": _("The civil registry does not answer now. We ask it again; you need not do anything."),
        "nik_not_found": _("The civil registry does not know this NIK. Compare each digit with your identity card."),
        "identity_mismatch": _("The civil registry has other data. Compare the marked answers with your cards."),
        "nik_in_dispute": _(
            "Somebody has signed up with this NIK already. The programme office finds out whose it is."
        ),
        "answers_changed": _("Your answers were changed in another window. Check them and send them again."),
    },
    CaseCode: {
        "case_not_found": _("There is no such case."),
        "repeated": _("You have appealed against this decision already."),
        "already_decided": _("This case was decided already."),
        "same_person": _("You took the decision that is appealed against. Another person must decide."),
        "reason_missing": _("Write why: a few sentences are enough."),
    },
    SheetCode: {
        "sheet_not_found": _("There is no such sheet."),
        "assisted_registration_closed": _("The rules of today have no assisted registration."),
        "step_not_allowed": _("The sheet is in another state. Load the page again."),
        "same_person": _("You verified this sheet yourself. Another officer must sign the minutes."),
        "no_rows": _("Nobody is on the sheet yet."),
        "documents_not_seen": _("Tick each person whose identity card and family card you have seen."),
        "minutes_number_missing": _("Type the number of the minutes."),
        "reason_missing": _("Write why the sheet goes back."),
        "answer_not_possible": _("An answer cannot be right. See the marked field."),
        "nik_repeated_in_sheet": _("This NIK is on the sheet already."),
        "row_not_found": _("There is no such person on the sheet."),
        "dispute_reason_missing": _("Write what the person says, and which documents you have seen."),
        "already_disputed": _("A case is open, or was decided, about this row."),
    },
    PasswordCode: {
        "wrong_password": _("Your present password is not right."),
        "too_weak": _("The new password is too short or too common. Take 12 characters or more."),
    },
    CancelCode: {
        "class_unknown": _("There is no such class."),
        "reason_missing": _("Write the reason: the participants read it."),
        "move_not_allowed": _("The state of this class does not allow it."),
        "codes_redeemed": _("A participant is in it already: a class that has begun is held. It sells no more."),
    },
    RedeemCode: {
        "code_unknown": _("There is no such code. Compare each character with the participant's page."),
        "code_of_another_institution": _(
            "This code is for a class of another institution. Send the participant there."
        ),
        "purchase_voided": _("This purchase was voided and its money given back. The participant must buy again."),
        "code_already_used": _("This code is redeemed already. Nothing more is to be done."),
        "purchase_closed": _("This purchase is closed: the class is over or its result was reported."),
        "outside_window": _("The code counts only around the start of the session. Look at the times of the class."),
    },
    ReviewCode: {
        "unknown_purchase": _("There is no such purchase."),
        "another_participant": _("This is another person's purchase."),
        "not_reported": _("The institution has not reported a result yet. Review the training after that."),
        "repeated": _("This review is kept already."),
        "conflict": _("You have written a review already; a review is not changed."),
        "rating_out_of_range": _("Choose a rating from 1 to 5."),
        "text_out_of_range": _("Write what you learned: 1 to 2,000 characters."),
    },
    WorkerListCode: {
        "worker_list_not_found": _("There is no such worker list."),
        "file_is_empty": _("The file is empty. Fill in the template and save it as CSV."),
        "file_is_no_text": _("The file is no text. Save the sheet as CSV in UTF-8."),
        "workbook_not_readable": _(
            "The workbook cannot be opened. Save it anew as XLSX without a password, or as CSV."
        ),
        "columns_missing": _("Columns are missing. Use the headings of the template."),
        "no_rows": _("The file has headings but no rows."),
        "file_already_imported": _("This very file was uploaded before. Look for it in the list."),
        "still_loading": _("This list is still being loaded. Look again in a minute."),
        "already_published": _("This list is published already."),
        "discarded": _("This list was discarded. Upload the file again."),
        "no_good_rows": _("No row can be taken, so there is nothing to publish."),
    },
    MatchCode: {
        "match_not_found": _("There is no such pair."),
        "reason_missing": _("Write the reason: it stays on record."),
        "already_decided": _("This was decided already."),
    },
    InvitationCode: {
        "worker_list_not_found": _("There is no such worker list."),
        "not_published": _("Publish the list first; then its people can be invited."),
    },
    DeltaCode: {
        "delta_not_readable": _("The file is no text in UTF-8. Save it as CSV."),
        "columns_missing": _("Columns are missing. Use the headings of the template."),
        "no_rows": _("The file has headings but no rows."),
        "delta_already_loaded": _("This very file was loaded before. Look for it in the list."),
        "delta_not_found": _("There is no such file."),
        "not_screened": _("Run it dry first: nobody confirms what has not been looked at."),
        "already_confirmed": _("This file is confirmed already."),
        "discarded": _("This file was discarded. Load it again."),
        "same_person": _("You loaded this yourself. A second person must confirm it."),
        "finding_not_found": _("There is no such finding."),
        "time_is_over": _("The time to answer is over. You can still appeal against what is decided."),
        "reason_missing": _("Write the reason: it stays on record."),
        "not_noticed": _("The person has had no notice yet."),
        "still_time_to_answer": _("The person still has time to answer. Decide after the deadline."),
        "already_decided": _("This was decided already."),
    },
    NikFault: {
        "nik_missing": _("The NIK is missing. Fill it in."),
        "nik_rounded_by_spreadsheet": _(
            "The spreadsheet saw the NIK as a number and lost its last digit. "
            "Format the column as text and type it again."
        ),
        "nik_has_other_characters": _("The NIK has other characters than digits."),
        "nik_has_not_16_digits": _("The NIK has not 16 digits."),
        "nik_is_synthetic": _("This NIK is invented and counts in a sandbox only."),
        "nik_province_is_unknown": _("The first two digits of the NIK are no province."),
        "nik_date_is_impossible": _("The NIK has an impossible birth date."),
        "nik_serial_is_zero": _("The last four digits of the NIK are zero. Type them again."),
    },
    RowReason: {
        "row_too_long": _("The row is too long to be a person. Check its quotation marks."),
        "file_ends_within_this_row": _("The file ends within this row: it was cut off. Export it again."),
        "column_count_differs": _("The row has more or fewer columns than the headings."),
        "nik_repeated_in_file": _("This NIK stands in an earlier row."),
        "name_missing": _("The name is missing. Fill it in."),
        "name_too_long": _("The name is longer than 200 characters."),
        "name_not_readable": _("The name has characters that are no letters. Type it again."),
        "province_unknown": _("There is no such province code."),
        "regency_unknown": _("There is no such regency code in this province. Write its four digits, such as 3201."),
        "status_unknown": _("There is no such status. Use the words of the template."),
        "phone_not_possible": _("The phone number cannot be one. Write it as 081234567890, or leave it empty."),
        "address_not_readable": _(
            "The address is longer than 300 characters or not readable. Correct it, or leave it empty."
        ),
    },
    RevocationCode: {
        "decree_not_found": _("There is no such decree."),
        "already_decided": _("This decree was decided already."),
        "same_person": _("You prepared this yourself. A second person must approve it."),
        "nobody_to_revoke": _("Everybody who was still on it has bought a training in the meantime and stays."),
    },
    ApiKeyCode: {
        "partner_unknown": _("There is no such partner."),
        "life_malformed": _("A key must expire later than now."),
        "two_live_keys": _("Two keys live already. Revoke one of them first."),
        "key_unknown": _("There is no such key."),
        "already_revoked": _("This key was revoked before."),
    },
    ApproveRunCode: {
        "unknown_run": _("There is no such settlement run."),
        "same_person": _("You prepared this yourself. A second person must approve it."),
        "repeated": _("This run was approved already."),
        "statements_differ": _("Statements, lines and ledger do not say the same. Do not sign; tell the auditor."),
        "payee_without_account": _("A partner has no bank account on record. It must register one first."),
    },
    **CATALOGUE_REFUSALS,
    **COOPERATION_REFUSALS,
    **LEARNING_REFUSALS,
    **PAYMENT_REFUSALS,
    **PEOPLE_REFUSALS,
    **SELECTION_REFUSALS,
}


def refusal(code: Code) -> str:
    """The sentence of a refusal.

    Raises:
        KeyError: it has none, which is a defect of this file.
    """
    return str(REFUSALS[type(code)][code.value])


def feed_reason(value: str) -> str:
    """The sentence for a bad row of a feed of courses.

    Raises:
        KeyError: as `refusal`.
    """
    return str(REFUSALS[FeedRowReason][value])


def row_reason(value: str) -> str:
    """The sentence for a bad row of a worker list.

    Raises:
        KeyError: as `refusal`.
    """
    reasons = {**REFUSALS[NikFault], **REFUSALS[DayFault], **REFUSALS[RowReason]}
    return str(reasons[value])
