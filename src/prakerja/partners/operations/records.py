"""What an institution has on record: identity, accreditations, premises with places, trainers (INST-01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEnd:
    """An entry that is not so any more: `kind` accreditation, premises or trainer.

    `ended_date`: the first day on which it does not count, today at the latest; None = today.
    """

    kind: str
    record_id: UUID
    reason: str
    ended_date: date | None = None


def end_records(
    context: Context, requests: Sequence[RecordEnd], *, institution_id: UUID | None = None
) -> list[InstitutionResult]:
    """An accreditation is withdrawn, a place closed, a trainer left. What runs goes on: decisions keep their evidence.

    `institution_id`: whose they must be, for an institution that asks itself.

    Codes: record_unknown (none, another's, or ended before), reason_missing, end_malformed (after today, or before an
    accreditation began). Rule: INST-01.
    Cost: two statements for each kind; locks the entries in id order.
    """
    results: list[InstitutionResult] = []
    with db.transaction():
        found = {kind: _standing(table, begins, requests, kind) for kind, (table, begins) in _TABLES.items()}
        ended: dict[str, dict[UUID, RecordEnd]] = {kind: {} for kind in _TABLES}
        events: list[Event] = []
        for request in requests:
            entry = found.get(request.kind, {}).get(request.record_id)
            code = _end_code(context, request, entry, institution_id)
            if entry is None or code.is_refusal:
                results.append(InstitutionResult(code))
                continue
            ended[request.kind][request.record_id] = request
            del found[request.kind][request.record_id]
            day = request.ended_date or context.today
            payload = {"kind": request.kind, "record_id": request.record_id, "ended_date": str(day)}
            events.append(Event("institution.record_ended", entry[0], {**payload, "reason": request.reason.strip()}))
            results.append(InstitutionResult(InstitutionCode.OK, entry[0]))
        for kind, (table, _) in _TABLES.items():
            _end(context, table, ended[kind])
        record_events(context, events)
    return results


# Where each kind stands, and from which day at the earliest it can end.
_TABLES = {
    "accreditation": ("accreditations", "valid_from"),
    "premises": ("premises", "NULL::date"),
    "trainer": ("trainers", "NULL::date"),
}


def _standing(
    table: str, begins: str, requests: Sequence[RecordEnd], kind: str
) -> dict[UUID, tuple[UUID, date | None]]:
    """The entries that have not ended: institution, and the first day of those that have one."""
    rows = db.rows(
        f"""
        SELECT id, institution_id, {begins}
        FROM {table}
        WHERE id = ANY (%s) AND ended_date IS NULL
        ORDER BY id
        FOR UPDATE
        """,
        [[one.record_id for one in requests if one.kind == kind]],
    )
    return {record_id: (institution_id, begins_on) for record_id, institution_id, begins_on in rows}


def _end_code(
    context: Context, request: RecordEnd, entry: tuple[UUID, date | None] | None, institution_id: UUID | None
) -> InstitutionCode:
    if entry is None or institution_id not in (None, entry[0]):
        return InstitutionCode.RECORD_UNKNOWN
    if not request.reason.strip():
        return InstitutionCode.REASON_MISSING
    day = request.ended_date or context.today
    if day > context.today or (entry[1] is not None and day < entry[1]):
        return InstitutionCode.END_MALFORMED
    return InstitutionCode.OK


def _end(context: Context, table: str, ended: dict[UUID, RecordEnd]) -> None:
    db.execute(
        f"""
        UPDATE {table}
        SET ended_date = item.ended_date, ended_at = %s, end_reason = item.reason
        FROM unnest(%s::uuid[], %s::date[], %s::text[]) AS item (id, ended_date, reason)
        WHERE {table}.id = item.id
        """,
        [
            context.now,
            list(ended),
            [one.ended_date or context.today for one in ended.values()],
            [one.reason.strip() for one in ended.values()],
        ],
    )


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
