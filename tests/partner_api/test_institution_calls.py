from datetime import UTC, datetime, timedelta

import pytest

from prakerja.kit import db
from prakerja.learning.operations import AttendanceRequest, record_attendances
from prakerja.partners.models import Institution
from prakerja.programme.operations import set_programme_clock
from tests.partner_api.world import REDIRECT_URI, Caller, Shop, add_class, buy, issue_key

STATUS = "payment/redeem-code/status"
COMMIT = "payment/redeem-code/commit"
RESET = "payment/redeem-code/reset"


def test_status_before_and_after_commit(institution: Caller, shop: Shop) -> None:
    code = shop.redeem_codes[0]
    before = institution.data(STATUS, {"redeem_code": code})
    assert before == {
        "redeem_code": code,
        "course_code": "K-1",
        "invoice_code": "INV-0",
        "schedule_code": "J-1",
        "status": 0,
        "attendance_status": 0,
        "redeem_at": None,
        "dp_platform": "Platform",
        "schedule_start_end": "2020-09-01T03:30:00Z - 2020-09-02T06:30:00Z",
        "course_type": 1,
        "course_type_label": "Webinar",
        "course_learning_method": "online",
        "is_online_attendance": True,
        "sequence": 1,
    }
    committed = institution.data(COMMIT, {"redeem_code": code})
    assert committed == {**before, "status": 1, "redeem_at": "2020-09-01T03:00:00Z"}
    assert institution.data(STATUS, {"redeem_code": code, "sequence": None}) == committed
    assert institution.refusal(COMMIT, {"redeem_code": code}) == "ERRTRX40021"


@pytest.mark.parametrize(
    ("training_type", "mode", "label"),
    [(1, "online", "Webinar"), (2, "online", "Belajar Mandiri"), (3, "offline", "Tatap Muka")],
)
def test_status_names_the_kind_of_a_course(
    institution: Caller, platform: Caller, shop: Shop, training_type: int, mode: str, label: str
) -> None:
    starts_at = shop.world.context.now + timedelta(days=9)
    add_class(shop.world.context, shop.world, "7", starts_at=starts_at, mode=mode, training_type=training_type)
    buy(platform, shop, course_code="K-7", schedule_code="J-7")
    code = db.value("SELECT redeem_code FROM purchases WHERE invoice_code = 'TOKPED-0'")
    found = institution.data(STATUS, {"redeem_code": code})
    assert {name: found[name] for name in found if name.startswith(("course", "is_"))} == {
        "course_code": "K-7",
        "course_type": training_type,
        "course_type_label": label,
        "course_learning_method": mode,
        "is_online_attendance": mode == "online",
    }
    assert found["schedule_start_end"] == "2020-09-10T03:00:00Z - 2020-09-10T06:00:00Z"


def test_unknown_codes(institution: Caller, shop: Shop) -> None:
    for code in ("GHOPNYXUVMT0", "A", "GHOPNYXUVMTA", "x" * 100):
        assert institution.refusal(STATUS, {"redeem_code": code}) == "ERRTRX40020"
        assert institution.refusal(COMMIT, {"redeem_code": code}) == "ERRTRX40020"


def test_a_code_that_is_an_error_code_answers_that_error(institution: Caller, shop: Shop) -> None:
    assert institution.refusal(STATUS, {"redeem_code": "ERRTRX40101"}) == "ERRTRX40101"
    assert institution.refusal(COMMIT, {"redeem_code": "ERRTRX40001"}) == "ERRTRX40001"
    assert institution.refusal(STATUS, {"redeem_code": "ERRTRX99999"}) == "ERRTRX40020"


def test_a_voided_purchase(institution: Caller, platform: Caller, shop: Shop) -> None:
    platform.call("payment/void", {"invoice_code": "INV-0", "transaction_code": shop.transaction_codes[0]})
    code = shop.redeem_codes[0]
    assert institution.refusal(STATUS, {"redeem_code": code}) == "ERRTRX40101"
    assert institution.refusal(COMMIT, {"redeem_code": code}) == "ERRTRX40022"
    assert institution.refusal(RESET, {"redeem_code": f"PRAT-{code}"}) == "ERRTRX40022"


def test_outside_the_window(institution: Caller, platform: Caller, shop: Shop) -> None:
    buy(platform, shop)
    code = db.value("SELECT redeem_code FROM purchases WHERE invoice_code = 'TOKPED-0'")
    assert institution.refusal(COMMIT, {"redeem_code": code}) == "ERRTRX40027"
    asked = {"redeem_code": code, "redirect_uri": REDIRECT_URI, "email": "a@b.id"}
    assert institution.refusal("oauth/url-generate", asked) == "ERRTRX40027"


