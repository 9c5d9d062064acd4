"""Partners of a sandbox, made by the operations of everybody: from the application to a class on sale."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from prakerja.catalogue.operations import (
    CourseAssessment,
    CourseProposal,
    ListingRequest,
    ScheduleRequest,
    assess_courses,
    list_courses_on_platforms,
    open_schedules,
    propose_courses,
)
from prakerja.catalogue.queries import get_course
from prakerja.catalogue.rules import SessionTimes
from prakerja.kit.context import Context
from prakerja.partner_api.sandbox_people import require
from prakerja.partners.operations import (
    AgreementRequest,
    InstitutionRequest,
    PlatformApplication,
    RegistrationRequest,
    SampleAdmission,
    admit_sample_institutions,
    agree_samples,
    apply_platforms,
    recognise_sample_platforms,
    register_institutions,
    submit_registrations,
    verify_registrations,
)
from prakerja.partners.queries import get_platform
from prakerja.partners.samples import read_sample_platforms
from prakerja.payouts.operations import PartnerAccountRequest, register_partner_accounts
from prakerja.programme.regimes import Regime

SEATS: Final = 20
_FEES: Final = {"kind": "share", "commission_bp": 1000}
_ANSWERS: Final = {"licence_number": "contoh-123", "curriculum": "SKKNI", "attendance_system": True}


@dataclass(frozen=True, slots=True)
class Offered:
    """A course with one class."""

    course_code: str
    schedule_code: str
    mode: str
    amount: int
    schedule_id: UUID


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """A course to be; types are 1 webinar, 2 self-paced, 3 face to face."""

    title: str
    mode: str
    training_type: int
    price_idr: int


def make_platform(context: Context, regime: Regime, *, code: str, name: str) -> UUID:
    """A private platform that came all the way to `active`.

    Raises:
        SandboxRefusedError: a step was refused.
    """
    sample = read_sample_platforms()[0]
    applied = apply_platforms(
        context,
        [
            PlatformApplication(
                code=code,
                name=name,
                kind="private",
                modes=("online", "offline"),
                payment_term_days=sample.payment_term_days,
                owner_entity=f"PT {name}",
                profile={"description": {"id": "Platform sandbox", "en": "Sandbox platform"}, "fee_scheme": _FEES},
                requirements=sample.requirements,
                sample=True,
            )
        ],
    )
    require("platform", applied)
    platform_id = some_id(applied[0].platform_id)
    recognised = recognise_sample_platforms(context, {platform_id: sample.province_reach}, regime=regime)
    require("platform recognised", recognised)
    return platform_id


def make_institution(context: Context, regime: Regime, *, code: str, name: str, platform_id: UUID) -> UUID:
    """A private institution, registered with the platform, under an agreement, decreed.

    Raises:
        SandboxRefusedError: a step was refused.
    """
    made = register_institutions(
        context,
        [
            InstitutionRequest(
                code=code,
                name=name,
                kind="private",
                province_code="31",
                owner_entity=f"PT {name}",
                sample=True,
            )
        ],
    )
    require("institution", made)
    institution_id = some_id(made[0].institution_id)
    submitted = submit_registrations(
        context,
        [RegistrationRequest(platform_id=platform_id, institution_id=institution_id, answers=_ANSWERS)],
    )
    require("registration", submitted)
    registration_id = some_id(submitted[0].registration_id)
    require("registration verified", verify_registrations(context, [registration_id], regime=regime))
    signed = agree_samples(
        context,
        [
            AgreementRequest(
                platform_id=platform_id,
                institution_id=institution_id,
                fee_scheme=_FEES,
                valid_from=context.today,
                sample=True,
            )
        ],
        regime=regime,
    )
    require("agreement", signed)
    admission = SampleAdmission(institution_id=institution_id, decree_number=f"SK-UJI-{code}")
    require("institution decreed", admit_sample_institutions(context, [admission], regime=regime))
    accounts = [
        PartnerAccountRequest(
            "platform", platform_id, "contoh-bank", f"PT {get_platform(platform_id).name}", "7900000001"
        ),
        PartnerAccountRequest("institution", institution_id, "contoh-bank", f"PT {name}", "7900000002"),
    ]
    require("partner accounts", register_partner_accounts(context, accounts))
    return institution_id


def offer_courses(
    context: Context, regime: Regime, institution_id: UUID, platform_id: UUID, plans: Sequence[CoursePlan]
) -> list[UUID]:
    """Approved courses that the platform lists, without classes yet.

    Raises:
        SandboxRefusedError: a step was refused.
    """
    proposed = propose_courses(
        context,
        [
            CourseProposal(
                institution_id=institution_id,
                title=plan.title,
                mode=plan.mode,
                training_type=plan.training_type,
                hours=16,
                price_idr=plan.price_idr,
                comparison_price_idr=2 * plan.price_idr,
                sample=True,
            )
            for plan in plans
        ],
        regime=regime,
    )
    require("courses", proposed)
    ids = [some_id(one.course_id) for one in proposed]
    require(
        "courses approved", assess_courses(context, [CourseAssessment(course_id=one) for one in ids], regime=regime)
    )
    listings = [ListingRequest(platform_id=platform_id, course_id=one) for one in ids]
    require("courses listed", list_courses_on_platforms(context, listings, regime=regime))
    return ids


def open_classes(
    context: Context, regime: Regime, wanted: Sequence[tuple[UUID, CoursePlan, Sequence[SessionTimes]]]
) -> list[Offered]:
    """One class of each course; twenty seats.

    Raises:
        SandboxRefusedError: a class was refused.
    """
    opened = open_schedules(
        context,
        [
            ScheduleRequest(
                course_id=course_id,
                sessions=sessions,
                seats=SEATS,
                trainers=2,
                place="Ruang uji" if plan.mode == "offline" else "",
                province_code="31" if plan.mode == "offline" else None,
                sample=True,
            )
            for course_id, plan, sessions in wanted
        ],
        regime=regime,
    )
    require("classes", opened)
    return [
        Offered(
            get_course(course_id).code or "",
            one.schedule_code or "",
            plan.mode,
            plan.price_idr,
            some_id(one.schedule_id),
        )
        for (course_id, plan, _), one in zip(wanted, opened, strict=True)
    ]


def session(starts_at: datetime) -> SessionTimes:
    """A meeting of two hours."""
    return SessionTimes(starts_at, starts_at + timedelta(hours=2))


def some_id(found: UUID | None) -> UUID:
    """The id of what was accepted."""
    if found is None:
        raise AssertionError("what was accepted has an id")
    return found
