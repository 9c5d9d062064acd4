"""Appeals: two taps from the first page, with their deadline; decided by somebody else, answered in words."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from tests.cards.test_notices_and_appeals import revoked
from tests.web.people import set_clock

pytestmark = pytest.mark.django_db


def browser(context: Context, username: str, role: Role, applicant_id: UUID | None = None) -> Client:
    lane = None if applicant_id is None else 0
    create_users(context, [UserRequest(username, username, role, applicant_id=applicant_id, applicant_lane=lane)])
    user = find_user(username)
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


def test_a_revocation_is_appealed_and_decided(context: Context) -> None:
    decreed, _, late = revoked()
    set_clock(late)
    person = browser(context, "p", Role.PARTICIPANT, decreed.applicants[0])
    home = person.get(reverse("me")).content.decode()
    assert f'href="{reverse("my_appeals")}"' in home
    where = reverse("my_appeals")
    assert "Pencabutan: " in person.get(where).content.decode()
    empty = person.post(where, {"decision": "revoked", "reason": " "})
    assert empty.status_code == 422
    assert 'href="#reason"' in empty.content.decode()
    page = person.post(where, {"decision": "revoked", "reason": "Saya dirawat di rumah sakit."}, follow=True)
    text = page.content.decode()
    assert "hari lagi" in text
    assert "keputusan pertama tetap" in text
    assert "Saat ini tidak ada keputusan" in text

    # The maker of the decree sees why not; a third person decides.
    maker = browser(context, "maker", Role.PROGRAMME_OFFICE)
    third = browser(context, "third", Role.APPROVER)
    auditor = browser(context, "auditor", Role.AUDITOR)
    case = reverse("case", args=[db.value("SELECT id FROM cases")])
    assert "keberatan atas pencabutan" in maker.get(reverse("cases")).content.decode()
    assert "Orang lain harus memutus keberatannya." in maker.get(case).content.decode()
    decision = {"decision": "grant", "answer": "Surat rumah sakit diperiksa."}
    refused = maker.post(case, decision, follow=True).content.decode()
    assert "Orang lain harus memutus keberatannya." in refused
    assert auditor.post(case, decision).status_code == 404
    assert "Saya dirawat di rumah sakit." in third.get(case).content.decode()
    assert "Tulis alasannya" in third.post(case, {"decision": "grant", "answer": ""}, follow=True).content.decode()
    third.post(case, decision)
    after = person.get(where).content.decode()
    assert "orangnya benar" in after
    assert "Surat rumah sakit diperiksa." in after
    assert db.value("SELECT lifted_at IS NOT NULL FROM blacklist")


def test_who_was_decided_about_by_nobody_has_nothing_to_appeal(context: Context) -> None:
    decreed, _, late = revoked()
    set_clock(late.at(late.now + timedelta(days=1)))
    db.execute("UPDATE applicants SET state = state")
    person = browser(context, "p", Role.PARTICIPANT, decreed.applicants[0])
    answer = person.post(reverse("my_appeals"), {"decision": "wave-9", "reason": "x"})
    assert answer.status_code == 422