def test_a_test_code_is_put_back(institution: Caller, shop: Shop) -> None:
    code = f"PRAT-{shop.redeem_codes[0]}"
    assert institution.data(COMMIT, {"redeem_code": code})["redeem_code"] == code
    assert institution.data(RESET, {"redeem_code": code})["status"] == 0
    assert institution.data(COMMIT, {"redeem_code": code})["status"] == 1
    assert institution.refusal(RESET, {"redeem_code": shop.redeem_codes[0]}) == "ERRTRX40034"
    assert institution.refusal(RESET, {"redeem_code": "PRAT-X"}) == "ERRTRX40020"


def test_a_code_that_was_put_back_is_as_it_was_sold(institution: Caller, shop: Shop) -> None:
    who, code = shop.world.people[0], f"PRAT-{shop.redeem_codes[0]}"
    sold = institution.data(STATUS, {"redeem_code": code})
    named = {"redeem_code": code, "scope": "tpm", "sequence": 1}
    untouched = institution.data("tpm/submission/status", named)
    for number in range(1, 4):
        institution.data(COMMIT, {"redeem_code": code})
        attended = record_attendances(
            shop.world.context,
            [AttendanceRequest(who.lane, who.purchase_id, shop.world.institution_id, 1, "sandbox")],
        )
        assert attended[0].code == "ok"
        institution.data("tpm/submission", task(code))
        institution.data("tpm/feedback/submission", {**named, "notes": "Bagus"})
        assert institution.data(STATUS, {"redeem_code": code})["attendance_status"] == 1
        assert institution.data(RESET, {"redeem_code": code}) == sold
        assert institution.data(STATUS, {"redeem_code": code}) == sold
        assert institution.data("tpm/submission/status", named) == untouched
        assert institution.refusal("tpm/submission", task(code)) == "ERRTRX40030"
        # What happened stays in history.
        assert db.value("SELECT count(*) FROM attendances") == number
        assert db.value("SELECT count(*) FROM attendance_annulments") == number


def task(code: str, **changes: object) -> dict[str, object]:
    return {"redeem_code": code, "scope": "tpm", "sequence": 1, "url_file": "https://lpk.example.id/f/1.pdf", **changes}


def test_a_task_and_its_feedback(institution: Caller, shop: Shop) -> None:
    code = shop.redeem_codes[0]
    assert institution.refusal("tpm/submission", task(code)) == "ERRTRX40030"
    institution.data(COMMIT, {"redeem_code": code})
    named = {"redeem_code": code, "scope": "tpm", "sequence": 1}

    def parts() -> tuple[int, int]:
        data = institution.data("tpm/submission/status", named)
        assert data["assignment"] == {**named, "status": data["assignment"]["status"]}
        assert data["feedback"] == {**named, "status": data["feedback"]["status"]}
        return data["assignment"]["status"], data["feedback"]["status"]

    assert parts() == (0, 0)
    feedback = {**named, "notes": "Bagus,\nlanjutkan."}
    assert institution.refusal("tpm/feedback/submission", feedback) == "ERRTRX40035"
    handed_in = institution.data("tpm/submission", task(code))
    assert handed_in == {**task(code), "id": handed_in["id"], "status": 1}
    assert 0 < handed_in["id"] < 2**53
    assert parts() == (1, 0)
    assert institution.data("tpm/submission", task(code, url_file="https://lpk.example.id/2"))["id"] == handed_in["id"]
    given = institution.data("tpm/feedback/submission", feedback)
    assert given == {**feedback, "id": given["id"], "status": 2, "url_file": None}
    assert institution.data("tpm/feedback/submission", {**feedback, "url_file": ""}) == given
    assert parts() == (2, 2)
    assert institution.refusal("tpm/feedback/submission", {**feedback, "notes": "Lain"}) == "ERRTRX40036"
    assert institution.refusal("tpm/submission", task(code)) == "ERRTRX40036"
    assert institution.data("tpm/submission", task(code, scope="uk", sequence=999))["status"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "uk"},
        {"scope": "tpm", "sequence": 999},
        {"scope": "x"},
        {"sequence": 0},
        {"sequence": 1000},
        {"sequence": "1"},
        {"sequence": 1.0},
        {"url_file": "ftp://a/b"},
        {"url_file": "https://a b"},
    ],
)
def test_malformed_tasks(institution: Caller, shop: Shop, changes: dict[str, object]) -> None:
    assert institution.refusal("tpm/submission", task(shop.redeem_codes[0], **changes)) == "ERRPLT40004"


@pytest.mark.parametrize("sequence", [0, 11, 998, 1000])
def test_a_session_is_named_by_1_to_10_or_999(institution: Caller, shop: Shop, sequence: int) -> None:
    code = {"redeem_code": shop.redeem_codes[0]}
    wrong = {**code, "redirect_uri": REDIRECT_URI, "email": "a@b.id", "sequence": sequence}
    assert institution.refusal("oauth/url-generate", wrong) == "ERRPLT40004"
    assert institution.refusal(STATUS, {**code, "sequence": sequence}) == "ERRPLT40004"
    for known in (10, 999):
        status = institution.data(STATUS, {**code, "sequence": known})
        assert (status["sequence"], status["attendance_status"]) == (known, 0)


