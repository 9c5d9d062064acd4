"""Result codes of selection, in their order of precedence."""

from prakerja.kit.refusals import Code


class WaveCode(Code):
    """Answers about a wave."""

    OK = "ok"
    WAVE_NOT_FOUND = "wave_not_found"
    NUMBER_TAKEN = "wave_number_taken"
    NO_PLACES = "wave_has_no_places"
    PROVINCE_QUOTAS_NOT_ALLOWED = "province_quotas_not_allowed"
    NOT_IN_THIS_STATE = "wave_not_in_this_state"
    NOT_YET = "not_yet"
    TOO_LATE = "too_late"


class JoinCode(Code):
    """Answers to joining a wave."""

    OK = "ok"
    WAVE_NOT_FOUND = "wave_not_found"
    WAVE_NOT_OPEN = "wave_not_open"
    CHANNEL_NOT_OFFERED = "channel_not_offered"
    APPLICANT_NOT_FOUND = "applicant_not_found"
    ALREADY_A_PARTICIPANT = "already_a_participant"
    BLACKLISTED = "blacklisted"
    NOT_ELIGIBLE = "not_eligible"
    ALREADY_JOINED = "already_joined"


class DrawCode(Code):
    """Answers to the acts of a draw."""

    OK = "ok"
    WAVE_NOT_FOUND = "wave_not_found"
    NOT_IN_THIS_STATE = "wave_not_in_this_state"
    ALREADY_REVEALED = "already_revealed"
    SEALS_NOT_CONFIRMED = "seals_not_confirmed"
    NOBODY_JOINED = "nobody_joined"
    SEALS_MISSING = "seals_missing"
    WRONG_BEACON = "wrong_beacon"
    BEACON_FORGED = "beacon_forged"
    BEACON_NOT_YET = "beacon_not_yet"
    LIST_CHANGED = "list_changed"


class SealCode(Code):
    """Answers about sealed seeds, the fallback of a draw."""

    OK = "ok"
    WAVE_NOT_FOUND = "wave_not_found"
    NOT_IN_THIS_STATE = "wave_not_in_this_state"
    ALREADY_SEALED = "already_sealed"
    UNFAIR_THRESHOLD = "unfair_threshold"
    WRONG_SEAL = "wrong_seal"
    NO_FALLBACK = "no_fallback"
    NOT_YET = "not_yet"
    BEACON_HAS_SPOKEN = "beacon_has_spoken"
    WRONG_OPENING = "wrong_opening"
    ALREADY_OPEN = "already_open"


class DecreeCode(Code):
    """Answers to preparing, approving and rejecting a decree."""

    OK = "ok"
    WAVE_NOT_FOUND = "wave_not_found"
    DECREE_NOT_FOUND = "decree_not_found"
    WAVE_NOT_DRAWN = "wave_not_drawn"
    ALREADY_PREPARED = "already_prepared"
    ALREADY_DECIDED = "already_decided"
    SAME_PERSON = "same_person"
    REGIME_CHANGED = "regime_changed"
    NOBODY_SELECTED = "nobody_selected"
    LIST_CHANGED = "list_changed"
    BUDGET_NOT_OPEN = "budget_not_open"
    QUOTA_EXHAUSTED = "quota_exhausted"
    MONEY_EXHAUSTED = "money_exhausted"
