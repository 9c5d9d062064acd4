"""The catalogue for everyone: a search whose filters are its address, a course, the register of institutions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.access.guards import for_everyone
from prakerja.catalogue import queries as courses
from prakerja.catalogue.feed_rules import read_whole
from prakerja.catalogue.queries import Benchmark, Offer, Search
from prakerja.kit.clock import jakarta_date
from prakerja.oversight.queries import catalogue as queries
from prakerja.partners.conflict_queries import ConflictView, list_conflicts
from prakerja.web import formats, words
from prakerja.web.answers import show
from prakerja.web.clock import now_of
from prakerja.web.conflicts_shown import path_text
from prakerja.web.fields import Field
from prakerja.web.shown import moment_cell, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table

_PAGE: Final = 20
_WORDS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A search as its page shows it. `filtered`: by more than words."""

    fields: list[Field]
    table: Table
    filtered: bool


@for_everyone
def catalogue(request: HttpRequest) -> HttpResponse:
    """Search all classes that can be bought."""
    found = find(request, channel=_choice(request, "channel", ("digital", "regular")))
    return show(request, "public/catalogue", found=found)


@for_everyone
def course(request: HttpRequest, code: str) -> HttpResponse:
    """One course: what it is, its price beside others, its classes that can be bought."""
    try:
        page = queries.get_public_course(code)
    except LookupError:
        raise Http404 from None
    now = now_of(request)
    channel = _choice(request, "channel", ("digital", "regular"))
    offers = courses.search(Search(course_id=page.id, channel=channel, limit=50), now=now)
    benchmark = courses.get_benchmarks([page.id])[page.id]
    return show(
        request,
        "public/course",
        course=page,
        benchmark=benchmark_text(benchmark),
        prices=price_table(page.id),
        table=_offer_table(offers, linked=False),
    )


@for_everyone
def institutions(request: HttpRequest) -> HttpResponse:
    """The register: every institution that was ever decreed, and where it stands."""
    provinces, _platforms = queries.list_choices()
    kinds = tuple((kind, str(word.text)) for kind, word in words.WORDS["institution_kind"].items())
    typed = {name: request.GET.get(name, "").strip()[:_WORDS_MAX] for name in ("words", "kind", "province")}
    text = request.GET.get("page", "1")
    page = int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 5 and int(text) else 1  # noqa: PLR2004
    rows = queries.list_institutions(
        today=jakarta_date(now_of(request)),
        words=typed["words"].replace("\x00", ""),
        kind=typed["kind"] if typed["kind"] in dict(kinds) else "",
        province_code=typed["province"] if typed["province"] in dict(provinces) else "",
        page=page,
    )
    next_href = ""
    if len(rows) > queries.REGISTER_ROWS:
        query = request.GET.copy()
        query["page"] = str(page + 1)
        next_href = f"{request.path}?{query.urlencode()}"
    return show(
        request,
        "public/institutions",
        fields=[
            Field("words", _("Name"), typed["words"], length_max=_WORDS_MAX),
            Field("kind", _("Kind"), typed["kind"], options=kinds, select=True),
            Field("province", _("Province"), typed["province"], options=tuple(provinces), select=True),
        ],
        table=_register_table(rows[: queries.REGISTER_ROWS], next_href),
    )


@for_everyone
def conflicts(request: HttpRequest) -> HttpResponse:
    """Decided conflicts of interest: who with whom, by which kind of tie, what was decided and why (programme §8)."""
    table = make_table(
        _("Decisions on conflicts of interest"),
        (
            Column[ConflictView](_("Act"), lambda row: words.word("conflict_act", row.act).text),
            Column[ConflictView](
                _("Between"),
                lambda row: _("a reviewer of the programme office") if row.other_kind == "reviewer" else row.other_name,
            ),
            Column[ConflictView](_("Institution"), lambda row: row.institution_name),
            Column[ConflictView](_("Path"), lambda row: path_text(row, personal=False)),
            Column[ConflictView](_("Decision"), lambda row: state_cell("conflict_state", row.state)),
            Column[ConflictView](_("Reason"), lambda row: row.reason),
            Column[ConflictView](_("Decided"), lambda row: moment_cell(row.decided_at)),
        ),
        list_conflicts(decided_only=True),
        empty=_("No conflict has been decided yet. Every decision is published here."),
    )
    return show(request, "public/conflicts", table=table)


