"""Pages of a participant, and of an applicant who is not one yet."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.cards.queries import RemovalView, find_reinstatement, list_removals
from prakerja.kit.clock import jakarta_date
from prakerja.learning.operations.reviews import ReviewRequest, write_reviews
from prakerja.oversight.queries import portal
from prakerja.participants.queries import masked_nik
from prakerja.participants.queries.registry_deltas import list_own_findings
from prakerja.programme.queries import get_regime_book
from prakerja.programme.regimes import Regime
from prakerja.settlement.repayment_queries import find_open_repayment
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.portal.steps import Progress, Task, tasks_of, tracker_of
from prakerja.web.refusals import refusal
from prakerja.web.shown import state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import user_of

_TEXT_MAX = 2000


@requires(Permission.SEE_OWN_CARD)
def me(request: HttpRequest) -> HttpResponse:
    """What to do next: the task list of a participant, or where an applicant stands."""
    person = person_of(request)
    findings = list_own_findings(lane=person.lane, applicant_id=person.applicant_id)
    if person.participant_id is None:
        joinings = portal.list_joinings(lane=person.lane, applicant_id=person.applicant_id)
        joined = {joining.wave_id for joining in joinings}
        return show(
            request,
            "portal/applicant",
            findings=findings,
            person=person,
            nik=masked_nik(person.applicant_id),
            open_waves=[wave for wave in portal.list_open_waves(now=now_of(request)) if wave.wave_id not in joined],
            last=joinings[0] if joinings else None,
            waits_for_draw=any(not joining.is_over for joining in joinings),
        )
    lane, participant_id = person.lane, person.participant_id
    participation = portal.get_participation(lane=lane, participant_id=participant_id)
    purchases = portal.list_purchases(lane=lane, participant_id=participant_id)
    tasks = tasks_of(
        participation,
        purchases,
        portal.list_incentives(lane=lane, participant_id=participant_id),
        portal.find_payout_account(lane=lane, participant_id=participant_id),
    )
    given_back = find_reinstatement(participant_id) if participation.state == "revoked" else None
    if given_back is not None and given_back.state not in ("prepared", "waiting"):
        given_back = None
    return show(
        request,
        "portal/me",
        repayment=find_open_repayment(participant_id) if participation.state == "revoked" else None,
        findings=findings,
        kept=_kept(participation, now_of(request)),
        given_back=given_back,
        given_back_idr=None if given_back is None else given_back.training_idr + given_back.incentive_idr,
        person=person,
        nik=masked_nik(person.applicant_id),
        participation=participation,
        tasks=[_with_link(task, place, purchases) for place, task in enumerate(tasks)],
        purchases=_purchase_table(purchases[:5]),
    )


def _kept(participation: portal.Participation, now: datetime) -> RemovalView | None:
    """That a second person did not revoke whoever missed the deadline that still counts, or None (CARD-01)."""
    deadline_at = participation.first_purchase_deadline_at
    if participation.state != "active" or participation.first_purchase_at is not None or deadline_at > now:
        return None
    removals = list_removals(participation.participant_id)
    return next((one for one in removals if one.deadline_at == deadline_at), None)


@requires(Permission.SEE_OWN_CARD)
def my_purchases(request: HttpRequest) -> HttpResponse:
    """All purchases with their state and who must act."""
    person = person_of(request)
    purchases = (
        portal.list_purchases(lane=person.lane, participant_id=person.participant_id) if person.participant_id else []
    )
    return show(request, "portal/purchases", table=_purchase_table(purchases))


@requires(Permission.SEE_OWN_CARD)
def my_purchase(request: HttpRequest, purchase_id: UUID) -> HttpResponse:
    """One purchase: redeem code, who must act and by when, the way to the certificate, the review."""
    purchase = own_purchase(request, purchase_id)
    return _purchase_page(request, purchase)


@requires(Permission.WRITE_REVIEW)
@require_http_methods(["POST"])
def write_review(request: HttpRequest, purchase_id: UUID) -> HttpResponse:
    """Write the review of a training. A typed text stays where it was refused."""
    person = person_of(request)
    purchase = own_purchase(request, purchase_id)
    assert person.participant_id is not None  # noqa: S101 - the purchase is the participant's own
    rating, text = request.POST.get("rating", ""), request.POST.get("text", "")
    errors = {}
    if rating not in {"1", "2", "3", "4", "5"}:
        errors["rating"] = _("Choose a rating from 1 to 5.")
    if not 1 <= len(text.strip()) <= _TEXT_MAX:
        errors["text"] = _("Write what you learned: 1 to 2,000 characters.")
    if errors:
        return _purchase_page(request, purchase, rating=rating, text=text, errors=errors)
    (result,) = write_reviews(
        context_of(request),
        [
            ReviewRequest(
                lane=person.lane,
                purchase_id=purchase_id,
                participant_id=person.participant_id,
                rating=int(rating),
                text=text,
            )
        ],
    )
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "my_purchase", purchase_id, good=False)
    return back_with(request, _("Thank you. Your review is kept."), "my_purchase", purchase_id)


@requires(Permission.SEE_OWN_CARD)
def my_money(request: HttpRequest) -> HttpResponse:
    """The balance in parts that add up, incentives, and every movement behind them."""
    person = person_of(request)
    if person.participant_id is None:
        return show(request, "portal/no_money")
    lane, participant_id = person.lane, person.participant_id
    return show(
        request,
        "portal/money",
        participation=portal.get_participation(lane=lane, participant_id=participant_id),
        account=portal.find_payout_account(lane=lane, participant_id=participant_id),
        incentives=_incentive_table(portal.list_incentives(lane=lane, participant_id=participant_id)),
        lines=_money_table(portal.list_money(lane=lane, participant_id=participant_id)),
    )


def person_of(request: HttpRequest) -> portal.Person:
    """The signed-in applicant. One query."""
    user = user_of(request)
    assert user.applicant_id is not None  # noqa: S101 - participant_user_names_its_applicant
    assert user.applicant_lane is not None  # noqa: S101 - as above
    return portal.get_person(lane=user.applicant_lane, applicant_id=user.applicant_id)


def own_purchase(request: HttpRequest, purchase_id: UUID) -> portal.OwnPurchase:
    """A purchase of the signed-in participant.

    Raises:
        Http404: there is none, or it is another's.
    """
    person = person_of(request)
    if person.participant_id is None:
        raise Http404
    try:
        return portal.get_purchase(lane=person.lane, participant_id=person.participant_id, purchase_id=purchase_id)
    except LookupError:
        raise Http404 from None


def _regime_of(purchase: portal.OwnPurchase) -> Regime | None:
    try:
        return get_regime_book().on(jakarta_date(purchase.paid_at))
    except LookupError:
        return None


def _purchase_page(
    request: HttpRequest,
    purchase: portal.OwnPurchase,
    *,
    rating: str = "",
    text: str = "",
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    found = words.word("purchase_state", purchase.state)
    return show(
        request,
        "portal/purchase",
        status=422 if errors else 200,
        purchase=purchase,
        who_acts=found.who_acts,
        hops=tracker_of(purchase, _regime_of(purchase)),
        can_review=bool(purchase.reported_at) and purchase.reviewed_at is None,
        ratings=("5", "4", "3", "2", "1"),
        rating=rating,
        text=text,
        errors=errors or {},
    )


def _with_link(task: Task, place: int, purchases: list[portal.OwnPurchase]) -> Task:
    """Where a task leads: to the purchase that it is about, or to the money."""
    href = ""
    if task.progress is Progress.LOCKED:
        return task
    if place in (2, 3) and purchases:
        href = reverse("my_purchase", args=[purchases[0].purchase_id])
    elif place == 1 and not purchases:
        href = reverse("platforms")
    elif place in (4, 5):
        href = reverse("my_money")
    return Task(task.title, task.progress, task.detail, task.until_at, href)


def _purchase_table(purchases: list[portal.OwnPurchase]) -> Table:
    return make_table(
        _("Purchases"),
        (
            Column[portal.OwnPurchase](
                _("Training"),
                lambda row: Cell(row.course_title, href=reverse("my_purchase", args=[row.purchase_id])),
            ),
            Column[portal.OwnPurchase](_("State"), lambda row: state_cell("purchase_state", row.state)),
            Column[portal.OwnPurchase](_("Who must act"), lambda row: words.word("purchase_state", row.state).who_acts),
            Column[portal.OwnPurchase](_("Class"), lambda row: formats.day(row.starts_at)),
            Column[portal.OwnPurchase](_("Price"), lambda row: formats.rupiah(row.price_idr), number=True),
        ),
        purchases,
        empty=_("You have bought no training yet. A purchase stands here as soon as it is paid."),
    )


def _incentive_table(incentives: list[portal.OwnIncentive]) -> Table:
    return make_table(
        _("Incentives"),
        (
            Column[portal.OwnIncentive](
                _("Incentive"), lambda row: f"{words.word('incentive_kind', row.kind).text} {row.number}"
            ),
            Column[portal.OwnIncentive](_("State"), lambda row: state_cell("incentive_state", row.state)),
            Column[portal.OwnIncentive](
                _("Who must act"), lambda row: words.word("incentive_state", row.state).who_acts
            ),
            Column[portal.OwnIncentive](_("Due"), lambda row: formats.day(row.due_at) if row.due_at else "–"),
            Column[portal.OwnIncentive](_("Bank reference"), lambda row: Cell(row.bank_reference or "–", code=True)),
            Column[portal.OwnIncentive](_("Amount"), lambda row: formats.rupiah(row.amount_idr), number=True),
        ),
        incentives,
        empty=_("No incentive yet. It needs your first certificate, a rating and review, and a validated account."),
    )


def _money_table(lines: list[portal.MoneyLine]) -> Table:
    return make_table(
        _("Every movement"),
        (
            Column[portal.MoneyLine](_("Day"), lambda row: formats.day(row.effective_date)),
            Column[portal.MoneyLine](_("What"), lambda row: words.word("transfer_kind", row.kind).text),
            Column[portal.MoneyLine](_("From"), lambda row: words.word("account_kind", row.debit_kind).text),
            Column[portal.MoneyLine](_("To"), lambda row: words.word("account_kind", row.credit_kind).text),
            Column[portal.MoneyLine](_("Amount"), lambda row: formats.rupiah(row.amount_idr), number=True),
        ),
        lines,
        empty=_("Nothing has moved yet."),
    )
