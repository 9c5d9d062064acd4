"""The calls of training institutions: each takes what waits in its lane and asks one operation or query."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from prakerja.kit import codes
from prakerja.kit.lanes import lane_of
from prakerja.kit.settings import get_settings
from prakerja.learning import operations as learning
from prakerja.learning.errors import TaskCode
from prakerja.partner_api.calls import Answer, Asked, Call, Moment, Reply
from prakerja.partner_api.errors import REDEEM_REFUSALS, TASK_REFUSALS, Refusal, Refused
from prakerja.partner_api.formats import moment_text
from prakerja.partner_api.keys import INSTITUTION
from prakerja.partner_api.presence import SELF_PACED, LinkRequest, is_within_window, make_links
from prakerja.partner_api.queries import CodeFacts, find_codes, find_tasks, is_registered
from prakerja.partner_api.sandbox_codes import PREFIX, ResetCode, ResetRequest, plain_code, reset_redeem_codes
from prakerja.partner_api.types import (
    CommitRequest,
    CourseKind,
    Feedback,
    FeedbackRequest,
    PresenceUrl,
    RedeemStatus,
    RedeemStatusRequest,
    Task,
    TaskPart,
    TaskRequest,
    TaskStatus,
    TaskStatusRequest,
    UrlGenerateRequest,
)
from prakerja.programme.queries import get_regime_book
from prakerja.purchases import operations as purchases
from prakerja.purchases.errors import RedeemCode
from prakerja.purchases.rules import redeem_windows

TYPE_LABELS: Final = {1: "Webinar", 2: "Belajar Mandiri", 3: "Tatap Muka"}
PRESENCE_PATH: Final = "/hadir/"
_POST_TEST: Final = 999
_NOT_SUBMITTED, _PENDING, _DONE = 0, 1, 2


CodeRequestT = TypeVar(
    "CodeRequestT",
    RedeemStatusRequest,
    CommitRequest,
    UrlGenerateRequest,
    TaskRequest,
    FeedbackRequest,
    TaskStatusRequest,
)
TaskRequestT = TypeVar("TaskRequestT", TaskRequest, FeedbackRequest)


def statuses(_moment: Moment, asked: Sequence[Asked[RedeemStatusRequest]]) -> list[Answer]:
    """What codes stand for. See `_refusal`."""
    found = find_codes([(plain_code(one.request.redeem_code), one.request.sequence) for one in asked])
    answers: list[Answer] = []
    for one, facts in zip(asked, found, strict=True):
        refused = _refusal(one, facts)
        if refused is not None or facts is None:
            answers.append(refused or Refused(Refusal.CODE_UNKNOWN))
        else:
            answers.append(Reply(_status(one.request.redeem_code, one.request.sequence, facts)))
    return answers


def commits(moment: Moment, asked: Sequence[Asked[CommitRequest]]) -> list[Answer]:
    """Use codes. Refusals: those of `commit_redeem_codes`."""
    results = purchases.commit_redeem_codes(
        moment.context,
        [
            purchases.RedeemRequest(one.key.partner_id, plain_code(one.request.redeem_code), actor=one.key.actor)
            for one in asked
        ],
        windows=redeem_windows(get_regime_book().stretches),
    )
    done = [one.request for one, result in zip(asked, results, strict=True) if result.code is RedeemCode.OK]
    replies = iter(_replies(done))
    return [
        next(replies) if result.code is RedeemCode.OK else Refused(REDEEM_REFUSALS[result.code]) for result in results
    ]


_RESET_REFUSALS: Final = {
    ResetCode.CODE_UNKNOWN: Refusal.CODE_UNKNOWN,
    ResetCode.CODE_OF_ANOTHER_INSTITUTION: Refusal.CODE_OF_ANOTHER_INSTITUTION,
    ResetCode.PURCHASE_VOIDED: Refusal.CODE_VOIDED,
    ResetCode.PURCHASE_CLOSED: Refusal.PURCHASE_CLOSED,
}


def resets(moment: Moment, asked: Sequence[Asked[CommitRequest]]) -> list[Answer]:
    """Put test codes back. Refusals: no_test_code, then those of `reset_redeem_codes`."""
    tests = [one for one in asked if one.request.redeem_code.startswith(PREFIX)]
    requests = [ResetRequest(one.key.partner_id, one.request.redeem_code, one.key.actor) for one in tests]
    results = dict(zip(map(id, tests), reset_redeem_codes(moment.context, requests), strict=True))
    replies = iter(_replies([one.request for one in tests if results[id(one)] is ResetCode.OK]))
    answers: list[Answer] = []
    for one in asked:
        code = results.get(id(one))
        if code is None:
            answers.append(Refused(Refusal.NO_TEST_CODE))
        else:
            answers.append(next(replies) if code is ResetCode.OK else Refused(_RESET_REFUSALS[code]))
    return answers


def urls(moment: Moment, asked: Sequence[Asked[UrlGenerateRequest]]) -> list[Answer]:
    """Make addresses for presence checks.

    Refusals: code_unknown, code_of_another_institution, transaction_voided, purchase_closed,
    redirect_uri_not_registered, training_type_wrong (a later session of a self-paced course), session_unknown,
    outside_window, code_not_redeemed (a later session), email_of_another_participant.
    """
    found = find_codes([(plain_code(one.request.redeem_code), one.request.sequence) for one in asked])
    answers = [
        _refusal(one, facts) or _url_refusal(moment, one, facts) for one, facts in zip(asked, found, strict=True)
    ]
    welcome = [
        LinkRequest(
            facts=facts,
            sequence=one.request.sequence,
            redirect_uri=one.request.redirect_uri,
            email=one.request.email,
            actor=one.key.actor,
        )
        for one, facts, answer in zip(asked, found, answers, strict=True)
        if answer is None and facts is not None
    ]
    links = make_links(moment.context, welcome, machine_now=moment.machine_now) if welcome else []
    made = iter(zip(welcome, links, strict=True))
    base_url = get_settings().base_url.rstrip("/")
    replies: list[Answer] = []
    for answer in answers:
        if answer is not None:
            replies.append(answer)
            continue
        request, link = next(made)
        if link.token is None:
            replies.append(Refused(Refusal.EMAIL_OF_ANOTHER_PARTICIPANT))
            continue
        course = CourseKind(request.facts.training_type, request.facts.mode)
        replies.append(Reply(PresenceUrl(f"{base_url}{PRESENCE_PATH}{link.token}", link.state, course)))
    return replies


def _url_refusal(moment: Moment, one: Asked[UrlGenerateRequest], facts: CodeFacts | None) -> Refused | None:
    assert facts is not None, "an unknown code was refused before"  # noqa: S101 - a defect
    request = one.request
    if not is_registered(one.key.partner_id, "presence", request.redirect_uri):
        return Refused(Refusal.REDIRECT_URI_NOT_REGISTERED)
    if facts.session_starts_at is None:
        wrong_type = facts.training_type == SELF_PACED and request.sequence != _POST_TEST
        return Refused(Refusal.TRAINING_TYPE_WRONG if wrong_type else Refusal.SESSION_UNKNOWN)
    if not is_within_window(facts, moment.context.now):
        return Refused(Refusal.OUTSIDE_WINDOW)
    if facts.state == "paid" and request.sequence > 1:
        return Refused(Refusal.CODE_NOT_REDEEMED)
    return None


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
    """Whether tasks and feedback are there. Refusals: field_malformed (sequence), then `_refusal`'s."""
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
        refused = _sequence_refusal(one.request) or _refusal(one, facts)
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


