"""The calls over HTTP: from the bytes of a request to the bytes of its answer, without a framework on the way.

The order of the checks, each with its own refusal: media type; body size; client code, timestamp and signature are
there; the key is known; the timestamp is fresh; the signature fits; role, scope, sandbox; JSON; fields; then the call
itself, which first asks whether key and partner still count.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connections

from prakerja.kit import db
from prakerja.kit.settings import get_settings
from prakerja.partner_api import signing
from prakerja.partner_api.budgets import Budgets
from prakerja.partner_api.calls import Answer, Asked, Call, Reply, answer_batch, now
from prakerja.partner_api.errors import Refusal, Refused
from prakerja.partner_api.http import (
    Receive,
    RefusedError,
    Scope,
    headers_of,
    read_body,
    refuse,
    text_of,
    with_connection,
)
from prakerja.partner_api.institution_calls import (
    COMMIT,
    FEEDBACK,
    REDEEM_STATUS,
    RESET,
    SUBMISSION,
    TASK_STATUS,
    URL_GENERATE,
)
from prakerja.partner_api.keys import PartnerKey, find_partner_key
from prakerja.partner_api.lanes import Lanes, LanesStoppedError
from prakerja.partner_api.metrics import Metrics
from prakerja.partner_api.platform_calls import AUTHORIZE, PAYMENT_STATUS, QUOTA_SCHEDULE, SEND_OTP, VOID
from prakerja.partner_api.sandbox_codes import refusal_of_test_code
from prakerja.partner_api.sign_on_calls import SignOnCalls, SignOnSuccess
from prakerja.partner_api.types import Malformed, read_request
from prakerja.partners.operations import record_api_key_uses

# What a call's own types are is checked where it is made; here all are served alike.
AnyCall = Call[Any]

BASE_PATH: Final = "/api/v1/integration/"
RETRY_AFTER_SECONDS: Final = 5
THREADS: Final = 16
USES_NOTED_EVERY_SECONDS: Final = 30.0
CALLS: Final[tuple[AnyCall, ...]] = (
    QUOTA_SCHEDULE,
    SEND_OTP,
    AUTHORIZE,
    PAYMENT_STATUS,
    VOID,
    REDEEM_STATUS,
    COMMIT,
    RESET,
    URL_GENERATE,
    SUBMISSION,
    FEEDBACK,
    TASK_STATUS,
)
_HEADERS: Final = {
    b"client_code",
    b"timestamp",
    b"signature",
    b"authorization",
    b"content-type",
    b"content-length",
    b"content-encoding",
}
_log = logging.getLogger(__name__)


class Counter:
    """The calls of one process: their lanes, the threads in which operations run, and the keys seen so far."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="counter")
        self._keys: dict[str, PartnerKey] = {}
        self.lanes: dict[str, Lanes[Asked[Any], Answer]] = {
            call.path: Lanes(call.path, _worker(call), self._threads) for call in CALLS
        }
        self._calls: dict[str, AnyCall] = {BASE_PATH + call.path: call for call in CALLS}
        self._sandbox = get_settings().deployment == "sandbox"
        self._budgets = Budgets()
        self._used: set[str] = set()
        self._uses_noted_at = time.monotonic()
        self.metrics = Metrics()
        self.sign_on = SignOnCalls(self._threads)

    def find_call(self, path: str) -> AnyCall | None:
        """The call at an address."""
        return self._calls.get(path)

    async def answer(self, call: AnyCall, scope: Scope, receive: Receive) -> Answer:
        """The answer to one request; whatever fails in between is a refusal too."""
        began = time.perf_counter()
        answer = await self._decide(call, scope, receive)
        code = "OK" if isinstance(answer, Reply) else answer.refusal.code
        self.metrics.note(call.path, code, time.perf_counter() - began)
        return answer

    async def answer_sign_on(self, path: str, scope: Scope, receive: Receive) -> SignOnSuccess | Refused:
        """The answer to a call of single sign-on."""
        began = time.perf_counter()
        _, work = self.sign_on.by_path[path]
        answer: SignOnSuccess | Refused
        try:
            answer = await work(scope, receive)
        except RefusedError as error:
            answer = error.refused
        except DatabaseError:
            _log.exception("the database failed in %s", path)
            answer = Refused(Refusal.UNAVAILABLE, retry_after_seconds=RETRY_AFTER_SECONDS)
        code = answer.refusal.code if isinstance(answer, Refused) else "OK"
        self.metrics.note(path.removeprefix("/api/v1/"), code, time.perf_counter() - began)
        return answer

    async def is_ready(self) -> bool:
        """Whether the database answers."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._threads, with_connection, db.value, "SELECT 1")
        except (DatabaseError, RuntimeError):
            return False
        return True

    async def _decide(self, call: AnyCall, scope: Scope, receive: Receive) -> Answer:
        try:
            asked = await self._read(call, scope, receive)
            partner = asked.key.actor
            wait = self._budgets.wait_seconds(call.path, partner, time.monotonic())
            if wait:
                return Refused(Refusal.RATE_LIMITED, retry_after_seconds=wait)
            answer: Answer = await self.lanes[call.path].ask(call.lane(asked), asked)
        except RefusedError as error:
            return error.refused
        except LanesStoppedError:
            return Refused(Refusal.UNAVAILABLE, retry_after_seconds=RETRY_AFTER_SECONDS)
        except DatabaseError:
            _log.exception("the database failed in %s", call.path)
            return Refused(Refusal.UNAVAILABLE, retry_after_seconds=RETRY_AFTER_SECONDS)
        if isinstance(answer, Refused):
            self._budgets.note(call.path, partner, answer.refusal, time.monotonic())
        self._note_use(asked.key.client_code)
        return answer

    def _note_use(self, client_code: str) -> None:
        """Last uses go to the database together, once in a while."""
        self._used.add(client_code)
        if time.monotonic() - self._uses_noted_at >= USES_NOTED_EVERY_SECONDS:
            self._uses_noted_at = time.monotonic()
            used, self._used = self._used, set()
            asyncio.get_running_loop().run_in_executor(self._threads, _note_uses, used)

    async def stop(self) -> None:
        """Answer what was taken, then close the threads' connections."""
        await asyncio.gather(*(lanes.stop() for lanes in self.lanes.values()))
        if self._used:
            await asyncio.get_running_loop().run_in_executor(self._threads, _note_uses, self._used)
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        # Each thread closes its own connection: a barrier holds them until all have come.
        from threading import Barrier

        count = len(self._threads._threads)  # noqa: SLF001 - the pool does not tell how many it has started
        barrier = Barrier(count) if count else None

        def close() -> None:
            if barrier is not None:
                barrier.wait(timeout=10)
            connections.close_all()

        for done in [self._threads.submit(close) for _ in range(count)]:
            done.result()
        self._threads.shutdown()

    async def _read(self, call: AnyCall, scope: Scope, receive: Receive) -> Asked[Any]:
        headers = headers_of(scope, _HEADERS)
        if headers.get(b"content-encoding", b"identity").strip().lower() not in {b"", b"identity"}:
            raise refuse(Refusal.MEDIA_TYPE_NOT_ALLOWED)
        if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != b"application/json":
            raise refuse(Refusal.MEDIA_TYPE_NOT_ALLOWED)
        body = await read_body(headers, receive)
        client_code = text_of(headers, b"client_code", Refusal.CLIENT_MISSING)
        timestamp = text_of(headers, b"timestamp", Refusal.TIMESTAMP_MALFORMED)
        if not signing.is_timestamp(timestamp):
            raise refuse(Refusal.TIMESTAMP_MALFORMED)
        signature = text_of(headers, b"signature", Refusal.SIGNATURE_MISSING)
        authorization = text_of(headers, b"authorization", Refusal.TOKEN_MISSING) if call.takes_token else ""
        key = self._keys.get(client_code) or await self._find_key(client_code)
        if not signing.timestamp_is_fresh(timestamp, time.time()):
            raise refuse(Refusal.TIMESTAMP_EXPIRED)
        try:
            value, problem = signing.parse_body(body), None
        except signing.DuplicateKeyError:
            value, problem = None, Refusal.KEY_DUPLICATED
        except ValueError:
            value, problem = None, Refusal.JSON_MALFORMED
        head = signing.base_string(client_code, timestamp, "POST", BASE_PATH + call.path)
        between = signing.authorization_forms(authorization) if call.takes_token else (b"",)
        if not signing.signature_is_right(key.secret, signature, head, body, is_json=problem is None, between=between):
            raise RefusedError(self._wrong_signature(client_code, head + between[0] + body))
        self._check_rights(call, key)
        if problem is not None:
            raise refuse(problem)
        return self._asked(call, key, value, authorization)

    def _asked(self, call: AnyCall, key: PartnerKey, value: object, authorization: str) -> Asked[Any]:
        if not isinstance(value, dict):
            raise refuse(Refusal.NO_OBJECT)
        try:
            request = read_request(value, call.request)
        except Malformed as error:
            if error.missing and error.field in {"course_code", "schedule_code"}:
                raise refuse(Refusal.COURSE_OR_SCHEDULE_EMPTY) from None
            raise refuse(Refusal.FIELD_MISSING if error.missing else Refusal.FIELD_MALFORMED, error.field) from None
        redeem_code = getattr(request, "redeem_code", None)
        if self._sandbox and redeem_code is not None:
            refusal = refusal_of_test_code(redeem_code)
            if refusal is not None:
                raise refuse(refusal)
        return Asked(key, request, signing.payment_token_of(authorization) if authorization else "")

    def _check_rights(self, call: AnyCall, key: PartnerKey) -> None:
        if key.role != call.role:
            raise refuse(Refusal.ROLE_NOT_ALLOWED)
        if not key.allows(call.scope):
            raise refuse(Refusal.SCOPE_NOT_ALLOWED)
        if call.sandbox_only and not self._sandbox:
            raise refuse(Refusal.SANDBOX_ONLY)

    def _wrong_signature(self, client_code: str, built: bytes) -> Refused:
        wait = self._budgets.note_wrong_signature(client_code, time.monotonic())
        if wait:
            return Refused(Refusal.RATE_LIMITED, retry_after_seconds=wait)
        if not self._sandbox:
            return Refused(Refusal.SIGNATURE_WRONG)
        return Refused(Refusal.SIGNATURE_WRONG, base_string=built.decode("utf-8", "replace"))

    async def _find_key(self, client_code: str) -> PartnerKey:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, with_connection, find_partner_key, client_code)
        if found is None:
            raise refuse(Refusal.CLIENT_UNKNOWN)
        self._keys[client_code] = found
        return found


def _note_uses(client_codes: set[str]) -> None:
    try:
        with_connection(lambda codes: record_api_key_uses(now().context, sorted(codes)), client_codes)
    except DatabaseError:
        _log.warning("last uses of keys were not noted", exc_info=True)


def _worker(call: AnyCall) -> "Callable[[Sequence[Asked[Any]]], list[Answer]]":
    def once(asked: Sequence[Asked[Any]]) -> list[Answer]:
        return answer_batch(call, asked)

    def work(asked: Sequence[Asked[Any]]) -> list[Answer]:
        try:
            return with_connection(once, asked)
        except (OperationalError, InterfaceError):
            # The connection is lost, perhaps behind the commit: what answers the same twice is done again.
            if not call.repeatable:
                raise
            return with_connection(once, asked)
        except Exception:  # noqa: BLE001 - whatever it is, the partner gets an answer in the shape of the contract
            # A defect of one request fails that one: nothing of the batch was committed.
            if len(asked) > 1:
                return [answer for one in asked for answer in work([one])]
            _log.exception("%s failed", call.path)
            return [Refused(Refusal.INTERNAL)]

    return work
