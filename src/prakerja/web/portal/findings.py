"""What a register asks about a person: the page on which the person answers, with the day until which."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.participants.operations.eligibility_findings import ANSWER_LENGTH_MAX, FindingAnswer, answer_findings
from prakerja.participants.queries.registry_deltas import answer_of_finding, list_own_findings
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.portal.views import person_of
from prakerja.web.refusals import refusal
from prakerja.web.words import word


@requires(Permission.SEE_OWN_CARD)
@require_http_methods(["GET", "POST"])
def my_finding(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """One finding: what the register says, until when to answer, what was decided and what can be done about it."""
    person = person_of(request)
    own = {one.finding_id: one for one in list_own_findings(lane=person.lane, applicant_id=person.applicant_id)}
    found = own.get(finding_id)
    if found is None:
        raise Http404
    text, error = answer_of_finding(finding_id) or "", ""
    if request.method == "POST":
        text = request.POST.get("answer", "")
        (code,) = answer_findings(context_of(request), [FindingAnswer(finding_id, person.applicant_id, text)])
        if code.is_refusal:
            error = refusal(code)
        else:
            return back_with(request, _("Your answer is with the programme office."), "my_finding", finding_id)
    field = Field("answer", _("Your answer"), value=text, error=error, kind="textarea", length_max=ANSWER_LENGTH_MAX)
    source = found.evidence.get("source")
    return show(
        request,
        "portal/finding",
        status=422 if error else 200,
        finding=found,
        source=word("register", str(source)).text if source else "",
        as_of=found.evidence.get("as_of"),
        field=field,
        can_answer=found.state == "noticed" and found.deadline_at is not None and now_of(request) < found.deadline_at,
    )
