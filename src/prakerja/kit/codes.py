"""Numbers and codes that we make: unguessable, and each carries its lane seed for the look-up.

Card numbers are a keyed permutation of (lane seed, serial): no two are equal, no list of numbers shows the next one.
Redeem codes, transaction codes and payment tokens are random bits in front of which stands the lane seed, masked by
a keyed hash of those bits. Letters and digits that look alike (0 O, 1 I) are not used.

Cost: card_numbers about a microsecond each by the thousand, one alone 30; the others 2-3.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from struct import pack, unpack
from threading import local
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from prakerja.kit.settings import LANE_SEEDS, get_settings

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CARD_SERIALS = 10**11
REDEEM_RANDOM_BITS = 46
TRANSACTION_RANDOM_BITS = 66
_TOKEN_TAG_BITS = 18
_TOKEN_TAG_MASK = (1 << _TOKEN_TAG_BITS) - 1
_SEED_BITS = 14
_SEED_MASK = (1 << _SEED_BITS) - 1
_CARD_NUMBERS = LANE_SEEDS * CARD_SERIALS
_CARD_DIGITS = 16
_HALF_BITS = 25
_HALF_MASK = (1 << _HALF_BITS) - 1
_ROUNDS = 8
_PAIRS = tuple(high + low for high in ALPHABET for low in ALPHABET)
_PAIR_VALUES = {pair: value for value, pair in enumerate(_PAIRS)}


class _Keys(NamedTuple):
    card: bytes
    redeem: bytes
    transaction: bytes
    token: bytes
    token_tag: bytes


@lru_cache(maxsize=1)
def _keys() -> _Keys:
    key = get_settings().key("code_key")

    def derive(purpose: str) -> bytes:
        return blake2b(purpose.encode(), key=key, digest_size=32).digest()

    return _Keys(
        card=derive("card"),
        redeem=derive("redeem"),
        transaction=derive("transaction"),
        token=derive("payment token"),
        token_tag=derive("payment token tag"),
    )


def forget_keys() -> None:
    """Read the key anew at the next call: for tests that change the settings."""
    _keys.cache_clear()
    _local.__dict__.clear()


def card_number(seed: int, serial: int) -> str:
    """The 16 digits of a card: 15 of a keyed permutation of lane seed and serial, and a Luhn check digit.

    `serial` is 0 to 10^11 - 1 and counts within the seed: (seed, serial) is unique, so the number is.

    Raises:
        ValueError: seed or serial out of range.
    """
    return card_numbers([seed], serial)[0]


def card_numbers(seeds: Sequence[int], first_serial: int) -> list[str]:
    """The numbers of as many cards as there are seeds; their serials count up from `first_serial`.

    Raises:
        ValueError: a seed or serial is out of range.
    """
    if seeds:
        _check_seed(min(seeds))
        _check_seed(max(seeds))
        if not 0 <= first_serial <= CARD_SERIALS - len(seeds):
            raise ValueError(f"card serials are 0-{CARD_SERIALS - 1}, not {first_serial} and {len(seeds) - 1} more")
    values = _permute([seed * CARD_SERIALS + serial for serial, seed in enumerate(seeds, start=first_serial)])
    # Cycle walking: the permutation is over 2^50; what falls outside 10^15 is permuted again (1.13 times on average).
    outside = [place for place, value in enumerate(values) if value >= _CARD_NUMBERS]
    while outside:
        for place, value in zip(outside, _permute([values[place] for place in outside]), strict=True):
            values[place] = value
        outside = [place for place in outside if values[place] >= _CARD_NUMBERS]
    return [f"{value}{_luhn_digit(value)}".zfill(_CARD_DIGITS) for value in values]


def card_lane_seed(number: str) -> int | None:
    """The lane seed of a card number; None when it is not 16 digits with a right check digit."""
    decoded = _card_value(number)
    return None if decoded is None else decoded // CARD_SERIALS


def card_serial(number: str) -> int | None:
    """The serial of a card number; None when it is not 16 digits with a right check digit."""
    decoded = _card_value(number)
    return None if decoded is None else decoded % CARD_SERIALS


def redeem_code(seed: int, random_bits: int) -> str:
    """A redeem code of 12 letters and digits from 46 random bits."""
    return _text(_masked(_keys().redeem, seed, random_bits, REDEEM_RANDOM_BITS), 6)


def redeem_code_lane_seed(code: str) -> int | None:
    """The lane seed of a redeem code; None when we cannot have made it."""
    return _unmasked_seed(_keys().redeem, _value(code, 6), REDEEM_RANDOM_BITS)


def transaction_code(seed: int, random_bits: int) -> str:
    """A transaction code of 16 letters and digits from 66 random bits."""
    return _text(_masked(_keys().transaction, seed, random_bits, TRANSACTION_RANDOM_BITS), 8)


def transaction_code_lane_seed(code: str) -> int | None:
    """The lane seed of a transaction code; None when we cannot have made it."""
    return _unmasked_seed(_keys().transaction, _value(code, 8), TRANSACTION_RANDOM_BITS)


def payment_token(seed: int, token_id: UUID) -> str:
    """A payment token of 32 letters and digits: the row's id and lane seed, under a keyed tag of 18 bits.

    The tag only spares the database a look-up of made-up tokens; what authorises is the stored row and its OTP.
    """
    _check_seed(seed)
    token = token_id.int << _SEED_BITS | (seed ^ _token_mask(token_id.int))
    return _text(token << _TOKEN_TAG_BITS | _token_tag(token), 16)


def parse_payment_token(text: str) -> tuple[int, UUID] | None:
    """Lane seed and row id of a payment token; None when we did not make it."""
    value = _value(text, 16)
    if value is None:
        return None
    token = value >> _TOKEN_TAG_BITS
    if value & _TOKEN_TAG_MASK != _token_tag(token):
        return None
    token_id = token >> _SEED_BITS
    seed = token & _SEED_MASK ^ _token_mask(token_id)
    return None if seed >= LANE_SEEDS else (seed, UUID(int=token_id))


def luhn_is_right(number: str) -> bool:
    """Whether the last digit of a string of ASCII digits is its Luhn check digit."""
    return number.isascii() and number.isdigit() and str(_luhn_digit(int(number[:-1] or "0"))) == number[-1]


def _check_seed(seed: int) -> None:
    if not 0 <= seed < LANE_SEEDS:
        raise ValueError(f"a lane seed is 0-{LANE_SEEDS - 1}, not {seed}")


# A Feistel network of eight rounds over two halves of 25 bits. Its round function is AES of (round, half), cut to 25
# bits; ECB is nothing more than that keyed function. All values of a round go through AES in one call, and halves are
# joined as one long integer: a loop in Python costs eight times as much.
_local = local()


def _aes(blocks: bytes | bytearray) -> bytes:
    # One per thread, because an encryptor has a state of its own; making one costs more than a block.
    encryptor = getattr(_local, "encryptor", None)
    if encryptor is None:
        encryptor = _local.encryptor = Cipher(AES(_keys().card), ECB()).encryptor()  # noqa: S305 - see above
    return encryptor.update(blocks)


def _permute(values: Sequence[int]) -> list[int]:
    count = len(values)
    mask = int.from_bytes(_HALF_MASK.to_bytes(4) * count)
    halves = f">{count}I"
    left = pack(halves, *[value >> _HALF_BITS for value in values])
    right = pack(halves, *[value & _HALF_MASK for value in values])
    blocks = bytearray(16 * count)
    digests = bytearray(4 * count)
    for number in range(_ROUNDS):
        blocks[0::16] = bytes([number]) * count
        for byte in range(4):
            blocks[12 + byte :: 16] = right[byte::4]
        encrypted = _aes(blocks)
        for byte in range(4):
            digests[byte::4] = encrypted[byte::16]
        mixed = int.from_bytes(left) ^ (int.from_bytes(digests) & mask)
        left, right = right, mixed.to_bytes(4 * count)
    return [high << _HALF_BITS | low for high, low in zip(unpack(halves, left), unpack(halves, right), strict=True)]


def _unpermute(value: int) -> int:
    left, right = value >> _HALF_BITS, value & _HALF_MASK
    for number in reversed(range(_ROUNDS)):
        encrypted = _aes(bytes([number]) + left.to_bytes(15))
        left, right = right ^ (int.from_bytes(encrypted[:4]) & _HALF_MASK), left
    return left << _HALF_BITS | right


def _card_value(number: str) -> int | None:
    if len(number) != _CARD_DIGITS or not luhn_is_right(number):
        return None
    value = _unpermute(int(number[:-1]))
    while value >= _CARD_NUMBERS:
        value = _unpermute(value)
    return value


# Digit sums, three digits at a time from the right: the rightmost one is doubled, its neighbour is not, and so on.
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_LUHN_RIGHT = tuple(a + b + c for a in _DOUBLED for b in range(10) for c in _DOUBLED)
_LUHN_LEFT = tuple(a + b + c for a in range(10) for b in _DOUBLED for c in range(10))


def _luhn_digit(value: int) -> int:
    total = 0
    while value:
        value, low = divmod(value, 1_000_000)
        total += _LUHN_RIGHT[low % 1_000] + _LUHN_LEFT[low // 1_000]
    return -total % 10


def _masked(key: bytes, seed: int, random_bits: int, bits: int) -> int:
    if not 0 <= seed < LANE_SEEDS:
        _check_seed(seed)
    if random_bits < 0 or random_bits >> bits:
        raise ValueError(f"random bits out of range: {bits} bits are needed")
    digest = blake2b(random_bits.to_bytes(9), key=key, digest_size=2).digest()
    return (seed ^ (int.from_bytes(digest) & _SEED_MASK)) << bits | random_bits


def _unmasked_seed(key: bytes, value: int | None, bits: int) -> int | None:
    if value is None:
        return None
    random_bits = value & ((1 << bits) - 1)
    digest = blake2b(random_bits.to_bytes(9), key=key, digest_size=2).digest()
    seed = value >> bits ^ (int.from_bytes(digest) & _SEED_MASK)
    return seed if seed < LANE_SEEDS else None


def _token_mask(token_id: int) -> int:
    digest = blake2b(token_id.to_bytes(16), key=_keys().token, digest_size=2).digest()
    return int.from_bytes(digest) & _SEED_MASK


def _token_tag(token: int) -> int:
    digest = blake2b(token.to_bytes(18), key=_keys().token_tag, digest_size=4).digest()
    return int.from_bytes(digest) & _TOKEN_TAG_MASK


def _text(value: int, pairs: int) -> str:
    return "".join([_PAIRS[value >> shift & 1023] for shift in range(10 * (pairs - 1), -1, -10)])


def _value(text: str, pairs: int) -> int | None:
    if len(text) != 2 * pairs:
        return None
    value = 0
    for place in range(0, 2 * pairs, 2):
        pair = _PAIR_VALUES.get(text[place : place + 2])
        if pair is None:
            return None
        value = value << 10 | pair
    return value
