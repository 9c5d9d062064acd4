"""Refusals of waves, the draw, its sealed seeds, and decrees, in sentences that say what to do next."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prakerja.kit.refusals import Code
from prakerja.selection.errors import ActCode, DecreeCode, DrawCode, JoinCode, KeeperCode, SealCode, WaveCode

SELECTION_REFUSALS: Final[dict[type[Code], dict[str, Promise]]] = {
    WaveCode: {
        "wave_not_found": _("There is no such wave."),
        "wave_has_no_places": _("A wave needs at least one place."),
        "province_quotas_not_allowed": _("The rules in force allow no places per province."),
        "more_than_the_programme_has": _(
            "The programme does not have so many places left for this kind of card; waves that are not decreed yet "
            "count, too. The overview shows what is left."
        ),
        "wave_number_taken": _("A wave has this number already."),
        "wave_not_in_this_state": _("Somebody else was faster: the wave is in another state now. See below."),
        "not_yet": _("The moment for this has not come yet."),
        "too_late": _("The beacon's time has come: this wave can only be drawn, not voided."),
    },
    DrawCode: {
        "wave_not_found": _("There is no such wave."),
        "wave_not_in_this_state": _("Somebody else was faster: the wave is in another state now. See below."),
        "already_revealed": _("Somebody else was faster: the draw has been held. There is no second one."),
        "seals_not_confirmed": _(
            "Not all keepers have sealed and confirmed. Wait, or drop the fallback after its deadline."
        ),
        "nobody_joined": _("Nobody is in this wave. Void it with a reason."),
        "seals_missing": _("Sealed seeds are still shut. Enough of the other keepers can open them with their shares."),
        "wrong_beacon": _("This draw named another beacon than the one that is connected."),
        "beacon_forged": _("What the beacon's relays give is not signed by its key. Nothing was drawn."),
        "beacon_not_yet": _("The beacon has not given this round yet. Try again in a minute."),
        "list_changed": _("The people behind the list are not what was committed. Nothing was drawn: see the checks."),
    },
    JoinCode: {
        "wave_not_found": _("There is no such wave."),
        "wave_not_open": _("This wave is not open. Wait for the next one; you need no new registration."),
        "channel_not_offered": _("This wave has no places for that card. Choose the other one."),
        "applicant_not_found": _("Your registration was not found. Ask the programme office."),
        "already_a_participant": _("You are a participant already: everyone takes part once."),
        "blacklisted": _("Your NIK is on the blacklist. You can appeal to the programme office."),
        "not_eligible": _('Your checks are not complete, or a rule did not fit. See the page "What to do next".'),
        "already_joined": _("You have joined this wave already."),
    },
    DecreeCode: {
        "wave_not_found": _("There is no such wave."),
        "decree_not_found": _("There is no such decree."),
        "wave_not_drawn": _("The wave has not been drawn yet."),
        "already_prepared": _("There is a decree for this wave already."),
        "already_decided": _("This decree was decided already."),
        "same_person": _("You prepared this yourself. A second person must approve it."),
        "regime_changed": _("The rules have changed since it was prepared. Reject it and prepare a new one."),
        "nobody_selected": _("Nobody was selected in this wave."),
        "list_changed": _("The list of people has changed since it was prepared. Reject it and prepare a new one."),
        "budget_not_open": _("There is no budget for this scheme and channel."),
        "quota_exhausted": _("There are not enough places left in the quota."),
        "money_exhausted": _("There is not enough money left in the budget."),
    },
    ActCode: {
        "wave_not_found": _("There is no such wave."),
        "wave_not_in_this_state": _("Somebody else was faster: the wave is in another state now. See below."),
        "not_yet": _("The moment for this has not come yet."),
        "act_already_asked": _("Somebody else was faster: this wave is at work already. See below who asked for it."),
        "gave_up": _("It failed three times, and nothing was changed. Tell whoever runs the worker, then ask again."),
    },
    KeeperCode: {
        "code_not_possible": _("A code has 2 to 20 small letters, digits and hyphens, for example bps."),
        "name_missing": _("Write the keeper's full name."),
        "code_taken": _("A keeper has this code already."),
    },
    SealCode: {
        "wave_not_found": _("There is no such wave."),
        "wave_not_in_this_state": _("The wave has gone on since: this is not possible any more, or not yet."),
        "fallback_already_named": _("This wave has a fallback already."),
        "keeper_not_found": _("One of these keepers is not on record."),
        "unfair_threshold": _(
            "Take three keepers at least, and a threshold of more than half of them, but not of all: fewer could look "
            "in advance, and all would let a single one block the draw."
        ),
        "deadlines_not_possible": _("The deadline for seals lies in the future, and the one for confirming after it."),
        "no_fallback": _("This wave has no fallback."),
        "reason_missing": _("Write the reason: it stays on record and is published."),
        "keepers_still_have_time": _("The keepers still have time. Wait for the deadline, or for an objection."),
        "not_a_keeper": _("This body keeps no seed for this wave."),
        "wrong_seal": _("This is no seal of yours for this wave. Make it anew with the command that the page shows."),
        "already_sealed": _("Somebody has confirmed already, so seals are not exchanged any more."),
        "seals_missing": _("Not all keepers have handed in their seals yet."),
        "not_yet": _("Seeds open only at the moment that the commitment names."),
        "beacon_has_spoken": _("The beacon has given its round: the seeds stay shut for ever. Keep yours."),
        "not_yours_to_open": _("You open your own seed, and your own shares of others. This is neither."),
        "wrong_opening": _("This does not fit its seal. Take the file that was made together with the seal."),
        "already_open": _("This was opened already."),
    },
}
