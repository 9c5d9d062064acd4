"""Reports of results in tables, for platform and programme office; and what a form says it was about."""

from datetime import datetime

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.oversight.queries.report_classes import ClassOnItsWay
from prakerja.oversight.queries.reports import ReportRow
from prakerja.web import formats
from prakerja.web.shown import state_cell
from prakerja.web.tables import Cell, Column


def class_columns(address: str) -> tuple[Column[ClassOnItsWay], ...]:
    """A class whose reports wait, with a link to its page."""
    return (
        Column[ClassOnItsWay](_("Class"), lambda row: Cell(row.code, href=reverse(address, args=[row.schedule_id]))),
        Column[ClassOnItsWay](_("Training"), lambda row: row.course_title),
        Column[ClassOnItsWay](_("Institution"), lambda row: row.institution_name),
        Column[ClassOnItsWay](_("Reports"), lambda row: formats.count(row.waiting), number=True),
        Column[ClassOnItsWay](_("Completed"), lambda row: formats.count(row.completed), number=True),
    )


def report_columns() -> tuple[Column[ReportRow], ...]:
    """What was reported, with the measure of each."""
    return (
        Column[ReportRow](
            _("Sessions attended"), lambda row: f"{row.sessions_attended}/{row.sessions_required}", number=True
        ),
        Column[ReportRow](_("Score"), score_of, number=True),
        Column[ReportRow](_("Skill shown"), lambda row: yes_no(yes=row.skill_shown) if row.skill_required else "–"),
        Column[ReportRow](_("Feedback given"), lambda row: yes_no(yes=row.feedback_given)),
        Column[ReportRow](_("Outcome"), lambda row: state_cell("completion_outcome", row.outcome)),
    )


def score_of(row: ReportRow) -> str:
    """The score, with what it takes to pass."""
    if row.post_test_score is None:
        return _("not sat")
    return _("%(score)s of 100 (pass: %(pass)s)") % {
        "score": formats.count(row.post_test_score),
        "pass": formats.count(row.pass_mark),
    }


def yes_no(*, yes: bool) -> str:
    """A short answer."""
    return _("yes") if yes else _("no")


def about_moment(now: datetime) -> str:
    """What a form is about: everything that waited at this moment."""
    return now.isoformat()


def moment_of(request: HttpRequest) -> datetime:
    """The moment that a form was about: what came later was not seen, and stays.

    Raises:
        Http404: it names none.
    """
    try:
        found = datetime.fromisoformat(request.POST.get("about", ""))
    except ValueError:
        raise Http404 from None
    if found.tzinfo is None:
        raise Http404
    return found
