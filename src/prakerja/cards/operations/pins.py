"""A new PIN for a card whose holder has forgotten it, or has typed it wrong three times at a counter.

The wrong ones are counted where they are typed: in the counter's own function, `authorize_purchases`.
"""

from collections.abc import Sequence

from prakerja.audit.operations import Event, record_events
from prakerja.cards.errors import CardCode
from prakerja.cards.operations.custody import Activation, CardResult, pin_hash, pin_refusal
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.lanes import every_lane


def change_pins(context: Context, requests: Sequence[Activation]) -> list[CardResult]:
    """Set new PINs of active physical cards and give the three tries back; one result per request in order.

    The caller has made sure that it is the holder who asks (a code to the own phone, or an officer who saw the person).
    Codes: card_not_found, step_not_allowed (not an active physical card), pin_not_six_digits, pin_too_easy.
    """
    results = []
    with db.transaction():
        for request in requests:
            refusal = pin_refusal(request.pin)
            found = db.row(
                "SELECT lane, state, channel FROM cards WHERE lane = ANY (%s) AND card_id = %s FOR NO KEY UPDATE",
                [every_lane(), request.card_id],
            )
            if found is None:
                results.append(CardResult(CardCode.CARD_NOT_FOUND))
            elif found[1:] != ("active", "regular"):
                results.append(CardResult(CardCode.STEP_NOT_ALLOWED))
            elif refusal is not None:
                results.append(CardResult(refusal))
            else:
                db.execute(
                    "UPDATE cards SET pin_hash = %s, pin_tries_left = 3 WHERE lane = %s AND card_id = %s",
                    [pin_hash(request.card_id, request.pin), found[0], request.card_id],
                )
                record_events(context, [Event("card.pin_changed", request.card_id, {}, found[0])])
                results.append(CardResult(CardCode.OK, request.card_id))
    return results
