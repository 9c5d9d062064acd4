"""Where the randomness of a draw comes from: drand and its signature, a beacon that is silent or lies, sealed seeds."""

import json
import random
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import combinations
from uuid import UUID

import pytest

from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.selection import beacon as beacons
from prakerja.selection import queries
from prakerja.selection.beacon import Randomness, beacon_of_deployment
from prakerja.selection.drand import DrandBeacon, sandbox_chain, sign_sandbox_round
from prakerja.selection.errors import DrawCode, SealCode
from prakerja.selection.operations import (
    Opening,
    close_wave,
    commit_draw,
    confirm_shares,
    open_seals,
    reveal_draw,
    seal_wave,
)
from prakerja.selection.rules import Quota, draw_seed
from prakerja.selection.seals import (
    GENERATOR,
    ORDER,
    PRIME,
    Seal,
    SealedSeed,
    Share,
    make_seal,
    randomness_of_seeds,
    recover_seed,
    seed_fits,
    share_fits,
    threshold_is_fair,
)
from tests.participants.people import april_context, eligible, founding, person
from tests.selection.world import BEACON, DAYS_OPEN, join, open_new_wave

NAMES = ("bps", "kpk", "ombudsman", "ugm", "ui")


def answers(**of_relays: bytes | None) -> DrandBeacon:
    """A beacon whose relays answer so."""
    return DrandBeacon(sandbox_chain(), list(of_relays), ask=lambda url: of_relays[url.split("/")[0]])


def signed(beacon_round: int) -> bytes:
    return json.dumps({"round": beacon_round, "signature": sign_sandbox_round(beacon_round).hex()}).encode()


def committed(beacon: beacons.Beacon, *, seals: list[Seal] | None = None) -> tuple[Context, UUID]:
    """A wave that is committed, and the moment of the commitment."""
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 4)])
    join(context, wave_id, eligible(context, [person(n * 2) for n in range(9)]))
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)
    if seals:
        assert seal_wave(closing, wave_id, seals) is SealCode.OK
        assert commit_draw(closing, wave_id, founding(), beacon).code is DrawCode.SEALS_NOT_CONFIRMED
        assert [confirm_shares(closing, wave_id, one.institution) for one in seals] == [SealCode.OK] * len(seals)
    assert commit_draw(closing, wave_id, founding(), beacon).code is DrawCode.OK
    return closing, wave_id


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


def test_the_group_of_the_seals_is_what_it_should_be() -> None:
    assert PRIME.bit_length() == 2048
    for base in (2, 3, 5, 7, 11, 13, 17, 19):
        assert pow(base, PRIME - 1, PRIME) == 1
        assert pow(base, ORDER - 1, ORDER) == 1
    assert pow(GENERATOR, ORDER, PRIME) == 1


@cache
def sealed(*, holders: int = 5, threshold: int = 3, seed: int = 1) -> list[SealedSeed]:
    dice = random.Random(seed)  # noqa: S311 - seeds for tests
    return [make_seal(name, holders=holders, threshold=threshold, bits=dice.getrandbits) for name in NAMES[:holders]]


def test_any_threshold_of_holders_opens_a_seed_and_fewer_do_not() -> None:
    one = sealed()[0]
    assert seed_fits(one.seal, one.seed)
    assert not seed_fits(one.seal, one.seed + 1)
    assert all(share_fits(one.seal, share) for share in one.shares)
    for three in combinations(one.shares, 3):
        assert recover_seed(one.seal, three) == one.seed
    for two in combinations(one.shares, 2):
        assert recover_seed(one.seal, two) is None
    lie = Share("bps", 2, one.shares[1].value + 1)
    assert not share_fits(one.seal, lie)
    assert not share_fits(one.seal, Share("kpk", 2, one.shares[1].value))
    assert recover_seed(one.seal, [*one.shares[:2], lie]) is None
    assert recover_seed(one.seal, [*one.shares[2:], lie]) == one.seed


def test_two_shares_of_three_say_nothing_about_the_seed() -> None:
    """For every other seed there is a third share with which the two known ones fit it as well."""
    one = sealed(seed=4)[0]
    known = {share.holder: share.value for share in one.shares[:2]}

    def value_at(points: dict[int, int], place: int) -> int:
        total = 0
        for holder, value in points.items():
            weight = 1
            for other in points:
                if other != holder:
                    weight = weight * (place - other) * pow(holder - other, -1, ORDER) % ORDER
            total += value * weight
        return total % ORDER

    for seed in (0, 1, one.seed, 12345):
        third = value_at({0: seed, **known}, 3)
        assert value_at({**known, 3: third}, 0) == seed


@pytest.mark.parametrize(("threshold", "holders"), [(2, 2), (1, 3), (3, 3), (2, 4), (5, 5), (2, 5)])
def test_a_threshold_that_lets_few_peek_or_one_block_is_refused(threshold: int, holders: int) -> None:
    assert not threshold_is_fair(threshold, holders)
    with pytest.raises(ValueError, match="majority"):
        make_seal("bps", holders=holders, threshold=threshold, bits=random.Random(1).getrandbits)  # noqa: S311


class SilentBeacon(beacons.SandboxBeacon):
    """A beacon whose round never comes."""

    def randomness(self, beacon_round: int, *, now: datetime) -> Randomness | None:
        del beacon_round, now
        return None


