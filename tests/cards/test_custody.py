"""Print batches of physical cards: signed, shipped, counted on arrival; and who held a card when."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import pytest

from prakerja.cards.custody_queries import (
    custody_of,
    find_manifest,
    list_cards_at_office,
    list_cards_of_manifest,
    list_manifests,
    manifest_list,
)
from prakerja.cards.errors import CardCode, ManifestCode
from prakerja.cards.operations import (
    Activation,
    HandOver,
    activate_cards,
    block_cards,
    exchange_cards,
    hand_over_cards,
    lose_cards,
    make_print_manifests,
    prepare_revocation,
    receive_manifest,
    revoke_participants,
    ship_manifest,
    withdraw_cards,
)
from prakerja.cards.operations.manifests import public_key, signature_holds
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.oversight.queries.office import list_queues
from prakerja.programme.operations import load_reference_data
from prakerja.selection.queries import find_participant_of_applicant
from tests.cards.test_cards import PIN, active_physical, card_of, issued
from tests.participants.people import april_context, founding
from tests.selection.world import Decreed

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def printed(regular: int = 3) -> tuple[Decreed, UUID]:
    context = april_context()
    load_reference_data(context)
    decreed = issued(context, regular=regular)
    made = make_print_manifests(decreed.context.acting_as("staff:pmo-1"))
    assert made.code is ManifestCode.OK
    return decreed, made.manifest_ids[0]


def at_the_office(decreed: Decreed, manifest_id: UUID, missing: tuple[int, ...] = ()) -> Context:
    later = decreed.context.at(decreed.context.now + HOUR).acting_as("staff:pmo-1")
    assert ship_manifest(later, manifest_id, "RESI-77").code is ManifestCode.OK
    arrived = later.at(later.now + HOUR).acting_as("labour_office:clerk")
    assert receive_manifest(arrived, manifest_id, missing).missing == len(missing)
    return arrived


def test_a_batch_is_signed_and_a_changed_list_breaks_the_signature() -> None:
    _, manifest_id = printed()
    manifest = find_manifest(manifest_id)
    assert manifest is not None
    content = manifest_list(manifest_id)
    assert content.decode().splitlines()[0] == "posisi;nomor_kartu;nama"
    assert len(content.decode().splitlines()) == 1 + 3
    assert signature_holds(manifest_id, content, manifest.signature)
    assert not signature_holds(manifest_id, content + b"4;9999999999999999;Tambahan\n", manifest.signature)
    assert not signature_holds(UUID(int=1), content, manifest.signature)
    assert len(public_key()) == 64
    db.execute("UPDATE applicants SET name = 'Lain'")
    assert not signature_holds(manifest_id, manifest_list(manifest_id), manifest.signature)


def test_a_card_lies_in_one_batch_and_a_batch_goes_to_one_office() -> None:
    decreed, _ = printed()
    assert make_print_manifests(decreed.context).code is ManifestCode.NOTHING_TO_PRINT
    (manifest,) = list_manifests()
    assert (manifest.cards, manifest.state) == (3, "printed")
    assert db.value("SELECT province_code FROM labour_offices WHERE id = %s", [manifest.labour_office_id]) == "32"
    assert list_manifests(labour_office_id=UUID(int=1)) == []


def waiting_batches() -> tuple[int, datetime | None]:
    """What the office's queue says: how many batches are on their way, and since when the oldest is."""
    return next((one.waiting, one.oldest_at) for one in list_queues() if one.code == "print_batches")


def test_a_batch_is_shipped_once_with_a_waybill_and_counted_once() -> None:
    decreed, manifest_id = printed()
    context = decreed.context
    assert waiting_batches() == (1, context.now)
    assert receive_manifest(context, manifest_id, []).code is ManifestCode.STEP_NOT_ALLOWED
    assert ship_manifest(context, manifest_id, "  ").code is ManifestCode.WAYBILL_MISSING
    assert ship_manifest(context, UUID(int=1), "x").code is ManifestCode.MANIFEST_NOT_FOUND
    arrived = at_the_office(decreed, manifest_id, (2,))
    assert waiting_batches() == (0, None)
    assert ship_manifest(context, manifest_id, "x").code is ManifestCode.STEP_NOT_ALLOWED
    assert receive_manifest(arrived, manifest_id, []).code is ManifestCode.STEP_NOT_ALLOWED
    assert [card.state for card in list_cards_of_manifest(manifest_id)] == ["shipped", "replaced", "shipped"]
    manifest = find_manifest(manifest_id)
    assert manifest is not None
    assert (manifest.state, manifest.missing, manifest.waybill) == ("received", 1, "RESI-77")
    assert [card.position for card in list_cards_at_office(manifest.labour_office_id)] == [1, 3]


