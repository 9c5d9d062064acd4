"""SCHEME-08, SCHEME-09, SCHEME-10: both sides sign the canonical terms with keys that never leave them."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from prakerja.kit import db
from prakerja.partners import queries
from prakerja.partners.contracts import NO_TERMS, PUBLISHED_KEYS, agreement_hash, terms_problems
from prakerja.partners.models import AgreementProposal
from prakerja.partners.operations import (
    AgreementEnd,
    PartyKeyRequest,
    PlatformMove,
    SignatureUpload,
    end_agreements,
    lapse_proposals,
    move_platforms,
    propose_agreements,
    register_party_keys,
    revoke_party_keys,
    sign_agreements,
    withdraw_proposals,
)
from prakerja.partners.states import PlatformState
from tests.partners.world import World, agreement_request, refused

Role = Literal["platform", "institution"]
KEYS: dict[Role, Ed25519PrivateKey] = {
    "platform": Ed25519PrivateKey.from_private_bytes(b"p" * 32),
    "institution": Ed25519PrivateKey.from_private_bytes(b"i" * 32),
}
SERVICE = {"id": "promotion", "text": {"id": "Promosi", "en": "Promotion"}, "fee_idr": 50_000, "per": "course"}


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def party(world: World, role: Role, platform: str = "tokopedia") -> UUID:
    return world.platforms[platform] if role == "platform" else world.institution_id


def register(world: World) -> dict[Role, UUID]:
    """Both sides' keys."""
    results = register_party_keys(
        world.context,
        [
            PartyKeyRequest(owner_role=role, owner_id=party(world, role), public_key=public(key), label="utama")
            for role, key in KEYS.items()
        ],
    )
    return {role: one.key_id for role, one in zip(KEYS, results, strict=True) if one.key_id is not None}


def propose(world: World, **changes: Any) -> UUID:  # noqa: ANN401 - fields of the request
    result = propose_agreements(world.context, [agreement_request(world, **changes)], regime=world.second)[0]
    assert result.agreement_id is not None, result
    return result.agreement_id


def upload(world: World, proposal_id: UUID, role: Role, **changes: Any) -> SignatureUpload:  # noqa: ANN401
    canonical = AgreementProposal.objects.get(id=proposal_id).canonical
    fields: dict[str, Any] = {
        "proposal_id": proposal_id,
        "role": role,
        "party_id": party(world, role),
        "public_key": public(KEYS[role]),
        "signature": KEYS[role].sign(canonical.encode()),
    }
    return SignatureUpload(**{**fields, **changes})


def sign(world: World, *uploads: SignatureUpload) -> list[str]:
    return [one.code for one in sign_agreements(world.context, uploads, regime=world.second)]


def test_two_signatures_make_an_agreement(verified: World) -> None:
    register(verified)
    proposal_id = propose(verified, terms={**NO_TERMS, "add_on_services": [SERVICE]})
    pair = (verified.platforms["tokopedia"], verified.institution_id)
    first = sign_agreements(verified.context, [upload(verified, proposal_id, "institution")], regime=verified.second)[0]
    assert (first.code, first.agreement_id) == ("ok", None)
    assert queries.find_agreement_in_force(*pair, verified.context.today) is None
    second = sign_agreements(verified.context, [upload(verified, proposal_id, "platform")], regime=verified.second)[0]
    assert (second.code, second.agreement_id) == ("ok", proposal_id)
    assert queries.get_agreement_in_force(*pair, verified.context.today).id == proposal_id
    assert sign(verified, upload(verified, proposal_id, "platform")) == ["proposal_closed"]


def test_what_is_signed_is_canonical_json_of_the_terms(verified: World) -> None:
    proposal_id = propose(verified, valid_until=date(2020, 12, 31))
    found = AgreementProposal.objects.get(id=proposal_id)
    content = json.loads(found.canonical)
    assert rfc8785.dumps(content).decode() == found.canonical
    assert bytes(found.sha256) == agreement_hash(found.canonical)
    assert (content["platform"]["code"], content["institution"]["code"]) == ("tokopedia", "lpk-maju")
    assert (content["fee_scheme"], content["commission_cap_bp"]) == ({"commission_bp": 1000, "kind": "share"}, 1500)
    assert (content["valid_from"], content["valid_until"], content["version"]) == ("2020-09-01", "2020-12-31", 1)


def test_refuses_signatures_in_order(verified: World) -> None:
    keys = register(verified)
    proposal_id = propose(verified)
    good = upload(verified, proposal_id, "platform")
    stranger = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    cases = [
        (replace(good, proposal_id=uuid4()), "proposal_unknown"),
        (replace(good, party_id=verified.platforms["pijar"]), "proposal_unknown"),
        (replace(good, public_key=public(stranger)), "key_unknown"),
        # The other side's key is not mine.
        (replace(good, public_key=public(KEYS["institution"])), "key_unknown"),
        (replace(good, signature=b"\x00" * 64), "signature_wrong"),
        (replace(good, signature=b"short"), "signature_wrong"),
        (replace(good, signature=KEYS["platform"].sign(b"other terms")), "signature_wrong"),
        (good, "ok"),
        (good, "already_signed"),
    ]
    assert sign(verified, *[one for one, _ in cases]) == [code for _, code in cases]
    revoke_party_keys(verified.context, [keys["institution"]])
    assert sign(verified, upload(verified, proposal_id, "institution")) == ["key_revoked"]


