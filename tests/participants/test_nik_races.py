"""One NIK on two ways at once, over real connections: one wins, the other is told, and nobody is lost."""

from dataclasses import replace

import pytest

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from prakerja.participants.operations.assisted import forward_assisted_sheet
from prakerja.participants.operations.assisted_acceptance import accept_assisted_sheet
from prakerja.participants.operations.waiting import ask_about_waiting
from prakerja.participants.queries.assisted import list_assisted_rows
from prakerja.participants.sandbox import CivilRegistrySandbox
from prakerja.participants.sign_up_errors import SendSignUpCode
from prakerja.participants.specimens import SpecimenCivilRegistry, specimen
from prakerja.programme.operations import load_reference_data, load_regimes
from tests.fixtures.database import Race
from tests.participants.people import april_context, founding
from tests.participants.test_assisted import MINISTRY, OFFICE, signed
from tests.participants.test_sign_up_steps import answers_of, filled, send


@pytest.fixture
def ground(committed_db: None) -> Context:
    context = april_context()
    load_regimes(context)
    load_reference_data(context)
    return context


def test_of_a_sheet_and_a_page_with_one_nik_at_once_one_wins(race: Race[object], ground: Context) -> None:
    context = ground
    sheet_id = signed(context, [answers_of(specimen(1), phone=""), answers_of(specimen(2), phone="")])
    forward_assisted_sheet(context.acting_as(MINISTRY), sheet_id)
    user_id = filled(context)
    own = [
        replace(context, ids=SeededIds(name), actor=actor) for name, actor in (("page", "user:1"), ("sheet", OFFICE))
    ]
    sent, accepted = race(
        [
            lambda: send(own[0], user_id),
            lambda: accept_assisted_sheet(own[1], sheet_id, SpecimenCivilRegistry()).outcomes,
        ]
    )
    assert (sent, accepted) in [
        (SendSignUpCode.OK, {"nik_already_signed_up": 1, "ok": 1}),
        (SendSignUpCode.NIK_IN_DISPUTE, {"ok": 2}),
    ]
    assert db.value("SELECT count(*) FROM applicants") == 2
    disputes = 1 if sent is SendSignUpCode.NIK_IN_DISPUTE else 0
    assert db.value("SELECT count(*) FROM cases WHERE kind = 'identity_dispute'") == disputes


def test_two_jobs_that_ask_about_one_waiting_sheet_make_one_applicant(race: Race[object], ground: Context) -> None:
    sheet_id = signed(ground, [answers_of(specimen(8), phone="0812 3456 7890")])
    forward_assisted_sheet(ground.acting_as(MINISTRY), sheet_id)
    accept_assisted_sheet(ground.acting_as(OFFICE), sheet_id, SpecimenCivilRegistry())
    registry = CivilRegistrySandbox([specimen(8).person])
    own = [replace(ground, ids=SeededIds(name)) for name in ("first", "second", "third")]
    race([lambda one=one: ask_about_waiting(one, founding(), registry, None) for one in own])  # type: ignore[misc]
    assert [row.outcome for row in list_assisted_rows(sheet_id)] == ["ok"]
    assert db.value("SELECT count(*) FROM applicants") == 1
    assert db.value("SELECT count(*) FROM events WHERE kind = 'assisted_sheet.registry_answered'") == 1
