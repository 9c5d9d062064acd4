"""Keys of partners: shown once, stored encrypted, two live ones at most."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners import queries
from prakerja.partners.operations import ApiKeyRequest, issue_api_keys, record_api_key_uses, revoke_api_keys
from tests.partners.world import World, make_world, refused


def key_request(world: World, **changes: Any) -> ApiKeyRequest:  # noqa: ANN401 - fields of the request
    fields: dict[str, Any] = {
        "partner_role": "platform",
        "partner_id": world.platforms["tokopedia"],
        "expires_at": world.context.now + timedelta(days=365),
        "scopes": ["payment"],
    }
    return ApiKeyRequest(**{**fields, **changes})


def issue_code(world: World, context: Context | None = None, **changes: Any) -> str:  # noqa: ANN401
    return issue_api_keys(context or world.context, [key_request(world, **changes)])[0].code


def test_shows_the_secret_once_and_finds_it_again(world: World) -> None:
    result = issue_api_keys(world.context, [key_request(world)])[0]
    assert (result.code, len(result.secret)) == ("ok", 64)
    assert result.client_code.startswith("tokopedia-")
    assert result.secret not in repr(result)
    stored = db.value("SELECT key_cipher FROM api_keys")
    assert result.secret.encode() not in bytes(stored)
    found = queries.find_api_key(result.client_code)
    assert found is not None
    assert (found.secret, found.partner_code, found.partner_state) == (result.secret, "tokopedia", "active")
    assert (found.partner_id, found.scopes) == (world.platforms["tokopedia"], ("payment",))
    assert result.secret not in repr(found)
    assert [found.is_live(found.expires_at - timedelta(seconds=1)), found.is_live(found.expires_at)] == [True, False]
    assert queries.find_api_key("tokopedia-00000000") is None
    payloads = db.rows("SELECT payload::text FROM events WHERE kind = 'api_key.issued' ORDER BY event_id")
    assert len(payloads) == 1
    assert result.secret not in payloads[0][0]


def test_an_institution_has_keys_too(world: World) -> None:
    result = issue_api_keys(
        world.context, [key_request(world, partner_role="institution", partner_id=world.institution_id)]
    )[0]
    found = queries.find_api_key(result.client_code)
    assert found is not None
    assert (found.partner_code, found.partner_role) == ("lpk-maju", "institution")


def test_refuses_in_order(world: World) -> None:
    past = world.context.now
    assert issue_code(world, partner_id=uuid4(), expires_at=past) == "partner_unknown"
    assert issue_code(world, partner_role="institution") == "partner_unknown"
    assert issue_code(world, expires_at=past) == "life_malformed"
    results = issue_api_keys(world.context, [key_request(world)] * 3)
    assert [result.code for result in results] == ["ok", "ok", "two_live_keys"]


def test_a_revoked_or_expired_key_gives_its_place_free(world: World) -> None:
    soon = world.context.now + timedelta(days=1)
    first = issue_api_keys(world.context, [key_request(world)])[0]
    assert issue_code(world, expires_at=soon) == "ok"
    assert first.key_id is not None
    results = revoke_api_keys(world.context, [uuid4(), first.key_id])
    assert [result.code for result in results] == ["key_unknown", "ok"]
    assert revoke_api_keys(world.context, [first.key_id])[0].code == "already_revoked"
    assert issue_code(world) == "ok"
    assert issue_code(world) == "two_live_keys"
    assert issue_code(world, replace(world.context, now=soon)) == "ok"
    found = queries.find_api_key(first.client_code)
    assert found is not None
    assert not found.is_live(world.context.now)


def test_notes_the_last_use(world: World) -> None:
    result = issue_api_keys(world.context, [key_request(world)])[0]
    assert record_api_key_uses(world.context, [result.client_code, "nobody-1"]) == 1
    assert record_api_key_uses(world.context, [result.client_code]) == 0
    (line,) = queries.list_api_keys(world.platforms["tokopedia"])
    assert (line.client_code, line.last_used_at) == (result.client_code, world.context.now)


def test_six_at_once_get_two_keys(
    race: Callable[[Sequence[Callable[[], object]]], list[object]], context: Context
) -> None:
    world = make_world(context)
    found = race([lambda: issue_code(world)] * 6)
    assert sorted(map(str, found)) == ["ok"] * 2 + ["two_live_keys"] * 4


def copy_of_key(**columns: str) -> str:
    names = [
        "partner_id",
        "partner_role",
        "slot",
        "client_code",
        "key_cipher",
        "scopes",
        "created_at",
        "expires_at",
        "revoked_at",
    ]
    values = [columns.get(name, "'other'" if name == "client_code" else name) for name in names]
    return f"INSERT INTO api_keys (id, {', '.join(names)}) SELECT gen_random_uuid(), {', '.join(values)} FROM api_keys"


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({}, "live_key_has_its_own_slot"),
        ({"slot": "3"}, "partner_has_two_live_keys_at_most"),
        ({"slot": "2", "client_code": "client_code"}, "client_code_is_unique"),
        ({"partner_role": "'bank'"}, "partner_role_is_known"),
        ({"partner_id": "gen_random_uuid()"}, "key_belongs_to_a_platform"),
        ({"partner_role": "'institution'"}, "key_belongs_to_an_institution"),
    ],
)
def test_the_database_keeps_keys_right(world: World, columns: dict[str, str], constraint: str) -> None:
    assert issue_code(world) == "ok"
    assert refused(copy_of_key(**columns)) == constraint


def test_a_key_reads_in_its_own_row_only(world: World) -> None:
    first, second = issue_api_keys(world.context, [key_request(world)] * 2)
    swapped: list[UUID | None] = [second.key_id, first.key_id]
    db.execute(
        "UPDATE api_keys SET key_cipher = (SELECT key_cipher FROM api_keys WHERE id = %s) WHERE id = %s", swapped
    )
    with pytest.raises(ValueError, match="not readable"):
        queries.find_api_key(first.client_code)
