"""People who wait because a register did not answer are asked about again. An unavailable register is never a yes."""

from uuid import UUID

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field
from prakerja.participants.errors import IdentityCode
from prakerja.participants.lanes import every_lane
from prakerja.participants.operations.assisted_acceptance import CHECKS
from prakerja.participants.operations.checks import CheckDone, complete_checks, verify_identities
from prakerja.participants.operations.eligibility import evaluate_eligibility
from prakerja.participants.operations.register_statements import end_overtaken_statements
from prakerja.participants.registry import (
    AnsweredRegistry,
    CivilRegistry,
    EligibilityRegisters,
    Identity,
    IdentityAnswer,
)
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
    """Applicants of assisted sheets whose identity nobody answered for yet; those who are confirmed now."""
    found = db.rows(
        """
        SELECT a.applicant_id, a.nik_cipher, a.kk_cipher, a.name, a.birth_date
        FROM assisted_rows AS sheet
        JOIN applicants AS a ON a.lane = sheet.applicant_lane AND a.applicant_id = sheet.applicant_id
        WHERE sheet.outcome = 'registry_unavailable' AND a.state = 'email_verified'
        ORDER BY a.identity_asked_at, a.applicant_id
        LIMIT %s
        """,
        [most],
    )
    identities = {
        applicant_id: Identity(
            decrypt_field(bytes(nik), table="applicants", column="nik_cipher", row_id=applicant_id),
            decrypt_field(bytes(kk), table="applicants", column="kk_cipher", row_id=applicant_id),
            name,
            birth_date,
        )
        for applicant_id, nik, kk, name, birth_date in found
    }
    outcomes = dict(zip(identities, civil.confirm(list(identities.values())), strict=True))
    answered = {key: one for key, one in outcomes.items() if one.answer is not IdentityAnswer.UNAVAILABLE}
    if not answered:
        return []
    with db.transaction():
        told = AnsweredRegistry({identities[key].nik: one for key, one in answered.items()})
        results = dict(zip(answered, verify_identities(context, list(answered), told), strict=True))
        confirmed = [key for key, result in results.items() if result.code is IdentityCode.OK]
        complete_checks(context, [CheckDone(key, check) for key in confirmed for check in CHECKS])
        db.execute(
            """
            UPDATE assisted_rows
            SET outcome = given.outcome
            FROM unnest(%s::uuid[], %s::text[]) AS given (applicant_id, outcome)
            WHERE assisted_rows.applicant_id = given.applicant_id AND assisted_rows.outcome = 'registry_unavailable'
            """,
            [list(results), [result.code.value for result in results.values()]],
        )
    return confirmed


def _waiting(context: Context, most: int) -> list[UUID]:
    # In another order each time: whoever no register ever answers for keeps nobody else from being asked about.
    found = db.rows(
        """
        SELECT applicant_id
        FROM applicants
        WHERE lane = ANY (%s) AND eligibility = 'waiting' AND state = 'ready'
        ORDER BY md5(applicant_id::text || %s), applicant_id
        LIMIT %s
        """,
        [every_lane(), context.now.isoformat(), most],
    )
    return [applicant_id for (applicant_id,) in found]
