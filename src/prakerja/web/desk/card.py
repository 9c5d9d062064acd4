"""One card at the labour office: handing it over, and what its holder comes back for."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.messages import find_courier
from prakerja.access.permissions import Permission
from prakerja.cards.custody_queries import DeskCard, custody_of, find_desk_card, find_manifest
from prakerja.cards.errors import CardCode
from prakerja.cards.operations import (
    Activation,
    CardResult,
    HandOver,
    activate_cards,
    block_cards,
    change_pins,
    exchange_cards,
    hand_over_cards,
    unblock_cards,
    withdraw_cards,
    write_to_participants,
)
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.oversight.queries import portal
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.desk.cards import office_id_of
from prakerja.web.letter_paper import Letter, letter_pdf
from prakerja.web.people_seen import note_people
from prakerja.web.portal.card import custody_table, pin_fields
from prakerja.web.refusals import refusal
from prakerja.web.typeset import pdf_answer

Text = str | Promise
_PIN_FAULTS: Final = (CardCode.PIN_NOT_SIX_DIGITS, CardCode.PIN_TOO_EASY)


@dataclass(frozen=True, slots=True)
class CardStep:
    """A step at the desk: in which states of the card, its button, what it does, what is said afterwards."""

    states: frozenset[str]
    button: Text
    warning: Text
    done: Text
    letter: Text
    """What the holder is told, so that nobody does it in the holder's name unseen."""


STEPS: Final[dict[str, CardStep]] = {
    "pin": CardStep(
        frozenset({"handed_over", "active"}),
        gettext_lazy("Let the holder type a PIN"),
        gettext_lazy("Turn the keyboard to the holder, who types the PIN twice. You never see it, nor ask for it."),
        gettext_lazy("The PIN counts from now on; a card that was new works."),
        gettext_lazy("A PIN was set for your card at the labour office. If that was not you, block the card at once."),
    ),
    "block": CardStep(
        frozenset({"active"}),
        gettext_lazy("Block the card for now"),
        gettext_lazy("Nobody can pay with the card until it is opened again here or on the holder's own page."),
        gettext_lazy("The card is blocked."),
        gettext_lazy("Your card was blocked at the labour office."),
    ),
    "unblock": CardStep(
        frozenset({"blocked"}),
        gettext_lazy("Open the card again"),
        gettext_lazy("The card works again from now on; three tries of the PIN begin anew."),
        gettext_lazy("The card is open again."),
        gettext_lazy("Your card was opened again at the labour office. If that was not you, block it at once."),
    ),
    "lost": CardStep(
        frozenset({"handed_over", "active", "blocked", "lost"}),
        gettext_lazy("The card is lost"),
        gettext_lazy("The card is closed for ever; a new one is printed and comes here with the next batch."),
        gettext_lazy("The old card is closed for ever; a new one takes its place."),
        gettext_lazy("Your card was reported lost at the labour office. A new one is being printed."),
    ),
    "damaged": CardStep(
        frozenset({"active", "blocked"}),
        gettext_lazy("The card is damaged"),
        gettext_lazy("Take the card in and cut it. It is closed for ever; a new one comes here with the next batch."),
        gettext_lazy("The old card is closed for ever; a new one takes its place."),
        gettext_lazy("You have handed in your damaged card at the labour office. A new one is being printed."),
    ),
    "return": CardStep(
        frozenset({"shipped", "handed_over", "active", "blocked", "lost"}),
        gettext_lazy("Take the card back for good"),
        gettext_lazy("The participation is over. Take the card in and cut it; no new one takes its place."),
        gettext_lazy("The card is withdrawn."),
        gettext_lazy("Your card was taken back at the labour office: your participation is over."),
    ),
}


def steps_of(card: DeskCard) -> dict[str, CardStep]:
    """What can be done with a card now. For good it is taken back only when the participation is over."""
    is_over = card.participant_state == "expired"
    return {name: step for name, step in STEPS.items() if card.state in step.states and (name == "return") == is_over}


