"""Staff's second factor: time-based codes (RFC 6238) of an app, and recovery codes that count once each."""

import hmac
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from prakerja.access.errors import SecondFactorCode
from prakerja.access.operations.attempts import Budget, attempts_are_left, forget_attempts, spend_attempts
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field, encrypt_field, keyed_hash

RECOVERY_CODES: Final = 10
WRONG_CODES: Final = Budget("wrong second factors", 10, timedelta(minutes=15))
_SECRET_BYTES: Final = 20
_STEP_SECONDS: Final = 30
_DIGITS: Final = 6
_RECOVERY_BITS: Final = 50
# Letters and digits that are not mistaken for each other.
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """The answer to a confirmation: with `ok` the recovery codes, which are shown this once."""

    code: SecondFactorCode
    recovery_codes: tuple[str, ...] = field(default=(), repr=False)


def begin_second_factor(context: Context, user_id: UUID) -> tuple[SecondFactorCode, str]:
    """A new secret for a user who has none confirmed; the hexadecimal secret, to be shown as a QR code and as text.

    Codes: already_set_up. Begun twice, the first secret stays, so that a page may be loaded again.
    """
    with db.transaction():
        found = db.row(
            "SELECT secret_cipher, confirmed_at FROM second_factors WHERE user_id = %s FOR UPDATE", [user_id]
        )
        if found is not None and found[1] is not None:
            return SecondFactorCode.ALREADY_SET_UP, ""
        if found is not None:
            return SecondFactorCode.OK, _secret(user_id, found[0])
        secret = os.urandom(_SECRET_BYTES).hex()
        db.execute(
            """
            INSERT INTO second_factors (user_id, secret_cipher, begun_at, last_step)
            VALUES (%s, %s, %s, 0)
            """,
            [
                user_id,
                encrypt_field(secret, table="second_factors", column="secret_cipher", row_id=user_id),
                context.now,
            ],
        )
        return SecondFactorCode.OK, secret


def provisioning_uri(secret: str, account: str) -> str:
    """What the QR code of an authenticator app holds."""
    return _totp(secret).get_provisioning_uri(account, "Prakerja")


def confirm_second_factor(context: Context, user_id: UUID, typed: str, *, machine_now: datetime) -> RecoveryCodes:
    """The first right code makes the secret count and gives ten recovery codes.

    Codes: not_set_up, already_set_up, too_many_tries, wrong_code.
    """
    with db.transaction():
        found = _locked(user_id)
        if found is None:
            return RecoveryCodes(SecondFactorCode.NOT_SET_UP)
        if found[1] is not None:
            return RecoveryCodes(SecondFactorCode.ALREADY_SET_UP)
        code = _check_totp(user_id, found, typed, machine_now)
        if code.is_refusal:
            return RecoveryCodes(code)
        db.execute("UPDATE second_factors SET confirmed_at = %s WHERE user_id = %s", [context.now, user_id])
        codes = tuple(_recovery_code(context) for _ in range(RECOVERY_CODES))
        db.execute("DELETE FROM recovery_codes WHERE user_id = %s", [user_id])
        db.copy_rows(
            "recovery_codes",
            ["id", "user_id", "code_hash"],
            ((context.uuid(), user_id, _recovery_hash(user_id, one)) for one in codes),
        )
        record_events(context, [Event("user.second_factor_set_up", user_id, {"recovery_codes": len(codes)})])
        return RecoveryCodes(SecondFactorCode.OK, codes)


def use_second_factor(context: Context, user_id: UUID, typed: str, *, machine_now: datetime) -> SecondFactorCode:
    """Check a code of the app, or a recovery code; each counts once.

    Codes: not_set_up, too_many_tries, wrong_code.
    """
    with db.transaction():
        found = _locked(user_id)
        if found is None or found[1] is None:
            return SecondFactorCode.NOT_SET_UP
        plain = "".join(c for c in typed.upper() if c in _ALPHABET or c in "01")
        if len(plain) != _RECOVERY_BITS // 5:
            return _check_totp(user_id, found, typed, machine_now)
        if not attempts_are_left(WRONG_CODES, str(user_id), machine_now=machine_now):
            return SecondFactorCode.TOO_MANY_TRIES
        used = db.execute(
            "UPDATE recovery_codes SET used_at = %s WHERE user_id = %s AND code_hash = %s AND used_at IS NULL",
            [context.now, user_id, _recovery_hash(user_id, plain)],
        )
        if not used:
            spend_attempts(WRONG_CODES, [str(user_id)], machine_now=machine_now)
            return SecondFactorCode.WRONG_CODE
        record_events(context, [Event("user.recovery_code_used", user_id)])
        return SecondFactorCode.OK


def reset_second_factor(context: Context, user_id: UUID) -> SecondFactorCode:
    """Take a user's second factor away, after somebody has seen the person; the next sign-in sets up a new one.

    Codes: not_set_up.
    """
    with db.transaction():
        gone = db.execute("DELETE FROM second_factors WHERE user_id = %s", [user_id])
        db.execute("DELETE FROM recovery_codes WHERE user_id = %s", [user_id])
        if not gone:
            return SecondFactorCode.NOT_SET_UP
        record_events(context, [Event("user.second_factor_reset", user_id)])
    return SecondFactorCode.OK


def _locked(user_id: UUID) -> db.Row | None:
    return db.row(
        "SELECT secret_cipher, confirmed_at, last_step FROM second_factors WHERE user_id = %s FOR UPDATE", [user_id]
    )


def _check_totp(user_id: UUID, found: db.Row, typed: str, machine_now: datetime) -> SecondFactorCode:
    if not attempts_are_left(WRONG_CODES, str(user_id), machine_now=machine_now):
        return SecondFactorCode.TOO_MANY_TRIES
    digits = "".join(c for c in typed if c.isascii() and c.isdecimal())
    totp = _totp(_secret(user_id, found[0]))
    now_step = int(machine_now.timestamp()) // _STEP_SECONDS
    # One step of tolerance for clocks that differ; a step that counted once counts no more.
    for step in (now_step - 1, now_step, now_step + 1):
        if step > found[2] and hmac.compare_digest(totp.generate(step * _STEP_SECONDS), digits.encode()):
            db.execute("UPDATE second_factors SET last_step = %s WHERE user_id = %s", [step, user_id])
            forget_attempts(WRONG_CODES, [str(user_id)])
            return SecondFactorCode.OK
    spend_attempts(WRONG_CODES, [str(user_id)], machine_now=machine_now)
    return SecondFactorCode.WRONG_CODE


def _secret(user_id: UUID, cipher: bytes) -> str:
    return decrypt_field(bytes(cipher), table="second_factors", column="secret_cipher", row_id=user_id)


def _totp(secret: str) -> TOTP:
    return TOTP(bytes.fromhex(secret), _DIGITS, SHA1(), _STEP_SECONDS)  # noqa: S303 - what authenticator apps know


def _recovery_code(context: Context) -> str:
    bits = context.ids.bits(_RECOVERY_BITS)
    return "".join(_ALPHABET[bits >> shift & 31] for shift in range(0, _RECOVERY_BITS, 5))


def _recovery_hash(user_id: UUID, code: str) -> bytes:
    return keyed_hash(user_id.bytes + code.encode(), purpose="recovery code")
