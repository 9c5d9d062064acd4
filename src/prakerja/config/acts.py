"""What each act on a wave does when a worker carries it out: selection's operations, and cards behind an approval."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from prakerja.cards.operations import issue_cards
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.refusals import Code
from prakerja.programme.queries import get_regime_book
from prakerja.programme.regimes import Regime
from prakerja.selection.deployed_beacon import beacon_of_deployment
from prakerja.selection.operations import (
    Act,
    Way,
    approve_decree,
    close_wave,
    commit_draw,
    prepare_decree,
    reveal_draw,
)
from prakerja.selection.steps import Report


def _close(context: Context, act: Act, _: Report) -> Code:
    return close_wave(context, act.wave_id).code


def _commit(context: Context, act: Act, report: Report) -> Code:
    notice = timedelta(hours=act.notice_hours)
    return commit_draw(
        context, act.wave_id, _regime(context), beacon_of_deployment(), notice=notice, report=report
    ).code


def _reveal(context: Context, act: Act, report: Report) -> Code:
    return reveal_draw(context, act.wave_id, beacon_of_deployment(), report=report).code


def _prepare(context: Context, act: Act, _: Report) -> Code:
    return prepare_decree(context, act.wave_id, _regime(context)).code


def _approve(context: Context, act: Act, report: Report) -> Code:
    """In one transaction, so that nobody is a participant without a card."""
    if act.decree_id is None:
        raise RuntimeError(f"the approval {act.act_id} names no decree")
    with db.transaction():
        report("naming")
        code = approve_decree(context, act.decree_id, _regime(context)).code
        if not code.is_refusal:
            report("cards")
            issue_cards(context, act.decree_id)
    return code


def _regime(context: Context) -> Regime:
    return get_regime_book().on(context.today)


WAYS: Final[Mapping[str, Way]] = {
    "close": _close,
    "commit": _commit,
    "reveal": _reveal,
    "prepare": _prepare,
    "approve": _approve,
}
