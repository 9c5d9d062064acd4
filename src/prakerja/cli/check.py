"""`prakerja check`."""

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._session import prepared, say

if TYPE_CHECKING:
    from prakerja.oversight.invariants import InvariantResult


def check_everything(names: Sequence[str] = (), *, rows: int = 10, as_json: bool = False) -> bool:
    """Check the invariants and print them; whether all are kept. Inside `prepared()`.

    Raises:
        CommandError: no invariant has one of the names.
    """
    from prakerja.oversight.invariants import run_invariants

    began = perf_counter()
    try:
        results = run_invariants(names or None, sample=rows)
    except LookupError as error:
        raise CommandError(str(error.args[0])) from error
    whole = perf_counter() - began
    if as_json:
        say(_as_json(results, whole))
    else:
        _print_table(results, whole)
    return all(result.ok for result in results)


def command(
    names: Annotated[list[str] | None, typer.Argument(help="invariants by name; none: all of them")] = None,
    *,
    rows: Annotated[int, typer.Option(help="rows shown of an invariant that is broken", min=1)] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object instead of a table")] = False,
) -> None:
    """Check the books and the rules; exit 1 and show the rows when a promise is broken."""
    with prepared():
        kept = check_everything(names or (), rows=rows, as_json=as_json)
    if not kept:
        raise typer.Exit(1)


def _as_json(results: "Sequence[InvariantResult]", whole: float) -> str:
    from prakerja.kit.db import encode_json

    return encode_json(
        {
            "ok": all(result.ok for result in results),
            "seconds": round(whole, 3),
            "invariants": [
                {
                    "name": result.name,
                    "rules": result.rules,
                    "ok": result.ok,
                    "offending": result.offending,
                    "explanation": {"id": result.explanation_id, "en": result.explanation_en},
                    "columns": result.columns,
                    "rows": [[_plain(value) for value in row] for row in result.rows],
                    "seconds": round(result.seconds, 3),
                }
                for result in results
            ],
        }
    )


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _print_table(results: "Sequence[InvariantResult]", whole: float) -> None:
    width = max(len(result.name) for result in results)
    for result in results:
        answer = "ok" if result.ok else f"{result.offending} rows"
        say(f"{result.name:<{width}}  {answer:>10}  {result.seconds:6.2f} s  {' '.join(result.rules)}")
    broken = [result for result in results if not result.ok]
    for result in broken:
        say(f"\n{result.name} ({', '.join(result.rules)}) is broken by {result.offending} rows")
        say(f"  {result.explanation_en}")
        say(f"  {result.explanation_id}")
        say("  " + " | ".join(result.columns))
        for row in result.rows:
            say("  " + " | ".join("-" if value is None else str(value) for value in row))
        if result.offending > len(result.rows):
            say(f"  … and {result.offending - len(result.rows)} more")
    kept = len(results) - len(broken)
    say(f"\n{kept} of {len(results)} invariants are kept, checked in {whole:.1f} s.")
