"""`prakerja sandbox registries`: the sandbox programs of the registers (a sandbox only)."""

import os
from typing import Annotated

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._session import say, set_up_django


def command(
    *,
    people: Annotated[int, typer.Option(min=1, max=9_999, help="invented people that the registers know")] = 1_000,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0: any free one")] = 8_090,
    latency_ms: Annotated[int, typer.Option(min=0, max=60_000, help="how late every answer is")] = 0,
    outage_bp: Annotated[int, typer.Option(min=0, max=10_000, help="how often of 10,000 there is no answer")] = 0,
    missing: Annotated[list[str] | None, typer.Option(help="a register that answers nobody, such as emis")] = None,
    seed: Annotated[str, typer.Option(help="outages follow from it")] = "0",
) -> None:
    """Run the civil registry and the other registers of a sandbox on this machine; ends with Ctrl-C."""
    if os.environ.get("PRAKERJA_DEPLOYMENT") == "production":
        raise CommandError("this deployment is production; there is nothing of a sandbox in it")
    set_up_django()
    from prakerja.kit.settings import get_settings
    from prakerja.participants.sandbox_server import Behaviour, RegistersSandbox, make_server
    from prakerja.participants.specimens import specimen

    behaviour = Behaviour(latency_ms, outage_bp, list(missing or ()))
    known = [specimen(number).person for number in range(1, people + 1)]
    try:
        registers = RegistersSandbox.of(known, seed=seed, behaviour=behaviour)
    except ValueError as error:
        raise CommandError(str(error)) from error
    key = bytes.fromhex(get_settings().registry_key.get_secret_value()) or None
    with make_server(registers, port=port, key=key) as server:
        signed = ", signed" if key else ""
        say(f"registers of {people:,} invented people on http://127.0.0.1:{server.server_address[1]}{signed}")
        say("POST /civil, /registers; POST /behaviour changes latency and outages while they run")
        server.serve_forever()
