"""Letters on their way to people: e-mail and SMS."""

from typing import Annotated

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._session import prepared, say

app = typer.Typer(no_args_is_help=True)


@app.callback()
def letters() -> None:
    """Letters on their way to people: e-mail and SMS."""


@app.command()
def show() -> None:
    """How many letters wait, were sent, failed or expired; since when, and why."""
    with prepared():
        from prakerja.access.queries import list_letter_counts

        counts = list_letter_counts()
        for one in counts:
            faults = ", ".join(f"{fault} {count:,}" for fault, count in sorted(one.faults.items()) if fault)
            say(f"{one.kind:6} {one.state:8} {one.letters:>10,}  oldest {one.oldest_at:%Y-%m-%d %H:%M} UTC  {faults}")
        if not counts:
            say("no letter is in the box")


@app.command("try")
def try_one(
    kind: Annotated[str, typer.Argument(help="email or phone")],
    contact: Annotated[str, typer.Argument(help="your own address or number")],
) -> None:
    """Send one letter now, past the box, and say what the provider answered."""
    with prepared():
        from prakerja.access.carriers import Fate, Outgoing, find_carriers
        from prakerja.kit.clock import SystemClock
        from prakerja.kit.contacts import KINDS, contact_is_possible, plain_contact
        from prakerja.kit.ids import SystemIds

        if kind not in KINDS or not contact_is_possible(kind, contact):
            raise CommandError("name `email` or `phone`, and a contact of that kind")
        carrier = find_carriers().get(kind)
        if carrier is None:
            raise CommandError("this deployment has no provider for it; see `prakerja settings show`")
        letter_id = SystemIds().uuid(SystemClock().now())
        (carried,) = carrier.carry([Outgoing(letter_id, plain_contact(kind, contact), "Kartu Prakerja: percobaan.")])
        if carried.fate is not Fate.SENT:
            raise CommandError(f"{carried.fate}: {carried.fault}")
        say(f"sent as {letter_id}")