@pytest.mark.django_db
@pytest.mark.parametrize("withholding", [(), ("bps", "ui")])
def test_whoever_withholds_a_seed_does_not_choose_between_two_outcomes(withholding: tuple[str, ...]) -> None:
    """The others open it with their shares, and the outcome is the one that there ever was."""
    made = sealed()
    silent = SilentBeacon("tests")
    closing, wave_id = committed(silent, seals=[one.seal for one in made])
    view = queries.find_draw(wave_id)
    assert view is not None
    opens = closing.at(view.beacon_at + timedelta(days=7))
    own = [Opening(one.seal.institution, 0, one.seed) for one in made if one.seal.institution not in withholding]
    assert open_seals(closing.at(view.beacon_at), wave_id, own[:1], silent) == [SealCode.NOT_YET]
    assert open_seals(opens, wave_id, own, silent) == [SealCode.OK] * len(own)
    assert open_seals(opens, wave_id, own[:1], silent) == [SealCode.ALREADY_OPEN]
    if withholding:
        assert reveal_draw(opens, wave_id, silent).code is DrawCode.SEALS_MISSING
        shares = [
            Opening(one.seal.institution, share.holder, share.value)
            for one in made
            if one.seal.institution in withholding
            for share in one.shares
            if NAMES[share.holder - 1] not in withholding
        ]
        lie = Opening(shares[0].institution, shares[0].holder, shares[0].value + 1)
        assert open_seals(opens, wave_id, [lie], silent) == [SealCode.WRONG_OPENING]
        two = [one for one in shares if one.holder in {share.holder for share in shares[:2]}]
        assert open_seals(opens, wave_id, two, silent) == [SealCode.OK] * len(two)
        assert reveal_draw(opens, wave_id, silent).code is DrawCode.SEALS_MISSING
        rest = [one for one in shares if one not in two]
        assert open_seals(opens, wave_id, rest, silent) == [SealCode.OK] * len(rest)
    # A beacon that speaks after the first opening changes nothing either: nobody gets a second outcome to choose.
    assert reveal_draw(opens, wave_id, BEACON).code is DrawCode.OK
    revealed = queries.find_draw(wave_id)
    assert revealed is not None
    assert revealed.source == "seeds"
    assert revealed.randomness == randomness_of_seeds({one.seal.institution: one.seed for one in made})


@pytest.mark.django_db
def test_seeds_stay_shut_while_the_beacon_speaks() -> None:
    made = sealed(holders=3, threshold=2)
    closing, wave_id = committed(BEACON, seals=[one.seal for one in made])
    late = closing.at(closing.now + timedelta(days=30))
    own = [Opening(one.seal.institution, 0, one.seed) for one in made]
    assert open_seals(late, wave_id, own, BEACON) == [SealCode.BEACON_HAS_SPOKEN] * 3
    assert open_seals(late, UUID(int=9), own, BEACON) == [SealCode.WAVE_NOT_FOUND] * 3
    assert reveal_draw(late, wave_id, BEACON).code is DrawCode.OK
    assert open_seals(late, wave_id, own, BEACON) == [SealCode.NOT_IN_THIS_STATE] * 3


@pytest.mark.django_db
def test_a_draw_without_a_fallback_has_none() -> None:
    silent = SilentBeacon("tests")
    closing, wave_id = committed(silent)
    late = closing.at(closing.now + timedelta(days=30))
    assert open_seals(late, wave_id, [Opening("bps", 0, 1)], silent) == [SealCode.NO_FALLBACK]
    assert reveal_draw(late, wave_id, silent).code is DrawCode.BEACON_NOT_YET


@pytest.mark.django_db
def test_each_refusal_of_a_seal_has_its_code() -> None:
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 4)])
    seals = [one.seal for one in sealed(holders=3, threshold=2)]
    foreign = Seal("bps", (PRIME - 1, 5))
    not_square = Seal("bps", (seals[0].commitments[0] * (PRIME - 1) % PRIME, seals[0].commitments[1]))
    assert seal_wave(context, UUID(int=9), seals) is SealCode.WAVE_NOT_FOUND
    assert seal_wave(context, wave_id, seals[:2]) is SealCode.UNFAIR_THRESHOLD
    assert seal_wave(context, wave_id, [foreign, *seals[1:]]) is SealCode.WRONG_SEAL
    assert seal_wave(context, wave_id, [not_square, *seals[1:]]) is SealCode.WRONG_SEAL
    assert seal_wave(context, wave_id, [seals[0], seals[0], seals[1]]) is SealCode.WRONG_SEAL
    assert seal_wave(context, wave_id, seals) is SealCode.OK
    assert seal_wave(context, wave_id, seals) is SealCode.ALREADY_SEALED
    assert confirm_shares(context, wave_id, "nobody") is SealCode.WAVE_NOT_FOUND
    assert confirm_shares(context, UUID(int=9), "bps") is SealCode.WAVE_NOT_FOUND
    closing, drawn = committed_again(context)
    assert seal_wave(closing, drawn, seals) is SealCode.NOT_IN_THIS_STATE
    assert confirm_shares(closing, drawn, "bps") is SealCode.NOT_IN_THIS_STATE


def committed_again(context: Context) -> tuple[Context, UUID]:
    wave_id = open_new_wave(context, [Quota("digital", None, 4)], number=2)
    join(context, wave_id, eligible(context, [person(1)]))
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)
    assert commit_draw(closing, wave_id, founding(), BEACON).code is DrawCode.OK
    return closing, wave_id


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
