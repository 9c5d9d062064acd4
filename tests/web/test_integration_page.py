"""PLAT-01 on its page: started by the platform, decided by what the server saw, brought to production as a file."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.partner_api import integration_reports
from prakerja.partner_api.admission import Head
from prakerja.partner_api.integration_queries import list_runs
from prakerja.partner_api.integration_rules import Missing
from prakerja.partner_api.seen_calls import Seen, write_seen
from prakerja.programme.operations import load_regimes, open_budgets
from prakerja.web.integration_shown import MISSING_WORDS
from prakerja.web.partner import integration
from tests.web.test_cooperation import Stage, page, post, stage

__all__ = ["stage"]
pytestmark = pytest.mark.django_db


def test_every_missing_thing_has_its_sentence() -> None:
    assert set(MISSING_WORDS) == set(Missing)


def test_a_platform_starts_a_run_and_sees_its_key_once(stage: Stage, context: Context) -> None:
    open_budgets(context, load_regimes(context))
    client, platform_id = stage.as_("pijar"), stage.world.platforms["pijar"]
    assert "Mulai uji" in page(client, "integration")
    answer = client.post(reverse("integration"), {"act": "start"})
    shown = answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "hanya ditampilkan kali ini" in shown
    (run,) = list_runs(platform_id)
    assert run.client_code in shown
    assert all(card in shown for card in run.cards)
    secret = re.search(r"<dt>Kunci</dt><dd>([^<]+)</dd>", shown)
    assert secret is not None
    later = page(client, "integration")
    assert secret.group(1) not in later
    assert run.client_code in later
    assert "Belum ada panggilan yang terlihat." in later
    assert "Kirim satu panggilan dengan tanda tangan salah" in later or "contoh" in later
    assert "Sudah ada uji yang terbuka." in post(client, "integration", act="start")
    assert "Diputuskan menurut panggilan yang terlihat" in post(client, "integration", act="judge")
    # Nobody ticks: there is no such form, and what is not one of the two forms is nothing.
    assert client.post(reverse("integration"), {"act": "pass", "name": "signs_requests"}).status_code == 404
    assert client.post(reverse("integration"), {"act": "report"}).status_code == 404


def test_earlier_passes_do_not_hide_what_the_open_run_lacks(stage: Stage, context: Context) -> None:
    """A sample's checks are passed from the beginning; what its own software still has to show stands beside them."""
    open_budgets(context, load_regimes(context))
    client, platform_id = stage.as_("pijar"), stage.world.platforms["pijar"]
    assert "Uji ini" not in page(client, "integration")
    client.post(reverse("integration"), {"act": "start"})
    assert cells(page(client, "integration"), "menandatangani panggilannya") == (
        "lulus",
        "Kirim panggilan bertanda tangan apa saja: membaca sisa kursi kelas yang paling sederhana.",
    )
    (run,) = list_runs(platform_id)
    write_seen(
        [
            Seen(
                run.id,
                "r-1",
                "payment/quota-schedule",
                "OK",
                200,
                datetime.now(UTC),
                Head(run.client_code, "", "", ""),
                b"{}",
            )
        ]
    )
    later = page(client, "integration")
    assert cells(later, "menandatangani panggilannya") == ("lulus", "terlihat")
    assert cells(later, "membatalkan pembayaran") == (
        "lulus",
        "Batalkan pembayaran dari uji ini dengan payment/void.",
    )
    # Everything was passed before: there is nothing to be decided.
    assert "Yang terlihat sudah lebih banyak" not in later


def cells(shown: str, check: str) -> tuple[str, str]:
    """Result and this run, in the row of a check."""
    row = next(one for one in re.findall(r"<tr>(.*?)</tr>", shown, re.DOTALL) if check in one)
    found = [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)]
    return found[1], found[2]


def test_in_production_a_platform_brings_the_report_of_the_sandbox(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    production = get_settings().model_copy(update={"deployment": "production"})
    for module in (integration, integration_reports):
        monkeypatch.setattr(module, "get_settings", lambda: production)
    client = stage.as_("pijar")
    found = page(client, "integration")
    assert "Bawa laporan" in found
    assert "Mulai uji" not in found
    assert "Pilih berkas laporan." in post(client, "integration", act="report")
    now = datetime.now(UTC).isoformat()
    content = {"format": "x", "platform": "pijar", "run": "r", "passed_at": now, "checks": []}
    file = SimpleUploadedFile("r.json", json.dumps({"report": content, "signature": "00"}).encode())
    assert "belum mengenal sandbox" in post(client, "integration", act="report", report=file)
    assert client.post(reverse("integration"), {"act": "start"}).status_code == 404
    assert client.get(reverse("integration_report")).status_code == 404
