"""Pages for everyone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prakerja.access.guards import for_everyone
from prakerja.kit.clock import jakarta_date
from prakerja.oversight.queries import public
from prakerja.web import formats, words
from prakerja.web.answers import csv_file, show
from prakerja.web.clock import now_of
from prakerja.web.public.counting import count_figure, count_figures
from prakerja.web.shown import regime_name, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table

WITHHELD = gettext_lazy("fewer than 10")

# Title, and the method in one sentence.
FIGURES: dict[str, tuple[Promise, Promise]] = {
    "participants": (
        gettext_lazy("Participants"),
        gettext_lazy("People named by a decree and not revoked, by the province of their identity."),
    ),
    "cards": (
        gettext_lazy("Cards"),
        gettext_lazy("Cards that were issued, without those that were replaced or withdrawn."),
    ),
    "purchases": (
        gettext_lazy("Purchases"),
        gettext_lazy("Purchases of training that were not voided, by the platform that sold them."),
    ),
    "purchased": (
        gettext_lazy("Training bought"),
        gettext_lazy("Prices of all purchases that were not voided; a platform with fewer than 10 is left out."),
    ),
    "certificates": (
        gettext_lazy("Certificates"),
        gettext_lazy("Certificates issued on verified evidence, by the kind of institution."),
    ),
    "incentives": (
        gettext_lazy("Incentives paid"),
        gettext_lazy("Incentives that a bank or e-wallet has confirmed, by their kind."),
    ),
    "returned": (
        gettext_lazy("Returned to the treasury"),
        gettext_lazy("Money that went back to the treasury, by the reason in the ledger."),
    ),
    "courses": (
        gettext_lazy("Approved courses"),
        gettext_lazy("Courses that the programme office has approved and that are not suspended or removed."),
    ),
}


@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """The scheme in short, live figures, the latest waves."""
    counted = count_figures(now_of(request))
    return show(
        request,
        "public/home",
        figures=_figures(counted.found),
        counted_at=counted.at,
        quotas=_quota_table(),
        waves=_wave_table(),
    )


@for_everyone
def figures(request: HttpRequest) -> HttpResponse:
    """All public figures with their method."""
    counted = count_figures(now_of(request))
    return show(
        request,
        "public/figures",
        figures=_figures(counted.found),
        counted_at=counted.at,
        quotas=_quota_table(),
    )


@for_everyone
def figure(request: HttpRequest, code: str) -> HttpResponse:
    """One figure: method, date, parts, and the same as a file."""
    title, method = _known(code)
    counted = count_figure(code, now_of(request))
    total, parts = counted.found
    return show(
        request,
        "public/figure",
        code=code,
        counted_at=counted.at,
        heading=title,
        method=method,
        total=_value(total.unit, total.value),
        table=make_table(
            title,
            (
                Column[public.FigurePart](_("Part"), lambda part: _label(code, part)),
                Column[public.FigurePart](_("Value"), lambda part: _value(total.unit, part.value), number=True),
            ),
            parts,
            empty=_("Nothing has been counted yet. The figure is filled as soon as the programme has its first rows."),
            total=(_("Total"), _value(total.unit, total.value)) if parts else (),
        ),
    )


@for_everyone
def figure_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The parts of a figure as a file; a withheld value is empty."""
    _known(code)
    counted = count_figure(code, now_of(request))
    total, parts = counted.found
    day = jakarta_date(counted.at).isoformat()
    return csv_file(
        f"prakerja-{code}-{day}",
        ("key", "label", total.unit, "date"),
        [(part.key, _label(code, part), "" if part.value is None else part.value, day) for part in parts],
    )


@for_everyone
def platforms(request: HttpRequest) -> HttpResponse:
    """Platforms that the programme office has recognised."""
    table = make_table(
        _("Recognised platforms"),
        (
            Column[public.PublicPlatform](
                _("Platform"), lambda row: Cell(row.name, href=reverse("platform_terms", args=[row.code]))
            ),
            Column[public.PublicPlatform](_("Kind"), lambda row: words.word("platform_kind", row.kind).text),
            Column[public.PublicPlatform](_("State"), lambda row: state_cell("platform_state", row.state)),
            Column[public.PublicPlatform](
                _("Sells"), lambda row: ", ".join(str(words.word("mode", mode).text) for mode in row.modes)
            ),
            Column[public.PublicPlatform](
                _("Recognised"), lambda row: formats.day(row.recognised_at) if row.recognised_at else "–"
            ),
            Column[public.PublicPlatform](_("Institutions"), lambda row: formats.count(row.institutions), number=True),
            Column[public.PublicPlatform](_("Courses listed"), lambda row: formats.count(row.courses), number=True),
        ),
        public.list_platforms(),
        empty=_("No platform has been recognised yet. The programme office publishes each recognition here."),
    )
    return show(request, "public/platforms", table=table)


def _known(code: str) -> tuple[Promise, Promise]:
    try:
        return FIGURES[code]
    except KeyError:
        raise Http404 from None


def _value(unit: str, value: int | None) -> str:
    if value is None:
        return str(WITHHELD)
    return formats.rupiah(value) if unit == "idr" else formats.count(value)


def _label(code: str, part: public.FigurePart) -> str:
    noun = public.SOURCES[code].noun
    return part.label if noun == "name" else str(words.word(noun, part.label).text)


def _figures(figures: list[public.Figure]) -> list[dict[str, object]]:
    return [
        {
            "title": FIGURES[found.code][0],
            "method": FIGURES[found.code][1],
            "value": _value(found.unit, found.value),
            "href": reverse("figure", args=[found.code]),
        }
        for found in figures
    ]


def _quota_table() -> Table:
    return make_table(
        _("Places and participants"),
        (
            Column[public.PublicQuota](_("Scheme"), lambda row: regime_name(row.regime_code)),
            Column[public.PublicQuota](_("Channel"), lambda row: words.word("channel", row.channel).text),
            Column[public.PublicQuota](_("Places"), lambda row: formats.count(row.places), number=True),
            Column[public.PublicQuota](_("Taken"), lambda row: _value("count", row.taken), number=True),
            Column[public.PublicQuota](
                _("Left"), lambda row: "–" if row.taken is None else formats.count(row.places - row.taken), number=True
            ),
        ),
        public.list_quotas(),
        empty=_("No budget has been opened yet. The quota of each channel stands here once there is one."),
    )


def _wave_table() -> Table:
    return make_table(
        _("Latest waves"),
        (
            Column[public.PublicWave](_("Wave"), lambda row: formats.count(row.number)),
            Column[public.PublicWave](_("State"), lambda row: state_cell("wave_state", row.state)),
            Column[public.PublicWave](_("Opens"), lambda row: formats.day(row.opens_at)),
            Column[public.PublicWave](_("Closes"), lambda row: formats.day(row.closes_at)),
            Column[public.PublicWave](_("Places"), lambda row: formats.count(row.places), number=True),
        ),
        public.list_waves(limit=6),
        empty=_("No wave has been announced yet. The programme office publishes each one here before it opens."),
    )
