"""Single sign-on: a person agrees on our page, the partner exchanges the code for tokens and reads a profile.

A code is for one partner and one registered address, works once and lives two minutes. A refresh token works once, too.

What a partner holds says where its row stands, and proves by 128 bits that we gave it: ids of rows are no secrets, they
follow each other and stand in every backup.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field, keyed_hash
from prakerja.kit.lanes import lane_of

SCOPES: Final = ("name", "email", "prakerjaid", "notelp")
CODE_LIFE: Final = timedelta(minutes=2)
TOKEN_LIFE: Final = timedelta(hours=1)
REFRESH_LIFE: Final = timedelta(days=30)
_CODE, _ACCESS, _REFRESH = "sign_on_code", "sign_on_access", "sign_on_refresh"
_PLACE_LENGTH: Final = 32
_PROOF_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a partner holds; `expires_at` is the access token's end."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    scope: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person agreed to show; None: not agreed, or not there. `user_id` differs from partner to partner."""

    user_id: str
    dp_user_id: str | None
    name: str | None
    email: str | None
    card_number: str | None
    phone: str | None


def read_scope(text: str) -> str | None:
    """The scope in our order, without doubles; None when it names something else or nothing."""
    words = set(text.split())
    return " ".join(word for word in SCOPES if word in words) if words and words <= set(SCOPES) else None


