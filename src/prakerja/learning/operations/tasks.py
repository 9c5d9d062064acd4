"""Tasks that participants hand in, and the institutions' feedback."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.learning.errors import TaskCode
from prakerja.learning.operations._facts import Key

# What a number of JSON keeps whole in every language.
_NUMBER_BITS = 52
TaskKey = tuple[int, UUID, str, int]


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """A task handed in. `scope` is `tpm` (practice, sequence 1-998) or `uk` (skill demonstration, 999)."""

    lane: int
    purchase_id: UUID
    institution_id: UUID
    scope: str
    sequence: int
    file_address: str


@dataclass(frozen=True, slots=True)
class FeedbackRequest:
    """The institution's words on a task, with a file or without."""

    lane: int
    purchase_id: UUID
    institution_id: UUID
    scope: str
    sequence: int
    notes: str
    file_address: str | None = None


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The answer, with the number of the task or of the feedback."""

    code: TaskCode
    number: int | None = None


@dataclass(frozen=True, slots=True)
class _Purchase:
    institution_id: UUID
    state: str


@dataclass(slots=True)
class _Task:
    number: int
    file_address: str
    feedback_number: int | None
    notes: str | None
    feedback_file_address: str | None


def submit_tasks(context: Context, requests: Sequence[TaskRequest]) -> list[TaskResult]:
    """Store tasks; one answer each, in order. Handing in again replaces the file until there is feedback.

    Codes in order: unknown_purchase, another_institution, voided, not_redeemed, expired, already_answered, ok. The same
    file again is `ok` with the number that it has. Cost: two reads under locks in key order, two writes.
    """
    with db.transaction():
        purchases, tasks = _lock(requests)
        written: dict[TaskKey, _Task] = {}
        results = []
        for request in requests:
            code = _refusal(request, purchases.get((request.lane, request.purchase_id)))
            there = tasks.get(_key(request))
            if code is TaskCode.OK and there is not None and there.feedback_number is not None:
                same = there.file_address == request.file_address
                code = TaskCode.OK if same else TaskCode.ALREADY_ANSWERED
            elif code is TaskCode.OK and (there is None or there.file_address != request.file_address):
                number = there.number if there else context.ids.bits(_NUMBER_BITS)
                there = tasks[_key(request)] = _Task(number, request.file_address, None, None, None)
                written[_key(request)] = there
            results.append(TaskResult(code, there.number if code is TaskCode.OK and there else None))
        _write_tasks(context, written)
    return results


def give_feedback(context: Context, requests: Sequence[FeedbackRequest]) -> list[TaskResult]:
    """Store feedback; one answer each, in order. Feedback is given once: the same again is `ok`.

    Codes in order: unknown_purchase, another_institution, voided, not_redeemed, expired, no_assignment,
    already_answered, ok. Rule: LEARN-04. Cost: two reads under locks in key order, two writes.
    """
    with db.transaction():
        purchases, tasks = _lock(requests)
        written: dict[TaskKey, _Task] = {}
        results = []
        for request in requests:
            code = _refusal(request, purchases.get((request.lane, request.purchase_id)))
            task = tasks.get(_key(request))
            if code is TaskCode.OK and task is None:
                code = TaskCode.NO_ASSIGNMENT
            elif code is TaskCode.OK and task is not None and task.feedback_number is not None:
                same = (task.notes, task.feedback_file_address) == (request.notes, request.file_address)
                code = TaskCode.OK if same else TaskCode.ALREADY_ANSWERED
            elif code is TaskCode.OK and task is not None:
                task.feedback_number = context.ids.bits(_NUMBER_BITS)
                task.notes, task.feedback_file_address = request.notes, request.file_address
                written[_key(request)] = task
            results.append(TaskResult(code, task.feedback_number if code is TaskCode.OK and task else None))
        _write_feedback(context, written)
    return results


def _refusal(request: TaskRequest | FeedbackRequest, purchase: _Purchase | None) -> TaskCode:
    if purchase is None:
        return TaskCode.UNKNOWN_PURCHASE
    if purchase.institution_id != request.institution_id:
        return TaskCode.ANOTHER_INSTITUTION
    refused = {"voided": TaskCode.VOIDED, "paid": TaskCode.NOT_REDEEMED, "expired": TaskCode.EXPIRED}
    return refused.get(purchase.state, TaskCode.OK)


def _key(request: TaskRequest | FeedbackRequest) -> TaskKey:
    return (request.lane, request.purchase_id, request.scope, request.sequence)


def _lock(
    requests: Sequence[TaskRequest] | Sequence[FeedbackRequest],
) -> tuple[dict[Key, _Purchase], dict[TaskKey, _Task]]:
    keys = sorted({(request.lane, request.purchase_id) for request in requests})
    given = ([lane for lane, _ in keys], [purchase_id for _, purchase_id in keys])
    purchases = {
        (lane, purchase_id): _Purchase(institution_id, state)
        for lane, purchase_id, institution_id, state in db.rows(
            """
            SELECT p.lane, p.purchase_id, p.institution_id, p.state
            FROM purchases p
            JOIN unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id) USING (lane, purchase_id)
            ORDER BY p.lane, p.purchase_id
            FOR NO KEY UPDATE OF p
            """,
            given,
        )
    }
    tasks = {
        (lane, purchase_id, scope, sequence): _Task(*rest)
        for lane, purchase_id, scope, sequence, *rest in db.rows(
            """
            SELECT t.lane, t.purchase_id, t.scope, t.sequence,
                t.number, t.file_address, t.feedback_number, t.feedback_notes, t.feedback_file_address
            FROM tasks t
            JOIN unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id) USING (lane, purchase_id)
            ORDER BY t.lane, t.purchase_id, t.scope, t.sequence
            """,
            given,
        )
    }
    return purchases, tasks


def _write_tasks(context: Context, written: Mapping[TaskKey, _Task]) -> None:
    if not written:
        return
    db.execute(
        """
        INSERT INTO tasks (lane, purchase_id, scope, sequence, number, file_address, submitted_at)
        SELECT g.lane, g.purchase_id, g.scope, g.sequence, g.number, g.file_address, %s
        FROM json_to_recordset(%s::json) AS g (
            lane smallint, purchase_id uuid, scope text, sequence smallint, number bigint, file_address text
        )
        ON CONFLICT ON CONSTRAINT a_task_is_handed_in_once DO UPDATE
        SET file_address = excluded.file_address, submitted_at = excluded.submitted_at
        """,
        (context.now, db.encode_json(_items(written))),
    )
    _record(context, "task.submitted", written)


def _write_feedback(context: Context, written: Mapping[TaskKey, _Task]) -> None:
    if not written:
        return
    db.execute(
        """
        UPDATE tasks t
        SET feedback_number = g.feedback_number, feedback_notes = g.notes, feedback_at = %s,
            feedback_file_address = g.feedback_file_address
        FROM json_to_recordset(%s::json) AS g (
            lane smallint, purchase_id uuid, scope text, sequence smallint, feedback_number bigint, notes text,
            feedback_file_address text
        )
        WHERE t.lane = g.lane AND t.purchase_id = g.purchase_id AND t.scope = g.scope AND t.sequence = g.sequence
        """,
        (context.now, db.encode_json(_items(written))),
    )
    _record(context, "task.feedback_given", written)


def _items(written: Mapping[TaskKey, _Task]) -> list[dict[str, object]]:
    return [
        {
            "lane": lane,
            "purchase_id": purchase_id,
            "scope": scope,
            "sequence": sequence,
            "number": task.number,
            "file_address": task.file_address,
            "feedback_number": task.feedback_number,
            "notes": task.notes,
            "feedback_file_address": task.feedback_file_address,
        }
        for (lane, purchase_id, scope, sequence), task in written.items()
    ]


def _record(context: Context, kind: str, written: Mapping[TaskKey, _Task]) -> None:
    record_events(
        context,
        [
            Event(kind, purchase_id, {"scope": scope, "sequence": sequence}, lane)
            for lane, purchase_id, scope, sequence in written
        ],
    )
