"""The shop when things go wrong: two taps, lost answers, refusals, other people's orders."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from prakerja.storefront.client import Answered, Outcome, Refused
from prakerja.storefront.orders import LEFT_BEHIND, TABLES, Orders
from prakerja.storefront.pages import machine_now
from prakerja.storefront.shop import make_shop
from prakerja.storefront.store import Store
from tests.storefront.programs import LOST, PAID, UNREACHED, ScriptedApi, TestClient, settings_in

CARD = "8710 4455 2210 9931"
TOKEN = Answered({"payment_token": "TOKEN"})
WRONG = Refused("ERRPLT40022", "Kode OTP salah.")


def api(**answers: object) -> ScriptedApi:
    given: dict[str, object] = {
        "payment/quota-schedule": Answered({"quota": 5}),
        "payment/send-otp": TOKEN,
        "payment/authorize": PAID,
        "payment/void": Answered({}),
        **{name.replace("__", "/").replace("_", "-"): answer for name, answer in answers.items()},
    }
    return ScriptedApi(given)  # type: ignore[arg-type]


def open_shop(tmp_path: Path, programme: ScriptedApi, *, account: str = "Siti") -> TestClient:
    client = TestClient(make_shop(settings_in(tmp_path), client=programme))
    client.post("/masuk", data={"nama": account})
    return client


def order(client: TestClient) -> str:
    return str(client.post("/kelas/j-1/pesan").url.path)


def with_code(client: TestClient) -> str:
    where = order(client)
    assert "Bayar dengan kode" in client.post(f"{where}/kode", data={"kartu": CARD}).text
    return where


def stored(tmp_path: Path) -> dict[str, object]:
    with sqlite3.connect(tmp_path / "program.sqlite3") as connection:
        connection.row_factory = sqlite3.Row
        return dict(connection.execute("SELECT * FROM orders").fetchone())


def test_a_purchase(tmp_path: Path) -> None:
    programme = api()
    client = open_shop(tmp_path, programme)
    where = with_code(client)
    page = client.post(f"{where}/bayar", data={"otp": "12 34 56"})
    assert "Sudah dibayar" in page.text
    assert "http://localhost:8000/me/purchases/" in page.text
    ((sent, _),) = programme.named("payment/send-otp")
    assert sent == {
        "user_platform_id": "akun-73697469",
        "prakerja_id": "8710445522109931",
        "course_code": "k-1",
        "schedule_code": "j-1",
        "amount": 350_000,
    }
    invoice = where.rpartition("/")[2]
    body = {"otp": "123456", "invoice_url": f"http://testserver{where}", "invoice_code": invoice}
    assert programme.named("payment/authorize") == [(body, "TOKEN")]
    kept = stored(tmp_path)
    # What was secret is gone with the answer; of the card only its end was ever kept.
    assert (kept["otp"], kept["token"], kept["card_end"]) == ("", "", "9931")
    assert "8710445522109931" not in str(kept)
    assert (tmp_path / "program.sqlite3").stat().st_mode & 0o077 == 0


def test_two_taps_pay_once(tmp_path: Path) -> None:
    asked, answer = threading.Event(), threading.Event()

    def slow() -> Outcome:
        asked.set()
        assert answer.wait(10)
        return PAID

    programme = api(payment__authorize=slow)
    client = open_shop(tmp_path, programme)
    where = with_code(client)
    with ThreadPoolExecutor(max_workers=2) as pool:
        first = pool.submit(client.post, f"{where}/bayar", data={"otp": "123456"})
        assert asked.wait(10)
        second = client.post(f"{where}/bayar", data={"otp": "123456"})
        assert "Pembayaran sedang diproses" in second.text
        # While the first waits, there is nothing to press that would ask again.
        assert "/periksa" not in second.text
        client.post(f"{where}/periksa")
        answer.set()
        assert "Sudah dibayar" in first.result().text
    assert len(programme.named("payment/authorize")) == 1


def test_a_lost_answer_is_asked_for_with_the_same_invoice(tmp_path: Path) -> None:
    programme = api(payment__authorize=[LOST, LOST, PAID])
    client = open_shop(tmp_path, programme)
    where = with_code(client)
    page = client.post(f"{where}/bayar", data={"otp": "123456"})
    assert "Kami belum tahu apakah pembayaran berhasil" in page.text
    assert "Sudah dibayar" not in page.text
    # Neither a new code nor a new payment can be begun meanwhile.
    assert "/kode" not in page.text
    client.post(f"{where}/kode", data={"kartu": CARD})
    client.post(f"{where}/bayar", data={"otp": "999999"})
    assert "Kami belum tahu" in client.post(f"{where}/periksa").text
    assert "Sudah dibayar" in client.post(f"{where}/periksa").text
    assert "Sudah dibayar" in client.post(f"{where}/periksa").text
    sent = programme.named("payment/authorize")
    assert len(sent) == 3
    assert sent[0] == sent[1] == sent[2]
    assert len(programme.named("payment/send-otp")) == 1


def test_a_call_that_never_left_keeps_the_code(tmp_path: Path) -> None:
    programme = api(payment__authorize=[UNREACHED, PAID])
    client = open_shop(tmp_path, programme)
    where = with_code(client)
    page = client.post(f"{where}/bayar", data={"otp": "123456"})
    assert "Tidak ada yang dibayar" in page.text
    assert "Bayar dengan kode" in page.text
    assert "Sudah dibayar" in client.post(f"{where}/bayar", data={"otp": "123456"}).text


def test_a_program_that_died_while_it_paid_asks_again(tmp_path: Path) -> None:
    client = open_shop(tmp_path, api())
    invoice = with_code(client).rpartition("/")[2]
    orders, now = Orders(Store(tmp_path / "program.sqlite3", TABLES)), machine_now()
    assert orders.begin_payment(invoice, "123456", now)
    left = orders.find(invoice, "akun-73697469")
    assert left is not None
    assert not left.may_ask_again(now + LEFT_BEHIND - timedelta(seconds=1))
    assert left.may_ask_again(now + LEFT_BEHIND)
    assert orders.ask_again(left, now + LEFT_BEHIND)
    # Of two that look at the same open payment one takes it up.
    assert not orders.ask_again(left, now + LEFT_BEHIND)


@pytest.mark.parametrize(
    ("refusal", "says", "next_step"),
    [
        (WRONG, "ketik keenam angkanya lagi", "Bayar dengan kode"),
        (Refused("ERRPLT40032", "Saldo pelatihan tidak mencukupi."), "pilih pelatihan yang lebih murah", "Nomor kartu"),
        (Refused("ERRPLT40020", "Terlalu banyak kode OTP salah."), "Tunggu 15 menit", "Kirim kode OTP"),
        (Refused("ERRPLT40111", "Token kedaluwarsa."), "Minta kode baru", "Kirim kode OTP"),
        (Refused("ERRPLT49999", "Sebab yang baru."), "Sebab yang baru.", "Kirim kode OTP"),
    ],
)
def test_a_refused_payment_says_what_to_do(tmp_path: Path, refusal: Refused, says: str, next_step: str) -> None:
    client = open_shop(tmp_path, api(payment__authorize=refusal))
    page = client.post(f"{with_code(client)}/bayar", data={"otp": "123456"}).text
    assert "<title>Kesalahan:" in page
    assert refusal.message in page
    assert says in page
    assert refusal.code in page
    assert next_step in page
    assert stored(tmp_path)["otp"] == ""


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        (Refused("ERRPLT40015", "Kartu reguler …"), "loket lembaga pelatihan"),
        (Refused("ERRPLT40014", "Nomor tidak ditemukan."), "ke-16 angka"),
        (Refused("ERRPLT40013", "Kuota habis."), "Pilih jadwal lain"),
    ],
)
def test_a_refused_code_says_what_to_do(tmp_path: Path, refusal: Refused, says: str) -> None:
    client = open_shop(tmp_path, api(payment__send_otp=refusal))
    page = client.post(f"{order(client)}/kode", data={"kartu": CARD}).text
    assert refusal.message in page
    assert says in page
    client.cookies.set("bahasa", "en")
    english = client.get(f"/pesanan/{stored(tmp_path)['invoice']}").text
    assert "There is" not in english
    assert refusal.message not in english


def test_what_was_typed_wrong_goes_nowhere(tmp_path: Path) -> None:
    programme = api()
    client = open_shop(tmp_path, programme)
    where = order(client)
    for card in ("", "1234", "8710 4455 2210 993x", "８７１０４４５５２２１０９９３１"):
        page = client.post(f"{where}/kode", data={"kartu": card})
        assert page.status_code == 422
        assert "terdiri dari 16 angka" in page.text
    assert programme.named("payment/send-otp") == []
    client.post(f"{where}/kode", data={"kartu": CARD})
    for otp in ("", "12345", "abcdef"):
        page = client.post(f"{where}/bayar", data={"otp": otp})
        assert page.status_code == 422
        assert f'value="{otp}"' in page.text
    assert programme.named("payment/authorize") == []


def test_a_code_whose_answer_was_lost_can_be_asked_for_again(tmp_path: Path) -> None:
    client = open_shop(tmp_path, api(payment__send_otp=[LOST, TOKEN]))
    where = order(client)
    page = client.post(f"{where}/kode", data={"kartu": CARD})
    assert page.status_code == 503
    assert "Tidak ada yang dibayar" in page.text
    assert CARD in page.text
    assert "Bayar dengan kode" in client.post(f"{where}/kode", data={"kartu": CARD}).text


def test_taking_back_asks_first_and_survives_a_lost_answer(tmp_path: Path) -> None:
    before = Refused("ERRPLT40028", "Transaksi sudah dibatalkan sebelumnya")
    programme = api(payment__void=[LOST, before])
    client = open_shop(tmp_path, programme)
    where = with_code(client)
    client.post(f"{where}/bayar", data={"otp": "123456"})
    assert "tidak dapat diurungkan" in client.get(f"{where}/batal").text
    assert programme.named("payment/void") == []
    assert "Kami belum tahu apakah pembelian" in client.post(f"{where}/batal", data={"jawaban": "ya"}).text
    assert "sudah dibatalkan" in client.post(f"{where}/batal", data={"jawaban": "ya"}).text
    assert stored(tmp_path)["state"] == "voided"
    client.post(f"{where}/batal", data={"jawaban": "ya"})
    assert len(programme.named("payment/void")) == 2


def test_a_redeemed_purchase_is_not_taken_back(tmp_path: Path) -> None:
    client = open_shop(tmp_path, api(payment__void=Refused("ERRVOD40002", "Tidak dapat dibatalkan.")))
    where = with_code(client)
    client.post(f"{where}/bayar", data={"otp": "123456"})
    page = client.post(f"{where}/batal", data={"jawaban": "ya"}).text
    assert "Tanyakan kepada lembaga" in page
    assert "Sudah dibayar" in page


def test_an_order_is_its_buyers_alone(tmp_path: Path) -> None:
    client = open_shop(tmp_path, api())
    where = with_code(client)
    other = open_shop(tmp_path, api(), account="Budi")
    stranger = TestClient(make_shop(settings_in(tmp_path), client=api()))
    forged = TestClient(stranger.app, cookies={"shop": "akun-73697469." + "0" * 64})
    for visitor in (other, stranger, forged):
        assert visitor.get(where).status_code == 404
        assert visitor.post(f"{where}/bayar", data={"otp": "123456"}).status_code == 404
        assert where not in visitor.get("/pesanan").text
    assert stored(tmp_path)["state"] == "code_sent"
    assert where in client.get("/pesanan").text


def test_forms_of_other_sites_and_huge_ones_are_refused(tmp_path: Path) -> None:
    client = open_shop(tmp_path, api())
    where = with_code(client)
    foreign = client.post(f"{where}/bayar", data={"otp": "123456"}, headers={"Origin": "https://jahat.example"})
    assert foreign.status_code == 403
    assert client.post(f"{where}/bayar", data={"otp": "1" * 30_000}).status_code == 413
    assert stored(tmp_path)["state"] == "code_sent"
    for here in ("https://jahat.example", "//jahat.example", "/\\jahat.example"):
        back = client.post("/bahasa", data={"here": here, "bahasa": "en"}, follow_redirects=False)
        assert back.headers["Location"] == "/"


def test_a_class_that_has_begun_is_not_shown(tmp_path: Path) -> None:
    from dataclasses import replace

    settings = settings_in(tmp_path)
    assert "Barista" in TestClient(make_shop(settings, client=api())).get("/").text
    later = replace(settings, programme_ahead_seconds=settings.programme_ahead_seconds + 3600)
    assert "Tidak ada kelas yang dijual" in TestClient(make_shop(later, client=api())).get("/").text


def test_seats_that_nobody_knows(tmp_path: Path) -> None:
    page = open_shop(tmp_path, api(payment__quota_schedule=LOST)).get("/kelas/j-1").text
    assert "belum diketahui" in page
    none = open_shop(tmp_path, api(payment__quota_schedule=Answered({"quota": 0}))).get("/kelas/j-1").text
    assert "Kursi habis" in none
    assert "Beli pelatihan ini" not in none
