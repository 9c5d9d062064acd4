"""The presence check and each way in which it ends early, in a browser at both widths, with axe."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.programme.operations import set_programme_clock
from tests.learning.world import World
from tests.web.browser import DESK, PHONE, browse
from tests.web.test_browser import barriers, heavy, load, wide
from tests.web.test_presence import link, sign_in, world

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
SHOTS = os.environ.get("SHOTS", "")
# A fixture of the module that tests the same pages without a browser.
__all__ = ["world"]


def looked_at(client: Client, pages: dict[str, tuple[str, str]]) -> list[str]:
    """What is wrong with pages (name: address and heading) at both widths; one browser for all."""

    def script(page: Page) -> list[str]:
        problems = []
        for width in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": 800})
            for name, (where, heading) in pages.items():
                sizes = load(page, where)
                page.get_by_role("heading", name=heading).wait_for()
                if SHOTS:
                    page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)
                found = (*wide(page, width), *heavy(sizes), *barriers(page))
                problems += [f"{name}-{width}: {one}" for one in found]
        return problems

    return browse(client, script)


def test_the_check_and_its_refusals_are_accessible(client: Client, world: World) -> None:
    good, used, expired = (link(world) for _ in range(3))
    early = link(world, sequence=2)
    link_id = db.value("SELECT max(link_id::text) FROM presence_links WHERE sequence = 1")
    db.execute(
        "UPDATE presence_links SET made_at = made_at - interval '1 day', expires_at = now() WHERE link_id = %s",
        (link_id,),
    )
    create_users(world.context, [UserRequest("auditor", "Auditor", Role.AUDITOR)])
    sign_in(client)
    assert client.post(used, {"face": "mine"}).status_code == 302
    problems = looked_at(
        client,
        {
            "presence-check": (good, "Tunjukkan bahwa Anda hadir"),
            "presence-early": (early, "Belum waktunya untuk sesi ini"),
            "presence-expired": (expired, "Tautan ini sudah kedaluwarsa"),
            "presence-unknown": ("/hadir/" + "A" * 32, "Tautan ini tidak ada"),
            "presence-used": (used, "Tautan ini sudah dipakai"),
        },
    )
    sign_in(client, 1)
    problems += looked_at(client, {"presence-another": (good, "Tautan ini untuk peserta lain")})
    auditor = find_user("auditor")
    assert auditor is not None
    client.force_login(auditor)
    problems += looked_at(client, {"presence-wrong-account": (good, "Anda masuk dengan akun yang bukan akun peserta")})
    sign_in(client)
    set_programme_clock(world.context, world.session_starts[1], machine_now=datetime.now(UTC))
    problems += looked_at(client, {"presence-late": (good, "Sudah terlambat untuk sesi ini")})
    assert problems == []
