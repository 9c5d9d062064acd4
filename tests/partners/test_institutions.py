"""SCHEME-05, SCHEME-06, INST-01: institutions, their registrations and their decree."""

from typing import Any
from uuid import uuid4

import pytest

from prakerja.kit import db
from prakerja.partners import queries
from prakerja.partners.operations import (
    InstitutionMove,
    InstitutionRequest,
    PlatformMove,
    RegistrationRequest,
    SampleAdmission,
    admit_sample_institutions,
    move_institutions,
    move_platforms,
    register_institutions,
    submit_registrations,
    verify_registrations,
)
from prakerja.partners.states import InstitutionState, PlatformState
from tests.partners.world import ANSWERS, World, refused, sign_one


def institution(code: str = "blk-bekasi", **changes: Any) -> InstitutionRequest:  # noqa: ANN401 - fields of the request
    fields: dict[str, Any] = {
        "code": code,
        "name": "BLK Bekasi",
        "kind": "government",
        "province_code": "32",
        "owner_entity": "Kementerian Ketenagakerjaan",
    }
    return InstitutionRequest(**{**fields, **changes})


def test_registers_and_refuses_in_order(world: World) -> None:
    results = register_institutions(
        world.context,
        [
            institution(),
            institution(),
            institution("lpk-maju"),
            institution("lain", kind="school"),
            institution("lain", province_code="00"),
        ],
    )
    assert [result.code for result in results] == [
        "ok",
        "code_taken",
        "code_taken",
        "kind_unknown",
        "province_unknown",
    ]
    found = queries.find_institution("blk-bekasi")
    assert found is not None
    assert (found.id, found.state) == (results[0].institution_id, InstitutionState.DRAFT)
    assert [one.code for one in queries.list_institutions()] == ["blk-bekasi", "lpk-maju"]
    assert [one.code for one in queries.list_institutions(after_code="blk-bekasi", limit=1)] == ["lpk-maju"]
    assert [one.code for one in queries.list_institutions(kind="government", province_code="32")] == ["blk-bekasi"]
    assert queries.list_institutions(province_code="11") == []
    assert queries.find_institution("nobody") is None
    with pytest.raises(LookupError, match="no institution"):
        queries.get_institution(uuid4())


def test_each_platform_has_its_own_requirements(world: World) -> None:
    """MauBelajarApa asks for premises, Skill Academy for online delivery and two trainers."""
    answers = {**ANSWERS, "premises_checked": False, "certified_trainers": 1}
    codes = ["maubelajarapa", "skillacademy", "bukalapak"]
    submitted = submit_registrations(
        world.context,
        [
            RegistrationRequest(platform_id=world.platforms[code], institution_id=world.institution_id, answers=answers)
            for code in codes
        ],
    )
    results = verify_registrations(
        world.context, [one.registration_id for one in submitted if one.registration_id], regime=world.second
    )
    assert [(result.code, result.unmet) for result in results] == [
        ("requirements_unmet", ("premises",)),
        ("requirements_unmet", ("trainers",)),
        ("ok", ()),
    ]
    found = queries.list_registrations(institution_id=world.institution_id)
    assert [(one.state, one.unmet) for one in found] == [
        ("refused", ("premises",)),
        ("refused", ("trainers",)),
        ("verified", ()),
    ]
    assert [one.state for one in queries.list_registrations(platform_id=world.platforms["bukalapak"])] == ["verified"]


def test_an_answer_cannot_replace_the_kind_on_record(world: World) -> None:
    """Sisnaker takes government institutions without accreditation; a private one that says so is not one."""
    answers = {**ANSWERS, "accreditation": "", "institution_kind": "government"}
    state = register_institutions(world.context, [institution()])[0].institution_id
    assert state is not None
    sisnaker = world.platforms["sisnaker"]
    submitted = submit_registrations(
        world.context,
        [
            RegistrationRequest(platform_id=sisnaker, institution_id=one, answers=answers)
            for one in (world.institution_id, state)
        ],
    )
    results = verify_registrations(
        world.context, [one.registration_id for one in submitted if one.registration_id], regime=world.second
    )
    assert [(result.code, result.unmet) for result in results] == [
        ("requirements_unmet", ("accreditation",)),
        ("ok", ()),
    ]


def test_refuses_registrations_in_order(world: World) -> None:
    context, platforms = world.context, world.platforms
    move = PlatformMove(platform_id=platforms["pijar"], state=PlatformState.SUSPENDED)
    move_platforms(context, [move], regime=world.founding)
    pairs = [
        (uuid4(), world.institution_id),
        (platforms["pijar"], world.institution_id),
        (platforms["tokopedia"], uuid4()),
        (platforms["tokopedia"], world.institution_id),
        (platforms["tokopedia"], world.institution_id),
    ]
    results = submit_registrations(
        context, [RegistrationRequest(platform_id=platform, institution_id=one) for platform, one in pairs]
    )
    assert [result.code for result in results] == [
        "platform_unknown",
        "platform_not_active",
        "institution_unknown",
        "ok",
        "already_registered",
    ]
    registration_id = results[3].registration_id
    assert registration_id is not None
    assert [
        one.code
        for one in verify_registrations(context, [uuid4(), registration_id, registration_id], regime=world.second)
    ] == [
        "registration_unknown",
        "requirements_unmet",
        "not_submitted",
    ]
    again = RegistrationRequest(
        platform_id=platforms["tokopedia"], institution_id=world.institution_id, answers=ANSWERS
    )
    resubmitted = submit_registrations(context, [again])[0]
    assert (resubmitted.code, resubmitted.registration_id) == ("ok", registration_id)
    assert verify_registrations(context, [registration_id], regime=world.second)[0].code == "ok"
    assert submit_registrations(context, [again])[0].code == "already_registered"


