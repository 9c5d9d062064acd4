"""The letter with a card as a PDF, in the language of the page, and the receipt that is signed when it is handed over.

typst and segno are imported when the first letter is made: most processes never make one.
"""

import io
import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.http import HttpResponse
from django.utils.translation import gettext as _

from prakerja.kit.settings import get_settings
from prakerja.web import formats, words

_LETTER = Path(__file__).parent / "typst" / "letter.typ"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says: whose card it is, until when what must happen. `receipt`: its number, with one to sign."""

    name: str
    number: str
    channel: str
    at: datetime
    first_purchase_deadline_at: datetime
    balance_until_at: datetime
    receipt: str = ""
    office: str = ""


def letter_pdf(letter: Letter) -> bytes:
    """The letter as PDF bytes. Cost: 0.1 to 0.3 s."""
    import typst

    compiled = typst.compile(_source(), sys_inputs={"data": json.dumps(_data(letter))})
    assert isinstance(compiled, bytes)  # noqa: S101 - one PDF, not a list of pages
    return compiled


@lru_cache(maxsize=1)
def _source() -> bytes:
    return _LETTER.read_bytes()


def pdf_answer(name: str, content: bytes) -> HttpResponse:
    """A PDF to download; it is nobody's but the person's."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"},
    )


def _data(letter: Letter) -> dict[str, object]:
    sandbox = get_settings().deployment == "sandbox"
    rules = [
        _("Buy your first training before %(deadline)s; otherwise the card is revoked (CARD-01).")
        % {"deadline": formats.deadline(letter.first_purchase_deadline_at, now=letter.at)},
        _("The balance can be used until %(deadline)s (CARD-02).")
        % {"deadline": formats.deadline(letter.balance_until_at, now=letter.at)},
        _("Only you may use the card. It cannot be cashed or sold (CARD-03)."),
        _("Our staff never ask for your PIN or a code."),
    ]
    if letter.channel == "regular":
        rules.insert(0, _("Set your PIN on your own page before the first use."))
    receipt = None
    if letter.receipt:
        receipt = {
            "title": _("Receipt %(number)s") % {"number": letter.receipt},
            "lines": [
                _("I have received the card with the number %(number)s in a sealed envelope.")
                % {"number": formats.grouped(letter.number)},
                _("The officer has compared my face with my identity card. I paid nothing."),
            ],
            "holder": _("The holder"),
            "officer": _("The officer"),
            "office": letter.office,
        }
    return {
        "language": "en" if formats.is_english() else "id",
        "sandbox": _("Sandbox: people, money and partners on these pages are invented.") if sandbox else "",
        "title": _("Your training card"),
        "day": formats.day(letter.at),
        "greeting": _("Dear %(name)s,") % {"name": letter.name},
        "paragraphs": [_("this is your card for the training programme Prakerja. Keep this letter.")],
        "channel": str(words.word("channel", letter.channel).text),
        "number": formats.grouped(letter.number),
        "name": letter.name,
        "qr": _qr(letter.number),
        "rules": rules,
        "receipt": receipt,
    }


def _qr(text: str) -> str:
    import segno

    picture = io.BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="svg", border=1, xmldecl=False)
    return picture.getvalue().decode()
