"""drand: a beacon that many organisations run together; each round is a signature that anybody can check.

A round is the BLS signature (BLS12-381, 48 bytes, RFC 9380 hashing) of its number by a key that no single member holds;
its randomness is SHA-256 of the signature. A relay can withhold a round, it cannot make one up: what is not signed by
the chain's key is refused. The chain stands in the commitment with its key.
"""

import json
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from http.client import HTTPException
from typing import TYPE_CHECKING

from prakerja.kit.settings import sandbox_key
from prakerja.selection.beacon import ForgedRandomnessError, Randomness

if TYPE_CHECKING:
    from py_arkworks_bls12381 import G1Point, Scalar

RELAYS = ("https://api.drand.sh", "https://drand.cloudflare.com")
"""Who passes quicknet's rounds on, run by two different organisations; a deployment may name others."""
_SCHEME = "bls-unchained-g1-rfc9380"
_DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_TIMEOUT_S = 5
_ANSWER_BYTES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class DrandChain:
    """A chain of rounds: who signs it and when its rounds come out. Round 1 comes out at genesis."""

    chain_hash: str
    public_key: bytes
    genesis_at: datetime
    period: timedelta


@lru_cache(maxsize=1)
def quicknet() -> DrandChain:
    """The chain of the League of Entropy with a round every three seconds."""
    return DrandChain(
        chain_hash="52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
        public_key=bytes.fromhex(
            "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
            "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
        ),
        genesis_at=datetime.fromtimestamp(1_692_803_367, UTC),
        period=timedelta(seconds=3),
    )


def chain_of_facts(facts: Mapping[str, object]) -> DrandChain:
    """The chain that a commitment names.

    Raises:
        KeyError, ValueError: it names none.
    """
    if facts["scheme"] != _SCHEME:
        raise ValueError(f"another scheme than {_SCHEME}")
    known = next((one for one in (quicknet(), sandbox_chain()) if one.chain_hash == facts["chain"]), None)
    if known is None or known.public_key.hex() != facts["public_key"]:
        raise ValueError("a chain that is neither quicknet nor the sandbox's")
    return known


@lru_cache(maxsize=1)
def sandbox_chain() -> DrandChain:
    """The chain of the sandbox's beacon program: its key is well known, its rounds prove nothing to anybody outside."""
    from py_arkworks_bls12381 import G2Point

    key = (G2Point() * _scalar(_sandbox_secret())).to_compressed_bytes()
    return DrandChain(
        sha256(b"sandbox" + bytes(key)).hexdigest(), bytes(key), datetime(2020, 1, 1, tzinfo=UTC), timedelta(minutes=1)
    )


def signature_holds(chain: DrandChain, beacon_round: int, signature: bytes) -> bool:
    """Whether a signature is the chain's for this round. Cost: two pairings, 5 milliseconds."""
    from py_arkworks_bls12381 import GT, G1Point, G2Point

    try:
        given = G1Point.from_compressed_bytes(signature)
        key = G2Point.from_compressed_bytes(chain.public_key)
    except ValueError:
        return False
    return bool(GT.pairing(given, G2Point()) == GT.pairing(_message(beacon_round), key))


def sign_sandbox_round(beacon_round: int) -> bytes:
    """The signature of a round by the sandbox's well-known key."""
    return bytes((_message(beacon_round) * _scalar(_sandbox_secret())).to_compressed_bytes())


def _message(beacon_round: int) -> "G1Point":
    from py_arkworks_bls12381 import G1Point

    return G1Point.hash_to_curve(sha256(beacon_round.to_bytes(8, "big")).digest(), _DOMAIN)


def _sandbox_secret() -> int:
    return int.from_bytes(bytes.fromhex(sandbox_key("beacon"))[:31], "big")


def _scalar(value: int) -> "Scalar":
    from py_arkworks_bls12381 import Scalar

    return Scalar.from_le_bytes(value.to_bytes(32, "little"))


def fetch(url: str) -> bytes | None:
    """The answer of a relay; None when it has none, cannot be reached, is too slow, or does not speak HTTP."""
    give_up_at = time.monotonic() + _TIMEOUT_S
    content = b""
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - from the deployment's settings
            # Piece by piece: a relay that drips would otherwise keep the others from being asked.
            while len(content) < _ANSWER_BYTES_MAX and (piece := answer.read1(_ANSWER_BYTES_MAX - len(content))):
                content += piece
                if time.monotonic() > give_up_at:
                    return None
    except (OSError, HTTPException):
        return None
    return content


class DrandBeacon:
    """A chain, asked at its relays one after the other."""

    def __init__(self, chain: DrandChain, urls: Sequence[str], *, ask: Callable[[str], bytes | None] = fetch) -> None:
        self._chain = chain
        self._urls = tuple(urls)
        self._ask = ask

    @property
    def name(self) -> str:
        """How the commitment names it: every chain has a name of its own."""
        return f"drand:{self._chain.chain_hash[:16]}"

    @property
    def notice(self) -> timedelta:
        """Ten minutes: the list of a national wave is committed in seconds, and people must be able to fetch it."""
        return timedelta(minutes=10)

    def first_round_after(self, moment: datetime) -> int:
        """The first round whose value nobody knows at this moment."""
        return max((moment - self._chain.genesis_at) // self._chain.period + 2, 1)

    def time_of(self, beacon_round: int) -> datetime:
        """When the value of a round comes out."""
        return self._chain.genesis_at + (beacon_round - 1) * self._chain.period

    def facts(self, beacon_round: int) -> dict[str, object]:
        """Chain, key and round, so that the commitment alone says what to check."""
        return {
            "name": self.name,
            "chain": self._chain.chain_hash,
            "scheme": _SCHEME,
            "public_key": self._chain.public_key.hex(),
            "round": beacon_round,
            "at": self.time_of(beacon_round).isoformat(),
        }

    def randomness(self, beacon_round: int, *, now: datetime) -> Randomness | None:
        """The value of a round from the first relay whose answer the chain's key signed; None where none has it yet.

        Raises:
            ForgedRandomnessError: relays gave signatures, and none was the chain's.
        """
        if now < self.time_of(beacon_round):
            return None
        forged = False
        for url in self._urls:
            answer = self._ask(f"{url.rstrip('/')}/{self._chain.chain_hash}/public/{beacon_round}")
            signature = None if answer is None else _signature_of(answer)
            if signature is None:
                continue
            if signature_holds(self._chain, beacon_round, signature):
                return Randomness(sha256(signature).digest(), signature)
            forged = True
        if forged:
            raise ForgedRandomnessError(f"no relay gave round {beacon_round} with the signature of its chain")
        return None


def _signature_of(answer: bytes) -> bytes | None:
    """What a relay says is the signature; None when the answer is broken: that is an outage and no forgery."""
    try:
        signature = json.loads(answer)["signature"]
    except (ValueError, KeyError, TypeError):
        return None
    try:
        return bytes.fromhex(signature)
    except (ValueError, TypeError):
        return b""
