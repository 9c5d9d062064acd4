"""Codes and names of regencies and cities, from the data of this package; provinces are a table.

Source: the ministry of home affairs' codes of administrative areas (38 provinces since 2022), see decision 32.
"""

import csv
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple


class Regency(NamedTuple):
    """A regency (kabupaten) or city (kota): four digits, the first two are the province's."""

    code: str
    province_code: str
    name: str


@lru_cache(maxsize=1)
def regencies() -> MappingProxyType[str, Regency]:
    """All regencies by code, in the order of the codes; read once in a process."""
    text = files("prakerja.programme").joinpath("data/regencies.csv").read_text(encoding="utf-8")
    rows = (Regency(row["code"], row["province_code"], row["name"]) for row in csv.DictReader(text.splitlines()))
    return MappingProxyType({row.code: row for row in rows})


def regencies_of(province_code: str) -> list[Regency]:
    """The regencies of a province, in the order of their codes; empty for a province that does not exist."""
    return [regency for regency in regencies().values() if regency.province_code == province_code]
