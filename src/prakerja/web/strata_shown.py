"""What a draw did with each card and class, in words: who is in which class, how many there were and were chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from prakerja.programme.regimes import Regime
from prakerja.programme.rules import priority_class
from prakerja.selection.queries import StratumResult
from prakerja.web import formats, words
from prakerja.web.tables import Column, Table, make_table


@dataclass(frozen=True, slots=True)
class _Line:
    channel: str
    priority_class: int
    applicants: int
    selected: int


def class_words(regime: Regime) -> dict[int, str]:
    """Who is in each class of a regime, by its number (SELECT-01, ELIG-08)."""
    members: dict[int, set[tuple[bool, bool]]] = {}
    for listed in (True, False):
        for aid in (True, False):
            number = priority_class(is_on_worker_list=listed, receives_social_aid=aid, regime=regime)
            members.setdefault(number, set()).add((listed, aid))
    return {number: _who(facts) for number, facts in sorted(members.items())}


def _who(facts: set[tuple[bool, bool]]) -> str:
    lists, aids = {listed for listed, _aid in facts}, {aid for _listed, aid in facts}
    if len(lists) > 1:
        return _("everybody") if len(aids) > 1 else (_("with social aid") if True in aids else _("without social aid"))
    if len(aids) > 1:
        return _("on a worker list") if True in lists else _("on no worker list")
    if True in lists:
        return _("on a worker list, with social aid") if True in aids else _("on a worker list, without social aid")
    return _("on no worker list, with social aid") if True in aids else _("on no worker list, without social aid")


def places_words(commits: Mapping[str, object]) -> list[str]:
    """The places of a commitment, a text for each card; what is set aside for provinces is said beside it."""
    quotas = commits["quotas"]
    assert isinstance(quotas, list)  # noqa: S101 - the program that commits writes a list
    found = []
    for channel in dict.fromkeys(channel for channel, _province, _places in quotas):
        own = [(province, places) for name, province, places in quotas if name == channel]
        total = formats.count(sum(places for _province, places in own))
        aside = sum(places for province, places in own if province is not None)
        text = f"{words.word('channel', channel).text}: {total}"
        if aside:
            text += " " + _("(%(places)s of them set aside for provinces)") % {"places": formats.count(aside)}
        found.append(text)
    return found


def strata_table(results: Sequence[StratumResult], regime: Regime) -> Table:
    """All provinces together, by card and class; empty before the reveal."""
    who = class_words(regime)
    sums: dict[tuple[str, int], tuple[int, int]] = {}
    for row in results:
        applicants, selected = sums.get((row.channel, row.priority_class), (0, 0))
        sums[row.channel, row.priority_class] = (applicants + row.applicants, selected + row.selected)
    lines = [_Line(channel, number, *counts) for (channel, number), counts in sorted(sums.items())]
    return make_table(
        _("By card and class; places go to class 1 first"),
        (
            Column[_Line](_("Card"), lambda row: words.word("channel", row.channel).text),
            Column[_Line](_("Class"), lambda row: str(row.priority_class), number=True),
            Column[_Line](_("Who"), lambda row: who.get(row.priority_class, "–")),
            Column[_Line](_("Applicants"), lambda row: formats.count(row.applicants), number=True),
            Column[_Line](_("Selected"), lambda row: formats.count(row.selected), number=True),
        ),
        lines,
        empty=_("Nobody knows yet who will be selected."),
    )
