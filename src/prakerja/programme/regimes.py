"""Regimes: what the rules say on a day. Pure; `regime_files` reads them, `queries.get_regime_book` gives them.

Every field of `Regime` is a parameter of `parameters.PARAMETERS`, whose rule ids stand there and in the regime files.
"""

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from hashlib import sha256
from typing import Literal, NamedTuple

import msgspec

from prakerja.kit.structs import examine
from prakerja.programme.parameters import (
    PARAMETERS,
    AffiliateSale,
    CertificateEvidence,
    Channel,
    EducationRegister,
    EmploymentStatus,
    ExcludedOffice,
    IncentiveCondition,
    InstitutionStep,
    PlatformEvidence,
    SelectionStep,
    SettlementTrigger,
    SocialAid,
)

Mode = Literal["online", "offline"]
# What JSON can say; the shape is the loader's promise (see `regime_files`).
Content = Mapping[str, object]
_VERSION_LENGTH = 12


class MonthDay(NamedTuple):
    """A day of every year."""

    month: int
    day: int


class Share(NamedTuple):
    """A part of a whole, without rounding."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class ClassLimits:
    """COURSE-04 and COURSE-05: the most that a class may have. `opens_at`/`closes_at` for offline classes only."""

    hours_per_day_max: int | None
    people_max: int | None
    people_per_trainer_max: int | None
    opens_at: time | None = None
    closes_at: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """The rules in force on a day. `None` means: not in force.

    `from_date`/`until_date` are the regime's, `in_force_from`/`in_force_until` the stretch of days within it on which
    every parameter stays as it is here; all half-open. `switchable` names the parameters that the programme office may
    change without a change of the regulation.
    """

    code: str
    name_id: str
    name_en: str
    legal_basis: str
    from_date: date
    until_date: date | None
    in_force_from: date
    in_force_until: date | None
    version: str
    switchable: frozenset[str]

    quota_digital: int
    quota_regular: int
    training_balance_idr: int
    job_search_incentive_idr: int
    job_search_incentive_count: int
    survey_incentive_idr: int
    survey_incentive_count: int
    first_purchase_days: int
    balance_until: MonthDay
    card_is_personal: bool
    second_course_after_completion: bool
    civil_registry_confirms: bool
    age_min: int
    age_max: int | None
    education_registers: tuple[EducationRegister, ...]
    eligible_statuses: tuple[EmploymentStatus, ...]
    excluded_offices: tuple[ExcludedOffice, ...]
    once_in_a_lifetime: bool
    kk_max_recipients: int
    social_aid: SocialAid
    wage_ceiling_idr: int | None
    selection_order: tuple[SelectionStep, ...]
    province_quotas_allowed: bool
    commission_cap_bp: int | None
    government_fee_idr: int
    platform_province_reach: Share
    platform_admission_evidence: tuple[PlatformEvidence, ...]
    affiliate_sale: AffiliateSale
    institution_admission_steps: tuple[InstitutionStep, ...]
    price_not_above_outside: bool
    bundles_allowed: bool
    min_hours: int | None
    online_hours_per_day_max: int | None
    online_people_max: int | None
    online_people_per_trainer_max: int | None
    offline_hours_per_day_max: int | None
    offline_people_max: int | None
    offline_people_per_trainer_max: int | None
    offline_opens_at: time | None
    offline_closes_at: time | None
    redeem_before_minutes: int | None
    redeem_after_minutes: int | None
    online_enrolment_closes_days: int | None
    offline_enrolment_closes_days: int | None
    attendance_required: bool
    presence_per_session_day: bool
    certificate_evidence: tuple[CertificateEvidence, ...]
    report_to_platform_working_days: int
    report_to_office_working_days: int
    office_check_working_days: int
    incentive_conditions: tuple[IncentiveCondition, ...]
    surveys_in_order: bool
    settlement_trigger: SettlementTrigger
    repayment_days: int | None
    assisted_registration: bool

    @property
    def training_idr(self) -> int:
        """MONEY-01: the part of the package that pays for courses."""
        return self.training_balance_idr

    @property
    def incentive_idr(self) -> int:
        """MONEY-02 and MONEY-03: the part of the package that is paid out to the participant."""
        return (
            self.job_search_incentive_idr * self.job_search_incentive_count
            + self.survey_incentive_idr * self.survey_incentive_count
        )

    @property
    def package_idr(self) -> int:
        """What a decree reserves for one participant: MONEY-01 + MONEY-02 + MONEY-03."""
        return self.training_idr + self.incentive_idr

    def quota(self, channel: Channel | str) -> int:
        """SCHEME-01: the most participants of a channel in this regime."""
        return self.quota_digital if Channel(channel) is Channel.DIGITAL else self.quota_regular

    def class_limits(self, mode: Mode) -> ClassLimits:
        """COURSE-04 (online) or COURSE-05 (offline)."""
        if mode == "online":
            return ClassLimits(
                self.online_hours_per_day_max, self.online_people_max, self.online_people_per_trainer_max
            )
        return ClassLimits(
            self.offline_hours_per_day_max,
            self.offline_people_max,
            self.offline_people_per_trainer_max,
            self.offline_opens_at,
            self.offline_closes_at,
        )

    def enrolment_closes_days(self, mode: Mode) -> int | None:
        """LEARN-02: so many days before the start."""
        return self.online_enrolment_closes_days if mode == "online" else self.offline_enrolment_closes_days


class _Value(msgspec.Struct, frozen=True, rename={"from_date": "from", "until_date": "until"}):
    from_date: date
    until_date: date | None
    value: object
    switchable: bool
    source: str
    evidence: str


class _Parameter(msgspec.Struct, frozen=True):
    rule: list[str]
    label: dict[str, str]
    unit: str
    values: list[_Value]


class _Regime(msgspec.Struct, frozen=True, rename={"from_date": "from", "until_date": "until"}):
    code: str
    name: dict[str, str]
    legal_basis: str
    from_date: date
    until_date: date | None
    sources: dict[str, dict[str, str]]
    parameters: dict[str, _Parameter]


examine(list[_Regime], Regime)


@dataclass(frozen=True, slots=True)
class RegimeBook:
    """All regimes, as one version of the files gives them. `stretches` stand in date order, without gap or overlap."""

    version: str
    content: Content
    stretches: tuple[Regime, ...]

    def on(self, day: date) -> Regime:
        """The rules in force on a legal day (Asia/Jakarta).

        Raises:
            LookupError: no regime was in force on that day.
        """
        position = bisect_right(self.stretches, day, key=lambda stretch: stretch.in_force_from) - 1
        if position >= 0:
            found = self.stretches[position]
            if found.in_force_until is None or day < found.in_force_until:
                return found
        raise LookupError(f"no regime is in force on {day.isoformat()}")

    def get(self, code: str) -> Regime:
        """The first stretch of a regime.

        Raises:
            LookupError: there is no such regime.
        """
        for stretch in self.stretches:
            if stretch.code == code:
                return stretch
        raise LookupError(f"there is no regime {code!r}")

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the regimes, in date order."""
        return tuple(dict.fromkeys(stretch.code for stretch in self.stretches))

    def entries(self, code: str) -> Mapping[str, "ParameterEntry"]:
        """The parameters of a regime as they are written, for pages and reports.

        Raises:
            LookupError: there is no such regime.
        """
        for regime in _regimes_of(self.content):
            if regime.code == code:
                return {name: _entry(regime, regime.parameters[name]) for name in PARAMETERS}
        raise LookupError(f"there is no regime {code!r}")


