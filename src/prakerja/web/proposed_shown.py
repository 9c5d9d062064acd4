"""Whom a revocation decree is about, as its second person sees it, and whom that person can take off."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.cards.queries import ProposedPerson
from prakerja.web import formats
from prakerja.web.shown import state_cell
from prakerja.web.tables import Cell, Column, Table, make_table


@dataclass(frozen=True, slots=True)
class TakingOff:
    """The form under the table: who can be taken off, and what was typed and is wrong."""

    choices: list[tuple[str, str]]
    ticked: frozenset[str] = frozenset()
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def proposed_table(people: list[ProposedPerson], next_href: str, *, is_decided: bool) -> Table:
    """The people, with what the signer must see: a card that never got to its holder buys nothing."""

    def name_cell(row: ProposedPerson) -> Cell:
        return Cell(row.name, href="" if row.card_id is None else reverse("office_card", args=[row.card_id]))

    def off_cell(row: ProposedPerson) -> Cell | str:
        if row.was_revoked:
            return _("revoked")
        if row.off_at is None:
            return _("stays: not late any more, or over already") if is_decided else _("proposed")
        given = {"who": row.off_by, "day": formats.day(row.off_at), "reason": row.off_reason}
        return Cell(_("taken off by %(who)s on %(day)s: %(reason)s") % given, long=True)

    return make_table(
        _("Whom it is about"),
        (
            Column[ProposedPerson](_("Name"), name_cell),
            Column[ProposedPerson](
                _("Card"), lambda row: "–" if row.card_state is None else state_cell("card_state", row.card_state)
            ),
            Column[ProposedPerson](
                _("Card was in the holder's hands"), lambda row: _("yes") if row.was_in_hand else _("no, never")
            ),
            Column[ProposedPerson](_("On this decree"), off_cell),
        ),
        people,
        empty="–",
        next_href=next_href,
    )


def removable(people: list[ProposedPerson]) -> list[tuple[str, str]]:
    """Participant id and words of each who still stands on the decree, in the order of the table."""
    return [(str(one.participant_id), _words(one)) for one in people if one.off_at is None]


def _words(one: ProposedPerson) -> str:
    if one.card_number is None:
        return one.name
    return f"{one.name}, {formats.masked_card(one.card_number)}"
