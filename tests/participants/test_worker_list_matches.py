"""Listed people under another NIK: a score proposes, a person decides; invitations; totals that do not add up."""

from uuid import UUID

import pytest

from prakerja.access.messages import CourierSandbox, list_sandbox_letters
from prakerja.kit import db
from prakerja.participants import queries
from prakerja.participants.errors import InvitationCode, MatchCode
from prakerja.participants.likeness import PROPOSED_FROM, likeness_score
from prakerja.participants.operations import publish_worker_list, stage_worker_list
from prakerja.participants.operations.worker_list_invitations import invite_listed_workers
from prakerja.participants.operations.worker_list_matches import MatchDecision, decide_matches, propose_matches
from prakerja.participants.queries.worker_lists import list_open_matches, reconcile_worker_lists
from tests.participants.people import APRIL, april_context, person, signed_up

HEADING = "nik;nama;tanggal_lahir;kode_provinsi;status;telepon\n"


def published(rows: str, *, source: str = "Kemnaker", announced: int | None = None) -> UUID:
    context = april_context(f"list {rows}")
    staged = stage_worker_list(
        context, (HEADING + rows).encode(), name="Daftar", source_name=source, announced_rows=announced
    )
    assert staged.worker_list_id is not None, staged
    assert publish_worker_list(context, staged.worker_list_id).code == "ok"
    return staged.worker_list_id


def with_digit(nik: str, place: int) -> str:
    return nik[:place] + str((int(nik[place]) + 1) % 10) + nik[place + 1 :]


def row(number: int, name: str, *, nik: str | None = None, province: str = "32", phone: str = "") -> str:
    return f"{nik or person(number).nik};{name};{person(number).birth_date};{province};phk;{phone}\n"


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        (("Siti Aminah", "9932010101700001"), ("AMINAH, SITI", "9932010101700002"), True),
        (("Siti Amínah", "9932010101700001"), ("Siti Aminah", "9932010101700001"), True),
        (("Siti Aminah", "9932010101700001"), ("Sri Astuti", "1271998877665544"), False),
        (("Siti", "9932010101700001"), ("Siti Aminah", "9932010101700002"), True),
    ],
)
def test_a_score_is_high_only_for_what_looks_alike(
    first: tuple[str, str],
    second: tuple[str, str],
    alike: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    score = likeness_score(first, second)
    assert 0 <= score <= 100
    assert likeness_score(second, first) == score
    assert (score >= PROPOSED_FROM) is alike


@pytest.mark.django_db
def test_another_nik_of_the_same_person_is_proposed_and_nobody_matched_before_a_decision() -> None:
    context = april_context()
    someone = person(1, name="Siti Aminah")
    (key, other) = signed_up(context, [someone, person(2, name="Budi Santoso")])
    list_id = published(
        row(1, "AMINAH, Siti", nik=with_digit(someone.nik, 15))
        + row(1, "Agus Salim", nik=with_digit(someone.nik, 14))
        + row(1, "Siti Aminah", nik=with_digit(someone.nik, 13), province="31")
        + row(3, "Siti Aminah")
        # Her own row and Budi's are matched by NIK; there is nothing to propose about him.
        + row(2, "Budi Santoso")
    )
    assert propose_matches(context) == 1
    assert propose_matches(context) == 0
    (match,) = list_open_matches()
    assert (match.applicant_id, match.row_number, match.digits_apart) == (key, 2, 1)
    assert (match.applicant_name, match.listed_name) == ("Siti Aminah", "AMINAH, Siti")
    assert not queries.get_applicant(key).worker_list_matched
    assert queries.get_applicant(other).worker_list_matched

    def decide(*, accepted: bool, reason: str = "KTP dilihat", row_number: int = 2) -> MatchCode:
        return decide_matches(context, [MatchDecision(key, list_id, row_number, accepted, reason)])[0]

    assert decide(accepted=True, reason=" ") is MatchCode.REASON_MISSING
    assert decide(accepted=True, row_number=9) is MatchCode.MATCH_NOT_FOUND
    assert decide(accepted=True) is MatchCode.OK
    assert decide(accepted=False) is MatchCode.ALREADY_DECIDED
    assert queries.get_applicant(key).worker_list_matched
    assert list_open_matches() == []
    decided = db.row("SELECT state, decided_by, reason FROM worker_list_matches")
    assert decided == ("accepted", "system:test", "KTP dilihat")


@pytest.mark.django_db
def test_a_rejected_pair_stays_apart_and_is_not_proposed_again() -> None:
    context = april_context()
    (key,) = signed_up(context, [person(1, name="Siti Aminah")])
    list_id = published(row(1, "Siti Aminah", nik=with_digit(person(1).nik, 15)))
    assert propose_matches(context) == 1
    assert decide_matches(context, [MatchDecision(key, list_id, 2, False, "orang lain")]) == [MatchCode.OK]
    assert not queries.get_applicant(key).worker_list_matched
    assert propose_matches(context) == 0


@pytest.mark.django_db
def test_a_row_whose_owner_has_signed_up_is_nobody_elses() -> None:
    context = april_context()
    twin = with_digit(person(1).nik, 15)
    signed_up(context, [person(1, name="Siti Aminah"), person(1, name="Siti Aminah", nik=twin)])
    published(row(1, "Siti Aminah", nik=twin))
    assert propose_matches(context) == 0


@pytest.mark.django_db
def test_who_is_listed_is_invited_once_and_only_until_signed_up() -> None:
    context = april_context()
    signed_up(context, [person(1)])
    list_id = published(
        row(1, "Sudah Daftar", phone="081111111111") + row(2, "Belum", phone="082222222222") + row(3, "Tanpa Telepon")
    )

    def invite(where: UUID) -> tuple[str, int, int]:
        result = invite_listed_workers(context, where, CourierSandbox(), text="Daftarlah.", machine_now=APRIL)
        return (result.code.value, result.sent, result.not_reachable)

    assert invite(list_id) == ("ok", 1, 1)
    assert invite(list_id) == ("ok", 0, 0)
    assert [letter.text for letter in list_sandbox_letters()] == ["Daftarlah."]
    second = published(row(2, "Belum", phone="082222222222") + row(4, "Baru", phone="084444444444"), source="Dinas")
    assert invite(second) == ("ok", 1, 0)
    assert invite(UUID(int=1)) == (InvitationCode.LIST_NOT_FOUND.value, 0, 0)


@pytest.mark.django_db
def test_totals_that_do_not_add_up_are_said_not_hidden() -> None:
    published(row(1, "A") + row(2, "B") + "salah;C;;32;phk;\n", announced=5)
    published(row(2, "B") + row(3, "D"), source="Dinas Bekasi")
    found = reconcile_worker_lists()
    assert (found.spoken_total, found.sum_of_parts, found.parts_difference) == (2_800_000, 2_690_585, -109_415)
    assert [(s.source, s.lists, s.announced, s.rows, s.good_rows, s.bad_rows) for s in found.sources] == [
        ("Dinas Bekasi", 1, None, 2, 2, 0),
        ("Kemnaker", 1, 5, 3, 2, 1),
    ]
    assert (found.listed_rows, found.people, found.people_on_several_lists) == (4, 3, 1)
    assert found.people_difference == 3 - 2_800_000
