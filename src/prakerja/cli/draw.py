"""The draw: verify a published one, hold one, audit one, and the institutions' sealed seeds."""

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._session import prepared, say

if TYPE_CHECKING:
    from uuid import UUID

    from prakerja.kit.context import Context
    from prakerja.selection.seals import Seal

app = typer.Typer(no_args_is_help=True)
_File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


@app.callback()
def draw() -> None:
    """The draw: verify a published one, hold one, audit one, and the institutions' sealed seeds."""


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
        from prakerja.selection.beacon import beacon_of_deployment
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
        from prakerja.selection.beacon import beacon_of_deployment
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


@app.command()
def seal(
    institution: Annotated[str, typer.Argument(help="the institution's short name")],
    *,
    holders: Annotated[int, typer.Option(help="how many institutions seal seeds, this one included")],
    threshold: Annotated[int, typer.Option(help="how many of them can open a seed that its owner withholds")],
    folder: Annotated[Path, typer.Option(help="where the files go")] = Path(),
) -> None:
    """At an institution: make a seed, its seal to publish, and a secret share for each holder."""
    from prakerja.selection.seals import make_seal

    try:
        made = make_seal(institution, holders=holders, threshold=threshold, bits=secrets.randbits)
    except ValueError as error:
        raise CommandError(str(error)) from error
    folder.mkdir(parents=True, exist_ok=True)
    commitments = [f"{value:x}" for value in made.seal.commitments]
    _write(folder / f"{institution}.seal.json", {"institution": institution, "commitments": commitments})
    _write(folder / f"{institution}.seed.json", {"institution": institution, "holder": 0, "value": f"{made.seed:x}"})
    for share in made.shares:
        content = {"institution": institution, "holder": share.holder, "value": f"{share.value:x}"}
        _write(folder / f"{institution}.share-{share.holder}.json", content)
    say(f"publish {institution}.seal.json; keep {institution}.seed.json; give each holder its share, to nobody else")


@app.command("check")
def check_share(seal_file: _File, share_file: _File) -> None:
    """At a holder: whether a share that was given fits the published seal."""
    from prakerja.selection.seals import Share, share_fits

    given = _read(share_file)
    share = Share(str(given["institution"]), int(str(given["holder"])), int(str(given["value"]), 16))
    if not share_fits(_seal_of(seal_file), share):
        raise CommandError("this share does not fit the seal: refuse it before the list is committed")
    say("the share fits the seal")


@app.command("fallback")
def name_fallback(number: Annotated[int, typer.Argument(help="the wave's number")], seal_files: list[Path]) -> None:
    """At the office: name the institutions' seals as what holds if the beacon never speaks."""
    with prepared():
        from prakerja.selection.operations import seal_wave

        code = seal_wave(_context(), _wave_id(number), [_seal_of(path) for path in seal_files])
        if code.is_refusal:
            raise CommandError(str(code))
        say(f"{len(seal_files)} seals; each institution must confirm its shares (`draw confirm`)")


@app.command("confirm")
def confirm_shares(number: Annotated[int, typer.Argument(help="the wave's number")], institution: str) -> None:
    """At the office: record that an institution has checked the shares it was given."""
    with prepared():
        from prakerja.selection.operations import confirm_shares as confirm

        code = confirm(_context(), _wave_id(number), institution)
        if code.is_refusal:
            raise CommandError(str(code))


@app.command("open")
def open_seals(number: Annotated[int, typer.Argument(help="the wave's number")], files: list[Path]) -> None:
    """At the office: open seeds (seed or share files) because the beacon never gave the round."""
    with prepared():
        from prakerja.selection.beacon import beacon_of_deployment
        from prakerja.selection.operations import Opening
        from prakerja.selection.operations import open_seals as open_all

        given = [_read(path) for path in files]
        openings = [Opening(str(g["institution"]), int(str(g["holder"])), int(str(g["value"]), 16)) for g in given]
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
    from prakerja.selection.queries import list_waves

    found = next((wave.wave_id for wave in list_waves() if wave.number == number), None)
    if found is None:
        raise CommandError(f"there is no wave {number}")
    return found


def _seal_of(path: Path) -> "Seal":
    from prakerja.selection.seals import Seal

    given = _read(path)
    try:
        numbers = given["commitments"]
        return Seal(str(given["institution"]), tuple(int(value, 16) for value in numbers))  # type: ignore[attr-defined]
    except (KeyError, ValueError, TypeError) as error:
        raise CommandError(f"{path.name} is no seal") from error


def _read(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path.name} is not readable: {error}") from error
    if not isinstance(content, dict):
        raise CommandError(f"{path.name} is no file of a sealed seed")
    return content


def _write(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n")
