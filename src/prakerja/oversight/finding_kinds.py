"""The kinds of findings: what is looked at, by which rule, and what may follow.

What breaks a promise is no finding but a failed check (`oversight.invariants`). The SQL of a kind gives rows of
(subject_key, fingerprint, label, value, since_at, platform_id, institution_id, course_id); none holds a personal value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from prakerja.oversight import cluster_sources as clusters
from prakerja.oversight import finding_sources as sources
from prakerja.partners.states import SanctionKind

PEOPLE_OF_A_PHONE_MAX: Final = 3
"""As many people of one family may share a telephone [I]."""

PEOPLE_OF_A_HOUSEHOLD_MAX: Final = 8
"""As many grown people of one family card may sign up before somebody looks [I]."""

PEOPLE_OF_A_DEVICE_MAX: Final = 10
"""A family and its neighbours sign up on one phone; more than that is a shop, an office, or a ring [I]."""

PEOPLE_OF_AN_ADDRESS_MAX: Final = 15
"""Two families with grown children live behind one door; dormitories are looked at once [I]."""

PEOPLE_OF_AN_ACCOUNT_MAX: Final = 1
"""An account belongs to one person: whoever else tries to link it is looked at [I]."""

WAITING_DAYS_MAX: Final = 14
"""Longer than the report chain of LEARN-05 takes, weekends and the office's check included."""

TAKEN_OVER_DAYS: Final = 30
"""How long a report that the office took over from a platform counts against it [I]."""

OUTLIER_MEDIANS: Final = 3
"""A price by the hour of so many medians of its subject and mode is looked at [I]."""

OUTLIER_COURSES_MIN: Final = 10
"""Where fewer courses are compared, a median says little [I]."""

COPIES_MIN: Final = 5
"""So many participants of one institution do not find the same words by themselves [I]."""

COPY_CHARACTERS_MIN: Final = 40
"""Shorter reviews are alike without being copied [I]."""

SCORES_MIN: Final = 10
"""So many people of a class do not reach one and the same score [I]."""

RUSH_SHARE: Final = 10
"""A self-paced course reported after less than this part of its hours was not watched [I]."""

