"""SCHEME-06: each platform's requirements are data."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from prakerja.partners.operations import (
    RegistrationRequest,
    RequirementSetRequest,
    publish_requirement_sets,
    register_institutions,
    submit_registrations,
    verify_registrations,
)
from prakerja.partners.requirements import meets_requirements, requirement_problems
from prakerja.partners.samples import CODES, FOLDER, SampleFileError, read_sample_platforms
from tests.partners.test_institutions import institution
from tests.partners.world import ANSWERS, World


def one(condition: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": "it", "text": {"id": "…", "en": "…"}, "condition": condition}]


@pytest.mark.parametrize(
    ("condition", "answer", "met"),
    [
        ({"question": "q", "is": True}, True, True),
        ({"question": "q", "is": True}, 1, False),
        ({"question": "q", "is": True}, None, False),
        ({"question": "q", "one_of": ["A", "B"]}, "B", True),
        ({"question": "q", "one_of": ["A", "B"]}, "C", False),
        ({"question": "q", "at_least": 2}, 2, True),
        ({"question": "q", "at_least": 2}, 1, False),
        ({"question": "q", "at_least": 2}, "3", False),
        ({"question": "q", "at_least": 0}, True, False),
        ({"question": "q", "at_most": 2}, 3, False),
        ({"question": "q", "at_most": 2}, 2, True),
        ({"question": "q", "contains_all": ["x"]}, ["x", "y"], True),
        ({"question": "q", "contains_all": ["x"]}, ["y"], False),
        ({"question": "q", "contains_all": ["x"]}, "x", False),
        ({"question": "q", "answered": True}, "something", True),
        ({"question": "q", "answered": True}, "", False),
        ({"any_of": [{"question": "q", "is": 1}, {"question": "q", "is": 2}]}, 2, True),
        ({"any_of": [{"question": "q", "is": 1}, {"question": "q", "is": 2}]}, 3, False),
        ({"all_of": [{"question": "q", "at_least": 1}, {"question": "q", "at_most": 2}]}, 3, False),
        ({"all_of": [{"question": "q", "at_least": 1}, {"question": "q", "at_most": 2}]}, 2, True),
    ],
)
def test_tests_an_answer(condition: dict[str, Any], answer: object, met: bool) -> None:  # noqa: FBT001
    assert requirement_problems(one(condition)) == []
    assert meets_requirements(one(condition), {"q": answer}) == ([] if met else ["it"])


@pytest.mark.parametrize(
    "requirements",
    [
        "text",
        [3],
        [{"id": "a"}],
        one({}),
        one({"question": "q"}),
        one({"question": "q", "is": 1, "at_least": 2}),
        one({"question": "q", "python": "1 + 1"}),
        one({"question": "q", "at_least": "2"}),
        one({"question": "q", "one_of": "AB"}),
        one({"question": "q", "answered": False}),
        one({"any_of": []}),
        one({"any_of": [{"question": "q", "is": 1}], "question": "q"}),
        [*one({"question": "q", "is": 1}), *one({"question": "q", "is": 1})],
    ],
)
def test_names_what_is_wrong_with_a_set(requirements: object) -> None:
    assert len(requirement_problems(requirements)) == 1


def test_the_eight_samples_can_be_read() -> None:
    samples = read_sample_platforms()
    assert [sample.code for sample in samples] == list(CODES)
    assert [sample.kind for sample in samples] == ["private"] * 6 + ["state_owned", "government"]
    assert {sample.fee_scheme["kind"] for sample in samples} == {
        "none",
        "flat",
        "share",
        "tiered_by_price",
        "tiered_by_volume",
    }


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("sample: true", "sample: false", "marked sample"),
        ("code: sisnaker", "code: other", "its code is 'other'"),
        ("  kind: none", "  kind: bonus", "fee_scheme: unknown_kind"),
        ("  kind: none", "  kind: share\n  commission_bp: 100", "FEE-02"),
        ("payment_term_days: 7", "term: 7", "exactly the keys"),
        ("{question: curriculum, answered: true}", "{question: curriculum}", "a condition has a question"),
    ],
)
def test_a_malformed_profile_names_file_and_reason(tmp_path: Path, old: str, new: str, reason: str) -> None:
    for code in CODES:
        text = (FOLDER / f"{code}.yaml").read_text(encoding="utf-8")
        if code == "sisnaker":
            assert old in text
            text = text.replace(old, new)
        (tmp_path / f"{code}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SampleFileError, match=f"sisnaker.yaml: .*{reason}"):
        read_sample_platforms(tmp_path)


def test_publishes_versions_and_checks_by_the_one_of_the_day(world: World) -> None:
    context, platform_id = world.context, world.platforms["tokopedia"]
    today, tomorrow = context.today, context.today + timedelta(days=1)
    strict = one({"question": "certified_trainers", "at_least": 10})
    results = publish_requirement_sets(
        context,
        [
            RequirementSetRequest(platform_id=uuid4(), requirements=strict, valid_from=today),
            RequirementSetRequest(platform_id=platform_id, requirements=one({}), valid_from=today),
            RequirementSetRequest(platform_id=platform_id, requirements=strict, valid_from=today - timedelta(days=1)),
            RequirementSetRequest(platform_id=platform_id, requirements=strict, valid_from=tomorrow),
        ],
    )
    assert [(result.code, result.version) for result in results] == [
        ("platform_unknown", None),
        ("requirements_malformed", None),
        ("starts_in_the_past", None),
        ("ok", 2),
    ]
    assert len(results[1].problems) == 1
    request = RegistrationRequest(platform_id=platform_id, institution_id=world.institution_id, answers=ANSWERS)
    registration_id = submit_registrations(context, [request])[0].registration_id
    assert registration_id is not None
    # An application that is open when the requirements change keeps its version.
    later = context.at(context.now + timedelta(days=1))
    assert verify_registrations(later, [registration_id], regime=world.second)[0].code == "ok"
    other = register_institutions(later, [institution()])[0].institution_id
    assert other is not None
    request = RegistrationRequest(platform_id=platform_id, institution_id=other, answers=ANSWERS)
    registration_id = submit_registrations(later, [request])[0].registration_id
    assert registration_id is not None
    result = verify_registrations(later, [registration_id], regime=world.second)[0]
    assert (result.code, result.unmet) == ("requirements_unmet", ("it",))
