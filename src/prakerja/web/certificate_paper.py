"""A certificate on paper, in the language of the page."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from prakerja.learning.queries import CertificateView
from prakerja.web import formats
from prakerja.web.sheets import Fact
from prakerja.web.typeset import compile_pdf, qr_svg, sandbox_note


def certificate_pdf(found: CertificateView, facts: Sequence[Fact], *, where: str) -> bytes:
    """The paper as PDF bytes. `where`: the address at which anybody checks it."""
    return compile_pdf(
        "certificate",
        {
            "language": "en" if formats.is_english() else "id",
            "sandbox": sandbox_note(),
            "title": _("Certificate of training"),
            "lead": _("The programme Prakerja confirms that the training was completed:"),
            "name": found.holder_name,
            "course": found.course_title,
            "facts": [[str(fact.name), str(fact.value)] for fact in facts[2:]],
            "evidence": _("Issued on evidence of attendance and a passed test (LEARN-04)."),
            "check": _("Anybody checks it here:"),
            "where": where,
            "qr": qr_svg(where),
        },
    )
