"""PLAT-02, programme §8: where two ends of an act meet within two hops, somebody unconnected decides."""

from uuid import UUID, uuid4

import pytest

from prakerja.kit import db
from prakerja.kit.crypto import decrypt_field, forget_keys
from prakerja.kit.rotation import rotate_field_key
from prakerja.kit.settings import get_settings
from prakerja.partners.conflict_queries import find_paths, get_conflict, list_conflicts, list_ties
from prakerja.partners.operations.conflicts import ConflictDecision, Encounter, decide_conflicts, screen_encounters
from prakerja.partners.operations.owners import TieRequest, end_ties, party_node, record_ties, reviewer_node
from prakerja.partners.owner_rules import plain_value
from tests.partners.world import World, refused

COMPANY, OTHER, PERSON = "01.234.567.8-901.000", "02.345.678.9-012.000", "9912011708450001"


def tie(world: World, end: str, kind: str, value: str, name: str = "Seseorang") -> UUID:
    holders = {
        "platform": ("platform", world.platforms["tokopedia"]),
        "institution": ("institution", world.institution_id),
        "reviewer": ("reviewer", reviewer_node("staff:pmo-1")),
        "company": ("party", party_node(COMPANY)),
    }
    holder_kind, holder_id = holders[end]
    request = TieRequest(
        holder_kind=holder_kind, holder_id=holder_id, kind=kind, value=value, name=name, source="akta-1.pdf"
    )
    (result,) = record_ties(world.context, [request])
    assert result.code == "ok"
    assert result.tie_id is not None
    return result.tie_id


def kinds(world: World) -> list[tuple[int, list[str]]]:
    pair = (world.platforms["tokopedia"], world.institution_id)
    return [
        (path.hops, [step["kind"] for step in path.steps]) for path in find_paths([pair], on=world.context.today)[pair]
    ]


def listing(world: World) -> Encounter:
    return Encounter(
        act="listing",
        other_kind="platform",
        other_id=world.platforms["tokopedia"],
        other_name="Tokopedia",
        institution_id=world.institution_id,
    )


def test_a_person_on_both_sides_is_two_hops(world: World) -> None:
    tie(world, "platform", "director", PERSON)
    assert kinds(world) == []
    tie(world, "institution", "owner", "99.1201.1708.45.0001")
    assert kinds(world) == [(2, ["director", "owner"])]


@pytest.mark.parametrize(
    ("kind", "one", "same", "near"),
    [
        ("address", "Jl. Sudirman No. 12, Jakarta", "jalan sudirman nomor 12 JAKARTA", "Jl. Sudirman No. 21, Jakarta"),
        ("phone", "+62 812-3456-7890", "0812 3456 7890", "0812 3456 7891"),
        ("bank_account", "BNI 123-456-7890", "bni 1234567890", "BRI 1234567890"),
    ],
)
def test_values_meet_however_they_are_written(world: World, kind: str, one: str, same: str, near: str) -> None:
    tie(world, "platform", kind, one)
    tie(world, "institution", kind, near)
    assert kinds(world) == []
    tie(world, "institution", kind, same)
    assert kinds(world) == [(2, [kind, kind])]


def test_people_of_one_name_do_not_meet(world: World) -> None:
    tie(world, "platform", "director", PERSON, "Budi Santoso")
    tie(world, "institution", "owner", "9912011708450002", "Budi Santoso")
    assert kinds(world) == []


def test_a_company_that_owns_a_platform_is_one_hop_from_it_and_two_from_what_it_owns(world: World) -> None:
    tie(world, "platform", "tax_number", COMPANY)
    tie(world, "institution", "owner", COMPANY)
    assert kinds(world) == [(1, ["owner"])]


def test_one_tax_number_is_one_entity(world: World) -> None:
    tie(world, "platform", "tax_number", COMPANY)
    tie(world, "institution", "tax_number", "0012345678901000")
    assert kinds(world) == [(0, ["tax_number"])]


