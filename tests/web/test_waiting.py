"""The office's queue of people who wait for a register, and a statement behind the deadline."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.operations import evaluate_eligibility
from prakerja.participants.sandbox import EligibilityRegistersSandbox
from tests.participants.people import checked, founding, person
from tests.web.founder import NOW
from tests.web.nation import Nation
from tests.web.people import Cast, set_clock

pytestmark = pytest.mark.django_db


def test_a_clerk_states_and_a_second_person_confirms_what_a_silent_register_answered(
    client: Client, nation: Nation, cast: Cast, context: Context
) -> None:
    here = context.at(NOW)
    (key,) = checked(here, [person(77)])
    registers = EligibilityRegistersSandbox([person(77)], missing=["emis"])
    evaluate_eligibility(here, [key], founding(), registers=registers)
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    assert "Orang yang menunggu register" in client.get(reverse("office")).content.decode()
    queue = client.get(reverse("waiting_people")).content.decode()
    assert "Orang Uji 77" in queue
    assert "EMIS" in queue
    where = reverse("waiting_person", args=[key])
    page = client.get(where).content.decode()
    assert "Sampai tenggat, register ditanyai lagi." in page
    typed = {"register": "emis", "is_in": "yes", "office": "", "wage": "", "evidence": "Surat 12/2020"}
    assert client.post(where, typed).status_code == 404
    set_clock(here.at(NOW + timedelta(days=8)))
    refused = client.post(where, {**typed, "evidence": ""})
    assert refused.status_code == 422
    assert "Tulis surat dari register" in refused.content.decode()
    assert client.post(where, {**typed, "is_in": ""}).status_code == 422
    assert client.post(where, {**typed, "register": "wage"}).status_code == 422
    done = client.post(where, typed, follow=True).content.decode()
    assert "Ini baru berlaku setelah ditegaskan orang kedua." in done
    assert "Sesuai surat register: tegaskan" not in done
    assert db.value("SELECT state FROM applicants WHERE applicant_id = %s", [key]) == "ready"
    again = client.post(where, typed)
    assert again.status_code == 422
    assert "Ini sudah dinyatakan dan menunggu orang kedua." in again.content.decode()
    assert 'value="Surat 12/2020"' in again.content.decode()
    decide = reverse("decide_statement", args=[key, db.value("SELECT statement_id FROM register_statements")])
    assert client.post(decide, {"decision": "confirm"}).status_code == 403
    client.force_login(cast.user(Role.APPROVER))
    assert "Orang kedua di Manajemen Pelaksana" in client.get(reverse("waiting_people")).content.decode()
    page = client.get(where).content.decode()
    assert "Sesuai surat register: tegaskan" in page
    assert "Nyatakan" not in page
    assert "Pilih keputusan Anda." in client.post(decide, follow=True).content.decode()
    confirmed = client.post(decide, {"decision": "confirm"}, follow=True).content.decode()
    assert "Ditegaskan. Aturan sudah memutuskan lagi." in confirmed
    assert db.row("SELECT state, refused_rule FROM applicants WHERE applicant_id = %s", [key]) == ("refused", "ELIG-03")
    assert client.get(where).status_code == 404


def test_who_only_looks_states_nothing(client: Client, nation: Nation, cast: Cast, context: Context) -> None:
    here = context.at(NOW)
    (key,) = checked(here, [person(77)])
    evaluate_eligibility(here, [key], founding())
    set_clock(here.at(NOW + timedelta(days=8)))
    client.force_login(cast.user(Role.AUDITOR))
    where = reverse("waiting_person", args=[key])
    page = client.get(where).content.decode()
    assert "Orang Uji 77" in page
    assert "<form" not in page.split("<main")[1].split("</main")[0]
    assert client.post(where, {"register": "emis", "is_in": "no", "evidence": "x"}).status_code == 404


def test_who_waits_is_told_so_where_a_wave_is_open(
    client: Client, nation: Nation, cast: Cast, context: Context
) -> None:
    here = context.at(NOW)
    (key,) = checked(here, [person(77)])
    silent = EligibilityRegistersSandbox([person(77)], missing=["emis"])
    evaluate_eligibility(here, [key], founding(), registers=silent)
    lane = db.value("SELECT lane FROM applicants WHERE applicant_id = %s", [key])
    create_users(here, [UserRequest("waiting", "Orang", Role.PARTICIPANT, applicant_id=key, applicant_lane=lane)])
    user = find_user("waiting")
    assert user is not None
    client.force_login(user)
    page = client.get(reverse("my_waves")).content.decode()
    assert "Belum menjawab: register sekolah agama (EMIS)." in page
    assert 'name="channel"' not in page
    evaluate_eligibility(here, [key], founding(), registers=EligibilityRegistersSandbox([person(77)]))
    assert 'name="channel"' in client.get(reverse("my_waves")).content.decode()