def agree(
    context: Context,
    *,
    lane: int,
    applicant_id: UUID,
    partner_id: UUID,
    redirect_uri: str,
    scope: str,
    machine_now: datetime,
) -> str:
    """A person agrees; the code for the partner. Two statements and an event.

    Raises:
        LookupError: there is no such applicant.
    """
    with db.transaction():
        seed = db.value("SELECT lane_seed FROM applicants WHERE lane = %s AND applicant_id = %s", (lane, applicant_id))
        code_id = context.ids.uuid(machine_now)
        db.execute(
            """
            INSERT INTO sign_ons (lane, code_id, applicant_id, partner_id, redirect_uri, scope, made_at, expires_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (lane, code_id, applicant_id, partner_id, redirect_uri, scope, machine_now, machine_now + CODE_LIFE),
        )
        record_events(
            context, [Event("sign_on.agreed", applicant_id, {"partner_id": partner_id, "scope": scope}, lane)]
        )
    return _token(_CODE, seed, code_id)


def exchange_code(context: Context, partner_id: UUID, code: str, *, machine_now: datetime) -> Tokens | None:
    """Tokens for a code that is this partner's, unused and not too old; None otherwise. It is used by this."""
    parsed = _parse(_CODE, code)
    if parsed is None:
        return None
    seed, code_id = parsed
    with db.transaction():
        found = db.row(
            """
            UPDATE sign_ons
            SET used_at = %(now)s
            WHERE lane = %(lane)s AND code_id = %(id)s AND partner_id = %(partner)s AND used_at IS NULL
                AND expires_at > %(now)s
            RETURNING lane, code_id, applicant_id, partner_id, scope
            """,
            {"now": machine_now, "lane": lane_of(seed), "id": code_id, "partner": partner_id},
        )
        return None if found is None else _give_tokens(context, seed, found, machine_now)


def refresh_tokens(context: Context, partner_id: UUID, token: str, *, machine_now: datetime) -> Tokens | None:
    """New tokens for a refresh token that is this partner's, unused and not too old; None otherwise."""
    parsed = _parse(_REFRESH, token)
    if parsed is None:
        return None
    seed, refresh_id = parsed
    with db.transaction():
        found = db.row(
            """
            UPDATE sign_on_tokens
            SET refreshed_at = %(now)s
            WHERE lane = %(lane)s AND refresh_id = %(id)s AND partner_id = %(partner)s AND refreshed_at IS NULL
                AND refresh_until_at > %(now)s
            RETURNING lane, code_id, applicant_id, partner_id, scope
            """,
            {"now": machine_now, "lane": lane_of(seed), "id": refresh_id, "partner": partner_id},
        )
        return None if found is None else _give_tokens(context, seed, found, machine_now)


def find_profile(partner_id: UUID, access_token: str, *, machine_now: datetime) -> Profile | None:
    """The profile that an access token of this partner opens; None for any other token. One statement."""
    parsed = _parse(_ACCESS, access_token)
    if parsed is None:
        return None
    seed, token_id = parsed
    found = db.row(
        """
        SELECT t.scope, a.applicant_id, a.name, a.email_cipher, a.phone_cipher,
            (
                SELECT c.number
                FROM participants p
                JOIN cards c ON c.lane = p.lane AND c.participant_id = p.participant_id
                WHERE p.lane = a.lane AND p.applicant_id = a.applicant_id
                ORDER BY c.state = 'active' DESC, c.issued_at DESC, c.card_id
                LIMIT 1
            ),
            (
                SELECT bought.platform_user_id
                FROM participants p
                JOIN purchases bought ON bought.lane = p.lane AND bought.participant_id = p.participant_id
                WHERE p.lane = a.lane AND p.applicant_id = a.applicant_id AND bought.platform_id = t.partner_id
                    AND bought.platform_user_id IS NOT NULL
                ORDER BY bought.paid_at DESC, bought.purchase_id
                LIMIT 1
            )
        FROM sign_on_tokens t
        JOIN applicants a ON a.lane = t.lane AND a.applicant_id = t.applicant_id
        WHERE t.lane = %s AND t.token_id = %s AND t.partner_id = %s AND t.expires_at > %s
        """,
        (lane_of(seed), token_id, partner_id, machine_now),
    )
    if found is None:
        return None
    scope, applicant_id, name, email, phone, card_number, dp_user_id = found
    agreed = set(scope.split())
    return Profile(
        user_id=keyed_hash(partner_id.bytes + applicant_id.bytes, purpose="sign_on_user")[:16].hex(),
        dp_user_id=dp_user_id,
        name=name if "name" in agreed else None,
        email=_opened(email, "email_cipher", applicant_id) if "email" in agreed else None,
        card_number=card_number if "prakerjaid" in agreed else None,
        phone=_opened(phone, "phone_cipher", applicant_id) if "notelp" in agreed else None,
    )


def _opened(cipher: bytes | None, column: str, applicant_id: UUID) -> str | None:
    if cipher is None:
        return None
    return decrypt_field(bytes(cipher), table="applicants", column=column, row_id=applicant_id)


def _give_tokens(context: Context, seed: int, granted: db.Row, machine_now: datetime) -> Tokens:
    lane, code_id, applicant_id, partner_id, scope = granted
    token_id, refresh_id = context.ids.uuid(machine_now), context.ids.uuid(machine_now)
    expires_at = machine_now + TOKEN_LIFE
    db.execute(
        """
        INSERT INTO sign_on_tokens (
            lane, token_id, refresh_id, code_id, applicant_id, partner_id, scope, made_at, expires_at, refresh_until_at
        )
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            lane, token_id, refresh_id, code_id, applicant_id, partner_id, scope, machine_now, expires_at,
            machine_now + REFRESH_LIFE,
        ),
    )  # fmt: skip
    record_events(context, [Event("sign_on.tokens_given", applicant_id, {"partner_id": partner_id}, lane)])
    return Tokens(_token(_ACCESS, seed, token_id), _token(_REFRESH, seed, refresh_id), expires_at, scope)


def _token(kind: str, seed: int, row_id: UUID) -> str:
    place = codes.payment_token(seed, row_id)
    return place + _proof(kind, place)


def _parse(kind: str, token: str) -> tuple[int, UUID] | None:
    """Lane seed and row id of a token of this kind; None when we did not give it."""
    place, proof = token[:_PLACE_LENGTH], token[_PLACE_LENGTH:]
    if not hmac.compare_digest(_proof(kind, place).encode(), proof.encode("utf-8", "replace")):
        return None
    return codes.parse_payment_token(place)


def _proof(kind: str, place: str) -> str:
    return keyed_hash(place.encode("utf-8", "replace"), purpose=kind)[:_PROOF_BYTES].hex()
