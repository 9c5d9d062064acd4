"""Codes to an e-mail address or a phone: one try per code and use, budgets, no telling who has an account."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from prakerja.access import queries
from prakerja.access.errors import CheckCode, ContactCode, SendCode
from prakerja.access.messages import CourierSandbox, list_sandbox_letters
from prakerja.access.operations import (
    CodeCheck,
    CodeRequest,
    CodeSent,
    ContactRequest,
    check_codes,
    open_accounts_by_code,
    register_contacts,
    send_codes,
)
from prakerja.access.operations.attempts import sweep_attempts
from prakerja.access.operations.codes import CODE_LIFE, CODES_OF_A_CONTACT, TRIES
from prakerja.kit import db
from prakerja.kit.context import Context

pytestmark = pytest.mark.django_db

MAIL = "Budi@Contoh.ID"


def ask(
    context: Context, contact: str = MAIL, *, purpose: str = "sign_in", user_id: UUID | None = None, **more: object
) -> CodeSent:
    kind = "email" if "@" in contact else "phone"
    request = CodeRequest(purpose, kind, contact, "Kode: {code}", str(more.get("address", "10.0.0.1")), user_id)
    machine_now = more.get("machine_now", context.now)
    (sent,) = send_codes(context, [request], CourierSandbox(), machine_now=machine_now)  # type: ignore[arg-type]
    return sent


def last_code(contact: str = MAIL) -> str:
    kind = "email" if "@" in contact else "phone"
    return list_sandbox_letters((kind, contact))[0].text[-6:]


def enter(context: Context, code_id: UUID | None, typed: str, **more: object) -> tuple[CheckCode, UUID | None, bool]:
    assert code_id is not None
    machine_now = more.get("machine_now", context.now)
    (opened,) = open_accounts_by_code(context, [CodeCheck(code_id, "sign_in", typed)], machine_now=machine_now)  # type: ignore[arg-type]
    return opened.code, opened.user_id, opened.is_new


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_code_opens_a_new_account_once_and_later_the_same_one(context: Context) -> None:
    sent = ask(context)
    typed = f" {last_code()[:3]} {last_code()[3:]} "
    code, user_id, is_new = enter(context, sent.code_id, typed)
    assert (code, is_new) == (CheckCode.OK, True)
    assert enter(context, sent.code_id, typed)[0] is CheckCode.CODE_EXPIRED
    again = ask(context, "budi@contoh.id")
    assert enter(context, again.code_id, last_code()) == (CheckCode.OK, user_id, False)
    assert user_id is not None
    user = queries.find_user_by_id(user_id)
    assert user is not None
    assert (user.role, user.applicant_id) == ("participant", None)
    assert queries.list_contacts(user_id)["email"].masked == "b•••@contoh.id"


def test_a_phone_number_is_one_however_it_is_typed(context: Context) -> None:
    sent = ask(context, "0812-3456-7890")
    first = enter(context, sent.code_id, last_code("+62 812 3456 7890"))
    sent = ask(context, "+62 (812) 3456.7890")
    assert enter(context, sent.code_id, last_code("081234567890"))[1] == first[1]


@pytest.mark.parametrize("contact", ["budi", "budi@", "@contoh.id", "0812", "1234567890123", "a b@contoh.id", ""])
def test_a_contact_that_cannot_be_gets_no_code(context: Context, contact: str) -> None:
    assert ask(context, contact).code is SendCode.CONTACT_NOT_POSSIBLE
    assert list_sandbox_letters() == []


def test_a_known_and_an_unknown_contact_get_the_same_answer(context: Context) -> None:
    known = ask(context)
    enter(context, known.code_id, last_code())
    assert ask(context).code is ask(context, "siapa@contoh.id").code is SendCode.OK


def test_five_wrong_tries_end_a_code(context: Context) -> None:
    sent = ask(context)
    right = last_code()
    answers = [enter(context, sent.code_id, wrong(right))[0] for _ in range(TRIES)]
    assert answers == [CheckCode.WRONG_CODE] * TRIES
    assert enter(context, sent.code_id, right)[0] is CheckCode.NO_TRIES_LEFT


def test_a_new_code_brings_no_new_tries(context: Context) -> None:
    answers = []
    for _ in range(4):
        sent = ask(context)
        right = last_code()
        answers += [enter(context, sent.code_id, wrong(right))[0] for _ in range(TRIES)]
    assert Counter(answers) == {CheckCode.WRONG_CODE: 15, CheckCode.TOO_MANY_TRIES: 5}
    later = context.now + timedelta(hours=1, seconds=1)
    sent = ask(context, machine_now=later)
    assert enter(context, sent.code_id, last_code(), machine_now=later)[0] is CheckCode.OK


def test_a_code_lives_ten_minutes_and_a_newer_one_ends_it(context: Context) -> None:
    first = ask(context)
    old = last_code()
    second = ask(context)
    assert enter(context, first.code_id, old)[0] is CheckCode.CODE_EXPIRED
    code = last_code()
    late = context.now + CODE_LIFE
    assert enter(context, second.code_id, code, machine_now=late)[0] is CheckCode.CODE_EXPIRED


def test_codes_are_rationed_per_contact_and_per_address(context: Context) -> None:
    answers = [ask(context).code for _ in range(CODES_OF_A_CONTACT.most + 1)]
    assert answers == [SendCode.OK] * CODES_OF_A_CONTACT.most + [SendCode.TOO_MANY_CODES]
    assert ask(context, machine_now=context.now + timedelta(hours=1, seconds=1)).code is SendCode.OK
    others = [ask(context, f"orang{number}@contoh.id", address="10.9.9.9").code for number in range(101)]
    assert Counter(others) == {SendCode.OK: 100, SendCode.TOO_MANY_CODES: 1}
    assert sweep_attempts(machine_now=context.now + timedelta(days=2)) > 0


def test_without_a_courier_nothing_is_promised(context: Context) -> None:
    request = CodeRequest("sign_in", "email", MAIL, "{code}", "10.0.0.1")
    (sent,) = send_codes(context, [request], None, machine_now=context.now)
    assert sent.code is SendCode.NO_MESSENGER


def test_a_code_counts_for_its_purpose_and_its_user_only(context: Context) -> None:
    signed_in = ask(context)
    _, user_id, _ = enter(context, signed_in.code_id, last_code())
    sent = ask(context, "08123456789", purpose="add_contact", user_id=user_id)
    typed = last_code("08123456789")
    assert sent.code_id is not None
    stranger = CodeCheck(sent.code_id, "add_contact", typed)
    other = CodeCheck(sent.code_id, "confirm_step", typed, user_id)
    own = CodeCheck(sent.code_id, "add_contact", typed, user_id)
    checked = check_codes(context, [stranger, other, own], machine_now=context.now)
    assert [one.code for one in checked] == [CheckCode.CODE_EXPIRED, CheckCode.CODE_EXPIRED, CheckCode.OK]
    assert checked[2].contact == "628123456789"


def test_a_contact_opens_one_account_and_can_be_changed(context: Context) -> None:
    users = []
    for contact in (MAIL, "siti@contoh.id"):
        sent = ask(context, contact)
        users.append(enter(context, sent.code_id, last_code(contact))[1])
    first, second = users
    assert first is not None
    assert second is not None
    phone = ContactRequest(first, "phone", "08123456789")
    assert register_contacts(context, [phone, phone]) == [ContactCode.OK, ContactCode.REPEATED]
    assert register_contacts(context, [ContactRequest(second, "phone", "+62 812 3456 789")]) == [
        ContactCode.OPENS_ANOTHER_ACCOUNT
    ]
    assert register_contacts(context, [ContactRequest(first, "phone", "08567890123")]) == [ContactCode.OK]
    assert queries.list_contacts(first)["phone"].plain == "628567890123"
    assert register_contacts(context, [ContactRequest(second, "phone", "08123456789")]) == [ContactCode.OK]


def test_no_contact_stands_in_the_database_or_the_log_as_it_was_typed(context: Context) -> None:
    sent = ask(context)
    enter(context, sent.code_id, last_code())
    for table in ("users", "user_contacts", "contact_codes", "attempt_counts", "events"):
        found = db.rows(f"SELECT t::text FROM {table} AS t ORDER BY 1")
        assert found
        assert not any("budi" in text.lower() or "627564694" in text for (text,) in found), table
    assert "budi" not in repr(CodeRequest("sign_in", "email", "budi@contoh.id", "{code}", "10.0.0.1"))
