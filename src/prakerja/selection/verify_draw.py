#!/usr/bin/env python3
"""Proves a published draw right or wrong, from its files and the randomness that you read at the beacon yourself.

    python3 verify_draw.py commitment.json list.csv result.csv RANDOMNESS

RANDOMNESS is the 64 digits of the round that the commitment names, or, when the beacon never gave it, the file of the
opened seeds (seeds.json). Needs Python 3.8 alone; shares no line with the program that drew; exits 1 when it refuses.
"""

from __future__ import annotations

import array
import hashlib
import heapq
import json
import re
import sys
from collections import defaultdict
from itertools import zip_longest
from pathlib import Path
from typing import Any

ROW = re.compile(rb"[0-9a-f]{32},[0-9a-f]{32},[0-9],(?:digital|regular),[0-9]{2},[1-4]\n")
PRIME = int(  # The 2048-bit group of RFC 3526, in which institutions seal their seeds.
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AACAA68FFFFFFFFFFFFFFFF",
    16,
)


class RefusedError(Exception):
    """What is wrong, in a sentence."""


def require(holds: object, sentence: str) -> None:
    if not holds:
        raise RefusedError(sentence)


def sha256(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()


def read_randomness(given: str, commitment: dict[str, Any]) -> bytes:
    if re.fullmatch("[0-9a-fA-F]{64}", given):
        return bytes.fromhex(given)
    seeds = json.loads(Path(given).read_bytes())
    seals = dict((commitment["fallback"] or {"seals": []})["seals"])
    require(seals and set(seals) == set(seeds), "the opened seeds are not those of the institutions in the commitment")
    for name, seed in seeds.items():
        require(pow(4, int(seed, 16), PRIME) == int(seals[name][0], 16), f"the seed of {name} is not the sealed one")
    return sha256("".join(f"{name}:{int(seeds[name], 16):064x}\n" for name in sorted(seeds)).encode())


def read_list(path: str, seed: bytes) -> tuple[dict[bytes, list[bytes]], bytearray, bytearray, bytes, int]:
    """The rows as keys by stratum (class, hash, place in the list), their households, and the Merkle root."""
    strata: dict[bytes, list[bytes]] = defaultdict(list)
    households, recipients = bytearray(), bytearray()
    level, last, count = bytearray(), b"", 0
    with open(path, "rb") as file:
        for line in file:
            require(ROW.fullmatch(line), f"line {count + 1} of the list is not a row")
            token = line[:32]
            require(token > last, f"line {count + 1} of the list: tokens are not sorted, or one stands twice")
            last = token
            level += sha256(b"\x00" + line[:-1])
            key = line[79:80] + sha256(seed + bytes.fromhex(token.decode())) + count.to_bytes(4, "big")
            strata[line[68:78]].append(key)
            households += bytes.fromhex(line[33:65].decode())
            recipients.append(line[66] - 48)
            count += 1
    while len(level) > 32:
        above = bytearray()
        for at in range(0, len(level) - 32, 64):
            above += sha256(b"\x01" + level[at : at + 64])
        level = above + level[len(level) - len(level) % 64 :]
    for keys in strata.values():
        keys.sort()
    return strata, households, recipients, bytes(level), count


def choose(
    strata: dict[bytes, list[bytes]], households: bytearray, recipients: bytearray, quotas: list[Any], kk_max: int
) -> bytearray:
    """Which rows are chosen: pools in their order, then what is left within each channel."""
    chosen = bytearray(len(recipients))
    of_household: dict[bytes, int] = defaultdict(int)

    def fill(codes: list[bytes], places: int) -> int:
        for key in heapq.merge(*(strata[code] for code in codes)) if places else ():
            place = int.from_bytes(key[-4:], "big")
            household = bytes(households[16 * place : 16 * place + 16])
            if not chosen[place] and of_household[household] + recipients[place] < kk_max:
                chosen[place] = 1
                of_household[household] += 1
                places -= 1
                if not places:
                    break
        return places

    left = {}
    for channel in ("digital", "regular"):
        own = {f"{channel},{p}".encode(): places for c, p, places in quotas if c == channel and p}
        others = [code for code in sorted(strata) if code.startswith(channel.encode()) and code not in own]
        left[channel] = sum(fill([code] if code in strata else [], own[code]) for code in sorted(own))
        left[channel] += sum(fill(others, places) for c, p, places in quotas if c == channel and not p)
    for channel, places in left.items():
        fill([code for code in strata if code.startswith(channel.encode())], places)
    return chosen


def compare(list_path: str, result_path: str, ranks: array.array[int], chosen: bytearray) -> int:
    """Every line of the result against what the rule gives; how many were chosen."""
    with open(list_path, "rb") as rows, open(result_path, "rb") as results:
        for place, (row, result) in enumerate(zip_longest(rows, results, fillvalue=b"")):
            expected = b"%s,%d,%d\n" % (row[:32], ranks[place], chosen[place]) if row else b"nothing"
            require(result == expected, f"line {place + 1} of the result: {expected!r} by the rule, {result!r} there")
    return sum(chosen)


def verify(commitment_path: str, list_path: str, result_path: str, given: str) -> None:
    commitment = json.loads(text := Path(commitment_path).read_bytes())
    require(commitment["rule_version"] == "draw-2", f"this program knows draw-2, not {commitment['rule_version']}")
    seed = sha256(text + read_randomness(given, commitment))
    strata, households, recipients, root, count = read_list(list_path, seed)
    require(count == commitment["list"]["count"], f"the list has {count} rows, not {commitment['list']['count']}")
    require(root.hex() == commitment["list"]["root"], "the list does not have the committed root")
    ranks = array.array("I", bytes(4 * count))
    for keys in strata.values():
        for rank, key in enumerate(keys, 1):
            ranks[int.from_bytes(key[-4:], "big")] = rank
    chosen = choose(strata, households, recipients, commitment["quotas"], commitment["kk_max"])
    selected = f"{compare(list_path, result_path, ranks, chosen):,} of {count:,}"
    print(f"The draw is right: {selected} were chosen by the rule. Two things only you can see:")
    print(f"  was the commitment with this SHA-256 published before {commitment['beacon']['at']}?", sha256(text).hex())
    print(f"  is the randomness that of round {commitment['beacon']['round']} of {commitment['beacon']['name']}?")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    try:
        verify(*sys.argv[1:])
    except (RefusedError, OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(f"refused: {error}")
