"""Signing up: the task list, one question a page, the page on which everything is checked, and sending it off."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.access.queries import list_contacts
from prakerja.kit import db
from prakerja.kit.days import DayFault, day_of
from prakerja.kit.settings import get_settings
from prakerja.oversight.queries import portal
from prakerja.participants.operations.basic_tests import find_basic_test
from prakerja.participants.operations.sign_up_drafts import DraftView, find_draft, keep_answers, send_sign_up
from prakerja.participants.operations.sign_up_traces import Origin, note_device
from prakerja.participants.queries.waiting import find_waiting_applicant
from prakerja.participants.questions import (
    ABOUT_WORK,
    IDENTITY,
    QUESTION_CODES,
    answer_fault,
    may_sign_up_from,
    open_questions,
    tidy_answer,
)
from prakerja.participants.registries import find_civil_registry
from prakerja.participants.sign_up_errors import AnswerFault, SendSignUpCode
from prakerja.participants.specimens import SPECIMENS_MAX, specimen
from prakerja.programme.queries import list_provinces
from prakerja.web import formats
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.portal.devices import device_of, keep_device, new_device
from prakerja.web.portal.sign_up_tasks import WORDINGS, Progressed, answer_word, field_of, sign_up_tasks
from prakerja.web.public.sign_in import address_of
from prakerja.web.refusals import refusal
from prakerja.web.visitors import user_of

Text = str | Promise
GROUPS: Final = (IDENTITY, ABOUT_WORK)
_ZONES: Final = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page on which everything is checked."""

    title: Text
    text: Text
    href: str
    error: Text = ""


@requires(Permission.SIGN_UP)
@never_cache
def sign_up(request: HttpRequest) -> HttpResponse:
    """The task list. Everything that was answered is kept; a person goes on where it stopped."""
    user = user_of(request)
    draft = find_draft(user.id)
    if user.applicant_id is None and (draft is None or draft.consent_at is None):
        return redirect("sign_up_consent")
    return show(
        request,
        "portal/sign_up",
        tasks=sign_up_tasks(_progressed(request, draft)),
        sandbox=get_settings().deployment == "sandbox" and user.applicant_id is None,
    )


def _progressed(request: HttpRequest, draft: DraftView | None) -> Progressed:
    user = user_of(request)
    contacts = frozenset(list_contacts(user.id))
    if user.applicant_id is None or user.applicant_lane is None:
        return Progressed(draft, contacts, None)
    person = portal.get_person(lane=user.applicant_lane, applicant_id=user.applicant_id)
    test = find_basic_test(lane=person.lane, applicant_id=person.applicant_id)
    joinings = portal.list_joinings(lane=person.lane, applicant_id=person.applicant_id)
    return Progressed(
        draft,
        contacts,
        person.state,
        test_begun=test is not None,
        has_joined=any(not joining.is_over for joining in joinings),
        joins_again=bool(joinings),
        waiting=find_waiting_applicant(person.applicant_id) if person.state == "ready" else None,
    )


@requires(Permission.SIGN_UP)
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up_consent(request: HttpRequest) -> HttpResponse:
    """What happens with a person's data, before the first question (UU 27/2022)."""
    if request.method == "POST":
        context, user = context_of(request), user_of(request)
        device = device_of(request) or new_device()
        with db.transaction():
            keep_answers(context, user.id, {}, consent=True)
            note_device(context, user.id, device)
        return keep_device(redirect("sign_up"), device)
    return show(request, "portal/sign_up_consent")


@requires(Permission.SIGN_UP)
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up_question(request: HttpRequest, code: str) -> HttpResponse:
    """One question. A good answer is kept and leads on; with `?back=check` back to the page of all answers."""
    if code not in QUESTION_CODES:
        raise Http404
    user = user_of(request)
    draft = find_draft(user.id)
    if user.applicant_id is not None or draft is None or draft.state not in ("filling", "to_correct"):
        return redirect("sign_up")
    provinces = tuple((row.code, row.name) for row in list_provinces(on=now_of(request).date()))
    field = field_of(code, draft.answers.get(code, ""), provinces)
    if request.method == "GET":
        return _question_page(request, code, field)
    text = tidy_answer(code, _typed(request, code))
    today = context_of(request).today
    fault = answer_fault(code, text, today=today, sandbox=get_settings().deployment == "sandbox")
    if fault.is_refusal:
        # Day, month and year stand apart here: what cannot be read as a day is none.
        is_day = isinstance(fault, DayFault) and fault is not DayFault.YEAR_SHORT
        error = refusal(DayFault.IMPOSSIBLE if is_day else fault)
        if fault is AnswerFault.TOO_YOUNG:
            error = _too_young(text, draft.answers.get("province_code", ""))
        return _question_page(request, code, replace(field, value=_typed(request, code), error=error))
    keep_answers(context_of(request), user.id, {code: text})
    if request.GET.get("back") == "check":
        return redirect("sign_up_check")
    return redirect(_behind(code, {**draft.answers, code: text}))


