"""Time-based codes and recovery codes of staff."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from prakerja.access import queries
from prakerja.access.errors import PasswordCode, SecondFactorCode
from prakerja.access.operations import (
    UserRequest,
    begin_second_factor,
    change_password,
    confirm_second_factor,
    create_users,
    reset_second_factor,
    use_second_factor,
)
from prakerja.access.operations.second_factors import WRONG_CODES, provisioning_uri
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context

pytestmark = pytest.mark.django_db

SECRET = "kata sandi yang panjang"


def officer(context: Context) -> UUID:
    (made,) = create_users(context, [UserRequest("pmo-7", "Petugas", Role.PROGRAMME_OFFICE, SECRET)])
    assert made.user_id is not None
    return made.user_id


def app_code(secret: str, at: datetime) -> str:
    return TOTP(bytes.fromhex(secret), 6, SHA1(), 30).generate(int(at.timestamp())).decode()  # noqa: S303


def set_up(context: Context) -> tuple[UUID, str, tuple[str, ...]]:
    user_id = officer(context)
    _, secret = begin_second_factor(context, user_id)
    confirmed = confirm_second_factor(context, user_id, app_code(secret, context.now), machine_now=context.now)
    assert confirmed.code is SecondFactorCode.OK
    return user_id, secret, confirmed.recovery_codes


def test_the_secret_counts_from_its_first_right_code(context: Context) -> None:
    user_id = officer(context)
    assert use_second_factor(context, user_id, "123456", machine_now=context.now) is SecondFactorCode.NOT_SET_UP
    assert confirm_second_factor(context, user_id, "1", machine_now=context.now).code is SecondFactorCode.NOT_SET_UP
    code, secret = begin_second_factor(context, user_id)
    assert begin_second_factor(context, user_id) == (code, secret)
    assert "secret=" in provisioning_uri(secret, "pmo-7")
    bad = confirm_second_factor(context, user_id, "000000", machine_now=context.now)
    assert (bad.code, queries.has_second_factor(user_id)) == (SecondFactorCode.WRONG_CODE, False)
    good = confirm_second_factor(context, user_id, app_code(secret, context.now), machine_now=context.now)
    assert (good.code, len(set(good.recovery_codes))) == (SecondFactorCode.OK, 10)
    assert queries.has_second_factor(user_id)
    assert begin_second_factor(context, user_id) == (SecondFactorCode.ALREADY_SET_UP, "")
    stored = db.value("SELECT secret_cipher FROM second_factors")
    assert bytes.fromhex(secret) not in bytes(stored)


def test_a_code_of_the_app_counts_once_and_clocks_may_differ_by_half_a_minute(context: Context) -> None:
    user_id, secret, _ = set_up(context)
    used = app_code(secret, context.now)
    assert use_second_factor(context, user_id, used, machine_now=context.now) is SecondFactorCode.WRONG_CODE
    later = context.now + timedelta(minutes=2)
    slow = app_code(secret, later - timedelta(seconds=30))
    assert use_second_factor(context, user_id, slow, machine_now=later) is SecondFactorCode.OK
    too_slow = app_code(secret, later + timedelta(minutes=8))
    assert use_second_factor(context, user_id, too_slow, machine_now=later + timedelta(minutes=10)) is (
        SecondFactorCode.WRONG_CODE
    )


def test_a_recovery_code_counts_once_in_any_writing(context: Context) -> None:
    user_id, _, recovery = set_up(context)
    typed = f"{recovery[0][:5].lower()}-{recovery[0][5:]}"
    assert use_second_factor(context, user_id, typed, machine_now=context.now) is SecondFactorCode.OK
    assert use_second_factor(context, user_id, typed, machine_now=context.now) is SecondFactorCode.WRONG_CODE
    assert queries.count_recovery_codes(user_id) == 9


def test_wrong_codes_are_counted(context: Context) -> None:
    user_id, secret, _ = set_up(context)
    later = context.now + timedelta(minutes=2)
    answers = [use_second_factor(context, user_id, "000000", machine_now=later) for _ in range(WRONG_CODES.most)]
    assert answers == [SecondFactorCode.WRONG_CODE] * WRONG_CODES.most
    right = app_code(secret, later)
    assert use_second_factor(context, user_id, right, machine_now=later) is SecondFactorCode.TOO_MANY_TRIES
    assert use_second_factor(context, user_id, "AAAAAAAAAA", machine_now=later) is SecondFactorCode.TOO_MANY_TRIES
    much_later = later + WRONG_CODES.within + timedelta(seconds=1)
    assert use_second_factor(context, user_id, app_code(secret, much_later), machine_now=much_later) is (
        SecondFactorCode.OK
    )


def test_a_second_factor_that_was_reset_is_set_up_anew(context: Context) -> None:
    user_id, secret, recovery = set_up(context)
    assert reset_second_factor(context, user_id) is SecondFactorCode.OK
    assert not queries.has_second_factor(user_id)
    assert use_second_factor(context, user_id, recovery[0], machine_now=context.now) is SecondFactorCode.NOT_SET_UP
    assert begin_second_factor(context, user_id)[1] != secret
    assert reset_second_factor(context, UUID(int=8)) is SecondFactorCode.NOT_SET_UP


def test_a_password_is_changed_by_whoever_knows_it(context: Context) -> None:
    user_id = officer(context)
    assert change_password(context, user_id, old="salah", new="kata sandi yang baru") is PasswordCode.WRONG_PASSWORD
    assert change_password(context, user_id, old=SECRET, new="pendek") is PasswordCode.TOO_WEAK
    assert change_password(context, user_id, old=SECRET, new="kata sandi yang baru") is PasswordCode.OK
    user = queries.find_user_by_id(user_id)
    assert user is not None
    assert user.check_password("kata sandi yang baru")