def _refusal(one: Asked[CodeRequestT], facts: CodeFacts | None) -> Refused | None:
    if facts is None:
        return Refused(Refusal.CODE_UNKNOWN)
    if facts.institution_id != one.key.partner_id:
        return Refused(Refusal.CODE_OF_ANOTHER_INSTITUTION)
    if facts.state == "voided":
        return Refused(Refusal.TRANSACTION_VOIDED)
    if facts.state == "expired":
        return Refused(Refusal.PURCHASE_CLOSED)
    return None


def _replies(requests: Sequence[CommitRequest]) -> list[Answer]:
    """The status behind a change, for codes that are there."""
    found = find_codes([(plain_code(request.redeem_code), 1) for request in requests]) if requests else []
    return [
        Reply(_status(request.redeem_code, 1, facts))
        for request, facts in zip(requests, found, strict=True)
        if facts is not None
    ]


def _status(redeem_code: str, sequence: int, facts: CodeFacts) -> RedeemStatus:
    redeemed = facts.redeemed_at is not None
    return RedeemStatus(
        redeem_code=redeem_code,
        course_code=facts.course_code,
        invoice_code=facts.invoice_code,
        schedule_code=facts.schedule_code,
        status=int(redeemed),
        attendance_status=int(redeemed and facts.attended_at is not None),
        redeem_at=moment_text(facts.redeemed_at) if facts.redeemed_at else None,
        dp_platform=facts.platform_name,
        schedule_start_end=f"{moment_text(facts.starts_at)} - {moment_text(facts.ends_at)}",
        course_type=facts.training_type,
        course_type_label=TYPE_LABELS[facts.training_type],
        course_learning_method=facts.mode,
        is_online_attendance=facts.mode == "online",
        sequence=sequence,
    )


