"""Who gets incentives, and when each falls due."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.incentives.errors import EntitleCode, SurveyCode
from prakerja.incentives.rules import ENTITLED_STATES, Conditions, IncentiveKind, Planned, judge, plan
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.ledger.errors import PostCode
from prakerja.ledger.operations import Transfer, post_transfers
from prakerja.programme.queries import get_regime_book, get_regime_book_of
from prakerja.programme.regimes import RegimeBook

Key = tuple[int, UUID]

_POSTED = frozenset({PostCode.OK, PostCode.REPEATED})


@dataclass(frozen=True, slots=True)
class EntitleRequest:
    """A participant who may have become entitled."""

    lane: int
    participant_id: UUID


@dataclass(frozen=True, slots=True)
class EntitleResult:
    """The answer; the ids of the incentives stand with ok."""

    code: EntitleCode
    incentive_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyRequest:
    """A participant's answers to one survey."""

    lane: int
    participant_id: UUID
    number: int
    answers: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """The answer to one survey."""

    code: SurveyCode


@dataclass(frozen=True, slots=True)
class _Participant:
    conditions: Conditions
    budget_number: int
    decreed_at: datetime
    regime_version: str


@dataclass(frozen=True, slots=True)
class _New:
    incentive_id: UUID
    key: Key
    planned: Planned
    budget_number: int
    purchase_id: UUID
    payout_account_id: UUID


@dataclass(frozen=True, slots=True)
class _Survey:
    incentive_id: UUID
    amount_idr: int
    budget_number: int
    state: str
    answered: bool


def entitle_incentives(context: Context, requests: Sequence[EntitleRequest]) -> list[EntitleResult]:
    """Entitle participants to the incentives of their package; what is due at once becomes payable at once.

    Amounts and numbers follow the regime on the day of the participant's decree. Codes in order: unknown_participant,
    repeated, not_active, no_certificate, no_review, no_validated_account, no_money, ok.

    Rule: INC-01, MONEY-02, MONEY-03. Cost: two reads, three writes, one posting per lane.
    """
    with db.transaction():
        keys = [(request.lane, request.participant_id) for request in requests]
        known = _lock_participants(keys)
        books: dict[str, RegimeBook] = {}
        new: dict[Key, list[_New]] = {}
        codes: dict[Key, EntitleCode] = {}
        for key, participant in known.items():
            codes[key] = judge(participant.conditions)
            if codes[key] is EntitleCode.OK:
                new[key] = _plan(context, key, participant, books)
        broke = _make_payable(context, [i for incentives in new.values() for i in incentives if _due(i, context)])
        for key in broke:
            codes[key] = EntitleCode.NO_MONEY
            new.pop(key, None)
        _insert(context, new)
    results = []
    answered: set[Key] = set()
    for key in keys:
        code = codes.get(key, EntitleCode.UNKNOWN_PARTICIPANT)
        if code is EntitleCode.OK and key in answered:
            results.append(EntitleResult(EntitleCode.REPEATED))
        else:
            results.append(EntitleResult(code, tuple(i.incentive_id for i in new.get(key, ()))))
        answered.add(key)
    return results


def answer_surveys(context: Context, requests: Sequence[SurveyRequest]) -> list[SurveyResult]:
    """Keep answers to surveys; each makes its incentive payable.

    Codes in order: not_entitled, no_such_survey, repeated, out_of_order, forfeited, no_money, ok.

    Rule: INC-02 (in order, one incentive after each). Cost: one locking read, three writes, one posting per lane.
    """
    with db.transaction():
        surveys = _lock_surveys([(request.lane, request.participant_id) for request in requests])
        accepted: dict[UUID, SurveyRequest] = {}
        done: dict[Key, set[int]] = defaultdict(set)
        codes = []
        for request in requests:
            key = (request.lane, request.participant_id)
            code = _judge_survey(request, surveys.get(key), done[key])
            if code is SurveyCode.OK:
                accepted[surveys[key][request.number].incentive_id] = request
                done[key].add(request.number)
            codes.append(code)
        due = {
            incentive_id: (r.lane, r.participant_id, surveys[r.lane, r.participant_id][r.number])
            for incentive_id, r in accepted.items()
        }
        posted = _post(
            context,
            [
                (lane, incentive_id, participant_id, survey.budget_number, survey.amount_idr)
                for incentive_id, (lane, participant_id, survey) in due.items()
            ],
        )
        kept = {incentive_id: r for incentive_id, r in accepted.items() if incentive_id in posted}
        refused = {(r.lane, r.participant_id, r.number) for i, r in accepted.items() if i not in posted}
        _write_answers(context, kept)
    return [
        SurveyResult(
            SurveyCode.NO_MONEY
            if code is SurveyCode.OK and (request.lane, request.participant_id, request.number) in refused
            else code
        )
        for code, request in zip(codes, requests, strict=True)
    ]


