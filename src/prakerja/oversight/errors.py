"""Result codes of oversight's operations. Members stand in their order of precedence."""

from prakerja.kit.refusals import Code


class FindingCode(Code):
    """Of deciding findings."""

    OK = "ok"
    FINDING_UNKNOWN = "finding_unknown"
    DECIDED_ELSEWHERE = "decided_elsewhere"
    MOVE_NOT_ALLOWED = "move_not_allowed"
    SAME_PERSON = "same_person"
    CONFLICT_OF_INTEREST = "conflict_of_interest"  # PLAT-02
    REASON_MISSING = "reason_missing"
    MEASURE_UNFIT = "measure_unfit"
