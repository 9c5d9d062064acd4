"""An institution joins three platforms and sells on two; a ninth platform by pages alone; sanctions from both sides."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners import queries
from prakerja.partners.conflict_queries import list_ties
from prakerja.partners.models import AgreementPaper
from prakerja.partners.operations import (
    RequirementSetRequest,
    publish_requirement_sets,
)
from prakerja.partners.operations.owners import reviewer_node
from tests.partners.papers import PDF
from tests.partners.world import World, make_world
from tests.web.nation import Nation
from tests.web.people import Cast, set_clock

pytestmark = pytest.mark.django_db


class Stage:
    """The sample platforms, one institution that nobody knows yet, and users of every side."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.users = {
            "institution": (Role.INSTITUTION, world.institution_id),
            **{code: (Role.PLATFORM, platform_id) for code, platform_id in world.platforms.items()},
            "pmo-1": (Role.PROGRAMME_OFFICE, None),
            "pmo-2": (Role.PROGRAMME_OFFICE, None),
            "signer": (Role.APPROVER, None),
        }
        create_users(
            world.context,
            [UserRequest(name, name, role, partner_id=partner_id) for name, (role, partner_id) in self.users.items()],
        )

    def as_(self, name: str) -> Client:
        """A browser in which somebody has signed in."""
        client = Client()
        user = find_user(name)
        assert user is not None
        client.force_login(user)
        return client


@pytest.fixture
def stage(context: Context) -> Stage:
    world = make_world(context)
    set_clock(context)
    return Stage(world)


def post(client: Client, where: str, /, *args: object, **data: object) -> str:
    """Send a form and follow; the page that comes."""
    answer = client.post(reverse(where, args=args), data, follow=True)
    return answer.content.decode()


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


ANSWERS = {
    "licence_number": "123/2020",
    "curriculum": "SKKNI",
    "attendance_system": "yes",
    "certified_trainers": "3",
    "accreditation": "A",
    "premises_checked": "yes",
    "delivery.online": "yes",
    "delivery.offline": "yes",
}


def apply(client: Client, platform_id: UUID, **changes: str) -> str:
    return post(client, "institution_application", platform_id, act="submit", **{**ANSWERS, **changes})


def decide(stage: Stage, platform: str) -> str:
    client = stage.as_(platform)
    (line,) = queries.list_registration_queue(stage.world.platforms[platform])
    assert "Periksa dan verifikasi" in page(client, "platform_registration", line.registration_id)
    return post(client, "platform_registration", line.registration_id, act="verify")


def public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def sign(client: Client, proposal_id: UUID, key: Ed25519PrivateKey) -> str:
    """Download the text, sign it offline, upload the signature."""
    text = client.get(reverse("proposal_text", args=[proposal_id])).content
    content = json.dumps({"public_key": public(key), "signature": key.sign(text).hex()}).encode()
    file = SimpleUploadedFile("agreement.sig.json", content)
    return post(client, "proposal", proposal_id, act="sign", signature=file)


