"""A page made of parts: facts, tables and forms, each a plain value; one template shows them all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from prakerja.web.answers import show
from prakerja.web.fields import Field
from prakerja.web.tables import Table

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of facts; at most one of `href` and `tone` counts."""

    name: Text
    value: Text
    href: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the page itself (`act` says which one was sent). `notice` says what the button does."""

    act: str
    heading: Text
    button: Text
    fields: Sequence[Field] = ()
    notice: Text = ""
    second_act: str = ""
    second_button: Text = ""
    uploads: bool = False
    # What the form is about, where a page has several of a kind.
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The page. `back`: address and text of the page above."""

    heading: Text
    back: tuple[str, Text] | None = None
    lead: Text = ""
    facts: Sequence[Fact] = ()
    notices: Sequence[Text] = ()
    links: Sequence[tuple[str, Text]] = ()
    tables: Sequence[Table] = ()
    forms: Sequence[Form] = ()


def show_sheet(request: HttpRequest, sheet: Sheet, *, errors: Mapping[str, Text] | None = None) -> HttpResponse:
    """The page; with errors (field → sentence, `""` = the page as a whole) what was typed stays where it is."""
    found = dict(errors or {})
    if found:
        sheet = replace(sheet, forms=[_with_errors(form, request, found) for form in sheet.forms])
    return show(request, "parts/sheet", sheet=sheet, errors=found, status=422 if found else 200)


def _with_errors(form: Form, request: HttpRequest, errors: Mapping[str, Text]) -> Form:
    act = request.POST.get("act")
    if act not in (form.act, form.second_act) or request.POST.get("about", "") != form.about:
        return form
    return replace(
        form,
        fields=[
            replace(field, error=errors.get(field.name, ""), value=request.POST.get(field.name, field.value))
            for field in form.fields
        ],
    )
