"""Where the randomness of a draw comes from: a beacon that is silent or lies, and which one a deployment uses."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest

from prakerja.kit.settings import get_settings
from prakerja.selection import deployed_beacon as beacons
from prakerja.selection import queries
from prakerja.selection.deployed_beacon import beacon_of_deployment
from prakerja.selection.drand import DrandBeacon, sandbox_chain, sign_sandbox_round
from prakerja.selection.errors import DrawCode
from prakerja.selection.operations import reveal_draw
from prakerja.selection.rules import draw_seed
from tests.selection.world import BEACON, committed


def answers(**of_relays: bytes | None) -> DrandBeacon:
    """A beacon whose relays answer so."""
    return DrandBeacon(sandbox_chain(), list(of_relays), ask=lambda url: of_relays[url.split("/")[0]])


def signed(beacon_round: int) -> bytes:
    return json.dumps({"round": beacon_round, "signature": sign_sandbox_round(beacon_round).hex()}).encode()


@pytest.mark.django_db
def test_a_draw_waits_for_its_round_and_takes_no_forged_one() -> None:
    closing, wave_id = committed(answers())
    view = queries.find_draw(wave_id)
    assert view is not None
    # The commitment says what to check: chain, key, round, and a time that is far enough away.
    assert view.commits["beacon"] == {
        "name": view.beacon,
        "chain": sandbox_chain().chain_hash,
        "scheme": "bls-unchained-g1-rfc9380",
        "public_key": sandbox_chain().public_key.hex(),
        "round": view.beacon_round,
        "at": view.beacon_at.isoformat(),
    }
    assert view.beacon_at - closing.now >= timedelta(minutes=10)
    later = closing.at(view.beacon_at)
    assert reveal_draw(later, wave_id, answers(one=None)).code is DrawCode.BEACON_NOT_YET
    assert reveal_draw(later, wave_id, answers(one=signed(7))).code is DrawCode.BEACON_FORGED
    assert reveal_draw(later, wave_id, BEACON).code is DrawCode.WRONG_BEACON
    assert reveal_draw(later, wave_id, answers(one=signed(view.beacon_round))).code is DrawCode.OK
    revealed = queries.find_draw(wave_id)
    assert revealed is not None
    assert revealed.source == "beacon"
    assert revealed.signature == sign_sandbox_round(view.beacon_round)
    assert revealed.randomness == sha256(sign_sandbox_round(view.beacon_round)).digest()
    assert revealed.seed == draw_seed(view.commitment, revealed.randomness)


def test_the_deployment_names_its_beacon(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = get_settings()

    def use(**changes: object) -> None:
        monkeypatch.setattr(beacons, "get_settings", lambda: settings.model_copy(update=changes))

    use(beacon_urls="")
    assert beacon_of_deployment().name == "sandbox"
    use(beacon_urls="http://localhost:8100, http://localhost:8101")
    assert beacon_of_deployment().name == f"drand:{sandbox_chain().chain_hash[:16]}"
    use(deployment="production", beacon_urls="https://relay.example")
    assert beacon_of_deployment().name == "drand:52db9ba70e0cc0f6"
