"""Cards: issued by the decree, printed in signed batches, shipped, counted, handed over, activated, lost, replaced."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, TypeVar
from uuid import UUID

from prakerja.cards.custody_queries import DeskCard, find_manifest, list_cards_of_manifest, manifest_list
from prakerja.cards.operations import (
    Activation,
    HandOver,
    activate_cards,
    change_pins,
    hand_over_cards,
    issue_cards,
    lose_cards,
    make_print_manifests,
    prepare_revocation,
    receive_manifest,
    replace_cards,
    revoke_participants,
    ship_manifest,
)
from prakerja.cards.operations.manifests import signature_holds
from prakerja.cards.queries import list_cards_of_decree, list_cards_of_participant
from prakerja.programme.holidays import is_working_day
from prakerja.selection.queries import list_overdue_participants
from prakerja.simulation.calendar import WAVES
from prakerja.simulation.nation import APPROVER, MAKER, Holder, Nation
from prakerja.simulation.waves import Waves

What = TypeVar("What")
_BATCH_CARDS_MOST: Final = 10_000
_LAST_REPLACEMENT: Final = date(2020, 11, 10)
"""Later a new card would come when nothing can be bought any more."""


class Cards:
    """The steps of the cards, with what is on its way."""

    def __init__(self, nation: Nation, waves: Waves) -> None:
        self._waves = waves
        self._dice = nation.dice("cards")
        # The day of the next step, the batch, its cards.
        self._to_ship: list[tuple[date, UUID]] = []
        self._to_receive: list[tuple[date, UUID]] = []
        self._to_hand_over: list[tuple[date, Holder]] = []
        self._by_card: dict[UUID, Holder] = {}
        self._to_print = False

    @property
    def at_the_desk(self) -> list[Holder]:
        """Whose physical card lies at the labour office."""
        return [holder for _, holder in self._to_hand_over]

    def issue(self, nation: Nation) -> None:
        """Every recipient gets a card: a digital one at once, a physical one to be printed."""
        chosen: set[UUID] = set()
        for decree_id in self._waves.approved_today:
            nation.require("card issue", [issue_cards(nation.context(MAKER), decree_id)])
            chosen |= self._welcome(nation, decree_id)
        if self._waves.approved_today:
            self._waves.let_wait(nation, chosen)
        self._waves.approved_today = []

    def _welcome(self, nation: Nation, decree_id: UUID) -> set[UUID]:
        chosen: set[UUID] = set()
        # In the order of people: numbers and ids of cards depend on the lanes, what people do must not.
        cards = list_cards_of_decree(decree_id)
        for card in sorted(cards, key=lambda card: nation.by_applicant[card.applicant_id].number):
            person = nation.by_applicant[card.applicant_id]
            chosen.add(card.applicant_id)
            digital = card.channel == "digital"
            holder = Holder(
                person=person,
                lane=card.lane,
                lane_seed=card.lane_seed,
                participant_id=card.participant_id,
                card_id=card.card_id,
                card_number=card.number,
                balance_idr=nation.regime.training_idr,
                buys_on=nation.today + timedelta(days=person.days_to_first_purchase + (0 if digital else 6)),
                decreed_on=nation.today,
                card_works=digital,
            )
            nation.holders.append(holder)
            nation.counts[f"{card.channel} card"] += 1
            self._to_print = self._to_print or not digital
            self._by_card[card.card_id] = holder
        return chosen

    def print(self, nation: Nation) -> None:
        """Printed cards lie in one signed batch for each labour office; the printer checks the signature first."""
        if not self._to_print:
            return
        self._to_print = False
        made = make_print_manifests(nation.context(MAKER))
        for manifest_id in made.manifest_ids:
            manifest = find_manifest(manifest_id)
            if manifest is None or not signature_holds(manifest_id, manifest_list(manifest_id), manifest.signature):
                raise RuntimeError(f"the list of print batch {manifest_id} is not the one that was signed")
            nation.counts["print batch"] += 1
            nation.counts["card printed"] += manifest.cards
            self._to_ship.append((_working_day_after(nation.today, 1), manifest_id))

    def ship(self, nation: Nation) -> None:
        """A batch leaves the printer under one waybill."""
        for manifest_id in _due(self._to_ship, nation.today):
            shipped = ship_manifest(nation.context("staff:percetakan"), manifest_id, f"RESI-{manifest_id.hex[-12:]}")
            nation.require("print batch shipped", [shipped])
            self._to_receive.append((_working_day_after(nation.today, 2), manifest_id))

    def receive(self, nation: Nation) -> None:
        """The labour office counts; what is missing is lost from now on, replaced, and printed again."""
        lost: list[Holder] = []
        for manifest_id in _due(self._to_receive, nation.today):
            # In the order of people, as above.
            cards = sorted(
                list_cards_of_manifest(manifest_id, most=_BATCH_CARDS_MOST),
                key=lambda card: self._holder(card).person.number,
            )
            missing = {card.card_id: card.position for card in cards if self._dice.happens(50)}
            office = nation.context("labour_office:dinas-contoh")
            received = receive_manifest(office, manifest_id, sorted(missing.values()))
            nation.require("print batch received", [received])
            nation.counts["card lost on the way"] += received.missing
            lost += [self._holder(card) for card in cards if card.card_id in missing]
            self._to_hand_over += [
                (_working_day_after(nation.today, 1), self._holder(card))
                for card in cards
                if card.card_id not in missing and card.state == "shipped"
            ]
        for holder in lost:
            newest = list_cards_of_participant(holder.participant_id)[-1]
            # Whose participation is over gets no other card.
            if newest.card_id != holder.card_id:
                nation.counts["card replaced"] += 1
                self.give(holder, newest.card_id)

    def _holder(self, card: DeskCard) -> Holder:
        return self._by_card[card.card_id]

    def hand_over(self, nation: Nation) -> None:
        """The holder signs a receipt at the desk and sets a PIN; from now on the card works."""
        due = [one for one in _due(self._to_hand_over, nation.today) if one.active]
        if not due:
            return
        office = nation.context("labour_office:dinas-contoh")
        receipts = [HandOver(one.card_id, f"TT-{nation.today:%y%m%d}-{one.person.number:06d}") for one in due]
        nation.tally("card handed over", hand_over_cards(office, receipts))
        active = activate_cards(office, [Activation(one.card_id, one.pin) for one in due])
        for holder, works in zip(due, nation.tally("card activated", active), strict=True):
            holder.card_works = works

    def lose(self, nation: Nation) -> None:
        """Mondays: some have lost their physical card and get another one; some have forgotten the PIN."""
        if nation.today.weekday() != 0 or nation.today > _LAST_REPLACEMENT:
            return
        working = [one for one in nation.holders if one.person.channel == "regular" and one.active and one.card_works]
        lost = [one for one in working if one.person.loses_card]
        for holder in lost:
            holder.person.loses_card = False
            holder.card_works = False
        nation.require(
            "card reported lost", lose_cards(nation.context("participant:portal"), [one.card_id for one in lost])
        )
        self._replace(nation, lost)
        forgetful = [one for one in working if one.person.forgets_pin and one.card_works]
        for holder in forgetful:
            holder.person.forgets_pin = False
            holder.pins_before += 1
        changed = change_pins(
            nation.context("participant:portal"), [Activation(one.card_id, one.pin) for one in forgetful]
        )
        nation.require("PIN set anew", changed)

    def _replace(self, nation: Nation, holders: Sequence[Holder]) -> None:
        if not holders:
            return
        results = replace_cards(nation.context(MAKER), [one.card_id for one in holders])
        for holder, is_ok, result in zip(holders, nation.tally("card replaced", results), results, strict=True):
            if is_ok and result.card_id is not None:
                self.give(holder, result.card_id)

    def give(self, holder: Holder, card_id: UUID) -> None:
        """A holder's card is another one from now on; a physical one works when it was handed over."""
        holder.card_id = card_id
        holder.card_works = holder.person.channel == "digital"
        self._to_print = self._to_print or not holder.card_works
        card = next(one for one in list_cards_of_participant(holder.participant_id) if one.card_id == card_id)
        holder.card_number = card.number
        self._by_card[card_id] = holder

    def revoke(self, nation: Nation) -> None:
        """Mondays: whoever missed the first purchase is revoked by a decree of two people (CARD-01)."""
        if nation.today.weekday() != 0 or nation.today == WAVES[0].opens:
            return
        overdue = list_overdue_participants(nation.now)
        if overdue:
            prepared = prepare_revocation(nation.context(MAKER), overdue, nation.regime)
            nation.require("revocation prepared", [prepared])
            if prepared.decree_id is not None:
                self.sign_revocation(nation, prepared.decree_id, set(overdue))

    def sign_revocation(self, nation: Nation, decree_id: UUID, named: set[UUID]) -> None:
        """The second signature: package and place go back, the card is withdrawn, the NIK is on the blacklist."""
        revoked = revoke_participants(nation.context(APPROVER), decree_id)
        nation.require("revocation decree", [revoked])
        nation.counts["revoked"] += revoked.participants
        nation.counts["returned by revocation, Rp"] += revoked.total_idr
        for holder in nation.holders:
            if holder.participant_id in named:
                holder.active = holder.card_works = False
                nation.revoked_today.append((holder, decree_id))


def _due(waiting: list[tuple[date, What]], today: date) -> list[What]:
    due = [what for day, what in waiting if day <= today]
    waiting[:] = [one for one in waiting if one[0] > today]
    return due


def _working_day_after(day: date, days: int) -> date:
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day
