"""The own card: where it is, its PIN, loss and replacement, and the letter as a PDF."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from prakerja.access.errors import CheckCode, SendCode
from prakerja.access.guards import requires
from prakerja.access.messages import find_courier
from prakerja.access.operations import CodeCheck, CodeRequest, check_codes, send_codes
from prakerja.access.permissions import Permission
from prakerja.access.queries import find_code_contact, list_contacts
from prakerja.cards.custody_queries import Custody, custody_of
from prakerja.cards.errors import CardCode
from prakerja.cards.operations import (
    Activation,
    activate_cards,
    block_cards,
    change_pins,
    exchange_cards,
    unblock_cards,
)
from prakerja.cards.queries import CardView, list_cards_of_participant
from prakerja.oversight.queries import portal
from prakerja.web import formats
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.letter_paper import Letter, letter_pdf
from prakerja.web.portal.views import person_of
from prakerja.web.public.sign_in import address_of, code_field, code_text, sandbox_letters
from prakerja.web.refusals import refusal
from prakerja.web.shown import state_cell
from prakerja.web.tables import Column, Table, make_table
from prakerja.web.typeset import pdf_answer
from prakerja.web.visitors import user_of

Text = str | Promise
# A card that was lost on its way is replaced when its batch is counted; one without another gets it here.
_LOSABLE: Final = frozenset({"active", "blocked", "handed_over", "lost"})
HOLDERS: Final[dict[str, Text]] = {
    "printer": gettext_lazy("the printer"),
    "courier": gettext_lazy("the courier"),
    "labour_office": gettext_lazy("the labour office"),
    "participant": gettext_lazy("the participant"),
    "nobody": gettext_lazy("nobody"),
}


def own_card(request: HttpRequest) -> tuple[portal.Person, CardView]:
    """The newest card of the signed-in participant.

    Raises:
        Http404: the person has none.
    """
    person = person_of(request)
    cards = list_cards_of_participant(person.participant_id) if person.participant_id else []
    if not cards:
        raise Http404
    return person, cards[-1]


@requires(Permission.SEE_OWN_CARD)
def my_card(request: HttpRequest) -> HttpResponse:
    """Where the card is and what can be done with it."""
    _person, card = own_card(request)
    return show(
        request,
        "portal/card",
        card=card,
        can_activate=card.channel == "regular" and card.state == "handed_over",
        can_change_pin=card.channel == "regular" and card.state == "active",
        can_block=card.state == "active",
        can_unblock=card.state == "blocked",
        can_lose=card.state in _LOSABLE,
        locked=card.channel == "regular" and card.pin_tries_left == 0,
        custody=custody_table(custody_of(card.card_id)),
    )


def custody_table(chain: list[Custody]) -> Table:
    """Who held a card when."""
    return make_table(
        _("Where the card was"),
        (
            Column[Custody](_("Since"), lambda row: formats.moment(row.since_at)),
            Column[Custody](_("Held by"), lambda row: HOLDERS[row.holder]),
            Column[Custody](_("State"), lambda row: state_cell("card_state", row.state)),
        ),
        chain,
        empty=_("The card has not moved yet."),
    )


def pin_fields(error: Text = "") -> tuple[Field, Field]:
    """A new PIN, typed twice."""
    hint = _("Six digits; not your birth date, no run such as 123456.")
    first = Field(
        "pin",
        _("New PIN"),
        hint=hint,
        error=error,
        kind="password",
        inputmode="numeric",
        autocomplete="new-password",
        length_max=6,
    )
    second = Field(
        "again",
        _("The same PIN once more"),
        kind="password",
        inputmode="numeric",
        autocomplete="new-password",
        length_max=6,
    )
    return first, second


@requires(Permission.SEE_OWN_CARD)
@never_cache
@require_http_methods(["GET", "POST"])
def my_pin(request: HttpRequest) -> HttpResponse:
    """Set the PIN of a card that was handed over, or a new one after a code to the own phone."""
    _person, card = own_card(request)
    activates = card.state == "handed_over"
    if card.channel != "regular" or card.state not in ("handed_over", "active"):
        raise Http404
    if not activates and request.session.get("pin_of") != str(card.card_id):
        return redirect("my_pin_code")
    if request.method == "GET":
        return _pin_page(request, activates=activates)
    pin = request.POST.get("pin", "")
    if pin != request.POST.get("again", ""):
        return _pin_page(request, activates=activates, error=_("The two PINs differ. Type both again."))
    step = activate_cards if activates else change_pins
    (result,) = step(context_of(request), [Activation(card.card_id, pin)])
    if result.code in (CardCode.PIN_NOT_SIX_DIGITS, CardCode.PIN_TOO_EASY):
        return _pin_page(request, activates=activates, error=refusal(result.code))
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "my_card", good=False)
    request.session.pop("pin_of", None)
    text = _("Your card is active. Pay with it and your PIN at the institution's counter.")
    return back_with(request, text if activates else _("Your new PIN counts from now on."), "my_card")


def _pin_page(request: HttpRequest, *, activates: bool, error: Text = "") -> HttpResponse:
    first, second = pin_fields(error)
    return show(request, "portal/pin", status=422 if error else 200, field=first, second=second, activates=activates)


@requires(Permission.SEE_OWN_CARD)
@never_cache
@require_http_methods(["GET", "POST"])
def my_pin_code(request: HttpRequest) -> HttpResponse:
    """A code to the own phone (or e-mail address) before the PIN is changed."""
    _person, card = own_card(request)
    user = user_of(request)
    kept = request.session.get("pin_code")
    if request.method == "POST" and "code" in request.POST and kept is not None:
        check = CodeCheck(UUID(kept), "confirm_step", request.POST["code"], user.id)
        (checked,) = check_codes(context_of(request), [check], machine_now=datetime.now(UTC))
        if checked.code is CheckCode.OK:
            request.session["pin_of"] = str(card.card_id)
            return redirect("unblock_my_card" if card.state == "blocked" else "my_pin")
        return _pin_code_page(request, UUID(kept), refusal(checked.code))
    contacts = list_contacts(user.id)
    contact = contacts.get("phone") or contacts.get("email")
    if request.method == "POST" and contact is not None:
        asked = CodeRequest("confirm_step", contact.kind, contact.plain, code_text(), address_of(request), user.id)
        (sent,) = send_codes(context_of(request), [asked], find_courier(), machine_now=datetime.now(UTC))
        if sent.code is not SendCode.OK or sent.code_id is None:
            return back_with(request, refusal(sent.code), "my_card", good=False)
        request.session["pin_code"] = str(sent.code_id)
        return _pin_code_page(request, sent.code_id)
    return show(request, "portal/pin_code", contact=None if contact is None else contact.masked)


def _pin_code_page(request: HttpRequest, code_id: UUID, error: str = "") -> HttpResponse:
    contact = find_code_contact(code_id)
    if contact is None:
        return redirect("my_pin_code")
    return show(
        request,
        "public/code",
        status=422 if error else 200,
        field=code_field(error=error),
        contact=contact.masked,
        letters=sandbox_letters(contact.kind, contact.plain),
        again_href=reverse("my_pin_code"),
        trail=reverse("my_card"),
    )


@requires(Permission.SEE_OWN_CARD)
@require_http_methods(["GET", "POST"])
def lose_my_card(request: HttpRequest) -> HttpResponse:
    """Report the card as lost, and get a new one: a digital one at once, a physical one by the next print batch."""
    _person, card = own_card(request)
    if card.state not in _LOSABLE:
        raise Http404
    if request.method == "GET":
        return show(request, "portal/card_lost", card=card)
    (result,) = exchange_cards(context_of(request), [card.card_id], "lost")
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "my_card", good=False)
    return back_with(request, _("The old card is closed for ever; a new one takes its place."), "my_card")


@requires(Permission.SEE_OWN_CARD)
@require_http_methods(["POST"])
def block_my_card(request: HttpRequest) -> HttpResponse:
    """Close the card for now: nobody pays with it until its holder opens it again."""
    _person, card = own_card(request)
    (result,) = block_cards(context_of(request), [card.card_id])
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "my_card", good=False)
    return back_with(request, _("The card is blocked. Nobody can pay with it until you open it again."), "my_card")


@requires(Permission.SEE_OWN_CARD)
@never_cache
@require_http_methods(["GET", "POST"])
def unblock_my_card(request: HttpRequest) -> HttpResponse:
    """Open a blocked card again, after a code to the own phone (or e-mail address)."""
    _person, card = own_card(request)
    if card.state != "blocked":
        raise Http404
    if request.session.get("pin_of") != str(card.card_id):
        return redirect("my_pin_code")
    if request.method == "GET":
        return show(request, "portal/card_unblock")
    (result,) = unblock_cards(context_of(request), [card.card_id])
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "my_card", good=False)
    request.session.pop("pin_of", None)
    return back_with(request, _("The card is open again."), "my_card")


@requires(Permission.SEE_OWN_CARD)
def my_card_pdf(request: HttpRequest) -> HttpResponse:
    """The letter with the card."""
    person, card = own_card(request)
    assert person.participant_id is not None  # noqa: S101 - who has a card is a participant
    participation = portal.get_participation(lane=person.lane, participant_id=person.participant_id)
    letter = Letter(
        name=person.name,
        number=card.number,
        channel=card.channel,
        at=now_of(request),
        first_purchase_deadline_at=participation.first_purchase_deadline_at,
        balance_until_at=participation.balance_until_at,
    )
    return pdf_answer("kartu-prakerja", letter_pdf(letter))
