"""Waves: announced, opened, joined with a receipt, closed, drawn in four acts, decreed by two people."""

from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import time
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from prakerja.selection.operations import (
    Join,
    WavePlan,
    approve_decree,
    close_wave,
    commit_draw,
    count_joinings,
    join_waves,
    open_wave,
    plan_waves,
    prepare_decree,
    reveal_draw,
)
from prakerja.selection.queries import find_draw, iterate_list_lines, iterate_result_lines, list_dropped
from prakerja.selection.rules import Quota
from prakerja.selection.tokens import receipt_token, wave_key
from prakerja.selection.verify_draw import verify
from prakerja.simulation import figures
from prakerja.simulation.calendar import WAVES
from prakerja.simulation.nation import APPROVER, MAKER, Nation, at
from prakerja.simulation.people import Person
from prakerja.simulation.sign_ups import SignUps

_SLEEPS_ON_IT: Final = 4
"""One in so many joins on the day after the checks."""


class Waves:
    """The steps of the waves, with what they keep between days."""

    def __init__(self, nation: Nation, sign_ups: SignUps) -> None:
        self._sign_ups = sign_ups
        self._waiting: list[Person] = []
        self._thinking: list[Person] = []
        self._receipts: dict[UUID, list[str]] = {}
        self._decrees: dict[UUID, UUID] = {}
        self.joined: dict[UUID, list[Person]] = {}
        self.left_out: list[Person] = []
        self.decreed_today: UUID | None = None
        self.approved_today: list[UUID] = []
        nation.wave_ids = []

    def plan(self, nation: Nation) -> None:
        """Announce the waves on the first day: both channels, quotas scaled from the waves of 2020 (SELECT-02)."""
        if nation.today != WAVES[0].opens:
            return
        places = nation.people_count * figures.ACCEPTED_OF_SIGNED_UP_BP // 10_000
        plans = []
        for number, (days, weight) in enumerate(zip(WAVES, figures.WAVE_WEIGHTS, strict=True), start=1):
            share = max(4, places * weight // sum(figures.WAVE_WEIGHTS))
            regular = share * figures.REGULAR_CARD_BP // 10_000
            plans.append(
                WavePlan(
                    number,
                    at(days.opens, time(8)),
                    at(days.closes, time(0)),
                    (Quota("digital", None, share - regular), Quota("regular", None, regular)),
                )
            )
        results = plan_waves(nation.context(MAKER), plans, nation.regime)
        nation.require("wave planned", results)
        nation.wave_ids = [result.wave_id for result in results if result.wave_id is not None]

    def open_and_close(self, nation: Nation) -> None:
        """Waves open and close on their days; after closing the list is frozen and committed (SELECT-01)."""
        for wave_id, days in zip(nation.wave_ids, WAVES, strict=True):
            office = nation.context(MAKER)
            if days.opens == nation.today:
                nation.require("wave opened", [open_wave(office, wave_id)])
            if days.closes == nation.today:
                nation.require("wave closed", [close_wave(office, wave_id)])
                nation.require("draw committed", [commit_draw(office, wave_id, nation.regime, nation.beacon)])

    def join(self, nation: Nation) -> None:
        """On the days of a wave its people sign up, pass or fail the checks, and join; those left over join again.

        One in four sleeps on it and joins the next day.
        """
        for index, days in enumerate(WAVES):
            if not days.opens <= nation.today < days.closes:
                continue
            wave_id = nation.wave_ids[index]
            nth = (nation.today - days.opens).days
            length = (days.closes - days.opens).days
            newcomers = [
                one
                for one in nation.people
                if one.signs_up and not one.is_assisted and one.wave_index == index and one.number % length == nth
            ]
            if nth == 0:
                again, self._waiting = self._waiting, []
                self._join(nation, wave_id, again)
                assisted = [one for one in nation.people if one.is_assisted and one.wave_index == index]
                self._sign_ups.assist(nation, assisted)
            admitted = self._sign_ups.admit(nation, newcomers)
            is_last_day = nth == length - 1
            awake = [one for one in admitted if is_last_day or one.number % _SLEEPS_ON_IT]
            self._join(nation, wave_id, [*self._thinking, *awake])
            self._thinking = [one for one in admitted if not (is_last_day or one.number % _SLEEPS_ON_IT)]
            self._join(nation, wave_id, self._sign_ups.accepted_today)
            count_joinings(nation.context("system:worker"))

    def _join(self, nation: Nation, wave_id: UUID, people: Sequence[Person]) -> None:
        results = join_waves(
            nation.context("applicant:portal"),
            [Join(one.known_id, wave_id, one.channel) for one in people],
            nation.regime,
        )
        self.joined.setdefault(wave_id, []).extend(
            one for one, ok in zip(people, nation.tally("joined", results), strict=True) if ok
        )
        self._receipts.setdefault(wave_id, []).extend(
            result.receipt for result in results if result.receipt is not None
        )

    def draw(self, nation: Nation) -> None:
        """The beacon's round has come: reveal, rank, record, publish; somebody outside verifies files and receipts."""
        for wave_id, days in zip(nation.wave_ids, WAVES, strict=True):
            if days.closes == nation.today:
                answer = reveal_draw(nation.context(MAKER), wave_id, nation.beacon)
                nation.require("draw", [answer])
                nation.counts["joined a draw"] += answer.applicants
                verify_as_a_stranger(wave_id)
                nation.counts["draw verified"] += 1
                nation.counts["receipt honoured"] += honoured_receipts(wave_id, self._receipts.pop(wave_id))

    def prepare(self, nation: Nation) -> None:
        """The maker prepares the decree."""
        for wave_id, days in zip(nation.wave_ids, WAVES, strict=True):
            if days.decreed == nation.today:
                result = prepare_decree(nation.context(MAKER), wave_id, nation.regime)
                nation.require("decree prepared", [result])
                if result.decree_id is not None:
                    self._decrees[wave_id] = result.decree_id

    def undecided(self, nation: Nation) -> list[UUID]:
        """Decrees that were prepared today and wait for their second signature."""
        return [
            self._decrees[wave_id]
            for wave_id, days in zip(nation.wave_ids, WAVES, strict=True)
            if days.decreed == nation.today and wave_id in self._decrees
        ]

    def approve(self, nation: Nation) -> None:
        """The approver signs: places are taken, the whole package is reserved; cards come next (cards.py)."""
        self.approved_today = self.undecided(nation)
        for decree_id in self.approved_today:
            result = approve_decree(nation.context(APPROVER), decree_id, nation.regime)
            nation.require("decree", [result])
            nation.counts["participant"] += result.participants

    def let_wait(self, nation: Nation, chosen: set[UUID]) -> None:
        """Who joined a wave that was decreed today and was not chosen waits for the next one."""
        for wave_id, days in zip(nation.wave_ids, WAVES, strict=True):
            if days.decreed == nation.today:
                self.decreed_today = wave_id
                self.left_out = [one for one in self.joined.pop(wave_id, []) if one.applicant_id not in chosen]
                self._waiting += self.left_out


def verify_as_a_stranger(wave_id: UUID) -> None:
    """Download a draw's files and run the program of the public page on them.

    Raises:
        RefusedError: the draw is not right.
    """
    draw = find_draw(wave_id)
    if draw is None or draw.randomness is None:
        raise RuntimeError(f"nothing is published of wave {wave_id}")
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "commitment.json").write_text(draw.commitment)
        (folder / "list.csv").write_bytes(b"".join(iterate_list_lines(draw.draw_id)))
        (folder / "result.csv").write_bytes(b"".join(iterate_result_lines(draw.draw_id)))
        files = [str(folder / file) for file in ("commitment.json", "list.csv", "result.csv")]
        # What it says to a person would disturb the story.
        with redirect_stdout(StringIO()):
            verify(files[0], files[1], files[2], draw.randomness.hex())


def honoured_receipts(wave_id: UUID, receipts: Sequence[str]) -> int:
    """How many receipts of joining the published list honours: on it, or dropped by a rule that is named.

    Raises:
        RuntimeError: one of them is neither.
    """
    draw = find_draw(wave_id)
    if draw is None:
        raise RuntimeError(f"wave {wave_id} has no draw")
    listed = {line[:32] for part in iterate_list_lines(draw.draw_id) for line in part.splitlines()}
    dropped = {one.token for one in list_dropped(wave_id)}
    key = wave_key(wave_id)
    for receipt in receipts:
        token = receipt_token(key, receipt)
        if token is None or (token.hex().encode() not in listed and token not in dropped):
            raise RuntimeError(f"the list of wave {wave_id} does not honour the receipt {receipt}")
    return len(receipts)
