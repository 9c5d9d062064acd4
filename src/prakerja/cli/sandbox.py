"""Worlds to try the partner API in, and the registers' programs (a sandbox only)."""

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

from prakerja.cli import _registries
from prakerja.cli._errors import CommandError
from prakerja.cli._served import find_served
from prakerja.cli._session import prepared, say
from prakerja.cli._state import default_folder

if TYPE_CHECKING:
    from prakerja.partner_api.sandbox import SandboxWorld

app = typer.Typer(no_args_is_help=True)
app.command("registries")(_registries.command)


@app.callback()
def sandbox() -> None:
    """Worlds to try the partner API in, and the registers' programs (a sandbox only)."""


@app.command()
def new(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object as the last line")] = False,
    base_url: Annotated[str | None, typer.Option(help="where the API is served; the running demo's by default")] = None,
    redirect_uri: Annotated[
        str | None, typer.Option(help="where the institution's own program takes browsers back; a page of the sandbox")
    ] = None,
) -> None:
    """Make a platform and an institution with keys, courses, cards of both channels and redeem codes."""
    _refuse_production()
    with prepared():
        from datetime import UTC, datetime

        from prakerja.kit.context import Context
        from prakerja.kit.ids import SystemIds
        from prakerja.kit.settings import get_settings
        from prakerja.partner_api.callbacks import is_fit
        from prakerja.partner_api.sandbox import make_sandbox
        from prakerja.partner_api.sandbox_people import SandboxRefusedError
        from prakerja.programme.queries import programme_now

        if redirect_uri is not None and not is_fit(redirect_uri):
            raise CommandError(f"{redirect_uri}: browsers are sent to https, or to this machine by http")
        served = base_url or find_served(default_folder()) or get_settings().base_url
        machine_now = datetime.now(UTC)
        context = Context("system:sandbox", programme_now(machine_now), SystemIds())
        try:
            world = make_sandbox(context, machine_now=machine_now, base_url=served, redirect_uri=redirect_uri)
        except SandboxRefusedError as error:
            raise CommandError(f"the sandbox could not be made: {error}") from error
        show(world, served, as_json=as_json)


@app.command()
def otp(card: Annotated[str, typer.Argument(help="the 16 digits of a card")]) -> None:
    """Show the last message that the SMS sandbox sent to a card's holder."""
    _refuse_production()
    with prepared():
        from prakerja.partner_api.messenger import list_messages_of_card

        messages = list_messages_of_card(card, limit=1)
        if not messages:
            raise CommandError("nothing was sent to the holder of this card")
        say(f"{messages[0].sent_at:%Y-%m-%d %H:%M:%S} UTC  {messages[0].text}")


@app.command("report-key")
def report_key() -> None:
    """Show the public half of the key with which this sandbox signs reports on platforms' software.

    Production takes reports by it: PRAKERJA_SANDBOX_REPORT_KEY.
    """
    _refuse_production()
    with prepared():
        from prakerja.partner_api.integration_reports import report_public_key

        say(report_public_key())


def _refuse_production() -> None:
    if os.environ.get("PRAKERJA_DEPLOYMENT") == "production":
        raise CommandError("this deployment is production; there is nothing of a sandbox in it")


def show(world: "SandboxWorld", base_url: str, *, as_json: bool) -> None:
    """Print a world with its keys, which nothing shows again."""
    from prakerja.partner_api.sandbox import LOGIN_URI

    shown = {
        "base_url": base_url.rstrip("/"),
        "platform": {
            "client_code": world.platform.client_code,
            "key": world.platform.secret,
            "redirect_uri": world.sign_on_uri,
            "login_uri": LOGIN_URI,
        },
        "institution": {
            "client_code": world.institution.client_code,
            "key": world.institution.secret,
            "redirect_uri": world.redirect_uri,
        },
        "cards": {"digital": list(world.digital_cards), "regular": list(world.regular_cards)},
        "courses": [
            {
                "course_code": one.course_code,
                "schedule_code": one.schedule_code,
                "mode": one.mode,
                "amount": one.amount,
            }
            for one in world.courses
        ],
        "redeem_codes": list(world.redeem_codes),
        "accounts": [{"redeem_code": one.holds, "email": one.email} for one in world.accounts],
        "holders": [{"card": one.holds, "email": one.email} for one in world.holders],
    }
    if as_json:
        say(json.dumps(shown))
        return
    say(f"API          {shown['base_url']}/api/v1/")
    say(f"platform     {world.platform.client_code}  key {world.platform.secret}")
    say(f"institution  {world.institution.client_code}  key {world.institution.secret}")
    say(f"comes back   {world.redirect_uri}")
    say("The keys are shown once.")
    for one in world.courses:
        say(f"course       {one.course_code}  schedule {one.schedule_code}  {one.mode}  Rp{one.amount}")
    say(f"cards        digital {' '.join(world.digital_cards)}")
    say(f"             regular {' '.join(world.regular_cards)}")
    say(f"redeem codes {' '.join(world.redeem_codes)}")
    for account in world.accounts + world.holders:
        say(f"sign in      {account.email}  holds {account.holds}")
