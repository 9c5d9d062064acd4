"""Result codes of the catalogue's operations. Members stand in their order of precedence."""

from prakerja.kit.refusals import Code


class CourseCode(Code):
    """Of proposing, assessing, moving and pricing courses."""

    OK = "ok"
    INSTITUTION_UNKNOWN = "institution_unknown"
    MODE_UNKNOWN = "mode_unknown"
    TRAINING_TYPE_UNFIT = "training_type_unfit"
    TITLE_MISSING = "title_missing"
    HOURS_MALFORMED = "hours_malformed"
    SUBJECT_UNKNOWN = "subject_unknown"
    SKKNI_CODE_MALFORMED = "skkni_code_malformed"
    COURSE_UNKNOWN = "course_unknown"
    MOVE_NOT_ALLOWED = "move_not_allowed"
    INSTITUTION_NOT_DECREED = "institution_not_decreed"  # INST-01
    PRICE_MALFORMED = "price_malformed"
    DEARER_THAN_OUTSIDE = "dearer_than_outside"  # COURSE-01
    FREE_ELSEWHERE = "free_elsewhere"  # COURSE-01
    BUNDLE_NOT_ALLOWED = "bundle_not_allowed"  # COURSE-02
    TOO_SHORT = "too_short"  # COURSE-03
    CONFLICT_OF_INTEREST = "conflict_of_interest"  # PLAT-02


class ScheduleCode(Code):
    """Of opening, closing and changing schedules."""

    OK = "ok"
    COURSE_UNKNOWN = "course_unknown"
    COURSE_NOT_APPROVED = "course_not_approved"
    INSTITUTION_NOT_DECREED = "institution_not_decreed"  # INST-01
    BUNDLE_NOT_ALLOWED = "bundle_not_allowed"  # COURSE-02
    SESSIONS_MALFORMED = "sessions_malformed"
    TOO_MANY_SESSIONS = "too_many_sessions"
    STARTS_IN_THE_PAST = "starts_in_the_past"
    SEATS_MALFORMED = "seats_malformed"
    PROVINCE_UNKNOWN = "province_unknown"
    TOO_MANY_PEOPLE = "too_many_people"  # COURSE-04, COURSE-05
    TOO_FEW_TRAINERS = "too_few_trainers"  # COURSE-04, COURSE-05
    TOO_MANY_HOURS_A_DAY = "too_many_hours_a_day"  # COURSE-04, COURSE-05
    OUTSIDE_OPENING_HOURS = "outside_opening_hours"  # COURSE-05
    SELLS_TOO_LATE = "sells_too_late"  # LEARN-02
    SCHEDULE_UNKNOWN = "schedule_unknown"
    MOVE_NOT_ALLOWED = "move_not_allowed"
    NOT_OVER_YET = "not_over_yet"
    SALES_ARE_OVER = "sales_are_over"  # LEARN-02
    REASON_MISSING = "reason_missing"
    HAS_BUYERS = "has_buyers"
    FEWER_THAN_SOLD = "fewer_than_sold"


class ListingCode(Code):
    """Of putting courses on sale on platforms, and taking them off."""

    OK = "ok"
    PLATFORM_UNKNOWN = "platform_unknown"
    PLATFORM_NOT_ACTIVE = "platform_not_active"
    COURSE_UNKNOWN = "course_unknown"
    COURSE_NOT_APPROVED = "course_not_approved"
    MODE_NOT_OFFERED = "mode_not_offered"
    NO_AGREEMENT = "no_agreement"  # SCHEME-05, SCHEME-10
    OWN_ENTITY_FORBIDDEN = "own_entity_forbidden"  # PLAT-02
    CONFLICT_OF_INTEREST = "conflict_of_interest"  # PLAT-02
    ALREADY_LISTED = "already_listed"
    LISTING_UNKNOWN = "listing_unknown"
    ALREADY_ENDED = "already_ended"


class FeedCode(Code):
    """Of checking, publishing and discarding feeds of courses."""

    OK = "ok"
    INSTITUTION_UNKNOWN = "institution_unknown"
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_UNREADABLE = "file_unreadable"
    FILE_UNSAFE = "file_unsafe"
    COLUMNS_MISSING = "columns_missing"
    NO_ROWS = "no_rows"
    TOO_MANY_ROWS = "too_many_rows"
    FEED_UNKNOWN = "feed_unknown"
    ALREADY_PUBLISHED = "already_published"
    DISCARDED = "discarded"
    NOTHING_TO_TAKE = "nothing_to_take"
    CATALOGUE_CHANGED = "catalogue_changed"


class FeedRowReason(Code):
    """Why a row of a feed is not taken."""

    COLUMN_COUNT_DIFFERS = "column_count_differs"
    OWN_CODE_MISSING = "own_code_missing"
    OWN_CODE_ROUNDED = "own_code_rounded"
    OWN_CODE_REPEATED = "own_code_repeated"
    TITLE_MISSING = "title_missing"
    TEXT_TOO_LONG = "text_too_long"
    NOT_A_WHOLE_NUMBER = "not_a_whole_number"
    MODE_UNKNOWN = "mode_unknown"
    TRAINING_TYPE_UNFIT = "training_type_unfit"
    SUBJECT_UNKNOWN = "subject_unknown"
    SKKNI_CODE_MALFORMED = "skkni_code_malformed"
    HOURS_MALFORMED = "hours_malformed"
    AGES_MALFORMED = "ages_malformed"
    EDUCATION_UNKNOWN = "education_unknown"
    YES_OR_NO = "yes_or_no"
    PRICE_MALFORMED = "price_malformed"
    DEARER_THAN_OUTSIDE = "dearer_than_outside"  # COURSE-01
    APPROVED_COURSE_IS_FIXED = "approved_course_is_fixed"
    COURSE_CLOSED = "course_closed"
