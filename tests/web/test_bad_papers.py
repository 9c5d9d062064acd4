"""Bad input of the cooperation on pages: revoked keys, changed requirements, false papers; nothing is lost."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile

from prakerja.partners import queries
from prakerja.partners.contracts import agreement_hash
from prakerja.partners.operations import InstitutionRequest, register_institutions
from prakerja.web.agreement_paper import paper_content
from tests.partners.papers import PDF, office
from tests.web.test_cooperation import ANSWERS, Stage, apply, decide, page, post, public, sign, stage

__all__ = ["stage"]
pytestmark = pytest.mark.django_db


def proposed(stage: Stage, keys: dict[str, Ed25519PrivateKey]) -> queries.ProposalLine:
    """Terms between Tokopedia and the institution that wait for both signatures."""
    world = stage.world
    apply(stage.as_("institution"), world.platforms["tokopedia"])
    decide(stage, "tokopedia")
    for name, key in keys.items():
        registered = {"act": "register", "label": "utama", "public_key": public(key)}
        assert "Kunci terdaftar." in post(stage.as_(name), "signing_keys", **registered)
    terms = {"institution": str(world.institution_id), "from": world.context.today.isoformat(), "term": "14"}
    post(stage.as_("tokopedia"), "propose_agreement", act="propose", fee_kind="share", fee="12,5", **terms)
    (line,) = queries.list_proposals("platform", world.platforms["tokopedia"])
    return line


def test_a_revoked_key_signs_nothing_and_the_proposal_waits_for_another(stage: Stage) -> None:
    keys = {name: Ed25519PrivateKey.generate() for name in ("tokopedia", "institution")}
    line = proposed(stage, keys)
    institution = stage.as_("institution")
    (mine,) = queries.list_party_keys("institution", stage.world.institution_id)
    revoked = post(institution, "signing_keys", act="revoke", key_id=str(mine.id))
    assert "dicabut" in revoked
    assert "Kunci ini sudah dicabut." in sign(institution, line.id, keys["institution"])
    # Nothing is lost: the other side signs, another key of the own side signs, the agreement is made.
    assert "Tanda tangan Anda sah." in sign(stage.as_("tokopedia"), line.id, keys["tokopedia"])
    other = Ed25519PrivateKey.generate()
    post(institution, "signing_keys", act="register", label="kedua", public_key=public(other))
    assert "perjanjian terbentuk" in sign(institution, line.id, other)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_paper_says_the_hash_of_the_text_that_is_signed(stage: Stage, language: str) -> None:
    keys = {name: Ed25519PrivateKey.generate() for name in ("tokopedia", "institution")}
    found = queries.get_proposal(proposed(stage, keys).id)
    assert found.sha256 == agreement_hash(found.canonical).hex()
    paper = paper_content(found, language)
    assert (paper["language"], paper["hash"]) == (language, found.sha256)


def test_an_application_that_is_open_keeps_the_requirements_it_was_opened_with(stage: Stage) -> None:
    """The platform asks for more meanwhile: who has begun is judged by what was asked, who begins now by what is."""
    world, institution = stage.world, stage.as_("institution")
    platform_id, today = world.platforms["tokopedia"], world.context.today
    assert "Tersimpan untuk Tokopedia." in post(
        institution, "institution_application", platform_id, act="save", **ANSWERS
    )
    asked = {
        "id": "guru",
        "question": "certified_trainers",
        "test": "at_least",
        "value": "10",
        "text_id": "Sepuluh pengajar",
        "text_en": "Ten trainers",
        "from": today.isoformat(),
    }
    assert "Versi 2 diterbitkan." in post(stage.as_("tokopedia"), "platform_requirements", act="add", **asked)
    form = page(institution, "institution_application", platform_id)
    assert "Sepuluh pengajar" not in form
    assert "123/2020" in form
    assert "Terkirim ke Tokopedia." in apply(institution, platform_id)
    assert "terverifikasi, belum ada perjanjian" in decide(stage, "tokopedia")
    (other,) = register_institutions(
        world.context,
        [
            InstitutionRequest(
                code="lpk-baru", name="LPK Baru", kind="private", province_code="32", owner_entity="PT Baru"
            )
        ],
    )
    assert other.institution_id is not None
    found = queries.find_requirement_set(platform_id, on=today + timedelta(days=1))
    assert found is not None
    assert found.version == 2


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("izin.pdf", b"", "Berkas kosong."),
        ("izin.png", PDF, "Isi berkas tidak sesuai akhirannya."),
        ("izin.pdf", PDF[:40], "Berkas rusak atau tidak lengkap."),
        ("izin.docx", office(bom=b"\x00" * 5_000_000), "Berkas ini mengembang"),
        ("izin.docx", office(word__vbaProject_dot_bin=b"x"), "makro"),
    ],
)
@pytest.mark.parametrize("where", ["institution_documents", "own_account"])
def test_a_paper_that_is_not_what_it_says_is_taken_nowhere(
    stage: Stage, where: str, name: str, content: bytes, sentence: str
) -> None:
    typed = {
        "institution_documents": {"act": "upload", "kind": "bank_account"},
        "own_account": {"act": "enter", "bank": "BRI", "holder": "PT Maju", "number": "001234567890"},
    }[where]
    shown = post(stage.as_("institution"), where, file=SimpleUploadedFile(name, content), **typed)
    assert sentence in shown
    assert queries.list_documents("institution", stage.world.institution_id) == []
