"""The settings of this deployment."""

import os
import sys
from urllib.parse import urlsplit

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._state import default_folder, open_state

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Look at the settings of this deployment."""


@app.command()
def show() -> None:
    """Print the settings in force; keys and connection strings only by whether they are set."""
    from pydantic import ValidationError

    from prakerja.kit.settings import KEY_NAMES, Settings, sandbox_key

    if os.environ.get("PRAKERJA_DEPLOYMENT") != "production" and (default_folder() / "state.json").exists():
        for name, key in open_state(default_folder()).keys.items():
            os.environ.setdefault(f"PRAKERJA_{name.upper()}", key)
    try:
        settings = Settings()
    except ValidationError as error:
        reasons = "; ".join(str(one["msg"]).removeprefix("Value error, ") for one in error.errors())
        raise CommandError(f"the settings are not valid: {reasons}") from None
    lines: dict[str, object] = {
        "deployment": settings.deployment,
        "demo": settings.demo,
        "lanes": settings.lanes,
        "base_url": settings.base_url,
        "allowed_hosts": settings.allowed_hosts,
        "state_dir": settings.state_dir or default_folder(),
        "database": "DATABASE_URL" if os.environ.get("DATABASE_URL") else "private PostgreSQL",
    }
    for name in KEY_NAMES:
        well_known = settings.key(name) == bytes.fromhex(sandbox_key(name))
        lines[name] = "the sandbox's well-known one" if well_known else "set"
    for name in ("smtp_url", "sms_url", "registry_url"):
        url = settings.provider(name)
        # The host alone: an address may hold a password.
        lines[name] = urlsplit(url).hostname or url or "the sandbox's stand-in"
    sys.stdout.writelines(f"{name:14} {text}\n" for name, text in lines.items())