def test_a_card_that_was_lost_on_the_way_is_printed_anew() -> None:
    """Nobody has to ask for it: whoever counts the batch has said that it is gone."""
    decreed, manifest_id = printed(2)
    arrived = at_the_office(decreed, manifest_id, (1,))
    gone, other = list_cards_of_manifest(manifest_id)
    assert (gone.state, other.state) == ("replaced", "shipped")
    again = make_print_manifests(arrived)
    assert again.code is ManifestCode.OK
    (card,) = list_cards_of_manifest(again.manifest_ids[0])
    assert (card.state, card.participant_id) == ("printed", gone.participant_id)
    assert card.number != gone.number
    assert [one.state for one in custody_of(gone.card_id)] == ["printed", "shipped", "lost", "replaced"]


def test_a_card_lost_on_the_way_of_somebody_whose_participation_is_over_is_not_replaced() -> None:
    decreed, manifest_id = printed(1)
    db.execute("UPDATE participants SET state = 'expired'")
    arrived = at_the_office(decreed, manifest_id, (1,))
    assert [card.state for card in list_cards_of_manifest(manifest_id)] == ["lost"]
    assert make_print_manifests(arrived).code is ManifestCode.NOTHING_TO_PRINT


@pytest.mark.parametrize("closed_as", ["lost", "blocked"])
def test_a_closed_card_is_exchanged_once(closed_as: Literal["lost", "blocked"]) -> None:
    decreed = issued(regular=1)
    key = active_physical(decreed)
    nobody = UUID(int=9)
    results = exchange_cards(decreed.context, [nobody, key, key], closed_as)
    assert [one.code for one in results] == [CardCode.CARD_NOT_FOUND, CardCode.OK, CardCode.REPEATED]
    new = results[1].card_id
    assert new is not None
    assert db.rows("SELECT state FROM cards WHERE card_id = %s", [key]) == [("replaced",)]
    # The new one is not printed yet: it is neither lost nor damaged.
    assert exchange_cards(decreed.context, [new], closed_as)[0].code is CardCode.STEP_NOT_ALLOWED


def test_a_card_that_was_closed_before_gets_its_other_one_later() -> None:
    decreed = issued(regular=1)
    key = active_physical(decreed)
    assert lose_cards(decreed.context, [key])[0].code is CardCode.OK
    assert exchange_cards(decreed.context, [key], "lost")[0].code is CardCode.OK


def test_the_decree_that_revokes_stands_in_the_custody_of_the_card() -> None:
    decreed, manifest_id = printed(1)
    card = card_of(decreed)
    at_the_office(decreed, manifest_id)
    participant = find_participant_of_applicant(decreed.applicants[0])
    assert participant is not None
    late = decreed.context.at(participant.first_purchase_deadline_at)
    proposed = prepare_revocation(late.acting_as("staff:maker"), [participant.participant_id], founding())
    assert proposed.decree_id is not None
    assert [one.state for one in custody_of(card.card_id)][-1] == "shipped"
    revoke_participants(late.acting_as("staff:approver"), proposed.decree_id)
    last = custody_of(card.card_id)[-1]
    assert (last.holder, last.state, last.actor, last.since_at) == ("nobody", "withdrawn", "staff:approver", late.now)


def test_who_held_a_card_when() -> None:
    decreed, manifest_id = printed(1)
    card = card_of(decreed)
    clerk = at_the_office(decreed, manifest_id)
    later = clerk.at(clerk.now + HOUR)
    assert hand_over_cards(later, [HandOver(card.card_id, "BAST-1-1")])[0].code is CardCode.OK
    holder = later.at(later.now + HOUR).acting_as("participant:x")
    assert activate_cards(holder, [Activation(card.card_id, PIN)])[0].code is CardCode.OK
    block_cards(holder.at(holder.now + HOUR), [card.card_id])
    lose_cards(holder.at(holder.now + 2 * HOUR), [card.card_id])
    withdraw_cards(holder.at(holder.now + 3 * HOUR), [card.card_id])
    chain = custody_of(card.card_id)
    assert [(one.holder, one.state) for one in chain] == [
        ("printer", "printed"),
        ("courier", "shipped"),
        ("labour_office", "shipped"),
        ("participant", "handed_over"),
        ("participant", "active"),
        ("participant", "blocked"),
        ("nobody", "lost"),
        ("nobody", "withdrawn"),
    ]
    assert chain[2].actor == "labour_office:clerk"
    assert [one.since_at for one in chain] == sorted(one.since_at for one in chain)
    assert custody_of(UUID(int=9)) == []


def test_steps_of_one_moment_stand_in_their_order() -> None:
    decreed, manifest_id = printed(1)
    card = card_of(decreed)
    ship_manifest(decreed.context, manifest_id, "RESI-77")
    receive_manifest(decreed.context, manifest_id, [])
    hand_over_cards(decreed.context, [HandOver(card.card_id, "BAST-1-1")])
    chain = custody_of(card.card_id)
    assert len({one.since_at for one in chain}) == 1
    assert [one.holder for one in chain] == ["printer", "courier", "labour_office", "participant"]


def test_a_withdrawn_card_stays_behind_when_its_batch_is_shipped() -> None:
    decreed, manifest_id = printed(2)
    withdraw_cards(decreed.context, [card_of(decreed).card_id])
    at_the_office(decreed, manifest_id)
    assert sorted(card.state for card in list_cards_of_manifest(manifest_id)) == ["shipped", "withdrawn"]
