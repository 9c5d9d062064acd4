"""The counter of one process: which calls there are, the lanes in which they wait, and who answers when all is done."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connections

from prakerja.kit import db
from prakerja.partner_api import logs
from prakerja.partner_api.admission import BASE_PATH, AnyCall, Head, admit, headers_of, read_head
from prakerja.partner_api.budgets import Addition, Budgets, Share, share_misses
from prakerja.partner_api.calls import Answer, Asked, Reply, answer_batch, now
from prakerja.partner_api.errors import Refusal, Refused
from prakerja.partner_api.feed_calls import COURSES
from prakerja.partner_api.http import GoneError, Receive, RefusedError, Scope, refuse, request_id_of, with_connection
from prakerja.partner_api.institution_calls import COMMIT, REDEEM_STATUS, RESET, URL_GENERATE
from prakerja.partner_api.keys import PartnerKey, find_partner_key
from prakerja.partner_api.lanes import Lanes, LanesStoppedError
from prakerja.partner_api.metrics import Metrics
from prakerja.partner_api.platform_calls import AUTHORIZE, PAYMENT_STATUS, QUOTA_SCHEDULE, SEND_OTP, VOID
from prakerja.partner_api.seen_calls import WAITING_MOST, Seen, write_seen
from prakerja.partner_api.sign_on_calls import SignOnCalls, SignOnSuccess
from prakerja.partner_api.task_calls import FEEDBACK, SUBMISSION, TASK_STATUS
from prakerja.partner_api.threads import LastUsedFirst
from prakerja.partners.operations import record_api_key_uses

RETRY_AFTER_SECONDS: Final = 5
THREADS: Final = 16
USES_NOTED_EVERY_SECONDS: Final = 30.0
SHARED_EVERY_SECONDS: Final = 0.5
API_PATH: Final = "/api/v1/"
OTHER: Final = "other"
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
    COURSES,
)


class Counter:
    """The calls of one process: their lanes, the threads in which operations run, and the keys seen so far."""

    def __init__(self) -> None:
        self._threads = LastUsedFirst(THREADS, name="counter")
        self._keys: dict[str, PartnerKey] = {}
        self.lanes: dict[str, Lanes[Asked[Any], Answer]] = {
            call.path: Lanes(call.path, _worker(call), self._threads, logs.together) for call in CALLS
        }
        self._calls: dict[str, AnyCall] = {BASE_PATH + call.path: call for call in CALLS}
        self._budgets = Budgets()
        self._used: set[str] = set()
        self._seen: list[Seen] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._uses_noted_at = time.monotonic()
        self._job = asyncio.create_task(self._tend())
        self.metrics = Metrics()
        self.sign_on = SignOnCalls(self._threads, self._budgets, self._note_use)

    def note_refusal(self, request_id: str, call: str, refusal: Refusal) -> None:
        """What was refused before it was a call: `call` is then `OTHER`, since an address could hold anything."""
        self.metrics.count(call, refusal.code)
        logs.note_answer(request_id, call, "", refusal.code, refusal.status, 0.0)

    def find_call(self, path: str) -> AnyCall | None:
        """The call at an address."""
        return self._calls.get(path)

    def answer(
        self, call: AnyCall, headers: Iterable[tuple[bytes, bytes]], body: bytes, reply: Callable[[Answer, str], None]
    ) -> None:
        """Answer a request whose body is whole by one `reply` with its id; whatever fails in between is a refusal too.

        Cost: nothing here waits; a key that is seen for the first time is looked up in a thread.
        """
        began = time.perf_counter()
        found = headers_of(headers)
        request_id = request_id_of(found.get(b"x-request-id"))
        head: Head | None = None

        def finish(answer: Answer) -> None:
            seconds = time.perf_counter() - began
            code = "OK" if isinstance(answer, Reply) else answer.refusal.code
            self.metrics.note(call.path, code, seconds)
            # Behind the answer: nobody waits for a log.
            reply(answer, request_id)
            status = 200 if isinstance(answer, Reply) else answer.refusal.status
            # A client code that nobody has could be anything.
            key = self._keys.get(head.client_code) if head is not None else None
            logs.note_answer(request_id, call.path, "" if key is None else key.client_code, code, status, seconds)
            if head is not None and key is not None and key.run_id is not None and len(self._seen) < WAITING_MOST:
                seen_at = datetime.now(UTC)
                self._seen.append(Seen(key.run_id, request_id, call.path, code, status, seen_at, head, body))

        try:
            head = read_head(call, found)
            key = self._keys.get(head.client_code)
            if key is None:
                self._start(self._answer_unknown(call, head, body, finish))
                return
            self._ask(call, key, head, body, finish)
        except RefusedError as error:
            finish(error.refused)
        except Exception as error:  # noqa: BLE001 - whatever it is, the partner gets an answer
            finish(_failed(call.path, error))

    def _ask(self, call: AnyCall, key: PartnerKey, head: Head, body: bytes, finish: Callable[[Answer], None]) -> None:
        partner = key.actor
        try:
            asked = admit(call, key, head, body)
        except RefusedError as error:
            if error.refused.refusal is Refusal.SIGNATURE_WRONG:
                wait = self._budgets.note_wrong_signature(head.client_code, time.monotonic())
                if wait:
                    raise refuse(Refusal.RATE_LIMITED, retry_after_seconds=wait) from None
            raise
        wait = self._budgets.wait_seconds(call.path, partner, time.monotonic())
        if wait:
            raise refuse(Refusal.RATE_LIMITED, retry_after_seconds=wait)

        def done(answer: Answer | BaseException) -> None:
            if isinstance(answer, Refused):
                self._budgets.note(call.path, partner, answer.refusal, time.monotonic())
            elif not isinstance(answer, Reply):
                answer = _failed(call.path, answer)
            finish(answer)

        try:
            self.lanes[call.path].ask(call.lane(asked), asked, done)
        except LanesStoppedError:
            raise refuse(Refusal.UNAVAILABLE, retry_after_seconds=RETRY_AFTER_SECONDS) from None
        self._note_use(key.client_code)

    def _note_use(self, client_code: str) -> None:
        self._used.add(client_code)

    async def _answer_unknown(self, call: AnyCall, head: Head, body: bytes, finish: Callable[[Answer], None]) -> None:
        """As `_ask`, for a client code that this process has not seen yet."""
        try:
            loop = asyncio.get_running_loop()
            key = await loop.run_in_executor(self._threads, with_connection, find_partner_key, head.client_code)
            if key is None:
                finish(Refused(Refusal.CLIENT_UNKNOWN))
                return
            self._keys[key.client_code] = key
            self._ask(call, key, head, body, finish)
        except RefusedError as error:
            finish(error.refused)
        except Exception as error:  # noqa: BLE001 - whatever it is, the partner gets an answer
            finish(_failed(call.path, error))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def answer_sign_on(
        self, path: str, scope: Scope, receive: Receive, request_id: str
    ) -> SignOnSuccess | Refused:
        """The answer to a call of single sign-on.

        Raises:
            GoneError: the client has gone.
        """
        began = time.perf_counter()
        _, work = self.sign_on.by_path[path]
        answer: SignOnSuccess | Refused
        call = path.removeprefix(API_PATH)
        try:
            answer = await work(scope, receive)
        except GoneError:
            raise
        except RefusedError as error:
            answer = error.refused
        except Exception as error:  # noqa: BLE001 - whatever it is, the partner gets an answer
            answer = _failed(call, error)
        code, status = (
            ("OK", 200) if isinstance(answer, SignOnSuccess) else (answer.refusal.code, answer.refusal.status)
        )
        seconds = time.perf_counter() - began
        self.metrics.note(call, code, seconds)
        logs.note_answer(request_id, call, "", code, status, seconds)
        return answer

    async def is_ready(self) -> bool:
        """Whether the database answers."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._threads, with_connection, db.value, "SELECT 1")
        except (DatabaseError, RuntimeError):
            return False
        return True

    async def _tend(self) -> None:
        """Share misses with the other processes every moment, and note last uses of keys together, once in a while."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SHARED_EVERY_SECONDS)
            spent = self._budgets.take_spent()
            shared = await loop.run_in_executor(self._threads, _share, spent)
            self._budgets.learn(shared, time.monotonic())
            if self._seen:
                seen, self._seen = self._seen, []
                await loop.run_in_executor(self._threads, _write_seen, seen)
            if self._used and time.monotonic() - self._uses_noted_at >= USES_NOTED_EVERY_SECONDS:
                self._uses_noted_at = time.monotonic()
                used, self._used = self._used, set()
                await loop.run_in_executor(self._threads, _write_uses, used)

    async def stop(self) -> None:
        """Answer what was taken, then close the threads' connections."""
        self._job.cancel()
        await asyncio.gather(*self._tasks)
        await asyncio.gather(*(lanes.stop() for lanes in self.lanes.values()))
        loop = asyncio.get_running_loop()
        if self._used:
            await loop.run_in_executor(self._threads, _write_uses, self._used)
        if self._seen:
            await loop.run_in_executor(self._threads, _write_seen, self._seen)
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        # Each thread closes its own connection: a barrier holds them until all that there can be have come.
        from threading import Barrier

        barrier = Barrier(THREADS)

        def close() -> None:
            barrier.wait(timeout=10)
            connections.close_all()

        for done in [self._threads.submit(close) for _ in range(THREADS)]:
            done.result()
        self._threads.shutdown()


