"""Pages of a training institution."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.oversight.queries import partner_classes, partner_money
from prakerja.programme.queries import get_regime_book
from prakerja.purchases.operations.redeem import RedeemRequest, commit_redeem_codes
from prakerja.purchases.rules import redeem_windows
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.partner import shared
from prakerja.web.people_seen import note_people
from prakerja.web.refusals import refusal
from prakerja.web.shown import after_of, filter_of, moment_cell, page_of, place_after_of, place_page_of, state_cell
from prakerja.web.tables import Cell, Column, make_table

_CODE_CHARACTERS = 12
_WORDS_MAX = 100


@requires(Permission.SEE_OWN_CLASSES)
def institution(request: HttpRequest) -> HttpResponse:
    """Classes that are not over, or past ones, by title or code; and the money due."""
    own = shared.partner_of(request, "institution")
    when = filter_of(request, "when", ("coming", "past")) or "coming"
    typed = request.GET.get("words", "").strip()[:_WORDS_MAX]
    found = partner_classes.list_classes(
        own.partner_id,
        now=now_of(request),
        are_over=when == "past",
        words=typed,
        after=place_after_of(request),
    )
    rows, next_href = place_page_of(request, found)
    table = make_table(
        _("Classes"),
        (
            Column[partner_classes.InstitutionClass](
                _("Class"), lambda row: Cell(row.code, href=reverse("class", args=[row.schedule_id]))
            ),
            Column[partner_classes.InstitutionClass](_("Training"), lambda row: row.course_title),
            Column[partner_classes.InstitutionClass](_("Mode"), lambda row: words.word("mode", row.mode).text),
            Column[partner_classes.InstitutionClass](_("State"), lambda row: state_cell("schedule_state", row.state)),
            Column[partner_classes.InstitutionClass](_("Starts"), lambda row: formats.moment(row.starts_at)),
            Column[partner_classes.InstitutionClass](_("Ends"), lambda row: formats.moment(row.ends_at)),
            Column[partner_classes.InstitutionClass](
                _("Sold"), lambda row: f"{formats.count(row.sold)}/{formats.count(row.seats)}", number=True
            ),
            Column[partner_classes.InstitutionClass](
                _("Redeemed"), lambda row: formats.count(row.redeemed), number=True
            ),
        ),
        rows,
        empty=_("There is no such class. A class stands here as soon as it is published for an approved course."),
        next_href=next_href,
    )
    return show(
        request,
        "partner/institution",
        partner=own,
        money=partner_money.get_money_due("institution", own.partner_id),
        table=table,
        fields=[
            Field("words", _("Title or code"), typed, length_max=_WORDS_MAX),
            Field(
                "when",
                _("When"),
                when,
                options=(("coming", _("running and coming ones")), ("past", _("past ones"))),
                select=True,
            ),
        ],
    )


@requires(Permission.SEE_OWN_CLASSES)
def class_page(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """One class: who takes part, redeemed or not, sessions attended."""
    institution_id = shared.partner_id_of(request)
    try:
        found = partner_classes.get_class(institution_id, schedule_id)
    except LookupError:
        raise Http404 from None
    people = partner_classes.list_class_participants(institution_id, schedule_id, after=after_of(request))
    participants, next_href = page_of(request, people, "purchase_id")
    note_people(request, [(row.lane, row.applicant_id) for row in participants])
    table = make_table(
        _("Participants"),
        (
            Column[partner_classes.ClassParticipant](_("Name"), lambda row: row.name),
            Column[partner_classes.ClassParticipant](_("State"), lambda row: state_cell("purchase_state", row.state)),
            Column[partner_classes.ClassParticipant](
                _("Who must act"), lambda row: words.word("purchase_state", row.state).who_acts
            ),
            Column[partner_classes.ClassParticipant](_("Redeemed"), lambda row: moment_cell(row.redeemed_at)),
            Column[partner_classes.ClassParticipant](
                _("Sessions attended"), lambda row: f"{row.attended}/{row.sessions}", number=True
            ),
            Column[partner_classes.ClassParticipant](
                _("Report"), lambda row: state_cell("report_state", row.report_state)
            ),
        ),
        participants,
        empty=_("Nobody has bought a seat yet. Participants stand here as soon as they have paid."),
        next_href=next_href,
    )
    can_report = found.redeemed > 0 and found.ends_at <= now_of(request)
    return show(request, "partner/class", found=found, table=table, can_report=can_report)


@requires(Permission.REDEEM_CODES)
@require_http_methods(["GET", "POST"])
def redeem(request: HttpRequest) -> HttpResponse:
    """Redeem a code: spaces, dots and small letters are accepted, what was typed stays where it is refused."""
    if request.method == "GET":
        return show(request, "partner/redeem", code="", error="")
    typed = request.POST.get("code", "")
    code = "".join(character for character in typed.upper() if character.isalnum())
    if len(code) != _CODE_CHARACTERS or not code.isascii():
        error = _("A redeem code has 12 letters and digits. Compare it with the participant's page.")
        return show(request, "partner/redeem", status=422, code=typed, error=error)
    (result,) = commit_redeem_codes(
        context_of(request),
        [RedeemRequest(institution_id=shared.partner_id_of(request), redeem_code=code)],
        windows=redeem_windows(get_regime_book().stretches),
    )
    if result.code.is_refusal:
        return show(request, "partner/redeem", status=422, code=typed, error=refusal(result.code))
    return back_with(
        request, _("The code %(code)s is redeemed. The participant is in your class.") % {"code": code}, "redeem"
    )


@requires(Permission.SEE_OWN_CLASSES)
def institution_sales(request: HttpRequest) -> HttpResponse:
    """Every purchase of the institution's courses, newest first."""
    return shared.sales_page(request, "institution")


@requires(Permission.SEE_OWN_CLASSES)
def institution_agreements(request: HttpRequest) -> HttpResponse:
    """Agreements with platforms."""
    return shared.agreements_page(request, "institution")


@requires(Permission.SEE_OWN_CLASSES)
def institution_statements(request: HttpRequest) -> HttpResponse:
    """The institution's share by settlement."""
    return shared.statements_page(request, "institution")


@requires(Permission.SEE_OWN_CLASSES)
def institution_statement(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One statement."""
    return shared.statement_page(request, "institution", run_id)