def find(request: HttpRequest, *, channel: str | None) -> Found:
    """The search that the address asks for, for a card's channel. Filters that make no sense do not count.

    Four queries and those of the search. Rule: SCHEME-02, SCHEME-04.
    """
    provinces, platforms = queries.list_choices()
    ids = {code: platform_id for code, _name, platform_id in platforms}
    typed = {
        name: request.GET.get(name, "").strip()[:_WORDS_MAX].replace("\x00", "")
        for name in ("words", "mode", "province", "platform", "kind", "price_max", "from", "until", "order")
    }
    order = "price" if typed["order"] == "price" else "start"
    wanted = Search(
        words=typed["words"],
        mode=typed["mode"] if typed["mode"] in ("online", "offline") else None,
        channel=channel,
        province_code=typed["province"] if typed["province"] in dict(provinces) else None,
        platform_id=ids.get(typed["platform"]),
        institution_kind=typed["kind"] if typed["kind"] in words.WORDS["institution_kind"] else None,
        price_max_idr=read_whole(typed["price_max"]),
        starts_from=_day(typed["from"]),
        starts_until=_day(typed["until"]),
        order="price" if order == "price" else "start",
        after=_key(request.GET.get("after", ""), order),
        limit=_PAGE + 1,
    )
    offers = courses.search(wanted, now=now_of(request))
    next_href = ""
    if len(offers) > _PAGE:
        last = offers[_PAGE - 1]
        query = request.GET.copy()
        key = str(last.price_idr) if order == "price" else last.starts_at.isoformat()
        query["after"] = f"{key}~{last.schedule_id}"
        next_href = f"{request.path}?{query.urlencode()}"
    return Found(
        _fields(typed, provinces, [(code, name) for code, name, _id in platforms], channel),
        _offer_table(offers[:_PAGE], linked=True, next_href=next_href, channel=channel),
        any(text for name, text in typed.items() if name != "words"),
    )


