"""Whether a file is what it says it is: type, size, no bomb, no macro, no script. Pure, standard library only.

Looked at: the first bytes against the ending of the name; the dimensions of pictures; every entry of an Office file
(a ZIP) by name, size and ratio; every deflated stream of a PDF, so that a script in an object stream is found too.
Not looked at: encrypted PDF files, which are refused for that reason.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DOCUMENT_KINDS: Final = (
    "business_licence",
    "deed",
    "tax_number",
    "accreditation",
    "curriculum",
    "trainer_certificate",
    "premises",
    "bank_account",
    "cooperation",
    "other",
)

FILE_BYTES_MAX: Final = 5 * 1024 * 1024
UNPACKED_BYTES_MAX: Final = 50 * 1024 * 1024
ENTRIES_MAX: Final = 2_000
RATIO_MAX: Final = 200
PIXELS_MAX: Final = 50_000_000
NAME_MAX: Final = 200


class FileProblem(StrEnum):
    """What is wrong with a file, in order of precedence."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NAME_MALFORMED = "name_malformed"
    TYPE_NOT_ALLOWED = "type_not_allowed"
    NOT_WHAT_IT_SAYS = "not_what_it_says"
    DAMAGED = "damaged"
    BOMB = "bomb"
    MACRO = "macro"
    ENCRYPTED = "encrypted"


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept (`problem` None), or why not."""

    media_type: str = ""
    problem: FileProblem | None = None


_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES: Final = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
}
_MAIN_PART: Final = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_PNG = b"\x89PNG\r\n\x1a\n"
# Names in a PDF may be written with #xx for any letter.
_PDF_SCRIPTS = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_NAME = re.compile(rb"/[^\s/<>\[\]()%]+")
_PDF_STREAM = re.compile(rb"stream\r?\n")
_MACROS = ("vbaproject.bin", "vbadata.xml", ".exe", ".js", ".vbs", ".dll", ".scr")
_START_OF_FRAME = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}


class _RefusedError(Exception):
    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def check_file(name: str, content: bytes) -> Checked:
    """The type of a file that may be kept, or its first problem. Cost: at most 50 MB unpacked."""
    try:
        return Checked(media_type=_check(name, content))
    except _RefusedError as refused:
        return Checked(problem=refused.problem)


def _check(name: str, content: bytes) -> str:
    if not content:
        raise _RefusedError(FileProblem.EMPTY)
    if len(content) > FILE_BYTES_MAX:
        raise _RefusedError(FileProblem.TOO_LARGE)
    stem, dot, ending = name.rpartition(".")
    if not stem or not dot or len(name) > NAME_MAX or not name.isprintable() or "/" in name or "\\" in name:
        raise _RefusedError(FileProblem.NAME_MALFORMED)
    ending = ending.lower()
    if ending not in _TYPES:
        raise _RefusedError(FileProblem.TYPE_NOT_ALLOWED)
    if ending == "pdf":
        _check_pdf(content)
    elif ending == "png":
        _check_png(content)
    elif ending in ("jpg", "jpeg"):
        _check_jpeg(content)
    else:
        _check_office(content, _MAIN_PART[ending])
    return _TYPES[ending]


def _check_pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF-"):
        raise _RefusedError(FileProblem.NOT_WHAT_IT_SAYS)
    if b"%%EOF" not in content[-2048:]:
        raise _RefusedError(FileProblem.DAMAGED)
    if b"/Encrypt" in content:
        raise _RefusedError(FileProblem.ENCRYPTED)
    left = UNPACKED_BYTES_MAX
    _refuse_scripts(content)
    for found in _PDF_STREAM.finditer(content):
        unpacker = zlib.decompressobj()
        try:
            unpacked = unpacker.decompress(content[found.end() :], left + 1)
        except zlib.error:
            continue  # not deflated: its bytes were looked at with the rest of the file
        left -= len(unpacked)
        if left < 0:
            raise _RefusedError(FileProblem.BOMB)
        _refuse_scripts(unpacked)


def _refuse_scripts(text: bytes) -> None:
    for found in _PDF_NAME.finditer(text):
        name = found.group()
        if b"#" in name:
            name = _PDF_ESCAPE.sub(lambda escape: bytes([int(escape.group(1), 16)]), name)
        if name in _PDF_SCRIPTS:
            raise _RefusedError(FileProblem.MACRO)


def _check_png(content: bytes) -> None:
    if not content.startswith(_PNG):
        raise _RefusedError(FileProblem.NOT_WHAT_IT_SAYS)
    if len(content) < 33 or content[12:16] != b"IHDR" or b"IEND" not in content[-16:]:  # noqa: PLR2004 - an IHDR's end
        raise _RefusedError(FileProblem.DAMAGED)
    _refuse_many_pixels(*struct.unpack(">II", content[16:24]))


def _check_jpeg(content: bytes) -> None:
    if not content.startswith(b"\xff\xd8\xff"):
        raise _RefusedError(FileProblem.NOT_WHAT_IT_SAYS)
    for marker, body in _jpeg_segments(content):
        if marker in _START_OF_FRAME and len(body) >= 5:  # noqa: PLR2004 - precision, height, width
            height, width = struct.unpack(">HH", body[1:5])
            _refuse_many_pixels(width, height)
            return
    raise _RefusedError(FileProblem.DAMAGED)


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    position = 2
    while position + 4 <= len(content) and content[position] == 0xFF:  # noqa: PLR2004 - a marker
        marker = content[position + 1]
        if marker == 0xFF:  # noqa: PLR2004 - fill
            position += 1
            continue
        (length,) = struct.unpack(">H", content[position + 2 : position + 4])
        yield marker, content[position + 4 : position + 2 + length]
        position += 2 + length


def _refuse_many_pixels(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise _RefusedError(FileProblem.DAMAGED)
    if width * height > PIXELS_MAX:
        raise _RefusedError(FileProblem.BOMB)


def _check_office(content: bytes, main_part: str) -> None:
    if not content.startswith(b"PK\x03\x04"):
        raise _RefusedError(FileProblem.NOT_WHAT_IT_SAYS)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _refuse_bombs(entries, len(content))
            names = [entry.filename.lower() for entry in entries]
            if any(entry.flag_bits & 1 for entry in entries):
                raise _RefusedError(FileProblem.ENCRYPTED)
            if main_part not in names or "[content_types].xml" not in names:
                raise _RefusedError(FileProblem.NOT_WHAT_IT_SAYS)
            if any(name.endswith(_MACROS) or "/activex/" in name or "/embeddings/" in name for name in names):
                raise _RefusedError(FileProblem.MACRO)
            # The sizes of the directory may lie; reading stops where they end.
            left = UNPACKED_BYTES_MAX
            for entry in entries:
                with archive.open(entry) as part:
                    body = part.read(left + 1)
                left -= len(body)
                if left < 0:
                    raise _RefusedError(FileProblem.BOMB)
                if entry.filename.lower() == "[content_types].xml" and b"macroEnabled" in body:
                    raise _RefusedError(FileProblem.MACRO)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, RuntimeError):
        raise _RefusedError(FileProblem.DAMAGED) from None


def _refuse_bombs(entries: list[zipfile.ZipInfo], packed_bytes: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > ENTRIES_MAX or unpacked > UNPACKED_BYTES_MAX or unpacked > packed_bytes * RATIO_MAX:
        raise _RefusedError(FileProblem.BOMB)
