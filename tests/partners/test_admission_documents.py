"""PLAT-01: a platform shows documents with its application; those that count are evidence, decided ones take none."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from prakerja.audit.models import Event
from prakerja.kit import db
from prakerja.partners import queries
from prakerja.partners.operations import (
    DocumentShowing,
    DocumentUpload,
    PlatformMove,
    apply_platforms,
    move_platforms,
    show_admission_documents,
    upload_documents,
    withdraw_documents,
)
from prakerja.partners.states import PlatformState
from tests.partners.papers import PDF
from tests.partners.test_platforms import application, check, evaluate_by_two
from tests.partners.world import World, refused

LATER = (PlatformState.MEMORANDUM, PlatformState.AGREEMENT, PlatformState.INTEGRATED, PlatformState.ACTIVE)


@pytest.fixture
def platform_id(world: World) -> UUID:
    """A platform that has applied."""
    found = apply_platforms(world.context, [application()])[0].platform_id
    assert found is not None
    return found


def document_of(world: World, owner_id: UUID, name: str = "izin.pdf", **changes: Any) -> UUID:  # noqa: ANN401 - fields
    fields: dict[str, Any] = {"owner_role": "platform", "kind": "business_licence", "content": PDF + name.encode()}
    upload = DocumentUpload(owner_id=owner_id, file_name=name, **{**fields, **changes})
    found = upload_documents(world.context, [upload])[0].document_id
    assert found is not None
    return found


def show(world: World, *showings: tuple[UUID, str, UUID]) -> list[str]:
    requests = [
        DocumentShowing(platform_id=platform_id, criterion=criterion, document_id=document_id)
        for platform_id, criterion, document_id in showings
    ]
    return [one.code.value for one in show_admission_documents(world.context, requests, regime=world.founding)]


def move(world: World, platform_id: UUID, state: PlatformState, **evidence: str | int) -> tuple[str, tuple[str, ...]]:
    request = PlatformMove(platform_id=platform_id, state=state, evidence=evidence)
    found = move_platforms(world.context, [request], regime=world.founding)[0]
    return found.code.value, found.missing


def test_what_may_be_shown(world: World, platform_id: UUID) -> None:
    licence = document_of(world, platform_id)
    expired = document_of(world, platform_id, "lama.pdf", expires_date=world.context.today + timedelta(days=1))
    withdrawn = document_of(world, platform_id, "tarik.pdf")
    withdraw_documents(world.context, [withdrawn])
    others = document_of(world, world.platforms["tokopedia"], "lain.pdf")
    institutions = document_of(world, world.institution_id, "lpk.pdf", owner_role="institution")
    later = world.context.at(world.context.now + timedelta(days=1))
    on_its_last_day = DocumentShowing(platform_id=platform_id, criterion="licences", document_id=expired)
    assert show(
        world,
        (uuid4(), "licences", licence),
        (world.platforms["tokopedia"], "licences", others),
        (platform_id, "cosiness", licence),
        (platform_id, "licences", withdrawn),
        (platform_id, "licences", others),
        (platform_id, "licences", institutions),
        (platform_id, "licences", uuid4()),
        (platform_id, "licences", licence),
        (platform_id, "licences", licence),
        (platform_id, "works_with_institutions", licence),
    ) == [
        "platform_unknown",
        "move_not_allowed",
        "criterion_unknown",
        "document_unknown",
        "document_unknown",
        "document_unknown",
        "document_unknown",
        "ok",
        "already_shown",
        "ok",
    ]
    assert show_admission_documents(later, [on_its_last_day], regime=world.founding)[0].code == "document_unknown"
    lines = queries.list_admission_documents([platform_id])[platform_id]
    assert [(one.criterion, one.file_name) for one in lines] == [
        ("licences", "izin.pdf"),
        ("works_with_institutions", "izin.pdf"),
    ]
    counts = {one.id: one.shown_to for one in queries.list_documents("platform", platform_id)}
    assert counts == {licence: 2, expired: 0, withdrawn: 0}
    events = Event.objects.filter(kind="platform.showed", subject_id=platform_id).count()
    assert events == 2


def test_a_document_that_counts_is_evidence_for_its_step(world: World, platform_id: UUID) -> None:
    """What nobody names is on record as the file with its hash; a withdrawn one is no evidence, a number stays one."""
    evaluate_by_two(world, platform_id)
    first, second = document_of(world, platform_id), document_of(world, platform_id, "kerja-sama.pdf")
    reach = document_of(world, platform_id, "provinsi.pdf")
    assert show(
        world,
        (platform_id, "licences", first),
        (platform_id, "works_with_institutions", second),
        (platform_id, "province_reach", reach),
    ) == ["ok", "ok", "ok"]
    withdraw_documents(world.context, [first])
    assert move(world, platform_id, PlatformState.EVALUATED) == ("evidence_missing", ("province_reach", "licences"))
    third = document_of(world, platform_id, "izin-baru.pdf")
    show(world, (platform_id, "licences", third))
    assert move(world, platform_id, PlatformState.EVALUATED, province_reach=23) == ("ok", ())
    lines = {one.id: one for one in queries.list_documents("platform", platform_id)}
    assert queries.get_platform_evidence(platform_id) == {
        "province_reach": 23,
        "licences": f"izin-baru.pdf (SHA-256 {lines[third].sha256[:16]})",
        "works_with_institutions": f"kerja-sama.pdf (SHA-256 {lines[second].sha256[:16]})",
    }
    # The agreement's document is no evidence for an earlier step, and what was named goes before what is shown.
    agreement = document_of(world, platform_id, "pks.pdf")
    show(world, (platform_id, "office_agreement", agreement))
    check(world, platform_id)
    codes = [move(world, platform_id, state, card_as_payment="uji.pdf")[0] for state in LATER]
    assert codes == ["ok"] * 4
    evidence = queries.get_platform_evidence(platform_id)
    assert evidence["office_agreement"] == f"pks.pdf (SHA-256 {lines_of(platform_id)[agreement][:16]})"
    assert evidence["card_as_payment"] == "uji.pdf"
    assert show(world, (platform_id, "licences", agreement)) == ["move_not_allowed"]


def lines_of(platform_id: UUID) -> dict[UUID, str]:
    return {one.id: one.sha256 for one in queries.list_documents("platform", platform_id)}


def test_the_database_refuses_what_is_not_the_platforms_or_too_late(world: World, platform_id: UUID) -> None:
    own = document_of(world, platform_id)
    others = document_of(world, world.platforms["tokopedia"], "lain.pdf")
    insert = """
        INSERT INTO admission_documents (id, platform_id, criterion, document_id, shown_by, shown_at)
        VALUES (%s, %s, %s, %s, 'x', now())
    """
    assert refused(insert, uuid4(), platform_id, "licences", others) == "admission_document_is_the_platforms_own"
    assert refused(insert, uuid4(), platform_id, "cosiness", own) == "admission_criterion_is_known"
    assert refused(insert, uuid4(), world.platforms["tokopedia"], "licences", others) == "admission_is_open"
    assert show(world, (platform_id, "licences", own)) == ["ok"]
    assert refused(insert, uuid4(), platform_id, "licences", own) == "document_is_shown_once_for_a_criterion"

    edited = "UPDATE admission_documents SET criterion = 'province_reach'"
    assert refused(edited) == "admission_document_is_never_edited"
    assert refused("DELETE FROM admission_documents") == "admission_document_is_never_edited"
    assert db.value("SELECT count(*) FROM admission_documents WHERE platform_id = %s", [platform_id]) == 1
