"""The program that journalists run: it agrees with a right draw and refuses eleven kinds of tampering."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prakerja.selection import ranking, verify_draw
from prakerja.selection.draw_list import list_lines, list_sha256, pack_entries
from prakerja.selection.merkle import merkle_root
from prakerja.selection.rules import DrawEntry, Quota, commitment_text, draw_seed
from prakerja.selection.seal_draw import SealedSeed, fallback_facts, make_seal, randomness_of_seeds
from tests.selection.test_rules import entries_strategy, entry, quotas_strategy

PROGRAM = Path(verify_draw.__file__)
RANDOMNESS = sha256(b"a round").digest()
QUOTAS = [Quota("digital", "32", 9), Quota("digital", None, 14), Quota("regular", None, 5)]


@dataclass(frozen=True)
class Published:
    """The files of a draw, as text, and what was read at the beacon."""

    commitment: str
    rows: list[str]
    results: list[str]
    randomness: str

    def write(self, folder: Path) -> list[str]:
        names = ("commitment.json", "list.csv", "result.csv")
        for name, text in zip(names, (self.commitment, "".join(self.rows), "".join(self.results)), strict=True):
            (folder / name).write_text(text)
        return [*(str(folder / name) for name in names), self.randomness]

    def changed(self, **changes: object) -> "Published":
        """With other facts in the commitment."""
        content = json.loads(self.commitment) | changes
        return replace(self, commitment=json.dumps(content, sort_keys=True, separators=(",", ":")))


def publish(
    entries: list[DrawEntry],
    quotas: list[Quota],
    *,
    randomness: bytes = RANDOMNESS,
    beacon: dict[str, object] | None = None,
    fallback: object = None,
) -> Published:
    entries = sorted(entries, key=lambda one: one.token)
    text = commitment_text(
        wave_number=1,
        regime_version="abc",
        kk_max=2,
        quotas=quotas,
        list_count=len(entries),
        list_root=merkle_root([one.row for one in entries]),
        list_sha256=list_sha256(pack_entries(entries)),
        beacon=beacon or {"name": "sandbox", "round": 7, "at": "2020-04-17T00:00:00+00:00"},
        fallback=fallback,  # type: ignore[arg-type]
    )
    records = pack_entries(entries)
    result = ranking.rank_draw(draw_seed(text, randomness), records, quotas, kk_max=2)
    results = [
        f"{one.token.hex()},{rank},{int(is_selected)}\n"
        for one, rank, is_selected in zip(entries, result.ranks.tolist(), result.chosen.tolist(), strict=True)
    ]
    return Published(text, list_lines(records.tobytes()).decode().splitlines(keepends=True), results, randomness.hex())


def draw_of(people: int = 120) -> Published:
    dice = random.Random(1)  # noqa: S311 - a list for tests
    entries = [
        entry(
            n,
            dice.randint(1, 4),
            household=dice.randint(0, people // 3),
            channel=dice.choice(["digital", "digital", "regular"]),
            province=dice.choice(["11", "32", "33"]),
        )
        for n in range(people)
    ]
    return publish(entries, QUOTAS)


def refusal(published: Published, folder: Path) -> str:
    with pytest.raises(verify_draw.RefusedError) as refused:
        verify_draw.verify(*published.write(folder))
    return str(refused.value)


def test_a_right_draw_is_right_and_the_program_stands_alone(tmp_path: Path) -> None:
    published = draw_of()
    command = [sys.executable, "-I", str(PROGRAM), *published.write(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    assert done.returncode == 0, done.stderr
    assert "The draw is right: 28 of 120 were chosen by the rule." in done.stdout
    assert sha256(published.commitment.encode()).hexdigest() in done.stdout
    assert "round 7 of sandbox" in done.stdout
    lines = PROGRAM.read_text().splitlines()
    assert len(lines) < 150
    imports = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert imports <= set(sys.stdlib_module_names)
    wrong = subprocess.run([*command[:-1], "00" * 32], capture_output=True, text=True, check=False)  # noqa: S603 - as above
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("refused: line 1 of the result")


def _swap_tokens(published: Published) -> Published:
    rows = list(published.rows)
    rows[3], rows[4] = rows[4][:32] + rows[3][32:], rows[3][:32] + rows[4][32:]
    return replace(published, rows=sorted(rows))


def _other(line: str, start: int, end: int, text: str) -> str:
    assert line[start:end] != text
    return line[:start] + text + line[end:]


def _with_root(published: Published, rows: list[str]) -> Published:
    """The list is changed and the commitment made to fit it: then the seed is another."""
    listed = {"count": len(rows), "root": merkle_root([row.strip().encode() for row in rows]).hex()}
    return replace(published, rows=rows).changed(list=listed)


def _reorder(published: Published) -> Published:
    rows, results = list(published.rows), list(published.results)
    rows[3], rows[4] = rows[4], rows[3]
    results[3], results[4] = results[4], results[3]
    return replace(published, rows=rows, results=results)


TAMPERINGS: dict[str, tuple[Callable[[Published], Published], str]] = {
    "swapped token": (_swap_tokens, "does not have the committed root"),
    "dropped row": (lambda p: replace(p, rows=p.rows[:-1], results=p.results[:-1]), "has 119 rows, not 120"),
    "changed quota": (
        lambda p: p.changed(quotas=[["digital", "32", 10], ["digital", None, 14], ["regular", None, 5]]),
        "of the result",
    ),
    "changed class": (
        lambda p: replace(p, rows=[*p.rows[:-1], _other(p.rows[-1], 79, 80, "1" if p.rows[-1][79] != "1" else "2")]),
        "does not have the committed root",
    ),
    "changed stratum": (
        lambda p: replace(p, rows=[_other(p.rows[0], 76, 78, "64"), *p.rows[1:]]),
        "does not have the committed root",
    ),
    "other seed": (lambda p: replace(p, randomness=sha256(b"another").hexdigest()), "of the result"),
    "duplicate": (
        lambda p: replace(p, rows=[p.rows[0], *p.rows], results=[p.results[0], *p.results]),
        "not sorted, or one stands twice",
    ),
    "reordered file": (_reorder, "not sorted, or one stands twice"),
    "extra row": (
        lambda p: replace(
            p, rows=[*p.rows, "f" * 32 + p.rows[0][32:]], results=[*p.results, "f" * 32 + p.results[0][32:]]
        ),
        "has 121 rows, not 120",
    ),
    "wrong root": (lambda p: p.changed(list={"count": 120, "root": "00" * 32}), "does not have the committed root"),
    "wrong rule version": (lambda p: p.changed(rule_version="draw-1"), "knows draw-2, not draw-1"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_refuses(name: str, tmp_path: Path) -> None:
    tamper, sentence = TAMPERINGS[name]
    published = draw_of()
    verify_draw.verify(*published.write(tmp_path))
    assert sentence in refusal(tamper(published), tmp_path)


def test_refuses_a_list_that_was_changed_together_with_its_commitment(tmp_path: Path) -> None:
    published = draw_of()
    better = [
        _other(row, 79, 80, "1" if row[79] != "1" else "2") if n == 7 else row for n, row in enumerate(published.rows)
    ]
    assert "of the result" in refusal(_with_root(published, better), tmp_path)
    assert "of the result" in refusal(_with_root(published, published.rows[1:]), tmp_path)


@pytest.mark.parametrize("change", ["last", "first", "more", "rank", "chosen"])
def test_refuses_a_result_that_differs_in_one_line(change: str, tmp_path: Path) -> None:
    published = draw_of()
    results = {
        "last": published.results[:-1],
        "first": published.results[1:],
        "more": [*published.results, published.results[-1]],
        "rank": [*published.results[:-1], published.results[-1].replace(",", ",1", 1)],
        "chosen": [line[:-2] + "1\n" if n == 5 else line for n, line in enumerate(published.results)],
    }[change]
    assert results != published.results
    assert "of the result" in refusal(replace(published, results=results), tmp_path)


@pytest.mark.parametrize("row", ["", "x\n", "A" * 80 + "\n", ","])
def test_refuses_a_row_that_is_none(row: str, tmp_path: Path) -> None:
    published = draw_of()
    rows = [*published.rows[:50], row + published.rows[50], *published.rows[51:]] if row else published.rows[:119]
    rows = rows if row else [*rows, published.rows[119].strip()]
    assert "is not a row" in refusal(replace(published, rows=rows), tmp_path)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=entries_strategy, quotas=quotas_strategy, randomness=st.binary(min_size=32, max_size=32))
def test_two_programs_that_share_no_line_agree(
    entries: list[DrawEntry], quotas: list[Quota], randomness: bytes, tmp_path: Path
) -> None:
    if entries:
        verify_draw.verify(*publish(entries, quotas, randomness=randomness).write(tmp_path))


def test_opened_seeds_take_the_place_of_the_beacon(tmp_path: Path) -> None:
    dice = random.Random(3)  # noqa: S311 - seeds for tests
    made: list[SealedSeed] = [
        make_seal(name, holders=3, threshold=2, bits=dice.getrandbits) for name in ("bps", "kpk", "ui")
    ]
    seeds = {one.seal.keeper: one.seed for one in made}
    fallback = fallback_facts([one.seal for one in made], opens_at="2020-04-24T00:00:00+00:00")
    entries = [entry(n) for n in range(30)]
    published = publish(entries, QUOTAS, randomness=randomness_of_seeds(seeds), fallback=fallback)
    opened = tmp_path / "seeds.json"
    opened.write_text(json.dumps({name: f"{seed:x}" for name, seed in seeds.items()}))
    published = replace(published, randomness=str(opened))
    verify_draw.verify(*published.write(tmp_path))
    opened.write_text(json.dumps({name: f"{seed + (name == 'kpk'):x}" for name, seed in seeds.items()}))
    assert refusal(published, tmp_path) == "the seed of kpk is not the sealed one"
    opened.write_text(json.dumps({"bps": f"{seeds['bps']:x}"}))
    assert "not those of the institutions" in refusal(published, tmp_path)
    assert "not those of the institutions" in refusal(replace(draw_of(), randomness=str(opened)), tmp_path)
