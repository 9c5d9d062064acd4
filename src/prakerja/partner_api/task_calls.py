"""The calls about practice tasks and skill demonstrations: hand in, give feedback, ask for both."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from prakerja.learning import operations as learning
from prakerja.learning.errors import TaskCode
from prakerja.partner_api.calls import Answer, Asked, Call, Moment, Reply
from prakerja.partner_api.code_facts import CODE_REFUSALS, lane_of_code, refusal_of_code
from prakerja.partner_api.errors import TASK_REFUSALS, Refusal, Refused
from prakerja.partner_api.keys import INSTITUTION
from prakerja.partner_api.queries import CodeFacts, find_codes, find_tasks
from prakerja.partner_api.sandbox_codes import plain_code
from prakerja.partner_api.types import (
    Feedback,
    FeedbackRequest,
    Task,
    TaskPart,
    TaskRequest,
    TaskStatus,
    TaskStatusRequest,
)

_POST_TEST: Final = 999
_NOT_SUBMITTED, _PENDING, _DONE = 0, 1, 2
TaskRequestT = TypeVar("TaskRequestT", TaskRequest, FeedbackRequest)


def submissions(moment: Moment, asked: Sequence[Asked[TaskRequest]]) -> list[Answer]:
    """Store tasks. Refusals: field_malformed (sequence), then those of `submit_tasks`."""

    def store(batch: Sequence[Asked[TaskRequest]], found: Sequence[CodeFacts], actor: str) -> list[Answer]:
        results = learning.submit_tasks(
            moment.context.acting_as(actor),
            [
                learning.TaskRequest(
                    facts.lane,
                    facts.purchase_id,
                    one.key.partner_id,
                    one.request.scope,
                    one.request.sequence,
                    one.request.url_file,
                )
                for one, facts in zip(batch, found, strict=True)
            ],
        )
        answered = _answered([(facts, one.request) for one, facts in zip(batch, found, strict=True)])
        return [
            Refused(TASK_REFUSALS[result.code])
            if result.code is not TaskCode.OK or result.number is None
            else Reply(
                Task(
                    id=result.number,
                    redeem_code=one.request.redeem_code,
                    scope=one.request.scope,
                    sequence=one.request.sequence,
                    status=_DONE if done else _PENDING,
                    url_file=one.request.url_file,
                )
            )
            for one, result, done in zip(batch, results, answered, strict=True)
        ]

    return _by_actor(asked, store)


def feedbacks(moment: Moment, asked: Sequence[Asked[FeedbackRequest]]) -> list[Answer]:
    """Store feedback. Refusals: field_malformed (sequence), then those of `give_feedback`."""

    def store(batch: Sequence[Asked[FeedbackRequest]], found: Sequence[CodeFacts], actor: str) -> list[Answer]:
        results = learning.give_feedback(
            moment.context.acting_as(actor),
            [
                learning.FeedbackRequest(
                    facts.lane,
                    facts.purchase_id,
                    one.key.partner_id,
                    one.request.scope,
                    one.request.sequence,
                    one.request.notes,
                    one.request.url_file,
                )
                for one, facts in zip(batch, found, strict=True)
            ],
        )
        return [
            Refused(TASK_REFUSALS[result.code])
            if result.code is not TaskCode.OK or result.number is None
            else Reply(
                Feedback(
                    id=result.number,
                    redeem_code=one.request.redeem_code,
                    scope=one.request.scope,
                    sequence=one.request.sequence,
                    status=_DONE,
                    url_file=one.request.url_file,
                    notes=one.request.notes,
                )
            )
            for one, result in zip(batch, results, strict=True)
        ]

    return _by_actor(asked, store)


def task_statuses(_moment: Moment, asked: Sequence[Asked[TaskStatusRequest]]) -> list[Answer]:
    """Whether tasks and feedback are there. Refusals: field_malformed (sequence), then `refusal_of_code`'s."""
    found = find_codes([(plain_code(one.request.redeem_code), 1) for one in asked])
    tasks = find_tasks(
        [
            (facts.lane, facts.purchase_id, one.request.scope, one.request.sequence)
            for one, facts in zip(asked, found, strict=True)
            if facts is not None
        ]
    )
    answers: list[Answer] = []
    for one, facts in zip(asked, found, strict=True):
        refused = _sequence_refusal(one.request) or refusal_of_code(one, facts)
        if refused is not None or facts is None:
            answers.append(refused or Refused(Refusal.CODE_UNKNOWN))
            continue
        answered = tasks.get((facts.purchase_id, one.request.scope, one.request.sequence))
        task = _NOT_SUBMITTED if answered is None else _DONE if answered else _PENDING
        named = (one.request.redeem_code, one.request.scope, one.request.sequence)
        feedback = TaskPart(*named, _DONE if answered else _NOT_SUBMITTED)
        answers.append(Reply(TaskStatus(TaskPart(*named, task), feedback)))
    return answers


def _answered(asked: Sequence[tuple[CodeFacts, TaskRequest]]) -> list[bool]:
    keys = [(facts.lane, facts.purchase_id, request.scope, request.sequence) for facts, request in asked]
    found = find_tasks(keys)
    return [found.get(key[1:], False) for key in keys]


def _by_actor(
    asked: Sequence[Asked[TaskRequestT]],
    store: Callable[[Sequence[Asked[TaskRequestT]], Sequence[CodeFacts], str], list[Answer]],
) -> list[Answer]:
    """One call of the operation per partner in the batch: an event names one actor."""
    found = find_codes([(plain_code(one.request.redeem_code), 1) for one in asked])
    answers: list[Answer] = []
    batches: dict[str, list[tuple[int, CodeFacts]]] = defaultdict(list)
    for position, (one, facts) in enumerate(zip(asked, found, strict=True)):
        answers.append(_sequence_refusal(one.request) or Refused(Refusal.CODE_UNKNOWN))
        if facts is not None and _sequence_refusal(one.request) is None:
            batches[one.key.actor].append((position, facts))
    for actor, batch in sorted(batches.items()):
        stored = store([asked[position] for position, _ in batch], [facts for _, facts in batch], actor)
        for (position, _), answer in zip(batch, stored, strict=True):
            answers[position] = answer
    return answers


def _sequence_refusal(request: TaskRequest | FeedbackRequest | TaskStatusRequest) -> Refused | None:
    fits = (request.scope == "uk") == (request.sequence == _POST_TEST)
    return None if fits else Refused(Refusal.FIELD_MALFORMED, "sequence")


SUBMISSION: Final = Call(
    path="tpm/submission",
    role=INSTITUTION,
    scope="learning",
    request=TaskRequest,
    answer=Task,
    lane=lane_of_code,
    work=submissions,
    summary="Hand a participant's task in",
    refusals=tuple(refusal for code, refusal in TASK_REFUSALS.items() if code is not TaskCode.NO_ASSIGNMENT),
    repeatable=True,
)
FEEDBACK: Final = Call(
    path="tpm/feedback/submission",
    role=INSTITUTION,
    scope="learning",
    request=FeedbackRequest,
    answer=Feedback,
    lane=lane_of_code,
    work=feedbacks,
    summary="Give feedback on a task",
    refusals=tuple(TASK_REFUSALS.values()),
    repeatable=True,
)
TASK_STATUS: Final = Call(
    path="tpm/submission/status",
    role=INSTITUTION,
    scope="learning",
    request=TaskStatusRequest,
    answer=TaskStatus,
    lane=lane_of_code,
    work=task_statuses,
    summary="Whether a task and its feedback are there",
    refusals=CODE_REFUSALS,
    repeatable=True,
)
