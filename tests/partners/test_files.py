"""A document that is not what it says it is: type, size, bomb, macro, script."""

import pytest

from prakerja.partners.files import FILE_BYTES_MAX, check_file
from tests.partners.papers import PDF, jpeg, office, pdf_with, png


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("izin.pdf", PDF, "application/pdf"),
        ("izin.PDF", pdf_with(b"BT (halo) Tj ET"), "application/pdf"),
        ("foto.png", png(800, 600), "image/png"),
        ("foto.jpeg", jpeg(800, 600), "image/jpeg"),
        ("surat.docx", office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (
            "daftar.xlsx",
            office("xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_takes_what_is_what_it_says(name: str, content: bytes, media_type: str) -> None:
    checked = check_file(name, content)
    assert (checked.media_type, checked.problem) == (media_type, None)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("izin.pdf", b"", "empty"),
        ("izin.pdf", PDF + b" " * FILE_BYTES_MAX, "too_large"),
        ("pdf", PDF, "name_malformed"),
        ("../izin.pdf", PDF, "name_malformed"),
        ("izin\u202efdp.pdf", PDF, "name_malformed"),
        ("a" * 250 + ".pdf", PDF, "name_malformed"),
        ("izin.exe", b"MZ", "type_not_allowed"),
        ("makro.docm", office(), "type_not_allowed"),
        ("halaman.html", b"<script>", "type_not_allowed"),
        ("izin.pdf", b"MZ\x90\x00", "not_what_it_says"),
        ("izin.pdf", png(1, 1), "not_what_it_says"),
        ("foto.png", PDF, "not_what_it_says"),
        ("foto.jpg", png(1, 1), "not_what_it_says"),
        ("surat.docx", PDF, "not_what_it_says"),
        ("surat.docx", office("xl/workbook.xml"), "not_what_it_says"),
        ("izin.pdf", PDF[:40], "damaged"),
        ("foto.png", png(1, 1)[:20], "damaged"),
        ("foto.png", png(0, 5), "damaged"),
        ("foto.jpg", b"\xff\xd8\xff\xe0\x00\x04ab", "damaged"),
        ("surat.docx", office()[:-30], "damaged"),
        ("foto.png", png(100_000, 100_000), "bomb"),
        ("foto.jpg", jpeg(60_000, 60_000), "bomb"),
        ("izin.pdf", pdf_with(b"\x00" * 60_000_000), "bomb"),
        ("surat.docx", office(bom=b"\x00" * 5_000_000), "bomb"),
        ("surat.docx", office(word__vbaProject_dot_bin=b"x"), "macro"),
        ("surat.docx", office(word__embeddings__oleObject1_dot_bin=b"x"), "macro"),
        ("izin.pdf", PDF.replace(b"/Type /Catalog", b"/OpenAction << /S /JavaScript /JS (x) >>"), "macro"),
        ("izin.pdf", PDF.replace(b"/Type /Catalog", b"/S /J#61vaScript"), "macro"),
        ("izin.pdf", pdf_with(b"1 0 << /S /Launch >>"), "macro"),
        ("izin.pdf", pdf_with(b"<< /S /JavaScript >>", deflated=False), "macro"),
        ("izin.pdf", PDF.replace(b"/Type /Catalog", b"/Encrypt 3 0 R"), "encrypted"),
    ],
)
def test_refuses_with_the_first_problem(name: str, content: bytes, problem: str) -> None:
    checked = check_file(name, content)
    assert (checked.media_type, checked.problem) == ("", problem)


def test_a_directory_that_lies_about_sizes_is_a_bomb_or_damaged() -> None:
    content = bytearray(office(bom=b"\x00" * 4_000_000))
    # The sizes in the central directory say one byte.
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = (1).to_bytes(4, "little")
    assert check_file("surat.docx", bytes(content)).problem in ("bomb", "damaged")
