"""The reference pages are fresh, and their examples work as a reader runs them."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from prakerja.cli.sandbox import show as show_sandbox
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from prakerja.partner_api import sandbox
from prakerja.partner_api.reference import FOLDER, example_of, pages
from prakerja.partner_api.server import CALLS
from prakerja.partner_api.sign_on import agree
from prakerja.programme.operations import set_programme_clock
from tests.fixtures.answers import look_at
from tests.partner_api.world import BACK, BASE_URL, otp_of

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = re.compile(r"```sh\n(.*?)```", re.DOTALL)
CONNECTION = ("dbname", "user", "password", "host", "port")


def test_the_pages_are_fresh() -> None:
    made = pages()
    there = {f"{FOLDER}/{path.name}" for path in (ROOT / FOLDER).glob("*.md")}
    assert there == set(made)
    stale = [name for name, page in made.items() if (ROOT / name).read_text(encoding="utf-8") != page]
    assert not stale, "run `./run docs api` and commit the pages"


def run(page: str, known: dict[str, str]) -> dict[str, object]:
    """The example of a page, run by a shell with what a reader has in hand; the data of its answer."""
    found = EXAMPLE.search((ROOT / FOLDER / page).read_text(encoding="utf-8"))
    assert found is not None, page
    environment = {"PATH": os.environ["PATH"], "no_proxy": "*", **known}
    done = subprocess.run(  # noqa: S603 - our own page
        ["/bin/sh", "-eu", "-c", found[1]], capture_output=True, text=True, check=True, env=environment
    )
    answer = json.loads(done.stdout)
    assert answer["success"] is True, answer
    address = re.search(r'\$BASE_URL(/api/[^"]+)"', found[1])
    assert address is not None
    look_at(
        "GET" if re.search(r" -G | -H .Authorization: Bearer", found[1]) else "POST",
        address[1],
        b"",
        200,
        "application/json",
        done.stdout.encode(),
    )
    return dict(answer.get("data", {}))


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="needs curl and openssl")
def test_the_examples_work_one_after_the_other(committed_db: None, base_url: str) -> None:
    context = Context("system:test", datetime(2020, 9, 1, 3, tzinfo=UTC), SeededIds("reference"))
    set_programme_clock(context, context.now, machine_now=datetime.now(UTC))
    world = sandbox.make_sandbox(context, machine_now=datetime.now(UTC), base_url=BASE_URL)
    course, card = world.courses[1], world.digital_cards[0]
    shop = {
        "BASE_URL": base_url,
        "CLIENT_CODE": world.platform.client_code,
        "KEY": world.platform.secret,
        "COURSE_CODE": course.course_code,
        "SCHEDULE_CODE": course.schedule_code,
        "AMOUNT": str(course.amount),
        "CARD": card,
        "INVOICE_CODE": "TOKO-1",
    }
    assert run("payment-quota-schedule.md", shop)["course_code"] == course.course_code
    shop["PAYMENT_TOKEN"] = str(run("payment-send-otp.md", shop)["payment_token"])
    shop["OTP"] = otp_of(card)
    shop["TRANSACTION_CODE"] = str(run("payment-authorize.md", shop)["transaction_code"])
    assert run("payment-status.md", shop)["status"] == "SUCCESS"
    assert run("payment-void.md", shop) == {}
    school = {
        "BASE_URL": base_url,
        "CLIENT_CODE": world.institution.client_code,
        "KEY": world.institution.secret,
        "REDEEM_CODE": world.redeem_codes[0],
        "REDIRECT_URI": BACK,
    }
    assert run("payment-redeem-code-status.md", school)["status"] == 0
    assert str(run("oauth-url-generate.md", school)["url"]).startswith("http")
    assert run("payment-redeem-code-commit.md", school)["status"] == 1
    assert run("tpm-submission.md", school)["status"] == 1
    assert run("tpm-feedback-submission.md", school)["status"] == 2
    assert "assignment" in run("tpm-submission-status.id.md", school)
    assert run("payment-redeem-code-reset.md", school)["status"] == 0
    assert run("catalogue-courses.md", school)["new_rows"] == 1


# What stands in for `./run` beside the page: the sandbox is made, and the outbox is in the test's database.
RUN = """#!{python}
import json, sys
if sys.argv[1:] == ["sandbox", "new", "--json"]:
    print("a line before it")
    print(json.dumps({world!r}))
else:
    assert sys.argv[1:3] == ["sandbox", "otp"], sys.argv
    import psycopg
    with psycopg.connect(**{settings!r}) as connection:
        sent_at, text = connection.execute(
            "SELECT m.sent_at, m.text FROM sandbox_messages m JOIN cards c ON c.card_id = m.card_id"
            " WHERE c.number = %s ORDER BY m.message_id DESC LIMIT 1", [sys.argv[3]]).fetchone()
    print(f"{{sent_at:%Y-%m-%d %H:%M:%S}} UTC  {{text}}")
