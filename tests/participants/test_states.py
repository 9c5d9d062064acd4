"""The database's table of states is the one of states.py."""

import pytest
from django.db import IntegrityError

from prakerja.cards.states import CARD_TRANSITIONS, REINSTATEMENT_TRANSITIONS
from prakerja.kit import db
from prakerja.participants.states import APPLICANT_TRANSITIONS, FINDING_TRANSITIONS, STATEMENT_TRANSITIONS
from prakerja.selection.states import (
    DECREE_TRANSITIONS,
    PARTICIPANT_TRANSITIONS,
    WAVE_ACT_TRANSITIONS,
    WAVE_TRANSITIONS,
)
from tests.participants.people import april_context, person, signed_up

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("trigger", "transitions"),
    [
        ("applicant_moves_along_its_states", APPLICANT_TRANSITIONS),
        ("finding_moves_along_its_states", FINDING_TRANSITIONS),
        ("statement_moves_along_its_states", STATEMENT_TRANSITIONS),
        ("wave_moves_along_its_states", WAVE_TRANSITIONS),
        ("decree_moves_along_its_states", DECREE_TRANSITIONS),
        ("wave_act_moves_along_its_states", WAVE_ACT_TRANSITIONS),
        ("participant_moves_along_its_states", PARTICIPANT_TRANSITIONS),
        ("card_moves_along_its_states", CARD_TRANSITIONS),
        ("reinstatement_moves_along_its_states", REINSTATEMENT_TRANSITIONS),
    ],
)
def test_the_trigger_allows_exactly_the_transitions_of_python(
    trigger: str, transitions: dict[str, frozenset[str]]
) -> None:
    definition = db.value("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s", [trigger])
    allowed = {part.split("'")[0] for part in definition.split("'") if ">" in part and part.replace(">", "").islower()}
    assert {step for step in allowed if step.strip("<>= ")} == {
        f"{before}>{after}" for before, afters in transitions.items() for after in afters
    }
    assert {after for afters in transitions.values() for after in afters} <= transitions.keys()


def test_an_applicant_cannot_jump() -> None:
    signed_up(april_context(), [person(1)])
    with pytest.raises(IntegrityError, match="does not move from account_created to ready"):
        db.execute("UPDATE applicants SET state = 'ready', identity_verified_at = now()")


def test_a_step_of_the_funnel_touches_no_index() -> None:
    """Millions of rows move through the states; a column that stands in an index rewrites all indexes of its row."""
    columns = [
        row[0]
        for row in db.rows(
            """
            SELECT DISTINCT a.attname
            FROM pg_index AS i
            JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
            JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
            WHERE i.indrelid = 'applicants'::regclass AND d.refobjid = i.indrelid
            ORDER BY a.attname
            """
        )
    ]
    assert "kk_index" in columns
    assert "waits_until_at" in columns
    assert not {"state", "eligibility", "decided_at"} & set(columns)
