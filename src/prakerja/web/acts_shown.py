"""Acts that the worker carries out, as pages show them: how far one is, how the last one ended, all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from prakerja.kit.refusals import Code
from prakerja.oversight.queries.waves import OfficeAct
from prakerja.selection.errors import ActCode, DecreeCode, DrawCode, WaveCode
from prakerja.selection.steps import STEPS
from prakerja.web import formats, words
from prakerja.web.refusals import REFUSALS
from prakerja.web.shown import moment_cell, state_cell
from prakerja.web.tables import Column, Table, Text, make_table

_CODES: Final[dict[str, type[Code]]] = {
    "close": WaveCode,
    "commit": DrawCode,
    "reveal": DrawCode,
    "prepare": DecreeCode,
    "approve": DecreeCode,
}


@dataclass(frozen=True, slots=True)
class ActShown:
    """An act at work: which, by whom, and the step out of how many."""

    name: Text
    asked_by: str
    asked_at: datetime
    step: Text
    position: int
    steps: int
    waits_for_beacon: bool


def act_at_work(acts: Sequence[OfficeAct]) -> ActShown | None:
    """The act that is asked for and not ended, or None."""
    act = next((act for act in acts if act.state == "asked"), None)
    if act is None:
        return None
    steps = STEPS[act.kind]
    step = act.step if act.step in steps else "waiting"
    return ActShown(
        name=words.word("wave_act", act.kind).text,
        asked_by=act.asked_by,
        asked_at=act.asked_at,
        step=words.word("wave_act_step", step).text,
        position=steps.index(step) + 1 if step in steps else 0,
        steps=len(steps),
        waits_for_beacon=act.again_at is not None,
    )


def last_refusal(acts: Sequence[OfficeAct]) -> Text:
    """Why the latest act came to nothing, in a sentence; empty when it did not, or when another one is at work."""
    return refusal_of(acts[0]) if acts and acts[0].state in ("refused", "failed") else ""


def refusal_of(act: OfficeAct) -> Text:
    """The sentence of an act that was refused or failed."""
    kind = ActCode if act.state == "failed" else _CODES[act.kind]
    return REFUSALS[kind][act.answer or ""]


def act_table(acts: Sequence[OfficeAct]) -> Table:
    """All acts on a wave, the newest first."""
    return make_table(
        _("Acts"),
        (
            Column[OfficeAct](_("Act"), lambda act: words.word("wave_act", act.kind).text),
            Column[OfficeAct](_("State"), lambda act: state_cell("wave_act_state", act.state)),
            Column[OfficeAct](_("Asked for by"), lambda act: act.asked_by),
            Column[OfficeAct](_("Asked for"), lambda act: formats.moment(act.asked_at)),
            Column[OfficeAct](_("Ended"), lambda act: moment_cell(act.ended_at)),
            Column[OfficeAct](_("Answer"), lambda act: "–" if act.state in ("asked", "done") else refusal_of(act)),
        ),
        acts,
        empty=_("Nothing has been asked of the worker yet."),
    )
