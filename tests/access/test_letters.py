"""Letters leave their box: with what they speak of, codes first, up the ladder, and nothing is kept behind them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connections

from prakerja.access.carriers import Carried, Carrier, Fate, Outgoing, SmsCarrier, SmtpCarrier
from prakerja.access.errors import SendCode
from prakerja.access.messages import CourierSandbox, Letter, LetterBox, find_courier
from prakerja.access.operations.codes import CODE_LIFE, CodeRequest, send_codes
from prakerja.access.operations.letters import KEPT, LADDER, Delivered, deliver_letters, sweep_letters
from prakerja.access.queries import list_letter_counts
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field
from prakerja.kit.ids import SeededIds
from prakerja.kit.settings import Settings
from tests.access.providers import Gateway, MailServer, running
from tests.kit.test_settings import PRODUCTION

NOW = datetime(2020, 8, 1, 3, tzinfo=UTC)
BOTH = frozenset({"email", "phone"})


class Told(Carrier):
    """Carries nothing, answers as it is told, and notes what it was given."""

    def __init__(self, *fates: Carried) -> None:
        self.fates = list(fates) or [Carried(Fate.SENT)]
        self.given: list[Outgoing] = []

    def carry(self, letters: Sequence[Outgoing]) -> list[Carried]:
        self.given += letters
        return [self.fates[min(n, len(self.fates) - 1)] for n in range(len(letters))]


@pytest.fixture
def clerk(db: None) -> Context:
    return Context("system:worker", NOW, SeededIds("letters"))


def put(clerk: Context, *letters: Letter, at: datetime = NOW) -> None:
    with db.transaction():
        LetterBox(BOTH).send(letters, ids=clerk.ids, machine_now=at)


def to(number: int, kind: str = "email", **more: datetime) -> Letter:
    contact = f"orang{number}@contoh.id" if kind == "email" else f"0812-1111-{number:04}"
    return Letter(kind, contact, f"Isi surat {number}", **more)


def deliver(
    clerk: Context,
    at: datetime = NOW,
    most: int = 200,
    *,
    email: Carrier | None = None,
    phone: Carrier | None = None,
) -> Delivered:
    carriers = {kind: carrier for kind, carrier in (("email", email), ("phone", phone)) if carrier is not None}
    return deliver_letters(clerk, carriers, machine_now=at, most=most)


def letters() -> list[tuple[object, ...]]:
    erased = "contact_cipher IS NULL, text_cipher IS NULL"
    return db.rows(f"SELECT kind, state, tries, fault, {erased} FROM letters ORDER BY id")


def test_a_letter_lies_encrypted_in_the_box_and_nothing_is_left_of_it(clerk: Context) -> None:
    put(clerk, to(1), to(2, "phone"))
    ((key, contact, text),) = db.rows("SELECT id, contact_cipher, text_cipher FROM letters WHERE kind = 'phone'")
    assert decrypt_field(contact, table="letters", column="contact_cipher", row_id=key) == "6281211110002"
    assert decrypt_field(text, table="letters", column="text_cipher", row_id=key) == "Isi surat 2"
    assert db.value("SELECT count(*) FROM letters WHERE letters::text ~ 'contoh|Isi'") == 0
    mail, sms = Told(), Told()
    assert deliver(clerk, email=mail, phone=sms) == Delivered(sent=2)
    assert [(one.to, one.text) for one in mail.given + sms.given] == [
        ("orang1@contoh.id", "Isi surat 1"),
        ("6281211110002", "Isi surat 2"),
    ]
    assert letters() == [("email", "sent", 1, "", True, True), ("phone", "sent", 1, "", True, True)]
    assert deliver(clerk, email=mail, phone=sms) == Delivered()
    assert db.value("SELECT count(*) FROM events") == 0


def test_no_letter_goes_out_about_what_did_not_happen(clerk: Context) -> None:
    def send_and_fail() -> None:
        with db.transaction():
            LetterBox(BOTH).send([to(1)], ids=clerk.ids, machine_now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        send_and_fail()
    assert letters() == []


def test_up_the_ladder_to_its_end(clerk: Context) -> None:
    put(clerk, to(1))
    busy = Told(Carried(Fate.LATER, "smtp_451"))
    at = NOW
    for number, wait in enumerate(LADDER, start=1):
        assert deliver(clerk, at, email=busy) == Delivered(later=1)
        assert letters() == [("email", "waiting", number, "smtp_451", False, False)]
        assert deliver(clerk, at + wait - timedelta(seconds=1), email=busy) == Delivered()
        at += wait
    assert deliver(clerk, at, email=busy) == Delivered(failed=1)
    assert letters() == [("email", "failed", len(LADDER) + 1, "smtp_451", True, True)]
    assert len(busy.given) == len(LADDER) + 1
    assert {one.letter_id for one in busy.given} == {busy.given[0].letter_id}
    ((kind, subject, payload),) = db.rows("SELECT kind, subject_id, payload FROM events")
    assert (kind, subject) == ("letter.failed", busy.given[0].letter_id)
    assert json.loads(payload) == {"to": "email", "fault": "smtp_451", "tries": 7}


def test_a_refused_receiver_is_not_tried_again(clerk: Context) -> None:
    put(clerk, to(1), to(2), to(3, "phone"))
    mail = Told(Carried(Fate.NEVER, "smtp_550"), Carried(Fate.SENT))
    assert deliver(clerk, email=mail) == Delivered(sent=1, failed=2)
    assert [row[1:4] for row in letters()] == [("failed", 1, "smtp_550"), ("sent", 1, ""), ("failed", 1, "no_carrier")]


def test_codes_go_first_and_end_with_their_life(clerk: Context) -> None:
    put(clerk, *(to(number) for number in range(5)))
    put(clerk, to(9, good_until=NOW + CODE_LIFE))
    mail = Told(Carried(Fate.LATER, "smtp_421"))
    assert deliver(clerk, most=1, email=mail) == Delivered(later=1)
    assert [one.text for one in mail.given] == ["Isi surat 9"]
    late = NOW + CODE_LIFE
    assert deliver(clerk, late, most=1, email=mail) == Delivered(later=1, expired=1)
    assert [row[1:4] for row in letters()].count(("expired", 1, "smtp_421")) == 1
    assert [one.text for one in mail.given].count("Isi surat 9") == 1
    assert db.value("SELECT count(*) FROM events WHERE kind = 'letter.expired'") == 1


def test_whoever_dies_while_carrying_gives_letters_back_but_not_for_ever(clerk: Context) -> None:
    put(clerk, to(1))

    class Dying(Told):
        def carry(self, letters: Sequence[Outgoing]) -> list[Carried]:
            self.given += letters
            raise KeyboardInterrupt

    dying, at = Dying(), NOW
    for _ in range(len(LADDER) + 1):
        with pytest.raises(KeyboardInterrupt):
            deliver(clerk, at, email=dying)
        assert deliver(clerk, at + timedelta(minutes=4), email=Told()) == Delivered()
        at += timedelta(minutes=5)
    assert deliver(clerk, at, email=Told()) == Delivered(failed=1)
    assert letters() == [("email", "failed", 7, "no_try_left", True, True)]


@pytest.mark.parametrize(
    "change",
    [
        "state = 'waiting'",
        "tries = 0",
        "fault = 'x'",
    ],
)
def test_a_done_letter_stays_so(clerk: Context, change: str) -> None:
    put(clerk, to(1))
    deliver(clerk, email=Told())
    with pytest.raises(IntegrityError, match="is sent"):
        db.execute(f"UPDATE letters SET {change}")


@pytest.mark.parametrize(
    "change",
    ["state = 'sent'", "contact_cipher = NULL", "state = 'failed', done_at = now()", "fault = 'budi@contoh.id'"],
)
def test_contents_and_state_belong_together(clerk: Context, change: str) -> None:
    put(clerk, to(1))
    with pytest.raises(IntegrityError):
        db.execute(f"UPDATE letters SET {change}")


def test_what_is_done_is_counted_and_swept(clerk: Context) -> None:
    put(clerk, to(1), to(2))
    deliver(clerk, email=Told(Carried(Fate.SENT), Carried(Fate.LATER, "smtp_451")))
    counts = {(one.kind, one.state): (one.letters, one.faults) for one in list_letter_counts()}
    assert counts == {("email", "sent"): (1, {"": 1}), ("email", "waiting"): (1, {"smtp_451": 1})}
    assert sweep_letters(machine_now=NOW + KEPT) == 0
    assert sweep_letters(machine_now=NOW + KEPT + timedelta(seconds=1)) == 1
    assert [row[1] for row in letters()] == ["waiting"]


def test_a_code_is_not_promised_where_nobody_carries_it(clerk: Context) -> None:
    asked = CodeRequest("sign_in", "phone", "0812-1111-2222", "{code}", "10.0.0.1")
    (sent,) = send_codes(clerk, [asked], LetterBox(frozenset({"email"})), machine_now=NOW)
    assert sent.code is SendCode.NO_MESSENGER
    (sent,) = send_codes(clerk, [asked], LetterBox(BOTH), machine_now=NOW)
    assert sent.code is SendCode.OK
    assert db.value("SELECT good_until FROM letters") == NOW + CODE_LIFE


def test_the_courier_of_a_deployment_is_that_of_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    def courier(**changes: str) -> object:
        settings = Settings() if changes == {"deployment": "sandbox"} else Settings(**PRODUCTION | changes)
        monkeypatch.setattr("prakerja.access.messages.get_settings", lambda: settings)
        return find_courier()

    assert isinstance(courier(deployment="sandbox"), CourierSandbox)
    for changes, kinds in (({}, BOTH), ({"sms_url": "off"}, {"email"}), ({"smtp_url": "off"}, {"phone"})):
        found = courier(**changes)
        assert isinstance(found, LetterBox)
        assert found.kinds == kinds


def test_two_workers_carry_each_letter_once(committed_db: None) -> None:
    clerk = Context("system:worker", NOW, SeededIds("letters"))
    put(clerk, *(to(number) for number in range(40)))
    start, carriers = Barrier(2), [Told(), Told()]

    def work(carrier: Told) -> None:
        try:
            start.wait()
            while deliver(clerk, most=3, email=carrier).moved:
                pass
        finally:
            connections.close_all()

    threads = [Thread(target=work, args=(carrier,)) for carrier in carriers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    carried = [one.to for carrier in carriers for one in carrier.given]
    assert sorted(carried) == sorted(f"orang{number}@contoh.id" for number in range(40))
    assert {row[1] for row in letters()} == {"sent"}


def test_from_a_code_to_the_servers_of_both_providers(clerk: Context) -> None:
    mail, gateway = MailServer(), Gateway()
    with running(mail), running(gateway):
        by_mail = SmtpCarrier(f"smtp://127.0.0.1:{mail.port}", sender="surat@contoh.id", timeout_s=2)
        by_sms = SmsCarrier(gateway.url, header="", body='{"to": "{to}", "text": "{text}"}', at_once=2, timeout_s=2)
        text = "{code} adalah kode masuk Anda."
        requests = [
            CodeRequest("sign_in", kind, contact, text, "10.0.0.1")
            for kind, contact in (("email", "Budi@Contoh.id"), ("phone", "+62 812-3456-7890"))
        ]
        send_codes(clerk, requests, LetterBox(BOTH), machine_now=NOW)
        gateway.status = 503
        assert deliver(clerk, email=by_mail, phone=by_sms) == Delivered(sent=1, later=1)
        gateway.status = 202
        assert deliver(clerk, NOW + LADDER[0], email=by_mail, phone=by_sms) == Delivered(sent=1)
    assert "To: budi@contoh.id" in mail.letters[0]
    assert "adalah kode masuk Anda." in mail.letters[0]
    (tried, first), (again, second) = gateway.messages
    assert first == second
    assert first["to"] == "6281234567890"
    assert tried["Idempotency-Key"] == again["Idempotency-Key"]
