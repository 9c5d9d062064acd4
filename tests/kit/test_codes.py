from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.kit import codes
from prakerja.kit.codes import (
    ALPHABET,
    CARD_SERIALS,
    card_lane_seed,
    card_number,
    card_numbers,
    card_serial,
    luhn_is_right,
    parse_payment_token,
    payment_token,
    redeem_code,
    redeem_code_lane_seed,
    transaction_code,
    transaction_code_lane_seed,
)

seeds = st.integers(0, 9999)
serials = st.integers(0, CARD_SERIALS - 1)


def test_golden_values() -> None:
    """Codes are printed on cards and sent to people: the same keys must give the same ones for ever."""
    assert card_number(1234, 567890) == "7658379523044038"
    assert redeem_code(9999, 12345678901) == "AHY22DHXS93P"
    assert transaction_code(3, 1 << 60) == "3H63222222222222"
    assert payment_token(4, UUID(int=5 << 100)) == "22222N22222222222222222225TMB395"


@given(seeds, serials)
def test_a_card_number_carries_its_seed_and_serial(seed: int, serial: int) -> None:
    number = card_number(seed, serial)
    assert len(number) == 16
    assert luhn_is_right(number)
    assert (card_lane_seed(number), card_serial(number)) == (seed, serial)


@given(st.integers(0, 10**15 - 1))
def test_every_number_with_a_right_check_digit_is_one_card(value: int) -> None:
    """The permutation is onto: what decodes encodes to itself."""
    digits = f"{value:015d}"
    number = next(digits + str(check) for check in range(10) if luhn_is_right(digits + str(check)))
    seed, serial = card_lane_seed(number), card_serial(number)
    assert seed is not None
    assert serial is not None
    assert card_number(seed, serial) == number


def test_neighbours_get_no_neighbouring_numbers() -> None:
    numbers = [int(card_number(7, serial)) for serial in range(2_000)]
    assert len(set(numbers)) == 2_000
    assert min(abs(b - a) for a, b in pairwise(numbers)) > 10**9
    # Evenly spread: each first digit about 200 times.
    counts = [sum(number // 10**15 == digit for number in numbers) for digit in range(10)]
    assert min(counts) > 140
    assert max(counts) < 260


@given(seeds, serials, st.integers(0, 15), st.integers(1, 9))
def test_a_mistyped_digit_is_noticed(seed: int, serial: int, place: int, change: int) -> None:
    number = card_number(seed, serial)
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert card_lane_seed(wrong) is None


@pytest.mark.parametrize("number", ["", "1", "123456789012345", "x" * 16, "١" * 16, "1234 5678 9012 3456"])
def test_text_that_is_no_card_number_has_no_seed(number: str) -> None:
    assert card_lane_seed(number) is None


def test_luhn_against_published_numbers() -> None:
    assert luhn_is_right("4111111111111111")
    assert luhn_is_right("79927398713")
    assert not luhn_is_right("79927398710")


def test_many_numbers_at_once_are_the_same_numbers() -> None:
    seeds = [7, 0, 9999, 7, 1234] * 40
    assert card_numbers(seeds, 55) == [card_number(seed, serial) for serial, seed in enumerate(seeds, start=55)]
    assert card_numbers([], 55) == []


@pytest.mark.parametrize(("seed", "serial"), [(-1, 0), (10_000, 0), (0, -1), (0, CARD_SERIALS)])
def test_a_card_number_out_of_range_is_a_defect(seed: int, serial: int) -> None:
    with pytest.raises(ValueError, match="0-"):
        card_number(seed, serial)


@given(seeds, st.integers(0, 2**46 - 1))
def test_a_redeem_code_carries_its_seed(seed: int, random_bits: int) -> None:
    code = redeem_code(seed, random_bits)
    assert len(code) == 12
    assert set(code) <= set(ALPHABET)
    assert redeem_code_lane_seed(code) == seed


@given(seeds, st.integers(0, 2**66 - 1))
def test_a_transaction_code_carries_its_seed(seed: int, random_bits: int) -> None:
    code = transaction_code(seed, random_bits)
    assert len(code) == 16
    assert transaction_code_lane_seed(code) == seed


@given(seeds, st.uuids())
def test_a_payment_token_carries_seed_and_id(seed: int, token_id: UUID) -> None:
    token = payment_token(seed, token_id)
    assert len(token) == 32
    assert parse_payment_token(token) == (seed, token_id)


@given(seeds, st.uuids(), st.integers(0, 31), st.sampled_from(ALPHABET))
def test_a_changed_payment_token_is_not_ours(seed: int, token_id: UUID, place: int, letter: str) -> None:
    token = payment_token(seed, token_id)
    changed = token[:place] + letter + token[place + 1 :]
    assert (parse_payment_token(changed) is None) == (changed != token)


@pytest.mark.parametrize("code", ["", "GHOPNYXUVMT0", "ghjkmnpqrstu", "ABC", "ABCDEFGHJKLMN"])
def test_text_that_is_no_code_has_no_seed(code: str) -> None:
    assert redeem_code_lane_seed(code) is None
    assert transaction_code_lane_seed(code) is None
    assert parse_payment_token(code) is None


def test_codes_of_one_purpose_tell_nothing_in_another() -> None:
    """The mask is of the purpose: the same seed and bits look different."""
    assert redeem_code(5, 77)[:3] != transaction_code(5, 77)[:3]


def test_random_bits_out_of_range_are_a_defect() -> None:
    with pytest.raises(ValueError, match="46 bits"):
        redeem_code(1, 1 << 46)
    with pytest.raises(ValueError, match="66 bits"):
        transaction_code(1, -1)


def test_the_alphabet_has_no_look_alikes() -> None:
    assert len(set(codes.ALPHABET)) == 32
    assert not set("01OI") & set(codes.ALPHABET)
