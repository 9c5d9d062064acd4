"""The draw: verify a published one, hold one, audit one, and the keepers' sealed seeds."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._session import prepared, say

if TYPE_CHECKING:
    from uuid import UUID

    from prakerja.kit.context import Context

app = typer.Typer(no_args_is_help=True)
_File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


@app.callback()
def draw() -> None:
    """The draw: verify a published one, hold one, audit one, and the keepers' sealed seeds."""


@app.command()
def verify(
    commitment: _File,
    rows: _File,
    result: _File,
    *,
    signature: Annotated[str, typer.Option(help="the round's signature, in hexadecimal, read at the beacon")] = "",
    relay: Annotated[str, typer.Option(help="a relay of the beacon to read the round from, https://…")] = "",
    randomness: Annotated[str, typer.Option(help="64 hexadecimal digits, for a beacon without signatures")] = "",
    seeds: Annotated[str, typer.Option(help="the file of the opened seeds, when the beacon never spoke")] = "",
) -> None:
    """Verify a draw's files (commitment.json list.csv result.csv) with the randomness, and the beacon's signature."""
    from prakerja.selection import verify_draw

    if sum(map(bool, (signature, relay, randomness, seeds))) != 1:
        raise CommandError("give one of --signature, --relay, --randomness and --seeds")
    if signature or relay:
        randomness = _checked_randomness(commitment, signature, relay)
        say("The beacon's signature is that of the chain and the round in the commitment.")
    try:
        verify_draw.verify(str(commitment), str(rows), str(result), randomness or seeds)
    except (verify_draw.RefusedError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"refused: {error}") from error


def _checked_randomness(commitment: Path, signature: str, relay: str) -> str:
    from datetime import UTC, datetime
    from hashlib import sha256

    from prakerja.selection.beacon import ForgedRandomnessError
    from prakerja.selection.drand import DrandBeacon, chain_of_facts, signature_holds

    try:
        facts = json.loads(commitment.read_bytes())["beacon"]
        chain, beacon_round = chain_of_facts(facts), int(facts["round"])
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError("the commitment names no chain whose signature could be checked") from error
    if relay:
        try:
            found = DrandBeacon(chain, [relay]).randomness(beacon_round, now=datetime.now(UTC))
        except ForgedRandomnessError as error:
            raise CommandError(f"refused: {error}") from error
        if found is None:
            raise CommandError("the relay does not give this round")
        return found.value.hex()
    try:
        given = bytes.fromhex(signature)
    except ValueError as error:
        raise CommandError("a signature is 96 hexadecimal digits") from error
    if not signature_holds(chain, beacon_round, given):
        raise CommandError("refused: this is not the chain's signature of the round in the commitment")
    return sha256(given).hexdigest()


@app.command()
def commit(
    number: Annotated[int, typer.Argument(help="the wave's number")],
    *,
    notice_hours: Annotated[int, typer.Option(help="hours until the beacon's round, at least")] = 0,
) -> None:
    """First act: freeze and publish the list of a closed wave, and name the beacon's round."""
    from datetime import timedelta

    with prepared():
        from prakerja.programme.queries import get_regime_book
        from prakerja.selection.deployed_beacon import beacon_of_deployment
        from prakerja.selection.operations import commit_draw

        context = _context()
        answer = commit_draw(
            context,
            _wave_id(number),
            get_regime_book().on(context.today),
            beacon_of_deployment(),
            notice=timedelta(hours=notice_hours),
        )
        if answer.code.is_refusal:
            raise CommandError(str(answer.code))
        say(f"committed: {answer.applicants} people; see /draws/{number}/")


@app.command()
def reveal(number: Annotated[int, typer.Argument(help="the wave's number")]) -> None:
    """Second to fourth act: take the beacon's round, rank, record, publish."""
    with prepared():
        from prakerja.selection.deployed_beacon import beacon_of_deployment
        from prakerja.selection.operations import reveal_draw

        answer = reveal_draw(_context(), _wave_id(number), beacon_of_deployment())
        if answer.code.is_refusal:
            raise CommandError(str(answer.code))
        say(f"drawn: {answer.selected} of {answer.applicants} people; see /draws/{number}/")


@app.command()
def key(number: Annotated[int, typer.Argument(help="the wave's number")]) -> None:
    """Show a wave's key for an auditor; that it was shown is recorded."""
    with prepared():
        from prakerja.audit.operations import Event, record_events
        from prakerja.selection.tokens import wave_key

        wave_id = _wave_id(number)
        record_events(_context(), [Event("draw.key_shown", wave_id)])
        say(wave_key(wave_id).hex())


