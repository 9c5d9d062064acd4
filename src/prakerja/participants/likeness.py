"""How alike two records of a person are whose birth date and province agree. Pure."""

from difflib import SequenceMatcher

from prakerja.participants.rules import plain_name

# Of 100: what agrees anyway (day of birth and province), the names, the digits of the two NIKs.
_AGREED, _NAMES, _DIGITS = 30, 50, 20
PROPOSED_FROM = 75


def likeness_score(first: tuple[str, str], second: tuple[str, str]) -> int:
    """0 to 100 for two pairs of name and NIK; the order of names, case, diacritics and dots do not count."""
    one, other = sorted((_sorted(first[0]), _sorted(second[0])))
    # The order of the two changes what the matcher finds: a fixed one makes the score the same both ways.
    names = SequenceMatcher(None, one, other, autojunk=False).ratio()
    same_digits = sum(left == right for left, right in zip(first[1], second[1], strict=False))
    digits = same_digits * _DIGITS // max(len(first[1]), len(second[1]), 1)
    return _AGREED + round(names * _NAMES) + digits


def _sorted(name: str) -> str:
    return " ".join(sorted(plain_name(name).split()))
