"""What a keeper of sealed seeds does: hand in the seal, check and confirm the shares, open when the beacon is silent.

The seed is made on a machine of the keeper's own (`seal_draw.py`); these pages take public numbers only, until the
seeds must be opened.
"""

import json
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.selection.deployed_beacon import beacon_of_deployment
from prakerja.selection.operations import Opening, confirm_shares, object_to_share, open_seals, seal_seed
from prakerja.selection.operations.fallbacks import BEFORE_COMMITMENT
from prakerja.selection.queries import (
    FallbackView,
    SeatView,
    find_draw,
    find_fallback,
    list_fallbacks_of_keeper,
)
from prakerja.selection.seal_draw import seal_of, share_of
from prakerja.web import formats
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.refusals import refusal
from prakerja.web.seals_shown import opens_at_of, own_until_of, seals_content, seat_table, seed_table
from prakerja.web.shown import state_cell
from prakerja.web.tables import Cell, Column, make_table
from prakerja.web.visitors import user_of

_FILE_BYTES_MAX: Final = 100_000


@requires(Permission.KEEP_SEALS)
def kept_seals(request: HttpRequest) -> HttpResponse:
    """The waves for which this keeper keeps a seed, the newest first."""
    keeper_id = _keeper_id(request)
    table = make_table(
        _("Waves for which you keep a seed"),
        (
            Column[FallbackView](
                _("Wave"), lambda row: Cell(str(row.wave_number), href=reverse("kept_seal", args=[row.wave_id]))
            ),
            Column[FallbackView](_("Wave is"), lambda row: state_cell("wave_state", row.wave_state)),
            Column[FallbackView](_("Your seal"), lambda row: state_cell("seat_state", _seat(row, keeper_id).state)),
            Column[FallbackView](_("Seal until"), lambda row: formats.deadline(row.seal_until_at, now=now_of(request))),
            Column[FallbackView](
                _("Confirm until"), lambda row: formats.deadline(row.confirm_until_at, now=now_of(request))
            ),
        ),
        list_fallbacks_of_keeper(keeper_id),
        empty=_("No wave names you as a keeper now. The programme office does, before a list is committed."),
    )
    return show(request, "keeper/seals", table=table)


def _keeper_id(request: HttpRequest) -> UUID:
    keeper_id = user_of(request).seal_keeper_id
    assert keeper_id is not None  # noqa: S101 - a constraint of users: the role names its keeper
    return keeper_id


def _seat(fallback: FallbackView, keeper_id: UUID) -> SeatView:
    seat = fallback.seat_of(keeper_id)
    if seat is None:
        raise Http404
    return seat


def _own(request: HttpRequest, wave_id: UUID) -> tuple[FallbackView, SeatView]:
    fallback = find_fallback(wave_id)
    if fallback is None:
        raise Http404
    return fallback, _seat(fallback, _keeper_id(request))


