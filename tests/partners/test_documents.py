"""SCHEME-06: the registry of documents: handed in once, shown to several platforms, reminded of, withdrawn."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from prakerja.access.messages import Courier, CourierSandbox, list_sandbox_letters
from prakerja.access.operations import UserRequest, create_users
from prakerja.access.operations.contacts import ContactRequest, register_contacts
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners import queries
from prakerja.partners.operations import (
    DocumentUpload,
    RegistrationRequest,
    RequirementSetRequest,
    publish_requirement_sets,
    remind_of_expiring_documents,
    save_registrations,
    submit_registrations,
    upload_documents,
    verify_registrations,
    withdraw_documents,
)
from tests.partners.papers import PDF
from tests.partners.world import ANSWERS, World, refused

LETTER = {"id": "letter", "kind": "accreditation", "text": {"id": "Surat", "en": "Letter"}, "valid_days_at_least": 90}


def upload(world: World, **changes: Any) -> UUID | None:  # noqa: ANN401 - fields of the request
    fields: dict[str, Any] = {
        "owner_role": "institution",
        "owner_id": world.institution_id,
        "kind": "accreditation",
        "file_name": "akreditasi.pdf",
        "content": PDF,
    }
    return upload_documents(world.context, [DocumentUpload(**{**fields, **changes})])[0].document_id


def wanted_by(world: World, *platforms: str, **changes: object) -> None:
    """These platforms want an accreditation letter from now on."""
    results = publish_requirement_sets(
        world.context,
        [
            RequirementSetRequest(
                platform_id=world.platforms[code],
                requirements=[],
                documents=[{**LETTER, **changes}],
                valid_from=world.context.today,
            )
            for code in platforms
        ],
    )
    assert {one.code.value for one in results} == {"ok"}


def apply(world: World, *platforms: str, **documents: UUID) -> list[UUID]:
    results = submit_registrations(
        world.context,
        [
            RegistrationRequest(
                platform_id=world.platforms[code],
                institution_id=world.institution_id,
                answers=ANSWERS,
                documents=documents,
            )
            for code in platforms
        ],
    )
    return [one.registration_id for one in results if one.registration_id is not None]


def test_refuses_uploads_in_order(world: World) -> None:
    today = world.context.today
    base: dict[str, Any] = {"owner_role": "institution", "owner_id": world.institution_id, "kind": "deed"}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"owner_id": uuid4()}, "partner_unknown"),
        ({"owner_role": "platform"}, "partner_unknown"),
        ({"kind": "poem"}, "kind_unknown"),
        ({"content": b"MZ"}, "file_refused"),
        ({"issued_date": today + timedelta(days=1)}, "dates_malformed"),
        ({"expires_date": today}, "dates_malformed"),
        ({"issued_date": today, "expires_date": today}, "dates_malformed"),
        ({"issued_date": today, "expires_date": today + timedelta(days=1)}, "ok"),
    ]
    requests = [DocumentUpload(**{"file_name": "akta.pdf", "content": PDF, **base, **changes}) for changes, _ in cases]
    results = upload_documents(world.context, requests)
    assert [one.code for one in results] == [code for _, code in cases]
    assert results[3].problem == "not_what_it_says"


def test_equal_bytes_are_kept_once_and_shown_to_two_platforms(world: World) -> None:
    """An institution applies to several platforms at once and reuses its documents."""
    wanted_by(world, "pintaria", "pijar")
    first, second = upload(world), upload(world, file_name="lagi.pdf")
    assert first is not None
    assert second is not None
    lines = queries.list_documents("institution", world.institution_id)
    assert [one.id for one in lines] == [second, first]
    assert lines[0].sha256 == lines[1].sha256
    # Nothing named: the newest of its kind. Named: that one.
    verified = verify_registrations(
        world.context, [*apply(world, "pintaria"), *apply(world, "pijar", letter=first)], regime=world.second
    )
    assert [one.code for one in verified] == ["ok", "ok"]
    assert {one.id: one.shown_to for one in queries.list_documents("institution", world.institution_id)} == {
        first: 1,
        second: 1,
    }
    assert queries.is_shown_to(first, world.platforms["pijar"])
    assert not queries.is_shown_to(first, world.platforms["pintaria"])
    assert queries.get_document_file(first).content == PDF


def test_a_document_that_is_missing_of_another_kind_or_too_old_is_unmet(world: World) -> None:
    today = world.context.today
    wanted_by(world, "pintaria", "pijar", "tokopedia", "bukalapak")
    deed = upload(world, kind="deed", file_name="akta.pdf")
    short = upload(world, expires_date=today + timedelta(days=89))
    assert deed is not None
    assert short is not None
    withdraw_documents(world.context, [short])
    unmet = {"pintaria": {}, "pijar": {"letter": deed}}
    for platform, documents in unmet.items():
        (result,) = verify_registrations(world.context, apply(world, platform, **documents), regime=world.second)
        assert (result.code, result.unmet) == ("requirements_unmet", ("document:letter",))
    upload(world, expires_date=today + timedelta(days=89))
    (result,) = verify_registrations(world.context, apply(world, "tokopedia"), regime=world.second)
    assert result.unmet == ("document:letter",)
    upload(world, expires_date=today + timedelta(days=90))
    (result,) = verify_registrations(world.context, apply(world, "bukalapak"), regime=world.second)
    assert result.code == "ok"


def test_a_document_may_be_wanted_from_some_only(world: World) -> None:
    wanted_by(world, "pijar", when={"question": "institution_kind", "is": "government"})
    (result,) = verify_registrations(world.context, apply(world, "pijar"), regime=world.second)
    assert result.code == "ok"


def test_nobody_shows_another_ones_document(world: World) -> None:
    wanted_by(world, "pijar")
    request = RegistrationRequest(
        platform_id=world.platforms["pijar"], institution_id=world.institution_id, documents={"letter": uuid4()}
    )
    assert save_registrations(world.context, [request])[0].code == "document_unknown"
    upload(world)
    apply(world, "pijar")
    statement = "UPDATE registration_documents SET document_id = %s"
    foreign = upload(world, owner_role="platform", owner_id=world.platforms["pijar"])
    assert refused(statement, foreign) == "shown_document_is_the_institutions_own"


def test_reminds_once_before_a_document_expires(world: World) -> None:
    context = world.context
    soon = upload(world, expires_date=context.today + timedelta(days=40))
    upload(world, expires_date=context.today + timedelta(days=400))
    assert remind(context) == []
    later = context.at(context.now + timedelta(days=10))
    assert remind(later) == [soon]
    assert remind(later) == []


def remind(context: Context, courier: Courier | None = None) -> list[UUID]:
    return remind_of_expiring_documents(context, courier, "{file} sampai {day}")


def test_the_owners_people_get_a_letter_and_nobody_else(world: World) -> None:
    """An institution's document and a platform's, each with one reader; without a courier the event stands alone."""
    context, platform_id = world.context, world.platforms["pijar"]
    create_users(
        context,
        [
            UserRequest("budi", "Budi", Role.INSTITUTION, partner_id=world.institution_id),
            UserRequest("sari", "Sari", Role.PLATFORM, partner_id=platform_id),
            UserRequest("toko", "Toko", Role.PLATFORM, partner_id=world.platforms["tokopedia"]),
        ],
    )
    for name in ("budi", "sari", "toko"):
        user = find_user(name)
        assert user is not None
        register_contacts(context, [ContactRequest(user.id, "email", f"{name}@contoh.example")])
    until = context.today + timedelta(days=20)
    upload(world, expires_date=until)
    upload(world, owner_role="platform", owner_id=platform_id, file_name="izin.pdf", expires_date=until)
    assert len(remind(context, CourierSandbox())) == 2
    sent = {name: list_sandbox_letters(("email", f"{name}@contoh.example")) for name in ("budi", "sari", "toko")}
    assert {name: [one.text for one in letters] for name, letters in sent.items()} == {
        "budi": [f"akreditasi.pdf sampai {until}"],
        "sari": [f"izin.pdf sampai {until}"],
        "toko": [],
    }
    third = upload(world, file_name="lain.pdf", content=PDF + b"lain", expires_date=until)
    assert remind(context) == [third]
    payloads = db.rows("SELECT payload ->> 'letters' FROM events WHERE kind = 'document.expires_soon'")
    assert sorted(row[0] for row in payloads) == ["0", "1", "1"]


def test_withdraws_own_documents_once_and_never_edits_them(world: World) -> None:
    document_id = upload(world)
    assert document_id is not None
    codes = [
        withdraw_documents(world.context, [document_id], owner_id=uuid4())[0].code,
        withdraw_documents(world.context, [document_id], owner_id=world.institution_id)[0].code,
        withdraw_documents(world.context, [document_id])[0].code,
    ]
    assert codes == ["document_unknown", "ok", "already_withdrawn"]
    for change in ("UPDATE documents SET kind = 'deed'", "DELETE FROM documents"):
        assert refused(change) == "document_is_never_edited"
    assert refused("UPDATE document_contents SET content = 'x'") == "content_is_what_its_hash_says"
