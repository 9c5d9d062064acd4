"""FEE-01, FEE-02, SCHEME-10: what must not be in an agreement, tried by SQL, as the owner and as the application.

Nobody goes around the operations here; if somebody did, these are the constraints that they would meet.
"""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.rules import fee_scheme_problem
from prakerja.programme.operations import load_regimes
from tests.partners.test_commission import schemes
from tests.partners.world import World, make_world, refused, sign_one, verify_everywhere

TIERS_FROM_100 = {"kind": "tiered_by_price", "tiers": [{"from_idr": 100, "commission_bp": 100}]}
TIERS_BACKWARDS = {
    "kind": "tiered_by_volume",
    "tiers": [{"from_idr": 0, "commission_bp": 100}, {"from_idr": 0, "commission_bp": 90}],
}
FREE_TIERS = {"kind": "tiered_by_price", "tiers": [{"from_idr": 0, "commission_bp": 0}]}
FRACTION = {"kind": "share", "commission_bp": 1500.5}

# Columns that differ from a good row, and the constraint that refuses it; `None` in JSON is SQL's NULL.
FORBIDDEN: dict[str, tuple[dict[str, Any], str]] = {
    "a fee on the government's platform": (
        {"platform_kind": "government"},
        "government_platform_charges_nothing",
    ),
    "a service on the government's platform": (
        {
            "platform_kind": "government",
            "fee_scheme": {"kind": "none"},
            "highest_commission_bp": 0,
            "terms": {"add_on_services": [{"id": "iklan"}]},
        },
        "government_platform_sells_no_services",
    ),
    "15.01 per cent": (
        {"fee_scheme": {"kind": "share", "commission_bp": 1501}, "highest_commission_bp": 1501},
        "commission_is_within_the_cap",
    ),
    "15.01 per cent that says it is 15": (
        {"fee_scheme": {"kind": "share", "commission_bp": 1501}, "highest_commission_bp": 1500},
        "highest_commission_is_what_the_scheme_says",
    ),
    "15.01 per cent in the highest tier": (
        {
            "fee_scheme": {
                "kind": "tiered_by_price",
                "tiers": [{"from_idr": 0, "commission_bp": 100}, {"from_idr": 500_000, "commission_bp": 1501}],
            },
            "highest_commission_bp": 1501,
        },
        "commission_is_within_the_cap",
    ),
    "another cap than the regime's": ({"cap_bp": 1600}, "cap_is_the_regimes"),
    "no cap where the regime has one": (
        {"fee_scheme": {"kind": "share", "commission_bp": 2000}, "highest_commission_bp": 2000, "cap_bp": None},
        "cap_is_the_regimes",
    ),
    "more than the price": (
        {"fee_scheme": {"kind": "share", "commission_bp": 10_001}, "highest_commission_bp": 10_001},
        "agreement_fee_scheme_is_whole",
    ),
    "a gap before the first tier": (
        {"fee_scheme": TIERS_FROM_100, "highest_commission_bp": 100},
        "agreement_fee_scheme_is_whole",
    ),
    "tiers that stand on each other": (
        {"fee_scheme": TIERS_BACKWARDS, "highest_commission_bp": 100},
        "agreement_fee_scheme_is_whole",
    ),
    "tiers that charge nothing": (
        {"fee_scheme": FREE_TIERS, "highest_commission_bp": 0},
        "agreement_fee_scheme_is_whole",
    ),
    "a fraction of a basis point": (
        {"fee_scheme": FRACTION, "highest_commission_bp": 1500},
        "agreement_fee_scheme_is_whole",
    ),
    "a fee of nothing": (
        {"fee_scheme": {"kind": "flat", "fee_idr": 0}, "highest_commission_bp": 0},
        "agreement_fee_scheme_is_whole",
    ),
    "a scheme that nobody knows": (
        {"fee_scheme": {"kind": "bonus"}, "highest_commission_bp": 0},
        "agreement_fee_scheme_is_whole",
    ),
    "the same days twice": ({"valid_from": "2020-09-01", "valid_until": None}, "agreements_of_a_pair_never_overlap"),
    "a day in common": (
        {"valid_from": "2020-10-31", "valid_until": None},
        "agreements_of_a_pair_never_overlap",
    ),
    "an end before the beginning": ({"valid_until": "2020-11-30"}, "agreement_ends_after_it_begins"),
    "a version twice": ({"version": 1}, "agreement_version_is_unique"),
    "another kind than the platform's": ({"platform_kind": "state_owned"}, "agreement_knows_its_platforms_kind"),
    "no signature of a key": ({}, "agreement_is_signed_by_both_sides"),
}
# Every forbidden thing is tried with signatures looked at last, else they would hide it.
UNSIGNED = "no signature of a key"

