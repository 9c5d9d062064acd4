"""From the worker list to somebody who may join: import, sign-up on a phone or at a labour office, checks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from prakerja.participants.errors import SignUpCode
from prakerja.participants.operations import (
    CheckDone,
    complete_checks,
    evaluate_eligibility,
    publish_worker_list,
    sign_up_applicants,
    stage_worker_list,
    verify_identities,
)
from prakerja.participants.operations.assisted import (
    add_assisted_rows,
    forward_assisted_sheet,
    open_assisted_sheet,
    sign_assisted_minutes,
    verify_assisted_sheet,
)
from prakerja.participants.operations.assisted_acceptance import accept_assisted_sheet
from prakerja.participants.queries import get_applicant
from prakerja.participants.queries.assisted import list_assisted_rows
from prakerja.programme.holidays import is_working_day
from prakerja.programme.queries import list_labour_offices
from prakerja.simulation.calendar import WAVES
from prakerja.simulation.nation import Nation
from prakerja.simulation.people import Person

_STATUS_WORDS: Final = {
    "job_seeker": "pencari_kerja",
    "laid_off": "phk",
    "furloughed": "dirumahkan",
    "worker_needing_competence": "pekerja",
    "micro_and_small_business": "usaha_mikro_kecil",
}
PEOPLE_AT_ONCE: Final = 5_000


class SignUps:
    """The steps of sign-up, with the sheets that are on their way."""

    def __init__(self, nation: Nation) -> None:
        self._dice = nation.dice("intake")
        # The day on which a sheet takes its next step, the sheet, its people.
        self._sheets: list[tuple[date, UUID, list[Person]]] = []
        self._tried_own_minutes = False
        self.accepted_today: list[Person] = []

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

    def admit(self, nation: Nation, people: Sequence[Person]) -> list[Person]:
        """People sign up by themselves and pass or fail the checks; who may join."""
        for start in range(0, len(people), PEOPLE_AT_ONCE):
            self._admit(nation, people[start : start + PEOPLE_AT_ONCE])
        return [one for one in people if one.is_eligible]

    def _admit(self, nation: Nation, people: Sequence[Person]) -> None:
        context = nation.context("applicant:portal")
        results = sign_up_applicants(context, [person.sign_up() for person in people])
        nation.require("signed up", results)
        for person, result in zip(people, results, strict=True):
            if result.applicant_id is not None:
                nation.knows(person, result.applicant_id, result.lane or 0)
        with_email = [one for one in people if one.verifies_email]
        self._check(nation, "email", with_email)
        answers = verify_identities(context, _ids(with_email), nation.civil_registry)
        known = [one for one, ok in zip(with_email, nation.tally("identity verified", answers), strict=True) if ok]
        self._check(nation, "presence", known)
        with_phone = [one for one in known if one.verifies_phone]
        self._check(nation, "phone", with_phone)
        self._check(nation, "test", with_phone, score=60 + self._dice.between(0, 40))
        _judge(nation, with_phone)

    def _check(self, nation: Nation, check: str, people: Sequence[Person], *, score: int | None = None) -> None:
        done = complete_checks(nation.context("applicant:portal"), [CheckDone(i, check, score) for i in _ids(people)])
        nation.require(f"{check} checked", done)

    def assist(self, nation: Nation, people: Sequence[Person]) -> None:
        """REG-01: who has no network comes to the labour office; a sheet for each office, without any fee.

        One officer enters the people and has seen their documents, another signs the minutes over the rows.
        """
        by_province: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            by_province[person.province_code].append(person)
        for province_code, own in sorted(by_province.items()):
            office = list_labour_offices(province_code=province_code)[0]
            officer = nation.context(f"labour_office:{office.code}-1")
            opened = open_assisted_sheet(officer, office.id, nation.regime)
            nation.require("assisted sheet", [opened])
            if opened.sheet_id is None:
                continue
            rows = add_assisted_rows(officer, opened.sheet_id, [person.on_a_sheet() for person in own])
            entered = [one for one, ok in zip(own, nation.tally("assisted sign-up entered", rows), strict=True) if ok]
            if not entered:
                continue
            verified = verify_assisted_sheet(officer, opened.sheet_id, list(range(1, len(entered) + 1)))
            nation.require("assisted sheet verified", [verified])
            if not self._tried_own_minutes:
                self._tried_own_minutes = True
                own_signature = sign_assisted_minutes(officer, opened.sheet_id, "BA-0")
                nation.must_refuse("an officer signs the own minutes", "same_person", [own_signature])
            signer = nation.context(f"labour_office:{office.code}-2")
            number = f"BA-{office.code}-{nation.today:%Y%m%d}"
            nation.require("minutes signed", [sign_assisted_minutes(signer, opened.sheet_id, number)])
            self._sheets.append((_next_working_day(nation.today), opened.sheet_id, entered))

    def pass_sheets_on(self, nation: Nation) -> None:
        """The ministry sends signed sheets on, the programme office accepts them: the civil registry is asked then."""
        self.accepted_today = []
        due = [one for one in self._sheets if one[0] == nation.today]
        self._sheets = [one for one in self._sheets if one[0] != nation.today]
        for _, sheet_id, people in due:
            nation.require(
                "assisted sheet forwarded", [forward_assisted_sheet(nation.context("staff:menteri"), sheet_id)]
            )
            accepted = accept_assisted_sheet(nation.context("staff:pemeriksa"), sheet_id, nation.civil_registry)
            nation.require("assisted sheet accepted", [accepted])
            confirmed = []
            for person, row in zip(people, list_assisted_rows(sheet_id), strict=True):
                if row.outcome == SignUpCode.NIK_ALREADY_SIGNED_UP:
                    nation.refusals["assisted sign-up", row.outcome] += 1
                    continue
                nation.counts["signed up"] += 1
                nation.counts["signed up at a labour office"] += 1
                nation.counts["email checked"] += 1
                if row.applicant_id is None:
                    nation.refusals["identity verified", row.outcome or "none"] += 1
                    continue
                nation.knows(person, row.applicant_id, get_applicant(row.applicant_id).lane)
                confirmed.append(person)
            nation.counts["identity verified"] += len(confirmed)
            nation.counts["phone checked"] += len(confirmed)
            _judge(nation, confirmed)
            self.accepted_today += [one for one in confirmed if one.is_eligible]


def _judge(nation: Nation, people: Sequence[Person]) -> None:
    context = nation.context("applicant:portal")
    for person, verdict in zip(
        people,
        evaluate_eligibility(context, _ids(people), nation.regime, registers=nation.registers),
        strict=True,
    ):
        if verdict.code == "ok":
            nation.counts["eligible"] += 1
            person.is_eligible = True
        else:
            nation.refused_today.append(person)
            nation.refusals["eligibility", verdict.rule or str(verdict.code)] += 1


def _next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _ids(people: Sequence[Person]) -> list[UUID]:
    return [one.applicant_id for one in people if one.applicant_id is not None]
