"""A training institution that nobody knows yet enters itself: a draft on record and an account for its first person."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import for_everyone
from prakerja.access.messages import find_courier
from prakerja.access.operations import spend_attempts
from prakerja.access.operations.attempts import Budget
from prakerja.partners.operations import InstitutionRequest
from prakerja.partners.operations.institution_entry import EntryResult, InstitutionEntry, enter_institutions
from prakerja.programme.queries import list_provinces
from prakerja.web import words
from prakerja.web.clock import anonymous_context
from prakerja.web.fields import Field
from prakerja.web.public.sign_in import address_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.users_shown import by_hand_page, invitation_text, sandbox_outbox

ENTRIES_OF_AN_ADDRESS: Final = Budget("institutions of an address", 10, timedelta(hours=1))
_WHERE: Final[dict[str, str]] = {
    "code_taken": "code",
    "kind_unknown": "kind",
    "province_unknown": "province",
    "name_missing": "person",
    "email_not_possible": "email",
    "too_many_open": "email",
}


@for_everyone
@require_http_methods(["GET", "POST"])
def join_programme(request: HttpRequest) -> HttpResponse:
    """SCHEME-05: every institution, government or private, may join; what it needs comes afterwards, step by step."""
    errors: dict[str, Any] = {}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip()[:200] for name in _NAMES}
        errors = _typed_errors(typed)
        if not errors:
            answer = _enter(request, typed)
            if isinstance(answer, HttpResponse):
                return answer
            errors = answer
    steps = _(
        "Afterwards: say who stands behind you, put accreditation, premises and trainers on record, apply to "
        "platforms, sign an agreement, pass the programme office's steps. Then you sell. Nobody asks a fee for it."
    )
    sheet = Sheet(
        heading=_("Join as a training institution"),
        lead=_("Government, private and industry institutions take part through platforms (SCHEME-05)."),
        notices=[steps],
        forms=[_form()],
    )
    return show_sheet(request, sheet, errors=errors)


_NAMES: Final = ("code", "name", "kind", "province", "owner", "person", "email")


def _typed_errors(typed: dict[str, str]) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    code = typed["code"]
    if not (code.isascii() and code.replace("-", "").isalnum() and code.islower() and code[0] != "-"):
        errors["code"] = _("Use small letters, digits and dashes only.")
    if not typed["name"]:
        errors["name"] = _("Fill in the name.")
    if not typed["owner"]:
        errors["owner"] = _("Fill in the legal entity.")
    return errors


def _enter(request: HttpRequest, typed: dict[str, str]) -> HttpResponse | dict[str, Any]:
    now = datetime.now(UTC)
    (within,) = spend_attempts(ENTRIES_OF_AN_ADDRESS, [address_of(request)], machine_now=now)
    if not within:
        return {"": _("Too many institutions were entered from here. Wait an hour, then try again.")}
    entry = InstitutionEntry(
        institution=InstitutionRequest(
            code=typed["code"],
            name=typed["name"],
            kind=typed["kind"],
            province_code=typed["province"],
            owner_entity=typed["owner"],
        ),
        display_name=typed["person"],
        email=typed["email"],
        text=invitation_text(typed["name"]),
    )
    (result,) = enter_institutions(anonymous_context(request), [entry], find_courier(), machine_now=now)
    for code in (result.code, result.invitation):
        if code.is_refusal:
            return {_WHERE.get(code, ""): refusal(code)}
    return _entered(request, typed, result)


def _entered(request: HttpRequest, typed: dict[str, str], result: EntryResult) -> HttpResponse:
    if result.secret and result.invitation_id is not None:
        return by_hand_page(request, typed["name"], result.invitation_id, result.secret)
    sheet = Sheet(
        heading=_("Look into your e-mail"),
        lead=_("A letter with a code is on its way. Open the address in it within 14 days and make your account."),
        facts=[Fact(_("Institution"), typed["name"]), Fact(_("Short name"), typed["code"])],
        links=sandbox_outbox(),
    )
    return show_sheet(request, sheet)


def _form() -> Form:
    kinds = tuple((code, word.text) for code, word in words.WORDS["institution_kind"].items())
    provinces = tuple((one.code, one.name) for one in list_provinces())
    return Form(
        act="join",
        heading=_("Your institution"),
        button=_("Enter it and send me the code"),
        fields=[
            Field(name="name", label=_("Name of the institution")),
            Field(name="code", label=_("Short name"), hint=_("Small letters, digits, dashes; it stays for ever.")),
            Field(name="kind", label=_("Kind"), options=kinds, select=True),
            Field(name="province", label=_("Province"), options=provinces, select=True),
            Field(name="owner", label=_("Legal entity behind it")),
            Field(name="person", label=_("Your name"), autocomplete="name"),
            Field(name="email", label=_("Your e-mail address"), autocomplete="email", length_max=254),
        ],
    )