def make_incentives_due(context: Context, *, limit: int = 20_000) -> int:
    """Make payable what has fallen due; how many. Run again until it returns less than `limit`.

    Those of participants who were revoked or suspended stay as they are.

    Rule: MONEY-02. Cost: one locking read, two writes, one posting per lane.
    """
    with db.transaction():
        # The participant's state by a look-up per row: before the tables are analysed a join is planned as a nested
        # loop over both, 70 s instead of 0.3 s for 20,000.
        found = db.rows(
            """
            SELECT i.lane, i.incentive_id, i.participant_id, i.budget_number, i.amount_idr
            FROM incentives i
            WHERE i.state = 'not_yet_due' AND i.due_at <= %s AND (
                SELECT p.state FROM participants p WHERE p.lane = i.lane AND p.participant_id = i.participant_id
            ) = ANY (%s)
            ORDER BY i.lane, i.incentive_id
            LIMIT %s
            FOR NO KEY UPDATE OF i
            """,
            (context.now, sorted(ENTITLED_STATES), limit),
        )
        posted = _post(context, found)
        _move_to_waiting(context, [(lane, i) for lane, i, *_ in found if i in posted], due_at=None)
        return len(posted)


def _plan(context: Context, key: Key, participant: _Participant, books: dict[str, RegimeBook]) -> list[_New]:
    book = books.get(participant.regime_version)
    if book is None:
        book = get_regime_book()
        if book.version != participant.regime_version:
            book = get_regime_book_of(participant.regime_version)
        books[participant.regime_version] = book
    conditions = participant.conditions
    assert conditions.purchase_id is not None  # noqa: S101 - judged before
    assert conditions.payout_account_id is not None  # noqa: S101 - as above
    return [
        _New(
            incentive_id=context.uuid(),
            key=key,
            planned=planned,
            budget_number=participant.budget_number,
            purchase_id=conditions.purchase_id,
            payout_account_id=conditions.payout_account_id,
        )
        for planned in plan(book.on(jakarta_date(participant.decreed_at)), context.now)
    ]


def _due(incentive: _New, context: Context) -> bool:
    return incentive.planned.due_at is not None and incentive.planned.due_at <= context.now


def _make_payable(context: Context, due: Sequence[_New]) -> list[Key]:
    """Post what is due; the participants whose money is not there."""
    posted = _post(
        context,
        [(i.key[0], i.incentive_id, i.key[1], i.budget_number, i.planned.amount_idr) for i in due],
    )
    return [incentive.key for incentive in due if incentive.incentive_id not in posted]


def _post(context: Context, due: Sequence[tuple[int, UUID, UUID, int, int]]) -> set[UUID]:
    """Post (lane, incentive, participant, budget number, amount); the incentives that are payable now."""
    if not due:
        return set()
    answers = post_transfers(
        context,
        [
            Transfer(lane, "incentive_due", incentive_id, budget_number, participant_id, participant_id, amount_idr)
            for lane, incentive_id, participant_id, budget_number, amount_idr in due
        ],
    )
    return {row[1] for row, answer in zip(due, answers, strict=True) if answer.code in _POSTED}


def _insert(context: Context, new: Mapping[Key, Sequence[_New]]) -> None:
    if not new:
        return
    rows = [
        (
            i.key[0], i.incentive_id, i.key[1], i.planned.kind.value, i.planned.number, i.planned.amount_idr,
            i.budget_number, i.purchase_id, i.payout_account_id,
            "waiting" if _due(i, context) else "not_yet_due", i.planned.due_at, context.now,
        )
        for incentives in new.values()
        for i in incentives
    ]  # fmt: skip
    db.copy_rows(
        "incentives",
        (
            "lane", "incentive_id", "participant_id", "kind", "number", "amount_idr", "budget_number", "purchase_id",
            "payout_account_id", "state", "due_at", "entitled_at",
        ),
        rows,
    )  # fmt: skip
    events = []
    for (lane, participant_id), incentives in new.items():
        payload = {"incentives": len(incentives), "amount_idr": sum(i.planned.amount_idr for i in incentives)}
        events.append(Event("incentives.entitled", participant_id, payload, lane))
    record_events(context, events)


