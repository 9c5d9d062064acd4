"""The parameters that a regime file must carry: their words, units and rules.

A parameter's name is also the name of the field of `regimes.Regime`. The values stand in `data/regimes/*.yaml`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a value counts; the unit decides how it is written."""

    RUPIAH = "rupiah"
    PARTICIPANTS = "participants"
    PEOPLE = "people"
    TIMES = "times"
    DAYS = "days"
    WORKING_DAYS = "working-days"
    HOURS = "hours"
    MINUTES = "minutes"
    YEARS = "years"
    BASIS_POINTS = "basis-points"  # 1500 = 15 %
    MONTH_DAY = "month-day"  # 12-15
    TIME_OF_DAY = "time-of-day"  # 08:00, Asia/Jakarta unless the place has its own zone
    SHARE = "share"  # 2/3
    SWITCH = "yes-no"
    WORD = "word"
    WORDS = "words"  # a list, in order


class Channel(StrEnum):
    """SCHEME-01: how the card is given out."""

    DIGITAL = "digital"
    REGULAR = "regular"


class SocialAid(StrEnum):
    """ELIG-08: what other social aid means in the selection."""

    LOWER_PRIORITY = "lower_priority"
    ALLOWED = "allowed"


class AffiliateSale(StrEnum):
    """PLAT-02: paid training of an institution of the platform's own entity."""

    FLAG = "flag"
    FORBID = "forbid"


class SettlementTrigger(StrEnum):
    """SETTLE-01: the event that makes a price payable."""

    PURCHASE = "purchase"
    REDEMPTION = "redemption"
    COMPLETION = "completion"


class EducationRegister(StrEnum):
    """ELIG-03: the registers that are asked."""

    DAPODIK = "dapodik"
    PDDIKTI = "pddikti"
    EMIS = "emis"


class EmploymentStatus(StrEnum):
    """ELIG-04: who may take part."""

    JOB_SEEKER = "job_seeker"
    LAID_OFF = "laid_off"
    FURLOUGHED = "furloughed"
    WORKER_NEEDING_COMPETENCE = "worker_needing_competence"
    MICRO_AND_SMALL_BUSINESS = "micro_and_small_business"


class ExcludedOffice(StrEnum):
    """ELIG-05: who may not."""

    STATE_OFFICIAL = "state_official"
    REGIONAL_COUNCIL = "regional_council"
    CIVIL_SERVANT = "civil_servant"
    ARMED_FORCES = "armed_forces"
    POLICE = "police"
    VILLAGE_HEAD_OR_STAFF = "village_head_or_staff"
    STATE_COMPANY_BOARD = "state_company_board"


class SelectionStep(StrEnum):
    """SELECT-01: by what the order of a wave is decided, one after the other."""

    VERIFIED = "verified"
    WORKER_LIST = "worker_list"
    WITHOUT_SOCIAL_AID = "without_social_aid"
    RANDOM_DRAW = "random_draw"


class PlatformEvidence(StrEnum):
    """PLAT-01: what a platform shows to be admitted."""

    OFFICE_AGREEMENT = "office_agreement"
    PROVINCE_REACH = "province_reach"
    CARD_AS_PAYMENT = "card_as_payment"
    WORKS_WITH_INSTITUTIONS = "works_with_institutions"
    LICENCES = "licences"


class InstitutionStep(StrEnum):
    """INST-01: the steps of an institution's admission."""

    DUE_DILIGENCE = "due_diligence"
    GOVERNANCE_TEST = "governance_test"
    COURSE_ASSESSMENT = "course_assessment"
    FACILITIES_TEST = "facilities_test"
    DECREE = "decree"


class CertificateEvidence(StrEnum):
    """LEARN-04: what stands behind a certificate."""

    ATTENDANCE = "attendance"
    POST_TEST = "post_test"
    SKILL_DEMONSTRATION = "skill_demonstration"
    FEEDBACK = "feedback"


