"""The calls of training institutions: each takes what waits in its lane and asks one operation or query."""

from collections.abc import Sequence
from typing import Final

from prakerja.kit.settings import get_settings
from prakerja.partner_api.calls import Answer, Asked, Call, Moment, Reply
from prakerja.partner_api.code_facts import CODE_REFUSALS, lane_of_code, refusal_of_code
from prakerja.partner_api.errors import REDEEM_REFUSALS, Refusal, Refused
from prakerja.partner_api.formats import moment_text
from prakerja.partner_api.keys import INSTITUTION
from prakerja.partner_api.presence import SELF_PACED, LinkRequest, is_within_window, make_links
from prakerja.partner_api.queries import CodeFacts, find_codes, is_registered
from prakerja.partner_api.sandbox_codes import PREFIX, ResetCode, ResetRequest, plain_code, reset_redeem_codes
from prakerja.partner_api.types import (
    CommitRequest,
    CourseKind,
    PresenceUrl,
    RedeemStatus,
    RedeemStatusRequest,
    UrlGenerateRequest,
)
from prakerja.programme.queries import get_regime_book
from prakerja.purchases import operations as purchases
from prakerja.purchases.errors import RedeemCode
from prakerja.purchases.rules import redeem_windows

TYPE_LABELS: Final = {1: "Webinar", 2: "Belajar Mandiri", 3: "Tatap Muka"}
PRESENCE_PATH: Final = "/hadir/"
_POST_TEST: Final = 999


def statuses(_moment: Moment, asked: Sequence[Asked[RedeemStatusRequest]]) -> list[Answer]:
    """What codes stand for. See `refusal_of_code`."""
    found = find_codes([(plain_code(one.request.redeem_code), one.request.sequence) for one in asked])
    answers: list[Answer] = []
    for one, facts in zip(asked, found, strict=True):
        refused = refusal_of_code(one, facts)
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

    Refusals: those of `URL_GENERATE`. training_type_wrong: a later session of a self-paced course; code_not_redeemed: a
    later session of any other.
    """
    found = find_codes([(plain_code(one.request.redeem_code), one.request.sequence) for one in asked])
    answers = [
        refusal_of_code(one, facts) or _url_refusal(moment, one, facts) for one, facts in zip(asked, found, strict=True)
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


REDEEM_STATUS: Final = Call(
    path="payment/redeem-code/status",
    role=INSTITUTION,
    scope="redeem",
    request=RedeemStatusRequest,
    answer=RedeemStatus,
    lane=lane_of_code,
    work=statuses,
    summary="What a redeem code stands for",
    refusals=CODE_REFUSALS,
    repeatable=True,
)
COMMIT: Final = Call(
    path="payment/redeem-code/commit",
    role=INSTITUTION,
    scope="redeem",
    request=CommitRequest,
    answer=RedeemStatus,
    lane=lane_of_code,
    work=commits,
    summary="Use a redeem code",
    refusals=tuple(REDEEM_REFUSALS.values()),
)
RESET: Final = Call(
    path="payment/redeem-code/reset",
    role=INSTITUTION,
    scope="redeem",
    request=CommitRequest,
    answer=RedeemStatus,
    lane=lane_of_code,
    work=resets,
    summary="Put a test code back to unused (sandbox)",
    refusals=(Refusal.SANDBOX_ONLY, Refusal.NO_TEST_CODE, *_RESET_REFUSALS.values()),
    repeatable=True,
    sandbox_only=True,
)
URL_GENERATE: Final = Call(
    path="oauth/url-generate",
    role=INSTITUTION,
    scope="redeem",
    request=UrlGenerateRequest,
    answer=PresenceUrl,
    lane=lane_of_code,
    work=urls,
    summary="An address at which the participant shows to be present",
    refusals=(
        *CODE_REFUSALS,
        Refusal.REDIRECT_URI_NOT_REGISTERED,
        Refusal.TRAINING_TYPE_WRONG,
        Refusal.SESSION_UNKNOWN,
        Refusal.OUTSIDE_WINDOW,
        Refusal.CODE_NOT_REDEEMED,
        Refusal.EMAIL_OF_ANOTHER_PARTICIPANT,
    ),
    repeatable=True,
)
