"""What the office, approvers and auditors look at: money in parts, decrees, settlement, revocations."""

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
        WITH waiting_people AS (
            SELECT decided_at AS since
            FROM applicants
            WHERE waits_until_at IS NOT NULL AND eligibility = 'waiting' AND state = 'ready'
            UNION ALL
            SELECT s.accepted_at
            FROM assisted_rows AS r
            JOIN assisted_sheets AS s ON s.id = r.sheet_id
            WHERE r.outcome = 'registry_unavailable'
        )
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
            (SELECT min(closes_at) FROM waves WHERE state IN ('closed', 'committed', 'drawn')),
            (SELECT count(*) FROM waiting_people),
            (SELECT min(since) FROM waiting_people),
            (SELECT count(*) FROM card_manifests WHERE state IN ('printed', 'shipped')),
            (SELECT min(coalesce(shipped_at, made_at)) FROM card_manifests WHERE state IN ('printed', 'shipped')),
            (SELECT count(*) FROM payment_batches WHERE state IN ('prepared', 'approved')),
            (SELECT min(prepared_at) FROM payment_batches WHERE state IN ('prepared', 'approved')),
            (SELECT count(*) FROM bank_replies WHERE state = 'waiting'),
            (SELECT min(entered_at) FROM bank_replies WHERE state = 'waiting')
        """
    )
    assert found is not None  # noqa: S101 - a SELECT without FROM has one row
    codes = (
        "decrees",
        "settlements",
        "completions",
        "failed_payments",
        "waves",
        "waiting_people",
        "print_batches",
        "payment_batches",
        "bank_replies",
    )
    return [Queue(code, found[2 * place], found[2 * place + 1]) for place, code in enumerate(codes)]


@dataclass(frozen=True, slots=True)
class OfficeDecree:
    """A decree with its two people."""

    decree_id: UUID
    number: int
    kind: str
    wave_id: UUID | None
    wave_number: int | None
    state: str
    maker: str
    approver: str | None
    participants: int
    total_idr: int
    prepared_at: datetime
    approved_at: datetime | None


_DECREE = """
    SELECT decree.id, decree.number, decree.kind, decree.wave_id, wave.number, decree.state, decree.maker,
        decree.approver, decree.participants, decree.total_idr, decree.prepared_at, decree.approved_at
    FROM decrees decree
    LEFT JOIN waves wave ON wave.id = decree.wave_id
"""


def list_decrees(
    *, state: str | None = None, kind: str | None = None, after: int | None = None, limit: int = PAGE_ROWS
) -> list[OfficeDecree]:
    """Decrees by number, the newest first, one more than a page when another follows. One query.

    `after` is the number behind which the page begins; `state` and `kind` narrow.
    """
    found = db.rows(
        f"""
        {_DECREE}
        WHERE (%(state)s::text IS NULL OR decree.state = %(state)s)
            AND (%(kind)s::text IS NULL OR decree.kind = %(kind)s)
            AND (%(after)s::integer IS NULL OR decree.number < %(after)s)
        ORDER BY decree.number DESC
        LIMIT %(limit)s
        """,
        {"state": state, "kind": kind, "after": after, "limit": limit + 1},
    )
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
    batch_id: UUID | None


_RUN = """
    SELECT run.id, run.number, run.period_from, run.period_until, run.state, run.maker, run.approver,
        count(statement.payee_id),
        coalesce(sum(statement.purchases) FILTER (WHERE statement.payee_kind = 'institution'), 0)::bigint,
        coalesce(sum(statement.price_idr) FILTER (WHERE statement.payee_kind = 'institution'), 0)::bigint,
        coalesce(sum(statement.amount_idr), 0)::bigint, run.batch_id
    FROM settlement_runs run
    LEFT JOIN settlement_statements statement ON statement.run_id = run.id
"""


def list_settlement_runs(*, after: int | None = None) -> list[SettlementRun]:
    """A page of runs behind the one of this number: those that wait first, then the newest. One query."""
    found = db.rows(
        f"""
        {_RUN}
        WHERE %(after)s::integer IS NULL
            OR (run.state <> 'prepared', -run.number) > (
                SELECT shown.state <> 'prepared', -shown.number
                FROM settlement_runs shown
                WHERE shown.number = %(after)s
            )
        GROUP BY run.id
        ORDER BY run.state <> 'prepared', run.number DESC
        LIMIT %(limit)s
        """,
        {"after": after, "limit": PAGE_ROWS + 1},
    )
    return [SettlementRun(*row) for row in found]


def find_settled_until() -> date | None:
    """The day behind the last one that any run has collected; None before the first run. One query."""
    until: date | None = db.value("SELECT max(period_until) FROM settlement_runs")
    return until


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
