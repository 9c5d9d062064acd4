"""Accounts of staff and partners."""

from typing import TYPE_CHECKING, Annotated

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._session import prepared, say

if TYPE_CHECKING:
    from prakerja.kit.context import Context

app = typer.Typer(no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="user name")]
_OFFICES = ("ministry", "programme_office", "approver", "auditor")


@app.callback()
def users() -> None:
    """Accounts of staff and partners."""


@app.command()
def add(
    name: Name,
    role: Annotated[
        str, typer.Argument(help="labour_office, ministry, programme_office, approver, auditor or seal_keeper")
    ],
    *,
    display: Annotated[str, typer.Option(help="the name that pages show")] = "",
    office: Annotated[str, typer.Option(help="code of the labour office")] = "",
    keeper: Annotated[str, typer.Option(help="code of the keeper of sealed seeds")] = "",
) -> None:
    """Add an account; the password is asked for. The first sign-in sets up the second factor."""
    if role not in (*_OFFICES, "labour_office", "seal_keeper"):
        raise CommandError(f"no such role: {role}; there are {', '.join(('labour_office', *_OFFICES, 'seal_keeper'))}")
    if (role == "labour_office") is not bool(office):
        raise CommandError("a labour office's account names its office with --office, no other does")
    if (role == "seal_keeper") is not bool(keeper):
        raise CommandError("a keeper's account names its keeper with --keeper, no other does")
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    with prepared():
        from django.contrib.auth.password_validation import validate_password
        from django.core.exceptions import ValidationError

        from prakerja.access.operations import UserRequest, create_users
        from prakerja.access.roles import Role
        from prakerja.programme.queries import list_labour_offices
        from prakerja.selection.queries import list_keepers

        offices = {one.code: one.id for one in list_labour_offices()}
        if office and office not in offices:
            raise CommandError(f"no such labour office: {office}")
        keepers = {one.code: one.keeper_id for one in list_keepers()}
        if keeper and keeper not in keepers:
            raise CommandError(f"no such keeper: {keeper}; the programme office puts keepers on record")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        request = UserRequest(
            name,
            display or name,
            Role(role),
            password,
            labour_office_id=offices.get(office),
            seal_keeper_id=keepers.get(keeper),
        )
        (result,) = create_users(_context(), [request])
        if result.code.is_refusal:
            raise CommandError(f"there is an account {name} already")
    say(f"{name} may sign in as {role}")


@app.command()
def reset(name: Name) -> None:
    """Take an account's second factor away, after somebody has seen the person; the next sign-in sets up a new one."""
    with prepared():
        from prakerja.access.operations import reset_second_factor
        from prakerja.access.queries import find_user

        user = find_user(name)
        if user is None:
            raise CommandError(f"there is no account {name}")
        if reset_second_factor(_context(), user.id).is_refusal:
            raise CommandError(f"{name} has no second factor")
    say(f"{name} sets up a new second factor at the next sign-in")


def _context() -> "Context":
    from prakerja.kit.clock import SystemClock
    from prakerja.kit.context import Context
    from prakerja.kit.ids import SystemIds
    from prakerja.programme.queries import programme_now

    return Context("system:cli", programme_now(SystemClock().now()), SystemIds())
