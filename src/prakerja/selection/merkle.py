"""The Merkle tree of a draw's list: one root for all rows, and a short proof for each.

Leaves are SHA-256(0x00 ‖ row), nodes SHA-256(0x01 ‖ left ‖ right); the last of an odd level moves up as it is.
"""

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(row: bytes) -> bytes:
    """The hash of one row."""
    return sha256(b"\x00" + row).digest()


def merkle_root(rows: Sequence[bytes]) -> bytes:
    """The root of rows in their order; 32 bytes of zero for no rows."""
    level = [leaf_hash(row) for row in rows]
    while len(level) > 1:
        level = _up(level)
    return level[0] if level else bytes(32)


def merkle_proof(rows: Sequence[bytes], position: int) -> list[tuple[str, bytes]]:
    """The neighbours from leaf to root, each with its side (`left` or `right`)."""
    level = [leaf_hash(row) for row in rows]
    proof: list[tuple[str, bytes]] = []
    while len(level) > 1:
        neighbour = position ^ 1
        if neighbour < len(level):
            proof.append(("left" if neighbour < position else "right", level[neighbour]))
        level = _up(level)
        position //= 2
    return proof


def proof_holds(row: bytes, proof: Sequence[tuple[str, bytes]], root: bytes) -> bool:
    """Whether a row and its proof lead to the root."""
    current = leaf_hash(row)
    for side, neighbour in proof:
        pair = neighbour + current if side == "left" else current + neighbour
        current = sha256(b"\x01" + pair).digest()
    return current == root


def _up(level: Sequence[bytes]) -> list[bytes]:
    pairs = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) % 2 else pairs
