"""Listed people whose NIK differs from the one they signed up with: pairs that wait for a person's decision."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.participants.operations.worker_list_matches import MatchDecision, decide_matches, propose_matches
from prakerja.participants.queries.worker_lists import (
    AnnouncedPart,
    PairKey,
    SourceTotals,
    announced_parts,
    list_open_matches,
    reconcile_worker_lists,
)
from prakerja.web import formats
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of
from prakerja.web.people_seen import note_people_of
from prakerja.web.refusals import refusal
from prakerja.web.shown import page_of
from prakerja.web.tables import Column, make_table
from prakerja.web.visitors import user_of
from prakerja.web.words import value_word

_REASON_MAX = 500


@requires(Permission.SEE_WORKER_LISTS)
def matches(request: HttpRequest) -> HttpResponse:
    """The pairs, the oldest first: both names, day of birth, how many digits of the NIKs differ."""
    can_decide = may(user_of(request).role, Permission.PUBLISH_WORKER_LISTS)
    pairs = list_open_matches(after=_pair_after_of(request), limit=PAGE_ROWS + 1)
    found, next_href = page_of(request, pairs, "place")
    note_people_of(request, [row.applicant_id for row in found])
    return show(request, "desk/matches", matches=found, next_href=next_href, can_decide=can_decide)


def _pair_after_of(request: HttpRequest) -> PairKey | None:
    """The pair behind which the page begins: `?after=applicant~list~row`.

    Raises:
        Http404: it is none.
    """
    text = request.GET.get("after", "")
    if not text:
        return None
    try:
        applicant_id, worker_list_id, row_number = text.split("~")
        return PairKey(UUID(applicant_id), UUID(worker_list_id), int(row_number))
    except ValueError:
        raise Http404 from None


@requires(Permission.PUBLISH_WORKER_LISTS)
@require_http_methods(["POST"])
def decide_match(request: HttpRequest) -> HttpResponse:
    """Accept or reject a pair, or look for new ones."""
    decision = request.POST.get("decision", "")
    if decision == "search":
        found = propose_matches(context_of(request))
        return back_with(request, _("%(pairs)s new pairs were found.") % {"pairs": formats.count(found)}, "matches")
    try:
        pair = MatchDecision(
            UUID(request.POST.get("applicant_id", "")),
            UUID(request.POST.get("worker_list_id", "")),
            int(request.POST.get("row_number", "")),
            accepted=decision == "accept",
            reason=request.POST.get("reason", "")[:_REASON_MAX],
        )
    except ValueError:
        return back_with(request, _("There is no such pair."), "matches", good=False)
    (code,) = decide_matches(context_of(request), [pair])
    if code.is_refusal:
        return back_with(request, refusal(code), "matches", good=False)
    text = _("The person counts as listed.") if pair.accepted else _("The pair was rejected; nothing changes.")
    return back_with(request, text, "matches")


@requires(Permission.SEE_WORKER_LISTS)
def list_totals(request: HttpRequest) -> HttpResponse:
    """What was announced, what was sent, how many people that is: differences are shown, not hidden."""
    found = reconcile_worker_lists()
    table = make_table(
        _("Published lists by source"),
        (
            Column[SourceTotals](_("Source"), lambda row: row.source),
            Column[SourceTotals](_("Lists"), lambda row: formats.count(row.lists), number=True),
            Column[SourceTotals](
                _("Announced"), lambda row: "–" if row.announced is None else formats.count(row.announced), number=True
            ),
            Column[SourceTotals](_("Rows"), lambda row: formats.count(row.rows), number=True),
            Column[SourceTotals](_("Good"), lambda row: formats.count(row.good_rows), number=True),
            Column[SourceTotals](_("Bad"), lambda row: formats.count(row.bad_rows), number=True),
        ),
        found.sources,
        empty=_("No worker list is published yet."),
    )
    parts = make_table(
        _("What was announced in April 2020"),
        (
            Column[AnnouncedPart](_("Part"), lambda part: value_word(part.code)),
            Column[AnnouncedPart](_("People"), lambda part: formats.count(part.rows), number=True),
        ),
        [part for part in announced_parts() if not part.is_total],
        empty="",
        total=(_("Sum of the parts"), formats.count(found.sum_of_parts)),
    )
    return show(request, "desk/list_totals", found=found, table=table, parts=parts)
