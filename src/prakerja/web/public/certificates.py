"""Certificates: anybody checks one by its number, without an account; its holder downloads it."""

import re
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.access.guards import for_everyone, requires
from prakerja.access.permissions import Permission
from prakerja.learning.queries import CertificateView, find_certificate_by_number
from prakerja.web import formats, words
from prakerja.web.answers import show
from prakerja.web.certificate_paper import certificate_pdf
from prakerja.web.fields import Field
from prakerja.web.portal.views import own_purchase
from prakerja.web.sheets import Fact
from prakerja.web.typeset import pdf_answer

_NUMBER: Final = re.compile(r"PK(\d{4})([A-Z0-9]{12})")


@for_everyone
def certificates(request: HttpRequest) -> HttpResponse:
    """Ask for a number; small letters, spaces and dashes don't matter."""
    typed = request.GET.get("number", "")[:60]
    if not typed.strip():
        return _page(request)
    found = _NUMBER.fullmatch("".join(character for character in typed.upper() if character.isalnum()))
    if found is None:
        error = _("A number looks like PK-2020-ABCDEFGHJKLM. Compare it with the certificate.")
        return _page(request, typed=typed, error=error, status=422)
    return redirect("certificate", f"PK-{found[1]}-{found[2]}")


@for_everyone
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """What a certificate says, with the name masked: who holds the paper compares, who guesses learns no name."""
    found = find_certificate_by_number(number[:40])
    if found is None:
        error = _("There is no certificate with this number. Nobody was given it.")
        return _page(request, typed=number[:40], error=error, status=404)
    return _page(request, typed=found.number, facts=certificate_facts(found, masked_name(found.holder_name)))


@requires(Permission.SEE_OWN_CARD)
def my_certificate(request: HttpRequest, purchase_id: UUID) -> HttpResponse:
    """The own certificate as a PDF, with a code that leads to the page on which anybody checks it."""
    purchase = own_purchase(request, purchase_id)
    found = find_certificate_by_number(purchase.certificate_number or "")
    if found is None:
        raise Http404
    where = request.build_absolute_uri(reverse("certificate", args=[found.number]))
    facts = certificate_facts(found, found.holder_name)
    return pdf_answer(f"sertifikat-{found.number}", certificate_pdf(found, facts, where=where))


def certificate_facts(found: CertificateView, name: str) -> list[Fact]:
    """What a certificate says, in words."""
    return [
        Fact(_("Name"), name),
        Fact(_("Training"), found.course_title),
        *([Fact(_("Occupation standard (SKKNI)"), found.skkni_code)] if found.skkni_code else []),
        Fact(_("Hours"), formats.count(found.hours)),
        Fact(_("Mode"), words.word("mode", found.mode).text),
        Fact(_("Institution"), found.institution_name),
        Fact(_("Class"), f"{formats.day(found.class_started_at)} – {formats.day(found.class_ended_at)}"),
        Fact(_("Issued"), formats.day(found.issued_at)),
        Fact(_("Number"), found.number),
    ]


def masked_name(name: str) -> str:
    """The first letter of each word, and nothing of its length."""
    return " ".join(f"{word[0]}•••" for word in name.split())


def _page(
    request: HttpRequest, *, typed: str = "", error: str = "", facts: list[Fact] | None = None, status: int = 200
) -> HttpResponse:
    field = Field(
        "number", _("Number of the certificate"), typed, hint="PK-2020-ABCDEFGHJKLM", error=error, length_max=60
    )
    return show(request, "public/certificates", status=status, field=field, facts=facts or [])
