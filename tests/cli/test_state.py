import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from prakerja.cli import _state
from prakerja.cli._errors import CommandError
from prakerja.cli._state import Nation, open_state, throw_away
from prakerja.kit.postgres import PrivatePostgres


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def server(folder: Path) -> Iterator[PrivatePostgres]:
    private = PrivatePostgres(open_state(folder).postgres_folder, durable=False)
    private.start()
    yield private
    private.stop()


def test_a_new_state_is_a_nation_of_20_000_and_keeps_its_keys_from_others(folder: Path) -> None:
    state = open_state(folder)
    assert state.nation == Nation(version=1, people=20_000, seed=1)
    assert (folder / "keys.json").stat().st_mode & 0o777 == 0o600
    assert open_state(folder) == state


def test_the_same_seed_gives_the_same_lanes_card_numbers_and_draws(tmp_path: Path) -> None:
    one, two, other = (open_state(tmp_path / name, seed=seed).keys for name, seed in (("a", 7), ("b", 7), ("c", 8)))
    assert one["index_key"] == two["index_key"] != other["index_key"]
    assert one["code_key"] == two["code_key"] != one["index_key"]
    # Pseudonyms of a draw are made with it, and their order is a part of who is chosen.
    assert one["otp_key"] == two["otp_key"] != other["otp_key"]
    assert one["secret_key"] != two["secret_key"]
    assert one["field_key"] != two["field_key"]


def test_another_nation_is_refused_and_fresh_is_named(folder: Path) -> None:
    open_state(folder, people=2_000, seed=3)
    with pytest.raises(CommandError, match=r"--people 5 \(it holds 2000\), --seed 4 \(it holds 3\); --fresh"):
        open_state(folder, people=5, seed=4)
    assert open_state(folder, people=2_000, seed=3).nation.people == 2_000


def test_fresh_makes_another_nation(folder: Path) -> None:
    before = open_state(folder, people=2_000)
    after = open_state(folder, people=5, fresh=True)
    assert after.nation.people == 5
    assert after.keys["field_key"] != before.keys["field_key"]


def test_a_state_of_another_version_is_explained(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_state(folder)
    monkeypatch.setattr(_state, "STATE_VERSION", 2)
    with pytest.raises(CommandError, match=r"version 1, this code works with 2.*--fresh"):
        open_state(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", json.dumps({"version": 1})])
def test_an_unreadable_state_is_explained(folder: Path, content: str) -> None:
    open_state(folder)
    (folder / "state.json").write_text(content)
    with pytest.raises(CommandError, match="cannot be read"):
        open_state(folder)


def test_a_state_without_keys_is_not_given_new_ones(server: PrivatePostgres, folder: Path) -> None:
    (folder / "keys.json").unlink()
    with pytest.raises(CommandError, match=r"keys\.json is missing"):
        open_state(folder)


def test_a_state_in_use_is_not_thrown_away(server: PrivatePostgres, folder: Path) -> None:
    with pytest.raises(CommandError, match="another command uses"):
        throw_away(folder)
    server.stop()
    throw_away(folder)
    assert not folder.exists()
