"""The first day: rules, budgets, areas, the state's money, platforms, institutions, agreements, courses."""

from datetime import date
from typing import Final
from uuid import UUID

from prakerja.catalogue.operations import (
    CourseAssessment,
    CourseProposal,
    ListingRequest,
    assess_courses,
    discard_course_feed,
    list_courses_on_platforms,
    propose_courses,
    publish_course_feed,
    stage_course_rows,
)
from prakerja.catalogue.queries import list_courses
from prakerja.ledger.operations import NewAccount, Transfer, open_accounts, post_transfers
from prakerja.partners.operations import (
    AgreementRequest,
    DocumentUpload,
    InstitutionRequest,
    RegistrationRequest,
    SampleAdmission,
    admit_sample_institutions,
    agree_samples,
    load_sample_platforms,
    register_institutions,
    submit_registrations,
    upload_documents,
    verify_registrations,
)
from prakerja.partners.operations.owners import TieRequest, record_ties
from prakerja.partners.queries import list_platforms
from prakerja.partners.sample_papers import make_institution_paper
from prakerja.payouts.operations import PartnerAccountRequest, register_partner_accounts
from prakerja.programme.operations import load_reference_data, load_regimes, open_budgets
from prakerja.programme.queries import get_budget, list_allotments, list_provinces
from prakerja.simulation import businesses
from prakerja.simulation.businesses import CoursePlan, Institution
from prakerja.simulation.nation import MAKER, Nation, Offer
from prakerja.simulation.people import make_people

AGREED_UNTIL: Final = date(2021, 4, 11)


def found_the_nation(nation: Nation) -> None:
    """Everything that stands before the first person signs up."""
    context = nation.context("system:simulation")
    nation.book = load_regimes(context)
    load_reference_data(context)
    open_budgets(context, nation.book)
    appropriate(nation)
    provinces = list_provinces(on=nation.today)
    nation.people = make_people(nation.people_count, nation.seed, provinces)
    known = [person.in_the_registers() for person in nation.people]
    nation.civil_registry = type(nation.civil_registry)(known, seed=nation.seed)
    nation.registers = type(nation.registers)(known, seed=nation.seed)
    nation.institutions = businesses.make_institutions(nation.people_count, nation.seed, provinces)
    open_partners(nation)
    record_owners(nation)
    open_courses(nation)


def appropriate(nation: Nation) -> None:
    """Put the state's money for every place of the regime into the budgets, spread as the places are (MONEY-01)."""
    context = nation.context("staff:bendahara-negara")
    for channel in ("digital", "regular"):
        budget = get_budget(nation.regime.code, channel)
        allotments = list_allotments(budget.id)
        open_accounts(context, [NewAccount(one.lane, budget.id, "unspent", budget.number) for one in allotments])
        results = post_transfers(
            context,
            [
                Transfer(
                    one.lane,
                    "appropriation",
                    context.uuid(),
                    budget.number,
                    budget.id,
                    budget.id,
                    one.places_left * budget.package_idr,
                )
                for one in allotments
            ],
        )
        nation.require("appropriation", results)


def open_partners(nation: Nation) -> None:
    """The eight platforms, the institutions, their registrations by each platform's requirements, their agreements."""
    office = nation.context(MAKER)
    nation.require("platform recognised", load_sample_platforms(office, regime=nation.regime))
    platforms = list_platforms()
    nation.platform_ids = {platform.code: platform.id for platform in platforms}
    recorded = register_institutions(
        office,
        [
            InstitutionRequest(
                code=one.code,
                name=one.name,
                kind=one.kind,
                province_code=one.province_code,
                owner_entity=one.owner_entity,
                sample=True,
            )
            for one in nation.institutions
        ],
    )
    nation.require("institution recorded", recorded)
    for institution, result in zip(nation.institutions, recorded, strict=True):
        institution.id = result.institution_id
    register_on_platforms(nation)
    sign(nation)
    decreed = admit_sample_institutions(
        office,
        [
            SampleAdmission(
                institution_id=institution.id,
                decree_number=f"SK-CONTOH-{institution.number + 1}/2020",
            )
            for institution in nation.institutions
            if institution.id is not None and institution.platform_ids
        ],
        regime=nation.regime,
    )
    nation.require("institution decreed", decreed)
    nation.require(
        "partner account registered",
        register_partner_accounts(
            office,
            [
                PartnerAccountRequest(kind, partner_id, "contoh-bank", name, f"{7_000_000_000 + number}")
                for number, (kind, partner_id, name) in enumerate(_payees(nation))
            ],
        ),
    )


