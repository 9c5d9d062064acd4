"""Sealed seeds: the randomness of a draw should the public beacon never give the round that was named.

Several keepers (a statistics office, a university …) seal a secret number each before the list is committed, and share
it among all of them so that a threshold of the others can open it (Feldman's verifiable secret sharing, in the 2048-bit
group of RFC 3526). All seeds together are the randomness, none is left out. So whoever withholds a seed chooses
nothing: the others open it, and the outcome is the one outcome that there ever was. Fewer than the threshold learn
nothing in advance; a majority is needed to peek, and a majority to block. docs/explanation/draw.md says it at length.

This file is also the program that a keeper runs on a machine of its own. It needs Python 3.8 and nothing else, and
sends nothing anywhere:

    python3 seal_draw.py make bps --keepers bps,kpk,ui --threshold 2
    python3 seal_draw.py check seals.json kpk.share-1.json ui.share-1.json

`make` writes the seal to hand in, the seed to keep, and a share for each keeper. `check` says whether the shares that
you were given fit the seals. Numbers are written in hexadecimal. `holder` is a place in the sorted names, from 1.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

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


@dataclass(frozen=True)  # slots need a newer Python
class Seal:
    """What a keeper publishes: it fixes the seed and lets every share be checked; it gives nothing away."""

    keeper: str
    commitments: tuple[int, ...]


@dataclass(frozen=True)
class Share:
    """What one holder keeps of one keeper's seed, in secret until it must be opened."""

    keeper: str
    holder: int
    value: int


@dataclass(frozen=True)
class SealedSeed:
    """All that a keeper makes: the seal to publish, the seed to keep, a share for each holder."""

    seal: Seal
    seed: int
    shares: tuple[Share, ...]


def threshold_is_fair(threshold: int, holders: int) -> bool:
    """A majority is needed to open, and the others can always open what one withholds."""
    return holders >= _HOLDERS_MIN and holders // 2 < threshold <= holders - 1


def make_seal(keeper: str, *, holders: int, threshold: int, bits: Callable[[int], int]) -> SealedSeed:
    """A new seed, sealed; `bits` gives so many random bits.

    Raises:
        ValueError: the threshold is none (see `threshold_is_fair`).
    """
    if not threshold_is_fair(threshold, holders):
        raise ValueError("the threshold is a majority of at least three holders, and less than all of them")
    seed = bits(_SEED_BITS)
    factors = [seed, *(bits(ORDER.bit_length() + 64) % ORDER for _ in range(threshold - 1))]
    shares = tuple(
        Share(keeper, holder, sum(f * pow(holder, n, ORDER) for n, f in enumerate(factors)) % ORDER)
        for holder in range(1, holders + 1)
    )
    return SealedSeed(Seal(keeper, tuple(pow(GENERATOR, f, PRIME) for f in factors)), seed, shares)


def share_fits(seal: Seal, share: Share) -> bool:
    """Whether a share is one of the sealed seed: each holder checks it before the list is committed."""
    expected = 1
    for n, commitment in enumerate(seal.commitments):
        expected = expected * pow(commitment, share.holder**n, PRIME) % PRIME
    return share.keeper == seal.keeper and pow(GENERATOR, share.value, PRIME) == expected


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
    """SHA-256 over a line `keeper:seed` for each of them, sorted by name."""
    return sha256("".join(f"{name}:{seeds[name]:064x}\n" for name in sorted(seeds)).encode()).digest()


def fallback_facts(seals: Sequence[Seal], *, opens_at: str) -> dict[str, object]:
    """What the commitment says about the fallback: the seals in the order of names, and when they may be opened."""
    ordered = sorted(seals, key=lambda seal: seal.keeper)
    return {
        "threshold": len(ordered[0].commitments),
        "opens_at": opens_at,
        "seals": [[seal.keeper, [f"{value:x}" for value in seal.commitments]] for seal in ordered],
    }


def seal_of(content: Mapping[str, Any]) -> Seal:
    """The seal of a file. Raises KeyError, ValueError or TypeError when it is none."""
    return Seal(str(content["keeper"]), tuple(int(value, 16) for value in content["commitments"]))


def share_of(content: Mapping[str, Any]) -> Share:
    """The share of a file; as `seal_of`. Holder 0 is the seed itself."""
    share = Share(str(content["keeper"]), int(content["holder"]), int(content["value"], 16))
    if share.holder < 0 or not 0 <= share.value < ORDER:
        raise ValueError("no share has such a number")
    return share


def make_files(keeper: str, keepers: Sequence[str], threshold: int, folder: Path) -> list[Path]:
    """Write what a keeper makes: the seal, the seed, and a share for each other keeper (its own stays here too)."""
    names = sorted(keepers)
    if keeper not in names or len(set(names)) != len(names):
        raise ValueError("the keepers are named once each, this one among them")
    made = make_seal(keeper, holders=len(names), threshold=threshold, bits=secrets.randbits)
    contents: dict[str, dict[str, Any]] = {
        f"{keeper}.seal.json": {"keeper": keeper, "commitments": [f"{value:x}" for value in made.seal.commitments]},
        f"{keeper}.seed.json": {"keeper": keeper, "holder": 0, "value": f"{made.seed:x}"},
    }
    for share, name in zip(made.shares, names):
        contents[f"{keeper}.share-{share.holder}-{name}.json"] = {
            "keeper": keeper,
            "holder": share.holder,
            "value": f"{share.value:x}",
        }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_text(json.dumps(content) + "\n")
    return [folder / name for name in contents]


def misfits(seals: Iterable[Seal], shares: Iterable[Share]) -> list[str]:
    """Whose shares do not fit their seals."""
    by_keeper = {seal.keeper: seal for seal in seals}
    return [one.keeper for one in shares if one.keeper not in by_keeper or not share_fits(by_keeper[one.keeper], one)]


def say(text: str) -> None:
    """A line for whoever runs the program."""
    sys.stdout.write(text + "\n")


def main(arguments: Sequence[str]) -> int:
    """Make a seal or check shares; 1 when a share does not fit."""
    parser = argparse.ArgumentParser(prog="seal_draw.py", description=__doc__.splitlines()[0])
    does = parser.add_subparsers(dest="does", required=True)
    make = does.add_parser("make", help="make a seed, its seal, and the shares")
    make.add_argument("keeper", help="your code")
    make.add_argument("--keepers", required=True, help="the codes of all keepers, separated by commas")
    make.add_argument("--threshold", required=True, type=int, help="how many of them open a seed that is withheld")
    make.add_argument("--folder", type=Path, default=Path(), help="where the files go")
    check = does.add_parser("check", help="check the shares that you were given")
    check.add_argument("seals", type=Path, help="the file of all seals, from the page of the draw")
    check.add_argument("shares", nargs="+", type=Path, help="the share files that you were given")
    given = parser.parse_args(arguments)
    if given.does == "make":
        seal, seed, *shares = make_files(given.keeper, given.keepers.split(","), given.threshold, given.folder)
        say(f"Hand in {seal.name}. Keep {seed.name} secret until it must be opened.")
        say(f"Give each share to its keeper and to nobody else: {', '.join(path.name for path in shares)}")
        return 0
    seals = [seal_of(one) for one in json.loads(given.seals.read_bytes())]
    wrong = misfits(seals, [share_of(json.loads(path.read_bytes())) for path in given.shares])
    say(f"These do not fit, refuse them: {', '.join(wrong)}" if wrong else "All shares fit their seals.")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(f"refused: {error}")
