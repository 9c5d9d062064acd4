"""Sign cooperation agreements on one's own machine: no network, no database; the private half never leaves it."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from prakerja.cli._errors import CommandError
from prakerja.cli._session import say

app = typer.Typer(no_args_is_help=True)
KEY_FORMAT = "prakerja-agreement-key-1"
ENDING = ".sig.json"
Agreement = Annotated[Path, typer.Argument(help="the file agreement-….json that was downloaded")]


@app.callback()
def agreement() -> None:
    """Sign cooperation agreements on one's own machine."""


@app.command("new-key")
def new_key(path: Annotated[Path, typer.Argument(help="where the private half is to be kept")]) -> None:
    """Make a key. The private half stays in the file, readable by its owner only; the public half is printed."""
    key = Ed25519PrivateKey.generate()
    content = {"format": KEY_FORMAT, "private_key": key.private_bytes_raw().hex(), "public_key": _public(key)}
    try:
        # Never over another key, and never readable by others, not even for a moment.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CommandError(f"{path} is there already: a key is never overwritten") from None
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file)
    say(f"kept {path}; register its public half:")
    say(_public(key))


@app.command()
def sign(
    path: Agreement,
    *,
    key: Annotated[Path, typer.Option(help="the file that new-key made")],
) -> None:
    """Sign an agreement: shows what it says, and writes the signature beside it (….sig.json)."""
    text = _canonical(path)
    private = _private(key)
    content = json.loads(text)
    say(f"platform     {content['platform']['name']}")
    say(f"institution  {content['institution']['name']}")
    say(f"fee          {json.dumps(content['fee_scheme'])}")
    say(f"valid        {content['valid_from']} until {content['valid_until'] or 'ended'}")
    signature = {"public_key": _public(private), "signature": private.sign(text).hex()}
    made = path.with_suffix(ENDING)
    made.write_text(json.dumps(signature), encoding="utf-8")
    say(f"signed: upload {made}")


@app.command()
def verify(path: Agreement, signature: Annotated[Path, typer.Argument(help="a file ….sig.json")]) -> None:
    """Say whether a signature is of this agreement, and by which key."""
    from prakerja.partners.contracts import signature_is_right

    text = _canonical(path)
    try:
        content = json.loads(signature.read_bytes())
        public_key, made = bytes.fromhex(content["public_key"]), bytes.fromhex(content["signature"])
        right = signature_is_right(public_key, text.decode(), made)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{signature} is no signature file") from error
    if not right:
        raise CommandError("the signature is not of this text")
    say(f"signed by {public_key.hex()}")


def _canonical(path: Path) -> bytes:
    """The bytes of an agreement, when they are the canonical form: nothing else is ever signed."""
    from prakerja.partners.contracts import canonical_form

    try:
        text = path.read_bytes()
        content = json.loads(text)
        is_agreement = content["document"] == "prakerja-cooperation-agreement"
        canonical = canonical_form(content).encode()
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} is no agreement") from error
    if not is_agreement:
        raise CommandError(f"{path} is no agreement")
    if canonical != text:
        raise CommandError(f"{path} is not in its canonical form: download it again and do not open it in an editor")
    return text


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        content = json.loads(path.read_bytes())
        if content["format"] != KEY_FORMAT:
            raise CommandError(f"{path} is no key of this program")
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(content["private_key"]))
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} is no key of this program") from error


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