_OFFICE: Final = timedelta(days=14)
_SOON: Final = timedelta(days=7)
_COURSE: Final = (SanctionKind.WARNING, SanctionKind.COURSE_SUSPENSION, SanctionKind.INSTITUTION_SUSPENSION)
_INSTITUTION: Final = (SanctionKind.WARNING, SanctionKind.INSTITUTION_SUSPENSION)
_PLATFORM: Final = (SanctionKind.WARNING, SanctionKind.PLATFORM_SUSPENSION)


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A kind. `unit`: what its value counts. `measures`: which sanctions may follow when it is upheld.

    `members_sql` gives (subject_id, label, value, at) of the rows behind one finding, newest first; `people`: they are
    persons. `elsewhere`: the page that decides it, where findings of the kind are only shown.
    """

    code: str
    rule: str
    unit: str
    time_to_decide: timedelta
    rows_sql: str
    members_sql: str = ""
    measures: tuple[SanctionKind, ...] = ()
    people: bool = False
    elsewhere: str = ""


KINDS: Final[Mapping[str, FindingKind]] = {
    kind.code: kind
    for kind in (
        FindingKind(
            "own_entity_sale",
            "PLAT-02",
            "purchases",
            _OFFICE,
            sources.OWN_ENTITY_SALES,
            sources.PURCHASES_OF_A_LISTING,
            _PLATFORM,
        ),
        FindingKind("open_conflict", "PLAT-02", "hops", _SOON, sources.OPEN_CONFLICTS, elsewhere="office_conflict"),
        FindingKind("price_outlier", "COURSE-01", "idr", _OFFICE, sources.PRICE_OUTLIERS, sources.COURSE, _COURSE),
        FindingKind(
            "shared_telephone",
            "ELIG-01",
            "people",
            _OFFICE,
            clusters.SHARED_TELEPHONES,
            clusters.PEOPLE_OF_A_TELEPHONE,
            people=True,
        ),
        FindingKind(
            "crowded_household",
            "ELIG-07",
            "people",
            _OFFICE,
            clusters.CROWDED_HOUSEHOLDS,
            clusters.PEOPLE_OF_A_HOUSEHOLD,
            people=True,
        ),
        FindingKind(
            "shared_device",
            "ELIG-01",
            "people",
            _OFFICE,
            clusters.SHARED_DEVICES,
            clusters.PEOPLE_OF_A_DEVICE,
            people=True,
        ),
        FindingKind(
            "shared_address",
            "ELIG-01",
            "people",
            _OFFICE,
            clusters.SHARED_ADDRESSES,
            clusters.PEOPLE_OF_AN_ADDRESS,
            people=True,
        ),
        FindingKind(
            "shared_account",
            "INC-01",
            "people",
            _SOON,
            clusters.SHARED_ACCOUNTS,
            clusters.PEOPLE_OF_AN_ACCOUNT,
            people=True,
        ),
        FindingKind(
            "unusual_tests",
            "ELIG-01",
            "people",
            _OFFICE,
            sources.UNUSUAL_TESTS,
            sources.PEOPLE_OF_UNUSUAL_TESTS,
            people=True,
        ),
        FindingKind("register_findings", "ELIG-03", "people", _SOON, sources.REGISTER_FINDINGS, elsewhere="register"),
        FindingKind(
            "missing_reports",
            "LEARN-05",
            "purchases",
            _SOON,
            sources.MISSING_REPORTS,
            sources.PURCHASES_NOT_REPORTED,
            _INSTITUTION,
        ),
        FindingKind(
            "late_reports",
            "LEARN-05",
            "purchases",
            _SOON,
            sources.LATE_REPORTS,
            sources.PURCHASES_REPORTED_LATE,
            _PLATFORM,
        ),
        FindingKind(
            "unwatched_certificates",
            "LEARN-04",
            "purchases",
            _SOON,
            sources.UNWATCHED_CERTIFICATES,
            sources.PURCHASES_UNWATCHED,
            _COURSE,
        ),
        FindingKind(
            "uniform_scores",
            "LEARN-04",
            "purchases",
            _OFFICE,
            sources.UNIFORM_SCORES,
            sources.PURCHASES_OF_A_CLASS,
            _COURSE,
        ),
        FindingKind(
            "copied_reviews",
            "INC-01",
            "purchases",
            _OFFICE,
            sources.COPIED_REVIEWS,
            sources.PURCHASES_REVIEWED_ALIKE,
            _INSTITUTION,
        ),
        FindingKind(
            "failed_incentives", "INC-01", "payments", _SOON, sources.FAILED_INCENTIVES, sources.INCENTIVES_FAILED
        ),
    )
}


def parameters(now: datetime) -> dict[str, object]:
    """What the SQL of all kinds asks for, at a moment."""
    return {
        "people_of_a_phone_max": PEOPLE_OF_A_PHONE_MAX,
        "people_of_a_household_max": PEOPLE_OF_A_HOUSEHOLD_MAX,
        "people_of_a_device_max": PEOPLE_OF_A_DEVICE_MAX,
        "people_of_an_address_max": PEOPLE_OF_AN_ADDRESS_MAX,
        "people_of_an_account_max": PEOPLE_OF_AN_ACCOUNT_MAX,
        "late_before": now - timedelta(days=WAITING_DAYS_MAX),
        "taken_over_from": now - timedelta(days=TAKEN_OVER_DAYS),
        "outlier_courses_min": OUTLIER_COURSES_MIN,
        "outlier_medians": OUTLIER_MEDIANS,
        "copies_min": COPIES_MIN,
        "copy_characters_min": COPY_CHARACTERS_MIN,
        "scores_min": SCORES_MIN,
        "rush_share": RUSH_SHARE,
    }
