"""The eight platforms of the founding scheme with sample terms, read from `data/platforms/*.yaml`.

Their names and kinds are known (SCHEME-07); their terms are not: every value there is a plausible sample.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from prakerja.partners.models import GOVERNMENT
from prakerja.partners.requirements import requirement_set_problems
from prakerja.partners.rules import FeeKind, fee_scheme_problem

FOLDER = Path(__file__).parent / "data" / "platforms"
# In the order of the founding article; the government's last.
CODES = (
    "tokopedia",
    "bukalapak",
    "skillacademy",
    "pintaria",
    "maubelajarapa",
    "sekolahmu",
    "pijar",
    "sisnaker",
)
_OPTIONAL = frozenset({"questions", "documents"})
_KEYS = frozenset(
    {
        "sample",
        "code",
        "name",
        "kind",
        "owner_entity",
        "description",
        "modes",
        "payment_term_days",
        "fee_scheme",
        "province_reach",
        "requirements",
    }
)


class SampleFileError(ValueError):
    """A sample profile that cannot be used: file and reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePlatform:
    """One profile."""

    code: str
    name: str
    kind: str
    owner_entity: str
    description: Mapping[str, str]
    modes: tuple[str, ...]
    payment_term_days: int
    fee_scheme: Mapping[str, Any]
    province_reach: int
    requirements: tuple[Mapping[str, Any], ...]
    questions: tuple[Mapping[str, Any], ...]
    documents: tuple[Mapping[str, Any], ...]


def read_sample_platforms(folder: Path = FOLDER) -> list[SamplePlatform]:
    """The profiles in the order of `CODES`.

    Raises:
        SampleFileError: a key is missing or unknown, the file is not marked `sample: true`, its code is not its
            name, the fee scheme or a requirement is malformed, or the government's platform charges (FEE-02).
    """
    return [_profile(folder / f"{code}.yaml") for code in CODES]


def _profile(path: Path) -> SamplePlatform:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or set(content) - _OPTIONAL != _KEYS:
        raise SampleFileError(f"{path.name}: has exactly the keys {', '.join(sorted(_KEYS))}")
    if content.pop("sample") is not True:
        raise SampleFileError(f"{path.name}: is marked sample: true")
    if content["code"] != path.stem:
        raise SampleFileError(f"{path.name}: its code is {content['code']!r}")
    problem = fee_scheme_problem(content["fee_scheme"])
    if problem:
        raise SampleFileError(f"{path.name}: fee_scheme: {problem}")
    if content["kind"] == GOVERNMENT and content["fee_scheme"]["kind"] != FeeKind.NONE:
        raise SampleFileError(f"{path.name}: FEE-02: the government's platform charges nothing")
    questions, documents = content.pop("questions", []), content.pop("documents", [])
    problems = requirement_set_problems(content["requirements"], questions, documents)
    if problems:
        raise SampleFileError(f"{path.name}: {'; '.join(problems)}")
    content["modes"] = tuple(content["modes"])
    content["requirements"] = tuple(content["requirements"])
    content["questions"], content["documents"] = tuple(questions), tuple(documents)
    return SamplePlatform(**content)
