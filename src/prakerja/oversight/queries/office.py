"""What the office, approvers and auditors look at: money in parts, waves, decrees, settlement, revocations."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.oversight.queries import PAGE_ROWS


@dataclass(frozen=True, slots=True)
class BudgetParts:
    """Where the money of a budget is now.

    allocated = unspent + reserved + held + payable + in payment + paid + returned.
    """

    number: int
    regime_code: str
    channel: str
    places: int
    places_taken: int
    allocated_idr: int
    unspent_idr: int
    reserved_idr: int
    held_idr: int
    payable_idr: int
    in_payment_idr: int
    paid_idr: int
    returned_idr: int


def list_budget_parts() -> list[BudgetParts]:
    """Every budget in its parts, from the transfers alone. One query that reads all transfers once."""
    found = db.rows(
        """
        WITH sides AS (
            SELECT budget_number, debit_kind, credit_kind, sum(amount_idr) AS amount_idr
            FROM transfers
            GROUP BY budget_number, debit_kind, credit_kind
        ), balances AS (
            SELECT budget_number, credit_kind AS kind, amount_idr FROM sides
            UNION ALL
            SELECT budget_number, debit_kind, -amount_idr FROM sides
        ), parts AS (
            SELECT budget_number,
                coalesce(-sum(amount_idr) FILTER (WHERE kind = 'state_budget'), 0) AS allocated,
                coalesce(sum(amount_idr) FILTER (WHERE kind IN ('unspent', 'between_lanes')), 0) AS unspent,
                coalesce(sum(amount_idr) FILTER (WHERE kind IN ('training', 'incentive')), 0) AS reserved,
                coalesce(sum(amount_idr) FILTER (WHERE kind = 'held'), 0) AS held,
                coalesce(sum(amount_idr) FILTER (WHERE kind IN
                    ('platform_payable', 'institution_payable', 'incentive_payable')), 0) AS payable,
                coalesce(sum(amount_idr) FILTER (WHERE kind = 'in_payment'), 0) AS in_payment,
                coalesce(sum(amount_idr) FILTER (WHERE kind = 'paid'), 0) AS paid,
                coalesce(sum(amount_idr) FILTER (WHERE kind = 'returned'), 0) AS returned
            FROM balances
            GROUP BY budget_number
        )
        SELECT budget.number, budget.regime_code, budget.channel, budget.places,
            (SELECT coalesce(sum(places_taken), 0) FROM quota_allotments WHERE budget_id = budget.id)::bigint,
            coalesce(parts.allocated, 0)::bigint, coalesce(parts.unspent, 0)::bigint,
            coalesce(parts.reserved, 0)::bigint, coalesce(parts.held, 0)::bigint, coalesce(parts.payable, 0)::bigint,
            coalesce(parts.in_payment, 0)::bigint, coalesce(parts.paid, 0)::bigint, coalesce(parts.returned, 0)::bigint
        FROM budgets budget
        LEFT JOIN parts ON parts.budget_number = budget.number
        ORDER BY budget.number
        """
    )
    return [BudgetParts(*row) for row in found]


@dataclass(frozen=True, slots=True)
class Queue:
    """Work that waits for somebody of the office: how many, and since when the oldest."""

    code: str
    waiting: int
    oldest_at: datetime | None


def list_queues() -> list[Queue]:
    """The office's queues in their fixed order. One query."""
    found = db.row(
        """
        SELECT
            (SELECT count(*) FROM decrees WHERE state = 'prepared'),
            (SELECT min(prepared_at) FROM decrees WHERE state = 'prepared'),
            (SELECT count(*) FROM settlement_runs WHERE state = 'prepared'),
            (SELECT min(prepared_at) FROM settlement_runs WHERE state = 'prepared'),
            (SELECT count(*) FROM completions WHERE forwarded_at IS NOT NULL AND verified_at IS NULL),
            (SELECT min(forwarded_at) FROM completions WHERE forwarded_at IS NOT NULL AND verified_at IS NULL),
            (SELECT count(*) FROM payment_orders WHERE state = 'failed'),
            (SELECT min(answered_at) FROM payment_orders WHERE state = 'failed'),
            (SELECT count(*) FROM waves WHERE state IN ('closed', 'committed', 'drawn')),
            (SELECT min(closes_at) FROM waves WHERE state IN ('closed', 'committed', 'drawn'))
        """
    )
    assert found is not None  # noqa: S101 - a SELECT without FROM has one row
    codes = ("decrees", "settlements", "completions", "failed_payments", "waves")
    return [Queue(code, found[2 * place], found[2 * place + 1]) for place, code in enumerate(codes)]


