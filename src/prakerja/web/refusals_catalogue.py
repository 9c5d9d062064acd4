"""The sentences of the catalogue's refusals; see `refusals`."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prakerja.catalogue.errors import CourseCode, FeedCode, FeedRowReason, ListingCode, ScheduleCode
from prakerja.kit.refusals import Code
from prakerja.oversight.errors import FindingCode
from prakerja.partners.conflict_errors import ConflictCode, TieCode

_NOT_DECREED = _("The institution is not decreed. The programme office decrees it first.")
_DEARER = _("The price is above the price outside the programme (COURSE-01).")
_BUNDLE = _("Several courses at one price are not allowed (COURSE-02).")

CATALOGUE_REFUSALS: Final[dict[type[Code], dict[str, Promise]]] = {
    CourseCode: {
        "institution_unknown": _("There is no such institution."),
        "mode_unknown": _("Choose online or offline."),
        "training_type_unfit": _("This kind of training does not fit the mode."),
        "title_missing": _("Give the course a title."),
        "hours_malformed": _("Write the hours in digits, from 1 to 2,000."),
        "subject_unknown": _("Choose a subject of the list."),
        "skkni_code_malformed": _("Write the unit's code as J.620100.004.02."),
        "course_unknown": _("There is no such course."),
        "move_not_allowed": _("The state of this course does not allow it."),
        "institution_not_decreed": _NOT_DECREED,
        "price_malformed": _("The price is zero. Write whole rupiah."),
        "dearer_than_outside": _DEARER,
        "free_elsewhere": _("A course that is given free of charge elsewhere is not bought (COURSE-01)."),
        "bundle_not_allowed": _BUNDLE,
        "too_short": _("The course has too few hours (COURSE-03)."),
        "conflict_of_interest": _("You meet this institution within two steps (PLAT-02). Somebody else decides."),
    },
    FindingCode: {
        "finding_unknown": _("There is no such finding."),
        "decided_elsewhere": _("It is decided on a page of its own."),
        "move_not_allowed": _("The finding is in another state. Load the page again."),
        "same_person": _("You proposed it. Somebody else decides."),
        "conflict_of_interest": _("You meet this institution within two steps (PLAT-02). Somebody else decides."),
        "reason_missing": _("Write the reason. It stays on record."),
        "measure_unfit": _("Choose a sanction of the list, or none."),
    },
    ScheduleCode: {
        "course_unknown": _("There is no such course."),
        "course_not_approved": _("The course is not approved."),
        "institution_not_decreed": _NOT_DECREED,
        "bundle_not_allowed": _BUNDLE,
        "sessions_malformed": _("A session must end after it starts, and begin after the one before has ended."),
        "too_many_sessions": _("A class has ten sessions at most."),
        "starts_in_the_past": _("The class would start in the past. Choose a later day."),
        "seats_malformed": _("Write the number of seats and trainers, at least 1."),
        "province_unknown": _("Choose the province of the place."),
        "too_many_people": _("These are too many people for one class (COURSE-04, COURSE-05)."),
        "too_few_trainers": _("These are too few trainers for so many people (COURSE-04, COURSE-05)."),
        "too_many_hours_a_day": _("These are too many hours on one day (COURSE-04, COURSE-05)."),
        "outside_opening_hours": _("An offline class is between 08:00 and 21:00 (COURSE-05)."),
        "sells_too_late": _("Enrolment would close too late (LEARN-02)."),
        "schedule_unknown": _("There is no such class."),
        "move_not_allowed": _("The state of this class does not allow it."),
        "not_over_yet": _("The class is not over yet."),
        "sales_are_over": _("Enrolment has closed (LEARN-02). Open another class."),
        "reason_missing": _("Write the reason: the participants read it."),
        "has_buyers": _("Somebody has bought it. Take the purchases back first."),
        "fewer_than_sold": _("More seats than that are sold. Void purchases first, or keep the seats."),
    },
    ListingCode: {
        "platform_unknown": _("There is no such platform."),
        "platform_not_active": _("The platform is not active."),
        "course_unknown": _("There is no such course."),
        "course_not_approved": _("The course is not approved."),
        "mode_not_offered": _("The platform does not sell this mode."),
        "no_agreement": _("No agreement with the institution is in force today (SCHEME-10)."),
        "own_entity_forbidden": _("The platform may not sell paid training of its own entity (PLAT-02)."),
        "conflict_of_interest": _(
            "Platform and institution meet within two steps (PLAT-02). The programme office decides the case."
        ),
        "already_listed": _("The course is on sale already."),
        "listing_unknown": _("There is no such listing."),
        "already_ended": _("The course is off sale already."),
    },
    FeedCode: {
        "institution_unknown": _("There is no such institution."),
        "file_empty": _("The file is empty. Fill in the template."),
        "file_too_large": _("The file is larger than 64 MB. Split it."),
        "file_unreadable": _("The file is neither a CSV file in UTF-8 nor a workbook (.xlsx)."),
        "file_unsafe": _("The workbook has macros or parts that are not safe. Save it again as plain .xlsx."),
        "columns_missing": _("Columns are missing. Use the headings of the template."),
        "no_rows": _("The file has headings but no rows."),
        "too_many_rows": _("The file has more than 200,000 rows. Split it."),
        "feed_unknown": _("There is no such file."),
        "already_published": _("This file is published already."),
        "discarded": _("This file was discarded. Upload it again."),
        "nothing_to_take": _("All of it is in the catalogue already. Nothing is to be done."),
        "catalogue_changed": _(
            "The catalogue has changed since the file was checked: another file or a decision came between. Nothing "
            "was taken. Upload the file again."
        ),
    },
    FeedRowReason: {
        "column_count_differs": _("The row has more or fewer columns than the headings."),
        "own_code_missing": _("Your own code of the course is missing. Fill it in."),
        "own_code_rounded": _(
            "The spreadsheet saw the code as a number and lost its last digits. Format the column as text."
        ),
        "own_code_repeated": _("This code stands in an earlier row."),
        "title_missing": _("The title is missing. Fill it in."),
        "text_too_long": _("The text is too long."),
        "not_a_whole_number": _("Write whole rupiah in digits."),
        "mode_unknown": _("Write the mode as daring or luring."),
        "training_type_unfit": _("1 and 2 are online, 3 is offline."),
        "subject_unknown": _("There is no such subject. Use the words of the list."),
        "skkni_code_malformed": _("Write the unit's code as J.620100.004.02."),
        "hours_malformed": _("Write the hours in digits, from 1 to 2,000."),
        "ages_malformed": _("Write ages in digits, the lower one first."),
        "education_unknown": _("There is no such level of education. Use the words of the list."),
        "yes_or_no": _("Write ya or tidak."),
        "price_malformed": _("The price is zero. Write whole rupiah."),
        "dearer_than_outside": _DEARER,
        "approved_course_is_fixed": _(
            "The course was assessed like that: only its price and description can change. Propose another course."
        ),
        "course_closed": _("The course is suspended or removed. It cannot be changed."),
    },
    ConflictCode: {
        "conflict_unknown": _("There is no such case."),
        "already_decided": _("This case was decided already; a decision stands."),
        "reason_missing": _("Write the reason: it is published with the decision."),
        "same_entity": _("It is one legal entity: that cannot be cleared."),
        "same_person": _("You caused this act yourself. Somebody else decides."),
        "decider_connected": _("You meet one of the two within two steps yourself. Somebody else decides."),
    },
    TieCode: {
        "holder_unknown": _("There is no such partner."),
        "kind_unknown": _("Choose a kind."),
        "name_missing": _("Fill in the name."),
        "source_missing": _("Name the document or register that says so."),
        "starts_in_the_future": _("What is not so yet is not put on record. Choose today or a day before."),
        "value_malformed": _("This cannot be: count the digits, or write the address with street, number and town."),
        "leads_to_itself": _("This is the number of the same company."),
        "other_tax_number": _("There is a tax number on record. End that one first."),
        "repeated": _("This is on record already."),
        "tie_unknown": _("There is no such entry."),
        "already_ended": _("This entry has ended already."),
        "end_malformed": _("An entry ends today at the latest, and not before it began."),
    },
}