@app.command()
def audit(
    number: Annotated[int, typer.Argument(help="the wave's number")],
    *,
    wave_key: Annotated[str, typer.Option("--key", help="the wave's key, from `draw key`", prompt=True)],
) -> None:
    """Tie every token of a committed list to a verified applicant; exit 1 when one is not."""
    with prepared():
        from prakerja.selection.queries import audit_list

        try:
            found = audit_list(_wave_id(number), bytes.fromhex(wave_key))
        except (LookupError, ValueError) as error:
            raise CommandError(str(error)) from error
        say(f"rows on the list            {found.rows}")
        say(f"tokens of no applicant      {found.untied}")
        say(f"people left out             {found.left_out}")
        say(f"people who are not verified {found.unverified}")
        say(f"rows of another household   {found.other_household}")
        say(f"people of another outcome   {found.other_outcome}")
    if not found.is_in_order:
        raise typer.Exit(1)


@app.command("beacon")
def sandbox_beacon(
    *,
    port: Annotated[int, typer.Option(help="where to listen, on this machine only")] = 8100,
    silent: Annotated[bool, typer.Option("--silent", help="give no round")] = False,
    lying: Annotated[bool, typer.Option("--lying", help="give signatures of other rounds")] = False,
) -> None:
    """Serve the sandbox's beacon as drand is served; PRAKERJA_BEACON_URLS points a sandbox to it."""
    from datetime import UTC, datetime

    from prakerja.selection.drand import sandbox_chain
    from prakerja.selection.sandbox_beacon import serve_beacon

    with serve_beacon(("127.0.0.1", port), lambda: datetime.now(UTC), silent=silent, lying=lying) as server:
        say(f"PRAKERJA_BEACON_URLS=http://127.0.0.1:{server.server_port}")
        say(f"http://127.0.0.1:{server.server_port}/{sandbox_chain().chain_hash}/info")
        server.serve_forever()


@app.command("fallback")
def name_fallback(
    number: Annotated[int, typer.Argument(help="the wave's number")],
    keepers: Annotated[list[str], typer.Argument(help="codes of the keepers, three at least")],
    *,
    threshold: Annotated[int, typer.Option(help="how many of them open a seed that is withheld")],
    seal_hours: Annotated[int, typer.Option(help="hours until all have sealed")] = 72,
    confirm_hours: Annotated[int, typer.Option(help="hours from then until all have confirmed")] = 72,
) -> None:
    """Name what holds if the beacon never speaks; the keepers seal and confirm on their pages."""
    from datetime import timedelta

    with prepared():
        from prakerja.selection.operations import FallbackPlan
        from prakerja.selection.operations import name_fallback as name
        from prakerja.selection.queries import list_keepers

        known = {one.code: one.keeper_id for one in list_keepers()}
        unknown = [code for code in keepers if code not in known]
        if unknown:
            raise CommandError(f"no such keeper: {', '.join(unknown)}; there are {', '.join(known) or 'none yet'}")
        context = _context()
        sealed_at = context.now + timedelta(hours=seal_hours)
        plan = FallbackPlan(
            tuple(known[code] for code in keepers), threshold, sealed_at, sealed_at + timedelta(hours=confirm_hours)
        )
        code = name(context, _wave_id(number), plan)
        if code.is_refusal:
            raise CommandError(str(code))
        say(f"{len(keepers)} keepers; each hands in its seal, checks its shares and confirms at /seals/")


@app.command("open")
def open_seals(number: Annotated[int, typer.Argument(help="the wave's number")], files: list[Path]) -> None:
    """At the office: open seeds (seed or share files) because the beacon never gave the round."""
    with prepared():
        from prakerja.selection.deployed_beacon import beacon_of_deployment
        from prakerja.selection.operations import Opening
        from prakerja.selection.operations import open_seals as open_all
        from prakerja.selection.seal_draw import share_of

        try:
            given = [share_of(_read(path)) for path in files]
        except (KeyError, ValueError, TypeError) as error:
            raise CommandError("one of the files is neither a seed nor a share") from error
        openings = [Opening(one.keeper, one.holder, one.value) for one in given]
        codes = open_all(_context(), _wave_id(number), openings, beacon_of_deployment())
        for path, code in zip(files, codes, strict=True):
            say(f"{path.name}: {code}")
    if any(code.is_refusal for code in codes):
        raise typer.Exit(1)


def _context() -> "Context":
    from datetime import UTC, datetime

    from prakerja.kit.context import Context
    from prakerja.kit.ids import SystemIds
    from prakerja.programme.queries import programme_now

    return Context("system:command-line", programme_now(datetime.now(UTC)), SystemIds())


def _wave_id(number: int) -> "UUID":
    from prakerja.selection.queries import find_wave_of_number

    found = find_wave_of_number(number)
    if found is None:
        raise CommandError(f"there is no wave {number}")
    return found


def _read(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path.name} is not readable: {error}") from error
    if not isinstance(content, dict):
        raise CommandError(f"{path.name} is no file of a sealed seed")
    return content
