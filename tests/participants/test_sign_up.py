"""Signing up: one account per NIK, whoever is first."""

from datetime import date

import pytest

from prakerja.kit import db, lanes
from prakerja.kit.crypto import decrypt_field
from prakerja.kit.lanes import lane_seed_of
from prakerja.kit.settings import get_settings
from prakerja.participants import lanes as participant_lanes
from prakerja.participants import queries
from prakerja.participants.errors import NikFault, SignUpCode
from prakerja.participants.operations import sign_up_applicants
from prakerja.participants.operations.sign_up import nik_indexes
from tests.fixtures.database import Race
from tests.participants.people import april_context, person, sign_up_of


@pytest.mark.django_db
def test_an_account_is_found_by_nik_phone_and_email() -> None:
    someone = person(7)
    (result,) = sign_up_applicants(
        april_context(), [sign_up_of(someone, phone="0812-3456-7890", email="Orang@Contoh.id")]
    )
    assert result.code is SignUpCode.OK
    assert result.applicant_id is not None
    spaced = f"{someone.nik[:4]} {someone.nik[4:8]}.{someone.nik[8:]}"
    for found in (
        queries.find_applicant_by_nik(spaced),
        queries.find_applicant_by_phone("+62 81234567890"),
        queries.find_applicant_by_email("orang@contoh.id"),
    ):
        assert found is not None
        assert found.applicant_id == result.applicant_id
        assert found.state == "account_created"
        assert found.lane_seed == lane_seed_of(nik_indexes(someone.nik)[0])
    assert queries.masked_nik(result.applicant_id) == f"99••••••••••••{someone.nik[-2:]}"


@pytest.mark.django_db
def test_no_personal_number_stands_in_the_clear() -> None:
    someone = person(7)
    (result,) = sign_up_applicants(april_context(), [sign_up_of(someone, phone="081234567890", email="a@contoh.id")])
    assert result.applicant_id is not None
    row = db.value("SELECT to_jsonb(a)::text FROM applicants AS a")
    events = db.value("SELECT string_agg(to_jsonb(e)::text, '') FROM events AS e")
    for secret in (someone.nik, someone.kk, "81234567890", "a@contoh.id"):
        assert secret not in row
        assert secret.encode().hex() not in row
        assert secret not in events
    assert someone.name not in events
    cipher = db.value("SELECT nik_cipher FROM applicants")
    assert decrypt_field(cipher, table="applicants", column="nik_cipher", row_id=result.applicant_id) == someone.nik


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "code", "fault", "field"),
    [
        ({"nik": "993201010170001"}, SignUpCode.NIK_NOT_POSSIBLE, NikFault.NOT_16_DIGITS, None),
        ({"nik": "9932013202900001"}, SignUpCode.NIK_NOT_POSSIBLE, NikFault.DATE, None),
        ({"kk": "123"}, SignUpCode.KK_NOT_POSSIBLE, None, None),
        ({"name": "  "}, SignUpCode.ATTRIBUTE_NOT_KNOWN, None, "name"),
        ({"name": "Budi\x00"}, SignUpCode.ATTRIBUTE_NOT_KNOWN, None, "name"),
        ({"sex": "x"}, SignUpCode.ATTRIBUTE_NOT_KNOWN, None, "sex"),
        ({"birth_date": date(1899, 1, 1)}, SignUpCode.ATTRIBUTE_NOT_KNOWN, None, "birth_date"),
        ({"province_code": "99"}, SignUpCode.ATTRIBUTE_NOT_KNOWN, None, "province_code"),
        ({"education": "phd"}, SignUpCode.ATTRIBUTE_NOT_KNOWN, None, "education"),
        ({"employment_status": "rich"}, SignUpCode.ATTRIBUTE_NOT_KNOWN, None, "employment_status"),
        ({"email": "nobody"}, SignUpCode.ATTRIBUTE_NOT_KNOWN, None, "email"),
        ({"phone": "call me"}, SignUpCode.ATTRIBUTE_NOT_KNOWN, None, "phone"),
    ],
)
def test_refuses_what_cannot_be(
    changes: dict[str, object], code: SignUpCode, fault: NikFault | None, field: str | None
) -> None:
    bad, good = sign_up_applicants(april_context(), [sign_up_of(person(1), **changes), sign_up_of(person(2))])
    assert (bad.code, bad.fault, bad.field, bad.applicant_id) == (code, fault, field, None)
    assert good.code is SignUpCode.OK
    assert db.value("SELECT count(*) FROM applicants") == 1


@pytest.mark.django_db
def test_twins_are_two_people_and_a_repeated_nik_is_one() -> None:
    first = person(1)
    twin = person(1, nik=first.nik[:-1] + "9", name="Kembaran")
    results = sign_up_applicants(april_context(), [sign_up_of(p) for p in (first, twin, first)])
    assert [r.code for r in results] == [SignUpCode.OK, SignUpCode.OK, SignUpCode.NIK_ALREADY_SIGNED_UP]
    again = sign_up_applicants(april_context("again"), [sign_up_of(first)])
    assert [r.code for r in again] == [SignUpCode.NIK_ALREADY_SIGNED_UP]
    assert again[0].applicant_id is None


def test_of_many_who_sign_up_with_one_nik_at_once_one_wins(race: Race[object]) -> None:
    def sign_up(seed: int) -> object:
        context = april_context(f"thread {seed}")
        others = [person(100 + seed * 10 + n) for n in range(5)]
        requests = [sign_up_of(p) for p in [*others[:2], person(1), *others[2:]]]
        return [result.code for result in sign_up_applicants(context, requests)]

    answers = race([lambda seed=seed: sign_up(seed) for seed in range(8)])  # type: ignore[misc]
    third = [codes[2] for codes in answers if isinstance(codes, list)]
    assert sorted(third) == ["nik_already_signed_up"] * 7 + ["ok"]
    assert db.value("SELECT count(*) FROM applicants") == 1 + 8 * 5
    assert db.value("SELECT count(*) FROM events WHERE kind = 'applicant.signed_up'") == 1 + 8 * 5


@pytest.mark.django_db
def test_many_lanes_keep_people_apart_by_their_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = get_settings().model_copy(update={"lanes": 4})
    monkeypatch.setattr(lanes, "get_settings", lambda: settings)
    monkeypatch.setattr(participant_lanes, "get_settings", lambda: settings)
    results = sign_up_applicants(april_context(), [sign_up_of(person(n)) for n in range(40)])
    assert {r.lane for r in results} == {0, 1, 2, 3}
    assert db.value("SELECT count(*) FROM applicants WHERE lane <> mod(lane_seed, 4)") == 0
    for result in results:
        assert result.applicant_id is not None
        assert queries.get_applicant(result.applicant_id).lane == result.lane