def test_a_signature_made_before_its_key_was_revoked_stands(verified: World) -> None:
    keys = register(verified)
    proposal_id = propose(verified)
    assert sign(verified, upload(verified, proposal_id, "platform")) == ["ok"]
    later = replace(verified, context=verified.context.at(verified.context.now + timedelta(hours=1)))
    revoke_party_keys(later.context, [keys["platform"]])
    assert sign(later, upload(verified, proposal_id, "institution")) == ["ok"]
    assert len(queries.list_agreements()) == 1


def test_the_second_signature_looks_at_the_pair_again(verified: World) -> None:
    """Between proposal and signature the platform ends, the day passes, or another agreement comes."""
    register(verified)
    proposal_id = propose(verified)
    assert sign(verified, upload(verified, proposal_id, "platform")) == ["ok"]
    tomorrow = replace(verified, context=verified.context.at(verified.context.now + timedelta(days=1)))
    assert sign(tomorrow, upload(verified, proposal_id, "institution")) == ["period_passed"]
    move = PlatformMove(platform_id=verified.platforms["tokopedia"], state=PlatformState.SUSPENDED)
    move_platforms(verified.context, [move], regime=verified.second)
    assert sign(verified, upload(verified, proposal_id, "institution")) == ["platform_not_active"]


def test_a_pair_has_one_open_proposal_that_can_be_taken_back(verified: World) -> None:
    proposal_id = propose(verified)
    again = propose_agreements(verified.context, [agreement_request(verified)], regime=verified.second)[0]
    assert again.code == "proposal_open"
    platform_id = verified.platforms["tokopedia"]
    codes = [
        withdraw_proposals(verified.context, [proposal_id], platform_id=uuid4())[0].code,
        withdraw_proposals(verified.context, [proposal_id], platform_id=platform_id)[0].code,
        withdraw_proposals(verified.context, [proposal_id])[0].code,
    ]
    assert codes == ["proposal_unknown", "ok", "proposal_closed"]
    assert propose(verified) != proposal_id


def test_a_proposal_that_nobody_signs_lapses(verified: World) -> None:
    proposal_id = propose(verified)
    assert lapse_proposals(verified.context) == []
    assert lapse_proposals(verified.context.at(verified.context.now + timedelta(days=30))) == [proposal_id]


def test_the_next_version_begins_where_the_last_one_ends(verified: World) -> None:
    register(verified)
    first = propose(verified)
    sign(verified, upload(verified, first, "platform"), upload(verified, first, "institution"))
    tomorrow = verified.context.today + timedelta(days=1)
    end_agreements(verified.context, [AgreementEnd(agreement_id=first, valid_until=tomorrow)])
    second = propose(verified, valid_from=tomorrow, fee_scheme={"kind": "flat", "fee_idr": 5_000})
    assert json.loads(AgreementProposal.objects.get(id=second).canonical)["version"] == 2
    sign(verified, upload(verified, second, "platform"), upload(verified, second, "institution"))
    assert [(one.version, one.valid_until) for one in queries.list_agreements()] == [(1, tomorrow), (2, None)]


def test_the_government_platform_sells_no_services_either(verified: World) -> None:
    """SCHEME-09, FEE-02: neither a commission nor an add-on service."""
    terms = {**NO_TERMS, "add_on_services": [SERVICE]}
    request = agreement_request(verified, "sisnaker", terms=terms)
    result = propose_agreements(verified.context, [request], regime=verified.second)[0]
    assert result.code == "government_platform_charges"
    assert result.problems == ()


def test_keys_belong_to_one_party_for_ever(verified: World) -> None:
    key = public(KEYS["platform"])
    cases: list[tuple[Role, UUID, bytes, str]] = [
        ("platform", uuid4(), key, "party_unknown"),
        ("institution", verified.platforms["pijar"], key, "party_unknown"),
        ("institution", verified.institution_id, b"short", "key_malformed"),
        ("institution", verified.institution_id, key, "ok"),
        ("platform", verified.platforms["pijar"], key, "key_taken"),
    ]
    results = register_party_keys(
        verified.context,
        [PartyKeyRequest(owner_role=role, owner_id=owner, public_key=one) for role, owner, one, _ in cases],
    )
    assert [one.code for one in results] == [code for *_, code in cases]
    key_id = results[3].key_id
    assert key_id is not None
    codes = [
        revoke_party_keys(verified.context, [key_id], owner_id=uuid4())[0].code,
        revoke_party_keys(verified.context, [key_id], owner_id=verified.institution_id)[0].code,
        revoke_party_keys(verified.context, [key_id])[0].code,
    ]
    assert codes == ["key_unknown", "ok", "key_revoked"]
    for change, constraint in (
        ("UPDATE party_keys SET revoked_at = NULL", "party_key_stays_revoked"),
        ("UPDATE party_keys SET label = 'x'", "party_key_is_never_edited"),
        ("DELETE FROM party_keys", "party_key_is_never_edited"),
    ):
        assert refused(change) == constraint


