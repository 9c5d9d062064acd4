"""Physical cards at the labour office: batches on their way, counted on arrival, and the cards that wait."""

import re
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.cards.custody_queries import (
    DeskCard,
    ManifestView,
    count_cards_at_office,
    find_desk_card,
    find_desk_card_of_applicant,
    find_manifest,
    list_cards_at_office,
    list_cards_of_manifest,
    list_manifests,
)
from prakerja.cards.operations import receive_manifest
from prakerja.cards.queries import find_card_by_number
from prakerja.kit.contacts import digits_only
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.participants.queries import find_applicant_by_nik
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of
from prakerja.web.people_seen import note_people
from prakerja.web.refusals import refusal
from prakerja.web.shown import number_after_of, page_of, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import user_of

# More cards than these are not ticked one by one: the places of the missing ones are typed.
_TICKS_MOST: Final = 200
_CARD_PLACE: Final = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_PLACES: Final = re.compile(r"([0-9]{1,6})(?:\s*-\s*([0-9]{1,6}))?")


def office_id_of(request: HttpRequest) -> UUID:
    """The labour office of the signed-in officer."""
    office_id = user_of(request).labour_office_id
    assert office_id is not None  # noqa: S101 - labour_office_user_names_its_office
    return office_id


@requires(Permission.HAND_OUT_CARDS)
@require_http_methods(["GET", "POST"])
def desk_cards(request: HttpRequest) -> HttpResponse:
    """Batches on their way to this office, and the cards that wait for their holders; a POST looks for one.

    A number is never part of an address: addresses stand in logs and histories.
    """
    office_id = office_id_of(request)
    wanted = digits_only(request.POST.get("number", ""))
    found = _found(wanted, office_id) if wanted else None
    cards = list_cards_at_office(office_id, after=_place_after_of(request), limit=PAGE_ROWS + 1)
    waiting, cards_href = page_of(request, cards, "place", "cards_after")
    batches = list_manifests(labour_office_id=office_id, after=number_after_of(request), limit=PAGE_ROWS + 1)
    note_people(request, [(card.lane, card.applicant_id) for card in [*waiting, *([found] if found else [])]])
    return show(
        request,
        "desk/cards",
        manifests=manifest_table(*page_of(request, batches, "number"), page="desk_manifest"),
        waiting=_card_table(waiting, cards_href),
        all_waiting=count_cards_at_office(office_id),
        wanted=wanted,
        found=found,
    )


def _place_after_of(request: HttpRequest) -> tuple[int, int] | None:
    """Batch and place behind which the cards that wait begin: `?cards_after=batch-place`.

    Raises:
        Http404: it is none.
    """
    text = request.GET.get("cards_after", "")
    found = _CARD_PLACE.fullmatch(text)
    if text and found is None:
        raise Http404
    return None if found is None else (int(found[1]), int(found[2]))


def _found(number: str, office_id: UUID) -> DeskCard | None:
    """The card of a number, or the newest card of the person of a NIK, when it is this office's."""
    card = find_card_by_number(number)
    if card is not None:
        desk_card = find_desk_card(card.card_id)
    else:
        person = find_applicant_by_nik(number)
        desk_card = None if person is None else find_desk_card_of_applicant(person.lane, person.applicant_id)
    return desk_card if desk_card is not None and desk_card.labour_office_id == office_id else None


def manifest_table(manifests: list[ManifestView], next_href: str, *, page: str) -> Table:
    """Print batches with a link to the page of each."""
    return make_table(
        _("Print batches"),
        (
            Column[ManifestView](
                _("Batch"), lambda row: Cell(str(row.number), href=reverse(page, args=[row.manifest_id]))
            ),
            Column[ManifestView](_("Labour office"), lambda row: row.labour_office),
            Column[ManifestView](_("State"), lambda row: state_cell("manifest_state", row.state)),
            Column[ManifestView](_("Who must act"), lambda row: words.word("manifest_state", row.state).who_acts),
            Column[ManifestView](_("Since"), lambda row: formats.day(row.received_at or row.shipped_at or row.made_at)),
            Column[ManifestView](_("Waybill"), lambda row: row.waybill or "–"),
            Column[ManifestView](_("Missing"), lambda row: "–" if row.missing is None else formats.count(row.missing)),
            Column[ManifestView](_("Cards"), lambda row: formats.count(row.cards), number=True),
        ),
        manifests,
        empty=_("No print batch yet."),
        next_href=next_href,
    )


def _card_table(cards: list[DeskCard], next_href: str) -> Table:
    return make_table(
        _("Cards that wait here"),
        (
            Column[DeskCard](_("Holder"), lambda row: Cell(row.name, href=reverse("desk_card", args=[row.card_id]))),
            Column[DeskCard](_("Card number"), lambda row: formats.masked_card(row.number)),
            Column[DeskCard](_("Batch"), lambda row: f"{row.manifest_number} / {row.position}"),
            Column[DeskCard](_("State"), lambda row: state_cell("card_state", row.state)),
        ),
        cards,
        empty=_("No card waits here."),
        next_href=next_href,
    )


@requires(Permission.HAND_OUT_CARDS)
@require_http_methods(["GET", "POST"])
def desk_manifest(request: HttpRequest, manifest_id: UUID) -> HttpResponse:
    """Count a batch on arrival: say what is missing. The rest is in this office's hands from then on."""
    manifest = find_manifest(manifest_id)
    if manifest is None or manifest.labour_office_id != office_id_of(request):
        raise Http404
    typed, error = request.POST.get("places", ""), ""
    if request.method == "POST":
        missing = _places(typed, manifest.cards)
        if missing is None:
            error = _("Type places between 1 and %(most)s, such as 3, 17, 200-210.") % {
                "most": formats.count(manifest.cards)
            }
    if request.method == "POST" and missing is not None:
        missing += [int(text) for text in request.POST.getlist("missing") if text.isdecimal() and text.isascii()]
        result = receive_manifest(context_of(request), manifest_id, missing)
        if result.code.is_refusal:
            return back_with(request, refusal(result.code), "desk_manifest", manifest_id, good=False)
        text = _("The batch is received. %(missing)s cards are missing: closed for ever, and others are printed.")
        return back_with(request, text % {"missing": formats.count(result.missing)}, "desk_cards")
    next_href = ""
    if manifest.state == "shipped":
        # Ticked all at once, or typed by place: no page of them alone.
        cards = list_cards_of_manifest(manifest_id, most=_TICKS_MOST)
    else:
        found = list_cards_of_manifest(manifest_id, after=number_after_of(request) or 0, most=PAGE_ROWS + 1)
        cards, next_href = page_of(request, found, "position")
    note_people(request, [(card.lane, card.applicant_id) for card in cards])
    return show(
        request,
        "desk/manifest",
        status=422 if error else 200,
        manifest=manifest,
        cards=cards,
        next_href=next_href,
        is_long=manifest.cards > _TICKS_MOST,
        typed=typed,
        error=error,
    )


def _places(text: str, most: int) -> list[int] | None:
    """The places of a text such as `3, 17, 200-210`; None when one of them is none of this batch."""
    places: list[int] = []
    for part in filter(None, (part.strip() for part in re.split("[,;\n]", text))):
        found = _PLACES.fullmatch(part)
        if found is None:
            return None
        first, last = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= last <= most:
            return None
        places += range(first, last + 1)
    return places