def test_one_entity_by_the_name_of_admission(world: World) -> None:
    db.execute("UPDATE institutions SET owner_entity = ' pt  tokopedia '")
    db.execute("UPDATE platforms SET owner_entity = 'PT Tokopedia' WHERE code = 'tokopedia'")
    assert kinds(world) == [(0, ["entity"])]


def test_three_hops_are_too_many(world: World) -> None:
    tie(world, "platform", "director", PERSON)
    tie(world, "company", "owner", PERSON)
    tie(world, "institution", "owner", COMPANY)
    assert kinds(world) == []
    # The director's company shares an account with the institution's owner: further still.
    tie(world, "company", "bank_account", "BNI 1234567890")
    assert kinds(world) == []


def test_a_tie_that_ended_leads_nowhere_and_stays_on_record(world: World) -> None:
    tie_id = tie(world, "platform", "phone", "0812 3456 7890")
    tie(world, "institution", "phone", "0812 3456 7890")
    assert [one.code for one in end_ties(world.context, [tie_id, tie_id, uuid4()])] == [
        "ok",
        "already_ended",
        "tie_unknown",
    ]
    assert kinds(world) == []
    (kept,) = list_ties(world.platforms["tokopedia"])
    assert (kept.kind, kept.shown, kept.valid_until) == ("phone", "••• 7890", world.context.today)
    assert db.value("SELECT count(*) FROM owner_ties WHERE shown LIKE %s", ["%3456%"]) == 0


