"""Sealed seeds: the mathematics, who does what until when, and that withholding chooses nothing."""

import random
from datetime import datetime, timedelta
from itertools import combinations
from uuid import UUID

import pytest
from django.db import IntegrityError

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.selection import beacon as beacons
from prakerja.selection import queries
from prakerja.selection.beacon import ForgedRandomnessError, Randomness
from prakerja.selection.errors import DrawCode, KeeperCode, SealCode
from prakerja.selection.operations import (
    FallbackPlan,
    KeeperRequest,
    Opening,
    add_seal_keepers,
    close_wave,
    commit_draw,
    confirm_shares,
    drop_fallback,
    name_fallback,
    object_to_share,
    open_seals,
    reveal_draw,
    seal_seed,
)
from prakerja.selection.queries import find_fallback, list_fallbacks_of_keeper
from prakerja.selection.rules import Quota
from prakerja.selection.seal_draw import (
    GENERATOR,
    ORDER,
    PRIME,
    Seal,
    Share,
    make_seal,
    randomness_of_seeds,
    recover_seed,
    seed_fits,
    share_fits,
    threshold_is_fair,
)
from tests.participants.people import april_context, eligible, founding, person
from tests.selection.sealed import NAMES, keeper_ids, plan_of, seal_and_confirm, sealed
from tests.selection.world import BEACON, DAYS_OPEN, committed, join, open_new_wave


def test_the_group_of_the_seals_is_what_it_should_be() -> None:
    assert PRIME.bit_length() == 2048
    for base in (2, 3, 5, 7, 11, 13, 17, 19):
        assert pow(base, PRIME - 1, PRIME) == 1
        assert pow(base, ORDER - 1, ORDER) == 1
    assert pow(GENERATOR, ORDER, PRIME) == 1


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
    closing, wave_id = committed(silent, made=made)
    view = queries.find_draw(wave_id)
    assert view is not None
    opens = closing.at(view.beacon_at + timedelta(days=7))
    own = [Opening(one.seal.keeper, 0, one.seed) for one in made if one.seal.keeper not in withholding]
    assert open_seals(closing.at(view.beacon_at), wave_id, own[:1], silent) == [SealCode.NOT_YET]
    assert open_seals(opens, wave_id, own, silent) == [SealCode.OK] * len(own)
    assert open_seals(opens, wave_id, own[:1], silent) == [SealCode.ALREADY_OPEN]
    if withholding:
        assert reveal_draw(opens, wave_id, silent).code is DrawCode.SEALS_MISSING
        shares = [
            Opening(one.seal.keeper, share.holder, share.value)
            for one in made
            if one.seal.keeper in withholding
            for share in one.shares
            if NAMES[share.holder - 1] not in withholding
        ]
        lie = Opening(shares[0].keeper, shares[0].holder, shares[0].value + 1)
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
    assert revealed.randomness == randomness_of_seeds({one.seal.keeper: one.seed for one in made})


@pytest.mark.django_db
def test_seeds_stay_shut_while_the_beacon_speaks() -> None:
    made = sealed(holders=3, threshold=2)
    closing, wave_id = committed(BEACON, made=made)
    late = closing.at(closing.now + timedelta(days=30))
    own = [Opening(one.seal.keeper, 0, one.seed) for one in made]
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


class LyingBeacon(SilentBeacon):
    """A beacon whose relays give forgeries only."""

    def randomness(self, beacon_round: int, *, now: datetime) -> Randomness | None:
        raise ForgedRandomnessError(f"{beacon_round} {now}")


@pytest.mark.django_db
def test_seeds_open_when_the_relays_only_lie() -> None:
    made = sealed(holders=3, threshold=2)
    closing, wave_id = committed(BEACON, made=made)
    late = closing.at(closing.now + timedelta(days=8))
    own = [Opening(one.seal.keeper, 0, one.seed) for one in made]
    assert open_seals(late, wave_id, own, LyingBeacon("tests")) == [SealCode.OK] * 3


@pytest.mark.django_db
def test_a_keeper_opens_its_own_seed_and_its_own_shares_only() -> None:
    made = sealed(holders=3, threshold=2)
    silent = SilentBeacon("tests")
    closing, wave_id = committed(silent, made=made)
    late = closing.at(closing.now + timedelta(days=8))
    bps, kpk, ombudsman = made

    def opens(by: str, *openings: Opening) -> list[SealCode]:
        return open_seals(late, wave_id, openings, silent, by=by)

    assert opens("bps", Opening("kpk", 0, kpk.seed), Opening("kpk", 3, kpk.shares[2].value)) == [SealCode.NOT_YOURS] * 2
    assert opens("ui", Opening("kpk", 0, kpk.seed)) == [SealCode.NOT_YOURS]
    assert opens("bps", Opening("bps", 0, bps.seed), Opening("kpk", 1, kpk.shares[0].value)) == [SealCode.OK] * 2
    assert opens("bps", Opening("kpk", 1, 5), Opening("bps", 0, 5)) == [SealCode.WRONG_OPENING] * 2
    assert opens("ombudsman", Opening("kpk", 3, kpk.shares[2].value)) == [SealCode.OK]
    # Two of three have opened what kpk withholds; the ombudsman's own seed is still shut.
    draw = queries.find_draw(wave_id)
    assert draw is not None
    assert queries.opened_seeds(wave_id, draw.draw_id) == {"bps": bps.seed, "kpk": kpk.seed, "ombudsman": None}
    assert reveal_draw(late, wave_id, silent).code is DrawCode.SEALS_MISSING
    assert opens("ombudsman", Opening("ombudsman", 0, ombudsman.seed)) == [SealCode.OK]
    assert reveal_draw(late, wave_id, silent).code is DrawCode.OK


