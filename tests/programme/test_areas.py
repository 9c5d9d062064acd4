"""Area codes: every regency belongs to one of the 38 provinces."""

from collections import Counter

from prakerja.participants.rules import PROVINCE_CODES
from prakerja.programme.areas import regencies, regencies_of


def test_514_regencies_in_38_provinces() -> None:
    assert len(regencies()) == 514
    assert {one.province_code for one in regencies().values()} == PROVINCE_CODES
    assert all(code == one.code and one.code[:2] == one.province_code for code, one in regencies().items())
    assert list(regencies()) == sorted(regencies())


def test_the_provinces_of_papua_have_their_regencies_of_2022() -> None:
    counts = Counter(one.province_code for one in regencies().values())
    assert [counts[code] for code in ("91", "92", "93", "94", "95", "96")] == [9, 7, 4, 8, 8, 6]
    assert regencies()["9671"].name == "Kota Sorong"


def test_names_are_unique_and_say_what_they_are() -> None:
    names = [one.name for one in regencies().values()]
    assert len(set(names)) == len(names)
    assert all(name.startswith(("Kabupaten ", "Kota ")) for name in names)


def test_an_unknown_province_has_none() -> None:
    assert regencies_of("99") == []
    assert [one.name for one in regencies_of("36")][:2] == ["Kabupaten Pandeglang", "Kabupaten Lebak"]
