"""Physical cards in the programme office: how many stand where, print batches, shipping."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.cards.custody_queries import find_manifest, list_cards_of_manifest, list_manifests, manifest_list
from prakerja.cards.operations import make_print_manifests, ship_manifest
from prakerja.cards.operations.manifests import public_key, signature_holds
from prakerja.cards.queries import count_cards
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of
from prakerja.web.desk.cards import manifest_table
from prakerja.web.people_seen import note_people
from prakerja.web.refusals import refusal
from prakerja.web.shown import state_cell
from prakerja.web.tables import Column, Table, make_table
from prakerja.web.visitors import user_of

Count = tuple[tuple[str, str], int]


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_cards(request: HttpRequest) -> HttpResponse:
    """Cards by channel and state, and the print batches; a POST puts the printed ones into batches."""
    can_print = may(user_of(request).role, Permission.MANAGE_CARDS)
    counts = count_cards()
    if request.method == "POST":
        if not can_print:
            raise Http404
        made = make_print_manifests(context_of(request))
        if made.code.is_refusal:
            return back_with(request, refusal(made.code), "office_cards", good=False)
        text = _("%(count)s print batches are made, one per labour office.")
        return back_with(request, text % {"count": formats.count(len(made.manifest_ids))}, "office_cards")
    return show(
        request,
        "office/cards",
        counts=_count_table(counts),
        manifests=manifest_table(list_manifests(), "office_manifest"),
        can_print=can_print and counts.get(("regular", "printed"), 0) > 0,
    )


def _count_table(counts: dict[tuple[str, str], int]) -> Table:
    return make_table(
        _("Cards"),
        (
            Column[Count](_("Card"), lambda row: words.word("channel", row[0][0]).text),
            Column[Count](_("State"), lambda row: state_cell("card_state", row[0][1])),
            Column[Count](_("Who must act"), lambda row: words.word("card_state", row[0][1]).who_acts),
            Column[Count](_("Cards"), lambda row: formats.count(row[1]), number=True),
        ),
        sorted(counts.items()),
        empty=_("No card yet."),
    )


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_manifest(request: HttpRequest, manifest_id: UUID) -> HttpResponse:
    """A print batch: its signature proved, its list, shipping with a waybill."""
    manifest = find_manifest(manifest_id)
    if manifest is None:
        raise Http404
    can_ship = may(user_of(request).role, Permission.MANAGE_CARDS) and manifest.state == "printed"
    if request.method == "POST":
        if not can_ship:
            raise Http404
        result = ship_manifest(context_of(request), manifest_id, request.POST.get("waybill", ""))
        if result.code.is_refusal:
            return back_with(request, refusal(result.code), "office_manifest", manifest_id, good=False)
        return back_with(request, _("The batch is on its way."), "office_manifest", manifest_id)
    return show(
        request,
        "office/manifest",
        manifest=manifest,
        holds=signature_holds(manifest_id, manifest_list(manifest_id), manifest.signature),
        signature=manifest.signature.hex(),
        public_key=public_key(),
        can_ship=can_ship,
    )


@requires(Permission.MANAGE_CARDS)
def manifest_file(request: HttpRequest, manifest_id: UUID) -> HttpResponse:
    """The signed list for the printer, byte for byte."""
    manifest = find_manifest(manifest_id)
    if manifest is None:
        raise Http404
    cards = list_cards_of_manifest(manifest_id, most=manifest.cards)
    note_people(request, [(card.lane, card.applicant_id) for card in cards])
    return HttpResponse(
        manifest_list(manifest_id),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="cetak-{manifest.number}.csv"',
            "Cache-Control": "no-store",
        },
    )