@pytest.mark.django_db
def test_keepers_are_put_on_record_once() -> None:
    context = april_context()
    requests = [
        KeeperRequest("bps", "Badan Pusat Statistik"),
        KeeperRequest("bps", "Another"),
        KeeperRequest("B P S", "x"),
        KeeperRequest("../etc", "x"),
        KeeperRequest("kpk", "  "),
    ]
    codes = [one.code for one in add_seal_keepers(context, requests)]
    assert codes == [
        KeeperCode.OK,
        KeeperCode.CODE_TAKEN,
        KeeperCode.CODE_NOT_POSSIBLE,
        KeeperCode.CODE_NOT_POSSIBLE,
        KeeperCode.NAME_MISSING,
    ]


@pytest.mark.django_db
def test_each_refusal_of_a_fallback_has_its_code() -> None:
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 4)])
    good = plan_of(context)
    ids = good.keeper_ids
    assert name_fallback(context, UUID(int=9), good) is SealCode.WAVE_NOT_FOUND
    for plan, code in (
        (FallbackPlan((*ids, UUID(int=1)), 3, good.seal_until_at, good.confirm_until_at), SealCode.KEEPER_NOT_FOUND),
        (FallbackPlan((*ids, ids[0]), 3, good.seal_until_at, good.confirm_until_at), SealCode.KEEPER_NOT_FOUND),
        (FallbackPlan(ids[:2], 2, good.seal_until_at, good.confirm_until_at), SealCode.UNFAIR_THRESHOLD),
        (FallbackPlan(ids, 2, good.seal_until_at, good.confirm_until_at), SealCode.UNFAIR_THRESHOLD),
        (FallbackPlan(ids, 5, good.seal_until_at, good.confirm_until_at), SealCode.UNFAIR_THRESHOLD),
        (FallbackPlan(ids, 3, context.now, good.confirm_until_at), SealCode.DEADLINES_NOT_POSSIBLE),
        (FallbackPlan(ids, 3, good.confirm_until_at, good.seal_until_at), SealCode.DEADLINES_NOT_POSSIBLE),
    ):
        assert name_fallback(context, wave_id, plan) is code
    assert find_fallback(wave_id) is None
    assert name_fallback(context, wave_id, good) is SealCode.OK
    assert name_fallback(context, wave_id, good) is SealCode.ALREADY_NAMED
    closing, drawn = committed_again(context)
    assert name_fallback(closing, drawn, good) is SealCode.NOT_IN_THIS_STATE
    assert drop_fallback(closing, drawn, reason="x") is SealCode.NOT_IN_THIS_STATE
    assert drop_fallback(closing, UUID(int=9), reason="x") is SealCode.WAVE_NOT_FOUND


@pytest.mark.django_db
def test_each_refusal_of_a_seal_has_its_code() -> None:
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 4)])
    made = sealed(holders=3, threshold=2)
    ids = keeper_ids(context)
    bps, kpk, ombudsman = (ids[name] for name in NAMES[:3])
    seal = made[0].seal
    assert seal_seed(context, UUID(int=9), bps, seal) is SealCode.WAVE_NOT_FOUND
    assert seal_seed(context, wave_id, bps, seal) is SealCode.NO_FALLBACK
    assert confirm_shares(context, wave_id, bps) is SealCode.NO_FALLBACK
    assert name_fallback(context, wave_id, plan_of(context, holders=3, threshold=2)) is SealCode.OK
    assert seal_seed(context, wave_id, ids["ui"], seal) is SealCode.NOT_A_KEEPER
    for wrong in (
        made[1].seal,
        Seal("bps", (PRIME - 1, 5)),
        Seal("bps", (seal.commitments[0] * (PRIME - 1) % PRIME, seal.commitments[1])),
        Seal("bps", seal.commitments[:1]),
        sealed(holders=5)[0].seal,
    ):
        assert seal_seed(context, wave_id, bps, wrong) is SealCode.WRONG_SEAL
    assert seal_seed(context, wave_id, bps, seal) is SealCode.OK
    assert confirm_shares(context, wave_id, bps) is SealCode.SEALS_MISSING
    assert object_to_share(context, wave_id, bps, "kpk") is SealCode.SEALS_MISSING
    # A keeper that has lost its seed makes another one, until somebody has confirmed.
    assert seal_seed(context, wave_id, bps, sealed(holders=3, threshold=2, seed=9)[0].seal) is SealCode.OK
    assert seal_seed(context, wave_id, bps, seal) is SealCode.OK
    for keeper_id, one in ((kpk, made[1]), (ombudsman, made[2])):
        assert seal_seed(context, wave_id, keeper_id, one.seal) is SealCode.OK
    assert confirm_shares(context, wave_id, ids["ui"]) is SealCode.NOT_A_KEEPER
    assert confirm_shares(context, wave_id, kpk) is SealCode.OK
    assert seal_seed(context, wave_id, bps, seal) is SealCode.ALREADY_SEALED
    closing, drawn = committed_again(context)
    assert seal_seed(closing, drawn, bps, seal) is SealCode.NOT_IN_THIS_STATE
    assert confirm_shares(closing, drawn, bps) is SealCode.NOT_IN_THIS_STATE


