"""The steps behind the identity: contacts verified by a code, the face, the basic test."""

from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from prakerja.access.errors import CheckCode, ContactCode, SendCode
from prakerja.access.guards import requires
from prakerja.access.messages import find_courier
from prakerja.access.operations import (
    CodeCheck,
    CodeRequest,
    ContactRequest,
    check_codes,
    register_contacts,
    send_codes,
)
from prakerja.access.permissions import Permission
from prakerja.access.queries import find_code_contact, list_contacts
from prakerja.kit import db
from prakerja.kit.contacts import EMAIL, KINDS, PHONE
from prakerja.oversight.queries import portal
from prakerja.participants.operations import CheckDone, complete_checks, evaluate_eligibility
from prakerja.participants.operations.basic_tests import answer_basic_test, begin_basic_test, find_basic_test
from prakerja.participants.operations.sign_up import note_phone
from prakerja.participants.queries import get_applicant
from prakerja.participants.queries.waiting import find_waiting_applicant
from prakerja.participants.registries import find_registers
from prakerja.participants.sign_up_errors import AnswerCode
from prakerja.partner_api.face_check import find_face_check
from prakerja.programme.queries import get_regime_book
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of
from prakerja.web.fields import Field
from prakerja.web.formats import is_english
from prakerja.web.portal.sign_up_tasks import register_words
from prakerja.web.public.sign_in import address_of, code_field, code_text, sandbox_letters
from prakerja.web.refusals import refusal
from prakerja.web.visitors import user_of


def _contact_field(kind: str, value: str = "", error: str = "") -> Field:
    if kind == EMAIL:
        return Field(
            "contact",
            _("Your e-mail address"),
            value=value,
            error=error,
            hint=_("You get a code there. We write to it when there is a result."),
            inputmode="email",
            autocomplete="email",
        )
    return Field(
        "contact",
        _("Your mobile phone number"),
        value=value,
        error=error,
        hint=_("For example 0812 3456 7890. You get a code there, and later the codes with which you pay."),
        inputmode="tel",
        autocomplete="tel",
    )


