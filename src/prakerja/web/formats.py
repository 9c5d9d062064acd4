"""How figures, days and identities are written on pages. Pure functions; both languages.

Rupiah and days look alike in both languages ("Rp1.234.567", "24 November 2026"); counts follow the language.
"""

from datetime import date, datetime, timedelta

from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext, ngettext

from prakerja.kit.clock import JAKARTA, jakarta_date

_MINUTE = timedelta(minutes=1)
_ONE_DAY = timedelta(days=1)
_CARD_SHOWN = 4


def is_english() -> bool:
    """Whether the page is in English; otherwise it is in Bahasa Indonesia."""
    return (get_language() or "").startswith("en")


def rupiah(amount_idr: int) -> str:
    """Whole rupiah: Rp1.234.567, and −Rp500 below zero."""
    return f"{'−' if amount_idr < 0 else ''}Rp{abs(amount_idr):,}".replace(",", ".")


def count(value: int) -> str:
    """A whole number with the separator of the language: 1.234 in Indonesian, 1,234 in English."""
    text = f"{value:,}"
    return text if is_english() else text.replace(",", ".")


def day(value: date | datetime) -> str:
    """24 November 2026; a moment is written as its day in Jakarta."""
    when = jakarta_date(value) if isinstance(value, datetime) else value
    return f"{when.day} {MONTHS[when.month]} {when.year}"


def moment(value: datetime) -> str:
    """24 November 2026, 14.05 WIB."""
    local = value.astimezone(JAKARTA)
    return f"{day(value)}, {local:%H.%M} WIB"


def deadline(value: datetime, *, now: datetime) -> str:
    """A deadline with the days that are left in Jakarta's calendar: 24 November 2026, 23.59 WIB (9 days left).

    Midnight belongs to no day in people's minds: a half-open end at 00.00 is written as the last minute before it.
    """
    local = value.astimezone(JAKARTA)
    # A half-open period ends at midnight; its last whole day is the day before.
    shown = local if (local.hour, local.minute) != (0, 0) else local - _MINUTE
    days = (jakarta_date(shown) - jakarta_date(now)).days
    if value <= now:
        left = gettext("over")
    elif days == 0:
        left = gettext("today")
    else:
        left = ngettext("%(days)s day left", "%(days)s days left", days) % {"days": count(days)}
    return f"{moment(shown)} ({left})"


def masked_card(number: str) -> str:
    """The last four digits only: •••• •••• •••• 1234."""
    return f"•••• •••• •••• {number[-_CARD_SHOWN:]}"


def grouped(code: str) -> str:
    """A code in groups of four, easier to read out: GHOP NYXU VMT0."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def percent(basis_points: int) -> str:
    """Basis points as per cent: 1500 is 15 %, 1250 is 12,5 % (12.5 % in English)."""
    whole, rest = divmod(basis_points, 100)
    if not rest:
        return f"{whole} %"
    mark = "." if is_english() else ","
    return f"{whole}{mark}{f'{rest:02}'.rstrip('0')} %"


def month_day(month: int, day_of_month: int) -> str:
    """A day of every year: 15 December."""
    return f"{day_of_month} {MONTHS[month]}"


def period(first: date, until: date) -> str:
    """A half-open period of days with its last day: 1 August 2020 – 31 August 2020."""
    return f"{day(first)} – {day(until - _ONE_DAY)}"
