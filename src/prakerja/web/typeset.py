"""PDFs out of typst templates: the data go in as JSON, every text put into words before.

segno is imported when the first code is drawn: most processes never draw one.
"""

import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.http import HttpResponse
from django.utils.translation import gettext as _

from prakerja.kit.settings import get_settings
from prakerja.kit.typesetting import typeset_pdf

_FOLDER = Path(__file__).parent / "typst"


def compile_pdf(template: str, data: Mapping[str, object]) -> bytes:
    """The paper `typst/TEMPLATE.typ` as PDF bytes: equal data give equal bytes. Cost: some 10 ms."""
    return typeset_pdf(_source(template), data)


def pdf_answer(name: str, content: bytes) -> HttpResponse:
    """A PDF to download; it is nobody's but who asked for it."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"},
    )


def sandbox_note() -> str:
    """What stands on every paper of a sandbox; empty elsewhere."""
    sandbox = get_settings().deployment == "sandbox"
    return _("Sandbox: people, money and partners on these pages are invented.") if sandbox else ""


def qr_svg(text: str) -> str:
    """A QR code as SVG."""
    import segno

    picture = io.BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="svg", border=1, xmldecl=False)
    return picture.getvalue().decode()


@lru_cache
def _source(template: str) -> bytes:
    return (_FOLDER / f"{template}.typ").read_bytes()
