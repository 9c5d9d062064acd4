"""What an institution has on record: identity, accreditations, premises with places, trainers (INST-01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.errors import InstitutionCode
from prakerja.partners.models import LEGAL_FORMS, Accreditation, Institution, Premises, Trainer
from prakerja.partners.operations.institutions import InstitutionResult

_GRADES = ("A", "B", "C")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccreditationRecord:
    """An accreditation; `valid_until` is the first day on which it no longer counts."""

    institution_id: UUID
    grade: str
    number: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PremisesRecord:
    """A place where an institution teaches."""

    institution_id: UUID
    name: str
    address: str
    province_code: str
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainerRecord:
    """A trainer; a certificate has a number and an end."""

    institution_id: UUID
    name: str
    subject: str
    certificate_number: str = ""
    certified_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRecord:
    """The identity of an institution. Tax number, owners and directors stand with the owners (`operations.owners`)."""

    institution_id: UUID
    legal_form: str
    founded_date: date
    offline: bool


RecordEntry = AccreditationRecord | PremisesRecord | TrainerRecord | IdentityRecord


def add_to_records(context: Context, requests: Sequence[RecordEntry]) -> list[InstitutionResult]:
    """Put facts on record, each an entry of its own; an identity replaces the one before.

    Codes: institution_unknown, record_malformed (empty, unknown word, dates the wrong way round), province_unknown.
    Rule: INST-01, SCHEME-06. Cost: eight statements; locks the institutions in id order.
    """
    results: list[InstitutionResult] = []
    kept: list[tuple[Institution, RecordEntry]] = []
    with db.transaction():
        rows = Institution.objects.select_for_update().filter(id__in=[one.institution_id for one in requests])
        found = {one.id: one for one in rows.order_by("id")}
        provinces = {row[0] for row in db.rows("SELECT code FROM provinces ORDER BY code")}
        for request in requests:
            institution = found.get(request.institution_id)
            if institution is None:
                results.append(InstitutionResult(InstitutionCode.INSTITUTION_UNKNOWN))
                continue
            code = _code(context, request, provinces)
            if not code.is_refusal:
                kept.append((institution, request))
            results.append(InstitutionResult(code, institution.id))
        _write(context, [request for _, request in kept], found)
        record_events(
            context,
            [
                Event("institution.record_added", institution.id, {"kind": type(request).__name__})
                for institution, request in kept
            ],
        )
    return results


def end_records(
    context: Context, kind: Literal["accreditation", "premises", "trainer"], record_ids: Sequence[UUID], *, reason: str
) -> list[InstitutionResult]:
    """An accreditation is withdrawn, a place closed, a trainer left. What runs goes on: decisions keep their evidence.

    Codes: record_unknown (none, or ended before). Cost: two statements.
    """
    table, column = _ENDS[kind]
    with db.transaction():
        ended = {
            row[0]: row[1]
            for row in db.rows(
                f"""
                UPDATE {table}
                SET {column} = %s
                WHERE id = ANY (%s) AND {column} IS NULL
                RETURNING id, institution_id
                """,
                [context.now, list(record_ids)],
            )
        }
        record_events(
            context,
            [
                Event("institution.record_ended", ended[one], {"kind": kind, "record_id": one, "reason": reason})
                for one in sorted(ended)
            ],
        )
    return [
        InstitutionResult(InstitutionCode.OK, ended[one])
        if one in ended
        else InstitutionResult(InstitutionCode.RECORD_UNKNOWN)
        for one in record_ids
    ]


_ENDS = {
    "accreditation": ("accreditations", "withdrawn_at"),
    "premises": ("premises", "closed_at"),
    "trainer": ("trainers", "left_at"),
}


def _code(context: Context, request: RecordEntry, provinces: set[str]) -> InstitutionCode:
    if isinstance(request, PremisesRecord):
        if request.province_code not in provinces:
            return InstitutionCode.PROVINCE_UNKNOWN
        fits = bool(request.name.strip() and request.address.strip()) and request.places >= 1
    elif isinstance(request, AccreditationRecord):
        fits = request.grade in _GRADES and bool(request.number.strip()) and request.valid_from < request.valid_until
    elif isinstance(request, TrainerRecord):
        certified = request.certified_until is not None or not request.certificate_number
        fits = bool(request.name.strip() and request.subject.strip()) and certified
    else:
        fits = request.legal_form in LEGAL_FORMS[1:] and request.founded_date <= context.today
    return InstitutionCode.OK if fits else InstitutionCode.RECORD_MALFORMED


def _write(context: Context, kept: Sequence[RecordEntry], found: dict[UUID, Institution]) -> None:
    Accreditation.objects.bulk_create(
        Accreditation(
            id=context.uuid(),
            institution_id=one.institution_id,
            grade=one.grade,
            number=one.number.strip(),
            valid_from=one.valid_from,
            valid_until=one.valid_until,
        )
        for one in kept
        if isinstance(one, AccreditationRecord)
    )
    Premises.objects.bulk_create(
        Premises(
            id=context.uuid(),
            institution_id=one.institution_id,
            name=one.name.strip(),
            address=one.address.strip(),
            province_code=one.province_code,
            places=one.places,
        )
        for one in kept
        if isinstance(one, PremisesRecord)
    )
    Trainer.objects.bulk_create(
        Trainer(
            id=context.uuid(),
            institution_id=one.institution_id,
            name=one.name.strip(),
            subject=one.subject.strip(),
            certificate_number=one.certificate_number.strip(),
            certified_until=one.certified_until,
        )
        for one in kept
        if isinstance(one, TrainerRecord)
    )
    changed: dict[UUID, Institution] = {}
    for one in kept:
        if isinstance(one, IdentityRecord):
            institution = changed[one.institution_id] = found[one.institution_id]
            institution.legal_form = one.legal_form
            institution.founded_date = one.founded_date
            institution.offline = one.offline
    Institution.objects.bulk_update(changed.values(), ["legal_form", "founded_date", "offline"])
