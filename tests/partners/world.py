"""Platforms and institutions on their way into the programme, made by the operations themselves.

Apart from conftest.py, which is imported before Django is set up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.operations import (
    AgreementRequest,
    DocumentUpload,
    InstitutionRequest,
    RegistrationRequest,
    agree_samples,
    load_sample_platforms,
    register_institutions,
    submit_registrations,
    upload_documents,
    verify_registrations,
)
from prakerja.partners.samples import CODES
from prakerja.programme.operations import load_reference_data
from prakerja.programme.queries import get_regime_book
from prakerja.programme.regimes import Regime
from tests.partners.papers import PDF

# Answers that meet the requirements of every sample platform.
ANSWERS = {
    "licence_number": "contoh-123",
    "curriculum": "SKKNI",
    "attendance_system": True,
    "certified_trainers": 3,
    "accreditation": "A",
    "premises_checked": True,
    "delivery": ["online", "offline"],
}


@dataclass(frozen=True, slots=True)
class World:
    """The sample platforms by code, and one institution that nobody knows yet."""

    context: Context
    founding: Regime
    second: Regime
    platforms: dict[str, UUID]
    institution_id: UUID


def make_world(context: Context) -> World:
    load_reference_data(context)
    book = get_regime_book()
    loaded = load_sample_platforms(context, regime=book.get("founding"))
    made = register_institutions(
        context,
        [
            InstitutionRequest(
                code="lpk-maju",
                name="LPK Maju",
                kind="private",
                province_code="32",
                owner_entity="PT Maju",
                sample=True,
            )
        ],
    )
    platforms = {
        code: result.platform_id for code, result in zip(CODES, loaded, strict=True) if result.platform_id is not None
    }
    assert made[0].institution_id is not None
    return World(context, book.get("founding"), book.get("second"), platforms, made[0].institution_id)


def verify_everywhere(world: World) -> World:
    """The institution is verified on every platform, with the documents that some of them ask for."""
    uploaded = upload_documents(
        world.context,
        [
            DocumentUpload(
                owner_role="institution",
                owner_id=world.institution_id,
                kind=kind,
                file_name=f"{kind}.pdf",
                content=PDF,
            )
            for kind in ("business_licence", "curriculum")
        ],
    )
    assert {result.code.value for result in uploaded} == {"ok"}
    submitted = submit_registrations(
        world.context,
        [
            RegistrationRequest(platform_id=platform_id, institution_id=world.institution_id, answers=ANSWERS)
            for platform_id in world.platforms.values()
        ],
    )
    results = verify_registrations(
        world.context, [one.registration_id for one in submitted if one.registration_id], regime=world.second
    )
    assert [result.code for result in results] == ["ok"] * len(CODES)
    return world


def agreement_request(world: World, platform: str = "tokopedia", **changes: Any) -> AgreementRequest:  # noqa: ANN401
    """A request that is fine unless told otherwise; begins today, open-ended."""
    fields: dict[str, Any] = {
        "platform_id": world.platforms[platform],
        "institution_id": world.institution_id,
        "fee_scheme": {"kind": "none"} if platform == "sisnaker" else {"kind": "share", "commission_bp": 1000},
        "valid_from": world.context.today,
        "sample": True,
    }
    return AgreementRequest(**{**fields, **changes})


def sign_one(world: World, platform: str = "tokopedia", **changes: Any) -> UUID:  # noqa: ANN401 - fields of the request
    """An agreement in force from today."""
    result = agree_samples(world.context, [agreement_request(world, platform, **changes)], regime=world.second)[0]
    assert result.agreement_id is not None, result
    return result.agreement_id


def refused(statement: str, *parameters: object) -> str:
    """The name of the constraint that refuses a statement; the statement leaves nothing behind."""
    with pytest.raises(IntegrityError) as caught:
        _run_to_the_end(statement, parameters)
    diagnosis = getattr(caught.value.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", ""))


def _run_to_the_end(statement: str, parameters: Sequence[object]) -> None:
    """With the constraints that PostgreSQL checks at the end of a transaction."""
    with db.attempt():
        db.execute(statement, parameters)
        db.execute("SET CONSTRAINTS ALL IMMEDIATE")
