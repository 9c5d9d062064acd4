"""The command line `prakerja`.

Each module of this package whose name has no underscore in front is a command or a group of commands, found by itself:

- `command`, a function: `cli/check.py` becomes `prakerja check`; its parameters are typer's, its docstring the help;
- or `app`, a `typer.Typer`: `cli/settings.py` becomes the group `prakerja settings ...`.

`command.context_settings`, where it exists, goes to typer. The module's top level imports little (no Django, no
domain), so that `prakerja --help` is quick; a command that needs the database works inside `with prepared():`
(`cli/_session.py`), which starts the private PostgreSQL, gives the settings and sets Django up. Errors meant for a
person are `CommandError`s.
"""