def _failed(call: str, error: BaseException) -> Refused:
    """The answer when the work itself failed."""
    if isinstance(error, DatabaseError):
        logs.note_failure("the database failed", call, error)
        return Refused(Refusal.UNAVAILABLE, retry_after_seconds=RETRY_AFTER_SECONDS)
    logs.note_failure("a call failed", call, error)
    return Refused(Refusal.INTERNAL)


def _share(spent: list[Addition]) -> list[Share]:
    try:
        return with_connection(share_misses, spent)
    except DatabaseError as error:
        # The own budgets go on; the others learn of these misses never, which lets a partner miss a little more.
        logs.note_failure("misses were not shared", "", error)
        return []


def _write_uses(client_codes: set[str]) -> None:
    try:
        with_connection(lambda codes: record_api_key_uses(now().context, sorted(codes)), client_codes)
    except DatabaseError as error:
        logs.note_failure("last uses of keys were not noted", "", error)


def _write_seen(seen: list[Seen]) -> None:
    try:
        with_connection(write_seen, seen)
    except DatabaseError as error:
        # A call of an integration run that is not seen proves nothing: the platform makes it again.
        logs.note_failure("calls of an integration run were not kept", "", error)


def _worker(call: AnyCall) -> "Callable[[Sequence[Asked[Any]]], list[Answer]]":
    def once(asked: Sequence[Asked[Any]]) -> list[Answer]:
        return answer_batch(call, asked)

    def work(asked: Sequence[Asked[Any]]) -> list[Answer]:
        try:
            return with_connection(once, asked)
        except (OperationalError, InterfaceError) as error:
            # The connection is lost, perhaps behind the commit: what answers the same twice is done again.
            if not call.repeatable:
                return [_failed(call.path, error)] * len(asked)
            try:
                return with_connection(once, asked)
            except DatabaseError as again:
                return [_failed(call.path, again)] * len(asked)
        except Exception as error:  # noqa: BLE001 - whatever it is, the partner gets an answer in the contract's shape
            # A defect of one request fails that one: nothing of the batch was committed.
            if len(asked) > 1:
                return [answer for one in asked for answer in work([one])]
            logs.note_failure("a call failed", call.path, error)
            return [Refused(Refusal.INTERNAL)]

    return work