class IncentiveCondition(StrEnum):
    """INC-01: all of these, before any incentive."""

    FIRST_CERTIFICATE = "first_certificate"
    RATING = "rating"
    REVIEW = "review"
    ACCOUNT_OF_SAME_NIK = "account_of_same_nik"
    WALLET_KYC = "wallet_kyc"
    ACCOUNT_ACTIVE = "account_active"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: `optional` ones may be `none` (not in force); `words` is the closed list of a word or words."""

    name: str
    rules: tuple[str, ...]
    unit: Unit
    optional: bool = False
    words: type[StrEnum] | None = None


def _one(name: str, rule: str, unit: Unit, words: type[StrEnum] | None = None, *, optional: bool = False) -> Parameter:
    return Parameter(name=name, rules=tuple(rule.split()), unit=unit, optional=optional, words=words)


PARAMETERS: dict[str, Parameter] = {
    parameter.name: parameter
    for parameter in (
        _one("quota_digital", "SCHEME-01", Unit.PARTICIPANTS),
        _one("quota_regular", "SCHEME-01", Unit.PARTICIPANTS),
        _one("training_balance_idr", "MONEY-01", Unit.RUPIAH),
        _one("job_search_incentive_idr", "MONEY-02", Unit.RUPIAH),
        _one("job_search_incentive_count", "MONEY-02", Unit.TIMES),
        _one("survey_incentive_idr", "MONEY-03", Unit.RUPIAH),
        _one("survey_incentive_count", "MONEY-03 INC-02", Unit.TIMES),
        _one("first_purchase_days", "CARD-01", Unit.DAYS),
        _one("balance_until", "CARD-02", Unit.MONTH_DAY),
        _one("card_is_personal", "CARD-03", Unit.SWITCH),
        _one("second_course_after_completion", "CARD-04", Unit.SWITCH),
        _one("civil_registry_confirms", "ELIG-01", Unit.SWITCH),
        _one("age_min", "ELIG-02", Unit.YEARS),
        _one("age_max", "ELIG-02", Unit.YEARS, optional=True),
        _one("education_registers", "ELIG-03", Unit.WORDS, EducationRegister),
        _one("eligible_statuses", "ELIG-04", Unit.WORDS, EmploymentStatus),
        _one("excluded_offices", "ELIG-05", Unit.WORDS, ExcludedOffice),
        _one("once_in_a_lifetime", "ELIG-06", Unit.SWITCH),
        _one("kk_max_recipients", "ELIG-07", Unit.PEOPLE),
        _one("social_aid", "ELIG-08", Unit.WORD, SocialAid),
        _one("wage_ceiling_idr", "ELIG-09", Unit.RUPIAH, optional=True),
        _one("selection_order", "SELECT-01", Unit.WORDS, SelectionStep),
        _one("province_quotas_allowed", "SELECT-02", Unit.SWITCH),
        _one("commission_cap_bp", "FEE-01", Unit.BASIS_POINTS, optional=True),
        _one("government_fee_idr", "FEE-02", Unit.RUPIAH),
        _one("platform_province_reach", "PLAT-01", Unit.SHARE),
        _one("platform_admission_evidence", "PLAT-01", Unit.WORDS, PlatformEvidence),
        _one("affiliate_sale", "PLAT-02", Unit.WORD, AffiliateSale),
        _one("institution_admission_steps", "INST-01", Unit.WORDS, InstitutionStep),
        _one("price_not_above_outside", "COURSE-01", Unit.SWITCH),
        _one("bundles_allowed", "COURSE-02", Unit.SWITCH),
        _one("min_hours", "COURSE-03", Unit.HOURS, optional=True),
        _one("online_hours_per_day_max", "COURSE-04", Unit.HOURS, optional=True),
        _one("online_people_max", "COURSE-04", Unit.PEOPLE, optional=True),
        _one("online_people_per_trainer_max", "COURSE-04", Unit.PEOPLE, optional=True),
        _one("offline_hours_per_day_max", "COURSE-05", Unit.HOURS, optional=True),
        _one("offline_people_max", "COURSE-05", Unit.PEOPLE, optional=True),
        _one("offline_people_per_trainer_max", "COURSE-05", Unit.PEOPLE, optional=True),
        _one("offline_opens_at", "COURSE-05", Unit.TIME_OF_DAY, optional=True),
        _one("offline_closes_at", "COURSE-05", Unit.TIME_OF_DAY, optional=True),
        _one("redeem_before_minutes", "LEARN-01", Unit.MINUTES, optional=True),
        _one("redeem_after_minutes", "LEARN-01", Unit.MINUTES, optional=True),
        _one("online_enrolment_closes_days", "LEARN-02", Unit.DAYS, optional=True),
        _one("offline_enrolment_closes_days", "LEARN-02", Unit.DAYS, optional=True),
        _one("attendance_required", "LEARN-03", Unit.SWITCH),
        _one("presence_per_session_day", "LEARN-03", Unit.SWITCH),
        _one("certificate_evidence", "LEARN-04", Unit.WORDS, CertificateEvidence),
        _one("report_to_platform_working_days", "LEARN-05", Unit.WORKING_DAYS),
        _one("report_to_office_working_days", "LEARN-05", Unit.WORKING_DAYS),
        _one("office_check_working_days", "LEARN-05", Unit.WORKING_DAYS),
        _one("incentive_conditions", "INC-01", Unit.WORDS, IncentiveCondition),
        _one("surveys_in_order", "INC-02", Unit.SWITCH),
        _one("settlement_trigger", "SETTLE-01", Unit.WORD, SettlementTrigger),
        _one("repayment_days", "REV-01", Unit.DAYS, optional=True),
        _one("assisted_registration", "REG-01", Unit.SWITCH),
    )
}
