"""The institution when things go wrong: codes that do not fit, answers that do not come, browsers that come back."""

import re
from pathlib import Path

import pytest

from prakerja.storefront.client import Answered, Refused
from prakerja.storefront.institution import is_address, is_email, make_institution
from tests.storefront.programs import LOST, ScriptedApi, TestClient, settings_in

CODE = "GHOPNYXUVMT0"
USED = Refused("ERRTRX40021", "Redeem Code sudah digunakan")
EARLY = Refused("ERRTRX40027", "Jadwal pelatihan belum dimulai atau sudah selesai")
URL = "http://localhost:8000/hadir/TOKEN"


def status(*, redeemed: int = 0, attended: int = 0) -> Answered:
    return Answered({"status": redeemed, "attendance_status": attended, "schedule_code": "j-1"})


def tasks(assignment: int = 0, feedback: int = 0) -> Answered:
    return Answered({"assignment": {"status": assignment}, "feedback": {"status": feedback}})


def api(**answers: object) -> ScriptedApi:
    given: dict[str, object] = {
        "payment/redeem-code/status": status(),
        "payment/redeem-code/commit": status(redeemed=1),
        "oauth/url-generate": Answered({"url": URL, "state": "s-1"}),
        "tpm/submission": Answered({"id": 1}),
        "tpm/submission/status": tasks(),
        "tpm/feedback/submission": Answered({"id": 1}),
        **answers,
    }
    return ScriptedApi(given)  # type: ignore[arg-type]


def enrolled(tmp_path: Path, programme: ScriptedApi) -> TestClient:
    client = TestClient(make_institution(settings_in(tmp_path), client=programme))
    page = client.post("/", data={"kode": " ghop nyxu vmt0 ", "email": "Siti@Contoh.id"})
    assert page.url.path == "/kelas"
    return client


def test_a_code_as_people_type_it(tmp_path: Path) -> None:
    programme = api()
    page = enrolled(tmp_path, programme).get("/kelas").text
    assert programme.named("payment/redeem-code/status")[0][0] == {"redeem_code": CODE}
    assert "Barista Dasar" in page
    assert "belum ditukar" in page
    assert "siti@contoh.id" in page


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        (Refused("ERRTRX40020", "Transaksi tidak ditemukan"), "Bandingkan setiap huruf"),
        (Refused("ERRTRX40028", "Bukan milik lembaga pelatihan."), "pergilah ke sana"),
        (Refused("ERRTRX40101", "Transaksi sudah dibatalkan"), "Beli lagi"),
    ],
)
def test_a_code_that_does_not_fit(tmp_path: Path, refusal: Refused, says: str) -> None:
    client = TestClient(make_institution(settings_in(tmp_path), client=api(**{"payment/redeem-code/status": refusal})))
    page = client.post("/", data={"kode": "X", "email": "a@b.id"})
    assert page.status_code == 422
    assert refusal.message in page.text
    assert says in page.text
    assert 'value="X"' in page.text


def test_what_was_typed_wrong_goes_nowhere(tmp_path: Path) -> None:
    programme = api()
    client = TestClient(make_institution(settings_in(tmp_path), client=programme))
    page = client.post("/", data={"kode": "É", "email": "siti"})
    assert page.status_code == 422
    assert "#kode" in page.text
    assert "#email" in page.text
    assert programme.calls == []
    assert client.get("/kelas").url.path == "/"


def test_a_second_redemption_is_what_was_wanted(tmp_path: Path) -> None:
    """A double tap, or a retry after a lost answer."""
    programme = api(**{"payment/redeem-code/commit": [LOST, USED]})
    client = enrolled(tmp_path, programme)
    lost = client.post("/kelas/tukar")
    assert lost.status_code == 503
    assert "Kami belum tahu apakah langkah terakhir berhasil" in lost.text
    again = client.post("/kelas/tukar")
    assert again.status_code == 200
    assert "Kode sudah ditukar" in again.text


def test_too_early_for_the_code(tmp_path: Path) -> None:
    page = enrolled(tmp_path, api(**{"payment/redeem-code/commit": EARLY})).post("/kelas/tukar")
    assert page.status_code == 422
    assert "satu jam sebelum sesi mulai" in page.text


