"""Types that threads decode are examined when their module is imported."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest

import prakerja
from prakerja.kit.structs import examine, is_examined

SOURCE = Path(prakerja.__file__).parent
# Many small types below one: examining it takes long enough for a thread to come in between.
_THREADS_MEET = """
import sys, threading
import msgspec
from prakerja.kit.structs import examine

sys.setswitchinterval(1e-6)

def decode(number):
    parts = [msgspec.defstruct(f"Part{number}_{place}", [("size", int, 0)]) for place in range(30)]
    fields = [(f"part{place}", part | None, None) for place, part in enumerate(parts)]
    whole = msgspec.defstruct(f"Whole{number}", fields)
    examine(whole)
    barrier = threading.Barrier(6)
    def work():
        barrier.wait()
        assert msgspec.convert({"part29": {"size": 3}}, whole).part29.size == 3
    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

for number in range(40):
    decode(number)
print("all decoded")
"""


def test_threads_may_decode_what_was_examined() -> None:
    ended = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", _THREADS_MEET], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (0, "all decoded\n"), ended.stderr


class _Unknown(msgspec.Struct):
    size: int


def test_what_was_not_examined_is_told_apart() -> None:
    assert not is_examined(_Unknown)
    examine(_Unknown)
    assert is_examined(_Unknown)


def _decoded_types() -> Iterator[tuple[str, str]]:
    """Module and expression of each type that is decoded under its own name."""
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "msgspec" not in text:
            continue
        module = "prakerja." + ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call) or not ast.unparse(node.func).startswith("msgspec."):
                continue
            named = [word.value for word in node.keywords if word.arg == "type"]
            if ast.unparse(node.func) == "msgspec.convert":
                named.append(node.args[1])
            yield from ((module, ast.unparse(one)) for one in named)


_DECODED = sorted(set(_decoded_types()))


def test_the_types_are_found() -> None:
    assert ("prakerja.programme.regimes", "Regime") in _DECODED
    assert ("prakerja.participants.sandbox_server", "Behaviour") in _DECODED


@pytest.mark.parametrize(("module", "expression"), _DECODED)
def test_a_decoded_type_was_examined(module: str, expression: str) -> None:
    names = vars(importlib.import_module(module))
    try:
        kind = eval(expression, names)  # noqa: S307 - our own source
    except (NameError, AttributeError):
        # A parameter: the two functions that take one, and who gives it to them.
        assert (module, expression) in {
            ("prakerja.participants.registry_http", "kind"),
            ("prakerja.partner_api.types", "wanted"),
            ("prakerja.partner_api.types", "field.type"),
        }
        return
    parts = [kind, *get_args(kind)]
    plain = (
        all(part in {str, int, float, bool, object, type(None)} for part in parts[1:])
        and parts[0] not in names.values()
    )
    assert plain or is_examined(kind), f"{module}: examine({expression}) is missing"


def test_the_types_of_calls_and_registries_were_examined() -> None:
    from prakerja.participants import registry_http
    from prakerja.partner_api.server import CALLS

    assert [call.path for call in CALLS if not is_examined(call.request)] == []
    assert is_examined(registry_http._Outcomes)
    assert is_examined(registry_http._Answers)