_INSERT = """
    INSERT INTO agreements
    SELECT (jsonb_populate_record(a, jsonb_build_object(
        'id', gen_random_uuid(), 'version', 2, 'valid_from', '2020-12-01', 'valid_until', NULL, 'ended_at', NULL
    ) || %s::jsonb)).*
    FROM agreements AS a
"""


def sign(context: Context) -> World:
    """One agreement on Tokopedia, of September and October 2020, 10 per cent under the cap of 15."""
    load_regimes(context)
    world = verify_everywhere(make_world(context))
    until = world.context.today.replace(month=11, day=1)
    sign_one(world, valid_until=until)
    return world


@pytest.fixture
def signed(db: None, context: Context) -> World:
    return sign(context)


@pytest.mark.parametrize("name", list(FORBIDDEN))
def test_as_the_owner(signed: World, name: str) -> None:
    changes, constraint = FORBIDDEN[name]
    db.execute("SET CONSTRAINTS ALL IMMEDIATE")
    if name != UNSIGNED:
        db.execute("ALTER TABLE agreements DISABLE TRIGGER agreement_is_signed_by_both_sides")
    assert refused(_INSERT, json.dumps(changes)) == constraint


@pytest.fixture
def as_application(committed_db: None, context: Context, app_connection: psycopg.Connection) -> psycopg.Connection:
    """The application's connection, over a committed agreement."""
    sign(context)
    return app_connection


