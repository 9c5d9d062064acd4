"""How addresses are written on the wire."""

import pytest

from prakerja.partner_api.formats import with_query


@pytest.mark.parametrize(
    ("registered", "back"),
    [
        ("https://lpk.id/a", "https://lpk.id/a?"),
        ("https://lpk.id", "https://lpk.id?"),
        ("https://lpk.id/a?", "https://lpk.id/a?"),
        ("https://lpk.id/a?kelas=1", "https://lpk.id/a?kelas=1&"),
        ("https://lpk.id/a?kelas=1&", "https://lpk.id/a?kelas=1&"),
        ("https://lpk.id/a?baru", "https://lpk.id/a?baru&"),
        ("https://lpk.id/a?nama=caf%E9", "https://lpk.id/a?nama=caf%E9&"),
        ("https://lpk.id/a?x=a%20b;c&y=~!*'()/:@", "https://lpk.id/a?x=a%20b;c&y=~!*'()/:@&"),
        ("HTTPS://LPK.id/%7Ea?b=+", "HTTPS://LPK.id/%7Ea?b=+&"),
    ],
)
def test_the_query_of_an_address_is_kept_letter_by_letter(registered: str, back: str) -> None:
    assert with_query(registered, {"state": "ab", "code": "c&d e"}) == f"{back}state=ab&code=c%26d+e"