def desk_card_of(request: HttpRequest, card_id: UUID) -> DeskCard:
    """A card of this office; its holder is seen.

    Raises:
        Http404: it is none.
    """
    card = find_desk_card(card_id)
    if card is None or card.labour_office_id != office_id_of(request):
        raise Http404
    note_people(request, [(card.lane, card.applicant_id)])
    return card


def receipt_number(card: DeskCard) -> str:
    """The number of the receipt that is printed and signed: batch and place."""
    return f"BAST-{card.manifest_number}-{card.position}"


@requires(Permission.HAND_OUT_CARDS)
@require_http_methods(["GET", "POST"])
def desk_card(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Hand a card over: identity seen, receipt printed, signed and kept. Later: what the holder comes back for."""
    card = desk_card_of(request, card_id)
    error = ""
    if request.method == "POST":
        if request.POST.get("seen") and request.POST.get("signed"):
            (result,) = hand_over_cards(context_of(request), [HandOver(card_id, receipt_number(card))])
            if result.code.is_refusal:
                return back_with(request, refusal(result.code), "desk_card", card_id, good=False)
            return back_with(
                request, _("Handed over. The holder sets the PIN on the own page, or here with you."), "desk_cards"
            )
        error = _("Tick both: the person's face fits the identity card, and the receipt is signed.")
    return show(
        request,
        "desk/card",
        status=422 if error else 200,
        card=card,
        receipt=receipt_number(card),
        can_hand_over=card.state == "shipped" and card.manifest_state == "received",
        steps=[(name, step.button) for name, step in steps_of(card).items()],
        error=error,
        custody=custody_table(custody_of(card_id)),
    )


@requires(Permission.HAND_OUT_CARDS)
def desk_receipt(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Letter and receipt as a PDF, to be signed by the holder."""
    card = desk_card_of(request, card_id)
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


@requires(Permission.HAND_OUT_CARDS)
@never_cache
@require_http_methods(["GET", "POST"])
def desk_card_step(request: HttpRequest, card_id: UUID, name: str) -> HttpResponse:
    """One step with a card of this office, while its holder stands there and was compared with the identity card."""
    card = desk_card_of(request, card_id)
    step = steps_of(card).get(name)
    if step is None:
        raise Http404
    if request.method == "GET":
        return _page(request, card, name, step)
    if not request.POST.get("seen"):
        return _page(request, card, name, step, error=_("Compare the person's face with the identity card first."))
    if name == "pin" and request.POST.get("pin", "") != request.POST.get("again", ""):
        return _page(request, card, name, step, pin_error=_("The two PINs differ. Type both again."))
    context = context_of(request)
    with db.transaction():
        result = _take(context, card, name, request.POST.get("pin", ""))
        if not result.code.is_refusal:
            write_to_participants(context, find_courier(), {(card.lane, card.participant_id): str(step.letter)})
    if result.code in _PIN_FAULTS:
        return _page(request, card, name, step, pin_error=refusal(result.code))
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "desk_card", card_id, good=False)
    return back_with(request, step.done, "desk_card", card_id)


def _take(context: Context, card: DeskCard, name: str, pin: str) -> CardResult:
    if name == "pin":
        set_pin = activate_cards if card.state == "handed_over" else change_pins
        return set_pin(context, [Activation(card.card_id, pin)])[0]
    if name in ("lost", "damaged"):
        return exchange_cards(context, [card.card_id], "lost" if name == "lost" else "blocked")[0]
    take = {"block": block_cards, "unblock": unblock_cards, "return": withdraw_cards}[name]
    return take(context, [card.card_id])[0]


def _page(
    request: HttpRequest, card: DeskCard, name: str, step: CardStep, *, error: Text = "", pin_error: Text = ""
) -> HttpResponse:
    fields = pin_fields(pin_error) if name == "pin" else ()
    return show(
        request,
        "desk/card_step",
        status=422 if error or pin_error else 200,
        card=card,
        step=step,
        fields=fields,
        error=error,
        pin_error=pin_error,
        seen=bool(request.POST.get("seen")),
    )