def test_the_database_takes_no_agreement_without_both_signatures(verified: World) -> None:
    """Not even by SQL: signatures of another proposal, of one side only, or by a revoked key do not count."""
    keys = register(verified)
    first = propose(verified)
    sign(verified, upload(verified, first, "platform"), upload(verified, first, "institution"))
    columns = (
        "platform_id, institution_id, platform_kind, fee_scheme, highest_commission_bp, cap_bp, signed_platform_at,"
        " signed_institution_at, terms, regime_version, sample"
    )
    copy = (
        "INSERT INTO agreements (id, version, valid_from, valid_until, platform_signature_id,"
        f" institution_signature_id, {columns})"
        f" SELECT %s, 9, '2019-01-01', '2019-02-01', {{}}, {columns} FROM agreements"
    )
    both = "platform_signature_id, institution_signature_id"
    assert refused(copy.format(both), uuid4()) == "agreement_is_signed_by_both_sides"
    assert refused(copy.format("platform_signature_id, NULL"), first) == "agreement_is_signed_by_both_sides"
    swapped = "institution_signature_id, platform_signature_id"
    assert refused(copy.format(swapped), first) == "agreement_is_signed_by_both_sides"
    db.execute("UPDATE party_keys SET revoked_at = %s WHERE id = %s", [verified.context.now, keys["platform"]])
    assert refused(copy.format(both), first) == "agreement_is_signed_by_both_sides"
    for change, constraint in (
        ("UPDATE agreement_signatures SET uploaded_by = 'x'", "signature_is_never_edited"),
        ("UPDATE agreement_proposals SET canonical = '{}'", "proposal_is_never_edited"),
        ("DELETE FROM agreement_proposals", "proposal_is_never_edited"),
    ):
        assert refused(change) == constraint


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"gifts": []}, "terms: has exactly"),
        ({"calendar": {"payment_term_days": 14}}, "calendar: has payment_term_days"),
        ({"calendar": {"payment_term_days": 14.5, "report_working_days": 1}}, "calendar: days are whole"),
        ({"calendar": {"payment_term_days": 400, "report_working_days": 1}}, "calendar: days are whole"),
        ({"add_on_services": [{**SERVICE, "fee_idr": -1}]}, "add_on_services: fee_idr is a whole number"),
        ({"add_on_services": [SERVICE, SERVICE]}, "add_on_services: id is a word that stands once"),
        ({"add_on_services": [{**SERVICE, "per": "smile"}]}, "promotion: per is one of"),
        ({"service_levels": [{"id": "a"}]}, "service_levels: each has exactly"),
        ({"service_levels": "soon"}, "service_levels: not a list"),
    ],
)
def test_names_what_is_wrong_with_terms(verified: World, change: dict[str, Any], problem: str) -> None:
    terms = {**NO_TERMS, **change}
    (found,) = terms_problems(terms)
    assert found.startswith(problem)
    request = agreement_request(verified, terms=terms)
    result = propose_agreements(verified.context, [request], regime=verified.second)[0]
    assert (result.code, result.problems) == ("terms_malformed", (found,))


@pytest.mark.parametrize(
    ("scheme", "code"),
    [
        ({"kind": "share", "commission_bp": 1501}, "above_the_cap"),
        ({"kind": "share", "commission_bp": 1500}, "ok"),
        ({"kind": "share", "commission_bp": 1500.5}, "fee_scheme_malformed"),
        ({"kind": "tiered_by_price", "tiers": [{"from_idr": 1, "commission_bp": 100}]}, "fee_scheme_malformed"),
        (
            {
                "kind": "tiered_by_volume",
                "tiers": [{"from_idr": 0, "commission_bp": 100}, {"from_idr": 0, "commission_bp": 90}],
            },
            "fee_scheme_malformed",
        ),
    ],
)
def test_fees_above_fifteen_per_cent_and_tiers_with_gaps_are_refused(
    verified: World, scheme: dict[str, Any], code: str
) -> None:
    """FEE-01: 15.01 per cent is too much, 15 is not."""
    request = agreement_request(verified, fee_scheme=scheme)
    assert propose_agreements(verified.context, [request], regime=verified.second)[0].code == code


def test_the_keys_of_the_published_vectors_belong_to_nobody(world: World) -> None:
    keys = [
        PartyKeyRequest(owner_role="platform", owner_id=world.platforms["pijar"], public_key=key, label="uji")
        for key in PUBLISHED_KEYS
    ]
    assert [one.code.value for one in register_party_keys(world.context, keys)] == ["key_published"] * 2
