"""The public page of each draw: what was committed, its files, the command that verifies it, and a person's receipt."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import for_everyone
from prakerja.kit.clock import jakarta_date
from prakerja.programme.queries import get_regime_book
from prakerja.selection import queries, seal_draw, verify_draw
from prakerja.selection.queries import DrawView, FallbackView
from prakerja.selection.tokens import receipt_token, wave_key
from prakerja.web import formats
from prakerja.web.answers import show
from prakerja.web.portal.draw_proof import proof_of
from prakerja.web.seals_shown import opens_at_of, own_until_of, seals_content, seed_table
from prakerja.web.shown import state_cell
from prakerja.web.strata_shown import places_words, strata_table
from prakerja.web.tables import Cell, Column, make_table

_TYPES: Final = {
    "commitment.json": "application/json",
    "list.csv": "text/csv; charset=ascii",
    "result.csv": "text/csv; charset=ascii",
    "dropped.csv": "text/csv; charset=ascii",
    "strata.csv": "text/csv; charset=ascii",
    "seals.json": "application/json",
    "seeds.json": "application/json",
}


@for_everyone
def draws(request: HttpRequest) -> HttpResponse:
    """All draws, and how anybody verifies one."""
    table = make_table(
        _("Draws"),
        (
            Column[DrawView](
                _("Wave"), lambda row: Cell(str(row.wave_number), href=reverse("draw", args=[row.wave_number]))
            ),
            Column[DrawView](_("State"), lambda row: state_cell("wave_state", row.wave_state)),
            Column[DrawView](_("Committed"), lambda row: formats.moment(row.committed_at)),
            Column[DrawView](_("Beacon's round"), lambda row: formats.moment(row.beacon_at)),
            Column[DrawView](_("Applicants"), lambda row: formats.count(row.applicants), number=True),
            Column[DrawView](
                _("Selected"), lambda row: "–" if row.selected is None else formats.count(row.selected), number=True
            ),
        ),
        queries.list_draws(),
        empty=_("No draw has been committed yet. It appears here before its randomness is known."),
    )
    return show(request, "public/draws", table=table)


@for_everyone
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest, number: int) -> HttpResponse:
    """One draw in its four acts. A POST says where a receipt of joining stands on the list: it stands in no address."""
    found = _draw(number)
    fallback = _fallback(found)
    decree = queries.find_appointment(found.wave_id)
    receipt = request.POST.get("receipt", "").strip()
    return show(
        request,
        "public/draw",
        draw=found,
        commits=found.commits,
        commitment_hash=found.commitment_hash.hex(),
        list_root=found.list_root.hex(),
        randomness=found.randomness.hex() if found.randomness else "",
        signature=found.signature.hex() if found.signature else "",
        seed=found.seed.hex() if found.seed else "",
        files=[(name, says) for name, says in _contents().items() if _exists(found, name)],
        places=places_words(found.commits),
        strata=strata_table(
            queries.list_draw_results(found.wave_id), get_regime_book().on(jakarta_date(found.committed_at))
        ),
        base=request.build_absolute_uri(reverse("draw", args=[number])),
        program=request.build_absolute_uri(reverse("verify_draw")),
        receipt=receipt,
        answer=_answer(found, receipt) if receipt else None,
        sandbox_beacon=found.beacon == "sandbox",
        decree=decree,
        dropped_since=(found.selected or 0) - decree.participants if decree is not None else 0,
        fallback=fallback,
        seeds=seed_table(fallback, found) if fallback is not None else None,
        opens_at=opens_at_of(found),
        own_until=own_until_of(found),
    )


def _contents() -> dict[str, str]:
    """What each file holds; the lists have no heading."""
    return {
        "commitment.json": _(
            "what was fixed before: the list's root and hash, places, rule, and which randomness counts"
        ),
        "list.csv": _(
            "a line for each applicant: token, token of the family card, how many of it took part, card, "
            "province, class"
        ),
        "result.csv": _("in the same order: token, rank, 1 for whoever was selected"),
        "dropped.csv": _("token and rule of whoever was no longer eligible at closing; empty when there was nobody"),
        "strata.csv": _("for each card, province and class: applicants, selected, rank of the last one selected"),
        "seals.json": _("the sealed seeds that were named in advance"),
        "seeds.json": _("the seeds that were opened"),
    }


def _fallback(found: DrawView) -> FallbackView | None:
    """The fallback that the commitment names, or None."""
    return queries.find_fallback(found.wave_id) if found.commits["fallback"] else None


def _answer(found: DrawView, receipt: str) -> dict[str, object]:
    """What the list says about a receipt: a place with its proof, a rule that dropped it, or that it is foreign."""
    token = receipt_token(wave_key(found.wave_id), receipt)
    if token is None:
        return {"kind": "foreign"}
    proof = proof_of(found, token)
    if proof is not None:
        return {"kind": "listed", "proof": proof}
    dropped = next((one for one in queries.list_dropped(found.wave_id) if one.token == token), None)
    return {"kind": "dropped", "rule": dropped.rule} if dropped else {"kind": "missing"}


@for_everyone
def draw_file(request: HttpRequest, number: int, name: str) -> HttpResponseBase:
    """A published file of a draw. Lists of millions are sent a chunk at a time."""
    del request
    found = _draw(number)
    if name not in _TYPES or not _exists(found, name):
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_parts(found, name), content_type=_TYPES[name], headers=headers)


def _parts(found: DrawView, name: str) -> Iterator[bytes]:
    if name == "commitment.json":
        yield found.commitment.encode()
    elif name == "list.csv":
        yield from queries.iterate_list_lines(found.draw_id)
    elif name == "result.csv":
        yield from queries.iterate_result_lines(found.draw_id)
    elif name == "dropped.csv":
        yield "".join(f"{one.token.hex()},{one.rule}\n" for one in queries.list_dropped(found.wave_id)).encode()
    elif name == "strata.csv":
        for row in queries.list_draw_results(found.wave_id):
            figures = f"{row.applicants},{row.selected},{row.cut_off_rank or ''}"
            yield f"{row.channel},{row.province_code},{row.priority_class},{figures}\n".encode()
    elif name == "seals.json":
        fallback = _fallback(found)
        yield json.dumps(seals_content(fallback) if fallback is not None else []).encode()
    else:
        seeds = queries.opened_seeds(found.wave_id, found.draw_id) or {}
        yield json.dumps({name: f"{seed or 0:x}" for name, seed in seeds.items()}, sort_keys=True).encode()


def _exists(found: DrawView, name: str) -> bool:
    return {
        "result.csv": found.revealed_at is not None,
        "strata.csv": found.revealed_at is not None,
        "seals.json": bool(found.commits["fallback"]),
        "seeds.json": found.source == "seeds",
    }.get(name, True)


def _draw(number: int) -> DrawView:
    try:
        return queries.get_draw_of_number(number)
    except LookupError:
        raise Http404 from None


@for_everyone
def verify_program(request: HttpRequest) -> HttpResponse:
    """The program that verifies a draw, as it is."""
    del request
    return _program(verify_draw.__file__)


@for_everyone
def seal_program(request: HttpRequest) -> HttpResponse:
    """The program with which keepers make and check sealed seeds, as it is."""
    del request
    return _program(seal_draw.__file__)


def _program(file: str) -> HttpResponse:
    program = Path(file)
    headers = {"Content-Disposition": f'attachment; filename="{program.name}"'}
    return HttpResponse(program.read_bytes(), content_type="text/x-python; charset=utf-8", headers=headers)
