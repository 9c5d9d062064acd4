"""A path between two ends of a conflict, in words: with names for the office, by its kinds for everyone."""

from prakerja.partners.conflict_queries import ConflictView
from prakerja.web import words


def path_text(case: ConflictView, *, personal: bool) -> str:
    """The steps from the platform or reviewer to the institution. Without `personal` no name, number or address."""
    return " → ".join(
        f"{words.word('tie_kind', step['kind']).text}: {step['shown']}"
        if personal
        else str(words.word("tie_kind", step["kind"]).text)
        for step in case.steps
    )
