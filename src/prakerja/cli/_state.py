"""The state folder: which nation lives there, its keys, and the private PostgreSQL's files.

`state.json` says version, people and seed; `keys.json` (mode 0600) holds the keys; `postgres/` the database.
"""

import fcntl
import hashlib
import hmac
import json
import os
import secrets
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from prakerja.cli._errors import CommandError

# Grows when an older state can no longer be read by this code (migrations carry the database along).
STATE_VERSION = 1
PEOPLE = 20_000
SEED = 1
_SECRET_KEYS = ("secret_key", "field_key")
_SEEDED_KEYS = ("index_key", "code_key", "otp_key")


@dataclass(frozen=True, slots=True)
class Nation:
    """What the state was made for."""

    version: int
    people: int
    seed: int


@dataclass(frozen=True, slots=True)
class State:
    """An open state folder."""

    folder: Path
    nation: Nation
    keys: dict[str, str]

    @property
    def postgres_folder(self) -> Path:
        """Where the private PostgreSQL lives."""
        return self.folder / "postgres"


def default_folder() -> Path:
    """PRAKERJA_STATE_DIR, or `.prakerja/state` in the working folder."""
    return Path(os.environ.get("PRAKERJA_STATE_DIR") or ".prakerja/state").absolute()


def open_state(folder: Path, *, people: int | None = None, seed: int | None = None, fresh: bool = False) -> State:
    """Open the folder's state, or make one of 20,000 people and seed 1.

    Raises:
        CommandError: it holds another version, or another nation than asked for; its keys are missing while its
            database is there; the folder cannot be written; `fresh` while another command uses it.
    """
    try:
        if fresh:
            throw_away(folder)
        folder.mkdir(parents=True, exist_ok=True)
        nation = _read_nation(folder)
        if nation is None:
            nation = Nation(STATE_VERSION, PEOPLE if people is None else people, SEED if seed is None else seed)
            _write(folder / "state.json", asdict(nation), mode=0o644)
        _check_asked(folder, nation, people=people, seed=seed)
        return State(folder, nation, _keys(folder, nation))
    except PermissionError as error:
        raise CommandError(f"read-only folder: {error.filename} cannot be written") from error


def throw_away(folder: Path) -> None:
    """Remove the state; the private server of a killed command is stopped first.

    Raises:
        CommandError: another command uses the state.
    """
    from prakerja.kit.postgres import PrivatePostgres

    if not folder.exists():
        return
    users = folder / "postgres" / "users.lock"
    if users.exists():
        with users.open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CommandError(f"another command uses the state in {folder}: stop it first") from None
        server = PrivatePostgres(folder / "postgres")
        if server.pid is not None:
            server.start()
            server.stop()
    shutil.rmtree(folder)


def _read_nation(folder: Path) -> Nation | None:
    path = folder / "state.json"
    if not path.exists():
        return None
    try:
        stored = json.loads(path.read_text())
        nation = Nation(int(stored["version"]), int(stored["people"]), int(stored["seed"]))
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} cannot be read ({error!r}); --fresh throws the state away") from error
    if nation.version != STATE_VERSION:
        raise CommandError(
            f"{folder} holds a state of version {nation.version}, this code works with {STATE_VERSION}: "
            "use the code that made it, or throw it away with --fresh"
        )
    return nation


def _check_asked(folder: Path, nation: Nation, *, people: int | None, seed: int | None) -> None:
    asked = [("people", people, nation.people), ("seed", seed, nation.seed)]
    other = [f"--{name} {wanted} (it holds {held})" for name, wanted, held in asked if wanted not in {None, held}]
    if other:
        raise CommandError(
            f"{folder} holds another nation than asked for: {', '.join(other)}; --fresh throws it away and makes yours"
        )


def _keys(folder: Path, nation: Nation) -> dict[str, str]:
    path = folder / "keys.json"
    if path.exists():
        stored: dict[str, str] = json.loads(path.read_text())
        return stored
    if (folder / "postgres" / "data.made").exists():
        raise CommandError(f"{path} is missing: what the database encrypted is lost; --fresh throws the state away")
    keys = {name: secrets.token_hex(32) for name in _SECRET_KEYS}
    # A sandbox of invented people: the same seed must give the same lanes, card numbers and pseudonyms of draws on
    # every machine. A draw ranks pseudonyms: with other keys other people would be chosen.
    for name in _SEEDED_KEYS:
        keys[name] = hmac.digest(b"prakerja sandbox state", f"{name} {nation.seed}".encode(), hashlib.sha256).hex()
    _write(path, keys, mode=0o600)
    return keys


def _write(path: Path, content: dict[str, object] | dict[str, str], *, mode: int) -> None:
    # Whole or not at all: a killed process leaves no half file.
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    new.replace(path)