@pytest.mark.django_db
def test_a_keeper_that_objects_stops_the_commitment_until_the_other_has_sealed_again() -> None:
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 4)])
    join(context, wave_id, eligible(context, [person(n * 2) for n in range(3)]))
    made = sealed(holders=3, threshold=2)
    seal_and_confirm(context, wave_id, made)
    ids = keeper_ids(context)
    assert object_to_share(context, wave_id, ids["kpk"], "kpk") is SealCode.NOT_A_KEEPER
    assert object_to_share(context, wave_id, ids["kpk"], "ui") is SealCode.NOT_A_KEEPER
    assert object_to_share(context, wave_id, ids["kpk"], "bps") is SealCode.OK
    fallback = find_fallback(wave_id)
    assert fallback is not None
    assert [seat.state for seat in fallback.seats] == ["to_confirm", "objects", "to_confirm"]
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)
    assert commit_draw(closing, wave_id, founding(), BEACON).code is DrawCode.SEALS_NOT_CONFIRMED
    again = sealed(holders=3, threshold=2, seed=5)[0].seal
    assert seal_seed(closing, wave_id, ids["bps"], again) is SealCode.OK
    for name in NAMES[:3]:
        assert confirm_shares(closing, wave_id, ids[name]) is SealCode.OK
    assert commit_draw(closing, wave_id, founding(), BEACON).code is DrawCode.OK
    view = queries.find_draw(wave_id)
    assert view is not None
    named = view.commits["fallback"]
    assert isinstance(named, dict)
    assert [name for name, _ in named["seals"]] == list(NAMES[:3])
    assert int(named["seals"][0][1][0], 16) == again.commitments[0]


@pytest.mark.django_db
def test_a_fallback_is_dropped_after_its_deadline_or_an_objection_and_another_one_named() -> None:
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 4)])
    plan = plan_of(context, holders=3, threshold=2)
    assert drop_fallback(context, wave_id, reason="x") is SealCode.NO_FALLBACK
    name_fallback(context, wave_id, plan)
    assert drop_fallback(context, wave_id, reason=" ") is SealCode.REASON_MISSING
    assert drop_fallback(context, wave_id, reason="too slow") is SealCode.STILL_TIME
    late = context.at(plan.seal_until_at)
    assert drop_fallback(late, wave_id, reason="kpk has not sealed") is SealCode.OK
    # All have sealed: now the deadline of confirming counts.
    made = sealed(holders=3, threshold=2)
    ids = keeper_ids(context)
    second = plan_of(late, holders=3, threshold=2)
    assert name_fallback(late, wave_id, second) is SealCode.OK
    for one in made:
        seal_seed(late, wave_id, ids[one.seal.keeper], one.seal)
    assert drop_fallback(late.at(second.seal_until_at), wave_id, reason="x") is SealCode.STILL_TIME
    assert object_to_share(late, wave_id, ids["bps"], "ombudsman") is SealCode.OK
    assert drop_fallback(late, wave_id, reason="shares did not fit") is SealCode.OK
    assert find_fallback(wave_id) is None
    reasons = db.rows("SELECT dropped_reason FROM draw_fallbacks ORDER BY named_at")
    assert reasons == [("kpk has not sealed",), ("shares did not fit",)]
    assert list_fallbacks_of_keeper(ids["bps"]) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE draw_seals SET commitments = '[]'", "a_committed_seal_stays"),
        ("DELETE FROM draw_seals", "a_committed_seal_stays"),
        ("UPDATE draw_fallbacks SET dropped_at = now(), dropped_reason = 'x'", "a_committed_fallback_stays"),
        ("DELETE FROM draw_openings", "draw_openings"),
    ],
)
def test_what_is_committed_stays(statement: str, constraint: str) -> None:
    committed(BEACON, made=sealed(holders=3, threshold=2))
    with pytest.raises(Exception, match=constraint) as refused:
        db.execute(statement)
    assert isinstance(refused.value, IntegrityError) or "append" in str(refused.value)


def committed_again(context: Context) -> tuple[Context, UUID]:
    wave_id = open_new_wave(context, [Quota("digital", None, 4)], number=2)
    join(context, wave_id, eligible(context, [person(1)]))
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)
    assert commit_draw(closing, wave_id, founding(), BEACON).code is DrawCode.OK
    return closing, wave_id
