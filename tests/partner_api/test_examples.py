"""The clients of docs/examples buy, ask and void over a socket: those whose language is installed."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from prakerja.partner_api import sandbox
from prakerja.programme.operations import set_programme_clock
from tests.partner_api.world import BASE_URL

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
# A person reads the code on the phone; here it is read where the SMS sandbox keeps it.
READ_OTP = """
import psycopg, sys
with psycopg.connect(**{settings!r}) as connection:
    found = connection.execute(
        "SELECT left(m.text, 6) FROM sandbox_messages m JOIN cards c ON c.card_id = m.card_id WHERE c.number = %s"
        " ORDER BY m.message_id DESC LIMIT 1", [sys.argv[1]])
    print(found.fetchone()[0])
"""


def test_the_clients_of_all_languages_that_are_there(committed_db: None, base_url: str, tmp_path: Path) -> None:
    context = Context("system:test", datetime(2020, 9, 1, 3, tzinfo=UTC), SeededIds("examples"))
    set_programme_clock(context, context.now, machine_now=datetime.now(UTC))
    world = sandbox.make_sandbox(context, machine_now=datetime.now(UTC), base_url=BASE_URL)
    shown = {
        "base_url": base_url,
        "platform": {"client_code": world.platform.client_code, "key": world.platform.secret},
        "cards": {"digital": list(world.digital_cards)},
        "courses": [
            {"course_code": one.course_code, "schedule_code": one.schedule_code, "mode": one.mode, "amount": one.amount}
            for one in world.courses
        ],
    }
    (tmp_path / "sandbox.json").write_text(json.dumps(shown))
    settings = {
        name: connection.get_connection_params().get(name) for name in ("dbname", "user", "password", "host", "port")
    }
    (tmp_path / "otp.py").write_text(READ_OTP.format(settings=settings))
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, str(EXAMPLES / "run.py"), str(tmp_path / "sandbox.json")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OTP_COMMAND": f"{sys.executable} {tmp_path}/otp.py {{card}}", "no_proxy": "*"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    ran = [line for line in done.stdout.splitlines() if not line.endswith("left out")]
    there = [name for name in ("node", "php", "ruby", "go", "java") if shutil.which(name)]
    assert [line.partition(":")[0] for line in ran] == ["python", *there]
    states = db.rows("SELECT state FROM purchases WHERE invoice_code LIKE 'CONTOH-%%' ORDER BY purchase_id")
    assert states == [("voided",)] * len(ran)


@pytest.mark.parametrize("program", ["python3", "node", "php", "ruby", "go", "java"])
def test_the_language_of_a_client_is_there(program: str) -> None:
    """The test above runs whatever is there; what is not is named here."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: its client in docs/examples was not run")


def test_each_language_has_a_client() -> None:
    assert {path.name for path in EXAMPLES.glob("[cC]lient.*")} == {
        *("client.py", "client.js", "client.php", "client.rb", "client.go", "Client.java"),
    }