@requires(Permission.SIGN_UP)
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up_contact(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask for an e-mail address or a phone number, and send a code there. A verified one is changed the same way."""
    if kind not in KINDS:
        raise Http404
    user = user_of(request)
    contacts = list_contacts(user.id)
    if kind == PHONE and kind in contacts and _state(request) == "presence_verified" and request.method == "GET":
        # Whoever signed in by phone has proved it already.
        return show(request, "portal/contact_known", contact=contacts[kind].masked)
    if request.method == "GET":
        return _contact_page(request, _contact_field(kind))
    if request.POST.get("known") and kind in contacts:
        return _verified(request, kind, contacts[kind].plain)
    typed = request.POST.get("contact", "").strip()
    (sent,) = send_codes(
        context_of(request),
        [CodeRequest("add_contact", kind, typed, code_text(), address_of(request), user.id)],
        find_courier(),
        machine_now=datetime.now(UTC),
    )
    if sent.code is not SendCode.OK:
        return _contact_page(request, _contact_field(kind, typed, refusal(sent.code)))
    request.session["contact_code"] = str(sent.code_id)
    return redirect("sign_up_contact_code", kind)


def _contact_page(request: HttpRequest, field: Field) -> HttpResponse:
    return show(
        request,
        "portal/question",
        status=422 if field.error else 200,
        field=field,
        why="",
        is_date=False,
        day="",
        month="",
        year="",
        trail=reverse("sign_up"),
    )


@requires(Permission.SIGN_UP)
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up_contact_code(request: HttpRequest, kind: str) -> HttpResponse:
    """The code that was sent to the contact."""
    kept = request.session.get("contact_code")
    contact = None if kept is None else find_code_contact(UUID(kept))
    if kept is None or contact is None or kind != contact.kind:
        return redirect("sign_up")
    error, typed = "", request.POST.get("code", "")
    if request.method == "POST":
        check = CodeCheck(UUID(kept), "add_contact", typed, user_of(request).id)
        (checked,) = check_codes(context_of(request), [check], machine_now=datetime.now(UTC))
        if checked.code is CheckCode.OK:
            del request.session["contact_code"]
            return _verified(request, kind, checked.contact)
        error = refusal(checked.code)
    return show(
        request,
        "public/code",
        status=422 if error else 200,
        field=code_field(typed, error),
        contact=contact.masked,
        letters=sandbox_letters(contact.kind, contact.plain),
        again_href=reverse("sign_up_contact", args=[kind]),
        trail=reverse("sign_up_contact", args=[kind]),
    )


def _verified(request: HttpRequest, kind: str, contact: str) -> HttpResponse:
    """The contact is the person's: it opens the account, and the step of the sign-up is done."""
    user, context = user_of(request), context_of(request)
    with db.transaction():
        (code,) = register_contacts(context, [ContactRequest(user.id, kind, contact)])
        if code is ContactCode.OPENS_ANOTHER_ACCOUNT:
            return back_with(request, refusal(code), "sign_up_contact", kind, good=False)
        if kind == PHONE and user.applicant_id is not None and user.applicant_lane is not None:
            note_phone(context, lane=user.applicant_lane, applicant_id=user.applicant_id, phone=contact)
            complete_checks(context, [CheckDone(user.applicant_id, "phone")])
    return redirect("sign_up")


def _state(request: HttpRequest) -> str:
    user = user_of(request)
    if user.applicant_id is None or user.applicant_lane is None:
        return ""
    return portal.get_person(lane=user.applicant_lane, applicant_id=user.applicant_id).state


@requires(Permission.SIGN_UP)
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up_presence(request: HttpRequest) -> HttpResponse:
    """Show the own face: the sandbox's button stands for the comparison; no picture is kept."""
    user = user_of(request)
    if _state(request) != "identity_verified" or user.applicant_id is None:
        return redirect("sign_up")
    face_check = find_face_check()
    if request.method == "GET" or face_check is None:
        return show(request, "portal/sign_up_presence", face_check=face_check)
    if not face_check.matches(user.applicant_id, request.POST.get("face", "")):
        text = _("Your face was not recognised. Try once more, in good light, or ask the labour office.")
        return back_with(request, text, "sign_up_presence", good=False)
    complete_checks(context_of(request), [CheckDone(user.applicant_id, "presence")])
    return redirect("sign_up")


@requires(Permission.SIGN_UP)
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up_test(request: HttpRequest) -> HttpResponse:
    """The basic test: begun by a button, then one question a page; it goes on where it stopped."""
    user = user_of(request)
    state = _state(request)
    if user.applicant_id is None or user.applicant_lane is None or state != "phone_verified":
        return redirect("sign_up")
    lane, applicant_id, machine_now = user.applicant_lane, user.applicant_id, datetime.now(UTC)
    if request.method == "POST" and request.POST.get("begin"):
        begin_basic_test(context_of(request), lane=lane, applicant_id=applicant_id, machine_now=machine_now)
        return redirect("sign_up_test")
    error = ""
    if request.method == "POST":
        number, option = request.POST.get("number", ""), request.POST.get("option", "")
        code = answer_basic_test(
            context_of(request),
            lane=lane,
            applicant_id=applicant_id,
            number=int(number) if number.isdecimal() and number.isascii() else 0,
            option=int(option) if option.isdecimal() and option.isascii() else -1,
            machine_now=machine_now,
        )
        if code is AnswerCode.NOT_AN_OPTION:
            error = refusal(code)
        elif _state(request) == "ready":
            return _decided(request, applicant_id)
        else:
            return redirect("sign_up_test")
    test = find_basic_test(lane=lane, applicant_id=applicant_id)
    if test is None or test.question is None:
        return show(request, "portal/test_begin")
    side = int(is_english())
    field = Field(
        "option",
        test.question.text[side],
        error=error,
        options=tuple((str(place), option[side]) for place, option in enumerate(test.question.options)),
    )
    status = 422 if error else 200
    return show(request, "portal/test", status=status, field=field, number=test.answered + 1, questions=test.questions)


def _decided(request: HttpRequest, applicant_id: UUID) -> HttpResponse:
    """The last step is done: the registers are asked, and the rules decide. A silent register makes the person wait."""
    context = context_of(request)
    evaluate_eligibility(context, [applicant_id], get_regime_book().on(context.today), registers=find_registers())
    return redirect("sign_up_done")


@requires(Permission.SIGN_UP)
def sign_up_done(request: HttpRequest) -> HttpResponse:
    """What came out: may join a wave, waits for a register, or a rule does not fit."""
    user = user_of(request)
    if user.applicant_id is None:
        return redirect("sign_up")
    waiting = find_waiting_applicant(user.applicant_id)
    return show(
        request,
        "portal/sign_up_done",
        person=get_applicant(user.applicant_id),
        waiting=waiting,
        registers=register_words(waiting.registers) if waiting else "",
        open_waves=portal.list_open_waves(now=context_of(request).now),
    )
