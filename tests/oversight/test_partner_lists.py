"""Lists of partners go on page by page: each row stands on one page, in one order, and only the partner's own."""

from datetime import timedelta
from uuid import UUID

import pytest

from prakerja.kit.context import Context
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.oversight.queries.partner_agreements import PartnerAgreement, get_agreement, list_agreements
from prakerja.partners import queries
from prakerja.partners.operations import agree_samples
from tests.partners.world import World, agreement_request, make_world, verify_everywhere


@pytest.fixture
def world(db: None, context: Context) -> World:
    """Eight platforms and an institution."""
    return make_world(context)


def sign_many(world: World, versions: int) -> None:
    """So many versions on each platform, one behind the other."""
    verify_everywhere(world)
    begin = world.context.today
    days = [(begin + timedelta(days=30 * nth), begin + timedelta(days=30 * (nth + 1))) for nth in range(versions)]
    requests = [
        agreement_request(world, platform, valid_from=first, valid_until=until)
        for platform in world.platforms
        for first, until in days
    ]
    assert {one.code.value for one in agree_samples(world.context, requests, regime=world.second)} == {"ok"}


def walk(world: World) -> list[list[PartnerAgreement]]:
    pages: list[list[PartnerAgreement]] = []
    after: UUID | None = None
    while True:
        rows = list_agreements("institution", world.institution_id, after=after)
        pages.append(rows[:PAGE_ROWS])
        if len(rows) <= PAGE_ROWS:
            return pages
        after = pages[-1][-1].agreement_id


def test_agreements_go_on(world: World) -> None:
    sign_many(world, 5)
    pages = walk(world)
    assert [len(rows) for rows in pages] == [25, 15]
    walked = [one for rows in pages for one in rows]
    names = {one.id: one.name for one in queries.list_platforms()}
    whole = queries.list_agreements(institution_id=world.institution_id)
    assert {one.agreement_id for one in walked} == {one.id for one in whole}
    assert [(one.other_partner, one.version) for one in walked] == sorted(
        ((names[one.platform_id], one.version) for one in whole), key=lambda line: (line[0], -line[1])
    )


def test_an_agreement_of_others_is_neither_found_nor_a_place_to_begin(world: World) -> None:
    sign_many(world, 1)
    found = next(one for one in queries.list_agreements() if one.platform_id == world.platforms["pijar"])
    assert get_agreement("platform", world.platforms["pijar"], found.id).valid_from == world.context.today
    with pytest.raises(LookupError):
        get_agreement("platform", world.platforms["tokopedia"], found.id)
    assert list_agreements("platform", world.platforms["tokopedia"], after=found.id) == []
    assert [one.valid_until for one in list_agreements("platform", world.platforms["pijar"])] == [
        world.context.today + timedelta(days=30)
    ]
