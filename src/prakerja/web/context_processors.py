"""What every page shows around its content."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from prakerja.access.models import User
from prakerja.access.roles import Role
from prakerja.kit.settings import get_settings
from prakerja.web import formats, menus
from prakerja.web.clock import now_of

# So many entries stand under each other on a phone without hiding the page.
_UNFOLDED_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A link of the menu."""

    text: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The frame of a page."""

    sandbox: bool
    demo: bool
    now: datetime
    now_text: str
    path: str
    signed_in: bool
    menu: list[MenuEntry]
    menu_label: str
    menu_here: str
    menu_folds: bool


def web(request: HttpRequest) -> Mapping[str, Page]:
    """Django's hook: the frame as `page`. The programme clock costs one query."""
    found = getattr(request, "user", None)
    user = found if isinstance(found, User) else None
    settings = get_settings()
    now = now_of(request)
    menu = _menu(request, user) if user else []
    return {
        "page": Page(
            sandbox=settings.deployment == "sandbox",
            demo=settings.demo,
            now=now,
            now_text=formats.moment(now),
            path=request.get_full_path() if request.method == "GET" else "/",
            signed_in=user is not None,
            menu=menu,
            menu_label=gettext("Menu of %(name)s") % {"name": user.display_name} if user else "",
            menu_here=next((entry.text for entry in menu if entry.current), ""),
            menu_folds=len(menu) > _UNFOLDED_MOST,
        )
    }


def _menu(request: HttpRequest, user: User) -> list[MenuEntry]:
    # Before the identity is confirmed there is the sign-up, and nothing else.
    if user.role == Role.PARTICIPANT and user.applicant_id is None:
        return []
    entries = [(str(text), reverse(name)) for name, text in menus.MENUS[user.role]]
    # The longest address that the page's own begins with is the current one, unless the page belongs to another.
    inside = [href for _, href in entries if request.path.startswith(href)]
    match = request.resolver_match
    owner = menus.WITHIN.get((match.url_name or "") if match else "")
    current = reverse(owner) if owner else max(inside, key=len, default="")
    return [MenuEntry(text, href, current=href == current) for text, href in entries]