def test_suspends_reinstates_and_revokes(verified: World) -> None:
    def move(state: InstitutionState) -> str:
        request = InstitutionMove(institution_id=verified.institution_id, state=state, reason="audit")
        return move_institutions(verified.context, [request])[0].code

    assert move(InstitutionState.DECREED) == "move_not_allowed"
    sign_one(verified)
    admission = SampleAdmission(institution_id=verified.institution_id, decree_number="SK-1")
    admit_sample_institutions(verified.context, [admission], regime=verified.second)
    assert move(InstitutionState.SUSPENDED) == "ok"
    assert move(InstitutionState.DECREED) == "ok"
    assert move(InstitutionState.SUBMITTED) == "move_not_allowed"
    assert move(InstitutionState.REVOKED) == "ok"
    assert move(InstitutionState.DECREED) == "move_not_allowed"
    unknown = InstitutionMove(institution_id=uuid4(), state=InstitutionState.REVOKED, reason="audit")
    assert move_institutions(verified.context, [unknown])[0].code == "institution_unknown"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("UPDATE platforms SET code = 'pijar' WHERE code = 'tokopedia'", "platform_code_is_unique"),
        ("UPDATE platforms SET kind = 'foreign'", "platform_kind_is_known"),
        ("UPDATE platforms SET modes = '{}'", "platform_modes_are_known"),
        ("UPDATE platforms SET modes = '{hybrid}'", "platform_modes_are_known"),
        ("UPDATE platforms SET recognised_at = NULL", "active_platform_is_recognised"),
        ("UPDATE institutions SET kind = 'school'", "institution_kind_is_known"),
        ("UPDATE institutions SET province_code = '00'", "institution_is_in_a_known_province"),
        ("UPDATE registrations SET unmet = '{premises}'", "verified_registration_meets_the_requirements"),
        ("UPDATE registrations SET requirement_set_id = NULL", "registration_keeps_its_requirement_set"),
        ("UPDATE registrations SET submitted_at = NULL", "registration_beyond_a_draft_was_submitted"),
        (
            (
                "UPDATE registrations SET requirement_set_id = (SELECT s.id FROM requirement_sets AS s"
                " WHERE s.platform_id <> registrations.platform_id ORDER BY s.id LIMIT 1)"
            ),
            "registration_is_judged_by_its_own_platform",
        ),
        (
            (
                "INSERT INTO registrations"
                " (id, platform_id, institution_id, state, answers, unmet, submitted_at, requirement_set_id)"
                " SELECT gen_random_uuid(), platform_id, institution_id, 'submitted', '{}', '{}', submitted_at,"
                " requirement_set_id"
                " FROM registrations"
            ),
            "institution_registers_once_on_a_platform",
        ),
        (
            (
                "INSERT INTO requirement_sets SELECT gen_random_uuid(), version, requirements, valid_from, platform_id"
                " FROM requirement_sets"
            ),
            "requirement_set_version_is_unique",
        ),
    ],
)
def test_the_database_keeps_partners_right(verified: World, change: str, constraint: str) -> None:
    assert refused(change) == constraint


def test_the_database_knows_states_and_decrees(world: World) -> None:
    columns = "name, kind, province_code, owner_entity, evidence, sample, created_at"
    copy = f"INSERT INTO institutions (id, code, state, {columns})"
    copy += f" SELECT gen_random_uuid(), 'x', %s, {columns} FROM institutions"
    assert refused(copy, "decreed") == "decreed_institution_has_its_decree"
    assert refused(copy, "open") == "institution_state_is_known"
    assert db.execute(copy, ["draft"]) == 1
    assert refused("UPDATE institutions SET code = 'lpk-maju'") == "institution_code_is_unique"
    columns = "name, kind, modes, payment_term_days, owner_entity, profile, evidence, sample, applied_at"
    copy = f"INSERT INTO platforms (id, code, state, {columns})"
    copy += f" SELECT gen_random_uuid(), 'x', 'open', {columns} FROM platforms"
    assert refused(copy) == "platform_state_is_known"
    copy = (
        "INSERT INTO registrations"
        " (id, platform_id, institution_id, state, answers, unmet, submitted_at, requirement_set_id)"
        " SELECT gen_random_uuid(), platform_id, %s, 'open', '{}', '{}', now(), id FROM requirement_sets LIMIT 1"
    )
    assert refused(copy, world.institution_id) == "registration_state_is_known"
