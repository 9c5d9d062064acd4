"""From the worker list to the card: import, sign-up, checks, waves, draw, decree, cards, revocation."""

from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date, time, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from prakerja.cards.operations import (
    Activation,
    HandOver,
    activate_cards,
    hand_over_cards,
    issue_cards,
    prepare_revocation,
    revoke_participants,
    ship_cards,
)
from prakerja.cards.queries import list_cards_of_decree
from prakerja.participants.operations import (
    CheckDone,
    complete_checks,
    evaluate_eligibility,
    publish_worker_list,
    sign_up_applicants,
    stage_worker_list,
    verify_identities,
)
from prakerja.selection.operations import (
    Join,
    WavePlan,
    approve_decree,
    close_wave,
    commit_draw,
    join_waves,
    open_wave,
    plan_waves,
    prepare_decree,
    reveal_draw,
)
from prakerja.selection.queries import (
    find_draw,
    iterate_list_lines,
    iterate_result_lines,
    list_overdue_participants,
)
from prakerja.selection.rules import Quota
from prakerja.selection.verify_draw import verify
from prakerja.simulation import figures
from prakerja.simulation.nation import APPROVER, MAKER, Holder, Nation, at
from prakerja.simulation.people import Person

_STATUS_WORDS: Final = {
    "job_seeker": "pencari_kerja",
    "laid_off": "phk",
    "furloughed": "dirumahkan",
    "worker_needing_competence": "pekerja",
    "micro_and_small_business": "usaha_mikro_kecil",
}
PEOPLE_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class WaveDays:
    """Days of a wave: open from the first (at 08:00) until the last midnight; drawn and decreed afterwards."""

    opens: date
    closes: date
    decreed: date


WAVES: Final = (
    WaveDays(date(2020, 4, 11), date(2020, 4, 17), date(2020, 4, 20)),
    WaveDays(date(2020, 4, 20), date(2020, 4, 24), date(2020, 4, 27)),
    WaveDays(date(2020, 4, 27), date(2020, 5, 1), date(2020, 5, 4)),
    WaveDays(date(2020, 6, 8), date(2020, 6, 12), date(2020, 6, 15)),
    WaveDays(date(2020, 6, 29), date(2020, 7, 3), date(2020, 7, 6)),
    WaveDays(date(2020, 7, 13), date(2020, 7, 18), date(2020, 7, 20)),
)
"""All within the founding regime; the last is open on the demo's working day."""


