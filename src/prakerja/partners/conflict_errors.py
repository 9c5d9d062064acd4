"""Result codes of ties and conflicts of interest. Members stand in their order of precedence."""

from prakerja.kit.refusals import Code


class TieCode(Code):
    """Of putting on record who stands behind a partner."""

    OK = "ok"
    HOLDER_UNKNOWN = "holder_unknown"
    KIND_UNKNOWN = "kind_unknown"
    NAME_MISSING = "name_missing"
    SOURCE_MISSING = "source_missing"
    STARTS_IN_THE_FUTURE = "starts_in_the_future"
    VALUE_MALFORMED = "value_malformed"
    LEADS_TO_ITSELF = "leads_to_itself"
    OTHER_TAX_NUMBER = "other_tax_number"
    REPEATED = "repeated"
    TIE_UNKNOWN = "tie_unknown"
    ALREADY_ENDED = "already_ended"
    END_MALFORMED = "end_malformed"


class ConflictCode(Code):
    """Of deciding a conflict of interest (PLAT-02)."""

    OK = "ok"
    CONFLICT_UNKNOWN = "conflict_unknown"
    ALREADY_DECIDED = "already_decided"
    REASON_MISSING = "reason_missing"
    SAME_ENTITY = "same_entity"
    SAME_PERSON = "same_person"
    DECIDER_CONNECTED = "decider_connected"