def _payees(nation: Nation) -> list[tuple[str, UUID, str]]:
    platforms = [("platform", platform.id, platform.name) for platform in list_platforms()]
    return platforms + [
        ("institution", one.id, one.name) for one in nation.institutions if one.id is not None and one.platform_ids
    ]


def register_on_platforms(nation: Nation) -> None:
    """Each institution applies to a few platforms; each platform checks by its own requirements (SCHEME-06)."""
    dice = nation.dice("registrations")
    codes = list(nation.platform_ids)
    wanted: list[tuple[Institution, str]] = []
    for institution in nation.institutions:
        chosen = dice.shuffled(codes)[: dice.between(2, 5)]
        if institution.kind == "government" or institution.number == 0:
            chosen = ["sisnaker", *[code for code in chosen if code != "sisnaker"]]
        if institution.number == 1:
            chosen = ["skillacademy", "tokopedia"]
        wanted += [(institution, code) for code in chosen]
    nation.require("document handed in", upload_documents(nation.context("institution:contoh"), _papers(nation)))
    submitted = submit_registrations(
        nation.context("institution:contoh"),
        [
            RegistrationRequest(
                platform_id=nation.platform_ids[code], institution_id=_id(institution), answers=institution.answers
            )
            for institution, code in wanted
        ],
    )
    nation.require("registration submitted", submitted)
    verified = verify_registrations(
        nation.context("platform:contoh"),
        [one.registration_id for one in submitted if one.registration_id],
        regime=nation.regime,
    )
    for (institution, code), is_verified in zip(wanted, nation.tally("registration verified", verified), strict=True):
        if is_verified:
            institution.platform_ids += (nation.platform_ids[code],)


def _papers(nation: Nation) -> list[DocumentUpload]:
    """What the sample platforms ask for; one industry institution in four has forgotten its licence."""
    return [
        DocumentUpload(
            owner_role="institution",
            owner_id=_id(institution),
            kind=kind,
            file_name=make_institution_paper(kind).file_name,
            content=make_institution_paper(kind).content,
        )
        for institution in nation.institutions
        for kind in ("business_licence", "curriculum")
        if not (kind == "business_licence" and institution.kind == "industry" and institution.number % 4 == 0)
    ]


def sign(nation: Nation) -> None:
    """Agreements on the terms that each platform offers; the government's charge nothing (SCHEME-08 to SCHEME-10)."""
    offered = {platform.id: platform.profile["fee_scheme"] for platform in list_platforms()}
    results = agree_samples(
        nation.context("platform:contoh"),
        [
            AgreementRequest(
                platform_id=platform_id,
                institution_id=_id(institution),
                fee_scheme=offered[platform_id],
                valid_from=nation.today,
                valid_until=AGREED_UNTIL,
                sample=True,
            )
            for institution in nation.institutions
            for platform_id in institution.platform_ids
        ],
        regime=nation.regime,
    )
    nation.require("agreement signed", results)


