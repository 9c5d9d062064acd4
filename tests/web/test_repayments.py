"""Repayments on the pages: the person reads what and until when, one records what came in, another confirms it."""

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit.context import Context
from prakerja.settlement.repayment_queries import get_repayment, list_repayments
from tests.learning.world import World
from tests.settlement.test_repayments import PRICE_IDR, demand, revoke, world
from tests.web.people import set_clock

__all__ = ["world"]
pytestmark = pytest.mark.django_db


def browser(context: Context, name: str, role: Role, world: World | None = None) -> Client:
    holder = None if world is None else world.people[0].applicant_id
    lane = None if world is None else world.people[0].lane
    create_users(context, [UserRequest(name, name, role, applicant_id=holder, applicant_lane=lane)])
    user = find_user(name)
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


def test_a_repayment_from_the_letter_to_the_ledger(world: World, context: Context) -> None:
    set_clock(context)
    revoke(world)
    demand(context)
    (owed,) = list_repayments()
    person = browser(context, "p", Role.PARTICIPANT, world)
    home = person.get(reverse("me")).content.decode()
    assert "Anda harus mengembalikan uang" in home
    assert "Rp400.000" in home
    assert "61 hari lagi" in home or "60 hari lagi" in home
    assert "gugatan perdata" in home

    office, approver = browser(context, "clerk", Role.PROGRAMME_OFFICE), browser(context, "boss", Role.APPROVER)
    where = reverse("repayment", args=[owed.repayment_id])
    assert f'href="{where}"' in office.get(reverse("repayments")).content.decode()
    bad = office.post(where, {"amount": "empat ratus", "reference": "BRI-1", "received": "2020-09-31"})
    assert bad.status_code == 422
    page = bad.content.decode()
    assert "Ketik jumlahnya dalam rupiah penuh" in page
    assert "Pilih hari pada rekening koran bank." in page
    assert 'value="BRI-1"' in page
    page = office.post(where, {"amount": "400.001", "reference": "BRI-1", "received": "2020-09-01"}).content.decode()
    assert "Jumlahnya melebihi sisa" in page
    form = {"amount": "Rp400.000", "reference": "BRI-1", "received": "2020-09-01"}
    assert approver.post(where, form).status_code == 404
    page = office.post(where, form, follow=True).content.decode()
    assert "Orang kedua mengonfirmasinya" in page
    assert get_repayment(owed.repayment_id).repaid_idr == 0

    page = approver.get(where).content.decode()
    assert "BRI-1" in page
    confirm = page.partition('action="/office/repayments/')[2].partition('"')[0]
    confirm = "/office/repayments/" + confirm
    assert office.post(confirm).status_code == 403
    page = approver.post(confirm, follow=True).content.decode()
    assert "Dikonfirmasi: sudah ada di buku besar." in page
    assert get_repayment(owed.repayment_id).repaid_idr == PRICE_IDR
    assert "Anda harus mengembalikan uang" not in person.get(reverse("me")).content.decode()
