"""People who wait because a register did not answer are asked about again. An unavailable register is never a yes."""

from collections import Counter, defaultdict
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.lanes import every_lane
from prakerja.participants.operations.assisted_acceptance import read_sheet_person, settle_assisted_rows
from prakerja.participants.operations.eligibility import evaluate_eligibility
from prakerja.participants.operations.register_statements import end_overtaken_statements
from prakerja.participants.registry import CivilRegistry, EligibilityRegisters, IdentityAnswer
from prakerja.programme.regimes import Regime


def ask_about_waiting(
    context: Context,
    regime: Regime,
    civil: CivilRegistry | None,
    registers: EligibilityRegisters | None,
    *,
    most: int = 5_000,
) -> int:
    """Ask again about all who wait for a register; how many wait no longer. For the job.

    Who still waits keeps the deadline, and no second decision says the same. Rule: ELIG-01, ELIG-03, ELIG-05, ELIG-08,
    ELIG-09. The registers are asked outside any transaction.
    """
    confirmed = [] if civil is None else _ask_civil_registry(context, civil, most)
    waiting = [] if registers is None else _waiting(context, most)
    ids = [*confirmed, *waiting]
    results = evaluate_eligibility(context, ids, regime, registers=registers, only_news=True) if ids else []
    end_overtaken_statements(context)
    return sum(result.code.value in ("ok", "refused") for result in results)


def _ask_civil_registry(context: Context, civil: CivilRegistry, most: int) -> list[UUID]:
    """Ask about people of accepted sheets for whom nobody answered; the applicants made of those confirmed now."""
    found = db.rows(
        """
        SELECT id, sheet_id, answers_cipher
        FROM assisted_rows
        WHERE outcome = 'registry_unavailable' AND answers_cipher IS NOT NULL
        ORDER BY md5(id::text || %s), id
        LIMIT %s
        """,
        [context.now.isoformat(), most],
    )
    sheets = {row_id: sheet_id for row_id, sheet_id, _ in found}
    people = [read_sheet_person(row_id, cipher) for row_id, _, cipher in found]
    told = zip(people, civil.confirm([person.identity for person in people]), strict=True)
    answered = [one for one in told if one[1].answer is not IdentityAnswer.UNAVAILABLE]
    if not answered:
        return []
    with db.transaction():
        locked = db.rows(
            """
            SELECT id FROM assisted_rows
            WHERE id = ANY (%s::uuid[]) AND outcome = 'registry_unavailable'
            ORDER BY id
            FOR UPDATE
            """,
            [[person.row_id for person, _ in answered]],
        )
        still = {row_id for (row_id,) in locked}
        answered = [one for one in answered if one[0].row_id in still]
        settled = settle_assisted_rows(context, answered)
        by_sheet: dict[UUID, Counter[str]] = defaultdict(Counter)
        for (person, _), row in zip(answered, settled, strict=True):
            by_sheet[sheets[person.row_id]][row.outcome] += 1
        record_events(
            context,
            [
                Event("assisted_sheet.registry_answered", sheet_id, {"rule": "ELIG-01", "outcomes": dict(outcomes)})
                for sheet_id, outcomes in sorted(by_sheet.items())
            ],
        )
    return [row.applicant_id for row in settled if row.outcome == "ok" and row.applicant_id is not None]


def _waiting(context: Context, most: int) -> list[UUID]:
    # In another order each time: whoever no register ever answers for keeps nobody else from being asked about.
    found = db.rows(
        """
        SELECT applicant_id
        FROM applicants
        WHERE lane = ANY (%s) AND waits_until_at IS NOT NULL AND eligibility = 'waiting' AND state = 'ready'
        ORDER BY md5(applicant_id::text || %s), applicant_id
        LIMIT %s
        """,
        [every_lane(), context.now.isoformat(), most],
    )
    return [applicant_id for (applicant_id,) in found]
