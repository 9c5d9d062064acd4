"""Sealed seeds on pages: the office names keepers, who seal, confirm, object, open. No seed is learnt before."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.selection import beacon as beacons
from prakerja.selection import queries, verify_draw
from prakerja.selection.beacon import Randomness
from tests.web.founder import DAY, NOW
from tests.web.nation import Nation
from tests.web.people import Cast, set_clock, work
from tests.web.test_portal import text_of

pytestmark = pytest.mark.django_db

KEEPERS = ("bps", "kpk", "ui")


@pytest.fixture
def keepers(nation: Nation, context: Context) -> dict[str, Client]:
    """Somebody of each keeper, signed in."""
    known = {one.code: one.keeper_id for one in queries.list_keepers()}
    clients = {}
    for code in KEEPERS:
        create_users(context, [UserRequest(f"of-{code}", code, Role.SEAL_KEEPER, seal_keeper_id=known[code])])
        user = find_user(f"of-{code}")
        assert user is not None
        clients[code] = Client()
        clients[code].force_login(user)
    return clients


def wib(moment: datetime) -> str:
    return (moment + timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M")


def plan(client: Client, wave_id: UUID, **changes: object) -> str:
    typed: dict[str, object] = {
        "keepers": list(KEEPERS),
        "threshold": "2",
        "seal_until": wib(NOW + DAY),
        "confirm_until": wib(NOW + 2 * DAY),
    } | changes
    answer = client.post(reverse("plan_fallback", args=[wave_id]), typed, follow=True)
    return answer.content.decode()


def send(client: Client, wave_id: UUID, name: str, path: Path | None = None, **typed: str) -> str:
    files: Mapping[str, object] = (
        {} if path is None else {"file": SimpleUploadedFile(path.name, path.read_bytes(), "application/json")}
    )
    answer = client.post(reverse("keep_seal", args=[wave_id, name]), {**files, **typed}, follow=True)
    return answer.content.decode()


def make(page: str, folder: Path) -> None:
    """Run the command that the page shows, as a keeper does at home."""
    from prakerja.selection import seal_draw

    command = page.partition("python3 seal_draw.py make ")[2].partition("<")[0].split()
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-I", seal_draw.__file__, "make", *command, "--folder", str(folder)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


class SilentBeacon(beacons.SandboxBeacon):
    """A beacon whose round never comes."""

    def randomness(self, beacon_round: int, *, now: datetime) -> Randomness | None:
        del beacon_round, now
        return None


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("prakerja.config.acts", "prakerja.web.keeper.views"):
        monkeypatch.setattr(f"{module}.beacon_of_deployment", SilentBeacon)


def hand_in(keepers: dict[str, Client], wave_id: UUID, folder: Path) -> None:
    """Each keeper makes its files as its page says, and hands in the seal."""
    for code in KEEPERS:
        make(keepers[code].get(reverse("kept_seal", args=[wave_id])).content.decode(), folder)
        assert "Segel Anda tercatat." in send(keepers[code], wave_id, "seal", folder / f"{code}.seal.json")


def asked(client: Client, wave_id: UUID, name: str) -> str:
    """Ask for an act and let the worker carry it out; the page of the wave afterwards."""
    client.post(reverse("wave_act", args=[wave_id, name]))
    assert work() == 1
    return text_of(client, reverse("wave", args=[wave_id]))


def test_keepers_seal_check_object_and_confirm_before_the_list_is_committed(
    client: Client, nation: Nation, cast: Cast, context: Context, keepers: dict[str, Client], tmp_path: Path
) -> None:
    wave_id = nation.open_wave_id
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    office_page = reverse("wave_fallback", args=[wave_id])
    assert "Belum ada cadangan untuk gelombang ini" in text_of(client, office_page)
    assert "Cadangan sudah ditetapkan." in plan(client, wave_id)
    assert text_of(client, office_page).count("belum menyegel") == 3
    assert "belum menyegel" in text_of(keepers["bps"], reverse("kept_seals"))
    hand_in(keepers, wave_id, tmp_path)
    # Every keeper checks with the file of the page and its own shares, as the page says.
    for place, code in enumerate(KEEPERS, 1):
        page = keepers[code].get(reverse("kept_seal", args=[wave_id])).content.decode()
        names = page.partition("seal_draw.py check ")[2].partition("<")[0].split()
        assert names == ["seals.json", *(f"{one}.share-{place}-{code}.json" for one in KEEPERS if one != code)]
        assert all((tmp_path / name).exists() for name in names[1:])
    # One objects: nothing is committed, whoever confirmed.
    assert "Dikonfirmasi:" in send(keepers["bps"], wave_id, "confirm")
    assert "melihat keberatan Anda" in send(keepers["kpk"], wave_id, "object", against="ui")
    assert "keberatan atas satu bagian" in text_of(client, office_page)
    assert "Segel Anda tercatat." in send(keepers["ui"], wave_id, "seal", tmp_path / "ui.seal.json")
    set_clock(context.at(NOW + 5 * DAY))
    asked(client, wave_id, "close")
    assert "Belum semua penyimpan menyegel dan mengonfirmasi" in asked(client, wave_id, "commit")
    for code in KEEPERS:
        assert "Dikonfirmasi:" in send(keepers[code], wave_id, "confirm")
    asked(client, wave_id, "commit")
    assert "benih yang disegel oleh bps, kpk, ui" in text_of(Client(), reverse("draw", args=[3]))
    seals = keepers["ui"].get(reverse("kept_seals_file", args=[wave_id])).content
    assert Client().get(reverse("draw_file", args=[3, "seals.json"])).getvalue() == seals


def test_a_seed_that_is_sent_by_mistake_is_not_kept_and_the_keeper_is_told(
    client: Client, nation: Nation, cast: Cast, keepers: dict[str, Client], tmp_path: Path
) -> None:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    plan(client, nation.open_wave_id)
    make(keepers["bps"].get(reverse("kept_seal", args=[nation.open_wave_id])).content.decode(), tmp_path)
    for name in ("bps.seed.json", "bps.share-2-kpk.json"):
        shown = send(keepers["bps"], nation.open_wave_id, "seal", tmp_path / name)
        assert "<title>Kesalahan:" in shown
        assert "buat benih baru, bagikan bagian baru" in shown
        assert json.loads((tmp_path / name).read_text())["value"] not in everything_kept() + shown


def test_the_others_open_what_one_keeper_withholds_and_anybody_verifies(
    client: Client,
    nation: Nation,
    cast: Cast,
    context: Context,
    keepers: dict[str, Client],
    silent: None,
    tmp_path: Path,
) -> None:
    wave_id = nation.open_wave_id
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    plan(client, wave_id)
    hand_in(keepers, wave_id, tmp_path)
    for code in KEEPERS:
        send(keepers[code], wave_id, "confirm")
    set_clock(context.at(NOW + 5 * DAY))
    asked(client, wave_id, "close")
    asked(client, wave_id, "commit")
    secrets = [json.loads((tmp_path / f"{code}.seed.json").read_text())["value"] for code in KEEPERS]
    assert not [secret for secret in secrets if secret in everything_kept()]
    draw = queries.find_draw(wave_id)
    assert draw is not None
    # Too early, then the beacon is silent for seven days.
    early = send(keepers["bps"], wave_id, "open", tmp_path / "bps.seed.json")
    assert "Benih baru boleh dibuka pada saat yang disebut dalam komitmen." in early
    set_clock(context.at(draw.beacon_at + 7 * DAY))
    assert "Suar belum memberi putarannya; setiap menit ditanya lagi." in asked(client, wave_id, "reveal")
    assert "Anda membuka benih Anda sendiri" in send(keepers["bps"], wave_id, "open", tmp_path / "ui.seed.json")
    # ui withholds its seed: the others open it with their shares.
    for code, name in (
        ("bps", "bps.seed.json"),
        ("kpk", "kpk.seed.json"),
        ("bps", "ui.share-1-bps.json"),
        ("kpk", "ui.share-2-kpk.json"),
    ):
        assert "Dibuka." in send(keepers[code], wave_id, "open", tmp_path / name)
    shown = text_of(Client(), reverse("draw", args=[3]))
    assert "dibuka dengan bagian penyimpan lain" in shown
    assert shown.count("dibuka penyimpannya") == 2
    set_clock(context.at(draw.beacon_at + 7 * DAY + timedelta(minutes=2)))
    assert work() == 1
    after = queries.find_draw(wave_id)
    assert after is not None
    assert after.source == "seeds"
    files = ("commitment.json", "list.csv", "result.csv", "seeds.json")
    for name in files:
        (tmp_path / name).write_bytes(Client().get(reverse("draw_file", args=[3, name])).getvalue())
    verify_draw.verify(*(str(tmp_path / name) for name in files))


def everything_kept() -> str:
    """All rows of all tables of this room and of the event log, as text."""
    tables = db.rows(
        """
        SELECT table_name
        FROM information_schema.tables
        WHERE table_schema = 'public'
            AND (starts_with(table_name, 'draw') OR table_name IN ('events', 'waves', 'django_session'))
        ORDER BY table_name
        """
    )
    return "\n".join(
        db.value(f"SELECT coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '') FROM {name} AS t")
        for (name,) in tables
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"keepers": ["bps", "kpk"]}, "Pilih paling sedikit tiga penyimpan"),
        ({"keepers": ["bps", "kpk", "nobody"]}, "belum tercatat"),
        ({"threshold": "3"}, "Pilih paling sedikit tiga penyimpan"),
        ({"threshold": "x"}, "Ambang adalah bilangan bulat."),
        ({"seal_until": "besok"}, "Ketik hari beserta jamnya"),
        ({"seal_until": wib(NOW - DAY)}, "Tenggat segel harus di masa depan"),
        ({"confirm_until": wib(NOW + timedelta(hours=1))}, "Tenggat segel harus di masa depan"),
    ],
)
def test_a_fallback_is_refused_with_a_sentence_and_keeps_what_was_typed(
    client: Client, nation: Nation, cast: Cast, changes: dict[str, object], sentence: str
) -> None:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    page = plan(client, nation.open_wave_id, **changes)
    assert "<title>Kesalahan:" in page
    assert sentence in page
    typed = next(iter(changes.values()))
    assert f'value="{typed}"' in page or 'value="bps" checked' in page
    assert queries.find_fallback(nation.open_wave_id) is None


def test_a_fallback_is_dropped_after_its_deadline(client: Client, nation: Nation, cast: Cast, context: Context) -> None:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    plan(client, nation.open_wave_id)
    drop = reverse("drop_fallback", args=[nation.open_wave_id])
    early = client.post(drop, {"reason": "lambat"}, follow=True).content.decode()
    assert "Para penyimpan masih punya waktu." in early
    set_clock(context.at(NOW + 2 * DAY))
    assert "Tulis alasannya" in client.post(drop, {"reason": " "}, follow=True).content.decode()
    assert "Cadangan dibatalkan." in client.post(drop, {"reason": "kpk lambat"}, follow=True).content.decode()
    assert "Tetapkan cadangan" in text_of(client, reverse("wave_fallback", args=[nation.open_wave_id]))
    assert client.post(reverse("drop_fallback", args=[UUID(int=0)]), {"reason": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"code": "B P S", "name": "x"}, "Kode terdiri atas"),
        ({"code": "bps", "name": "Lain"}, "Kode ini sudah dipakai"),
        ({"code": "ombudsman", "name": " "}, "Tulis nama lengkap"),
    ],
)
def test_a_keeper_is_refused_with_a_sentence(
    client: Client, nation: Nation, cast: Cast, typed: dict[str, str], sentence: str
) -> None:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    page = client.post(reverse("seal_keepers"), typed).content.decode()
    assert sentence in page
    assert f'value="{typed["code"]}"' in page


def test_a_keeper_is_put_on_record(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    page = client.post(reverse("seal_keepers"), {"code": "ombudsman", "name": "Ombudsman RI"}, follow=True)
    assert "Penyimpan sudah tercatat." in page.content.decode()
    assert "ombudsman" in [one.code for one in queries.list_keepers()]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"keeper": "bps"}', b'{"keeper": "bps", "commitments": ["x"]}']
)
def test_a_file_that_is_no_seal_is_refused(
    content: bytes, client: Client, nation: Nation, cast: Cast, keepers: dict[str, Client], tmp_path: Path
) -> None:
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    plan(client, nation.open_wave_id)
    (tmp_path / "wrong.json").write_bytes(content)
    shown = send(keepers["bps"], nation.open_wave_id, "seal", tmp_path / "wrong.json")
    assert "Ini bukan segel." in shown
    assert "Ini bukan segel." in send(keepers["bps"], nation.open_wave_id, "seal")


def test_a_keeper_sees_no_other_wave_and_nobody_else_a_keepers_page(
    client: Client, nation: Nation, cast: Cast, keepers: dict[str, Client]
) -> None:
    assert keepers["bps"].get(reverse("kept_seal", args=[nation.open_wave_id])).status_code == 404
    assert "Belum ada gelombang yang menunjuk Anda" in text_of(keepers["bps"], reverse("kept_seals"))
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    plan(client, nation.open_wave_id, keepers=["bps", "kpk", "ui"])
    assert client.get(reverse("kept_seal", args=[nation.open_wave_id])).status_code == 403
    assert keepers["ui"].post(reverse("keep_seal", args=[nation.open_wave_id, "dance"])).status_code == 404
    assert keepers["ui"].get(reverse("office")).status_code == 403
