"""Cards in the programme office: how many stand where, print batches, shipping, and each card with its way."""

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.cards.custody_queries import (
    custody_of,
    find_card_of_applicant,
    find_held_card,
    find_manifest,
    list_cards_of_manifest,
    list_manifests,
    manifest_list,
)
from prakerja.cards.operations import make_print_manifests, prepare_revocation, replace_cards, ship_manifest
from prakerja.cards.operations.manifests import public_key, signature_holds
from prakerja.cards.operations.revocation import REVOCABLE_STATES
from prakerja.cards.queries import (
    CardView,
    RemovalView,
    count_cards,
    find_card_by_number,
    find_standing_proposal,
    list_cards_of_participant,
    list_removals,
)
from prakerja.kit.contacts import digits_only
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.participants.queries import find_applicant_by_nik
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of
from prakerja.web.desk.cards import manifest_table
from prakerja.web.people_seen import note_people
from prakerja.web.portal.card import custody_table
from prakerja.web.refusals import refusal
from prakerja.web.shown import number_after_of, page_of, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import actor_of, user_of

_REPLACEABLE: Final = frozenset({"lost", "blocked"})
# What a person proposes; the clock proposes who missed the first purchase, and findings propose who was never eligible.
_PROPOSED: Final = ("own_request", "fraud")
Count = tuple[tuple[str, str], int]


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_cards(request: HttpRequest) -> HttpResponse:
    """Cards by channel and state, and the print batches; a POST looks for a number or makes batches of the printed.

    A number is never part of an address: addresses stand in logs and histories.
    """
    can_print = may(user_of(request).role, Permission.MANAGE_CARDS)
    wanted = digits_only(request.POST.get("number", ""))
    found = _found(wanted) if wanted else None
    if found is not None:
        return redirect("office_card", found)
    counts = count_cards()
    if request.method == "POST" and "number" not in request.POST:
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
        manifests=manifest_table(
            *page_of(request, list_manifests(after=number_after_of(request), limit=PAGE_ROWS + 1), "number"),
            page="office_manifest",
        ),
        can_print=can_print and counts.get(("regular", "printed"), 0) > 0,
        wanted=wanted,
    )


def _found(number: str) -> UUID | None:
    """The card of a number, or the newest card of the person of a NIK."""
    card = find_card_by_number(number)
    if card is not None:
        return card.card_id
    person = find_applicant_by_nik(number)
    return None if person is None else find_card_of_applicant(person.lane, person.applicant_id)


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_card(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """One card: who held it when, and the others of its holder; a POST replaces one that is closed."""
    card = find_held_card(card_id)
    if card is None:
        raise Http404
    note_people(request, [(card.lane, card.applicant_id)])
    can_replace = may(user_of(request).role, Permission.MANAGE_CARDS) and card.state in _REPLACEABLE
    if request.method == "POST":
        if not can_replace:
            raise Http404
        (result,) = replace_cards(context_of(request), [card_id])
        if result.code.is_refusal or result.card_id is None:
            return back_with(request, refusal(result.code), "office_card", card_id, good=False)
        return back_with(request, _("The new card is here; the old one is closed."), "office_card", result.card_id)
    proposal = find_standing_proposal(card.participant_id)
    others = [one for one in list_cards_of_participant(card.participant_id) if one.card_id != card_id]
    return show(
        request,
        "office/card",
        card=card,
        can_replace=can_replace,
        proposal=proposal,
        can_take_off=proposal is not None
        and proposal.maker != actor_of(user_of(request))
        and may(user_of(request).role, Permission.APPROVE_DECREES),
        removals=_removal_table(list_removals(card.participant_id)),
        can_propose=proposal is None
        and may(user_of(request).role, Permission.MANAGE_CARDS)
        and card.participant_state in REVOCABLE_STATES,
        reasons=[(code, words.word("revocation_reason", code).text) for code in _PROPOSED],
        custody=custody_table(custody_of(card_id)),
        others=_other_table(others),
    )


@requires(Permission.MANAGE_CARDS)
@require_http_methods(["POST"])
def propose_revocation(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Propose to revoke the holder of a card, for a reason; nothing happens before another person has signed."""
    card = find_held_card(card_id)
    reason = request.POST.get("reason", "")
    if card is None:
        raise Http404
    if reason not in _PROPOSED:
        return back_with(request, _("Choose the reason of the revocation."), "office_card", card_id, good=False)
    context = context_of(request)
    regime = get_regime_book().on(context.today)
    result = prepare_revocation(context, [card.participant_id], regime, reason=reason)
    if result.code.is_refusal or result.decree_id is None:
        text = _("It is proposed already, or the participation is over.")
        return back_with(request, text, "office_card", card_id, good=False)
    return back_with(request, _("Proposed. A second person signs it here, or does not."), "decree", result.decree_id)


def _removal_table(removals: list[RemovalView]) -> Table:
    return make_table(
        _("Revocations that this person was taken off"),
        (
            Column[RemovalView](
                _("Decree"), lambda row: Cell(str(row.number), href=reverse("decree", args=[row.decree_id]))
            ),
            Column[RemovalView](_("Proposed because"), lambda row: words.word("revocation_reason", row.ground).text),
            Column[RemovalView](_("Taken off by"), lambda row: f"{row.removed_by}, {formats.day(row.removed_at)}"),
            Column[RemovalView](_("Why"), lambda row: Cell(row.reason, long=True)),
        ),
        removals,
        empty="–",
    )


def _other_table(cards: list[CardView]) -> Table:
    return make_table(
        _("Other cards of this person"),
        (
            Column[CardView](
                _("Card number"),
                lambda row: Cell(formats.masked_card(row.number), href=reverse("office_card", args=[row.card_id])),
            ),
            Column[CardView](_("Issued"), lambda row: formats.day(row.issued_at)),
            Column[CardView](_("State"), lambda row: state_cell("card_state", row.state)),
        ),
        cards,
        empty=_("There is no other."),
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
