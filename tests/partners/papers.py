"""Small files of each type, good and bad, made in memory."""

import io
import struct
import zipfile
import zlib

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def pdf_with(stream: bytes, *, deflated: bool = True) -> bytes:
    """A PDF with one stream."""
    body = zlib.compress(stream) if deflated else stream
    return PDF[:-6] + b"2 0 obj\n<< /Length %d >>\nstream\n%b\nendstream\nendobj\n%%%%EOF\n" % (len(body), body)


def png(width: int, height: int) -> bytes:
    """The head and the end of a PNG of a size."""
    head = struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", width, height) + b"\x08\x02\x00\x00\x00\x00\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + head + b"\x00\x00\x00\x00IEND\xaeB`\x82"


def jpeg(width: int, height: int) -> bytes:
    """The head of a JPEG of a size."""
    frame = b"\xff\xc0" + struct.pack(">H", 8) + b"\x08" + struct.pack(">HH", height, width) + b"\x01"
    return b"\xff\xd8\xff\xe0\x00\x04ab" + frame + b"\xff\xd9"


def office(main: str = "word/document.xml", **parts: bytes) -> bytes:
    """An Office file with more parts, whose names are given with `__` for a slash."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main, "<document/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return packed.getvalue()
