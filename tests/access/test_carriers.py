"""Carriers against real servers: what they send, and what each answer means for a letter."""

import email
import socket
from collections.abc import Iterator
from email.message import Message
from uuid import UUID

import pytest

from prakerja.access.carriers import Carried, Fate, Outgoing, SmsCarrier, SmtpCarrier, find_carriers
from prakerja.kit.settings import Settings
from tests.access.providers import Gateway, MailServer, running
from tests.kit.test_settings import PRODUCTION

LATER, NEVER, SENT = Fate.LATER, Fate.NEVER, Fate.SENT


def outgoing(number: int, to: str, text: str = "Kode Anda 123456. Jangan berikan kepada siapa pun.") -> Outgoing:
    return Outgoing(UUID(int=number), to, text)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    with running(server):
        yield server


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    with running(server):
        yield server


def smtp(server: MailServer, user: str = "") -> SmtpCarrier:
    return SmtpCarrier(f"smtp://{user}127.0.0.1:{server.port}", sender="Prakerja <surat@contoh.id>", timeout_s=2)


def sms(server: Gateway, **settings: object) -> SmsCarrier:
    given: dict[str, object] = {
        "header": "Authorization: Bearer rahasia",
        "body": '{"to": "+{to}", "message": {"text": "{text}"}, "ref": "{id}", "unicode": true}',
        "at_once": 4,
        "timeout_s": 2,
    } | settings
    return SmsCarrier(server.url, **given)  # type: ignore[arg-type]


def read(letter: str) -> Message:
    return email.message_from_string(letter)


def test_a_letter_goes_out_by_smtp_under_its_id(mail: MailServer) -> None:
    carried = smtp(mail, "orang:kata%40sandi@").carry([outgoing(1, "budi@contoh.id"), outgoing(2, "siti@contoh.id")])
    assert carried == [Carried(SENT), Carried(SENT)]
    first, second = map(read, mail.letters)
    assert (first["To"], first["From"], first["Subject"]) == (
        "budi@contoh.id",
        "Prakerja <surat@contoh.id>",
        "Kartu Prakerja",
    )
    assert first["Message-ID"] == f"<{UUID(int=1)}@contoh.id>"
    assert second["Message-ID"] == f"<{UUID(int=2)}@contoh.id>"
    assert "123456" in str(first.get_payload())


def test_what_a_mail_server_refuses_is_refused_for_that_letter_alone(mail: MailServer) -> None:
    mail.refusals = {"tiada@contoh.id": "550 no such user", "penuh@contoh.id": "452 full"}
    receivers = ["tiada@contoh.id", "penuh@contoh.id", "a@b.id"]
    carried = smtp(mail).carry([outgoing(number, to) for number, to in enumerate(receivers)])
    assert carried == [Carried(NEVER, "smtp_550"), Carried(LATER, "smtp_452"), Carried(SENT)]
    assert len(mail.letters) == 1


@pytest.mark.parametrize(("answer", "fate"), [("451 greylisted", LATER), ("554 spam", NEVER)])
def test_a_letter_whose_text_is_refused(mail: MailServer, answer: str, fate: Fate) -> None:
    mail.data_answer = answer
    assert smtp(mail).carry([outgoing(1, "a@b.id")]) == [Carried(fate, f"smtp_{answer[:3]}")]


def test_a_wrong_password_or_a_lost_server_is_nobodys_fault_but_ours(mail: MailServer) -> None:
    both = [outgoing(1, "a@b.id"), outgoing(2, "c@d.id")]
    mail.password_is_wrong = True
    assert smtp(mail, "x:y@").carry(both) == [Carried(LATER, "smtp_535")] * 2
    mail.password_is_wrong = False
    mail.hangs_up_after = 1
    assert smtp(mail).carry([*both, outgoing(3, "e@f.id")])[1:] == [Carried(LATER, "no_connection")] * 2
    mail.hangs_up_after = 0
    assert smtp(mail).carry(both) == [Carried(LATER, "no_connection")] * 2
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        silent = SmtpCarrier(f"smtp://127.0.0.1:{nobody.getsockname()[1]}", sender="a@b.id", timeout_s=1)
        assert silent.carry(both) == [Carried(LATER, "no_connection")] * 2


def test_a_receiver_that_would_write_a_header_gets_nothing(mail: MailServer) -> None:
    assert smtp(mail).carry([outgoing(1, "a@b.id\r\nBcc: c@d.id")]) == [Carried(NEVER, "not_an_address")]
    assert mail.letters == []


def test_a_message_goes_to_the_gateway_with_key_and_credentials(gateway: Gateway) -> None:
    text = 'Kata "sandi" {to} {id} \\ baris\nbaru'
    assert sms(gateway).carry([outgoing(7, "6281234567890", text)]) == [Carried(SENT)]
    ((headers, body),) = gateway.messages
    assert body == {"to": "+6281234567890", "message": {"text": text}, "ref": str(UUID(int=7)), "unicode": True}
    assert headers["Authorization"] == "Bearer rahasia"
    assert headers["Idempotency-Key"] == str(UUID(int=7))
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "carried"),
    [
        (200, Carried(SENT)),
        (409, Carried(SENT)),
        (400, Carried(NEVER, "http_400")),
        (422, Carried(NEVER, "http_422")),
        (401, Carried(LATER, "http_401")),
        (429, Carried(LATER, "http_429")),
        (503, Carried(LATER, "http_503")),
    ],
)
def test_what_a_gateways_answer_means(gateway: Gateway, status: int, carried: Carried) -> None:
    gateway.status = status
    assert sms(gateway).carry([outgoing(1, "6281234567890")]) == [carried]


def test_a_redirect_is_not_followed(gateway: Gateway) -> None:
    gateway.status, gateway.location = 302, gateway.url
    assert sms(gateway).carry([outgoing(1, "6281234567890")]) == [Carried(LATER, "http_302")]
    assert len(gateway.messages) == 1


def test_when_nobody_answers_the_rest_waits_untried() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        nobody.listen()
        carrier = SmsCarrier(
            f"http://127.0.0.1:{nobody.getsockname()[1]}/",
            header="",
            body='{"to": "{to}", "text": "{text}"}',
            at_once=1,
            timeout_s=0.2,
        )
        carried = carrier.carry([outgoing(n, "6281234567890") for n in range(3)])
    assert carried == [Carried(LATER, "too_late"), *[Carried(LATER, "no_connection")] * 2]


def test_production_has_the_carriers_that_its_settings_name() -> None:
    assert find_carriers(Settings(deployment="sandbox")) == {}
    assert sorted(find_carriers(Settings(**PRODUCTION))) == ["email", "phone"]
    assert sorted(find_carriers(Settings(**PRODUCTION | {"sms_url": "off"}))) == ["email"]


def test_nothing_personal_is_shown_by_repr() -> None:
    assert "6281" not in repr(outgoing(1, "6281234567890", "kode 123456"))
    assert "123456" not in repr(outgoing(1, "6281234567890", "kode 123456"))
