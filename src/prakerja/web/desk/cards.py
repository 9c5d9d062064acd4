"""Physical cards at the labour office: count what arrives, hand over against a signed receipt."""

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
    custody_of,
    find_desk_card,
    find_manifest,
    list_cards_at_office,
    list_cards_of_manifest,
    list_manifests,
)
from prakerja.cards.operations import HandOver, hand_over_cards, receive_manifest
from prakerja.cards.queries import find_card_by_number
from prakerja.kit.contacts import digits_only
from prakerja.oversight.queries import portal
from prakerja.web import formats
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.letter_paper import Letter, letter_pdf
from prakerja.web.people_seen import note_people
from prakerja.web.portal.card import custody_table
from prakerja.web.refusals import refusal
from prakerja.web.shown import state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.typeset import pdf_answer
from prakerja.web.visitors import user_of


def _office_id(request: HttpRequest) -> UUID:
    office_id = user_of(request).labour_office_id
    assert office_id is not None  # noqa: S101 - labour_office_user_names_its_office
    return office_id


@requires(Permission.HAND_OUT_CARDS)
def desk_cards(request: HttpRequest) -> HttpResponse:
    """Batches on their way to this office, and the cards that wait for their holders."""
    office_id = _office_id(request)
    wanted = digits_only(request.GET.get("number", ""))
    found = _found(wanted, office_id) if wanted else None
    waiting = list_cards_at_office(office_id)
    note_people(request, [(card.lane, card.applicant_id) for card in [*waiting, *([found] if found else [])]])
    return show(
        request,
        "desk/cards",
        manifests=manifest_table(list_manifests(labour_office_id=office_id), "desk_manifest"),
        waiting=_card_table(waiting),
        wanted=wanted,
        found=found,
    )


def _found(number: str, office_id: UUID) -> DeskCard | None:
    card = find_card_by_number(number)
    desk_card = None if card is None else find_desk_card(card.card_id)
    return desk_card if desk_card is not None and desk_card.labour_office_id == office_id else None


def manifest_table(manifests: list[ManifestView], page: str) -> Table:
    """Print batches with a link to the page of each."""
    return make_table(
        _("Print batches"),
        (
            Column[ManifestView](
                _("Batch"), lambda row: Cell(str(row.number), href=reverse(page, args=[row.manifest_id]))
            ),
            Column[ManifestView](_("Labour office"), lambda row: row.labour_office),
            Column[ManifestView](_("State"), lambda row: state_cell("manifest_state", row.state)),
            Column[ManifestView](_("Waybill"), lambda row: row.waybill or "–"),
            Column[ManifestView](_("Missing"), lambda row: "–" if row.missing is None else formats.count(row.missing)),
            Column[ManifestView](_("Cards"), lambda row: formats.count(row.cards), number=True),
        ),
        manifests,
        empty=_("No print batch yet."),
    )


def _card_table(cards: list[DeskCard]) -> Table:
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
    )


@requires(Permission.HAND_OUT_CARDS)
@require_http_methods(["GET", "POST"])
def desk_manifest(request: HttpRequest, manifest_id: UUID) -> HttpResponse:
    """Count a batch on arrival: tick what is missing. The rest is in this office's hands from then on."""
    manifest = find_manifest(manifest_id)
    if manifest is None or manifest.labour_office_id != _office_id(request):
        raise Http404
    if request.method == "POST":
        missing = [int(text) for text in request.POST.getlist("missing") if text.isdecimal() and text.isascii()]
        result = receive_manifest(context_of(request), manifest_id, missing)
        if result.code.is_refusal:
            return back_with(request, refusal(result.code), "desk_manifest", manifest_id, good=False)
        text = _("The batch is received. %(missing)s cards are missing and closed for ever.")
        return back_with(request, text % {"missing": formats.count(result.missing)}, "desk_cards")
    cards = list_cards_of_manifest(manifest_id)
    note_people(request, [(card.lane, card.applicant_id) for card in cards])
    return show(request, "desk/manifest", manifest=manifest, cards=cards)


def _desk_card(request: HttpRequest, card_id: UUID) -> DeskCard:
    card = find_desk_card(card_id)
    if card is None or card.labour_office_id != _office_id(request):
        raise Http404
    note_people(request, [(card.lane, card.applicant_id)])
    return card


def receipt_number(card: DeskCard) -> str:
    """The number of the receipt that is printed and signed: batch and place."""
    return f"BAST-{card.manifest_number}-{card.position}"


@requires(Permission.HAND_OUT_CARDS)
@require_http_methods(["GET", "POST"])
def desk_card(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Hand a card over: identity seen, receipt printed, signed and kept."""
    card = _desk_card(request, card_id)
    error = ""
    if request.method == "POST":
        if request.POST.get("seen") and request.POST.get("signed"):
            (result,) = hand_over_cards(context_of(request), [HandOver(card_id, receipt_number(card))])
            if result.code.is_refusal:
                return back_with(request, refusal(result.code), "desk_card", card_id, good=False)
            return back_with(request, _("Handed over. The holder sets the PIN on the own page."), "desk_cards")
        error = _("Tick both: the person's face fits the identity card, and the receipt is signed.")
    return show(
        request,
        "desk/card",
        status=422 if error else 200,
        card=card,
        receipt=receipt_number(card),
        can_hand_over=card.state == "shipped" and card.manifest_state == "received",
        error=error,
        custody=custody_table(custody_of(card_id)),
    )


@requires(Permission.HAND_OUT_CARDS)
def desk_receipt(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Letter and receipt as a PDF, to be signed by the holder."""
    card = _desk_card(request, card_id)
    person = portal.get_person(lane=card.lane, applicant_id=card.applicant_id)
    assert person.participant_id is not None  # noqa: S101 - who has a card is a participant
    participation = portal.get_participation(lane=card.lane, participant_id=person.participant_id)
    manifest = find_manifest(card.manifest_id)
    letter = Letter(
        name=card.name,
        number=card.number,
        channel="regular",
        at=now_of(request),
        first_purchase_deadline_at=participation.first_purchase_deadline_at,
        balance_until_at=participation.balance_until_at,
        receipt=receipt_number(card),
        office="" if manifest is None else manifest.labour_office,
    )
    return pdf_answer(receipt_number(card).lower(), letter_pdf(letter))
