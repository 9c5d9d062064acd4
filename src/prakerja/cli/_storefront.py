"""Starts the reference shop and institution beside the demo, each a process of its own, and ends them with it.

Their settings and small databases live in `storefront/` of the state folder (mode 0600: they hold keys).
"""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from prakerja.cli._children import end_children, start_child
from prakerja.cli._port import find_free

if TYPE_CHECKING:
    from prakerja.kit.context import Context
    from prakerja.partner_api.sandbox_storefront import Storefront, StorefrontClass

HOST: Final = "127.0.0.1"
_SECONDS_TO_START: Final = 10.0
_STEP: Final = 100


@dataclass(frozen=True, slots=True)
class Program:
    """A running program."""

    name: str
    url: str
    port: int
    process: "subprocess.Popen[bytes]"


@dataclass(frozen=True, slots=True)
class Running:
    """Both programs, and what a person needs to try them."""

    shop: Program
    institution: Program
    storefront: "Storefront"

    def describe(self, base_url: str) -> str:
        """Addresses and log-ins, for the terminal."""
        lines = [
            f"  {self.shop.url}/            the reference shop: buy with a card and an OTP",
            f"  {self.institution.url}/            the reference institution: redeem, be present, hand in a task",
            f"  {base_url}/sandbox/sms/  the SMS outbox",
        ]
        lines += [f"    buyer  {one.email}  card {one.card}" for one in self.storefront.buyers]
        if self.storefront.regular_card:
            lines.append(f"    a regular card, which the shop refuses  {self.storefront.regular_card}")
        return "\n".join(lines)

    def wait(self) -> None:
        """Until both answer, or some seconds have passed."""
        until = time.monotonic() + _SECONDS_TO_START
        for program in (self.shop, self.institution):
            while time.monotonic() < until and program.process.poll() is None and not _answers(program.port):
                time.sleep(0.02)


@contextmanager
def running_storefront(folder: Path, base_url: str, *, port: int) -> Iterator[Running]:
    """Make or tend the world, start both programs, end them behind it. Inside `prepared()`, after migrating.

    Raises:
        SandboxRefusedError: the state does not allow it.
    """
    from prakerja.partner_api.sandbox_storefront import is_usable, make_storefront, tend_storefront

    own = folder / "storefront"
    own.mkdir(mode=0o700, exist_ok=True)
    context = _context()
    storefront = _read(own / "world.json")
    if storefront is None or not is_usable(storefront, now=context.now):
        storefront = make_storefront(context)
        _write(own / "world.json", asdict(storefront))
    shop_port = find_free(port + _STEP, host=HOST)
    institution_port = find_free(port + 2 * _STEP, host=HOST, but=shop_port)
    shop_url, institution_url = (f"http://localhost:{one}" for one in (shop_port, institution_port))
    classes = tend_storefront(context, storefront, shop_url=shop_url, institution_url=institution_url)
    ahead = round((context.now - datetime.now(UTC)).total_seconds())
    shared: dict[str, object] = {
        "api_url": base_url,
        "pages_url": base_url,
        "outbox_url": f"{base_url}/sandbox/sms/",
        "programme_ahead_seconds": ahead,
        "classes": [_class(one) for one in classes],
    }
    shop, institution = storefront.platform, storefront.institution
    _write(
        own / "shop.json",
        {
            **shared,
            "name": shop.name,
            "url": shop_url,
            "client_code": shop.client_code,
            "key": shop.key,
            "database": "shop.sqlite3",
        },
    )
    _write(
        own / "institution.json",
        {
            **shared,
            "name": institution.name,
            "url": institution_url,
            "client_code": institution.client_code,
            "key": institution.key,
            "database": "institution.sqlite3",
            "redirect_uri": f"{institution_url}/hadir/kembali",
        },
    )
    started: list[Program] = []
    try:
        for name, url, its_port in (
            ("shop", shop_url, shop_port),
            ("institution", institution_url, institution_port),
        ):
            started.append(Program(name, url, its_port, _start(own, name, its_port)))
        yield Running(started[0], started[1], storefront)
    finally:
        end_children([program.process for program in started])


def _start(own: Path, name: str, port: int) -> "subprocess.Popen[bytes]":
    arguments = ["-m", "prakerja.storefront", name, str(own / f"{name}.json"), "--port", str(port)]
    # Only what a partner's program would have: none of our keys, no database.
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "LANG", "LC_ALL", "PYTHONPATH", "HOME"}}
    return start_child([*arguments, "--with-parent"], log=own / f"{name}.log", env=kept, cwd=own)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _context() -> "Context":
    from prakerja.kit.context import Context
    from prakerja.kit.ids import SystemIds
    from prakerja.programme.queries import programme_now

    return Context("system:demo", programme_now(datetime.now(UTC)), SystemIds())


def _class(one: "StorefrontClass") -> dict[str, object]:
    return {
        "course_code": one.offer.course_code,
        "schedule_code": one.offer.schedule_code,
        "title": one.offer.title,
        "institution": one.institution,
        "mode": one.offer.mode,
        "amount_idr": one.offer.price_idr,
        "starts_at": one.offer.starts_at.isoformat(),
        "ends_at": one.offer.ends_at.isoformat(),
        "sessions": [at.isoformat() for at in one.sessions],
    }


def _read(path: Path) -> "Storefront | None":
    from prakerja.partner_api.sandbox_storefront import Buyer, Storefront, StorefrontPartner

    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))

    def partner(name: str) -> StorefrontPartner:
        return StorefrontPartner(**{**found[name], "partner_id": UUID(found[name]["partner_id"])})

    buyers = tuple(Buyer(**one) for one in found["buyers"])
    return Storefront(partner("platform"), partner("institution"), buyers, found["regular_card"])


def _write(path: Path, content: dict[str, object]) -> None:
    # Whole or not at all, and never readable by others: it holds a key.
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, default=str)
    new.replace(path)
