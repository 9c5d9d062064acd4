"""Result codes of the catalogue's operations. Members stand in their order of precedence."""

from prakerja.kit.refusals import Code


class CourseCode(Code):
    """Of proposing, assessing, moving and pricing courses."""

    OK = "ok"
    INSTITUTION_UNKNOWN = "institution_unknown"
    MODE_UNKNOWN = "mode_unknown"
    TRAINING_TYPE_UNFIT = "training_type_unfit"
    COURSE_UNKNOWN = "course_unknown"
    MOVE_NOT_ALLOWED = "move_not_allowed"
    INSTITUTION_NOT_DECREED = "institution_not_decreed"  # INST-01
    PRICE_MALFORMED = "price_malformed"
    DEARER_THAN_OUTSIDE = "dearer_than_outside"  # COURSE-01
    FREE_ELSEWHERE = "free_elsewhere"  # COURSE-01
    BUNDLE_NOT_ALLOWED = "bundle_not_allowed"  # COURSE-02
    TOO_SHORT = "too_short"  # COURSE-03


class ScheduleCode(Code):
    """Of opening and closing schedules."""

    OK = "ok"
    COURSE_UNKNOWN = "course_unknown"
    COURSE_NOT_APPROVED = "course_not_approved"
    INSTITUTION_NOT_DECREED = "institution_not_decreed"  # INST-01
    BUNDLE_NOT_ALLOWED = "bundle_not_allowed"  # COURSE-02
    SESSIONS_MALFORMED = "sessions_malformed"
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
    ALREADY_LISTED = "already_listed"
    LISTING_UNKNOWN = "listing_unknown"
    ALREADY_ENDED = "already_ended"
