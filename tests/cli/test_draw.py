"""`prakerja draw`: verifying a published draw with the beacon's signature, and the files of sealed seeds."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from prakerja.cli.draw import app
from prakerja.selection.drand import DrandBeacon, quicknet, sandbox_chain, sign_sandbox_round
from prakerja.selection.sandbox_beacon import serve_beacon
from tests.selection.test_rules import entry
from tests.selection.test_verify_draw import QUOTAS, publish

ROUND = 100_000


def files(folder: Path, beacon: dict[str, object], randomness: bytes) -> list[str]:
    published = publish([entry(n) for n in range(40)], QUOTAS, randomness=randomness, beacon=beacon)
    return published.write(folder)[:3]


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.output + (f"{done.exception}" if done.exception else "")


@pytest.fixture
def published(tmp_path: Path) -> list[str]:
    facts = DrandBeacon(sandbox_chain(), []).facts(ROUND)
    return files(tmp_path, facts, sha256(sign_sandbox_round(ROUND)).digest())


@pytest.fixture(params=["honest", "silent", "lying"])
def relay(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    with serve_beacon(
        ("127.0.0.1", 0),
        lambda: datetime.now(UTC),
        silent=request.param == "silent",
        lying=request.param == "lying",
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield request.param, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_signature_that_was_read_at_the_beacon_proves_the_draw(published: list[str]) -> None:
    code, said = run("verify", *published, "--signature", sign_sandbox_round(ROUND).hex())
    assert (code, "The draw is right" in said) == (0, True), said
    code, said = run("verify", *published, "--signature", sign_sandbox_round(ROUND + 1).hex())
    assert "not the chain's signature" in said
    assert code != 0
    code, said = run("verify", *published, "--signature", "xyz")
    assert "96 hexadecimal digits" in said
    code, said = run("verify", *published, "--randomness", "00" * 32)
    assert "refused: line" in said
    code, said = run("verify", *published)
    assert "give one of" in said


def test_a_relay_is_asked_and_not_believed(published: list[str], relay: tuple[str, str]) -> None:
    kind, url = relay
    code, said = run("verify", *published, "--relay", url)
    expected = {"honest": "The draw is right", "silent": "does not give this round", "lying": "refused: no relay"}
    assert expected[kind] in said
    assert (code == 0) == (kind == "honest")


def test_the_beacon_program_gives_rounds_as_drand_does_and_none_of_the_future() -> None:
    now = datetime.now(UTC)
    with serve_beacon(("127.0.0.1", 0), lambda: now) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        beacon = DrandBeacon(sandbox_chain(), [f"http://127.0.0.1:{server.server_port}/"])
        future = beacon.first_round_after(now)
        past = beacon.randomness(future - 1, now=now)
        assert past is not None
        assert past.signature == sign_sandbox_round(future - 1)
        assert beacon.randomness(future, now=now + timedelta(days=1)) is None
        gone = DrandBeacon(sandbox_chain(), [f"http://127.0.0.1:{server.server_port}/other"])
        assert gone.randomness(future - 1, now=now) is None
        server.shutdown()
        thread.join()
    assert beacon.randomness(future - 1, now=now) is None


def test_a_commitment_of_an_unknown_chain_is_not_checked(tmp_path: Path) -> None:
    facts = DrandBeacon(quicknet(), []).facts(7)
    for wrong in ({"public_key": "00"}, {"scheme": "another"}, {"chain": "00"}):
        named = files(tmp_path, facts | wrong, bytes(32))
        assert "names no chain" in run("verify", *named, "--signature", "00" * 48)[1]