@dataclass(frozen=True, slots=True)
class OfficeWave:
    """A wave with what happened in it."""

    wave_id: UUID
    number: int
    regime_code: str
    state: str
    opens_at: datetime
    closes_at: datetime
    places: int
    joined: int
    selected: int
    void_reason: str | None


_WAVE = """
    SELECT wave.id, wave.number, wave.regime_code, wave.state, wave.opens_at, wave.closes_at,
        (SELECT coalesce(sum(quota.places), 0) FROM wave_quotas quota WHERE quota.wave_id = wave.id)::bigint,
        count(joining.applicant_id),
        count(joining.applicant_id) FILTER (WHERE joining.outcome IN ('selected', 'decreed')), wave.void_reason
    FROM waves wave
    LEFT JOIN joinings joining ON joining.wave_id = wave.id
"""


def list_waves() -> list[OfficeWave]:
    """All waves, newest first. One query."""
    return [OfficeWave(*row) for row in db.rows(f"{_WAVE} GROUP BY wave.id ORDER BY wave.number DESC LIMIT 100")]


def get_wave(wave_id: UUID) -> OfficeWave:
    """One wave.

    Raises:
        LookupError: there is none.
    """
    found = db.row(f"{_WAVE} WHERE wave.id = %s GROUP BY wave.id", (wave_id,))
    if found is None:
        raise LookupError(f"wave {wave_id}")
    return OfficeWave(*found)


@dataclass(frozen=True, slots=True)
class WaveDraw:
    """The published commitment of a draw and, once it is there, the randomness that came later."""

    committed_at: datetime
    rule_version: str
    beacon: str
    beacon_round: int
    beacon_at: datetime
    applicants: int
    list_root: str
    commitment: str
    commitment_hash: str
    randomness: str | None
    seed: str | None
    revealed_at: datetime | None


def find_draw(wave_id: UUID) -> WaveDraw | None:
    """The draw of a wave, or None before its commitment. Bytes are given as hexadecimal digits. One query."""
    found = db.row(
        """
        SELECT draw.committed_at, draw.rule_version, draw.beacon, draw.beacon_round, draw.beacon_at,
            draw.applicants,
            encode(draw.list_root, 'hex'), draw.commitment, encode(draw.commitment_hash, 'hex'),
            encode(reveal.randomness, 'hex'), encode(reveal.seed, 'hex'), reveal.revealed_at
        FROM draws draw
        LEFT JOIN draw_reveals reveal ON reveal.draw_id = draw.id
        WHERE draw.wave_id = %s
        """,
        (wave_id,),
    )
    return None if found is None else WaveDraw(*found)


@dataclass(frozen=True, slots=True)
class DrawStratum:
    """What a draw did in one channel, province and priority class."""

    channel: str
    province_code: str
    province_name: str | None
    priority_class: int
    applicants: int
    selected: int
    cut_off_rank: int | None


def list_draw_strata(wave_id: UUID) -> list[DrawStratum]:
    """The results of a wave's draw by channel, province and class. One query."""
    found = db.rows(
        """
        SELECT result.channel, result.province_code, province.name, result.priority_class, result.applicants,
            result.selected, result.cut_off_rank
        FROM draws draw
        JOIN draw_results result ON result.draw_id = draw.id
        LEFT JOIN provinces province ON province.code = result.province_code
        WHERE draw.wave_id = %s
        ORDER BY result.channel, result.province_code, result.priority_class
        """,
        (wave_id,),
    )
    return [DrawStratum(*row) for row in found]


@dataclass(frozen=True, slots=True)
class OfficeDecree:
    """A decree with its two people."""

    decree_id: UUID
    number: int
    kind: str
    wave_number: int | None
    state: str
    maker: str
    approver: str | None
    participants: int
    total_idr: int
    prepared_at: datetime
    approved_at: datetime | None


_DECREE = """
    SELECT decree.id, decree.number, decree.kind, wave.number, decree.state, decree.maker, decree.approver,
        decree.participants, decree.total_idr, decree.prepared_at, decree.approved_at
    FROM decrees decree
    LEFT JOIN waves wave ON wave.id = decree.wave_id
"""


def list_decrees(*, limit: int = 100) -> list[OfficeDecree]:
    """Decrees that wait first, then the newest. One query."""
    found = db.rows(f"{_DECREE} ORDER BY decree.state <> 'prepared', decree.number DESC LIMIT %s", (limit,))
    return [OfficeDecree(*row) for row in found]


def get_decree(decree_id: UUID) -> OfficeDecree:
    """One decree.

    Raises:
        LookupError: there is none.
    """
    found = db.row(f"{_DECREE} WHERE decree.id = %s", (decree_id,))
    if found is None:
        raise LookupError(f"decree {decree_id}")
    return OfficeDecree(*found)


