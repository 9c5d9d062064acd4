"""An agreement on paper, in two languages, made of the very data that are signed: equal data give equal bytes."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from prakerja.kit.clock import jakarta_date
from prakerja.partners import queries
from prakerja.partners.contracts import NO_TERMS
from prakerja.web import formats, words
from prakerja.web.cooperation_words import own_text
from prakerja.web.partner.shared import fee_terms
from prakerja.web.sheets import Fact
from prakerja.web.typeset import compile_pdf, sandbox_note


def terms_facts(found: queries.ProposalView) -> list[Fact]:
    """The terms in words."""
    calendar = found.terms.get("calendar", NO_TERMS["calendar"])
    days = _("%(days)s days")
    return [
        Fact(_("Fee"), fee_terms(dict(found.fee_scheme))),
        Fact(_("Cap"), _("none") if found.cap_bp is None else formats.percent(found.cap_bp)),
        Fact(_("Valid from"), formats.day(found.valid_from)),
        Fact(_("Valid until"), formats.day(found.valid_until) if found.valid_until else _("no end")),
        Fact(_("Payment term"), days % {"days": calendar["payment_term_days"]}),
        *[
            Fact(
                own_text(one["text"]),
                f"{formats.rupiah(one['fee_idr'])} / {words.word('service_per', one['per']).text}",
            )
            for one in found.terms.get("add_on_services", ())
        ],
        Fact(_("Hash (SHA-256)"), found.sha256),
    ]


def agreement_pdf(found: queries.ProposalView, language: str) -> bytes:
    """The paper as PDF bytes: equal data give equal bytes. Cost: 0.1 to 0.3 s."""
    # Without the signatures themselves: a paper that changed with each of them could not be compared.
    with override(language):
        return compile_pdf("agreement", paper_content(found, language))


def paper_content(found: queries.ProposalView, language: str) -> dict[str, object]:
    """What the paper says, in the language that is active: the terms in words, and the hash of the signed text."""
    day = jakarta_date(found.proposed_at)
    return {
        "language": language,
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "sandbox": sandbox_note(),
        "title": _("Cooperation agreement"),
        "lead": _("%(platform)s and %(institution)s agree on these terms for the programme Prakerja (SCHEME-10).")
        % {"platform": found.platform_name, "institution": found.institution_name},
        "facts": [[str(fact.name), str(fact.value)] for fact in terms_facts(found)[:-1]],
        "hash_title": _("Hash (SHA-256)"),
        "hash": found.sha256,
        "hash_note": _("What is signed is the text with this hash; this paper says the same in words."),
        "signatures_title": _("Signatures"),
        "signatures": [
            _("%(side)s: by Ed25519 under the text with this hash.") % {"side": words.word("role", role).text}
            for role in ("platform", "institution")
        ],
    }
