"""Millions of small hashes on every core: the roots of a list's chunks, and the numbers that a seed gives to tokens.

hashlib keeps the interpreter's lock for small inputs, so threads do not help. Work for more than one core goes to
processes of this module (`python -m prakerja.selection.hashing`): parts of the packed list go in, results come out,
nothing else is shared. They know neither settings nor database.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TYPE_CHECKING

from prakerja.selection.draw_list import as_records, row_texts
from prakerja.selection.merkle import CHUNK_ROWS, root_of_leaves
from prakerja.selection.rules import RECORD_BYTES, ROW_CHARACTERS, TOKEN_BYTES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Below this a process costs more than it saves.
_ROWS_WORTH_A_PROCESS = 200_000
_ROOTS, _NUMBERS = b"r", b"n"
NUMBER_BYTES = 8


def chunk_roots(records: "NDArray[np.void]") -> list[bytes]:
    """The Merkle roots of all chunks of the list, in order. Cost: 1.1 microseconds of a core per row."""
    roots = _spread(records, _ROOTS)
    return [roots[at : at + 32] for at in range(0, len(roots), 32)]


def draw_numbers(records: "NDArray[np.void]", seed: bytes) -> bytes:
    """The first eight bytes of SHA-256(seed ‖ token) of each row. Cost: 0.6 microseconds of a core per row."""
    return _spread(records, _NUMBERS, seed)


def _spread(records: "NDArray[np.void]", task: bytes, seed: bytes = bytes(32)) -> bytes:
    """The results of all rows in order; in this process when they are few."""
    packed = memoryview(records.view("u1").data)
    cores = os.cpu_count() or 1
    if len(records) < _ROWS_WORTH_A_PROCESS or cores == 1:
        return _TASKS[task](bytes(packed), seed)
    chunks_each = -(-len(records) // (CHUNK_ROWS * cores))
    step = chunks_each * CHUNK_ROWS * RECORD_BYTES
    parts = [packed[at : at + step] for at in range(0, len(packed), step)]
    with ThreadPoolExecutor(len(parts)) as pool:
        return b"".join(pool.map(lambda part: _ask_process(task, seed, part), parts))


def _ask_process(task: bytes, seed: bytes, part: memoryview) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "prakerja.selection.hashing"],
        input=b"".join([task, seed, part]),
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout


def _roots_of(packed: bytes, _seed: bytes) -> bytes:
    roots = []
    for at in range(0, len(packed), CHUNK_ROWS * RECORD_BYTES):
        rows = row_texts(as_records(packed[at : at + CHUNK_ROWS * RECORD_BYTES]), before=b"\x00").tobytes()
        width = ROW_CHARACTERS + 1
        roots.append(root_of_leaves([sha256(rows[i : i + width]).digest() for i in range(0, len(rows), width)]))
    return b"".join(roots)


def _numbers_of(packed: bytes, seed: bytes) -> bytes:
    return b"".join(
        [
            sha256(seed + packed[at : at + TOKEN_BYTES]).digest()[:NUMBER_BYTES]
            for at in range(0, len(packed), RECORD_BYTES)
        ]
    )


_TASKS: dict[bytes, Callable[[bytes, bytes], bytes]] = {_ROOTS: _roots_of, _NUMBERS: _numbers_of}


def main() -> None:
    """One task from standard input to standard output."""
    given = sys.stdin.buffer
    task, seed = given.read(1), given.read(32)
    sys.stdout.buffer.write(_TASKS[task](given.read(), seed))


if __name__ == "__main__":
    main()
