"""The outbox of the sandbox, a button that makes what `prakerja sandbox new` makes, and where browsers come back to."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import for_everyone
from prakerja.access.messages import SandboxLetterView, list_sandbox_letters
from prakerja.access.operations import spend_attempts
from prakerja.access.operations.attempts import Budget
from prakerja.kit.settings import get_settings
from prakerja.partner_api.messenger import SentMessage, list_messages, list_messages_of_card
from prakerja.partner_api.sandbox import LOGIN_URI, make_sandbox
from prakerja.partner_api.sandbox_partners import Offered
from prakerja.partner_api.sandbox_people import SandboxRefusedError
from prakerja.partner_api.sandbox_returns import find_return
from prakerja.web import formats, words
from prakerja.web.answers import show
from prakerja.web.clock import anonymous_context
from prakerja.web.public.sign_in import address_of
from prakerja.web.tables import Cell, Column, make_table

MESSAGES_MAX = 30
# A world costs seconds and stays; a sandbox may be open to everybody.
WORLDS_OF_AN_ADDRESS = Budget("sandbox worlds of an address", 20, timedelta(hours=1))
_CARD_DIGITS = 16
_CODE = re.compile(r"[0-9A-Za-z]{1,100}")


def sandbox_only(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """There is no such page in production."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if get_settings().deployment != "sandbox":
            raise Http404
        return view(request)

    return guarded


@for_everyone
@sandbox_only
@require_http_methods(["GET", "POST"])
def sms_outbox(request: HttpRequest) -> HttpResponse:
    """The latest messages of all; a POST asks for those of one card."""
    typed = request.POST.get("card", "")
    card = "".join(character for character in typed if character.isdigit())
    wrong = bool(typed) and len(card) != _CARD_DIGITS
    found = [] if wrong else list_messages_of_card(card, limit=MESSAGES_MAX) if card else list_messages(MESSAGES_MAX)
    table = make_table(
        _("Messages to holders of cards"),
        (
            Column[SentMessage](_("Sent"), lambda row: formats.moment(row.sent_at)),
            Column[SentMessage](_("Card"), lambda row: Cell(formats.masked_card(row.card_number), code=True)),
            Column[SentMessage](_("Text"), lambda row: row.text),
        ),
        found,
        empty=_("Nothing was sent to this card. A message stands here as soon as a shop has asked for a code.")
        if card
        else _("Nothing was sent yet. A message stands here as soon as a shop has asked for a code."),
    )
    letters = make_table(
        _("Codes for signing in"),
        (
            Column[SandboxLetterView](_("Sent"), lambda row: formats.moment(row.sent_at)),
            Column[SandboxLetterView](_("To"), lambda row: row.shown_to),
            Column[SandboxLetterView](_("Text"), lambda row: row.text),
        ),
        list_sandbox_letters(most=MESSAGES_MAX),
        empty=_("Nobody has asked for a code yet."),
    )
    return show(request, "sandbox/sms", typed=typed, wrong=wrong, table=table, letters=None if card else letters)


@for_everyone
@sandbox_only
@require_http_methods(["GET", "POST"])
def new_sandbox(request: HttpRequest) -> HttpResponse:
    """A world of one's own. A POST makes it and shows its keys, here and never again."""
    if request.method == "GET":
        return show(request, "sandbox/new", error="")
    machine_now = datetime.now(UTC)
    (within,) = spend_attempts(WORLDS_OF_AN_ADDRESS, [address_of(request)], machine_now=machine_now)
    if not within:
        return show(request, "sandbox/new", status=429, error=_("too many worlds within an hour, wait a while"))
    try:
        world = make_sandbox(anonymous_context(request), machine_now=machine_now, base_url=get_settings().base_url)
    except SandboxRefusedError as error:
        return show(request, "sandbox/new", status=409, error=str(error))
    courses = make_table(
        _("Courses"),
        (
            Column[Offered](_("Course code"), lambda row: Cell(row.course_code, long=True)),
            Column[Offered](_("Schedule code"), lambda row: Cell(row.schedule_code, long=True)),
            Column[Offered](_("Mode"), lambda row: words.word("mode", row.mode).text),
            Column[Offered](_("Price"), lambda row: formats.rupiah(row.amount), number=True),
        ),
        world.courses,
        empty="",
    )
    response = show(
        request,
        "sandbox/made",
        world=world,
        api=f"{get_settings().base_url.rstrip('/')}/api/v1/",
        login_uri=LOGIN_URI,
        courses=courses,
        people=world.accounts + world.holders,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@for_everyone
@sandbox_only
@require_http_methods(["GET"])
def came_back(request: HttpRequest) -> HttpResponse:
    """Where the institution of a sandbox world would take a browser back from the presence check: what came of it."""
    state = request.GET.get("state", "")
    found = find_return(state)
    response = show(request, "sandbox/back", status=200 if found else 404, state=state, found=found)
    response.headers["Cache-Control"] = "no-store"
    return response


@for_everyone
@sandbox_only
@require_http_methods(["GET"])
def signed_on(request: HttpRequest) -> HttpResponse:
    """Where the platform of a sandbox world would take a browser back from the consent page: what it brought along."""
    code, state, error = (request.GET.get(name, "") for name in ("code", "state", "error"))
    if not _CODE.fullmatch(code):
        # The page shows it within a line for a shell.
        code = ""
    response = show(
        request,
        "sandbox/signed_on",
        status=200 if state and (code or error) else 404,
        code=code,
        state=state,
        error=error,
        api=f"{get_settings().base_url.rstrip('/')}/api/v1/",
    )
    response.headers["Cache-Control"] = "no-store"
    return response
