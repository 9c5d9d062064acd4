"""A platform shows the documents of its application; evaluators open them, nobody else; all read the result."""

import re
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.partners import queries
from prakerja.partners.operations import apply_platforms
from tests.partners.papers import PDF
from tests.partners.test_platforms import application
from tests.web.test_cooperation import Stage, page, post, stage

__all__ = ["stage"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def platform_id(stage: Stage) -> UUID:
    """A ninth platform, with a person of its own."""
    found = apply_platforms(stage.world.context, [application()])[0].platform_id
    assert found is not None
    create_users(stage.world.context, [UserRequest("ninth", "ninth", Role.PLATFORM, partner_id=found)])
    return found


def upload(client: Client, content: bytes = PDF, name: str = "izin.pdf", **more: str) -> str:
    file = SimpleUploadedFile(name, content)
    fields = {"criterion": "licences", "kind": "business_licence", **more}
    return post(client, "platform_admission", act="upload", file=file, **fields)


def test_from_the_application_to_the_public_page(stage: Stage, platform_id: UUID) -> None:
    ninth, office = stage.as_("ninth"), stage.as_("pmo-1")
    assert "belum dievaluasi" in page(ninth, "platform_admission")
    assert "Manajemen pelaksana melihat dokumen itu." in upload(ninth)
    (line,) = queries.list_admission_documents([platform_id])[platform_id]
    shown = page(office, "office_platform", platform_id)
    assert reverse("document_file", args=[line.document_id]) in shown
    assert "Ditunjukkan: izin.pdf. Jika dikosongkan, yang pertama dihitung." in shown
    answer = office.get(reverse("document_file", args=[line.document_id]))
    assert (answer.status_code, answer.content) == (200, PDF)
    words = ("province_reach", "works_with_institutions", "licences")
    for name, doubt in (("pmo-1", "kurang jelas"), ("pmo-2", "")):
        findings = {f"met-{word}": "no" if doubt and word == "licences" else "yes" for word in words}
        findings["note-licences"] = doubt
        post(stage.as_(name), "office_platform", platform_id, act="evaluate", **findings)
    assert "kurang: 1 orang. kurang jelas" in page(ninth, "platform_admission")
    # A second file for another criterion, from the registry.
    again = {"criterion": "works_with_institutions", "document_id": str(line.document_id)}
    assert "Manajemen pelaksana melihat" in post(ninth, "platform_admission", act="show", **again)
    assert "sudah ditunjukkan untuk kriteria ini" in post(ninth, "platform_admission", act="show", **again)
    assert "Pilih kriteria." in upload(ninth, criterion="cosiness")
    assert "Dokumen ditarik." in post(ninth, "platform_admission", act="withdraw", document_id=str(line.document_id))
    assert "ditarik" in page(office, "office_platform", platform_id)


def test_nobody_else_opens_it(stage: Stage, platform_id: UUID) -> None:
    upload(stage.as_("ninth"))
    (line,) = queries.list_admission_documents([platform_id])[platform_id]
    where = reverse("document_file", args=[line.document_id])
    assert stage.as_("ninth").get(where).status_code == 200
    assert [stage.as_(name).get(where).status_code for name in ("tokopedia", "institution")] == [404, 404]
    # Nor does anybody show it for another platform.
    again = {"act": "show", "criterion": "licences", "document_id": str(line.document_id)}
    answer = stage.as_("tokopedia").post(reverse("platform_admission"), again)
    assert answer.status_code == 422
    everything = queries.list_admission_documents(list(stage.world.platforms.values())).values()
    assert line.document_id not in {one.document_id for lines in everything for one in lines}


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"MZ\x90\x00", "izin.pdf", "Isi berkas tidak sesuai akhirannya."),
        (PDF + b" " * 5_300_000, "izin.pdf", "Berkas lebih besar dari 5 MB."),
        (b"MZ\x90\x00", "izin.exe", "Hanya PDF, JPEG, PNG, DOCX, dan XLSX yang diterima."),
    ],
)
def test_a_bad_file_says_why_and_is_not_kept(
    stage: Stage, platform_id: UUID, content: bytes, name: str, said: str
) -> None:
    assert said in upload(stage.as_("ninth"), content, name)
    assert queries.list_documents("platform", platform_id) == []


def test_what_a_recognition_rests_on_is_public(stage: Stage) -> None:
    """§8: criteria, evidence and what was found; nothing can be added, and no name of an evaluator is shown."""
    shown = page(Client(), "platform_terms", "tokopedia")
    assert "Dasar pengakuan" in shown
    assert "terpenuhi: 2 orang" in shown
    evidence = queries.get_platform_evidence(stage.world.platforms["tokopedia"])
    assert str(evidence["licences"]) in shown
    assert f"{evidence['province_reach']} provinsi" in shown
    own = page(stage.as_("tokopedia"), "platform_admission")
    assert "Tunjukkan dokumen baru" not in own
    assert "tidak ada yang ditambahkan lagi" in own


def test_the_page_has_a_ceiling_of_queries(
    stage: Stage, platform_id: UUID, django_assert_max_num_queries: object
) -> None:
    ninth = stage.as_("ninth")
    for number in range(6):
        upload(ninth, PDF + str(number).encode(), f"izin-{number}.pdf")
    assert find_user("ninth") is not None
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        assert ninth.get(reverse("platform_admission")).status_code == 200


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("platform_admission", "platform_admission"),
        ("platform_requirements", "platform_registrations"),
        ("propose_agreement", "proposals"),
        ("what_if", "proposals"),
        ("signing_keys", "proposals"),
    ],
)
def test_the_menu_shows_where_one_is(stage: Stage, name: str, entry: str) -> None:
    shown = page(stage.as_("tokopedia"), name)
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', shown) == [reverse(entry)]
