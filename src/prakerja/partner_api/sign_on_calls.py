"""The calls of single sign-on over HTTP. Their success has another envelope, their errors have the one of all calls."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final, Literal, TypeVar
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import msgspec

from prakerja.kit.settings import get_settings
from prakerja.partner_api import signing
from prakerja.partner_api.admission import headers_of
from prakerja.partner_api.budgets import Budgets
from prakerja.partner_api.calls import now
from prakerja.partner_api.errors import Refusal, Refused
from prakerja.partner_api.formats import moment_text, with_query
from prakerja.partner_api.http import Receive, RefusedError, Scope, read_body, refuse, with_connection
from prakerja.partner_api.keys import PLATFORM, PartnerKey, find_partner_key, find_standing
from prakerja.partner_api.queries import is_registered
from prakerja.partner_api.sign_on import Tokens, exchange_code, find_profile, read_scope, refresh_tokens
from prakerja.partners.queries import get_institution, get_platform

AUTHORIZE_PATH: Final = "/api/v1/oauth/authorize"
TOKEN_PATH: Final = "/api/v1/oauth/token"  # noqa: S105 - an address
REFRESH_PATH: Final = "/api/v1/oauth/token/refresh"
PROFILE_PATH: Final = "/api/v1/resource/user_profile"
CONSENT_PATH: Final = "/izin/"
SCOPE: Final = "sign_on"
_PARAMETERS: Final = ("state", "scope", "client_id", "redirect_uri", "login_uri")
_HEADERS: Final = frozenset({b"x-client-id", b"x-timestamp", b"x-signature", b"authorization", b"content-length"})
ResultT = TypeVar("ResultT")


class RedirectUrl(msgspec.Struct, frozen=True):
    """Where to send the browser."""

    redirect_url: str


class TokenData(msgspec.Struct, frozen=True):
    """Tokens; `expires_in` is a moment, as the programme's own API had it."""

    access_token: str
    expires_in: str
    refresh_token: str
    scope: str
    token_type: str


class UserProfile(msgspec.Struct, frozen=True):
    """A person, as far as agreed."""

    dp_user_id: str | None
    email: str | None
    name: str | None
    no_prakerja: str | None
    phone_number: str | None
    user_id: str


class SignOnSuccess(msgspec.Struct, frozen=True, rename={"error_code": "errorCode"}):
    """The envelope of single sign-on."""

    message: str
    success: Literal[True]
    error_code: str
    data: RedirectUrl | TokenData | UserProfile


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person is asked on the consent page; addresses are registered ones."""

    partner_id: UUID
    partner_name: str
    words: tuple[str, ...]
    state: str
    redirect_uri: str
    login_uri: str

    def way_back(self, **answer: str) -> str:
        """The partner's address with its own query, the state and the answer."""
        return with_query(self.redirect_uri, {**answer, "state": self.state})


