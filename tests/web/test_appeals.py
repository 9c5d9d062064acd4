"""Appeals: two taps from the first page, with their deadline; decided by somebody else, answered in words."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.cards.operations import retry_reinstatements
from prakerja.kit import db
from prakerja.kit.context import Context
from tests.cards.test_notices_and_appeals import revoked
from tests.cards.test_reinstatement import appropriate, granted, revoke
from tests.cards.test_revocation import world
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


def test_what_is_given_back_needs_another_signature_and_says_what_it_waits_for(context: Context) -> None:
    decreed, ids, late = world(1)
    set_clock(late)
    decree_id = granted(late, decreed.applicants[0], revoke(late, ids))
    person = browser(context, "p", Role.PARTICIPANT, decreed.applicants[0])
    home = person.get(reverse("me")).content.decode()
    assert "Keberatan Anda dikabulkan" in home
    assert "Rp3.550.000" in home
    assert "Kepesertaan Anda dicabut" not in home
    case = reverse("case", args=[db.value("SELECT id FROM cases")])
    decree, approve = reverse("decree", args=[decree_id]), reverse("approve_decree", args=[decree_id])
    judge = browser(context, "judge", Role.APPROVER)
    assert f'href="{decree}"' in judge.get(case).content.decode()
    assert "Orang kedua harus menyetujuinya." in judge.get(decree).content.decode()
    signer = browser(context, "signer", Role.APPROVER)
    page = signer.get(decree).content.decode()
    assert "pengembalian setelah keberatan" in page
    assert "Rp3.550.000 dari anggaran" in page
    empty = signer.post(reverse("reject_decree", args=[decree_id]), {}, follow=True).content.decode()
    assert "Tulis alasannya" in empty
    # The money went to the treasury and no other is there: it is signed and waits, and says for what and until when.
    answer = signer.post(approve, follow=True).content.decode()
    assert "Ditandatangani. Anggaran tidak punya sisa uang." in answer
    assert "ditandatangani, menunggu tempat kosong" in answer
    assert "gugur; NIK tetap keluar dari daftar hitam" in answer
    assert approve not in answer
    assert "menunggu tempat kosong" in person.get(reverse("me")).content.decode()
    appropriate(late, 3_550_000)
    assert retry_reinstatements(late)[0].code == "ok"
    home = person.get(reverse("me")).content.decode()
    assert "Keberatan Anda dikabulkan" not in home
    assert "Rp1.000.000" in home
    assert "Pencabutan: " not in person.get(reverse("my_appeals")).content.decode()


def test_a_reinstatement_that_is_not_signed_is_prepared_anew(context: Context) -> None:
    decreed, ids, late = world(1)
    set_clock(late)
    decree_id = granted(late, decreed.applicants[0], revoke(late, ids))
    signer = browser(context, "signer", Role.APPROVER)
    case_id = db.value("SELECT id FROM cases")
    case = reverse("case", args=[case_id])
    assert reverse("reinstate", args=[case_id]) not in signer.get(case).content.decode()
    signer.post(reverse("reject_decree", args=[decree_id]), {"reason": "Berkas kurang."})
    page = signer.get(case).content.decode()
    assert "tidak ditandatangani" in page
    assert reverse("reinstate", args=[case_id]) in page
    assert "Berkas kurang." in signer.get(reverse("decree", args=[decree_id])).content.decode()
    page = signer.post(reverse("reinstate", args=[case_id]), follow=True).content.decode()
    assert "Orang kedua harus menandatangani." in page
    assert db.value("SELECT count(*) FROM reinstatements WHERE state = 'prepared'") == 1


def test_who_was_decided_about_by_nobody_has_nothing_to_appeal(context: Context) -> None:
    decreed, _, late = revoked()
    set_clock(late.at(late.now + timedelta(days=1)))
    db.execute("UPDATE applicants SET state = state")
    person = browser(context, "p", Role.PARTICIPANT, decreed.applicants[0])
    answer = person.post(reverse("my_appeals"), {"decision": "wave-9", "reason": "x"})
    assert answer.status_code == 422
