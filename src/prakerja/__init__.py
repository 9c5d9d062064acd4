"""Clearing house and ledger of Program Kartu Prakerja.

One package a room; imports point towards `kit` only (see the layers contract in pyproject.toml).
"""

__version__ = "0.1.0"