def test_an_institution_joins_three_platforms_and_sells_on_two(stage: Stage) -> None:
    world = stage.world
    institution = stage.as_("institution")
    publish_requirement_sets(
        world.context,
        [
            RequirementSetRequest(
                platform_id=world.platforms["pijar"],
                requirements=[],
                documents=[{"id": "izin", "kind": "business_licence", "text": {"id": "Surat izin", "en": "Licence"}}],
                valid_from=world.context.today,
            )
        ],
    )
    assert "belum mendaftar" in page(institution, "institution_platforms")

    # Three applications; the document is handed in once; the third platform asks for more than is there.
    file = SimpleUploadedFile("izin.pdf", PDF)
    assert "sudah masuk daftar" in post(
        institution, "institution_documents", act="upload", kind="business_licence", file=file
    )
    assert "Terkirim ke Tokopedia." in apply(institution, world.platforms["tokopedia"])
    assert "Terkirim ke Pijar Mahir." in apply(institution, world.platforms["pijar"])
    assert "Terkirim ke Skill Academy." in apply(institution, world.platforms["skillacademy"], certified_trainers="1")
    for platform in ("tokopedia", "pijar"):
        assert "terverifikasi, belum ada perjanjian" in decide(stage, platform)
    assert "Ditolak: tidak semua persyaratan terpenuhi." in decide(stage, "skillacademy")
    refused = page(institution, "institution_application", world.platforms["skillacademy"])
    assert "Belum terpenuhi: Paling sedikit 2 pengajar bersertifikat" in refused
    found = page(institution, "institution_platforms")
    assert found.count("terverifikasi, belum ada perjanjian") == 2

    # Two agreements: the platform proposes, both sides sign with keys of their own.
    keys = {name: Ed25519PrivateKey.generate() for name in ("institution", "tokopedia", "pijar")}
    for name, key in keys.items():
        assert "Kunci terdaftar." in post(
            stage.as_(name), "signing_keys", act="register", label="utama", public_key=public(key)
        )
    for platform in ("tokopedia", "pijar"):
        client = stage.as_(platform)
        terms = {"institution": str(world.institution_id), "from": world.context.today.isoformat(), "term": "14"}
        too_dear = post(client, "propose_agreement", act="propose", fee_kind="share", fee="15,01", **terms)
        assert "Biaya melampaui batas (FEE-01)." in too_dear
        assert 'value="15,01"' in too_dear or ">15,01</textarea>" in too_dear
        proposed = post(client, "propose_agreement", act="propose", fee_kind="share", fee="12,5", **terms)
        assert "Diusulkan. Sekarang kedua pihak menandatangani." in proposed
        (line,) = queries.list_proposals("platform", world.platforms[platform])
        assert "Tanda tangan Anda sah." in sign(client, line.id, keys[platform])
        assert "Kunci ini tidak terdaftar atas nama Anda." in sign(institution, line.id, keys[platform])
        assert "perjanjian terbentuk" in sign(institution, line.id, keys["institution"])
        paper = institution.get(reverse("proposal_paper", args=[line.id, "id"])).content
        assert paper.startswith(b"%PDF-")
        # Equal data, equal bytes: the hash that was kept when it was signed is the one of the paper.
        assert db.value(
            "SELECT sha256 = sha256(%s::bytea) FROM agreement_papers WHERE proposal_id = %s AND language = 'id'",
            [paper, line.id],
        )
    assert AgreementPaper.objects.count() == 4

    # The programme office takes its steps; then the institution sells on two platforms.
    assert "sudah di manajemen pelaksana" in post(institution, "institution_admission", act="submit")
    admit(stage)
    found = page(institution, "institution_platforms")
    assert found.count("dalam perjanjian") == 2
    in_force = queries.list_agreements(institution_id=world.institution_id, on=world.context.today)
    assert {one.platform_id for one in in_force} == {world.platforms["tokopedia"], world.platforms["pijar"]}
    assert queries.get_institution(world.institution_id).state == "decreed"


def admit(stage: Stage) -> None:
    """Every step by the one who was drawn, the decree by somebody else."""
    institution_id = stage.world.institution_id
    names = ("pmo-1", "pmo-2", "signer")
    reviewed = set()
    for _ in range(4):
        step = queries.list_admission_steps(institution_id)[-1]
        name = step.reviewer.removeprefix("staff:")
        other = next(one for one in names if one != name)
        assert "Keputusan Anda" not in page(stage.as_(other), "office_institution", institution_id)
        assert "Keputusan Anda" in page(stage.as_(name), "office_institution", institution_id)
        reviewed.add(name)
        post(stage.as_(name), "office_institution", institution_id, act="pass", text="berkas.pdf")
    for name in names:
        answer = post(stage.as_(name), "office_institution", institution_id, act="decree", number="SK-9")
        if name in reviewed:
            assert "Harus orang lain" in answer
            continue
        assert "ditetapkan" in answer
        return
    # Everybody has reviewed a step: somebody else of the office signs.
    create_users(stage.world.context, [UserRequest("signer-2", "signer-2", Role.APPROVER)])
    assert "ditetapkan" in post(
        stage.as_("signer-2"), "office_institution", institution_id, act="decree", number="SK-9"
    )


