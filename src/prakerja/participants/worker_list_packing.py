"""Good rows of a worker list as bytes of a binary COPY: encrypted, indexed, in their lane.

NIK, name, phone and address are encrypted each on its own (AES-256-GCM, bound to list and row); the NIK is found by its
blind index, a person whose NIK differs by the index of the likeness key. About five microseconds a row.
"""

from datetime import date
from functools import lru_cache
from struct import Struct, pack
from uuid import UUID

from prakerja.access.index_keys import IndexWriter
from prakerja.kit.crypto import ColumnCipher
from prakerja.participants.lanes import nik_placer
from prakerja.participants.worker_list_rows import GoodRow, likeness_key

TABLE = "worker_list_rows"
STAGED_COLUMNS = (
    "worker_list_id",
    "lane",
    "row_number",
    "nik_index",
    "nik_index_next",
    "nik_cipher",
    "name_cipher",
    "birth_date",
    "province_code",
    "regency_code",
    "employment_status",
    "phone_cipher",
    "likeness_index",
    "likeness_index_next",
    "address_cipher",
    "address_index",
    "address_index_next",
    "nik_ends_in_zero",
)
COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_TRAILER = b"\xff\xff"
_NULL = pack(">i", -1)
_NO_ADDRESS = 3 * _NULL
_FALSE, _TRUE = pack(">i?", 1, False), pack(">i?", 1, True)
_DAY_ZERO = date(2000, 1, 1).toordinal()
# lane, row_number and nik_index, each with its length before it
_FIXED = Struct(">ihiii16s")
_LENGTH = Struct(">i")


def row_id(worker_list_id: UUID, row_number: int) -> str:
    """The name of a row, to which its encrypted fields are bound."""
    return f"{worker_list_id}/{row_number}"


class RowPacker:
    """Packs rows of one list; one object belongs to one thread."""

    def __init__(self, worker_list_id: UUID, writer: IndexWriter) -> None:
        self._head = pack(">hi16s", len(STAGED_COLUMNS), 16, worker_list_id.bytes)
        self._row_prefix = f"{worker_list_id}/".encode()
        self._place = nik_placer(writer)
        self._likeness_indexes = writer.pairs("likeness")
        self._address_indexes = writer.pairs("address")
        self._address = ColumnCipher(table=TABLE, column="address_cipher")
        self._nik = ColumnCipher(table=TABLE, column="nik_cipher")
        self._name = ColumnCipher(table=TABLE, column="name_cipher")
        self._phone = ColumnCipher(table=TABLE, column="phone_cipher")

    def pack(self, row: GoodRow) -> bytes:
        """The bytes of one row, in the order of STAGED_COLUMNS."""
        row_number, nik_text, name, birth_date, province, regency, status, phone, address = row
        nik = nik_text.encode()
        lane, (index, twin) = self._place(nik)
        row_id_bytes = self._row_prefix + str(row_number).encode()
        nik_cipher = self._nik.encrypt(nik, row_id_bytes)
        name_cipher = self._name.encrypt(name.encode(), row_id_bytes)
        if birth_date is not None and province is not None:
            alike, alike_twin = self._likeness_indexes(likeness_key(name, birth_date, province).encode())
            likeness = _sized(alike) + _or_null(alike_twin)
        else:
            likeness = _NULL + _NULL
        return b"".join(
            (
                self._head,
                _FIXED.pack(2, lane, 4, row_number, 16, index),
                _or_null(twin),
                _sized(nik_cipher),
                _sized(name_cipher),
                _day(birth_date),
                _word(province),
                _word(regency),
                _word(status),
                _NULL if phone is None else _sized(self._phone.encrypt(phone.encode(), row_id_bytes)),
                likeness,
                _NO_ADDRESS if address is None else self._pack_address(address.encode(), row_id_bytes),
                _TRUE if nik_text.endswith("0") else _FALSE,
            )
        )

    def _pack_address(self, address: bytes, row_id_bytes: bytes) -> bytes:
        index, twin = self._address_indexes(address)
        return _sized(self._address.encrypt(address, row_id_bytes)) + _sized(index) + _or_null(twin)


def _sized(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


def _or_null(value: bytes | None) -> bytes:
    return _NULL if value is None else _sized(value)


@lru_cache(maxsize=65_536)
def _day(day: date | None) -> bytes:
    return _NULL if day is None else pack(">ii", 4, day.toordinal() - _DAY_ZERO)


@lru_cache(maxsize=1_024)
def _word(text: str | None) -> bytes:
    return _NULL if text is None else _sized(text.encode())
