"""Puts the commands together and runs one."""

import sys
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import typer

from prakerja import cli
from prakerja.cli._errors import CommandError, sentence_of


def build() -> typer.Typer:
    """The whole command line, from the modules of `prakerja.cli`."""
    whole = typer.Typer(
        help=(
            "Clearing house and ledger of Program Kartu Prakerja. "
            "Works on the state in PRAKERJA_STATE_DIR, or on the PostgreSQL in DATABASE_URL."
        ),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for found in iter_modules(cli.__path__):
        if found.name != "app" and not found.name.startswith("_"):
            _add(whole, found.name.replace("_", "-"), import_module(f"{cli.__name__}.{found.name}"))
    return whole


def _add(whole: typer.Typer, name: str, module: ModuleType) -> None:
    group = getattr(module, "app", None)
    if isinstance(group, typer.Typer):
        whole.add_typer(group, name=name, help=module.__doc__)
        return
    command = module.command
    whole.command(name, context_settings=getattr(command, "context_settings", None))(command)


def main() -> None:
    """Run the command of `sys.argv`; what a person can mend is said in one line."""
    try:
        build()(prog_name="prakerja")
    except CommandError as error:
        _end(str(error), error.exit_code)
    except KeyboardInterrupt:
        _end("stopped", 130)
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None:
            raise
        _end(sentence, 1)


def _end(message: str, exit_code: int) -> None:
    sys.stderr.write(f"prakerja: {message}\n")
    sys.exit(exit_code)