def test_a_ninth_platform_takes_its_steps_by_pages(stage: Stage) -> None:
    """SCHEME-07: application, two evaluations, memorandum, agreement; each step asks for what it needs."""
    first, second = stage.as_("pmo-1"), stage.as_("pmo-2")
    application = {"code": "belajarin", "name": "Belajarin", "kind": "private", "modes": "both", "owner": "PT B"}
    assert "Tulis jumlah hari" in post(first, "office_new_platform", act="apply", term="x", **application)
    assert "Permohonan dimasukkan." in post(first, "office_new_platform", act="apply", term="14", **application)
    found = queries.find_platform("belajarin")
    assert found is not None

    def step(client: Client, **data: str) -> str:
        return post(client, "office_platform", found.id, **data)

    words = ("province_reach", "works_with_institutions", "licences")
    findings = {f"met-{word}": "yes" for word in words}
    assert "Diputuskan dan dicatat." in step(first, act="evaluate", **findings)
    assert "Anda sudah mengevaluasi platform ini." in step(first, act="evaluate", **findings)
    evidence = {f"evidence-{word}": "23" if word == "province_reach" else "izin.pdf" for word in words}
    assert "Dua orang harus menyetujuinya dulu" in step(first, act="move", **evidence)
    assert "Diputuskan dan dicatat." in step(second, act="evaluate", **findings)
    assert "Bukti belum ada (PLAT-01)" in step(first, act="move")
    assert "Diputuskan dan dicatat." in step(first, act="move", **evidence)
    step(first, act="move")
    step(first, act="move", **{"evidence-office_agreement": "pks.pdf"})
    assert "Pemeriksaan otomatis belum lulus" in step(first, act="move", **{"evidence-card_as_payment": "uji.pdf"})
    # The way on goes by the platform's own calls: `test_from_nothing` walks it.
    assert Client().get(reverse("platform_terms", args=["belajarin"])).status_code == 404


def test_a_platform_says_what_it_asks(stage: Stage) -> None:
    platform, today = stage.as_("pijar"), stage.world.context.today.isoformat()
    asked = {"id": "izin", "question": "licence_number", "test": "answered", "text_id": "Izin", "text_en": "Licence"}
    assert "Versi 2 diterbitkan." in post(platform, "platform_requirements", act="add", **{**asked, "from": today})
    bad = {**asked, "id": "guru", "question": "certified_trainers", "test": "at_least", "value": "dua"}
    assert "Nilai ini tidak cocok" in post(platform, "platform_requirements", act="add", **{**bad, "from": today})
    form = page(stage.as_("institution"), "institution_application", stage.world.platforms["pijar"])
    assert "Nomor izin usaha atau izin lembaga" in form


def test_answers_and_drafts_stay(stage: Stage) -> None:
    institution, platform_id = stage.as_("institution"), stage.world.platforms["bukalapak"]
    saved = post(institution, "institution_application", platform_id, act="save", curriculum="SKKNI 2019")
    assert "Tersimpan untuk Bukalapak." in saved
    assert 'value="SKKNI 2019"' in page(institution, "institution_application", platform_id)
    # The same question on another platform knows the answer already.
    other = page(institution, "institution_application", stage.world.platforms["tokopedia"])
    assert 'value="SKKNI 2019"' in other
    wrong = apply(institution, platform_id, certified_trainers="1,5")
    assert "<title>Kesalahan: " in wrong
    assert 'value="1,5"' in wrong
    assert "Jawaban ini tidak terbaca." in wrong


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("izin.pdf", b"MZ\x90\x00", "Isi berkas tidak sesuai akhirannya."),
        ("izin.exe", b"MZ\x90\x00", "Hanya PDF, JPEG, PNG, DOCX, dan XLSX yang diterima."),
        ("izin.pdf", PDF + b" " * 5_300_000, "Berkas lebih besar dari 5 MB."),
    ],
)
def test_a_bad_file_says_why(stage: Stage, name: str, content: bytes, sentence: str) -> None:
    file = SimpleUploadedFile(name, content)
    found = post(stage.as_("institution"), "institution_documents", act="upload", kind="deed", file=file)
    assert sentence in found


def test_a_document_is_sent_only_to_whom_it_is_shown(stage: Stage) -> None:
    institution = stage.as_("institution")
    post(institution, "institution_documents", act="upload", kind="deed", file=SimpleUploadedFile("a.pdf", PDF))
    (line,) = queries.list_documents("institution", stage.world.institution_id)
    where = reverse("document_file", args=[line.id])
    answer = institution.get(where)
    assert (answer.content, answer.headers["Content-Disposition"]) == (PDF, 'attachment; filename="a.pdf"')
    assert stage.as_("tokopedia").get(where).status_code == 404
    assert stage.as_("pmo-1").get(where).status_code == 200
    assert "Dokumen ditarik." in post(institution, "institution_documents", act="withdraw", document_id=str(line.id))


