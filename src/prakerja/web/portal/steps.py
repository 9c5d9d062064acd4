"""What a participant has to do next, and where each purchase stands. Pure: values in, steps out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prakerja.oversight.queries.portal import OwnIncentive, OwnPayoutAccount, OwnPurchase, Participation
from prakerja.programme.regimes import Regime
from prakerja.programme.rules import after_working_days, redeem_window
from prakerja.web import formats


class Progress(StrEnum):
    """The state of a task: its tag in the task list."""

    NOT_STARTED = "not_started"
    FILLING = "filling"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    LOCKED = "locked"
    MISSED = "missed"


PROGRESS_WORDS: dict[Progress, tuple[str | Promise, str]] = {
    Progress.NOT_STARTED: (gettext_lazy("not started"), "wait"),
    Progress.FILLING: (gettext_lazy("being filled in"), "wait"),
    Progress.IN_PROGRESS: (gettext_lazy("in progress"), "wait"),
    Progress.DONE: (gettext_lazy("done"), "good"),
    Progress.LOCKED: (gettext_lazy("locked"), "plain"),
    Progress.MISSED: (gettext_lazy("missed"), "bad"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """A task: what, how far, until when, and where to go."""

    title: str
    progress: Progress
    detail: str = ""
    until_at: datetime | None = None
    href: str = ""

    @property
    def tag(self) -> str | Promise:
        """The word of its progress."""
        return PROGRESS_WORDS[self.progress][0]

    @property
    def tone(self) -> str:
        """The colour of its progress."""
        return PROGRESS_WORDS[self.progress][1]


def tasks_of(
    participation: Participation,
    purchases: list[OwnPurchase],
    incentives: list[OwnIncentive],
    account: OwnPayoutAccount | None,
) -> list[Task]:
    """The way of a card as a task list, in its order."""
    live = [purchase for purchase in purchases if purchase.state not in ("voided", "expired")]
    certified = [purchase for purchase in live if purchase.certificate_number]
    over = participation.state in ("revoked", "expired")
    return [
        _card_task(participation),
        _purchase_task(participation, live, over=over),
        _learning_task(live, certified, over=over),
        _review_task(certified),
        _account_task(account, certified),
        _incentive_task(incentives),
    ]


def _card_task(participation: Participation) -> Task:
    if participation.card_state == "active":
        return Task(_("Get your card"), Progress.DONE)
    if participation.card_state is None:
        return Task(_("Get your card"), Progress.LOCKED, _("You have no card in use."))
    where = _("It is on its way. The labour office hands it out against a signed receipt.")
    return Task(_("Get your card"), Progress.IN_PROGRESS, where)


def _purchase_task(participation: Participation, live: list[OwnPurchase], *, over: bool) -> Task:
    title = _("Buy your first training")
    if live:
        return Task(title, Progress.DONE)
    if over:
        return Task(title, Progress.MISSED, until_at=participation.first_purchase_deadline_at)
    if participation.card_state != "active":
        return Task(title, Progress.LOCKED, _("Your card must be active first."))
    detail = _("Choose a training on a recognised platform and pay with your card number and an OTP.")
    if participation.channel == "regular":
        detail = _("Choose an offline training and pay with your card and PIN at the institution's counter.")
    return Task(title, Progress.NOT_STARTED, detail, participation.first_purchase_deadline_at)


def _learning_task(live: list[OwnPurchase], certified: list[OwnPurchase], *, over: bool) -> Task:
    title = _("Attend every session and complete the training")
    if certified:
        return Task(title, Progress.DONE)
    running = [purchase for purchase in live if purchase.state in ("paid", "redeemed")]
    if running:
        return Task(title, Progress.IN_PROGRESS, running[0].course_title, running[0].ends_at)
    return Task(title, Progress.MISSED if over or live else Progress.LOCKED)


def _review_task(certified: list[OwnPurchase]) -> Task:
    title = _("Rate and review the training")
    if not certified:
        return Task(title, Progress.LOCKED, _("Opens with your certificate."))
    if any(purchase.reviewed_at for purchase in certified):
        return Task(title, Progress.DONE)
    return Task(title, Progress.NOT_STARTED, _("Incentives come only after a rating and a review."))


def _account_task(account: OwnPayoutAccount | None, certified: list[OwnPurchase]) -> Task:
    title = _("Link an account for your incentives")
    if account is None:
        detail = _("A bank account or e-wallet with the same NIK, fully verified.")
        return Task(title, Progress.NOT_STARTED if certified else Progress.LOCKED, detail)
    if account.validated_at is None:
        return Task(title, Progress.IN_PROGRESS, _("The payout partner is checking it."))
    return Task(title, Progress.DONE)


def _incentive_task(incentives: list[OwnIncentive]) -> Task:
    title = _("Receive your incentives")
    if not incentives:
        return Task(title, Progress.LOCKED, _("Opens with certificate, review and a validated account."))
    if all(incentive.state in ("paid", "forfeited") for incentive in incentives):
        return Task(title, Progress.DONE)
    waiting = [found.due_at for found in incentives if found.state in ("waiting", "scheduled") and found.due_at]
    return Task(title, Progress.IN_PROGRESS, until_at=min(waiting, default=None))


@dataclass(frozen=True, slots=True)
class Hop:
    """A hop of the tracker: what, when it was reached, who holds it now, and until when it should move."""

    title: str
    holder: str
    at: datetime | None = None
    is_now: bool = False
    until_at: datetime | None = None
    note: str = ""

    @property
    def css(self) -> str:
        """How the tracker shows it."""
        return "done" if self.at else "now" if self.is_now else ""


def tracker_of(purchase: OwnPurchase, regime: Regime | None) -> list[Hop]:
    """From payment to the first incentive, each hop with its time and holder; it waits at the first one not reached.

    Deadlines of the report chain are LEARN-05, the redeem window is LEARN-01, both of the regime given.
    """
    me, institution, platform, office = (
        _("you"),
        purchase.institution_name,
        purchase.platform_name,
        _("programme office"),
    )
    hops = [
        Hop(_("Paid"), me, purchase.paid_at),
        Hop(
            _("Code redeemed at the institution"),
            institution,
            purchase.redeemed_at,
            until_at=_redeem_until(purchase, regime),
            note=_("Bring your redeem code to the first session."),
        ),
        Hop(
            _("Sessions attended: %(attended)s of %(sessions)s")
            % {"attended": purchase.attended, "sessions": purchase.sessions},
            me,
            purchase.ends_at if purchase.attended >= purchase.sessions > 0 else purchase.reported_at,
            until_at=purchase.ends_at,
        ),
        Hop(
            _("Result reported by the institution"),
            institution,
            purchase.reported_at,
            # A returned report starts the days anew.
            until_at=_days_after(purchase.returned_at or purchase.ends_at, regime.report_to_platform_working_days)
            if regime
            else None,
            note=""
            if purchase.returned_at is None
            else _("The programme office returned the report on %(moment)s: %(reason)s")
            % {"moment": formats.moment(purchase.returned_at), "reason": purchase.return_reason},
        ),
        Hop(
            _("Report sent on by the platform"),
            platform,
            purchase.forwarded_at,
            until_at=_days_after(purchase.reported_at, regime.report_to_office_working_days) if regime else None,
        ),
        Hop(
            _("Checked by the programme office"),
            office,
            purchase.verified_at,
            until_at=_days_after(purchase.forwarded_at, regime.office_check_working_days) if regime else None,
        ),
        Hop(_("Certificate issued"), office, purchase.certified_at, note=purchase.certificate_number or ""),
        Hop(_("Reviewed by you"), me, purchase.reviewed_at),
    ]
    if not purchase.incentive_is_elsewhere:
        # INC-01: only the first course leads to an incentive.
        hops += [
            Hop(
                _("Incentive scheduled"),
                # With account and review it is scheduled at once: what is missing is the person's.
                me,
                purchase.incentive_entitled_at,
                note=""
                if purchase.incentive_entitled_at
                else _("It needs a linked account that the bank has confirmed."),
            ),
            Hop(_("First incentive paid"), _("your bank or e-wallet"), purchase.incentive_paid_at),
        ]
    if purchase.state in ("voided", "expired", "not_completed"):
        return [hop for hop in hops if hop.at]
    waits = next((place for place, hop in enumerate(hops) if hop.at is None), None)
    return [
        Hop(hop.title, hop.holder, hop.at, is_now=place == waits, until_at=hop.until_at, note=hop.note)
        for place, hop in enumerate(hops)
    ]


def _redeem_until(purchase: OwnPurchase, regime: Regime | None) -> datetime:
    window = redeem_window(purchase.starts_at, regime) if regime else None
    return purchase.ends_at if window is None else window[1]


def _days_after(moment: datetime | None, working_days: int) -> datetime | None:
    """The end of the last working day, or None where the clock has not started."""
    return None if moment is None else after_working_days(moment, working_days)