def _question_page(request: HttpRequest, code: str, field: object) -> HttpResponse:
    born = day_of(getattr(field, "value", "")) if code == "birth_date" else None
    parts = request.POST if request.method == "POST" else {}
    back = "sign_up_check" if request.GET.get("back") == "check" else "sign_up"
    return show(
        request,
        "portal/question",
        status=422 if getattr(field, "error", "") else 200,
        field=field,
        why=WORDINGS[code].why,
        is_date=code == "birth_date",
        day=parts.get("day", "") or (str(born.day) if born else ""),
        month=parts.get("month", "") or (str(born.month) if born else ""),
        year=parts.get("year", "") or (str(born.year) if born else ""),
        trail=reverse(back),
    )


def _typed(request: HttpRequest, code: str) -> str:
    """What was typed; a date comes as day, month and year."""
    if code != "birth_date":
        return str(request.POST.get(code, ""))
    parts = [str(request.POST.get(name, "")).strip() for name in ("year", "month", "day")]
    if not any(parts):
        return ""
    if not all(part.isascii() and part.isdecimal() and len(part) <= 4 for part in parts):  # noqa: PLR2004 - a year
        return "?"
    year, month, day = parts
    return f"{day}/{month}/{year}"


def _behind(code: str, answers: dict[str, str]) -> str:
    """The next open question of the same task, or the task list."""
    group = next(codes for codes in GROUPS if code in codes)
    left = open_questions(answers, group)
    return reverse("sign_up_question", args=[left[0]]) if left else reverse("sign_up")


def _too_young(text: str, province_code: str) -> str:
    """From when somebody may sign up, in the clock of the own province."""
    zones = {row.code: row.time_zone for row in list_provinces()}
    zone = zones.get(province_code, "Asia/Jakarta")
    born = day_of(text)
    assert born is not None  # noqa: S101 - too_young says that the date was read
    begins = may_sign_up_from(born, zone).astimezone(ZoneInfo(zone))
    return _("You must be 18. You can sign up from %(day)s, %(hour)s %(zone)s.") % {
        "day": formats.day(begins.date()),
        "hour": f"{begins:%H.%M}",
        "zone": _ZONES[zone],
    }


@requires(Permission.SIGN_UP)
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up_check(request: HttpRequest) -> HttpResponse:
    """Check all answers, each with a way to change it; sending them off asks the civil registry."""
    user = user_of(request)
    draft = find_draft(user.id)
    is_open = draft is not None and draft.state in ("filling", "to_correct") and user.applicant_id is None
    if draft is None or not is_open or open_questions(draft.answers, QUESTION_CODES):
        return redirect("sign_up")
    if request.method == "POST":
        registry = find_civil_registry()
        origin = Origin(device_of(request), address_of(request))
        result = send_sign_up(context_of(request), user.id, registry, machine_now=datetime.now(UTC), origin=origin)
        return _sent(request, result.code)
    return _check_page(request, draft)


def _sent(request: HttpRequest, code: SendSignUpCode) -> HttpResponse:
    """Where sending leads: on, back to the answers that differ, or to the task list to wait."""
    if code is SendSignUpCode.OK:
        return redirect("sign_up_sent")
    draft = find_draft(user_of(request).id)
    if draft is not None and code in (SendSignUpCode.MISMATCH, SendSignUpCode.NIK_NOT_FOUND):
        return _check_page(request, draft, refusal(code))
    waits = code in (SendSignUpCode.UNAVAILABLE, SendSignUpCode.NIK_IN_DISPUTE)
    return back_with(request, refusal(code), "sign_up" if waits else "sign_up_check", good=False)


def _check_page(request: HttpRequest, draft: DraftView, problem: str = "") -> HttpResponse:
    provinces = {row.code: row.name for row in list_provinces()}
    wrong = set(draft.mismatched_fields)
    if draft.identity_answer == "not_found":
        wrong = {"nik"}
    lines = []
    for code in QUESTION_CODES:
        text = answer_word(code, draft.answers[code], provinces)
        if code == "birth_date":
            born = day_of(draft.answers[code])
            text = formats.day(born) if born else draft.answers[code]
        elif code in ("nik", "kk"):
            text = formats.grouped(draft.answers[code])
        error = _("The civil registry has something else here.") if code in wrong else ""
        lines.append(Line(WORDINGS[code].title, text, reverse("sign_up_question", args=[code]) + "?back=check", error))
    return show(request, "portal/sign_up_check", status=422 if problem else 200, lines=lines, problem=problem)


@requires(Permission.SIGN_UP)
def sign_up_sent(request: HttpRequest) -> HttpResponse:
    """The confirmation: a reference, what comes next, whom to ask."""
    user = user_of(request)
    if user.applicant_id is None:
        return redirect("sign_up")
    return show(request, "portal/sign_up_sent", reference=formats.grouped(user.applicant_id.hex[-12:].upper()))


@requires(Permission.SIGN_UP)
def specimens(request: HttpRequest) -> HttpResponse:
    """Invented people for whoever tries the sign-up; in a sandbox only."""
    if get_settings().deployment != "sandbox":
        raise Http404
    first = user_of(request).id.int % (SPECIMENS_MAX // 10) * 10 + 1
    shown = [specimen(number) for number in range(first, first + 9) if number <= SPECIMENS_MAX]
    return show(request, "portal/specimens", specimens=shown)
