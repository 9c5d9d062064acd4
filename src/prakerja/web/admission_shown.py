"""How a platform's admission is shown: to itself, to the programme office, and to everyone when it is decided."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.partners import queries
from prakerja.partners.operations.documents import REMIND_BEFORE
from prakerja.partners.operations.platform_admission import PROVEN_LATER
from prakerja.web import formats, words
from prakerja.web.tables import Cell, Column, Table, make_table


def criteria_table(
    criteria: Sequence[str],
    reviews: Sequence[queries.ReviewView],
    shown: Sequence[queries.AdmissionDocumentLine],
) -> Table:
    """Each criterion of PLAT-01 with what was shown and what the evaluators found, without their names."""
    files: dict[str, list[str]] = {}
    for line in shown:
        files.setdefault(line.criterion, []).append(line.file_name)
    return make_table(
        _("What is asked"),
        (
            Column[str](_("Criterion"), words.value_word),
            Column[str](_("Shown"), lambda word: ", ".join(files.get(word, [])) or _("nothing yet")),
            Column[str](_("According to the evaluators"), lambda word: _found(word, reviews)),
        ),
        criteria,
        empty="",
    )


def _found(criterion: str, reviews: Sequence[queries.ReviewView], *, notes: bool = True) -> Cell:
    if criterion in PROVEN_LATER:
        return Cell(_("shown at its own step"))
    findings = [review.criteria[criterion] for review in reviews if criterion in review.criteria]
    if not findings:
        return Cell(_("not evaluated yet"))
    against = [str(one["note"]).strip() for one in findings if not one["met"]]
    if not against:
        return Cell(_("met: %(people)s people") % {"people": len(findings)}, tone=words.GOOD)
    text = _("missing: %(people)s people") % {"people": len(against)}
    return Cell(". ".join([text, "; ".join(against)]) if notes else text, tone=words.BAD)


def shown_table(
    shown: Sequence[queries.AdmissionDocumentLine], today: date, *, opens: bool = True, heading: str = ""
) -> Table:
    """The documents of an application; `opens`: whether who looks may open them."""
    return make_table(
        heading or _("Documents shown with the application"),
        (
            Column[queries.AdmissionDocumentLine](_("Criterion"), lambda row: words.value_word(row.criterion)),
            Column[queries.AdmissionDocumentLine](
                _("File"),
                lambda row: Cell(
                    row.file_name, href=reverse("document_file", args=[row.document_id]) if opens else "", long=True
                ),
            ),
            Column[queries.AdmissionDocumentLine](_("Kind"), lambda row: words.word("document_kind", row.kind).text),
            Column[queries.AdmissionDocumentLine](_("State"), lambda row: standing_cell(row, today)),
            Column[queries.AdmissionDocumentLine](_("Shown on"), lambda row: formats.day(row.shown_at)),
            Column[queries.AdmissionDocumentLine](_("Hash"), lambda row: Cell(row.sha256[:16], code=True)),
        ),
        shown,
        empty=_("No document has been shown yet."),
    )


def standing_cell(row: queries.DocumentLine | queries.AdmissionDocumentLine, today: date) -> Cell:
    """Whether a document counts on a day, or why not."""
    if row.counts_on(today):
        if row.expires_date is not None and row.expires_date <= today + REMIND_BEFORE:
            return Cell(_("counts, expires soon"), tone=words.WAIT)
        return Cell(_("counts"), tone=words.GOOD)
    return Cell(_("withdrawn") if row.withdrawn_at else _("expired"), tone=words.BAD)


def evidence_table(
    criteria: Sequence[str], evidence: Mapping[str, str | int], reviews: Sequence[queries.ReviewView]
) -> Table:
    """For everyone: what a recognition rests on, criterion by criterion."""
    return make_table(
        _("What the recognition rests on"),
        (
            Column[str](_("Criterion"), words.value_word),
            Column[str](_("Evidence"), lambda word: Cell(_evidence(word, evidence), long=True)),
            Column[str](_("According to the evaluators"), lambda word: _found(word, reviews, notes=False)),
        ),
        criteria,
        empty="",
    )


def _evidence(criterion: str, evidence: Mapping[str, str | int]) -> str:
    shown = evidence.get(criterion, "–")
    return _("%(count)s provinces") % {"count": shown} if criterion == "province_reach" else str(shown)