@dataclass(frozen=True, slots=True)
class ValueEntry:
    """A value as the file writes it (as JSON can say it), from when, and where it comes from."""

    from_date: date
    until_date: date | None
    value: object
    switchable: bool
    source_id: str
    source_en: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ParameterEntry:
    """A parameter of one regime with its labels and its values in date order."""

    rules: tuple[str, ...]
    label_id: str
    label_en: str
    unit: str
    values: tuple[ValueEntry, ...]


def content_version(content: Content) -> str:
    """The short SHA-256 of a regime set: the same for the same content, whatever the layout of its files."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(canonical.encode()).hexdigest()[:_VERSION_LENGTH]


def book_of(content: Content) -> RegimeBook:
    """The book of a content that the loader made, or that was stored in `regime_versions`.

    Raises:
        msgspec.ValidationError: the content is not of the loader's shape.
    """
    version = content_version(content)
    stretches = [
        stretch
        for regime in sorted(_regimes_of(content), key=lambda regime: regime.from_date)
        for stretch in _stretches(regime, version)
    ]
    return RegimeBook(version=version, content=content, stretches=tuple(stretches))


def _regimes_of(content: Content) -> Sequence[_Regime]:
    return msgspec.convert(content["regimes"], list[_Regime])


def _stretches(regime: _Regime, version: str) -> list[Regime]:
    """One `Regime` for each stretch of days on which nothing changes."""
    starts = sorted({value.from_date for parameter in regime.parameters.values() for value in parameter.values})
    untils: list[date | None] = [*starts[1:], regime.until_date]
    return [_stretch(regime, version, start, until) for start, until in zip(starts, untils, strict=True)]


def _stretch(regime: _Regime, version: str, start: date, until: date | None) -> Regime:
    in_force = {
        name: next(
            value
            for value in parameter.values
            if value.from_date <= start and (value.until_date is None or start < value.until_date)
        )
        for name, parameter in regime.parameters.items()
    }
    return msgspec.convert(
        {
            "code": regime.code,
            "name_id": regime.name["id"],
            "name_en": regime.name["en"],
            "legal_basis": regime.legal_basis,
            "from_date": regime.from_date,
            "until_date": regime.until_date,
            "in_force_from": start,
            "in_force_until": until,
            "version": version,
            "switchable": [name for name, value in in_force.items() if value.switchable],
            **{name: value.value for name, value in in_force.items()},
        },
        Regime,
    )


def _entry(regime: _Regime, parameter: _Parameter) -> ParameterEntry:
    return ParameterEntry(
        rules=tuple(parameter.rule),
        label_id=parameter.label["id"],
        label_en=parameter.label["en"],
        unit=parameter.unit,
        values=tuple(
            ValueEntry(
                from_date=value.from_date,
                until_date=value.until_date,
                value=value.value,
                switchable=value.switchable,
                source_id=regime.sources[value.source]["id"],
                source_en=regime.sources[value.source]["en"],
                evidence=value.evidence,
            )
            for value in parameter.values
        ),
    )
