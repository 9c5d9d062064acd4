"""Deciding who is eligible, with the rule version and the inputs of each decision on record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field
from prakerja.participants.errors import EligibilityCode
from prakerja.participants.lanes import every_lane
from prakerja.participants.operations.checks import record_step
from prakerja.participants.registry import EligibilityRegisters
from prakerja.participants.rules import PersonFacts, Verdict, decide_eligibility
from prakerja.programme.regimes import Regime


@dataclass(frozen=True, slots=True)
class EligibilityResult:
    """The answer to one applicant; a refusal or a waiting one names its rule and evidence."""

    code: EligibilityCode
    rule: str | None = None
    evidence: dict[str, object] | None = None


class _Person(NamedTuple):
    lane: int
    applicant_id: UUID
    state: str
    identity_answer: str | None
    birth_date: date
    signed_up_at: datetime
    employment_status: str
    registers_asked_at: datetime | None
    formal_education_source: str | None
    excluded_office: str | None
    receives_social_aid: bool | None
    monthly_wage_idr: int | None
    registers_missing: list[str]
    identity_asked_at: datetime | None
    eligibility: str | None
    waits_until_at: datetime | None
    blacklisted: bool
    household_recipients: int


# How long a person waits for a register before the office decides without it.
WAITING_DAYS = 7
_DECIDABLE = ("ready", "refused")
_CODES = {"eligible": EligibilityCode.OK, "refused": EligibilityCode.REFUSED, "waiting": EligibilityCode.WAITING}


def evaluate_eligibility(
    context: Context,
    applicant_ids: Sequence[UUID],
    regime: Regime,
    *,
    registers: EligibilityRegisters | None = None,
    only_news: bool = False,
) -> list[EligibilityResult]:
    """Decide about applicants whose checks are done, one result per id in order; every decision is a new row.

    Codes: applicant_not_found, already_decreed, checks_missing, waiting_for_a_register, refused.
    `registers` are asked, outside the transaction, about those of whom an answer is missing; without it people wait,
    and the decision names who owes the answer and until when. Who goes on waiting keeps the deadline; `only_news`
    writes no second decision about that.
    Rule: ELIG-01 to ELIG-09. Cost: two reads, two writes and the events, whatever the number of people.
    """
    ids = list(dict.fromkeys(applicant_ids))
    if registers is not None:
        _ask_registers(context, ids, registers)
    results: dict[UUID, EligibilityResult] = {}
    decided: list[tuple[_Person, Verdict]] = []
    with db.transaction():
        for person in _people(ids):
            refusal = _not_decidable(person)
            if refusal is not None:
                results[person.applicant_id] = refusal
                continue
            verdict = _with_deadline(context, decide_eligibility(_facts(person), regime), person)
            if not (only_news and verdict.outcome == person.eligibility == "waiting"):
                decided.append((person, verdict))
            results[person.applicant_id] = EligibilityResult(_CODES[verdict.outcome], verdict.rule, verdict.evidence)
        _store(context, decided, regime)
    missing = EligibilityResult(EligibilityCode.APPLICANT_NOT_FOUND)
    return [results.get(applicant_id, missing) for applicant_id in applicant_ids]


def _deadline(context: Context, person: _Person) -> datetime:
    if person.eligibility == "waiting" and person.waits_until_at is not None:
        return person.waits_until_at
    return context.now + timedelta(days=WAITING_DAYS)


def _with_deadline(context: Context, verdict: Verdict, person: _Person) -> Verdict:
    """A waiting one knows who must act and until when; then the office states what the register answers."""
    if verdict.outcome != "waiting":
        return verdict
    deadline = _deadline(context, person)
    owed = {"owner": "programme_office", "deadline_at": deadline.isoformat(), "then": "office_decides"}
    return replace(verdict, evidence={**verdict.evidence, **owed})


def _not_decidable(person: _Person) -> EligibilityResult | None:
    if person.state == "decreed":
        return EligibilityResult(EligibilityCode.ALREADY_DECREED)
    if person.state not in _DECIDABLE:
        return EligibilityResult(EligibilityCode.CHECKS_MISSING, "ELIG-01", {"state": person.state})
    return None


def _people(applicant_ids: Sequence[UUID]) -> list[_Person]:
    """The facts, with the rows locked in key order: a decision stands on what it read."""
    return [
        _Person(*row)
        for row in db.rows(
            """
            SELECT
                a.lane, a.applicant_id, a.state, a.identity_answer, a.birth_date, a.signed_up_at, a.employment_status,
                a.registers_asked_at, a.formal_education_source, a.excluded_office, a.receives_social_aid,
                a.monthly_wage_idr, a.registers_missing, a.identity_asked_at, a.eligibility,
                a.waits_until_at,
                EXISTS (
                    SELECT FROM blacklist AS b
                    WHERE b.lane = a.lane AND b.nik_index = a.nik_index AND b.lifted_at IS NULL
                ),
                (SELECT count(*) FROM applicants AS kin WHERE kin.kk_index = a.kk_index AND kin.state = 'decreed')
            FROM applicants AS a
            WHERE a.lane = ANY (%s) AND a.applicant_id = ANY (%s::uuid[])
            ORDER BY a.lane, a.applicant_id
            FOR NO KEY UPDATE OF a
            """,
            [every_lane(), list(applicant_ids)],
        )
    ]


def _facts(person: _Person) -> PersonFacts:
    return PersonFacts(
        identity_answer=person.identity_answer,
        birth_date=person.birth_date,
        signed_up_date=jakarta_date(person.signed_up_at),
        employment_status=person.employment_status,
        registers_asked=person.registers_asked_at is not None,
        formal_education_source=person.formal_education_source,
        excluded_office=person.excluded_office,
        receives_social_aid=person.receives_social_aid,
        # A decreed applicant never comes here: the state says so before any rule.
        already_participant=False,
        blacklisted=person.blacklisted,
        household_recipients=person.household_recipients,
        monthly_wage_idr=person.monthly_wage_idr,
        registers_missing=frozenset(person.registers_missing),
        identity_date=None if person.identity_asked_at is None else jakarta_date(person.identity_asked_at),
        as_of_date=None if person.registers_asked_at is None else jakarta_date(person.registers_asked_at),
    )


def _ask_registers(context: Context, applicant_ids: Sequence[UUID], registers: EligibilityRegisters) -> None:
    unasked = db.rows(
        """
        SELECT applicant_id, nik_cipher
        FROM applicants
        WHERE lane = ANY (%s) AND applicant_id = ANY (%s::uuid[]) AND state = 'ready'
            AND (registers_asked_at IS NULL OR registers_missing <> '{}')
        ORDER BY applicant_id
        """,
        [every_lane(), list(applicant_ids)],
    )
    niks = [decrypt_field(nik, table="applicants", column="nik_cipher", row_id=key) for key, nik in unasked]
    answers = [(key, answer) for (key, _), answer in zip(unasked, registers.ask(niks), strict=True) if answer.available]
    db.execute(
        """
        UPDATE applicants
        -- What a register said before stays while it is silent: now, or by a statement of the office.
        SET registers_asked_at = %s,
            formal_education_source = coalesce(
                given.education,
                CASE WHEN formal_education_source = ANY (given.missing) THEN formal_education_source END
            ),
            excluded_office = CASE
                WHEN 'state_employees' = ANY (given.missing) THEN excluded_office ELSE given.office
            END,
            receives_social_aid = CASE
                WHEN 'social_aid' = ANY (given.missing) THEN receives_social_aid ELSE given.aid
            END,
            monthly_wage_idr = coalesce(
                given.wage, CASE WHEN ARRAY['wage', 'insurance'] && given.missing THEN monthly_wage_idr END
            ),
            registers_missing = CASE
                WHEN registers_asked_at IS NULL THEN given.missing
                ELSE ARRAY(SELECT silent FROM unnest(given.missing) AS silent WHERE silent = ANY (registers_missing))
            END
        FROM (
            SELECT applicant_id, education, office, aid, wage, string_to_array(missing, ' ') AS missing
            FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::boolean[], %s::bigint[], %s::text[])
                AS answer (applicant_id, education, office, aid, wage, missing)
        ) AS given
        WHERE applicants.lane = ANY (%s) AND applicants.applicant_id = given.applicant_id
        """,
        [
            context.now,
            [key for key, _ in answers],
            [answer.formal_education_source for _, answer in answers],
            [answer.excluded_office for _, answer in answers],
            [answer.receives_social_aid for _, answer in answers],
            [answer.monthly_wage_idr for _, answer in answers],
            [" ".join(answer.missing) for _, answer in answers],
            every_lane(),
        ],
    )


def _store(context: Context, decided: Sequence[tuple[_Person, Verdict]], regime: Regime) -> None:
    if not decided:
        return
    lanes = [person.lane for person, _ in decided]
    ids = [person.applicant_id for person, _ in decided]
    outcomes = [verdict.outcome for _, verdict in decided]
    refused_rules = [verdict.rule if verdict.outcome == "refused" else None for _, verdict in decided]
    db.execute(
        """
        INSERT INTO eligibility_decisions
            (lane, decision_id, applicant_id, decided_at, regime_version, outcome, refused_rule, evidence)
        SELECT
            given.lane, given.decision_id, given.applicant_id, %s, %s, given.outcome, given.rule, given.evidence::jsonb
        FROM unnest(%s::smallint[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[])
            AS given (lane, decision_id, applicant_id, outcome, rule, evidence)
        """,
        [
            context.now,
            regime.version,
            lanes,
            [context.uuid() for _ in decided],
            ids,
            outcomes,
            refused_rules,
            [db.encode_json({"rule": verdict.rule, **verdict.evidence}) for _, verdict in decided],
        ],
    )
    db.execute(
        """
        UPDATE applicants
        SET state = CASE given.outcome
                WHEN 'refused' THEN 'refused'
                WHEN 'eligible' THEN 'ready'
                ELSE applicants.state
            END,
            eligibility = CASE
                WHEN given.outcome = 'waiting' AND applicants.state = 'refused' THEN 'refused'
                ELSE given.outcome
            END,
            refused_rule = CASE
                WHEN given.outcome = 'waiting' AND applicants.state = 'refused' THEN applicants.refused_rule
                ELSE given.rule
            END,
            regime_version = %s,
            decided_at = %s,
            waits_until_at = CASE given.outcome WHEN 'waiting' THEN given.waits_until_at END
        FROM unnest(%s::smallint[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[])
            AS given (lane, applicant_id, outcome, rule, waits_until_at)
        WHERE applicants.lane = given.lane AND applicants.applicant_id = given.applicant_id
        """,
        [
            regime.version,
            context.now,
            lanes,
            ids,
            outcomes,
            refused_rules,
            [_deadline(context, person) for person, _ in decided],
        ],
    )
    eligible = [(p.lane, p.applicant_id) for p, verdict in decided if verdict.outcome == "eligible"]
    record_step(context, "applicant.found_eligible", eligible, {"regime_version": regime.version})
    record_events(
        context,
        [
            Event(
                f"applicant.{'refused' if verdict.outcome == 'refused' else 'waits_for_a_register'}",
                person.applicant_id,
                {"rule": verdict.rule, "regime_version": regime.version, **verdict.evidence},
                person.lane,
            )
            for person, verdict in decided
            if verdict.outcome != "eligible"
        ],
    )