def test_a_case_from_notice_to_appeal(stage: Stage) -> None:
    institution, world = stage.as_("institution"), stage.world
    apply(institution, world.platforms["tokopedia"])
    notice = {"kind": "warning", "institution": "lpk-maju", "rule": "LEARN-04", "notice": "Kelas kosong"}
    assert "Tidak ada lembaga dengan kode itu." in post(
        stage.as_("pmo-1"), "office_new_sanction", act="notice", **{**notice, "institution": "nobody"}
    )
    assert "Pemberitahuan diberikan." in post(stage.as_("pmo-1"), "office_new_sanction", act="notice", **notice)
    (case,) = queries.list_sanctions()
    office = ("office_sanction", case.id)
    assert "Harus orang lain" in post(stage.as_("pmo-1"), *office, act="impose", reason="x")
    assert "masih punya waktu" in post(stage.as_("pmo-2"), *office, act="impose", reason="x")
    assert "Kelas kosong" in page(institution, "own_sanction", case.id)
    assert stage.as_("tokopedia").get(reverse("own_sanction", args=[case.id])).status_code == 404
    assert "Kata Anda dicatat." in post(institution, "own_sanction", case.id, act="answer", text="Kami keliru")
    assert "Diputuskan dan dicatat." in post(stage.as_("pmo-2"), *office, act="impose", reason="Terbukti")
    assert "Kata Anda dicatat." in post(institution, "own_sanction", case.id, act="appeal", text="Kami keberatan")
    assert "Harus orang lain" in post(stage.as_("pmo-2"), *office, act="lift", reason="x")
    assert "Diputuskan dan dicatat." in post(stage.as_("signer"), *office, act="lift", reason="Bukti lemah")
    assert queries.get_sanction(case.id).state == "lifted"


def test_a_course_is_suspended_by_a_case_and_sold_again(client: Client, nation: Nation, cast: Cast) -> None:
    course = db.row("SELECT id, code FROM courses WHERE title = 'Barista dasar'")
    assert course is not None

    def sent(role: Role, where: str, *args: object, **data: str) -> str:
        client.force_login(cast.user(role))
        return post(client, where, *args, **data)

    notice = {"kind": "course_suspension", "institution": "lpk-maju", "course": course[1], "rule": "COURSE-01"}
    sent(Role.PROGRAMME_OFFICE, "office_new_sanction", act="notice", notice="Lebih mahal", evidence="a.pdf", **notice)
    (case,) = queries.list_sanctions()
    sent(Role.INSTITUTION, "own_sanction", case.id, act="answer", text="Akan kami turunkan")
    sent(Role.APPROVER, "office_sanction", case.id, act="impose", reason="Terbukti")
    assert state_of(course[0]) == "suspended"
    answer = sent(Role.PROGRAMME_OFFICE, "office_sanction", case.id, act="lift", reason="Sudah turun")
    assert "Harus orang lain" in answer
    sent(Role.APPROVER, "office_sanction", case.id, act="lift", reason="Sudah turun")
    assert state_of(course[0]) == "approved"


def state_of(course_id: UUID) -> str:
    return str(db.value("SELECT state FROM courses WHERE id = %s", [course_id]))


def test_a_revoked_key_signs_nothing(stage: Stage) -> None:
    key = Ed25519PrivateKey.generate()
    client = stage.as_("institution")
    post(client, "signing_keys", act="register", public_key=public(key))
    assert "Kunci ini sudah terdaftar." in post(client, "signing_keys", act="register", public_key=public(key))
    assert "Ini bukan kunci publik" in post(client, "signing_keys", act="register", public_key="zz")
    (line,) = queries.list_party_keys("institution", stage.world.institution_id)
    assert "Kunci dicabut." in post(client, "signing_keys", act="revoke", key_id=str(line.id))


def test_public_terms_of_a_platform(stage: Stage) -> None:
    found = page(Client(), "platform_terms", "sisnaker")
    assert "tanpa biaya" in found.lower()
    assert "Terakreditasi, atau lembaga pemerintah" in found
    assert "Ketentuan ini contoh" in found
    later = stage.world.context.now + timedelta(days=1)
    set_clock(stage.world.context.at(later))
    assert Client().get(reverse("platform_terms", args=["nobody"])).status_code == 404


@pytest.mark.parametrize("name", ["office_institutions", "office_platforms", "office_sanctions"])
def test_queues_of_the_office_cost_the_same_for_ten_times_the_rows(
    stage: Stage, name: str, django_assert_max_num_queries: object
) -> None:
    from prakerja.partners.operations import InstitutionRequest, register_institutions

    client = stage.as_("pmo-1")
    requests = [
        InstitutionRequest(code=f"lpk-{n}", name=f"LPK {n}", kind="private", province_code="32", owner_entity=f"PT {n}")
        for n in range(30)
    ]
    register_institutions(stage.world.context, requests)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get(reverse(name))


