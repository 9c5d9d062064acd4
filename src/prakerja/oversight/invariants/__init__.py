"""The promises of the books and the rules, each as a small class with the statement that finds who breaks it.

Split by noun; `registry.INVARIANTS` is the explicit list. `run_invariants` checks them on one state of the books.
"""

from prakerja.oversight.invariants.base import Invariant, InvariantResult
from prakerja.oversight.invariants.registry import INVARIANTS
from prakerja.oversight.invariants.running import run_invariants

__all__ = ["INVARIANTS", "Invariant", "InvariantResult", "run_invariants"]