@requires(Permission.KEEP_SEALS)
def kept_seal(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """One wave of a keeper: what to do now, by when, and what happens if nobody does."""
    return _page(request, wave_id)


def _page(request: HttpRequest, wave_id: UUID, *, fault: str = "") -> HttpResponse:
    fallback, seat = _own(request, wave_id)
    draw = find_draw(wave_id)
    opens_at = opens_at_of(draw) if draw is not None else None
    others = [one for one in fallback.seats if one.code != seat.code]
    names = ",".join(one.code for one in fallback.seats)
    shares = " ".join(f"{one.code}.share-{seat.place}-{seat.code}.json" for one in others)
    return show(
        request,
        "keeper/seal",
        status=422 if fault else 200,
        fault=fault,
        fallback=fallback,
        seat=seat,
        others=others,
        seats=seat_table(fallback),
        seeds=seed_table(fallback, draw) if draw is not None else None,
        draw=draw,
        opens_at=opens_at,
        own_until=own_until_of(draw) if draw is not None else None,
        is_before=fallback.wave_state in BEFORE_COMMITMENT,
        can_seal=fallback.wave_state in BEFORE_COMMITMENT and not any(one.confirmed_at for one in fallback.seats),
        can_confirm=fallback.wave_state in BEFORE_COMMITMENT and fallback.is_sealed,
        can_open=fallback.wave_state == "committed" and opens_at is not None and opens_at <= now_of(request),
        make_command=f"python3 seal_draw.py make {seat.code} --keepers {names} --threshold {fallback.threshold}",
        check_command=f"python3 seal_draw.py check seals.json {shares}",
    )


@requires(Permission.KEEP_SEALS)
@require_http_methods(["POST"])
def keep_seal(request: HttpRequest, wave_id: UUID, name: str) -> HttpResponse:
    """What a keeper does with its seal: `seal`, `confirm`, `object`, `open`."""
    _fallback, seat = _own(request, wave_id)
    if name == "seal":
        return _hand_in(request, wave_id, seat)
    if name == "open":
        return _open(request, wave_id, seat)
    context = context_of(request)
    if name == "confirm":
        code, done = confirm_shares(context, wave_id, seat.keeper_id), _("Confirmed: the shares fit all seals.")
    elif name == "object":
        against = request.POST.get("against", "")
        code = object_to_share(context, wave_id, seat.keeper_id, against)
        done = _("The office and the keeper of that seal see your objection. Nothing is committed until it is settled.")
    else:
        raise Http404
    if code.is_refusal:
        return back_with(request, refusal(code), "kept_seal", wave_id, good=False)
    return back_with(request, done, "kept_seal", wave_id)


def _hand_in(request: HttpRequest, wave_id: UUID, seat: SeatView) -> HttpResponse:
    content = _content(request)
    if isinstance(content, dict) and "value" in content:
        secret = _(
            "This file is a secret seed or a share, and no seal. It was not kept, but it has left your machine: make a "
            "new seed, give out new shares, and hand in the file that ends in .seal.json."
        )
        return _page(request, wave_id, fault=secret)
    try:
        seal = seal_of(content)  # type: ignore[arg-type]
    except (KeyError, ValueError, TypeError):
        return _page(request, wave_id, fault=_("This is no seal. Hand in the file that ends in .seal.json."))
    code = seal_seed(context_of(request), wave_id, seat.keeper_id, seal)
    if code.is_refusal:
        return _page(request, wave_id, fault=str(refusal(code)))
    return back_with(request, _("Your seal is on record. Now give each other keeper its share."), "kept_seal", wave_id)


def _open(request: HttpRequest, wave_id: UUID, seat: SeatView) -> HttpResponse:
    try:
        share = share_of(_content(request))  # type: ignore[arg-type]
    except (KeyError, ValueError, TypeError):
        return _page(
            request, wave_id, fault=_("This is neither a seed nor a share. Take a file that the program made.")
        )
    opening = Opening(share.keeper, share.holder, share.value)
    (code,) = open_seals(context_of(request), wave_id, [opening], beacon_of_deployment(), by=seat.code)
    if code.is_refusal:
        return _page(request, wave_id, fault=str(refusal(code)))
    return back_with(request, _("Opened. Everybody sees it on the public page of the draw."), "kept_seal", wave_id)


def _content(request: HttpRequest) -> object:
    """The JSON of the file that was sent; None for anything else."""
    file = request.FILES.get("file")
    if file is None or file.size is None or file.size > _FILE_BYTES_MAX:
        return None
    try:
        content: object = json.loads(file.read())
    except ValueError:
        return None
    return content


@requires(Permission.KEEP_SEALS)
def kept_seals_file(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """All seals of the wave, for the keeper's program."""
    fallback, _own_seat = _own(request, wave_id)
    return HttpResponse(
        json.dumps(seals_content(fallback)),
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="seals.json"'},
    )
