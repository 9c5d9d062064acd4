"""Signing up: an account of a person, found by the blind index of the NIK."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from prakerja.access.index_keys import IndexWriter, index_writer
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.contacts import EMAIL, PHONE, contact_indexes, digits_only, plain_contact
from prakerja.kit.context import Context
from prakerja.kit.crypto import blind_indexes, encrypt_field, lane_index
from prakerja.kit.lanes import lane_of, lane_seed_of
from prakerja.kit.settings import get_settings
from prakerja.participants.errors import NikFault, SignUpCode
from prakerja.participants.questions import sex_of
from prakerja.participants.rules import (
    EDUCATION_RANK,
    EMPLOYMENT_STATUSES,
    PROVINCE_CODES,
    SEXES,
    kk_is_possible,
    nik_fault,
)

_NAME_LENGTH_MAX = 200
_FIRST_BIRTH_YEAR = 1900


@dataclass(frozen=True, slots=True)
class SignUp:
    """What a person enters. Values are vocabulary words of rules.py; `province_code` is where the person lives."""

    nik: str
    kk: str
    name: str
    sex: str
    birth_date: date
    province_code: str
    education: str
    employment_status: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class SignUpResult:
    """`fault` says what is wrong with a NIK, `field` which attribute is not known."""

    code: SignUpCode
    applicant_id: UUID | None = None
    lane: int | None = None
    fault: NikFault | None = None
    field: str | None = None


def nik_indexes(nik: str) -> list[bytes]:
    """The blind indexes under which a NIK may stand."""
    return blind_indexes(nik, purpose="nik")


def holder_of_nik(nik: str) -> tuple[UUID, int] | None:
    """The applicant (and lane) who has signed up with a NIK, or None."""
    found = db.row(
        "SELECT applicant_id, lane FROM applicants WHERE nik_index = ANY (%s) ORDER BY lane LIMIT 1", [nik_indexes(nik)]
    )
    return None if found is None else (found[0], found[1])


def phone_indexes(phone: str) -> list[bytes]:
    """The blind indexes under which a phone number may stand: 08… and +628… are the same."""
    return contact_indexes(PHONE, phone)


def email_indexes(email: str) -> list[bytes]:
    """The blind indexes under which an e-mail address may stand, whatever its case."""
    return contact_indexes(EMAIL, email)


_COLUMNS = {
    "lane": "smallint",
    "applicant_id": "uuid",
    "lane_seed": "smallint",
    "nik_index": "bytea",
    "nik_index_next": "bytea",
    "nik_cipher": "bytea",
    "kk_index": "bytea",
    "kk_index_next": "bytea",
    "kk_cipher": "bytea",
    "name": "text",
    "sex": "text",
    "birth_date": "date",
    "province_code": "text",
    "email_cipher": "bytea",
    "email_index": "bytea",
    "email_index_next": "bytea",
    "phone_cipher": "bytea",
    "phone_index": "bytea",
    "phone_index_next": "bytea",
    "education": "text",
    "employment_status": "text",
}
_INSERT = f"""
    INSERT INTO applicants ({", ".join(_COLUMNS)}, worker_list_matched, signed_up_at)
    SELECT
        given.*,
        EXISTS (
            SELECT FROM worker_list_rows AS listed
            JOIN worker_lists ON worker_lists.id = listed.worker_list_id
            WHERE listed.lane = given.lane
                AND listed.nik_index = given.nik_index
                AND worker_lists.state = 'published'
        ),
        %s
    FROM json_to_recordset(%s::json) AS given ({", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())})
    ORDER BY given.lane, given.nik_index
    ON CONFLICT (lane, nik_index) DO NOTHING
    RETURNING lane, applicant_id, worker_list_matched
"""


def sign_up_from(answers: Mapping[str, str], *, email: str | None = None, phone: str | None = None) -> SignUp:
    """What the answers to the questions of a sign-up say, checked before; sex follows from the NIK."""
    return SignUp(
        nik=answers["nik"],
        kk=answers["kk"],
        name=answers["name"],
        sex=sex_of(answers["nik"]),
        birth_date=date.fromisoformat(answers["birth_date"]),
        province_code=answers["province_code"],
        education=answers["education"],
        employment_status=answers["employment_status"],
        email=email,
        phone=phone,
    )


def sign_up_applicants(context: Context, requests: Sequence[SignUp]) -> list[SignUpResult]:
    """Create accounts, one result per request in order. A NIK has one account: of two requests, one wins.

    Codes in order: nik_not_possible (with the fault), kk_not_possible, attribute_not_known (with the field),
    nik_already_signed_up. Rule: ELIG-01 (form only), SCHEME-11 (worker lists are matched exactly by NIK).
    Cost: one small read, one INSERT and one for events; about 40 microseconds of Python per person.
    """
    results: list[SignUpResult | None] = [_form_refusal(request) for request in requests]
    fresh = {context.uuid(): position for position, result in enumerate(results) if result is None}
    with db.transaction():
        inserted: dict[UUID, tuple[int, bool]] = {}
        if fresh:
            writer = index_writer()
            items = [
                dict(zip(_COLUMNS, _columns(writer, applicant_id, requests[position]), strict=True))
                for applicant_id, position in fresh.items()
            ]
            for lane, applicant_id, matched in db.rows(_INSERT, [context.now, db.encode_json(items)]):
                inserted[applicant_id] = (lane, matched)
        record_events(
            context,
            [
                Event(
                    "applicant.signed_up",
                    applicant_id,
                    {"on_worker_list": inserted[applicant_id][1]},
                    inserted[applicant_id][0],
                )
                for applicant_id in fresh
                if applicant_id in inserted
            ],
        )
    for applicant_id, position in fresh.items():
        if applicant_id in inserted:
            results[position] = SignUpResult(SignUpCode.OK, applicant_id, inserted[applicant_id][0])
        else:
            results[position] = SignUpResult(SignUpCode.NIK_ALREADY_SIGNED_UP)
    return [result for result in results if result is not None]


def _form_refusal(request: SignUp) -> SignUpResult | None:
    fault = nik_fault(digits_only(request.nik), sandbox=get_settings().deployment == "sandbox")
    if fault is not NikFault.OK:
        return SignUpResult(SignUpCode.NIK_NOT_POSSIBLE, fault=fault)
    if not kk_is_possible(digits_only(request.kk)):
        return SignUpResult(SignUpCode.KK_NOT_POSSIBLE)
    field = _unknown_attribute(request)
    if field is not None:
        return SignUpResult(SignUpCode.ATTRIBUTE_NOT_KNOWN, field=field)
    return None


def _unknown_attribute(request: SignUp) -> str | None:
    known = {
        "name": 0 < len(request.name.strip()) <= _NAME_LENGTH_MAX and request.name.isprintable(),
        "sex": request.sex in SEXES,
        "birth_date": request.birth_date.year >= _FIRST_BIRTH_YEAR,
        "province_code": request.province_code in PROVINCE_CODES,
        "education": request.education in EDUCATION_RANK,
        "employment_status": request.employment_status in EMPLOYMENT_STATUSES,
        "email": request.email is None or "@" in request.email.strip()[1:-1],
        "phone": request.phone is None or digits_only(request.phone).lstrip("+").isdecimal(),
    }
    return next((field for field, is_known in known.items() if not is_known), None)


def _hex(value: bytes | None) -> str | None:
    """Bytes as PostgreSQL reads them from JSON."""
    return None if value is None else f"\\x{value.hex()}"


def _columns(writer: IndexWriter, applicant_id: UUID, request: SignUp) -> tuple[object, ...]:
    """One row in the order of _COLUMNS."""
    nik, kk = digits_only(request.nik), digits_only(request.kk)
    seed = lane_seed_of(lane_index(nik, purpose="nik"))

    def cipher(column: str, value: str | None) -> str | None:
        if value is None:
            return None
        return _hex(encrypt_field(value.strip(), table="applicants", column=column, row_id=applicant_id))

    def pair(purpose: str, plain: str | None) -> tuple[str | None, str | None]:
        if plain is None:
            return None, None
        index, twin = writer.pair(plain, purpose=purpose)
        return _hex(index), _hex(twin)

    email, phone = request.email, request.phone
    return (
        lane_of(seed),
        applicant_id,
        seed,
        *pair("nik", nik),
        cipher("nik_cipher", nik),
        *pair("kk", kk),
        cipher("kk_cipher", kk),
        request.name.strip(),
        request.sex,
        request.birth_date,
        request.province_code,
        cipher("email_cipher", email),
        *pair(EMAIL, None if email is None else plain_contact(EMAIL, email)),
        cipher("phone_cipher", phone),
        *pair(PHONE, None if phone is None else plain_contact(PHONE, phone)),
        request.education,
        request.employment_status,
    )


def note_phone(context: Context, *, lane: int, applicant_id: UUID, phone: str) -> None:
    """Keep the verified phone number of an applicant, in place of an earlier one. Two statements and an event."""
    with db.transaction():
        db.execute(
            """
            UPDATE applicants
            SET phone_cipher = %s, phone_index = %s, phone_index_next = %s
            WHERE lane = %s AND applicant_id = %s
            """,
            [
                encrypt_field(phone, table="applicants", column="phone_cipher", row_id=applicant_id),
                *index_writer().pair(plain_contact(PHONE, phone), purpose=PHONE),
                lane,
                applicant_id,
            ],
        )
        record_events(context, [Event("applicant.phone_noted", applicant_id, {}, lane)])
