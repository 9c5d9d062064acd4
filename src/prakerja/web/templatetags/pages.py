"""Template tags: the formats and the words of this package, nothing else."""

from datetime import date, datetime

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from prakerja.web import formats, words

register = template.Library()


@register.filter
def rupiah(amount_idr: int) -> str:
    """Rp1.234.567."""
    return formats.rupiah(amount_idr)


@register.filter
def count(value: int) -> str:
    """1.234 or 1,234."""
    return formats.count(value)


@register.filter
def day(value: date | datetime) -> str:
    """24 November 2026."""
    return formats.day(value)


@register.filter
def moment(value: datetime) -> str:
    """24 November 2026, 14.05 WIB."""
    return formats.moment(value)


@register.filter
def masked_card(number: str) -> str:
    """•••• •••• •••• 1234."""
    return formats.masked_card(number)


@register.filter
def grouped(code: str) -> str:
    """GHOP NYXU VMT0."""
    return formats.grouped(code)


@register.filter
def word(code: str, noun: str) -> str:
    """The word for a code of a noun: {{ purchase.mode|word:"mode" }}."""
    return str(words.word(noun, code).text)


@register.simple_tag
def state(noun: str, code: str) -> SafeString:
    """A state as a coloured tag with its word."""
    found = words.word(noun, code)
    return format_html('<span class="tag{}">{}</span>', f" tag-{found.tone}" if found.tone else "", found.text)


@register.simple_tag(takes_context=True)
def deadline(context: Context, value: datetime) -> str:
    """A deadline with the days left by the programme clock."""
    return formats.deadline(value, now=context["page"].now)
