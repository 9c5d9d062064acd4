"""Steps and cases as tables and facts, for the parties and for the programme office."""

from datetime import datetime

from django.utils.translation import gettext as _

from prakerja.partners import queries
from prakerja.web import formats, words
from prakerja.web.sheets import Fact
from prakerja.web.shown import moment_cell, state_cell
from prakerja.web.tables import Column, Table, make_table


def step_table(steps: list[queries.StepView], *, now: datetime, names: bool) -> Table:
    """The steps of an institution; `names` shows who decides, which only the office sees."""
    columns = [
        Column[queries.StepView](_("Round"), lambda row: str(row.round), number=True),
        Column[queries.StepView](_("Step"), lambda row: words.value_word(row.step)),
        Column[queries.StepView](_("Outcome"), lambda row: state_cell("step_outcome", row.outcome)),
        Column[queries.StepView](
            _("By when"),
            lambda row: formats.deadline(row.due_at, now=now) if row.outcome == "open" else moment_cell(row.decided_at),
        ),
        Column[queries.StepView](_("Evidence or reason"), lambda row: row.reason or row.evidence or "–"),
    ]
    if names:
        columns.insert(2, Column[queries.StepView](_("Reviewer"), lambda row: row.reviewer or _("any signer")))
    return make_table(_("Steps"), columns, steps, empty=_("No step has been opened yet."))


def sanction_facts(case: queries.SanctionView, *, now: datetime) -> list[Fact]:
    """Everything that was said in a case, in order, and what it does."""
    word = words.word("sanction_state", case.state)
    facts = [
        Fact(_("State"), word.text, tone=word.tone),
        Fact(_("Who must act"), word.who_acts),
        Fact(_("Party"), case.institution_name or case.platform_name),
        Fact(_("Rule"), case.rule),
        Fact(_("Notice"), f"{case.notice} ({formats.day(case.noticed_at)})"),
        Fact(_("Evidence"), "; ".join(case.evidence) or "–"),
        Fact(_("Answer until"), formats.deadline(case.answer_due_at, now=now)),
        Fact(_("Answer"), case.answer or "–"),
    ]
    if case.decided_at:
        facts.append(Fact(_("Decision"), f"{case.reason} ({formats.day(case.decided_at)})"))
    if case.appeal_due_at:
        facts.append(Fact(_("Appeal until"), formats.deadline(case.appeal_due_at, now=now)))
    if case.appeal:
        facts.append(Fact(_("Appeal"), case.appeal))
    if case.appeal_decided_at:
        facts.append(Fact(_("Decision about the appeal"), case.appeal_reason))
    return facts


def effect_sentence(kind: str) -> str:
    """What a sanction does, in a sentence for whoever decides or receives it."""
    sentences = {
        "warning": _("A warning changes nothing for sales; it stays on record."),
        "course_suspension": _("The course is sold no more. What was sold is taught and paid. It can be lifted."),
        "registration_suspension": _(
            "The institution is sold no more on this platform. What was sold is taught and paid. It can be lifted."
        ),
        "institution_suspension": _(
            "The institution is sold nowhere. Codes stay redeemable, classes go on, earned money is paid. "
            "It can be lifted."
        ),
        "platform_suspension": _(
            "The platform sells nothing new. Codes stay redeemable, earned money is paid. It can be lifted."
        ),
        "registration_ending": _(
            "The registration is suspended at once and ends when the appeal is over. Then it cannot be undone; "
            "what was sold is taught and paid."
        ),
        "institution_ending": _(
            "The institution is suspended at once and revoked when the appeal is over. Then it cannot be undone; "
            "what was sold is taught and paid."
        ),
        "platform_ending": _(
            "The platform is suspended at once and ends when the appeal is over. Then it cannot be undone; "
            "what was sold is redeemed, taught and paid."
        ),
    }
    return sentences[kind]
