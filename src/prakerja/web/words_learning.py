"""Words of the report chain (LEARN-05)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from prakerja.web.word import BAD, GOOD, PLAIN, WAIT, Word

LEARNING_WORDS: Final[dict[str, dict[str, Word]]] = {
    "oddity": {
        "uniform_scores": Word(_("one and the same score for all"), BAD),
        "presence_at_once": Word(_("presence of many written in the same second"), BAD),
        "no_presence": Word(_("completed without a presence"), BAD),
        "rushed": Word(_("finished after less than a tenth of its hours"), BAD),
        "returned_before": Word(_("returned before")),
        "taken_over": Word(_("not sent on in time by the platform")),
    },
    "report_state": {
        "not_reported": Word(_("not reported"), PLAIN, _("the institution")),
        "returned": Word(_("returned by the programme office"), BAD, _("the institution")),
        "reported": Word(_("reported"), WAIT, _("the platform")),
        "forwarded": Word(_("sent on"), WAIT, _("the programme office")),
        "verified": Word(_("checked"), GOOD, _("nobody: it is closed")),
    },
    "chain_default": {
        "reminded_then_swept": Word(
            _("Who is late is reminded. The money stays held, and the year's sweep takes it back (SETTLE-01).")
        ),
        "office_takes_it_over": Word(
            _("The programme office takes them over, and what was late is a finding about the platform.")
        ),
        "escalated": Word(_("What waits too long is a finding that is escalated to the approver.")),
    },
}