def get_revocation_reason(decree_id: UUID) -> str:
    """Why a revocation was prepared: its event says so.

    Raises:
        LookupError: no revocation of this id was prepared.
    """
    found = db.row(
        "SELECT payload ->> 'reason' FROM events WHERE subject_id = %s AND kind = 'revocation.prepared'", (decree_id,)
    )
    if found is None:
        raise LookupError(f"revocation {decree_id}")
    return str(found[0])


@dataclass(frozen=True, slots=True)
class SettlementRun:
    """A settlement run with its two people."""

    run_id: UUID
    number: int
    period_from: date
    period_until: date
    state: str
    maker: str
    approver: str | None
    payees: int
    purchases: int
    price_idr: int
    amount_idr: int


_RUN = """
    SELECT run.id, run.number, run.period_from, run.period_until, run.state, run.maker, run.approver,
        count(statement.payee_id),
        coalesce(sum(statement.purchases) FILTER (WHERE statement.payee_kind = 'institution'), 0)::bigint,
        coalesce(sum(statement.price_idr) FILTER (WHERE statement.payee_kind = 'institution'), 0)::bigint,
        coalesce(sum(statement.amount_idr), 0)::bigint
    FROM settlement_runs run
    LEFT JOIN settlement_statements statement ON statement.run_id = run.id
"""


def list_settlement_runs(*, limit: int = 100) -> list[SettlementRun]:
    """Runs that wait first, then the newest. One query."""
    found = db.rows(f"{_RUN} GROUP BY run.id ORDER BY run.state <> 'prepared', run.number DESC LIMIT %s", (limit,))
    return [SettlementRun(*row) for row in found]


def get_settlement_run(run_id: UUID) -> SettlementRun:
    """One run.

    Raises:
        LookupError: there is none.
    """
    found = db.row(f"{_RUN} WHERE run.id = %s GROUP BY run.id", (run_id,))
    if found is None:
        raise LookupError(f"settlement run {run_id}")
    return SettlementRun(*found)


@dataclass(frozen=True, slots=True)
class RunStatement:
    """What a run owes one partner."""

    payee_kind: str
    payee_id: UUID
    payee_name: str
    purchases: int
    price_idr: int
    commission_idr: int
    amount_idr: int


def list_run_statements(run_id: UUID) -> list[RunStatement]:
    """All statements of a run by kind and name; together they are the run's amount. One query."""
    found = db.rows(
        """
        SELECT statement.payee_kind, statement.payee_id, coalesce(platform.name, institution.name),
            statement.purchases, statement.price_idr, statement.commission_idr, statement.amount_idr
        FROM settlement_statements statement
        LEFT JOIN platforms platform ON platform.id = statement.payee_id
        LEFT JOIN institutions institution ON institution.id = statement.payee_id
        WHERE statement.run_id = %s
        ORDER BY statement.payee_kind DESC, coalesce(platform.name, institution.name), statement.payee_id
        """,
        (run_id,),
    )
    return [RunStatement(*row) for row in found]


@dataclass(frozen=True, slots=True)
class RevocationRow:
    """A revocation and what it returned to the treasury."""

    participant_id: UUID
    decree_number: int
    reason: str
    training_idr: int
    incentive_idr: int
    revoked_at: datetime


@dataclass(frozen=True, slots=True)
class RevocationTotal:
    """Revocations of one reason together."""

    reason: str
    participants: int
    returned_idr: int


def list_revocation_totals() -> list[RevocationTotal]:
    """Revocations by reason. One query."""
    found = db.rows(
        """
        SELECT reason, count(*), sum(training_idr + incentive_idr)::bigint
        FROM revocations
        GROUP BY reason
        ORDER BY reason
        """
    )
    return [RevocationTotal(*row) for row in found]


def list_revocations(*, after: UUID | None = None) -> list[RevocationRow]:
    """A page of revocations by participant, behind `after`; of a participant the latest. One query."""
    found = db.rows(
        """
        SELECT revocation.participant_id, decree.number, revocation.reason, revocation.training_idr,
            revocation.incentive_idr, revocation.revoked_at
        FROM revocations revocation
        JOIN decrees decree ON decree.id = revocation.decree_id
        WHERE (%(after)s::uuid IS NULL OR revocation.participant_id > %(after)s::uuid)
            AND NOT EXISTS (
                SELECT FROM revocations later
                WHERE (later.lane, later.participant_id) = (revocation.lane, revocation.participant_id)
                    AND later.number > revocation.number
            )
        ORDER BY revocation.participant_id
        LIMIT %(limit)s
        """,
        {"after": after, "limit": PAGE_ROWS + 1},
    )
    return [RevocationRow(*row) for row in found]
