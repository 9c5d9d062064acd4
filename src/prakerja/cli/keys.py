"""Keys with which partners sign their calls."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._session import prepared, say

if TYPE_CHECKING:
    from prakerja.kit.context import Context

app = typer.Typer(no_args_is_help=True)
SCOPES = ("payment", "redeem", "learning", "catalogue", "sign_on")
Partner = Annotated[str, typer.Argument(help="code of a platform or an institution")]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON object as the last line")]


@app.callback()
def keys() -> None:
    """Keys with which partners sign their calls."""


@app.command("list")
def list_keys(partner: Partner) -> None:
    """Show a partner's keys: id, client code, scopes, from when to when, last use. Never the key itself."""
    with _context():
        from prakerja.partners.queries import list_api_keys

        _, partner_id = _find(partner)
        lines = list_api_keys(partner_id)
        if not lines:
            say(f"{partner} has no key")
        for line in lines:
            used = f"{line.last_used_at:%Y-%m-%d %H:%M}" if line.last_used_at else "never"
            end = f"revoked {line.revoked_at:%Y-%m-%d}" if line.revoked_at else f"expires {line.expires_at:%Y-%m-%d}"
            scopes = ",".join(line.scopes) or "all"
            say(f"{line.id}  {line.client_code}  {scopes}  since {line.created_at:%Y-%m-%d}  {end}  used {used}")


@app.command()
def issue(
    partner: Partner,
    *,
    days: Annotated[int, typer.Option(min=1, max=3650, help="how long it lives")] = 365,
    scope: Annotated[list[str] | None, typer.Option(help=f"one of {', '.join(SCOPES)}; all when none is given")] = None,
    as_json: AsJson = False,
) -> None:
    """Issue a key and show it once. A partner has two live keys at most, so that keys rotate with an overlap."""
    unknown = sorted(set(scope or ()) - set(SCOPES))
    if unknown:
        raise CommandError(f"no such scope: {', '.join(unknown)}; there are {', '.join(SCOPES)}")
    with _context() as context:
        from datetime import timedelta

        from prakerja.partners.operations import ApiKeyRequest, issue_api_keys

        role, partner_id = _find(partner)
        expires_at = context.now + timedelta(days=days)
        request = ApiKeyRequest(
            partner_role=role, partner_id=partner_id, expires_at=expires_at, scopes=tuple(scope or ())
        )
        result = issue_api_keys(context, [request])[0]
        if result.code == "two_live_keys":
            raise CommandError(f"{partner} has two live keys: revoke one first (prakerja keys list {partner})")
        if result.code != "ok":
            raise CommandError(f"the key was not issued: {result.code}")
        if as_json:
            shown = {"id": str(result.key_id), "client_code": result.client_code, "key": result.secret}
            say(json.dumps({**shown, "expires_at": expires_at.isoformat()}))
            return
        say(f"client code  {result.client_code}")
        say(f"key          {result.secret}")
        say(f"expires      {expires_at:%Y-%m-%d}")
        say("The key is shown once: keep it now.")


@app.command()
def revoke(key_id: Annotated[str, typer.Argument(help="the key's id or its client code")]) -> None:
    """Revoke a key: from now on no process accepts it."""
    with _context() as context:
        from prakerja.partners.operations import revoke_api_keys
        from prakerja.partners.queries import find_api_key

        try:
            wanted = UUID(key_id)
        except ValueError:
            found = find_api_key(key_id)
            if found is None:
                raise CommandError(f"no key {key_id}") from None
            wanted = found.id
        code = revoke_api_keys(context, [wanted])[0].code
        if code == "key_unknown":
            raise CommandError(f"no key {key_id}")
        say("The key is revoked." if code == "ok" else "The key was revoked before.")


@contextmanager
def _context() -> "Iterator[Context]":
    with prepared():
        from datetime import UTC, datetime

        from prakerja.kit.context import Context
        from prakerja.kit.ids import SystemIds
        from prakerja.programme.queries import programme_now

        yield Context("staff:command-line", programme_now(datetime.now(UTC)), SystemIds())


def _find(code: str) -> tuple[str, UUID]:
    from prakerja.partners.queries import find_institution, find_platform

    platform = find_platform(code)
    if platform is not None:
        return "platform", platform.id
    institution = find_institution(code)
    if institution is not None:
        return "institution", institution.id
    raise CommandError(f"no platform or institution has the code {code}")
