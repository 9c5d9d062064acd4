"""Appeals: against a refusal by rule, a draw's result, a revocation; each once, with its deadline and its answer."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.cards.operations.appeals import appeal_revocations
from prakerja.cards.queries import find_reinstatement, find_revocation
from prakerja.oversight.queries import portal
from prakerja.participants.operations.cases import CaseRequest, open_cases
from prakerja.participants.queries import list_eligibility_decisions
from prakerja.participants.queries.cases import CaseView, list_cases_of
from prakerja.web import words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of
from prakerja.web.fields import Field
from prakerja.web.portal.views import person_of
from prakerja.web.refusals import refusal
from prakerja.web.visitors import user_of

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Appealable:
    """A decision that can be appealed against: `key` stands in the form."""

    key: str
    text: Text
    kind: str
    subject_id: UUID


@requires(Permission.SEE_OWN_CARD)
@require_http_methods(["GET", "POST"])
def my_appeals(request: HttpRequest) -> HttpResponse:
    """What can be appealed against, and what became of earlier appeals."""
    user, person = user_of(request), person_of(request)
    cases = list_cases_of(user_id=user.id, applicant_id=person.applicant_id)
    open_to = _appealable(person, cases)
    reason = Field("reason", _("Why is the decision wrong?"), kind="textarea", length_max=2000)
    if request.method == "GET":
        return _page(request, cases, open_to, reason)
    chosen = next((one for one in open_to if one.key == request.POST.get("decision")), None)
    text = request.POST.get("reason", "")
    if chosen is None or not text.strip():
        error = _("Choose a decision and write why it is wrong.")
        reason = Field("reason", reason.label, value=text, error=error, kind="textarea", length_max=2000)
        return _page(request, cases, open_to, reason)
    asked = CaseRequest(chosen.kind, user.id, chosen.subject_id, text, person.applicant_id, person.lane)
    appeal = appeal_revocations if chosen.kind == "revoked" else open_cases
    (result,) = appeal(context_of(request), [asked])
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "my_appeals", good=False)
    return back_with(
        request, _("Your appeal is with the programme office. Its answer stands on this page."), "my_appeals"
    )


def _page(request: HttpRequest, cases: list[CaseView], open_to: list[Appealable], reason: Field) -> HttpResponse:
    return show(
        request, "portal/appeals", status=422 if reason.error else 200, cases=cases, open_to=open_to, field=reason
    )


def _appealable(person: portal.Person, cases: list[CaseView]) -> list[Appealable]:
    appealed = {(case.kind, case.subject_id) for case in cases}
    found: list[Appealable] = []
    if person.state == "refused":
        decisions = [one for one in list_eligibility_decisions(person.applicant_id) if one.outcome == "refused"]
        if decisions:
            text = _("Refused by rule %(rule)s") % {"rule": decisions[-1].refused_rule}
            found.append(Appealable("refused", text, "refused", decisions[-1].decision_id))
    for joining in portal.list_joinings(lane=person.lane, applicant_id=person.applicant_id):
        if joining.outcome in ("not_selected", "dropped"):
            outcome = words.word("joining_outcome", joining.outcome).text
            text = _("Wave %(number)s: %(outcome)s") % {"number": joining.wave_number, "outcome": outcome}
            found.append(Appealable(f"wave-{joining.wave_number}", text, "not_selected", joining.wave_id))
    revocation = find_revocation(person.participant_id) if person.participant_id else None
    given_back = find_reinstatement(person.participant_id) if person.participant_id else None
    if revocation is not None and not (
        given_back is not None and given_back.state == "done" and given_back.prepared_at > revocation.revoked_at
    ):
        reason = words.word("revocation_reason", revocation.reason).text
        text = _("Revocation: %(reason)s") % {"reason": reason}
        found.append(Appealable("revoked", text, "revoked", revocation.decree_id))
    return [one for one in found if (one.kind, one.subject_id) not in appealed]