def benchmark_text(benchmark: Benchmark) -> str:
    """Where a price stands, in a sentence."""
    per_hour = formats.rupiah(benchmark.price_per_hour_idr)
    if benchmark.in_country == 0 or benchmark.median_per_hour_idr is None:
        return _("%(price)s an hour. There is no other training of this subject and mode to compare with.") % {
            "price": per_hour
        }
    return _(
        "%(price)s an hour; the median of its subject and mode is %(median)s. Dearer than %(share)s of comparable "
        "trainings (%(region)s in the province, %(country)s in the country)."
    ) % {
        "price": per_hour,
        "median": formats.rupiah(benchmark.median_per_hour_idr),
        "share": formats.percent(benchmark.percentile_bp // 100 * 100),
        "region": formats.count(benchmark.in_region),
        "country": formats.count(benchmark.in_country),
    }


def price_table(course_id: UUID) -> Table:
    """Every price that a course had."""
    return make_table(
        _("History of prices"),
        (
            Column[courses.PriceRow](_("Since"), lambda row: formats.moment(row.priced_at)),
            Column[courses.PriceRow](_("Price"), lambda row: formats.rupiah(row.price_idr), number=True),
            Column[courses.PriceRow](
                _("Price outside the programme"), lambda row: formats.rupiah(row.comparison_price_idr), number=True
            ),
        ),
        courses.list_prices(course_id),
        empty=_("No price is on record."),
    )


def _offer_table(offers: list[Offer], *, linked: bool, next_href: str = "", channel: str | None = None) -> Table:
    query = f"?channel={channel}" if channel else ""

    def title_of(row: Offer) -> Cell:
        return Cell(row.title, href=reverse("course", args=[row.course_code]) + query)

    training = (
        (
            Column[Offer](_("Training"), title_of),
            Column[Offer](_("Institution"), lambda row: row.institution_name),
        )
        if linked
        else ()
    )
    return make_table(
        _("Classes that can be bought"),
        (
            *training,
            Column[Offer](
                _("Mode"), lambda row: ", ".join(filter(None, (str(words.word("mode", row.mode).text), row.place)))
            ),
            Column[Offer](_("Starts"), lambda row: formats.moment(row.starts_at)),
            Column[Offer](_("Buy until"), lambda row: formats.moment(row.sells_until_at)),
            Column[Offer](_("On"), lambda row: ", ".join(row.platform_names)),
            Column[Offer](_("Free seats"), lambda row: formats.count(row.seats_left), number=True),
            Column[Offer](_("Price"), lambda row: formats.rupiah(row.price_idr), number=True),
        ),
        offers,
        empty=_("No class fits. Take a filter away, or use other words.")
        if linked
        else _("No class of this training can be bought now."),
        next_href=next_href,
    )


def _register_table(rows: list[queries.RegisteredInstitution], next_href: str) -> Table:
    return make_table(
        _("Register of institutions"),
        (
            Column[queries.RegisteredInstitution](_("Name"), lambda row: row.name),
            Column[queries.RegisteredInstitution](_("Kind"), lambda row: words.word("institution_kind", row.kind).text),
            Column[queries.RegisteredInstitution](_("Province"), lambda row: row.province_name),
            Column[queries.RegisteredInstitution](_("State"), lambda row: state_cell("institution_state", row.state)),
            Column[queries.RegisteredInstitution](_("Decree"), lambda row: Cell(row.decree_number or "–", long=True)),
            Column[queries.RegisteredInstitution](_("Platforms"), lambda row: ", ".join(row.platforms) or "–"),
            Column[queries.RegisteredInstitution](_("Courses"), lambda row: formats.count(row.courses), number=True),
        ),
        rows,
        empty=_("No institution fits. Take a filter away, or use another name."),
        next_href=next_href,
    )


def _fields(
    typed: dict[str, str],
    provinces: list[tuple[str, str]],
    platforms: list[tuple[str, str]],
    channel: str | None,
) -> list[Field]:
    modes = tuple((mode, str(word.text)) for mode, word in words.WORDS["mode"].items())
    kinds = tuple((kind, str(word.text)) for kind, word in words.WORDS["institution_kind"].items())
    mode = [] if channel == "regular" else [Field("mode", _("Mode"), typed["mode"], options=modes, select=True)]
    return [
        Field("words", _("What do you want to learn?"), typed["words"], length_max=_WORDS_MAX),
        *mode,
        Field("province", _("Province"), typed["province"], options=tuple(provinces), select=True),
        Field("price_max", _("Price at most"), typed["price_max"], inputmode="numeric", length_max=20),
        Field("platform", _("Platform"), typed["platform"], options=tuple(platforms), select=True),
        Field("kind", _("Kind of institution"), typed["kind"], options=kinds, select=True),
        Field("from", _("Starts on or after"), typed["from"], kind="date", length_max=10),
        Field("until", _("Starts before"), typed["until"], kind="date", length_max=10),
        Field(
            "order",
            _("Order"),
            typed["order"],
            options=(("start", _("soonest first")), ("price", _("cheapest first"))),
            select=True,
        ),
    ]


def _choice(request: HttpRequest, name: str, known: tuple[str, ...]) -> str | None:
    value = request.GET.get(name, "")
    return value if value in known else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _key(text: str, order: str) -> tuple[datetime | int, UUID] | None:
    """The key behind which a page begins; what is none begins at the first page."""
    head, _mark, schedule_id = text.partition("~")
    try:
        key = int(head) if order == "price" else datetime.fromisoformat(head)
        if isinstance(key, datetime) and key.tzinfo is None:
            return None
        return key, UUID(schedule_id)
    except ValueError:
        return None
