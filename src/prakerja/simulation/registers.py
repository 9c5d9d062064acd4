"""Living eligibility: a register says later what it did not say in time; notice, answers, decisions, consequences."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from prakerja.access.messages import find_courier
from prakerja.cards.operations.findings import judge_findings
from prakerja.participants.operations.eligibility_findings import FindingAnswer, FindingDecision, answer_findings
from prakerja.participants.operations.registry_deltas import (
    Notice,
    confirm_registry_delta,
    load_registry_delta,
    screen_holders,
)
from prakerja.participants.queries.registry_deltas import FindingView, list_findings_of
from prakerja.simulation.cards import Cards
from prakerja.simulation.nation import APPROVER, MAKER, Nation

DELTA_DAYS: Final = (date(2020, 6, 2), date(2020, 8, 4))
"""Tuesdays; the second file comes after the last wave was decreed."""
_SINCE: Final = date(2020, 1, 6)
_LATER: Final = date(2020, 10, 1)
_DAYS_TO_ANSWER: Final = 14
_MOST: Final = 10_000


class Registers:
    """The steps of the registers' files, with the findings that wait for their deadline."""

    def __init__(self, nation: Nation, cards: Cards) -> None:
        self._cards = cards
        self._dice = nation.dice("registers")
        self._noticed: list[FindingView] = []

    def load(self, nation: Nation) -> None:
        """A register's file is run dry first and says whom it would affect; a second person confirms, then notice."""
        if nation.today not in DELTA_DAYS:
            return
        loaded = load_registry_delta(
            nation.context(MAKER),
            self._file(nation).encode(),
            source="pddikti",
            name=f"PDDikti {nation.today:%Y-%m}",
        )
        nation.require("register's file", [loaded])
        if loaded.delta_id is None:
            return
        nation.counts["register's row"] += loaded.good_rows
        screened = screen_holders(nation.context(MAKER), loaded.delta_id, nation.regime)
        nation.require("dry run", [screened])
        nation.must_refuse(
            "the loader confirms the own register's file",
            "same_person",
            [confirm_registry_delta(nation.context(MAKER), loaded.delta_id, notice=_notice(nation))],
        )
        confirmed = confirm_registry_delta(nation.context(APPROVER), loaded.delta_id, notice=_notice(nation))
        nation.require("register's file confirmed", [confirmed])
        nation.counts["named by a register"] += screened.found
        found = list_findings_of(loaded.delta_id, limit=_MOST)
        self._noticed += sorted(found, key=lambda one: nation.by_applicant[one.applicant_id].number)

    def _file(self, nation: Nation) -> str:
        """Those who studied all the time, and as many who began later: that is no finding."""
        rows = ["nik;fakta;nilai;sejak"]
        for holder in nation.holders:
            person = holder.person
            if person.studies_unseen:
                rows.append(f"{person.nik};pddikti;;{_SINCE:%Y-%m-%d}")
                person.studies_unseen = False
            elif self._dice.happens(100) or holder is nation.holders[0]:
                rows.append(f"{person.nik};pddikti;;{_LATER:%Y-%m-%d}")
        return "\n".join(rows) + "\n"

    def answer(self, nation: Nation) -> None:
        """Every second one answers within a week."""
        asked = [one for one in self._noticed if self._days(nation, one) == _DAYS_TO_ANSWER // 2]
        answering = [one for one in asked if self._dice.happens(5_000)]
        codes = answer_findings(
            nation.context("participant:portal"),
            [
                FindingAnswer(one.finding_id, one.applicant_id, "Saya sudah lulus; ijazah terlampir.")
                for one in answering
            ],
        )
        nation.tally_codes("finding answered", codes)

    def _days(self, nation: Nation, finding: FindingView) -> int:
        return (nation.now - finding.found_at).days

    def decide(self, nation: Nation) -> None:
        """After the deadline a person decides each; an upheld one proposes a revocation that another person signs."""
        due = [one for one in self._noticed if self._days(nation, one) > _DAYS_TO_ANSWER]
        if not due:
            return
        self._noticed = [one for one in self._noticed if one not in due]
        decisions = [
            FindingDecision(one.finding_id, upheld, "terdaftar pada hari pendaftaran" if upheld else "sudah lulus")
            for one in due
            for upheld in [not self._dice.happens(3_000)]
        ]
        judged = judge_findings(nation.context(MAKER), decisions, nation.regime)
        nation.tally_codes("finding decided", [one.code for one in judged])
        upheld = [finding for finding, decision in zip(due, decisions, strict=True) if decision.upheld]
        nation.counts["finding upheld"] += len(upheld)
        self._sign(nation, upheld, sorted({one.decree_id for one in judged if one.decree_id is not None}))

    def _sign(self, nation: Nation, upheld: Sequence[FindingView], decree_ids: Sequence[UUID]) -> None:
        people = {one.applicant_id for one in upheld}
        named = {one.participant_id for one in nation.holders if one.person.applicant_id in people}
        for decree_id in decree_ids:
            self._cards.sign_revocation(nation, decree_id, named)


def _notice(nation: Nation) -> Notice:
    courier = find_courier()
    if courier is None:
        raise RuntimeError("a sandbox has a courier")
    return Notice(
        courier, "Sebuah register menyebut Anda. Lihat halaman Anda dan jawab. / A register names you.", nation.now
    )
