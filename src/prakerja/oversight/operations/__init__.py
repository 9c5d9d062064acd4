"""Writes of oversight: findings are looked for by the clock and decided by people."""

from prakerja.oversight.operations.deciding import FindingAct, FindingDecision, FindingResult, decide_findings
from prakerja.oversight.operations.looking import LookCounts, escalate_findings, look_for_findings

__all__ = [
    "FindingAct",
    "FindingDecision",
    "FindingResult",
    "LookCounts",
    "decide_findings",
    "escalate_findings",
    "look_for_findings",
]
