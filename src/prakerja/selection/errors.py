"""Result codes of selection, in their order of precedence."""

from prakerja.kit.refusals import Code


class WaveCode(Code):
    """Answers about a wave."""

    OK = "ok"
    WAVE_NOT_FOUND = "wave_not_found"
    NO_PLACES = "wave_has_no_places"
    PROVINCE_QUOTAS_NOT_ALLOWED = "province_quotas_not_allowed"
    MORE_THAN_THE_PROGRAMME_HAS = "more_than_the_programme_has"
    NUMBER_TAKEN = "wave_number_taken"
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


class KeeperCode(Code):
    """Answers about who may keep sealed seeds."""

    OK = "ok"
    CODE_NOT_POSSIBLE = "code_not_possible"
    NAME_MISSING = "name_missing"
    CODE_TAKEN = "code_taken"


class SealCode(Code):
    """Answers about sealed seeds, the fallback of a draw."""

    OK = "ok"
    WAVE_NOT_FOUND = "wave_not_found"
    NOT_IN_THIS_STATE = "wave_not_in_this_state"
    ALREADY_NAMED = "fallback_already_named"
    KEEPER_NOT_FOUND = "keeper_not_found"
    UNFAIR_THRESHOLD = "unfair_threshold"
    DEADLINES_NOT_POSSIBLE = "deadlines_not_possible"
    NO_FALLBACK = "no_fallback"
    REASON_MISSING = "reason_missing"
    STILL_TIME = "keepers_still_have_time"
    NOT_A_KEEPER = "not_a_keeper"
    WRONG_SEAL = "wrong_seal"
    ALREADY_SEALED = "already_sealed"
    SEALS_MISSING = "seals_missing"
    NOT_YET = "not_yet"
    BEACON_HAS_SPOKEN = "beacon_has_spoken"
    NOT_YOURS = "not_yours_to_open"
    WRONG_OPENING = "wrong_opening"
    ALREADY_OPEN = "already_open"


class ActCode(Code):
    """Answers to asking for an act on a wave, and how acts end that their own codes do not name."""

    OK = "ok"
    WAVE_NOT_FOUND = "wave_not_found"
    NOT_IN_THIS_STATE = "wave_not_in_this_state"
    NOT_YET = "not_yet"
    ALREADY_ASKED = "act_already_asked"
    GAVE_UP = "gave_up"


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