"""


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="needs curl and openssl")
@pytest.mark.parametrize("page", ["first-purchase.md", "pembelian-pertama.md"])
def test_the_first_purchase_is_pasted_from_its_page(
    committed_db: None, base_url: str, tmp_path: Path, page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Block by block into one shell, as a stranger would; each answer is what the page lets expect."""
    context = Context("system:test", datetime(2020, 9, 1, 3, tzinfo=UTC), SeededIds("tutorial"))
    set_programme_clock(context, context.now, machine_now=datetime.now(UTC))
    world = sandbox.make_sandbox(context, machine_now=datetime.now(UTC), base_url=BASE_URL)
    capsys.readouterr()
    show_sandbox(world, base_url, as_json=True)
    shown = json.loads(capsys.readouterr().out)
    settings = {name: value for name, value in connection.get_connection_params().items() if name in CONNECTION}
    program = tmp_path / "run"
    program.write_text(RUN.format(python=sys.executable, world=shown, settings=settings))
    program.chmod(0o755)
    text = (ROOT / "docs/tutorials" / page).read_text(encoding="utf-8")
    blocks = [textwrap.dedent("   " + block) for block in re.findall(r"   ```sh\n   (.*?)   ```\n", text, re.DOTALL)]
    done = subprocess.run(  # noqa: S603 - our own page
        ["/bin/sh", "-eu", "-c", "\n".join(blocks)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "no_proxy": "*"},
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert all(answer["success"] for answer in answers), answers
    quota, sent, paid, again, status, voided, code, link, attended, committed = answers
    assert quota["data"]["schedule_code"] == world.courses[1].schedule_code
    assert set(sent["data"]) == {"payment_token"}
    assert paid == again
    assert (paid["data"]["amount"], status["data"]["status"]) == (world.courses[1].amount, "SUCCESS")
    assert voided == {"success": True, "message": "Transaksi berhasil dibatalkan."}
    assert code["data"]["redeem_code"] == world.redeem_codes[0]
    assert link["data"]["state"]
    # Nobody has opened the address here: tests of presence and of the sandbox do.
    assert attended == code
    assert (committed["data"]["redeem_code"], committed["data"]["status"]) == (world.redeem_codes[1], 1)
    assert world.accounts[0].email in done.stdout.splitlines()


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="needs curl and openssl")
@pytest.mark.parametrize("language", ["", ".id"])
def test_the_examples_of_single_sign_on_work(committed_db: None, base_url: str, language: str) -> None:
    context = Context("system:test", datetime(2020, 9, 1, 3, tzinfo=UTC), SeededIds("reference"))
    set_programme_clock(context, context.now, machine_now=datetime.now(UTC))
    world = sandbox.make_sandbox(context, machine_now=datetime.now(UTC), base_url=BASE_URL)
    known = {
        "BASE_URL": base_url,
        "CLIENT_CODE": world.platform.client_code,
        "KEY": world.platform.secret,
        "REDIRECT_URI": world.sign_on_uri,
        "LOGIN_URI": sandbox.LOGIN_URI,
    }
    assert "/izin/?" in str(run(f"oauth-authorize{language}.md", known)["redirect_url"])
    holder = db.row(
        """
        SELECT p.lane, p.applicant_id
        FROM cards c
        JOIN participants p ON p.lane = c.lane AND p.participant_id = c.participant_id
        WHERE c.number = %s
        """,
        (world.digital_cards[0],),
    )
    assert holder is not None
    # What the person does in the browser.
    known["CODE"] = agree(
        context,
        lane=holder[0],
        applicant_id=holder[1],
        partner_id=db.value("SELECT platform_id FROM api_keys WHERE client_code = %s", (world.platform.client_code,)),
        redirect_uri=world.sign_on_uri,
        scope="name email prakerjaid notelp",
        machine_now=datetime.now(UTC),
    )
    known["REFRESH_TOKEN"] = str(run(f"oauth-token{language}.md", known)["refresh_token"])
    known["ACCESS_TOKEN"] = str(run(f"oauth-token-refresh{language}.md", known)["access_token"])
    assert run(f"resource-user_profile{language}.md", known)["no_prakerja"] == world.digital_cards[0]


def test_every_page_names_the_refusals_of_its_call_in_their_order() -> None:
    for call in CALLS:
        for language in ("", ".id"):
            page = (ROOT / FOLDER / f"{call.path.replace('/', '-')}{language}.md").read_text(encoding="utf-8")
            named = re.findall(r"^\| (ERR\w+) \|", page, re.MULTILINE)
            assert named == [refusal.code for refusal in call.refusals], call.path
            assert len(named) == len(set(named)), call.path


def test_every_call_has_its_example_in_both_languages() -> None:
    made = pages()
    for call in CALLS:
        name = f"{FOLDER}/{call.path.replace('/', '-')}"
        assert example_of(call) in made[f"{name}.md"]
        assert example_of(call) in made[f"{name}.id.md"]
