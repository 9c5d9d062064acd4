"""How a view answers: a page, a file, or a way back with a message."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

Text = str | Promise


def show(request: HttpRequest, template: str, /, *, status: int = 200, **context: object) -> HttpResponse:
    """A page."""
    return render(request, f"web/{template}.html", context, status=status)


def back_with(request: HttpRequest, text: Text, /, to: str, *args: object, good: bool = True) -> HttpResponse:
    """A redirect to a named page that shows a message once: what was done, or why not."""
    messages.add_message(request, messages.SUCCESS if good else messages.ERROR, str(text), "good" if good else "bad")
    return redirect(to, *args)


def form_may_lead_to(response: HttpResponse, uri: str) -> HttpResponse:
    """The page with a policy that lets the answer to its form send the browser to a partner's registered address."""
    parts = urlsplit(uri)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {parts.scheme}://{parts.netloc}"
    )
    return response


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV file in UTF-8 with a mark that spreadsheets need. A text that begins like a formula is made harmless."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(value) for value in row])
    return HttpResponse(
        "\ufeff" + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_answer(name: str, content: bytes, content_type: str) -> HttpResponse:
    """A file to download."""
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
