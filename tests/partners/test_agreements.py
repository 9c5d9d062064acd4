"""SCHEME-10, FEE-01, FEE-02: agreements are signed in versions, never overlap, and are never edited."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from prakerja.kit.context import Context
from prakerja.partners import queries
from prakerja.partners.operations import (
    AgreementEnd,
    PlatformMove,
    agree_samples,
    end_agreements,
    move_platforms,
)
from prakerja.partners.states import PlatformState
from tests.partners.world import World, agreement_request, make_world, sign_one, verify_everywhere

TEN_PERCENT = {"kind": "share", "commission_bp": 1000}
TWENTY_PERCENT = {"kind": "share", "commission_bp": 2000}


def sign_code(world: World, platform: str = "tokopedia", **changes: Any) -> str:  # noqa: ANN401 - fields of the request
    request = agreement_request(world, platform, **changes)
    return agree_samples(world.context, [request], regime=world.second)[0].code


def test_signs_a_version_and_the_registration_is_agreed(verified: World) -> None:
    agreement_id = sign_one(verified, valid_until=date(2020, 12, 31))
    found = queries.get_agreements([agreement_id, uuid4()])
    assert list(found) == [agreement_id]
    one = found[agreement_id]
    assert (one.version, one.fee_scheme, one.highest_commission_bp, one.cap_bp) == (1, TEN_PERCENT, 1000, 1500)
    assert (one.valid_from, one.valid_until) == (date(2020, 9, 1), date(2020, 12, 31))
    assert (one.platform_kind, one.regime_version, one.sample) == ("private", verified.second.version, True)
    states = {
        registration.platform_id: registration.state
        for registration in queries.list_registrations(institution_id=verified.institution_id)
    }
    assert states[verified.platforms["tokopedia"]] == "agreed"
    assert states[verified.platforms["pijar"]] == "verified"


def test_refuses_strangers(world: World) -> None:
    assert sign_code(world, platform_id=uuid4()) == "platform_unknown"
    assert sign_code(world, institution_id=uuid4()) == "institution_unknown"
    assert sign_code(world) == "not_registered"
    move = PlatformMove(platform_id=world.platforms["tokopedia"], state=PlatformState.ENDED)
    move_platforms(world.context, [move], regime=world.second)
    assert sign_code(world) == "platform_not_active"


def test_refuses_malformed_terms(verified: World) -> None:
    request = agreement_request(verified, fee_scheme={"kind": "share"})
    result = agree_samples(verified.context, [request], regime=verified.second)[0]
    assert (result.code, result.problem) == ("fee_scheme_malformed", "missing_key")
    today = verified.context.today
    assert sign_code(verified, valid_from=today - timedelta(days=1)) == "period_malformed"
    assert sign_code(verified, valid_until=today) == "period_malformed"


def test_the_government_platform_charges_nothing(verified: World) -> None:
    for scheme in (TEN_PERCENT, {"kind": "flat", "fee_idr": 1}):
        assert sign_code(verified, "sisnaker", fee_scheme=scheme) == "government_platform_charges"
    assert sign_code(verified, "sisnaker") == "ok"


def test_commission_is_within_the_cap_of_its_regime(verified: World) -> None:
    assert sign_code(verified, fee_scheme=TWENTY_PERCENT) == "above_the_cap"
    tiers = [{"from_idr": 0, "commission_bp": 100}, {"from_idr": 900_000, "commission_bp": 1501}]
    assert sign_code(verified, fee_scheme={"kind": "tiered_by_price", "tiers": tiers}) == "above_the_cap"
    assert sign_code(verified, fee_scheme={"kind": "share", "commission_bp": 1500}) == "ok"
    # The founding regime asks for a reasonable fee, and names no cap.
    request = agreement_request(verified, "pijar", fee_scheme=TWENTY_PERCENT)
    result = agree_samples(verified.context, [request], regime=verified.founding)[0]
    assert result.code == "ok"
    found = queries.list_agreements(platform_id=verified.platforms["pijar"])
    assert [(one.highest_commission_bp, one.cap_bp) for one in found] == [(2000, None)]


def test_agreements_of_a_pair_never_overlap(verified: World) -> None:
    today = verified.context.today
    first, second = today + timedelta(days=10), today + timedelta(days=20)
    results = agree_samples(
        verified.context,
        [
            agreement_request(verified, valid_until=first),
            agreement_request(verified, valid_from=first - timedelta(days=1)),
            agreement_request(verified, valid_from=first, valid_until=second),
            agreement_request(verified, valid_from=first, valid_until=second),
            agreement_request(verified, "pijar", valid_from=first),
        ],
        regime=verified.second,
    )
    assert [result.code for result in results] == ["ok", "overlaps", "ok", "overlaps", "ok"]
    platform_id = verified.platforms["tokopedia"]
    pair = (platform_id, verified.institution_id)
    assert [one.version for one in queries.list_agreements(platform_id=platform_id)] == [1, 2]
    assert queries.get_agreement_in_force(*pair, first - timedelta(days=1)).version == 1
    assert queries.get_agreement_in_force(*pair, first).version == 2
    assert queries.find_agreement_in_force(*pair, second) is None
    with pytest.raises(LookupError, match="no agreement"):
        queries.get_agreement_in_force(*pair, second)
    assert [one.version for one in queries.list_agreements(institution_id=verified.institution_id, on=today)] == [1]
    assert [one.is_in_force(first) for one in queries.list_agreements(platform_id=platform_id)] == [False, True]


def test_ends_and_signs_other_terms(verified: World) -> None:
    context, today = verified.context, verified.context.today
    tomorrow = today + timedelta(days=1)
    agreement_id = sign_one(verified)
    results = end_agreements(
        context,
        [
            AgreementEnd(agreement_id=uuid4(), valid_until=tomorrow),
            # Today's purchases stand under it.
            AgreementEnd(agreement_id=agreement_id, valid_until=today),
            AgreementEnd(agreement_id=agreement_id, valid_until=tomorrow),
            AgreementEnd(agreement_id=agreement_id, valid_until=tomorrow),
        ],
    )
    assert [result.code for result in results] == ["agreement_unknown", "period_malformed", "ok", "already_ended"]
    assert sign_code(verified, valid_from=tomorrow, fee_scheme={"kind": "none"}) == "ok"
    later = sign_one(verified, "pijar", valid_from=tomorrow, valid_until=tomorrow + timedelta(days=9))
    # An end is never moved later; an agreement that has not begun may be taken back whole.
    too_late = AgreementEnd(agreement_id=later, valid_until=tomorrow + timedelta(days=10))
    assert end_agreements(context, [too_late])[0].code == "period_malformed"
    assert end_agreements(context, [AgreementEnd(agreement_id=later, valid_until=tomorrow)])[0].code == "ok"
    assert sign_code(verified, "pijar", valid_from=tomorrow) == "ok"


def test_two_signers_at_once_get_one_agreement(
    race: Callable[[Sequence[Callable[[], object]]], list[object]], context: Context
) -> None:
    world = verify_everywhere(make_world(context))
    found = race([lambda: sign_code(world)] * 6)
    assert sorted(map(str, found)) == ["ok"] + ["overlaps"] * 5
    assert len(queries.list_agreements()) == 1
