"""SCHEME-10: what both sides sign is JSON in the canonical form of RFC 8785; another program makes the same bytes.

The examples of the RFC itself (sections 3.2.2 to 3.2.4 and appendix B), then our own vectors, which are published in
`docs/reference/agreement-vectors.json`.
"""

import json
import struct
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from prakerja.cli import agreement
from prakerja.partners.contracts import (
    AgreementText,
    agreement_hash,
    canonical_agreement,
    canonical_form,
    signature_is_right,
)

PUBLISHED = json.loads((Path(__file__).parents[2] / "docs/reference/agreement-vectors.json").read_text("utf-8"))
VECTORS: list[dict[str, Any]] = PUBLISHED["vectors"]

# Appendix B: the bits of a double, and how it is written.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}
# Section 3.2.2, and the bytes that section 3.2.4 prints for it.
SAMPLE = r"""
{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}
"""
SAMPLE_BYTES = """
7b 22 6c 69 74 65 72 61 6c 73 22 3a 5b 6e 75 6c 6c 2c 74 72 75 65 2c 66 61 6c 73 65 5d 2c 22 6e 75 6d 62 65 72 73 22
3a 5b 33 33 33 33 33 33 33 33 33 2e 33 33 33 33 33 33 33 2c 31 65 2b 33 30 2c 34 2e 35 2c 30 2e 30 30 32 2c 31 65 2d
32 37 5d 2c 22 73 74 72 69 6e 67 22 3a 22 e2 82 ac 24 5c 75 30 30 30 66 5c 6e 41 27 42 5c 22 5c 5c 5c 5c 5c 22 2f 22 7d
"""
# Section 3.2.3: keys are sorted by their UTF-16 code units, so that an emoji (a surrogate pair) stands before U+FB33.
KEYS = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\U0001f600": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
}
KEYS_SORTED = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize(("bits", "written"), NUMBERS.items())
def test_numbers_are_written_as_in_appendix_b(bits: str, written: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical_form({"n": number}) == f'{{"n":{written}}}'


@pytest.mark.parametrize("bits", ["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"])
def test_a_number_that_is_none_is_refused(bits: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    with pytest.raises(ValueError, match="not representable"):
        canonical_form({"n": number})


@pytest.mark.parametrize("number", [2**53, -(2**53)])
def test_a_whole_number_that_others_would_round_is_refused(number: int) -> None:
    assert canonical_form({"n": 2**53 - 1}) == '{"n":9007199254740991}'
    with pytest.raises(ValueError, match="safe integer"):
        canonical_form({"n": number})


def test_the_sample_of_the_rfc_has_the_bytes_that_it_prints() -> None:
    assert canonical_form(json.loads(SAMPLE)).encode() == bytes.fromhex(SAMPLE_BYTES)


def test_keys_are_sorted_by_their_utf_16_code_units() -> None:
    canonical = canonical_form(KEYS)
    assert list(json.loads(canonical)) == KEYS_SORTED
    assert canonical == "{" + ",".join(f"{_string(key)}:{_string(KEYS[key])}" for key in KEYS_SORTED) + "}"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\b\t\n\f\r", r'"\b\t\n\f\r"'),
        ("\x00\x1f", r'"\u0000\u001f"'),
        ('"\\/', r'"\"\\/"'),
        ("\x7f\u2028€", '"\x7f\u2028€"'),
        # Equal to the eye is not equal: nothing is normalised.
        ("é", '"é"'),
        ("e\u0301", '"e\u0301"'),
    ],
)
def test_texts_are_escaped_no_more_than_they_must(text: str, written: str) -> None:
    assert canonical_form({"t": text}) == f'{{"t":{written}}}'


def test_half_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(ValueError, match="non-UTF-8"):
        canonical_form({"t": "\ud83d"})


def test_the_order_of_a_list_is_kept() -> None:
    assert canonical_form({"b": [3, 1, {"z": 1, "a": 2}], "a": None}) == '{"a":null,"b":[3,1,{"a":2,"z":1}]}'


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
        lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=5), parts, max_size=3),
        max_leaves=8,
    )
)
def test_terms_without_fractions_need_no_library(value: object) -> None:
    """Agreements hold whole numbers, texts and nothing else: a dozen lines of another language write the same."""
    assert canonical_form({"v": value}) == _by_hand({"v": value})


def _by_hand(value: object) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_string(key)}:{_by_hand(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_by_hand(one) for one in value) + "]"
    return _string(value) if isinstance(value, str) else json.dumps(value)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["what"]))
def test_the_published_vectors_are_what_is_signed(vector: dict[str, Any]) -> None:
    """Terms → canonical bytes → SHA-256 → Ed25519, with the published keys (RFC 8032, section 7.1)."""
    content = vector["agreement"]
    canonical = canonical_agreement(
        AgreementText(
            proposal_id=content["proposal_id"],
            version=content["version"],
            platform=content["platform"],
            institution=content["institution"],
            fee_scheme=content["fee_scheme"],
            terms=content["terms"],
            cap_bp=content["commission_cap_bp"],
            regime_version=content["regime_version"],
            valid_from=date.fromisoformat(content["valid_from"]),
            valid_until=date.fromisoformat(content["valid_until"]) if content["valid_until"] else None,
        )
    )
    assert canonical == vector["canonical"] == canonical_form(content) == _by_hand(content)
    assert len(canonical.encode()) == vector["canonical_bytes"]
    assert agreement_hash(canonical).hex() == vector["sha256"] == sha256(vector["canonical"].encode()).hexdigest()
    for side, key in PUBLISHED["keys"].items():
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key["private_key"]))
        assert private.public_key().public_bytes_raw().hex() == key["public_key"]
        assert private.sign(canonical.encode()).hex() == vector["signatures"][side]
        public, signature = bytes.fromhex(key["public_key"]), bytes.fromhex(vector["signatures"][side])
        assert signature_is_right(public, canonical, signature)
        # Another text, or another's signature, is none.
        assert not signature_is_right(public, canonical.replace("2020", "2021"), signature)
        other = bytes.fromhex(next(one for name, one in vector["signatures"].items() if name != side))
        assert not signature_is_right(public, canonical, other)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["what"]))
def test_the_command_signs_the_published_vectors(vector: dict[str, Any], tmp_path: Path) -> None:
    text, key = tmp_path / "agreement-v.json", tmp_path / "key.json"
    text.write_text(vector["canonical"], encoding="utf-8")
    for side, published in PUBLISHED["keys"].items():
        key.write_text(json.dumps({"format": agreement.KEY_FORMAT, **published}))
        result = CliRunner().invoke(agreement.app, ["sign", str(text), "--key", str(key)])
        assert result.exit_code == 0, result.output
        made = json.loads((tmp_path / "agreement-v.sig.json").read_text())
        assert made == {"public_key": published["public_key"], "signature": vector["signatures"][side]}
