"""A course goes on sale on a platform, under an agreement in force between platform and institution."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.catalogue.errors import ListingCode
from prakerja.catalogue.models import Course, Listing
from prakerja.catalogue.operations.entries import refresh_entries
from prakerja.catalogue.rules import is_own_entity, own_entity_is_forbidden
from prakerja.catalogue.states import CourseState
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.models import Platform
from prakerja.partners.operations.conflicts import Encounter, Screening, screen_encounters
from prakerja.partners.states import PlatformState
from prakerja.programme.regimes import Regime

_Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRequest:
    """A course on a platform."""

    platform_id: UUID
    course_id: UUID


@dataclass(frozen=True, slots=True)
class ListingResult:
    """The answer; `own_entity`: platform and institution are one entity, which is reported (PLAT-02).

    `conflicted`: they meet within two hops, and a case is open.
    """

    code: ListingCode
    listing_id: UUID | None = None
    own_entity: bool = False
    conflicted: bool = False


def list_courses_on_platforms(
    context: Context, requests: Sequence[ListingRequest], *, regime: Regime
) -> list[ListingResult]:
    """Put approved courses on sale on platforms.

    Where platform and institution meet within two hops (owners, directors, addresses, telephones, accounts), a case is
    opened, and by the regime the listing is stopped or flagged (`own_entity`, `conflicted`).

    Codes: platform_unknown, platform_not_active, course_unknown, course_not_approved, mode_not_offered, no_agreement
    (in force today), own_entity_forbidden, conflict_of_interest, already_listed. Rule: SCHEME-05, SCHEME-10, PLAT-02.
    Cost: eleven statements; other writers of listings wait.
    """
    results: list[ListingResult] = []
    listings: list[Listing] = []
    with db.transaction():
        db.execute("LOCK TABLE listings IN SHARE ROW EXCLUSIVE MODE")
        platforms = Platform.objects.in_bulk([request.platform_id for request in requests])
        courses = {
            course.id: course
            for course in Course.objects.select_related("institution")
            .filter(id__in=[request.course_id for request in requests])
            .order_by("id")
        }
        bound = _bound_today(context, platforms, courses)
        live = _live(platforms, courses)
        screened = _screened(context, requests, platforms, courses, bound, regime)
        for request in requests:
            platform, course = platforms.get(request.platform_id), courses.get(request.course_id)
            code = _parties_code(platform, course)
            if platform is None or course is None or code.is_refusal:
                results.append(ListingResult(code))
                continue
            own_entity = is_own_entity(platform.owner_entity, course.institution.owner_entity)
            if (platform.id, course.institution_id) not in bound:
                results.append(ListingResult(ListingCode.NO_AGREEMENT))
            elif own_entity and own_entity_is_forbidden(regime):
                results.append(ListingResult(ListingCode.OWN_ENTITY_FORBIDDEN, own_entity=True, conflicted=True))
            elif screened[platform.id, course.institution_id].stopped:
                results.append(ListingResult(ListingCode.CONFLICT_OF_INTEREST, conflicted=True))
            elif (platform.id, course.id) in live:
                results.append(ListingResult(ListingCode.ALREADY_LISTED, live[platform.id, course.id], own_entity))
            else:
                listing = Listing(
                    id=context.uuid(),
                    platform=platform,
                    course=course,
                    institution_id=course.institution_id,
                    own_entity=own_entity,
                    listed_from=context.now,
                )
                live[platform.id, course.id] = listing.id
                listings.append(listing)
                conflicted = screened[platform.id, course.institution_id].conflicted
                results.append(ListingResult(ListingCode.OK, listing.id, own_entity, conflicted))
        Listing.objects.bulk_create(listings)
        refresh_entries(listing.course_id for listing in listings)
        record_events(
            context,
            [
                Event(
                    "listing.began",
                    one.id,
                    {"platform_id": one.platform_id, "course_id": one.course_id, "own_entity": one.own_entity},
                )
                for one in listings
            ],
        )
    return results


def end_listings(context: Context, listing_ids: Sequence[UUID]) -> list[ListingResult]:
    """Take courses off sale; what was bought stays. Codes: listing_unknown, already_ended.

    Cost: three statements; locks the listings in id order.
    """
    results: list[ListingResult] = []
    ended: list[Listing] = []
    with db.transaction():
        rows = Listing.objects.select_for_update().filter(id__in=listing_ids).order_by("id")
        found = {listing.id: listing for listing in rows}
        for listing_id in listing_ids:
            listing = found.get(listing_id)
            if listing is None:
                results.append(ListingResult(ListingCode.LISTING_UNKNOWN))
            elif listing.listed_until is not None:
                results.append(ListingResult(ListingCode.ALREADY_ENDED, listing.id, listing.own_entity))
            else:
                listing.listed_until = context.now
                ended.append(listing)
                results.append(ListingResult(ListingCode.OK, listing.id, listing.own_entity))
        Listing.objects.bulk_update(ended, ["listed_until"])
        refresh_entries(listing.course_id for listing in ended)
        record_events(
            context,
            [
                Event("listing.ended", one.id, {"platform_id": one.platform_id, "course_id": one.course_id})
                for one in ended
            ],
        )
    return results


def _parties_code(platform: Platform | None, course: Course | None) -> ListingCode:
    if platform is None:
        return ListingCode.PLATFORM_UNKNOWN
    if platform.state != PlatformState.ACTIVE.value:
        return ListingCode.PLATFORM_NOT_ACTIVE
    if course is None:
        return ListingCode.COURSE_UNKNOWN
    if course.state != CourseState.APPROVED.value:
        return ListingCode.COURSE_NOT_APPROVED
    return ListingCode.OK if course.mode in platform.modes else ListingCode.MODE_NOT_OFFERED


def _bound_today(context: Context, platforms: dict[UUID, Platform], courses: dict[UUID, Course]) -> set[_Pair]:
    """Platform and institution of the agreements in force today."""
    found = db.rows(
        """
        SELECT DISTINCT platform_id, institution_id
        FROM agreements
        WHERE platform_id = ANY (%s)
            AND institution_id = ANY (%s)
            AND valid_from <= %s
            AND (valid_until IS NULL OR valid_until > %s)
        ORDER BY platform_id, institution_id
        """,
        [list(platforms), [course.institution_id for course in courses.values()], context.today, context.today],
    )
    return {(platform_id, institution_id) for platform_id, institution_id in found}


def _live(platforms: dict[UUID, Platform], courses: dict[UUID, Course]) -> dict[_Pair, UUID]:
    rows = Listing.objects.filter(platform__in=platforms, course__in=courses, listed_until__isnull=True).order_by("id")
    return {(listing.platform_id, listing.course_id): listing.id for listing in rows}


def _screened(
    context: Context,
    requests: Sequence[ListingRequest],
    platforms: dict[UUID, Platform],
    courses: dict[UUID, Course],
    bound: set[_Pair],
    regime: Regime,
) -> dict[_Pair, Screening]:
    """Each pair that an agreement binds, once."""
    pairs = {
        (request.platform_id, courses[request.course_id].institution_id)
        for request in requests
        if request.course_id in courses
    } & bound
    wanted = sorted(pairs)
    found = screen_encounters(
        context,
        [
            Encounter(
                act="listing",
                other_kind="platform",
                other_id=platform_id,
                other_name=platforms[platform_id].name,
                institution_id=institution_id,
            )
            for platform_id, institution_id in wanted
        ],
        regime=regime,
    )
    return dict(zip(wanted, found, strict=True))
