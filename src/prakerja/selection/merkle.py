"""The Merkle tree of a draw's list: one root for all rows, and a short proof for each.

Leaves are SHA-256(0x00 ‖ row), nodes SHA-256(0x01 ‖ left ‖ right); the last of an odd level moves up as it is. A chunk
of 4,096 rows is a whole subtree, so that a proof needs its chunk and the roots of the others, not the whole list.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

CHUNK_ROWS = 4096


def leaf_hash(row: bytes) -> bytes:
    """The hash of one row."""
    return sha256(b"\x00" + row).digest()


def root_of_leaves(level: Sequence[bytes]) -> bytes:
    """The root over hashes of one level; 32 bytes of zero over none."""
    while len(level) > 1:
        level = _up(level)
    return level[0] if level else bytes(32)


def merkle_root(rows: Iterable[bytes]) -> bytes:
    """The root of rows in their order; 32 bytes of zero for no rows."""
    return root_of_leaves([leaf_hash(row) for row in rows])


def proof_of_leaf(level: Sequence[bytes], position: int) -> list[tuple[str, bytes]]:
    """The neighbours from a hash of one level to the root, each with its side (`left` or `right`)."""
    proof: list[tuple[str, bytes]] = []
    while len(level) > 1:
        neighbour = position ^ 1
        if neighbour < len(level):
            proof.append(("left" if neighbour < position else "right", level[neighbour]))
        level = _up(level)
        position //= 2
    return proof


def merkle_proof(rows: Sequence[bytes], position: int) -> list[tuple[str, bytes]]:
    """The neighbours from a row's leaf to the root."""
    return proof_of_leaf([leaf_hash(row) for row in rows], position)


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
