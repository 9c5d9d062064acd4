"""Sealed seeds: the randomness of a draw should the public beacon never give the round that was named.

Several institutions seal a secret number each before the list is committed, and share it among all of them so that a
threshold of the others can open it (Feldman's verifiable secret sharing, in the 2048-bit group of RFC 3526). All seeds
together are the randomness, none is left out. So whoever withholds a seed chooses nothing: the others open it, and the
outcome is the one outcome that there ever was. Fewer than the threshold learn nothing in advance; a majority is needed
to peek, and a majority to block. docs/explanation/draw.md says it at length.

Numbers are written in hexadecimal. `holder` is a place in the sorted names of the institutions, from 1.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

_PRIME_HEX = """
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD
    EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F
    83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B
    E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510
    15728E5A8AACAA68FFFFFFFFFFFFFFFF
"""
PRIME = int("".join(_PRIME_HEX.split()), 16)
ORDER = (PRIME - 1) // 2
GENERATOR = 4
_SEED_BITS = 256
_HOLDERS_MIN = 3


@dataclass(frozen=True, slots=True)
class Seal:
    """What an institution publishes: it fixes the seed and lets every share be checked; it gives nothing away."""

    institution: str
    commitments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What one holder keeps of one institution's seed, in secret until it must be opened."""

    institution: str
    holder: int
    value: int


@dataclass(frozen=True, slots=True)
class SealedSeed:
    """All that an institution makes: the seal to publish, the seed to keep, a share for each holder."""

    seal: Seal
    seed: int
    shares: tuple[Share, ...]


def threshold_is_fair(threshold: int, holders: int) -> bool:
    """A majority is needed to open, and the others can always open what one withholds."""
    return holders >= _HOLDERS_MIN and holders // 2 < threshold <= holders - 1


def make_seal(institution: str, *, holders: int, threshold: int, bits: Callable[[int], int]) -> SealedSeed:
    """A new seed, sealed; `bits` gives so many random bits.

    Raises:
        ValueError: the threshold is none (see `threshold_is_fair`).
    """
    if not threshold_is_fair(threshold, holders):
        raise ValueError("the threshold is a majority of at least three holders, and less than all of them")
    seed = bits(_SEED_BITS)
    factors = [seed, *(bits(ORDER.bit_length() + 64) % ORDER for _ in range(threshold - 1))]
    shares = tuple(
        Share(institution, holder, sum(f * pow(holder, n, ORDER) for n, f in enumerate(factors)) % ORDER)
        for holder in range(1, holders + 1)
    )
    return SealedSeed(Seal(institution, tuple(pow(GENERATOR, f, PRIME) for f in factors)), seed, shares)


def share_fits(seal: Seal, share: Share) -> bool:
    """Whether a share is one of the sealed seed: each holder checks it before the list is committed."""
    expected = 1
    for n, commitment in enumerate(seal.commitments):
        expected = expected * pow(commitment, share.holder**n, PRIME) % PRIME
    return share.institution == seal.institution and pow(GENERATOR, share.value, PRIME) == expected


def seed_fits(seal: Seal, seed: int) -> bool:
    """Whether a seed is the sealed one."""
    return pow(GENERATOR, seed, PRIME) == seal.commitments[0]


def recover_seed(seal: Seal, shares: Iterable[Share]) -> int | None:
    """The sealed seed from enough shares that fit, whichever they are; None from too few."""
    good = {share.holder: share.value for share in shares if share_fits(seal, share)}
    threshold = len(seal.commitments)
    if len(good) < threshold:
        return None
    used = sorted(good)[:threshold]
    return sum(good[holder] * _weight(holder, used) for holder in used) % ORDER


def _weight(holder: int, holders: Sequence[int]) -> int:
    above = below = 1
    for other in holders:
        if other != holder:
            above = above * other % ORDER
            below = below * (other - holder) % ORDER
    return above * pow(below, -1, ORDER) % ORDER


def randomness_of_seeds(seeds: Mapping[str, int]) -> bytes:
    """SHA-256 over a line `institution:seed` for each institution, sorted by name."""
    return sha256("".join(f"{name}:{seeds[name]:064x}\n" for name in sorted(seeds)).encode()).digest()


def fallback_facts(seals: Sequence[Seal], *, opens_at: str) -> dict[str, object]:
    """What the commitment says about the fallback: the seals in the order of names, and when they may be opened."""
    ordered = sorted(seals, key=lambda seal: seal.institution)
    return {
        "threshold": len(ordered[0].commitments),
        "opens_at": opens_at,
        "seals": [[seal.institution, [f"{value:x}" for value in seal.commitments]] for seal in ordered],
    }
