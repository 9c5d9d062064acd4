"""SCHEME-10 on pages: either side ends an agreement, what was sold is honoured, other terms are another version."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.partners import queries
from tests.web.founder import NOW
from tests.web.nation import Nation
from tests.web.people import Cast
from tests.web.test_cooperation import page, post

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = TODAY + timedelta(days=30)


@pytest.mark.parametrize("side", [Role.PLATFORM, Role.INSTITUTION])
def test_a_side_ends_an_agreement_and_other_terms_follow(
    client: Client, nation: Nation, cast: Cast, side: Role
) -> None:
    world = nation.market.world
    platform_id = world.platforms["tokopedia"]
    client.force_login(cast.user(side))
    (found,) = queries.list_agreements(platform_id=platform_id, institution_id=world.institution_id)
    where = reverse("end_agreement", args=[found.id])
    assert where in page(client, f"{side.value}_agreements")
    under_way = db.value(
        "SELECT count(*) FROM purchases WHERE agreement_id = %s AND state IN ('paid', 'redeemed')", [found.id]
    )
    assert under_way > 0
    shown = client.get(where).content.decode()
    assert f"<dt>Pembelian berjalan yang tetap dipenuhi</dt><dd>{under_way}</dd>" in shown
    assert "<dt>Pelatihan yang berhenti dijual</dt><dd>1</dd>" in shown

    wrong = post(client, "end_agreement", found.id, act="end", until=TODAY.isoformat(), reason="Habis")
    assert "Berakhir paling cepat besok" in wrong
    assert ">Habis</textarea>" in wrong
    assert "Tulis alasan berakhirnya" in post(client, "end_agreement", found.id, act="end", until="besok")
    ended = post(client, "end_agreement", found.id, act="end", until=DAY.isoformat(), reason="Ketentuan baru")
    assert "Akhirnya ditetapkan." in ended
    (kept,) = queries.list_agreements(platform_id=platform_id, institution_id=world.institution_id)
    assert kept.valid_until == DAY
    # It is set once. Both sides read why.
    assert client.get(where).status_code == 404
    for role in (Role.INSTITUTION, Role.PLATFORM):
        client.force_login(cast.user(role))
        listed = page(client, f"{role.value}_agreements")
        assert "berakhir sejak 1 Oktober 2020" in listed.replace("\xa0", " ")
        assert "Ketentuan baru" in listed

    # From that day the pair may have other terms, and not before.
    terms = {"institution": str(world.institution_id), "fee_kind": "share", "fee": "9", "term": "14"}
    before = {**terms, "from": (DAY - timedelta(days=1)).isoformat()}
    assert "Akhiri dulu." in post(client, "propose_agreement", act="propose", **before)
    assert "Diusulkan." in post(client, "propose_agreement", act="propose", **{**terms, "from": DAY.isoformat()})


def test_nobody_ends_an_agreement_of_others(client: Client, nation: Nation, cast: Cast) -> None:
    world = nation.market.world
    (found,) = queries.list_agreements(platform_id=world.platforms["tokopedia"], institution_id=world.institution_id)
    user = cast.user(Role.PLATFORM)
    user.partner_id = world.platforms["pijar"]
    user.save()
    client.force_login(user)
    where = reverse("end_agreement", args=[found.id])
    assert client.get(where).status_code == 404
    assert client.post(where, {"act": "end", "until": DAY.isoformat(), "reason": "x"}).status_code == 404
    assert queries.get_agreements([found.id])[found.id].valid_until is None