def test_to_the_presence_check_and_back(tmp_path: Path) -> None:
    programme = api()
    client = enrolled(tmp_path, programme)
    sent = client.post("/kelas/hadir", data={"sesi": "2"}, follow_redirects=False)
    assert sent.headers["Location"] == URL
    ((asked, _),) = programme.named("oauth/url-generate")
    uri = "http://testserver/hadir/kembali"
    assert asked == {"redeem_code": CODE, "redirect_uri": uri, "email": "siti@contoh.id", "sequence": 2}
    # What the browser brings counts for nothing: the programme is asked about that very session.
    assert "Belum hadir" in client.get("/hadir/kembali?state=s-1").text
    programme.answers["payment/redeem-code/status"] = status(redeemed=1, attended=1)
    page = client.get("/hadir/kembali?state=s-1").text
    assert "Anda hadir" in page
    assert programme.named("payment/redeem-code/status")[-1][0] == {"redeem_code": CODE, "sequence": 2}
    programme.answers["payment/redeem-code/status"] = LOST
    assert "Kehadiran belum diketahui" in client.get("/hadir/kembali?state=s-1").text


def test_a_state_that_nobody_sent_is_no_visit(tmp_path: Path) -> None:
    client = enrolled(tmp_path, api())
    for where in ("/hadir/kembali", "/hadir/kembali?state=", "/hadir/kembali?state=s-2"):
        assert client.get(where).status_code == 404


def test_a_state_in_another_browser_opens_nobodys_class(tmp_path: Path) -> None:
    programme = api()
    client = enrolled(tmp_path, programme)
    client.post("/kelas/hadir", data={"sesi": "1"}, follow_redirects=False)
    other = TestClient(client.app)
    page = other.get("/hadir/kembali?state=s-1").text
    assert "/kelas" not in re.findall(r'class="button" href="([^"]+)"', page)
    assert other.get("/kelas").url.path == "/"


def test_a_task_and_its_feedback(tmp_path: Path) -> None:
    programme = api(**{"payment/redeem-code/status": status(redeemed=1, attended=1)})
    client = enrolled(tmp_path, programme)
    bad = client.post("/kelas/tugas", data={"sesi": "1", "alamat": "javascript:alert(1)"})
    assert bad.status_code == 422
    assert "dimulai dengan https://" in bad.text
    assert programme.named("tpm/submission") == []
    assert "Tugas sudah dikumpulkan" in client.post("/kelas/tugas", data={"sesi": "1", "alamat": "https://a.id/f"}).text
    task = {"redeem_code": CODE, "scope": "tpm", "sequence": 1, "url_file": "https://a.id/f"}
    assert programme.named("tpm/submission") == [(task, "")]
    desk = client.get("/pengajar").text
    assert "https://a.id/f" in desk
    assert client.post("/pengajar", data={"kode": CODE, "sesi": "1", "catatan": ""}).status_code == 422
    done = client.post("/pengajar", data={"kode": CODE, "sesi": "1", "catatan": "Bagus <b>"})
    assert "Umpan balik tersimpan" in done.text
    assert "Bagus &lt;b&gt;" in done.text
    programme.answers["tpm/submission/status"] = tasks(2, 2)
    assert "tugas sudah dinilai" in client.get("/kelas").text


def test_feedback_that_was_not_kept_is_not_shown_as_kept(tmp_path: Path) -> None:
    programme = api(
        **{"payment/redeem-code/status": status(redeemed=1, attended=1), "tpm/feedback/submission": LOST},
    )
    client = enrolled(tmp_path, programme)
    client.post("/kelas/tugas", data={"sesi": "1", "alamat": "https://a.id/f"})
    page = client.post("/pengajar", data={"kode": CODE, "sesi": "1", "catatan": "Bagus"})
    assert page.status_code == 503
    assert "dinilai" not in page.text


def test_a_programme_that_does_not_answer(tmp_path: Path) -> None:
    programme = api()
    client = enrolled(tmp_path, programme)
    for name in list(programme.answers):
        programme.answers[name] = LOST
    page = client.get("/kelas")
    assert page.status_code == 200
    assert "belum diketahui" in page.text
    assert "belum ditukar" not in page.text
    assert client.post("/kelas/hadir", data={"sesi": "1"}).status_code == 503


@pytest.mark.parametrize("text", ["siti", "a@b", "a b@c.id", "@c.id", "a@c.id\n", "a" * 250 + "@c.id"])
def test_no_email(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize(
    "text", ["", "a.id/f", "ftp://a.id", "https://", "https://a b", "https://a\x00", "https://" + "a" * 500]
)
def test_no_address(text: str) -> None:
    assert not is_address(text)