def test_values_come_under_a_new_key_also_of_ties_that_ended(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, live = tie(world, "platform", "director", PERSON), tie(world, "institution", "owner", PERSON)
    assert [one.code for one in end_ties(world.context, [ended])] == ["ok"]
    monkeypatch.setenv("PRAKERJA_FIELD_KEY_BEFORE", get_settings().key("field_key").hex())
    monkeypatch.setenv("PRAKERJA_FIELD_KEY", "b" * 64)
    get_settings.cache_clear()
    forget_keys()
    try:
        assert sum(step.cells for step in rotate_field_key() if step.table == "owner_ties") == 2
        stored = db.rows("SELECT tie_id, value_cipher FROM owner_ties ORDER BY tie_id")
        plain = {
            one: decrypt_field(bytes(cipher), table="owner_ties", column="value_cipher", row_id=one)
            for one, cipher in stored
        }
        assert plain == {ended: PERSON, live: PERSON}
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
        forget_keys()


def test_what_is_no_tie_is_refused(world: World) -> None:
    platform_id = world.platforms["tokopedia"]

    def codes(**changes: object) -> str:
        fields: dict[str, object] = {
            "holder_kind": "platform",
            "holder_id": platform_id,
            "kind": "owner",
            "value": PERSON,
            "name": "Budi",
            "source": "akta",
        }
        return record_ties(world.context, [TieRequest(**{**fields, **changes})])[0].code  # type: ignore[arg-type]

    assert codes(holder_id=uuid4()) == "holder_unknown"
    assert codes(holder_kind="stranger") == "holder_unknown"
    assert codes(kind="friend") == "kind_unknown"
    assert codes(name=" ") == "name_missing"
    assert codes(value="12") == "value_malformed"
    assert codes(holder_kind="party", holder_id=party_node(PERSON)) == "leads_to_itself"
    assert codes(kind="tax_number", value=COMPANY) == "ok"
    assert codes(kind="tax_number", value=COMPANY) == "repeated"
    assert codes(kind="tax_number", value=OTHER) == "other_tax_number"


@pytest.mark.parametrize(
    ("kind", "value"),
    [("phone", "12"), ("bank_account", "BNI"), ("bank_account", "1234567890"), ("address", "Jakarta"), ("owner", "PT")],
)
def test_what_is_too_little_to_meet_in_is_no_value(kind: str, value: str) -> None:
    assert plain_value(kind, value) is None


def test_a_listing_is_flagged_or_stopped_by_the_regime_and_the_case_stands_once(world: World) -> None:
    tie(world, "platform", "director", PERSON)
    tie(world, "institution", "owner", PERSON)
    for regime, stopped in ((world.founding, False), (world.second, True), (world.second, True)):
        (found,) = screen_encounters(world.context, [listing(world)], regime=regime)
        assert (found.conflicted, found.stopped) == (True, stopped)
    (case,) = list_conflicts()
    assert (case.state, case.effect, case.hops, case.institution_name) == ("open", "stopped", 2, "LPK Maju")
    assert [step["shown"] for step in case.steps] == ["Seseorang", "Seseorang"]


def test_somebody_unconnected_decides_once_with_a_reason(world: World) -> None:
    tie(world, "platform", "phone", "0812 3456 7890")
    tie(world, "institution", "phone", "0812 3456 7890")
    tie(world, "institution", "director", PERSON)
    tie(world, "reviewer", "owner", PERSON)
    screen_encounters(world.context, [listing(world)], regime=world.second)
    (case,) = list_conflicts(open_only=True)

    def decide(actor: str, reason: str = "nomor layanan bersama", conflict_id: UUID = case.id) -> str:
        decision = ConflictDecision(conflict_id=conflict_id, clear=True, reason=reason)
        return decide_conflicts(world.context.acting_as(actor), [decision])[0].code

    assert decide("staff:pmo-2", conflict_id=uuid4()) == "conflict_unknown"
    assert decide("staff:pmo-2", reason=" ") == "reason_missing"
    assert decide("system:test") == "same_person"
    assert decide("staff:pmo-1") == "decider_connected"
    assert decide("staff:pmo-2") == "ok"
    assert decide("staff:pmo-3") == "already_decided"
    found = get_conflict(case.id)
    assert (found.state, found.decided_by, found.reason) == ("cleared", "staff:pmo-2", "nomor layanan bersama")
    # What was cleared is not found again; another path is.
    assert screen_encounters(world.context, [listing(world)], regime=world.second)[0].conflicted is False
    tie(world, "platform", "address", "Jl. Sudirman No. 12, Jakarta")
    tie(world, "institution", "address", "Jl. Sudirman No. 12, Jakarta")
    assert screen_encounters(world.context, [listing(world)], regime=world.second)[0].stopped is True
    assert len(list_conflicts(open_only=True)) == 1
    assert [one.id for one in list_conflicts(decided_only=True)] == [case.id]


def test_one_company_cannot_be_cleared(world: World) -> None:
    tie(world, "platform", "tax_number", COMPANY)
    tie(world, "institution", "tax_number", COMPANY)
    screen_encounters(world.context, [listing(world)], regime=world.second)
    (case,) = list_conflicts()
    decision = ConflictDecision(conflict_id=case.id, clear=True, reason="tidak apa-apa")
    assert decide_conflicts(world.context.acting_as("staff:pmo-2"), [decision])[0].code == "same_entity"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("UPDATE owner_ties SET target_id = gen_random_uuid()", "tie_is_never_edited"),
        ("DELETE FROM owner_ties", "tie_is_never_edited"),
        ("UPDATE conflicts SET state = 'cleared'", "decided_conflict_names_who_when_why"),
        (
            "UPDATE conflicts SET state = 'cleared', decided_by = found_by, decided_at = now(), reason = 'x'",
            "conflict_is_decided_by_someone_else",
        ),
        ("UPDATE conflicts SET hops = 3", "conflict_is_what_was_found"),
        ("DELETE FROM conflicts", "decision_on_a_conflict_stands"),
    ],
)
def test_the_database_keeps_cases_right(world: World, change: str, constraint: str) -> None:
    tie(world, "platform", "phone", "0812 3456 7890")
    tie(world, "institution", "phone", "0812 3456 7890")
    screen_encounters(world.context, [listing(world)], regime=world.second)
    assert refused(change) == constraint


def test_no_case_of_three_hops_gets_in(world: World) -> None:
    tie(world, "platform", "phone", "0812 3456 7890")
    tie(world, "institution", "phone", "0812 3456 7890")
    screen_encounters(world.context, [listing(world)], regime=world.second)
    copy = """
        INSERT INTO conflicts
        SELECT (jsonb_populate_record(c, jsonb_build_object('conflict_id', gen_random_uuid(), 'hops', 3))).*
        FROM conflicts AS c
    """
    assert refused(copy) == "conflict_is_within_two_hops"