def _lock_participants(keys: Sequence[Key]) -> dict[Key, _Participant]:
    unique = sorted(set(keys))
    columns = ([lane for lane, _ in unique], [participant_id for _, participant_id in unique])
    db.execute(
        """
        SELECT 1
        FROM participants p
        JOIN unnest(%s::smallint[], %s::uuid[]) AS given (lane, participant_id) USING (lane, participant_id)
        ORDER BY p.lane, p.participant_id
        FOR NO KEY UPDATE OF p
        """,
        columns,
    )
    # The first completed course decides, not the best one of several (INC-01).
    found = db.rows(
        """
        SELECT
            p.lane, p.participant_id, p.budget_number, p.decreed_at, p.regime_version, p.state,
            EXISTS (
                SELECT 1 FROM incentives i WHERE i.lane = p.lane AND i.participant_id = p.participant_id
            ),
            first.purchase_id, first.certified, first.reviewed, account.payout_account_id
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, participant_id)
        JOIN participants p USING (lane, participant_id)
        LEFT JOIN LATERAL (
            SELECT bought.purchase_id, c.purchase_id IS NOT NULL AS certified, r.purchase_id IS NOT NULL AS reviewed
            FROM purchases bought
            LEFT JOIN certificates c ON c.lane = bought.lane AND c.purchase_id = bought.purchase_id
            LEFT JOIN reviews r ON r.lane = bought.lane AND r.purchase_id = bought.purchase_id
            WHERE bought.lane = p.lane
                AND bought.participant_id = p.participant_id
                AND bought.voided_at IS NULL
                AND bought.state = 'completed'
            ORDER BY bought.paid_at, bought.purchase_id
            LIMIT 1
        ) AS first ON true
        LEFT JOIN payout_accounts account
            ON account.lane = p.lane
            AND account.participant_id = p.participant_id
            AND account.replaced_at IS NULL
            AND account.is_validated
        ORDER BY p.lane, p.participant_id
        """,
        columns,
    )
    known = {}
    for lane, participant_id, budget_number, decreed_at, regime_version, *conditions in found:
        state, entitled, purchase_id, certified, reviewed, account_id = conditions
        facts = Conditions(state, entitled, purchase_id, bool(certified), bool(reviewed), account_id)
        known[lane, participant_id] = _Participant(facts, budget_number, decreed_at, regime_version)
    return known


def _lock_surveys(keys: Sequence[Key]) -> dict[Key, dict[int, _Survey]]:
    unique = sorted(set(keys))
    found = db.rows(
        """
        SELECT
            i.lane, i.participant_id, i.number, i.incentive_id, i.amount_idr, i.budget_number, i.state,
            i.due_at IS NOT NULL
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, participant_id)
        JOIN incentives i USING (lane, participant_id)
        WHERE i.kind = %s
        ORDER BY i.lane, i.incentive_id
        FOR NO KEY UPDATE OF i
        """,
        ([lane for lane, _ in unique], [participant_id for _, participant_id in unique], IncentiveKind.SURVEY.value),
    )
    surveys: dict[Key, dict[int, _Survey]] = {}
    for lane, participant_id, number, *facts in found:
        surveys.setdefault((lane, participant_id), {})[number] = _Survey(*facts)
    return surveys


def _judge_survey(request: SurveyRequest, surveys: Mapping[int, _Survey] | None, done: set[int]) -> SurveyCode:
    if not surveys:
        return SurveyCode.NOT_ENTITLED
    survey = surveys.get(request.number)
    if survey is None:
        return SurveyCode.NO_SUCH_SURVEY
    if survey.answered or request.number in done:
        return SurveyCode.REPEATED
    before = surveys.get(request.number - 1)
    if before is not None and not before.answered and request.number - 1 not in done:
        return SurveyCode.OUT_OF_ORDER
    if survey.state != "not_yet_due":
        return SurveyCode.FORFEITED
    return SurveyCode.OK


def _write_answers(context: Context, kept: Mapping[UUID, SurveyRequest]) -> None:
    if not kept:
        return
    items = [
        {"lane": r.lane, "participant_id": r.participant_id, "number": r.number, "answers": r.answers}
        for r in kept.values()
    ]
    db.execute(
        """
        INSERT INTO survey_answers (lane, participant_id, number, answers, answered_at)
        SELECT g.lane, g.participant_id, g.number, g.answers, %s
        FROM json_to_recordset(%s::json) AS g (lane smallint, participant_id uuid, number smallint, answers jsonb)
        """,
        (context.now, db.encode_json(items)),
    )
    _move_to_waiting(context, [(r.lane, incentive_id) for incentive_id, r in kept.items()], due_at=context.now)


def _move_to_waiting(context: Context, keys: Sequence[Key], *, due_at: datetime | None) -> None:
    db.execute(
        """
        UPDATE incentives
        SET state = 'waiting', due_at = coalesce(%s, due_at)
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, incentive_id)
        WHERE incentives.lane = given.lane AND incentives.incentive_id = given.incentive_id
        """,
        (due_at, [lane for lane, _ in keys], [incentive_id for _, incentive_id in keys]),
    )
    record_events(context, [Event("incentive.due", incentive_id, lane=lane) for lane, incentive_id in keys])
