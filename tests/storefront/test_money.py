"""Against the real house: whatever the network does, one order is one purchase, and the page says what is true."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from prakerja.kit import db
from prakerja.storefront.client import Api, Outcome, Unknown
from prakerja.storefront.settings import read_settings
from prakerja.storefront.shop import make_shop
from tests.partner_api.world import otp_of
from tests.storefront.conftest import House
from tests.storefront.programs import TestClient


@dataclass(slots=True)
class Losing:
    """Loses the answers to the first payments, after they were made."""

    api: Api
    lost: int
    calls: list[str] = field(default_factory=list)

    def call(self, name: str, body: Mapping[str, object], *, token: str = "") -> Outcome:
        self.calls.append(name)
        outcome = self.api.call(name, body, token=token)
        if name == "payment/authorize" and self.lost:
            self.lost -= 1
            return Unknown(was_sent=True)
        return outcome


def buy(client: TestClient, card: str, schedule_code: str, account: str) -> str:
    client.post("/masuk", data={"nama": account})
    where = str(client.post(f"/kelas/{schedule_code}/pesan").url.path)
    client.post(f"{where}/kode", data={"kartu": card})
    return where


def test_one_order_is_one_purchase(house: House) -> None:
    settings = replace(
        read_settings(house.folder / "storefront" / "shop.json"), database=house.folder / "storefront" / "other.sqlite3"
    )
    barista = next(one for one in settings.classes if one.amount_idr == 350_000)
    bootcamp = next(one for one in settings.classes if one.amount_idr == 1_500_000)
    first, second, third = (one.card for one in house.programs.storefront.buyers)
    api = Losing(settings.client(), lost=2)
    client = TestClient(make_shop(settings, client=api))

    where = buy(client, first, barista.schedule_code, "Siti")
    otp = otp_of(first)
    assert "Kami belum tahu" in client.post(f"{where}/bayar", data={"otp": otp}).text
    assert "Kami belum tahu" in client.post(f"{where}/periksa").text
    assert "Sudah dibayar" in client.post(f"{where}/periksa").text
    assert api.calls.count("payment/authorize") == 3
    assert db.value("SELECT count(*) FROM purchases") == 1

    # Many taps at once.
    where = buy(client, second, barista.schedule_code, "Budi")
    otp = otp_of(second)
    with ThreadPoolExecutor(max_workers=6) as pool:
        pages = list(pool.map(lambda _: client.post(f"{where}/bayar", data={"otp": otp}).status_code, range(6)))
    assert set(pages) == {200}
    assert "Sudah dibayar" in client.get(where).text
    assert db.value("SELECT count(*) FROM purchases") == 2

    # Dearer than the whole balance: refused, and nothing is gone.
    where = buy(client, third, bootcamp.schedule_code, "Ayu")
    page = client.post(f"{where}/bayar", data={"otp": otp_of(third)}).text
    assert "Saldo pelatihan tidak mencukupi" in page
    assert "pilih pelatihan yang lebih murah" in page
    assert db.value("SELECT count(*) FROM purchases") == 2
    assert db.value("SELECT sum(amount_idr)::bigint FROM transfers WHERE kind = 'purchase'") == 700_000