class SignOnCalls:
    """The four calls; each runs its queries in a thread.

    A key is used when it signed, or when what was given to its partner came back: its public name alone is no use.
    """

    def __init__(self, threads: Executor, budgets: Budgets, note_use: Callable[[str], None]) -> None:
        self._threads = threads
        self._budgets = budgets
        self._note_use = note_use
        self.by_path: dict[str, tuple[str, Callable[[Scope, Receive], Awaitable[SignOnSuccess]]]] = {
            AUTHORIZE_PATH: ("GET", self._authorize),
            TOKEN_PATH: ("POST", self._token),
            REFRESH_PATH: ("POST", self._token),
            PROFILE_PATH: ("GET", self._profile),
        }

    async def _authorize(self, scope: Scope, _receive: Receive) -> SignOnSuccess:
        """Check client, signature and addresses; the address of the consent page."""
        headers = headers_of(scope["headers"], _HEADERS)
        key = await self._client(headers)
        timestamp = headers.get(b"x-timestamp", b"").decode("latin-1")
        if not signing.timestamp_is_fresh(timestamp, time.time()):
            raise refuse(Refusal.SIGN_ON_TIMESTAMP)
        head = signing.base_string(key.client_code, timestamp, "GET", AUTHORIZE_PATH)
        signature = headers.get(b"x-signature", b"").decode("latin-1")
        if not signing.signature_is_right(key.secret, signature, head, b""):
            wait = self._budgets.note_wrong_signature(key.client_code, time.monotonic())
            if wait:
                raise refuse(Refusal.RATE_LIMITED, retry_after_seconds=wait)
            built = head.decode() if get_settings().deployment == "sandbox" else None
            raise RefusedError(Refused(Refusal.SIGN_ON_SIGNATURE, base_string=built))
        self._note_use(key.client_code)
        query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))
        if query.get("client_id") != key.client_code:
            raise refuse(Refusal.SIGN_ON_CLIENT_UNKNOWN)
        if read_scope(query.get("scope", "")) is None or not query.get("state"):
            raise refuse(Refusal.SIGN_ON_REQUEST)
        if not await self._run(lambda: addresses_are_registered(key, query)):
            raise refuse(Refusal.SIGN_ON_ADDRESS)
        asked = urlencode({name: query[name] for name in _PARAMETERS})
        return _success(RedirectUrl(f"{get_settings().base_url.rstrip('/')}{CONSENT_PATH}?{asked}"))

    async def _token(self, scope: Scope, receive: Receive) -> SignOnSuccess:
        """A code, or a refresh token, for new tokens. Both addresses take both: published samples mix them up."""
        headers = headers_of(scope["headers"], _HEADERS)
        key = await self._client(headers)
        body = await read_body(headers, receive)
        try:
            value = signing.parse_body(body)
        except ValueError:
            raise refuse(Refusal.SIGN_ON_REQUEST) from None
        if not isinstance(value, dict):
            raise refuse(Refusal.SIGN_ON_REQUEST)
        code, token = value.get("code"), value.get("token")
        if isinstance(code, str) and code:
            tokens, refusal = await self._run(lambda: _exchange(key, code)), Refusal.SIGN_ON_CODE_UNKNOWN
        elif isinstance(token, str) and token:
            tokens, refusal = await self._run(lambda: _refresh(key, token)), Refusal.SIGN_ON_TOKEN_UNKNOWN
        else:
            raise refuse(Refusal.SIGN_ON_REQUEST)
        if tokens is None:
            raise refuse(refusal)
        self._note_use(key.client_code)
        expires_in = moment_text(tokens.expires_at)
        return _success(TokenData(tokens.access_token, expires_in, tokens.refresh_token, tokens.scope, "Bearer"))

    async def _profile(self, scope: Scope, _receive: Receive) -> SignOnSuccess:
        """What the person agreed to show."""
        headers = headers_of(scope["headers"], _HEADERS)
        key = await self._client(headers)
        authorization = headers.get(b"authorization", b"").decode("latin-1").strip()
        word, _, rest = authorization.partition(" ")
        token = rest.strip() if word.lower() == "bearer" else authorization
        found = await self._run(lambda: find_profile(key.partner_id, token, machine_now=now().machine_now))
        if found is None:
            raise refuse(Refusal.SIGN_ON_NO_USER)
        self._note_use(key.client_code)
        return _success(
            UserProfile(found.dp_user_id, found.email, found.name, found.card_number, found.phone, found.user_id)
        )

    async def _client(self, headers: Mapping[bytes, bytes]) -> PartnerKey:
        client_code = headers.get(b"x-client-id", b"").decode("latin-1").strip()
        if not client_code:
            raise refuse(Refusal.SIGN_ON_NO_CLIENT)
        return await self._run(lambda: find_client(client_code))

    async def _run(self, work: Callable[[], ResultT]) -> ResultT:
        return await asyncio.get_running_loop().run_in_executor(self._threads, with_connection, lambda _: work(), None)


def find_client(client_code: str) -> PartnerKey:
    """The live key of a client.

    Raises:
        RefusedError: sign_on_client_unknown (also for a key that is not live), sign_on_not_allowed.
    """
    key = find_partner_key(client_code)
    if key is None or find_standing([client_code], machine_now=now().machine_now).refusals:
        raise refuse(Refusal.SIGN_ON_CLIENT_UNKNOWN)
    if not key.allows(SCOPE):
        raise refuse(Refusal.SIGN_ON_NOT_ALLOWED)
    return key


def addresses_are_registered(key: PartnerKey, query: Mapping[str, str]) -> bool:
    """Whether both addresses of a request are the partner's own."""
    return is_registered(key.partner_id, "sign_on", query.get("redirect_uri", "")) and is_registered(
        key.partner_id, "login", query.get("login_uri", "")
    )


def find_consent(query: Mapping[str, str]) -> Consent | None:
    """What the query of a consent page asks for; None when the client, an address or the scope is not in order.

    The query went through a browser and is not signed: only what is registered counts.
    """
    try:
        key = find_client(query.get("client_id", ""))
    except RefusedError:
        return None
    scope, state = read_scope(query.get("scope", "")), query.get("state", "")
    if scope is None or not state or not addresses_are_registered(key, query):
        return None
    find = get_platform if key.role == PLATFORM else get_institution
    return Consent(
        key.partner_id,
        find(key.partner_id).name,
        tuple(scope.split()),
        state,
        query["redirect_uri"],
        query["login_uri"],
    )


def _exchange(key: PartnerKey, code: str) -> Tokens | None:
    moment = now()
    context = moment.context.acting_as(key.actor)
    return exchange_code(context, key.partner_id, code, machine_now=moment.machine_now)


def _refresh(key: PartnerKey, token: str) -> Tokens | None:
    moment = now()
    context = moment.context.acting_as(key.actor)
    return refresh_tokens(context, key.partner_id, token, machine_now=moment.machine_now)


def _success(data: RedirectUrl | TokenData | UserProfile) -> SignOnSuccess:
    return SignOnSuccess("no error", True, "0", data)