@pytest.fixture
def signatures_unasked(as_application: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """The owner has the signatures not looked at, as they would hide the other constraints."""
    db.execute("ALTER TABLE agreements DISABLE TRIGGER agreement_is_signed_by_both_sides")
    try:
        yield as_application
    finally:
        as_application.rollback()
        db.execute("ALTER TABLE agreements ENABLE TRIGGER agreement_is_signed_by_both_sides")


def test_as_the_application(signatures_unasked: psycopg.Connection) -> None:
    expected = {name: constraint for name, (_, constraint) in FORBIDDEN.items() if name != UNSIGNED}
    found = {name: constraint_of(signatures_unasked, _INSERT, [json.dumps(FORBIDDEN[name][0])]) for name in expected}
    assert found == expected


def test_the_application_makes_no_unsigned_agreement_and_cannot_switch_that_off(
    as_application: psycopg.Connection,
) -> None:
    assert constraint_of(as_application, _INSERT, ["{}"]) == "agreement_is_signed_by_both_sides"
    with pytest.raises(psycopg.errors.InsufficientPrivilege), as_application.transaction():
        as_application.execute("ALTER TABLE agreements DISABLE TRIGGER agreement_is_signed_by_both_sides")


def constraint_of(connection: psycopg.Connection, statement: str, parameters: list[object]) -> str | None:
    """The constraint that refuses a statement; None where it went through. Nothing stays."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode(), parameters)
    except psycopg.errors.IntegrityError as error:
        return error.diag.constraint_name
    return None


UPDATES = {
    """UPDATE agreements SET fee_scheme = '{"kind": "none"}'""": "agreement_terms_are_never_edited",
    "UPDATE agreements SET cap_bp = 2000": "agreement_terms_are_never_edited",
    "UPDATE agreements SET valid_from = valid_from - 1": "agreement_terms_are_never_edited",
    "UPDATE agreements SET platform_signature_id = NULL": "agreement_terms_are_never_edited",
    "UPDATE agreements SET valid_until = valid_until + 1": "agreement_end_is_never_moved_later",
    "UPDATE agreements SET valid_until = NULL": "agreement_end_is_never_moved_later",
    "DELETE FROM agreements": "agreement_terms_are_never_edited",
    """UPDATE agreement_proposals SET fee_scheme = '{"kind": "none"}'""": "proposal_is_never_edited",
    "UPDATE agreement_proposals SET canonical = '{}'": "proposal_is_never_edited",
    "UPDATE agreement_proposals SET state = 'proposed', closed_at = NULL": (
        "agreement_proposal_state_moves_along_its_table"
    ),
    "DELETE FROM agreement_proposals": "proposal_is_never_edited",
}


@pytest.mark.parametrize("statement", list(UPDATES))
def test_nobody_edits_what_was_signed(signed: World, statement: str) -> None:
    assert refused(statement) == UPDATES[statement]


def test_the_application_does_not_either(as_application: psycopg.Connection) -> None:
    assert {statement: constraint_of(as_application, statement, []) for statement in UPDATES} == UPDATES
    for statement in ("UPDATE agreement_signatures SET role = 'platform'", "DELETE FROM agreement_papers"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), as_application.transaction():
            as_application.execute(statement)


def test_an_end_that_was_set_is_not_set_again(signed: World) -> None:
    db.execute("UPDATE agreements SET valid_until = '2020-10-01', ended_at = now()")
    assert refused("UPDATE agreements SET valid_until = '2020-09-20'") == "agreement_end_is_never_moved_later"
    for when in ("'2020-12-01'", "NULL"):
        assert refused(f"UPDATE agreements SET ended_at = {when}") == "agreement_end_is_never_moved_later"


OFFERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "above the cap": (
        {"fee_scheme": {"kind": "share", "commission_bp": 1501}},
        "tokopedia",
        "proposal_charges_no_more_than_the_cap",
    ),
    "another cap": ({"cap_bp": None}, "tokopedia", "cap_is_the_regimes"),
    "a gap": ({"fee_scheme": TIERS_FROM_100}, "tokopedia", "offered_fee_scheme_is_whole"),
    "a fraction": ({"fee_scheme": FRACTION}, "tokopedia", "offered_fee_scheme_is_whole"),
    "a fee of the government": ({}, "sisnaker", "government_platform_offers_no_fee"),
    "a service of the government": (
        {"fee_scheme": {"kind": "none"}, "terms": {"add_on_services": [{"id": "iklan"}]}},
        "sisnaker",
        "government_platform_offers_no_fee",
    ),
}


@pytest.mark.parametrize("name", list(OFFERS))
def test_what_cannot_be_an_agreement_is_not_offered(signed: World, name: str) -> None:
    changes, platform, constraint = OFFERS[name]
    insert = """
        INSERT INTO agreement_proposals
        SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid()) || %s::jsonb)).*
        FROM agreement_proposals AS p
    """
    changed = {"platform_id": str(signed.platforms[platform]), **changes}
    assert refused(insert, json.dumps(changed)) == constraint


broken = st.one_of(
    schemes,
    st.recursive(
        st.none() | st.booleans() | st.integers(-2, 20_000) | st.floats(0, 20_000) | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.fixed_dictionaries(
                {},
                optional={
                    "kind": st.sampled_from(["none", "flat", "share", "tiered_by_price", "tiered_by_volume", "x"]),
                    "fee_idr": inner,
                    "commission_bp": inner,
                    "from_idr": inner,
                    "tiers": inner,
                },
            )
        ),
        max_leaves=8,
    ),
)


@pytest.mark.django_db
@given(broken)
@example({"kind": "share", "commission_bp": True})
@example({"kind": "flat", "fee_idr": -1})
@example({"kind": "none", "fee_idr": 0})
@example({"kind": "tiered_by_price", "tiers": []})
@example([{"kind": "none"}])
def test_the_database_and_the_rule_know_the_same_schemes(scheme: object) -> None:
    """As JSON has it: a number that is whole has no point."""
    text = json.dumps(scheme)
    assert db.value("SELECT fee_scheme_is_whole(%s::jsonb)", [text]) is (fee_scheme_problem(json.loads(text)) is None)
