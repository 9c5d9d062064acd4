"""Programme §8: who stands behind a partner is on record with its source and its days, and is never edited."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from prakerja.kit import db
from prakerja.partners.conflict_queries import list_ties, list_ties_to
from prakerja.partners.operations.owners import TieRequest, end_ties, party_node, record_ties
from tests.partners.test_conflicts import COMPANY, PERSON
from tests.partners.world import World


def request(world: World, **changes: object) -> TieRequest:
    fields: dict[str, object] = {
        "holder_kind": "institution",
        "holder_id": world.institution_id,
        "kind": "owner",
        "value": PERSON,
        "name": "Seseorang",
        "source": "akta 12",
    }
    return TieRequest(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_tie_has_its_days_source_and_recorder(world: World) -> None:
    since = date(2015, 3, 1)
    (result,) = record_ties(world.context, [request(world, valid_from=since)])
    (found,) = list_ties(world.institution_id)
    assert (found.id, found.kind, found.shown, found.source) == (result.tie_id, "owner", "Seseorang", "akta 12")
    assert (found.valid_from, found.valid_until) == (since, None)
    assert (found.recorded_by, found.recorded_at) == ("system:test", world.context.now)
    assert [one.id for one in list_ties_to(party_node(PERSON))] == [result.tie_id]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"source": " "}, "source_missing"),
        ({"valid_from": date(2020, 9, 2)}, "starts_in_the_future"),
        ({"value": "12"}, "value_malformed"),
        ({"kind": "uncle"}, "kind_unknown"),
    ],
)
def test_refuses_what_cannot_be(world: World, changes: dict[str, object], code: str) -> None:
    assert record_ties(world.context, [request(world, **changes)])[0].code == code
    assert list_ties(world.institution_id) == []


def test_ends_an_own_tie_on_a_day_that_has_come(world: World) -> None:
    since, today = date(2015, 3, 1), world.context.today
    (made,) = record_ties(world.context, [request(world, valid_from=since)])
    assert made.tie_id is not None

    def end(until: date | None, *, holder: object = world.institution_id) -> str:
        ids = [made.tie_id]
        return end_ties(world.context, ids, holder_id=holder, until=until, reason="saham dijual")[0].code  # type: ignore[arg-type]

    assert end(today, holder=uuid4()) == "tie_unknown"
    assert end(today + timedelta(days=1)) == "end_malformed"
    assert end(since - timedelta(days=1)) == "end_malformed"
    assert end(date(2020, 8, 3)) == "ok"
    assert end(today) == "already_ended"
    (found,) = list_ties(world.institution_id)
    assert found.valid_until == date(2020, 8, 3)
    event = db.value("SELECT payload ->> 'reason' FROM events WHERE kind = 'tie.ended' AND subject_id = %s", [found.id])
    assert event == "saham dijual"


def test_what_ended_may_begin_again(world: World) -> None:
    (first,) = record_ties(world.context, [request(world, kind="tax_number", value=COMPANY)])
    assert first.tie_id is not None
    other = request(world, kind="tax_number", value="02.345.678.9-012.000")
    assert record_ties(world.context, [other])[0].code == "other_tax_number"
    assert end_ties(world.context, [first.tie_id, first.tie_id])[0].code == "ok"
    assert record_ties(world.context, [other])[0].code == "ok"
    # Those in force come first.
    assert [one.valid_until is None for one in list_ties(world.institution_id)] == [True, False]
