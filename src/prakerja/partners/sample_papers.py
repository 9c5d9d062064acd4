"""What sample platforms show with their admission (PLAT-01), institutions with registrations: real PDFs, marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from prakerja.kit.typesetting import typeset_pdf

FOLDER: Final = Path(__file__).parent / "data" / "papers"
MARK: Final = (
    "CONTOH · SAMPLE: berkas buatan untuk lingkungan uji, bukan berkas asli · made for a sandbox, not a real paper"
)
_NOBODY: Final = "Tidak ditandatangani siapa pun · Signed by nobody"
_KINDS: Final = {
    "private": "swasta · private",
    "state_owned": "BUMN · state-owned",
    "government": "pemerintah · government",
}
_MODES: Final = {"online": "daring · online", "offline": "luring · offline"}


@dataclass(frozen=True, slots=True)
class PaperSubject:
    """The platform that a paper is about; `province_reach`: in how many provinces it has users."""

    name: str
    entity: str
    kind: str
    modes: tuple[str, ...]
    payment_term_days: int
    province_reach: int


@dataclass(frozen=True, slots=True)
class SamplePaper:
    """A file as a platform would hand it in; `kind`: of `files.DOCUMENT_KINDS`."""

    file_name: str
    kind: str
    content: bytes


@lru_cache(maxsize=256)
def make_sample_paper(criterion: str, subject: PaperSubject) -> SamplePaper:
    """The paper for a criterion of PLAT-01. Equal subjects get equal bytes; made once in a process.

    Raises:
        KeyError: no text is written for the criterion.
    Cost: 10 ms.
    """
    words = {
        "name": subject.name,
        "entity": subject.entity,
        "modes": ", ".join(_MODES[mode] for mode in subject.modes),
        "term": str(subject.payment_term_days),
        "reach": str(subject.province_reach),
    }
    facts = [
        ["Platform", subject.name],
        ["Badan hukum · Legal entity", subject.entity],
        ["Jenis · Kind", _KINDS[subject.kind]],
        ["Kriteria · Criterion", f"PLAT-01 {criterion}"],
    ]
    return _set(criterion, facts, words)


@lru_cache(maxsize=16)
def make_institution_paper(kind: str) -> SamplePaper:
    """The paper that all sample institutions hand in for a kind of document; made once in a process.

    Raises:
        KeyError: no text is written for the kind.
    """
    return _set(kind, [["Lembaga · Institution", "contoh · sample"], ["Jenis dokumen · Kind of document", kind]], {})


def _set(key: str, facts: list[list[str]], words: Mapping[str, str]) -> SamplePaper:
    text = _texts()[key]
    data = {
        "mark": MARK,
        "title": text["title"],
        "subtitle": text["subtitle"],
        "facts": facts,
        "lines": [str(line).format(**words) for line in text["lines"]],
        "nobody": _NOBODY,
    }
    return SamplePaper(text["file"], text["kind"], typeset_pdf((FOLDER / "paper.typ").read_bytes(), data))


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, Any]:
    texts: Mapping[str, Any] = yaml.safe_load((FOLDER / "texts.yaml").read_text(encoding="utf-8"))
    return texts
