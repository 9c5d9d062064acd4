"""Appeals: against a rule, a draw, a revocation; somebody else decides, and who was right gets back what was taken."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from prakerja.cards.operations import approve_reinstatement
from prakerja.cards.operations.appeals import appeal_revocations, decide_appeals
from prakerja.cards.queries import find_reinstatement, list_cards_of_participant
from prakerja.participants.operations.cases import CaseDecision, CaseRequest, CaseResult, open_cases
from prakerja.participants.queries import list_eligibility_decisions
from prakerja.simulation.cards import Cards
from prakerja.simulation.nation import APPROVER, Holder, Nation
from prakerja.simulation.people import Person
from prakerja.simulation.waves import Waves

_JUDGE: Final = "staff:penengah"
_DAYS_TO_DECIDE: Final = 6
_LAST: Final = date(2020, 10, 16)
"""A package that is given back later could not be used up any more."""


class Appeals:
    """The steps of appeals, with the cases that wait for a decision."""

    def __init__(self, nation: Nation, waves: Waves, cards: Cards) -> None:
        self._waves = waves
        self._cards = cards
        self._dice = nation.dice("appeals")
        self._open: list[tuple[date, UUID, Holder | None]] = []
        self._to_sign: list[Holder] = []

    def appeal(self, nation: Nation) -> None:
        """Some of those who were refused, not chosen or revoked today appeal, each once, with a reason."""
        revoked_today, nation.revoked_today = nation.revoked_today, []
        if nation.today > _LAST:
            return
        portal = nation.context("participant:portal")
        refused = [one for one in nation.refused_today if one.appeals]
        nation.refused_today = []
        requests = [_case("refused", one, list_eligibility_decisions(one.known_id)[-1].decision_id) for one in refused]
        left_out, self._waves.left_out = self._waves.left_out, []
        if self._waves.decreed_today is not None:
            requests += [_case("not_selected", one, self._waves.decreed_today) for one in left_out if one.appeals]
        self._wait(nation, open_cases(portal, requests), [None] * len(requests))
        revoked = [(holder, decree_id) for holder, decree_id in revoked_today if holder.person.appeals]
        opened = appeal_revocations(portal, [_case("revoked", one.person, decree) for one, decree in revoked])
        self._wait(nation, opened, [holder for holder, _ in revoked])

    def _wait(self, nation: Nation, opened: list[CaseResult], holders: Sequence[Holder | None]) -> None:
        for result, holder, is_ok in zip(opened, holders, nation.tally("appeal", opened), strict=True):
            if is_ok and result.case_id is not None:
                self._open.append((nation.today + timedelta(days=_DAYS_TO_DECIDE), result.case_id, holder))

    def decide(self, nation: Nation) -> None:
        """Somebody who had no part in it decides: rules and draws stand, every second revocation was wrong."""
        due = [one for one in self._open if one[0] <= nation.today]
        self._open = [one for one in self._open if one[0] > nation.today]
        decisions = [
            CaseDecision(case_id, granted, "Kami periksa ulang." if granted else "Keputusan tetap.")
            for _, case_id, holder in due
            for granted in [holder is not None and self._dice.happens(5_000)]
        ]
        decided = decide_appeals(nation.context(_JUDGE), decisions)
        nation.tally("appeal decided", decided)
        granted = [holder for (_, _, holder), one in zip(due, decisions, strict=True) if one.granted and holder]
        nation.counts["appeal granted"] += len(granted)
        self._to_sign += granted

    def sign(self, nation: Nation) -> None:
        """The next working day another person signs: place, money, deadlines and a new card come back."""
        holders, self._to_sign = self._to_sign, []
        for holder in holders:
            given = find_reinstatement(holder.participant_id)
            if given is None:
                raise RuntimeError("a granted appeal proposes to give back")
            nation.require("package given back", [approve_reinstatement(nation.context(APPROVER), given.decree_id)])
            nation.counts["given back after an appeal, Rp"] += given.training_idr + given.incentive_idr
            holder.active = True
            holder.decreed_on = nation.today
            holder.balance_idr = given.training_idr
            # Who was wronged buys now.
            holder.person.buys = True
            holder.buys_on = nation.today + timedelta(days=7)
            live = [
                one for one in list_cards_of_participant(holder.participant_id) if one.state in ("active", "printed")
            ]
            self._cards.give(holder, live[0].card_id)


def _case(kind: str, person: Person, subject_id: UUID) -> CaseRequest:
    return CaseRequest(kind, None, subject_id, "Mohon diperiksa ulang.", person.applicant_id, person.lane)