def _lane_of_code(asked: Asked[CodeRequestT]) -> int:
    seed = codes.redeem_code_lane_seed(plain_code(asked.request.redeem_code))
    return 0 if seed is None else lane_of(seed)


REDEEM_STATUS: Final = Call(
    path="payment/redeem-code/status",
    role=INSTITUTION,
    scope="redeem",
    request=RedeemStatusRequest,
    answer=RedeemStatus,
    lane=_lane_of_code,
    work=statuses,
    summary="What a redeem code stands for",
    repeatable=True,
)
COMMIT: Final = Call(
    path="payment/redeem-code/commit",
    role=INSTITUTION,
    scope="redeem",
    request=CommitRequest,
    answer=RedeemStatus,
    lane=_lane_of_code,
    work=commits,
    summary="Use a redeem code",
)
RESET: Final = Call(
    path="payment/redeem-code/reset",
    role=INSTITUTION,
    scope="redeem",
    request=CommitRequest,
    answer=RedeemStatus,
    lane=_lane_of_code,
    work=resets,
    summary="Put a test code back to unused (sandbox)",
    repeatable=True,
    sandbox_only=True,
)
URL_GENERATE: Final = Call(
    path="oauth/url-generate",
    role=INSTITUTION,
    scope="redeem",
    request=UrlGenerateRequest,
    answer=PresenceUrl,
    lane=_lane_of_code,
    work=urls,
    summary="An address at which the participant shows to be present",
    repeatable=True,
)
SUBMISSION: Final = Call(
    path="tpm/submission",
    role=INSTITUTION,
    scope="learning",
    request=TaskRequest,
    answer=Task,
    lane=_lane_of_code,
    work=submissions,
    summary="Hand a participant's task in",
    repeatable=True,
)
FEEDBACK: Final = Call(
    path="tpm/feedback/submission",
    role=INSTITUTION,
    scope="learning",
    request=FeedbackRequest,
    answer=Feedback,
    lane=_lane_of_code,
    work=feedbacks,
    summary="Give feedback on a task",
    repeatable=True,
)
TASK_STATUS: Final = Call(
    path="tpm/submission/status",
    role=INSTITUTION,
    scope="learning",
    request=TaskStatusRequest,
    answer=TaskStatus,
    lane=_lane_of_code,
    work=task_statuses,
    summary="Whether a task and its feedback are there",
    repeatable=True,
)
