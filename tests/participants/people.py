"""Synthetic people who sign up and pass the funnel; made by the operations themselves."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from prakerja.participants.operations import (
    CheckDone,
    SignUp,
    complete_checks,
    evaluate_eligibility,
    sign_up_applicants,
    verify_identities,
)
from prakerja.participants.sandbox import CivilRegistrySandbox, EligibilityRegistersSandbox, SyntheticPerson
from prakerja.programme.queries import get_regime_book
from prakerja.programme.regimes import Regime

# Ten o'clock in Jakarta, in the founding regime.
APRIL = datetime(2020, 4, 20, 3, 0, tzinfo=UTC)


def april_context(seed: str = "people") -> Context:
    return Context("system:test", APRIL, SeededIds(seed))


def founding() -> Regime:
    return get_regime_book().on(date(2020, 4, 20))


def person(number: int, **changes: object) -> SyntheticPerson:
    """Person `number`: a man born on a day of the seventies, two of them per household."""
    born = date(1970, 1, 1) + timedelta(days=number % 3000)
    facts: dict[str, object] = {
        "nik": f"993201{born.day:02d}{born.month:02d}{born.year % 100:02d}{number // 3000 + 1:04d}",
        "kk": f"{3201000000000000 + number // 2}",
        "name": f"Orang Uji {number}",
        "birth_date": born,
    }
    return SyntheticPerson(**(facts | changes))  # type: ignore[arg-type]


def sign_up_of(someone: SyntheticPerson, **changes: object) -> SignUp:
    facts: dict[str, object] = {
        "nik": someone.nik,
        "kk": someone.kk,
        "name": someone.name,
        "sex": "male",
        "birth_date": someone.birth_date,
        "province_code": "32",
        "education": "senior_secondary",
        "employment_status": "laid_off",
    }
    return SignUp(**(facts | changes))  # type: ignore[arg-type]


def signed_up(context: Context, people: Sequence[SyntheticPerson], **changes: object) -> list[UUID]:
    results = sign_up_applicants(context, [sign_up_of(someone, **changes) for someone in people])
    ids = [result.applicant_id for result in results]
    assert None not in ids, results
    return [applicant_id for applicant_id in ids if applicant_id is not None]


def checked(context: Context, people: Sequence[SyntheticPerson], **changes: object) -> list[UUID]:
    """Signed up, confirmed, all checks done."""
    ids = signed_up(context, people, **changes)
    complete_checks(context, [CheckDone(key, "email") for key in ids])
    verify_identities(context, ids, CivilRegistrySandbox(people))
    complete_checks(context, [CheckDone(key, check) for key in ids for check in ("presence", "phone", "test")])
    return ids


def eligible(context: Context, people: Sequence[SyntheticPerson], **changes: object) -> list[UUID]:
    """Checked and found eligible under the founding regime."""
    ids = checked(context, people, **changes)
    results = evaluate_eligibility(context, ids, founding(), registers=EligibilityRegistersSandbox(people))
    assert {result.code.value for result in results} == {"ok"}, results
    return ids
