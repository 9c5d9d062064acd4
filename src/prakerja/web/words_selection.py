"""Words of waves, the draw, its sealed seeds, and decrees."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from prakerja.web.word import BAD, GOOD, PLAIN, WAIT, Word

_NOBODY = _("nobody: it is closed")
_PARTICIPANT = _("the participant")
_OFFICE = _("the programme office")
_APPROVER = _("a second person of the programme office")
_WORKER = _("the worker, by itself")
_KEEPER = _("the keeper")

SELECTION_WORDS: Final[dict[str, dict[str, Word]]] = {
    "joining_outcome": {
        "pending": Word(_("waiting for the draw"), WAIT, _OFFICE),
        "selected": Word(_("selected, waiting for the decree"), WAIT, _OFFICE),
        "not_selected": Word(_("not selected"), BAD, _PARTICIPANT),
        "dropped": Word(_("dropped"), BAD, _NOBODY),
        "decreed": Word(_("recipient by decree"), GOOD, _NOBODY),
    },
    "wave_state": {
        "planned": Word(_("planned"), PLAIN, _OFFICE),
        "open": Word(_("open"), GOOD, _PARTICIPANT),
        "closed": Word(_("closed"), WAIT, _OFFICE),
        "committed": Word(_("draw committed"), WAIT, _OFFICE),
        "drawn": Word(_("drawn"), WAIT, _OFFICE),
        "decreed": Word(_("decreed"), GOOD, _NOBODY),
        "void": Word(_("void"), BAD, _NOBODY),
    },
    "decree_kind": {
        "appointment": Word(_("appointment")),
        "revocation": Word(_("revocation")),
        "reinstatement": Word(_("giving back after an appeal")),
    },
    "decree_state": {
        "prepared": Word(_("waiting for the second signature"), WAIT, _APPROVER),
        "approved": Word(_("approved"), GOOD, _NOBODY),
        "rejected": Word(_("rejected"), BAD, _NOBODY),
    },
    "wave_act": {
        "close": Word(_("closing, with the re-check of everybody")),
        "commit": Word(_("committing the list")),
        "reveal": Word(_("revealing, ranking, recording")),
        "prepare": Word(_("preparing the decree")),
        "approve": Word(_("approving the decree, with its cards")),
    },
    "wave_act_state": {
        "asked": Word(_("at work"), WAIT, _WORKER),
        "done": Word(_("done"), GOOD, _NOBODY),
        "refused": Word(_("refused"), BAD, _OFFICE),
        "failed": Word(_("failed"), BAD, _OFFICE),
    },
    "wave_act_step": {
        "waiting": Word(_("waits for the worker, which begins within seconds")),
        "begun": Word(_("begun")),
        "freezing": Word(_("freezing the list")),
        "hashing": Word(_("hashing its rows")),
        "writing": Word(_("writing list and commitment")),
        "beacon": Word(_("asking the beacon for its round")),
        "reading": Word(_("reading the committed list and comparing it")),
        "ranking": Word(_("ranking everybody")),
        "recording": Word(_("recording ranks and outcomes")),
        "naming": Word(_("naming participants and reserving their money")),
        "cards": Word(_("issuing the cards")),
    },
    "seat_state": {
        "to_seal": Word(_("has not sealed yet"), WAIT, _KEEPER),
        "to_confirm": Word(_("has sealed, not confirmed"), WAIT, _KEEPER),
        "objects": Word(_("objects to a share"), BAD, _OFFICE),
        "confirmed": Word(_("has sealed and confirmed"), GOOD, _NOBODY),
    },
    "seed_state": {
        "shut": Word(_("shut"), PLAIN, _KEEPER),
        "shares": Word(_("shares opened, not enough yet"), WAIT, _KEEPER),
        "opened": Word(_("opened by its keeper"), GOOD, _NOBODY),
        "recovered": Word(_("opened by the others' shares"), GOOD, _NOBODY),
    },
}