def open_courses(nation: Nation) -> None:
    """Courses proposed, assessed, listed on the platforms of their institutions that offer the mode."""
    plans = [
        (institution, plan)
        for institution in nation.institutions
        if institution.platform_ids
        for plan in businesses.plan_courses(institution, nation.seed)
    ]
    # The first institution sends a file, the others fill in the form.
    by_file = [(institution, plan) for institution, plan in plans if institution.number == 0]
    plans = [*by_file, *((institution, plan) for institution, plan in plans if institution.number != 0)]
    proposed = propose_courses(
        nation.context("institution:contoh"),
        [_proposal(institution, plan) for institution, plan in plans[len(by_file) :]],
        regime=nation.regime,
    )
    nation.require("course proposed", proposed)
    course_ids = [
        *send_file(nation, by_file),
        *(result.course_id for result in proposed if result.course_id is not None),
    ]
    nation.require(
        "course approved",
        assess_courses(
            nation.context(MAKER),
            [CourseAssessment(course_id=course_id) for course_id in course_ids],
            regime=nation.regime,
        ),
    )
    modes = {platform.id: platform.modes for platform in list_platforms()}
    listings = [
        (course_id, platform_id, institution, plan)
        for course_id, (institution, plan) in zip(course_ids, plans, strict=True)
        for platform_id in institution.platform_ids
        if plan.mode in modes[platform_id]
    ]
    nation.require(
        "course listed",
        list_courses_on_platforms(
            nation.context("platform:contoh"),
            [ListingRequest(platform_id=platform_id, course_id=course_id) for course_id, platform_id, _, _ in listings],
            regime=nation.regime,
        ),
    )
    nation.offers = [
        Offer(
            course_id,
            _id(institution),
            institution.province_code,
            plan,
            tuple(p for c, p, _, _ in listings if c == course_id),
        )
        for course_id, (institution, plan) in zip(course_ids, plans, strict=True)
    ]


def send_file(nation: Nation, plans: list[tuple[Institution, CoursePlan]]) -> list[UUID]:
    """An institution's courses by a file: checked, seen, published; sent again it changes nothing."""
    if not plans:
        return []
    institution_id = _id(plans[0][0])
    context = nation.context("institution:contoh")
    rows = [
        {
            "own_code": f"CONTOH-{number:03d}",
            "title": plan.title,
            "subject": plan.subject,
            "mode": plan.mode,
            "training_type": plan.training_type,
            "hours": plan.hours,
            "price_idr": plan.price_idr,
            "comparison_price_idr": plan.comparison_price_idr,
        }
        for number, (_, plan) in enumerate(plans)
    ]
    staged = stage_course_rows(context, institution_id=institution_id, rows=rows, name="kursus-contoh")
    nation.require("file of courses checked", [staged])
    if staged.feed_id is None:
        raise RuntimeError("a checked file has no id")
    published = publish_course_feed(
        context, staged.feed_id, institution_id=institution_id, regime=nation.regime, sample=True
    )
    nation.require("file of courses published", [published])
    again = stage_course_rows(context, institution_id=institution_id, rows=rows, name="kursus-contoh")
    if again.unchanged_rows != len(rows):
        raise RuntimeError("the same file again would change something")
    nation.require(
        "file of courses discarded",
        [discard_course_feed(context, again.feed_id or UUID(int=0), institution_id=institution_id)],
    )
    found = {course.own_code: course.id for course in list_courses(institution_id=institution_id)}
    return [found[str(row["own_code"])] for row in rows]


def record_owners(nation: Nation) -> None:
    """Who stands behind partners: one director sits on both sides of a sale, and a namesake on neither (PLAT-02)."""
    office = nation.context(MAKER)
    affiliate = nation.institutions[2]
    ends = [("platform", one, "director") for one in affiliate.platform_ids[:1]]
    ties = [
        TieRequest(
            holder_kind=kind, holder_id=holder_id, kind=tie, value=number, name="Direktur Contoh", source="akta contoh"
        )
        for kind, holder_id, tie, number in (
            *((kind, one, tie, "9912010101700001") for kind, one, tie in ends),
            ("institution", _id(affiliate), "owner", "9912010101700001"),
            ("institution", _id(nation.institutions[3]), "owner", "9912010101700002"),
        )
    ]
    nation.require("owner on record", record_ties(office, ties))


def _proposal(institution: Institution, plan: CoursePlan) -> CourseProposal:
    return CourseProposal(
        institution_id=_id(institution),
        title=plan.title,
        subject=plan.subject,
        mode=plan.mode,
        training_type=plan.training_type,
        hours=plan.hours,
        price_idr=plan.price_idr,
        comparison_price_idr=plan.comparison_price_idr,
        sample=True,
    )


def _id(institution: Institution) -> UUID:
    if institution.id is None:
        raise RuntimeError(f"{institution.code} is not on record yet")
    return institution.id
