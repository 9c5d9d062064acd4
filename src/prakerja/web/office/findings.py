"""Findings: the queue by deadline with filters in its address, one finding with its rows, and what people decide."""

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.audit.queries import list_events_of
from prakerja.oversight.finding_kinds import KINDS
from prakerja.oversight.operations import FindingAct, FindingDecision, decide_findings
from prakerja.oversight.queries import findings as queries
from prakerja.oversight.queries.findings import FindingCount, FindingMember, FindingView
from prakerja.oversight.states import WAITING, FindingState
from prakerja.web import formats, words
from prakerja.web.answers import back_with, csv_file, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.office.views import event_table
from prakerja.web.people_seen import note_people_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.shown import after_of, moment_cell, page_of, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import actor_of, user_of

_FILE_ROWS_MAX: Final = 10_000
_REASON_MAX: Final = 2_000
_ALL: Final = tuple(state.value for state in FindingState)


@requires(Permission.SEE_PROGRAMME)
def office_findings(request: HttpRequest) -> HttpResponse:
    """The queue: what waits, the nearest deadline on top; `?kind=`, `?state=`, `?as=csv` with the same filters."""
    now = now_of(request)
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    states = (state,) if state in _ALL else _ALL if state == "all" else WAITING
    chosen = kind if kind in KINDS else None
    if request.GET.get("as") == "csv":
        return _file(queries.list_findings(states=states, kind=chosen, limit=_FILE_ROWS_MAX))
    found = queries.list_findings(states=states, kind=chosen, after=after_of(request))
    rows, next_href = page_of(request, found, "id")
    table = make_table(
        _("Findings"),
        (
            Column[FindingView](
                _("Finding"),
                lambda row: Cell(
                    words.word("found_kind", row.kind).text, href=reverse("office_finding", args=[row.id])
                ),
            ),
            Column[FindingView](_("About"), lambda row: Cell(about(row), long=True)),
            Column[FindingView](_("How much"), figure, number=True),
            Column[FindingView](_("State"), lambda row: state_cell("found_state", row.state)),
            Column[FindingView](_("Who must act"), lambda row: words.word("found_state", row.state).who_acts),
            Column[FindingView](_("Days old"), lambda row: formats.count((now - row.found_at).days), number=True),
            Column[FindingView](_("Until"), lambda row: _until(row, request)),
        ),
        rows,
        empty=_("No finding fits. The clock looks every hour."),
        next_href=next_href,
    )
    query = request.GET.copy()
    query["as"] = "csv"
    query.pop("after", None)
    return show(
        request,
        "office/findings",
        counts=_count_table(queries.count_findings(now=now)),
        fields=_filters(kind, state),
        table=table,
        file_href=f"{request.path}?{query.urlencode()}",
    )


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_finding(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """One finding: what was seen, the rows behind it, and the decision that is open in it."""
    try:
        found = queries.get_finding(finding_id)
    except LookupError:
        raise Http404 from None
    may_decide = may(user_of(request).role, Permission.DECIDE_FINDINGS)
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not may_decide:
            raise Http404
        act = request.POST.get("act", "")
        if act not in set(FindingAct):
            raise Http404
        decision = FindingDecision(
            finding_id=finding_id,
            act=FindingAct(act),
            reason=request.POST.get("reason", "")[:_REASON_MAX],
            measure=request.POST.get("measure", "") if act == FindingAct.PROPOSE else "",
        )
        (result,) = decide_findings(context_of(request), [decision])
        if not result.code.is_refusal:
            return back_with(request, _DONE[FindingAct(act)](), "office_finding", finding_id)
        errors["measure" if result.code == "measure_unfit" else "reason"] = refusal(result.code)
    members = queries.list_finding_members(found, now=now_of(request))
    note_people_of(request, [one.subject_id for one in members])
    sheet = Sheet(
        heading=words.word("found_kind", found.kind).text,
        back=(reverse("office_findings"), _("Findings")),
        facts=_facts(request, found),
        links=_links(found),
        tables=[_member_table(found, members), event_table(list_events_of(finding_id), linked=False)],
        forms=_forms(found, actor_of(user_of(request))) if may_decide else [],
    )
    return show_sheet(request, sheet, errors=errors)


def about(found: FindingView) -> str:
    """What a finding is about, in words where its label is a code."""
    if found.kind == "unusual_tests":
        return f"{words.word('test_anomaly', found.label).text} ({found.subject_key.rpartition(' ')[2]})"
    if found.kind == "open_conflict":
        act, _space, ends = found.label.partition(" ")
        return f"{ends} ({words.word('conflict_act', act).text})"
    if found.kind == "late_reports" and found.platform_id is None:
        return _("the programme office")
    if found.finding_kind.people and found.kind != "register_findings":
        return _("in province %(code)s") % {"code": found.label}
    return found.label


def figure(found: FindingView) -> str:
    """Its figure with what it counts."""
    unit = found.finding_kind.unit
    if unit == "idr":
        return _("%(price)s an hour") % {"price": formats.rupiah(found.value)}
    return f"{formats.count(found.value)} {words.word('found_unit', unit).text}"


def _until(row: FindingView, request: HttpRequest) -> str:
    return formats.deadline(row.due_at, now=now_of(request)) if row.state in WAITING else "–"


def _count_table(counts: list[FindingCount]) -> Table:
    return make_table(
        _("What waits"),
        (
            Column[FindingCount](
                _("Finding"),
                lambda row: Cell(
                    words.word("found_kind", row.kind).text, href=f"{reverse('office_findings')}?kind={row.kind}"
                ),
            ),
            Column[FindingCount](_("Rule"), lambda row: KINDS[row.kind].rule),
            Column[FindingCount](_("Waiting"), lambda row: formats.count(row.waiting), number=True),
            Column[FindingCount](_("Late"), lambda row: formats.count(row.late), number=True),
            Column[FindingCount](_("Oldest"), lambda row: formats.day(row.oldest_at) if row.oldest_at else "–"),
        ),
        counts,
        empty="",
    )


def _filters(kind: str, state: str) -> list[Field]:
    kinds = tuple((code, words.word("found_kind", code).text) for code in KINDS)
    states = tuple((code, words.word("found_state", code).text) for code in _ALL)
    return [
        Field("kind", _("Kind"), kind, options=kinds, select=True),
        Field("state", _("State"), state, options=(*states, ("all", _("all"))), select=True),
    ]


def _file(found: list[FindingView]) -> HttpResponse:
    return csv_file(
        "findings",
        (
            "kind",
            "rule",
            "about",
            "value",
            "unit",
            "state",
            "since",
            "found",
            "due",
            "proposed_by",
            "decided_by",
            "reason",
        ),
        [
            (
                row.kind,
                row.rule,
                about(row),
                row.value,
                row.finding_kind.unit,
                row.state,
                row.since_at.isoformat(),
                row.found_at.isoformat(),
                row.due_at.isoformat(),
                row.proposed_by,
                row.decided_by,
                row.reason or row.proposal_reason,
            )
            for row in found
        ],
    )


def _facts(request: HttpRequest, found: FindingView) -> list[Fact]:
    state = words.word("found_state", found.state)
    facts = [
        Fact(_("About"), about(found)),
        Fact(_("How much"), figure(found)),
        Fact(_("Rule"), found.rule),
        Fact(_("State"), state.text, tone=state.tone),
        Fact(_("Who must act"), state.who_acts),
        Fact(_("Since"), formats.moment(found.since_at)),
        Fact(_("Found"), formats.moment(found.found_at)),
        Fact(_("Seen last"), formats.moment(found.seen_at)),
    ]
    if found.state in WAITING:
        facts.append(Fact(_("Until"), formats.deadline(found.due_at, now=now_of(request))))
    if found.proposed_by:
        facts.append(Fact(_("Proposed"), f"{moment_cell(found.proposed_at)}, {found.proposed_by}"))
        facts.append(Fact(_("Reason of the proposal"), found.proposal_reason))
        facts.append(Fact(_("Measure"), _measure(found.measure)))
    if found.decided_by:
        facts.append(Fact(_("Decided"), f"{moment_cell(found.decided_at)}, {found.decided_by}"))
        facts.append(Fact(_("Reason"), found.reason))
    if found.sanction_id is not None:
        facts.append(Fact(_("Sanction"), _("Notice is given."), reverse("office_sanction", args=[found.sanction_id])))
    return facts


def _measure(code: str) -> str:
    return str(words.word("sanction_kind", code).text) if code else _("none: it is on record")


def _links(found: FindingView) -> list[tuple[str, str]]:
    links = []
    if found.finding_kind.elsewhere:
        links.append((reverse(found.finding_kind.elsewhere, args=[found.subject_key]), _("Decide it there")))
    if found.course_id is not None:
        links.append((reverse("assess_course", args=[found.course_id]), _("The course, its price beside others")))
    if found.institution_id is not None:
        links.append((reverse("office_institution", args=[found.institution_id]), _("The institution")))
    if found.platform_id is not None:
        links.append((reverse("office_platform", args=[found.platform_id]), _("The platform")))
    return links


def _member_table(found: FindingView, members: list[FindingMember]) -> Table:
    def value(row: FindingMember) -> str:
        if row.value is None:
            return "–"
        return formats.rupiah(row.value) if row.value > _FIGURE_MAX else formats.count(row.value)

    return make_table(
        _("Rows behind it, the newest first"),
        (
            Column[FindingMember](
                _("Row"), lambda row: Cell(row.subject_id.hex[-12:], href=reverse("trail", args=[row.subject_id]))
            ),
            Column[FindingMember](_("What"), lambda row: Cell(row.label, code=True)),
            Column[FindingMember](_("Figure"), value, number=True),
            Column[FindingMember](_("When"), lambda row: formats.moment(row.at)),
        ),
        members,
        empty=_("Its rows stand on the page that decides it.")
        if found.finding_kind.elsewhere
        else _("No row is behind it any more."),
    )


# No price is as low, and no score, rating or number of seconds as high.
_FIGURE_MAX: Final = 9_999

_DONE: Final = {
    FindingAct.DISMISS: lambda: _("Dismissed. The same thing is not found again."),
    FindingAct.PROPOSE: lambda: _("Proposed. A second person decides."),
    FindingAct.UPHOLD: lambda: _("Upheld and on record."),
    FindingAct.SEND_BACK: lambda: _("Sent back."),
}


def _forms(found: FindingView, actor: str) -> list[Form]:
    if found.finding_kind.elsewhere:
        return []
    reason = Field(name="reason", label=_("Reason"), kind="textarea", length_max=_REASON_MAX)
    if found.state in (FindingState.OPEN, FindingState.ESCALATED):
        measures = tuple((kind.value, words.word("sanction_kind", kind).text) for kind in found.finding_kind.measures)
        measure = [
            Field(
                name="measure",
                label=_("Sanction to give notice of"),
                hint=_("Leave it empty for none."),
                options=measures,
                select=True,
            )
        ]
        return [
            Form(
                act=FindingAct.PROPOSE,
                heading=_("Decision"),
                button=_("Propose to uphold it"),
                fields=[*(measure if measures else []), reason],
                notice=_(
                    "Dismissed: it is closed, and the same thing is not found again. Proposed: a second person "
                    "decides; upheld with a sanction, its party gets notice and answers before anything changes. "
                    "Either stays on record and cannot be undone."
                ),
                second_act=FindingAct.DISMISS,
                second_button=_("Dismiss it"),
            )
        ]
    if found.state == FindingState.PROPOSED and found.proposed_by != actor:
        return [
            Form(
                act=FindingAct.UPHOLD,
                heading=_("Decision of the second person"),
                button=_("Uphold it"),
                fields=[reason],
                notice=_("Upheld: %(measure)s. It cannot be undone. Sent back: it waits again.")
                % {"measure": _measure(found.measure)},
                second_act=FindingAct.SEND_BACK,
                second_button=_("Send it back"),
            )
        ]
    return []