CEILINGS = {
    "institution_platforms": 10,
    "institution_application": 13,
    "institution_documents": 10,
    "institution_record": 10,
    "institution_admission": 10,
    "proposals": 10,
    "own_sanctions": 10,
}


@pytest.mark.parametrize("name", list(CEILINGS))
def test_pages_of_an_institution_have_a_ceiling_of_queries(
    stage: Stage, name: str, django_assert_max_num_queries: object
) -> None:
    """Also when it has applied everywhere."""
    client = stage.as_("institution")
    for platform_id in stage.world.platforms.values():
        apply(client, platform_id, certified_trainers="1")
    args = [stage.world.platforms["sekolahmu"]] if name == "institution_application" else []
    with django_assert_max_num_queries(CEILINGS[name]):  # type: ignore[operator]
        assert client.get(reverse(name, args=args)).status_code == 200


def test_a_partner_says_who_stands_behind_it_and_the_office_adds_what_registers_say(stage: Stage) -> None:
    institution, office, world = stage.as_("institution"), stage.as_("pmo-1"), stage.world
    assert "Belum ada yang tercatat." in page(institution, "own_ties")
    owner = {"name": "Siti Aminah", "value": "99.1201.1708450001", "source": "akta 12", "from": "2015-03-01"}
    wrong = post(institution, "own_tie_new", "owner", act="add", **{**owner, "value": "99"})
    assert "<title>Kesalahan: " in wrong
    assert 'value="Siti Aminah"' in wrong
    assert "Sudah dicatat." in post(institution, "own_tie_new", "owner", act="add", **owner)
    assert "Ini sudah tercatat." in post(institution, "own_tie_new", "owner", act="add", **owner)
    account = {"bank": "BRI", "value": "0012 3456 7890", "source": "buku tabungan"}
    assert "Sudah dicatat." in post(institution, "own_tie_new", "bank_account", act="add", **account)
    tax = {"value": "01.234.567.8-901.000", "source": "kartu NPWP"}
    assert "Sudah dicatat." in post(institution, "own_tie_new", "tax_number", act="add", **tax)
    found = page(institution, "own_ties")
    assert "Siti Aminah" in found
    assert "1 Maret 2015" in found
    # No number is shown but for its end, on no page.
    assert "9912011708450001" not in found
    assert "••• 7890" in found
    record = page(institution, "institution_record")
    assert record.count("Ya") >= 2  # tax number and account on record

    # The platform belongs to the same person, by the register of companies: the office adds it.
    platform = ("platform", world.platforms["tokopedia"])
    assert "Sudah dicatat." in post(office, "office_tie_new", *platform, "director", act="add", **owner)
    assert "Siti Aminah" in page(office, "office_ties", "institution", world.institution_id)
    apply(institution, world.platforms["tokopedia"])
    decide(stage, "tokopedia")
    reported = page(institution, "institution_application", world.platforms["tokopedia"])
    assert "Dilaporkan ke manajemen pelaksana (PLAT-02): pengurus → pemilik." in reported

    # Nobody ends what is another's; the own is ended with a day and a reason.
    (line,) = [one for one in list_ties(world.institution_id) if one.kind == "owner"]
    assert stage.as_("tokopedia").get(reverse("own_tie_end", args=[line.id])).status_code == 404
    assert "Tulis alasan berakhirnya" in post(institution, "own_tie_end", line.id, act="end", until="2020-08-03")
    ended = post(institution, "own_tie_end", line.id, act="end", until="2020-08-03", reason="saham dijual")
    assert "berakhir pada 3 Agustus 2020" in ended


def test_who_judges_declares_the_own_interests_and_nobody_elses(stage: Stage) -> None:
    office, other = stage.as_("pmo-1"), reviewer_node("staff:pmo-2")
    assert "Pernyataan kepentingan Anda" in page(office, "office_holders")
    mine = ("reviewer", reviewer_node("staff:pmo-1"))
    phone = {"value": "0812 3456 7890", "source": "pernyataan sendiri"}
    assert "Sudah dicatat." in post(office, "office_tie_new", *mine, "phone", act="add", **phone)
    assert office.get(reverse("office_ties", args=["reviewer", other])).status_code == 404
    # A company that is no partner, by its number.
    found = office.post(reverse("office_holders"), {"act": "look", "number": "02.345.678.9-012.000"}, follow=True)
    assert "Perusahaan atau orang di balik mitra" in found.content.decode()
    assert "Tulis 15 atau 16 digit." in post(office, "office_holders", act="look", number="12")
