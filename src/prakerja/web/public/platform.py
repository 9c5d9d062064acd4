"""A recognised platform as everyone may see it: its terms, what it asks of institutions, where it stands."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.access.guards import for_everyone
from prakerja.partners import queries
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.admission_shown import evidence_table
from prakerja.web.clock import anonymous_context
from prakerja.web.cooperation_words import own_text
from prakerja.web.sheets import Fact, Sheet, show_sheet
from prakerja.web.shown import moment_cell
from prakerja.web.tables import Column, make_table
from prakerja.web.terms_shown import terms_facts


@for_everyone
def platform_terms(request: HttpRequest, code: str) -> HttpResponse:
    """SCHEME-07, SCHEME-08: who is recognised since when, at which fee, and what institutions must show."""
    found = queries.find_platform(code)
    if found is None or found.recognised_at is None:
        raise Http404
    today = anonymous_context(request).today
    asked = queries.find_requirement_set(found.id, on=today)
    word = words.word("platform_state", found.state)
    confirmed = [one for one in queries.list_terms(found.id) if one.state == "confirmed"]
    notices = [_("These terms are samples: the real ones are not public.")] if found.sample else []
    if found.profile.get("fee_scheme") is None:
        notices.append(_("This platform has not published its terms yet. Ask it before you apply."))
    facts = [
        Fact(_("State"), word.text, tone=word.tone),
        Fact(_("Kind"), words.word("platform_kind", found.kind).text),
        Fact(_("Recognised"), moment_cell(found.recognised_at)),
        *terms_facts(
            description=found.profile.get("description"),
            fee_scheme=found.profile.get("fee_scheme"),
            modes=found.modes,
            payment_term_days=found.payment_term_days,
        ),
    ]
    if confirmed:
        facts.append(Fact(_("Terms confirmed"), moment_cell(confirmed[0].decided_at)))
    if found.ended_at:
        facts.append(Fact(_("Ended"), formats.day(found.ended_at)))
    parts = [own_text(one["text"]) for one in (*asked.requirements, *asked.documents)] if asked else []
    sheet = Sheet(
        heading=found.name,
        back=(reverse("platforms"), _("Recognised platforms")),
        notices=notices,
        facts=facts,
        tables=[
            evidence_table(
                [str(word) for word in get_regime_book().on(today).platform_admission_evidence],
                queries.get_platform_evidence(found.id),
                queries.list_platform_reviews(found.id),
            ),
            make_table(
                _("What it asks of institutions"),
                (Column[str](_("Requirement"), lambda row: row),),
                parts,
                empty=_("This platform asks nothing besides an agreement."),
            ),
        ],
    )
    return show_sheet(request, sheet)