@pytest.mark.parametrize("sequence", [11, 998])
def test_practice_tasks_go_up_to_998(institution: Caller, shop: Shop, sequence: int) -> None:
    code = shop.redeem_codes[0]
    institution.data(COMMIT, {"redeem_code": code})
    assert institution.data("tpm/submission", task(code, sequence=sequence))["sequence"] == sequence


def test_an_address_for_the_presence_check(institution: Caller, shop: Shop) -> None:
    asked = {"redeem_code": shop.redeem_codes[0], "redirect_uri": REDIRECT_URI, "email": "Siti@lpk.id"}
    made = institution.data("oauth/url-generate", asked)
    assert made["url"].startswith("http://localhost:8000/hadir/")
    assert made["course"] == {"type": 1, "learning_method": "online"}
    assert len(made["state"]) == 40
    assert institution.data("oauth/url-generate", asked)["state"] != made["state"]
    other = {**asked, "redeem_code": shop.redeem_codes[1], "email": "siti@LPK.id"}
    assert institution.refusal("oauth/url-generate", other) == "ERRTRX40033"
    assert institution.refusal("oauth/url-generate", {**asked, "sequence": 3}) == "ERRTRX40031"
    # Session 2 is tomorrow, session 1 has redeemed nothing yet.
    assert institution.refusal("oauth/url-generate", {**asked, "sequence": 2}) == "ERRTRX40027"
    set_programme_clock(shop.world.context, shop.world.session_starts[1], machine_now=datetime.now(UTC))
    assert institution.refusal("oauth/url-generate", {**asked, "sequence": 2}) == "ERRTRX40030"


@pytest.mark.parametrize(
    "uri", ["https://lpk.example.id/hadir", "https://lpk.example.id/hadir?kelas=1&x=1", "https://jahat.example/"]
)
def test_only_a_registered_callback_is_taken(institution: Caller, shop: Shop, uri: str) -> None:
    asked = {"redeem_code": shop.redeem_codes[0], "redirect_uri": uri, "email": "a@b.id"}
    assert institution.refusal("oauth/url-generate", asked) == "ERRTRX40032"


def test_a_self_paced_course_has_one_session(institution: Caller, shop: Shop) -> None:
    db.execute("UPDATE courses SET training_type = 2 WHERE code = 'K-1'")
    db.execute("UPDATE schedules SET starts_at = starts_at - interval '1 hour' WHERE code = 'J-1'")
    db.execute("DELETE FROM sessions WHERE sequence = 2")
    asked = {"redeem_code": shop.redeem_codes[0], "redirect_uri": REDIRECT_URI, "email": "a@b.id"}
    assert institution.refusal("oauth/url-generate", {**asked, "sequence": 2}) == "ERRTRX40001"
    assert institution.data("oauth/url-generate", asked)["course"]["type"] == 2
    later = shop.world.session_starts[0] + timedelta(hours=20)
    set_programme_clock(shop.world.context, later, machine_now=datetime.now(UTC))
    assert institution.data("oauth/url-generate", asked)["course"]["type"] == 2


def test_another_institutions_code(institution: Caller, shop: Shop, base_url: str) -> None:
    context = shop.world.context
    other_id = context.uuid()
    Institution.objects.create(
        id=other_id,
        code="lpk-lain",
        name="LPK Lain",
        kind="private",
        province_code="32",
        state="decreed",
        owner_entity="PT Lain",
        sample=True,
        created_at=context.now,
        decree_number="SK-2",
        decreed_at=context.now,
    )
    other = Caller(base_url, issue_key(context, "institution", other_id))
    code = shop.redeem_codes[0]
    for path in (STATUS, COMMIT):
        assert other.refusal(path, {"redeem_code": code}) == "ERRTRX40028"
    assert other.refusal(RESET, {"redeem_code": f"PRAT-{code}"}) == "ERRTRX40028"
    assert other.refusal("tpm/submission", task(code)) == "ERRTRX40028"
    other.http.close()


def test_an_expired_purchase(institution: Caller, shop: Shop) -> None:
    db.execute("UPDATE purchases SET state = 'expired', closed_at = paid_at WHERE state = 'paid'")
    code = shop.redeem_codes[0]
    assert institution.refusal(STATUS, {"redeem_code": code}) == "ERRTRX40029"
    assert institution.refusal(COMMIT, {"redeem_code": code}) == "ERRTRX40029"
    assert institution.refusal(RESET, {"redeem_code": f"PRAT-{code}"}) == "ERRTRX40029"
    assert institution.refusal("tpm/submission", task(code)) == "ERRTRX40029"