class Intake:
    """The steps of intake, with what they keep between days."""

    def __init__(self, nation: Nation) -> None:
        self.wave_ids: list[UUID] = []
        self.joined: dict[UUID, list[Person]] = {}
        self.waiting: list[Person] = []
        self.decrees: dict[UUID, UUID] = {}
        self.by_applicant: dict[UUID, Person] = {}
        self._cards_on_the_way: list[tuple[date, Holder]] = []
        self._dice = nation.dice("intake")

    def import_worker_list(self, nation: Nation) -> None:
        """A ministry's list comes in as a file, with rows that cannot be taken; being on it is no registration."""
        if nation.today != WAVES[0].opens:
            return
        rows = [
            f"{one.nik};{one.name};{one.birth_date:%d/%m/%Y};{one.province_code};{_STATUS_WORDS[one.employment_status]}"
            for one in nation.people
            if one.on_worker_list
        ]
        broken = ["9,93101E+15;Nomor Terpotong;01/01/1990;31;phk", "9931015002;Nomor Pendek;01/01/1990;31;phk", rows[0]]
        file = "nik;nama;tanggal_lahir;kode_provinsi;status\n" + "\n".join([*rows, *broken]) + "\n"
        staged = stage_worker_list(
            nation.context("staff:kementerian"),
            file.encode(),
            name="Pekerja terdampak (contoh)",
            source_name="Kementerian Ketenagakerjaan (contoh)",
            announced_rows=len(rows) + 150,
        )
        if staged.worker_list_id is None or staged.good_rows != len(rows):
            raise RuntimeError(f"the worker list was not staged as it should: {staged}")
        nation.counts["worker list row"] += staged.good_rows
        nation.refusals["worker list row", "bad_row"] += staged.bad_rows
        nation.require("worker list", [publish_worker_list(nation.context("staff:kementerian"), staged.worker_list_id)])

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
        self.wave_ids = [result.wave_id for result in results if result.wave_id is not None]

    def open_and_close(self, nation: Nation) -> None:
        """Waves open and close on their days; after closing the list is frozen and committed (SELECT-01)."""
        for wave_id, days in zip(self.wave_ids, WAVES, strict=True):
            office = nation.context(MAKER)
            if days.opens == nation.today:
                nation.require("wave opened", [open_wave(office, wave_id)])
            if days.closes == nation.today:
                nation.require("wave closed", [close_wave(office, wave_id)])
                nation.require("draw committed", [commit_draw(office, wave_id, nation.regime, nation.beacon)])

    def draw(self, nation: Nation) -> None:
        """The beacon's round has come: reveal, rank, record, publish; somebody outside verifies the published files."""
        for wave_id, days in zip(self.wave_ids, WAVES, strict=True):
            if days.closes == nation.today:
                answer = reveal_draw(nation.context(MAKER), wave_id, nation.beacon)
                nation.require("draw", [answer])
                nation.counts["joined a draw"] += answer.applicants
                verify_as_a_stranger(wave_id)
                nation.counts["draw verified"] += 1

    def prepare(self, nation: Nation) -> None:
        """The maker prepares the decree."""
        for wave_id, days in zip(self.wave_ids, WAVES, strict=True):
            if days.decreed == nation.today:
                result = prepare_decree(nation.context(MAKER), wave_id, nation.regime)
                nation.require("decree prepared", [result])
                if result.decree_id is not None:
                    self.decrees[wave_id] = result.decree_id

    def undecided(self, nation: Nation) -> list[UUID]:
        """Decrees that were prepared today and wait for their second signature."""
        return [
            self.decrees[wave_id]
            for wave_id, days in zip(self.wave_ids, WAVES, strict=True)
            if days.decreed == nation.today and wave_id in self.decrees
        ]

    def approve(self, nation: Nation) -> None:
        """The approver signs: places are taken, the whole package is reserved, cards are issued."""
        for wave_id, days in zip(self.wave_ids, WAVES, strict=True):
            if days.decreed != nation.today:
                continue
            decree_id = self.decrees[wave_id]
            result = approve_decree(nation.context(APPROVER), decree_id, nation.regime)
            nation.require("decree", [result])
            nation.counts["participant"] += result.participants
            nation.require("card issue", [issue_cards(nation.context(MAKER), decree_id)])
            chosen = self._welcome(nation, decree_id)
            joined = self.joined.pop(wave_id, [])
            self.waiting += [person for person in joined if person.applicant_id not in chosen]

    def _welcome(self, nation: Nation, decree_id: UUID) -> set[UUID]:
        chosen: set[UUID] = set()
        # In the order of people: numbers and ids of cards depend on the lanes, what people do must not.
        cards = list_cards_of_decree(decree_id)
        for card in sorted(cards, key=lambda card: self.by_applicant[card.applicant_id].number):
            person = self.by_applicant[card.applicant_id]
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
                buys_on=nation.today + timedelta(days=person.days_to_first_purchase + (0 if digital else 5)),
                card_works=digital,
            )
            nation.holders.append(holder)
            nation.counts[f"{card.channel} card"] += 1
            if not digital:
                self._cards_on_the_way.append((nation.today, holder))
        return chosen

    def carry_cards(self, nation: Nation) -> None:
        """Physical cards: shipped after two days, handed over at the labour office after four, active with a PIN."""
        office = nation.context("office:dinas-contoh")
        due = {days: self._due(nation, days) for days in (2, 4)}
        nation.tally("card shipped", ship_cards(office, [one.card_id for one in due[2]]))
        handed = hand_over_cards(office, [HandOver(one.card_id, f"TT-{one.person.number:06d}") for one in due[4]])
        nation.tally("card handed over", handed)
        active = activate_cards(office, [Activation(one.card_id, one.pin) for one in due[4]])
        for holder, works in zip(due[4], nation.tally("card activated", active), strict=True):
            holder.card_works = works
        self._cards_on_the_way = [
            (issued, one) for issued, one in self._cards_on_the_way if issued + timedelta(days=4) > nation.today
        ]

    def _due(self, nation: Nation, days: int) -> list[Holder]:
        return [one for issued, one in self._cards_on_the_way if issued + timedelta(days=days) == nation.today]

    def sign_up(self, nation: Nation) -> None:
        """On the days of a wave its people sign up, pass or fail the checks, and join; those left over join again."""
        for index, days in enumerate(WAVES):
            if not days.opens <= nation.today < days.closes:
                continue
            length = (days.closes - days.opens).days
            nth = (nation.today - days.opens).days
            newcomers = [
                one for one in nation.people if one.signs_up and one.wave_index == index and one.number % length == nth
            ]
            for start in range(0, len(newcomers), PEOPLE_AT_ONCE):
                self._admit(nation, newcomers[start : start + PEOPLE_AT_ONCE])
            again, self.waiting = (self.waiting, []) if nth == 0 else ([], self.waiting)
            self._join(nation, self.wave_ids[index], again)
            self._join(nation, self.wave_ids[index], self._eligible(newcomers))

    def _admit(self, nation: Nation, people: Sequence[Person]) -> None:
        context = nation.context("applicant:portal")
        results = sign_up_applicants(context, [person.sign_up() for person in people])
        nation.require("signed up", results)
        for person, result in zip(people, results, strict=True):
            if result.applicant_id is not None:
                person.applicant_id = result.applicant_id
                self.by_applicant[result.applicant_id] = person
        with_email = [one for one in people if one.verifies_email]
        self._check(nation, "email", with_email)
        answers = verify_identities(context, _ids(with_email), nation.civil_registry)
        known = [one for one, ok in zip(with_email, nation.tally("identity verified", answers), strict=True) if ok]
        self._check(nation, "presence", known)
        with_phone = [one for one in known if one.verifies_phone]
        self._check(nation, "phone", with_phone)
        self._check(nation, "test", with_phone, score=60 + self._dice.between(0, 40))
        verdicts = evaluate_eligibility(context, _ids(with_phone), nation.regime, registers=nation.registers)
        for person, verdict in zip(with_phone, verdicts, strict=True):
            if verdict.code == "ok":
                nation.counts["eligible"] += 1
                person.is_eligible = True
            else:
                nation.refusals["eligibility", verdict.rule or str(verdict.code)] += 1

    def _check(self, nation: Nation, check: str, people: Sequence[Person], *, score: int | None = None) -> None:
        done = complete_checks(nation.context("applicant:portal"), [CheckDone(i, check, score) for i in _ids(people)])
        nation.require(f"{check} checked", done)

    def _eligible(self, people: Sequence[Person]) -> list[Person]:
        return [one for one in people if one.is_eligible]

    def _join(self, nation: Nation, wave_id: UUID, people: Sequence[Person]) -> None:
        results = join_waves(
            nation.context("applicant:portal"),
            [Join(applicant_id, wave_id, one.channel) for applicant_id, one in zip(_ids(people), people, strict=True)],
            nation.regime,
        )
        joined = self.joined.setdefault(wave_id, [])
        joined += [one for one, ok in zip(people, nation.tally("joined", results), strict=True) if ok]

    def revoke(self, nation: Nation) -> None:
        """Mondays: whoever missed the first purchase is revoked by a decree of two people (CARD-01)."""
        if nation.today.weekday() != 0:
            return
        overdue = list_overdue_participants(nation.now)
        if not overdue:
            return
        prepared = prepare_revocation(nation.context(MAKER), overdue, nation.regime)
        nation.require("revocation prepared", [prepared])
        if prepared.decree_id is None:
            return
        revoked = revoke_participants(nation.context(APPROVER), prepared.decree_id)
        nation.require("revocation decree", [revoked])
        nation.counts["revoked"] += revoked.participants
        nation.counts["returned by revocation, Rp"] += revoked.total_idr
        gone = set(overdue)
        for holder in nation.holders:
            if holder.participant_id in gone:
                holder.active = False


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


def _ids(people: Sequence[Person]) -> list[UUID]:
    return [one.applicant_id for one in people if one.applicant_id is not None]
