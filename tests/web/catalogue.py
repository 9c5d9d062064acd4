"""What the pages of the catalogue show in tests: the nation's course, a checked file, a proposed course, a conflict."""

from uuid import UUID

from django.urls import reverse

from prakerja.catalogue.models import Course, Listing
from prakerja.catalogue.operations import propose_courses, screen_sales, stage_course_feed
from prakerja.oversight.operations import look_for_findings
from prakerja.oversight.queries.findings import list_findings
from prakerja.partners.conflict_queries import list_conflicts
from prakerja.partners.operations.owners import TieRequest, record_ties
from tests.web.founder import NOW
from tests.web.nation import Nation

FEED = (
    b"kode;judul;metode;jenis;jam;harga;harga_umum\n"
    b"A-1;Menjahit dasar;luring;3;24;500000;600000\n"
    b"A-2;Menjahit lanjut;luring;3;24;700000;600000\n"
)


def course_of(nation: Nation) -> UUID:
    """The course that the nation buys."""
    return _course(nation).id


def course_code(nation: Nation) -> str:
    """Its code; a class of it can be bought."""
    session = nation.market.session(days=40)
    nation.market.schedule(course_of(nation), sessions=[session], place="Ruang 2")
    return str(_course(nation).code)


def listing_of(nation: Nation) -> UUID:
    """Where it is on sale."""
    return Listing.objects.filter(course_id=_course(nation).id).order_by("id")[0].id


def catalogue_feed(nation: Nation) -> dict[str, str]:
    """The preview of a file with a good and a bad row."""
    return {"feed": reverse("feed", args=[stage_feed(nation)])}


def stage_feed(nation: Nation) -> UUID:
    """A checked file of the institution."""
    staged = stage_course_feed(
        nation.market.context.at(NOW),
        institution_id=nation.market.world.institution_id,
        content=FEED,
        name="kursus-contoh.csv",
    )
    assert staged.feed_id is not None
    return staged.feed_id


def catalogue_office(nation: Nation) -> dict[str, str]:
    """A course to assess, and a conflict of interest to decide."""
    return {
        "proposed-courses": reverse("proposed_courses"),
        "assess-course": reverse("assess_course", args=[propose_one(nation)]),
        "office-findings": reverse("office_findings"),
        "office-finding": reverse("office_finding", args=[find_outlier(nation)]),
        "office-conflicts": reverse("office_conflicts"),
        "office-conflict": reverse("office_conflict", args=[find_conflict(nation)]),
    }


def propose_one(nation: Nation) -> UUID:
    """A course that waits for its assessment."""
    proposal = nation.market.proposal(title="Menjahit dasar", subject="beauty")
    proposed = propose_courses(nation.market.context.at(NOW), [proposal], regime=nation.regime)[0]
    assert proposed.course_id is not None
    return proposed.course_id


def find_outlier(nation: Nation) -> UUID:
    """A course that is far dearer than all others, found by the hourly look."""
    market = nation.market
    for number in range(12):
        dear = number == 0
        market.course(
            title=f"Tata rias {number}",
            subject="beauty",
            hours=10,
            price_idr=1_000_000 if dear else 200_000,
            comparison_price_idr=1_000_000,
        )
    look_for_findings(market.context.at(NOW), kinds=["price_outlier"])
    return list_findings(kind="price_outlier")[0].id


def find_conflict(nation: Nation) -> UUID:
    """A platform and the institution share a telephone; the daily look finds the listing."""
    context, world = nation.market.context.at(NOW), nation.market.world
    ends = (("platform", world.platforms["tokopedia"]), ("institution", world.institution_id))
    record_ties(
        context,
        [
            TieRequest(holder_kind=kind, holder_id=end, kind="phone", value="0812 3456 7890", source="profil")
            for kind, end in ends
        ],
    )
    screen_sales(context, regime=nation.regime)
    return next(case.id for case in list_conflicts() if case.act == "listing")


def _course(nation: Nation) -> Course:
    rows = Course.objects.filter(institution_id=nation.market.world.institution_id, title="Barista dasar")
    return rows.order_by("id")[0]
